// The life cycle of a search for helpers (找人): from the dispatcher's order to the last withdrawn invitation.
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/supply/supply.h"

namespace tx::supply {

inline constexpr workflow::State kSearchStates[] = {
    {"running", "active"},
    {"filled", "good"},                     // enough have said yes; goes on when a helper must give up
    {"stopped", "neutral", {}, true},       // by a person, or because the need is over
    {"exhausted", "bad", {}, true},         // nobody is left who may be asked
    {"over", "bad", {}, true},              // the time is up
};
inline constexpr workflow::Step kSearchSteps[] = {
    {"", "start", "running", permission::dispatch},
    {"running", "fill", "filled"},
    {"running", "wave", "running"},
    {"running", "change", "running", permission::dispatch},
    {"running", "stop", "stopped", permission::dispatch},
    {"running", "run_dry", "exhausted"},
    {"running", "run_late", "over"},
    {"filled", "reopen", "running"},
    {"filled", "stop", "stopped", permission::dispatch},
};
inline constexpr workflow::Flow kSearchFlow{"search", kSearchStates, kSearchSteps};

}  // namespace tx::supply
