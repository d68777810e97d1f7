// The LP: its rows, their separation, and their prices as whole numbers.
#include <algorithm>
#include <cmath>

#include "engines/covering/solver.h"

namespace tx::covering {
namespace {

constexpr double kTiny = 1e-9;

}  // namespace

void Solver::build_master() {
  lp_ = std::make_unique<ClpSimplex>();
  lp_->setLogLevel(0);
  const int n = p_.columns, groups = static_cast<int>(at_.groups.size());
  lp_->resize(0, n + groups);
  std::int64_t all = 0;
  for (const auto& g : at_.groups) all += g.weight * g.most;
  unit_ = std::max(1.0, static_cast<double>(all) / 1e4);
  if (p_.people_factor == 0 && p_.floors.empty()) unit_ = 1;
  money_ = p_.people_factor == 0 ? 1.0 : unit_;
  for (int i = 0; i < n; ++i) lp_->setObjectiveCoefficient(i, static_cast<double>(p_.cost[i]) / money_);
  bounds_to_lp();
  for (int g = 0; g < groups; ++g) {
    auto& group = at_.groups[g];
    group.scale = group.alone ? static_cast<double>(group.weight) : unit_;
    lp_->setColumnBounds(n + g, -COIN_DBL_MAX, static_cast<double>(group.most) / (group.alone ? 1.0 : unit_));
    lp_->setObjectiveCoefficient(n + g, -static_cast<double>(p_.people_factor) * group.scale / money_);
  }
  std::vector<int> at;
  std::vector<double> a;
  lp_row_of_.assign(p_.rows.size(), -1);
  fixed_rows_ = 0;
  for (std::size_t r = 0; r < p_.rows.size(); ++r) {
    if (!row_alive_[r]) continue;
    at.clear(), a.clear();
    for (const auto& [i, v] : p_.rows[r].terms) at.push_back(i), a.push_back(static_cast<double>(v));
    lp_->addRow(static_cast<int>(at.size()), at.data(), a.data(), -COIN_DBL_MAX, static_cast<double>(p_.rows[r].limit));
    lp_row_of_[r] = fixed_rows_++;
  }
  for (const auto& f : p_.floors) {
    at.clear(), a.clear();
    for (int g = 0; g < groups; ++g)
      if (f.counts(at_.groups[g].part)) at.push_back(n + g), a.push_back(at_.groups[g].scale / unit_);
    lp_->addRow(static_cast<int>(at.size()), at.data(), a.data(), static_cast<double>(f.least) / unit_, COIN_DBL_MAX);
    ++fixed_rows_;
  }
  lp_rows_.clear();
  scratch_.assign(n, 0);
  const std::vector<double> none(n, 0.0);
  std::vector<LpRow> first;
  if (p_.people_factor == 0 && p_.floors.empty()) return;
  for (int g = 0; g < groups; ++g)
    if (!at_.singles && at_.groups[g].classes[0] < at_.program.demands() && p_.capacity.empty()) first.push_back(cut_at(g, none));
  if (at_.singles && at_.odd && at_.program.demands() <= 3000)   // small: all "z <= sum of y" at once
    for (int g = 0; g < groups; ++g)
      if (at_.groups[g].classes[0] < at_.program.demands()) first.push_back(cut_at(g, none));
  add_rows(std::move(first));
}

void Solver::bounds_to_lp() {
  for (std::int32_t i = 0; i < p_.columns; ++i)
    lp_->setColumnBounds(i, dom_[i] == 1 ? 1 : 0, dom_[i] == 0 ? 0 : 1);
}

void Solver::add_rows(std::vector<LpRow> rows) {
  if (rows.empty()) return;
  std::vector<CoinBigIndex> start{0};
  std::vector<int> at;
  std::vector<double> a, low(rows.size(), -COIN_DBL_MAX), high;
  for (auto& row : rows) {
    const double per = row.derived >= 0 || at_.groups[row.groups[0]].alone ? 1.0 : unit_;
    for (const auto& [i, s] : row.slope) at.push_back(i), a.push_back(-static_cast<double>(s) / per);
    for (const auto g : row.groups) at.push_back(p_.columns + g), a.push_back(1);
    start.push_back(static_cast<CoinBigIndex>(at.size()));
    high.push_back(static_cast<double>(row.flat) / per);
    lp_rows_.push_back(std::move(row));
  }
  lp_->addRows(static_cast<int>(high.size()), low.data(), high.data(), start.data(), at.data(), a.data());
}

// Levels at the critical column of each class: where the open mass, best unit first, reaches one.
Solver::LpRow Solver::cut_at(std::int32_t g, const std::vector<double>& y) {
  const Program& p = at_.program;
  Cut cut{at_.partition, g, {}, {}};
  LpRow row;
  row.cut = static_cast<std::int32_t>(cert_.cuts.size());
  row.groups = {g};
  std::vector<std::pair<std::int32_t, double>> order;
  touched_.clear();
  const bool alone = at_.groups[g].alone;
  for (const auto j : at_.groups[g].classes) {
    std::int32_t level = 0;
    const auto b = p.start[j], e = p.start[j + 1];
    order.clear();
    double sum = 0;
    for (auto k = b; k < e; ++k)
      if (y[p.column[k]] > kTiny) order.emplace_back(p.unit[k], y[p.column[k]]), sum += y[p.column[k]];
    if (sum >= 1 - 1e-9) {
      std::sort(order.begin(), order.end(), [](auto& a, auto& c) { return a.first > c.first; });
      sum = 0;
      for (const auto& [u, v] : order) {
        sum += v;
        level = u;
        if (sum >= 1 - 1e-9) break;
      }
    }
    const auto weight = alone ? 1 : p.weight[j];
    cut.level.push_back(level + at_.base[j]);
    row.flat += weight * (level + at_.base[j]);
    for (auto k = b; k < e; ++k)
      if (p.unit[k] > level) {
        const auto i = p.column[k];
        if (scratch_[i] == 0) touched_.push_back(i);
        scratch_[i] += static_cast<double>(weight) * (p.unit[k] - level);
      }
  }
  std::sort(touched_.begin(), touched_.end());
  for (const auto i : touched_) {
    row.slope.emplace_back(i, std::llround(scratch_[i]));
    scratch_[i] = 0;
  }
  cert_.cuts.push_back(std::move(cut));
  return row;
}

void Solver::separate(const std::vector<double>& y, const std::vector<double>& theta, double tolerance, std::vector<LpRow>& out) {
  if (!p_.capacity.empty()) return separate_capacity(y, theta, tolerance, out);
  const Program& p = at_.program;
  std::vector<std::pair<std::int32_t, double>> order;
  for (std::size_t g = 0; g < at_.groups.size(); ++g) {
    const auto& group = at_.groups[g];
    if (group.classes[0] >= p.demands()) continue;   // nothing changes them
    double value = 0;                          // of the group at y
    for (const auto j : group.classes) {
      double left = 1, got = 0, sum = 0;
      order.clear();
      bool flat = true;
      for (auto k = p.start[j]; k < p.start[j + 1]; ++k)
        if (const auto v = y[p.column[k]]; v > kTiny) {
          flat = flat && (order.empty() || order.back().first == p.unit[k]);
          order.emplace_back(p.unit[k], v);
          sum += v;
        }
      if (flat) {
        if (!order.empty()) got = order[0].first * std::min(1.0, sum);
      } else {
        std::sort(order.begin(), order.end(), [](auto& a, auto& c) { return a.first > c.first; });
        for (const auto& [u, v] : order) {
          const auto take = std::min(left, v);
          got += u * take;
          if ((left -= take) <= 0) break;
        }
      }
      value += (got + at_.base[j]) * static_cast<double>(group.alone ? 1 : p.weight[j]);
    }
    const double claimed = theta[g] * (group.alone ? 1.0 : unit_);
    if (claimed > value + tolerance * std::max(1.0, value)) out.push_back(cut_at(static_cast<std::int32_t>(g), y));
  }
}

bool Solver::whole() const {
  return std::all_of(y_.begin(), y_.end(), [](double v) { return v < 1e-6 || v > 1 - 1e-6; });
}

Solver::Lp Solver::solve_lp(int rounds, int odd_rounds, std::int32_t node) {
  const int n = p_.columns, groups = static_cast<int>(at_.groups.size());
  double before = -COIN_DBL_MAX;
  for (int round = 0;; ++round) {
    lp_->dual();
    if (stopped_) return Lp::failed;
    if (lp_->status() == 1) return Lp::empty;
    if (lp_->status() != 0) return Lp::failed;
    ++plan_.rounds;
    const double* x = lp_->primalColumnSolution();
    y_.assign(x, x + n);
    theta_.assign(x + n, x + n + groups);
    if (node == 0 && (round & 3) == 3) {
      bound_by(0, cert_.nodes[0].steps.size() - 1);
      if (!report(node_bound_[0])) return stopped_ = true, Lp::failed;
    }
    if (round >= rounds) return Lp::optimal;
    const bool settled = whole();
    const double tolerance = settled ? 1e-9 : at_.singles ? 1e-6 : 1e-5;
    std::vector<LpRow> rows;
    if (!centre_.empty() && !settled && !(at_.singles && at_.odd)) {
      for (int i = 0; i < n; ++i) centre_[i] = 0.4 * y_[i] + 0.6 * centre_[i];
      separate(centre_, theta_, tolerance, rows);
    }
    if (rows.empty()) separate(y_, theta_, tolerance, rows);
    if (rows.empty() && !settled && at_.singles && at_.odd && odd_rounds > 0) {
      const double now = lp_->objectiveValue();
      const double least = std::max(1e-7, 1e-5 * std::abs(now));
      odd_rounds = now - before < least && before > -COIN_DBL_MAX ? std::min(1, odd_rounds - 1) : odd_rounds - 1;
      before = now;
      rows = odd_rows(node == 0 ? 250 : 60);
      if (!rows.empty() && (round & 7) == 7) purge();
    }
    if (rows.empty()) return Lp::optimal;
    add_rows(std::move(rows));
  }
}

void Solver::purge() {
  std::vector<int> gone;
  std::vector<LpRow> kept;
  const double* dual = lp_->dualRowSolution();
  for (std::size_t k = 0; k < lp_rows_.size(); ++k) {
    const int row = fixed_rows_ + static_cast<int>(k);
    if (lp_->getRowStatus(row) == ClpSimplex::basic && std::abs(dual[row]) < 1e-12) gone.push_back(row);
    else kept.push_back(std::move(lp_rows_[k]));
  }
  if (!gone.empty()) lp_->deleteRows(static_cast<int>(gone.size()), gone.data());
  lp_rows_ = std::move(kept);
}

// Prices of the LP's rows as integers at the certificate's scale; `factor` turns a price of the LP's objective into one
// of the program's. What the cuts of a group leave of its need goes to its cut "everyone at the best unit".
Multipliers Solver::rounded(const double* price, double factor, std::int64_t objective) const {
  Multipliers m;
  m.objective = objective;
  m.partition = at_.partition;
  for (std::size_t r = 0; r < p_.rows.size(); ++r)
    if (lp_row_of_[r] >= 0)
      if (const auto v = std::llround(price[lp_row_of_[r]] * factor); v > 0) m.rows.emplace_back(r, v);
  std::vector<std::int64_t> need(at_.groups.size(), objective * p_.people_factor);
  const auto first_floor = fixed_rows_ - static_cast<int>(p_.floors.size());
  for (std::size_t f = 0; f < p_.floors.size(); ++f)
    if (const auto v = std::llround(-price[first_floor + static_cast<int>(f)] * factor / unit_); v > 0) {
      m.floors.emplace_back(f, v);
      for (std::size_t g = 0; g < need.size(); ++g)
        if (p_.floors[f].counts(at_.groups[g].part)) need[g] += v;
    }
  for (std::size_t g = 0; g < need.size(); ++g) need[g] *= at_.groups[g].weight;
  for (std::size_t k = 0; k < lp_rows_.size(); ++k) {
    const auto& row = lp_rows_[k];
    const bool people = row.derived < 0 && !at_.groups[row.groups[0]].alone;
    auto v = static_cast<std::int64_t>(std::floor(price[fixed_rows_ + static_cast<int>(k)] * factor / (people ? unit_ : 1.0)));
    for (const auto g : row.groups) v = std::min(v, need[g]);
    if (v <= 0) continue;
    for (const auto g : row.groups) need[g] -= v;
    (row.cut >= 0 ? m.cuts : m.derived).emplace_back(static_cast<std::int32_t>(k), v);   // LP row for now
  }
  for (std::size_t g = 0; g < need.size(); ++g)
    if (need[g] > 0 && at_.groups[g].rest >= 0) m.cuts.emplace_back(-1 - static_cast<std::int32_t>(g), need[g]);
  return m;
}

Multipliers Solver::duals() const {
  return rounded(lp_->dualRowSolution(), -static_cast<double>(cert_.scale) * money_, cert_.scale);
}

Multipliers Solver::ray(int sign) {
  std::unique_ptr<double[]> ray(lp_->infeasibilityRay());
  if (!ray) return {};
  double most = 0;
  for (int r = 0; r < lp_->numberRows(); ++r) most = std::max(most, std::abs(ray[r]));
  if (most == 0) return {};
  return rounded(ray.get(), static_cast<double>(cert_.scale) * 1000 / most * sign, 0);
}

// Of multipliers as rounded() gives them (LP rows); last_ keeps them apart from the certificate's numbers.
Solver::Priced Solver::price(const Multipliers& m) const {
  Priced out;
  out.gain.assign(p_.columns, 0);
  std::vector<Wide> need(at_.groups.size(), Wide(m.objective) * p_.people_factor);
  for (const auto& [f, v] : m.floors) {
    out.flat -= Wide(v) * p_.floors[f].least;
    for (std::size_t g = 0; g < need.size(); ++g)
      if (p_.floors[f].counts(at_.groups[g].part)) need[g] += v;
  }
  for (std::size_t g = 0; g < need.size(); ++g) need[g] *= at_.groups[g].weight;
  for (const auto* list : {&m.cuts, &m.derived})
    for (const auto& [k, v] : *list) {
      if (k < 0) continue;
      out.flat += Wide(v) * lp_rows_[k].flat;
      for (const auto g : lp_rows_[k].groups) need[g] -= v;
      for (const auto& [i, s] : lp_rows_[k].slope) out.gain[i] += Wide(v) * s;
    }
  for (std::size_t g = 0; g < need.size(); ++g) out.flat += need[g] * at_.groups[g].most;
  for (const auto& [r, v] : m.rows) {
    out.flat += Wide(v) * p_.rows[r].limit;
    for (const auto& [i, a] : p_.rows[r].terms) out.gain[i] -= Wide(v) * a;
  }
  for (std::int32_t i = 0; i < p_.columns; ++i) {
    out.gain[i] -= Wide(m.objective) * p_.cost[i];
    if (dom_[i] == 1 || (dom_[i] < 0 && out.gain[i] > 0)) out.flat += out.gain[i];
  }
  return out;
}

}  // namespace tx::covering
