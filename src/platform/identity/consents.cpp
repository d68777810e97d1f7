#include "platform/identity/identity.h"
#include "platform/storage/record_sql.h"

namespace tx::identity {

// Grounds of 个人信息保护法 (PIPL) art. 13: consent (1), contract (2), statutory duty (3). Location at check-in is
// sensitive (art. 28) and asks for a separate consent (art. 29).
const std::vector<Purpose>& purposes() {
  static const std::vector<Purpose> table = {
      {"account", "contract", 1}, {"records", "duty", 1},  {"audit", "duty", 1},    {"sms", "consent", 1},
      {"location", "consent", 1}, {"photo", "consent", 1}, {"story", "consent", 1}, {"research", "consent", 1},
  };
  return table;
}

namespace {

const Purpose* find_purpose(std::string_view id) {
  for (const auto& purpose : purposes())
    if (purpose.id == id) return &purpose;
  return nullptr;
}

}  // namespace

bool consents(storage::Reader& reader, AccountId account, std::string_view purpose) {
  const auto* found = find_purpose(purpose);
  TX_ASSERT(found != nullptr);
  if (found->ground == "duty") return true;
  return storage::scalar<std::int64_t>(
             reader, "select id from consent where account = $1 and purpose = $2 and version = $3 and withdrawn = 0",
             account, purpose, found->version)
      .has_value();
}

void give_consent(storage::Tx& tx, AccountId account, std::string_view purpose) {
  if (consents(tx, account, purpose)) return;
  storage::execute(
      tx, "insert into consent (id, account, purpose, version, given, withdrawn) values ($1, $2, $3, $4, $5, 0)",
      tx.new_id(), account, purpose, find_purpose(purpose)->version, tx.now());
}

void withdraw_consent(storage::Tx& tx, AccountId account, std::string_view purpose) {
  storage::execute(tx, "update consent set withdrawn = $3 where account = $1 and purpose = $2 and withdrawn = 0",
                   account, purpose, tx.now());
}

}  // namespace tx::identity
