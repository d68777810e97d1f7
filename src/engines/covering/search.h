// Local search over a program: which columns are open, what every further column would add, and ruin-and-rebuild.
// Finds plans; proves nothing.
#pragma once
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "engines/covering/covering.h"
#include "engines/covering/flow.h"

namespace tx::covering {

class Search {
 public:
  explicit Search(const Program& program);
  void reset(const std::vector<std::int8_t>& open);
  void open(std::int32_t column);
  void close(std::int32_t column);
  void greedy();                                                   // from what is open: a lazy heap, for the first plan
  void rebuild(bool by_price, std::mt19937_64& dice, int noise);   // add while something helps
  void prune();                                                    // close what costs more than it brings
  void ruin(std::size_t count, std::mt19937_64& dice, bool near);  // close some: anywhere, or neighbours
  void lean_on(const std::vector<double>* wish) { wish_ = wish; }  // an LP's point: ruin spares and rebuild prefers its ones
  bool feasible() const;
  std::int64_t value() const { return program_.people_factor * reached() - cost_; }
  std::int64_t reached() const { return flow_ ? flow_->served() : reached_; }
  const std::vector<std::int8_t>& plan() const { return open_; }
  void follow(const std::vector<double>& wish, std::mt19937_64& dice);   // open in the order of an LP's wishes
  std::int64_t work() const { return work_; }                      // entries touched so far
  bool blind() const { return blind_; }                            // people do not count: reached() is not kept

 private:
  bool allowed(std::int32_t column) const;
  std::int64_t mending(std::int32_t column) const;   // how much violation of rows and floors it takes away
  std::int64_t gain(std::int32_t column) const;      // people more, or no more than that where columns have capacities
  std::int64_t lack(const Floor& floor) const;
  void raise(std::int32_t demand, std::int32_t to);
  void move_row(std::int32_t row, std::int64_t by);
  double score(std::int32_t column, bool mend, bool by_price) const;

  const Program& program_;
  bool blind_;
  Columns columns_;
  std::vector<std::vector<std::pair<std::int32_t, std::int64_t>>> rows_;
  std::vector<std::int8_t> open_, asks_;             // asks_: the row has a term that mends it
  std::vector<std::int32_t> best_, ties_;
  std::vector<std::int64_t> gain_, activity_, part_value_, mend_;
  const std::vector<double>* wish_ = nullptr;
  std::unique_ptr<Flow> flow_;                       // where columns have capacities
  std::int64_t reached_ = 0, cost_ = 0, broken_ = 0, work_ = 0;
};

}  // namespace tx::covering
