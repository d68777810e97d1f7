// The door of the supply room (供给): residents' needs find helpers (点单 ask, 派单 dispatch, 接单 accept, 评单 rate),
// organisations offer activities and a service menu, people attend, and both sides say how it was. The only header
// of this room that other rooms may include.
#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "base/record.h"
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
inline constexpr access::Permission filings{"activity.filings"};    // see what was filed, and whose report is missing
inline constexpr access::Permission lead{"attendance.lead"};        // tick list, rotating code of an activity
inline constexpr access::Permission kiosk{"attendance.kiosk"};      // station kiosk
inline constexpr access::Permission handle{"complaint.handle"};
inline constexpr access::Permission overview{"region.overview"};
}  // namespace permission

// Presence that somebody has confirmed, told in the same transaction: the records room makes a service record of it.
struct Served {
  std::int64_t attendance = 0, volunteer = 0, organisation = 0;   // organisation 0: a resident's need
  std::string kind, region, title, place, in_charge;              // kind: shift, need, or one that another room added
  std::string content, category;                                  // what was done in the activity's words; code (rules §4.3)
  Instant starts, ends;                                           // counted time: inside the activity's window
  Minutes minutes;
  bool came_shown = false, left_shown = false;                    // by rotating code or kiosk
  std::string came_by, left_by;                                   // code, kiosk, leader, helper, forced
  bool by_recipient = false;                                      // confirmed by whoever was served
  access::AccountId confirmed_by;
  // All that is known of it comes from this one person: a leader's own list that the same leader confirmed; a visit that one
  // officer verified, gave to a volunteer of their choice, and nobody with an account confirmed. A second person is needed.
  access::AccountId one_hand;
};
void on_served(std::function<void(storage::Tx&, const Served&)> listener);   // one; before the server starts
// Tells everything confirmed so far again (a demonstration's history, a room that joins later); the listener knows repeats.
int tell_all_served(storage::Tx& tx);

// Presence that another room calls for (the muster of a call-out): who is expected there and what the record will say. The
// same code, the same rule of one place at a time and the same way into the records. Registered before the server starts.
struct Expected {
  std::string code_key, region, title, content, category, place, in_charge;
  std::int64_t organisation = 0;    // who organises records
  Instant starts, ends;             // counted time lies between them
};
struct PresenceKind {
  std::function<std::optional<Expected>(storage::Reader&, std::int64_t object, std::int64_t volunteer)> expected;   // nullopt: not called
  std::function<void(storage::Tx&, std::int64_t object, std::int64_t volunteer, bool coming, Instant at)> changed;  // after it was noted
};
void add_presence_kind(std::string kind, PresenceKind presence);
void forget_presence_kinds();
// Shown by the rotating code on the muster desk's screen, or noted by whoever leads there. Rules: attendance.*
Result<std::int64_t> show_presence(storage::Tx& tx, std::string_view kind, std::int64_t object, std::int64_t volunteer, bool coming, const std::string& code);
Result<std::int64_t> note_presence(storage::Tx& tx, std::string_view kind, std::int64_t object, std::int64_t volunteer, bool coming, Instant at);
Json presence_code(std::string_view kind, std::int64_t object, const std::string& key, Instant now);   // for layout/rotor
// Confirms at most `most` presences that ended, each becoming a record; how many.
int confirm_presences(storage::Tx& tx, std::string_view kind, std::int64_t object, access::AccountId by, const std::string& note, int most);

// Presence at activities that ended and that nobody has confirmed: what a leader's review goes through.
struct Presence {
  std::int64_t attendance = 0, shift = 0, volunteer = 0, organisation = 0;
  std::string title, role, region, state;                         // state: present (never signed out), left
  Instant planned_from, planned_to, came, left_at;
  std::string came_by, left_by;
  bool late_sync = false;
  Minutes minutes;
};
BOOST_DESCRIBE_STRUCT(Presence, (), (attendance, shift, volunteer, organisation, title, role, region, state, planned_from, planned_to,
                                     came, left_at, came_by, left_by, late_sync, minutes))
std::vector<Presence> unconfirmed_presence(storage::Reader& reader, const std::vector<std::int64_t>& organisations, Instant ended_before);
std::optional<Presence> find_presence(storage::Reader& reader, std::int64_t attendance);
// Whether the organisation may record at all is asked by the records room (O6). Rule: attendance.not_waiting
Result<void> confirm_presence(storage::Tx& tx, std::int64_t attendance, access::AccountId by, const std::string& note);
// Somebody forgot to sign out: the leader says when they left, and the entry says so for ever (forced sign-out, H4).
// Rules: attendance.not_in, attendance.before_coming, attendance.outside
Result<void> sign_out_for(storage::Tx& tx, std::int64_t attendance, Instant at, access::AccountId by, const std::string& note);
// The stars a resident gave for the service behind a need's attendance, and when (Decree 67 art. 10); 0: none.
struct Quality {
  int stars = 0;
  Instant at;
};
Quality quality_of(storage::Reader& reader, std::int64_t attendance);

// Things of other rooms that somebody may complain about (F5), named "record:<id>": where they lie, and the way to them. The
// room hears of each complaint in the same transaction. Registered before the server starts.
struct ComplaintObjects {
  std::function<std::optional<std::string>(storage::Reader&, std::int64_t id)> region;   // nullopt: no such thing
  std::function<Json(const http::Context&, std::int64_t id)> link;                        // {href, label} for the handling desk
};
void add_complaint_objects(std::string prefix, ComplaintObjects objects);
void forget_complaint_objects();

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
