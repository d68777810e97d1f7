// Ways on foot for every other room: whom a need is near, the nearest open station, how long a walk is.
#include <algorithm>
#include <array>
#include <cmath>

#include "systems/stations/circles/circles.h"
#include "systems/stations/rooms.h"

namespace tx::stations {
namespace circles {
namespace {

constexpr std::size_t kTogether = 256;   // places searched from before their rows are read

std::int64_t by_factor(double straight, int detour_percent) { return static_cast<std::int64_t>(straight) * detour_percent / 100; }

bool joined(const streets::Graph& graph, const streets::Place& a, const streets::Place& b) {
  const auto network = [&](const streets::Place& place) { return graph.component_of[graph.edge[place.edge].a]; };
  return a.placed() && b.placed() && network(a) == network(b);
}

}  // namespace

std::int64_t walked_metres(std::int32_t seconds) { return (std::int64_t{seconds} * streets::walking().metres_an_hour + 1800) / 3600; }

std::vector<Extract> Circles::extracts(storage::Reader& reader) {
  std::vector<Extract> list;
  for (const auto& region : regions(reader)) {
    if (region.extract_file.empty()) continue;
    const std::lock_guard lock(mutex_);
    list.push_back({region.west, region.south, region.east, region.north, streets_of(region)});
  }
  return list;
}

std::vector<std::int64_t> street_metres(const Extract& extract, LonLat home, std::span<const LonLat> places) {
  std::vector<std::int64_t> metres(places.size(), -1);
  const auto graph = extract.streets->graph(Gait::walk);
  if (!graph) return metres;
  const auto from = snapped(**graph, {&home, 1})[0];
  const auto to = snapped(**graph, places);
  const auto seconds = streets::times(**graph, from, to, kWalkMost);
  for (std::size_t i = 0; i < places.size(); ++i)
    if (joined(**graph, from, to[i])) metres[i] = walked_metres(seconds[i] >= 0 ? seconds[i] : kWalkMost + 1);
  return metres;
}

std::vector<Walks::Way> Circles::walks(storage::Reader& reader, LonLat from, std::span<const LonLat> to) {
  std::vector<Walks::Way> ways(to.size());
  const int factor = straight_of(reader, "").detour_percent;
  for (std::size_t i = 0; i < to.size(); ++i) ways[i].metres = by_factor(streets::metres(position_of(from), position_of(to[i])), factor);
  for (const auto& extract : extracts(reader)) {
    if (!extract.holds(from)) continue;
    std::vector<LonLat> held;
    std::vector<std::size_t> which;
    for (std::size_t i = 0; i < to.size(); ++i)
      if (ways[i].about && extract.holds(to[i])) held.push_back(to[i]), which.push_back(i);
    const auto metres = street_metres(extract, from, held);
    for (std::size_t i = 0; i < held.size(); ++i)
      if (metres[i] >= 0) ways[which[i]] = {metres[i], false};
  }
  return ways;
}

}  // namespace circles

namespace {

std::weak_ptr<circles::Circles>& kept() {
  static std::weak_ptr<circles::Circles> held;
  return held;
}

}  // namespace

void keep_circles(const std::shared_ptr<circles::Circles>& held) { kept() = held; }

struct Walks::Inside {
  int detour_percent = 100;
  std::vector<circles::Extract> extracts;

  std::int64_t straight(teams::Position a, teams::Position b) const { return teams::distance_m(a, b); }
  std::int64_t about(teams::Position a, teams::Position b) const { return straight(a, b) * detour_percent / 100; }
  // A street is never shorter than the straight line: a ferry may be quicker than walking, but it is no shorter way.
  Way by_streets(teams::Position a, teams::Position b, std::int64_t metres) const {
    if (metres > circles::walked_metres(circles::kWalkMost)) return {std::max(metres, about(a, b)), true};
    return {std::max(metres, straight(a, b)), false};
  }
  const circles::Extract* extract_of(teams::Position at) const {
    const auto place = circles::lonlat_of(at);
    for (const auto& extract : extracts)
      if (extract.holds(place)) return &extract;
    return nullptr;
  }
  void ways_on(const circles::Extract& extract, std::span<const teams::Position> places, const std::vector<std::size_t>& of,
               std::span<const Home> homes, std::vector<std::vector<Known>>& known) const;
};

Walks::Walks(storage::Reader& reader) {
  auto inside = std::make_shared<Inside>();
  inside->detour_percent = circles::straight_of(reader, "").detour_percent;
  if (const auto held = kept().lock()) inside->extracts = held->extracts(reader);
  inside_ = std::move(inside);
}

int Walks::Way::minutes() const {
  const auto hour = streets::walking().metres_an_hour;
  return circles::minutes_of(static_cast<std::int32_t>((metres * 3600 + hour / 2) / hour));
}
int Walks::detour_percent() const { return inside_->detour_percent; }
bool Walks::on_streets(teams::Position at) const { return inside_->extract_of(at) != nullptr; }

std::vector<Walks::Way> Walks::from(teams::Position home, std::span<const teams::Position> places) const {
  std::vector<Way> ways;
  for (const auto& place : places) ways.push_back({inside_->about(home, place), true});
  const auto* extract = inside_->extract_of(home);
  if (!extract) return ways;
  std::vector<circles::LonLat> held;
  std::vector<std::size_t> which;
  for (std::size_t i = 0; i < places.size(); ++i)
    if (inside_->extract_of(places[i]) == extract) held.push_back(circles::lonlat_of(places[i])), which.push_back(i);
  if (held.empty()) return ways;
  const auto metres = circles::street_metres(*extract, circles::lonlat_of(home), held);
  for (std::size_t i = 0; i < held.size(); ++i)
    if (metres[i] >= 0) ways[which[i]] = inside_->by_streets(home, places[which[i]], metres[i]);
  return ways;
}

void Walks::Inside::ways_on(const circles::Extract& extract, std::span<const teams::Position> places, const std::vector<std::size_t>& of,
                            std::span<const Home> homes, std::vector<std::vector<Known>>& known) const {
  const auto graph = extract.streets->graph(circles::Gait::walk);
  if (!graph) return;
  std::vector<std::uint32_t> which;
  std::vector<circles::LonLat> doors, sites;
  std::int64_t most = 0;
  for (std::uint32_t h = 0; h < homes.size(); ++h) {
    if (extract_of(homes[h].at) != &extract) continue;
    which.push_back(h);
    doors.push_back(circles::lonlat_of(homes[h].at));
    most = std::max(most, homes[h].most_m);
  }
  if (which.empty()) return;
  for (const auto p : of) sites.push_back(circles::lonlat_of(places[p]));
  const auto from = circles::snapped(**graph, doors), to = circles::snapped(**graph, sites);
  // One place: as far as ever, so that a page can say how much too far. Many: one second more than the longest limit, so that
  // what is not found is further than that.
  const auto limit = of.size() == 1 ? circles::kWalkMost : most * 3600 / streets::walking().metres_an_hour + 1;
  const auto seconds = static_cast<std::int32_t>(std::min<std::int64_t>(circles::kWalkMost, limit));
  for (std::size_t first = 0; first < of.size(); first += circles::kTogether) {
    const auto count = std::min(circles::kTogether, of.size() - first);
    const auto reach = streets::reach(**graph, std::span(to).subspan(first, count), from, {.seconds = seconds});
    for (std::size_t i = 0; i < count; ++i) {
      const auto p = of[first + i];
      auto at = reach.start[i];
      for (std::uint32_t d = 0; d < which.size(); ++d) {
        const bool found = at < reach.start[i + 1] && reach.demand[static_cast<std::size_t>(at)] == static_cast<std::int32_t>(d);
        const auto took = found ? reach.seconds[static_cast<std::size_t>(at++)] : seconds + 1;
        const auto& home = homes[which[d]];
        const auto east = home.at.x_m - places[p].x_m, north = home.at.y_m - places[p].y_m;
        if (std::max({east, -east, north, -north}) > home.most_m) continue;   // nearly all, in a whole region's batch
        if (!circles::joined(**graph, from[d], to[first + i]) || straight(home.at, places[p]) > home.most_m) continue;
        known[p].push_back(Known{which[d], by_streets(home.at, places[p], circles::walked_metres(took)).metres});
      }
    }
  }
}

std::vector<std::vector<Walks::Known>> Walks::to(std::span<const teams::Position> places, std::span<const Home> homes) const {
  std::vector<std::vector<Known>> known(places.size());
  for (const auto& extract : inside_->extracts) {
    std::vector<std::size_t> of;
    for (std::size_t p = 0; p < places.size(); ++p)
      if (inside_->extract_of(places[p]) == &extract) of.push_back(p);
    if (!of.empty()) inside_->ways_on(extract, places, of, homes, known);
  }
  return known;
}

std::string walk_text(const language::Catalogue& words, language::Language language, const Walks::Way& way) {
  return words.text(language, way.about ? "circle.walk_about" : "circle.walk", {{"n", std::to_string(std::max(1, way.minutes()))}});
}

}  // namespace tx::stations
