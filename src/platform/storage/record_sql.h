// SQL for described records (base/record.h): bind C++ values, read rows into structs, insert and update a record by its
// field names. Column names are the field names; the record's first field is its key.
#pragma once
#include "base/record.h"
#include "platform/storage/storage.h"

namespace tx::storage {

// ---- C++ value -> Value
inline Value to_value(std::monostate v) { return v; }
inline Value to_value(bool v) { return static_cast<std::int64_t>(v); }
inline Value to_value(double v) { return v; }
inline Value to_value(const char* v) { return std::string(v); }
inline Value to_value(std::string_view v) { return std::string(v); }
inline Value to_value(const std::string& v) { return v; }
inline Value to_value(const Blob& v) { return v; }
inline Value to_value(const Value& v) { return v; }
inline Value to_value(Instant v) { return v.us; }
inline Value to_value(Minutes v) { return v.value; }
inline Value to_value(Money v) { return v.fen; }
inline Value to_value(Date v) { return static_cast<std::int64_t>(v.days); }
inline Value to_value(const Json& v) { return v.dump(); }
template <class I>
Value to_value(Id<I> v) { return v.value; }
template <class T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>, int> = 0>
Value to_value(T v) { return static_cast<std::int64_t>(v); }
template <class T, std::enable_if_t<std::is_enum_v<T>, int> = 0>
Value to_value(T v) { return std::string(enum_name(v)); }
template <class T>
Value to_value(const std::optional<T>& v) { return v ? to_value(*v) : Value(); }
template <class T>
Value to_value(const std::vector<T>& v) { return to_json(v).dump(); }

// ---- Value -> C++ value
inline void from_value(const Value& in, std::int64_t& out) {
  const auto* v = std::get_if<std::int64_t>(&in);
  out = v ? *v : 0;
}
template <class T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, std::int64_t>, int> = 0>
void from_value(const Value& in, T& out) {
  std::int64_t wide = 0;
  from_value(in, wide);
  out = static_cast<T>(wide);
}
inline void from_value(const Value& in, double& out) {
  if (const auto* v = std::get_if<double>(&in)) out = *v;
  else if (const auto* i = std::get_if<std::int64_t>(&in)) out = static_cast<double>(*i);
  else out = 0;
}
inline void from_value(const Value& in, std::string& out) {
  if (const auto* v = std::get_if<std::string>(&in)) out = *v;
  else if (const auto* b = std::get_if<Blob>(&in)) out = b->bytes;
  else out.clear();
}
inline void from_value(const Value& in, Blob& out) { from_value(in, out.bytes); }
inline void from_value(const Value& in, Instant& out) { from_value(in, out.us); }
inline void from_value(const Value& in, Minutes& out) { from_value(in, out.value); }
inline void from_value(const Value& in, Money& out) { from_value(in, out.fen); }
inline void from_value(const Value& in, Date& out) { from_value(in, out.days); }
inline void from_value(const Value& in, Json& out) {
  std::string text;
  from_value(in, text);
  out = Json::parse(text).value_or(Json());
}
template <class I>
void from_value(const Value& in, Id<I>& out) { from_value(in, out.value); }
template <class T, std::enable_if_t<std::is_enum_v<T>, int> = 0>
void from_value(const Value& in, T& out) {
  std::string text;
  from_value(in, text);
  out = enum_value<T>(text).value_or(T{});
}
template <class T>
void from_value(const Value& in, std::optional<T>& out) {
  if (std::holds_alternative<std::monostate>(in)) out.reset();
  else from_value(in, out.emplace());
}
template <class T>
void from_value(const Value& in, std::vector<T>& out) {
  Json list;
  from_value(in, list);
  out.clear();
  for (const auto& item : list.items()) read_value(item, out.emplace_back());
}

// ---- reading
template <class... A>
Rows query(Reader& reader, std::string_view sql, const A&... a) {
  const Value values[] = {to_value(a)..., Value()};
  return reader.query(sql, std::span<const Value>(values, sizeof...(A)));
}
template <class R>
R read_row(const Rows& rows, std::size_t row) {
  R record{};
  int next = 0;  // columns mostly stand in the order of the fields
  for_each_field(record, [&](const char* name, auto& member) {
    const int column = rows.column(name, next);
    if (column < 0) return;
    from_value(rows.rows[row][column], member);
    next = column + 1;
  });
  return record;
}
template <class R, class... A>
std::vector<R> select(Reader& reader, std::string_view sql, const A&... a) {
  const Rows rows = query(reader, sql, a...);
  std::vector<R> records;
  records.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) records.push_back(read_row<R>(rows, i));
  return records;
}
template <class R, class... A>
std::optional<R> find(Reader& reader, std::string_view sql, const A&... a) {
  const Rows rows = query(reader, sql, a...);
  if (rows.empty()) return std::nullopt;
  return read_row<R>(rows, 0);
}
template <class T, class... A>
std::optional<T> scalar(Reader& reader, std::string_view sql, const A&... a) {
  const Rows rows = query(reader, sql, a...);
  if (rows.empty() || std::holds_alternative<std::monostate>(rows.rows[0][0])) return std::nullopt;
  T value{};
  from_value(rows.rows[0][0], value);
  return value;
}

// ---- writing
template <class... A>
std::int64_t execute(Tx& tx, std::string_view sql, const A&... a) {
  const Value values[] = {to_value(a)..., Value()};
  return tx.execute(sql, std::span<const Value>(values, sizeof...(A)));
}
std::string insert_sql(std::string_view table, std::span<const char* const> columns);
std::string update_sql(std::string_view table, std::span<const char* const> columns);  // where first = $1
template <class R>
void insert(Tx& tx, std::string_view table, const R& record) {
  std::vector<const char*> columns;
  std::vector<Value> values;
  for_each_field(record, [&](const char* name, const auto& member) {
    columns.push_back(name);
    values.push_back(to_value(member));
  });
  tx.execute(insert_sql(table, columns), values);
}
template <class R>
std::int64_t update(Tx& tx, std::string_view table, const R& record) {
  std::vector<const char*> columns;
  std::vector<Value> values;
  for_each_field(record, [&](const char* name, const auto& member) {
    columns.push_back(name);
    values.push_back(to_value(member));
  });
  return tx.execute(update_sql(table, columns), values);
}

}  // namespace tx::storage
