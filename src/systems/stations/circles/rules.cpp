#include "systems/stations/circles/rules.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tx::stations::circles {
namespace {

std::string hundredths(std::int64_t value) {
  const auto two = std::to_string(value % 100);
  return std::to_string(value / 100) + "." + (two.size() < 2 ? "0" : "") + two + " %";
}

}  // namespace

Report count(std::span<const Demand> demand, std::span<const std::int32_t> nearest,
             std::span<const streets::Standing> standing) {
  using streets::Standing;
  Report report;
  for (std::size_t i = 0; i < demand.size(); ++i) {
    report.all.add(demand[i]);
    const auto seconds = nearest[i];
    if (seconds >= 0 && seconds <= kCircle * 60) {
      for (std::size_t band = 0; band < kBands.size(); ++band)
        if (seconds <= kBands[band] * 60) report.within[band].add(demand[i]);
      continue;
    }
    switch (standing[i]) {
      case Standing::street: report.missed.add(demand[i]); break;
      case Standing::island: report.island.add(demand[i]); break;
      case Standing::too_far: report.too_far.add(demand[i]); break;
      case Standing::outside:
      case Standing::swapped: report.outside.add(demand[i]); break;
    }
  }
  return report;
}

std::vector<std::size_t> gaps(std::span<const Demand> demand, std::span<const std::int32_t> nearest, const std::string& by) {
  std::vector<std::size_t> list;
  for (std::size_t i = 0; i < demand.size(); ++i)
    if (demand[i].people > 0 && (nearest[i] < 0 || nearest[i] > kCircle * 60)) list.push_back(i);
  const auto width = [&](std::size_t i) -> std::int64_t {
    if (by == "elders") return demand[i].elders;
    if (by == "minutes") return nearest[i] < 0 ? 1 << 30 : nearest[i];
    return demand[i].people;
  };
  std::sort(list.begin(), list.end(), [&](std::size_t a, std::size_t b) {
    if (width(a) != width(b)) return width(a) > width(b);
    if (demand[a].people != demand[b].people) return demand[a].people > demand[b].people;
    return demand[a].code < demand[b].code;
  });
  return list;
}

void lower(std::vector<std::int32_t>& nearest, const streets::Reach& reach, std::size_t site) {
  for (auto i = static_cast<std::size_t>(reach.start[site]); i < static_cast<std::size_t>(reach.start[site + 1]); ++i) {
    auto& now = nearest[static_cast<std::size_t>(reach.demand[i])];
    if (now < 0 || reach.seconds[i] < now) now = reach.seconds[i];
  }
}

std::vector<std::int32_t> nearest_of(const streets::Reach& reach, std::span<const std::uint8_t> open) {
  std::vector<std::int32_t> nearest(static_cast<std::size_t>(reach.demands), -1);
  for (std::size_t site = 0; site < open.size(); ++site)
    if (open[site]) lower(nearest, reach, site);
  return nearest;
}

double Straight::metres_a_second(Gait gait) const {
  const double speed = gait == Gait::walk   ? streets::walking().metres_an_hour / 3600.0
                       : gait == Gait::slow ? streets::slow_walking().metres_an_hour / 3600.0
                                            : drive_kmh / 3.6;
  return speed * 100 / detour_percent;
}

streets::Position position_of(LonLat at) { return streets::position(at.lat, at.lon).value_or(streets::Position{}); }

std::int32_t straight_seconds(LonLat from, LonLat to, double metres_a_second) {
  return static_cast<std::int32_t>(std::ceil(streets::metres(position_of(from), position_of(to)) / metres_a_second));
}

streets::Reach straight_reach(std::span<const LonLat> sites, std::span<const LonLat> demands, double metres_a_second,
                              std::int32_t seconds) {
  std::vector<std::uint32_t> by_lat(demands.size());
  std::iota(by_lat.begin(), by_lat.end(), 0u);
  std::sort(by_lat.begin(), by_lat.end(), [&](auto a, auto b) { return demands[a].lat < demands[b].lat; });
  const double most = metres_a_second * seconds, span = most / 110'000 * 1.01;   // degrees of latitude, a little wider
  streets::Reach reach;
  reach.demands = static_cast<std::int32_t>(demands.size());
  std::vector<std::pair<std::int32_t, std::int32_t>> row;
  for (const auto& site : sites) {
    row.clear();
    const double wide = span / std::max(0.05, std::cos(site.lat * 3.14159265358979 / 180));
    auto at = std::lower_bound(by_lat.begin(), by_lat.end(), site.lat - span,
                               [&](std::uint32_t d, double lat) { return demands[d].lat < lat; });
    for (; at != by_lat.end() && demands[*at].lat <= site.lat + span; ++at) {
      if (std::abs(demands[*at].lon - site.lon) > wide) continue;
      if (const auto need = straight_seconds(site, demands[*at], metres_a_second); need <= seconds)
        row.emplace_back(static_cast<std::int32_t>(*at), need);
    }
    std::sort(row.begin(), row.end());
    for (const auto& [demand, need] : row) {
      reach.demand.push_back(demand);
      reach.seconds.push_back(need);
    }
    reach.start.push_back(static_cast<std::int64_t>(reach.demand.size()));
  }
  return reach;
}

std::int32_t minutes_of(std::int32_t seconds) { return (seconds + 59) / 60; }

std::string at_least_percent(std::int64_t part, std::int64_t of) {
  return of <= 0 ? "\u2014" : hundredths(part * 10'000 / of);
}
std::string at_most_percent(std::int64_t part, std::int64_t of) {
  return of <= 0 ? "\u2014" : hundredths(std::min<std::int64_t>(10'000, (part * 10'000 + of - 1) / of));
}

}  // namespace tx::stations::circles
