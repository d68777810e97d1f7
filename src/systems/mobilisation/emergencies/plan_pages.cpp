// The desk of emergencies: what runs, the plans, and a plan with the way to start it or a drill of it.
#include "platform/storage/record_sql.h"
#include "systems/mobilisation/emergencies/emergencies.h"
#include "systems/mobilisation/emergencies/flow.h"
#include "systems/teams/teams.h"

namespace tx::mobilisation {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Option;
using http::Response;

constexpr int kRows = 4, kTeams = 200;

std::string region_sql(const Context& context, access::Permission permission, const char* column = "region") {
  auto sql = access::region_filter(column, access::regions_of(context.roles, context.actor, permission));
  std::string own;
  for (const auto& organisation : access::organisations_of(context.roles, context.actor, permission))
    own += (own.empty() ? "" : ",") + std::to_string(id_value(organisation).value_or(0));
  return own.empty() ? sql : "(" + sql + " or organisation in (" + own + "))";
}

Json row(const std::string& href, const char* icon, const std::string& title, const std::string& text, Json meta, Json state) {
  return Json::of({{"href", href}, {"icon", icon}, {"title", title}, {"text", text}, {"leaf", ""}, {"meta", std::move(meta)}, {"has_side", true}, {"side", ""},
                   {"clock", Json()}, {"unread_row", false}, {"state", std::move(state)}});
}

Json operation_row(const Context& context, const Operation& op) {
  const auto counts = counts_of(context.reader, op.id);
  Json meta = Json::Array{Json::of({{"glyph", "clock"}, {"words", language::date_text(context.language, op.starts)}}),
                          Json::of({{"glyph", "nearby"}, {"words", teams::region_name(context.reader, op.region, context.language)}})};
  if (op.state != "destroyed") meta.push(Json::of({{"glyph", "people"}, {"words", context.text("operation.row_counts", {{"coming", std::to_string(counts.coming + counts.here + counts.left)}, {"here", std::to_string(counts.here)}})}}));
  return row("/desk/operations/" + id_text(op.id), op.drill ? "flag" : "emergency", (op.drill ? context.text("operation.drill_mark") + " " : "") + op.title, op.purpose, meta,
             workflow::state_view(kOperationFlow, op.state, context.language, context.words));
}

Result<Response> desk(Context& context) {
  Json running = Json::array(), past = Json::array(), plans = Json::array();
  for (const auto& op : storage::select<Operation>(context.reader, "select * from operation where " + region_sql(context, permission::read) + " order by id desc limit 60"))
    (op.state == "prepared" || op.state == "calling" || op.state == "returning" ? running : past).push(operation_row(context, op));
  for (const auto& plan : storage::select<Plan>(context.reader, "select * from emergency_plan where state <> 'retired' and " + region_sql(context, permission::read) + " order by state, id desc limit 60")) {
    int heads = 0;
    for (const auto& role : plan.roles) heads += role.heads;
    plans.push(row("/desk/emergency/plans/" + id_text(plan.id), "file", plan.title, plan.purpose,
                   Json::Array{Json::of({{"glyph", "warning"}, {"words", context.text("eplan.kind." + plan.kind)}}), Json::of({{"glyph", "people"}, {"words", context.text("eplan.heads", {{"n", std::to_string(heads)}})}}),
                               Json::of({{"glyph", "nearby"}, {"words", teams::region_name(context.reader, plan.region, context.language)}})},
                   workflow::state_view(kPlanFlow, plan.state, context.language, context.words)));
  }
  const auto part = [&](const char* title, const char* none, Json rows) {
    Json view = Json::of({{"part_title", context.text(title)}, {"rows", rows}, {"empty", Json()}});
    if (rows.size() == 0) view.set("empty", Json::of({{"icon", "check"}, {"title", context.text(none)}, {"text", ""}, {"href", ""}}));
    return view;
  };
  return context.page("mobilisation/desk", Json::of({{"title", context.text("emergency.desk")}, {"may_plan", context.may(permission::plan)},
                                                     {"parts", Json::Array{part("emergency.running", "emergency.none_running", running), part("emergency.plans", "emergency.none_plans", plans),
                                                                           part("emergency.past", "emergency.none_past", past)}}}));
}

std::vector<Option> teams_here(const Context& context) {
  std::vector<Option> options{{"", context.text("emergency.choose")}};
  const auto regions = access::region_filter("region", access::regions_of(context.roles, context.actor, permission::plan));
  for (const auto& found : storage::query(context.reader, "select id, name from organisation where state = 'approved' and " + regions + " order by region, name limit $1", kTeams).rows)
    options.push_back({id_text(std::get<std::int64_t>(found[0])), std::get<std::string>(found[1])});
  return options;
}

// Lines of a form whose fields repeat: what was typed, else what the plan holds, and always some empty ones to go on.
std::string typed(const Context& context, const char* name, std::size_t i, const std::string& held) {
  if (context.submitted.size() == 0) return held;
  const auto& value = context.submitted[name];
  if (!value.is_array()) return i == 0 ? value.text() : "";
  return i < value.items().size() ? value.items()[i].text() : "";
}
Json choice(const std::vector<Option>& options, const std::string& chosen) {
  Json list = Json::array();
  for (const auto& option : options) list.push(Json::of({{"value", option.value}, {"label", option.label}, {"selected", option.value == chosen}}));
  return list;
}

Result<Response> form_page(Context& context) {
  std::optional<Plan> plan;
  if (!context.argument("plan").empty()) {
    plan = find_plan(context.reader, id_value(context.argument("plan")).value_or(0));
    if (!plan) return refuse(Kind::not_found, "http.not_found");
  }
  Json defaults = Json::of({{"report_minutes", 60}, {"kind", "natural"}});
  if (plan)
    defaults = Json::of({{"title", plan->title}, {"kind", plan->kind}, {"region", plan->region}, {"organisation", id_text(plan->organisation)}, {"purpose", plan->purpose},
                         {"command", plan->command}, {"gear", plan->gear}, {"risks", plan->risks}, {"report_minutes", plan->report_minutes}});
  const http::Form form(context, defaults);
  std::vector<Option> kinds, skills{{"0", context.text("eplan.skill_any")}}, cards{{"", context.text("eplan.card_none")}}, towns{{"", context.text("eplan.point_centre")}};
  for (const char* kind : kPlanKinds) kinds.push_back({kind, context.text(std::string("eplan.kind.") + kind), context.text(std::string("eplan.kind.") + kind + ".note")});
  for (const int skill : kSkills) skills.push_back({std::to_string(skill), context.text(std::string("skill.") + (skill < 10 ? "0" : "") + std::to_string(skill))});
  for (const char* card : kCardKinds) cards.push_back({card, context.text(std::string("card.kind.") + card)});
  const std::string home = plan ? plan->region : form.text("region").empty() ? offices(context, permission::plan).empty() ? "64" : offices(context, permission::plan).front().value : form.text("region");
  for (const auto& below : teams::regions_below(context.reader, home)) towns.push_back({below.code, below.name});
  Json roles = Json::array(), points = Json::array();
  for (std::size_t i = 0; i < kRows; ++i) {
    const Role held = plan && i < plan->roles.size() ? plan->roles[i] : Role{};
    roles.push(Json::of({{"n", i + 1}, {"role_name", typed(context, "role_name", i, held.name)}, {"role_heads", typed(context, "role_heads", i, held.heads ? std::to_string(held.heads) : "")},
                         {"skill_options", choice(skills, typed(context, "role_skill", i, std::to_string(held.skill)))}, {"card_options", choice(cards, typed(context, "role_card", i, held.card))}}));
    const Point point = plan && i < plan->points.size() ? plan->points[i] : Point{};
    points.push(Json::of({{"n", i + 1}, {"point_name", typed(context, "point_name", i, point.name)}, {"point_address", typed(context, "point_address", i, point.address)},
                          {"town_options", choice(towns, typed(context, "point_region", i, ""))}}));
  }
  return context.page("mobilisation/plan_form",
                      Json::of({{"title", context.text(plan ? "eplan.edit" : "eplan.new")}, {"action", plan ? "/desk/emergency/plans/" + id_text(plan->id) + "/edit" : "/desk/emergency/plans"},
                                {"fresh", !plan}, {"summary", form.summary()}, {"roles", roles}, {"points", points},
                                {"f_title", form.field("title", "eplan.f.title", "eplan.f.title.hint", Json::of({{"maxlength", 60}, {"required", true}}))},
                                {"f_kind", form.options("kind", "eplan.f.kind", kinds)},
                                {"f_region", form.options("region", "eplan.f.region", offices(context, permission::plan))},
                                {"f_organisation", form.options("organisation", "eplan.f.organisation", teams_here(context), "eplan.f.organisation.hint")},
                                {"f_purpose", form.field("purpose", "eplan.f.purpose", "eplan.f.purpose.hint", Json::of({{"maxlength", 300}, {"rows", 3}}))},
                                {"f_command", form.field("command", "eplan.f.command", "eplan.f.command.hint", Json::of({{"maxlength", 60}}))},
                                {"f_gear", form.field("gear", "eplan.f.gear", "eplan.f.gear.hint", Json::of({{"maxlength", 200}, {"optional", true}}))},
                                {"f_risks", form.field("risks", "eplan.f.risks", "eplan.f.risks.hint", Json::of({{"maxlength", 300}, {"rows", 2}}))},
                                {"f_report", form.field("report_minutes", "eplan.f.report", "eplan.f.report.hint", Json::of({{"type", "number"}, {"short", true}, {"min", 10}, {"max", 720}}))}}));
}

Result<Response> plan_page(Context& context) {
  const auto plan = find_plan(context.reader, id_value(context.argument("plan")).value_or(0));
  if (!plan) return refuse(Kind::not_found, "http.not_found");
  Json roles = Json::array(), points = Json::array();
  for (const auto& role : plan->roles)
    roles.push(Json::of({{"role", role.name}, {"heads", role.heads}, {"skill", role.skill ? context.text(std::string("skill.") + (role.skill < 10 ? "0" : "") + std::to_string(role.skill)) : ""},
                         {"card", role.card.empty() ? "" : context.text("card.kind." + role.card)}}));
  for (const auto& point : plan->points) points.push(Json::of({{"point", point.name}, {"address", point.address}}));
  const auto organisation = teams::find_organisation(context.reader, plan->organisation);
  const http::Form form(context, Json::of({{"hours", 6}, {"drill", "on"}}));
  std::vector<Option> policies{{"", context.text("emergency.choose")}};
  for (const auto& policy : support::covers_near(context.reader, plan->region, local_date(context.now))) policies.push_back({id_text(policy.id), policy.name(), policy.cover});
  const bool command = within(context.roles, context.actor, permission::command, plan->region), write = within(context.roles, context.actor, permission::plan, plan->region);
  return context.page("mobilisation/plan",
                      Json::of({{"title", plan->title}, {"plan", id_text(plan->id)}, {"purpose", plan->purpose}, {"command", plan->command}, {"gear", plan->gear}, {"risks", plan->risks},
                                {"kind", context.text("eplan.kind." + plan->kind)}, {"region", teams::region_name(context.reader, plan->region, context.language)},
                                {"team", organisation ? organisation->name : ""}, {"report", context.text("eplan.report_every", {{"n", std::to_string(plan->report_minutes)}})},
                                {"roles", roles}, {"points", points}, {"state", workflow::state_view(kPlanFlow, plan->state, context.language, context.words)},
                                {"timeline", workflow::timeline_view(kPlanFlow, workflow::history(context.reader, "emergency_plan", plan->id), context.language, context.words, context.now)},
                                {"may_approve", command && plan->state == "draft" && plan->made_by != context.actor.account}, {"may_edit", write && plan->state == "draft"},
                                {"waits", plan->state == "draft" && plan->made_by == context.actor.account}, {"may_revise", write && plan->state == "in_force"},
                                {"may_retire", write && plan->state == "draft"}, {"may_start", command && plan->state == "in_force"}, {"no_policy", policies.size() == 1},
                                {"summary", form.summary()}, {"f_policy", form.options("policy", "operation.f.policy", policies, "operation.f.policy.hint")},
                                {"f_day", form.field("day", "operation.f.day", "operation.f.day.hint", Json::of({{"type", "date"}, {"short", true}}))},
                                {"f_from", form.field("from", "operation.f.from", "operation.f.from.hint", Json::of({{"type", "time"}, {"short", true}}))},
                                {"f_hours", form.field("hours", "operation.f.hours", {}, Json::of({{"type", "number"}, {"short", true}, {"min", 1}, {"max", 72}}))},
                                {"f_drill", form.tick("drill", "operation.f.drill", "operation.f.drill.text")}}));
}

std::int64_t plan_of(const CommandContext& context) { return id_value(context.argument("plan")).value_or(0); }
std::string to_plan(const CommandContext&, const Json& answer) { return "/desk/emergency/plans/" + answer["plan"].text(); }
Json plan_answer(const Plan& plan) { return Json::of({{"plan", id_text(plan.id)}, {"state", plan.state}, {"region", plan.region}}); }

}  // namespace

void add_plan_routes(http::Router& router, const Services&) {
  router.resolver("plan", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto plan = find_plan(reader, id_value(text).value_or(0));
    if (!plan) return std::nullopt;
    access::Place place;
    place.region = plan->region;
    return place;
  });
  router.page("emergency.desk", "/desk/emergency", Access::any(permission::read), desk);
  router.page("eplan.new", "/desk/emergency/new", Access::any(permission::plan), form_page);
  router.page("eplan.edit_page", "/desk/emergency/plans/{plan}/edit", Access::over(permission::plan, "plan"), form_page);
  router.page("eplan.one", "/desk/emergency/plans/{plan}", Access::over(permission::read, "plan"), plan_page);
  const auto in_region = [&roles = router.roles()](const CommandContext& context, const std::string& region) -> Result<void> {
    if (!within(roles, context.actor, permission::plan, region)) return refuse(Kind::forbidden, "eplan.region", "region");
    return {};
  };
  router.command<PlanInput>({.name = "eplan.write", .path = "/desk/emergency/plans", .access = Access::any(permission::plan), .next = to_plan, .flash = "eplan.written", .page = form_page,
                             .region_field = "region"},
                            [in_region](storage::Tx& tx, const CommandContext& context, const PlanInput& input) -> Result<Json> {
                              TX_CHECK(in_region(context, input.region));
                              return plan_answer(TX_TRY(write_plan(tx, 0, input, context.actor)));
                            });
  router.command<PlanInput>({.name = "eplan.edit", .path = "/desk/emergency/plans/{plan}/edit", .access = Access::over(permission::plan, "plan"), .next = to_plan, .flash = "eplan.written",
                             .page = form_page, .region_field = "region"},
                            [](storage::Tx& tx, const CommandContext& context, const PlanInput& input) -> Result<Json> {
                              return plan_answer(TX_TRY(write_plan(tx, plan_of(context), input, context.actor)));
                            });
  for (const char* action : {"approve", "revise", "retire"})
    router.command<http::NoInput>({.name = std::string("eplan.") + action, .path = std::string("/desk/emergency/plans/{plan}/") + action,
                                   .access = Access::over(std::string_view(action) == "approve" ? permission::command : permission::plan, "plan"), .next = to_plan,
                                   .flash = std::string("eplan.done.") + action, .page = plan_page, .region_field = "region"},
                                  [action](storage::Tx& tx, const CommandContext& context, const http::NoInput&) -> Result<Json> {
                                    return plan_answer(TX_TRY(step_plan(tx, plan_of(context), action, context.actor)));
                                  });
  router.command<StartInput>({.name = "operation.start", .path = "/desk/emergency/plans/{plan}/start", .access = Access::over(permission::command, "plan"),
                              .next = [](const CommandContext&, const Json& answer) { return "/desk/operations/" + answer["operation"].text(); }, .flash = "operation.started",
                              .page = plan_page, .region_field = "region"},
                             [](storage::Tx& tx, const CommandContext& context, const StartInput& input) -> Result<Json> {
                               const auto op = TX_TRY(start_operation(tx, plan_of(context), input, context.actor));
                               return Json::of({{"operation", id_text(op.id)}, {"drill", op.drill}, {"region", op.region}});
                             });
}

}  // namespace tx::mobilisation
