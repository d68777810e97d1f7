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
    : program_(program), decided_(decided), weight_(classes.weight), near_(program.columns), rows_(program.columns), classes_(classes) {
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
    for (std::size_t k = 0; k < kept; ++k) near_[i].push_back({met[k], shared[met[k]]});
    for (const auto other : met) shared[other] = 0;
    shared[i] = 0;
  }
}

void Annealer::see(std::int32_t j, std::int64_t people) {
  const auto b = classes_.start[j], e = classes_.start[j + 1];
  const auto* column = classes_.column.data();
  auto* gain = gain_.data();
  for (auto k = b; k < e; ++k) gain[column[k]] += people;
  work_ += e - b;
}

void Annealer::open(std::int32_t i) {
  for (const auto& [r, a] : rows_[i]) activity_[r] += a;
  for (auto e = start_[i]; e < start_[i + 1]; ++e) {
    const auto j = entry_[e];
    mixed_[j] ^= i;
    if (++covered_[j] == 1) {
      alone_[j] = i;
      loss_[i] += weight_[j];
      see(j, -weight_[j]);
    } else if (covered_[j] == 2) {
      loss_[alone_[j]] -= weight_[j];
      alone_[j] = -1;
    }
  }
  work_ += 2 * (start_[i + 1] - start_[i]);
}

void Annealer::close(std::int32_t i) {
  for (const auto& [r, a] : rows_[i]) activity_[r] -= a;
  for (auto e = start_[i]; e < start_[i + 1]; ++e) {
    const auto j = entry_[e];
    mixed_[j] ^= i;
    if (--covered_[j] == 0) {
      alone_[j] = -1;
      loss_[i] -= weight_[j];
      see(j, weight_[j]);
    } else if (covered_[j] == 1) {
      alone_[j] = mixed_[j];
      loss_[alone_[j]] += weight_[j];
    }
  }
  work_ += 2 * (start_[i + 1] - start_[i]);
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

std::vector<std::int8_t> Annealer::run(const std::vector<std::int8_t>& plan, std::int64_t work, double hot, double cold, std::uint64_t seed,
                                       const std::function<bool()>& go_on) {
  const auto n = static_cast<std::size_t>(program_.columns);
  covered_.assign(weight_.size(), 0), mixed_.assign(weight_.size(), 0), alone_.assign(weight_.size(), -1);
  gain_.assign(n, 0), loss_.assign(n, 0);
  activity_.assign(program_.rows.size(), 0);
  for (std::size_t j = 0; j < weight_.size(); ++j) see(static_cast<std::int32_t>(j), weight_[j]);
  work_ = 0;
  std::vector<std::int32_t> open_now, at(n, -1);
  for (std::int32_t i = 0; i < program_.columns; ++i) {
    if (!plan[i]) continue;
    if (decided_[i] >= 0) {
      for (const auto& [r, a] : rows_[i]) activity_[r] += a;
      continue;
    }
    at[i] = static_cast<std::int32_t>(open_now.size());
    open_now.push_back(i);
    open(i);
  }
  auto best = plan;
  if (open_now.empty() || candidates_.size() < 2) return best;
  Dice dice{seed * 0x9E3779B97F4A7C15ull + 88172645463325252ull};
  std::int64_t now = 0, top = 0;                // both against the plan at the start
  double heat = hot;
  const auto take = [&](std::int32_t in, std::int32_t out, std::int64_t change) {
    if (in >= 0) open(in);                      // first, so that whom both reach are never left alone
    if (out >= 0) close(out);
    if (in >= 0 && out >= 0) at[in] = at[out], open_now[at[in]] = in;
    else if (in >= 0) at[in] = static_cast<std::int32_t>(open_now.size()), open_now.push_back(in);
    else open_now[at[out]] = open_now.back(), at[open_now.back()] = at[out], open_now.pop_back();
    if (out >= 0) at[out] = -1;
    now += change;
    if (now <= top) return;
    top = now;
    for (const auto i : candidates_) best[i] = at[i] >= 0;
  };
  for (std::int64_t move = 0; work_ < work; ++move) {
    if ((move & 255) == 0) heat = hot * std::pow(cold / hot, static_cast<double>(work_) / static_cast<double>(work));
    if ((move & 65'535) == 0 && !go_on()) break;
    work_ += 16;
    const auto kind = dice.below(32);
    std::int32_t out = kind == 0 || open_now.empty() ? -1 : open_now[dice.below(open_now.size())], in = -1;
    std::int64_t shared = out < 0 ? 0 : loss_[out];
    if (kind != 1) {
      if (out >= 0 && kind >= 6) {
        const auto& list = near_[out];
        if (list.empty()) continue;
        const auto& other = list[std::min(dice.below(list.size()), dice.below(list.size()))];
        in = other.column;
        shared = std::min(shared, other.shared);
      } else {
        in = candidates_[dice.below(candidates_.size())];
      }
      if (at[in] >= 0) continue;
    }
    if (in < 0 && out < 0) continue;
    const double least = heat * std::log((dice.next() + 1.0) / 4294967297.0);   // the change must be no less
    std::int64_t change = (in < 0 ? 0 : gain_[in] - program_.cost[in]) - (out < 0 ? 0 : loss_[out] - program_.cost[out]);
    if (in >= 0 && out >= 0) {                  // at most `shared` of those whom `out` leaves are reached by `in`
      if (static_cast<double>(change + shared) < least) continue;
      const auto* entry = entry_.data();
      const auto* weight = weight_.data();
      const auto* alone = alone_.data();
      for (auto e = start_[in]; e < start_[in + 1]; ++e) change += alone[entry[e]] == out ? weight[entry[e]] : 0;
      work_ += start_[in + 1] - start_[in];
    }
    if (static_cast<double>(change) >= least && fits(in, out)) take(in, out, change);
  }
  return best;
}

}  // namespace tx::covering
