// The certificate as an Open Badges 3.0 credential (1EdTech; W3C Verifiable Credentials 2.0): for wallets, employers and
// schools abroad. The holder is named by a salted hash only, as the specification has it.
#include "engines/ledger/credential.h"
#include "systems/support/certificates/certificates.h"
#include "systems/support/records/records.h"

namespace tx::support {
namespace {

// Instants in UTC, as the specification demands an offset and wallets like Z.
std::string utc_text(Instant at) {
  const auto local = local_time(at.plus(-8 * kHour));
  char text[24];
  std::snprintf(text, sizeof text, "T%02d:%02d:%02dZ", local.hour, local.minute, local.second);
  return local.date.text() + text;
}

Json list(std::initializer_list<const char*> words) {
  Json all = Json::array();
  for (const char* word : words) all.push(word);
  return all;
}

}  // namespace

Json credential(const Certificate& certificate, const std::string& name, const Book& book, const language::Catalogue& words) {
  const auto zh = [&](const std::string& key) { return words.text(language::Language::zh, key); };
  const auto en = [&](const std::string& key) { return words.text(language::Language::en, key); };
  const std::string page = certificate.url.substr(0, certificate.url.find('#')), salt = certificate.number;
  const std::string title = zh("certificate.title") + " / " + en("certificate.title");
  Json evidence = Json::array(), results = Json::array(), descriptions = Json::array();
  const std::pair<const char*, std::int64_t> grades[] = {
      {"A", certificate.minutes_a}, {"B", certificate.minutes_b}, {"C", certificate.minutes_c}, {"D", certificate.minutes_d}};
  for (const auto& [grade, minutes] : grades) {
    const std::string id = page + "#grade-" + grade;
    descriptions.push(Json::of({{"id", id}, {"type", list({"ResultDescription"})}, {"name", en(std::string("record.grade.") + grade)}, {"resultType", "RawScore"}, {"valueMin", "0"}}));
    results.push(Json::of({{"type", list({"Result"})}, {"resultDescription", id}, {"value", std::to_string(minutes)}}));
  }
  for (const auto& line : lines_of(certificate)) {
    const bool key = line.title.starts_with("service.");
    evidence.push(Json::of({{"type", list({"Evidence"})}, {"name", key ? en(line.title) : line.title},
                            {"narrative", std::to_string(line.minutes) + " minutes, " + std::to_string(line.times) + " times, recorded by " +
                                              (line.unit.empty() ? en("record.residents") : line.unit) + (line.grades.empty() ? "" : ", evidence " + line.grades)}}));
  }
  Json achievement = Json::of({{"id", page + "#achievement"}, {"type", list({"Achievement"})}, {"achievementType", "CommunityService"}, {"name", title},
                               {"description", std::to_string(certificate.total()) + " minutes of voluntary service from " + certificate.from_day.text() + " to " + certificate.to_day.text()},
                               {"criteria", Json::of({{"narrative", en("record.grades_note")}})}, {"resultDescription", descriptions}});
  Json subject = Json::of({{"type", list({"AchievementSubject"})},
                           {"identifier", Json::array().push(Json::of({{"type", "IdentityObject"}, {"hashed", true}, {"identityType", "name"}, {"salt", salt},
                                                                       {"identityHash", "sha256$" + ledger::hex(ledger::sha256(name + salt))}}))},
                           {"activityStartDate", utc_text(start_of(certificate.from_day))}, {"activityEndDate", utc_text(start_of({certificate.to_day.days + 1}).plus(-kSecond))},
                           {"result", results}, {"achievement", achievement}});
  Json whole = Json::of({{"@context", list({"https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"})}, {"id", page},
                         {"type", list({"VerifiableCredential", "OpenBadgeCredential"})}, {"name", title},
                         {"issuer", Json::of({{"id", ledger::did_key(book.key().open)}, {"type", list({"Profile"})}, {"name", zh("layout.brand")}})},
                         {"validFrom", utc_text(certificate.at)}, {"credentialSubject", subject}});
  if (evidence.size() > 0) whole.set("evidence", evidence);
  return ledger::secured(whole, book.key(), utc_text(certificate.at));
}

}  // namespace tx::support
