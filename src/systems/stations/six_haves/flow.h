// The life of a check: the keeper's self-check, the inspection from another side, the fix list, the rating. The numbers of
// days are the operator's: no article sets one.
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/stations/stations.h"

namespace tx::stations::six {

inline constexpr workflow::State kCheckStates[] = {
    {"draft", "active", {workflow::Deadline::Unit::days, 30, "six.draft_days", "operator"}},
    {"sent", "waiting", {workflow::Deadline::Unit::working_days, 20, "six.inspect_days", "operator"}},
    {"fixing", "active", {workflow::Deadline::Unit::days, 30, "six.fix_days", "operator"}},
    {"rated", "good", {}, true},
    {"withdrawn", "neutral", {}, true},
};
inline constexpr workflow::Step kCheckSteps[] = {
    {"", "begin", "draft", permission::keep},
    {"draft", "send", "sent", permission::keep},
    {"draft", "withdraw", "withdrawn", permission::keep},
    {"sent", "rate", "rated", permission::inspect},
    {"sent", "fix", "fixing", permission::inspect},
    {"sent", "take_back", "draft", permission::keep},
    {"fixing", "send_again", "sent", permission::keep},
};
inline constexpr workflow::Flow kCheckFlow{"six_check", kCheckStates, kCheckSteps};

}  // namespace tx::stations::six
