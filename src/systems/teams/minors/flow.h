// The life cycle of a request of staff to read a minor's data: another person approves, for a short time only
// (未成年人网络保护条例 art. 36: least privilege, approval, a log of every access). Days and hours are the operator's.
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/teams/teams.h"

namespace tx::teams {

inline constexpr workflow::State kMinorAccessStates[] = {
    {"asked", "waiting", {workflow::Deadline::Unit::working_days, 2, "minor.answer_days", "operator"}},
    {"running", "active", {workflow::Deadline::Unit::hours, 24, "minor.open_hours", "operator"}},
    {"refused", "bad", {}, true},
    {"withdrawn", "neutral", {}, true},
    {"ended", "neutral", {}, true},
};
inline constexpr workflow::Step kMinorAccessSteps[] = {
    {"", "ask", "asked"},
    {"asked", "approve", "running", permission::minor_decide},
    {"asked", "refuse", "refused", permission::minor_decide, true},
    {"asked", "withdraw", "withdrawn"},
    {"running", "end", "ended"},        // by the reader, by whoever approved, or by the clock
};
inline constexpr workflow::Flow kMinorAccessFlow{"minor_access", kMinorAccessStates, kMinorAccessSteps};

}  // namespace tx::teams
