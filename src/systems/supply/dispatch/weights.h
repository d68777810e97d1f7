// The weights of matching as an operator's table: what counts how much, in points with units, changed by a federation officer or
// an official with a reason, every version kept. Hard rules (safeguarding, papers, hours, radius) are not weights and
// cannot be bought off with points. Not here: what a weight does (the engine's score).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/record.h"
#include "engines/matching/matching.h"
#include "platform/storage/storage.h"

namespace tx::supply {

struct WeightRow {                   // one version, as stored
  std::int64_t id = 0;
  std::string lines;                 // "name points" a line, read by matching::Weights::parse
  std::string reason;
  std::int64_t account = 0;
  Instant at;
};
BOOST_DESCRIBE_STRUCT(WeightRow, (), (id, lines, reason, account, at))

struct WeightTable {
  std::int64_t id = 0;               // 0: the program's own, nobody has changed it yet
  matching::Weights weights;
};
WeightTable current_weights(storage::Reader& reader);
std::optional<WeightTable> weights_of(storage::Reader& reader, std::int64_t id);   // 0: the program's own
std::vector<WeightRow> weight_history(storage::Reader& reader, int limit);         // newest first
std::string lines_of(const matching::Weights& weights);
// Rules: weights.unreadable, weights.base_range (a filled seat must be worth something), weights.load_sign (load may only
// count against), flow.reason_missing, weights.unchanged
Result<WeightTable> set_weights(storage::Tx& tx, const std::string& lines, const std::string& reason, std::int64_t account);

}  // namespace tx::supply
