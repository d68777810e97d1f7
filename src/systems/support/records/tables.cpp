// The tables of records and of the risk desk that came after the first ones (migrations 290-299).
#include "systems/support/records/records.h"

namespace tx::support {
namespace {

constexpr char kDetail[] = R"sql(
alter table service_record add column content text not null default '';
alter table service_record add column category text not null default '';
alter table service_record add column entry text not null default '';
alter table record_case add column content text not null default '';
alter table record_case add column category text not null default '';
alter table record_case add column entry text not null default '';

create table policy_number (
  profile text not null,
  setting text not null,
  amount bigint not null,
  source text not null,
  version text not null,
  primary key (profile, setting)
);
create table record_successor (
  organisation bigint primary key,
  successor bigint not null,
  reason text not null,
  by_account bigint not null,
  at bigint not null
);
create table clock_told (shift bigint not null, stage integer not null, at bigint not null, primary key (shift, stage));
)sql";

constexpr char kRisks[] = R"sql(
create table risk_case (
  id bigint primary key,
  rule text not null,
  organisation bigint not null,
  region text not null,
  enterer bigint not null,
  score bigint not null,
  rules bigint not null,
  entries bigint not null,
  minutes bigint not null,
  words text not null,
  source bigint not null,
  opened_by bigint not null,
  frozen_by bigint not null,
  decided_by bigint not null,
  judged_by bigint not null,
  state text not null,
  due bigint not null,
  created bigint not null,
  decided bigint not null
);
create index risk_case_by_state on risk_case (state, region, due);
create table risk_entry (
  risk bigint not null,
  kind text not null,
  object bigint not null,
  volunteer bigint not null,
  minutes bigint not null,
  score bigint not null,
  rules bigint not null,
  primary key (risk, kind, object)
);
create index risk_entry_by_object on risk_entry (object, kind);
create index risk_entry_by_volunteer on risk_entry (volunteer, risk);
create table risk_statement (
  id bigint primary key,
  risk bigint not null,
  account bigint not null,
  side text not null,
  words text not null,
  at bigint not null
);
create index risk_statement_of on risk_statement (risk, id);
)sql";

// Made from the records and nothing else: it may be emptied at any time and is made again.
constexpr char kRiskList[] = R"sql(
create table risk_line (
  kind text not null,
  object bigint not null,
  volunteer bigint not null,
  organisation bigint not null,
  region text not null,
  enterer bigint not null,
  starts bigint not null,
  minutes bigint not null,
  score bigint not null,
  rules bigint not null,
  primary key (kind, object)
);
create index risk_line_by_score on risk_line (score, region);
create index risk_line_by_hand on risk_line (organisation, enterer);
create index risk_line_by_volunteer on risk_line (volunteer, starts);
create table risk_ring (people text primary key, regions text not null, minutes bigint not null, times bigint not null);
create table risk_count (region text primary key, entries bigint not null);
create table risk_state (one integer primary key check (one = 1), mark text not null, at bigint not null);
)sql";

}  // namespace

std::vector<storage::Migration> record_migrations() { return {{290, "records in full", kDetail}, {291, "risk cases", kRisks}, {292, "the risk list is kept", kRiskList}}; }

}  // namespace tx::support
