// Levels (a station grows into an 所, then into a centre) and several years under a yearly budget, as one program.
#include <algorithm>

#include "engines/covering/builders.h"

namespace tx::covering {
namespace {

std::int32_t stands_at(const Levels& levels, std::int32_t i) {
  if (!levels.stands.empty()) return levels.stands[i];
  return state_of(levels.level[0], i) == State::existing ? 0 : -1;
}

Result<void> check_levels(const Levels& levels) {
  if (levels.level.empty() || levels.yearly.empty()) return malformed("levels");
  const auto& base = levels.level[0];
  for (const auto& q : levels.level) {
    TX_CHECK(check(q));
    if (q.matrix.sites() != base.matrix.sites() || q.matrix.demands != base.matrix.demands) return malformed("levels");
    if (q.capacity.empty() != base.capacity.empty()) return malformed("capacity");
  }
  const auto sites = static_cast<std::size_t>(base.matrix.sites());
  if (!levels.stands.empty() && levels.stands.size() != sites) return malformed("stands");
  for (const auto at : levels.stands)
    if (at < -1 || at >= static_cast<std::int32_t>(levels.level.size())) return malformed("stands");
  for (std::size_t l = 1; l < levels.level.size(); ++l)
    for (std::size_t i = 0; i < base.capacity.size(); ++i) {
      const auto below = levels.level[l - 1].capacity[i], here = levels.level[l].capacity[i];
      if (here >= 0 && (below < 0 || here < below)) return malformed("capacity");   // a higher level serves no fewer
    }
  return {};
}

// What a level adds to the one below it.
std::vector<std::int64_t> added_capacity(const Levels& levels, std::int32_t l) {
  auto out = levels.level[l].capacity;
  for (std::size_t i = 0; i < out.size() && l > 0; ++i)
    if (const auto below = levels.level[l - 1].capacity[i]; below < 0) out[i] = 0;
    else if (out[i] >= 0) out[i] -= below;
  return out;
}

}  // namespace

std::int32_t Levels::counties() const {
  std::int32_t out = 1;
  if (!level.empty())
    for (const auto c : level[0].county) out = std::max(out, c + 1);
  return out;
}

Result<Program> years(const Levels& levels) {
  TX_CHECK(check_levels(levels));
  const auto count = static_cast<std::int32_t>(levels.level.size());
  const auto spans = static_cast<std::int32_t>(levels.yearly.size());
  const auto& base = levels.level[0];
  const auto sites = levels.sites(), demands = base.matrix.demands, counties = levels.counties();
  std::vector<Program> one(count);
  for (std::int32_t l = 0; l < count; ++l) one[l] = TX_TRY(maximal(levels.level[l]));
  Program p;
  p.columns = sites * count * spans;
  p.cost.assign(p.columns, 0);
  p.fixed.assign(p.columns, -1);
  for (std::int32_t i = 0; i < sites; ++i)
    for (std::int32_t l = 0; l < count; ++l)
      for (std::int32_t t = 0; t < spans; ++t) {
        auto& fixed = p.fixed[levels.column(i, l, t)];
        const auto state = state_of(base, i);
        const auto stands = stands_at(levels, i);
        if (state == State::forbidden && stands < 0) fixed = 0;
        if (state == State::forced && l == 0 && stands < 0) fixed = t == 0 ? 1 : 0;
        if (l <= stands) fixed = t == 0 ? 1 : 0;
      }
  for (std::int32_t t = 0; t < spans; ++t)
    for (std::int32_t j = 0; j < demands; ++j) {
      for (std::int32_t s = 0; s <= t; ++s)
        for (std::int32_t l = 0; l < count; ++l)
          for (auto e = one[l].start[j]; e < one[l].start[j + 1]; ++e) {
            p.column.push_back(levels.column(one[l].column[e], l, s));
            p.unit.push_back(one[l].unit[e]);
          }
      p.start.push_back(static_cast<std::int64_t>(p.column.size()));
      p.weight.push_back(base.people[j]);
      p.part.push_back(levels.part(t, base.county.empty() ? 0 : base.county[j]));
    }
  if (!base.capacity.empty()) {                          // afresh in every year
    p.capacity.assign(p.columns, -1);
    for (std::int32_t l = 0; l < count; ++l) {
      const auto added = added_capacity(levels, l);
      for (std::int32_t t = 0; t < spans; ++t)
        for (std::int32_t i = 0; i < sites; ++i) p.capacity[levels.column(i, l, t)] = added[i];
    }
    for (std::int32_t t = 0; t < spans; ++t) p.pool.insert(p.pool.end(), static_cast<std::size_t>(counties), t);
  }
  p.floors = base.floors;
  for (std::int32_t t = 0; t < spans; ++t) {
    Row money;
    money.limit = levels.yearly[t];
    for (std::int32_t i = 0; i < sites; ++i)
      for (std::int32_t l = stands_at(levels, i) + 1; l < count; ++l)
        if (price_of(levels.level[l], i) != 0) money.terms.emplace_back(levels.column(i, l, t), price_of(levels.level[l], i));
    p.rows.push_back(std::move(money));
  }
  for (std::int32_t i = 0; i < sites; ++i)
    for (std::int32_t l = 0; l < count; ++l) {
      Row once;                                         // each level is reached at most once
      once.limit = 1;
      for (std::int32_t t = 0; t < spans; ++t) once.terms.emplace_back(levels.column(i, l, t), 1);
      if (spans > 1) p.rows.push_back(std::move(once));
      for (std::int32_t t = 0; l > 0 && t < spans; ++t) {   // and only upon the level below
        Row upon;
        upon.limit = 0;
        for (std::int32_t s = 0; s <= t; ++s) {
          upon.terms.emplace_back(levels.column(i, l, s), 1);
          upon.terms.emplace_back(levels.column(i, l - 1, s), -1);
        }
        p.rows.push_back(std::move(upon));
      }
    }
  const auto stations = [&](Row& row, std::int32_t i, std::int64_t factor) {   // a station, whenever it is built
    for (std::int32_t t = 0; t < spans; ++t) row.terms.emplace_back(levels.column(i, 0, t), factor);
  };
  if (base.count >= 0) {
    Row most;
    most.limit = base.count;
    for (std::int32_t i = 0; i < sites; ++i)
      if (stands_at(levels, i) < 0) stations(most, i, 1);
    p.rows.push_back(std::move(most));
  }
  for (const auto& quota : base.quotas) {
    Row least, most;
    least.limit = -quota.least;
    most.limit = quota.most;
    for (std::int32_t i = 0; i < sites; ++i)
      if (!base.town.empty() && base.town[i] == quota.town) stations(least, i, -1), stations(most, i, 1);
    if (quota.least > 0) p.rows.push_back(std::move(least));
    if (quota.most >= 0) p.rows.push_back(std::move(most));
  }
  apart_rows(p, base.apart, sites, [&](Row& row, std::int32_t i) { stations(row, i, 1); });
  return p;
}

}  // namespace tx::covering
