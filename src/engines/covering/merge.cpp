#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "engines/covering/covering.h"

namespace tx::covering {
namespace {

std::uint64_t mix(std::uint64_t h, std::uint64_t v) {
  h ^= v + 0x9e3779b97f4a7c15ull + (h << 6) + (h >> 2);
  h *= 0xff51afd7ed558ccdull;
  return h ^ (h >> 32);
}

std::uint64_t row_hash(const Program& p, std::int32_t j) {
  std::uint64_t h = static_cast<std::uint64_t>(p.part[j]) * 31 + 7;
  for (auto e = p.start[j]; e < p.start[j + 1]; ++e)
    h = mix(h, (static_cast<std::uint64_t>(p.column[e]) << 32) ^ static_cast<std::uint32_t>(p.unit[e]));
  return h;
}

bool same_row(const Program& a, std::int32_t i, const Program& b, std::int32_t j) {
  const auto la = a.start[i + 1] - a.start[i], lb = b.start[j + 1] - b.start[j];
  if (la != lb || a.part[i] != b.part[j]) return false;
  return std::equal(a.column.begin() + a.start[i], a.column.begin() + a.start[i + 1], b.column.begin() + b.start[j]) &&
         std::equal(a.unit.begin() + a.start[i], a.unit.begin() + a.start[i + 1], b.unit.begin() + b.start[j]);
}

}  // namespace

// Entries of a demand come in the order of the columns, so equal sets are equal sequences. An open-addressing table
// keyed by hash; equality is always settled by comparing the rows themselves.
Classes merge(const Program& p) {
  Classes out;
  Program& q = out.program;
  q.columns = p.columns;
  q.cost = p.cost;
  q.people_factor = p.people_factor;
  q.rows = p.rows;
  q.floors = p.floors;
  q.fixed = p.fixed;
  q.capacity = p.capacity;
  q.pool = p.pool;
  out.class_of.assign(p.demands(), -1);
  std::size_t capacity = 1024;
  std::vector<std::int32_t> table(capacity, -1);
  std::vector<std::uint64_t> hashes;
  for (std::int32_t j = 0; j < p.demands(); ++j) {
    if (p.start[j] == p.start[j + 1] || p.weight[j] == 0) continue;   // reached by nobody, or nobody there
    const auto h = row_hash(p, j);
    auto slot = h & (capacity - 1);
    while (table[slot] >= 0 && !(hashes[table[slot]] == h && same_row(q, table[slot], p, j)))
      slot = (slot + 1) & (capacity - 1);
    if (table[slot] >= 0) {
      q.weight[table[slot]] += p.weight[j];
      out.class_of[j] = table[slot];
      continue;
    }
    out.class_of[j] = table[slot] = q.demands();
    hashes.push_back(h);
    q.weight.push_back(p.weight[j]);
    q.part.push_back(p.part[j]);
    q.column.insert(q.column.end(), p.column.begin() + p.start[j], p.column.begin() + p.start[j + 1]);
    q.unit.insert(q.unit.end(), p.unit.begin() + p.start[j], p.unit.begin() + p.start[j + 1]);
    q.start.push_back(static_cast<std::int64_t>(q.column.size()));
    if (hashes.size() * 2 > capacity) {
      capacity *= 2;
      table.assign(capacity, -1);
      for (std::size_t c = 0; c < hashes.size(); ++c) {
        auto s = hashes[c] & (capacity - 1);
        while (table[s] >= 0) s = (s + 1) & (capacity - 1);
        table[s] = static_cast<std::int32_t>(c);
      }
    }
  }
  return out;
}

Columns by_column(const Program& p) {
  Columns out{std::vector<std::int64_t>(p.columns + 1, 0), std::vector<Columns::Entry>(p.column.size())};
  for (auto i : p.column) ++out.start[i + 1];
  std::partial_sum(out.start.begin(), out.start.end(), out.start.begin());
  auto at = out.start;
  for (std::int32_t j = 0; j < p.demands(); ++j)
    for (auto e = p.start[j]; e < p.start[j + 1]; ++e) out.entries[at[p.column[e]]++] = {j, p.unit[e]};
  return out;
}

std::vector<std::int32_t> components(const Program& p) {
  std::vector<std::int32_t> root(p.columns);
  std::iota(root.begin(), root.end(), 0);
  const auto find = [&](std::int32_t i) {
    while (root[i] != i) i = root[i] = root[root[i]];
    return i;
  };
  for (std::int32_t j = 0; j < p.demands(); ++j)
    for (auto e = p.start[j] + 1; e < p.start[j + 1]; ++e) root[find(p.column[e])] = find(p.column[p.start[j]]);
  std::vector<std::int32_t> out(p.columns);
  std::unordered_map<std::int32_t, std::int32_t> number;
  for (std::int32_t i = 0; i < p.columns; ++i)
    out[i] = number.try_emplace(find(i), static_cast<std::int32_t>(number.size())).first->second;
  return out;
}

Result<void> check_program(const Program& p) {
  const auto bad = [&](const char* field) { return refuse(Kind::invalid, "covering.malformed", field, {{"field", field}}); };
  constexpr std::int32_t kMostParts = 10'000'000;
  const auto m = static_cast<std::size_t>(p.demands()), n = static_cast<std::size_t>(p.columns);
  if (p.columns < 0 || p.start.size() != m + 1 || p.part.size() != m || p.start.front() != 0) return bad("demands");
  if (p.cost.size() != n || p.fixed.size() != n) return bad("columns");
  if (p.column.size() != p.unit.size() || p.start.back() != static_cast<std::int64_t>(p.column.size())) return bad("entries");
  if (p.people_factor < 0) return bad("people_factor");
  std::int32_t parts = 0;
  __int128 worth = 0, paid = 0;                // sums of the objective stay within 64 bits
  for (std::size_t j = 0; j < m; ++j) {
    if (p.weight[j] < 0 || p.part[j] < 0 || p.part[j] > kMostParts || p.start[j] > p.start[j + 1]) return bad("weight");
    parts = std::max(parts, p.part[j] + 1);
    std::int32_t best = 0;
    for (auto e = p.start[j]; e < p.start[j + 1]; ++e) {
      if (p.column[e] < 0 || p.column[e] >= p.columns || p.unit[e] <= 0) return bad("entries");
      if (e > p.start[j] && p.column[e] <= p.column[e - 1]) return bad("order");
      if (!p.capacity.empty() && p.unit[e] != 1) return bad("capacity");
      best = std::max(best, p.unit[e]);
    }
    worth += static_cast<__int128>(p.weight[j]) * best;
  }
  for (const auto c : p.cost) paid += c < 0 ? -c : c;
  // The certificate multiplies by a million.
  if (worth * std::max<std::int64_t>(1, p.people_factor) + paid > 1'000'000'000'000) return bad("size");
  if (!p.capacity.empty() && p.capacity.size() != n) return bad("capacity");
  if (!p.pool.empty() && p.pool.size() < static_cast<std::size_t>(parts)) return bad("pool");
  for (const auto pool : p.pool)
    if (pool < 0 || pool > parts) return bad("pool");
  for (const auto& f : p.floors)
    if (f.part > kMostParts || f.last > kMostParts) return bad("floors");
  for (const auto& r : p.rows) {
    std::vector<std::int32_t> seen;
    for (const auto& t : r.terms) {
      if (t.first < 0 || t.first >= p.columns) return bad("rows");
      seen.push_back(t.first);
    }
    std::sort(seen.begin(), seen.end());
    if (std::adjacent_find(seen.begin(), seen.end()) != seen.end()) return bad("rows");
  }
  return {};
}

}  // namespace tx::covering
