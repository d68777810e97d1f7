// The door of the supply room (供给): residents' needs find helpers (点单 ask, 派单 dispatch, 接单 accept, 评单 rate),
// organisations offer activities and a service menu, people attend, and both sides say how it was. The only header
// of this room that other rooms may include.
#pragma once
#include <functional>
#include <vector>

#include "platform/access/access.h"
#include "platform/http/http.h"
#include "platform/identity/identity.h"
#include "platform/jobs/jobs.h"
#include "platform/storage/storage.h"
#include "platform/workflow/workflow.h"

namespace tx::supply {

struct Services {
  storage::Store& store;
  const identity::Vault& vault;
  const Clock& clock;
  jobs::Jobs& jobs;
};

namespace permission {
inline constexpr access::Permission take_in{"need.take_in"};        // station desk and hotline write needs down
inline constexpr access::Permission read{"need.read"};              // see needs of a region
inline constexpr access::Permission verify{"need.verify"};          // accept or refuse a need
inline constexpr access::Permission dispatch{"need.dispatch"};      // ask volunteers, batch proposals
inline constexpr access::Permission reveal{"need.reveal"};          // full name, phone, door, with a reason
inline constexpr access::Permission publish{"activity.publish"};    // write and send in activities, menu items
inline constexpr access::Permission review{"activity.review"};      // second pair of eyes before publication
inline constexpr access::Permission lead{"attendance.lead"};        // tick list, rotating code of an activity
inline constexpr access::Permission kiosk{"attendance.kiosk"};      // station kiosk
inline constexpr access::Permission handle{"complaint.handle"};
inline constexpr access::Permission overview{"region.overview"};
}  // namespace permission

// Presence that somebody has confirmed, told in the same transaction: the records room makes a service record of it.
struct Served {
  std::int64_t attendance = 0, volunteer = 0, organisation = 0;   // organisation 0: a resident's need
  std::string kind, region, title, place, in_charge;              // kind: shift, need
  Instant starts, ends;                                           // counted time: inside the activity's window
  Minutes minutes;
  bool came_shown = false, left_shown = false;                    // by rotating code or kiosk
  bool by_recipient = false;                                      // confirmed by whoever was served
  access::AccountId confirmed_by;
};
void on_served(std::function<void(storage::Tx&, const Served&)> listener);   // one; before the server starts
// Tells everything confirmed so far again (a demonstration's history, a room that joins later); the listener knows repeats.
int tell_all_served(storage::Tx& tx);

std::vector<storage::Migration> migrations();  // block 200-249
std::vector<const workflow::Flow*> flows();    // life cycles, for the page of clocks
void register_routes(http::Router& router, const Services& services);
// Panels and calendar feeds that this room shows in others; before the server starts. `words` must outlive them.
void add_links(const language::Catalogue& words);
// What this room keeps about a person, for that person; and what it lets go when the account closes.
Json data_of(storage::Reader& reader, const identity::Vault& vault, access::AccountId account);
void close_person(storage::Tx& tx, access::AccountId account);
void add_timed_work(jobs::Jobs& jobs, const Clock& clock);  // answer deadlines, waves, escalation
// Needs, activities and history for the demonstration region; deterministic. Needs the demonstration people.
Result<void> load_demonstration(storage::Store& store, const identity::Vault& vault, const std::string& data,
                                const language::Catalogue& words);

}  // namespace tx::supply
