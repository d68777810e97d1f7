// Who is served where columns have capacities: the largest number of people that can be shared out among the open
// columns, each serving no more than its capacity in each pool. Kept as a flow while columns open and close.
#pragma once
#include <cstdint>
#include <vector>

#include "engines/covering/covering.h"

namespace tx::covering {

class Flow {
 public:
  Flow(const Program& program, const Columns& columns);
  void reset();
  void open(std::int32_t column);
  void close(std::int32_t column);
  std::int64_t served() const { return served_; }
  std::int64_t part(std::int32_t part) const { return part_[static_cast<std::size_t>(part)]; }
  std::int64_t most(std::int32_t column) const;     // no column can add more than this now

 private:
  void augment(std::int32_t pool, const std::vector<std::int32_t>& demands);
  std::int64_t left(std::int32_t column, std::int32_t pool) const;
  std::int32_t pool_of(std::int32_t demand) const;

  const Program& program_;
  const Columns& columns_;
  std::int32_t pools_ = 1;
  std::vector<std::int64_t> flow_;                  // of each entry by column
  std::vector<std::int64_t> entry_of_;              // entry by demand -> entry by column
  std::vector<std::int64_t> used_, short_, part_;   // of column and pool; of demand; of part
  std::vector<std::int8_t> open_;
  std::int64_t served_ = 0;
};

}  // namespace tx::covering
