// The life cycle of a volunteer's registration. Whoever was put on a roster is only "applied" until they agree
// themselves: nobody is registered against their will (Decree 67 art. 6; Shandong art. 11).
#pragma once
#include "platform/workflow/workflow.h"

namespace tx::teams {

inline constexpr workflow::State kVolunteerStates[] = {
    {"applied", "waiting", {}},
    {"active", "good", {}},
    {"paused", "neutral", {}},
    {"closed", "neutral", {}, true},
};
inline constexpr workflow::Step kVolunteerSteps[] = {
    {"", "register", "active"},
    {"", "invite", "applied"},
    {"applied", "agree", "active"},
    {"applied", "close", "closed"},
    {"active", "pause", "paused"},
    {"active", "close", "closed"},
    {"paused", "resume", "active"},
    {"paused", "close", "closed"},
};
inline constexpr workflow::Flow kVolunteerFlow{"volunteer", kVolunteerStates, kVolunteerSteps};

}  // namespace tx::teams
