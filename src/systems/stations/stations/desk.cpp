// The officers' desk of stations: the list by state, and the proposal of a new one.
#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/rooms.h"
#include "systems/stations/stations/actions.h"
#include "systems/stations/stations/flow.h"

namespace tx::stations {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr std::int64_t kPage = 50;
constexpr int kFoundMost = 12;

// Groups of states that an officer looks for, in the order of the chips.
struct Tab {
  const char *id, *states;
};
constexpr Tab kTabs[] = {{"coming", "'proposed','approved','preparing'"},
                         {"open", "'open','upgrading'"},
                         {"resting", "'resting','suspended'"},
                         {"ended", "'closed','dropped'"}};

// A region that the officer asked for, digits only, within what the grant allows; "" for all of it.
std::string asked_region(const Context& context) {
  const std::string text = context.request.query["region"].text();
  if (text.size() > 12 || text.find_first_not_of("0123456789") != std::string::npos) return {};
  return text;
}

Json tabs_view(const Context& context, const std::string& scope, const std::string& chosen, const std::string& region) {
  Json tabs = Json::array();
  for (const auto& tab : kTabs) {
    const auto count = storage::scalar<std::int64_t>(context.reader, "select count(*) from station where " + scope +
                                                                         " and state in (" + tab.states + ")")
                           .value_or(0);
    tabs.push(
        Json::of({{"href", std::string("/desk/stations?tab=") + tab.id + (region.empty() ? "" : "&region=" + region)},
                  {"label", context.text(std::string("station.tab.") + tab.id)},
                  {"count", whole_number(count)},
                  {"on", chosen == tab.id}}));
  }
  return tabs;
}

Result<Response> desk_page(Context& context) {
  const auto mine = access::regions_of(context.roles, context.actor, permission::read);
  std::string scope = access::region_filter("region", mine);
  if (mine.empty())  // a keeper reads the papers of one station
    if (const auto own = own_station(context)) return Response::redirect("/stations/" + own->id.text() + "/file");
  const std::string region = asked_region(context);
  if (!region.empty()) scope += " and region like '" + region + "%'";
  const Tab* tab = &kTabs[0];
  for (const auto& one : kTabs)
    if (context.request.query["tab"].text() == one.id) tab = &one;
  const std::string where = scope + " and state in (" + tab->states + ")";
  const auto all =
      storage::scalar<std::int64_t>(context.reader, "select count(*) from station where " + where).value_or(0);
  std::int64_t from = 0;
  if (!read_value(context.request.query["from"], from) || from < 0) from = 0;
  Json rows = Json::array();
  for (const auto& station :
       storage::select<Station>(context.reader,
                                "select * from station where " + where +
                                    " order by case when due > 0 then 0 else 1 end, due, region, name "
                                    "limit $1 offset $2",
                                kPage, from)) {
    Json row =
        row_view("/stations/" + station.id.text() + "/file", station.name, "station",
                 Json::Array{meta_view("nearby", teams::region_path(context.reader, station.region, context.language)),
                             meta_view("info", context.text("station.level." + station.level))},
                 workflow::state_view(kStationFlow, station.state, context.language, context.words),
                 tab == &kTabs[0] ? shortened(station.why, 60) : "");
    row.set("clock", workflow::due_view(station.due, context.now, context.language, context.words));
    rows.push(std::move(row));
  }
  const std::string base =
      std::string("/desk/stations?tab=") + tab->id + (region.empty() ? "" : "&region=" + region) + "&from=";
  Json view = Json::of({{"title", context.text("station.desk")},
                        {"rows", rows},
                        {"tabs", tabs_view(context, scope, tab->id, region)},
                        {"may_propose", context.may(permission::propose)},
                        {"place", region.empty() ? "" : teams::region_path(context.reader, region, context.language)}});
  if (all > kPage)
    view.set("pager",
             Json::of({{"previous", from > 0 ? base + std::to_string(std::max<std::int64_t>(0, from - kPage)) : ""},
                       {"next", from + kPage < all ? base + std::to_string(from + kPage) : ""},
                       {"where", std::to_string(from + 1) + "\u2013" + std::to_string(std::min(all, from + kPage)) +
                                     " / " + whole_number(all)}}));
  if (rows.size() == 0)
    view.set("empty",
             Json::of({{"icon", "station"}, {"title", context.text("station.none")}, {"text", ""}, {"href", ""}}));
  return context.page("stations/desk", view);
}

// Without a region: search one by name first. From a gap of the coverage page the region is given.
Result<Response> new_page(Context& context) {
  const http::Form form(context, Json::of({{"level", "station"}, {"hours", "09:00-17:30"}}));
  const std::string region = form.text("region");
  Json view = Json::of({{"title", context.text("station.new")}, {"summary", form.summary()}, {"region", region}});
  if (region.empty() || !teams::region_position(context.reader, region)) {
    const std::string words = context.request.query["q"].text();
    Json rows = Json::array();
    for (const auto& found : teams::search_regions(context.reader, words, kFoundMost))
      if (may_in(context, permission::propose, found.code))
        rows.push(row_view(
            "/desk/stations/new?region=" + found.code, teams::region_name(context.reader, found.code, context.language),
            "nearby", Json::Array{meta_view("", teams::region_path(context.reader, found.parent, context.language))}));
    view.set("q", words).set("rows", rows).set("searching", true).set("nothing", !words.empty() && rows.size() == 0);
    return context.page("stations/new", view);
  }
  std::vector<http::Option> levels;
  for (const char* level : {"station", "point", "sub_centre", "centre", "mobile"})
    levels.push_back({level, context.text(std::string("station.level.") + level)});
  const auto standing = station_of_community(context.reader, region);
  view.set("region_name", teams::region_path(context.reader, region, context.language))
      .set("standing", standing ? standing->name : "")
      .set("f_name",
           form.field("name", "station.name", "station.name_hint", Json::of({{"maxlength", 40}, {"required", true}})))
      .set("f_level", form.options("level", "station.level_label", levels))
      .set("f_address", form.field("address", "station.place", "station.address_hint",
                                   Json::of({{"maxlength", 120}, {"optional", true}})))
      .set("f_hours",
           form.field("hours", "station.hours", "station.hours_hint", Json::of({{"short", true}, {"maxlength", 11}})))
      .set("f_why",
           form.field("why", "station.why", "station.why_hint", Json::of({{"maxlength", 300}, {"required", true}})));
  return context.page("stations/new", view);
}

}  // namespace

void add_desk_routes(http::Router& router, const Services&) {
  router.page("station.desk", "/desk/stations", Access::any(permission::read), desk_page);
  router.page("station.new", "/desk/stations/new", Access::any(permission::propose), new_page);
  router.command<ProposalInput>(
      {.name = "station.propose",
       .path = "/desk/stations/new",
       .access = Access::any(permission::propose),
       .next = [](const CommandContext&,
                  const Json& answer) { return "/stations/" + answer["station"].text() + "/file"; },
       .flash = "station.proposed",
       .page = new_page,
       .region_field = "region",
       .prepare = [](Context& context, Json input) -> Result<Json> {
         if (!may_in(context, permission::propose, input["region"].text()))
           return refuse(Kind::forbidden, "station.not_your_region", "region");
         return input;
       }},
      [](storage::Tx& tx, const CommandContext& context, const ProposalInput& input) -> Result<Json> {
        const auto station = TX_TRY(propose_station(tx, input, context.actor.account));
        return Json::of({{"station", station.id.text()}, {"region", station.region}, {"state", station.state}});
      });
}

}  // namespace tx::stations
