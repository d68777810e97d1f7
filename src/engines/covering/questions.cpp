// Questions of the planning screen, written as programs.
#include <algorithm>
#include <set>

#include "engines/covering/covering.h"

namespace tx::covering {
namespace {

tl::unexpected<Refusal> bad(const char* field) { return refuse(Kind::invalid, "covering.malformed", field, {{"field", field}}); }

Result<void> check(const Question& q) {
  const auto& m = q.matrix;
  const auto n = static_cast<std::size_t>(m.sites());
  if (m.start.empty() || m.start.front() != 0 || m.start.back() != static_cast<std::int64_t>(m.demand.size()))
    return bad("matrix");
  if (!std::is_sorted(m.start.begin(), m.start.end())) return bad("matrix");
  if (!m.seconds.empty() && m.seconds.size() != m.demand.size()) return bad("seconds");
  for (auto j : m.demand)
    if (j < 0 || j >= m.demands) return bad("matrix");
  for (auto s : m.seconds)
    if (s < 0) return bad("seconds");
  if (q.people.size() != static_cast<std::size_t>(m.demands)) return bad("people");
  if (std::any_of(q.people.begin(), q.people.end(), [](auto w) { return w < 0; })) return bad("people");
  if (!q.county.empty() && q.county.size() != q.people.size()) return bad("county");
  if (std::any_of(q.county.begin(), q.county.end(), [](auto c) { return c < 0; })) return bad("county");
  if (!q.cost.empty() && q.cost.size() != n) return bad("cost");
  if (std::any_of(q.cost.begin(), q.cost.end(), [](auto c) { return c < 0; })) return bad("cost");
  if (!q.state.empty() && q.state.size() != n) return bad("state");
  if (!q.town.empty() && q.town.size() != n) return bad("town");
  for (const auto& [a, b] : q.apart)
    if (a < 0 || b < 0 || a == b || static_cast<std::size_t>(std::max(a, b)) >= n) return bad("apart");
  if (!q.bands.empty() && m.seconds.empty()) return bad("bands");
  return {};
}

std::int64_t price_of(const Question& q, std::int32_t i) { return q.cost.empty() ? 1 : q.cost[i]; }
State state_of(const Question& q, std::int32_t i) { return q.state.empty() ? State::free : q.state[i]; }

// Entries demand by demand, columns ascending, each once with its best unit.
template <class Unit>
void fill(Program& p, const Question& q, Unit unit) {
  const auto& m = q.matrix;
  std::vector<std::vector<std::pair<std::int32_t, std::int32_t>>> rows(m.demands);
  for (std::int32_t i = 0; i < m.sites(); ++i)
    for (auto e = m.start[i]; e < m.start[i + 1]; ++e)
      if (const std::int32_t u = unit(e); u > 0) {
        auto& row = rows[m.demand[e]];
        if (!row.empty() && row.back().first == i) row.back().second = std::max(row.back().second, u);
        else row.emplace_back(i, u);
      }
  for (std::int32_t j = 0; j < m.demands; ++j) {
    for (const auto& [i, u] : rows[j]) p.column.push_back(i), p.unit.push_back(u);
    p.start.push_back(static_cast<std::int64_t>(p.column.size()));
  }
  p.weight = q.people;
  p.part = q.county;
  p.part.resize(q.people.size(), 0);
  p.columns = m.sites();
  p.cost.assign(p.columns, 0);
  p.fixed.assign(p.columns, -1);
  for (std::int32_t i = 0; i < p.columns; ++i) {
    const auto s = state_of(q, i);
    if (s == State::existing || s == State::forced) p.fixed[i] = 1;
    if (s == State::forbidden) p.fixed[i] = 0;
  }
  p.floors = q.floors;
}

void site_rows(Program& p, const Question& q) {
  Row count, budget;
  count.limit = q.count;
  budget.limit = q.budget;
  for (std::int32_t i = 0; i < p.columns; ++i) {
    if (state_of(q, i) == State::existing) continue;   // already there: neither counted nor paid
    count.terms.emplace_back(i, 1);
    if (price_of(q, i) != 0) budget.terms.emplace_back(i, price_of(q, i));
  }
  if (q.count >= 0) p.rows.push_back(count);
  if (q.budget >= 0) p.rows.push_back(budget);
  for (const auto& quota : q.quotas) {
    Row least, most;
    least.limit = -quota.least;
    most.limit = quota.most;
    for (std::int32_t i = 0; i < p.columns; ++i)
      if (!q.town.empty() && q.town[i] == quota.town) least.terms.emplace_back(i, -1), most.terms.emplace_back(i, 1);
    if (quota.least > 0) p.rows.push_back(least);
    if (quota.most >= 0) p.rows.push_back(most);
  }
  for (const auto& [a, b] : q.apart) p.rows.push_back({{{a, 1}, {b, 1}}, 1});
}

void price_columns(Program& p, const Question& q) {
  p.people_factor = 0;
  for (std::int32_t i = 0; i < p.columns; ++i)
    if (state_of(q, i) != State::existing) p.cost[i] = price_of(q, i);
}

void everyone(Program& p) {
  std::set<std::vector<std::int32_t>> seen;
  for (std::int32_t j = 0; j < p.demands(); ++j) {
    std::vector<std::int32_t> row(p.column.begin() + p.start[j], p.column.begin() + p.start[j + 1]);
    if (p.weight[j] == 0 || row.empty() || !seen.insert(row).second) continue;   // nobody there: nobody to reach
    Row need;
    need.limit = -1;
    for (auto i : row) need.terms.emplace_back(i, -1);
    p.rows.push_back(std::move(need));
  }
}

}  // namespace

Result<Program> maximal(const Question& q) {
  TX_CHECK(check(q));
  Program p;
  fill(p, q, [&](std::int64_t e) {
    if (q.bands.empty()) return 1;
    std::int32_t best = 0;
    for (const auto& [until, worth] : q.bands)
      if (q.matrix.seconds[e] <= until) best = std::max(best, worth);
    return best;
  });
  site_rows(p, q);
  return p;
}

Result<Program> set_cover(const Question& q) {
  TX_CHECK(check(q));
  Program p;
  fill(p, q, [](std::int64_t) { return 1; });
  site_rows(p, q);
  price_columns(p, q);
  everyone(p);
  return p;
}

Result<Program> partial_cover(const Question& q, People least) {
  TX_CHECK(check(q));
  Program p;
  fill(p, q, [](std::int64_t) { return 1; });
  site_rows(p, q);
  price_columns(p, q);
  p.floors.push_back({-1, least});
  return p;
}

Result<Program> median(const Question& q, std::int32_t beyond) {
  TX_CHECK(check(q));
  if (q.matrix.seconds.size() != q.matrix.demand.size()) return bad("seconds");
  Program p;
  fill(p, q, [&](std::int64_t e) { return beyond - q.matrix.seconds[e]; });
  site_rows(p, q);
  return p;
}

Result<Centre> centre(const Question& q, const Options& options) {
  TX_CHECK(check(q));
  if (q.matrix.seconds.size() != q.matrix.demand.size() || q.count < 0) return bad("seconds");
  std::vector<std::int32_t> radii(q.matrix.seconds);
  std::sort(radii.begin(), radii.end());
  radii.erase(std::unique(radii.begin(), radii.end()), radii.end());
  Centre out;
  bool proven = true;
  std::size_t low = 0, high = radii.size();            // high: known to work, or none
  while (low < high) {
    const auto middle = (low + high) / 2;
    Program p;
    fill(p, q, [&](std::int64_t e) { return q.matrix.seconds[e] <= radii[middle] ? 1 : 0; });
    site_rows(p, q);
    bool alone = false;                                // somebody whom nobody reaches within this radius
    for (std::int32_t j = 0; j < p.demands(); ++j) alone = alone || (p.weight[j] > 0 && p.start[j] == p.start[j + 1]);
    Row impossible;
    impossible.limit = -1;
    if (alone) p.rows.push_back(impossible);
    price_columns(p, q);
    p.cost.assign(p.columns, 0);                       // the count is a row; any plan will do
    everyone(p);
    auto plan = TX_TRY(solve(p, options));
    if (plan.feasible) {
      high = middle;
      out.seconds = radii[middle];
      out.plan = std::move(plan);
      out.cover = std::move(p);
    } else {
      proven = proven && plan.finished;
      low = middle + 1;
      out.below = std::move(plan);
      out.cover_below = std::move(p);
    }
  }
  out.proven = proven && out.seconds >= 0;
  return out;
}

Result<Program> years(const Levels& levels) {
  const auto count = static_cast<std::int32_t>(levels.level.size());
  const auto spans = static_cast<std::int32_t>(levels.yearly.size());
  if (count == 0 || spans == 0) return bad("levels");
  for (const auto& q : levels.level) TX_CHECK(check(q));
  const auto& base = levels.level[0];
  const auto sites = base.matrix.sites(), demands = base.matrix.demands;
  std::vector<Program> one(count);
  for (std::int32_t l = 0; l < count; ++l) {
    if (levels.level[l].matrix.sites() != sites || levels.level[l].matrix.demands != demands) return bad("levels");
    one[l] = TX_TRY(maximal(levels.level[l]));
  }
  Program p;
  p.columns = sites * count * spans;
  const auto column = [&](std::int32_t i, std::int32_t l, std::int32_t t) { return (t * count + l) * sites + i; };
  p.cost.assign(p.columns, 0);
  p.fixed.assign(p.columns, -1);
  for (std::int32_t i = 0; i < sites; ++i)
    for (std::int32_t l = 0; l < count; ++l)
      for (std::int32_t t = 0; t < spans; ++t) {
        const auto s = state_of(base, i);
        if (s == State::forbidden) p.fixed[column(i, l, t)] = 0;
        if ((s == State::existing || s == State::forced) && l == 0) p.fixed[column(i, l, t)] = t == 0 ? 1 : 0;
      }
  for (std::int32_t t = 0; t < spans; ++t)
    for (std::int32_t j = 0; j < demands; ++j) {
      for (std::int32_t s = 0; s <= t; ++s)
        for (std::int32_t l = 0; l < count; ++l)
          for (auto e = one[l].start[j]; e < one[l].start[j + 1]; ++e) {
            p.column.push_back(column(one[l].column[e], l, s));
            p.unit.push_back(one[l].unit[e]);
          }
      p.start.push_back(static_cast<std::int64_t>(p.column.size()));
      p.weight.push_back(base.people[j]);
      p.part.push_back(t);                              // a floor may name a year
    }
  for (std::int32_t t = 0; t < spans; ++t) {
    Row money;
    money.limit = levels.yearly[t];
    for (std::int32_t i = 0; i < sites; ++i)
      for (std::int32_t l = 0; l < count; ++l)
        if (!(l == 0 && state_of(base, i) == State::existing) && price_of(levels.level[l], i) != 0)
          money.terms.emplace_back(column(i, l, t), price_of(levels.level[l], i));
    p.rows.push_back(std::move(money));
  }
  for (std::int32_t i = 0; i < sites; ++i)
    for (std::int32_t l = 0; l < count; ++l) {
      Row once;                                         // each level is reached at most once
      once.limit = 1;
      for (std::int32_t t = 0; t < spans; ++t) once.terms.emplace_back(column(i, l, t), 1);
      if (spans > 1) p.rows.push_back(std::move(once));
      for (std::int32_t t = 0; l > 0 && t < spans; ++t) {   // and only upon the level below
        Row upon;
        upon.limit = 0;
        for (std::int32_t s = 0; s <= t; ++s) {
          upon.terms.emplace_back(column(i, l, s), 1);
          upon.terms.emplace_back(column(i, l - 1, s), -1);
        }
        p.rows.push_back(std::move(upon));
      }
    }
  return p;
}

}  // namespace tx::covering
