// Money that leaves a fund: one asks, another approves. No law sets days for it.
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/support/rights.h"

namespace tx::support {

inline constexpr workflow::State kOutflowStates[] = {
    {"asked", "waiting", {workflow::Deadline::Unit::working_days, 5, "fund.approve_days", "operator"}},
    {"paid", "good", {}, true},
    {"refused", "bad", {}, true},
};
inline constexpr workflow::Step kOutflowSteps[] = {
    {"", "ask", "asked", permission::fund_keep},
    {"asked", "approve", "paid", permission::fund_approve},
    {"asked", "refuse", "refused", permission::fund_approve, true},
};
inline constexpr workflow::Flow kOutflowFlow{"outflow", kOutflowStates, kOutflowSteps};

}  // namespace tx::support
