// Local search over a program: which columns are open, what every further column would add, and ruin-and-rebuild.
// Finds plans; proves nothing.
#pragma once
#include <cstdint>
#include <random>
#include <vector>

#include "engines/covering/covering.h"

namespace tx::covering {

class Search {
 public:
  explicit Search(const Program& program);
  void reset(const std::vector<std::int8_t>& open);
  void open(std::int32_t column);
  void close(std::int32_t column);
  void rebuild(bool by_price, std::mt19937_64& dice, int noise);   // add while something helps
  void prune();                                                    // close what costs more than it brings
  bool feasible() const;
  std::int64_t value() const { return program_.people_factor * reached_ - cost_; }
  std::int64_t reached() const { return reached_; }
  const std::vector<std::int8_t>& plan() const { return open_; }
  void follow(const std::vector<double>& wish, std::mt19937_64& dice);   // open in the order of an LP's wishes

 private:
  bool allowed(std::int32_t column) const;
  std::int64_t mending(std::int32_t column) const;   // how much violation of rows and floors it takes away
  void raise(std::int32_t demand, std::int32_t to);

  const Program& program_;
  Columns columns_;
  std::vector<std::vector<std::pair<std::int32_t, std::int64_t>>> rows_;
  std::vector<std::int8_t> open_;
  std::vector<std::int32_t> best_, ties_;
  std::vector<std::int64_t> gain_, activity_, part_value_;
  std::int64_t reached_ = 0, cost_ = 0;
};

}  // namespace tx::covering
