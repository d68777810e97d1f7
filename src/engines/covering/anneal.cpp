#include "engines/covering/anneal.h"

#include <algorithm>
#include <cmath>

namespace tx::covering {
namespace {

constexpr std::size_t kNear = 40;

struct Dice {                                   // cheap: it is asked several times a move
  std::uint64_t state;
  std::uint32_t next() {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return static_cast<std::uint32_t>(state >> 16);
  }
  std::size_t below(std::size_t n) { return next() % n; }
};

}  // namespace

Annealer::Annealer(const Program& classes, const Program& program, const std::vector<std::int8_t>& decided)
    : program_(program), decided_(decided), weight_(classes.weight), near_(program.columns), rows_(program.columns),
      covered_(classes.weight.size(), 0) {
  auto columns = by_column(classes);
  start_ = std::move(columns.start);
  entry_.reserve(columns.entries.size());
  for (const auto& e : columns.entries) entry_.push_back(e.demand);
  for (auto& w : weight_) w *= program.people_factor;
  for (std::int32_t i = 0; i < program.columns; ++i)
    if (decided_[i] < 0) candidates_.push_back(i);
  for (std::size_t r = 0; r < program.rows.size(); ++r)
    for (const auto& [i, a] : program.rows[r].terms) rows_[i].emplace_back(static_cast<std::int32_t>(r), a);
  std::vector<std::int64_t> shared(program.columns, 0);
  std::vector<std::int32_t> met;
  for (const auto i : candidates_) {
    met.clear();
    for (auto e = start_[i]; e < start_[i + 1]; ++e)
      for (auto k = classes.start[entry_[e]]; k < classes.start[entry_[e] + 1]; ++k) {
        const auto other = classes.column[k];
        if (shared[other] == 0) met.push_back(other);
        shared[other] += weight_[entry_[e]];
      }
    met.erase(std::remove(met.begin(), met.end(), i), met.end());
    const auto kept = std::min(kNear, met.size());
    std::partial_sort(met.begin(), met.begin() + static_cast<std::ptrdiff_t>(kept), met.end(),
                      [&](auto a, auto b) { return shared[a] != shared[b] ? shared[a] > shared[b] : a < b; });
    near_[i].assign(met.begin(), met.begin() + static_cast<std::ptrdiff_t>(kept));
    for (const auto other : met) shared[other] = 0;
    shared[i] = 0;
  }
}

void Annealer::move_rows(std::int32_t i, int sign) {
  for (const auto& [r, a] : rows_[i]) activity_[r] += sign * a;
}

bool Annealer::fits(std::int32_t in, std::int32_t out) const {
  const auto of = [](const auto& list, std::int32_t row) {
    for (const auto& [r, a] : list)
      if (r == row) return a;
    return std::int64_t{0};
  };
  if (in >= 0)
    for (const auto& [r, a] : rows_[in])
      if (activity_[r] + a - (out < 0 ? 0 : of(rows_[out], r)) > program_.rows[r].limit) return false;
  if (out >= 0)
    for (const auto& [r, a] : rows_[out])
      if (a < 0 && activity_[r] - a + (in < 0 ? 0 : of(rows_[in], r)) > program_.rows[r].limit) return false;
  return true;
}

void Annealer::count(std::int32_t i, int by) {
  for (auto e = start_[i]; e < start_[i + 1]; ++e) covered_[entry_[e]] = static_cast<std::uint16_t>(covered_[entry_[e]] + by);
}

std::vector<std::int8_t> Annealer::run(const std::vector<std::int8_t>& plan, std::int64_t work, double hot, double cold, std::uint64_t seed,
                                       const std::function<bool()>& go_on) {
  std::fill(covered_.begin(), covered_.end(), 0);
  activity_.assign(program_.rows.size(), 0);
  std::vector<std::int32_t> open, at(program_.columns, -1);
  for (std::int32_t i = 0; i < program_.columns; ++i) {
    if (!plan[i]) continue;
    move_rows(i, 1);
    if (decided_[i] >= 0) continue;
    at[i] = static_cast<std::int32_t>(open.size());
    open.push_back(i);
    count(i, 1);
  }
  auto best = plan;
  if (open.empty() || candidates_.size() < 2) return best;
  Dice dice{seed * 0x9E3779B97F4A7C15ull + 88172645463325252ull};
  std::int64_t now = 0, top = 0, done = 0;       // both against the plan at the start
  const auto* entry = entry_.data();
  const auto* weight = weight_.data();
  auto* covered = covered_.data();
  double heat = hot;
  const auto take = [&](std::int32_t in, std::int32_t out, std::int64_t change) {
    if (in >= 0) count(in, 1), move_rows(in, 1);
    if (out >= 0) move_rows(out, -1);
    if (in >= 0 && out >= 0) at[in] = at[out], open[at[in]] = in;
    else if (in >= 0) at[in] = static_cast<std::int32_t>(open.size()), open.push_back(in);
    else open[at[out]] = open.back(), at[open.back()] = at[out], open.pop_back();
    if (out >= 0) at[out] = -1;
    now += change;
    if (now <= top) return;
    top = now;
    for (const auto i : candidates_) best[i] = at[i] >= 0;
  };
  for (std::int64_t move = 0; done < work; ++move) {
    if ((move & 255) == 0) heat = hot * std::pow(cold / hot, static_cast<double>(done) / static_cast<double>(work));
    if ((move & 4095) == 0 && !go_on()) break;
    const auto kind = dice.below(32);
    std::int32_t out = kind == 0 || open.empty() ? -1 : open[dice.below(open.size())], in = -1;
    if (kind != 1) {
      if (out >= 0 && kind >= 6) {
        const auto& list = near_[out];
        if (list.empty()) continue;
        in = list[std::min(dice.below(list.size()), dice.below(list.size()))];
      } else {
        in = candidates_[dice.below(candidates_.size())];
      }
      if (at[in] >= 0) continue;
    }
    done += 8;
    if ((in < 0 && out < 0) || !fits(in, out)) continue;
    const double least = heat * std::log((dice.next() + 1.0) / 4294967297.0);   // the change must be no less
    std::int64_t change = 0;
    if (out >= 0) {
      change += program_.cost[out];
      for (auto e = start_[out]; e < start_[out + 1]; ++e) {
        const auto j = entry[e];
        change -= --covered[j] == 0 ? weight[j] : 0;
      }
      done += 2 * (start_[out + 1] - start_[out]);
    }
    if (in >= 0) {
      change -= program_.cost[in];
      for (auto e = start_[in]; e < start_[in + 1]; ++e) {
        const auto j = entry[e];
        change += covered[j] == 0 ? weight[j] : 0;
      }
      done += start_[in + 1] - start_[in];
    }
    if (static_cast<double>(change) >= least) take(in, out, change);
    else if (out >= 0) count(out, 1);
  }
  return best;
}

}  // namespace tx::covering
