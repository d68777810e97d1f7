#include <algorithm>

#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/attendance/attendance.h"
#include "systems/supply/dispatch/dispatch.h"
#include "systems/supply/offers/cover.h"
#include "systems/supply/supply.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

constexpr std::int64_t kEarly = 30 * kMinute;      // check-in opens
constexpr std::int64_t kLate = 2 * kHour;          // check-out closes after the end
constexpr std::int64_t kSyncWindow = 24 * kHour;   // an offline phone may tell this much later

struct Subject {  // what one is present at
  std::string key, region;
  Instant starts, ends;
  std::int64_t activity = 0;
};

Result<Subject> subject_of(storage::Reader& reader, std::string_view kind, std::int64_t object,
                           std::int64_t volunteer) {
  if (const auto* other = find_presence_kind(kind)) {
    const auto expected = other->expected(reader, object, volunteer);
    if (!expected) return refuse(Kind::forbidden, "attendance.not_signed_up");
    return Subject{expected->code_key, expected->region, expected->starts, expected->ends, 0};
  }
  if (kind == "need") {
    const auto need = find_need(reader, {object});
    if (!need || !is_helper(reader, need->id, volunteer))
      return refuse(Kind::forbidden, "attendance.not_signed_up");
    return Subject{need->code_hash, need->region, need->starts, need->ends, 0};
  }
  const auto shift = find_shift(reader, {object});
  const auto state = storage::scalar<std::string>(
      reader, "select state from signup where shift = $1 and volunteer = $2", object, volunteer);
  if (!shift || state.value_or("") != "granted") return refuse(Kind::forbidden, "attendance.not_signed_up");
  const auto activity = find_activity(reader, shift->activity);
  return Subject{shift->code_key, activity ? activity->region : "", shift->starts, shift->ends, shift->activity.value};
}

std::optional<Attendance> open_row(storage::Reader& reader, std::string_view kind, std::int64_t object,
                                   std::int64_t volunteer) {
  return storage::find<Attendance>(reader,
                                   "select * from attendance where kind = $1 and object = $2 and volunteer = $3 and "
                                   "state = 'present'",
                                   kind, object, volunteer);
}

// H3: no one is in two places at once, across all organisations.
Result<void> not_elsewhere(storage::Reader& reader, std::int64_t volunteer, Instant at) {
  const auto elsewhere = storage::scalar<std::int64_t>(
      reader,
      "select id from attendance where volunteer = $1 and (state = 'present' or (came <= $2 and left_at > $2))",
      volunteer, at);
  if (elsewhere) return refuse(Kind::conflict, "attendance.elsewhere");
  return {};
}

Result<Attendance> come(storage::Tx& tx, std::string_view kind, std::int64_t object, std::int64_t volunteer,
                        const Subject& subject, Proof proof, Instant at, bool late_sync, std::int64_t device, access::AccountId teller) {
  if (at < subject.starts.plus(-kEarly))
    return refuse(Kind::too_late, "attendance.too_early", "", {{"opens", local_text(subject.starts.plus(-kEarly))}});
  if (at > subject.ends) return refuse(Kind::too_late, "attendance.too_late");
  TX_CHECK(not_elsewhere(tx, volunteer, at));
  if (subject.activity) {
    const auto activity = find_activity(tx, {subject.activity});
    if (activity) TX_CHECK(covered(tx, *activity));
  }
  Attendance row;
  row.id = tx.new_id();
  row.kind = kind;
  row.object = object;
  row.activity = subject.activity;
  row.volunteer = volunteer;
  row.region = subject.region;
  row.came = at;
  row.came_by = proof;
  row.late_sync = late_sync;
  row.device = device;
  row.told_by = teller;
  row.state = "present";
  storage::insert(tx, "attendance", row);
  if (const auto* other = find_presence_kind(kind)) other->changed(tx, object, volunteer, true, at);
  if (kind == "need") {
    Need need = *find_need(tx, {object});
    if (need.state == "accepted") TX_CHECK(move_need(tx, need, "start", {}));
  }
  return row;
}

Result<Attendance> leave(storage::Tx& tx, std::string_view kind, std::int64_t object, std::int64_t volunteer,
                         const Subject& subject, Proof proof, Instant at, bool late_sync, access::AccountId teller = {}) {
  auto row = open_row(tx, kind, object, volunteer);
  if (!row) return refuse(Kind::conflict, "attendance.not_in");
  if (at > subject.ends.plus(kLate)) return refuse(Kind::too_late, "attendance.too_late");
  if (at < row->came) return refuse(Kind::invalid, "attendance.before_coming");
  row->left_at = at;
  row->left_by = proof;
  if (proof != Proof::leader) row->told_by = {};                       // the leaving was shown
  else if (row->came_by == Proof::leader && row->told_by != teller) row->told_by = {};   // two people saw them, one each
  row->late_sync = row->late_sync || late_sync;
  // Service time lies inside the activity's window and counts whole minutes actually given (Decree 67 art. 7; H1, H3).
  const Instant from = std::max(row->came, subject.starts), to = std::min(at, subject.ends);
  row->minutes = {std::max<std::int64_t>(0, (to.us - from.us) / kMinute)};
  row->state = "left";
  storage::update(tx, "attendance", *row);
  if (const auto* other = find_presence_kind(kind)) other->changed(tx, object, volunteer, false, at);
  if (kind == "need") {
    Need need = *find_need(tx, {object});
    const bool others = storage::scalar<std::int64_t>(tx, "select id from attendance where kind = 'need' and "
                                                          "object = $1 and state = 'present'", object).has_value();
    if (need.state == "serving" && !others) {
      TX_CHECK(move_need(tx, need, "finish", {}));
      if (need.account)
        notices::send(tx, {need.account, "notice.need_done", {{"number", need.number}}, "/follow/" + need.number});
    }
  }
  return *row;
}

// Whose word a visit rests on. Whoever was served confirms with an account of their own (or a neighbour with a recorded
// consent does); who has none confirms with number and code, which the officer who wrote the need down knows as well. So
// without an account the word counts as the recipient's only where two more people were in it: one who verified the need and
// another (or the search) who chose the volunteer. The issue of records: a purchase is impossible alone.
struct Hands {
  bool recipient = false;   // whoever was served says so
  bool screen = false;      // the code was on a screen that the helper did not hold
  access::AccountId one;    // the only officer in all of it; 0: there were two, or the recipient
};
Hands hands_of(storage::Reader& reader, const Need& need, std::int64_t volunteer, access::AccountId by) {
  const bool desk = need.channel == Channel::station || need.channel == Channel::hotline;
  const auto helper = teams::account_of_volunteer(reader, volunteer);
  const bool own = helper && (helper == need.account || helper == need.helper_account);   // asked for by whoever gains
  const access::AccountId verified{need.verified_by};
  if (!verified) return {true, true, {}};   // from before verification was kept
  if (own) return {false, false, verified};
  const auto ask = storage::scalar<std::int64_t>(reader, "select ask from need_helper where need = $1 and volunteer = $2", need.id, volunteer).value_or(0);
  const auto chose = storage::scalar<std::int64_t>(reader, "select asked_by from ask where id = $1", ask).value_or(0);
  if (by && by != verified && by.value != chose && (by == need.account || (by == need.helper_account && !desk))) return {true, true, {}};
  const bool searched = storage::scalar<std::int64_t>(reader, "select 1 from ask_facts where ask = $1", ask).has_value();
  const bool two = searched || (chose && chose != verified.value);
  if (by && by == need.helper_account) return {false, false, two ? access::AccountId{} : verified};   // an officer speaks for them
  return {two, two, two ? access::AccountId{} : verified};
}

std::function<void(storage::Tx&, const Served&)>& listener() {
  static std::function<void(storage::Tx&, const Served&)> one;
  return one;
}

}  // namespace

void tell_served(storage::Tx& tx, const Attendance& row, access::AccountId by) {
  if (!listener()) return;
  Served served;
  served.attendance = row.id;
  served.volunteer = row.volunteer;
  served.kind = row.kind;
  served.region = row.region;
  served.minutes = row.minutes;
  const auto shown = [](Proof proof) { return proof == Proof::code || proof == Proof::kiosk; };
  served.came_shown = shown(row.came_by);
  served.left_shown = shown(row.left_by);
  served.came_by = enum_name(row.came_by);
  served.left_by = enum_name(row.left_by);
  served.confirmed_by = by;
  Instant starts, ends;
  if (const auto* other = find_presence_kind(row.kind)) {
    const auto expected = other->expected(tx, row.object, row.volunteer);
    if (!expected) return;
    served.organisation = expected->organisation;
    served.title = expected->title;
    served.content = expected->content;
    served.category = expected->category;
    served.place = expected->place;
    served.in_charge = expected->in_charge;
    starts = expected->starts;
    ends = expected->ends;
  } else if (row.kind == "need") {
    const auto need = find_need(tx, {row.object});
    if (!need) return;
    const auto hands = hands_of(tx, *need, row.volunteer, by);
    served.by_recipient = hands.recipient;
    served.one_hand = hands.one;
    if (!hands.screen) served.came_shown = served.left_shown = false;
    served.title = "service." + need->service;          // a catalogue key: read in the reader's language
    served.place = need->region;
    starts = need->starts;
    ends = need->ends;
  } else {
    const auto shift = find_shift(tx, {row.object});
    const auto activity = shift ? find_activity(tx, shift->activity) : std::nullopt;
    if (!activity) return;
    served.organisation = activity->organisation;
    served.title = activity->title;
    served.content = activity->summary;
    served.category = activity->category;
    served.place = activity->place;
    served.in_charge = activity->person_in_charge;
    if (row.told_by == by) served.one_hand = row.told_by;
    starts = shift->starts;
    ends = shift->ends;
  }
  served.starts = std::max(row.came, starts);
  served.ends = std::min(row.left_at, ends);
  listener()(tx, served);
}

Result<Attendance> record_presence(storage::Tx& tx, std::string_view kind, std::int64_t object, std::int64_t volunteer,
                                   bool coming, Proof proof, Instant at, bool late_sync, std::int64_t device, access::AccountId teller) {
  const Subject subject = TX_TRY(subject_of(tx, kind, object, volunteer));
  return coming ? come(tx, kind, object, volunteer, subject, proof, at, late_sync, device, teller)
                : leave(tx, kind, object, volunteer, subject, proof, at, late_sync, teller);
}

Result<Attendance> check(storage::Tx& tx, std::int64_t volunteer, const CheckInput& input) {
  const auto object = id_value(input.object);
  if (!object || (input.kind != "shift" && input.kind != "need" && !find_presence_kind(input.kind))) return refuse(Kind::not_found, "http.not_found");
  const Subject subject = TX_TRY(subject_of(tx, input.kind, *object, volunteer));
  Instant at = tx.now();
  bool late = false;
  if (const auto scanned = parse_instant(input.scanned_at); scanned && *scanned < at.plus(-2 * kCodeStep)) {
    if (*scanned < at.plus(-kSyncWindow)) return refuse(Kind::too_late, "attendance.sync_late");
    at = *scanned;   // the code proves the moment: it was valid only then
    late = true;
  }
  const auto step = step_of_code(subject.key, input.code, at);
  if (!step) return refuse(Kind::invalid, "attendance.code_wrong", "code");
  const auto used = storage::execute(tx,
                                     "insert into code_use (shift, volunteer, step, direction, at) "
                                     "values ($1,$2,$3,$4,$5) on conflict do nothing",
                                     *object, volunteer, *step, input.direction, tx.now());
  if (used == 0) return refuse(Kind::conflict, "attendance.code_used", "code");
  return input.direction == "out" ? leave(tx, input.kind, *object, volunteer, subject, Proof::code, at, late)
                                  : come(tx, input.kind, *object, volunteer, subject, Proof::code, at, late, input.device, {});
}

void confirm_attendance(storage::Tx& tx, const Need& need, access::AccountId by) {
  const auto left = storage::select<Attendance>(
      tx, "select * from attendance where kind = 'need' and object = $1 and state = 'left' order by id", need.id);
  storage::execute(tx,
                   "update attendance set state = 'confirmed', confirmed_by = $1, confirmed_at = $2 "
                   "where kind = 'need' and object = $3 and state = 'left'",
                   by, tx.now(), need.id);
  for (const auto& row : left) tell_served(tx, row, by);
  storage::execute(tx, "update need_helper set state = 'served' where need = $1 and state = 'holding'", need.id);
}

Result<std::int64_t> confirm_shift(storage::Tx& tx, std::int64_t shift, access::AccountId by, const std::string& note) {
  auto left = storage::select<Attendance>(
      tx, "select * from attendance where kind = 'shift' and object = $1 and state = 'left' order by id", shift);
  const auto own = teams::find_volunteer_by_account(tx, by);
  if (own && std::erase_if(left, [&](const Attendance& row) { return row.volunteer == own->id.value; }) > 0 && left.empty())
    return refuse(Kind::forbidden, "attendance.own_hours");
  storage::execute(tx,
                   "update attendance set state = 'confirmed', confirmed_by = $1, confirmed_at = $2, note = $3 "
                   "where kind = 'shift' and object = $4 and state = 'left' and volunteer <> $5",
                   by, tx.now(), note, shift, own ? own->id.value : 0);
  for (const auto& row : left) tell_served(tx, row, by);
  return static_cast<std::int64_t>(left.size());
}

void on_served(std::function<void(storage::Tx&, const Served&)> listens) { listener() = std::move(listens); }

int tell_all_served(storage::Tx& tx) {
  const auto rows = storage::select<Attendance>(tx, "select * from attendance where state = 'confirmed' order by came, id");
  for (const auto& row : rows) tell_served(tx, row, row.confirmed_by);
  return static_cast<int>(rows.size());
}

std::vector<Attendance> attendance_of(storage::Reader& reader, std::string_view kind, std::int64_t object) {
  return storage::select<Attendance>(reader, "select * from attendance where kind = $1 and object = $2 order by came",
                                     kind, object);
}

}  // namespace tx::supply
