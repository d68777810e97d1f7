#include "systems/stations/circles/what_if.h"

#include <algorithm>
#include <unordered_map>

#include "systems/stations/circles/shapes.h"

namespace tx::stations::circles {
namespace {

constexpr std::size_t kChangesMost = 200;

Result<LonLat> place_in(const Json& item) {
  LonLat at;
  if (!read_value(item["lon"], at.lon) || !read_value(item["lat"], at.lat) || !streets::position(at.lat, at.lon))
    return refuse(Kind::invalid, "circle.place", "add");
  return at;
}

Json bands_json(const Report& report) {
  Json bands = Json::array();
  for (std::size_t i = 0; i < kBands.size(); ++i)
    bands.push(Json::of({{"minutes", kBands[i]}, {"people", report.within[i].people}, {"elders", report.within[i].elders}}));
  return bands;
}

// Places outside the circle in the first state and inside in the second, by code.
Json changed_places(std::span<const Demand> demand, std::span<const std::int32_t> first, std::span<const std::int32_t> second) {
  const auto inside = [](std::int32_t seconds) { return seconds >= 0 && seconds <= kCircle * 60; };
  Json codes = Json::array();
  for (std::size_t i = 0; i < demand.size(); ++i)
    if (demand[i].people > 0 && !inside(first[i]) && inside(second[i])) codes.push(demand[i].code);
  return codes;
}

}  // namespace

Result<std::vector<std::int32_t>> nearest_with_plan(storage::Reader& reader, const Ground& ground, Gait gait, std::vector<std::int32_t> nearest,
                                                    const std::string& plan, std::int64_t year) {
  if (plan.empty()) return nearest;
  const auto sites = TX_TRY(sites_of_plan(reader, plan, ground.region.id, year));
  const auto* rows = TX_TRY(ground.candidate_reach(gait));
  std::unordered_map<std::string, std::size_t> candidate;
  for (std::size_t i = 0; i < ground.candidates.size(); ++i) candidate[ground.candidates[i].id] = i;
  for (const auto& site : sites)
    if (const auto found = candidate.find(site); found != candidate.end()) lower(nearest, *rows, found->second);
  return nearest;
}

Result<Json> what_if(storage::Reader& reader, const Ground& ground, const WhatIfInput& input) {
  const auto gait = enum_value<Gait>(input.profile.empty() ? ground.region.gait : input.profile);
  if (!gait) return refuse(Kind::invalid, "form.unreadable", "profile");
  const Net* net = TX_TRY(ground.net(*gait));
  if (input.add.size() + input.remove.size() + input.move.size() > kChangesMost)
    return refuse(Kind::invalid, "circle.too_many", "add", {{"most", std::to_string(kChangesMost)}});
  std::unordered_map<std::string, std::size_t> number;
  for (std::size_t i = 0; i < ground.stations.size(); ++i) number[ground.stations[i].id] = i;
  auto running = net->running;
  std::vector<LonLat> added;
  for (const auto& item : input.add.items()) added.push_back(TX_TRY(place_in(item)));
  for (const auto& item : input.remove.items()) {
    const auto found = number.find(item.text());
    if (found == number.end()) return refuse(Kind::invalid, "circle.station_unknown", "remove");
    running[found->second] = 0;
  }
  for (const auto& item : input.move.items()) {
    const auto found = number.find(item["station"].text());
    if (found == number.end()) return refuse(Kind::invalid, "circle.station_unknown", "move");
    running[found->second] = 0;
    added.push_back(TX_TRY(place_in(item)));
  }
  const auto before = TX_TRY(nearest_with_plan(reader, ground, *gait, net->nearest, input.plan, input.year));
  auto nearest = TX_TRY(nearest_with_plan(reader, ground, *gait, nearest_of(net->stations, running), input.plan, input.year));
  const auto rows = ground.reach_of(*net, added, *gait, kCircle * 60);
  for (std::size_t i = 0; i < added.size(); ++i) lower(nearest, rows, i);
  const Report now = ground.report(*net), then = count(ground.demand, nearest, net->standing);
  return Json::of({{"people", then.all.people},
                   {"reached", then.reached().people},
                   {"missed", then.all.people - then.reached().people},
                   {"percent", at_least_percent(then.reached().people, then.all.people)},
                   {"elders", then.all.elders},
                   {"elders_reached", then.reached().elders},
                   {"change", then.reached().people - now.reached().people},
                   {"elders_change", then.reached().elders - now.reached().elders},
                   {"by_band", bands_json(then)},
                   {"newly", changed_places(ground.demand, before, nearest)},
                   {"lost", changed_places(ground.demand, nearest, before)}});
}

Result<Json> Ground::circle(LonLat at, Gait gait, std::span<const int> minutes) const {
  const Net* net = TX_TRY(this->net(gait));
  if (!net->graph) return round_shapes(at, net->metres_a_second, minutes);
  const auto place = streets::snap(*net->graph, position_of(at));
  if (!place.placed()) return refuse(Kind::not_found, "circle.no_street", "lon");
  const int most = *std::max_element(minutes.begin(), minutes.end());
  return street_shapes(streets::reached_lines(*net->graph, place, most * 60), at, minutes);
}

}  // namespace tx::stations::circles
