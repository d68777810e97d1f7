// The public page of full coverage: figures, every county as a strip of its communities, the widest gaps, all rows, export.
#include <algorithm>
#include <map>

#include "platform/documents/documents.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/coverage/coverage.h"
#include "systems/stations/rooms.h"

namespace tx::stations::coverage {
namespace {

using access::Access;
using http::Context;
using http::Response;

constexpr std::size_t kGapsShown = 15, kRowsShown = 60;

struct Asked {
  std::string region = "64", only = "all", by = "people";
  std::size_t from = 0;
};

Asked asked_of(const Context& context) {
  Asked asked;
  const auto& query = context.request.query;
  if (const auto& region = query["region"].text();
      region.size() >= 2 && region.size() <= 9 && region.find_first_not_of("0123456789") == std::string::npos)
    asked.region = region;
  for (const char* only : {"has", "resting", "coming", "missing", "gap"})
    if (query["only"].text() == only) asked.only = only;
  for (const char* by : {"elders", "distance"})
    if (query["by"].text() == by) asked.by = by;
  std::int64_t from = 0;
  if (read_value(query["from"], from) && from > 0 && from < 100'000) asked.from = static_cast<std::size_t>(from);
  return asked;
}

std::string address(const std::string& region, const std::string& only, const std::string& by, std::size_t from = 0) {
  std::string path = "/coverage?region=" + region;
  if (only != "all") path += "&only=" + only;
  if (by != "people") path += "&by=" + by;
  if (from) path += "&from=" + std::to_string(from);
  return path;
}

std::string km_text(const Context& context, std::int64_t metres) {
  if (metres < 0) return "\u2014";
  const std::int64_t tenths = (metres + 50) / 100;
  return context.text("coverage.km", {{"n", std::to_string(tenths / 10) + "." + std::to_string(tenths % 10)}});
}

const char* tone_of(Cover cover) {
  switch (cover) {
    case Cover::has: return "live";
    case Cover::resting: return "wait";
    case Cover::coming: return "go";
    default: return "stop";
  }
}
Json cover_pill(const Context& context, Cover cover) {
  return pill(tone_of(cover), context.text(std::string("coverage.") + enum_name(cover)));
}

// One bar whose pieces are runs of communities in the order of their codes: a gap is a notch one can see.
Json strip(const std::vector<const Community*>& communities) {
  Json pieces = Json::array();
  const std::size_t least = communities.size() / 480 + 1;  // a single gap among thousands stays a mark one can see
  std::size_t at = 0;
  while (at < communities.size()) {
    std::size_t end = at;
    while (end < communities.size() && communities[end]->cover == communities[at]->cover) ++end;
    if (communities[at]->cover == Cover::has) {  // the ground; what lies on it is drawn after it
      at = end;
      continue;
    }
    pieces.push(Json::of({{"x", std::to_string(at)},
                          {"w", std::to_string(std::max(end - at, least))},
                          {"kind", enum_name(communities[at]->cover)}}));
    at = end;
  }
  return Json::of({{"pieces", pieces}, {"count", communities.size()}});  // the ground itself is the page's
}

Json areas_view(const Context& context, const std::vector<Community>& all, const std::string& region) {
  // From the region to its counties (the city is skipped), from a county to its townships.
  const std::size_t digits = region.size() < 6 ? 6 : 9;
  std::map<std::string, std::vector<const Community*>> areas;
  for (const auto& community : all) areas[community.code.substr(0, digits)].push_back(&community);
  Json rows = Json::array();
  for (const auto& [code, inside] : areas) {
    Tally sum;
    for (const auto* community : inside) sum.add(*community);
    rows.push(Json::of({{"area", teams::region_name(context.reader, code, context.language)},
                        {"area_href", "/coverage?region=" + code},
                        {"area_all", whole_number(sum.communities)},
                        {"area_has", whole_number(sum.has)},
                        {"area_without", whole_number(sum.communities - sum.has)},
                        {"whole", sum.has == sum.communities},
                        {"area_share", percent_text(sum.has, sum.communities)},
                        {"area_people", whole_number(sum.people_without)},
                        {"area_elders", whole_number(sum.elders_without)},
                        {"strip", strip(inside)}}));
  }
  return rows;
}

Json community_view(const Context& context, const Community& community, std::size_t rank) {
  const std::string station = id_text(community.station);
  std::string href, action;
  if (community.cover == Cover::missing && may_in(context, permission::propose, community.code)) {
    href = "/desk/stations/new?region=" + community.code;
    action = context.text("station.new");
  } else if (community.cover == Cover::has || community.cover == Cover::resting) {
    href = "/stations/" + station;
  } else if (community.cover == Cover::coming && may_in(context, permission::read, community.code)) {
    href = "/stations/" + station + "/file";
  }
  return Json::of({{"rank", rank ? std::to_string(rank) : ""},
                   {"who", teams::region_name(context.reader, community.code, context.language)},
                   {"row_href", href},
                   {"row_action", action},
                   {"town", teams::region_path(context.reader, community.code.substr(0, 9), context.language)},
                   {"people", whole_number(community.people)},
                   {"elders", whole_number(community.elders)},
                   {"far", community.cover == Cover::has ? "" : km_text(context, community.nearest_m)},
                   {"nearest", community.nearest},
                   {"state", cover_pill(context, community.cover)}});
}

Json chip(const Context& context, const std::string& href, const std::string& key, bool on,
          const std::string& count = {}) {
  return Json::of({{"href", href}, {"label", context.text(key)}, {"on", on}, {"count", count}});
}

std::vector<Community> only_those(std::vector<Community> all, const std::string& only) {
  if (only == "all") return all;
  std::erase_if(all, [&](const auto& c) { return only == "gap" ? c.cover == Cover::has : only != enum_name(c.cover); });
  return all;
}

Result<Response> page(Context& context) {
  const Asked asked = asked_of(context);
  if (!teams::region_position(context.reader, asked.region)) return refuse(Kind::not_found, "http.not_found");
  const auto all = communities(context.reader, asked.region);
  const Tally sum = tally(all);
  const auto ranked = gaps(all, asked.by);
  Json gap_rows = Json::array(), rows = Json::array(), orders = Json::array(), filters = Json::array(),
       crumbs = Json::array();
  for (std::size_t i = 0; i < std::min(kGapsShown, ranked.size()); ++i)
    gap_rows.push(community_view(context, ranked[i], i + 1));
  const auto shown = only_those(all, asked.only);
  const std::size_t from = std::min(asked.from, shown.size());
  for (std::size_t i = from; i < std::min(from + kRowsShown, shown.size()); ++i)
    rows.push(community_view(context, shown[i], 0));
  for (const char* by : {"people", "elders", "distance"})
    orders.push(chip(context, address(asked.region, asked.only, by) + "#gaps", std::string("coverage.by.") + by,
                     asked.by == by));
  const std::pair<const char*, std::int64_t> kinds[] = {{"all", sum.communities},
                                                        {"has", sum.has},
                                                        {"resting", sum.resting},
                                                        {"coming", sum.coming},
                                                        {"missing", sum.missing}};
  for (const auto& [kind, count] : kinds)
    filters.push(chip(context, address(asked.region, kind, asked.by) + "#all", std::string("coverage.") + kind,
                      asked.only == kind, whole_number(count)));
  for (const std::size_t length : {2u, 6u, 9u})
    if (length < asked.region.size())
      crumbs.push(
          Json::of({{"crumb_href", "/coverage?region=" + asked.region.substr(0, length)},
                    {"crumb", teams::region_name(context.reader, asked.region.substr(0, length), context.language)}}));
  const std::string name = teams::region_name(context.reader, asked.region, context.language);
  const std::string file = "region=" + asked.region + (asked.only == "all" ? "" : "&only=" + asked.only);
  const std::string source =
      storage::scalar<std::string>(context.reader, "select source from community_people where code like $1 limit 1",
                                   asked.region + "%")
          .value_or("");
  Json view = Json::of(
      {{"title", context.text("coverage.title")},
       {"place", name},
       {"crumbs", crumbs},
       {"deep", crumbs.size() > 0},
       {"sum_share", percent_text(sum.has, sum.communities)},
       {"sentence", context.text(sum.has == sum.communities ? "coverage.whole" : "coverage.sentence",
                                 {{"all", whole_number(sum.communities)},
                                  {"has", whole_number(sum.has)},
                                  {"without", whole_number(sum.communities - sum.has)}})},
       {"stats",
        Json::Array{figure_view(context.text("coverage.communities"), whole_number(sum.communities), "",
                                address(asked.region, "all", asked.by) + "#all"),
                    figure_view(context.text("coverage.has"), whole_number(sum.has), "",
                                address(asked.region, "has", asked.by) + "#all"),
                    figure_view(context.text("coverage.coming"), whole_number(sum.coming), "",
                                address(asked.region, "coming", asked.by) + "#all"),
                    figure_view(context.text("coverage.resting"), whole_number(sum.resting), "",
                                address(asked.region, "resting", asked.by) + "#all"),
                    figure_view(context.text("coverage.missing"), whole_number(sum.missing), "",
                                address(asked.region, "missing", asked.by) + "#all", sum.missing ? "warn" : "")}},
       {"people_text", context.text("coverage.people_without", {{"people", whole_number(sum.people_without)},
                                                                {"elders", whole_number(sum.elders_without)}})},
       {"synthetic", source == "synthetic"},
       {"no_people", source.empty()},
       {"whole_region", strip([&] {
          std::vector<const Community*> inside;
          for (const auto& community : all) inside.push_back(&community);
          return inside;
        }())},
       {"area_head", context.text(asked.region.size() < 6 ? "coverage.county" : "coverage.township")},
       {"areas", asked.region.size() < 9 ? areas_view(context, all, asked.region) : Json::array()},
       {"has_areas", asked.region.size() < 9},
       {"gaps", gap_rows},
       {"has_gaps", gap_rows.size() > 0},
       {"orders", orders},
       {"filters", filters},
       {"lines", rows},
       {"has_lines", rows.size() > 0},
       {"csv", "/coverage.csv?" + file},
       {"xlsx", "/coverage.xlsx?" + file}});
  if (shown.size() > kRowsShown)
    view.set(
        "pager",
        Json::of(
            {{"previous",
              from ? address(asked.region, asked.only, asked.by, from > kRowsShown ? from - kRowsShown : 0) + "#all"
                   : ""},
             {"next", from + kRowsShown < shown.size()
                          ? address(asked.region, asked.only, asked.by, from + kRowsShown) + "#all"
                          : ""},
             {"where", std::to_string(from + 1) + "\u2013" + std::to_string(std::min(from + kRowsShown, shown.size())) +
                           " / " + whole_number(static_cast<std::int64_t>(shown.size()))}}));
  return context.page("stations/coverage", view);
}

std::vector<std::vector<std::string>> sheet_of(Context& context) {
  const Asked asked = asked_of(context);
  std::vector<std::vector<std::string>> rows{{}};
  for (const char* column : {"code", "name", "county_name", "township", "state", "people_count", "elders_count",
                             "nearest_m", "nearest_name"})
    rows[0].push_back(context.text(std::string("coverage.column.") + column));
  for (const auto& c : only_those(communities(context.reader, asked.region), asked.only))
    rows.push_back({c.code, c.name, teams::region_name(context.reader, c.code.substr(0, 6), context.language),
                    teams::region_name(context.reader, c.code.substr(0, 9), context.language),
                    context.text(std::string("coverage.") + enum_name(c.cover)), std::to_string(c.people),
                    std::to_string(c.elders), c.nearest_m < 0 ? "" : std::to_string(c.nearest_m), c.nearest});
  return rows;
}

}  // namespace
}  // namespace tx::stations::coverage

namespace tx::stations {

void add_coverage_routes(http::Router& router, const Services&) {
  using namespace coverage;
  const auto open = Access::everyone("full coverage is a public promise");
  router.page("coverage", "/coverage", open, page);
  router.page("coverage.csv", "/coverage.csv", open, [](Context& context) -> Result<Response> {
    return Response::file(documents::write_csv(sheet_of(context)), "text/csv; charset=utf-8", "tongxin-coverage.csv");
  });
  router.page("coverage.xlsx", "/coverage.xlsx", open, [](Context& context) -> Result<Response> {
    return Response::file(documents::write_xlsx({context.text("coverage.title"), sheet_of(context)},
                                                {context.text("coverage.sheet_note")}),
                          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "tongxin-coverage.xlsx");
  });
}

}  // namespace tx::stations
