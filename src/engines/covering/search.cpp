#include "engines/covering/search.h"

#include <algorithm>

namespace tx::covering {

Search::Search(const Program& p) : program_(p), columns_(by_column(p)), rows_(p.columns) {
  std::int32_t parts = 0;
  for (const auto part : p.part) parts = std::max(parts, part);
  for (std::size_t r = 0; r < p.rows.size(); ++r)
    for (const auto& [i, a] : p.rows[r].terms) rows_[i].emplace_back(static_cast<std::int32_t>(r), a);
  part_value_.resize(parts + 1);
  reset(std::vector<std::int8_t>(p.columns, 0));
}

void Search::reset(const std::vector<std::int8_t>& plan) {
  open_.assign(program_.columns, 0);
  best_.assign(program_.demands(), 0);
  ties_.assign(program_.demands(), 0);
  gain_.assign(program_.columns, 0);
  activity_.assign(program_.rows.size(), 0);
  std::fill(part_value_.begin(), part_value_.end(), 0);
  reached_ = cost_ = 0;
  for (std::int32_t i = 0; i < program_.columns; ++i)
    for (auto e = columns_.start[i]; e < columns_.start[i + 1]; ++e)
      gain_[i] += program_.weight[columns_.entries[e].demand] * columns_.entries[e].unit;
  for (std::int32_t i = 0; i < program_.columns; ++i)
    if (program_.fixed[i] == 1 || (program_.fixed[i] != 0 && plan[i])) open(i);
}

void Search::raise(std::int32_t j, std::int32_t to) {
  const auto from = best_[j];
  const auto w = program_.weight[j];
  for (auto e = program_.start[j]; e < program_.start[j + 1]; ++e) {
    const auto u = program_.unit[e];
    gain_[program_.column[e]] += w * (std::max(0, u - to) - std::max(0, u - from));
  }
  best_[j] = to;
  reached_ += w * (to - from);
  part_value_[program_.part[j]] += w * (to - from);
}

void Search::open(std::int32_t i) {
  if (open_[i]) return;
  open_[i] = 1;
  cost_ += program_.cost[i];
  for (const auto& [r, a] : rows_[i]) activity_[r] += a;
  for (auto e = columns_.start[i]; e < columns_.start[i + 1]; ++e) {
    const auto [j, u] = columns_.entries[e];
    if (u == best_[j]) ++ties_[j];
    if (u > best_[j]) {
      raise(j, u);
      ties_[j] = 1;
    }
  }
}

void Search::close(std::int32_t i) {
  if (!open_[i]) return;
  open_[i] = 0;
  cost_ -= program_.cost[i];
  for (const auto& [r, a] : rows_[i]) activity_[r] -= a;
  for (auto e = columns_.start[i]; e < columns_.start[i + 1]; ++e) {
    const auto [j, u] = columns_.entries[e];
    if (u != best_[j] || --ties_[j] > 0) continue;
    std::int32_t next = 0, ties = 0;
    for (auto k = program_.start[j]; k < program_.start[j + 1]; ++k)
      if (open_[program_.column[k]]) {
        if (program_.unit[k] > next) next = program_.unit[k], ties = 0;
        if (program_.unit[k] == next) ++ties;
      }
    raise(j, next);
    ties_[j] = ties;
  }
}

bool Search::allowed(std::int32_t i) const {
  if (open_[i] || program_.fixed[i] == 0) return false;
  for (const auto& [r, a] : rows_[i])
    if (a > 0 && activity_[r] + a > program_.rows[r].limit) return false;
  return true;
}

std::int64_t Search::mending(std::int32_t i) const {
  std::int64_t sum = 0;
  for (const auto& [r, a] : rows_[i])
    if (a < 0 && activity_[r] > program_.rows[r].limit) sum += std::min(-a, activity_[r] - program_.rows[r].limit);
  for (const auto& f : program_.floors) {
    const auto lack = f.least - (f.part < 0 ? reached_ : part_value_[f.part]);
    if (lack <= 0) continue;
    std::int64_t brings = f.part < 0 ? gain_[i] : 0;
    if (f.part >= 0)
      for (auto e = columns_.start[i]; e < columns_.start[i + 1]; ++e) {
        const auto [j, u] = columns_.entries[e];
        if (program_.part[j] == f.part && u > best_[j]) brings += program_.weight[j] * (u - best_[j]);
      }
    sum += std::min(lack, brings);
  }
  return sum;
}

bool Search::feasible() const {
  for (std::size_t r = 0; r < program_.rows.size(); ++r)
    if (activity_[r] > program_.rows[r].limit) return false;
  for (const auto& f : program_.floors)
    if ((f.part < 0 ? reached_ : part_value_[f.part]) < f.least) return false;
  return true;
}

void Search::rebuild(bool by_price, std::mt19937_64& dice, int noise) {
  for (;;) {
    const bool mend = !feasible();
    std::int32_t best = -1;
    double best_score = 0;
    for (std::int32_t i = 0; i < program_.columns; ++i) {
      if (open_[i] || program_.fixed[i] == 0) continue;
      const auto brings = program_.people_factor * gain_[i] - program_.cost[i];
      if (!mend && (brings <= 0 || (!by_price && static_cast<double>(brings) * 1.25 < best_score))) continue;
      if (!allowed(i)) continue;
      double score = static_cast<double>(mend ? mending(i) : brings);
      if (score <= 0) continue;
      if (mend) score /= static_cast<double>(std::max<std::int64_t>(1, program_.cost[i]));
      if (by_price && !mend) {
        std::int64_t price = 1;
        for (const auto& [r, a] : rows_[i]) price = std::max(price, a);
        score /= static_cast<double>(price);
      }
      if (noise) score *= 1.0 + static_cast<double>(dice() % 1000) * 1e-5 * noise;
      if (score > best_score) best_score = score, best = i;
    }
    if (best < 0) return;
    open(best);
  }
}

void Search::prune() {
  std::vector<std::int32_t> order;
  for (std::int32_t i = 0; i < program_.columns; ++i)
    if (open_[i] && program_.fixed[i] < 0 && program_.cost[i] > 0) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return program_.cost[a] > program_.cost[b]; });
  for (auto i : order) {
    const auto before = value();
    const bool fine = feasible();
    close(i);
    if (value() <= before || (fine && !feasible())) open(i);
  }
}

void Search::follow(const std::vector<double>& wish, std::mt19937_64& dice) {
  reset(std::vector<std::int8_t>(program_.columns, 0));
  std::vector<std::int32_t> order;
  for (std::int32_t i = 0; i < program_.columns; ++i)
    if (wish[i] > 0.3) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return wish[a] > wish[b]; });
  for (auto i : order)
    if (allowed(i) && (program_.people_factor * gain_[i] > program_.cost[i] || mending(i) > 0)) open(i);
  rebuild(false, dice, 0);
  prune();
}

}  // namespace tx::covering
