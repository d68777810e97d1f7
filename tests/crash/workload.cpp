#include "workload.h"

#include "platform/audit/audit.h"
#include "platform/storage/record_sql.h"

namespace tx::crash {

using storage::execute;
using storage::scalar;

std::vector<storage::Migration> schema() {
  auto migrations = audit::migrations();
  migrations.push_back({900, "crash", R"sql(
    create table balance (account bigint primary key, amount bigint not null);
    create table posting (id bigint primary key, command bigint not null, account bigint not null references balance,
      amount bigint not null);
    create index posting_command on posting (command);
  )sql"});
  return migrations;
}

Result<Json> prepare(storage::Tx& tx) {
  for (int account = 0; account < kAccounts; ++account)
    execute(tx, "insert into balance (account, amount) values ($1, 0)", account);
  return Json();
}

storage::Command transfer(std::int64_t number) {
  storage::Command command;
  command.scope = "crash";
  command.key = "k" + std::to_string(number);
  command.fingerprint = static_cast<std::uint64_t>(number);
  command.decide = [number](storage::Tx& tx) -> Result<Json> {
    std::int64_t last_id = 0;
    const auto post = [&](std::int64_t account, std::int64_t amount) {
      execute(tx, "insert into posting (id, command, account, amount) values ($1, $2, $3, $4)", last_id = tx.new_id(),
              number, account, amount);
      execute(tx, "update balance set amount = amount + $1 where account = $2", amount, account);
    };
    post(number % kAccounts, -number % 97 - 1);
    post((number / 7 + number) % kAccounts, number % 97 + 1);
    audit::append(tx, {.action = "crash.transfer", .object = "command:" + std::to_string(number), .outcome = "done"});
    if (number % 5 == 0) return refuse(Kind::invalid, "crash.refused");
    return Json(last_id);
  };
  return command;
}

namespace {

std::string broken_invariant(storage::Reader& reader, const Account& account) {
  if (scalar<std::int64_t>(reader, "select count(*) from balance") != kAccounts) return "lost: the accounts";
  if (scalar<std::int64_t>(reader, "select coalesce(sum(amount), 0) from posting") != 0) return "partial: sum";
  if (scalar<std::int64_t>(reader,
                           "select count(*) from balance b where amount <>"
                           " (select coalesce(sum(p.amount), 0) from posting p where p.account = b.account)") != 0)
    return "partial: balance";
  std::set<std::int64_t> present;
  for (const auto& row : reader.query("select command, count(*) from posting group by command").rows) {
    const auto number = std::get<std::int64_t>(row[0]);
    if (row[1] != storage::Value(std::int64_t{2})) return "partial: command " + std::to_string(number);
    if (!account.attempted.contains(number)) return "ghost: never sent " + std::to_string(number);
    if (account.refused.contains(number)) return "ghost: refused " + std::to_string(number);
    present.insert(number);
  }
  for (const auto number : account.acknowledged)
    if (!present.contains(number)) return "lost: " + std::to_string(number);
  const auto trail = scalar<std::int64_t>(reader, "select count(*) from audit_entry");
  if (trail != static_cast<std::int64_t>(present.size())) return "partial: audit entries";
  if (const auto broken = audit::first_broken(reader)) return "partial: audit chain at " + std::to_string(*broken);
  return "";
}

}  // namespace

std::string verdict(storage::Reader& reader, const Account& account) {
  try {
    const auto integrity = scalar<std::string>(reader, "pragma integrity_check");
    if (integrity != "ok") return "corrupt: " + integrity.value_or("?");
    return broken_invariant(reader, account);
  } catch (const std::exception& failure) {
    return std::string("corrupt: ") + failure.what();
  }
}

}  // namespace tx::crash
