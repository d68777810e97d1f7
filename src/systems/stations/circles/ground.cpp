#include <filesystem>

#include "systems/stations/circles/circles.h"

namespace tx::stations::circles {
namespace {

streets::Profile profile_of(Gait gait) {
  switch (gait) {
    case Gait::slow: return streets::slow_walking();
    case Gait::drive: return streets::driving();
    default: return streets::walking();
  }
}
std::size_t index_of(Gait gait) { return static_cast<std::size_t>(gait); }
std::int32_t far_of(Gait gait) { return gait == Gait::drive ? kFarDrive : kFar; }

template <class Things>
std::vector<LonLat> places_of(const Things& things) {
  std::vector<LonLat> places;
  places.reserve(things.size());
  for (const auto& thing : things) places.push_back(thing.at);
  return places;
}

}  // namespace

std::vector<streets::Place> snapped(const streets::Graph& graph, std::span<const LonLat> places) {
  std::vector<streets::Position> positions;
  positions.reserve(places.size());
  for (const auto& at : places) positions.push_back(position_of(at));
  return streets::snap(graph, positions);
}

Result<const streets::Graph*> Streets::graph(Gait gait) {
  const std::lock_guard lock(mutex_);
  auto& graph = graphs_[index_of(gait)];
  if (!graph) {
    const auto extract = TX_TRY(streets::load_extract(file_, datum_));
    graph = std::make_unique<const streets::Graph>(TX_TRY(streets::build(extract, profile_of(gait))));
  }
  return graph.get();
}

Result<const Net*> Ground::net(Gait gait) const {
  const std::lock_guard lock(mutex_);
  auto& net = nets_[index_of(gait)];
  if (net) return net.get();
  auto made = std::make_unique<Net>();
  const auto people = places_of(demand), doors = places_of(stations);
  made->metres_a_second = straight.metres_a_second(gait);
  if (streets_) {
    made->graph = TX_TRY(streets_->graph(gait));
    made->demand = snapped(*made->graph, people);
    for (const auto& place : made->demand) made->standing.push_back(place.standing);
  } else {
    made->standing.assign(demand.size(), streets::Standing::street);
  }
  made->stations = reach_of(*made, doors, gait, far_of(gait));
  for (const auto& station : stations) made->running.push_back(station.running);
  made->nearest = nearest_of(made->stations, made->running);
  net = std::move(made);
  return net.get();
}

Result<const streets::Reach*> Ground::candidate_reach(Gait gait) const {
  const Net* net = TX_TRY(this->net(gait));
  const std::lock_guard lock(mutex_);
  auto& reach = candidates_[index_of(gait)];
  if (!reach) reach = std::make_unique<streets::Reach>(reach_of(*net, places_of(candidates), gait, kSiteMost));
  return reach.get();
}

streets::Reach Ground::reach_of(const Net& net, std::span<const LonLat> sites, Gait gait, std::int32_t seconds) const {
  if (!net.graph) return straight_reach(sites, places_of(demand), straight.metres_a_second(gait), seconds);
  return streets::reach(*net.graph, snapped(*net.graph, sites), net.demand, {.seconds = seconds});
}

std::string Circles::extract_path(const StreetRegion& region) const {
  if (region.extract_file.empty()) return {};
  const std::string kept = folder_ + "/" + region.extract_file;
  std::error_code error;
  return std::filesystem::exists(kept, error) ? kept : data_ + "/streets/" + region.extract_file;
}

std::shared_ptr<Streets> Circles::streets_of(const StreetRegion& region) {
  auto& streets = kept_[region.id].streets;
  const std::string path = extract_path(region);
  const auto datum = datum_of(region.extract_datum);
  if (path.empty()) streets = nullptr;
  else if (!streets || !streets->is(path, datum)) streets = std::make_shared<Streets>(path, datum);
  return streets;
}

Result<std::shared_ptr<const Ground>> Circles::ground(storage::Reader& reader, const std::string& id) {
  auto region = find_region(reader, id);
  if (!region) return refuse(Kind::not_found, "http.not_found");
  std::shared_ptr<Streets> streets;
  {
    const std::lock_guard lock(mutex_);
    auto& kept = kept_[id];
    if (kept.ground && kept.ground->region.revision == region->revision) return kept.ground;
    streets = streets_of(*region);
  }
  auto made = std::make_shared<Ground>(*region, streets, straight_of(reader, region->scope));
  load_ground(reader, *made);
  const std::lock_guard lock(mutex_);
  auto& kept = kept_[id];
  if (!kept.ground || kept.ground->region.revision < made->region.revision) kept.ground = made;
  return made;
}

}  // namespace tx::stations::circles
