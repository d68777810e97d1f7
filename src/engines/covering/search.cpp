#include "engines/covering/search.h"

#include <algorithm>
#include <queue>

namespace tx::covering {

Search::Search(const Program& p)
    : program_(p), blind_(p.people_factor == 0 && p.floors.empty()), columns_(by_column(p)), rows_(p.columns),
      asks_(p.rows.size(), 0) {
  std::int32_t parts = 0;
  for (const auto part : p.part) parts = std::max(parts, part);
  for (const auto& floor : p.floors) parts = std::max({parts, floor.part, floor.last});
  for (std::size_t r = 0; r < p.rows.size(); ++r)
    for (const auto& [i, a] : p.rows[r].terms) {
      rows_[i].emplace_back(static_cast<std::int32_t>(r), a);
      if (a < 0) asks_[r] = 1;
    }
  part_value_.resize(parts + 1);
  if (!p.capacity.empty()) flow_ = std::make_unique<Flow>(p, columns_);
  reset(std::vector<std::int8_t>(p.columns, 0));
}

void Search::reset(const std::vector<std::int8_t>& plan) {
  open_.assign(program_.columns, 0);
  best_.assign(program_.demands(), 0);
  ties_.assign(program_.demands(), 0);
  gain_.assign(program_.columns, 0);
  mend_.assign(program_.columns, 0);
  activity_.assign(program_.rows.size(), 0);
  std::fill(part_value_.begin(), part_value_.end(), 0);
  reached_ = cost_ = broken_ = 0;
  if (flow_) flow_->reset();
  for (std::int32_t i = 0; i < program_.columns && !blind_; ++i)
    for (auto e = columns_.start[i]; e < columns_.start[i + 1]; ++e)
      gain_[i] += program_.weight[columns_.entries[e].demand] * columns_.entries[e].unit;
  for (std::size_t r = 0; r < program_.rows.size(); ++r) {
    const auto over = -program_.rows[r].limit;
    if (over <= 0) continue;
    ++broken_;
    for (const auto& [i, a] : program_.rows[r].terms)
      if (a < 0) mend_[i] += std::min(-a, over);
  }
  for (std::int32_t i = 0; i < program_.columns; ++i)
    if (program_.fixed[i] == 1 || (program_.fixed[i] != 0 && plan[i])) open(i);
}

void Search::raise(std::int32_t j, std::int32_t to) {
  const auto from = best_[j];
  const auto w = program_.weight[j];
  const auto b = program_.start[j], e = program_.start[j + 1];
  const auto* column = program_.column.data();
  const auto* unit = program_.unit.data();
  auto* gain = gain_.data();
  for (auto k = b; k < e; ++k) gain[column[k]] += w * (std::max(0, unit[k] - to) - std::max(0, unit[k] - from));
  work_ += e - b;
  best_[j] = to;
  reached_ += w * (to - from);
  part_value_[program_.part[j]] += w * (to - from);
}

void Search::move_row(std::int32_t r, std::int64_t by) {
  const auto before = activity_[r] - program_.rows[r].limit, after = before + by;
  activity_[r] += by;
  if (before <= 0 && after <= 0) return;
  broken_ += (after > 0) - (before > 0);
  if (!asks_[r]) return;
  for (const auto& [i, a] : program_.rows[r].terms)
    if (a < 0) mend_[i] += std::min(-a, std::max<std::int64_t>(0, after)) - std::min(-a, std::max<std::int64_t>(0, before));
  work_ += static_cast<std::int64_t>(program_.rows[r].terms.size());
}

void Search::open(std::int32_t i) {
  if (open_[i]) return;
  open_[i] = 1;
  cost_ += program_.cost[i];
  for (const auto& [r, a] : rows_[i]) move_row(r, a);
  if (flow_) return flow_->open(i);
  for (auto e = columns_.start[i]; e < columns_.start[i + 1] && !blind_; ++e) {
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
  for (const auto& [r, a] : rows_[i]) move_row(r, -a);
  if (flow_) return flow_->close(i);
  for (auto e = columns_.start[i]; e < columns_.start[i + 1] && !blind_; ++e) {
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

std::int64_t Search::gain(std::int32_t i) const { return flow_ ? flow_->most(i) : gain_[i]; }

std::int64_t Search::lack(const Floor& f) const {
  if (f.part < 0) return f.least - reached();
  std::int64_t sum = 0;
  for (auto part = f.part; part <= std::max(f.part, f.last); ++part) sum += flow_ ? flow_->part(part) : part_value_[part];
  return f.least - sum;
}

std::int64_t Search::mending(std::int32_t i) const {
  std::int64_t sum = mend_[i];
  for (const auto& f : program_.floors) {
    const auto missing = lack(f);
    if (missing <= 0) continue;
    std::int64_t brings = f.part < 0 ? gain(i) : 0;
    if (f.part >= 0)
      for (auto e = columns_.start[i]; e < columns_.start[i + 1]; ++e) {
        const auto [j, u] = columns_.entries[e];
        if (f.counts(program_.part[j]) && u > best_[j]) brings += program_.weight[j] * (u - best_[j]);
      }
    sum += std::min(missing, brings);
  }
  return sum;
}

bool Search::feasible() const {
  if (broken_ > 0) return false;
  return std::all_of(program_.floors.begin(), program_.floors.end(), [&](const Floor& f) { return lack(f) <= 0; });
}

double Search::score(std::int32_t i, bool mend, bool by_price) const {
  const auto brings = program_.people_factor * gain(i) - program_.cost[i];
  if (!mend && brings <= 0) return 0;
  if (!allowed(i)) return 0;
  if (mend) return static_cast<double>(mending(i)) / static_cast<double>(std::max<std::int64_t>(1, program_.cost[i]));
  if (!by_price) return static_cast<double>(brings);
  std::int64_t price = 1;
  for (const auto& [r, a] : rows_[i]) price = std::max(price, a);
  return static_cast<double>(brings) / static_cast<double>(price);
}

// Gains only fall while columns are opened, so a heap's stale top is an upper bound: only the top is asked again.
void Search::greedy() {
  for (int pass = 0; pass < 1000; ++pass) {
    const bool mend = !feasible();
    std::priority_queue<std::pair<double, std::int32_t>> heap;
    for (std::int32_t i = 0; i < program_.columns; ++i)
      if (const auto s = score(i, mend, false); s > 0) heap.emplace(s, i);
    bool any = false;
    while (!heap.empty()) {
      const auto [old, i] = heap.top();
      heap.pop();
      const auto now = score(i, mend, false);
      if (now <= 0) continue;
      if (!heap.empty() && now < heap.top().first) {
        heap.emplace(now, i);
        continue;
      }
      open(i);
      any = true;
      if (mend && feasible()) break;          // from here on the value counts
    }
    if (!any) return;
  }
}

void Search::rebuild(bool by_price, std::mt19937_64& dice, int noise) {
  for (;;) {
    const bool mend = !feasible();
    std::int32_t best = -1;
    double best_score = 0;
    const auto factor = program_.people_factor;
    for (std::int32_t i = 0; i < program_.columns; ++i) {
      if (open_[i] || program_.fixed[i] == 0) continue;
      if (!mend && !flow_) {
        const auto brings = factor * gain_[i] - program_.cost[i];
        if (brings <= 0 || (!by_price && static_cast<double>(brings) * 1.6 < best_score)) continue;
      } else if (program_.floors.empty() && !flow_ && mend_[i] == 0) {
        continue;
      }
      double s = score(i, mend, by_price);
      if (s <= 0) continue;
      if (wish_) s *= 1.0 + 0.25 * (*wish_)[i];
      if (noise) s *= 1.0 + static_cast<double>(dice() % 1000) * 1e-5 * noise;
      if (s > best_score) best_score = s, best = i;
    }
    work_ += program_.columns / 4;
    if (best < 0) return;
    open(best);
  }
}

void Search::prune() {
  std::vector<std::int32_t> order;
  for (std::int32_t i = 0; i < program_.columns; ++i)
    if (open_[i] && program_.fixed[i] < 0 && program_.cost[i] > 0) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return program_.cost[a] > program_.cost[b]; });
  for (const auto i : order) {
    const bool fine = feasible();
    if (fine && blind_) {                      // needed by some row?
      if (std::any_of(rows_[i].begin(), rows_[i].end(), [&](auto& t) { return activity_[t.first] - t.second > program_.rows[t.first].limit; })) continue;
      close(i);
      continue;
    }
    const auto before = value();
    close(i);
    if (value() <= before || (fine && !feasible())) open(i);
  }
}

void Search::ruin(std::size_t count, std::mt19937_64& dice, bool near) {
  std::vector<std::int32_t> list;
  for (std::int32_t i = 0; i < program_.columns; ++i)
    if (open_[i] && program_.fixed[i] < 0 && !(wish_ && (*wish_)[i] > 0.95 && dice() % 8)) list.push_back(i);
  if (list.empty()) return;
  auto at = list[dice() % list.size()];
  for (std::size_t d = 0; d < count && open_[at]; ++d) {
    close(at);
    auto next = list[dice() % list.size()];
    // A neighbour: an open column two steps away, over a random entry of a column that shares a random class.
    for (int tries = 0; near && tries < 40; ++tries) {
      std::int32_t step = at;
      for (int hop = 0; hop < 2; ++hop) {
        if (!columns_.entries.empty() && columns_.start[step] < columns_.start[step + 1]) {
          const auto j = columns_.entries[columns_.start[step] + static_cast<std::int64_t>(dice() % static_cast<std::uint64_t>(columns_.start[step + 1] - columns_.start[step]))].demand;
          step = program_.column[program_.start[j] + static_cast<std::int64_t>(dice() % static_cast<std::uint64_t>(program_.start[j + 1] - program_.start[j]))];
        } else if (!rows_[step].empty()) {
          const auto& terms = program_.rows[rows_[step][dice() % rows_[step].size()].first].terms;
          step = terms[dice() % terms.size()].first;
        }
        if (open_[step] && program_.fixed[step] < 0) break;
      }
      if (open_[step] && program_.fixed[step] < 0) {
        next = step;
        break;
      }
    }
    at = next;
  }
}

void Search::follow(const std::vector<double>& wish, std::mt19937_64& dice) {
  reset(std::vector<std::int8_t>(program_.columns, 0));
  std::vector<std::int32_t> order;
  for (std::int32_t i = 0; i < program_.columns; ++i)
    if (wish[i] > 0.3) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return wish[a] > wish[b]; });
  for (const auto i : order)
    if (allowed(i) && (program_.people_factor * gain(i) > program_.cost[i] || mending(i) > 0)) open(i);
  rebuild(false, dice, 0);
  prune();
}

}  // namespace tx::covering
