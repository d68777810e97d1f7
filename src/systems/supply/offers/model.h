// What organisations offer: projects, activities with shifts (place x time x role x head count), and a service menu
// that residents order from. Sign-ups hold a place or wait for one.
#pragma once
#include <string>
#include <vector>

#include "base/record.h"
#include "platform/access/access.h"

namespace tx::supply {

struct Activity;
struct Shift;
struct Signup;
struct MenuItem;
struct Project;
using ActivityId = Id<Activity>;
using ShiftId = Id<Shift>;

enum class ServiceMode { event, daily, paired, menu };  // 集中、日常、结对、菜单式 (意见 §3.2; N3)
BOOST_DESCRIBE_ENUM(ServiceMode, event, daily, paired, menu)

struct Project {
  Id<Project> id;
  std::int64_t organisation = 0;
  std::string name, summary, category;
  ServiceMode mode = ServiceMode::daily;
  std::string region, state;
  std::string evaluation;          // compulsory before closing (N3)
  Instant created;
};
BOOST_DESCRIBE_STRUCT(Project, (), (id, organisation, name, summary, category, mode, region, state, evaluation, created))

struct Activity {
  ActivityId id;
  std::int64_t organisation = 0, project = 0;
  std::int64_t series = 0;         // first activity of a recurring series
  std::string title, summary, category;
  ServiceMode mode = ServiceMode::event;
  std::string region, place;
  std::int64_t x_m = 0, y_m = 0;
  Instant starts, ends;
  std::string risks;               // Regulation art. 12
  bool danger = false;             // possible bodily danger: insurance first (art. 17)
  std::string insurance;           // policy number
  std::string person_in_charge, recorder, duty_holder;  // Decree 67 art. 4, 26; 谁使用谁招募谁保障
  std::string support;             // support codes, comma-separated (rules §4.3)
  access::AccountId not_excluded_by;  // who signed the six-exclusion checklist (§4.6)
  access::AccountId reviewed_by;
  std::string search, state;
  Instant due;
  access::AccountId created_by;
  Instant created;
};
BOOST_DESCRIBE_STRUCT(Activity, (), (id, organisation, project, series, title, summary, category, mode, region, place,
                                     x_m, y_m, starts, ends, risks, danger, insurance, person_in_charge, recorder,
                                     duty_holder, support, not_excluded_by, reviewed_by, search, state, due, created_by,
                                     created))

struct Shift {
  ShiftId id;
  ActivityId activity;
  std::string role;
  Instant starts, ends;
  int places = 0, taken = 0, waiting = 0;
  int least_age = 14;
  std::int64_t skills = 0;
  bool checked = false;
  std::string code_key;            // of the rotating attendance code
};
BOOST_DESCRIBE_STRUCT(Shift, (), (id, activity, role, starts, ends, places, taken, waiting, least_age, skills, checked,
                                  code_key))

struct Signup {
  Id<Signup> id;
  ShiftId shift;
  std::int64_t volunteer = 0;
  std::string state;               // granted, waiting, withdrawn, removed
  Instant starts, ends;            // of the shift, for the overlap check
  Instant at, changed;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Signup, (), (id, shift, volunteer, state, starts, ends, at, changed, reason))

struct MenuItem {
  Id<MenuItem> id;
  std::int64_t organisation = 0;
  std::string service, title, summary, region, state;
  Instant created;
};
BOOST_DESCRIBE_STRUCT(MenuItem, (), (id, organisation, service, title, summary, region, state, created))

struct ActivityInput {
  std::string title, summary, category, region, place, day, from, to, role;
  std::string mode = "event";
  int places = 10, least_age = 14;
  bool checked = false;
  std::string risks, insurance, person_in_charge;
  bool danger = false;
  std::vector<std::string> support, not_excluded;   // all six boxes must be ticked (§4.6)
  int repeat_weeks = 0;            // recurring series: this many more, weekly
  std::string organisation;
  std::string late_reason;         // why it is filed later than the policy of filings/ allows
};
BOOST_DESCRIBE_STRUCT(ActivityInput, (), (title, summary, category, region, place, day, from, to, role, mode, places,
                                          least_age, checked, risks, insurance, person_in_charge, danger, support,
                                          not_excluded, repeat_weeks, organisation, late_reason))

}  // namespace tx::supply
