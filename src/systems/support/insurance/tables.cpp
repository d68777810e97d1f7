#include "systems/support/insurance/insurance.h"

namespace tx::support {
namespace {

constexpr char kTables[] = R"sql(
create table policy (
  id bigint primary key,
  number text not null unique,
  insurer text not null,
  cover text not null,
  phone text not null,
  scope text not null,
  region text not null,
  organisation bigint not null,
  activity bigint not null,
  from_day bigint not null,
  until_day bigint not null,
  state text not null,
  words text not null,
  entered_by bigint not null,
  created bigint not null
);
create index policy_by_state on policy (state, until_day);
create table frozen_roster (
  activity bigint primary key,
  policy bigint not null,
  people integer not null,
  hash text not null,
  frozen bigint not null
);
create table insured_person (activity bigint not null, volunteer bigint not null, primary key (activity, volunteer));
create index insured_person_by_volunteer on insured_person (volunteer, activity);
create table accident (
  id bigint primary key,
  region text not null,
  organisation bigint not null,
  activity bigint not null,
  volunteer bigint not null,
  policy bigint not null,
  place text not null,
  happened bigint not null,
  words_sealed text not null,
  helped integer not null,
  state text not null,
  due bigint not null,
  insurer_no text not null,
  asked_fen bigint not null,
  paid_fen bigint not null,
  reported_by bigint not null,
  at bigint not null
);
create index accident_by_state on accident (state, region, due);
create index accident_of_volunteer on accident (volunteer);
create index accident_of_reporter on accident (reported_by);
create table insurance_paper (
  id bigint primary key,
  policy bigint not null,
  accident bigint not null,
  kind text not null,
  file_name text not null,
  content_type text not null,
  sealed text not null,
  hash text not null,
  by_account bigint not null,
  at bigint not null
);
create index insurance_paper_of on insurance_paper (policy, accident);
)sql";

// A frozen list stays as it stood: neither changed nor taken away.
constexpr char kFrozen[] = R"sql(
-- @sqlite
create trigger frozen_roster_no_update before update on frozen_roster begin select raise(abort, 'frozen_roster is append-only'); end;
create trigger frozen_roster_no_delete before delete on frozen_roster begin select raise(abort, 'frozen_roster is append-only'); end;
create trigger insured_person_no_update before update on insured_person begin select raise(abort, 'insured_person is append-only'); end;
create trigger insured_person_no_delete before delete on insured_person begin select raise(abort, 'insured_person is append-only'); end;
-- @end
-- @postgres
create function frozen_roster_refuse() returns trigger language plpgsql as $f$ begin raise exception 'a frozen roster is append-only'; end $f$;
create trigger frozen_roster_append_only before update or delete on frozen_roster for each row execute function frozen_roster_refuse();
create trigger insured_person_append_only before update or delete on insured_person for each row execute function frozen_roster_refuse();
-- @end
)sql";

}  // namespace

std::vector<storage::Migration> insurance_migrations() {
  return {{283, "insurance", kTables}, {284, "frozen rosters stay", kFrozen}};
}

}  // namespace tx::support
