#include "base/text.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/filings/filings.h"
#include "systems/supply/offers/offers.h"

namespace tx::supply {
namespace {

constexpr int kMostPeople = 100'000, kBatch = 200;
constexpr std::size_t kFewestLetters = 5, kMostLetters = 2000;

Result<void> move(storage::Tx& tx, Filing& filing, std::string_view action, access::AccountId by, const std::string& reason = {}) {
  const auto taken = TX_TRY(workflow::take(tx, kFilingFlow, filing.id, filing.state, action, by, reason, filing.region));
  filing.state = taken.state;
  if (taken.due.us) filing.due = taken.due;   // the day of the report is kept when the clock has stopped
  return {};
}

void tell_leader(storage::Tx& tx, const Filing& filing, const char* key) {
  const auto activity = find_activity(tx, {filing.id});
  if (!activity || !filing.filed_by) return;
  notices::send(tx, {filing.filed_by, key, {{"title", activity->title}, {"due", filing.due.us ? local_text(filing.due) : ""}},
                     "/activities/" + id_text(filing.id) + "/filing"});
}

}  // namespace

FilingPolicy filing_policy(storage::Reader& reader, std::string_view region) {
  FilingPolicy policy;
  policy.people = workflow::setting_amount(reader, "filing.people", region, policy.people);
  policy.before_days = workflow::setting_amount(reader, "filing.before_days", region, policy.before_days);
  policy.report_days = workflow::setting_amount(reader, "filing.report_days", region, policy.report_days);
  return policy;
}

Date file_by(const FilingPolicy& policy, Instant starts) { return {local_date(starts).days - policy.before_days}; }

std::optional<Filing> find_filing(storage::Reader& reader, ActivityId id) {
  return storage::find<Filing>(reader, "select * from activity_filing where id = $1", id);
}

Result<void> file_activity(storage::Tx& tx, const Activity& activity, int planned, const std::string& late_reason) {
  const auto policy = filing_policy(tx, activity.region);
  if (!policy.asks(planned)) return {};
  Filing filing;
  filing.id = activity.id.value;
  filing.organisation = activity.organisation;
  filing.region = activity.region;
  filing.planned = planned;
  filing.starts = activity.starts;
  filing.ends = activity.ends;
  filing.filed = tx.now();
  filing.filed_by = activity.created_by;
  const Date by = file_by(policy, activity.starts);
  filing.late = local_date(tx.now()) > by;
  if (filing.late) {
    filing.late_reason = normal_text(late_reason);
    if (filing.late_reason.empty())
      return refuse(Kind::invalid, "filing.late", "late_reason",
                    {{"people", std::to_string(policy.people)}, {"days", std::to_string(policy.before_days)}, {"by", by.text()}});
  }
  TX_CHECK(move(tx, filing, "file", activity.created_by));
  storage::insert(tx, "activity_filing", filing);
  return {};
}

Result<Filing> report_activity(storage::Tx& tx, ActivityId id, const ReportInput& input, access::AccountId by) {
  auto filing = find_filing(tx, id);
  if (!filing) return refuse(Kind::not_found, "http.not_found");
  if (tx.now() < filing->ends) return refuse(Kind::conflict, "filing.not_over");
  if (input.came < 0 || input.came > kMostPeople) return refuse(Kind::invalid, "filing.came", "came");
  if (input.served < 0 || input.served > kMostPeople) return refuse(Kind::invalid, "filing.served", "served");
  const std::string words = normal_text(input.words);
  if (letter_count(words) < kFewestLetters || letter_count(words) > kMostLetters) return refuse(Kind::invalid, "filing.words", "words");
  if (filing->state == "filed") TX_CHECK(move(tx, *filing, "end", {}));   // quicker than the timed work
  const Instant due = filing->due;
  TX_CHECK(move(tx, *filing, "report", by));
  filing->came = input.came;
  filing->served = input.served;
  filing->words = words;
  filing->reported = tx.now();
  filing->reported_by = by;
  filing->report_late = due.us && tx.now() > due;
  filing->recorded = static_cast<int>(storage::scalar<std::int64_t>(
      tx, "select count(distinct volunteer) from attendance where kind = 'shift' and activity = $1", id).value_or(0));
  storage::update(tx, "activity_filing", *filing);
  return *filing;
}

void drop_filing(storage::Tx& tx, ActivityId id, access::AccountId by, const std::string& reason) {
  auto filing = find_filing(tx, id);
  if (filing && filing->state == "filed" && move(tx, *filing, "drop", by, reason)) storage::update(tx, "activity_filing", *filing);
}

int call_for_reports(storage::Tx& tx) {
  int called = 0;
  for (auto& filing : storage::select<Filing>(tx, "select * from activity_filing where state = 'filed' and ends < $1 order by ends limit $2", tx.now(), kBatch)) {
    const auto activity = find_activity(tx, {filing.id});
    const bool held = activity && (activity->state == "published" || activity->state == "finished");
    if (!move(tx, filing, held ? "end" : "drop", {})) continue;
    storage::update(tx, "activity_filing", filing);
    if (held) tell_leader(tx, filing, "notice.filing_awaited"), ++called;
  }
  for (auto& filing : storage::select<Filing>(tx, "select * from activity_filing where state = 'awaited' and reminded = 0 and due > 0 and due < $1 order by due limit $2",
                                              tx.now().plus(kDay), kBatch)) {
    filing.reminded = true;
    storage::update(tx, "activity_filing", filing);
    if (filing.due > tx.now()) tell_leader(tx, filing, "notice.filing_last_day"), ++called;
  }
  return called;
}

FilingSums filing_sums(storage::Reader& reader, const std::string& where, Instant from, Instant until, Instant now) {
  return storage::find<FilingSums>(
             reader,
             "select count(*) as filed, coalesce(sum(late), 0) as late, coalesce(sum(case when state = 'reported' then 1 else 0 end), 0) as reported, "
             "coalesce(sum(case when state = 'reported' then report_late else 0 end), 0) as reported_late, "
             "coalesce(sum(case when state = 'awaited' and due > 0 and due < $3 then 1 else 0 end), 0) as missing, "
             "cast(coalesce(sum(came), 0) as bigint) as came, cast(coalesce(sum(served), 0) as bigint) as served "
             "from activity_filing where state <> 'dropped' and starts >= $1 and starts < $2 and " + where,
             from, until, now)
      .value_or(FilingSums{});
}

}  // namespace tx::supply
