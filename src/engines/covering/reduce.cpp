#include "engines/covering/reduce.h"

#include <algorithm>

namespace tx::covering {
namespace {

using Kind = Reduction::Kind;
using List = std::vector<std::int32_t>;

std::uint64_t bit(std::int32_t k) { return std::uint64_t{1} << (static_cast<std::uint32_t>(k) * 0x9E3779B1u >> 26); }

std::uint64_t signature(const List& list) {
  std::uint64_t s = 0;
  for (const auto k : list) s |= bit(k);
  return s;
}

struct Reducer {
  const Program& p;
  Reduced out;
  bool blind;                                 // people do not count
  Columns columns;
  std::vector<std::int8_t> cover;             // per row: asks for one of its columns
  std::vector<std::vector<std::pair<std::int32_t, std::int64_t>>> other;   // terms in rows of another kind, by column
  std::vector<List> row, column;              // columns of each cover row, cover rows of each column; only what is alive
  std::vector<std::uint64_t> row_sign, column_sign;
  bool changed = false;

  explicit Reducer(const Program& program)
      : p(program), blind(p.people_factor == 0 && p.floors.empty()), columns(by_column(p)), cover(p.rows.size(), 0), other(p.columns) {
    out.dom = p.fixed;
    out.alive.assign(p.rows.size(), 1);
    for (std::size_t r = 0; r < p.rows.size(); ++r) {
      cover[r] = p.rows[r].limit == -1 && std::all_of(p.rows[r].terms.begin(), p.rows[r].terms.end(), [](auto& t) { return t.second == -1; });
      for (const auto& [i, a] : p.rows[r].terms)
        if (!cover[r]) other[i].emplace_back(static_cast<std::int32_t>(r), a);
    }
    for (auto& list : other) std::sort(list.begin(), list.end());
  }

  void step(Kind kind, std::int32_t what, std::int32_t by) {
    out.steps.push_back({kind, what, by});
    if (kind == Kind::closed || kind == Kind::useless) out.dom[what] = 0;
    else if (kind == Kind::forced) out.dom[what] = 1;
    else out.alive[what] = 0;
    changed = true;
  }

  void lists() {
    row.assign(p.rows.size(), {});
    column.assign(p.columns, {});
    for (std::size_t r = 0; r < p.rows.size(); ++r) {
      if (!cover[r] || !out.alive[r]) continue;
      for (const auto& [i, a] : p.rows[r].terms)
        if (out.dom[i] != 0) row[r].push_back(i);
      std::sort(row[r].begin(), row[r].end());
      for (const auto i : row[r]) column[i].push_back(static_cast<std::int32_t>(r));
    }
    row_sign.assign(p.rows.size(), 0);
    column_sign.assign(p.columns, 0);
    for (std::size_t r = 0; r < row.size(); ++r) row_sign[r] = signature(row[r]);
    for (std::int32_t i = 0; i < p.columns; ++i) column_sign[i] = signature(column[i]);
  }

  void rows() {
    for (std::int32_t r = 0; r < static_cast<std::int32_t>(row.size()); ++r) {
      if (!cover[r] || !out.alive[r]) continue;
      if (row[r].size() == 1 && out.dom[row[r][0]] < 0) step(Kind::forced, row[r][0], r);
      for (const auto i : row[r])
        if (out.dom[i] == 1) {
          step(Kind::satisfied, r, i);
          break;
        }
    }
    for (std::int32_t s = 0; s < static_cast<std::int32_t>(row.size()); ++s) {
      if (!cover[s] || !out.alive[s] || row[s].empty()) continue;
      auto least = row[s][0];
      for (const auto i : row[s])
        if (column[i].size() < column[least].size()) least = i;
      for (const auto r : column[least]) {
        if (r == s || !out.alive[r] || row[r].size() < row[s].size() || (row_sign[s] & ~row_sign[r])) continue;
        if (std::includes(row[r].begin(), row[r].end(), row[s].begin(), row[s].end())) step(Kind::implied, r, s);
      }
    }
  }

  // Column k is nowhere worse than column i, and where k is open, i may go.
  bool better(std::int32_t k, std::int32_t i) const {
    if (p.cost[k] > p.cost[i] || p.cost[i] < 0 || (column_sign[i] & ~column_sign[k])) return false;
    if (!std::includes(column[k].begin(), column[k].end(), column[i].begin(), column[i].end())) return false;
    auto b = other[k].begin();
    for (const auto& [r, a] : other[i]) {
      if (a < 0) return false;
      while (b != other[k].end() && b->first < r)
        if ((b++)->second > 0) return false;
      if (b != other[k].end() && b->first == r && (b++)->second > a) return false;
    }
    for (; b != other[k].end(); ++b)
      if (b->second > 0) return false;
    if (blind) return true;
    auto at = columns.start[k];
    for (auto e = columns.start[i]; e < columns.start[i + 1]; ++e) {
      const auto [j, u] = columns.entries[e];
      if (p.weight[j] == 0) continue;
      while (at < columns.start[k + 1] && columns.entries[at].demand < j) ++at;
      if (at == columns.start[k + 1] || columns.entries[at].demand != j || columns.entries[at].unit < u) return false;
    }
    return true;
  }

  bool useless(std::int32_t i) const {
    if (p.cost[i] < 0 || !column[i].empty() || std::any_of(other[i].begin(), other[i].end(), [](auto& t) { return t.second < 0; })) return false;
    if (blind) return true;
    for (auto e = columns.start[i]; e < columns.start[i + 1]; ++e)
      if (p.weight[columns.entries[e].demand] > 0) return false;
    return true;
  }

  void columns_apart() {
    for (std::int32_t i = 0; i < p.columns; ++i) {
      if (out.dom[i] >= 0) continue;
      if (useless(i)) {
        step(Kind::useless, i, -1);
        continue;
      }
      // Whoever is better stands in every row and class of i: look where the fewest stand.
      const List* list = nullptr;
      List few;
      for (const auto r : column[i])
        if (!list || row[r].size() < list->size()) list = &row[r];
      if (!list && !blind) {
        std::int64_t best = -1;
        for (auto e = columns.start[i]; e < columns.start[i + 1]; ++e) {
          const auto j = columns.entries[e].demand;
          if (p.weight[j] > 0 && (best < 0 || p.start[j + 1] - p.start[j] < p.start[best + 1] - p.start[best])) best = j;
        }
        if (best >= 0) few.assign(p.column.begin() + p.start[best], p.column.begin() + p.start[best + 1]);
        list = &few;
      }
      if (!list) continue;
      for (const auto k : *list)
        if (k != i && out.dom[k] != 0 && better(k, i)) {
          step(Kind::closed, i, k);
          break;
        }
    }
  }
};

}  // namespace

Reduced reduce(const Program& p) {
  Reducer work(p);
  for (int pass = 0; pass < 50; ++pass) {
    work.changed = false;
    work.lists();
    work.rows();
    if (work.changed) work.lists();
    if (p.capacity.empty()) work.columns_apart();
    if (!work.changed) break;
  }
  return std::move(work.out);
}

}  // namespace tx::covering
