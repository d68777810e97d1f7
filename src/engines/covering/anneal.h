// Annealing by exchange: one open column for a closed one, mostly for one that reaches the same people. Only for programs
// in which a demand is reached or not (units of 1), without floors and capacities. Many cheap moves where search.h has
// few dear ones: on dense plans of many circles that is what it takes. Finds plans; proves nothing.
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "engines/covering/covering.h"

namespace tx::covering {

class Annealer {
 public:
  // `classes`: whom the columns still free reach; the rows and costs are those of `program`.
  Annealer(const Program& classes, const Program& program, const std::vector<std::int8_t>& decided);
  // From a plan that keeps the rows; hands back the best plan met. `work` is the number of entries that may be touched.
  std::vector<std::int8_t> run(const std::vector<std::int8_t>& start, std::int64_t work, double hot, double cold, std::uint64_t seed,
                               const std::function<bool()>& go_on);

 private:
  bool fits(std::int32_t in, std::int32_t out) const;   // rows, were `in` opened and `out` closed (-1: none)
  void count(std::int32_t column, int by);
  void move_rows(std::int32_t column, int sign);

  const Program& program_;
  std::vector<std::int8_t> decided_;
  std::vector<std::int64_t> start_;
  std::vector<std::int32_t> entry_, candidates_;
  std::vector<std::int64_t> weight_;
  std::vector<std::vector<std::int32_t>> near_;         // columns that share most people, nearest first
  std::vector<std::vector<std::pair<std::int32_t, std::int64_t>>> rows_;
  std::vector<std::int64_t> activity_;
  std::vector<std::uint16_t> covered_;
};

}  // namespace tx::covering
