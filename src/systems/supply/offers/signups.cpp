// Places, waiting list, overlap, swap. The sequencer decides sign-ups one after another, so "the last place" has exactly
// one taker; the CHECK (taken <= places) of the table is the second line of defence.
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/offers/offers.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

using storage::execute;
using storage::scalar;

std::optional<Signup> find_signup(storage::Reader& reader, ShiftId shift, std::int64_t volunteer) {
  return storage::find<Signup>(reader, "select * from signup where shift = $1 and volunteer = $2", shift, volunteer);
}

// What a sign-up asks of its shift and its volunteer, and no more: five thousand may come at once.
struct OpenShift {
  ShiftId id;
  Instant starts, ends;
  int places = 0, taken = 0, least_age = 0;
  bool checked = false;
  std::string state;          // of the activity
};
BOOST_DESCRIBE_STRUCT(OpenShift, (), (id, starts, ends, places, taken, least_age, checked, state))
struct Comer {
  std::int64_t id = 0;
  Date birth;
  Instant checked_until;
  std::string state;
};
BOOST_DESCRIBE_STRUCT(Comer, (), (id, birth, checked_until, state))

// N5: volunteer in good standing, age, background check. Licence and training gates come with the records room.
template <class Person, class AnyShift>
Result<void> gates(const Person& volunteer, const AnyShift& shift) {
  if (volunteer.state != "active") return refuse(Kind::forbidden, "signup.not_active");
  if (age_on(volunteer.birth, local_date(shift.starts)) < shift.least_age)
    return refuse(Kind::forbidden, "signup.too_young", "", {{"age", std::to_string(shift.least_age)}});
  if (shift.checked && volunteer.checked_until < shift.ends) return refuse(Kind::forbidden, "signup.not_checked");
  return {};
}

template <class AnyShift>
Result<void> no_overlap(storage::Reader& reader, std::int64_t volunteer, const AnyShift& shift) {
  const auto other = scalar<std::int64_t>(reader,
                                          "select shift from signup where volunteer = $1 and starts < $2 and ends > $3 "
                                          "and state = 'granted' and shift <> $4 limit 1",
                                          volunteer, shift.ends, shift.starts, shift.id);
  if (other) return refuse(Kind::conflict, "signup.overlap");
  return {};
}

bool take_place(storage::Tx& tx, ShiftId shift) {
  return execute(tx, "update shift set taken = taken + 1 where id = $1 and taken < places", shift) == 1;
}

void tell(storage::Tx& tx, std::int64_t volunteer, std::string key, const Shift& shift) {
  const auto account = teams::account_of_volunteer(tx, volunteer);
  if (!account) return;
  const auto title = scalar<std::string>(tx, "select title from activity where id = $1", shift.activity);
  notices::send(tx, {account, std::move(key), {{"title", title.value_or("")}, {"when", local_text(shift.starts)}},
                     "/activities/" + shift.activity.text()});
}

// The longest waiting whom nothing bars moves up; those barred by an overlap stay where they are.
void promote(storage::Tx& tx, const Shift& shift) {
  for (const auto& waiting : storage::select<Signup>(
           tx, "select * from signup where shift = $1 and state = 'waiting' order by id limit 50", shift.id)) {
    if (!no_overlap(tx, waiting.volunteer, shift)) continue;
    if (!take_place(tx, shift.id)) return;
    execute(tx, "update signup set state = 'granted', changed = $1 where id = $2", tx.now(), waiting.id);
    execute(tx, "update shift set waiting = waiting - 1 where id = $1", shift.id);
    tell(tx, waiting.volunteer, "notice.promoted", shift);
    return;
  }
}

}  // namespace

Result<Signup> sign_up(storage::Tx& tx, ShiftId id, access::AccountId account) {
  const auto shift = storage::find<OpenShift>(
      tx, "select s.id, s.starts, s.ends, s.places, s.taken, s.least_age, s.checked, a.state from shift s join activity a on "
          "a.id = s.activity where s.id = $1", id);
  if (!shift) return refuse(Kind::not_found, "http.not_found");
  if (shift->starts <= tx.now()) return refuse(Kind::too_late, "signup.closed");
  if (shift->state != "published") return refuse(Kind::conflict, "signup.closed");
  const auto volunteer = storage::find<Comer>(
      tx, "select id, birth, checked_until, state from volunteer where account = $1 and account <> 0", account);
  if (!volunteer) return refuse(Kind::forbidden, "signup.not_volunteer");
  TX_CHECK(gates(*volunteer, *shift));
  const std::int64_t person = volunteer->id;
  auto existing = find_signup(tx, id, person);
  if (existing && (existing->state == "granted" || existing->state == "waiting"))
    return refuse(Kind::conflict, "signup.twice");
  TX_CHECK(no_overlap(tx, person, *shift));

  Signup signup = existing.value_or(Signup{});
  signup.shift = id;
  signup.volunteer = person;
  signup.starts = shift->starts;
  signup.ends = shift->ends;
  signup.at = signup.changed = tx.now();
  const bool granted = shift->taken < shift->places;   // commands are decided one after another: nobody comes between
  signup.state = granted ? "granted" : "waiting";
  execute(tx, granted ? "update shift set taken = taken + 1 where id = $1" : "update shift set waiting = waiting + 1 where id = $1", id);
  if (existing) execute(tx, "delete from signup where id = $1", existing->id);
  signup.id = {tx.new_id()};   // a new place in the line
  storage::insert(tx, "signup", signup);
  return signup;
}

Result<Signup> withdraw_signup(storage::Tx& tx, ShiftId id, std::int64_t volunteer, const std::string& reason) {
  const auto shift = find_shift(tx, id);
  auto signup = find_signup(tx, id, volunteer);
  if (!shift || !signup || (signup->state != "granted" && signup->state != "waiting"))
    return refuse(Kind::not_found, "signup.none");
  if (shift->starts <= tx.now()) return refuse(Kind::too_late, "signup.started");
  const bool held = signup->state == "granted";
  signup->state = "withdrawn";
  signup->reason = reason;
  signup->changed = tx.now();
  storage::update(tx, "signup", *signup);
  if (held) {
    execute(tx, "update shift set taken = taken - 1 where id = $1", id);
    promote(tx, *shift);
  } else {
    execute(tx, "update shift set waiting = waiting - 1 where id = $1", id);
  }
  return *signup;
}

Result<void> offer_swap(storage::Tx& tx, ShiftId id, std::int64_t from, const std::string& volunteer_no) {
  const auto shift = find_shift(tx, id);
  const auto signup = find_signup(tx, id, from);
  if (!shift || !signup || signup->state != "granted") return refuse(Kind::not_found, "signup.none");
  if (shift->starts <= tx.now()) return refuse(Kind::too_late, "signup.started");
  const auto other = teams::find_volunteer_by_number(tx, volunteer_no);
  if (!other || other->id.value == from) return refuse(Kind::not_found, "swap.unknown", "volunteer_no");
  TX_CHECK(gates(*other, *shift));
  TX_CHECK(no_overlap(tx, other->id.value, *shift));
  const std::int64_t swap = tx.new_id();
  execute(tx, "insert into swap (id, signup, to_volunteer, state, at) values ($1,$2,$3,'offered',$4)", swap, signup->id,
          other->id.value, tx.now());
  tell(tx, other->id.value, "notice.swap_offered", *shift);
  return {};
}

Result<void> answer_swap(storage::Tx& tx, std::int64_t swap, std::int64_t volunteer, bool yes) {
  const auto signup_id = scalar<std::int64_t>(
      tx, "select signup from swap where id = $1 and to_volunteer = $2 and state = 'offered'", swap, volunteer);
  if (!signup_id) return refuse(Kind::not_found, "swap.gone");
  execute(tx, "update swap set state = $1 where id = $2", yes ? "taken" : "declined", swap);
  if (!yes) return {};
  auto signup = storage::find<Signup>(tx, "select * from signup where id = $1", *signup_id);
  const auto shift = signup ? find_shift(tx, signup->shift) : std::nullopt;
  if (!shift || signup->state != "granted") return refuse(Kind::conflict, "swap.gone");
  TX_CHECK(no_overlap(tx, volunteer, *shift));
  if (auto own = find_signup(tx, shift->id, volunteer)) {
    if (own->state == "granted") return refuse(Kind::conflict, "signup.twice");
    if (own->state == "waiting") execute(tx, "update shift set waiting = waiting - 1 where id = $1", shift->id);
    execute(tx, "delete from signup where id = $1", own->id);
  }
  Signup taken = *signup;
  signup->state = "withdrawn";
  signup->changed = tx.now();
  storage::update(tx, "signup", *signup);
  taken.id = {tx.new_id()};
  taken.volunteer = volunteer;
  taken.at = taken.changed = tx.now();
  storage::insert(tx, "signup", taken);
  tell(tx, signup->volunteer, "notice.swap_taken", *shift);
  return {};
}

}  // namespace tx::supply
