// What the pages with a map share: stations as marks, the drawn map, the words that the live map needs.
#include <algorithm>
#include <cmath>
#include <set>

#include "platform/storage/record_sql.h"
#include "systems/stations/map/map.h"
#include "systems/stations/rooms.h"

namespace tx::stations::map {
namespace {

using circles::LonLat;
using http::Context;

constexpr std::size_t kMarksMost = 160;      // more are drawn as dots

struct NameRow { std::string code, name; int level = 0; std::int64_t x_m = 0, y_m = 0; };
BOOST_DESCRIBE_STRUCT(NameRow, (), (code, name, level, x_m, y_m))

std::string short_number(double value) {
  char text[24];
  std::snprintf(text, sizeof text, "%.1f", value);
  std::string out = text;
  if (out.ends_with(".0")) out.resize(out.size() - 2);
  return out;
}
std::string degrees(double value) {
  char text[24];
  std::snprintf(text, sizeof text, "%.5f", value);
  return text;
}

tiles::View still_frame(const circles::Ground& ground) { return tiles::view_of(box_of(ground.region), kStillWide, kStillHigh, 20); }

// All of one kind as one path of round dots: some ten characters a station.
std::string dots(const tiles::View& view, const std::vector<LonLat>& places, const char* css) {
  std::string d;
  std::set<std::pair<int, int>> seen;
  for (const auto& place : places) {
    const auto at = view.at(place.lon, place.lat);
    const int x = static_cast<int>(std::lround(at.x)), y = static_cast<int>(std::lround(at.y));
    if (seen.emplace(x, y).second) d += "M" + std::to_string(x) + " " + std::to_string(y) + "h0";
  }
  return d.empty() ? "" : std::string("<path class=\"dots ") + css + "\" d=\"" + d + "\"/>";
}

std::string shape_of(const std::string& mark, double x, double y) {
  const auto at = [&](double dx, double dy) { return short_number(x + dx) + " " + short_number(y + dy); };
  if (mark == "open" || mark == "shut") return "<circle class=\"mark-" + mark + "\" cx=\"" + short_number(x) + "\" cy=\"" + short_number(y) + "\" r=\"11\"/>";
  if (mark == "rest") return "<path class=\"mark-rest\" d=\"M" + at(-10, -10) + "h20v20h-20z\"/>";
  return "<path class=\"mark-coming\" d=\"M" + at(0, -12) + "l12 20h-24z\"/>";
}

const char* const kWords[] = {
    "canvas", "tools", "closer", "wider", "whole", "km", "m", "sheet", "close", "see", "circle", "minutes", "activities", "locate",
    "locate_outside", "locate_failed", "away_km", "away_m", "mark.open", "mark.shut", "mark.rest", "mark.coming"};
const char* const kDeskWords[] = {
    "trial_failed", "spoken", "moved", "add", "remove", "show", "undo", "move", "north", "south", "west", "east", "take_away", "move_hint", "move_hint_touch",
    "new_station", "at_place", "people", "elders", "no_station", "nearest", "gain", "year", "cost", "try_here"};

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else out += c;
  }
  return out;
}

std::string Spot::mark() const {
  if (open_now) return "open";
  if (site->state == "open" || site->state == "upgrading") return "shut";
  return site->state == "resting" || site->state == "suspended" ? "rest" : "coming";
}

std::vector<Spot> spots(const Context& context, Atlas& atlas, const circles::Ground& ground, const std::optional<LonLat>& from) {
  std::set<std::string> open;
  if (!ground.region.scope.empty())
    for (const auto& row : storage::query(context.reader, "select id from station where on_duty_since > 0 and region like $1", ground.region.scope + "%").rows)
      open.insert(id_text(std::get<std::int64_t>(row[0])));
  std::vector<Spot> all;
  for (const auto& site : ground.stations) {
    Spot spot{&site, open.contains(site.id), {}};
    if (spot.mark() == "coming" && !context.may(permission::read)) continue;   // nobody's address yet
    all.push_back(spot);
  }
  if (!from) return all;
  std::vector<LonLat> doors;
  for (const auto& spot : all) doors.push_back(spot.site->at);
  const auto ways = atlas.held()->walks(context.reader, *from, doors);
  for (std::size_t i = 0; i < all.size(); ++i) all[i].way = ways[i];
  std::stable_sort(all.begin(), all.end(), [](const Spot& a, const Spot& b) { return a.way.metres < b.way.metres; });
  return all;
}

std::vector<Name> names_of(const Context& context, const circles::StreetRegion& region) {
  std::vector<Name> names;
  if (region.scope.empty()) return names;
  for (const auto& row : storage::select<NameRow>(context.reader, "select code, name, level, x_m, y_m from region where level in (2, 3) and code like $1 order by level, code", region.scope + "%"))
    names.push_back({teams::region_name(context.reader, row.code, context.language), circles::lonlat_of({row.x_m, row.y_m}), row.level});
  return names;
}

Result<Json> map_view(const Context& context, Atlas& atlas, const circles::Ground& ground) {
  const auto& region = ground.region;
  const std::string version = TX_TRY(atlas.version(region));
  Json words = Json::object();
  for (const char* key : kWords) words.set(key, context.words.raw(context.language, std::string("map.island.") + key));
  if (context.may(permission::read))
    for (const char* key : kDeskWords) words.set(key, context.words.raw(context.language, std::string("map.island.") + key));
  std::string credit = region.attribution;
  const bool osm = credit.starts_with("\u00a9 OpenStreetMap contributors");
  if (osm) credit.erase(0, std::string("\u00a9 OpenStreetMap contributors").size());
  for (const char* lead : {" (openstreetmap.org/copyright)", ".", " "})
    if (credit.starts_with(lead)) credit.erase(0, std::string(lead).size());
  return Json::of({{"map_region", region.id},
                   {"map_name", circles::region_name(context, region)},
                   {"map_style", "/map/" + region.id + "/style.json?lang=" + language::tag(context.language) + "&face=" + (context.elder ? "elder" : "plain")},
                   {"map_bbox", degrees(region.west) + "," + degrees(region.south) + "," + degrees(region.east) + "," + degrees(region.north)},
                   {"map_words", words.dump()},
                   {"map_osm", osm},
                   {"map_credit", credit},
                   {"map_note", circles::region_note(context, region)},
                   {"map_synthetic", region.synthetic},
                   {"map_profile", region.gait},
                   {"map_csrf", context.csrf},
                   {"map_ground", "/map/" + region.id + "/ground.svg?v=" + version + (context.elder ? "&face=elder" : "")}});
}

Json still_view(const Context& context, Atlas&, const circles::Ground& ground, const std::string& marks) {
  std::string labels;
  if (!ground.on_streets())
    for (const auto& name : names_of(context, ground.region)) {
      const auto at = still_frame(ground).at(name.at.lon, name.at.lat);
      labels += "<text class=\"place" + std::to_string(name.level) + "\" x=\"" + short_number(at.x) + "\" y=\"" + short_number(at.y - 8) + "\">" + escaped(name.text) + "</text>";
    }
  return Json::of({{"still_w", std::to_string(static_cast<int>(kStillWide))}, {"still_h", std::to_string(static_cast<int>(kStillHigh))}, {"still_marks", marks + labels}});
}

std::string still_stations(const Context& context, const circles::Ground& ground, const std::vector<Spot>& all, std::size_t numbered) {
  const auto view = still_frame(ground);
  std::string out;
  if (all.size() > kMarksMost) {
    for (const char* mark : {"coming", "rest", "shut", "open"}) {
      std::vector<LonLat> places;
      for (std::size_t i = numbered; i < all.size(); ++i)
        if (all[i].mark() == mark) places.push_back(all[i].site->at);
      out += dots(view, places, mark);
    }
  }
  const std::size_t drawn = all.size() > kMarksMost ? std::min(numbered, all.size()) : all.size();
  for (std::size_t i = drawn; i-- > 0;) {      // the nearest on top
    const auto& spot = all[i];
    const auto at = view.at(spot.site->at.lon, spot.site->at.lat);
    const std::string mark = spot.mark();
    const bool known = id_value(spot.site->id).has_value();
    if (known) out += "<a href=\"/stations/" + escaped(spot.site->id) + "\">";
    out += "<g><title>" + escaped(spot.site->name) + " \u00b7 " + escaped(context.text("map.island.mark." + mark)) + "</title>" + shape_of(mark, at.x, at.y);
    if (i < numbered) out += "<text class=\"number " + mark + "\" x=\"" + short_number(at.x) + "\" y=\"" + short_number(at.y + 5) + "\">" + std::to_string(i + 1) + "</text>";
    out += known ? "</g></a>" : "</g>";
  }
  return out;
}

std::string still_people(const circles::Ground& ground, const circles::Net& net) {
  const auto view = still_frame(ground);
  std::vector<LonLat> band[5];
  for (std::size_t i = 0; i < ground.demand.size(); ++i) {
    if (ground.demand[i].people == 0) continue;
    const auto seconds = net.nearest[i];
    const std::size_t at = net.standing[i] != streets::Standing::street && seconds < 0 ? 4 : seconds < 0 || seconds > 900 ? 3 : seconds <= 300 ? 0 : seconds <= 600 ? 1 : 2;
    band[at].push_back(ground.demand[i].at);
  }
  return dots(view, band[4], "nowhere") + dots(view, band[3], "missed") + dots(view, band[2], "b15") + dots(view, band[1], "b10") + dots(view, band[0], "b5");
}

}  // namespace tx::stations::map
