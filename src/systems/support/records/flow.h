// The life cycle of everything people decide about a record. Decree 67 sets one deadline (service and evaluation within
// ten working days of the end, art. 11); answers to errors are "prompt" (art. 13): those numbers are the operator's.
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/support/support.h"

namespace tx::support {

inline constexpr workflow::State kCaseStates[] = {
    {"asked", "waiting", {workflow::Deadline::Unit::working_days, 5, "record.check_days", "Decree 67 art. 13 (promptly); operator"}},
    {"checked", "waiting", {workflow::Deadline::Unit::working_days, 3, "record.approve_days", "operator"}},
    {"notice", "active", {workflow::Deadline::Unit::days, 7, "record.notice_days", "operator"}},
    {"contested", "waiting", {workflow::Deadline::Unit::working_days, 5, "record.contest_days", "operator"}},
    {"effective", "good", {}, true},
    {"refused", "bad", {}, true},
    {"withdrawn", "neutral", {}, true},
};
inline constexpr workflow::Step kCaseSteps[] = {
    {"", "ask", "asked"},                                      // the volunteer, or anybody who objects
    {"", "enter", "checked"},                                  // by hand: whoever enters is the first of the two
    {"", "measure", "checked"},                                // a long day, shown by check-ins
    {"asked", "check", "checked", permission::check, true},
    {"asked", "refuse", "refused", permission::check, true},
    {"asked", "withdraw", "withdrawn"},
    {"checked", "approve", "effective", permission::approve},
    {"checked", "publish", "notice", permission::approve},     // hours entered by hand go on the public notice first
    {"checked", "refuse", "refused", permission::approve, true},
    {"checked", "allow", "effective", permission::supervise, true},   // a day above the second limit: the authority
    {"checked", "withdraw", "withdrawn"},
    {"checked", "void", "refused", {}, true},                  // a risk case found it untrue
    {"notice", "settle", "effective"},                         // nobody objected in time
    {"notice", "object", "contested", {}, true},
    {"notice", "void", "refused", {}, true},
    {"contested", "void", "refused", {}, true},
    {"contested", "uphold", "refused", permission::approve, true},
    {"contested", "dismiss", "effective", permission::approve, true},
};
inline constexpr workflow::Flow kCaseFlow{"record_case", kCaseStates, kCaseSteps};

}  // namespace tx::support
