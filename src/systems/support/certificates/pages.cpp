#include "base/text.h"
#include "engines/ledger/certificate.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/support/certificates/certificates.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct RevokeInput {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(RevokeInput, (), (reason))

Json state_pill(const Context& context, const std::string& state) {
  return Json::of({{"tone", state == "valid" ? "done" : state == "revoked" ? "stop" : "wait"}, {"label", context.text("certificate.state." + state)}});
}

Result<Response> my_certificates(Context& context) {
  const auto volunteer = teams::find_volunteer_by_account(context.reader, context.actor.account);
  const Date today = local_date(context.now);
  const http::Form form(context, Json::of({{"from_day", Date::of(today.year(), 1, 1).text()}, {"to_day", today.text()}}));
  const auto papers = volunteer ? certificates_of(context.reader, volunteer->id.value) : std::vector<Certificate>();
  Json rows = Json::array();
  for (const auto& paper : papers)
    rows.push(Json::of({{"href", "/v/" + paper.number}, {"title", spaced(paper.number)},
                          {"text", paper.from_day.text() + " – " + paper.to_day.text()}, {"icon", "file"}, {"leaf", ""}, {"unread_row", false},
                          {"has_side", true}, {"side", context.text("record.hours", {{"n", rules::hours_text(paper.total())}})}, {"split", paper.split()},
                          {"meta", Json::Array{Json::of({{"glyph", "calendar"}, {"words", local_date(paper.at).text()}})}},
                          {"state", state_pill(context, paper.state)}, {"clock", Json()}}));
  Json view = Json::of({{"title", context.text("certificate.mine")}, {"nav_me", true}, {"is_volunteer", volunteer.has_value()}, {"rows", rows},
                        {"newest", papers.empty() ? "" : "/me/certificates/" + papers.front().number + ".pdf"},
                        {"badge", papers.empty() ? "" : "/me/certificates/" + papers.front().number + ".json"},
                        {"seal", papers.empty() || papers.front().state != "valid" ? "" : "/me/certificates/" + papers.front().number + "/seal"}, {"summary", form.summary()},
                        {"f_from", form.field("from_day", "certificate.from", {}, Json::of({{"type", "date"}, {"short", true}}))},
                        {"f_to", form.field("to_day", "certificate.to", {}, Json::of({{"type", "date"}, {"short", true}}))}});
  if (rows.size() == 0)
    view.set("empty", Json::of({{"icon", "file"}, {"title", context.text("certificate.none")}, {"text", ""}, {"href", ""}}));
  return context.page("support/certificates", view);
}

Json shown_lines(const Context& context, const Certificate& paper) {
  Json rows = Json::array();
  for (const auto& line : lines_of(paper))
    rows.push(Json::of({{"what", title_text(context, line.title)}, {"unit", line.unit.empty() ? context.text("record.residents") : line.unit},
                        {"times", context.text("certificate.times", {{"n", std::to_string(line.times)}})}, {"hours", rules::hours_text(line.minutes)}, {"line_grades", line.grades}}));
  return rows;
}

// What the paper says beside what the book says today: a sheet changed by hand shows the true values here.
void add_truth(Context& context, const identity::Vault& vault, const Certificate& paper, Json& view) {
  const std::pair<const char*, std::int64_t> grades[] = {{"A", paper.minutes_a}, {"B", paper.minutes_b}, {"C", paper.minutes_c}, {"D", paper.minutes_d}};
  Json bars = Json::array();
  for (const auto& [grade, minutes] : grades)
    bars.push(Json::of({{"grade", grade}, {"label", context.text(std::string("record.grade.") + grade)},
                        {"share", paper.total() ? minutes * 100 / paper.total() : 0},
                        {"hours", context.text("record.hours", {{"n", rules::hours_text(minutes)}})}}));
  std::int64_t standing = 0, now_by_grade[4] = {0, 0, 0, 0};
  for (const Grade grade : {Grade::A, Grade::B, Grade::C, Grade::D})
    standing += now_by_grade[static_cast<int>(grade)] = counted_minutes(context.reader, paper.volunteer, grade, paper.from_day, paper.to_day);
  const Json proof = proof_of(context.reader, paper.state == "valid" ? "certificate" : paper.state, paper.id);
  view.set("known", true).set("number", spaced(paper.number)).set("good", paper.state == "valid")
      .set("verdict", context.text("certificate.verdict." + paper.state)).set("state", state_pill(context, paper.state))
      .set("name", masked_name(vault.unseal(paper.name_sealed, "certificate.name").value_or("")))
      .set("days", paper.from_day.text() + " – " + paper.to_day.text()).set("issued", local_date(paper.at).text())
      .set("total", rules::hours_text(paper.total())).set("bars", bars).set("lines", shown_lines(context, paper)).set("has_lines", !paper.lines.empty())
      .set("proof", "/v/" + paper.number + "/proof.json")
      .set("since", standing < paper.total() && paper.state == "valid"
                        ? context.text("certificate.less_now", {{"n", rules::hours_text(standing)}}) + " (" + split_text(now_by_grade) + ")" : "")
      .set("log_size", proof.is_null() ? "" : std::to_string(proof["size"].integer()))
      .set("leaf", proof.is_null() ? "" : std::to_string(proof["index"].integer()));
}

Result<Response> verify_page(Context& context, const identity::Vault& vault, const Book& book) {
  std::string number = context.argument("number") + context.argument("certificate"), text = context.request.query["text"].text();
  if (number.empty()) number = context.request.query["number"].text();
  const http::Form form(context, Json::of({{"number", number}}));
  Json view = Json::of({{"title", context.text("certificate.verify")}, {"asked", !number.empty() || !text.empty()}, {"known", false},
                        {"f_number", form.field("number", "certificate.number", "certificate.number.hint", Json::of({{"short", true}, {"value", number}}))}});
  if (!text.empty()) {   // the signed text of a QR code
    if (const auto mark = text.find('#'); mark != std::string::npos) text = text.substr(mark + 1);
    const auto read = ledger::read(text, book.issuers());
    if (read.reading == ledger::Reading::expired_key || read.reading == ledger::Reading::unknown_key)
      return context.page("support/verify", view.set("verdict", context.text(read.reading == ledger::Reading::expired_key ? "certificate.verdict.expired_key" : "certificate.verdict.unknown_key")));
    if (read.reading != ledger::Reading::good) return context.page("support/verify", view.set("verdict", context.text("certificate.verdict.forged")));
    number = read.certificate.number;
  }
  const auto paper = number.empty() ? std::nullopt : find_certificate(context.reader, number);
  if (paper) add_truth(context, vault, *paper, view);
  if (paper && paper->state != "revoked" && context.may(permission::supervise))
    view.set("revoke", Json::of({{"number", paper->number}, {"f_reason", form.field("reason", "certificate.why_revoke", "certificate.why_revoke.hint",
                                                                                    Json::of({{"maxlength", 300}, {"rows", 2}}))}}))
        .set("summary", form.summary());
  if (!paper && !number.empty()) view.set("verdict", context.text("certificate.verdict.unknown"));
  return context.page("support/verify", view);
}

Result<Response> paper_page(Context& context, const identity::Vault& vault, const Book& book) {
  std::string number = context.argument("file");
  const bool badge = number.ends_with(".json");
  if (const auto dot = number.rfind('.'); dot != std::string::npos) number.resize(dot);
  const auto paper = find_certificate(context.reader, number);
  if (!paper || teams::account_of_volunteer(context.reader, paper->volunteer) != context.actor.account) return refuse(Kind::not_found, "http.not_found");
  if (badge)
    return Response::file(credential(*paper, vault.unseal(paper->name_sealed, "certificate.name").value_or(""), book, context.words).dump(),
                          "application/vc+ld+json", paper->number + ".json");
  return Response::file(support::paper(*paper, vault.unseal(paper->name_sealed, "certificate.name").value_or(""), context.words), "application/pdf",
                        paper->number + ".pdf");
}

}  // namespace

void add_certificate_routes(http::Router& router, const Services& services, const Book& book) {
  const auto* vault = &services.vault;
  router.page("certificate.mine", "/me/certificates", Access::signed_in("one's own certificates"), my_certificates);
  router.resolver("certificate", [](storage::Reader& reader, const std::string& number) -> std::optional<access::Place> {
    const auto paper = find_certificate(reader, number);
    const auto person = paper ? teams::find_volunteer(reader, paper->volunteer) : std::nullopt;
    if (!person) return std::nullopt;
    access::Place place;
    place.region = person->region;
    return place;
  });
  router.command<CertificateInput>(
      {.name = "certificate.issue", .path = "/me/certificates",
       .access = Access::signed_in("one's own record, free of charge (Decree 67 art. 14)"),
       .next = [](const CommandContext&, const Json&) { return std::string("/me/certificates"); }, .flash = "certificate.made",
       .page = my_certificates},
      [vault, &book, address = services.public_address](storage::Tx& tx, const CommandContext& context, const CertificateInput& input) -> Result<Json> {
        const auto volunteer = teams::find_volunteer_by_account(tx, context.actor.account);
        if (!volunteer) return refuse(Kind::forbidden, "signup.not_volunteer");
        const auto made = TX_TRY(issue(tx, book, *vault, volunteer->id.value, input, address));
        return Json::of({{"number", made.number}, {"minutes", made.total()}, {"minutes_a", made.minutes_a}, {"minutes_b", made.minutes_b}, {"minutes_c", made.minutes_c}, {"minutes_d", made.minutes_d}});
      });
  router.page("certificate.paper", "/me/certificates/{file}", Access::signed_in("one's own certificate (checked in the page)"),
              [vault, &book](Context& context) { return paper_page(context, *vault, book); });
  const auto verify = [vault, &book](Context& context) { return verify_page(context, *vault, book); };
  router.page("certificate.verify", "/verify", Access::everyone("anybody may check a certificate (Decree 67 art. 17)"), verify);
  router.page("certificate.shown", "/v/{number}", Access::everyone("anybody may check a certificate (Decree 67 art. 17)"), verify);
  // The leaf of a certificate and its way to the signed head, for tongxin-verify and the offline page; names nobody.
  router.page("certificate.proof", "/v/{number}/proof.json", Access::everyone("anybody may check a certificate (Decree 67 art. 17)"),
              [](Context& context) -> Result<Response> {
                const auto paper = find_certificate(context.reader, context.argument("number"));
                if (!paper) return refuse(Kind::not_found, "http.not_found");
                return Response::json(proof_of(context.reader, paper->state == "valid" ? "certificate" : paper->state, paper->id));
              });
  router.command<RevokeInput>(
      {.name = "certificate.revoke", .path = "/desk/certificates/{certificate}/revoke",
       .access = Access::over(permission::supervise, "certificate"),
       .next = [](const CommandContext& context, const Json&) { return "/v/" + context.argument("certificate"); }, .flash = "certificate.revoked",
       .page = verify},
      [&book](storage::Tx& tx, const CommandContext& context, const RevokeInput& input) -> Result<Json> {
        auto paper = find_certificate(tx, context.argument("certificate"));
        if (!paper) return refuse(Kind::not_found, "http.not_found");
        if (paper->state == "revoked" || paper->state == "erased") return refuse(Kind::conflict, "certificate.gone");
        if (letter_count(input.reason) < 5) return refuse(Kind::invalid, "flow.reason_missing", "reason");
        paper->state = "revoked";
        paper->reason = input.reason;
        paper->changed = tx.now();
        storage::update(tx, "certificate", *paper);
        book.log(tx, "revoked", paper->id, logged(*paper));
        return Json::of({{"number", paper->number}});
      });
}

}  // namespace tx::support
