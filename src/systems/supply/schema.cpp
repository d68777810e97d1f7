// All tables of the supply room, migration block 200-249. Personal data (names, phones, doors) is sealed by the vault;
// columns ending in _sealed hold ciphertext, _index a blind index.
#include "systems/supply/dispatch/dispatch.h"

namespace tx::supply {
namespace {

constexpr char kNeeds[] = R"sql(
create table need (
  id bigint primary key,
  number text not null unique,
  code_hash text not null,
  channel text not null,
  account bigint not null,
  helper_account bigint not null,
  consent text not null,
  name_sealed text not null,
  phone_sealed text not null,
  phone_index text not null,
  door_sealed text not null,
  service text not null,
  menu_item bigint not null,
  words text not null,
  risks text not null,
  region text not null,
  x_m bigint not null,
  y_m bigint not null,
  starts bigint not null,
  ends bigint not null,
  helpers integer not null,
  minor integer not null,
  languages bigint not null,
  urgency integer not null,
  urgency_reason text not null,
  priority integer not null,
  state text not null,
  due bigint not null,
  verified_by bigint not null,
  verified_how text not null,
  verified_at bigint not null,
  same_as bigint not null,
  created bigint not null
);
create index need_by_region on need (region, state);
create index need_by_account on need (account);
create index need_by_phone on need (phone_index, created);
create index need_by_state on need (state, due);

create table ask (
  id bigint primary key,
  need bigint not null,
  volunteer bigint not null,
  organisation bigint not null,
  wave integer not null,
  state text not null,
  asked_by bigint not null,
  asked_at bigint not null,
  answer_by bigint not null,
  answered_at bigint not null,
  reason text not null,
  score bigint not null,
  why text not null
);
create unique index ask_once on ask (need, volunteer, organisation, wave);
create index ask_by_volunteer on ask (volunteer, state);
create index ask_by_need on ask (need, state);

create table need_helper (
  id bigint primary key,
  need bigint not null,
  volunteer bigint not null,
  ask bigint not null,
  state text not null,
  since bigint not null
);
create unique index need_helper_once on need_helper (need, volunteer);
create index need_helper_by_volunteer on need_helper (volunteer, state);
)sql";

constexpr char kOffers[] = R"sql(
create table project (
  id bigint primary key,
  organisation bigint not null,
  name text not null,
  summary text not null,
  category text not null,
  mode text not null,
  region text not null,
  state text not null,
  evaluation text not null,
  created bigint not null
);
create index project_by_organisation on project (organisation);

create table activity (
  id bigint primary key,
  organisation bigint not null,
  project bigint not null,
  series bigint not null,
  title text not null,
  summary text not null,
  category text not null,
  mode text not null,
  region text not null,
  place text not null,
  x_m bigint not null,
  y_m bigint not null,
  starts bigint not null,
  ends bigint not null,
  risks text not null,
  danger integer not null,
  insurance text not null,
  person_in_charge text not null,
  recorder text not null,
  duty_holder text not null,
  support text not null,
  not_excluded_by bigint not null,
  reviewed_by bigint not null,
  search text not null,
  state text not null,
  due bigint not null,
  created_by bigint not null,
  created bigint not null
);
create index activity_by_state on activity (state, starts);
create index activity_by_region on activity (region, state, starts);
create index activity_by_organisation on activity (organisation, starts);

create table shift (
  id bigint primary key,
  activity bigint not null,
  role text not null,
  starts bigint not null,
  ends bigint not null,
  places integer not null,
  taken integer not null check (taken >= 0 and taken <= places),
  waiting integer not null,
  least_age integer not null,
  skills bigint not null,
  checked integer not null,
  code_key text not null
);
create index shift_by_activity on shift (activity);
create index shift_by_time on shift (starts);

create table signup (
  id bigint primary key,
  shift bigint not null,
  volunteer bigint not null,
  state text not null,
  starts bigint not null,
  ends bigint not null,
  at bigint not null,
  changed bigint not null,
  reason text not null
);
create unique index signup_once on signup (shift, volunteer);
create index signup_by_volunteer on signup (volunteer, starts);
create index signup_waiting on signup (shift, state, id);

create table swap (
  id bigint primary key,
  signup bigint not null,
  to_volunteer bigint not null,
  state text not null,
  at bigint not null
);
create index swap_by_volunteer on swap (to_volunteer, state);

create table menu_item (
  id bigint primary key,
  organisation bigint not null,
  service text not null,
  title text not null,
  summary text not null,
  region text not null,
  state text not null,
  created bigint not null
);
create index menu_item_by_region on menu_item (region, state);
)sql";

constexpr char kAttendance[] = R"sql(
create table attendance (
  id bigint primary key,
  kind text not null,
  object bigint not null,
  activity bigint not null,
  volunteer bigint not null,
  region text not null,
  came bigint not null,
  left_at bigint not null,
  came_by text not null,
  left_by text not null,
  late_sync integer not null,
  minutes bigint not null,
  state text not null,
  confirmed_by bigint not null,
  confirmed_at bigint not null,
  note text not null
);
create unique index attendance_once on attendance (kind, object, volunteer, came);
create index attendance_by_volunteer on attendance (volunteer, came);
create index attendance_by_object on attendance (kind, object);

create table code_use (
  shift bigint not null,
  volunteer bigint not null,
  step bigint not null,
  direction text not null,
  at bigint not null,
  primary key (shift, volunteer, step)
);

create table kiosk_pin (
  volunteer bigint primary key,
  salt text not null,
  hash text not null,
  wrong integer not null,
  locked_until bigint not null
);
)sql";

constexpr char kEvaluation[] = R"sql(
create table rating (
  id bigint primary key,
  kind text not null,
  object bigint not null,
  by_account bigint not null,
  side text not null,
  about bigint not null,
  stars integer not null check (stars between 1 and 5),
  words text not null,
  at bigint not null
);
create unique index rating_once on rating (kind, object, side, by_account, about);
create index rating_by_about on rating (about, side);

create table complaint (
  id bigint primary key,
  number text not null unique,
  kind text not null,
  object text not null,
  region text not null,
  words text not null,
  by_account bigint not null,
  contact_sealed text not null,
  state text not null,
  due bigint not null,
  answer text not null,
  handled_by bigint not null,
  created bigint not null
);
create index complaint_by_region on complaint (region, state);

create table follow_call (
  id bigint primary key,
  need bigint not null,
  by_account bigint not null,
  reached integer not null,
  satisfied integer not null,
  words text not null,
  at bigint not null
);
create index follow_call_by_need on follow_call (need);
)sql";

// A keyed hash of the browser's own random number and the day; 0: none told, or a kiosk, which is everybody's.
constexpr char kDevice[] = "alter table attendance add column device bigint not null default 0;";
constexpr char kTeller[] = "alter table attendance add column told_by bigint not null default 0;";
constexpr char kHandedOn[] = "alter table complaint add column unit text not null default '';";

constexpr char kFilings[] = R"sql(
create table activity_filing (
  id bigint primary key,
  organisation bigint not null,
  region text not null,
  state text not null,
  planned integer not null,
  starts bigint not null,
  ends bigint not null,
  filed bigint not null,
  due bigint not null,
  filed_by bigint not null,
  late integer not null,
  late_reason text not null,
  came integer not null,
  served integer not null,
  recorded integer not null,
  words text not null,
  reported bigint not null,
  reported_by bigint not null,
  report_late integer not null,
  reminded integer not null
);
create index activity_filing_by_state on activity_filing (state, ends);
create index activity_filing_by_region on activity_filing (region, starts);
)sql";

}  // namespace

std::vector<storage::Migration> migrations() {
  std::vector<storage::Migration> all = {{200, "needs", kNeeds}, {210, "offers", kOffers}, {211, "filings of activities", kFilings}, {220, "attendance", kAttendance},
                                         {221, "the device of a check-in", kDevice}, {222, "whose list a presence stands on", kTeller},
                                         {230, "evaluation", kEvaluation},
                                         {231, "to whom a complaint was handed on", kHandedOn}};
  for (const auto& one : dispatch_migrations()) all.push_back(one);
  return all;
}

}  // namespace tx::supply
