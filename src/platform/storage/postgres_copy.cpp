#include "platform/storage/postgres_copy.h"

#include <libpq-fe.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

#include "platform/storage/engine.h"

namespace tx::storage {
namespace {

struct Address {
  std::string connection;  // key='value' …, without the password
  std::string password;    // goes through the environment: a command line can be read by everybody
  std::string schema;
};

Address parsed(const std::string& address) {
  Address result;
  char* message = nullptr;
  PQconninfoOption* options = PQconninfoParse(address.c_str(), &message);
  if (!options) {
    const std::string text = message ? message : "unreadable address";
    PQfreemem(message);
    throw StorageFailure(text);
  }
  for (const auto* option = options; option->keyword; ++option) {
    if (!option->val) continue;
    const std::string key = option->keyword, value = option->val;
    if (key == "password") {
      result.password = value;
      continue;
    }
    constexpr std::string_view kPath = "-csearch_path=";
    if (key == "options" && value.starts_with(kPath)) {
      result.schema = value.substr(kPath.size());
      continue;  // pg_dump and pg_restore set a path of their own
    }
    result.connection += key + "='";
    for (char letter : value) {
      if (letter == '\'' || letter == '\\') result.connection += '\\';
      result.connection += letter;
    }
    result.connection += "' ";
  }
  PQconninfoFree(options);
  return result;
}

// Runs a program found on PATH; true when it exits with 0. Its messages go to our standard error.
bool run_program(std::vector<std::string> arguments, const std::string& password) {
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  std::string secret = "PGPASSWORD=" + password;
  std::vector<char*> environment;
  for (char** variable = environ; *variable; ++variable) environment.push_back(*variable);
  if (!password.empty()) environment.push_back(secret.data());
  environment.push_back(nullptr);
  pid_t child = 0;
  if (::posix_spawnp(&child, argv[0], nullptr, nullptr, argv.data(), environment.data()) != 0) return false;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return false;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

Result<void> dump_postgres(const std::string& address, const std::string& file) {
  const Address from = parsed(address);
  const std::string unfinished = file + ".part";
  std::vector<std::string> arguments{"pg_dump",         "--format=custom",      "--no-owner",
                                     "--no-privileges", "--file=" + unfinished, "--dbname=" + from.connection};
  if (!from.schema.empty()) arguments.push_back("--schema=" + from.schema);
  std::error_code failed;
  if (!run_program(arguments, from.password)) {
    std::filesystem::remove(unfinished, failed);
    return refuse(Kind::unavailable, "storage.backup_failed", {}, {{"text", "pg_dump"}});
  }
  std::filesystem::rename(unfinished, file, failed);
  if (failed) return refuse(Kind::unavailable, "storage.backup_failed", {}, {{"text", failed.message()}});
  return {};
}

Result<void> restore_postgres(const std::string& file, const std::string& location) {
  if (!std::filesystem::is_regular_file(file))
    return refuse(Kind::not_found, "storage.backup_missing", {}, {{"file", file}});
  const Address to = parsed(location);
  auto engine = TX_TRY(open_postgres(location));
  auto connection = engine->open_writer();
  const Value schema[] = {to.schema};
  const Rows present = connection->query(
      "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
      " where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and ($1 = '' or n.nspname = $1)",
      schema);
  if (present.rows[0][0] != Value(std::int64_t{0}))
    return refuse(Kind::conflict, "storage.restore_not_empty", {}, {{"file", "database"}});
  // One transaction, stopping at the first error: either everything is there, keys and checks validated, or nothing.
  if (!run_program({"pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
                    "--dbname=" + to.connection, file},
                   to.password))
    return refuse(Kind::invalid, "storage.backup_damaged", {}, {{"text", "pg_restore"}});
  if (connection->query("select number from schema_migration limit 1", {}).empty())
    return refuse(Kind::invalid, "storage.backup_damaged", {}, {{"text", "schema_migration"}});
  return {};
}

}  // namespace tx::storage
