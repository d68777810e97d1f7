// The life cycle of a complaint. The Regulation sets no number of days (art. 26: investigate, or tell the person where to go);
// each is an operator's setting.
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/supply/supply.h"
#include "systems/support/rights.h"

namespace tx::support {

inline constexpr workflow::State kComplaintStates[] = {
    {"received", "waiting", {workflow::Deadline::Unit::working_days, 5, "complaint.answer_days", "Regulation art. 26; operator"}},
    {"answered", "good", {workflow::Deadline::Unit::days, 15, "complaint.appeal_days", "operator"}},
    {"transferred", "neutral", {}, true},
    {"appealed", "waiting", {workflow::Deadline::Unit::working_days, 10, "complaint.judge_days", "operator"}},
    {"closed", "good", {}, true},
    {"withdrawn", "neutral", {}, true},
};
inline constexpr workflow::Step kComplaintSteps[] = {
    {"", "receive", "received"},
    {"received", "answer", "answered", supply::permission::handle, true},
    {"received", "transfer", "transferred", supply::permission::handle, true},
    {"received", "withdraw", "withdrawn"},
    {"answered", "lapse", "closed"},
    {"answered", "appeal", "appealed", {}, true},
    {"appealed", "uphold", "closed", permission::complain_judge, true},
    {"appealed", "change", "closed", permission::complain_judge, true},
};
inline constexpr workflow::Flow kComplaintFlow{"complaint", kComplaintStates, kComplaintSteps};

}  // namespace tx::support
