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
  void open(std::int32_t column);
  void close(std::int32_t column);
  void see(std::int32_t demand, std::int64_t people);   // nobody reaches them any more (or, negative, somebody does now)

  const Program& program_;
  std::vector<std::int8_t> decided_;
  std::vector<std::int64_t> start_;
  std::vector<std::int32_t> entry_, candidates_;
  std::vector<std::int64_t> weight_;
  struct Near { std::int32_t column; std::int64_t shared; };
  std::vector<std::vector<Near>> near_;                 // columns that share most people, nearest first
  std::vector<std::vector<std::pair<std::int32_t, std::int64_t>>> rows_;
  std::vector<std::int64_t> activity_;
  const Program& classes_;
  // What a move changes is known before it is made: gain_ of a column are its people whom nobody reaches, loss_ those whom it
  // reaches alone. Of a class: how many open columns reach it, their numbers' exclusive or, and the one that is alone (-1).
  std::vector<std::int64_t> gain_, loss_;
  std::vector<std::int32_t> covered_, mixed_, alone_;
  std::int64_t work_ = 0;
};

}  // namespace tx::covering
