// The life cycle of a need. Deadlines marked "operator" have no statutory number (Regulation art. 13 says "promptly");
// they are settings with these defaults.
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/supply/supply.h"

namespace tx::supply {

inline constexpr workflow::State kNeedStates[] = {
    {"submitted", "waiting",
     {workflow::Deadline::Unit::working_days, 2, "need.answer_days", "Regulation art. 13 (promptly); operator"}},
    {"open", "waiting", {workflow::Deadline::Unit::hours, 24, "need.dispatch_hours", "operator"}},
    {"asked", "active", {workflow::Deadline::Unit::hours, 12, "need.asked_hours", "operator"}},
    {"accepted", "active", {}},
    {"serving", "active", {}},
    {"done", "waiting", {workflow::Deadline::Unit::days, 3, "need.confirm_days", "operator"}},
    {"confirmed", "good", {workflow::Deadline::Unit::days, 7, "need.rate_days", "operator"}},
    {"closed", "good", {}, true},
    {"refused", "bad", {}, true},
    {"withdrawn", "neutral", {}, true},
};
inline constexpr workflow::Step kNeedSteps[] = {
    {"", "submit", "submitted"},
    {"submitted", "accept", "open", permission::verify},
    {"submitted", "refuse", "refused", permission::verify, true},
    {"submitted", "withdraw", "withdrawn"},
    {"open", "ask", "asked", permission::dispatch},
    {"open", "take", "accepted"},                                   // claim of an open need (抢单)
    {"open", "refuse", "refused", permission::verify, true},
    {"open", "withdraw", "withdrawn"},
    {"asked", "ask_more", "asked", permission::dispatch},
    {"asked", "take", "accepted"},
    {"asked", "dispatch_again", "open", permission::dispatch, true},
    {"asked", "run_out", "open"},                                   // everybody said no or nobody answered
    {"asked", "withdraw", "withdrawn"},
    {"accepted", "release", "open", {}, true},                      // the helper cannot come
    {"accepted", "dispatch_again", "open", permission::dispatch, true},
    {"accepted", "start", "serving"},
    {"accepted", "withdraw", "withdrawn"},
    {"serving", "finish", "done"},
    {"done", "confirm", "confirmed"},
    {"done", "dispatch_again", "open", permission::dispatch, true}, // the resident says nobody came
    {"confirmed", "rate", "closed"},
    {"confirmed", "close", "closed"},
};
inline constexpr workflow::Flow kNeedFlow{"need", kNeedStates, kNeedSteps};

}  // namespace tx::supply
