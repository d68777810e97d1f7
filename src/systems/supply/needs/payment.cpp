// Where the time bank hangs itself in: minutes set aside with a need, given back when it is over.
#include "platform/storage/record_sql.h"
#include "systems/supply/payment.h"

namespace tx::supply {
namespace {

MinutesPayment& registered() {
  static MinutesPayment one;
  return one;
}

}  // namespace

void pay_with_minutes(MinutesPayment payment) { registered() = std::move(payment); }
const MinutesPayment& minutes_payment() { return registered(); }

std::int64_t need_of_attendance(storage::Reader& reader, std::int64_t attendance) {
  return storage::scalar<std::int64_t>(reader, "select object from attendance where id = $1 and kind = 'need'", attendance).value_or(0);
}

}  // namespace tx::supply
