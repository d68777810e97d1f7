// Which classes the LP sees: those that the columns still free can change, merged again once columns are decided.
#include <algorithm>
#include <map>

#include "engines/covering/solver.h"

namespace tx::covering {
namespace {

constexpr std::int32_t kSinglesLater = 9'000;

std::int32_t best_unit(const Program& p, std::int32_t j) {
  return *std::max_element(p.unit.begin() + p.start[j], p.unit.begin() + p.start[j + 1]);
}

}  // namespace

void Solver::lay_out(bool alone) {
  const bool first = cert_.partitions.empty();
  at_ = Layout{};
  at_.partition = static_cast<std::int32_t>(cert_.partitions.size());
  if (search_.blind()) {                        // only rows and costs count: no classes at all
    cert_.partitions.emplace_back().class_of.assign(merged_.class_of.size(), -1);
    at_.singles = at_.odd = true;
    return;
  }
  // Entries of free columns above what open columns give; classes alike in these, in part and in base become one.
  Program rest;
  rest.columns = p_.columns;
  std::map<std::pair<std::int32_t, std::int32_t>, std::int32_t> codes;
  std::vector<std::pair<std::int32_t, std::int32_t>> of_code;
  const auto code = [&](std::int32_t part, std::int32_t base) {
    const auto [it, fresh] = codes.try_emplace({part, base}, static_cast<std::int32_t>(codes.size()));
    if (fresh) of_code.emplace_back(part, base);
    return it->second;
  };
  for (std::int32_t j = 0; j < p_.demands(); ++j) {
    std::int32_t base = 0;
    for (auto e = p_.start[j]; e < p_.start[j + 1] && p_.capacity.empty(); ++e)
      if (dom_[p_.column[e]] == 1) base = std::max(base, p_.unit[e]);
    for (auto e = p_.start[j]; e < p_.start[j + 1]; ++e)
      if (p_.unit[e] > base && (dom_[p_.column[e]] < 0 || !p_.capacity.empty()))
        rest.column.push_back(p_.column[e]), rest.unit.push_back(p_.unit[e] - base);
    rest.start.push_back(static_cast<std::int64_t>(rest.column.size()));
    rest.weight.push_back(p_.weight[j]);
    rest.part.push_back(code(p_.part[j], base));
  }
  auto merged = merge(rest);
  std::vector<std::int32_t> done(of_code.size(), -1);     // class of those whom nothing changes any more
  at_.program = std::move(merged.program);
  for (auto& part : at_.program.part) {
    at_.base.push_back(of_code[part].second);
    part = of_code[part].first;
  }
  const auto live = at_.program.demands();
  std::int32_t classes = live;
  std::vector<std::int64_t> people(of_code.size(), 0);
  for (std::int32_t j = 0; j < p_.demands(); ++j) {
    if (merged.class_of[j] >= 0) continue;
    auto& of = done[rest.part[j]];
    if (of < 0) of = classes++;
    merged.class_of[j] = of;
    people[rest.part[j]] += p_.weight[j];
  }
  Partition& partition = cert_.partitions.emplace_back();
  partition.class_of = merged_.class_of;
  for (auto& k : partition.class_of)
    if (k >= 0) k = merged.class_of[k];
  at_.odd = p_.capacity.empty() && std::all_of(p_.unit.begin(), p_.unit.end(), [](auto u) { return u == 1; });
  std::int32_t count = alone ? live : options_.groups;
  if (count <= 0) count = live <= (first ? options_.many : kSinglesLater) ? live : std::clamp(p_.columns / 10, 10, 60);
  if (p_.capacity.empty()) make_groups(std::min(count, live));
  else make_groups(1);
  at_.group_of.assign(live, -1);
  for (std::size_t g = 0; g < at_.groups.size(); ++g) {
    auto& group = at_.groups[g];
    group.alone = group.classes.size() == 1 && p_.capacity.empty();
    group.weight = group.alone ? at_.program.weight[group.classes[0]] : 1;
    for (const auto j : group.classes)
      group.most += (group.alone ? 1 : at_.program.weight[j]) * (at_.base[j] + best_unit(at_.program, j));
    if (group.alone) at_.group_of[group.classes[0]] = static_cast<std::int32_t>(g);
    partition.group_classes.push_back(group.classes);
  }
  at_.singles = live > 0 && std::all_of(at_.groups.begin(), at_.groups.end(), [](auto& g) { return g.alone; });
  for (std::size_t c = 0; c < of_code.size(); ++c) {       // the done ones: alone in a group, their value is their base
    if (done[c] < 0) continue;
    Group group{{done[c]}, of_code[c].first, people[c], of_code[c].second, -1, 1, true};
    if (!p_.capacity.empty()) group = {{done[c]}, of_code[c].first, 1, 0, -1, 1, false};   // reached by nobody
    partition.group_classes.push_back(group.classes);
    at_.groups.push_back(std::move(group));
  }
  const bool decided = std::any_of(dom_.begin(), dom_.end(), [](auto d) { return d >= 0; });
  for (std::size_t g = 0; g < at_.groups.size() && decided && p_.capacity.empty(); ++g) {   // closed columns may have had better units
    auto& group = at_.groups[g];
    group.rest = static_cast<std::int32_t>(cert_.cuts.size());
    Cut cut{at_.partition, static_cast<std::int32_t>(g), {}, {}};
    for (const auto j : group.classes) cut.level.push_back(j < live ? at_.base[j] + best_unit(at_.program, j) : static_cast<std::int32_t>(group.most));
    cert_.cuts.push_back(std::move(cut));
  }
}

// Classes that share columns belong together: in the order of a breadth-first walk, cut into equal pieces within parts.
void Solver::make_groups(std::int32_t count) {
  const Program& p = at_.program;
  const auto classes = p.demands();
  if (count <= 0 || classes == 0) return;
  std::vector<std::int32_t> order;
  const auto columns = by_column(p);
  std::vector<bool> done(classes, false), seen(p.columns, false);
  for (std::int32_t s = 0; s < p.columns; ++s) {
    if (seen[s]) continue;
    std::vector<std::int32_t> queue{s};
    seen[s] = true;
    for (std::size_t h = 0; h < queue.size(); ++h)
      for (auto e = columns.start[queue[h]]; e < columns.start[queue[h] + 1]; ++e) {
        const auto j = columns.entries[e].demand;
        if (done[j]) continue;
        done[j] = true;
        order.push_back(j);
        for (auto f = p.start[j]; f < p.start[j + 1]; ++f)
          if (!seen[p.column[f]]) seen[p.column[f]] = true, queue.push_back(p.column[f]);
      }
  }
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return p.part[a] < p.part[b]; });
  const auto per = static_cast<std::size_t>((classes + count - 1) / count);
  for (const auto j : order) {
    if (at_.groups.empty() || at_.groups.back().classes.size() >= per || at_.groups.back().part != p.part[j])
      at_.groups.push_back({{}, p.part[j], 1, 0, -1, 1, false});
    at_.groups.back().classes.push_back(j);
  }
}

}  // namespace tx::covering
