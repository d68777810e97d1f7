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

}  // namespace

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
  storage::execute(tx, "update duty_log set left_at = $1, left_by = $2 where station = $3 and left_at = 0", left, how, station.id);
  return {};
}

int end_forgotten_duty(storage::Tx& tx) {
  int ended = 0;
  for (auto& station : storage::select<Station>(tx, "select * from station where on_duty_since > 0 and on_duty_since < $1 limit 500",
                                                tx.now().plus(-kForgotten)))
    if (closing_time(station, station.on_duty_since).plus(kForgotten) < tx.now() && go_off_duty(tx, station, "auto")) ++ended;
  return ended;
}

}  // namespace tx::stations
