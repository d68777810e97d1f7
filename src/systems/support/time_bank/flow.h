// The life cycle of a relation of kin. No article sets a number here: the days are the operator's.
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/support/incentives.h"

namespace tx::support::bank {

inline constexpr workflow::State kKinStates[] = {
    {"stated", "waiting", {workflow::Deadline::Unit::days, 30, "bank.kin_agree_days", "operator"}},
    {"agreed", "waiting", {workflow::Deadline::Unit::working_days, 5, "bank.kin_attest_days", "operator"}},
    {"attested", "good", {}},
    {"refused", "bad", {}, true},
    {"ended", "neutral", {}, true},
};
inline constexpr workflow::Step kKinSteps[] = {
    {"", "state", "stated"},                                  // one of the two says so
    {"stated", "agree", "agreed"},                            // the other agrees
    {"stated", "decline", "refused"},
    {"agreed", "attest", "attested", permission::bank_keep},  // a third person has seen the proof
    {"agreed", "refuse", "refused", permission::bank_keep, true},
    {"attested", "end", "ended"},                             // either of the two, at any time
};
inline constexpr workflow::Flow kKinFlow{"bank_kin", kKinStates, kKinSteps};

}  // namespace tx::support::bank
