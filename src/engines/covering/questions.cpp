// Questions of the planning screen, written as programs.
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <set>

#include "engines/covering/builders.h"
#include "engines/covering/refine.h"

namespace tx::covering {

tl::unexpected<Refusal> malformed(const char* field) { return refuse(Kind::invalid, "covering.malformed", field, {{"field", field}}); }

Result<void> check(const Question& q) {
  const auto& m = q.matrix;
  const auto n = static_cast<std::size_t>(m.sites());
  if (m.start.empty() || m.start.front() != 0 || m.start.back() != static_cast<std::int64_t>(m.demand.size()))
    return malformed("matrix");
  if (!std::is_sorted(m.start.begin(), m.start.end())) return malformed("matrix");
  if (!m.seconds.empty() && m.seconds.size() != m.demand.size()) return malformed("seconds");
  for (auto j : m.demand)
    if (j < 0 || j >= m.demands) return malformed("matrix");
  for (auto s : m.seconds)
    if (s < 0) return malformed("seconds");
  if (q.people.size() != static_cast<std::size_t>(m.demands)) return malformed("people");
  if (std::any_of(q.people.begin(), q.people.end(), [](auto w) { return w < 0; })) return malformed("people");
  if (!q.county.empty() && q.county.size() != q.people.size()) return malformed("county");
  if (std::any_of(q.county.begin(), q.county.end(), [](auto c) { return c < 0; })) return malformed("county");
  if (!q.cost.empty() && q.cost.size() != n) return malformed("cost");
  if (std::any_of(q.cost.begin(), q.cost.end(), [](auto c) { return c < 0; })) return malformed("cost");
  if (!q.state.empty() && q.state.size() != n) return malformed("state");
  if (!q.town.empty() && q.town.size() != n) return malformed("town");
  for (const auto& [a, b] : q.apart)
    if (a < 0 || b < 0 || a == b || static_cast<std::size_t>(std::max(a, b)) >= n) return malformed("apart");
  if (!q.bands.empty() && m.seconds.empty()) return malformed("bands");
  if (!q.capacity.empty() && (q.capacity.size() != n || !q.bands.empty())) return malformed("capacity");
  return {};
}

std::int64_t price_of(const Question& q, std::int32_t i) { return q.cost.empty() ? 1 : q.cost[i]; }
State state_of(const Question& q, std::int32_t i) { return q.state.empty() ? State::free : q.state[i]; }

// Pairs that exclude each other, gathered into cliques: one row "at most one of these" instead of many "at most one of two".
void apart_rows(Program& p, const std::vector<std::pair<std::int32_t, std::int32_t>>& pairs, std::int32_t sites,
                const std::function<void(Row&, std::int32_t)>& name) {
  std::vector<std::set<std::int32_t>> foes(sites), open(sites);
  for (const auto& [a, b] : pairs) foes[a].insert(b), foes[b].insert(a);
  open = foes;
  for (std::int32_t a = 0; a < sites; ++a)
    while (!open[a].empty()) {
      std::vector<std::int32_t> clique{a};
      for (const auto c : open[a])
        if (std::all_of(clique.begin(), clique.end(), [&](auto k) { return foes[c].count(k) > 0; })) clique.push_back(c);
      Row row;
      row.limit = 1;
      for (const auto x : clique) {
        name(row, x);
        for (const auto y : clique) open[x].erase(y);
      }
      p.rows.push_back(std::move(row));
    }
}

namespace {

// Entries demand by demand, columns ascending, each once with its best unit.
template <class Unit>
void fill(Program& p, const Question& q, Unit unit) {
  const auto& m = q.matrix;
  p.start.assign(static_cast<std::size_t>(m.demands) + 1, 0);
  for (std::int32_t i = 0; i < m.sites(); ++i)
    for (auto e = m.start[i]; e < m.start[i + 1]; ++e)
      if (unit(e) > 0) ++p.start[m.demand[e] + 1];
  std::partial_sum(p.start.begin(), p.start.end(), p.start.begin());
  p.column.resize(static_cast<std::size_t>(p.start.back()));
  p.unit.resize(p.column.size());
  std::vector<std::int64_t> at(p.start.begin(), p.start.end() - 1);
  bool twice = false;
  for (std::int32_t i = 0; i < m.sites(); ++i)
    for (auto e = m.start[i]; e < m.start[i + 1]; ++e) {
      const std::int32_t u = unit(e);
      if (u <= 0) continue;
      const auto j = m.demand[e];
      if (at[j] > p.start[j] && p.column[at[j] - 1] == i) {
        p.unit[at[j] - 1] = std::max(p.unit[at[j] - 1], u);
        twice = true;
        continue;
      }
      p.column[at[j]] = i;
      p.unit[at[j]++] = u;
    }
  if (twice) {                                 // a site named a demand twice: close the holes
    std::int64_t to = 0;
    for (std::int32_t j = 0; j < m.demands; ++j) {
      const auto from = p.start[j];
      p.start[j] = to;
      for (auto e = from; e < at[j]; ++e, ++to) p.column[to] = p.column[e], p.unit[to] = p.unit[e];
    }
    p.start[m.demands] = to;
    p.column.resize(static_cast<std::size_t>(to));
    p.unit.resize(static_cast<std::size_t>(to));
  }
  p.weight = q.people;
  p.part = q.county;
  p.part.resize(q.people.size(), 0);
}

void site_facts(Program& p, const Question& q) {
  p.columns = q.matrix.sites();
  p.cost.assign(p.columns, 0);
  p.fixed.assign(p.columns, -1);
  for (std::int32_t i = 0; i < p.columns; ++i) {
    const auto s = state_of(q, i);
    if (s == State::existing || s == State::forced) p.fixed[i] = 1;
    if (s == State::forbidden) p.fixed[i] = 0;
  }
  p.floors = q.floors;
  p.capacity = q.capacity;
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
  apart_rows(p, q.apart, p.columns, [](Row& row, std::int32_t i) { row.terms.emplace_back(i, 1); });
}

void price_columns(Program& p, const Question& q) {
  p.people_factor = 0;
  for (std::int32_t i = 0; i < p.columns; ++i)
    if (state_of(q, i) != State::existing) p.cost[i] = price_of(q, i);
}

void everyone(Program& p) {
  Program alike;                               // people alike whatever their county
  alike.columns = p.columns;
  alike.start = p.start, alike.column = p.column, alike.unit = p.unit, alike.weight = p.weight;
  alike.part.assign(p.part.size(), 0);
  const auto classes = merge(alike).program;   // leaves out where nobody lives and whom nobody reaches
  for (std::int32_t j = 0; j < classes.demands(); ++j) {
    Row need;
    need.limit = -1;
    for (auto e = classes.start[j]; e < classes.start[j + 1]; ++e) need.terms.emplace_back(classes.column[e], -1);
    p.rows.push_back(std::move(need));
  }
}

std::int32_t worth_of(const Question& q, std::int64_t e) {
  if (q.bands.empty()) return 1;
  std::int32_t best = 0;
  for (const auto& [until, worth] : q.bands)
    if (q.matrix.seconds[e] <= until) best = std::max(best, worth);
  return best;
}

}  // namespace

Result<Program> maximal(const Question& q) {
  TX_CHECK(check(q));
  Program p;
  site_facts(p, q);
  fill(p, q, [&](std::int64_t e) { return worth_of(q, e); });
  site_rows(p, q);
  return p;
}

Result<Classes> maximal_classes(const Question& q) {
  TX_CHECK(check(q));
  std::vector<std::int32_t> worths;            // few: one for each band
  for (const auto& band : q.bands) worths.push_back(band.second);
  std::sort(worths.begin(), worths.end());
  worths.erase(std::unique(worths.begin(), worths.end()), worths.end());
  Classes out = refine(q, worths.empty() ? std::vector<std::int32_t>{1} : worths, [&](std::int64_t e) { return worth_of(q, e); });
  site_facts(out.program, q);
  site_rows(out.program, q);
  return out;
}

Result<Program> maximal_of(const Question& q, Merger&& demands) {
  TX_CHECK(check(q));
  if (q.matrix.demands != 0 || !q.bands.empty()) return malformed("demands");
  Program p = demands.take();
  site_facts(p, q);
  site_rows(p, q);
  TX_CHECK(check_program(p));
  return p;
}

Result<Program> set_cover(const Question& q) {
  TX_CHECK(check(q));
  Program p;
  site_facts(p, q);
  fill(p, q, [](std::int64_t) { return 1; });
  site_rows(p, q);
  price_columns(p, q);
  everyone(p);
  return p;
}

Result<Program> partial_cover(const Question& q, People least) {
  TX_CHECK(check(q));
  Program p;
  site_facts(p, q);
  fill(p, q, [](std::int64_t) { return 1; });
  site_rows(p, q);
  price_columns(p, q);
  p.floors.push_back({-1, least});
  return p;
}

Fair fair_floors(const Question& q, std::int32_t permille) {
  Fair out;
  std::vector<People> people, within;
  std::vector<bool> reached(q.people.size(), false);
  for (std::int32_t i = 0; i < q.matrix.sites(); ++i)
    for (auto e = q.matrix.start[i]; e < q.matrix.start[i + 1] && state_of(q, i) != State::forbidden; ++e) reached[q.matrix.demand[e]] = true;
  for (std::size_t j = 0; j < q.people.size(); ++j) {
    const auto c = static_cast<std::size_t>(q.county.empty() ? 0 : q.county[j]);
    if (c >= people.size()) people.resize(c + 1, 0), within.resize(c + 1, 0);
    people[c] += q.people[j];
    if (reached[j]) within[c] += q.people[j];
  }
  for (std::size_t c = 0; c < people.size(); ++c) {
    const auto wanted = (people[c] * permille + 999) / 1000;
    if (within[c] < wanted) out.short_of.push_back(static_cast<std::int32_t>(c));
    if (people[c] > 0) out.floors.push_back({static_cast<std::int32_t>(c), std::min(wanted, within[c])});
  }
  return out;
}

std::vector<std::pair<std::int32_t, std::int32_t>> nearer_than(const std::vector<std::pair<double, double>>& places, double metres) {
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::int32_t>> cells;
  const double side = std::max(metres, 1e-3);
  const auto cell = [&](double v) { return static_cast<std::int64_t>(std::floor(v / side)); };
  std::vector<std::pair<std::int32_t, std::int32_t>> out;
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(places.size()); ++i) {
    const auto [x, y] = places[i];
    for (auto cx = cell(x) - 1; cx <= cell(x) + 1; ++cx)
      for (auto cy = cell(y) - 1; cy <= cell(y) + 1; ++cy)
        if (const auto found = cells.find({cx, cy}); found != cells.end())
          for (const auto k : found->second)
            if (std::hypot(places[k].first - x, places[k].second - y) < metres) out.emplace_back(k, i);
    cells[{cell(x), cell(y)}].push_back(i);
  }
  return out;
}

Result<Program> median(const Question& q, std::int32_t beyond) {
  TX_CHECK(check(q));
  if (q.matrix.seconds.size() != q.matrix.demand.size()) return malformed("seconds");
  Program p;
  site_facts(p, q);
  fill(p, q, [&](std::int64_t e) { return beyond - q.matrix.seconds[e]; });
  site_rows(p, q);
  return p;
}

Result<Centre> centre(const Question& q, const Options& options) {
  TX_CHECK(check(q));
  if (q.matrix.seconds.size() != q.matrix.demand.size() || q.count < 0 || !q.capacity.empty()) return malformed("seconds");
  Centre out;
  // No radius below the one at which everybody has some site can do.
  std::vector<std::int32_t> nearest(q.people.size(), INT32_MAX), radii;
  for (std::int32_t i = 0; i < q.matrix.sites(); ++i)
    for (auto e = q.matrix.start[i]; e < q.matrix.start[i + 1] && state_of(q, i) != State::forbidden; ++e)
      nearest[q.matrix.demand[e]] = std::min(nearest[q.matrix.demand[e]], q.matrix.seconds[e]);
  std::int32_t least = 0;
  for (std::size_t j = 0; j < nearest.size(); ++j) {
    if (q.people[j] > 0 && nearest[j] == INT32_MAX) return out.alone = static_cast<std::int32_t>(j), out;
    if (q.people[j] > 0) least = std::max(least, nearest[j]);
  }
  for (const auto s : q.matrix.seconds)
    if (s >= least) radii.push_back(s);
  radii.push_back(least);
  std::sort(radii.begin(), radii.end());
  radii.erase(std::unique(radii.begin(), radii.end()), radii.end());
  Question free_count = q;
  free_count.count = -1;
  Question fewest = free_count;
  fewest.cost.assign(static_cast<std::size_t>(q.matrix.sites()), 1);
  bool sure = true, cancelled = false;
  std::size_t low = 0, high = radii.size();            // high: known to do, or none
  while (low < high && !cancelled) {
    const auto middle = (low + high) / 2;
    Program p;
    site_facts(p, fewest);
    fill(p, q, [&](std::int64_t e) { return q.matrix.seconds[e] <= radii[middle] ? 1 : 0; });
    site_rows(p, free_count);
    price_columns(p, fewest);
    everyone(p);
    auto settings = options;                           // enough is known once the count is met, or cannot be
    settings.progress = [&](const Progress& now) {
      if (options.progress && !options.progress(now)) return !(cancelled = true);
      return !(now.feasible && -now.value <= q.count) && !(now.nodes > 0 && now.bound != INT64_MAX && -now.bound > q.count);
    };
    auto plan = TX_TRY(solve(p, settings));
    if (plan.feasible && -plan.value <= q.count) {
      high = middle;
      out.seconds = radii[middle];
      out.plan = std::move(plan);
      out.cover = std::move(p);
    } else {
      sure = sure && (plan.bound == INT64_MIN || -plan.bound > q.count);
      low = middle + 1;
      out.below = std::move(plan);
      out.cover_below = std::move(p);
    }
  }
  out.proven = sure && !cancelled && out.seconds >= 0;
  return out;
}

}  // namespace tx::covering
