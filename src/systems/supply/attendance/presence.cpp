// Presence that waits for the leader: read for the review, confirmed one by one, and signed out where somebody forgot.
#include <algorithm>

#include "platform/storage/record_sql.h"
#include "systems/supply/attendance/attendance.h"
#include "systems/supply/offers/offers.h"
#include "systems/supply/quality.h"
#include "systems/supply/supply.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

constexpr char kPresence[] =
    "select a.id as attendance, a.object as shift, a.volunteer, c.organisation, c.title, s.role, a.region, a.state, s.starts as planned_from, "
    "s.ends as planned_to, a.came, a.left_at, a.came_by, a.left_by, a.late_sync, a.minutes from attendance a join shift s on s.id = a.object "
    "join activity c on c.id = s.activity where a.kind = 'shift' ";

std::optional<Attendance> waiting_row(storage::Reader& reader, std::int64_t id, const char* state) {
  return storage::find<Attendance>(reader, "select * from attendance where id = $1 and kind = 'shift' and state = $2", id, std::string(state));
}

}  // namespace

std::vector<Presence> unconfirmed_presence(storage::Reader& reader, const std::vector<std::int64_t>& organisations, Instant ended_before) {
  if (organisations.empty()) return {};
  std::string list;
  for (const auto id : organisations) list += (list.empty() ? "" : ",") + std::to_string(id);
  return storage::select<Presence>(reader, std::string(kPresence) + "and a.state in ('present','left') and s.ends < $1 and c.organisation in (" +
                                               list + ") order by s.starts, a.object, a.came limit 20000", ended_before);
}

std::optional<Presence> find_presence(storage::Reader& reader, std::int64_t attendance) {
  return storage::find<Presence>(reader, std::string(kPresence) + "and a.id = $1", attendance);
}

Result<void> confirm_presence(storage::Tx& tx, std::int64_t attendance, access::AccountId by, const std::string& note) {
  auto row = waiting_row(tx, attendance, "left");
  if (!row) return refuse(Kind::conflict, "attendance.not_waiting");
  row->state = "confirmed";
  row->confirmed_by = by;
  row->confirmed_at = tx.now();
  if (!note.empty()) row->note = note;
  storage::update(tx, "attendance", *row);
  tell_served(tx, *row, by);
  return {};
}

Result<void> rate_presence(storage::Tx& tx, std::int64_t attendance, access::AccountId by, int stars, const std::string& words) {
  if (stars < 0 || stars > 5) return refuse(Kind::invalid, "rating.stars", "stars");
  if (stars == 0) return {};
  const auto row = waiting_row(tx, attendance, "confirmed");
  if (!row) return refuse(Kind::conflict, "attendance.not_waiting");
  storage::execute(tx, "insert into rating (id, kind, object, by_account, side, about, stars, words, at) values ($1,$2,$3,$4,'organisation',$5,$6,$7,$8) "
                       "on conflict do nothing", tx.new_id(), row->kind, row->object, by, row->volunteer, stars, words, tx.now());
  return {};
}

Result<void> rate_shift(storage::Tx& tx, std::int64_t shift, access::AccountId by, int stars, const std::string& words) {
  for (const auto& row : storage::query(tx, "select id from attendance where kind = 'shift' and object = $1 and confirmed_by = $2 and confirmed_at = $3", shift, by, tx.now()).rows)
    TX_CHECK(rate_presence(tx, std::get<std::int64_t>(row[0]), by, stars, words));
  return {};
}

Result<void> sign_out_for(storage::Tx& tx, std::int64_t attendance, Instant at, access::AccountId, const std::string& note) {
  auto row = waiting_row(tx, attendance, "present");
  if (!row) return refuse(Kind::conflict, "attendance.not_in");
  const auto shift = find_shift(tx, {row->object});
  if (!shift) return refuse(Kind::not_found, "http.not_found");
  if (at < row->came) return refuse(Kind::invalid, "attendance.before_coming", "at");
  if (at > shift->ends || at > tx.now()) return refuse(Kind::invalid, "attendance.outside", "at");
  row->left_at = at;
  row->left_by = Proof::forced;
  const Instant from = std::max(row->came, shift->starts);
  row->minutes = {std::max<std::int64_t>(0, (at.us - from.us) / kMinute)};
  row->state = "left";
  row->note = note;
  storage::update(tx, "attendance", *row);
  return {};
}

Quality quality_of(storage::Reader& reader, std::int64_t attendance) {
  const auto rows = storage::query(reader, "select r.stars, r.at from rating r join attendance a on a.object = r.object and a.kind = r.kind "
                                           "where a.id = $1 and (r.side = 'recipient' or (r.side = 'organisation' and r.about = a.volunteer)) "
                                           "order by r.at desc limit 1", attendance);
  Quality quality;
  if (rows.empty()) return quality;
  storage::from_value(rows.rows[0][0], quality.stars);
  storage::from_value(rows.rows[0][1], quality.at);
  return quality;
}

MeanQuality mean_quality(storage::Reader& reader, std::int64_t volunteer) {
  const auto rows = storage::query(reader, "select count(*), coalesce(sum(r.stars), 0) from rating r join (select distinct kind, object, volunteer from attendance where "
                                           "volunteer = $1 and state = 'confirmed') a on a.object = r.object and a.kind = r.kind where r.side = 'recipient' or "
                                           "(r.side = 'organisation' and r.about = a.volunteer)", volunteer);
  std::int64_t count = 0, sum = 0;
  storage::from_value(rows.rows[0][0], count);
  storage::from_value(rows.rows[0][1], sum);
  return {count, count ? (sum * 200 / count + 1) / 2 : 0};
}

// Who organises records (Decree 67 art. 26): a suspended organisation records nothing (O6).
Result<void> may_confirm(storage::Reader& reader, std::int64_t shift) {
  const auto found = find_shift(reader, {shift});
  const auto activity = found ? find_activity(reader, found->activity) : std::nullopt;
  if (!activity) return refuse(Kind::not_found, "http.not_found");
  const auto organisation = teams::find_organisation(reader, activity->organisation);
  if (organisation && !teams::may_publish(*organisation))
    return refuse(Kind::forbidden, "attendance.organisation_suspended");
  return {};
}

}  // namespace tx::supply
