#include "systems/supply/dispatch/weights.h"

#include "platform/storage/record_sql.h"

namespace tx::supply {
namespace {

WeightTable table_of(const WeightRow& row) {
  WeightTable table{row.id, {}};
  const std::string fault = matching::Weights::parse(row.lines, table.weights);
  TX_ASSERT(fault.empty());   // only what could be read was stored
  return table;
}

}  // namespace

WeightTable current_weights(storage::Reader& reader) {
  const auto row = storage::find<WeightRow>(reader, "select * from weight_table order by id desc limit 1");
  return row ? table_of(*row) : WeightTable{};
}
std::optional<WeightTable> weights_of(storage::Reader& reader, std::int64_t id) {
  if (id == 0) return WeightTable{};
  const auto row = storage::find<WeightRow>(reader, "select * from weight_table where id = $1", id);
  if (!row) return std::nullopt;
  return table_of(*row);
}
std::vector<WeightRow> weight_history(storage::Reader& reader, int limit) {
  return storage::select<WeightRow>(reader, "select * from weight_table order by id desc limit $1", limit);
}

std::string lines_of(const matching::Weights& weights) {
  std::string lines;
  for (const auto& weight : weights.table()) lines += std::string(weight.name) + " " + std::to_string(weight.points) + "\n";
  return lines;
}

Result<WeightTable> set_weights(storage::Tx& tx, const std::string& lines, const std::string& reason, std::int64_t account) {
  matching::Weights weights;   // what the lines leave out stays as it is
  if (!matching::Weights::parse(lines_of(current_weights(tx).weights) + lines, weights).empty()) return refuse(Kind::invalid, "weights.unreadable");
  if (weights.base < 1) return refuse(Kind::invalid, "weights.base_range", "base");
  if (weights.load > 0) return refuse(Kind::invalid, "weights.load_sign", "load");
  if (reason.empty()) return refuse(Kind::invalid, "flow.reason_missing", "reason");
  const std::string whole = lines_of(weights);
  if (whole == lines_of(current_weights(tx).weights)) return refuse(Kind::conflict, "weights.unchanged");
  WeightRow row{tx.new_id(), whole, reason, account, tx.now()};
  storage::insert(tx, "weight_table", row);
  return table_of(row);
}

}  // namespace tx::supply
