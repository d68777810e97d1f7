// The supply room's door for insurance: who knows the policies stands below this room and hangs itself in here, before the
// server starts. An activity with possible bodily danger goes on only when a policy covers it (Regulation art. 17). A
// side door (script/check_arrows).
#pragma once
#include <functional>

#include "platform/http/http.h"

namespace tx::supply {

struct ToCover {
  std::int64_t activity = 0, organisation = 0;
  std::string region, number;        // number: the policy that was written down with the activity; may be empty
  Instant starts;
};
struct Insurance {
  std::function<Result<std::string>(storage::Reader&, const ToCover&)> number = nullptr;   // the covering policy's number, or why not
  std::function<Json(const http::Context&, const ToCover&)> card = nullptr;                // for the activity's page; null: not covered
};
void insure_with(Insurance insurance);   // {}: nobody asks
const Insurance& insurance();

}  // namespace tx::supply
