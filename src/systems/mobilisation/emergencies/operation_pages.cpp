// The command board of one operation: needed and coming by capability and by muster point, who is in the field, who has not
// reported, what is to be done next; and the certificate that the data about people are gone.
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

constexpr int kSilentShown = 40, kPhoneRows = 30;

std::optional<Operation> of_page(const Context& context) { return find_operation(context.reader, id_value(context.argument("operation")).value_or(0)); }
std::int64_t of_command(const CommandContext& context) { return id_value(context.argument("operation")).value_or(0); }

Json person_line(const Context& context, const Operation& op, const Callout& call) {
  const auto card = teams::volunteer_card(context.reader, call.volunteer);
  const auto buddy = call.buddy ? teams::volunteer_card(context.reader, call.buddy).name : std::string();
  return Json::of({{"who", card.name}, {"no", card.volunteer_no}, {"volunteer", id_text(call.volunteer)}, {"role_name", op.roles[static_cast<std::size_t>(call.role)].name},
                   {"point_name", op.points[static_cast<std::size_t>(call.point)].name}, {"buddy", buddy}, {"seen", call.seen_at.us ? local_text(call.seen_at).substr(11) : ""}});
}

Json board_view(const Context& context, const Operation& op) {
  const auto counts = counts_of(context.reader, op.id);
  const auto coming = coming_by_role(context.reader, op);
  int needed = 0, missing = 0;
  Json bars = Json::array();
  for (std::size_t i = 0; i < op.roles.size(); ++i) {
    needed += op.roles[i].heads;
    missing += std::max(0, op.roles[i].heads - coming[i]);
    bars.push(Json::of({{"label", op.roles[i].name}, {"value", std::to_string(coming[i]) + " / " + std::to_string(op.roles[i].heads)},
                        {"percent", std::min(100, coming[i] * 100 / std::max(1, op.roles[i].heads))}, {"href", ""}, {"tone", coming[i] < op.roles[i].heads ? "warn" : ""}}));
  }
  Json points = Json::array();
  for (std::size_t i = 0; i < op.points.size(); ++i) {
    const auto count = [&](const char* state) {
      return storage::scalar<std::int64_t>(context.reader, "select count(*) from callout where operation = $1 and point = $2 and state = $3", op.id, i, state).value_or(0);
    };
    points.push(Json::of({{"point", op.points[i].name}, {"address", op.points[i].address}, {"expected", std::to_string(count("coming"))}, {"here", std::to_string(count("here"))},
                          {"home", std::to_string(count("left"))}, {"href", "/desk/operations/" + id_text(op.id) + "/muster?point=" + std::to_string(i)}}));
  }
  const Instant limit = context.now.plus(-op.report_minutes * kMinute);
  const auto silent_count = storage::scalar<std::int64_t>(context.reader, "select count(*) from callout where operation = $1 and state = 'here' and seen_at < $2", op.id, limit).value_or(0);
  Json silent = Json::array();
  for (const auto& call : storage::select<Callout>(context.reader, "select * from callout where operation = $1 and state = 'here' and seen_at < $2 order by seen_at, id limit $3", op.id, limit, kSilentShown))
    silent.push(person_line(context, op, call));
  const auto figure = [&](const char* key, std::int64_t value, bool warn = false) {
    return Json::of({{"label", context.text(key)}, {"value", std::to_string(value)}, {"unit", ""}, {"href", ""}, {"tone", warn ? "warn" : ""}});
  };
  Json waves = Json::array();
  for (const auto& row : storage::query(context.reader, "select wave, count(*), min(asked_at), max(asked_by) from callout where operation = $1 group by wave order by wave", op.id).rows) {
    std::int64_t wave = 0, count = 0, by = 0;
    Instant at;
    storage::from_value(row[0], wave);
    storage::from_value(row[1], count);
    storage::from_value(row[2], at);
    storage::from_value(row[3], by);
    waves.push(Json::of({{"wave_line", context.text("operation.wave_line", {{"wave", std::to_string(wave)}, {"n", std::to_string(count)}, {"at", local_text(at)},
                                                    {"by", storage::scalar<std::string>(context.reader, "select display_name from account where id = $1", by).value_or("")}})}}));
  }
  const std::string id = id_text(op.id);
  const bool command = within(context.roles, context.actor, permission::command, op.region);
  const auto is = [&](const char* state) { return op.state == state; };
  const bool calling = wave_runs(context.reader, op);
  return Json::of({{"operation", id}, {"stats", Json::Array{figure("operation.needed", needed), figure("operation.asked", counts.all()), figure("operation.coming", counts.coming),
                                                            figure("operation.here", counts.here), figure("operation.silent", silent_count, silent_count > 0), figure("operation.home", counts.left)}},
                   {"bars", bars}, {"points", points}, {"silent", silent}, {"has_silent", silent_count > 0}, {"waves", waves}, {"has_waves", waves.size() > 0},
                   {"silent_title", context.text("operation.silent_title", {{"n", std::to_string(silent_count)}, {"minutes", std::to_string(op.report_minutes)}})},
                   {"state", workflow::state_view(kOperationFlow, op.state, context.language, context.words)}, {"calling_now", calling},
                   {"no_answer", context.text("operation.no_answer", {{"n", std::to_string(counts.asked)}, {"no", std::to_string(counts.cannot)}})},
                   {"may_call", command && (is("prepared") || is("calling")) && !calling && missing > 0}, {"first_wave", op.waves == 0},
                   {"missing", context.text("operation.missing", {{"n", std::to_string(missing)}})}, {"enough", (is("calling") || is("prepared")) && missing == 0},
                   {"may_cancel", command && is("prepared")}, {"may_stand_down", command && is("calling")}, {"may_close", command && is("returning") && counts.unaccounted() == 0},
                   {"must_account", is("returning") && counts.unaccounted() > 0 ? context.text("operation.unaccounted", {{"n", std::to_string(counts.unaccounted())}}) : ""},
                   {"may_destroy", command && is("closed")}, {"running", is("calling") || is("returning")}, {"over", is("closed") || is("destroyed")},
                   {"live", !is("destroyed") && !is("cancelled")}, {"board_src", "/desk/operations/" + id + "/board"}, {"topic", operation_topic(op.id)}});
}

void head_view(const Context& context, const Operation& op, Json& view) {
  const auto policy = support::find_cover(context.reader, op.policy);
  view.set("title", op.title).set("drill", op.drill).set("purpose", op.purpose).set("command", op.command).set("gear", op.gear).set("risks", op.risks)
      .set("when", language::date_text(context.language, op.starts) + " – " + language::date_text(context.language, op.until))
      .set("region", teams::region_name(context.reader, op.region, context.language)).set("policy", policy ? policy->name() : "")
      .set("kind", context.text("eplan.kind." + op.kind));
}

Result<Response> board(Context& context) {
  const auto op = of_page(context);
  if (!op) return refuse(Kind::not_found, "http.not_found");
  Json view = board_view(context, *op);
  head_view(context, *op, view);
  const http::Form form(context);
  view.set("summary", form.summary()).set("may_muster", op->state == "calling" || op->state == "returning")
      .set("may_answer", context.may(permission::answer) && op->state == "calling")
      .set("timeline", workflow::timeline_view(kOperationFlow, workflow::history(context.reader, "operation", op->id), context.language, context.words, context.now));
  if (const auto gone = destruction_of(context.reader, op->id); gone && op->state == "destroyed") view.set("certificate_href", "/destruction/" + gone->number);
  if (op->state == "closed") view.set("destroy_due", workflow::due_view(op->due, context.now, context.language, context.words));
  view.set("f_words", form.field("reason", "operation.f.words", "operation.f.words.hint", Json::of({{"maxlength", 120}})));
  return context.page("mobilisation/board", view);
}

Result<Response> board_part(Context& context) {
  const auto op = of_page(context);
  if (!op) return refuse(Kind::not_found, "http.not_found");
  return Response::html(context.fragment("mobilisation/board_body", board_view(context, *op)));
}

// Those without an account are rung up; the operator writes the answer down.
Result<Response> phone_page(Context& context) {
  const auto op = of_page(context);
  if (!op) return refuse(Kind::not_found, "http.not_found");
  Json people = Json::array();
  const auto left = storage::scalar<std::int64_t>(context.reader, "select count(*) from callout where operation = $1 and state = 'asked' and account = 0", op->id).value_or(0);
  for (const auto& call : callouts_of(context.reader, op->id, "state = 'asked' and account = 0", kPhoneRows)) people.push(person_line(context, *op, call));
  const http::Form form(context);
  Json view = Json::of({{"operation", id_text(op->id)}, {"people", people}, {"has_people", people.size() > 0}, {"summary", form.summary()},
                        {"left", context.text("operation.phone_left", {{"n", std::to_string(left)}})},
                        {"f_number", form.field("number", "operation.f.number", "operation.f.number.hint", Json::of({{"maxlength", 18}, {"short", true}}))}});
  head_view(context, *op, view);
  view.set("say", context.text(op->drill ? "operation.say_drill" : "operation.say", {{"command", op->command}, {"purpose", op->purpose}, {"until", local_text(op->until)}}));
  return context.page("mobilisation/phone", view);
}

struct WordsInput {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(WordsInput, (), (reason))
struct CallInput {
  bool everybody = false;
};
BOOST_DESCRIBE_STRUCT(CallInput, (), (everybody))
struct PhoneInput {
  std::string number, answer;
};
BOOST_DESCRIBE_STRUCT(PhoneInput, (), (number, answer))

std::string to_board(const CommandContext& context, const Json&) { return "/desk/operations/" + context.argument("operation"); }
Json answer_of(const Operation& op) { return Json::of({{"operation", id_text(op.id)}, {"state", op.state}, {"drill", op.drill}, {"region", op.region}}); }

Result<Response> certificate(Context& context) {
  const auto gone = destruction_numbered(context.reader, context.argument("destruction"));
  const auto op = gone && gone->ended.us ? find_operation(context.reader, gone->operation) : std::nullopt;
  if (!op) return refuse(Kind::not_found, "http.not_found");
  Json lines = Json::array();
  const auto line = [&](const char* key, int value) { lines.push(Json::of({{"what", context.text(key)}, {"count", std::to_string(value)}})); };
  line("destruction.calls", gone->asked);
  line("destruction.answers", gone->asked - gone->silent);
  line("destruction.field", gone->came);
  line("destruction.words", gone->words);
  line("destruction.notices", gone->notices);
  line("destruction.messages", gone->messages);
  return context.page("mobilisation/destruction",
                      Json::of({{"title", context.text("destruction.title")}, {"number", gone->number}, {"operation_title", op->title}, {"drill", op->drill},
                                {"region", teams::region_name(context.reader, op->region, context.language)}, {"ended", language::date_text(context.language, op->ended)},
                                {"at", language::date_text(context.language, gone->ended)}, {"lines", lines}, {"digest", gone->digest}, {"leaf", std::to_string(gone->leaf)},
                                {"by", context.text(gone->by_account ? "destruction.by_officer" : "destruction.by_clock")}}));
}

}  // namespace

void add_operation_routes(http::Router& router, const Services& services) {
  router.resolver("operation", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto op = find_operation(reader, id_value(text).value_or(0));
    if (!op) return std::nullopt;
    access::Place place;
    place.region = op->region;
    place.organisations = {id_text(op->organisation)};
    return place;
  });
  const auto command = Access::over(permission::command, "operation");
  router.page("operation.board", "/desk/operations/{operation}", Access::over(permission::read, "operation"), board);
  router.page("operation.board_part", "/desk/operations/{operation}/board", Access::over(permission::read, "operation"), board_part);
  router.page("operation.phone", "/desk/operations/{operation}/phone", Access::over(permission::answer, "operation"), phone_page);
  router.page("destruction.one", "/destruction/{destruction}", Access::everyone("counts only; that the data are gone may be known by all"), certificate);
  router.command<CallInput>({.name = "operation.call", .path = "/desk/operations/{operation}/call", .access = command, .next = to_board, .flash = "operation.calling", .page = board,
                             .region_field = "region"},
                            [](storage::Tx& tx, const CommandContext& context, const CallInput& input) { return call_wave(tx, of_command(context), input.everybody, context.actor); });
  const auto step = [&](const char* name, Result<Operation> (*act)(storage::Tx&, std::int64_t, const std::string&, const access::Actor&)) {
    router.command<WordsInput>({.name = std::string("operation.") + name, .path = std::string("/desk/operations/{operation}/") + name, .access = command, .next = to_board,
                                .flash = std::string("operation.done.") + name, .page = board, .region_field = "region"},
                               [act](storage::Tx& tx, const CommandContext& context, const WordsInput& input) -> Result<Json> {
                                 return answer_of(TX_TRY(act(tx, of_command(context), input.reason, context.actor)));
                               });
  };
  step("stand_down", stand_down);
  step("cancel", cancel_operation);
  step("close", [](storage::Tx& tx, std::int64_t id, const std::string&, const access::Actor& by) { return close_operation(tx, id, by); });
  router.command<http::NoInput>({.name = "operation.destroy", .path = "/desk/operations/{operation}/destroy", .access = command, .next = to_board, .flash = "operation.destroying", .page = board,
                                 .region_field = "region"},
                                [](storage::Tx& tx, const CommandContext& context, const http::NoInput&) -> Result<Json> {
                                  const auto op = find_operation(tx, of_command(context));
                                  if (!op || op->state != "closed") return refuse(Kind::conflict, "operation.not_closed");
                                  jobs::enqueue(tx, "mobilisation.destroy", Json::of({{"operation", id_text(op->id)}, {"by", context.actor.account.value}}), context.actor.account);
                                  return answer_of(*op);
                                });
  router.command<PhoneInput>({.name = "operation.answer", .path = "/desk/operations/{operation}/answer", .access = Access::over(permission::answer, "operation"),
                              .next = [](const CommandContext& context, const Json&) { return "/desk/operations/" + context.argument("operation") + "/phone"; },
                              .flash = "operation.answered", .page = phone_page, .region_field = "region"},
                             [](storage::Tx& tx, const CommandContext& context, const PhoneInput& input) -> Result<Json> {
                               const auto volunteer = teams::find_volunteer_by_number(tx, input.number);
                               const auto call = volunteer ? callout_of(tx, of_command(context), volunteer->id.value) : std::nullopt;
                               if (!call) return refuse(Kind::invalid, "operation.not_called", "number");
                               if (input.answer != "come" && input.answer != "cannot") return refuse(Kind::invalid, "operation.no_such_answer", "number");
                               TX_TRY(answer_call(tx, call->id, input.answer == "come", "operator", context.actor));
                               return Json::of({{"region", find_operation(tx, call->operation)->region}});
                             });
  (void)services;
}

}  // namespace tx::mobilisation
