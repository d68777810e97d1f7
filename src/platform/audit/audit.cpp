#include "platform/audit/audit.h"
#include "platform/audit/lately.h"

#include <sodium.h>

#include "platform/audit/listener.h"
#include "platform/storage/record_sql.h"

namespace tx::audit {
namespace {

constexpr const char* kGenesis = "0000000000000000000000000000000000000000000000000000000000000000";
constexpr std::int64_t kPage = 1000;

void add(crypto_hash_sha256_state& state, std::string_view part) {
  // The length in front: no shifting of letters from one field to the next keeps the hash.
  unsigned char length[8];
  for (int i = 0; i < 8; ++i) length[i] = static_cast<unsigned char>(part.size() >> (8 * i));
  crypto_hash_sha256_update(&state, length, sizeof length);
  crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(part.data()), part.size());
}

// `details` as the text that stands in the table: reading it and writing it again might not give the same bytes.
std::string hash_of(const Entry& entry, const std::string& details) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  for (const std::string& part :
       {std::string("tongxin audit 1"), std::to_string(entry.seq), std::to_string(entry.at.us),
        std::to_string(entry.account), entry.action, entry.object, entry.region, entry.rule, entry.outcome,
        entry.reason, details, entry.prev})
    add(state, part);
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_final(&state, hash);
  char hex[2 * sizeof hash + 1];
  sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
  return hex;
}

std::function<void(storage::Tx&, const Entry&)>& listener() {
  static std::function<void(storage::Tx&, const Entry&)> told;
  return told;
}

}  // namespace

void on_append(std::function<void(storage::Tx&, const Entry&)> told) { listener() = std::move(told); }

void append(storage::Tx& tx, Entry entry) {
  // The head is read from the transaction, not remembered: a refused command takes its entries back with it.
  const storage::Rows head = storage::query(tx, "select seq, hash from audit_head where one = 1");
  entry.seq = std::get<std::int64_t>(head.rows.at(0).at(0)) + 1;
  entry.prev = std::get<std::string>(head.rows[0][1]);
  entry.at = tx.now();
  entry.hash = hash_of(entry, entry.details.dump());
  storage::insert(tx, "audit_entry", entry);
  storage::execute(tx, "update audit_head set seq = $1, hash = $2 where one = 1", entry.seq, entry.hash);
  if (listener()) listener()(tx, entry);
}

std::optional<std::int64_t> first_broken(storage::Reader& reader) {
  std::int64_t seq = 0;
  std::string prev = kGenesis;
  while (true) {
    const storage::Rows page =
        storage::query(reader, "select * from audit_entry where seq > $1 order by seq limit $2", seq, kPage);
    const int details_column = page.column("details");
    for (std::size_t row = 0; row < page.size(); ++row) {
      const auto entry = storage::read_row<Entry>(page, row);
      std::string details;
      storage::from_value(page.rows[row][details_column], details);
      if (entry.seq != seq + 1 || entry.prev != prev || entry.hash != hash_of(entry, details)) return seq + 1;
      seq = entry.seq;
      prev = entry.hash;
    }
    if (page.size() < static_cast<std::size_t>(kPage)) break;
  }
  // The last entries of a chain can be cut off without breaking it; the head stored beside the table notices.
  const storage::Rows head = storage::query(reader, "select seq, hash from audit_head where one = 1");
  const bool holds =
      head.size() == 1 && head.rows[0][0] == storage::Value(seq) && head.rows[0][1] == storage::Value(prev);
  if (!holds) return seq + 1;
  return std::nullopt;
}

bool said_lately(storage::Reader& reader, const std::string& action, const std::string& object, access::AccountId account, Instant now) {
  return storage::scalar<std::int64_t>(reader, "select seq from audit_entry where action = $1 and object = $2 and account = $3 and at > $4 order by seq desc limit 1",
                                       action, object, account, now.plus(-kShownFor)).has_value();
}

std::vector<storage::Migration> migrations() {
  return {
      {10, "audit", R"sql(
        create table audit_entry (
          seq bigint primary key,
          at bigint not null,
          account bigint not null,
          action text not null,
          object text not null,
          region text not null,
          rule text not null,
          outcome text not null,
          reason text not null,
          details text not null,
          prev text not null,
          hash text not null
        );
        create index audit_entry_object on audit_entry (object, seq) where object <> '';
        create index audit_entry_account on audit_entry (account, seq) where account <> 0;
        create table audit_head (one integer primary key check (one = 1), seq bigint not null, hash text not null);
        insert into audit_head (one, seq, hash)
          values (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
        -- @sqlite
        create trigger audit_entry_no_replace before insert on audit_entry  -- "or replace" fires no delete trigger
          when exists (select 1 from audit_entry where seq = new.seq)
          begin select raise(abort, 'audit_entry is append-only'); end;
        create trigger audit_entry_no_update before update on audit_entry
          begin select raise(abort, 'audit_entry is append-only'); end;
        create trigger audit_entry_no_delete before delete on audit_entry
          begin select raise(abort, 'audit_entry is append-only'); end;
        -- @end
        -- @postgres
        create function audit_entry_refuse() returns trigger language plpgsql as
          $f$ begin raise exception 'audit_entry is append-only'; end $f$;
        create trigger audit_entry_append_only before update or delete on audit_entry
          for each row execute function audit_entry_refuse();
        create trigger audit_entry_no_truncate before truncate on audit_entry
          for each statement execute function audit_entry_refuse();
        -- @end
      )sql"},
  };
}

}  // namespace tx::audit
