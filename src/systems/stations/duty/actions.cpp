#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/duty/duty.h"
#include "systems/stations/rooms.h"
#include "systems/stations/stations/rules.h"

namespace tx::stations {
namespace {

constexpr std::int64_t kForgotten = 2 * kHour;

Instant closing_time(const Station& station, Instant came) {
  const auto hours = rules::read_hours(station.hours);
  const Date day = local_date(came);
  const Instant closing = start_of(day).plus((hours ? hours->until : 24 * 60) * kMinute);
  return closing > came ? closing : came;
}

constexpr int kPlanDays = 90;

Result<void> no_overlap(storage::Reader& reader, const DutyShift& shift) {
  const auto clash = storage::scalar<std::int64_t>(reader,
                                                   "select count(*) from duty_shift where volunteer = $1 and day = $2 "
                                                   "and from_minute < $3 and until_minute > $4 and id <> $5 "
                                                   "and (volunteer <> 0 or station = $6)",
                                                   shift.volunteer, shift.day, shift.until_minute, shift.from_minute,
                                                   shift.id, shift.station);
  if (clash.value_or(0)) return refuse(Kind::conflict, "duty.overlap", "day");
  return {};
}

Result<void> give_to(storage::Tx& tx, DutyShift& shift, const teams::Volunteer& volunteer) {
  shift.volunteer = volunteer.id.value;
  shift.account = volunteer.account;
  shift.who = teams::volunteer_card(tx, volunteer.id.value).name;
  return no_overlap(tx, shift);
}

void tell(storage::Tx& tx, access::AccountId account, const std::string& key, const DutyShift& shift) {
  const auto station = find_station(tx, shift.station);
  if (account)
    notices::send(tx, {account,
                       key,
                       {{"name", station ? station->name : ""},
                        {"day", shift.day.text()},
                        {"time", minute_text(shift.from_minute) + "-" + minute_text(shift.until_minute)}},
                       "/me/duty"});
}

}  // namespace

std::vector<DutyShift> shifts_of(storage::Reader& reader, const Station& station, Date from, Date until) {
  return storage::select<DutyShift>(
      reader, "select * from duty_shift where station = $1 and day between $2 and $3 order by day, from_minute, id",
      station.id, from, until);
}
std::vector<DutyLog> logs_of(storage::Reader& reader, const Station& station, Instant from, Instant until) {
  return storage::select<DutyLog>(
      reader, "select * from duty_log where station = $1 and came < $3 and (left_at = 0 or left_at > $2) order by came",
      station.id, from, until);
}

Result<DutyShift> plan_duty(storage::Tx& tx, const Station& station, const PlanInput& input) {
  DutyShift shift;
  shift.id = tx.new_id();
  shift.station = station.id.value;
  shift.created = tx.now();
  const auto day = Date::parse(input.day);
  const Date today = local_date(tx.now());
  if (!day || *day < today || day->days > today.days + kPlanDays)
    return refuse(Kind::invalid, "duty.day", "day", {{"n", std::to_string(kPlanDays)}});
  const auto hours = rules::read_hours(input.from + "-" + input.until);
  if (!hours) return refuse(Kind::invalid, "duty.hours", "from");
  shift.day = *day;
  shift.from_minute = hours->from;
  shift.until_minute = hours->until;
  if (!input.volunteer_no.empty()) {
    const auto volunteer = teams::find_volunteer_by_number(tx, input.volunteer_no);
    if (!volunteer || volunteer->state != "active")
      return refuse(Kind::invalid, "duty.volunteer_unknown", "volunteer_no");
    TX_CHECK(give_to(tx, shift, *volunteer));
    tell(tx, shift.account, "notice.duty.planned", shift);
  } else {
    TX_CHECK(no_overlap(tx, shift));
  }
  storage::insert(tx, "duty_shift", shift);
  return shift;
}

Result<void> drop_duty(storage::Tx& tx, const Station& station, std::int64_t id) {
  const auto shift =
      storage::find<DutyShift>(tx, "select * from duty_shift where id = $1 and station = $2", id, station.id);
  if (!shift) return refuse(Kind::not_found, "http.not_found");
  if (shift->day < local_date(tx.now())) return refuse(Kind::conflict, "duty.past");
  storage::execute(tx, "delete from duty_swap where shift = $1", id);
  storage::execute(tx, "delete from duty_shift where id = $1", id);
  tell(tx, shift->account, "notice.duty.dropped", *shift);
  return {};
}

int copy_week(storage::Tx& tx, const Station& station, Date monday) {
  int copied = 0;
  for (auto shift : shifts_of(tx, station, Date{monday.days - 7}, Date{monday.days - 1})) {
    shift.id = tx.new_id();
    shift.day.days += 7;
    shift.created = tx.now();
    if (shift.day < local_date(tx.now()) || !no_overlap(tx, shift)) continue;
    storage::insert(tx, "duty_shift", shift);
    tell(tx, shift.account, "notice.duty.planned", shift);
    ++copied;
  }
  return copied;
}

Result<void> offer_duty(storage::Tx& tx, std::int64_t id, access::AccountId from, const std::string& volunteer_no) {
  const auto shift = storage::find<DutyShift>(tx, "select * from duty_shift where id = $1", id);
  if (!shift || !from || shift->account != from) return refuse(Kind::not_found, "duty.not_yours");
  if (shift->day < local_date(tx.now())) return refuse(Kind::conflict, "duty.past");
  const auto other = teams::find_volunteer_by_number(tx, volunteer_no);
  if (!other || other->state != "active" || !other->account || other->id.value == shift->volunteer)
    return refuse(Kind::invalid, "duty.volunteer_unknown", "volunteer_no");
  DutyShift theirs = *shift;
  TX_CHECK(give_to(tx, theirs, *other));
  storage::execute(tx, "update duty_swap set state = 'replaced' where shift = $1 and state = 'offered'", id);
  storage::execute(tx,
                   "insert into duty_swap (id, shift, from_account, to_account, to_volunteer, state, at) values "
                   "($1,$2,$3,$4,$5,'offered',$6)",
                   tx.new_id(), id, from, other->account, other->id, tx.now());
  tell(tx, other->account, "notice.duty.offered", *shift);
  return {};
}

Result<void> answer_duty(storage::Tx& tx, std::int64_t swap, access::AccountId by, bool yes) {
  const auto rows = storage::query(
      tx,
      "select shift, from_account, to_volunteer from duty_swap where id = $1 and to_account = $2 and state = 'offered'",
      swap, by);
  if (rows.empty()) return refuse(Kind::not_found, "duty.swap_gone");
  std::int64_t shift_id = 0, from = 0, to = 0;
  storage::from_value(rows.rows[0][0], shift_id);
  storage::from_value(rows.rows[0][1], from);
  storage::from_value(rows.rows[0][2], to);
  storage::execute(tx, "update duty_swap set state = $1 where id = $2", yes ? "taken" : "declined", swap);
  auto shift = storage::find<DutyShift>(tx, "select * from duty_shift where id = $1", shift_id);
  if (!shift || shift->account.value != from || shift->day < local_date(tx.now()))
    return refuse(Kind::conflict, "duty.swap_gone");
  if (yes) {
    const auto volunteer = teams::find_volunteer(tx, to);
    if (!volunteer) return refuse(Kind::conflict, "duty.swap_gone");
    TX_CHECK(give_to(tx, *shift, *volunteer));
    storage::update(tx, "duty_shift", *shift);
  }
  tell(tx, {from}, yes ? "notice.duty.taken" : "notice.duty.declined", *shift);
  if (const auto station = find_station(tx, shift->station); station && yes)
    tell(tx, station->keeper, "notice.duty.taken", *shift);
  return {};
}

Result<void> come_on_duty(storage::Tx& tx, Station& station, access::AccountId by) {
  if (station.state != "open" && station.state != "upgrading") return refuse(Kind::conflict, "station.doors_closed");
  if (station.on_duty_since.us) return {};
  station.on_duty_since = tx.now();
  storage::execute(tx, "update station set on_duty_since = $1 where id = $2", station.on_duty_since, station.id);
  storage::insert(tx, "duty_log", DutyLog{tx.new_id(), station.id.value, by, 0, tx.now(), {}, ""});
  return {};
}

Result<void> go_off_duty(storage::Tx& tx, Station& station, const std::string& how) {
  const Instant left = how == "auto" ? closing_time(station, station.on_duty_since) : tx.now();
  station.on_duty_since = {};
  storage::execute(tx, "update station set on_duty_since = 0 where id = $1", station.id);
  storage::execute(tx, "update duty_log set left_at = $1, left_by = $2 where station = $3 and left_at = 0", left, how,
                   station.id);
  return {};
}

int end_forgotten_duty(storage::Tx& tx, int most) {
  int ended = 0;
  for (auto& station : storage::select<Station>(
           tx, "select id, hours, on_duty_since from station where on_duty_since > 0 and on_duty_since < $1",
           tx.now().plus(-kForgotten))) {
    if (ended >= most) break;
    if (closing_time(station, station.on_duty_since).plus(kForgotten) < tx.now() && go_off_duty(tx, station, "auto"))
      ++ended;
  }
  return ended;
}

}  // namespace tx::stations
