// What can be decided before any number is computed (Reduction in covering.h): columns that may stay closed, rows that
// say nothing new, columns without which a row cannot be kept. Every step is named, so that the checker can repeat it.
#pragma once
#include <cstdint>
#include <vector>

#include "engines/covering/covering.h"

namespace tx::covering {

struct Reduced {
  std::vector<Reduction> steps;
  std::vector<std::int8_t> dom;             // per column: -1 free, 0 closed, 1 open
  std::vector<std::int8_t> alive;           // per row
};
Reduced reduce(const Program& program);

}  // namespace tx::covering
