// The door of the support room (支持保障): service records that nobody can forge, the book they are posted in, stars and
// certificates made from them. Presence becomes a record by the chain published activity -> sign-up -> check-in ->
// check-out -> confirmation; what is entered by hand takes two people from different sides, evidence and a public notice,
// and stays marked for ever. The only header of this room that other rooms may include.
#pragma once
#include <functional>
#include <vector>

#include "platform/access/access.h"
#include "platform/http/http.h"
#include "platform/identity/identity.h"
#include "platform/jobs/jobs.h"
#include "platform/storage/storage.h"
#include "platform/workflow/workflow.h"
#include "systems/support/book/book.h"

namespace tx::support {

struct Services {
  storage::Store& store;
  const identity::Vault& vault;
  const Clock& clock;
  jobs::Jobs& jobs;
  std::string public_address;       // "https://zhiyuan.example.cn": what a certificate's QR code opens
};

namespace permission {
inline constexpr access::Permission enter{"record.enter"};          // write hours down by hand, for the own organisation
inline constexpr access::Permission check{"record.check"};          // first look at a correction or an objection
inline constexpr access::Permission approve{"record.approve"};      // the second person, from another side
inline constexpr access::Permission supervise{"record.supervise"};  // risk list, freezing, sample checks, the policy in force
inline constexpr access::Permission judge{"record.judge"};          // the other person: void or clear, and appeals
inline constexpr access::Permission seal{"certificate.seal"};       // the recording unit's stamp on a certificate
inline constexpr access::Permission transfer{"record.transfer"};    // records from and to other platforms
inline constexpr access::Permission keep_log{"log.keep"};           // whole check, witnesses, erasing a person
}  // namespace permission

// Hours of a volunteer count otherwise than before (H8): frozen until a decision, released, voided, corrected. Told in the same
// transaction to whatever was made from them: certificates are replaced or revoked, honours reviewed, points recomputed.
struct HoursChanged {
  std::int64_t volunteer = 0;
  std::string what;                 // frozen, released, voided, corrected
  std::vector<std::int64_t> records;
  Date from, to;                    // days of the records
  access::AccountId by;
  std::int64_t cause = 0;           // the risk case or record case
};
using HoursListener = std::function<void(storage::Tx&, const HoursChanged&)>;
void on_hours_changed(HoursListener listener);   // any number; before the server starts
void forget_listeners();                         // the house closes: they hold its book

std::vector<storage::Migration> migrations();   // block 250-299
std::vector<const workflow::Flow*> flows();
// `book` holds the signing key and must outlive everything that it is handed to.
void register_routes(http::Router& router, const Services& services, const Book& book);
void add_listeners(const Book& book);            // confirmed presence becomes a record; before the server starts
void add_timed_work(jobs::Jobs& jobs, const Book& book);
Json data_of(storage::Reader& reader, access::AccountId account);
// The policy profiles in <data>/records; harmless when they are there already.
Result<void> load_policies(storage::Store& store, const std::string& data);
Result<void> load_demonstration(storage::Store& store);   // the history of the demonstration becomes records

}  // namespace tx::support
