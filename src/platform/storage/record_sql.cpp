#include "platform/storage/record_sql.h"

namespace tx::storage {

std::string insert_sql(std::string_view table, std::span<const char* const> columns) {
  std::string sql = "insert into ";
  std::string values;
  sql.append(table).append(" (");
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i) sql.append(", "), values.append(", ");
    sql.append(columns[i]);
    values.append("$").append(std::to_string(i + 1));
  }
  return sql.append(") values (").append(values).append(")");
}

std::string update_sql(std::string_view table, std::span<const char* const> columns) {
  TX_ASSERT(columns.size() > 1);
  std::string sql = "update ";
  sql.append(table).append(" set ");
  for (std::size_t i = 1; i < columns.size(); ++i) {
    if (i > 1) sql.append(", ");
    sql.append(columns[i]).append(" = $").append(std::to_string(i + 1));
  }
  return sql.append(" where ").append(columns[0]).append(" = $1");
}

}  // namespace tx::storage
