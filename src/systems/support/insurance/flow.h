// An accident, from the card to the insurer's answer. The 48 hours are what one city's insurance demands for putting the
// service on record after an accident (志愿北京, research/peers.md P48); no law was found that sets a number, so each is the
// operator's. They run from the card, which anybody of the activity fills in on the spot.
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/support/rights.h"

namespace tx::support {

inline constexpr workflow::State kAccidentStates[] = {
    {"reported", "waiting", {workflow::Deadline::Unit::hours, 48, "insurance.tell_hours", "operator"}},
    {"told", "active", {workflow::Deadline::Unit::days, 30, "insurance.claim_days", "operator"}},
    {"claimed", "active", {workflow::Deadline::Unit::days, 30, "insurance.answer_days", "operator"}},
    {"paid", "good", {}, true},
    {"refused", "bad", {workflow::Deadline::Unit::days, 30, "insurance.contest_days", "operator"}},
    {"closed", "neutral", {}, true},
};
inline constexpr workflow::Step kAccidentSteps[] = {
    {"", "report", "reported"},
    {"reported", "tell", "told", permission::insure, true},
    {"reported", "close", "closed", permission::insure, true},
    {"told", "claim", "claimed", permission::insure, true},
    {"told", "close", "closed", permission::insure, true},
    {"claimed", "pay", "paid", permission::insure, true},
    {"claimed", "refuse", "refused", permission::insure, true},
    {"refused", "contest", "claimed", permission::insure, true},
    {"refused", "close", "closed", permission::insure, true},
};
inline constexpr workflow::Flow kAccidentFlow{"accident", kAccidentStates, kAccidentSteps};

}  // namespace tx::support
