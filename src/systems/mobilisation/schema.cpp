// Tables of the mobilisation room, migration block 300-349. Columns ending in _sealed hold ciphertext. Everything about a
// person in an emergency stands in callout, so that one place is destroyed when it is over (突发事件应对法 art. 83-85).
#include "systems/mobilisation/mobilisation.h"

namespace tx::mobilisation {
namespace {

constexpr char kEmergencies[] = R"sql(
create table emergency_plan (
  id bigint primary key,
  title text not null,
  kind text not null,
  region text not null,
  organisation bigint not null,
  purpose text not null,
  command text not null,
  gear text not null,
  risks text not null,
  roles text not null,
  points text not null,
  report_minutes integer not null,
  state text not null,
  due bigint not null,
  made_by bigint not null,
  approved_by bigint not null,
  created bigint not null,
  changed bigint not null
);
create index emergency_plan_by_region on emergency_plan (region, state);

create table operation (
  id bigint primary key,
  plan bigint not null,
  drill integer not null,
  title text not null,
  kind text not null,
  region text not null,
  organisation bigint not null,
  purpose text not null,
  command text not null,
  gear text not null,
  risks text not null,
  roles text not null,
  points text not null,
  report_minutes integer not null,
  policy bigint not null,
  starts bigint not null,
  until bigint not null,
  code_key text not null,
  waves integer not null,
  calling integer not null,
  state text not null,
  due bigint not null,
  opened_by bigint not null,
  opened bigint not null,
  ended bigint not null
);
create index operation_by_region on operation (region, state);

create table callout (
  id bigint primary key,
  operation bigint not null,
  volunteer bigint not null,
  account bigint not null,
  wave integer not null,
  role integer not null,
  point integer not null,
  metres bigint not null,
  state text not null,
  how text not null,
  asked_by bigint not null,
  asked_at bigint not null,
  answered_at bigint not null,
  noted_by bigint not null,
  seen_at bigint not null,
  buddy bigint not null,
  words_sealed text not null
);
create unique index callout_once on callout (operation, volunteer);
create index callout_by_state on callout (operation, state);
create index callout_by_account on callout (account, state) where account <> 0;

create table responder (
  volunteer bigint primary key,
  ready integer not null,
  at bigint not null
);

create table destruction (
  id bigint primary key,
  operation bigint not null unique,
  number text not null unique,
  asked integer not null,
  coming integer not null,
  cannot integer not null,
  silent integer not null,
  came integer not null,
  words integer not null,
  notices integer not null,
  messages integer not null,
  digest text not null,
  leaf bigint not null,
  by_account bigint not null,
  begun bigint not null,
  ended bigint not null
);

create table capability_card (
  id bigint primary key,
  organisation bigint not null,
  region text not null,
  kind text not null,
  level integer not null,
  paper text not null,
  valid_until bigint not null,
  people integer not null,
  gear text not null,
  state text not null,
  made_by bigint not null,
  checked_by bigint not null,
  created bigint not null
);
create index capability_card_by_organisation on capability_card (organisation);
)sql";

constexpr char kUnits[] = R"sql(
create table unit (
  id bigint primary key,
  name text not null,
  kind text not null,
  region text not null,
  organisation bigint not null,
  credit_code text not null,
  scheme text not null,
  scheme_owner text not null,
  scheme_day bigint not null,
  scheme_hash text not null,
  contact text not null,
  keeper bigint not null,
  state text not null,
  created_by bigint not null,
  created bigint not null
);
create index unit_by_region on unit (region, kind);

create table unit_scheme (
  id bigint primary key,
  unit bigint not null,
  file_name text not null,
  content_type text not null,
  bytes bytea not null,
  hash text not null,
  at bigint not null
);
create index unit_scheme_by_unit on unit_scheme (unit);

create table party_report (
  id bigint primary key,
  volunteer bigint not null,
  region text not null,
  consent integer not null,
  reported bigint not null
);
create unique index party_report_once on party_report (volunteer);
create index party_report_by_region on party_report (region);

create table campaign (
  id bigint primary key,
  title text not null,
  words text not null,
  region text not null,
  from_day bigint not null,
  to_day bigint not null,
  target_people integer not null,
  state text not null,
  due bigint not null,
  made_by bigint not null,
  created bigint not null
);
create index campaign_by_region on campaign (region, state);

create table commitment (
  id bigint primary key,
  campaign bigint not null,
  unit bigint not null,
  people integer not null,
  minutes bigint not null,
  code text not null unique,
  made_by bigint not null,
  created bigint not null
);
create unique index commitment_once on commitment (campaign, unit);

create table campaign_member (
  commitment bigint not null,
  volunteer bigint not null,
  at bigint not null,
  primary key (commitment, volunteer)
);
create index campaign_member_by_volunteer on campaign_member (volunteer);
)sql";

}  // namespace

std::vector<storage::Migration> migrations() {
  return {{300, "emergencies", kEmergencies}, {310, "units and campaigns", kUnits}};
}

}  // namespace tx::mobilisation
