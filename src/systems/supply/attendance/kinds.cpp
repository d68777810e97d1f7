// Presence that other rooms call for: their kinds, and what they may do with them.
#include "platform/documents/documents.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/attendance/attendance.h"
#include "systems/supply/supply.h"

namespace tx::supply {
namespace {

std::map<std::string, PresenceKind, std::less<>>& kinds() {
  static std::map<std::string, PresenceKind, std::less<>> all;
  return all;
}

}  // namespace

void add_presence_kind(std::string kind, PresenceKind presence) { kinds()[std::move(kind)] = std::move(presence); }
void forget_presence_kinds() { kinds().clear(); }
const PresenceKind* find_presence_kind(std::string_view kind) {
  const auto found = kinds().find(kind);
  return found == kinds().end() ? nullptr : &found->second;
}

// What a code screen shows and the island fetches anew at every step.
Json code_view(std::string_view kind, std::int64_t object, std::string_view key, Instant now) {
  const std::int64_t step = code_step(now);
  const std::string code = rotating_code(key, step);
  const std::string content = "TONGXIN:" + std::string(kind) + ":" + id_text(object) + ":" + code;
  return Json::of({{"svg", documents::qr_svg(content, 6)},
                   {"code", code},
                   {"seconds_left", ((step + 1) * kCodeStep - now.us + kSecond - 1) / kSecond},
                   {"step_seconds", kCodeStep / kSecond}});
}

Json presence_code(std::string_view kind, std::int64_t object, const std::string& key, Instant now) { return code_view(kind, object, key, now); }

Result<std::int64_t> show_presence(storage::Tx& tx, std::string_view kind, std::int64_t object, std::int64_t volunteer, bool coming, const std::string& code) {
  CheckInput input;
  input.object = id_text(object);
  input.kind = kind;
  input.direction = coming ? "in" : "out";
  input.code = code;
  return TX_TRY(check(tx, volunteer, input)).id;
}

Result<std::int64_t> note_presence(storage::Tx& tx, std::string_view kind, std::int64_t object, std::int64_t volunteer, bool coming, Instant at) {
  return TX_TRY(record_presence(tx, kind, object, volunteer, coming, Proof::leader, at, false)).id;
}

int confirm_presences(storage::Tx& tx, std::string_view kind, std::int64_t object, access::AccountId by, const std::string& note, int most) {
  auto left = storage::select<Attendance>(tx, "select * from attendance where kind = $1 and object = $2 and state = 'left' order by id limit $3", kind, object, most);
  for (auto& row : left) {
    row.state = "confirmed";
    row.confirmed_by = by;
    row.confirmed_at = tx.now();
    row.note = note;
    storage::update(tx, "attendance", row);
    tell_served(tx, row, by);
  }
  return static_cast<int>(left.size());
}

}  // namespace tx::supply
