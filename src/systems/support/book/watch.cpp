// Permissions and unmaskings in the log: whoever gives himself a role, or reads a sealed name, leaves a leaf that nobody can
// take away again, in the same transaction. The platform knows nothing of the log; it tells, and this file writes.
#include <array>

#include "platform/audit/listener.h"
#include "platform/identity/deeds.h"
#include "platform/storage/record_sql.h"
#include "systems/support/book/rows.h"

namespace tx::support {
namespace {

// Entries of the trail that tell of sealed data shown in full, or taken out of the house.
constexpr std::array<std::string_view, 5> kUnmaskings{"identity.reveal", "need.contact_read", "minor.read", "audit.export", "transfer.export"};

}  // namespace

Json logged(const identity::GrantDeed& deed) {
  return Json::of({{"grant", deed.grant}, {"account", deed.account.value}, {"by", deed.by.value}, {"role", deed.role}, {"kind", deed.kind},
                   {"scope", deed.scope}, {"reason", deed.reason}, {"at", deed.at.us}});
}
std::string_view leaf_type(const identity::GrantDeed& deed) { return deed.ended ? "grant_ended" : "grant"; }

void watch_people(const Book& book, bool on) {
  if (!on) {
    identity::on_grant({});
    audit::on_append({});
    return;
  }
  identity::on_grant([&book](storage::Tx& tx, const identity::GrantDeed& deed) { book.log(tx, leaf_type(deed), deed.grant, logged(deed)); });
  audit::on_append([&book](storage::Tx& tx, const audit::Entry& entry) {
    for (const auto action : kUnmaskings)
      if (entry.action == action)
        book.log(tx, "unmasking", entry.seq,
                 Json::of({{"seq", entry.seq}, {"account", entry.account}, {"action", entry.action}, {"object", entry.object},
                           {"region", entry.region}, {"reason", entry.reason}, {"at", entry.at.us}, {"trail", entry.hash}}));
  });
}

Result<void> log_first_grants(storage::Store& store, const Book& book) {
  if (leaf_seq(*store.read(), "grants_before", 1)) return {};
  const auto done = store.write([&](storage::Tx& tx) -> Result<Json> {
    std::int64_t count = 0;
    for (const auto& deed : identity::all_grants(tx)) {
      book.log(tx, leaf_type(deed), deed.grant, logged(deed));
      ++count;
    }
    book.log(tx, "grants_before", 1, Json::of({{"count", count}}));
    return Json();
  });
  if (!done) return tl::unexpected(done.error());
  return {};
}

}  // namespace tx::support
