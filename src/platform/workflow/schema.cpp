// Tables of the workflow room, and the official calendar of the years known when this was written (data/calendar).
#include "platform/workflow/workflow.h"

namespace tx::workflow {
namespace {

constexpr const char* kTables = R"sql(
create table flow_event (
  id bigint primary key,
  object bigint not null,
  seq bigint not null,
  flow text not null,
  from_state text not null,
  action text not null,
  to_state text not null,
  reason text not null,
  account bigint not null,
  at bigint not null,
  due bigint not null,
  due_official bigint not null,
  unique (object, flow, seq)
);
create table flow_deadline (
  flow text not null,
  object bigint not null,
  state text not null,
  due bigint not null,
  escalated bigint not null,
  primary key (object, flow)
);
create index flow_deadline_waiting on flow_deadline (due) where escalated = 0;
create table setting (
  name text not null,
  region text not null,
  amount bigint not null,
  text text not null,
  changed bigint not null,
  changed_by bigint not null,
  primary key (name, region)
);
create table working_day_exception (
  day text primary key,
  kind text not null,
  holiday text not null
);
create table working_day_year (
  year integer primary key,
  source text not null
);
-- @sqlite
create trigger flow_event_no_update before update on flow_event
begin select raise(abort, 'flow_event is append-only'); end;
create trigger flow_event_no_delete before delete on flow_event
begin select raise(abort, 'flow_event is append-only'); end;
-- @end
-- @postgres
create function flow_event_refuse() returns trigger language plpgsql as
$$ begin raise exception 'flow_event is append-only'; end $$;
create trigger flow_event_no_update before update or delete on flow_event
  for each row execute function flow_event_refuse();
create trigger flow_event_no_truncate before truncate on flow_event
  for each statement execute function flow_event_refuse();
-- @end
)sql";

// State Council notices of 2024-11-12 and 2025-11-04; the sources stand in data/calendar/README.md.
constexpr const char* kCalendar = R"sql(
insert into working_day_year (year, source) values
  (2025, 'State Council notice of 2024-11-12'),
  (2026, 'State Council notice of 2025-11-04');
insert into working_day_exception (day, kind, holiday) values
  ('2025-01-01', 'off', 'new_year'),
  ('2025-01-26', 'work', 'spring_festival'),
  ('2025-01-28', 'off', 'spring_festival'),
  ('2025-01-29', 'off', 'spring_festival'),
  ('2025-01-30', 'off', 'spring_festival'),
  ('2025-01-31', 'off', 'spring_festival'),
  ('2025-02-01', 'off', 'spring_festival'),
  ('2025-02-02', 'off', 'spring_festival'),
  ('2025-02-03', 'off', 'spring_festival'),
  ('2025-02-04', 'off', 'spring_festival'),
  ('2025-02-08', 'work', 'spring_festival'),
  ('2025-04-04', 'off', 'qingming'),
  ('2025-04-05', 'off', 'qingming'),
  ('2025-04-06', 'off', 'qingming'),
  ('2025-04-27', 'work', 'labour_day'),
  ('2025-05-01', 'off', 'labour_day'),
  ('2025-05-02', 'off', 'labour_day'),
  ('2025-05-03', 'off', 'labour_day'),
  ('2025-05-04', 'off', 'labour_day'),
  ('2025-05-05', 'off', 'labour_day'),
  ('2025-05-31', 'off', 'dragon_boat'),
  ('2025-06-01', 'off', 'dragon_boat'),
  ('2025-06-02', 'off', 'dragon_boat'),
  ('2025-09-28', 'work', 'national_day'),
  ('2025-10-01', 'off', 'national_day'),
  ('2025-10-02', 'off', 'national_day'),
  ('2025-10-03', 'off', 'national_day'),
  ('2025-10-04', 'off', 'national_day'),
  ('2025-10-05', 'off', 'national_day'),
  ('2025-10-06', 'off', 'national_day'),
  ('2025-10-07', 'off', 'national_day'),
  ('2025-10-08', 'off', 'national_day'),
  ('2025-10-11', 'work', 'national_day'),
  ('2026-01-01', 'off', 'new_year'),
  ('2026-01-02', 'off', 'new_year'),
  ('2026-01-03', 'off', 'new_year'),
  ('2026-01-04', 'work', 'new_year'),
  ('2026-02-14', 'work', 'spring_festival'),
  ('2026-02-15', 'off', 'spring_festival'),
  ('2026-02-16', 'off', 'spring_festival'),
  ('2026-02-17', 'off', 'spring_festival'),
  ('2026-02-18', 'off', 'spring_festival'),
  ('2026-02-19', 'off', 'spring_festival'),
  ('2026-02-20', 'off', 'spring_festival'),
  ('2026-02-21', 'off', 'spring_festival'),
  ('2026-02-22', 'off', 'spring_festival'),
  ('2026-02-23', 'off', 'spring_festival'),
  ('2026-02-28', 'work', 'spring_festival'),
  ('2026-04-04', 'off', 'qingming'),
  ('2026-04-05', 'off', 'qingming'),
  ('2026-04-06', 'off', 'qingming'),
  ('2026-05-01', 'off', 'labour_day'),
  ('2026-05-02', 'off', 'labour_day'),
  ('2026-05-03', 'off', 'labour_day'),
  ('2026-05-04', 'off', 'labour_day'),
  ('2026-05-05', 'off', 'labour_day'),
  ('2026-05-09', 'work', 'labour_day'),
  ('2026-06-19', 'off', 'dragon_boat'),
  ('2026-06-20', 'off', 'dragon_boat'),
  ('2026-06-21', 'off', 'dragon_boat'),
  ('2026-09-20', 'work', 'national_day'),
  ('2026-09-25', 'off', 'mid_autumn'),
  ('2026-09-26', 'off', 'mid_autumn'),
  ('2026-09-27', 'off', 'mid_autumn'),
  ('2026-10-01', 'off', 'national_day'),
  ('2026-10-02', 'off', 'national_day'),
  ('2026-10-03', 'off', 'national_day'),
  ('2026-10-04', 'off', 'national_day'),
  ('2026-10-05', 'off', 'national_day'),
  ('2026-10-06', 'off', 'national_day'),
  ('2026-10-07', 'off', 'national_day'),
  ('2026-10-10', 'work', 'national_day');
)sql";

}  // namespace

std::vector<storage::Migration> migrations() {
  return {{20, "workflow", kTables}, {21, "calendar_2025_2026", kCalendar}};
}

}  // namespace tx::workflow
