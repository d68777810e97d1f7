// The map of the stations (地图): for the public what stands near and is open, for officials whom the circles reach, what a plan
// would do and what a trial changes, and the same on paper. It shows what circles/ and planning/ count; nothing is counted here.
#pragma once
#include "systems/stations/map/atlas.h"
#include "systems/stations/planning/planning.h"

namespace tx::stations::map {

inline constexpr double kStillWide = 1200, kStillHigh = 800;   // of the drawn map, in its own units

struct Spot {                       // a station as the map shows it
  const circles::Site* site = nullptr;
  bool open_now = false;
  Walks::Way way;                   // on foot, from where somebody stands
  std::string mark() const;         // open, shut, rest, coming: its shape
};
// Stations that the asker may see. `from`: nearest on foot first; else in the order of the register.
std::vector<Spot> spots(const http::Context& context, Atlas& atlas, const circles::Ground& ground, const std::optional<circles::LonLat>& from);

struct Name { std::string text; circles::LonLat at; int level = 0; };   // 2: prefecture, 3: county
// Names of the register for a map without an extract: prefectures and counties.
std::vector<Name> names_of(const http::Context& context, const circles::StreetRegion& region);

// What every page with a map needs: address of the style, box, words, credit, what must be said.
Result<Json> map_view(const http::Context& context, Atlas& atlas, const circles::Ground& ground);
// The map without script over the drawn ground.
Json still_view(const http::Context& context, Atlas& atlas, const circles::Ground& ground, const std::string& marks);
std::string still_stations(const http::Context& context, const circles::Ground& ground, const std::vector<Spot>& all, std::size_t numbered);
std::string still_people(const circles::Ground& ground, const circles::Net& net);
std::string escaped(std::string_view text);

void add_public_pages(http::Router& router, const std::shared_ptr<Atlas>& atlas);
void add_desk_pages(http::Router& router, const std::shared_ptr<Atlas>& atlas);
void add_ground_routes(http::Router& router, const std::shared_ptr<Atlas>& atlas);   // tiles, style, drawings

// A3, landscape: the map with people, stations and the plan's years, the sentence that proves it, and the table.
Result<std::string> plan_pdf(const http::Context& context, Atlas& atlas, const circles::Ground& ground, const planning::Plan* plan);

}  // namespace tx::stations::map
