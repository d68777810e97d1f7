// What becomes of certificates when hours they were made from turn out untrue (H8): a valid paper whose days hold such a record
// is revoked, and its owner is told and may make a new one at once. Frozen hours revoke nothing: the verify page shows what
// counts today.
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/support/certificates/certificates.h"
#include "systems/teams/teams.h"

namespace tx::support {

void certificates_after(storage::Tx& tx, const Book& book, const HoursChanged& change) {
  if (change.what != "voided") return;
  for (auto paper : certificates_of(tx, change.volunteer)) {
    if (paper.state != "valid" || change.to < paper.from_day || paper.to_day < change.from) continue;
    paper.state = "revoked";
    paper.reason = "risk " + id_text(change.cause);
    paper.changed = tx.now();
    storage::update(tx, "certificate", paper);
    book.log(tx, "revoked", paper.id, logged(paper));
    if (const auto account = teams::account_of_volunteer(tx, change.volunteer))
      notices::send(tx, {account, "notice.certificate_revoked", {{"number", paper.number}}, "/me/certificates"});
  }
}

}  // namespace tx::support
