// Staff side: ask to read a minor's data, decide about it, read it (each reading leaves its trace), report the year.
#include "base/text.h"
#include "platform/audit/audit.h"
#include "platform/audit/lately.h"
#include "platform/documents/documents.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/teams/minors/flow.h"
#include "systems/teams/minors/minors.h"

namespace tx::teams {
namespace minors {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr int kShown = 100;

struct ReasonInput {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReasonInput, (), (reason))

std::string subject_text(const Context& context, const std::string& subject) {
  const auto colon = subject.find(':');
  const std::int64_t id = id_value(subject.substr(colon + 1)).value_or(0);
  if (subject.starts_with("volunteer:")) {
    const auto v = find_volunteer(context.reader, id);
    return v ? masked_name(v->name) + "  " + v->volunteer_no : "";
  }
  return context.text("minor.subject." + subject.substr(0, colon));
}

std::string account_name(storage::Reader& reader, access::AccountId account) {
  return storage::scalar<std::string>(reader, "select display_name from account where id = $1", account).value_or("");
}

Json row_of(Context& context, const AccessRequest& request) {
  return Json::of({{"href", "/desk/minors/" + id_text(request.id)}, {"title", subject_text(context, request.subject)},
                   {"text", request.reason}, {"icon", "lock"}, {"leaf", ""}, {"unread_row", false}, {"has_side", true}, {"side", ""},
                   {"state", workflow::state_view(kMinorAccessFlow, request.state, context.language, context.words)},
                   {"clock", request.due.us ? workflow::due_view(request.due, context.now, context.language, context.words) : Json()},
                   {"meta", Json::Array{Json::of({{"glyph", "me"}, {"words", account_name(context.reader, request.asked_by)}}),
                                        Json::of({{"glyph", "nearby"}, {"words", region_path(context.reader, request.region, context.language)}})}}});
}

std::vector<std::string> deciding_regions(const Context& context) {
  return access::regions_of(context.roles, context.actor, permission::minor_decide);
}

Result<Response> list_page(Context& context) {
  Json waiting = Json::array(), own = Json::array();
  for (const auto& request : storage::select<AccessRequest>(
           context.reader, "select * from minor_access where state in ('asked','running') and asked_by <> $1 and " +
                               access::region_filter("region", deciding_regions(context)) + " order by state, due limit $2",
           context.actor.account, kShown))
    waiting.push(row_of(context, request));
  for (const auto& request : storage::select<AccessRequest>(
           context.reader, "select * from minor_access where asked_by = $1 order by id desc limit $2", context.actor.account, kShown))
    own.push(row_of(context, request));
  const bool decides = context.may(permission::minor_decide);
  Json view = Json::of({{"title", context.text("minor.desk")}, {"decides", decides}, {"has_waiting", waiting.size() > 0},
                        {"has_own", own.size() > 0}, {"waiting", Json::of({{"rows", waiting}})}, {"own", Json::of({{"rows", own}})}});
  if (waiting.size() + own.size() == 0)
    view.set("empty", Json::of({{"icon", "lock"}, {"title", context.text("minor.none")}, {"text", context.text("minor.none_text")}, {"href", ""}}));
  return context.page("teams/minors", std::move(view));
}

std::optional<AccessRequest> request_of(const Context& context) {
  return find_request(context.reader, id_value(context.argument("minor_access")).value_or(0));
}

Result<Response> one_page(Context& context) {
  const auto request = request_of(context);
  if (!request) return refuse(Kind::not_found, "http.not_found");
  const bool own = request->asked_by == context.actor.account;
  const bool runs = request->state == "running" && request->due > context.now;
  const http::Form form(context);
  const bool volunteer = request->subject.starts_with("volunteer:");
  return context.page(
      "teams/minor_access",
      Json::of({{"title", subject_text(context, request->subject)}, {"minor_access", id_text(request->id)}, {"reason", request->reason},
                {"who", account_name(context.reader, request->asked_by)}, {"region_name", region_path(context.reader, request->region, context.language)},
                {"state", workflow::state_view(kMinorAccessFlow, request->state, context.language, context.words)},
                {"clock", request->due.us ? workflow::due_view(request->due, context.now, context.language, context.words) : Json()},
                {"timeline", workflow::timeline_view(kMinorAccessFlow, workflow::history(context.reader, "minor_access", request->id),
                                                     context.language, context.words, context.now)},
                {"may_decide", !own && request->state == "asked" && context.may(permission::minor_decide)},
                {"may_withdraw", own && request->state == "asked"}, {"may_read", own && runs && volunteer},
                {"elsewhere", own && runs && !volunteer ? "/desk/needs/" + request->subject.substr(request->subject.find(':') + 1) : ""},
                {"may_end", runs && (own || request->decided_by == context.actor.account)}, {"summary", form.summary()},
                {"f_reason", form.field("reason", "minor.reason", "minor.decision_hint", Json::of({{"maxlength", 300}}))}}));
}

// The record itself, for ten minutes after the reading was put on record.
Result<Response> record_page(Context& context, const identity::Vault& vault) {
  const auto request = request_of(context);
  if (!request || request->asked_by != context.actor.account) return refuse(Kind::not_found, "http.not_found");
  const bool read = audit::said_lately(context.reader, "minor.read", request->subject, context.actor.account, context.now);
  if (!read || !running(context.reader, context.actor.account, request->subject, context.now)) return refuse(Kind::forbidden, "minor.not_running");
  const auto v = find_volunteer(context.reader, id_value(request->subject.substr(request->subject.find(':') + 1)).value_or(0));
  if (!v) return refuse(Kind::not_found, "http.not_found");
  const auto person = whole(context.reader, vault, *v);
  return context.page("teams/minor_record",
                      Json::of({{"title", context.text("minor.record")}, {"minor_access", id_text(request->id)}, {"name", person.name},
                                {"volunteer_no", v->volunteer_no}, {"birth", v->birth.text()}, {"guardian", person.guardian},
                                {"phone", vault.unseal(person.phone_sealed, "volunteer.phone").value_or("")},
                                {"id_number", masked_id_number(vault.unseal(person.id_sealed, "volunteer.id").value_or(""))},
                                {"region_name", region_path(context.reader, v->region, context.language)}}));
}

Result<Json> read(storage::Tx& tx, const CommandContext& context) {
  const auto request = find_request(tx, id_value(context.argument("minor_access")).value_or(0));
  if (!request || request->asked_by != context.actor.account) return refuse(Kind::not_found, "http.not_found");
  if (request->state != "running" || request->due <= tx.now()) return refuse(Kind::forbidden, "minor.not_running");
  audit::Entry entry;
  entry.account = context.actor.account.value;
  entry.action = "minor.read";
  entry.object = request->subject;
  entry.region = request->region;
  entry.rule = "minor_access:" + id_text(request->id);
  entry.outcome = "done";
  entry.reason = request->reason;
  entry.details = Json::object();
  audit::append(tx, entry);
  return Json::of({{"region", request->region}});
}

Result<Json> ask_for_volunteer(storage::Tx& tx, const CommandContext& context, const ReasonInput& input) {
  const auto v = find_volunteer(tx, id_value(context.argument("volunteer")).value_or(0));
  if (!v) return refuse(Kind::not_found, "http.not_found");
  if (!is_minor(*v, local_date(tx.now()))) return refuse(Kind::conflict, "minor.grown_up");
  const auto id = TX_TRY(ask_minor_access(tx, "volunteer:" + v->id.text(), v->region, context.actor.account, input.reason));
  return Json::of({{"id", id_text(id)}, {"region", v->region}});
}

// ---- the yearly report
int year_of(const Context& context) {   // in January one reports the year before
  const Date today = local_date(context.now);
  const int asked = std::atoi(context.request.query["year"].text().c_str());
  return asked >= 2020 && asked <= today.year() ? asked : today.month() == 1 ? today.year() - 1 : today.year();
}

std::vector<std::pair<std::string, std::int64_t>> lines_of(const YearReport& report) {
  return {{"under_14", report.under_14}, {"under_18", report.under_18}, {"asked", report.asked}, {"approved", report.approved},
          {"refused", report.refused}, {"waiting", report.waiting}, {"late", report.late}, {"readings", report.readings},
          {"readers", report.readers}, {"unapproved", report.unapproved}};
}

Result<Response> report_page(Context& context) {
  const auto report = year_report(context.reader, year_of(context), deciding_regions(context));
  Json lines = Json::array();
  for (const auto& [key, value] : lines_of(report))
    lines.push(Json::of({{"label", context.text("minor.report." + key)}, {"value", std::to_string(value)}, {"href", ""},
                         {"tone", (key == "unapproved" || key == "late") && value > 0 ? "warn" : ""}}));
  Json years = Json::array();
  for (int year = local_date(context.now).year(), n = 0; n < 3; --year, ++n)
    years.push(Json::of({{"year", std::to_string(year)}, {"current", year == report.year}}));
  return context.page("teams/minor_report", Json::of({{"title", context.text("minor.report", {{"year", std::to_string(report.year)}})},
                                                      {"stats", lines}, {"year_shown", std::to_string(report.year)}, {"years", years}}));
}

Result<Response> report_file(Context& context) {
  const auto report = year_report(context.reader, year_of(context), deciding_regions(context));
  documents::Sheet sheet{.name = std::to_string(report.year), .rows = {{context.text("minor.report.line"), context.text("minor.report.value")}}};
  for (const auto& [key, value] : lines_of(report)) sheet.rows.push_back({context.text("minor.report." + key), std::to_string(value)});
  return Response::file(documents::write_xlsx(sheet), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                        "minors-" + std::to_string(report.year) + ".xlsx");
}

}  // namespace

void add_staff_routes(http::Router& router, const Services& services) {
  router.resolver("minor_access", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto request = find_request(reader, id_value(text).value_or(0));
    if (!request) return std::nullopt;
    access::Place place;
    place.region = request->region;
    place.owners = {request->asked_by};
    return place;
  });
  const auto back = [](const CommandContext& context, const Json&) { return "/desk/minors/" + context.argument("minor_access"); };
  router.page("minor.list", "/desk/minors", Access::any(permission::volunteer_read), list_page);
  router.page("minor.one", "/desk/minors/{minor_access}", Access::over_or_owner(permission::minor_decide, "minor_access"), one_page);
  router.command<ReasonInput>({.name = "minor.ask", .path = "/desk/volunteers/{volunteer}/minor-access",
                               .access = Access::over(permission::volunteer_read, "volunteer"),
                               .next = [](const CommandContext&, const Json& answer) { return "/desk/minors/" + answer["id"].text(); },
                               .flash = "minor.asked", .region_field = "region"},
                              ask_for_volunteer);
  for (const char* action : {"approve", "refuse"})
    router.command<ReasonInput>({.name = std::string("minor.") + action, .path = std::string("/desk/minors/{minor_access}/") + action,
                                 .access = Access::over(permission::minor_decide, "minor_access"), .next = back, .flash = "minor.decided",
                                 .page = one_page, .region_field = "region"},
                                [action](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
                                  const auto request = TX_TRY(decide(tx, id_value(context.argument("minor_access")).value_or(0), action,
                                                                     context.actor.account, input.reason));
                                  return Json::of({{"region", request.region}, {"state", request.state}});
                                });
  for (const char* action : {"withdraw", "end"})
    router.command<ReasonInput>({.name = std::string("minor.") + action, .path = std::string("/desk/minors/{minor_access}/") + action,
                                 .access = Access::over_or_owner(permission::minor_decide, "minor_access"), .next = back, .flash = "minor.decided",
                                 .page = one_page, .region_field = "region"},
                                [action](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
                                  const auto request = TX_TRY(decide(tx, id_value(context.argument("minor_access")).value_or(0), action,
                                                                     context.actor.account, input.reason));
                                  return Json::of({{"region", request.region}, {"state", request.state}});
                                });
  router.command<ReasonInput>({.name = "minor.open", .path = "/desk/minors/{minor_access}/read", .access = Access::owner("minor_access"),
                               .next = [](const CommandContext& context, const Json&) { return "/desk/minors/" + context.argument("minor_access") + "/record"; },
                               .page = one_page, .region_field = "region"},
                              [](storage::Tx& tx, const CommandContext& context, const ReasonInput&) { return read(tx, context); });
  router.page("minor.record", "/desk/minors/{minor_access}/record", Access::owner("minor_access"),
              [services](Context& context) { return record_page(context, services.vault); });
  router.page("minor.report", "/desk/minor-report", Access::any(permission::minor_decide), report_page);
  router.page("minor.report_file", "/desk/minor-report.xlsx", Access::any(permission::minor_decide), report_file);
}

}  // namespace minors

void add_minor_routes(http::Router& router, const Services& services) {
  minors::add_staff_routes(router, services);
  minors::add_guardian_routes(router, services);
}

}  // namespace tx::teams
