// The recording unit's stamp (Decree 67 art. 15: on request). The decree sets no days for it: the number is the operator's,
// ten working days as for the record itself (art. 11).
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/support/support.h"

namespace tx::support {

inline constexpr workflow::State kSealStates[] = {
    {"asked", "waiting", {workflow::Deadline::Unit::working_days, 10, "certificate.seal_days", "Decree 67 art. 15; operator"}},
    {"sealed", "good", {}, true},
    {"refused", "bad", {}, true},
    {"withdrawn", "neutral", {}, true},
};
inline constexpr workflow::Step kSealSteps[] = {
    {"", "ask", "asked"},
    {"asked", "seal", "sealed", permission::seal, true},       // the reason says where the paper waits
    {"asked", "refuse", "refused", permission::seal, true},
    {"asked", "withdraw", "withdrawn"},
};
inline constexpr workflow::Flow kSealFlow{"seal", kSealStates, kSealSteps};

}  // namespace tx::support
