// A year's statement of one's record: every entry with its evidence, what was taken back beside what stands, as PDF and as a
// sheet. Totals are rounded once; the column of hours is for reading only (H1).
#include <set>

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

Result<Response> statement(Context& context, const identity::Vault& vault) {
  const auto volunteer = teams::find_volunteer_by_account(context.reader, context.actor.account);
  if (!volunteer) return Response::redirect("/me/record");
  const int now = local_date(context.now).year();
  int year = now;
  if (const auto& asked = context.request.query["year"].text(); !asked.empty()) year = std::atoi(asked.c_str());
  if (year < 2000 || year > now) return refuse(Kind::invalid, "record.year", "year");
  const auto of = statement_of(context, volunteer->id.value, year);
  const std::string name = context.text("record.statement.file") + "-" + std::to_string(year);
  auto rows = of.rows;
  for (auto& row : sums(context, of)) rows.push_back(std::move(row));
  if (context.request.query["as"].text() == "csv") {
    rows.insert(rows.begin(), columns(context));
    return Response::file(documents::write_csv(rows), "text/csv; charset=utf-8", name + ".csv");
  }
  for (auto& row : rows) {   // on paper the day and the hours stand in one column
    if (!row[0].empty()) row[1] = row[0].substr(5) + " " + row[1];
    row.erase(row.begin());
  }
  auto heads = columns(context);
  heads.erase(heads.begin());
  const std::string title = context.text("record.statement.title", {{"year", std::to_string(year)}, {"name", teams::full_name(context.reader, vault, *volunteer)}, {"number", volunteer->volunteer_no}});
  return Response::file(documents::table_pdf(title, heads, rows, {title, "Tongxin", context.language == language::Language::zh ? "zh-CN" : "en"}),
                        "application/pdf", name + ".pdf");
}

}  // namespace

void add_statement_routes(http::Router& router, const Services& services) {
  router.page("record.statement", "/me/statement", Access::signed_in("one's own record"),
              [vault = &services.vault](Context& context) { return statement(context, *vault); });
}

}  // namespace tx::support
