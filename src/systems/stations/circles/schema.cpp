// Tables of street regions and plans, migrations 160-179 of the room.
#include "systems/stations/rooms.h"

namespace tx::stations {
namespace {

constexpr char kStreets[] = R"sql(
create table street_region (
  id text primary key,
  name_zh text not null,
  name_en text not null,
  scope text not null,
  synthetic integer not null,
  note_zh text not null,
  note_en text not null,
  attribution text not null,
  west double precision not null,
  south double precision not null,
  east double precision not null,
  north double precision not null,
  extract_file text not null,
  extract_hash text not null,
  extract_bytes bigint not null,
  edition bigint not null,
  revision bigint not null,
  gait text not null,
  created_by bigint not null,
  created bigint not null,
  changed bigint not null
);
create table demand_point (
  region text not null,
  edition bigint not null,
  code text not null,
  name text not null,
  town text not null,
  county text not null,
  community text not null,
  lon double precision not null,
  lat double precision not null,
  people bigint not null,
  elders bigint not null,
  primary key (region, edition, code)
);
create table candidate_site (
  region text not null,
  edition bigint not null,
  code text not null,
  name text not null,
  town text not null,
  community text not null,
  kind text not null,
  lon double precision not null,
  lat double precision not null,
  cost bigint not null,
  primary key (region, edition, code)
);
create table station_place (
  region text not null,
  edition bigint not null,
  code text not null,
  name text not null,
  town text not null,
  kind text not null,
  state text not null,
  lon double precision not null,
  lat double precision not null,
  primary key (region, edition, code)
);
)sql";

constexpr char kPlans[] = R"sql(
create table station_plan (
  id bigint primary key,
  region text not null,
  name text not null,
  question text not null,
  state text not null,
  reason text not null,
  job bigint not null,
  people bigint not null,
  elders bigint not null,
  before bigint not null,
  reached bigint not null,
  elders_reached bigint not null,
  bound bigint not null,
  cost bigint not null,
  count bigint not null,
  greedy bigint not null,
  greedy_count bigint not null,
  proven integer not null,
  value bigint not null,
  value_bound bigint not null,
  sites text not null,
  figures text not null,
  checked text not null,
  revision bigint not null,
  classes bigint not null,
  nodes bigint not null,
  milliseconds bigint not null,
  created_by bigint not null,
  accepted_by bigint not null,
  created bigint not null,
  finished bigint not null,
  accepted bigint not null
);
create index station_plan_by_region on station_plan (region, created);
create table station_plan_proof (
  id bigint primary key,
  program bytea not null,
  plan bytea not null
);
)sql";

constexpr char kImports[] = R"sql(
create table region_import (
  id bigint primary key,
  region text not null,
  state text not null,
  input text not null,
  report text not null,
  job bigint not null,
  created_by bigint not null,
  created bigint not null,
  changed bigint not null
);
)sql";

// Extracts made from a Chinese map are drawn in GCJ-02 and must be turned when they are read.
constexpr char kExtractDatum[] = R"sql(
alter table street_region add column extract_datum text not null default 'wgs84';
)sql";

}  // namespace

std::vector<storage::Migration> circle_migrations() {
  return {{160, "street_regions", kStreets}, {161, "station_plans", kPlans}, {162, "region_imports", kImports},
          {163, "extract_datum", kExtractDatum}};
}

}  // namespace tx::stations
