// What people do with plans, operations, calls and cards; see model.h for the nouns, flow.h for the life cycles.
#pragma once
#include <map>
#include <optional>

#include "platform/http/forms.h"
#include "platform/http/http.h"
#include "platform/http/inputs.h"
#include "platform/workflow/workflow.h"
#include "systems/mobilisation/emergencies/model.h"
#include "systems/mobilisation/emergencies/rules.h"
#include "systems/mobilisation/mobilisation.h"
#include "systems/support/cover.h"

namespace tx::mobilisation {

inline constexpr std::string_view kPresence = "callout";   // kind of presence that the muster is (supply.h)
inline constexpr int kFactor = 3;                          // people asked for each head missing; operator: emergency.factor
inline constexpr int kChunk = 100;                         // calls in one command, so that everybody else's commands go between

// ---- plans
struct PlanInput {
  std::string title, kind, region, organisation, purpose, command, gear, risks;
  std::vector<std::string> role_name, role_skill, role_card, role_heads, point_name, point_address, point_region;
  int report_minutes = 60;
};
BOOST_DESCRIBE_STRUCT(PlanInput, (), (title, kind, region, organisation, purpose, command, gear, risks, role_name, role_skill, role_card, role_heads, point_name,
                                      point_address, point_region, report_minutes))
std::optional<Plan> find_plan(storage::Reader& reader, std::int64_t id);
// id 0: a new one. Rules of rules::check_plan, plan.organisation, plan.region, plan.not_draft
Result<Plan> write_plan(storage::Tx& tx, std::int64_t id, const PlanInput& input, const access::Actor& by);
Result<Plan> step_plan(storage::Tx& tx, std::int64_t id, const std::string& action, const access::Actor& by);   // rule plan.same_person

// ---- cards
struct CardInput {
  std::string organisation, kind, paper, valid_until, gear;
  int level = 3, people = 0;
};
BOOST_DESCRIBE_STRUCT(CardInput, (), (organisation, kind, paper, valid_until, gear, level, people))
std::optional<Card> find_card(storage::Reader& reader, std::int64_t id);
Result<Card> add_card(storage::Tx& tx, const CardInput& input, const access::Actor& by);       // card.kind, card.level, card.paper, card.until, card.people
Result<Card> check_card(storage::Tx& tx, std::int64_t id, bool good, const access::Actor& by); // card.same_person, card.decided

// ---- operations
struct StartInput {
  std::string day, from, policy;
  int hours = 6;
  bool drill = false;
};
BOOST_DESCRIBE_STRUCT(StartInput, (), (day, from, policy, hours, drill))
std::optional<Operation> find_operation(storage::Reader& reader, std::int64_t id);
// Rules operation.plan_not_in_force, operation.hours, operation.insurance, operation.when
Result<Operation> start_operation(storage::Tx& tx, std::int64_t plan, const StartInput& input, const access::Actor& by);
std::vector<Callout> callouts_of(storage::Reader& reader, std::int64_t operation, const std::string& where = "1=1", int limit = 100'000);
rules::Counts counts_of(storage::Reader& reader, std::int64_t operation);
std::vector<int> coming_by_role(storage::Reader& reader, const Operation& operation);   // coming, here or already home
std::vector<int> still_open(storage::Reader& reader, const Operation& operation);       // heads missing for each role

// The next wave: queues the job that writes it. Rules operation.calling_now, operation.not_open, operation.policy_ended, operation.enough
Result<Json> call_wave(storage::Tx& tx, std::int64_t operation, bool everybody, const access::Actor& by);
bool wave_runs(storage::Reader& reader, const Operation& operation);   // its job waits or works; a restart may have ended it half way
// Reads candidates on a snapshot, then writes the calls in chunks; what a busy write path does between them is not delayed.
Result<Json> run_wave(storage::Store& store, const Json& input, jobs::Progress& progress);
std::optional<support::Cover> cover_of(storage::Reader& reader, const Operation& operation);   // none once its policy was ended
std::vector<rules::Candidate> candidates_of(storage::Reader& reader, const Operation& operation, Instant now);

// One action each; a NO leaves no trace but the answer itself. Rules call.over, call.not_insured
std::optional<Callout> find_callout(storage::Reader& reader, std::int64_t id);
std::optional<Callout> callout_of(storage::Reader& reader, std::int64_t operation, std::int64_t volunteer);
Result<Callout> answer_call(storage::Tx& tx, std::int64_t callout, bool yes, const std::string& how, const access::Actor& by);
Result<Callout> report_well(storage::Tx& tx, const identity::Vault& vault, std::int64_t callout, const std::string& words);   // call.not_here
void set_ready(storage::Tx& tx, std::int64_t volunteer, bool ready);
bool is_ready(storage::Reader& reader, std::int64_t volunteer);

Result<int> pair_up(storage::Tx& tx, std::int64_t operation);                              // how many were paired
Result<Callout> account_for(storage::Tx& tx, std::int64_t operation, std::int64_t volunteer, const std::string& what);   // came, left, never_came
Result<Operation> stand_down(storage::Tx& tx, std::int64_t operation, const std::string& words, const access::Actor& by);
Result<Operation> cancel_operation(storage::Tx& tx, std::int64_t operation, const std::string& words, const access::Actor& by);
// Rule operation.unaccounted: nobody is left in the field. Queues the job that makes records of the presence.
Result<Operation> close_operation(storage::Tx& tx, std::int64_t operation, const access::Actor& by);
Result<Json> run_confirm(storage::Store& store, const Json& input, jobs::Progress& progress);

// ---- destruction (突发事件应对法 art. 83-85): calls, answers, words, buddies, the messages about them. Stays: service records
// (Decree 67), the audit trail, counts.
std::optional<Destruction> destruction_of(storage::Reader& reader, std::int64_t operation);
std::optional<Destruction> destruction_numbered(storage::Reader& reader, const std::string& number);
Result<Destruction> destroy(storage::Store& store, const support::Book& book, std::int64_t operation, access::AccountId by);   // operation.not_closed
int destroy_due(storage::Store& store, const support::Book& book, Instant now);                       // timed

// ---- pages
std::vector<http::Option> offices(const http::Context& context, access::Permission permission);
bool within(const access::Roles& roles, const access::Actor& actor, access::Permission permission, const std::string& region);
std::string operation_topic(std::int64_t operation);
void changed(storage::Tx& tx, std::int64_t operation);                                     // live event "emergency" after the commit
void add_plan_routes(http::Router& router, const Services& services);
void add_operation_routes(http::Router& router, const Services& services);
void add_muster_routes(http::Router& router, const Services& services);
void add_call_routes(http::Router& router, const Services& services);
void add_card_routes(http::Router& router, const Services& services);

}  // namespace tx::mobilisation
