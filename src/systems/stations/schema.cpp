// All tables of the stations room, migration block 150-199. Personal data of borrowers is sealed by the vault.
#include "systems/stations/rooms.h"

namespace tx::stations {
namespace {

constexpr char kSchema[] = R"sql(
create table station (
  id bigint primary key,
  code text not null unique,
  name text not null,
  level text not null,
  region text not null,
  address text not null,
  phone text not null,
  hours text not null,
  state text not null,
  on_duty_since bigint not null,
  keeper bigint not null,
  search text not null
);
create index station_by_region on station (region);
)sql";

constexpr char kVisits[] = R"sql(
create table station_visit (
  id bigint primary key,
  station bigint not null,
  day bigint not null,
  purpose text not null,
  noted_by bigint not null
);
create index station_visit_by_day on station_visit (station, day);
)sql";

// Stations that ran before the life cycle came are open ones; their first event says so.
constexpr char kLife[] = R"sql(
alter table station add column due bigint not null default 0;
alter table station add column open_days text not null default '1111111';
alter table station add column area_m2 bigint not null default 0;
alter table station add column accessible integer not null default 0;
alter table station add column rooms text not null default '';
alter table station add column why text not null default '';
alter table station add column next_level text not null default '';
alter table station add column star integer not null default 0;
alter table station add column score integer not null default 0;
alter table station add column standard integer not null default 0;
alter table station add column rated bigint not null default 0;
alter table station add column rated_until bigint not null default 0;
alter table station add column created_by bigint not null default 0;
alter table station add column created bigint not null default 0;
alter table station add column opened bigint not null default 0;
update station set state = 'open' where state = 'running';
insert into flow_event (id, object, seq, flow, from_state, action, to_state, reason, account, at, due, due_official)
  select id, id, 1, 'station', '', 'open', 'open', '', 0, 1, 0, 1 from station;
create index station_by_state on station (state, due);
)sql";

constexpr char kDuty[] = R"sql(
create table duty_log (
  id bigint primary key,
  station bigint not null,
  account bigint not null,
  volunteer bigint not null,
  came bigint not null,
  left_at bigint not null,
  left_by text not null
);
create index duty_log_by_station on duty_log (station, came);
)sql";

constexpr char kSix[] = R"sql(
create table criteria_set (
  id bigint primary key,
  code text not null,
  version integer not null,
  name_zh text not null,
  name_en text not null,
  region text not null,
  valid_from bigint not null,
  valid_until bigint not null,
  state text not null,
  pass_score integer not null,
  least_percent integer not null,
  valid_months integer not null,
  stars text not null,
  made_by bigint not null,
  created bigint not null,
  unique (code, region, version)
);
create table criteria_have (
  id bigint primary key,
  set_id bigint not null,
  seq integer not null,
  code text not null,
  name_zh text not null,
  name_en text not null,
  icon text not null,
  unique (set_id, code)
);
create table criterion (
  id bigint primary key,
  set_id bigint not null,
  seq integer not null,
  have text not null,
  code text not null,
  words_zh text not null,
  words_en text not null,
  unit_zh text not null,
  unit_en text not null,
  evidence text not null,
  threshold bigint not null,
  weight integer not null,
  valid_months integer not null,
  attest text not null,
  must integer not null,
  unique (set_id, code)
);

create table station_check (
  id bigint primary key,
  station bigint not null,
  set_id bigint not null,
  region text not null,
  state text not null,
  due bigint not null,
  answers text not null,
  self_score integer not null,
  score integer not null,
  star integer not null,
  haves integer not null,
  standard integer not null,
  begun_by bigint not null,
  inspected_by bigint not null,
  created bigint not null,
  sent bigint not null,
  inspected bigint not null
);
create index station_check_by_station on station_check (station, state);
create index station_check_by_state on station_check (state, due);

create table station_fix (
  id bigint primary key,
  check_id bigint not null,
  station bigint not null,
  criterion text not null,
  words text not null,
  due bigint not null,
  state text not null,
  answer text not null,
  changed bigint not null
);
create index station_fix_by_check on station_fix (check_id);
create index station_fix_by_due on station_fix (state, due);

create table station_photo (
  id bigint primary key,
  station bigint not null,
  check_id bigint not null,
  criterion text not null,
  kind text not null,
  width integer not null,
  height integer not null,
  size bigint not null,
  taken_by bigint not null,
  at bigint not null,
  bytes bytea not null
);
create index station_photo_by_check on station_photo (check_id, criterion);

create table station_target (
  year integer not null,
  region text not null,
  target integer not null,
  reason text not null,
  set_by bigint not null,
  at bigint not null,
  primary key (year, region)
);
)sql";

constexpr char kPeople[] = R"sql(
create table community_people (
  code text primary key,
  people bigint not null,
  elders bigint not null,
  source text not null
);
)sql";

constexpr char kRoster[] = R"sql(
create table duty_shift (
  id bigint primary key,
  station bigint not null,
  day bigint not null,
  from_minute integer not null,
  until_minute integer not null,
  volunteer bigint not null,
  account bigint not null,
  who text not null,
  created bigint not null
);
create index duty_shift_by_day on duty_shift (station, day);
create index duty_shift_by_volunteer on duty_shift (volunteer, day);
create index duty_shift_by_account on duty_shift (account, day);
create table duty_swap (
  id bigint primary key,
  shift bigint not null,
  from_account bigint not null,
  to_account bigint not null,
  to_volunteer bigint not null,
  state text not null,
  at bigint not null
);
create index duty_swap_by_account on duty_swap (to_account, state);
create index duty_swap_by_shift on duty_swap (shift, state);
)sql";

constexpr char kStock[] = R"sql(
create table stock_item (
  id bigint primary key,
  station bigint not null,
  name text not null,
  kind text not null,
  total integer not null,
  lent integer not null check (lent >= 0 and lent <= total),
  good_until bigint not null,
  state text not null,
  created bigint not null
);
create index stock_item_by_station on stock_item (station, state);
create table stock_loan (
  id bigint primary key,
  item bigint not null,
  station bigint not null,
  name_sealed text not null,
  phone_sealed text not null,
  taken bigint not null,
  due bigint not null,
  returned bigint not null,
  state text not null,
  lent_by bigint not null,
  remark text not null,
  told integer not null
);
create index stock_loan_by_station on stock_loan (station, state, due);
create index stock_loan_by_due on stock_loan (state, due);
)sql";

constexpr char kMonths[] = R"sql(
create table station_month (
  id bigint primary key,
  station bigint not null,
  month integer not null,
  figures text not null,
  made bigint not null,
  words text not null,
  said_by bigint not null,
  unique (station, month)
);
)sql";

}  // namespace

std::vector<storage::Migration> migrations() {
  std::vector<storage::Migration> all = {
      {150, "stations", kSchema},    {151, "visits", kVisits}, {152, "station_life", kLife},
      {153, "duty", kDuty},          {154, "six_haves", kSix}, {155, "community_people", kPeople},
      {156, "duty_roster", kRoster}, {157, "stock", kStock},   {158, "station_months", kMonths}};
  const auto circles = circle_migrations();
  all.insert(all.end(), circles.begin(), circles.end());
  return all;
}

}  // namespace tx::stations
