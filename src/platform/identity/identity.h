// Accounts, passwords (Argon2id on a bounded queue), sessions, second factor (TOTP), roles granted over a scope,
// proxies with recorded consent, and the vault for personal data (AES-256-GCM at rest, blind index for look-up).
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/record.h"
#include "platform/access/access.h"
#include "platform/http/http.h"
#include "platform/storage/storage.h"

namespace tx::identity {

using access::AccountId;

// Three administrators who cannot do one another's work hold the first four (roles: src/app/roles.cpp).
namespace permission {
inline constexpr access::Permission system_settings{"system.settings"};  // disable and reopen accounts
inline constexpr access::Permission account_read{"account.read"};        // find an account, see its roles
inline constexpr access::Permission grant_roles{"identity.grant"};
inline constexpr access::Permission audit_read{"audit.read"};
}  // namespace permission

// The text of a file that only its owner may read (mode 0400 or 0600), made with fresh() when there is none. Rules
// identity.vault_unwritable, identity.vault_unreadable, identity.vault_exposed.
Result<std::string> secret_file(const std::string& path, const std::function<std::string()>& fresh);

// Personal data at rest. Ciphertext is versioned and bound to its place ("volunteer.phone"), so a value moved to
// another column fails to open. The blind index finds equal values without storing them: HMAC-SHA-256 with its own key.
class Vault {
 public:
  static Result<Vault> open(const std::string& key_file);  // made with mode 0400 when absent
  static Vault for_tests();
  std::string seal(std::string_view plain, std::string_view place) const;  // base64 text
  std::optional<std::string> unseal(std::string_view sealed, std::string_view place) const;
  std::string blind_index(std::string_view canonical, std::string_view place) const;  // hex

 private:
  std::string seal_key_, index_key_;
};
// Canonical forms; nullopt: not a valid mainland mobile number / 18-digit ID number (GB 11643 check digit).
std::optional<std::string> canonical_phone(std::string_view text);
std::optional<std::string> canonical_id_number(std::string_view text);
std::optional<Date> birth_date_of(std::string_view id_number);

struct NewAccount {
  std::string login;  // phone number or chosen name
  std::string display_name;
  std::string password_hash;
  std::string region;
  std::string language = "zh-CN";
};
// Used by other rooms (walk-in registration, demonstration loader). Rule ids: identity.login_taken, …
Result<AccountId> create_account(storage::Tx& tx, const Vault& vault, const NewAccount& account);
void grant(storage::Tx& tx, AccountId account, const access::Grant& grant, AccountId by);
// Accounts that hold the role over this region now: whom to tell of something late.
std::vector<AccountId> holders_over(storage::Reader& reader, std::string_view role, const std::string& region);
AccountId find_account(storage::Reader& reader, const Vault& vault, std::string_view login);  // 0: none
std::string random_password();                               // to be told once
std::string hash_password(std::string_view password);        // Argon2id, slow by design: never on the sequencer
Result<void> check_new_password(std::string_view password);  // length 8-64, not in the list of common ones

struct Proxy {  // a helper acting for an elder, with recorded consent
  std::int64_t id = 0;
  AccountId helper;                                      // who acts
  AccountId principal;                                   // for whom; may be 0 when the principal has no account
  std::string principal_name, consent_kind, consent_by;  // consent_kind: spoken, written, guardian
  Instant since, until;
};
BOOST_DESCRIBE_STRUCT(Proxy, (), (id, helper, principal, principal_name, consent_kind, consent_by, since, until))
// Those in force at `now`: not ended and not run out. `principal` is set only after that person has said yes.
std::vector<Proxy> proxies_of(storage::Reader& reader, AccountId helper, Instant now);
Result<std::int64_t> record_proxy(storage::Tx& tx, const Vault& vault, Proxy proxy,
                                  std::string_view principal_login = {});

// A purpose for which personal data are used, with its ground in law. Only a purpose on the ground of consent can be
// refused or withdrawn; raise the version when its text changes, then the consent is asked again.
struct Purpose {
  std::string_view id;      // texts: identity.purpose.<id>, identity.purpose.<id>.text
  std::string_view ground;  // contract, duty, consent: texts identity.ground.<ground>
  int version;
};
const std::vector<Purpose>& purposes();
bool consents(storage::Reader& reader, AccountId account, std::string_view purpose);
void give_consent(storage::Tx& tx, AccountId account, std::string_view purpose);
void withdraw_consent(storage::Tx& tx, AccountId account, std::string_view purpose);

// Reads a sealed value for a person with a stated reason and leaves an audit entry (sensitive read). Runs as a write.
Result<std::string> reveal(storage::Store& store, const Vault& vault, const access::Actor& actor,
                           std::string_view sealed, std::string_view place, const std::string& object,
                           const std::string& region, const std::string& reason);

class Sessions {  // token -> actor, cached; revocation is effective on the next request
 public:
  Sessions(storage::Store& store, const Clock& clock);
  ~Sessions();
  std::shared_ptr<const access::Actor> find(const std::string& token);
  void forget(AccountId account);  // after a change of grants, password or a log-out
  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

// What other rooms add to identity's pages. All optional.
struct Extras {
  // "Jinfeng District", name of the team or station: shown instead of the bare code.
  std::function<std::string(storage::Reader&, const access::Grant&, language::Language)> scope_name = nullptr;
  // Where a role can be given to a person of this region: ("region", "640104", "Xingqing District"), in reading order.
  // Empty: the code is typed.
  struct Scope {
    std::string kind, scope, name;
  };
  std::function<std::vector<Scope>(storage::Reader&, const std::string& region, language::Language)> scopes = nullptr;
  // Regions that a person may choose at registration: code -> name; empty: no question is asked.
  std::function<std::vector<std::pair<std::string, std::string>>(storage::Reader&, language::Language)> regions =
      nullptr;
  // Parts of "my data as a file" (PIPL art. 45): name -> what this room keeps about the account.
  std::vector<std::pair<std::string, std::function<Json(storage::Reader&, AccountId)>>> data_parts = {};
  // Runs in the transaction that closes an account, so that rooms drop what they need not keep.
  std::vector<std::function<void(storage::Tx&, AccountId)>> on_close = {};
};
struct Services {
  storage::Store& store;
  const Vault& vault;
  Sessions& sessions;
  const Clock& clock;
  Extras extras = {};
};
std::vector<storage::Migration> migrations();              // block 50-69
void add_routes(http::Router& router, Services services);  // /login, /register, /me/account, /me/second-factor,
                                                           // /officers (roles), /audit, /me/data, proxies

}  // namespace tx::identity
