#include "base/text.h"
#include "platform/identity/accounts.h"
#include "platform/identity/canonical.h"
#include "platform/storage/record_sql.h"

namespace tx::identity {

std::vector<Proxy> proxies_of(storage::Reader& reader, AccountId helper, Instant now) {
  return storage::select<Proxy>(reader,
                                "select id, helper, principal, principal_name, consent_kind, consent_by, since, until "
                                "from proxy where helper = $1 and ended = 0 and (until = 0 or until > $2) order by id",
                                helper, now);
}

Result<std::int64_t> record_proxy(storage::Tx& tx, const Vault& vault, Proxy proxy, std::string_view principal_login) {
  proxy.principal_name = folded(proxy.principal_name);
  if (proxy.principal_name.empty()) return refuse(Kind::invalid, "identity.proxy_name_missing", "principal_name");
  if (letter_count(proxy.principal_name) > 40) return refuse(Kind::invalid, "identity.name_long", "principal_name");
  if (proxy.consent_kind != "spoken" && proxy.consent_kind != "written" && proxy.consent_kind != "guardian")
    return refuse(Kind::invalid, "identity.proxy_consent_missing", "consent_kind");
  proxy.consent_by = folded(proxy.consent_by);
  if (proxy.consent_by.empty()) return refuse(Kind::invalid, "identity.proxy_by_missing", "consent_by");
  if (proxy.until.us && proxy.until.us <= tx.now().us) return refuse(Kind::invalid, "identity.proxy_over", "until");
  std::string asked;
  if (!principal_login.empty()) {
    const std::string login = canonical_login(principal_login);
    if (login.empty()) return refuse(Kind::invalid, "identity.login_unreadable", "principal_login");
    // Whether an account stands behind the number is not told: whoever owns it is asked when they next look.
    asked = login_index(vault, login);
    const auto own = account_by_id(tx, proxy.helper);
    if (own && own->login_index == asked) return refuse(Kind::invalid, "identity.proxy_self", "principal_login");
  }
  const std::int64_t id = tx.new_id();
  storage::execute(
      tx,
      "insert into proxy (id, helper, principal, asked_index, principal_name, consent_kind, consent_by, since, "
      "until, ended, ended_by, recorded) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10)",
      id, proxy.helper, proxy.principal, asked, proxy.principal_name, proxy.consent_kind, proxy.consent_by,
      proxy.since.us ? proxy.since : tx.now(), proxy.until, tx.now());
  return id;
}

}  // namespace tx::identity
