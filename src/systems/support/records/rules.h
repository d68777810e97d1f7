// The arithmetic of service records, pure: no clock, no SQL. Minutes are whole and never rounded up or down in silence
// (H1): a span counts the whole minutes in it. The decree fixes one deadline and no caps; every cap here is a setting of
// the operator (Policy) with the strict profile as default.
#pragma once
#include <span>
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

// Hours with two decimals, rounded half up, only for showing (H1).
std::string hours_text(std::int64_t minutes);

}  // namespace tx::support::rules
