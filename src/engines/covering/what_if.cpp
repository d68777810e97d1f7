#include <algorithm>

#include "engines/covering/covering.h"

namespace tx::covering {

WhatIf::WhatIf(const Program& program, const std::vector<std::int8_t>& plan) {
  auto merged = merge(program);
  columns_ = by_column(merged.program);
  class_of_ = std::move(merged.class_of);
  start_ = std::move(merged.program.start);
  column_ = std::move(merged.program.column);
  unit_ = std::move(merged.program.unit);
  weight_ = std::move(merged.program.weight);
  part_ = std::move(merged.program.part);
  std::int32_t parts = 0;
  for (const auto part : program.part) parts = std::max(parts, part + 1);
  by_part_.assign(parts, 0);
  people_of_.assign(parts, 0);
  for (std::int32_t j = 0; j < program.demands(); ++j) people_of_[program.part[j]] += program.weight[j];
  best_.assign(weight_.size(), 0);
  ties_.assign(weight_.size(), 0);
  open_.assign(program.columns, 0);
  for (std::int32_t i = 0; i < program.columns; ++i)
    if (plan.empty() ? program.fixed[i] == 1 : plan[i] != 0) open(i);
}

People WhatIf::open(std::int32_t i) {
  if (open_[i]) return reached_;
  open_[i] = 1;
  for (auto e = columns_.start[i]; e < columns_.start[i + 1]; ++e) {
    const auto [j, u] = columns_.entries[e];
    if (u == best_[j]) ++ties_[j];
    if (u <= best_[j]) continue;
    const auto more = weight_[j] * (u - best_[j]);
    reached_ += more;
    by_part_[part_[j]] += more;
    best_[j] = u;
    ties_[j] = 1;
  }
  return reached_;
}

People WhatIf::close(std::int32_t i) {
  if (!open_[i]) return reached_;
  open_[i] = 0;
  for (auto e = columns_.start[i]; e < columns_.start[i + 1]; ++e) {
    const auto [j, u] = columns_.entries[e];
    if (u != best_[j] || --ties_[j] > 0) continue;
    std::int32_t next = 0, ties = 0;
    for (auto k = start_[j]; k < start_[j + 1]; ++k) {
      if (!open_[column_[k]] || unit_[k] < next) continue;
      if (unit_[k] > next) next = unit_[k], ties = 0;
      ++ties;
    }
    const auto less = weight_[j] * (best_[j] - next);
    reached_ -= less;
    by_part_[part_[j]] -= less;
    best_[j] = next;
    ties_[j] = ties;
  }
  return reached_;
}

People WhatIf::if_opened(std::int32_t i) const {
  People more = 0;
  for (auto e = columns_.start[i]; e < columns_.start[i + 1] && !open_[i]; ++e) {
    const auto [j, u] = columns_.entries[e];
    if (u > best_[j]) more += weight_[j] * (u - best_[j]);
  }
  return more;
}

People WhatIf::if_closed(std::int32_t i) const {
  People less = 0;
  for (auto e = columns_.start[i]; e < columns_.start[i + 1] && open_[i]; ++e) {
    const auto [j, u] = columns_.entries[e];
    if (u != best_[j] || ties_[j] > 1) continue;
    std::int32_t next = 0;
    for (auto k = start_[j]; k < start_[j + 1]; ++k)
      if (column_[k] != i && open_[column_[k]]) next = std::max(next, unit_[k]);
    less += weight_[j] * (best_[j] - next);
  }
  return less;
}

std::int32_t WhatIf::unit_of(std::int32_t demand) const {
  const auto j = class_of_[demand];
  return j < 0 ? 0 : best_[j];
}

}  // namespace tx::covering
