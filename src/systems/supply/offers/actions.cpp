#include <sodium.h>

#include "base/text.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/filings/filings.h"
#include "systems/supply/offers/cover.h"
#include "systems/supply/services.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

constexpr int kExclusions = 6;          // rules §4.6: six classes that are not volunteer service
constexpr int kSeriesMax = 26;
constexpr std::int64_t kLongest = 24 * kHour;

std::string random_key() {
  unsigned char bytes[16];
  randombytes_buf(bytes, sizeof bytes);
  char hex[sizeof bytes * 2 + 1];
  sodium_bin2hex(hex, sizeof hex, bytes, sizeof bytes);
  return hex;
}

Result<void> gate(const ActivityInput& input) {
  if (input.title.empty() || letter_count(input.title) > 50) return refuse(Kind::invalid, "activity.title", "title");
  if (input.summary.empty()) return refuse(Kind::invalid, "activity.summary", "summary");
  if (input.risks.empty()) return refuse(Kind::invalid, "activity.risks", "risks");                  // Regulation 12
  if (input.person_in_charge.empty()) return refuse(Kind::invalid, "activity.in_charge", "person_in_charge");
  if (input.danger && input.insurance.empty()) return refuse(Kind::invalid, "activity.insurance", "insurance");  // 17
  if (static_cast<int>(input.not_excluded.size()) < kExclusions)
    return refuse(Kind::invalid, "activity.exclusions", "not_excluded");
  if (input.places < 1 || input.places > 100'000) return refuse(Kind::invalid, "activity.places", "places");
  if (input.region.size() != 12) return refuse(Kind::invalid, "activity.region", "region");
  if (input.repeat_weeks < 0 || input.repeat_weeks > kSeriesMax)
    return refuse(Kind::invalid, "activity.series", "repeat_weeks");
  if (input.danger && input.least_age < 18) return refuse(Kind::invalid, "activity.minors_in_danger", "least_age");
  return {};
}

struct Span {
  Instant starts, ends;
};
Result<Span> span_of(const ActivityInput& input, Instant now) {
  const auto starts = parse_instant(input.day + "T" + input.from), ends = parse_instant(input.day + "T" + input.to);
  if (!starts || !ends) return refuse(Kind::invalid, "need.time_unreadable", "day");
  if (*starts <= now) return refuse(Kind::invalid, "activity.past", "day");
  if (*ends <= *starts || ends->us - starts->us > kLongest) return refuse(Kind::invalid, "activity.length", "to");
  return Span{*starts, *ends};
}

Activity drafted(storage::Tx& tx, const ActivityInput& input, std::int64_t organisation, const std::string& recorder,
                 const teams::Position& position, const Span& span, const access::Actor& by) {
  Activity activity;
  activity.id = {tx.new_id()};
  activity.organisation = organisation;
  activity.title = normal_text(input.title);
  activity.summary = input.summary;
  activity.category = input.category;
  activity.mode = enum_value<ServiceMode>(input.mode).value_or(ServiceMode::event);
  activity.region = input.region;
  activity.place = input.place;
  activity.x_m = position.x_m;
  activity.y_m = position.y_m;
  activity.starts = span.starts;
  activity.ends = span.ends;
  activity.risks = input.risks;
  activity.danger = input.danger;
  activity.insurance = input.insurance;
  activity.person_in_charge = input.person_in_charge;
  activity.recorder = activity.duty_holder = recorder;   // who organises records, who records certifies
  for (const auto& code : input.support) activity.support += (activity.support.empty() ? "" : ",") + code;
  activity.not_excluded_by = by.account;
  activity.search = search_tokens(input.title + " " + input.place + " " + recorder);
  activity.created_by = by.account;
  activity.created = tx.now();
  return activity;
}

void add_shift(storage::Tx& tx, const Activity& activity, const ActivityInput& input) {
  Shift shift;
  shift.id = {tx.new_id()};
  shift.activity = activity.id;
  shift.role = input.role;
  shift.starts = activity.starts;
  shift.ends = activity.ends;
  shift.places = input.places;
  shift.least_age = input.least_age;
  shift.checked = input.checked;
  shift.code_key = random_key();
  storage::insert(tx, "shift", shift);
}

Result<void> move(storage::Tx& tx, Activity& activity, std::string_view action, access::AccountId by,
                  const std::string& reason) {
  const auto taken = TX_TRY(workflow::take(tx, kActivityFlow, activity.id.value, activity.state, action, by, reason));
  activity.state = taken.state;
  activity.due = taken.due;
  storage::update(tx, "activity", activity);
  return {};
}

}  // namespace

namespace {
Insurance& registered() {
  static Insurance one;
  return one;
}
}  // namespace
void insure_with(Insurance insurance) { registered() = std::move(insurance); }
const Insurance& insurance() { return registered(); }

ToCover to_cover(const Activity& activity) { return {activity.id.value, activity.organisation, activity.region, activity.insurance, activity.starts}; }

// Danger without a policy does not start (Regulation art. 17): asked before publication and again at every check-in, since a
// policy may be ended in between.
Result<std::string> covered(storage::Reader& reader, const Activity& activity) {
  if (!activity.danger || !insurance().number) return activity.insurance;
  return insurance().number(reader, to_cover(activity));
}

std::optional<Activity> find_activity(storage::Reader& reader, ActivityId id) {
  return storage::find<Activity>(reader, "select * from activity where id = $1", id);
}
std::optional<Shift> find_shift(storage::Reader& reader, ShiftId id) {
  return storage::find<Shift>(reader, "select * from shift where id = $1", id);
}
std::vector<Shift> shifts_of(storage::Reader& reader, ActivityId id) {
  return storage::select<Shift>(reader, "select * from shift where activity = $1 order by starts, id", id);
}

Result<Json> send_in_activity(storage::Tx& tx, const ActivityInput& input, const access::Actor& by) {
  TX_CHECK(gate(input));
  Span span = TX_TRY(span_of(input, tx.now()));
  const auto organisation = teams::find_organisation(tx, id_value(input.organisation).value_or(0));
  if (!organisation) return refuse(Kind::invalid, "activity.organisation", "organisation");
  if (!teams::may_publish(*organisation)) return refuse(Kind::forbidden, "activity.organisation_suspended");  // O6
  const auto position = teams::region_position(tx, input.region);
  if (!position) return refuse(Kind::invalid, "activity.region", "region");
  ActivityId first;
  for (int week = 0; week <= input.repeat_weeks; ++week) {
    Activity activity = drafted(tx, input, organisation->id.value, organisation->name, *position, span, by);
    if (first) activity.series = first.value;
    else first = activity.id;
    const auto taken =
        TX_TRY(workflow::take(tx, kActivityFlow, activity.id.value, "", "send_in", by.account));
    activity.state = taken.state;
    activity.due = taken.due;
    storage::insert(tx, "activity", activity);
    add_shift(tx, activity, input);
    TX_CHECK(file_activity(tx, activity, input.places, input.late_reason));
    span = {span.starts.plus(7 * kDay), span.ends.plus(7 * kDay)};
  }
  return Json::of({{"activity", first.text()}, {"region", input.region}, {"count", input.repeat_weeks + 1}});
}

Result<Activity> review_activity(storage::Tx& tx, ActivityId id, bool publish, const std::string& reason,
                                 const access::Actor& by) {
  auto activity = find_activity(tx, id);
  if (!activity) return refuse(Kind::not_found, "http.not_found");
  if (activity->created_by == by.account) return refuse(Kind::forbidden, "activity.own_review");  // two pairs of eyes
  activity->reviewed_by = by.account;
  if (publish) activity->insurance = TX_TRY(covered(tx, *activity));
  TX_CHECK(move(tx, *activity, publish ? "publish" : "reject", by.account, reason));
  if (!publish) drop_filing(tx, id, by.account, reason);
  if (activity->created_by)
    notices::send(tx, {activity->created_by, publish ? "notice.activity_published" : "notice.activity_rejected",
                       {{"title", activity->title}, {"reason", reason}}, "/activities/" + id.text()});
  return *activity;
}

Result<void> cancel_activity(storage::Tx& tx, ActivityId id, const std::string& reason, const access::Actor& by) {
  auto activity = find_activity(tx, id);
  if (!activity) return refuse(Kind::not_found, "http.not_found");
  TX_CHECK(move(tx, *activity, "cancel", by.account, reason));
  drop_filing(tx, id, by.account, reason);
  for (const auto& signup : storage::select<Signup>(
           tx, "select g.* from signup g join shift s on s.id = g.shift where s.activity = $1 and g.state in "
               "('granted','waiting')", id)) {
    storage::execute(tx, "update signup set state = 'removed', reason = $1, changed = $2 where id = $3", reason,
                     tx.now(), signup.id);
    if (const auto account = teams::account_of_volunteer(tx, signup.volunteer))
      notices::send(tx, {account, "notice.activity_cancelled", {{"title", activity->title}, {"reason", reason}},
                         "/activities/" + id.text()});
  }
  storage::execute(tx, "update shift set taken = 0, waiting = 0 where activity = $1", id);
  return {};
}

int finish_ended_activities(storage::Tx& tx) {
  int finished = 0;
  for (auto& activity : storage::select<Activity>(
           tx, "select * from activity where state = 'published' and ends < $1 limit 200", tx.now().plus(-2 * kHour)))
    if (move(tx, activity, "finish", {}, {})) ++finished;
  return finished;
}

}  // namespace tx::supply
