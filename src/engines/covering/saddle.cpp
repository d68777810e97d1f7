// The LP of many classes without Clp: a primal-dual method on its saddle point (PDHG: Chambolle and Pock 2011, steps by
// rows and columns; restarts at averages as PDLP does). A price for each class, between nobody and everybody in it, gives a
// bound whatever the price is, so nothing here needs to converge to be true; it gets within a few hundredths of a percent
// in a few hundred passes over the entries, where cuts for groups of classes take hundreds of LPs.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "engines/covering/anneal.h"
#include "engines/covering/solver.h"

namespace tx::covering {
namespace {

constexpr int kCheck = 20;                      // passes between two looks at the gap
constexpr double kHard = 0.015;                 // above this gap only annealing helps
constexpr double kAnnealFrom = 0.003;           // below this gap ruin and rebuild near the LP's point does it

struct Side {                                   // a row of the program over the columns that are still free
  std::int32_t row = 0;
  std::vector<std::pair<std::int32_t, double>> terms;
  double limit = 0, scale = 0, spread = 0;      // people behind one unit; sum of factors
};

}  // namespace

bool Solver::many_classes() const {
  return at_.odd && options_.groups <= 0 && p_.people_factor > 0 && p_.floors.empty() && p_.capacity.empty() && at_.program.demands() > options_.many;
}

// One layout: prices from `saddle_`, improved; what they prove goes to the root's last step.
void Solver::descend(int passes) {
  const Program& c = at_.program;
  const auto m = static_cast<std::size_t>(c.demands());
  const double factor = static_cast<double>(p_.people_factor);
  std::vector<std::int32_t> free, number(p_.columns, -1);
  for (std::int32_t i = 0; i < p_.columns; ++i)
    if (dom_[i] < 0) number[i] = static_cast<std::int32_t>(free.size()), free.push_back(i);
  const auto n = free.size();
  std::vector<double> worth(m), reach(n, 0), cost(n);
  std::vector<std::int32_t> column(c.column.size());
  for (std::size_t e = 0; e < column.size(); ++e) column[e] = number[c.column[e]];
  for (std::size_t j = 0; j < m; ++j) {
    worth[j] = factor * static_cast<double>(c.weight[j]);
    for (auto e = c.start[j]; e < c.start[j + 1]; ++e) reach[column[e]] += worth[j];
  }
  double fixed_value = 0;                       // of what is decided: people reached anyway, less costs
  for (const auto& g : at_.groups)
    if (g.classes[0] >= c.demands()) fixed_value += factor * static_cast<double>(g.weight * g.most);
  for (std::int32_t i = 0; i < p_.columns; ++i)
    if (dom_[i] == 1) fixed_value -= static_cast<double>(p_.cost[i]);
  for (std::size_t i = 0; i < n; ++i) cost[i] = static_cast<double>(p_.cost[free[i]]);

  std::vector<Side> sides;
  for (std::size_t r = 0; r < p_.rows.size(); ++r) {
    if (!row_alive_[r]) continue;
    Side side;
    side.row = static_cast<std::int32_t>(r);
    side.limit = static_cast<double>(p_.rows[r].limit);
    for (const auto& [i, a] : p_.rows[r].terms) {
      if (dom_[i] == 1) side.limit -= static_cast<double>(a);
      if (dom_[i] < 0 && a != 0) side.terms.emplace_back(number[i], static_cast<double>(a));
    }
    if (side.terms.empty()) continue;
    double people = 0, most = 0;
    for (const auto& [i, a] : side.terms) people += reach[i], most = std::max(most, std::abs(a)), side.spread += std::abs(a);
    side.scale = std::max(1e-9, 0.5 * people / static_cast<double>(side.terms.size()) / most);
    sides.push_back(std::move(side));
  }
  // One row that only takes (the count, or the budget) is kept exactly; prices are found for the others.
  std::ptrdiff_t main = -1;
  for (std::size_t s = 0; s < sides.size(); ++s)
    if (sides[s].limit >= 0 && std::all_of(sides[s].terms.begin(), sides[s].terms.end(), [](auto& t) { return t.second > 0; }) &&
        (main < 0 || sides[s].terms.size() > sides[static_cast<std::size_t>(main)].terms.size()))
      main = static_cast<std::ptrdiff_t>(s);
  Side only;
  if (main >= 0) {
    only = std::move(sides[static_cast<std::size_t>(main)]);
    sides.erase(sides.begin() + main);
  }
  std::vector<double> take(n, 0);               // factor in the main row
  for (const auto& [i, a] : only.terms) take[i] = a;
  std::vector<double> metric = reach;
  for (auto& v : metric) v = std::max(v, 1e-9);
  for (const auto& side : sides)
    for (const auto& [i, a] : side.terms) metric[i] += side.scale * std::abs(a);

  // Odd sets: their classes have a value of their own, others are worth what their columns give.
  auto& sets = saddle_.sets;
  std::vector<std::int32_t> held, slot(m, -1);  // classes in sets
  std::vector<std::size_t> set_start{0};
  std::vector<std::int32_t> set_column;         // as often as it counts
  std::vector<double> set_step, held_metric, set_price;
  for (const auto& set : sets) {
    std::vector<std::int32_t> all;
    for (const auto j : set.of()) {
      if (slot[j] < 0) slot[j] = static_cast<std::int32_t>(held.size()), held.push_back(j), held_metric.push_back(worth[j]);
      held_metric[slot[j]] += set.scale;
      all.insert(all.end(), column.begin() + c.start[j], column.begin() + c.start[j + 1]);
    }
    std::sort(all.begin(), all.end());
    for (std::size_t k = 0, same = 0; k < all.size(); ++k) {
      same = k > 0 && all[k] == all[k - 1] ? same + 1 : 0;
      if (same % 2 == 0) set_column.push_back(all[k]), metric[all[k]] += set.scale;
    }
    set_step.push_back(set.scale / (set.size + static_cast<double>(set_column.size() - set_start.back())));
    set_start.push_back(set_column.size());
    set_price.push_back(set.price);
  }

  std::vector<double> y(n, 0), price(m, 0), toll(sides.size(), 0), z(held.size(), 1);
  for (std::size_t i = 0; i < n; ++i) y[i] = saddle_.y.empty() ? (main >= 0 && only.spread > 0 ? std::min(1.0, only.limit / only.spread) : 0.5) : saddle_.y[free[i]];
  for (std::size_t j = 0; j < m && !saddle_.price.empty(); ++j) price[j] = std::min(worth[j], saddle_.price[j]);
  for (std::size_t s = 0; s < sides.size() && !saddle_.toll.empty(); ++s) toll[s] = saddle_.toll[sides[s].row];
  for (std::size_t h = 0; h < held.size() && saddle_.at_z.size() == m; ++h) z[h] = saddle_.at_z[held[h]];

  std::vector<double> gain(n), best_price, best_toll, best_y = y, best_sets = set_price, spent(held.size());
  double best_bound = 1e300, best_value = -1e300, best_main = 0;
  const auto spend = [&](const std::vector<double>& w) {   // of each held class, what sets take of its price
    std::fill(spent.begin(), spent.end(), 0.0);
    for (std::size_t t = 0; t < sets.size(); ++t)
      for (const auto j : sets[t].of()) spent[slot[j]] += w[t];
  };
  const auto mend = [&](std::vector<double>& u, std::vector<double>& w) {   // no class is priced above its worth
    spend(w);
    for (std::size_t t = 0; t < sets.size(); ++t) {
      double part = 1;
      for (const auto j : sets[t].of())
        if (spent[slot[j]] > worth[j]) part = std::min(part, worth[j] / spent[slot[j]]);
      w[t] *= part;
    }
    spend(w);
    for (std::size_t h = 0; h < held.size(); ++h) u[held[h]] = std::clamp(worth[held[h]] - spent[h], 0.0, u[held[h]]);
  };
  const auto gains = [&](const std::vector<double>& u, const std::vector<double>& v, const std::vector<double>& w, std::vector<double>& out) {
    for (std::size_t i = 0; i < n; ++i) out[i] = -cost[i];
    for (std::size_t j = 0; j < m; ++j)
      if (u[j] != 0)
        for (auto e = c.start[j]; e < c.start[j + 1]; ++e) out[column[e]] += u[j];
    for (std::size_t t = 0; t < sets.size(); ++t)
      for (auto e = set_start[t]; e < set_start[t + 1]; ++e) out[set_column[e]] += w[t];
    for (std::size_t s = 0; s < sides.size(); ++s)
      if (v[s] != 0)
        for (const auto& [i, a] : sides[s].terms) out[i] -= v[s] * a;
  };
  std::vector<double> trial(n);
  const auto bound_of = [&](std::vector<double>& u, const std::vector<double>& v, std::vector<double>& w, double& price_of_main) {
    mend(u, w);
    gains(u, v, w, trial);
    double sum = fixed_value;
    for (std::size_t j = 0; j < m; ++j) sum += worth[j] - u[j];
    for (std::size_t t = 0; t < sets.size(); ++t) sum -= (sets[t].size + 1) / 2 * w[t];   // its classes let go, half of them paid
    for (std::size_t s = 0; s < sides.size(); ++s) sum += v[s] * sides[s].limit;
    price_of_main = 0;
    if (main >= 0) {                            // as dear as the first column that finds no room
      std::vector<std::int32_t> order;
      for (std::size_t i = 0; i < n; ++i)
        if (trial[i] > 0 && take[i] > 0) order.push_back(static_cast<std::int32_t>(i));
      std::sort(order.begin(), order.end(), [&](auto a, auto b) { return trial[a] * take[b] > trial[b] * take[a]; });
      double room = only.limit;
      for (const auto i : order)
        if ((room -= take[i]) < 0) {
          price_of_main = trial[i] / take[i];
          break;
        }
      sum += price_of_main * only.limit;
    }
    for (std::size_t i = 0; i < n; ++i) sum += std::max(0.0, trial[i] - price_of_main * take[i]);
    return sum;
  };
  std::vector<double> penalty(sides.size(), 0);
  std::vector<double> kept(held.size());
  const auto value_of = [&](const std::vector<double>& x, const std::vector<double>& v) {
    double sum = fixed_value;
    for (std::size_t j = 0; j < m; ++j) {
      double got = 0;
      for (auto e = c.start[j]; e < c.start[j + 1]; ++e) got += x[column[e]];
      sum += worth[j] * std::min(1.0, got);
      if (slot[j] >= 0) kept[slot[j]] = std::min(1.0, got);
    }
    for (std::size_t t = 0; t < sets.size(); ++t) {   // the sets that are broken take it from their least
      double over = -(sets[t].size / 2);
      auto least = sets[t].all[0];
      for (const auto j : sets[t].of()) {
        over += kept[slot[j]];
        if (worth[j] < worth[least]) least = j;
      }
      for (auto e = set_start[t]; e < set_start[t + 1] && over > 0; ++e) over -= x[set_column[e]];
      if (over <= 0) continue;
      over = std::min(over, kept[slot[least]]);
      kept[slot[least]] -= over;
      sum -= worth[least] * over;
    }
    for (std::size_t i = 0; i < n; ++i) sum -= cost[i] * x[i];
    for (std::size_t s = 0; s < sides.size(); ++s) {
      double over = -sides[s].limit;
      for (const auto& [i, a] : sides[s].terms) over += a * x[i];
      penalty[s] = std::max(penalty[s], 2 * v[s]);
      sum -= penalty[s] * std::max(0.0, over);
    }
    return sum;
  };
  const auto accept_best = [&] {                // prices as whole numbers, and what they prove
    Multipliers proof;
    proof.objective = cert_.scale;
    proof.partition = at_.partition;
    Priced priced;
    priced.gain.assign(p_.columns, 0);
    const double scale = static_cast<double>(cert_.scale);
    std::vector<std::int64_t> taken(held.size(), 0);
    for (std::size_t t = 0; t < sets.size(); ++t) {
      auto v = static_cast<std::int64_t>(best_sets[t] * scale);
      for (const auto j : sets[t].of()) v = std::min(v, p_.people_factor * c.weight[j] * cert_.scale - taken[slot[j]]);
      if (v <= 0) continue;
      if (sets[t].row < 0) {
        sets[t].row = static_cast<std::int32_t>(cert_.derived.size());
        const std::vector<std::int32_t> of(sets[t].of().begin(), sets[t].of().end());
        cert_.derived.push_back({at_.partition, of, of, {}});
      }
      proof.derived.emplace_back(sets[t].row, v);
      for (const auto j : sets[t].of()) taken[slot[j]] += v;
      priced.flat += Wide(v) * (sets[t].size / 2);
      for (auto e = set_start[t]; e < set_start[t + 1]; ++e) priced.gain[free[set_column[e]]] += v;
    }
    for (std::size_t j = 0; j < m; ++j) {
      const auto all = static_cast<std::int64_t>(p_.people_factor) * c.weight[j] * cert_.scale - (slot[j] >= 0 ? taken[slot[j]] : 0);
      const auto v = std::clamp<std::int64_t>(static_cast<std::int64_t>(best_price[j] * scale), 0, all);
      priced.flat += all - v;
      if (v == 0) continue;
      proof.cuts.emplace_back(saddle_.first_cut + static_cast<std::int32_t>(j), v);
      for (auto e = c.start[j]; e < c.start[j + 1]; ++e) priced.gain[c.column[e]] += v;
    }
    for (std::size_t g = 0; g < at_.groups.size(); ++g) {
      const auto& group = at_.groups[g];
      if (group.classes[0] < c.demands()) continue;
      const auto need = cert_.scale * p_.people_factor * group.weight;
      priced.flat += Wide(need) * group.most;
      if (group.rest >= 0) proof.cuts.emplace_back(group.rest, need);
    }
    const auto row = [&](std::int32_t r, double v) {
      const auto whole = std::llround(v * scale);
      if (whole <= 0) return;
      proof.rows.emplace_back(r, whole);
      priced.flat += Wide(whole) * p_.rows[r].limit;
      for (const auto& [i, a] : p_.rows[r].terms) priced.gain[i] -= Wide(whole) * a;
    };
    for (std::size_t s = 0; s < sides.size(); ++s) row(sides[s].row, best_toll[s]);
    if (main >= 0) row(only.row, best_main);
    for (std::int32_t i = 0; i < p_.columns; ++i) {
      priced.gain[i] -= Wide(cert_.scale) * p_.cost[i];
      if (dom_[i] == 1 || (dom_[i] < 0 && priced.gain[i] > 0)) priced.flat += priced.gain[i];
    }
    accept(0, cert_.nodes[0].steps.size() - 1, std::move(proof), std::move(priced));
  };

  double pull = saddle_.pull;                   // of prices against columns
  gains(price, toll, set_price, gain);
  spend(set_price);
  std::vector<double> z_ahead(held.size(), 0), z_sum(held.size(), 0), z_mean(held.size()), set_sum(sets.size(), 0), set_mean(sets.size());
  bool mean = false;
  std::vector<double> next(n), ahead(n), y_sum(n, 0), y_start = y, price_sum(m, 0), price_start = price, toll_sum(sides.size(), 0);
  std::vector<double> y_mean(n), price_mean(m), toll_mean(sides.size());
  double gap_then = 1e300, gap_before = 1e300;
  int since = 0;
  for (int pass = 1; pass <= passes; ++pass) {
    for (std::size_t i = 0; i < n; ++i) next[i] = y[i] + gain[i] / (pull * metric[i]);
    if (main >= 0) {                            // onto the box and the main row, in the metric of the steps
      const auto filled = [&](double lambda) {
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i) sum += take[i] * std::clamp(next[i] - lambda * take[i] / (pull * metric[i]), 0.0, 1.0);
        return sum;
      };
      double low = 0, high = 0;
      if (filled(0) > only.limit) {
        for (high = 1; filled(high) > only.limit && high < 1e15; high *= 4) low = high;
        for (int k = 0; k < 50 && high - low > 1e-9 * high; ++k) {
          const auto middle = (low + high) / 2;
          (filled(middle) > only.limit ? low : high) = middle;
        }
      }
      for (std::size_t i = 0; i < n; ++i) next[i] -= high * take[i] / (pull * metric[i]);
    }
    for (std::size_t i = 0; i < n; ++i) {
      next[i] = std::clamp(next[i], 0.0, 1.0);
      ahead[i] = 2 * next[i] - y[i];
      y[i] = next[i];
      y_sum[i] += y[i];
      gain[i] = -cost[i];
    }
    for (std::size_t h = 0; h < held.size(); ++h) {
      const auto value = std::clamp(z[h] + (worth[held[h]] - price[held[h]] - spent[h]) / (pull * held_metric[h]), 0.0, 1.0);
      z_ahead[h] = 2 * value - z[h];
      z[h] = value;
      z_sum[h] += value;
      spent[h] = 0;
    }
    const auto* col = column.data();
    for (std::size_t j = 0; j < m; ++j) {
      double got = 0;
      const auto b = c.start[j], e = c.start[j + 1];
      for (auto k = b; k < e; ++k) got += ahead.data()[col[k]];
      const bool own = !held.empty() && slot[j] >= 0;
      const auto u = std::clamp(price[j] + pull * worth[j] / static_cast<double>(e - b + own) * ((own ? z_ahead[slot[j]] : 1) - got), 0.0, worth[j]);
      price[j] = u;
      price_sum[j] += u;
      if (u != 0)
        for (auto k = b; k < e; ++k) gain.data()[col[k]] += u;
    }
    for (std::size_t t = 0; t < sets.size(); ++t) {
      double over = -(sets[t].size / 2);
      for (const auto j : sets[t].of()) over += z_ahead[slot[j]];
      for (auto e = set_start[t]; e < set_start[t + 1]; ++e) over -= ahead[set_column[e]];
      const auto v = std::max(0.0, set_price[t] + pull * set_step[t] * over);
      set_price[t] = v;
      set_sum[t] += v;
      if (v == 0) continue;
      for (auto e = set_start[t]; e < set_start[t + 1]; ++e) gain[set_column[e]] += v;
      for (const auto j : sets[t].of()) spent[slot[j]] += v;
    }
    for (std::size_t s = 0; s < sides.size(); ++s) {
      double over = -sides[s].limit;
      for (const auto& [i, a] : sides[s].terms) over += a * ahead[i];
      toll[s] = std::max(0.0, toll[s] + pull * sides[s].scale / sides[s].spread * over);
      toll_sum[s] += toll[s];
      for (const auto& [i, a] : sides[s].terms) gain[i] -= toll[s] * a;
    }
    ++since;
    if (pass % kCheck != 0 && pass != passes) continue;
    for (std::size_t i = 0; i < n; ++i) y_mean[i] = y_sum[i] / since;
    for (std::size_t j = 0; j < m; ++j) price_mean[j] = price_sum[j] / since;
    for (std::size_t s = 0; s < sides.size(); ++s) toll_mean[s] = toll_sum[s] / since;
    for (std::size_t h = 0; h < held.size(); ++h) z_mean[h] = z_sum[h] / since;
    for (std::size_t t = 0; t < sets.size(); ++t) set_mean[t] = set_sum[t] / since;
    double gap[2];
    const auto spent_now = spent;
    for (const bool of_mean : {false, true}) {
      auto u = of_mean ? price_mean : price, w = of_mean ? set_mean : set_price;
      const auto& v = of_mean ? toll_mean : toll;
      const auto& x = of_mean ? y_mean : y;
      double of_main = 0;
      const auto bound = bound_of(u, v, w, of_main), value = value_of(x, v);
      gap[of_mean] = bound - value;
      if (bound < best_bound) best_bound = bound, best_price = std::move(u), best_sets = std::move(w), best_toll = v, best_main = of_main;
      if (value > best_value) best_value = value, best_y = x;
    }
    spent = spent_now;
    mean = gap[1] < gap[0];
    const auto now = std::min(gap[0], gap[1]);
    const bool again = now < 0.2 * gap_then || (now < 0.8 * gap_then && now > gap_before) || 25 * since >= 9 * pass;
    gap_before = now;
    const double room = std::max(best_bound - static_cast<double>(plan_.value), 0.0);
    const bool enough = now < 1e-6 * best_bound || (pass >= 200 && plan_.feasible && best_bound - best_value < 0.01 * room);
    if (pass % (10 * kCheck) == 0 || enough) {
      accept_best();
      if (!report(outer_bound_)) stopped_ = true;
    }
    if (stopped_ || enough || good_enough(node_bound_[0])) break;
    if (!again) continue;
    if (mean) {
      y = y_mean, price = price_mean, toll = toll_mean, z = z_mean, set_price = set_mean;
      gains(price, toll, set_price, gain);
      spend(set_price);
    }
    double of_y = 0, of_price = 0;              // the pull that would have moved both sides alike
    for (std::size_t i = 0; i < n; ++i) of_y += metric[i] * (y[i] - y_start[i]) * (y[i] - y_start[i]);
    for (std::size_t j = 0; j < m; ++j)
      of_price += static_cast<double>(c.start[j + 1] - c.start[j]) / worth[j] * (price[j] - price_start[j]) * (price[j] - price_start[j]);
    if (of_y > 0 && of_price > 0 && sets.empty()) pull = std::clamp(std::sqrt(pull * std::sqrt(of_price / of_y)), 1e-3, 1e3);
    y_start = y, price_start = price;
    std::fill(y_sum.begin(), y_sum.end(), 0.0), std::fill(price_sum.begin(), price_sum.end(), 0.0), std::fill(toll_sum.begin(), toll_sum.end(), 0.0);
    std::fill(z_sum.begin(), z_sum.end(), 0.0), std::fill(set_sum.begin(), set_sum.end(), 0.0);
    since = 0;
    gap_then = gap_before = now;
  }
  if (!best_price.empty()) accept_best();
  saddle_.pull = pull;
  saddle_.price = best_price;
  for (std::size_t t = 0; t < sets.size(); ++t) sets[t].price = best_sets[t];
  saddle_.at_y.assign(p_.columns, 0);
  for (std::size_t i = 0; i < n; ++i) saddle_.at_y[free[i]] = since > 0 && mean ? y_mean[i] : y[i];
  saddle_.at_z.assign(m, 1);
  for (std::size_t h = 0; h < held.size(); ++h) saddle_.at_z[held[h]] = since > 0 && mean ? z_mean[h] : z[h];
  saddle_.toll.assign(p_.rows.size(), 0);
  for (std::size_t s = 0; s < sides.size() && !best_toll.empty(); ++s) saddle_.toll[sides[s].row] = best_toll[s];
  saddle_.y.assign(p_.columns, 0);
  for (std::int32_t i = 0; i < p_.columns; ++i) saddle_.y[i] = dom_[i] < 0 ? best_y[number[i]] : dom_[i];
  y_ = saddle_.y;
}

// The root where there are many classes: prices, plans, decisions by price, merge again, until nothing more is decided.
void Solver::price_many() {
  for (int step = 0; step < 12 && !stopped_; ++step) {
    const auto before = cert_.partitions.back().class_of;   // prices move to the classes that come of theirs
    lay_out(true);
    if (!saddle_.price.empty()) {
      std::vector<double> moved(static_cast<std::size_t>(at_.program.demands()), 0);
      std::vector<bool> seen(saddle_.price.size(), false);
      const auto& after = cert_.partitions.back().class_of;
      for (std::size_t d = 0; d < before.size(); ++d) {
        if (before[d] < 0 || after[d] < 0 || static_cast<std::size_t>(before[d]) >= seen.size() || seen[before[d]]) continue;
        seen[before[d]] = true;
        if (after[d] < at_.program.demands()) moved[after[d]] += saddle_.price[before[d]];
      }
      saddle_.price = std::move(moved);
      std::vector<std::int32_t> to(seen.size(), -1);
      for (std::size_t d = 0; d < before.size(); ++d)
        if (before[d] >= 0 && static_cast<std::size_t>(before[d]) < to.size() && after[d] >= 0 && after[d] < at_.program.demands()) to[before[d]] = after[d];
      move_odd_sets(to);
      saddle_.at_z.clear();
    }
    saddle_.first_cut = static_cast<std::int32_t>(cert_.cuts.size());
    for (std::int32_t j = 0; j < at_.program.demands(); ++j) cert_.cuts.push_back({at_.partition, at_.group_of[j], {at_.base[j]}, {}});
    if (!cert_.nodes[0].steps.back().fixes.empty()) cert_.nodes[0].steps.emplace_back();
    descend(step == 0 ? 1'500 : 600);
    if (stopped_ || good_enough(node_bound_[0])) return;
    const auto value = plan_.value;
    take_point();
    if (step < 3 && gap_now() <= kHard) lean_on_point();
    for (int k = 0; k < 3 && step < 4 && !stopped_ && gap_now() > (k > 0 ? kHard : kAnnealFrom); ++k) exchange();
    if (!stopped_ && gap_now() > kAnnealFrom) odd_rounds();
    if (stopped_ || good_enough(node_bound_[0])) return;
    const auto free = std::count(dom_.begin(), dom_.end(), -1);
    const auto fixed = static_cast<std::ptrdiff_t>(fix_by_price(0));
    if (fixed * 50 < free && (step > 3 || plan_.value == value)) return;
  }
}

// Odd sets where the LP's own gap is wide: find, price, and a plan among the columns that the prices leave open, as long as it pays.
void Solver::odd_rounds() {
  int idle = 0, stale = 0;                      // rounds that hardly closed the gap; annealings that found nothing
  for (int round = 0; round < 60 && idle < 3 && !stopped_ && !good_enough(node_bound_[0]); ++round) {
    const auto gap = static_cast<double>(node_bound_[0] - plan_.value);
    find_odd_sets();
    descend(400);
    std::erase_if(saddle_.sets, [](const OddSet& set) { return set.price <= 0.01 * set.scale; });
    if (!stopped_ && !good_enough(node_bound_[0]) && (stale < 3 || round % 6 == 5)) {
      const auto value = plan_.value;
      exchange();
      stale = plan_.value > value ? 0 : stale + 1;
    }
    idle = static_cast<double>(node_bound_[0] - plan_.value) > 0.99 * gap ? idle + 1 : 0;
  }
}

double Solver::gap_now() const {
  return !plan_.feasible ? 1 : static_cast<double>(node_bound_[0] - plan_.value) / static_cast<double>(std::max<std::int64_t>(1, node_bound_[0]));
}

// Plans by annealing over what is still free, from the best plan and from the LP's point.
void Solver::exchange() {
  if (options_.search_moves == 0 || !plan_.feasible) return;
  std::int64_t open = 0;
  for (std::int32_t i = 0; i < p_.columns; ++i) open += plan_.open[i] && dom_[i] < 0;
  if (open == 0) return;
  // A column whose opening costs a good part of the gap is hardly in a better plan.
  auto decided = dom_;
  const auto far = static_cast<Wide>(0.25 * static_cast<double>(node_bound_[0] - plan_.value) * static_cast<double>(cert_.scale));
  for (std::int32_t i = 0; i < p_.columns; ++i)
    if (dom_[i] < 0 && !plan_.open[i] && last_.gain.size() == dom_.size() && -last_.gain[i] > far) decided[i] = 0;
  Annealer annealer(at_.program, p_, decided);
  const double each = static_cast<double>(plan_.value) / static_cast<double>(open);
  const auto entries = static_cast<std::int64_t>(p_.column.size());
  const auto work = std::min<std::int64_t>(2'000'000'000, 1'500 * entries * std::count(decided.begin(), decided.end(), -1) / p_.columns);
  std::vector<double> wish(static_cast<std::size_t>(p_.columns), 0);   // the best plan, as far as what is decided lets it stand
  for (std::int32_t i = 0; i < p_.columns; ++i) wish[i] = dom_[i] == 1 ? 2 : dom_[i] < 0 && plan_.open[i] ? 1 : 0;
  search_.follow(wish, dice_);
  keep_if_better();
  auto start = search_.plan();
  for (std::int32_t i = 0; i < p_.columns; ++i)
    if (dom_[i] == 0) start[i] = 0;
  search_.reset(start);
  if (!search_.feasible()) return;
  const auto found = annealer.run(start, work, 0.05 * each, 0.004 * each, dice_(), [&] { return report(outer_bound_) || !(stopped_ = true); });
  search_.reset(found);
  keep_if_better();
  if (stopped_) return;
  search_.rebuild(false, dice_, 0);
  search_.prune();
  keep_if_better();
}

}  // namespace tx::covering
