#include <algorithm>
#include <numeric>
#include <span>
#include <unordered_map>

#include "engines/covering/covering.h"

namespace tx::covering {
namespace {

std::uint64_t mix(std::uint64_t h, std::uint64_t v) {
  h ^= v + 0x9e3779b97f4a7c15ull + (h << 6) + (h >> 2);
  h *= 0xff51afd7ed558ccdull;
  return h ^ (h >> 32);
}

std::uint64_t row_hash(std::span<const std::int32_t> columns, std::span<const std::int32_t> units, std::int32_t part) {
  std::uint64_t h = static_cast<std::uint64_t>(part) * 31 + 7;
  for (std::size_t e = 0; e < columns.size(); ++e)
    h = mix(h, (static_cast<std::uint64_t>(columns[e]) << 32) ^ static_cast<std::uint32_t>(units.empty() ? 1 : units[e]));
  return h;
}

}  // namespace

// An open-addressing table keyed by hash; equality is always settled by comparing the rows themselves.
Merger::Merger() : table_(1024, -1) {}

std::int32_t Merger::add(std::span<const std::int32_t> columns, std::span<const std::int32_t> units, People weight, std::int32_t part) {
  if (columns.empty() || weight == 0) return -1;        // reached by nobody, or nobody there
  const auto h = row_hash(columns, units, part);
  const auto same = [&](std::int32_t k) {
    const auto b = p_.start[k], e = p_.start[k + 1];
    if (hash_[k] != h || p_.part[k] != part || e - b != static_cast<std::int64_t>(columns.size())) return false;
    if (!std::equal(columns.begin(), columns.end(), p_.column.begin() + b)) return false;
    if (!units.empty()) return std::equal(units.begin(), units.end(), p_.unit.begin() + b);
    return std::all_of(p_.unit.begin() + b, p_.unit.begin() + e, [](auto u) { return u == 1; });
  };
  auto slot = h & (table_.size() - 1);
  while (table_[slot] >= 0 && !same(table_[slot])) slot = (slot + 1) & (table_.size() - 1);
  if (table_[slot] >= 0) {
    p_.weight[table_[slot]] += weight;
    return table_[slot];
  }
  const auto number = table_[slot] = p_.demands();
  hash_.push_back(h);
  p_.weight.push_back(weight);
  p_.part.push_back(part);
  p_.column.insert(p_.column.end(), columns.begin(), columns.end());
  if (units.empty()) p_.unit.resize(p_.column.size(), 1);
  else p_.unit.insert(p_.unit.end(), units.begin(), units.end());
  p_.start.push_back(static_cast<std::int64_t>(p_.column.size()));
  if (hash_.size() * 2 > table_.size()) {
    table_.assign(table_.size() * 2, -1);
    for (std::size_t c = 0; c < hash_.size(); ++c) {
      auto s = hash_[c] & (table_.size() - 1);
      while (table_[s] >= 0) s = (s + 1) & (table_.size() - 1);
      table_[s] = static_cast<std::int32_t>(c);
    }
  }
  return number;
}

// Entries of a demand come in the order of the columns, so equal sets are equal sequences.
Classes merge(const Program& p) {
  Classes out;
  Merger merger;
  out.class_of.reserve(p.weight.size());
  for (std::int32_t j = 0; j < p.demands(); ++j) {
    const auto b = static_cast<std::size_t>(p.start[j]), k = static_cast<std::size_t>(p.start[j + 1]) - b;
    out.class_of.push_back(merger.add(std::span(p.column).subspan(b, k), std::span(p.unit).subspan(b, k), p.weight[j], p.part[j]));
  }
  out.program = merger.take();
  Program& q = out.program;
  q.columns = p.columns;
  q.cost = p.cost;
  q.people_factor = p.people_factor;
  q.rows = p.rows;
  q.floors = p.floors;
  q.fixed = p.fixed;
  q.capacity = p.capacity;
  q.pool = p.pool;
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
