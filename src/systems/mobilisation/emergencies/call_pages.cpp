// The called person's telephone: who asks, for what, where, until when, and two buttons. Afterwards: the code of the muster point,
// the buddy, "I am well". And the wish not to be called at all.
#include "platform/storage/record_sql.h"
#include "systems/mobilisation/emergencies/emergencies.h"
#include "systems/mobilisation/emergencies/flow.h"
#include "systems/supply/supply.h"
#include "systems/teams/teams.h"

namespace tx::mobilisation {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct WellInput {
  std::string words;
};
BOOST_DESCRIBE_STRUCT(WellInput, (), (words))
struct HereInput {
  std::string code, direction = "in";
};
BOOST_DESCRIBE_STRUCT(HereInput, (), (code, direction))
struct ReadyInput {
  bool ready = false;
};
BOOST_DESCRIBE_STRUCT(ReadyInput, (), (ready))

Result<Response> call_page(Context& context) {
  const auto call = find_callout(context.reader, id_value(context.argument("call")).value_or(0));
  const auto op = call ? find_operation(context.reader, call->operation) : std::nullopt;
  if (!op) return refuse(Kind::not_found, "http.not_found");
  const auto& point = op->points[static_cast<std::size_t>(call->point)];
  const bool open = op->state == "calling";
  const auto is = [&](const char* state) { return call->state == state; };
  const auto buddy = call->buddy ? teams::volunteer_card(context.reader, call->buddy) : teams::Card{};
  const auto policy = support::find_cover(context.reader, op->policy);
  const http::Form form(context);
  return context.page("mobilisation/call",
                      Json::of({{"title", op->title}, {"drill", op->drill}, {"call", id_text(call->id)}, {"command", op->command}, {"purpose", op->purpose}, {"point", point.name},
                                {"address", point.address}, {"from", language::date_text(context.language, op->starts)}, {"until", language::date_text(context.language, op->until)},
                                {"role", op->roles[static_cast<std::size_t>(call->role)].name}, {"gear", op->gear}, {"risks", op->risks},
                                {"policy", policy ? policy->text() : ""},
                                {"asked", open && is("asked")}, {"coming", open && is("coming")}, {"cannot", open && is("cannot")}, {"here", is("here")},
                                {"returning", op->state == "returning" && (is("here") || is("coming"))}, {"over", !is("here") && !(open && (is("asked") || is("coming") || is("cannot")))},
                                {"may_code", is("here") || (is("coming") && open)}, {"direction", is("here") ? "out" : "in"}, {"buddy", buddy.name},
                                {"seen", call->seen_at.us ? local_text(call->seen_at).substr(11) : ""}, {"report", context.text("callout.report_every", {{"n", std::to_string(op->report_minutes)}})},
                                {"over_text", context.text("callout.state." + call->state)}, {"summary", form.summary()},
                                {"f_code", form.field("code", is("here") ? "callout.code_out" : "callout.code_in", "callout.code.hint", Json::of({{"inputmode", "numeric"}, {"short", true}, {"maxlength", 6}}))},
                                {"f_words", form.field("words", "callout.words", "callout.words.hint", Json::of({{"maxlength", 100}, {"optional", true}}))}}));
}

Result<Response> mine(Context& context) {
  const auto volunteer = teams::find_volunteer_by_account(context.reader, context.actor.account);
  Json rows = Json::array();
  for (const auto& call : storage::select<Callout>(context.reader, "select * from callout where account = $1 order by id desc limit 50", context.actor.account)) {
    const auto op = find_operation(context.reader, call.operation);
    if (!op) continue;
    rows.push(Json::of({{"href", "/calls/" + id_text(call.id)}, {"icon", op->drill ? "flag" : "emergency"}, {"title", (op->drill ? context.text("operation.drill_mark") + " " : "") + op->title},
                        {"text", op->purpose}, {"leaf", ""}, {"meta", Json::Array{Json::of({{"glyph", "clock"}, {"words", language::date_text(context.language, op->starts)}})}},
                        {"has_side", true}, {"side", ""}, {"clock", Json()}, {"unread_row", call.state == "asked"},
                        {"state", Json::of({{"tone", call.state == "asked" ? "wait" : call.state == "coming" || call.state == "here" ? "live" : ""}, {"label", context.text("callout.short." + call.state)}})}}));
  }
  Json view = Json::of({{"title", context.text("callout.mine")}, {"rows", rows}, {"is_volunteer", volunteer.has_value()}, {"ready", volunteer && is_ready(context.reader, volunteer->id.value)},
                        {"summary", http::Form(context).summary()}, {"empty", Json()}});
  if (rows.size() == 0) view.set("empty", Json::of({{"icon", "check"}, {"title", context.text("callout.none")}, {"text", context.text("callout.none.text")}, {"href", ""}}));
  return context.page("mobilisation/calls", view);
}

std::int64_t call_in(const CommandContext& context) { return id_value(context.argument("call")).value_or(0); }
Json answer_of(storage::Reader& reader, const Callout& call) { return Json::of({{"state", call.state}, {"region", find_operation(reader, call.operation)->region}}); }

}  // namespace

void add_call_routes(http::Router& router, const Services& services) {
  router.resolver("call", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto call = find_callout(reader, id_value(text).value_or(0));
    if (!call) return std::nullopt;
    access::Place place;
    if (call->account) place.owners = {call->account};
    return place;
  });
  const auto to_call = [](const CommandContext& context, const Json&) { return "/calls/" + context.argument("call"); };
  router.page("callout.one", "/calls/{call}", Access::owner("call"), call_page);
  router.page("callout.mine", "/me/calls", Access::signed_in("one's own calls and the wish not to be called"), mine);
  for (const bool yes : {true, false})
    router.command<http::NoInput>({.name = yes ? "callout.come" : "callout.cannot", .path = std::string("/calls/{call}/") + (yes ? "come" : "cannot"), .access = Access::owner("call"),
                                   .next = to_call, .flash = yes ? "callout.done.come" : "callout.done.cannot", .page = call_page, .region_field = "region"},
                                  [yes](storage::Tx& tx, const CommandContext& context, const http::NoInput&) -> Result<Json> {
                                    return answer_of(tx, TX_TRY(answer_call(tx, call_in(context), yes, "phone", context.actor)));
                                  });
  router.command<WellInput>({.name = "callout.well", .path = "/calls/{call}/well", .access = Access::owner("call"), .next = to_call, .flash = "callout.done.well", .page = call_page,
                             .region_field = "region"},
                            [&vault = services.vault](storage::Tx& tx, const CommandContext& context, const WellInput& input) -> Result<Json> {
                              return answer_of(tx, TX_TRY(report_well(tx, vault, call_in(context), input.words)));
                            });
  router.command<HereInput>({.name = "callout.here", .path = "/calls/{call}/here", .access = Access::owner("call"), .next = to_call, .flash = "callout.done.here", .page = call_page,
                             .region_field = "region"},
                            [](storage::Tx& tx, const CommandContext& context, const HereInput& input) -> Result<Json> {
                              const auto call = find_callout(tx, call_in(context));
                              if (!call) return refuse(Kind::not_found, "http.not_found");
                              TX_TRY(supply::show_presence(tx, kPresence, call->operation, call->volunteer, input.direction != "out", input.code));
                              return answer_of(tx, *find_callout(tx, call->id));
                            });
  router.command<ReadyInput>({.name = "callout.ready", .path = "/me/calls/ready", .access = Access::signed_in("one's own wish"),
                              .next = [](const CommandContext&, const Json&) { return std::string("/me/calls"); }, .flash = "callout.done.ready", .page = mine},
                             [](storage::Tx& tx, const CommandContext& context, const ReadyInput& input) -> Result<Json> {
                               const auto volunteer = teams::find_volunteer_by_account(tx, context.actor.account);
                               if (!volunteer) return refuse(Kind::forbidden, "signup.not_volunteer");
                               set_ready(tx, volunteer->id.value, input.ready);
                               return Json::of({{"ready", input.ready}});
                             });
}

}  // namespace tx::mobilisation
