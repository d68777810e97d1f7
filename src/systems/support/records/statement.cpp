// A year's statement of one's record: every entry with its evidence, what was taken back beside what stands, as PDF and as a
// sheet. Totals are rounded once; the column of hours is for reading only (H1).
#include <algorithm>
#include <set>

#include "base/text.h"
#include "platform/documents/documents.h"
#include "platform/storage/record_sql.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using access::Access;
using http::Context;
using http::Response;

struct Statement {
  std::vector<std::vector<std::string>> rows;
  std::int64_t minutes = 0, by_grade[4] = {0, 0, 0, 0}, frozen = 0;
};

Statement statement_of(const Context& context, std::int64_t volunteer, int year) {
  Statement statement;
  std::int64_t organisation = -1;
  std::string name;
  std::set<std::int64_t> examined;   // one question for all entries: a year may hold thousands
  for (const auto& row : storage::query(context.reader, "select e.object from risk_entry e join risk_case c on c.id = e.risk where e.volunteer = $1 and e.kind = 'record' and "
                                                        "c.state in ('frozen','heard','decided','appealed')", volunteer).rows)
    examined.insert(std::get<std::int64_t>(row[0]));
  for (const auto& record : storage::select<ServiceRecord>(context.reader, "select * from service_record where volunteer = $1 and starts >= $2 and starts < $3 order by starts, id",
                                                           volunteer, start_of(Date::of(year, 1, 1)), start_of(Date::of(year + 1, 1, 1)))) {
    if (record.organisation != organisation) {
      organisation = record.organisation;
      const auto found = teams::find_organisation(context.reader, organisation);
      name = found ? found->name : context.text("record.residents");
    }
    const bool frozen = record.reverses == 0 && examined.contains(record.id) && stands(context.reader, record.id);
    statement.rows.push_back({local_text(record.starts).substr(0, 10), local_text(record.starts).substr(11) + "–" + local_text(record.ends).substr(11),
                              title_text(context, record.title), name, enum_name(record.grade),
                              context.text(frozen ? "record.mark.frozen" : record.reverses ? "record.mark.back" : record.grade == Grade::D ? "record.mark.late" : "record.mark.none"),
                              std::to_string(record.minutes.value), rules::hours_text(record.minutes.value)});
    if (frozen) {
      statement.frozen += record.minutes.value;
      continue;
    }
    statement.minutes += record.minutes.value;
    statement.by_grade[static_cast<int>(record.grade)] += record.minutes.value;
  }
  return statement;
}

std::vector<std::string> columns(const Context& context) {
  std::vector<std::string> names;
  for (const char* key : {"record.day", "record.when", "record.title", "record.organisation", "record.evidence", "record.mark", "record.column.minutes", "record.column.hours"})
    names.push_back(context.text(key));
  return names;
}

std::vector<std::vector<std::string>> sums(const Context& context, const Statement& statement) {
  std::vector<std::vector<std::string>> rows;
  const auto sum = [&](std::string name, std::int64_t minutes) {
    rows.push_back({"", "", std::move(name), "", "", "", std::to_string(minutes), rules::hours_text(minutes)});
  };
  for (const Grade grade : {Grade::A, Grade::B, Grade::C, Grade::D})
    if (statement.by_grade[static_cast<int>(grade)]) sum(std::string(enum_name(grade)) + " · " + grade_text(context, grade), statement.by_grade[static_cast<int>(grade)]);
  if (statement.frozen) sum(context.text("record.frozen_sum"), statement.frozen);
  sum(context.text("certificate.total"), statement.minutes);
  return rows;
}

// ---- on paper: whose record it is and what it comes to before the lines, a day named once, nothing that repeats "normal"
using documents::PdfText;
constexpr int kGoji = 0x931b20, kSand = 0xc9a98a, kPale = 0xe9dccb, kInk = 0x241c16, kSoft = 0x6d6056;
constexpr double kLeft = 16, kRight = 194, kRow = 5.7, kLast = 276;

// As many letters as the width holds: a Chinese one is as wide as the size, a Latin one about half of it.
std::string fitted(const std::string& text, double width_mm, double size_pt) {
  double left = width_mm * 72 / 25.4 / size_pt;
  std::size_t letters = 0;
  for (const unsigned char c : text) {
    if ((c & 0xC0) == 0x80) continue;
    left -= c < 0x80 ? 0.56 : 1;
    if (left < 0) return shortened(text, std::max<std::size_t>(1, letters - 1));
    ++letters;
  }
  return text;
}

class StatementPaper {
 public:
  StatementPaper(const Context& context, const Statement& of, int year, std::string name, std::string number)
      : context_(context), of_(of), year_(std::to_string(year)), name_(std::move(name)), number_(std::move(number)) {}

  std::string bytes() {
    begin_page();
    first_head();
    column_heads();
    std::string day, unit;   // named once, until another follows
    for (const auto& row : of_.rows) {
      if (y_ + kRow > kLast) {
        begin_page();
        next_head();
        column_heads();
        day.clear();
        unit.clear();
      }
      line(row, row[0] != day, row[3] != unit);
      day = row[0];
      unit = row[3];
    }
    if (of_.rows.empty()) put(kLeft, y_ + 3, context_.text("record.statement.none"), 10, kSoft);
    feet();
    const std::string title = context_.text("record.statement.title", {{"year", year_}, {"name", name_}, {"number", number_}});
    return documents::write_pdf(pages_, {title, "Tongxin", context_.language == language::Language::zh ? "zh-CN" : "en"});
  }

 private:
  PdfText& put(double x, double y, std::string words, double pt, int rgb, bool bold = false, PdfText::Align align = PdfText::Align::left) {
    pages_.back().texts.push_back({x, y, 0, std::move(words), pt, bold, align, 0, rgb});
    return pages_.back().texts.back();
  }
  void rule(double y, double pt, int rgb, double from = kLeft, double to = kRight) { pages_.back().lines.push_back({from, y, to, y, pt, rgb}); }
  void begin_page() {
    pages_.emplace_back();
    y_ = 16;
  }
  void first_head() {
    put(kLeft, 17, context_.text("record.statement.file"), 21, kGoji, true);
    put(kRight, 17, year_, 21, kGoji, true, PdfText::Align::right);
    rule(28.5, 1.1, kGoji);
    rule(29.5, .3, kSand);
    put(kLeft, 32, name_, 13, kInk, true);
    put(kLeft, 39, number_, 9.5, kSoft);
    put(kRight, 30.5, rules::hours_text(of_.minutes) + " " + context_.text("record.unit"), 19, kInk, true, PdfText::Align::right);
    put(kRight, 40, context_.text("record.statement.sum", {{"n", std::to_string(of_.rows.size())}, {"minutes", std::to_string(of_.minutes)}}), 8.5, kSoft, false, PdfText::Align::right);
    double x = kLeft;
    const double width = (kRight - kLeft) / 4;
    for (const Grade grade : {Grade::A, Grade::B, Grade::C, Grade::D}) {
      const auto minutes = of_.by_grade[static_cast<int>(grade)];
      put(x, 48, enum_name(grade), 13, minutes ? kGoji : kSand, true);
      put(x + 6, 48.7, rules::hours_text(minutes) + " " + context_.text("record.unit"), 10, minutes ? kInk : kSoft, minutes != 0);
      pages_.back().texts.push_back({x, 54.5, width - 4, grade_text(context_, grade), 7, false, PdfText::Align::left, 0, kSoft});
      x += width;
    }
    if (of_.frozen) put(kLeft, 63, context_.text("record.frozen_sum") + "  " + rules::hours_text(of_.frozen) + " " + context_.text("record.unit"), 8.5, kGoji);
    y_ = of_.frozen ? 70 : 66;
  }
  void next_head() {
    put(kLeft, 14, context_.text("record.statement.file") + " " + year_ + " · " + name_, 8.5, kSoft);
    put(kRight, 14, number_, 8.5, kSoft, false, PdfText::Align::right);
    y_ = 20;
  }
  void column_heads() {
    static constexpr std::pair<double, const char*> kHeads[] = {{kLeft, "record.day"}, {36, "record.when"}, {60, "record.title"}, {112, "record.organisation"}, {152, "record.evidence"}};
    for (const auto& [x, key] : kHeads) put(x, y_, fitted(context_.text(key), x == 152 ? 16 : 30, 8), 8, kSoft);
    put(179, y_, context_.text("record.column.minutes"), 8, kSoft, false, PdfText::Align::right);
    put(kRight, y_, context_.text("record.column.hours"), 8, kSoft, false, PdfText::Align::right);
    y_ += 5;
    rule(y_, .9, kGoji);
    y_ += .6;
  }
  void line(const std::vector<std::string>& row, bool names_day, bool names_unit) {
    const bool back = row[6].starts_with("-");
    const int ink = back ? kSoft : kInk;
    if (names_day) put(kLeft, y_ + .8, row[0].substr(5), 9, ink, true);
    put(36, y_ + .9, row[1], 8.5, kSoft);
    put(60, y_ + .8, fitted(row[2], 50, 9), 9, ink);
    if (names_unit) put(112, y_ + .9, fitted(row[3], 38, 8.2), 8.2, kSoft);
    put(152, y_ + .8, row[4], 9, ink, true);
    if (row[5] != context_.text("record.mark.none")) put(156, y_ + 1.1, row[5], 7.5, kGoji);
    put(179, y_ + .8, row[6], 9, ink, false, PdfText::Align::right);
    put(kRight, y_ + .8, row[7], 9, ink, true, PdfText::Align::right);
    y_ += kRow;
    rule(y_, .25, kPale);
  }
  void feet() {
    for (std::size_t i = 0; i < pages_.size(); ++i) {
      pages_[i].texts.push_back({kLeft, 283, 0, context_.text("record.statement.foot", {{"n", std::to_string(head(context_.reader).size)}, {"day", local_date(context_.now).text()}}), 7.5,
                                 false, PdfText::Align::left, 0, kSoft});
      pages_[i].texts.push_back({kRight, 283, 0, std::to_string(i + 1) + " / " + std::to_string(pages_.size()), 7.5, false, PdfText::Align::right, 0, kSoft});
    }
  }

  const Context& context_;
  const Statement& of_;
  std::string year_, name_, number_;
  std::vector<documents::PdfPage> pages_;
  double y_ = 0;
};

Result<Response> statement(Context& context, const identity::Vault& vault) {
  const auto volunteer = teams::find_volunteer_by_account(context.reader, context.actor.account);
  if (!volunteer) return Response::redirect("/me/record");
  const int now = local_date(context.now).year();
  int year = now;
  if (const auto& asked = context.request.query["year"].text(); !asked.empty()) year = std::atoi(asked.c_str());
  if (year < 2000 || year > now) return refuse(Kind::invalid, "record.year", "year");
  const auto of = statement_of(context, volunteer->id.value, year);
  std::string name = context.text("record.statement.file") + "-" + std::to_string(year);
  std::replace(name.begin(), name.end(), ' ', '-');
  if (context.request.query["as"].text() == "csv") {
    auto rows = of.rows;
    for (auto& row : sums(context, of)) rows.push_back(std::move(row));
    rows.insert(rows.begin(), columns(context));
    return Response::file(documents::write_csv(rows), "text/csv; charset=utf-8", name + ".csv");
  }
  return Response::file(StatementPaper(context, of, year, teams::full_name(context.reader, vault, *volunteer), volunteer->volunteer_no).bytes(), "application/pdf", name + ".pdf");
}

}  // namespace

void add_statement_routes(http::Router& router, const Services& services) {
  router.page("record.statement", "/me/statement", Access::signed_in("one's own record"),
              [vault = &services.vault](Context& context) { return statement(context, *vault); });
}

}  // namespace tx::support
