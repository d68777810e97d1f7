// Tables of the teams room, migration block 100-149. Columns ending in _sealed hold ciphertext, _index a blind index.
#include "systems/teams/teams.h"

namespace tx::teams {
namespace {

constexpr char kRegions[] = R"sql(
create table region (
  code text primary key,
  name text not null,
  level integer not null,
  parent text not null,
  x_m bigint not null,
  y_m bigint not null,
  synthetic integer not null,
  search text not null
);
create index region_by_parent on region (parent, code);
)sql";

constexpr char kPeople[] = R"sql(
create table volunteer (
  id bigint primary key,
  account bigint not null,
  volunteer_no text not null unique,
  tail text not null,
  name text not null,
  search text not null,
  phone_sealed text not null,
  phone_index text not null,
  id_sealed text not null,
  id_index text not null,
  birth bigint not null,
  region text not null,
  x_m bigint not null,
  y_m bigint not null,
  radius_m bigint not null,
  skills bigint not null,
  languages bigint not null,
  categories text not null,
  hours text not null,
  week_minutes integer not null,
  checked_until bigint not null,
  checked_by bigint not null,
  guardian text not null,
  state text not null,
  asked_at bigint not null,
  created bigint not null
);
create unique index volunteer_by_account on volunteer (account) where account <> 0;
create index volunteer_by_region on volunteer (region, state);
create index volunteer_by_tail on volunteer (tail);
create index volunteer_by_id on volunteer (id_index);
create index volunteer_by_phone on volunteer (phone_index);

create table volunteer_exclusion (
  volunteer bigint not null,
  other text not null,
  primary key (volunteer, other)
);

create table organisation (
  id bigint primary key,
  name text not null,
  search text not null,
  kind text not null,
  sector text not null,
  region text not null,
  credit_code text not null,
  consent_unit text not null,
  mark text not null,
  state text not null,
  due bigint not null,
  summary text not null,
  contact text not null,
  created_by bigint not null,
  created bigint not null
);
create index organisation_by_region on organisation (region, state);

create table member (
  organisation bigint not null,
  volunteer bigint not null,
  role text not null,
  state text not null,
  consent text not null,
  since bigint not null,
  primary key (organisation, volunteer)
);
create index member_by_volunteer on member (volunteer);
)sql";

constexpr char kRoster[] = R"sql(
create table roster_batch (
  id bigint primary key,
  organisation bigint not null,
  file_name text not null,
  state text not null,
  rows_good integer not null,
  rows_bad integer not null,
  consent text not null,
  created_by bigint not null,
  created bigint not null,
  changed bigint not null
);
create table roster_row (
  batch bigint not null,
  line integer not null,
  name text not null,
  phone_sealed text not null,
  id_sealed text not null,
  region text not null,
  skills text not null,
  problem text not null,
  problem_field text not null,
  volunteer bigint not null,
  made integer not null,
  primary key (batch, line)
);
)sql";

constexpr char kPapers[] = R"sql(
create table volunteer_serial (
  prefix text primary key,
  last bigint not null
);
create table volunteer_certificate (
  id bigint primary key,
  volunteer bigint not null,
  skill integer not null,
  paper text not null,
  valid_until bigint not null,
  state text not null,
  decided_by bigint not null,
  created bigint not null
);
create index certificate_by_volunteer on volunteer_certificate (volunteer);
create table volunteer_check (
  id bigint primary key,
  volunteer bigint not null,
  how text not null,
  valid_until bigint not null,
  decided_by bigint not null,
  created bigint not null
);
create index check_by_volunteer on volunteer_check (volunteer);
alter table organisation add column join_policy text not null default 'open';
)sql";

constexpr char kMinors[] = R"sql(
create table minor_record (
  volunteer bigint primary key,
  name_sealed text not null,
  phone_sealed text not null,
  id_sealed text not null,
  guardian_sealed text not null,
  changed bigint not null
);
create table minor_access (
  id bigint primary key,
  subject text not null,
  region text not null,
  asked_by bigint not null,
  reason text not null,
  state text not null,
  due bigint not null,
  decided_by bigint not null,
  created bigint not null
);
create index minor_access_by_subject on minor_access (subject, asked_by);
create index minor_access_by_state on minor_access (state, due);
)sql";

constexpr char kTraining[] = R"sql(
create table course (
  id bigint primary key,
  organisation bigint not null,
  region text not null,
  title text not null,
  words text not null,
  kind text not null,
  mode text not null,
  minutes integer not null,
  skill integer not null,
  valid_months integer not null,
  for_all integer not null,
  state text not null,
  due bigint not null,
  made_by bigint not null,
  approved_by bigint not null,
  created bigint not null
);
create index course_by_state on course (state, region);
create index course_by_organisation on course (organisation, state);
create table lesson (
  id bigint primary key,
  course bigint not null,
  starts bigint not null,
  ends bigint not null,
  place text not null,
  teacher text not null,
  places integer not null,
  taken integer not null check (taken >= 0),
  code text not null,
  state text not null,
  check (taken <= places)
);
create index lesson_by_course on lesson (course, starts);
create table learner (
  lesson bigint not null,
  volunteer bigint not null,
  state text not null,
  how text not null,
  tries integer not null,
  at bigint not null,
  primary key (lesson, volunteer)
);
create index learner_by_volunteer on learner (volunteer, state);
create table training_certificate (
  id bigint primary key,
  number text not null unique,
  course bigint not null,
  lesson bigint not null,
  volunteer bigint not null,
  minutes integer not null,
  issued bigint not null,
  valid_until bigint not null,
  issued_by bigint not null
);
create index training_certificate_by_volunteer on training_certificate (volunteer, course);
create index training_certificate_by_course on training_certificate (course, volunteer);
create table paper_reminder (name text primary key, at bigint not null);
)sql";

constexpr char kOath[] = R"sql(
create table oath (
  id bigint primary key,
  volunteer bigint not null,
  version text not null,
  ceremony bigint not null,
  at bigint not null
);
create unique index oath_once on oath (volunteer, version);
create index oath_by_ceremony on oath (ceremony) where ceremony <> 0;
create table oath_ceremony (
  id bigint primary key,
  organisation bigint not null,
  title text not null,
  place text not null,
  code text not null,
  day bigint not null,
  led_by bigint not null
);
create index oath_ceremony_by_organisation on oath_ceremony (organisation, day);
create index oath_ceremony_by_code on oath_ceremony (code, day);
)sql";

// A person is looked for by name inside somebody's own regions: the index holds all that the search reads.
constexpr char kSearch[] = "create index volunteer_by_words on volunteer (region, search);";

}  // namespace

std::vector<storage::Migration> migrations() {
  return {{100, "regions", kRegions}, {110, "people", kPeople}, {120, "roster", kRoster}, {130, "papers", kPapers}, {131, "minors", kMinors},
          {140, "training", kTraining}, {141, "oath", kOath}, {142, "search of people", kSearch}};
}

}  // namespace tx::teams
