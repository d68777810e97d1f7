// The support room's door for what protects people and for money: insurance, complaints, funds. Beside support.h and
// incentives.h the only header of this room that the front door includes.
#pragma once
#include "systems/support/support.h"

namespace tx::support {

namespace permission {
inline constexpr access::Permission insure{"insurance.keep"};        // policies, rosters for the insurer, accidents and claims
inline constexpr access::Permission complain_judge{"complaint.judge"};   // appeals against answers, statistics
inline constexpr access::Permission fund_keep{"fund.keep"};          // gifts, outflows, disclosure
inline constexpr access::Permission fund_approve{"fund.approve"};    // the second person: an outflow, a change of use
}  // namespace permission

}  // namespace tx::support
