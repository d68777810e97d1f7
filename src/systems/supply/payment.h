// The supply room's door for the time bank: a need may be paid with minutes. The time bank stands below this room, so it
// registers here how, before the server starts; without it nothing is asked on the form. A side door (script/check_arrows).
#pragma once
#include <functional>

#include "platform/http/http.h"

namespace tx::supply {

struct MinutesAsked {
  std::int64_t need = 0, minutes = 0;
  std::string number, service, passbook;   // passbook: its number, as typed or ticked
  bool for_other = false;
};
struct MinutesPayment {
  std::function<Json(http::Context&, const std::string& service, bool desk)> field = nullptr;           // for the form; null: not offered
  std::function<Result<void>(storage::Tx&, const MinutesAsked&, const access::Actor&)> hold = nullptr;  // with the need, or refused with it
  std::function<void(storage::Tx&, std::int64_t need)> over = nullptr;                                  // closed, refused or withdrawn
};
void pay_with_minutes(MinutesPayment payment);   // {}: none
const MinutesPayment& minutes_payment();         // what was registered

// The need at which this presence stands; 0: an activity's shift.
std::int64_t need_of_attendance(storage::Reader& reader, std::int64_t attendance);

}  // namespace tx::supply
