// The desk at a muster point: who is expected, who is here, the rotating code on the screen, pairs, everybody accounted for.
#include "platform/storage/record_sql.h"
#include "systems/mobilisation/emergencies/emergencies.h"
#include "systems/supply/supply.h"
#include "systems/teams/teams.h"

namespace tx::mobilisation {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr int kListed = 300;

struct MusterInput {
  std::string point, what;
  std::vector<std::string> volunteer;
};
BOOST_DESCRIBE_STRUCT(MusterInput, (), (point, what, volunteer))

std::int64_t operation_in(const CommandContext& context) { return id_value(context.argument("operation")).value_or(0); }

int point_in(const Context& context, const Operation& op) {
  const auto& text = context.submitted.size() ? context.submitted["point"].text() : context.request.query["point"].text();
  const int point = std::atoi(text.c_str());
  return point >= 0 && point < static_cast<int>(op.points.size()) ? point : 0;
}

Result<Response> muster_page(Context& context) {
  const auto op = find_operation(context.reader, id_value(context.argument("operation")).value_or(0));
  if (!op) return refuse(Kind::not_found, "http.not_found");
  const int point = point_in(context, *op);
  Json groups = Json::array(), tabs = Json::array();
  for (std::size_t i = 0; i < op->points.size(); ++i)
    tabs.push(Json::of({{"label", op->points[i].name}, {"href", "/desk/operations/" + id_text(op->id) + "/muster?point=" + std::to_string(i)}, {"current", static_cast<int>(i) == point}}));
  const auto group = [&](const char* state, const char* key, std::initializer_list<const char*> acts) {
    Json people = Json::array(), buttons = Json::array();
    const Instant limit = context.now.plus(-op->report_minutes * kMinute);
    for (const auto& call : callouts_of(context.reader, op->id, std::string("state = '") + state + "' and point = " + std::to_string(point), kListed)) {
      const auto card = teams::volunteer_card(context.reader, call.volunteer);
      const auto buddy = call.buddy ? teams::volunteer_card(context.reader, call.buddy).name : std::string();
      const bool late = std::string_view(state) == "here" && call.seen_at < limit;
      std::string note = op->roles[static_cast<std::size_t>(call.role)].name;
      if (!buddy.empty()) note += " · " + context.text("muster.with", {{"buddy", buddy}});
      people.push(Json::of({{"tick_name", "volunteer"}, {"value", id_text(call.volunteer)}, {"label", card.name}, {"note", note}, {"initial", card.initial}, {"tone", card.tone},
                            {"selected", false},
                            {"state", std::string_view(state) == "here"
                                          ? Json::of({{"tone", late ? "stop" : "live"}, {"label", context.text(late ? "muster.silent" : "muster.seen", {{"at", local_text(call.seen_at).substr(11)}})}})
                                          : Json::of({{"tone", ""}, {"label", card.volunteer_no}})}}));
    }
    for (const char* act : acts)
      buttons.push(Json::of({{"what", act}, {"button", context.text(std::string("muster.do.") + act)}, {"main", buttons.size() == 0}}));
    groups.push(Json::of({{"group_title", context.text(key, {{"n", std::to_string(people.size())}})}, {"ticks", people}, {"has_ticks", people.size() > 0}, {"buttons", buttons},
                          {"nobody", context.text(std::string("muster.nobody.") + state)}}));
  };
  group("coming", "muster.expected", {"came", "never_came"});
  group("here", "muster.here", {"left", "well"});
  const Json code = op->code_key.empty() ? Json() : supply::presence_code(kPresence, op->id, op->code_key, context.now);
  Json view = Json::of({{"title", op->title}, {"drill", op->drill}, {"operation", id_text(op->id)}, {"point_index", std::to_string(point)},
                        {"point_title", op->points[static_cast<std::size_t>(point)].name}, {"address", op->points[static_cast<std::size_t>(point)].address}, {"tabs", tabs},
                        {"many", op->points.size() > 1}, {"groups", groups}, {"summary", http::Form(context).summary()}, {"gear", op->gear}, {"risks", op->risks},
                        {"code_url", "/desk/operations/" + id_text(op->id) + "/code"}, {"code_svg", code["svg"]}, {"code_digits", code["code"]}});
  return context.page("mobilisation/muster", view);
}

}  // namespace

void add_muster_routes(http::Router& router, const Services&) {
  const auto muster = Access::over(permission::muster, "operation");
  const auto next = [](const CommandContext& context, const Json& answer) { return "/desk/operations/" + context.argument("operation") + "/muster?point=" + answer["point"].text(); };
  router.page("muster.desk", "/desk/operations/{operation}/muster", muster, muster_page);
  router.page("muster.code", "/desk/operations/{operation}/code", muster, [](Context& context) -> Result<Response> {
    const auto op = find_operation(context.reader, id_value(context.argument("operation")).value_or(0));
    if (!op || op->code_key.empty()) return refuse(Kind::not_found, "http.not_found");
    return Response::json(supply::presence_code(kPresence, op->id, op->code_key, context.now));
  });
  router.command<MusterInput>({.name = "muster.note", .path = "/desk/operations/{operation}/muster", .access = muster, .next = next, .flash = "muster.noted", .page = muster_page,
                               .region_field = "region"},
                              [](storage::Tx& tx, const CommandContext& context, const MusterInput& input) -> Result<Json> {
                                const auto op = find_operation(tx, operation_in(context));
                                if (!op) return refuse(Kind::not_found, "http.not_found");
                                if (input.volunteer.empty()) return refuse(Kind::invalid, "muster.nobody_ticked");
                                for (const auto& one : input.volunteer) TX_TRY(account_for(tx, op->id, id_value(one).value_or(0), input.what));
                                return Json::of({{"point", std::to_string(std::atoi(input.point.c_str()))}, {"people", static_cast<std::int64_t>(input.volunteer.size())}, {"what", input.what}, {"region", op->region}});
                              });
  router.command<MusterInput>({.name = "muster.pair", .path = "/desk/operations/{operation}/pair", .access = muster, .next = next, .flash = "muster.paired", .page = muster_page,
                               .region_field = "region"},
                              [](storage::Tx& tx, const CommandContext& context, const MusterInput& input) -> Result<Json> {
                                const auto op = find_operation(tx, operation_in(context));
                                if (!op) return refuse(Kind::not_found, "http.not_found");
                                return Json::of({{"paired", TX_TRY(pair_up(tx, op->id))}, {"point", std::to_string(std::atoi(input.point.c_str()))}, {"region", op->region}});
                              });
}

}  // namespace tx::mobilisation
