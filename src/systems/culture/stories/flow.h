// The way of a story into the paper: three reviews by three people (三审), none of them the teller; then it waits for its page.
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/culture/culture.h"

namespace tx::culture {

inline constexpr workflow::State kStoryStates[] = {
    {"sent", "waiting", {workflow::Deadline::Unit::working_days, 5, "story.answer_days", "operator"}},
    {"first", "active", {workflow::Deadline::Unit::working_days, 5, "story.first_days", "operator"}},
    {"second", "active", {workflow::Deadline::Unit::working_days, 3, "story.second_days", "operator"}},
    {"third", "active", {workflow::Deadline::Unit::working_days, 3, "story.third_days", "operator"}},
    {"ready", "good", {}},
    {"published", "good", {}},
    {"declined", "bad", {}, true},
    {"withdrawn", "neutral", {}, true},
    {"retracted", "bad", {}, true},
};
inline constexpr workflow::Step kStorySteps[] = {
    {"", "send", "sent"},
    {"sent", "take", "first", permission::edit},
    {"sent", "decline", "declined", permission::edit, true},
    {"sent", "withdraw", "withdrawn"},
    {"first", "pass_first", "second", permission::edit},
    {"first", "decline", "declined", permission::edit, true},
    {"first", "withdraw", "withdrawn"},
    {"second", "pass_second", "third", permission::review},
    {"second", "send_back", "first", permission::review, true},
    {"second", "withdraw", "withdrawn"},
    {"third", "pass_third", "ready", permission::final_review},
    {"third", "return", "first", permission::final_review, true},
    {"third", "withdraw", "withdrawn"},
    {"ready", "publish", "published"},                            // with its issue, or at once on the web
    {"ready", "return", "first", permission::final_review, true},
    {"ready", "withdraw", "withdrawn"},
    {"published", "retract", "retracted", permission::publish, true},   // the address stays and says so
};
inline constexpr workflow::Flow kStoryFlow{"story", kStoryStates, kStorySteps};

}  // namespace tx::culture
