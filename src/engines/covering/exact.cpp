// Branch and Benders cut on Clp. The LP holds the columns and one value variable for each group of classes; its
// optimality cuts are closed-form (Cordeau, Furini, Ljubic 2019; with units: the radius form of Duran-Mateluna et al.).
// A node's bound is never the LP's floating number: its multipliers are rounded to integers and the bound recomputed
// from them, which is also what the certificate holds.
#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <queue>

#include <coin/ClpSimplex.hpp>

#include "engines/covering/covering.h"
#include "engines/covering/search.h"

namespace tx::covering {
namespace {

using Wide = __int128;
constexpr double kTiny = 1e-9;

std::int64_t floor_div(Wide a, std::int64_t b) {
  Wide q = a / b;
  if (a % b != 0 && a < 0) --q;
  return static_cast<std::int64_t>(q);
}

struct Priced {
  Wide flat = 0;                 // with all free positive gains taken
  std::vector<Wide> gain;
};

class Solver {
 public:
  Solver(const Program& original, const Options& options)
      : original_(original), options_(options), merged_(merge(original)), p_(merged_.program), search_(p_),
        dice_(options.seed) {}
  Plan run();

 private:
  struct CutData { std::int32_t group; double constant; std::vector<std::pair<std::int32_t, double>> slope;
                   std::int64_t flat; std::vector<std::pair<std::int32_t, std::int64_t>> exact; };
  void make_groups();
  void find_dominated();
  void heuristic();
  void keep_if_better();
  void build_master();
  bool separate(const std::vector<double>& y, const std::vector<double>& theta, double tolerance);
  void add_cut(std::int32_t group, const std::vector<double>& y);
  enum class Lp { optimal, empty, failed };
  Lp solve_lp(int max_rounds);
  Multipliers rounded(const double* price, double per_row, double per_value, std::int64_t objective) const;
  Multipliers duals() const;
  Multipliers ray(int sign);
  Priced price(const Multipliers& m) const;
  void purge();
  std::int64_t process(std::int32_t node, bool root);   // bound; kEmpty if proven empty
  std::int32_t choose();
  bool report(std::int64_t bound);
  void apply(std::int32_t node);

  static constexpr std::int64_t kEmpty = INT64_MIN;
  const Program& original_;
  const Options& options_;
  Classes merged_;
  Program& p_;
  Search search_;
  std::mt19937_64 dice_;
  Plan plan_;
  Certificate& cert_ = plan_.certificate;
  double unit_ = 1;                            // people per LP unit
  std::vector<std::vector<std::int32_t>> classes_of_;
  std::vector<std::int32_t> group_part_;
  std::unique_ptr<ClpSimplex> lp_;
  std::vector<std::int32_t> row_cut_;          // cut of each LP row after the fixed ones
  int fixed_rows_ = 0;
  std::vector<CutData> cuts_;
  std::vector<std::int8_t> dom_;
  std::vector<double> y_, theta_;
  std::vector<double> centre_;
  std::vector<double> scratch_;
  std::vector<std::int32_t> touched_;
  std::vector<double> pseudo_;
  std::vector<std::int64_t> node_bound_;
};

void Solver::make_groups() {
  std::int32_t k = options_.groups;
  const auto classes = p_.demands();
  if (k <= 0) k = std::min(classes, std::clamp(p_.columns / 10, 10, 60));
  if (k <= 0) return;
  // Classes that share columns belong together: order by the lowest column of a breadth-first numbering.
  std::vector<std::int32_t> number(p_.columns, -1), order;
  const auto columns = by_column(p_);
  std::vector<bool> done(classes, false);
  std::int32_t next = 0;
  for (std::int32_t s = 0; s < p_.columns; ++s) {
    if (number[s] >= 0) continue;
    std::vector<std::int32_t> queue{s};
    number[s] = next++;
    for (std::size_t h = 0; h < queue.size(); ++h)
      for (auto e = columns.start[queue[h]]; e < columns.start[queue[h] + 1]; ++e) {
        const auto j = columns.entries[e].demand;
        if (done[j]) continue;
        done[j] = true;
        order.push_back(j);
        for (auto f = p_.start[j]; f < p_.start[j + 1]; ++f)
          if (number[p_.column[f]] < 0) number[p_.column[f]] = next++, queue.push_back(p_.column[f]);
      }
  }
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return p_.part[a] < p_.part[b]; });
  const auto per = (classes + k - 1) / k;
  for (auto j : order) {
    if (classes_of_.empty() || static_cast<std::int32_t>(classes_of_.back().size()) >= per ||
        group_part_.back() != p_.part[j]) {
      classes_of_.emplace_back();
      group_part_.push_back(p_.part[j]);
    }
    classes_of_.back().push_back(j);
  }
}

void Solver::keep_if_better() {
  if (!search_.feasible()) return;
  if (plan_.feasible && search_.value() <= plan_.value) return;
  plan_.feasible = true;
  plan_.value = search_.value();
  plan_.reached = search_.reached();
  plan_.open = search_.plan();
}

void Solver::heuristic() {
  for (const bool by_price : {false, true}) {
    search_.reset(std::vector<std::int8_t>(p_.columns, 0));
    search_.rebuild(by_price, dice_, 0);
    search_.prune();
    keep_if_better();
  }
  if (!plan_.feasible) return;
  search_.reset(plan_.open);
  auto current = plan_.open;
  auto current_value = plan_.value;
  for (std::int64_t move = 0; move < options_.search_moves; ++move) {
    std::vector<std::int32_t> open;
    for (std::int32_t i = 0; i < p_.columns; ++i)
      if (search_.plan()[i] && p_.fixed[i] < 0) open.push_back(i);
    if (open.empty()) break;
    const auto drop = 1 + dice_() % 4;
    for (std::size_t d = 0; d < drop; ++d) search_.close(open[dice_() % open.size()]);
    search_.rebuild(false, dice_, static_cast<int>(dice_() % 3) * 10);
    search_.prune();
    keep_if_better();
    if (search_.feasible() && search_.value() >= current_value) {
      current = search_.plan();
      current_value = search_.value();
      continue;
    }
    for (std::int32_t i = 0; i < p_.columns; ++i)
      if (search_.plan()[i] && !current[i]) search_.close(i);
    for (std::int32_t i = 0; i < p_.columns; ++i)
      if (!search_.plan()[i] && current[i]) search_.open(i);
    if ((move & 63) == 0 && !report(INT64_MAX)) break;
  }
}

void Solver::find_dominated() {
  for (const auto& row : p_.rows) {
    bool plus = false, minus = false;
    for (const auto& [i, a] : row.terms) {
      (a < 0 ? minus : plus) = true;
      if (a < 0 && (a != -1 || row.limit != -1)) return;
    }
    if (plus && minus) return;
  }
  std::vector<std::vector<std::pair<std::int32_t, std::int64_t>>> rows(p_.columns), reach(p_.columns);
  const auto cover_rows = [&](std::int32_t i) {
    std::int64_t n = 0;
    for (const auto& t : rows[i]) n += t.second < 0;
    return n;
  };
  for (std::size_t r = 0; r < p_.rows.size(); ++r)
    for (const auto& [i, a] : p_.rows[r].terms) rows[i].emplace_back(static_cast<std::int32_t>(r), a);
  for (std::int32_t j = 0; j < p_.demands(); ++j)
    for (auto e = p_.start[j]; e < p_.start[j + 1]; ++e) reach[p_.column[e]].emplace_back(j, p_.unit[e]);
  std::vector<std::int64_t> mark(p_.rows.size(), 0);
  std::vector<std::int32_t> unit(p_.demands(), 0);
  const auto better = [&](std::int32_t k, std::int32_t i) {   // marks hold k
    if (p_.cost[k] > p_.cost[i] || p_.cost[i] < 0 || reach[k].size() < reach[i].size()) return false;
    if (cover_rows(k) < cover_rows(i)) return false;
    for (const auto& [j, u] : reach[i])
      if (unit[j] < u) return false;
    for (const auto& [r, a] : rows[i])
      if (mark[r] > a) return false;
    for (const auto& [r, a] : rows[k])
      if (a > 0 && std::none_of(rows[i].begin(), rows[i].end(), [&](auto& t) { return t.first == r && t.second >= a; }))
        return false;
    return true;
  };
  std::vector<std::vector<std::int32_t>> members(p_.rows.size());
  for (std::int32_t k = 0; k < p_.columns; ++k) {
    if (p_.fixed[k] == 0) continue;
    for (const auto& [r, a] : rows[k]) mark[r] = a;
    for (const auto& [j, u] : reach[k]) unit[j] = u;
    std::vector<std::int32_t> near;
    for (const auto& [j, u] : reach[k])
      near.insert(near.end(), p_.column.begin() + p_.start[j], p_.column.begin() + p_.start[j + 1]);
    for (const auto& [r, a] : rows[k])
      if (a < 0)
        for (const auto& t : p_.rows[r].terms) near.push_back(t.first);
    std::sort(near.begin(), near.end());
    near.erase(std::unique(near.begin(), near.end()), near.end());
    for (auto i : near) {
      if (i == k || p_.fixed[i] >= 0 || dom_[i] == 0) continue;
      const bool equal = p_.cost[k] == p_.cost[i] && reach[k].size() == reach[i].size() && rows[k].size() == rows[i].size();
      if (!better(k, i) || (equal && k > i)) continue;
      dom_[i] = 0;
      cert_.dominated.emplace_back(i, k);
    }
    for (const auto& [r, a] : rows[k]) mark[r] = 0;
    for (const auto& [j, u] : reach[k]) unit[j] = 0;
  }
}

void Solver::build_master() {
  lp_ = std::make_unique<ClpSimplex>();
  lp_->setLogLevel(0);
  const int n = p_.columns, groups = static_cast<int>(classes_of_.size());
  lp_->resize(0, n + groups);
  std::vector<double> top(groups, 0);
  std::int64_t all = 0;
  for (int g = 0; g < groups; ++g)
    for (auto j : classes_of_[g]) {
      std::int32_t most = 0;
      for (auto e = p_.start[j]; e < p_.start[j + 1]; ++e) most = std::max(most, p_.unit[e]);
      top[g] += static_cast<double>(p_.weight[j]) * most;
      all += p_.weight[j] * most;
    }
  unit_ = std::max(1.0, static_cast<double>(all) / 1e4);
  if (p_.people_factor == 0 && p_.floors.empty()) unit_ = 1;
  const double money = p_.people_factor == 0 ? 1.0 : unit_;
  for (int i = 0; i < n; ++i) {
    lp_->setColumnBounds(i, dom_[i] == 1 ? 1 : 0, dom_[i] == 0 ? 0 : 1);
    lp_->setObjectiveCoefficient(i, static_cast<double>(p_.cost[i]) / money);
  }
  for (int g = 0; g < groups; ++g) {
    lp_->setColumnBounds(n + g, 0, top[g] / unit_);
    lp_->setObjectiveCoefficient(n + g, -static_cast<double>(p_.people_factor) * unit_ / money);
  }
  for (const auto& row : p_.rows) {
    std::vector<int> at;
    std::vector<double> a;
    for (const auto& [i, v] : row.terms) at.push_back(i), a.push_back(static_cast<double>(v));
    lp_->addRow(static_cast<int>(at.size()), at.data(), a.data(), -COIN_DBL_MAX, static_cast<double>(row.limit));
  }
  for (const auto& f : p_.floors) {
    std::vector<int> at;
    std::vector<double> a;
    for (int g = 0; g < groups; ++g)
      if (f.part < 0 || f.part == group_part_[g]) at.push_back(n + g), a.push_back(1);
    lp_->addRow(static_cast<int>(at.size()), at.data(), a.data(), static_cast<double>(f.least) / unit_, COIN_DBL_MAX);
  }
  fixed_rows_ = static_cast<int>(p_.rows.size() + p_.floors.size());
  // theta's own upper bounds stand as cuts (every class at its best unit), so that their multipliers are seen.
  for (int g = 0; g < groups; ++g) lp_->setColumnUpper(n + g, COIN_DBL_MAX), lp_->setColumnLower(n + g, -COIN_DBL_MAX);
  scratch_.assign(n, 0);
  const std::vector<double> ones(n, 1.0), none(n, 0.0);
  for (int g = 0; g < groups; ++g) add_cut(g, ones), add_cut(g, none);
}

// Levels at the critical column of each class: where the open mass, best unit first, reaches one.
void Solver::add_cut(std::int32_t g, const std::vector<double>& y) {
  Cut cut;
  cut.group = g;
  CutData data{g, 0, {}, 0, {}};
  std::vector<std::pair<std::int32_t, double>> order;
  touched_.clear();
  std::vector<std::pair<std::int32_t, std::int64_t>> exact;
  for (auto j : classes_of_[g]) {
    std::int32_t level = 0;
    const auto b = p_.start[j], e = p_.start[j + 1];
    order.clear();
    double sum = 0;
    for (auto k = b; k < e; ++k)
      if (y[p_.column[k]] > kTiny) order.emplace_back(p_.unit[k], y[p_.column[k]]), sum += y[p_.column[k]];
    if (sum >= 1 - 1e-9) {
      std::sort(order.begin(), order.end(), [](auto& a, auto& c) { return a.first > c.first; });
      sum = 0;
      for (const auto& [u, v] : order) {
        sum += v;
        level = u;
        if (sum >= 1 - 1e-9) break;
      }
    }
    cut.level.push_back(level);
    data.flat += p_.weight[j] * level;
    for (auto k = b; k < e; ++k)
      if (p_.unit[k] > level) {
        const auto i = p_.column[k];
        if (scratch_[i] == 0) touched_.push_back(i);
        scratch_[i] += static_cast<double>(p_.weight[j]) * (p_.unit[k] - level);
      }
  }
  std::vector<int> at;
  std::vector<double> a;
  std::sort(touched_.begin(), touched_.end());
  for (auto i : touched_) {
    data.exact.emplace_back(i, std::llround(scratch_[i]));
    at.push_back(i);
    a.push_back(-scratch_[i] / unit_);
    scratch_[i] = 0;
  }
  at.push_back(p_.columns + g);
  a.push_back(1);
  lp_->addRow(static_cast<int>(at.size()), at.data(), a.data(), -COIN_DBL_MAX, static_cast<double>(data.flat) / unit_);
  row_cut_.push_back(static_cast<std::int32_t>(cuts_.size()));
  cuts_.push_back(std::move(data));
  cert_.cuts.push_back(std::move(cut));
}

bool Solver::separate(const std::vector<double>& y, const std::vector<double>& theta, double tolerance) {
  bool any = false;
  std::vector<std::pair<std::int32_t, double>> order;
  for (std::size_t g = 0; g < classes_of_.size(); ++g) {
    double value = 0;                          // of the group at y
    for (auto j : classes_of_[g]) {
      double left = 1, got = 0, sum = 0;
      order.clear();
      bool flat = true;
      for (auto k = p_.start[j]; k < p_.start[j + 1]; ++k)
        if (const auto v = y[p_.column[k]]; v > kTiny) {
          flat = flat && (order.empty() || order.back().first == p_.unit[k]);
          order.emplace_back(p_.unit[k], v);
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
      value += got * static_cast<double>(p_.weight[j]);
    }
    if (theta[g] * unit_ > value + tolerance * std::max(1.0, value)) {
      add_cut(static_cast<std::int32_t>(g), y);
      any = true;
    }
  }
  return any;
}

Solver::Lp Solver::solve_lp(int max_rounds) {
  const int n = p_.columns, groups = static_cast<int>(classes_of_.size());
  for (int round = 0;; ++round) {
    lp_->dual();
    if (lp_->status() == 1) return Lp::empty;
    if (lp_->status() != 0) return Lp::failed;
    ++plan_.rounds;
    const double* x = lp_->primalColumnSolution();
    y_.assign(x, x + n);
    theta_.assign(x + n, x + n + groups);
    if (round >= max_rounds) return Lp::optimal;
    bool whole = true;
    for (auto v : y_) whole = whole && (v < 1e-6 || v > 1 - 1e-6);
    const double tolerance = whole ? 1e-9 : 1e-5;
    if (!centre_.empty() && !whole) {
      for (int i = 0; i < n; ++i) centre_[i] = 0.4 * y_[i] + 0.6 * centre_[i];
      if (separate(centre_, theta_, tolerance)) continue;
    }
    if (!separate(y_, theta_, tolerance)) return Lp::optimal;
  }
}

void Solver::purge() {
  std::vector<int> gone;
  std::vector<std::int32_t> kept;
  const double* dual = lp_->dualRowSolution();
  for (std::size_t k = 0; k < row_cut_.size(); ++k) {
    const int row = fixed_rows_ + static_cast<int>(k);
    const bool first = row_cut_[k] < 2 * static_cast<std::int32_t>(classes_of_.size());   // a group keeps a cut
    if (!first && lp_->getRowStatus(row) == ClpSimplex::basic && std::abs(dual[row]) < 1e-12) gone.push_back(row);
    else kept.push_back(row_cut_[k]);
  }
  if (gone.empty()) return;
  lp_->deleteRows(static_cast<int>(gone.size()), gone.data());
  row_cut_ = std::move(kept);
}

// Prices of the LP's rows as integers at the certificate's scale: `per_row` for linear rows, `per_value` for floors and cuts.
Multipliers Solver::rounded(const double* price, double per_row, double per_value, std::int64_t objective) const {
  Multipliers m;
  m.objective = objective;
  for (std::size_t r = 0; r < p_.rows.size(); ++r)
    if (const auto v = std::llround(price[r] * per_row); v > 0) m.rows.emplace_back(r, v);
  std::vector<std::int64_t> need(classes_of_.size(), objective * p_.people_factor);
  for (std::size_t f = 0; f < p_.floors.size(); ++f)
    if (const auto v = std::llround(-price[p_.rows.size() + f] * per_value); v > 0) {
      m.floors.emplace_back(f, v);
      for (std::size_t g = 0; g < need.size(); ++g)
        if (p_.floors[f].part < 0 || p_.floors[f].part == group_part_[g]) need[g] += v;
    }
  // Round down cut by cut; what is missing goes to the heaviest cut of the group, what is too much comes from it.
  std::vector<std::int64_t> weight(row_cut_.size(), 0);
  std::vector<std::int32_t> heavy(need.size(), -1);
  for (std::size_t k = 0; k < row_cut_.size(); ++k) {
    const auto g = cuts_[row_cut_[k]].group;
    const auto v = std::llround(std::floor(price[fixed_rows_ + k] * per_value));
    if (v > 0) weight[k] = std::min<std::int64_t>(v, need[g]), need[g] -= weight[k];
    if (heavy[g] < 0 || weight[k] > weight[heavy[g]]) heavy[g] = static_cast<std::int32_t>(k);
  }
  for (std::size_t g = 0; g < need.size(); ++g) weight[heavy[g]] += need[g];
  for (std::size_t k = 0; k < row_cut_.size(); ++k)
    if (weight[k] > 0) m.cuts.emplace_back(row_cut_[k], weight[k]);
  return m;
}

Multipliers Solver::duals() const {
  const double* dual = lp_->dualRowSolution();
  const double scale = static_cast<double>(cert_.scale) * (p_.people_factor == 0 ? 1.0 : unit_);
  return rounded(dual, -scale, -scale / unit_, cert_.scale);
}

Multipliers Solver::ray(int sign) {
  std::unique_ptr<double[]> ray(lp_->infeasibilityRay());
  if (!ray) return {};
  double most = 0;
  for (int r = 0; r < lp_->numberRows(); ++r) most = std::max(most, std::abs(ray[r]));
  if (most == 0) return {};
  const double scale = static_cast<double>(cert_.scale) * 1000 / most * sign;
  return rounded(ray.get(), scale, scale / unit_, 0);
}

Priced Solver::price(const Multipliers& m) const {
  Priced out;
  out.gain.assign(p_.columns, 0);
  for (const auto& [f, v] : m.floors) out.flat -= Wide(v) * p_.floors[f].least;
  for (const auto& [k, v] : m.cuts) {
    out.flat += Wide(v) * cuts_[k].flat;
    for (const auto& [i, s] : cuts_[k].exact) out.gain[i] += Wide(v) * s;
  }
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

void Solver::apply(std::int32_t node) {
  dom_ = p_.fixed;
  for (const auto& d : cert_.dominated) dom_[d.first] = 0;
  std::vector<std::int32_t> path;
  for (auto k = node; k >= 0; k = cert_.nodes[k].parent) path.push_back(k);
  for (auto k = path.rbegin(); k != path.rend(); ++k) {
    if (cert_.nodes[*k].column >= 0) dom_[cert_.nodes[*k].column] = cert_.nodes[*k].value;
    if (*k != node)
      for (const auto& [i, v] : cert_.nodes[*k].fixes) dom_[i] = v;
  }
  for (std::int32_t i = 0; i < p_.columns; ++i)
    lp_->setColumnBounds(i, dom_[i] == 1 ? 1 : 0, dom_[i] == 0 ? 0 : 1);
}

std::int64_t Solver::process(std::int32_t node, bool root) {
  apply(node);
  if (root && p_.columns > 0) centre_.assign(p_.columns, 0.0);
  if (root && plan_.feasible) centre_.assign(plan_.open.begin(), plan_.open.end());
  const auto state = solve_lp(root ? 400 : 12);
  centre_.clear();
  if (state == Lp::empty) {
    for (const int sign : {1, -1}) {
      auto m = ray(sign);
      m.objective = 0;
      if ((m.rows.empty() && m.floors.empty()) || price(m).flat >= 0) continue;
      cert_.nodes[node].proof = static_cast<std::int32_t>(cert_.proofs.size());
      cert_.proofs.push_back(std::move(m));
      return kEmpty;
    }
    return node_bound_[node];
  }
  if (state == Lp::failed) return node_bound_[node];
  auto m = duals();
  const auto priced = price(m);
  const auto bound = floor_div(priced.flat, cert_.scale);
  if (bound > node_bound_[node]) return node_bound_[node];   // the parent's multipliers say more
  cert_.nodes[node].proof = static_cast<std::int32_t>(cert_.proofs.size());
  cert_.proofs.push_back(std::move(m));
  if (root || plan_.nodes % 16 == 0) {
    search_.follow(y_, dice_);
    keep_if_better();
  }
  bool whole = true;
  for (auto v : y_) whole = whole && (v < 1e-6 || v > 1 - 1e-6);
  if (whole) {
    std::vector<std::int8_t> rounded(p_.columns);
    for (std::int32_t i = 0; i < p_.columns; ++i) rounded[i] = y_[i] > 0.5;
    search_.reset(rounded);
    keep_if_better();
  }
  if (plan_.feasible && bound > plan_.value)
    for (std::int32_t i = 0; i < p_.columns; ++i) {
      if (dom_[i] >= 0) continue;
      const auto gain = priced.gain[i];
      if (floor_div(priced.flat - (gain > 0 ? gain : -gain), cert_.scale) > plan_.value) continue;
      cert_.nodes[node].fixes.emplace_back(i, gain > 0 ? std::int8_t{1} : std::int8_t{0});
      dom_[i] = gain > 0 ? 1 : 0;
    }
  return bound;
}

// Strong branching on the most promising fractional columns until their pseudo costs are known.
std::int32_t Solver::choose() {
  std::vector<std::pair<double, std::int32_t>> list;
  for (std::int32_t i = 0; i < p_.columns; ++i) {
    if (dom_[i] >= 0) continue;
    const auto v = y_.empty() ? 0.5 : y_[i];
    const auto fraction = std::min(v, 1 - v);
    list.emplace_back(fraction, i);
  }
  if (list.empty()) return -1;
  std::sort(list.rbegin(), list.rend());
  if (list[0].first < 1e-6 || y_.empty()) return list[0].second;
  const auto wish = std::min<std::size_t>(list.size(), 10);
  std::vector<unsigned char> basis(lp_->statusArray(), lp_->statusArray() + lp_->numberRows() + lp_->numberColumns());
  const double now = lp_->objectiveValue();
  const int limit = lp_->maximumIterations();
  double best = -1;
  std::int32_t chosen = list[0].second;
  std::vector<double> save(lp_->primalColumnSolution(), lp_->primalColumnSolution() + lp_->numberColumns());
  for (std::size_t k = 0; k < wish && list[k].first > 1e-4; ++k) {
    const auto i = list[k].second;
    double change[2];
    for (const int side : {0, 1}) {
      lp_->setColumnBounds(i, side, side);
      lp_->setMaximumIterations(40);
      lp_->dual();
      change[side] = lp_->status() == 1 ? 1e6 : std::max(0.0, lp_->objectiveValue() - now);
      lp_->setColumnBounds(i, 0, 1);
      std::copy(basis.begin(), basis.end(), lp_->statusArray());
    }
    const double score = std::max(change[0], 1e-6) * std::max(change[1], 1e-6);
    if (score > best) best = score, chosen = i;
  }
  lp_->setMaximumIterations(limit);
  return chosen;
}

bool Solver::report(std::int64_t bound) {
  if (!options_.progress) return true;
  return options_.progress({plan_.value, bound, plan_.nodes, plan_.feasible, plan_.feasible ? &plan_.open : nullptr});
}

Plan Solver::run() {
  plan_.classes = p_.demands();
  dom_ = p_.fixed;
  cert_.class_of = merged_.class_of;
  make_groups();
  cert_.group_classes = classes_of_;
  heuristic();
  find_dominated();
  build_master();
  std::int64_t trivial = 0;
  for (std::int32_t j = 0; j < p_.demands(); ++j)
    trivial += p_.weight[j] * *std::max_element(p_.unit.begin() + p_.start[j], p_.unit.begin() + p_.start[j + 1]);
  trivial *= p_.people_factor;
  for (auto c : p_.cost) trivial += c < 0 ? -c : 0;
  cert_.nodes.emplace_back();
  {   // the trivial proof: every class at its best
    Multipliers m;
    m.objective = cert_.scale;
    for (std::size_t g = 0; g < classes_of_.size() && p_.people_factor > 0; ++g)
      m.cuts.emplace_back(2 * g, cert_.scale * p_.people_factor);
    cert_.proofs.push_back(std::move(m));
    cert_.nodes[0].proof = 0;
    trivial = std::max(trivial, floor_div(price(cert_.proofs[0]).flat, cert_.scale));
  }
  node_bound_.push_back(trivial);
  using Item = std::pair<std::int64_t, std::int32_t>;
  std::priority_queue<Item> heap;
  heap.emplace(trivial, 0);
  std::int32_t dive = -1;
  std::int64_t closed = INT64_MIN;             // best bound among nodes closed by their bound alone
  bool stopped = false;
  const auto good_enough = [&](std::int64_t bound) {
    return plan_.feasible && (bound <= plan_.value || static_cast<double>(bound - plan_.value) <=
                                  options_.gap * std::abs(static_cast<double>(bound)));
  };
  while (!heap.empty() || dive >= 0) {
    const auto top = std::max(heap.empty() ? INT64_MIN : heap.top().first, dive >= 0 ? node_bound_[dive] : INT64_MIN);
    if (good_enough(std::max(top, closed))) break;
    if (plan_.nodes >= options_.node_limit || !report(std::max(top, closed))) {
      stopped = true;
      break;
    }
    std::int32_t node = dive;
    dive = -1;
    if (node < 0) node = heap.top().second, heap.pop();
    if (plan_.feasible && node_bound_[node] <= plan_.value) continue;
    ++plan_.nodes;
    const auto bound = process(node, node == 0);
    if (bound == kEmpty) continue;
    node_bound_[node] = bound;
    if (plan_.feasible && bound <= plan_.value) continue;
    if (node == 0 || lp_->numberRows() > 4 * (static_cast<int>(classes_of_.size()) + 50)) purge();
    if (node == 0) lp_->dual();
    const auto column = choose();
    if (column < 0) {                           // a single point is left
      search_.reset(dom_);
      keep_if_better();
      continue;
    }
    for (const std::int8_t value : {std::int8_t{0}, std::int8_t{1}}) {
      Node child;
      child.parent = node;
      child.column = column;
      child.value = value;
      (value ? cert_.nodes[node].one : cert_.nodes[node].zero) = static_cast<std::int32_t>(cert_.nodes.size());
      cert_.nodes.push_back(child);
      node_bound_.push_back(bound);
    }
    dive = cert_.nodes[node].one;
    heap.emplace(bound, cert_.nodes[node].zero);
  }
  auto bound = plan_.feasible ? plan_.value : INT64_MIN;
  if (dive >= 0) bound = std::max(bound, node_bound_[dive]);
  if (!heap.empty()) bound = std::max(bound, heap.top().first);
  plan_.bound = bound;
  plan_.finished = !stopped;
  if (!plan_.feasible) plan_.open.assign(p_.columns, 0);
  return std::move(plan_);
}

}  // namespace

double Plan::gap() const {
  if (!feasible) return 1;
  return bound == value ? 0 : static_cast<double>(bound - value) / std::max(1.0, std::abs(static_cast<double>(bound)));
}

Plan greedy(const Program& program) {
  const auto merged = merge(program);
  Search search(merged.program);
  std::mt19937_64 dice(1);
  search.rebuild(false, dice, 0);
  Plan out;
  out.feasible = search.feasible();
  out.open = search.plan();
  out.value = search.value();
  out.reached = search.reached();
  out.classes = merged.program.demands();
  for (std::int32_t j = 0; j < merged.program.demands(); ++j) {
    const auto& p = merged.program;
    out.bound += p.weight[j] * *std::max_element(p.unit.begin() + p.start[j], p.unit.begin() + p.start[j + 1]);
  }
  out.bound = out.bound * program.people_factor;
  return out;
}

Result<Plan> solve(const Program& p, const Options& options) {
  const auto bad = [&](const char* field) { return refuse(Kind::invalid, "covering.malformed", field, {{"field", field}}); };
  const auto m = static_cast<std::size_t>(p.demands()), n = static_cast<std::size_t>(p.columns);
  if (p.start.size() != m + 1 || p.part.size() != m) return bad("demands");
  if (p.cost.size() != n || p.fixed.size() != n) return bad("columns");
  if (p.column.size() != p.unit.size() || p.start.back() != static_cast<std::int64_t>(p.column.size()))
    return bad("entries");
  if (p.people_factor < 0) return bad("people_factor");
  for (std::size_t j = 0; j < m; ++j) {
    if (p.weight[j] < 0 || p.part[j] < 0 || p.start[j] > p.start[j + 1]) return bad("weight");
    for (auto e = p.start[j]; e < p.start[j + 1]; ++e) {
      if (p.column[e] < 0 || p.column[e] >= p.columns || p.unit[e] <= 0) return bad("entries");
      if (e > p.start[j] && p.column[e] <= p.column[e - 1]) return bad("order");
    }
  }
  for (const auto& r : p.rows)
    for (const auto& t : r.terms)
      if (t.first < 0 || t.first >= p.columns) return bad("rows");
  return Solver(p, options).run();
}

}  // namespace tx::covering
