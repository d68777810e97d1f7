// Asking the recording unit for its stamp, and that unit's desk: who records certifies (Decree 67 art. 14, 15).
#include <algorithm>

#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/support/certificates/certificates.h"
#include "systems/support/certificates/flow.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct AskInput {
  std::string unit;
};
BOOST_DESCRIBE_STRUCT(AskInput, (), (unit))
struct ReasonInput {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReasonInput, (), (reason))

// The units that recorded hours of this certificate; 0 stands for the residents' desk.
std::vector<std::int64_t> units_of(storage::Reader& reader, const Certificate& paper) {
  std::vector<std::int64_t> units;
  for (const auto& row : storage::query(reader, "select distinct organisation from service_record where volunteer = $1 and starts >= $2 and starts < $3 and kind <> 'transfer' "
                                                "order by organisation", paper.volunteer, start_of(paper.from_day), start_of({paper.to_day.days + 1})).rows)
    units.push_back(std::get<std::int64_t>(row[0]));
  return units;
}
std::string unit_name(const Context& context, std::int64_t organisation) {
  const auto found = teams::find_organisation(context.reader, organisation);
  return found ? found->name : context.text("record.residents");
}

std::optional<Certificate> own_paper(storage::Reader& reader, const access::Actor& actor, const std::string& number) {
  auto paper = find_certificate(reader, number);
  if (!paper || teams::account_of_volunteer(reader, paper->volunteer) != actor.account) return std::nullopt;
  return paper;
}

Json row_of(const Context& context, const SealRequest& request, const std::string& href) {
  const auto paper = storage::find<Certificate>(context.reader, "select * from certificate where id = $1", request.certificate);
  return Json::of({{"href", href}, {"title", paper ? spaced(paper->number) : ""}, {"text", unit_name(context, request.organisation)}, {"icon", "flag"}, {"leaf", ""},
                   {"unread_row", false}, {"has_side", true}, {"side", paper ? context.text("record.hours", {{"n", rules::hours_text(paper->total())}}) : ""}, {"split", paper ? paper->split() : ""},
                   {"meta", Json::Array{Json::of({{"glyph", "calendar"}, {"words", local_date(request.created).text()}}),
                                        Json::of({{"glyph", "me"}, {"words", teams::volunteer_card(context.reader, request.volunteer).name}})}},
                   {"state", workflow::state_view(kSealFlow, request.state, context.language, context.words)},
                   {"clock", request.due.us && request.state == "asked" ? workflow::due_view(request.due, context.now, context.language, context.words) : Json()}});
}

Result<Response> ask_page(Context& context) {
  const auto paper = own_paper(context.reader, context.actor, context.argument("number"));
  if (!paper) return refuse(Kind::not_found, "http.not_found");
  std::vector<http::Option> options;
  for (const auto unit : units_of(context.reader, *paper)) options.push_back({id_text(unit), unit_name(context, unit)});
  const http::Form form(context, Json::of({{"unit", options.empty() ? "" : options.front().value}}));
  Json rows = Json::array();
  for (const auto& request : storage::select<SealRequest>(context.reader, "select * from seal_request where certificate = $1 order by id desc", paper->id)) {
    Json row = row_of(context, request, "");
    row.set("text", unit_name(context, request.organisation) + (request.words.empty() ? "" : " · " + request.words));
    rows.push(row);
  }
  return context.page("support/seal", Json::of({{"title", context.text("seal.title")}, {"number", paper->number}, {"shown", spaced(paper->number)}, {"rows", rows},
                                                {"has_rows", rows.size() > 0}, {"summary", form.summary()}, {"may_ask", paper->state == "valid" && !options.empty()},
                                                {"nav_me", true}, {"f_unit", form.options("unit", "seal.f.unit", options, "seal.f.unit.hint")}}));
}

Result<Json> ask(storage::Tx& tx, const CommandContext& context, const AskInput& input) {
  const auto paper = own_paper(tx, context.actor, context.argument("number"));
  if (!paper) return refuse(Kind::not_found, "http.not_found");
  if (paper->state != "valid") return refuse(Kind::conflict, "seal.not_valid");
  const auto unit = id_value(input.unit);
  const auto units = units_of(tx, *paper);
  if (!unit || std::find(units.begin(), units.end(), *unit) == units.end()) return refuse(Kind::invalid, "seal.unit", "unit");
  if (storage::scalar<std::int64_t>(tx, "select 1 from seal_request where certificate = $1 and organisation = $2 and state in ('asked','sealed')", paper->id, *unit))
    return refuse(Kind::conflict, "seal.asked_already", "unit");
  SealRequest request;
  request.id = tx.new_id();
  request.certificate = paper->id;
  request.volunteer = paper->volunteer;
  request.organisation = *unit;
  const auto person = teams::find_volunteer(tx, paper->volunteer);
  const auto organisation = teams::find_organisation(tx, *unit);
  request.region = organisation ? organisation->region : person->region;
  request.asked_by = context.actor.account;
  request.created = tx.now();
  const auto taken = TX_TRY(workflow::take(tx, kSealFlow, request.id, "", "ask", context.actor.account, {}, request.region));
  request.state = taken.state;
  request.due = taken.due;
  storage::insert(tx, "seal_request", request);
  for (const auto leader : teams::leaders_of(tx, *unit)) notices::send(tx, {leader, "notice.seal_asked", {{"number", spaced(paper->number)}}, "/desk/seals"});
  return Json::of({{"request", id_text(request.id)}, {"state", request.state}, {"region", request.region}});
}

Result<Json> decide(storage::Tx& tx, const CommandContext& context, const std::string& action, const std::string& reason) {
  auto request = find_seal_request(tx, id_value(context.argument("seal")).value_or(0));
  if (!request) return refuse(Kind::not_found, "http.not_found");
  if (action != "withdraw" && request->asked_by == context.actor.account) return refuse(Kind::forbidden, "record.own_hours");
  const auto taken = TX_TRY(workflow::take(tx, kSealFlow, request->id, request->state, action, context.actor.account, reason, request->region));
  request->state = taken.state;
  request->due = taken.due;
  request->words = reason;
  request->decided_by = context.actor.account;
  request->decided = tx.now();
  storage::update(tx, "seal_request", *request);
  const auto paper = storage::find<Certificate>(tx, "select * from certificate where id = $1", request->certificate);
  notices::send(tx, {request->asked_by, "notice.seal_" + request->state, {{"number", spaced(paper->number)}, {"words", reason}}, "/me/certificates/" + paper->number + "/seal"});
  return Json::of({{"state", request->state}, {"region", request->region}});
}

std::vector<SealRequest> for_desk(const Context& context, const std::string& states) {
  const std::string regions = access::region_filter("region", access::regions_of(context.roles, context.actor, permission::seal));
  std::string teams_list = "0";
  for (const auto& text : access::organisations_of(context.roles, context.actor, permission::seal)) teams_list += "," + std::to_string(id_value(text).value_or(0));
  return storage::select<SealRequest>(context.reader, "select * from seal_request where state in (" + states + ") and (" + regions + " or (organisation <> 0 and organisation in (" +
                                                          teams_list + "))) order by due, id limit 200");
}

Result<Response> desk(Context& context) {
  Json rows = Json::array(), past = Json::array();
  for (const auto& request : for_desk(context, "'asked'")) rows.push(row_of(context, request, "/desk/seals/" + id_text(request.id)));
  for (const auto& request : for_desk(context, "'sealed','refused'")) past.push(row_of(context, request, "/desk/seals/" + id_text(request.id)));
  Json view = Json::of({{"title", context.text("seal.desk")}, {"rows", rows}, {"past", Json::of({{"rows", past}})}, {"has_past", past.size() > 0}});
  if (rows.size() == 0) view.set("empty", Json::of({{"icon", "check"}, {"title", context.text("seal.none")}, {"text", context.text("seal.none.text")}, {"href", ""}}));
  return context.page("support/seals", view);
}

Result<Response> one(Context& context) {
  const auto request = find_seal_request(context.reader, id_value(context.argument("seal")).value_or(0));
  const auto paper = request ? storage::find<Certificate>(context.reader, "select * from certificate where id = $1", request->certificate) : std::nullopt;
  if (!paper) return refuse(Kind::not_found, "http.not_found");
  const http::Form form(context);
  Json lines = Json::array();
  for (const auto& line : lines_of(*paper))
    lines.push(Json::of({{"what", title_text(context, line.title)}, {"unit", line.unit.empty() ? context.text("record.residents") : line.unit},
                         {"times", context.text("certificate.times", {{"n", std::to_string(line.times)}})}, {"hours", rules::hours_text(line.minutes)}, {"line_grades", line.grades}}));
  return context.page("support/seal_one",
                      Json::of({{"title", spaced(paper->number)}, {"seal", id_text(request->id)}, {"name", teams::volunteer_card(context.reader, request->volunteer).name},
                                {"unit", unit_name(context, request->organisation)}, {"days", paper->from_day.text() + " – " + paper->to_day.text()},
                                {"total", rules::hours_text(paper->total())}, {"split", paper->split()}, {"lines", lines}, {"number", paper->number}, {"summary", form.summary()},
                                {"state", workflow::state_view(kSealFlow, request->state, context.language, context.words)},
                                {"clock", request->due.us ? workflow::due_view(request->due, context.now, context.language, context.words) : Json()},
                                {"open", request->state == "asked"}, {"words", request->words},
                                {"f_reason", form.field("reason", "seal.f.reason", "seal.f.reason.hint", Json::of({{"maxlength", 300}, {"rows", 2}}))}}));
}

}  // namespace

std::optional<SealRequest> find_seal_request(storage::Reader& reader, std::int64_t id) {
  return storage::find<SealRequest>(reader, "select * from seal_request where id = $1", id);
}

void add_seal_routes(http::Router& router) {
  router.resolver("seal", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto request = find_seal_request(reader, id_value(text).value_or(0));
    if (!request) return std::nullopt;
    access::Place place;
    place.region = request->region;
    if (request->organisation) place.organisations = {id_text(request->organisation)};
    return place;
  });
  router.page("seal.page", "/me/certificates/{number}/seal", Access::signed_in("one's own certificate (checked in the page)"), ask_page);
  router.command<AskInput>({.name = "seal.ask", .path = "/me/certificates/{number}/seal", .access = Access::signed_in("one's own certificate (checked in the command)"),
                            .next = [](const CommandContext& context, const Json&) { return "/me/certificates/" + context.argument("number") + "/seal"; }, .flash = "seal.asked",
                            .page = ask_page, .region_field = "region"},
                           ask);
  router.page("seal.desk", "/desk/seals", Access::any(permission::seal), desk);
  router.page("seal.one", "/desk/seals/{seal}", Access::over(permission::seal, "seal"), one);
  for (const std::string action : {"seal", "refuse"})
    router.command<ReasonInput>({.name = "seal." + action, .path = "/desk/seals/{seal}/" + action, .access = Access::over(permission::seal, "seal"),
                                 .next = [](const CommandContext&, const Json&) { return std::string("/desk/seals"); }, .flash = "seal.done", .page = one, .region_field = "region"},
                                [action](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) { return decide(tx, context, action, input.reason); });
}

}  // namespace tx::support
