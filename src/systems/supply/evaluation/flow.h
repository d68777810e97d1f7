// The life cycle of a complaint. No statutory day count (Regulation art. 26: investigate, or tell the person where to
// go); the deadline is an operator's setting.
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/supply/supply.h"

namespace tx::supply {

inline constexpr workflow::State kComplaintStates[] = {
    {"received", "waiting",
     {workflow::Deadline::Unit::working_days, 5, "complaint.answer_days", "Regulation art. 26; operator"}},
    {"answered", "good", {}, true},
    {"transferred", "neutral", {}, true},
};
inline constexpr workflow::Step kComplaintSteps[] = {
    {"", "receive", "received"},
    {"received", "answer", "answered", permission::handle, true},
    {"received", "transfer", "transferred", permission::handle, true},
};
inline constexpr workflow::Flow kComplaintFlow{"complaint", kComplaintStates, kComplaintSteps};

}  // namespace tx::supply
