#include <sodium.h>

#include "platform/storage/record_sql.h"
#include "systems/supply/dispatch/live.h"
#include "systems/supply/needs/needs.h"
#include "systems/supply/payment.h"

namespace tx::supply {
using storage::find;
using storage::select;

std::optional<Need> find_need(storage::Reader& reader, NeedId id) {
  return find<Need>(reader, "select * from need where id = $1", id);
}
std::optional<Need> find_need_by_number(storage::Reader& reader, const std::string& number) {
  return find<Need>(reader, "select * from need where number = $1", number);
}

std::vector<Need> needs_in(storage::Reader& reader, const std::vector<std::string>& region_prefixes,
                           const std::vector<std::string>& states, int limit, int offset) {
  std::string list;
  for (const auto& state : states) {
    TX_ASSERT(kNeedFlow.state(state));  // only names of the flow reach the SQL text
    list += (list.empty() ? "'" : ",'") + state + "'";
  }
  const std::string sql = "select * from need where " + access::region_filter("region", region_prefixes) +
                          " and state in (" + list +
                          ") order by urgency desc, priority desc, case when due = 0 then 1 else 0 end, due, created "
                          "limit $1 offset $2";
  return select<Need>(reader, sql, limit, offset);
}

std::vector<Need> same_needs(storage::Reader& reader, const Need& need) {
  auto near = select<Need>(reader,
                           "select * from need where phone_index = $1 and service = $2 and id <> $3 "
                           "and state not in ('refused','withdrawn') order by created desc limit 20",
                           need.phone_index, need.service, need.id);
  std::erase_if(near, [&](const Need& other) { return !rules::looks_same(need, other); });
  return near;
}

std::string code_hash(const std::string& number, const std::string& code) {
  const std::string text = number + "/" + code;
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  char hex[sizeof hash * 2 + 1];
  sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
  return hex;
}

Result<void> move_need(storage::Tx& tx, Need& need, std::string_view action, access::AccountId by,
                       const std::string& reason) {
  auto taken = workflow::take(tx, kNeedFlow, need.id.value, need.state, action, by, reason);
  if (!taken) return tl::unexpected(taken.error());
  need.state = taken->state;
  need.due = taken->due;
  storage::update(tx, "need", need);
  live::changed(tx, need);
  if (const auto* state = kNeedFlow.state(need.state); state && state->final && minutes_payment().over) minutes_payment().over(tx, need.id.value);
  return {};
}

}  // namespace tx::supply
