#include "platform/storage/migrations.h"

#include <sodium.h>

#include <algorithm>
#include <map>

#include "base/log.h"
#include "platform/storage/record_sql.h"

namespace tx::storage {
namespace {

std::string checksum_of(std::string_view text) {
  unsigned char hash[16];
  crypto_generichash(hash, sizeof hash, reinterpret_cast<const unsigned char*>(text.data()), text.size(), nullptr, 0);
  char hex[2 * sizeof hash + 1];
  sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
  return hex;
}

bool is_word(char letter) { return std::isalnum(static_cast<unsigned char>(letter)) || letter == '_'; }

void replace_words(std::string& text, std::string_view words, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(words, at)) != std::string::npos;) {
    const std::size_t end = at + words.size();
    const bool whole = (at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]));
    if (whole) text.replace(at, words.size(), by);
    at += whole ? by.size() : words.size();
  }
}

struct Applied {
  std::string name, checksum;
};

std::map<int, Applied> applied_migrations(Connection& connection) {
  connection.script(
      "create table if not exists schema_migration (number integer primary key, name text not null,"
      " checksum text not null, at bigint not null)");
  std::map<int, Applied> applied;
  const Rows rows = connection.query("select number, name, checksum from schema_migration order by number", {});
  for (const auto& row : rows.rows)
    applied[static_cast<int>(std::get<std::int64_t>(row[0]))] = {std::get<std::string>(row[1]),
                                                                  std::get<std::string>(row[2])};
  return applied;
}

void apply(Connection& connection, bool postgres, const Migration& migration, const std::string& checksum,
           Instant now) {
  connection.begin();
  try {
    const std::string sql = dialect_of(migration.sql, postgres);
    if (sql.find_first_not_of(" \n\t") != std::string::npos) connection.script(sql);
    const Value values[] = {std::int64_t{migration.number}, std::string(migration.name), checksum, now.us};
    connection.execute("insert into schema_migration (number, name, checksum, at) values ($1, $2, $3, $4)", values);
    connection.commit();
  } catch (const StorageFailure& failure) {
    connection.rollback();
    throw StorageFailure("migration " + std::to_string(migration.number) + " " + migration.name + ": " +
                         failure.what());
  }
}

}  // namespace

std::vector<Migration> own_migrations() {
  return {
      {1, "storage", R"sql(
        create table idempotency (
          id bigint primary key,
          scope text not null,
          key_hash bytea not null unique,
          fingerprint bigint not null,
          answer text not null,
          at bigint not null
        );
        create table storage_state (name text primary key, value bigint not null);
        insert into storage_state (name, value) values ('identifier_ceiling', 0), ('writer_epoch', 0);
      )sql"},
      {2, "answers in time order", R"sql(
        create table answered (
          id bigint primary key,
          key_hash bytea not null,
          fingerprint bigint not null,
          answer text not null
        );
        insert into answered (id, key_hash, fingerprint, answer)
          select id, key_hash, fingerprint, answer from idempotency;
        drop table idempotency;
        alter table answered rename to idempotency;
      )sql"},
  };
}

std::string dialect_of(std::string_view sql, bool postgres) {
  std::string result;
  enum { both, sqlite_only, postgres_only } block = both;
  for (std::size_t at = 0; at < sql.size();) {
    std::size_t end = sql.find('\n', at);
    if (end == std::string_view::npos) end = sql.size();
    const std::string_view line = sql.substr(at, end - at);
    at = end + 1;
    const std::size_t first = line.find_first_not_of(" \t");
    const std::string_view trimmed = first == std::string_view::npos ? std::string_view() : line.substr(first);
    if (trimmed.starts_with("-- @sqlite")) block = sqlite_only;
    else if (trimmed.starts_with("-- @postgres")) block = postgres_only;
    else if (trimmed.starts_with("-- @end")) block = both;
    else if (block == both || (block == postgres_only) == postgres) result.append(line).push_back('\n');
  }
  if (!postgres) {
    replace_words(result, "bigint primary key", "integer primary key");
    replace_words(result, "bytea", "blob");
  }
  return result;
}

Result<void> migrate(Connection& connection, bool postgres, std::vector<Migration> migrations, Instant now) {
  for (auto& own : own_migrations()) migrations.push_back(own);
  std::sort(migrations.begin(), migrations.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
  for (std::size_t i = 1; i < migrations.size(); ++i) TX_ASSERT(migrations[i - 1].number != migrations[i].number);

  // Two programs may start at once on one PostgreSQL; an SQLite file is locked as a whole before.
  if (postgres) connection.query("select pg_advisory_lock(7230511)", {});
  struct Unlock {
    Connection* connection;
    ~Unlock() {
      try {
        if (connection) connection->query("select pg_advisory_unlock(7230511)", {});
      } catch (const StorageFailure&) {  // the connection is gone, and the lock with it
      }
    }
  } unlock{postgres ? &connection : nullptr};

  const auto applied = applied_migrations(connection);
  for (const auto& [number, known] : applied) {
    const auto same = [n = number](const Migration& m) { return m.number == n; };
    const auto found = std::find_if(migrations.begin(), migrations.end(), same);
    const std::string shown = std::to_string(number) + " " + known.name;
    if (found == migrations.end()) return refuse(Kind::conflict, "storage.newer_schema", {}, {{"migration", shown}});
    if (checksum_of(found->sql) != known.checksum)
      return refuse(Kind::conflict, "storage.changed_migration", {}, {{"migration", shown}});
  }
  for (const auto& migration : migrations) {
    if (applied.contains(migration.number)) continue;
    apply(connection, postgres, migration, checksum_of(migration.sql), now);
    log::info("storage.migrated", {{"number", migration.number}, {"name", migration.name}});
  }
  return {};
}

}  // namespace tx::storage
