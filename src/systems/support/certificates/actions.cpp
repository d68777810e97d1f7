#include <sodium.h>

#include "engines/ledger/certificate.h"
#include "platform/storage/record_sql.h"
#include "systems/support/certificates/certificates.h"
#include "systems/support/records/records.h"
#include "systems/support/transfer/transfer.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

std::string random_number() {
  static constexpr char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";   // Crockford: read aloud without mistakes
  std::string number;
  for (int i = 0; i < 16; ++i) number += letters[randombytes_uniform(32)];
  return number;
}

// What was done, for whom, how often: by activity and recording unit, the most first.
std::vector<CertifiedLine> counted_lines(storage::Reader& reader, std::int64_t volunteer, Date from, Date to) {
  std::vector<CertifiedLine> lines;
  for (const auto& row : storage::query(reader, "select title, organisation, sum(case when reverses = 0 then 1 else -1 end), sum(minutes), max(case when kind = 'transfer' then "
                                                "id else 0 end), sum(case when grade = 'A' then minutes else 0 end), sum(case when grade = 'B' then minutes else 0 end), sum(case when "
                                                "grade = 'C' then minutes else 0 end), sum(case when grade = 'D' then minutes else 0 end) from service_record where volunteer = $1 and starts >= $2 and starts < $3 and not exists (select 1 from risk_entry e join "
                                                "risk_case c on c.id = e.risk where e.kind = 'record' and e.object = service_record.id and c.state in ('frozen','heard','decided',"
                                                "'appealed')) group by title, organisation "
                                                "having sum(minutes) > 0 order by sum(minutes) desc, title, organisation", volunteer, start_of(from), start_of({to.days + 1})).rows) {
    CertifiedLine line;
    std::int64_t organisation = 0, transferred = 0;
    storage::from_value(row[0], line.title);
    storage::from_value(row[1], organisation);
    storage::from_value(row[2], line.times);
    storage::from_value(row[3], line.minutes);
    storage::from_value(row[4], transferred);
    for (std::size_t grade = 0; grade < 4; ++grade) {
      std::int64_t minutes = 0;
      storage::from_value(row[5 + grade], minutes);
      if (minutes > 0) line.grades += "ABCD"[grade];
    }
    if (const auto found = teams::find_organisation(reader, organisation)) line.unit = found->name;
    else if (transferred) line.unit = origin_of(reader, transferred);
    lines.push_back(line);
  }
  return lines;
}

}  // namespace

Json logged(const Certificate& certificate) {
  Json whole = exact(certificate), kept = Json::object();
  for (const auto& [name, value] : whole.members())
    if (name != "lines" || !certificate.lines.empty()) kept.set(name, value);
  return kept;
}

std::vector<CertifiedLine> lines_of(const Certificate& certificate) {
  std::vector<CertifiedLine> lines;
  if (const auto json = Json::parse(certificate.lines)) read_value(*json, lines);
  return lines;
}

std::optional<Certificate> find_certificate(storage::Reader& reader, std::string number) {
  std::erase_if(number, [](char c) { return c == ' ' || c == '-'; });
  for (char& c : number) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return storage::find<Certificate>(reader, "select * from certificate where number = $1", number);
}

std::string Certificate::split() const {
  const std::int64_t by_grade[] = {minutes_a, minutes_b, minutes_c, minutes_d};
  return split_text(by_grade);
}

std::string spaced(const std::string& number) {
  std::string text;
  for (std::size_t i = 0; i < number.size(); ++i) text += (i && i % 4 == 0 ? " " : "") + std::string(1, number[i]);
  return text;
}

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
    book.log(tx, "superseded", old.id, logged(old));
  }
  const auto small = [](std::int64_t minutes) { return static_cast<std::uint32_t>(std::max<std::int64_t>(0, minutes)); };
  ledger::Certificate payload{paper.number, local_date(tx.now()).days, from->days, to->days,
                              {small(paper.minutes_a), small(paper.minutes_b), small(paper.minutes_c), small(paper.minutes_d)},
                              ledger::name_hash(paper.number, name)};
  paper.text = ledger::encode(payload, book.key());
  paper.url = address + "/v/" + paper.number + "#" + paper.text;
  paper.lines = to_json(counted_lines(tx, volunteer, *from, *to)).dump();
  paper.state = "valid";
  paper.at = paper.changed = tx.now();
  storage::insert(tx, "certificate", paper);
  book.log(tx, "certificate", paper.id, logged(paper));
  return paper;
}

std::vector<Certificate> certificates_of(storage::Reader& reader, std::int64_t volunteer) {
  return storage::select<Certificate>(reader, "select * from certificate where volunteer = $1 order by id desc", volunteer);
}

}  // namespace tx::support
