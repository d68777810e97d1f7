// Odd-set rows where there are too many classes for Clp: sum z <= (k-1)/2 + sum_i ceil(reached by i / 2) y_i over k = 3
// or 5 classes, priced inside the primal-dual method of saddle.cpp. Classes with the same fractional columns are looked at as
// one; what is found there is poured out over their classes, each row as wide as the least of its people still unspent.
#include <algorithm>
#include <map>
#include <set>

#include "engines/covering/solver.h"

namespace tx::covering {
namespace {

constexpr std::size_t kCandidates = 40;         // of the supports that meet one, how many are tried in pairs
constexpr double kLeast = 0.03;                 // violation

struct Support {
  std::vector<std::int32_t> columns;            // fractional ones
  double sum = 0, slack = 0, people = 0;        // people: not yet in a row of this round
  std::vector<std::int32_t> classes;
  std::size_t head = 0;
};

}  // namespace

// At the saddle's point; how much all found ones are violated, in people.
double Solver::find_odd_sets() {
  const Program& c = at_.program;
  const auto& y = saddle_.at_y;
  const auto& z = saddle_.at_z;
  std::map<std::pair<int, std::vector<std::int32_t>>, std::size_t> number;
  std::vector<Support> all;
  std::vector<double> unspent(c.weight.begin(), c.weight.end());
  std::vector<std::int32_t> columns;
  for (std::int32_t j = 0; j < c.demands(); ++j) {
    double sum = 0;
    columns.clear();
    for (auto e = c.start[j]; e < c.start[j + 1]; ++e)
      if (y[c.column[e]] > 1e-3) sum += y[c.column[e]], columns.push_back(c.column[e]);
    const double worth = std::min({1.0, sum, z[j]}), slack = (sum - worth) + (1 - worth);
    if (slack > 0.5 || columns.size() < 2) continue;
    const auto [it, fresh] = number.try_emplace({static_cast<int>(slack * 10), columns}, all.size());
    if (fresh) all.push_back({columns, sum, 0, 0, {}, 0});
    auto& support = all[it->second];
    support.people += unspent[j];
    support.slack += slack * unspent[j];
    support.classes.push_back(j);
  }
  std::vector<std::vector<std::int32_t>> reached(p_.columns);
  for (std::size_t s = 0; s < all.size(); ++s) {
    all[s].slack /= std::max(1.0, all[s].people);
    for (const auto i : all[s].columns) reached[i].push_back(static_cast<std::int32_t>(s));
  }
  std::vector<std::int32_t> order(all.size()), met, near;
  for (std::size_t s = 0; s < order.size(); ++s) order[s] = static_cast<std::int32_t>(s);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return all[a].people > all[b].people; });
  std::set<std::array<std::int32_t, 5>> have;
  for (const auto& set : saddle_.sets) have.insert(set.all);

  const auto pour = [&](std::span<const std::int32_t> which, double violation) {
    double poured = 0;
    for (;;) {
      OddSet set;
      set.size = static_cast<int>(which.size());
      double least = 1e300;
      for (std::size_t k = 0; k < which.size(); ++k) {
        auto& s = all[which[k]];
        while (s.head < s.classes.size() && unspent[s.classes[s.head]] < 1) ++s.head;
        if (s.head == s.classes.size()) return poured;
        set.all[k] = s.classes[s.head];
        least = std::min(least, unspent[set.all[k]]);
      }
      for (std::size_t k = 0; k < which.size(); ++k) unspent[set.all[k]] -= least, all[which[k]].people -= least;
      std::sort(set.of().begin(), set.of().end());
      if (!have.insert(set.all).second) continue;
      poured += violation * least;
      set.scale = least * static_cast<double>(p_.people_factor);
      saddle_.sets.push_back(set);
    }
  };
  std::vector<double> shared(all.size(), 0), in_first(p_.columns, 0), in_second(p_.columns, 0);
  struct Found { double score, violation; std::int32_t b, c; };
  std::vector<Found> found;
  std::vector<std::pair<double, std::int32_t>> ranked;
  std::vector<std::vector<std::int32_t>> near_of(all.size());
  double total = 0;
  for (const auto a : order) {
    const auto& first = all[a];
    if (first.people < 1 || !std::isfinite(first.sum)) continue;
    met.clear(), ranked.clear(), found.clear();
    for (const auto i : first.columns)
      for (const auto b : reached[i]) {
        if (shared[b] == 0) met.push_back(b);
        shared[b] += y[i];
      }
    for (const auto b : met)
      if (b != a && shared[b] > 0.2 && shared[b] < 0.85 && all[b].people >= 1 && first.slack + all[b].slack < 0.8)
        ranked.emplace_back(std::min(all[b].people, first.people) * (1 - all[b].slack) * (0.3 + static_cast<double>(dice_() % 1000) / 1000), b);
    if (ranked.size() > kCandidates) {
      std::nth_element(ranked.begin(), ranked.begin() + kCandidates, ranked.end(), std::greater<>());
      ranked.resize(kCandidates);
    }
    for (const auto& [rank, b] : ranked) near_of[a].push_back(b);
    for (const auto i : first.columns) in_first[i] = y[i];
    double best = 0;
    for (std::size_t x = 0; x + 1 < ranked.size(); ++x) {
      const auto b = ranked[x].second;
      const auto& second = all[b];
      const double both = first.slack + second.slack;
      for (const auto i : second.columns) in_second[i] = y[i];
      for (std::size_t w = x + 1; w < ranked.size(); ++w) {
        const auto d = ranked[w].second;
        const auto& third = all[d];
        const double base = both + third.slack + first.sum + second.sum + third.sum - 2 * (shared[b] + shared[d]);
        const double people = std::min({first.people, second.people, third.people});
        // Those in the second and third, but not in the first, are no more than either has outside the first.
        const double most = std::min(second.sum - shared[b], third.sum - shared[d]);
        if ((1 - (base - 2 * most)) / 2 * people <= 0.5 * best) continue;
        double two = 0, three = 0;
        for (const auto i : third.columns) two += in_second[i], three += std::min(in_second[i], in_first[i]);
        const double violation = (1 - (base - 2 * two + 4 * three)) / 2;
        if (violation < kLeast) continue;
        found.push_back({violation * people, violation, b, d});
        best = std::max(best, violation * people);
      }
      for (const auto i : second.columns) in_second[i] = 0;
    }
    for (const auto i : first.columns) in_first[i] = 0;
    for (const auto b : met) shared[b] = 0;
    std::sort(found.begin(), found.end(), [](auto& u, auto& v) { return u.score != v.score ? u.score > v.score : std::pair(u.b, u.c) < std::pair(v.b, v.c); });
    for (std::size_t k = 0; k < found.size() && k < 6 && first.people >= 1; ++k)
      if (found[k].score >= 0.3 * best) total += pour(std::array{a, found[k].b, found[k].c}, found[k].violation);
  }
  if (total > 0.25 * static_cast<double>(node_bound_[0] - plan_.value) / static_cast<double>(p_.people_factor)) return total;

  // Fives, once triples have little left to say: two neighbours of one, and a neighbour of each of these.
  std::vector<double> odd(p_.columns, 0);       // y of the columns that an odd number of the five reach
  const auto turn = [&](const Support& s) {
    double change = 0;
    for (const auto i : s.columns) {
      odd[i] = odd[i] > 0 ? 0 : y[i];
      change += odd[i] > 0 ? y[i] : -y[i];
    }
    return change;
  };
  for (const auto a : order) {
    auto& list = near_of[a];
    if (all[a].people < 1 || list.size() < 2) continue;
    std::array<std::int32_t, 5> five{};
    double best = 0, violation = 0;
    for (int tries = 0; tries < 16; ++tries) {
      const auto b = list[dice_() % list.size()], c2 = list[dice_() % list.size()];
      if (b == c2 || near_of[b].empty() || near_of[c2].empty()) continue;
      const double slack = all[a].slack + all[b].slack + all[c2].slack, people = std::min({all[a].people, all[b].people, all[c2].people});
      if (slack > 0.9 || people < 1) continue;
      double three = turn(all[a]);
      three += turn(all[b]);
      three += turn(all[c2]);
      for (int k = 0; k < 12; ++k) {
        const auto d = near_of[b][dice_() % near_of[b].size()];
        if (d == a || d == c2 || slack + all[d].slack > 0.9 || std::min(people, all[d].people) * 0.45 <= best) continue;
        const double four = three + turn(all[d]);
        for (int l = 0; l < 12; ++l) {
          const auto e = near_of[c2][dice_() % near_of[c2].size()];
          if (e == a || e == b || e == d) continue;
          double sum = slack + all[d].slack + all[e].slack + four + all[e].sum;
          for (const auto i : all[e].columns) sum -= 2 * odd[i];
          const double broken = (1 - sum) / 2, score = broken * std::min({people, all[d].people, all[e].people});
          if (broken < kLeast || score <= best) continue;
          best = score, violation = broken, five = {a, b, c2, d, e};
        }
        turn(all[d]);
      }
      turn(all[a]), turn(all[b]), turn(all[c2]);
    }
    if (best > 0) total += pour(five, violation);
  }
  return total;
}

// Into a layout whose classes came of those before; a set whose classes are decided or have become one says nothing new.
void Solver::move_odd_sets(const std::vector<std::int32_t>& to) {
  std::map<std::array<std::int32_t, 5>, OddSet> kept;
  for (auto set : saddle_.sets) {
    bool stands = true;
    for (auto& j : set.of()) stands = stands && (j = to[j]) >= 0;
    std::sort(set.of().begin(), set.of().end());
    if (!stands || std::adjacent_find(set.of().begin(), set.of().end()) != set.of().end()) continue;
    set.row = -1;
    const auto [it, fresh] = kept.try_emplace(set.all, set);
    if (!fresh) it->second.price += set.price, it->second.scale += set.scale;
  }
  saddle_.sets.clear();
  for (auto& [key, set] : kept) saddle_.sets.push_back(set);
}

}  // namespace tx::covering
