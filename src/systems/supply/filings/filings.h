// Filing (备案) of activities, a policy that a region may choose: activities of so many people and more are filed so many days
// before they begin, and reported back within so many days after they end (Wuhan; rules §6.2, requirement P4). Sending an
// activity in is its filing: nobody fills a second form. A late filing is possible with a reason, and stays marked; a report
// that is missing stays on the list until it comes. Not here: the review before publication (offers/).
#pragma once
#include <optional>

#include "platform/workflow/workflow.h"
#include "systems/supply/offers/model.h"
#include "systems/supply/supply.h"

namespace tx::supply {

inline constexpr workflow::State kFilingStates[] = {
    {"filed", "active", {}},
    {"awaited", "waiting", {workflow::Deadline::Unit::days, 3, "filing.report_days", "Wuhan; operator"}},
    {"reported", "good", {}, true},
    {"dropped", "neutral", {}, true},
};
inline constexpr workflow::Step kFilingSteps[] = {
    {"", "file", "filed", permission::publish},
    {"filed", "end", "awaited"},
    {"awaited", "report", "reported", permission::publish},
    {"filed", "drop", "dropped"},   // the activity was cancelled or never published
};
inline constexpr workflow::Flow kFilingFlow{"filing", kFilingStates, kFilingSteps};

// The policy, as operator settings. people 0: nothing is filed.
struct FilingPolicy {
  int people = 0, before_days = 3, report_days = 3;
  bool asks(int planned) const { return people > 0 && planned >= people; }
};
FilingPolicy filing_policy(storage::Reader& reader, std::string_view region);
// The last day on which a filing is in time. The day of filing does not count (Civil Code art. 201): filed on Monday, three days
// before, for Thursday.
Date file_by(const FilingPolicy& policy, Instant starts);

struct Filing {
  std::int64_t id = 0;               // the activity's
  std::int64_t organisation = 0;
  std::string region, state;
  int planned = 0;                   // people, as sent in
  Instant starts, ends, filed, due;  // due: the report
  access::AccountId filed_by;
  bool late = false;
  std::string late_reason;
  int came = 0, served = 0;          // as reported: volunteers who came, people who were served
  int recorded = 0;                  // volunteers with a check-in when the report came
  std::string words;                 // what happened
  Instant reported;
  access::AccountId reported_by;
  bool report_late = false, reminded = false;
};
BOOST_DESCRIBE_STRUCT(Filing, (), (id, organisation, region, state, planned, starts, ends, filed, due, filed_by, late, late_reason,
                                   came, served, recorded, words, reported, reported_by, report_late, reminded))

struct ReportInput {
  int came = -1, served = -1;        // -1: not filled in
  std::string words;
};
BOOST_DESCRIBE_STRUCT(ReportInput, (), (came, served, words))

std::optional<Filing> find_filing(storage::Reader& reader, ActivityId id);
// Files an activity that the policy asks for; nothing where it does not. Rule: filing.late (field late_reason; args people, days,
// by) when it comes later than the policy allows and no reason is given.
Result<void> file_activity(storage::Tx& tx, const Activity& activity, int planned, const std::string& late_reason);
// Rules: filing.not_over, filing.came, filing.served, filing.words
Result<Filing> report_activity(storage::Tx& tx, ActivityId id, const ReportInput& input, access::AccountId by);
void drop_filing(storage::Tx& tx, ActivityId id, access::AccountId by, const std::string& reason);
// Timed: activities that have ended wait for their report, and whoever sent them in is told; again on the last day.
int call_for_reports(storage::Tx& tx);

// What a region's filings come to between two instants, by the day on which the activity began.
struct FilingSums {
  std::int64_t filed = 0, late = 0, reported = 0, reported_late = 0, missing = 0, came = 0, served = 0;
};
BOOST_DESCRIBE_STRUCT(FilingSums, (), (filed, late, reported, reported_late, missing, came, served))
FilingSums filing_sums(storage::Reader& reader, const std::string& where, Instant from, Instant until, Instant now);

Json filing_pill(const http::Context& context, const Filing& filing);
void add_filing_routes(http::Router& router);
void add_filing_links();   // the keeper's board and the station's month

}  // namespace tx::supply
