// Pages of campaigns: public list and page, the planner's desk, the link by which a unit's member joins.
#include "platform/storage/record_sql.h"
#include "systems/mobilisation/campaigns/campaigns.h"
#include "systems/mobilisation/emergencies/emergencies.h"
#include "systems/teams/teams.h"

namespace tx::mobilisation {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

Json row_of(const Context& context, const Campaign& campaign, const std::string& base) {
  return Json::of({{"href", base + id_text(campaign.id)}, {"icon", "flag"}, {"title", campaign.title}, {"text", campaign.words}, {"leaf", ""},
                   {"meta", Json::Array{Json::of({{"glyph", "calendar"}, {"words", campaign.from_day.text() + " – " + campaign.to_day.text()}}),
                                        Json::of({{"glyph", "nearby"}, {"words", teams::region_name(context.reader, campaign.region, context.language)}})}},
                   {"has_side", true}, {"side", ""}, {"clock", Json()}, {"unread_row", false}, {"state", workflow::state_view(kCampaignFlow, campaign.state, context.language, context.words)}});
}

Result<Response> public_list(Context& context) {
  Json rows = Json::array();
  for (const auto& campaign : storage::select<Campaign>(context.reader, "select * from campaign where state in ('open','closed') order by state desc, from_day desc limit 60"))
    rows.push(row_of(context, campaign, "/campaigns/"));
  Json view = Json::of({{"title", context.text("campaign.title_all")}, {"rows", rows}, {"empty", Json()}});
  if (rows.size() == 0) view.set("empty", Json::of({{"icon", "flag"}, {"title", context.text("campaign.none")}, {"text", context.text("campaign.none.text")}, {"href", ""}}));
  return context.page("mobilisation/campaigns", view);
}

// Units stand in the order of their names, with what they promised beside what was done: no first and no last.
void campaign_view(Context& context, const Campaign& campaign, Json& view) {
  const auto demand = demand_of(context.reader, campaign, context.now);
  Json units = Json::array(), kinds = Json::array();
  Progress all;
  int promised = 0;
  bool some_hidden = false;   // then the sum is not exact either: it would give the hidden number away
  std::map<std::string, std::pair<int, Progress>> by_kind;
  for (const auto& held : storage::select<Commitment>(context.reader, "select c.* from commitment c join unit u on u.id = c.unit where c.campaign = $1 order by u.name limit 500", campaign.id)) {
    const auto unit = find_unit(context.reader, held.unit);
    if (!unit) continue;
    const auto progress = progress_of(context.reader, campaign, held.id);
    all.joined += progress.joined;
    all.served += progress.served;
    all.minutes += progress.minutes;
    promised += held.people;
    some_hidden = some_hidden || (progress.joined > 0 && progress.joined < kLeastShown);
    auto& kind = by_kind[unit->kind];
    ++kind.first;
    kind.second.joined += progress.joined;
    kind.second.minutes += progress.minutes;
    units.push(Json::of({{"label", unit->name}, {"value", context.text("campaign.of", {{"n", shown(context, progress.joined)}, {"people", std::to_string(held.people)}})},
                         {"percent", progress.joined < kLeastShown ? 0 : std::min<std::int64_t>(100, progress.joined * 100 / std::max(1, held.people))}, {"href", ""}, {"tone", ""}}));
  }
  for (const char* name : kUnitKinds)
    if (const auto found = by_kind.find(name); found != by_kind.end())
      kinds.push(Json::of({{"kind_name", context.text(std::string("unit.kind.") + name)}, {"units_n", std::to_string(found->second.first)}, {"joined_n", shown(context, found->second.second.joined)},
                           {"hours_n", language::hours_text({found->second.second.minutes})}}));
  const auto figure = [&](const char* key, const std::string& value) { return Json::of({{"label", context.text(key)}, {"value", value}, {"unit", ""}, {"href", ""}, {"tone", ""}}); };
  view.set("title", campaign.title).set("words", campaign.words).set("campaign", id_text(campaign.id)).set("days", campaign.from_day.text() + " – " + campaign.to_day.text())
      .set("region", teams::region_name(context.reader, campaign.region, context.language)).set("state", workflow::state_view(kCampaignFlow, campaign.state, context.language, context.words))
      .set("bars", units).set("has_units", units.size() > 0).set("kinds", kinds).set("paused", demand.paused() && campaign.state == "open")
      .set("stats", Json::Array{figure("campaign.demand", std::to_string(demand.places + demand.needs)), figure("campaign.promised", std::to_string(promised)),
                                figure("campaign.joined_n", shown_sum(context, all.joined, some_hidden)), figure("campaign.hours_n", language::hours_text({all.minutes}))})
      .set("demand_line", context.text("campaign.demand_line", {{"places", std::to_string(demand.places)}, {"needs", std::to_string(demand.needs)}, {"idle", shown(context, demand.idle)}}));
}

Result<Response> public_page(Context& context) {
  const auto campaign = find_campaign(context.reader, id_value(context.argument("campaign")).value_or(0));
  if (!campaign || campaign->state == "draft") return refuse(Kind::not_found, "http.not_found");
  Json view = Json::object();
  campaign_view(context, *campaign, view);
  view.set("rows", near_needs(context, *campaign, 3));
  view.set("has_near", view["rows"].size() > 0).set("back", "/campaigns");
  return context.page("mobilisation/campaign", view);
}

Result<Response> desk(Context& context) {
  const auto regions = access::region_filter("region", access::regions_of(context.roles, context.actor, permission::campaign));
  Json rows = Json::array();
  for (const auto& campaign : storage::select<Campaign>(context.reader, "select * from campaign where " + regions + " order by from_day desc limit 100")) rows.push(row_of(context, campaign, "/desk/campaigns/"));
  const http::Form form(context, Json::of({{"target_people", 100}}));
  Json view = Json::of({{"title", context.text("campaign.desk")}, {"rows", rows}, {"empty", Json()}, {"summary", form.summary()},
                        {"f_title", form.field("title", "campaign.f.title", {}, Json::of({{"maxlength", 60}}))},
                        {"f_words", form.field("words", "campaign.f.words", "campaign.f.words.hint", Json::of({{"maxlength", 500}, {"rows", 4}}))},
                        {"f_region", form.options("region", "eplan.f.region", offices(context, permission::campaign))},
                        {"f_from", form.field("from_day", "campaign.f.from", {}, Json::of({{"type", "date"}, {"short", true}}))},
                        {"f_to", form.field("to_day", "campaign.f.to", {}, Json::of({{"type", "date"}, {"short", true}}))},
                        {"f_target", form.field("target_people", "campaign.f.target", {}, Json::of({{"type", "number"}, {"short", true}, {"min", 1}}))}});
  if (rows.size() == 0) view.set("empty", Json::of({{"icon", "flag"}, {"title", context.text("campaign.none_desk")}, {"text", ""}, {"href", ""}}));
  return context.page("mobilisation/campaign_desk", view);
}

Result<Response> desk_page(Context& context) {
  const auto campaign = find_campaign(context.reader, id_value(context.argument("campaign")).value_or(0));
  if (!campaign) return refuse(Kind::not_found, "http.not_found");
  Json view = Json::of({{"is_draft", campaign->state == "draft"}, {"is_open", campaign->state == "open"}, {"summary", http::Form(context).summary()}, {"back", "/desk/campaigns"}, {"planner", true},
                        {"has_near", false}});
  campaign_view(context, *campaign, view);
  view.set("target_line", context.text("campaign.target_line", {{"n", std::to_string(campaign->target_people)}}));
  return context.page("mobilisation/campaign", view);
}

Result<Response> join_page(Context& context) {
  const auto held = commitment_of_code(context.reader, context.argument("code"));
  const auto campaign = held ? find_campaign(context.reader, held->campaign) : std::nullopt;
  const auto unit = held ? find_unit(context.reader, held->unit) : std::nullopt;
  if (!campaign || !unit) return refuse(Kind::not_found, "http.not_found");
  const auto volunteer = context.actor.signed_in() ? teams::find_volunteer_by_account(context.reader, context.actor.account) : std::nullopt;
  const bool joined = volunteer && storage::scalar<std::int64_t>(context.reader, "select 1 from campaign_member m join commitment c on c.id = m.commitment where c.campaign = $1 and m.volunteer = $2",
                                                                 campaign->id, volunteer->id).has_value();
  const auto demand = demand_of(context.reader, *campaign, context.now);
  Json rows = near_needs(context, *campaign, 3);
  const bool open = campaign->state == "open";
  return context.page("mobilisation/join", Json::of({{"title", campaign->title}, {"words", campaign->words}, {"unit_name", unit->name}, {"code", held->code},
                                                     {"days", campaign->from_day.text() + " – " + campaign->to_day.text()}, {"joined", joined}, {"is_over", !open},
                                                     {"may_join", open && volunteer && !joined && !demand.paused()}, {"paused", open && !joined && demand.paused()},
                                                     {"signed_in_only", open && !context.actor.signed_in()}, {"no_volunteer", open && context.actor.signed_in() && !volunteer},
                                                     {"rows", rows}, {"has_near", rows.size() > 0 && (joined || demand.paused())}, {"summary", http::Form(context).summary()}}));
}

}  // namespace

Json near_needs(const Context& context, const Campaign& campaign, int most) {
  const auto volunteer = context.actor.signed_in() ? teams::find_volunteer_by_account(context.reader, context.actor.account) : std::nullopt;
  const int age = volunteer ? age_on(volunteer->birth, local_date(context.now)) : 18;
  const std::int64_t skills = volunteer ? volunteer->skills : 0;
  const bool checked = volunteer && volunteer->checked_until > context.now;
  const teams::Position here = volunteer ? teams::Position{volunteer->x_m, volunteer->y_m} : teams::region_position(context.reader, campaign.region).value_or(teams::Position{});
  Json rows = Json::array();
  for (const auto& found : storage::query(context.reader, "select a.id, a.title, s.starts, a.region, s.places - s.taken from shift s join activity a on a.id = s.activity where a.state = 'published' and "
                                                          "s.starts > $1 and s.places > s.taken and s.least_age <= $2 and (s.skills = 0 or (s.skills & $3) = s.skills) and (s.checked = 0 or $4 = 1) and " +
                                                              access::region_filter("a.region", {campaign.region}) +
                                                              " order by (a.x_m - $5) * (a.x_m - $5) + (a.y_m - $6) * (a.y_m - $6), s.starts limit $7",
                                          context.now, age, skills, checked, here.x_m, here.y_m, most).rows) {
    std::int64_t id = 0, left = 0;
    std::string title, region;
    Instant starts;
    storage::from_value(found[0], id);
    storage::from_value(found[1], title);
    storage::from_value(found[2], starts);
    storage::from_value(found[3], region);
    storage::from_value(found[4], left);
    rows.push(Json::of({{"href", "/activities/" + id_text(id)}, {"icon", "calendar"}, {"title", title}, {"text", ""}, {"leaf", ""},
                        {"meta", Json::Array{Json::of({{"glyph", "clock"}, {"words", language::date_text(context.language, starts)}}),
                                             Json::of({{"glyph", "nearby"}, {"words", teams::region_name(context.reader, region, context.language)}})}},
                        {"has_side", true}, {"side", ""}, {"clock", Json()}, {"unread_row", false},
                        {"state", Json::of({{"tone", "live"}, {"label", context.text("activity.left", {{"n", std::to_string(left)}})}})}}));
  }
  return rows;
}

void add_campaign_routes(http::Router& router, const Services&) {
  router.resolver("campaign", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto campaign = find_campaign(reader, id_value(text).value_or(0));
    if (!campaign) return std::nullopt;
    access::Place place;
    place.region = campaign->region;
    return place;
  });
  router.page("campaign.list", "/campaigns", Access::everyone("campaigns are public"), public_list);
  router.page("campaign.one", "/campaigns/{campaign}", Access::everyone("campaigns are public, without persons"), public_page);
  router.page("campaign.join_page", "/join/{code}", Access::everyone("the link that a unit hands to its members"), join_page);
  router.page("campaign.desk", "/desk/campaigns", Access::any(permission::campaign), desk);
  router.page("campaign.desk_page", "/desk/campaigns/{campaign}", Access::over(permission::campaign, "campaign"), desk_page);
  router.command<CampaignInput>({.name = "campaign.plan", .path = "/desk/campaigns", .access = Access::any(permission::campaign),
                                 .next = [](const CommandContext&, const Json& answer) { return "/desk/campaigns/" + answer["campaign"].text(); }, .flash = "campaign.planned", .page = desk,
                                 .region_field = "region"},
                                [&roles = router.roles()](storage::Tx& tx, const CommandContext& context, const CampaignInput& input) -> Result<Json> {
                                  if (!within(roles, context.actor, permission::campaign, input.region)) return refuse(Kind::forbidden, "eplan.region", "region");
                                  const auto campaign = TX_TRY(plan_campaign(tx, input, context.actor));
                                  return Json::of({{"campaign", id_text(campaign.id)}, {"region", campaign.region}});
                                });
  for (const char* action : {"open", "drop", "close"})
    router.command<http::NoInput>({.name = std::string("campaign.") + action, .path = std::string("/desk/campaigns/{campaign}/") + action, .access = Access::over(permission::campaign, "campaign"),
                                   .next = [](const CommandContext& context, const Json&) { return "/desk/campaigns/" + context.argument("campaign"); }, .flash = "campaign.changed",
                                   .page = desk_page, .region_field = "region"},
                                  [action](storage::Tx& tx, const CommandContext& context, const http::NoInput&) -> Result<Json> {
                                    const auto campaign = TX_TRY(step_campaign(tx, id_value(context.argument("campaign")).value_or(0), action, context.actor));
                                    return Json::of({{"state", campaign.state}, {"region", campaign.region}});
                                  });
  router.command<http::NoInput>({.name = "campaign.join", .path = "/join/{code}", .access = Access::signed_in("a volunteer's own wish; the code names the unit"),
                                 .next = [](const CommandContext& context, const Json&) { return "/join/" + context.argument("code"); }, .flash = "campaign.done.join", .page = join_page},
                                [](storage::Tx& tx, const CommandContext& context, const http::NoInput&) -> Result<Json> {
                                  const auto held = TX_TRY(join(tx, context.argument("code"), context.actor.account));
                                  return Json::of({{"commitment", id_text(held.id)}});
                                });
}

}  // namespace tx::mobilisation
