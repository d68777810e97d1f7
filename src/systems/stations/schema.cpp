// All tables of the stations room, migration block 150-199. Personal data of borrowers is sealed by the vault.
#include "systems/stations/stations.h"

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

}  // namespace

std::vector<storage::Migration> migrations() {
  return {{150, "stations", kSchema}, {151, "visits", kVisits}, {152, "station_life", kLife},
          {153, "duty", kDuty}};
}

}  // namespace tx::stations
