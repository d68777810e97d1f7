// The life cycle of a station. The numbers of days are the operator's: no article sets one (rules, part 13, no. 3).
// Two pairs of hands: whoever proposes does not approve (station.own_proposal in rules.h).
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/stations/stations.h"

namespace tx::stations {

inline constexpr workflow::State kStationStates[] = {
    {"proposed", "waiting", {workflow::Deadline::Unit::working_days, 10, "station.answer_days", "operator"}},
    {"approved", "active", {workflow::Deadline::Unit::days, 30, "station.start_days", "operator"}},
    {"preparing", "active", {workflow::Deadline::Unit::days, 90, "station.prepare_days", "operator"}},
    {"open", "good", {}},
    {"resting", "waiting", {workflow::Deadline::Unit::days, 30, "station.rest_days", "operator"}},
    {"suspended", "bad", {workflow::Deadline::Unit::days, 30, "station.suspend_days", "operator"}},
    {"upgrading", "active", {workflow::Deadline::Unit::days, 180, "station.upgrade_days", "operator"}},
    {"closed", "neutral", {}, true},
    {"dropped", "bad", {}, true},
};
inline constexpr workflow::Step kStationSteps[] = {
    {"", "propose", "proposed", permission::propose},
    {"proposed", "approve", "approved", permission::approve},
    {"proposed", "reject", "dropped", permission::approve, true},
    {"proposed", "withdraw", "dropped", permission::propose, true},
    {"approved", "prepare", "preparing", permission::propose},
    {"approved", "drop", "dropped", permission::approve, true},
    {"preparing", "open", "open", permission::approve},
    {"preparing", "drop", "dropped", permission::approve, true},
    {"open", "rest", "resting", permission::keep, true},
    {"open", "suspend", "suspended", permission::approve, true},
    {"open", "upgrade", "upgrading", permission::approve, true},
    {"open", "close", "closed", permission::approve, true},
    {"resting", "reopen", "open", permission::keep},
    {"resting", "close", "closed", permission::approve, true},
    {"suspended", "restore", "open", permission::approve, true},
    {"suspended", "close", "closed", permission::approve, true},
    {"upgrading", "finish_upgrade", "open", permission::approve},
    {"upgrading", "stop_upgrade", "open", permission::approve, true},
};
inline constexpr workflow::Flow kStationFlow{"station", kStationStates, kStationSteps};

}  // namespace tx::stations
