// The station kiosk: a volunteer types the last six characters of the volunteer number and a 4-digit PIN. PINs are
// salted and hashed; five wrong tries lock the PIN for 15 minutes.
#include <sodium.h>

#include "platform/storage/record_sql.h"
#include "systems/supply/attendance/kiosk.h"

namespace tx::supply {
namespace {

constexpr int kTries = 5;
constexpr std::int64_t kLock = 15 * kMinute;

struct Pin {
  std::int64_t volunteer = 0;
  std::string salt, hash;
  int wrong = 0;
  Instant locked_until;
};
BOOST_DESCRIBE_STRUCT(Pin, (), (volunteer, salt, hash, wrong, locked_until))

std::string hashed(const std::string& salt, const std::string& pin) {
  const std::string text = salt + pin;
  unsigned char bytes[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(bytes, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  char hex[sizeof bytes * 2 + 1];
  sodium_bin2hex(hex, sizeof hex, bytes, sizeof bytes);
  return hex;
}

}  // namespace

Result<void> set_pin(storage::Tx& tx, std::int64_t volunteer, const std::string& pin) {
  if (pin.size() != 4 || pin.find_first_not_of("0123456789") != std::string::npos)
    return refuse(Kind::invalid, "kiosk.pin_form", "pin");
  unsigned char bytes[8];
  randombytes_buf(bytes, sizeof bytes);
  char hex[sizeof bytes * 2 + 1];
  sodium_bin2hex(hex, sizeof hex, bytes, sizeof bytes);
  storage::execute(tx,
                   "insert into kiosk_pin (volunteer, salt, hash, wrong, locked_until) values ($1,$2,$3,0,0) "
                   "on conflict (volunteer) do update set salt = $2, hash = $3, wrong = 0, locked_until = 0",
                   volunteer, std::string(hex), hashed(hex, pin));
  return {};
}

Result<bool> pin_holds(storage::Tx& tx, std::int64_t volunteer, const std::string& pin) {
  auto row = storage::find<Pin>(tx, "select * from kiosk_pin where volunteer = $1", volunteer);
  if (!row) return refuse(Kind::not_found, "kiosk.no_pin");
  if (row->locked_until > tx.now()) return refuse(Kind::too_many, "kiosk.locked");
  if (hashed(row->salt, pin) == row->hash) {
    if (row->wrong) storage::execute(tx, "update kiosk_pin set wrong = 0 where volunteer = $1", volunteer);
    return true;
  }
  // The count of wrong tries must be kept, so a wrong PIN is an answer and not a refusal (a refusal rolls back).
  ++row->wrong;
  if (row->wrong >= kTries) {
    row->wrong = 0;
    row->locked_until = tx.now().plus(kLock);
  }
  storage::update(tx, "kiosk_pin", *row);
  return false;
}

}  // namespace tx::supply
