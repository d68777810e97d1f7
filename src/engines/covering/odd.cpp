// Odd-set rows: from an odd number of classes (or rows that ask for one of their columns), sum of z <= sum of y over the
// classes and z <= 1 for each, halved and rounded down: sum z_j <= |C|/2 + sum_i ceil(|C reached by i|/2) y_i. They cut
// off the halves that make dense regions hard. Found among triples and quintuples of classes whose supports overlap.
#include <algorithm>
#include <bit>
#include <map>
#include <tuple>

#include "engines/covering/solver.h"

namespace tx::covering {
namespace {

constexpr std::size_t kMostRows = 900;
constexpr int kMostUses = 5;

struct Support {
  std::vector<std::uint64_t> bits;              // fractional columns
  double slack = 0, mass = 0;
  std::int32_t index = 0;                       // class, or -1 - row of the program
};

}  // namespace

// The row that a Derived stands for, over groups and columns; the solver's twin of what the checker computes.
Solver::LpRow Solver::derive(Derived&& derived) {
  std::map<std::int32_t, std::int64_t> columns, classes;
  std::int64_t limit = 0;
  for (const auto j : derived.reach) {
    ++classes[j];
    for (auto e = at_.program.start[j]; e < at_.program.start[j + 1]; ++e) --columns[at_.program.column[e]];
  }
  for (const auto j : derived.one) ++classes[j], ++limit;
  for (const auto r : derived.rows) {
    limit += p_.rows[r].limit;
    for (const auto& [i, a] : p_.rows[r].terms) columns[i] += a;
  }
  const auto half = [](std::int64_t v) { return v >= 0 ? v / 2 : -((1 - v) / 2); };   // rounded down
  LpRow row;
  row.derived = static_cast<std::int32_t>(cert_.derived.size());
  for (const auto& [j, v] : classes)
    if (half(v) > 0) row.groups.push_back(at_.group_of[j]);
  for (const auto& [i, a] : columns)
    if (half(a) != 0) row.slope.emplace_back(i, -half(a));
  row.flat = half(limit);
  cert_.derived.push_back(std::move(derived));
  return row;
}

std::vector<Solver::LpRow> Solver::odd_rows(std::size_t most) {
  const Program& p = at_.program;
  std::vector<std::int32_t> number(p_.columns, -1), fractional;
  for (std::int32_t i = 0; i < p_.columns; ++i)
    if (y_[i] > 1e-6 && y_[i] < 1 - 1e-6) number[i] = static_cast<std::int32_t>(fractional.size()), fractional.push_back(i);
  const auto words = (fractional.size() + 63) / 64;
  if (fractional.empty() || fractional.size() > 1024) return {};
  std::vector<double> mass;
  for (const auto i : fractional) mass.push_back(y_[i]);

  std::map<std::vector<std::uint64_t>, Support> found;   // one for each support: the tightest
  const auto take = [&](const auto& columns, std::size_t from, std::size_t to, double above, std::int32_t index) {
    Support s{std::vector<std::uint64_t>(words, 0), above, 0, index};
    bool ones = false;
    for (auto k = from; k < to; ++k) {
      const auto i = columns(k);
      if (number[i] >= 0) s.bits[number[i] / 64] |= std::uint64_t{1} << (number[i] % 64), s.mass += y_[i];
      else if (y_[i] > 0.5) ones = !ones;
    }
    if (ones || s.slack > 0.9 || s.mass == 0) return;
    const auto [it, fresh] = found.try_emplace(s.bits, s);
    if (!fresh && it->second.slack > s.slack) it->second = s;
  };
  for (std::int32_t j = 0; j < p.demands() && (p_.people_factor > 0 || !p_.floors.empty()); ++j) {
    double sum = 0;
    for (auto e = p.start[j]; e < p.start[j + 1]; ++e) sum += y_[p.column[e]];
    const double z = theta_[at_.group_of[j]] - at_.base[j];
    if (sum - z > 0.9 || z < 0.1) continue;
    take([&](std::size_t k) { return p.column[k]; }, static_cast<std::size_t>(p.start[j]), static_cast<std::size_t>(p.start[j + 1]),
         std::max(0.0, sum - z) + std::max(0.0, 1 - z), j);
  }
  for (std::size_t r = 0; r < p_.rows.size(); ++r) {
    const auto& row = p_.rows[r];
    if (!row_alive_[r] || row.limit != -1 || row.terms.size() < 2) continue;
    double sum = 0;
    bool cover = true;
    for (const auto& [i, a] : row.terms) cover = cover && a == -1, sum += y_[i];
    if (cover && sum < 1.9)
      take([&](std::size_t k) { return row.terms[k].first; }, 0, row.terms.size(), std::max(0.0, sum - 1), -1 - static_cast<std::int32_t>(r));
  }
  std::vector<Support> rows;
  for (auto& [bits, s] : found) rows.push_back(std::move(s));
  std::sort(rows.begin(), rows.end(), [](auto& a, auto& b) { return a.slack < b.slack; });
  if (rows.size() > kMostRows) rows.resize(kMostRows);

  const auto weigh = [&](const std::uint64_t* bits, double cap) {
    double sum = 0;
    for (std::size_t w = 0; w < words && sum < cap; ++w)
      for (auto b = bits[w]; b; b &= b - 1) sum += mass[w * 64 + static_cast<std::size_t>(std::countr_zero(b))];
    return sum;
  };
  std::vector<std::uint64_t> meet(words), sum(words);
  std::vector<std::vector<std::int32_t>> near(rows.size());
  for (std::size_t a = 0; a < rows.size(); ++a)
    for (std::size_t b = a + 1; b < rows.size(); ++b) {
      std::uint64_t any = 0;
      for (std::size_t w = 0; w < words; ++w) any |= meet[w] = rows[a].bits[w] & rows[b].bits[w];
      if (any && weigh(meet.data(), 0.3) >= 0.25) near[a].push_back(static_cast<std::int32_t>(b)), near[b].push_back(static_cast<std::int32_t>(a));
    }
  struct Set { double total; std::vector<std::int32_t> members; };
  std::vector<Set> good, almost;
  std::vector<std::uint64_t> pair(words);
  const auto count = static_cast<std::int32_t>(rows.size());
  for (std::int32_t a = 0; a < count && good.size() < 20'000; ++a)
    for (std::size_t x = 0; x < near[a].size(); ++x) {
      const auto b = near[a][x];
      const double base = rows[a].slack + rows[b].slack;
      if (base >= 0.95) continue;
      for (std::size_t w = 0; w < words; ++w) pair[w] = rows[a].bits[w] ^ rows[b].bits[w];
      for (std::size_t y = x + 1; y < near[a].size(); ++y) {
        const auto c = near[a][y];
        double total = base + rows[c].slack;
        if (total >= 0.95) continue;
        for (std::size_t w = 0; w < words; ++w) sum[w] = pair[w] ^ rows[c].bits[w];
        total += weigh(sum.data(), 1.1 - total);
        if (total >= 1.1) continue;
        std::vector<std::int32_t> members{a, b, c};
        std::sort(members.begin(), members.end());
        if (total < 0.95) good.push_back({total, std::move(members)});
        else if (almost.size() < 3'000) almost.push_back({total, std::move(members)});
      }
    }
  // Five: a triple that nearly does it, and two more that overlap with it and with each other.
  if (good.size() < 20) {
    std::sort(almost.begin(), almost.end(), [](auto& a, auto& b) { return a.total < b.total; });
    if (almost.size() > 60) almost.resize(60);
    for (const auto& triple : almost) {
      double base = 0;
      std::fill(pair.begin(), pair.end(), 0);
      for (const auto k : triple.members) {
        base += rows[k].slack;
        for (std::size_t w = 0; w < words; ++w) pair[w] ^= rows[k].bits[w];
      }
      const auto inside = [&](std::int32_t k) { return std::find(triple.members.begin(), triple.members.end(), k) != triple.members.end(); };
      for (const auto k : triple.members)
        for (const auto d : near[k]) {
          if (base + rows[d].slack >= 0.95 || inside(d)) continue;
          for (const auto e : near[d]) {
            double total = base + rows[d].slack + rows[e].slack;
            if (e >= d || total >= 0.95 || inside(e)) continue;
            for (std::size_t w = 0; w < words; ++w) sum[w] = pair[w] ^ rows[d].bits[w] ^ rows[e].bits[w];
            total += weigh(sum.data(), 1 - total);
            if (total >= 0.95) continue;
            auto members = triple.members;
            members.push_back(d), members.push_back(e);
            std::sort(members.begin(), members.end());
            good.push_back({total, std::move(members)});
          }
        }
      if (good.size() > 2'000) break;
    }
  }
  std::sort(good.begin(), good.end(), [](auto& a, auto& b) { return std::tie(a.total, a.members) < std::tie(b.total, b.members); });
  good.erase(std::unique(good.begin(), good.end(), [](auto& a, auto& b) { return a.members == b.members; }), good.end());
  std::vector<int> uses(rows.size(), 0);
  std::vector<LpRow> out;
  for (const auto& set : good) {
    if (out.size() >= most) break;
    if (std::any_of(set.members.begin(), set.members.end(), [&](auto k) { return uses[k] >= kMostUses; })) continue;
    Derived derived;
    derived.partition = at_.partition;
    for (const auto k : set.members) {
      ++uses[k];
      if (rows[k].index < 0) derived.rows.push_back(-1 - rows[k].index);
      else derived.reach.push_back(rows[k].index), derived.one.push_back(rows[k].index);
    }
    out.push_back(derive(std::move(derived)));
  }
  return out;
}

}  // namespace tx::covering
