#include "platform/notices/notices.h"

namespace tx::notices {

std::vector<storage::Migration> migrations() {
  return {{40, "notices", R"sql(
create table notice (
  id bigint primary key,
  account bigint not null,
  key text not null,
  args text not null,
  link text not null,
  urgent bigint not null,
  at bigint not null,
  read_at bigint not null
);
create index notice_account on notice (account, id);
create index notice_unread on notice (account) where read_at = 0;
create table notice_setting (
  account bigint primary key,
  email_sealed text not null,
  email_level text not null,
  sms_level text not null,
  quiet_from bigint not null,
  quiet_until bigint not null,
  changed bigint not null
);
create table notice_feed (
  account bigint primary key,
  token text not null unique,
  created bigint not null
);
create table outbox (
  id bigint primary key,
  channel text not null,
  account bigint not null,
  address text not null,
  key text not null,
  args text not null,
  link text not null,
  dedupe text not null unique,
  state text not null,
  attempts bigint not null,
  next_try bigint not null,
  problem text not null,
  created bigint not null,
  ended bigint not null
);
create index outbox_waiting on outbox (next_try) where state = 'waiting';
create index outbox_dead on outbox (id) where state = 'dead';
)sql"}};
}

}  // namespace tx::notices
