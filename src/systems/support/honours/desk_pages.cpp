// The desk of honours: what waits for review, objections and decisions; the bar after fraud; star schemes of regions.
#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/quality.h"
#include "systems/support/honours/flow.h"
#include "systems/support/honours/honours.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct SchemeInput {
  std::string region, name, source, hours, levels;
  std::vector<std::string> step_hours, step_levels;   // of the form: a line for each star; else hours and levels with commas
  int quality_percent = 50;
  Date valid_from;
};
BOOST_DESCRIBE_STRUCT(SchemeInput, (), (region, name, source, hours, levels, step_hours, step_levels, quality_percent, valid_from))

std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const auto& part : parts) all += (all.empty() ? "" : ",") + part;
  return all;
}

// A line for each star: from how many hours on, and who grants it.
Json star_lines(const Context& context, const StarScheme& now) {
  const auto steps = honour_rules::read_hours(now.hours);
  const auto& typed = context.submitted["step_hours"].items();
  const auto& chosen = context.submitted["step_levels"].items();
  Json lines = Json::array();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::string level = i < chosen.size() ? chosen[i].text() : std::to_string(honour_rules::level_of(now.levels, static_cast<int>(i) + 1));
    Json options = Json::array();
    for (const char* each : {"6", "4", "2"})
      options.push(Json::of({{"value", each}, {"label", context.text(std::string("honour.level.") + each)}, {"selected", level == each}}));
    lines.push(Json::of({{"n", i + 1}, {"star_name", context.text("honour.stars", {{"n", std::to_string(i + 1)}})},
                         {"hours_value", i < typed.size() ? typed[i].text() : std::to_string(steps[i].minutes / 60)}, {"options", options}}));
  }
  return lines;
}

constexpr const char* kTabs[] = {"nominated", "contested", "decision", "notice", "granted"};

Result<Response> list_page(Context& context) {
  std::string tab = context.request.query["tab"].text();
  if (std::find_if(std::begin(kTabs), std::end(kTabs), [&](const char* each) { return tab == each; }) == std::end(kTabs)) tab = kTabs[0];
  const std::string where = access::region_filter("region", access::regions_of(context.roles, context.actor, permission::honour_review));
  Json tabs = Json::array(), rows = Json::array();
  for (const char* each : kTabs)
    tabs.push(Json::of({{"href", std::string("/desk/honours?tab=") + each}, {"label", context.text(std::string("flow.honour.") + each)}, {"current", tab == each},
                        {"count", storage::scalar<std::int64_t>(context.reader, "select count(*) from honour where state = $1 and " + where, each).value_or(0)}}));
  for (const auto& honour : storage::select<Honour>(context.reader, "select * from honour where state = $1 and " + where + " order by case when due = 0 then 1 else 0 end, due, id desc limit 100", tab)) {
    const auto card = teams::volunteer_card(context.reader, honour.volunteer);
    rows.push(Json::of({{"href", "/desk/honours/" + id_text(honour.id)}, {"title", card.name + " · " + honour_text(context, honour)}, {"text", shortened(honour.words, 60)},
                        {"icon", honour.kind == "star" ? "star" : "flag"}, {"leaf", ""}, {"unread_row", false}, {"has_side", true},
                        {"side", context.text("record.hours", {{"n", rules::hours_text(honour.minutes)}})}, {"split", context.text("honour.proved", {{"percent", std::to_string(honour.quality_percent)}})},
                        {"meta", Json::Array{Json::of({{"glyph", "nearby"}, {"words", teams::region_name(context.reader, honour.region.substr(0, 6), context.language)}}),
                                             Json::of({{"glyph", "calendar"}, {"words", local_date(honour.created).text()}})}},
                        {"state", workflow::state_view(kHonourFlow, honour.state, context.language, context.words)},
                        {"clock", honour.due.us ? workflow::due_view(honour.due, context.now, context.language, context.words) : Json()}}));
  }
  Json view = Json::of({{"title", context.text("honour.desk")}, {"tabs", tabs}, {"rows", rows}, {"may_scheme", context.may(permission::honour_decide)}});
  if (rows.size() == 0) view.set("empty", Json::of({{"icon", "star"}, {"title", context.text("honour.nothing")}, {"text", context.text("honour.nothing.text")}, {"href", ""}}));
  return context.page("support/honours_desk", view);
}

Result<Response> one_page(Context& context) {
  const auto honour = find_honour(context.reader, id_value(context.argument("honour")).value_or(0));
  if (!honour) return refuse(Kind::not_found, "http.not_found");
  const auto card = teams::volunteer_card(context.reader, honour->volunteer);
  const auto totals = totals_of(context.reader, honour->volunteer);
  const http::Form form(context, Json::of({{"years", "1"}}));
  Json actions = Json::array();
  bool reason = false;
  for (const auto* step : kHonourFlow.steps_from(honour->state)) {
    if (step->permission.id.empty() || !context.may(step->permission)) continue;
    reason = reason || step->needs_reason;
    actions.push(Json::of({{"action", step->action}, {"label", context.text("flow.honour.do." + std::string(step->action))}, {"main", !step->needs_reason}}));
  }
  const auto rated = supply::mean_quality(context.reader, honour->volunteer);
  const auto bar = storage::find<HonourBar>(context.reader, "select * from honour_bar where volunteer = $1 order by until desc limit 1", honour->volunteer);
  Json view = Json::of({{"title", honour_text(context, *honour)}, {"honour", id_text(honour->id)}, {"words", honour->words},
                        {"person", Json::of({{"initial", card.initial}, {"name", card.name}, {"note", card.volunteer_no}, {"tone", card.tone}})},
                        {"at_nomination", rules::hours_text(honour->minutes)}, {"now_hours", rules::hours_text(totals.minutes)}, {"now_split", split_text(totals.by_grade)}, {"quality", honour->quality_percent},
                        {"rated", rated.ratings ? context.text("honour.rated", {{"n", std::to_string(rated.hundredths / 100) + "." + std::to_string(rated.hundredths % 100 / 10)}, {"count", std::to_string(rated.ratings)}}) : ""},
                        {"place", teams::region_path(context.reader, honour->region, context.language)}, {"bar", bar ? bar->until.text() + " · " + bar->reason : ""},
                        {"name_words", context.text(honour->name_shown == "yes" ? "honour.name_shown.yes" : "honour.name_shown.no")},
                        {"state", workflow::state_view(kHonourFlow, honour->state, context.language, context.words)},
                        {"clock", honour->due.us ? workflow::due_view(honour->due, context.now, context.language, context.words) : Json()},
                        {"timeline", workflow::timeline_view(kHonourFlow, workflow::history(context.reader, "honour", honour->id), context.language, context.words, context.now)},
                        {"actions", actions}, {"has_actions", actions.size() > 0}, {"revokes", honour->state == "granted"}, {"summary", form.summary()}});
  if (reason) view.set("f_reason", form.field("reason", "honour.reason", {}, Json::of({{"rows", 2}, {"maxlength", 300}})));
  if (honour->state == "granted")
    view.set("f_years", form.options("years", "honour.bar", {{"1", context.text("honour.year1")}, {"2", context.text("honour.year2")}, {"3", context.text("honour.year3")}}));
  return context.page("support/honours_one", view);
}

Result<Response> scheme_page(Context& context) {
  const auto regions = access::regions_of(context.roles, context.actor, permission::honour_decide);
  const std::string region = regions.empty() ? "" : regions.front();
  const auto now = scheme_of(context.reader, region, local_date(context.now));
  const http::Form form(context, Json::of({{"region", region}, {"quality_percent", now.quality_percent},
                                           {"valid_from", Date{local_date(context.now).days + 1}.text()}}));
  Json rows = Json::array();
  for (const auto& scheme : storage::select<StarScheme>(context.reader, "select * from star_scheme where " + access::region_filter("region", {regions.empty() ? "x" : region}) + " order by valid_from desc limit 20"))
    rows.push(Json::of({{"scheme_name", scheme.name}, {"scheme_hours", scheme.hours}, {"from", scheme.valid_from.text()}, {"scheme_source", scheme.source},
                        {"where", teams::region_name(context.reader, scheme.region, context.language)}}));
  return context.page("support/honours_scheme",
                      Json::of({{"title", context.text("honour.schemes")}, {"schemes", rows}, {"has_schemes", rows.size() > 0}, {"summary", form.summary()},
                                {"f_region", form.options("region", "honour.scheme.region", own_places(context, regions))}, {"star_lines", star_lines(context, now)},
                                {"f_name", form.field("name", "honour.scheme.name", {}, Json::of({{"maxlength", 60}}))},
                                {"f_source", form.field("source", "honour.scheme.source", "honour.scheme.source.hint", Json::of({{"maxlength", 120}}))},
                                {"f_quality", form.field("quality_percent", "honour.scheme.quality", "honour.scheme.quality.hint", Json::of({{"type", "number"}, {"short", true}}))},
                                {"f_from", form.field("valid_from", "honour.scheme.from", {}, Json::of({{"type", "date"}, {"short", true}}))}}));
}

Result<Json> put_scheme(storage::Tx& tx, const CommandContext& context, SchemeInput input, const access::Roles& roles, const Book& book) {
  if (!input.step_hours.empty()) input.hours = joined(input.step_hours);
  if (!input.step_levels.empty()) input.levels = joined(input.step_levels);
  bool mine = false;
  for (const auto& region : access::regions_of(roles, context.actor, permission::honour_decide)) mine = mine || input.region.starts_with(region);
  if (!mine || input.region.find_first_not_of("0123456789") != std::string::npos) return refuse(Kind::forbidden, "honour.scheme.not_yours", "region");
  if (honour_rules::read_hours(input.hours).empty()) return refuse(Kind::invalid, "honour.scheme.hours_wrong", "hours");
  if (!honour_rules::levels_readable(input.levels)) return refuse(Kind::invalid, "honour.scheme.levels_wrong", "levels");
  if (letter_count(input.name) < 2) return refuse(Kind::invalid, "honour.scheme.name_missing", "name");
  if (letter_count(input.source) < 4) return refuse(Kind::invalid, "honour.scheme.source_missing", "source");
  if (input.quality_percent < 0 || input.quality_percent > 100) return refuse(Kind::invalid, "honour.scheme.quality_wrong", "quality_percent");
  if (input.valid_from < local_date(tx.now())) return refuse(Kind::invalid, "honour.scheme.past", "valid_from");
  StarScheme scheme{tx.new_id(), input.region, input.name, input.source, input.hours, input.levels, input.quality_percent, input.valid_from, context.actor.account, tx.now()};
  storage::insert(tx, "star_scheme", scheme);
  book.log(tx, "star_scheme", scheme.id, exact(scheme));
  return Json::of({{"scheme", id_text(scheme.id)}, {"region", scheme.region}});
}

}  // namespace

std::vector<http::Option> own_places(const Context& context, const std::vector<std::string>& regions) {
  std::vector<http::Option> places;
  for (const auto& region : regions) {
    places.push_back({region, teams::region_name(context.reader, region, context.language)});
    if (region.size() < 6)
      for (const auto& below : teams::regions_below(context.reader, region)) places.push_back({below.code, teams::region_name(context.reader, below.code, context.language)});
  }
  return places;
}

void add_honour_desk_routes(http::Router& router, const Book& book) {
  const auto* books = &book;
  const auto* roles = &router.roles();
  router.resolver("honour", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto honour = find_honour(reader, id_value(text).value_or(0));
    if (!honour) return std::nullopt;
    access::Place place;
    place.region = honour->region;
    return place;
  });
  router.page("honour.desk", "/desk/honours", Access::any(permission::honour_review), list_page);
  router.page("honour.schemes", "/desk/honours/scheme", Access::any(permission::honour_decide), scheme_page);
  router.command<SchemeInput>({.name = "honour.scheme", .path = "/desk/honours/scheme", .access = Access::any(permission::honour_decide),
                               .next = [](const CommandContext&, const Json&) { return std::string("/desk/honours/scheme"); }, .flash = "honour.scheme_set", .page = scheme_page,
                               .region_field = "region"},
                              [books, roles](storage::Tx& tx, const CommandContext& context, const SchemeInput& input) { return put_scheme(tx, context, input, *roles, *books); });
  router.page("honour.one", "/desk/honours/{honour}", Access::over(permission::honour_review, "honour"), one_page);
  for (const auto& step : kHonourSteps) {
    if (step.permission.id.empty()) continue;
    const std::string action(step.action);
    router.command<HonourAct>({.name = "honour." + action, .path = "/desk/honours/{honour}/" + action, .access = Access::over(step.permission, "honour"),
                               .next = [](const CommandContext& context, const Json&) { return "/desk/honours/" + context.argument("honour"); }, .flash = "honour.done",
                               .page = one_page, .region_field = "region"},
                              [books, roles, action](storage::Tx& tx, const CommandContext& context, const HonourAct& input) -> Result<Json> {
                                const auto honour = TX_TRY(step_honour(tx, *books, *roles, id_value(context.argument("honour")).value_or(0), action, context.actor, input));
                                return Json::of({{"state", honour.state}, {"region", honour.region}});
                              });
  }
}

}  // namespace tx::support
