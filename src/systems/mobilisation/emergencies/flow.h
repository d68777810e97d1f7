// Life cycles of a plan and of an operation. What a person answers to a call is no flow: those rows are destroyed.
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/mobilisation/mobilisation.h"

namespace tx::mobilisation {

inline constexpr workflow::State kPlanStates[] = {
    {"draft", "waiting"},
    {"in_force", "active"},
    {"retired", "neutral", {}, true},
};
inline constexpr workflow::Step kPlanSteps[] = {
    {"", "write", "draft", permission::plan},
    {"draft", "approve", "in_force", permission::command},
    {"draft", "retire", "retired", permission::plan},
    {"in_force", "revise", "draft", permission::plan},
    {"in_force", "retire", "retired", permission::command},
};
inline constexpr workflow::Flow kPlanFlow{"emergency_plan", kPlanStates, kPlanSteps};

inline constexpr workflow::State kOperationStates[] = {
    {"prepared", "waiting"},
    {"calling", "active"},
    {"returning", "waiting"},
    {"closed", "good", {workflow::Deadline::Unit::days, 30, "emergency.destroy_days", "Emergency Response Law art. 83-85 (operator)"}},
    {"destroyed", "good", {}, true},
    {"cancelled", "neutral", {}, true},
};
inline constexpr workflow::Step kOperationSteps[] = {
    {"", "prepare", "prepared", permission::command},
    {"prepared", "call", "calling", permission::command},
    {"prepared", "cancel", "cancelled", permission::command, true},
    {"calling", "stand_down", "returning", permission::command, true},
    {"returning", "close", "closed", permission::command},
    {"closed", "destroy", "destroyed"},
};
inline constexpr workflow::Flow kOperationFlow{"operation", kOperationStates, kOperationSteps};

}  // namespace tx::mobilisation
