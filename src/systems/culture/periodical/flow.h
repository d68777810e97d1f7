// The way of an issue: page plan, three proofs by three people (三校), sign-off (签发), publication. A page that is opened again
// starts its proofs anew.
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/culture/culture.h"

namespace tx::culture {

inline constexpr workflow::State kIssueStates[] = {
    {"planning", "active", {}},
    {"proof1", "waiting", {workflow::Deadline::Unit::working_days, 1, "issue.proof1_days", "operator"}},
    {"proof2", "waiting", {workflow::Deadline::Unit::working_days, 1, "issue.proof2_days", "operator"}},
    {"proof3", "waiting", {workflow::Deadline::Unit::working_days, 1, "issue.proof3_days", "operator"}},
    {"signing", "waiting", {workflow::Deadline::Unit::working_days, 1, "issue.sign_days", "operator"}},
    {"published", "good", {}, true},
};
inline constexpr workflow::Step kIssueSteps[] = {
    {"", "plan", "planning"},
    {"planning", "compose", "proof1", permission::edit},          // every page fits, every consent stands
    {"proof1", "pass_proof1", "proof2", permission::proof},
    {"proof1", "reopen", "planning", permission::proof, true},
    {"proof2", "pass_proof2", "proof3", permission::proof},
    {"proof2", "reopen", "planning", permission::proof, true},
    {"proof3", "pass_proof3", "signing", permission::proof},
    {"proof3", "reopen", "planning", permission::proof, true},
    {"signing", "publish", "published", permission::publish},
    {"signing", "return", "planning", permission::publish, true},
};
inline constexpr workflow::Flow kIssueFlow{"issue", kIssueStates, kIssueSteps};

}  // namespace tx::culture
