// Attendance (签到/签退): presence is proven by a rotating code (10-second step), a station kiosk PIN or the leader's
// tick list; works offline on a phone and syncs later. Minutes are integers, never rounded (H1). The confirmed rows are
// what the record room will post to the ledger.
#pragma once
#include "systems/supply/needs/needs.h"

namespace tx::supply {

// How presence was shown; the evidence grade of the record follows from it.
enum class Proof { none, code, kiosk, leader, helper, forced };   // forced: never signed out, the leader told the time later
BOOST_DESCRIBE_ENUM(Proof, none, code, kiosk, leader, helper, forced)

struct Attendance {
  std::int64_t id = 0;
  std::string kind;               // "shift", "need", or one that another room added (supply.h)
  std::int64_t object = 0;        // shift or need id
  std::int64_t activity = 0;      // 0 for a need
  std::int64_t volunteer = 0;
  std::string region;
  Instant came, left_at;
  Proof came_by = Proof::none, left_by = Proof::none;
  bool late_sync = false;         // told by a phone that was offline
  Minutes minutes;
  std::string state;              // present, left, confirmed, disputed
  access::AccountId confirmed_by;
  Instant confirmed_at;
  std::string note;
  std::int64_t device = 0;        // keyed hash, another one each day; 0: not told, a kiosk, or a leader's list
  access::AccountId told_by;      // whose list it stands on, where neither end was shown; 0: shown, or told by the helper
};
BOOST_DESCRIBE_STRUCT(Attendance, (), (id, kind, object, activity, volunteer, region, came, left_at, came_by, left_by,
                                       late_sync, minutes, state, confirmed_by, confirmed_at, note, device, told_by))

// ---- the rotating code, pure
inline constexpr std::int64_t kCodeStep = 10 * kSecond;
std::string rotating_code(std::string_view key, std::int64_t step);                  // 6 digits, HMAC-SHA-256
std::int64_t code_step(Instant at);
// The step at which `code` was valid: the step of `at` or the one before (a person needs time to type). nullopt: wrong.
std::optional<std::int64_t> step_of_code(std::string_view key, std::string_view code, Instant at);

struct CheckInput {
  std::string object;             // shift or need id text
  std::string kind = "shift";
  std::string direction = "in";   // in, out
  std::string code;
  std::string scanned_at;         // ISO time of the phone; empty: now
  std::int64_t device = 0;        // filled by the server (with_device)
};
BOOST_DESCRIBE_STRUCT(CheckInput, (), (object, kind, direction, code, scanned_at, device))

// Rules: attendance.code_wrong, attendance.code_used, attendance.not_signed_up, attendance.too_early (30 min before),
// attendance.too_late, attendance.not_in, attendance.sync_late (24 h)
Result<Attendance> check(storage::Tx& tx, std::int64_t volunteer, const CheckInput& input);
Result<Attendance> record_presence(storage::Tx& tx, std::string_view kind, std::int64_t object, std::int64_t volunteer,
                                   bool coming, Proof proof, Instant at, bool late_sync, std::int64_t device = 0,
                                   access::AccountId teller = {});
void confirm_attendance(storage::Tx& tx, const Need& need, access::AccountId by);    // the resident says: done
// The leader says so; how many. The own presence is left for another leader: attendance.own_hours where nothing else waits.
Result<std::int64_t> confirm_shift(storage::Tx& tx, std::int64_t shift, access::AccountId by, const std::string& note);
Result<void> may_confirm(storage::Reader& reader, std::int64_t shift);   // attendance.organisation_suspended (O6)
const PresenceKind* find_presence_kind(std::string_view kind);                   // null: one of this room's own
Json code_view(std::string_view kind, std::int64_t object, std::string_view key, Instant now);
void tell_served(storage::Tx& tx, const Attendance& row, access::AccountId by);   // to the records room, in the same transaction
std::vector<Attendance> attendance_of(storage::Reader& reader, std::string_view kind, std::int64_t object);

void add_attendance_routes(http::Router& router, const Services& services);

}  // namespace tx::supply
