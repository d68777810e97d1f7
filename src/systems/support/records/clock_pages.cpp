// The one deadline of Decree 67 (art. 11): service is recorded within ten working days after the activity's end, counted by
// the official calendar with its make-up days. Share on time for each organisation, what still waits, and reminders before
// it is too late.
#include <map>

#include "platform/identity/identity.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/supply.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using access::Access;
using http::Context;
using http::Response;

constexpr std::int64_t kLookBack = 365 * kDay;
constexpr int kRowsMost = 200;

// Ends of the first, second and last day of the clock for a day on which activities end; every day is counted once.
class Clocks {
 public:
  explicit Clocks(storage::Reader& reader) : reader_(reader) {}
  Instant due(Instant ended, int days) {
    auto [at, fresh] = known_.try_emplace({local_date(ended).days, days}, Instant{});
    if (fresh) at->second = workflow::add_working_days(reader_, ended, days);
    return at->second;
  }

 private:
  storage::Reader& reader_;
  std::map<std::pair<std::int32_t, int>, Instant> known_;
};

struct Tally {
  std::int64_t on_time = 0, late = 0, waiting = 0, soon = 0, overdue = 0;
  std::int64_t percent() const { return on_time + late + overdue ? on_time * 100 / (on_time + late + overdue) : 100; }
};

struct Recorded {
  std::int64_t organisation = 0;
  Instant ended, at;
  std::int64_t records = 0;
};
BOOST_DESCRIBE_STRUCT(Recorded, (), (organisation, ended, at, records))

std::string list_of(const std::vector<std::int64_t>& ids) {
  std::string list;
  for (const auto id : ids) list += (list.empty() ? "" : ",") + std::to_string(id);
  return list.empty() ? "0" : list;
}

// Organisations that this person may look at: those led, and those of the regions.
std::vector<std::int64_t> organisations_seen(const Context& context) {
  std::vector<std::int64_t> ids;
  for (const auto& text : access::organisations_of(context.roles, context.actor, permission::check)) ids.push_back(id_value(text).value_or(0));
  const auto filter = access::region_filter("region", access::regions_of(context.roles, context.actor, permission::check));
  for (const auto& row : storage::query(context.reader, "select id from organisation where state in ('approved','suspended') and " + filter).rows)
    ids.push_back(std::get<std::int64_t>(row[0]));
  return ids;
}

Result<Response> page(Context& context) {
  const auto ids = organisations_seen(context);
  Clocks clocks(context.reader);
  std::map<std::int64_t, Tally> tallies;
  for (const auto& one : storage::select<Recorded>(
           context.reader, "select r.organisation, s.ends as ended, r.at, 1 as records from service_record r left join record_case m on r.kind in ('long_day',"
                           "'authority_day','one_hand') and m.id = r.source join attendance a on a.kind = 'shift' and a.id = case when r.kind = 'shift' then r.source else "
                           "m.source end join shift s on s.id = a.object where r.kind in ('shift','long_day','authority_day','one_hand') and r.reverses = 0 and r.starts > $1 "
                           "and r.organisation in (" + list_of(ids) + ")", context.now.plus(-kLookBack))) {
    auto& tally = tallies[one.organisation];
    (one.at <= clocks.due(one.ended, rules::kRecordDays) ? tally.on_time : tally.late) += 1;
  }
  for (const auto& one : supply::unconfirmed_presence(context.reader, ids, context.now)) {
    auto& tally = tallies[one.organisation];
    const bool gone = context.now > clocks.due(one.planned_to, rules::kRecordDays);
    (gone ? tally.overdue : tally.waiting) += 1;
    if (!gone && context.now > clocks.due(one.planned_to, rules::kFirstWarning)) tally.soon += 1;
  }
  // Confirmed, but a second person has not agreed yet: the decree's clock does not stop for that.
  for (const auto& of : storage::select<RecordCase>(context.reader, "select * from record_case where kind in ('long_day','authority_day','one_hand') and state = 'checked' and "
                                                                    "organisation in (" + list_of(ids) + ")")) {
    const bool gone = context.now > clocks.due(of.ends, rules::kRecordDays);
    auto& tally = tallies[of.organisation];
    (gone ? tally.overdue : tally.waiting) += 1;
    if (!gone && context.now > clocks.due(of.ends, rules::kFirstWarning)) tally.soon += 1;
  }
  std::vector<std::pair<std::int64_t, Tally>> order(tallies.begin(), tallies.end());
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return std::tuple(-a.second.overdue, a.second.percent()) < std::tuple(-b.second.overdue, b.second.percent());
  });
  Tally whole;
  Json rows = Json::array();
  for (const auto& [id, tally] : order) {
    whole.on_time += tally.on_time;
    whole.late += tally.late;
    whole.waiting += tally.waiting;
    whole.overdue += tally.overdue;
    if (static_cast<int>(rows.size()) >= kRowsMost) continue;
    const auto organisation = teams::find_organisation(context.reader, id);
    rows.push(Json::of({{"name", organisation ? organisation->name : ""}, {"href", "/organisations/" + id_text(id)}, {"percent", std::to_string(tally.percent())},
                        {"on_time", std::to_string(tally.on_time)}, {"late", std::to_string(tally.late)}, {"waiting", std::to_string(tally.waiting)},
                        {"soon", tally.soon ? context.text("clock.soon", {{"n", std::to_string(tally.soon)}}) : ""}, {"overdue", std::to_string(tally.overdue)},
                        {"bad", tally.overdue > 0}}));
  }
  const auto figure = [&](const char* key, std::string value, bool warn) {
    return Json::of({{"label", context.text(key)}, {"value", std::move(value)}, {"unit", ""}, {"href", ""}, {"tone", warn ? "warn" : ""}});
  };
  Json view = Json::of({{"title", context.text("clock.title")}, {"organisations", rows}, {"has_rows", rows.size() > 0},
                        {"stats", Json::Array{figure("clock.percent", std::to_string(whole.percent()) + " %", whole.percent() < 95), figure("clock.late", std::to_string(whole.late), whole.late > 0),
                                              figure("clock.waiting", std::to_string(whole.waiting), false), figure("clock.overdue", std::to_string(whole.overdue), whole.overdue > 0)}}});
  if (rows.size() == 0) view.set("empty", Json::of({{"icon", "clock"}, {"title", context.text("clock.none")}, {"text", ""}, {"href", ""}}));
  return context.page("support/clocks", view);
}

}  // namespace

int remind_of_clocks(storage::Tx& tx) {
  std::vector<std::int64_t> ids;
  for (const auto& row : storage::query(tx, "select distinct c.organisation from attendance a join activity c on c.id = a.activity where a.kind = 'shift' and a.state in "
                                            "('present','left')").rows)
    ids.push_back(std::get<std::int64_t>(row[0]));
  Clocks clocks(tx);
  std::map<std::int64_t, std::pair<supply::Presence, int>> shifts;   // one telling for a shift, not for a person
  for (const auto& one : supply::unconfirmed_presence(tx, ids, tx.now())) {
    const int stage = tx.now() > clocks.due(one.planned_to, rules::kRecordDays) ? 3
                      : tx.now() > clocks.due(one.planned_to, rules::kSecondWarning) ? 2
                      : tx.now() > clocks.due(one.planned_to, rules::kFirstWarning) ? 1 : 0;
    if (stage) shifts.emplace(one.shift, std::pair(one, stage));
  }
  int told = 0;
  for (const auto& [shift, what] : shifts) {
    const auto& [one, stage] = what;
    if (storage::execute(tx, "insert into clock_told (shift, stage, at) values ($1,$2,$3) on conflict do nothing", shift, stage, tx.now()) == 0) continue;
    ++told;
    const std::string key = stage == 3 ? "notice.record_overdue" : "notice.record_soon";
    const std::vector<std::pair<std::string, std::string>> args{{"title", one.title}, {"due", local_text(clocks.due(one.planned_to, rules::kRecordDays))}};
    for (const auto account : teams::leaders_of(tx, one.organisation)) notices::send(tx, {account, key, args, "/desk/records/review"});
    if (stage < 3) continue;
    for (const auto account : identity::holders_over(tx, "federation_officer", one.region)) notices::send(tx, {account, key, args, "/desk/records/clocks"});
  }
  return told;
}

void add_clock_routes(http::Router& router) {
  router.page("record.clocks", "/desk/records/clocks", Access::any(permission::check), page);
}

}  // namespace tx::support
