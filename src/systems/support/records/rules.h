// The arithmetic of service records, pure: no clock, no SQL. Minutes are whole and never rounded up or down in silence
// (H1): a span counts the whole minutes in it. The decree fixes one deadline and no caps; every cap here is a setting of
// the operator (Policy) with the strict profile as default.
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "systems/support/records/model.h"

namespace tx::support::rules {

// Strict profile, after Guangdong's practice (more than 8 h a day is looked at, more than 12 h needs the authority;
// a university counts 8 h at most): rules.md §3.5, H3. Regional settings override each (workflow settings record.*).
struct Policy {
  int approve_minutes = 480;        // a day above this waits for a second person
  int block_minutes = 720;          // a day above this waits for the authority; by hand it is refused
  int backfill_days = 30;           // entering by hand ends this many days after the service
  int notice_days = 7;              // public notice of hours entered by hand (民发〔2015〕149号: at least 7 days)
  int least_age = 14;               // on the day of service
  int presence_percent = 50;        // of the planned time: shorter presence is looked at before it is confirmed; 0: not
  int checks_most = 3;              // check-ins a person, activity and day; more are looked at
  int most_people = 50;             // by hand at once
  int budget_minutes = 2400;        // by one person by hand in seven days
};

struct Span {
  Instant from, to;
  std::int64_t minutes() const { return to > from ? (to.us - from.us) / kMinute : 0; }
};
std::vector<Span> split_at_midnight(Span span);
bool overlap(Span a, Span b);

enum class Passage { straight, second, authority };
// A day that already holds `before` minutes gets `added` more.
Passage passage(std::int64_t before, std::int64_t added, const Policy& policy);

struct Evidence {
  bool came_shown = false, left_shown = false;   // by rotating code or kiosk
  bool by_recipient = false;                     // confirmed by whoever was served
};
Grade grade(const Evidence& evidence);

// May this be entered by hand at all? Rules: record.future, record.backwards, record.too_long, record.too_old,
// record.too_young, record.two_days
Result<void> may_enter(Span span, Date birth, Instant now, const Policy& policy);
// Below eighteen on the day of service a guardian's consent must be on file (rules §2.3; youth rule 2013: 14 to 18 with the
// legal representative's consent). Rule: record.guardian_missing
Result<void> guardian_agrees(Date birth, Date day, const std::string& consent);

// Why an entry needs a leader's eye; nothing: it may be confirmed with the clean rest.
struct Seen {
  Span planned, counted;
  bool signed_out = true;
  std::string came_by, left_by;
  bool late_sync = false;
  std::int64_t day_before = 0;      // minutes that the day holds already
  int checks = 1;                   // check-ins of this person at this activity on this day
};
enum class Exception { no_sign_out, forced, by_list, late_sync, short_presence, long_day, many_checks, nothing };
std::vector<Exception> exceptions_of(const Seen& seen, const Policy& policy);
std::string_view name_of(Exception exception);

// A profile of the file <data>/records/policies.csv: settings with their amount and the key of their source.
struct Number {
  std::string profile, setting, source;
  std::int64_t amount = 0;
};
// Rules: policy.unreadable (field: line), policy.unknown_setting, policy.twice, policy.empty
Result<std::vector<Number>> read_policies(std::string_view csv);
// The number of a policy by the name of its setting; nullptr: there is none.
int* number_of(Policy& policy, std::string_view setting);
std::span<const std::string_view> settings();

// The deadline of Decree 67 art. 11 counted in working days: how far an activity's clock has run.
inline constexpr int kRecordDays = 10, kFirstWarning = 5, kSecondWarning = 8;

// Hours with two decimals, rounded half up, only for showing (H1).
std::string hours_text(std::int64_t minutes);

}  // namespace tx::support::rules
