// Commands and queries on offers; see model.h for the nouns and flow.h for an activity's life cycle.
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/supply/needs/needs.h"
#include "systems/supply/offers/model.h"

namespace tx::supply {

inline constexpr workflow::State kActivityStates[] = {
    {"review", "waiting", {workflow::Deadline::Unit::working_days, 2, "activity.review_days", "operator"}},
    {"published", "active", {}},
    {"finished", "good", {}, true},
    {"rejected", "bad", {}},
    {"cancelled", "neutral", {}, true},
};
inline constexpr workflow::Step kActivitySteps[] = {
    {"", "send_in", "review", permission::publish},
    {"review", "publish", "published", permission::review},
    {"review", "reject", "rejected", permission::review, true},
    {"rejected", "send_in", "review", permission::publish},
    {"review", "cancel", "cancelled", permission::publish, true},
    {"published", "cancel", "cancelled", permission::publish, true},
    {"published", "finish", "finished"},
};
inline constexpr workflow::Flow kActivityFlow{"activity", kActivityStates, kActivitySteps};

std::optional<Activity> find_activity(storage::Reader& reader, ActivityId id);
std::optional<Shift> find_shift(storage::Reader& reader, ShiftId id);
std::vector<Shift> shifts_of(storage::Reader& reader, ActivityId id);

// The publish gate (N4): risks, person in charge, the six exclusions, insurance before danger, may_publish (O6).
Result<Json> send_in_activity(storage::Tx& tx, const ActivityInput& input, const access::Actor& by);
Result<Activity> review_activity(storage::Tx& tx, ActivityId id, bool publish, const std::string& reason,
                                 const access::Actor& by);
Result<void> cancel_activity(storage::Tx& tx, ActivityId id, const std::string& reason, const access::Actor& by);

// Gates in order (N5): volunteer active, consent/guardian, age, check, overlap; then a place or the waiting list.
// Rules: signup.not_volunteer, signup.too_young, signup.not_checked, signup.overlap, signup.closed, signup.twice
Result<Signup> sign_up(storage::Tx& tx, ShiftId shift, access::AccountId account);
Result<Signup> withdraw_signup(storage::Tx& tx, ShiftId shift, std::int64_t volunteer, const std::string& reason);
// Hands a granted place to another volunteer, who must agree.
Result<void> offer_swap(storage::Tx& tx, ShiftId shift, std::int64_t from, const std::string& volunteer_no);
Result<void> answer_swap(storage::Tx& tx, std::int64_t swap, std::int64_t volunteer, bool yes);
int finish_ended_activities(storage::Tx& tx);   // timed

void add_offer_routes(http::Router& router, const Services& services);
void add_activity_places(http::Router& router);   // for the map

}  // namespace tx::supply
