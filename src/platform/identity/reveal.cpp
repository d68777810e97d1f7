#include "platform/audit/audit.h"
#include "platform/identity/accounts.h"
#include "platform/identity/canonical.h"

namespace tx::identity {

Result<std::string> reveal(storage::Store& store, const Vault& vault, const access::Actor& actor,
                           std::string_view sealed, std::string_view place, const std::string& object,
                           const std::string& region, const std::string& reason) {
  const std::string stated = folded(reason);
  if (stated.size() < 4) return refuse(Kind::invalid, "identity.reason_missing", "reason");
  const auto plain = vault.unseal(sealed, place);
  // The entry is durable before the value leaves this function: no reading without a trace.
  const auto written = store.write([&](storage::Tx& tx) -> Result<Json> {
    audit::Entry entry;
    entry.account = actor.account.value;
    entry.action = "identity.reveal";
    entry.object = object;
    entry.region = region;
    entry.rule = "identity.reveal " + std::string(place);
    entry.outcome = plain ? "done" : "identity.value_unreadable";
    entry.reason = stated.substr(0, 600);
    entry.details = Json::object();
    audit::append(tx, entry);
    return Json();
  });
  if (!written) return tl::unexpected(written.error());
  if (!plain) return refuse(Kind::conflict, "identity.value_unreadable");
  return *plain;
}

}  // namespace tx::identity
