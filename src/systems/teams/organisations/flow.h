// The life cycle of an organisation on the platform. Registration itself is civil affairs' business (rules §7.1).
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/teams/teams.h"

namespace tx::teams {

inline constexpr workflow::State kOrganisationStates[] = {
    {"applied", "waiting", {workflow::Deadline::Unit::working_days, 5, "organisation.answer_days", "operator"}},
    {"approved", "good", {}},
    {"rejected", "bad", {}, true},
    {"suspended", "bad", {}},
};
inline constexpr workflow::Step kOrganisationSteps[] = {
    {"", "apply", "applied"},
    {"applied", "approve", "approved", permission::organisation_approve},
    {"applied", "reject", "rejected", permission::organisation_approve, true},
    {"approved", "suspend", "suspended", permission::organisation_approve, true},   // Regulation art. 38; O6
    {"suspended", "restore", "approved", permission::organisation_approve, true},
};
inline constexpr workflow::Flow kOrganisationFlow{"organisation", kOrganisationStates, kOrganisationSteps};

}  // namespace tx::teams
