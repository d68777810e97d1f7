// The way of a licence to use the volunteer service mark (标识): asked for by an organisation, decided by the federation.
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/culture/culture.h"

namespace tx::culture {

inline constexpr workflow::State kMarkStates[] = {
    {"asked", "waiting", {workflow::Deadline::Unit::working_days, 10, "mark.decide_days", "operator"}},
    {"licensed", "good", {}},
    {"refused", "bad", {}, true},
    {"withdrawn", "neutral", {}, true},
    {"revoked", "bad", {}, true},
    {"ended", "neutral", {}, true},
};
inline constexpr workflow::Step kMarkSteps[] = {
    {"", "ask", "asked"},
    {"asked", "license", "licensed", permission::license},
    {"asked", "refuse", "refused", permission::license, true},
    {"asked", "withdraw", "withdrawn"},
    {"licensed", "end", "ended"},                                 // its last day has passed
    {"licensed", "revoke", "revoked", permission::license, true},
};
inline constexpr workflow::Flow kMarkFlow{"mark", kMarkStates, kMarkSteps};

}  // namespace tx::culture
