// The tables of the support room, one text for both databases. Records, postings and the log refuse update and delete.
#include "systems/support/complaints/complaints.h"
#include "systems/support/funds/funds.h"
#include "systems/support/insurance/insurance.h"
#include "systems/support/records/records.h"
#include "systems/support/support.h"

namespace tx::support {
namespace {

constexpr char kBook[] = R"sql(
create table posting (
  id bigint primary key,
  kind text not null,
  unit text not null,
  source bigint not null,
  reverses bigint not null,
  at bigint not null
);
create unique index posting_reversed_once on posting (reverses) where reverses <> 0;
create table posting_line (
  posting bigint not null,
  account text not null,
  amount bigint not null check (amount <> 0),
  primary key (posting, account)
);
create index posting_line_by_account on posting_line (account, posting);
create table book_balance (unit text not null, account text not null, amount bigint not null, primary key (unit, account));
create table log_leaf (
  seq bigint primary key,
  type text not null,
  object bigint not null,
  salt bytea not null,
  record text not null,
  leaf text not null
);
create index log_leaf_by_object on log_leaf (object, type);
create table log_node (level integer not null, place bigint not null, hash bytea not null, primary key (level, place));
create table log_head (one integer primary key check (one = 1), size bigint not null, frontier bytea not null, note text not null);
)sql";

constexpr char kRecords[] = R"sql(
create table service_record (
  id bigint primary key,
  volunteer bigint not null,
  organisation bigint not null,
  region text not null,
  kind text not null,
  source bigint not null,
  title text not null,
  place text not null,
  in_charge text not null,
  starts bigint not null,
  ends bigint not null,
  minutes bigint not null,
  grade text not null,
  reverses bigint not null,
  first_by bigint not null,
  second_by bigint not null,
  at bigint not null
);
create index service_record_by_volunteer on service_record (volunteer, starts);
create index service_record_by_organisation on service_record (organisation, at);
create index service_record_by_source on service_record (source);
create unique index service_record_reversed_once on service_record (reverses) where reverses <> 0;

create table record_case (
  id bigint primary key,
  kind text not null,
  batch bigint not null,
  record bigint not null,
  volunteer bigint not null,
  organisation bigint not null,
  region text not null,
  title text not null,
  place text not null,
  in_charge text not null,
  starts bigint not null,
  ends bigint not null,
  minutes bigint not null,
  grade text not null,
  words text not null,
  asked_by bigint not null,
  first_by bigint not null,
  second_by bigint not null,
  state text not null,
  due bigint not null,
  created bigint not null,
  decided bigint not null,
  source bigint not null
);
create index record_case_by_state on record_case (state, region, due);
create index record_case_by_volunteer on record_case (volunteer, created);
create index record_case_by_record on record_case (record) where record <> 0;
create index record_case_by_enterer on record_case (asked_by, created);
create table case_evidence (
  batch bigint primary key,
  file_name text not null,
  content_type text not null,
  bytes bytea not null,
  hash text not null
);
)sql";

constexpr char kCertificates[] = R"sql(
create table certificate (
  id bigint primary key,
  number text not null unique,
  volunteer bigint not null,
  volunteer_no text not null,
  name_sealed text not null,
  from_day bigint not null,
  to_day bigint not null,
  minutes_a bigint not null,
  minutes_b bigint not null,
  minutes_c bigint not null,
  minutes_d bigint not null,
  text text not null,
  url text not null,
  state text not null,
  reason text not null,
  at bigint not null,
  changed bigint not null
);
create index certificate_of_volunteer on certificate (volunteer, id);
)sql";

constexpr char kTimeBank[] = R"sql(
create table bank_member (
  id bigint primary key,
  number text not null unique,
  volunteer bigint not null,
  account bigint not null,
  name_sealed text not null,
  birth bigint not null,
  region text not null,
  station bigint not null,
  consent text not null,
  consent_by text not null,
  opened_by bigint not null,
  care text not null,
  care_by bigint not null,
  state text not null,
  opened bigint not null
);
create unique index bank_member_by_account on bank_member (account) where account <> 0;
create unique index bank_member_by_volunteer on bank_member (volunteer) where volunteer <> 0;
create index bank_member_by_region on bank_member (region, state);
create index bank_member_by_station on bank_member (station);
create table bank_order (
  id bigint primary key,
  member bigint not null,
  other bigint not null,
  kind text not null,
  minutes bigint not null check (minutes > 0),
  ordered_by bigint not null,
  consent text not null,
  at bigint not null
);
create index bank_order_by_member on bank_order (member, at);
create index bank_order_by_kind on bank_order (kind, at);
create table bank_kin (
  id bigint primary key,
  member bigint not null,
  other bigint not null,
  relation text not null,
  state text not null,
  agreed_by bigint not null,
  attested_by bigint not null,
  due bigint not null,
  at bigint not null
);
create index bank_kin_by_member on bank_kin (member);
create index bank_kin_by_other on bank_kin (other);
create table bank_deposit (
  record bigint primary key,
  member bigint not null,
  day bigint not null,
  own bigint not null,
  give bigint not null,
  need bigint not null,
  posting bigint not null
);
create index bank_deposit_by_member on bank_deposit (member, day);
create table bank_hold (
  need bigint primary key,
  member bigint not null,
  minutes bigint not null,
  number text not null,
  service text not null,
  state text not null,
  at bigint not null
);
create index bank_hold_by_member on bank_hold (member, state);
create table bank_statement (
  county text not null,
  month text not null,
  town text not null,
  came bigint not null,
  went bigint not null,
  posting bigint not null,
  made_by bigint not null,
  at bigint not null,
  primary key (county, month, town)
);
)sql";

constexpr char kHonours[] = R"sql(
create table star_scheme (
  id bigint primary key,
  region text not null,
  name text not null,
  source text not null,
  hours text not null,
  levels text not null,
  quality_percent integer not null,
  valid_from bigint not null,
  made_by bigint not null,
  created bigint not null
);
create index star_scheme_by_region on star_scheme (region, valid_from);
create table honour (
  id bigint primary key,
  kind text not null,
  star integer not null,
  title text not null,
  volunteer bigint not null,
  organisation bigint not null,
  region text not null,
  words text not null,
  minutes bigint not null,
  quality_percent integer not null,
  nominated_by bigint not null,
  reviewed_by bigint not null,
  settled_by bigint not null,
  decided_by bigint not null,
  name_shown text not null,
  state text not null,
  due bigint not null,
  created bigint not null,
  decided bigint not null
);
create index honour_by_state on honour (state, region, due);
create index honour_by_volunteer on honour (volunteer, kind);
create table honour_bar (
  id bigint primary key,
  volunteer bigint not null,
  until bigint not null,
  reason text not null,
  barred_by bigint not null,
  at bigint not null
);
create index honour_bar_by_volunteer on honour_bar (volunteer, until);
)sql";

constexpr char kBenefits[] = R"sql(
create table benefit (
  id bigint primary key,
  region text not null,
  partner text not null,
  title text not null,
  words text not null,
  icon text not null,
  points bigint not null check (points >= 0),
  least_star integer not null,
  stock integer not null,
  taken integer not null check (taken >= 0),
  valid_until bigint not null,
  key_sealed text not null,
  key_index text not null unique,
  state text not null,
  made_by bigint not null,
  created bigint not null,
  check (taken <= stock)
);
create index benefit_by_region on benefit (region, state);
create table redemption (
  id bigint primary key,
  benefit bigint not null,
  volunteer bigint not null,
  code_sealed text not null,
  code_index text not null unique,
  state text not null,
  points bigint not null,
  posting bigint not null,
  due bigint not null,
  at bigint not null,
  used bigint not null
);
create index redemption_by_volunteer on redemption (volunteer, at);
create index redemption_by_benefit on redemption (benefit, state);
create index redemption_by_due on redemption (state, due);
)sql";

// Append-only: written by hand for each table, for each engine in its own words.
std::string guarded(const char* table) {
  const std::string t = table;
  return "-- @sqlite\ncreate trigger " + t + "_no_update before update on " + t + " begin select raise(abort, '" + t +
         " is append-only'); end;\ncreate trigger " + t + "_no_delete before delete on " + t + " begin select raise(abort, '" + t +
         " is append-only'); end;\n-- @end\n-- @postgres\ncreate function " + t +
         "_refuse() returns trigger language plpgsql as $f$ begin raise exception '" + t +
         " is append-only'; end $f$;\ncreate trigger " + t + "_append_only before update or delete on " + t +
         " for each row execute function " + t + "_refuse();\ncreate trigger " + t + "_no_truncate before truncate on " + t +
         " for each statement execute function " + t + "_refuse();\n-- @end\n";
}

// SQLite's "insert or replace" fires no delete trigger (the audit trail has the same guard); PostgreSQL knows no such thing.
std::string kept(const char* table, const char* same_key) {
  const std::string t = table;
  return "-- @sqlite\ncreate trigger " + t + "_no_replace before insert on " + t + " when exists (select 1 from " + t + " where " + same_key +
         ") begin select raise(abort, '" + t + " is append-only'); end;\n-- @end\n";
}

// An erasure may empty salt and record of a leaf, and nothing else; the leaf itself stays.
constexpr char kErasure[] = R"sql(
-- @sqlite
drop trigger log_leaf_no_update;
create trigger log_leaf_no_update before update on log_leaf
  when not (length(new.salt) = 0 and new.record = '' and new.seq = old.seq and new.type = old.type and new.object = old.object and new.leaf = old.leaf)
  begin select raise(abort, 'log_leaf is append-only'); end;
-- @end
-- @postgres
create or replace function log_leaf_refuse() returns trigger language plpgsql as
  $f$ begin
    if tg_op = 'UPDATE' then
      if length(new.salt) = 0 and new.record = '' and new.seq = old.seq and new.type = old.type and new.object = old.object and new.leaf = old.leaf then
        return new;
      end if;
    end if;
    raise exception 'log_leaf is append-only';
  end $f$;
-- @end
)sql";

constexpr char kWitnesses[] = R"sql(
create table witness (name text primary key, key text not null, address text not null, added bigint not null, added_by bigint not null);
create table cosignature (witness text not null, size bigint not null, note text not null, at bigint not null, primary key (witness, size));
create table watched_log (
  origin text primary key,
  key text not null,
  size bigint not null,
  note text not null,
  fork text not null,
  at bigint not null
);
create table log_check (
  id bigint primary key,
  at bigint not null,
  by_account bigint not null,
  size bigint not null,
  what text not null,
  fault bigint not null,
  took_ms bigint not null
);
)sql";

constexpr char kSpotChecks[] = R"sql(
create table spot_round (
  id bigint primary key,
  region text not null,
  title text not null,
  ratio integer not null,
  busiest integer not null,
  population text not null,
  secret text not null,
  commitment text not null,
  seed text not null,
  leaf bigint not null,
  state text not null,
  created_by bigint not null,
  created bigint not null,
  drawn bigint not null,
  published bigint not null
);
create table spot_target (
  id bigint primary key,
  round bigint not null,
  organisation bigint not null,
  why text not null,
  ticket text not null,
  answers text not null,
  result text not null,
  words text not null,
  checked_by bigint not null,
  checked_at bigint not null
);
create index spot_target_of_round on spot_target (round);
)sql";

constexpr char kTransfers[] = R"sql(
create table transfer_batch (
  id bigint primary key,
  direction text not null,
  region text not null,
  platform text not null,
  file_name text not null,
  file_hash text not null,
  consent text not null,
  state text not null,
  good bigint not null,
  bad bigint not null,
  created_by bigint not null,
  decided_by bigint not null,
  created bigint not null,
  changed bigint not null
);
create table transfer_row (
  batch bigint not null,
  line integer not null,
  source_no text not null,
  volunteer bigint not null,
  record bigint not null,
  who text not null,
  title text not null,
  organisation text not null,
  place text not null,
  in_charge text not null,
  starts bigint not null,
  ends bigint not null,
  minutes bigint not null,
  grade text not null,
  entry integer not null,
  nature integer not null,
  problem text not null,
  problem_column text not null,
  state text not null,
  words text not null,
  primary key (batch, line)
);
create index transfer_row_of_record on transfer_row (record) where record <> 0;
create index transfer_row_by_number on transfer_row (source_no) where source_no <> '';
)sql";

constexpr char kSeals[] = R"sql(
alter table certificate add column lines text not null default '';
create table seal_request (
  id bigint primary key,
  certificate bigint not null,
  volunteer bigint not null,
  organisation bigint not null,
  region text not null,
  state text not null,
  words text not null,
  asked_by bigint not null,
  decided_by bigint not null,
  due bigint not null,
  created bigint not null,
  decided bigint not null
);
create index seal_request_of_certificate on seal_request (certificate);
create index seal_request_by_state on seal_request (state, region, due);
)sql";

}  // namespace

std::vector<storage::Migration> migrations() {
  static const std::string kKept = kept("posting", "id = new.id") + kept("posting_line", "posting = new.posting and account = new.account") +
                                   kept("log_leaf", "seq = new.seq") + kept("log_node", "level = new.level and place = new.place") +
                                   kept("service_record", "id = new.id");
  static const std::string kGuards = guarded("posting") + guarded("posting_line") + guarded("log_leaf") + guarded("log_node") +
                                     guarded("service_record");
  std::vector<storage::Migration> all{{250, "book", kBook}, {260, "service records", kRecords}, {261, "append-only", kGuards.c_str()},
          {270, "certificates", kCertificates}, {271, "append-only, or replace too", kKept.c_str()},
          {272, "erasing a person", kErasure}, {273, "witnesses", kWitnesses}, {274, "spot checks", kSpotChecks},
          {275, "transfers", kTransfers}, {276, "what a certificate says, and its seal", kSeals},
          {280, "time bank", kTimeBank}, {281, "honours", kHonours}, {282, "benefits", kBenefits}};
  for (const auto& block : {insurance_migrations(), complaint_migrations(), fund_migrations(), record_migrations()}) all.insert(all.end(), block.begin(), block.end());
  return all;
}

}  // namespace tx::support
