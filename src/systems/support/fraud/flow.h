// The life cycle of a doubt about hours (H8): somebody takes it up, freezes, hears those concerned; another person decides; a
// third judges an appeal. Nothing is ever deleted: what is void is taken back by records of the opposite amount, and only
// when the time for an appeal has passed. No law counts these days (Decree 67 art. 20-24, Regulation art. 38 oblige to act):
// the numbers are the operator's.
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/support/support.h"

namespace tx::support {

inline constexpr workflow::State kRiskStates[] = {
    {"flagged", "waiting", {workflow::Deadline::Unit::working_days, 5, "risk.look_days", "operator"}},
    {"frozen", "active", {workflow::Deadline::Unit::working_days, 10, "risk.hearing_days", "operator"}},
    {"heard", "waiting", {workflow::Deadline::Unit::working_days, 5, "risk.decide_days", "operator"}},
    {"decided", "bad", {workflow::Deadline::Unit::days, 15, "risk.appeal_days", "operator"}},
    {"appealed", "waiting", {workflow::Deadline::Unit::working_days, 10, "risk.appeal_answer_days", "operator"}},
    {"voided", "bad", {}, true},
    {"cleared", "good", {}, true},
};
inline constexpr workflow::Step kRiskSteps[] = {
    {"", "open", "flagged", permission::supervise, true},
    {"flagged", "freeze", "frozen", permission::supervise, true},
    {"flagged", "dismiss", "cleared", permission::supervise, true},   // nothing in it
    {"frozen", "close", "heard", permission::supervise},              // all were heard, or their time has passed
    {"frozen", "clear", "cleared", permission::judge, true},
    {"heard", "void", "decided", permission::judge, true},
    {"heard", "clear", "cleared", permission::judge, true},
    {"decided", "lapse", "voided"},                                   // nobody appealed in time
    {"decided", "appeal", "appealed", {}, true},
    {"appealed", "uphold", "voided", permission::judge, true},
    {"appealed", "reverse", "cleared", permission::judge, true},
};
inline constexpr workflow::Flow kRiskFlow{"risk_case", kRiskStates, kRiskSteps};

}  // namespace tx::support
