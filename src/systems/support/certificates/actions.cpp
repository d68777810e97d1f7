#include <sodium.h>

#include "engines/ledger/certificate.h"
#include "platform/documents/documents.h"
#include "platform/storage/record_sql.h"
#include "systems/support/certificates/certificates.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

std::string random_number() {
  static constexpr char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";   // Crockford: read aloud without mistakes
  std::string number;
  for (int i = 0; i < 16; ++i) number += letters[randombytes_uniform(32)];
  return number;
}

}  // namespace

Result<Certificate> issue(storage::Tx& tx, const Book& book, const identity::Vault& vault, std::int64_t volunteer,
                          const CertificateInput& input, const std::string& address) {
  const auto person = teams::find_volunteer(tx, volunteer);
  const auto from = Date::parse(input.from_day), to = Date::parse(input.to_day);
  if (!person) return refuse(Kind::not_found, "http.not_found");
  const std::string name = teams::full_name(tx, vault, *person);
  if (!from || !to || *to < *from || *to > local_date(tx.now())) return refuse(Kind::invalid, "certificate.days", "to_day");
  Certificate paper;
  paper.id = tx.new_id();
  paper.number = random_number();
  paper.volunteer = volunteer;
  paper.volunteer_no = person->volunteer_no;
  paper.name_sealed = vault.seal(name, "certificate.name");
  paper.from_day = *from;
  paper.to_day = *to;
  paper.minutes_a = counted_minutes(tx, volunteer, Grade::A, *from, *to);
  paper.minutes_b = counted_minutes(tx, volunteer, Grade::B, *from, *to);
  paper.minutes_c = counted_minutes(tx, volunteer, Grade::C, *from, *to);
  paper.minutes_d = counted_minutes(tx, volunteer, Grade::D, *from, *to);
  if (paper.total() < 1) return refuse(Kind::invalid, "certificate.nothing", "from_day");
  for (auto old : certificates_of(tx, volunteer)) {
    if (old.state != "valid" || old.from_day != paper.from_day || old.to_day != paper.to_day) continue;
    if (old.minutes_a == paper.minutes_a && old.minutes_b == paper.minutes_b && old.minutes_c == paper.minutes_c && old.minutes_d == paper.minutes_d)
      return refuse(Kind::conflict, "certificate.same", "from_day", {{"number", old.number}});
    old.state = "superseded";
    old.reason = paper.number;
    old.changed = tx.now();
    storage::update(tx, "certificate", old);
    book.log(tx, "superseded", old.id, exact(old));
  }
  const auto small = [](std::int64_t minutes) { return static_cast<std::uint32_t>(std::max<std::int64_t>(0, minutes)); };
  ledger::Certificate payload{paper.number, local_date(tx.now()).days, from->days, to->days,
                              {small(paper.minutes_a), small(paper.minutes_b), small(paper.minutes_c), small(paper.minutes_d)},
                              ledger::name_hash(paper.number, name)};
  paper.text = ledger::encode(payload, book.key());
  paper.url = address + "/v/" + paper.number + "#" + paper.text;
  paper.state = "valid";
  paper.at = paper.changed = tx.now();
  storage::insert(tx, "certificate", paper);
  book.log(tx, "certificate", paper.id, exact(paper));
  return paper;
}

std::vector<Certificate> certificates_of(storage::Reader& reader, std::int64_t volunteer) {
  return storage::select<Certificate>(reader, "select * from certificate where volunteer = $1 order by id desc", volunteer);
}

// A4, both languages on one sheet; every text stands in the catalogue. Nothing depends on the time of printing.
std::string paper(const Certificate& certificate, const std::string& name, const language::Catalogue& words) {
  using documents::PdfText;
  documents::PdfPage page;
  const auto zh = [&](const char* key, const std::vector<std::pair<std::string, std::string>>& args = {}) { return words.text(language::Language::zh, key, args); };
  const auto en = [&](const char* key, const std::vector<std::pair<std::string, std::string>>& args = {}) { return words.text(language::Language::en, key, args); };
  const auto text = [&](double x, double y, double width, std::string what, double size, bool bold = false,
                        PdfText::Align align = PdfText::Align::left, double grey = 0) {
    page.texts.push_back({x, y, width, std::move(what), size, bold, align, grey});
  };
  constexpr int kGoji = 0x931b20, kSand = 0xc9a98a;
  const auto frame = [&](double x, double y, double w, double h, double pt, int rgb) {
    page.lines.push_back({x, y, x + w, y, pt, rgb});
    page.lines.push_back({x, y + h, x + w, y + h, pt, rgb});
    page.lines.push_back({x, y, x, y + h, pt, rgb});
    page.lines.push_back({x + w, y, x + w, y + h, pt, rgb});
  };
  frame(12, 12, 186, 273, 2.2, kGoji);
  frame(14.5, 14.5, 181, 268, 0.5, kSand);
  text(105, 33, 0, zh("certificate.title"), 30, true, PdfText::Align::centre);
  page.texts.back().rgb = kGoji;
  text(105, 49, 0, en("certificate.title"), 13, false, PdfText::Align::centre, 0.25);
  page.lines.push_back({80, 59, 130, 59, 1, kGoji});
  text(105, 62.5, 0, "No. " + certificate.number.substr(0, 4) + " " + certificate.number.substr(4, 4) + " " + certificate.number.substr(8, 4) + " " +
                         certificate.number.substr(12), 10.5, false, PdfText::Align::centre, 0.25);
  const std::vector<std::pair<std::string, std::string>> args{
      {"name", name}, {"number", certificate.volunteer_no}, {"from", certificate.from_day.text()}, {"to", certificate.to_day.text()},
      {"hours", rules::hours_text(certificate.total())}, {"minutes", std::to_string(certificate.total())}};
  text(32, 80, 146, zh("certificate.body", args), 14.5);
  text(32, 113, 146, en("certificate.body", args), 11, false, PdfText::Align::left, 0.2);
  const double top = 142;
  text(32, top - 8, 146, zh("certificate.by_grade") + "  " + en("certificate.by_grade"), 10.5, true);
  page.lines.push_back({32, top, 178, top, 1, kGoji});
  const std::pair<const char*, std::int64_t> rows[] = {{"A", certificate.minutes_a}, {"B", certificate.minutes_b}, {"C", certificate.minutes_c}, {"D", certificate.minutes_d}};
  double y = top;
  for (const auto& [grade, minutes] : rows) {
    const std::string key = std::string("record.grade.") + grade;
    text(34, y + 2, 0, grade, 13, true);
    text(44, y + 1.4, 98, zh(key.c_str()), 10);
    text(44, y + 6.2, 98, en(key.c_str()), 8, false, PdfText::Align::left, 0.35);
    text(176, y + 2.6, 0, rules::hours_text(minutes) + " h", 12, false, PdfText::Align::right);
    y += 13;
    page.lines.push_back({32, y, 178, y, 0.3, kSand});
  }
  text(34, y + 2.4, 0, zh("certificate.total") + "  " + en("certificate.total"), 11, true);
  text(176, y + 2, 0, rules::hours_text(certificate.total()) + " h", 14, true, PdfText::Align::right);
  page.lines.push_back({32, y + 11, 178, y + 11, 1, kGoji});
  frame(32, 222, 52, 40, 0.4, kSand);
  text(58, 236, 0, zh("certificate.seal"), 9, false, PdfText::Align::centre, 0.55);
  text(58, 241.5, 0, en("certificate.seal"), 7.5, false, PdfText::Align::centre, 0.55);
  text(92, 224, 0, zh("certificate.issued") + " " + en("certificate.issued"), 9, false, PdfText::Align::left, 0.35);
  text(92, 229, 0, local_date(certificate.at).text(), 13, true);
  text(92, 238, 46, zh("certificate.check"), 8.5, false, PdfText::Align::left, 0.25);
  text(92, 250, 46, en("certificate.check"), 7.5, false, PdfText::Align::left, 0.4);
  page.codes.push_back({140, 222, 40, certificate.url});
  text(105, 270, 0, zh("certificate.free") + "  " + en("certificate.free"), 8, false, PdfText::Align::centre, 0.4);
  return documents::write_pdf({page}, {zh("certificate.title") + " " + certificate.number, "Tongxin", "zh-CN", iso_text(certificate.at)});
}

}  // namespace tx::support
