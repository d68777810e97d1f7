// Tables of the dispatch desk, migrations 240-249.
#include "systems/supply/dispatch/dispatch.h"

namespace tx::supply {
namespace {

constexpr char kSearches[] = R"sql(
create table search (
  id bigint primary key,
  need bigint not null,
  state text not null,
  started_by bigint not null,
  opened bigint not null,
  deadline bigint not null,
  pace text not null,
  look_at bigint not null,
  looks integer not null,
  said text not null,
  learned integer not null
);
create index search_by_need on search (need, id);
create index search_by_look on search (state, look_at);

create table ask_facts (
  ask bigint primary key,
  search bigint not null,
  volunteer bigint not null,
  score bigint not null,
  metres bigint not null,
  reliability integer not null,
  load_minutes bigint not null,
  asked_before bigint not null,
  asked_week integer not null,
  asks double precision not null,
  yes double precision not null
);
create index ask_facts_by_search on ask_facts (search);

create table ask_record (
  volunteer bigint primary key,
  asks double precision not null,
  yes double precision not null,
  changed bigint not null
);
create table ask_memory (
  region text primary key,
  numbers text not null,
  searches integer not null,
  changed bigint not null
);

create table need_keeper (
  need bigint primary key,
  account bigint not null,
  name text not null,
  at bigint not null
);

create index volunteer_exclusion_by_other on volunteer_exclusion (other);

create index flow_event_by_time on flow_event (flow, at);

create table volunteer_touch (
  volunteer bigint primary key,
  seq bigint not null
);
create index volunteer_touch_seq on volunteer_touch (seq);
-- @sqlite
create trigger volunteer_touched after update on volunteer
  begin
    insert into volunteer_touch (volunteer, seq) values (new.id, (select coalesce(max(seq), 0) + 1 from volunteer_touch))
      on conflict (volunteer) do update set seq = excluded.seq;
  end;
create trigger certificate_stated after insert on volunteer_certificate
  begin
    insert into volunteer_touch (volunteer, seq) values (new.volunteer, (select coalesce(max(seq), 0) + 1 from volunteer_touch))
      on conflict (volunteer) do update set seq = excluded.seq;
  end;
create trigger certificate_decided after update on volunteer_certificate
  begin
    insert into volunteer_touch (volunteer, seq) values (new.volunteer, (select coalesce(max(seq), 0) + 1 from volunteer_touch))
      on conflict (volunteer) do update set seq = excluded.seq;
  end;
-- @end
-- @postgres
create function volunteer_note_touch() returns trigger language plpgsql as
  $f$ begin
    insert into volunteer_touch (volunteer, seq) values (new.id, (select coalesce(max(seq), 0) + 1 from volunteer_touch))
      on conflict (volunteer) do update set seq = excluded.seq;
    return null;
  end $f$;
create function certificate_note_touch() returns trigger language plpgsql as
  $f$ begin
    insert into volunteer_touch (volunteer, seq) values (new.volunteer, (select coalesce(max(seq), 0) + 1 from volunteer_touch))
      on conflict (volunteer) do update set seq = excluded.seq;
    return null;
  end $f$;
create trigger volunteer_touched after update on volunteer for each row execute function volunteer_note_touch();
create trigger certificate_touched after insert or update on volunteer_certificate
  for each row execute function certificate_note_touch();
-- @end
)sql";

constexpr char kWeights[] = R"sql(
create table weight_table (
  id bigint primary key,
  lines text not null,
  reason text not null,
  account bigint not null,
  at bigint not null
);
)sql";

constexpr char kBatches[] = R"sql(
create table batch_run (
  id bigint primary key,
  job bigint not null,
  account bigint not null,
  region text not null,
  weights bigint not null,
  earlier bigint not null,
  state text not null,
  value bigint not null,
  bound bigint not null,
  needs integer not null,
  seats integer not null,
  found text not null,
  at bigint not null
);
create index batch_run_by_account on batch_run (account, id);
create index batch_run_by_job on batch_run (job);

create table batch_line (
  id bigint primary key,
  run bigint not null,
  need bigint not null,
  volunteer bigint not null,
  first_volunteer bigint not null,
  score bigint not null,
  state text not null,
  why text not null,
  note text not null
);
create index batch_line_by_run on batch_line (run, need);

create table batch_short (
  run bigint not null,
  need bigint not null,
  missing integer not null,
  worth bigint not null,
  reason text not null,
  primary key (run, need)
);
)sql";

}  // namespace

std::vector<storage::Migration> dispatch_migrations() {
  return {{240, "searches", kSearches}, {241, "weights", kWeights}, {242, "batches", kBatches}};
}

}  // namespace tx::supply
