// The way of an honour: nomination, review by somebody without an interest in it, public notice of at least five working days
// (provincial star rules, rules.md §5.1), decision at the level that may grant it.
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/support/incentives.h"

namespace tx::support {

inline constexpr workflow::State kHonourStates[] = {
    {"nominated", "waiting", {workflow::Deadline::Unit::working_days, 10, "honour.review_days", "operator"}},
    {"notice", "active", {workflow::Deadline::Unit::working_days, 5, "honour.notice_days", "operator"}},
    {"contested", "waiting", {workflow::Deadline::Unit::working_days, 10, "honour.contest_days", "operator"}},
    {"decision", "waiting", {workflow::Deadline::Unit::working_days, 10, "honour.decide_days", "operator"}},
    {"granted", "good", {}},
    {"refused", "bad", {}, true},
    {"withdrawn", "neutral", {}, true},
    {"revoked", "bad", {}, true},
};
inline constexpr workflow::Step kHonourSteps[] = {
    {"", "nominate", "nominated"},
    {"nominated", "pass", "notice", permission::honour_review},
    {"nominated", "refuse", "refused", permission::honour_review, true},
    {"nominated", "withdraw", "withdrawn"},
    {"notice", "end_notice", "decision"},                         // nobody objected in time
    {"notice", "object", "contested", {}, true},
    {"contested", "dismiss", "decision", permission::honour_review, true},
    {"contested", "uphold", "refused", permission::honour_review, true},
    {"decision", "grant", "granted", permission::honour_decide},
    {"decision", "turn_down", "refused", permission::honour_decide, true},
    {"granted", "revoke", "revoked", permission::honour_decide, true},   // with a bar of one to three years
};
inline constexpr workflow::Flow kHonourFlow{"honour", kHonourStates, kHonourSteps};

}  // namespace tx::support
