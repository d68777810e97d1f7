#include "engines/covering/flow.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>

#include "engines/covering/solver.h"

namespace tx::covering {
namespace {

constexpr std::int64_t kEndless = std::numeric_limits<std::int64_t>::max() / 4;

// Dinic's algorithm.
class Network {
 public:
  explicit Network(std::int32_t nodes) : first_(nodes, -1) {}
  void arc(std::int32_t from, std::int32_t to, std::int64_t capacity) {
    arcs_.push_back({to, first_[from], capacity});
    first_[from] = static_cast<std::int32_t>(arcs_.size()) - 1;
    arcs_.push_back({from, first_[to], 0});
    first_[to] = static_cast<std::int32_t>(arcs_.size()) - 1;
  }
  std::int64_t run(std::int32_t source, std::int32_t sink) {
    std::int64_t total = 0;
    while (levels(source, sink)) {
      at_ = first_;
      while (const auto pushed = push(source, sink, kEndless)) total += pushed;
    }
    return total;
  }
  bool reached(std::int32_t node) const { return level_[node] >= 0; }   // after run: on the source's side

 private:
  struct Arc { std::int32_t to, next; std::int64_t left; };
  bool levels(std::int32_t source, std::int32_t sink) {
    level_.assign(first_.size(), -1);
    std::vector<std::int32_t> queue{source};
    level_[source] = 0;
    for (std::size_t h = 0; h < queue.size(); ++h)
      for (auto a = first_[queue[h]]; a >= 0; a = arcs_[a].next)
        if (arcs_[a].left > 0 && level_[arcs_[a].to] < 0) level_[arcs_[a].to] = level_[queue[h]] + 1, queue.push_back(arcs_[a].to);
    return level_[sink] >= 0;
  }
  std::int64_t push(std::int32_t node, std::int32_t sink, std::int64_t most) {
    if (node == sink) return most;
    std::int64_t done = 0;
    for (auto& a = at_[node]; a >= 0; a = arcs_[a].next) {
      if (arcs_[a].left <= 0 || level_[arcs_[a].to] != level_[node] + 1) continue;
      const auto pushed = push(arcs_[a].to, sink, std::min(most - done, arcs_[a].left));
      arcs_[a].left -= pushed;
      arcs_[a ^ 1].left += pushed;
      done += pushed;
      if (done == most) return done;
    }
    return done;
  }
  std::vector<std::int32_t> first_, at_, level_;
  std::vector<Arc> arcs_;
};

}  // namespace

Flow::Flow(const Program& p, const Columns& columns) : program_(p), columns_(columns) {
  for (const auto pool : p.pool) pools_ = std::max(pools_, pool + 1);
  std::int32_t parts = 0;
  for (const auto part : p.part) parts = std::max(parts, part);
  for (const auto& floor : p.floors) parts = std::max({parts, floor.part, floor.last});
  part_.resize(parts + 1);
  auto at = columns.start;
  entry_of_.resize(p.column.size());
  for (std::int32_t j = 0; j < p.demands(); ++j)
    for (auto e = p.start[j]; e < p.start[j + 1]; ++e) entry_of_[e] = at[p.column[e]]++;
  reset();
}

void Flow::reset() {
  flow_.assign(columns_.entries.size(), 0);
  used_.assign(static_cast<std::size_t>(program_.columns) * pools_, 0);
  short_ = program_.weight;
  std::fill(part_.begin(), part_.end(), 0);
  open_.assign(program_.columns, 0);
  served_ = 0;
}

std::int32_t Flow::pool_of(std::int32_t j) const { return program_.pool.empty() ? 0 : program_.pool[program_.part[j]]; }

std::int64_t Flow::left(std::int32_t i, std::int32_t pool) const {
  if (!open_[i]) return 0;
  return program_.capacity[i] < 0 ? kEndless : program_.capacity[i] - used_[static_cast<std::size_t>(i) * pools_ + pool];
}

// Backward from the columns that have room: whom could they take over, and who is short at the end of that chain?
void Flow::augment(std::int32_t pool, const std::vector<std::int32_t>& roots) {
  struct Came { std::int32_t column = -2; std::int64_t entry = -1; };   // freed by moving the entry's people to `column`
  for (;;) {
    std::vector<Came> came(program_.columns);
    std::vector<std::int32_t> queue;
    for (const auto i : roots)
      if (left(i, pool) > 0 && came[i].column == -2) came[i].column = -1, queue.push_back(i);
    std::int32_t end = -1;
    std::int64_t end_entry = -1;
    for (std::size_t h = 0; h < queue.size() && end < 0; ++h) {
      const auto i = queue[h];
      for (auto e = columns_.start[i]; e < columns_.start[i + 1] && end < 0; ++e) {
        const auto j = columns_.entries[e].demand;
        if (pool_of(j) != pool) continue;
        if (short_[j] > 0) {
          end = i, end_entry = e;
          break;
        }
        for (auto k = program_.start[j]; k < program_.start[j + 1]; ++k) {
          const auto other = program_.column[k];
          if (other == i || came[other].column != -2 || flow_[entry_of_[k]] == 0) continue;
          came[other] = {i, e};
          queue.push_back(other);
        }
      }
    }
    if (end < 0) return;
    // Along the chain: the short demand goes to `end`; what `end` gives up for it goes to the column it came from.
    std::int64_t push = short_[columns_.entries[end_entry].demand];
    std::int32_t at = end;
    const auto entry_at = [&](std::int32_t j, std::int32_t column) {
      for (auto k = program_.start[j]; k < program_.start[j + 1]; ++k)
        if (program_.column[k] == column) return entry_of_[k];
      return std::int64_t{-1};
    };
    for (; came[at].column >= 0; at = came[at].column)
      push = std::min(push, flow_[entry_at(columns_.entries[came[at].entry].demand, at)]);
    push = std::min(push, left(at, pool));
    const auto first = columns_.entries[end_entry].demand;
    short_[first] -= push;
    served_ += push;
    part_[program_.part[first]] += push;
    flow_[end_entry] += push;
    for (at = end; came[at].column >= 0; at = came[at].column) {
      flow_[entry_at(columns_.entries[came[at].entry].demand, at)] -= push;
      flow_[came[at].entry] += push;
    }
    used_[static_cast<std::size_t>(at) * pools_ + pool] += push;
  }
}

void Flow::open(std::int32_t i) {
  open_[i] = 1;
  for (std::int32_t pool = 0; pool < pools_; ++pool) augment(pool, {i});
}

void Flow::close(std::int32_t i) {
  for (auto e = columns_.start[i]; e < columns_.start[i + 1]; ++e) {
    const auto j = columns_.entries[e].demand;
    short_[j] += flow_[e];
    served_ -= flow_[e];
    part_[program_.part[j]] -= flow_[e];
    flow_[e] = 0;
  }
  for (std::int32_t pool = 0; pool < pools_; ++pool) used_[static_cast<std::size_t>(i) * pools_ + pool] = 0;
  open_[i] = 0;
  std::vector<std::int32_t> roots;
  for (std::int32_t k = 0; k < program_.columns; ++k)
    if (open_[k]) roots.push_back(k);
  for (std::int32_t pool = 0; pool < pools_; ++pool) augment(pool, roots);
}

std::int64_t Flow::most(std::int32_t i) const {
  std::vector<std::int64_t> missing(pools_, 0), people(pools_, 0);
  for (auto e = columns_.start[i]; e < columns_.start[i + 1]; ++e) {
    const auto j = columns_.entries[e].demand;
    missing[pool_of(j)] += short_[j];
    people[pool_of(j)] += program_.weight[j];
  }
  std::int64_t sum = 0, by_moving = 0;
  for (std::int32_t pool = 0; pool < pools_; ++pool) {
    const auto room = program_.capacity[i] < 0 ? kEndless : program_.capacity[i];
    sum += std::min(room, missing[pool]);
    by_moving += std::min(room, people[pool]);
  }
  return sum > 0 ? sum : by_moving / 16;       // it may still free others for people whom it does not reach
}

// Source -> groups (claimed value) -> classes -> columns (as far as open) -> sink; where the claim does not fit, the
// minimum cut names the classes that are counted whole (level 1) and the columns that count with their capacity.
void Solver::separate_capacity(const std::vector<double>& y, const std::vector<double>& theta, double tolerance, std::vector<LpRow>& out) {
  constexpr double kFine = 1 << 16;
  const Program& p = at_.program;
  std::int32_t pools = 1;
  for (const auto pool : p_.pool) pools = std::max(pools, pool + 1);
  for (std::int32_t pool = 0; pool < pools; ++pool) {
    std::vector<std::int32_t> groups;
    for (std::size_t g = 0; g < at_.groups.size(); ++g)
      if (at_.groups[g].classes[0] < p.demands() && (p_.pool.empty() ? 0 : p_.pool[at_.groups[g].part]) == pool)
        groups.push_back(static_cast<std::int32_t>(g));
    const auto demand0 = static_cast<std::int32_t>(at_.groups.size()), column0 = demand0 + p.demands(), source = column0 + p.columns;
    Network net(source + 2);
    double claimed = 0;
    for (const auto g : groups) {
      const double claim = std::max(0.0, theta[g] * unit_);
      claimed += claim;
      net.arc(source, g, std::llround(claim * kFine));
      for (const auto j : at_.groups[g].classes) {
        net.arc(g, demand0 + j, std::llround(static_cast<double>(p.weight[j]) * kFine));
        for (auto e = p.start[j]; e < p.start[j + 1]; ++e)
          if (y[p.column[e]] > 1e-9)
            net.arc(demand0 + j, column0 + p.column[e], std::llround(static_cast<double>(p.weight[j]) * y[p.column[e]] * kFine));
      }
    }
    for (std::int32_t i = 0; i < p.columns; ++i)
      if (y[i] > 1e-9)
        net.arc(column0 + i, source + 1, p_.capacity[i] < 0 ? kEndless : std::llround(static_cast<double>(p_.capacity[i]) * y[i] * kFine));
    const double value = static_cast<double>(net.run(source, source + 1)) / kFine;
    if (claimed <= value + std::max(tolerance * std::max(1.0, value), 1e-3)) continue;
    Cut cut{at_.partition, -1, {}, {}};
    LpRow row;
    row.cut = static_cast<std::int32_t>(cert_.cuts.size());
    std::vector<std::int64_t> slope(p.columns, 0);
    for (const auto g : groups) {
      if (!net.reached(g)) continue;
      if (cut.group < 0) cut.group = g;
      else cut.also.push_back(g);
      row.groups.push_back(g);
      for (const auto j : at_.groups[g].classes) {
        const bool level = !net.reached(demand0 + j);
        cut.level.push_back(level);
        if (level) row.flat += p.weight[j];
        for (auto e = p.start[j]; e < p.start[j + 1] && !level; ++e) slope[p.column[e]] += p.weight[j];
      }
    }
    if (cut.group < 0) continue;
    for (std::int32_t i = 0; i < p.columns; ++i)
      if (const auto s = p_.capacity[i] < 0 ? slope[i] : std::min(slope[i], p_.capacity[i]); s > 0) row.slope.emplace_back(i, s);
    cert_.cuts.push_back(std::move(cut));
    out.push_back(std::move(row));
  }
}

}  // namespace tx::covering
