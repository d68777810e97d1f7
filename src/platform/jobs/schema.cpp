#include "platform/jobs/jobs.h"

namespace tx::jobs {

std::vector<storage::Migration> migrations() {
  return {{30, "jobs", R"sql(
create table job (
  id bigint primary key,
  kind text not null,
  state text not null,
  owner bigint not null,
  progress_done bigint not null,
  progress_of bigint not null,
  stage text not null,
  input text not null,
  answer text not null,
  created bigint not null,
  started bigint not null,
  finished bigint not null,
  cancel_asked bigint not null
);
create index job_open on job (id) where state in ('waiting', 'running');
create index job_owner on job (owner, id);
create table job_timed (
  name text primary key,
  next_run bigint not null
);
)sql"}};
}

}  // namespace tx::jobs
