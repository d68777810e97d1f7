// Three ended activities of the leader's team for the demonstration: most people came and went by the code, one forgot to
// sign out, one stands on the list only, one left early. One activity is confirmed, one waits, one is past its ten days.
#include "platform/storage/record_sql.h"
#include "systems/supply/supply.h"
#include "systems/support/records/records.h"

namespace tx::support {
namespace {

constexpr int kPeople = 6;
struct Ended {
  int days_ago;
  bool confirmed;
};
constexpr Ended kEnded[] = {{3, true}, {1, false}, {18, false}};

void copy_activity(storage::Tx& tx, std::int64_t old, std::int64_t activity, std::int64_t shift, Instant from, Instant to) {
  storage::execute(tx, "insert into activity (id, organisation, project, series, title, summary, category, mode, region, place, x_m, y_m, starts, ends, risks, danger, insurance, "
                       "person_in_charge, recorder, duty_holder, support, not_excluded_by, reviewed_by, search, state, due, created_by, created) select $1, organisation, project, 0, "
                       "title, summary, category, mode, region, place, x_m, y_m, $2, $3, risks, danger, insurance, person_in_charge, recorder, duty_holder, support, not_excluded_by, "
                       "reviewed_by, search, 'finished', 0, created_by, $4 from activity where id = $5", activity, from, to, from.plus(-10 * kDay), old);
  storage::execute(tx, "insert into shift (id, activity, role, starts, ends, places, taken, waiting, least_age, skills, checked, code_key) select $1, $2, role, $3, $4, places, 0, 0, "
                       "least_age, skills, checked, $5 from shift where activity = $6 order by id limit 1", shift, activity, from, to, id_text(shift), old);
}

void came(storage::Tx& tx, const storage::Rows& people, std::int64_t activity, std::int64_t shift, const std::string& region, Instant from, Instant to, std::vector<std::int64_t>& clean) {
  for (std::size_t i = 0; i < people.size(); ++i) {
    const auto id = tx.new_id();
    const bool forgot = i == 0, listed = i == 1, early = i == 2;
    const Instant left = forgot ? Instant{} : early ? from.plus((to.us - from.us) / 4) : to;
    storage::execute(tx, "insert into attendance (id, kind, object, activity, volunteer, region, came, left_at, came_by, left_by, late_sync, minutes, state, confirmed_by, "
                         "confirmed_at, note) values ($1,'shift',$2,$3,$4,$5,$6,$7,$8,$9,0,$10,$11,0,0,'')",
                     id, shift, activity, people.rows[i][0], region, from, left, listed ? "leader" : "code", forgot ? "none" : listed ? "leader" : "code",
                     forgot ? 0 : (left.us - from.us) / kMinute, forgot ? "present" : "left");
    if (!forgot && !listed && !early) clean.push_back(id);
  }
}

}  // namespace

Result<void> demonstrate_review(storage::Tx& tx) {
  const auto found = storage::query(tx, "select a.id, a.organisation, a.region from activity a join organisation o on o.id = a.organisation join shift s on s.activity = a.id where "
                                        "a.state = 'published' and o.id = (select min(id) from organisation) order by a.starts limit 1");
  if (found.empty()) return {};
  const auto old = std::get<std::int64_t>(found.rows[0][0]);
  const auto people = storage::query(tx, "select v.id from member m join volunteer v on v.id = m.volunteer where m.organisation = $1 and m.state = 'member' and v.state = 'active' and "
                                         "v.account = 0 order by v.id desc limit $2", found.rows[0][1], kPeople);
  for (const auto& ended : kEnded) {
    const Instant from = instant_of({local_date(tx.now()).days - ended.days_ago}, 9, 0), to = from.plus(2 * kHour);
    const auto activity = tx.new_id(), shift = tx.new_id();
    std::vector<std::int64_t> clean;
    copy_activity(tx, old, activity, shift, from, to);
    came(tx, people, activity, shift, std::get<std::string>(found.rows[0][2]), from, to, clean);
    if (ended.confirmed)
      for (const auto id : clean) TX_CHECK(supply::confirm_presence(tx, id, {}, ""));
  }
  return {};
}

}  // namespace tx::support
