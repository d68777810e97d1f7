// Demands with equal rows, found straight from a matrix "site -> demands" by splitting: every site splits each class into
// those whom it reaches (with the same worth) and those whom it does not. Exact, no comparison of rows, and no row is
// written down before it is known to be new.
#pragma once
#include <algorithm>
#include <map>

#include "engines/covering/covering.h"

namespace tx::covering {

template <class Unit>
Classes refine(const Question& q, const std::vector<std::int32_t>& worths, Unit unit) {
  const auto& m = q.matrix;
  Classes out;
  auto& of = out.class_of;
  of.assign(static_cast<std::size_t>(m.demands), -1);
  std::int32_t next = 0;
  {
    std::map<std::int32_t, std::int32_t> county;
    for (std::int32_t j = 0; j < m.demands; ++j) {
      if (q.people[j] == 0) continue;
      const auto [it, fresh] = county.try_emplace(q.county.empty() ? 0 : q.county[j], next);
      if (fresh) ++next;
      of[j] = it->second;
    }
  }
  // child[w][class]: where those of the class go whom this site reaches with worth w; valid where stamped by this site.
  std::vector<std::vector<std::pair<std::int32_t, std::int32_t>>> child(worths.size());
  std::int32_t* class_of = of.data();
  for (std::int32_t i = 0; i < m.sites(); ++i) {
    const auto fresh_from = next;
    for (auto& list : child) list.resize(static_cast<std::size_t>(next), {-1, -1});
    for (auto e = m.start[i]; e < m.start[i + 1]; ++e) {
      const auto u = unit(e);
      const auto j = m.demand[e];
      const auto c = class_of[j];
      if (u <= 0 || c < 0 || c >= fresh_from) continue;   // nobody there; or named twice: the first worth holds
      const auto w = worths.size() == 1 ? 0 : static_cast<std::size_t>(std::lower_bound(worths.begin(), worths.end(), u) - worths.begin());
      auto& to = child[w].data()[c];
      if (to.first != i) to = {i, next++};
      class_of[j] = to.second;
    }
  }
  // Numbers in the order of first appearance; the first of a class stands for it.
  std::vector<std::int32_t> number(static_cast<std::size_t>(next), -1);
  Program& p = out.program;
  std::vector<std::int32_t> first;
  for (std::int32_t j = 0; j < m.demands; ++j) {
    if (class_of[j] < 0) continue;
    auto& k = number[class_of[j]];
    if (k < 0) {
      k = p.demands();
      p.weight.push_back(0);
      p.part.push_back(q.county.empty() ? 0 : q.county[j]);
      first.push_back(j);
    }
    class_of[j] = k;
    p.weight[k] += q.people[j];
  }
  std::vector<std::vector<std::pair<std::int32_t, std::int32_t>>> rows(first.size());
  for (std::int32_t i = 0; i < m.sites(); ++i)
    for (auto e = m.start[i]; e < m.start[i + 1]; ++e) {
      const auto k = class_of[m.demand[e]];
      if (k < 0 || first.data()[k] != m.demand[e] || unit(e) <= 0) continue;
      if (rows[k].empty() || rows[k].back().first != i) rows[k].emplace_back(i, unit(e));
    }
  for (const auto& row : rows) {
    for (const auto& [i, u] : row) p.column.push_back(i), p.unit.push_back(u);
    p.start.push_back(static_cast<std::int64_t>(p.column.size()));
  }
  p.columns = m.sites();
  return out;
}

}  // namespace tx::covering
