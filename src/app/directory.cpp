#include "app/directory.h"

#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"

namespace tx::app {
namespace {

// The phone number with which the account signs in; none when it signs in by a name.
notices::Contact contact_of(const identity::Vault& vault, storage::Reader& reader, access::AccountId account) {
  notices::Contact contact;
  const auto rows = storage::query(
      reader, "select login_sealed, language from account where id = $1 and state = 'open'", account);
  if (rows.empty()) return contact;
  std::string sealed, language;
  storage::from_value(rows.rows[0][0], sealed);
  storage::from_value(rows.rows[0][1], language);
  contact.phone = identity::canonical_phone(vault.unseal(sealed, "account.login").value_or("")).value_or("");
  if (language == "en") contact.language = language::Language::en;
  return contact;
}

}  // namespace

void wire_directory(const identity::Vault& vault) {
  notices::Directory known;
  known.contact = [&vault](storage::Reader& reader, access::AccountId account) {
    return contact_of(vault, reader, account);
  };
  known.unseal = [&vault](const std::string& sealed) -> std::optional<std::string> {
    for (const auto* place : {"need.phone", "volunteer.phone", "account.login", "stock.phone"})
      if (auto phone = vault.unseal(sealed, place)) return phone;
    return std::nullopt;
  };
  known.seal_email = [&vault](const std::string& plain) { return vault.seal(plain, "notice.email"); };
  known.unseal_email = [&vault](const std::string& sealed) { return vault.unseal(sealed, "notice.email"); };
  notices::set_directory(std::move(known));
}

}  // namespace tx::app
