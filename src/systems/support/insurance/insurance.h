// Insurance (保险, F3): signing up is being covered. Policies of a region, an organisation or one activity; the roster freezes
// by itself when an activity starts; an accident is a card that anybody of the activity fills in, with a clock.
#pragma once
#include <optional>
#include <vector>

#include "systems/supply/insurance.h"
#include "systems/support/insurance/model.h"
#include "systems/support/rights.h"

namespace tx::support {

struct PolicyInput {
  std::string number, insurer, cover, phone, scope, region, organisation, activity;
  Date from_day, until_day;
  std::string file_name, file_type, file_bytes, file_hash;   // filled from the upload
};
BOOST_DESCRIBE_STRUCT(PolicyInput, (), (number, insurer, cover, phone, scope, region, organisation, activity, from_day, until_day, file_name,
                                        file_type, file_bytes, file_hash))
struct AccidentInput {
  std::string activity, volunteer_no, day, time, place, words;
  bool helped = false;
};
BOOST_DESCRIBE_STRUCT(AccidentInput, (), (activity, volunteer_no, day, time, place, words, helped))
struct AccidentStep {
  std::string reason, insurer_no, amount;      // amount: yuan
};
BOOST_DESCRIBE_STRUCT(AccidentStep, (), (reason, insurer_no, amount))

namespace insurance_rules {   // pure
// Rules insurance.number, insurance.insurer, insurance.cover, insurance.phone, insurance.scope, insurance.days
Result<void> readable(const PolicyInput& input);
bool covers(const Policy& policy, const supply::ToCover& what);
// The narrowest that covers; a number that was written down wins. nullptr: none.
const Policy* best(const std::vector<Policy>& policies, const supply::ToCover& what);
}  // namespace insurance_rules

std::optional<Policy> find_policy(storage::Reader& reader, std::int64_t id);
std::optional<Policy> policy_for(storage::Reader& reader, const supply::ToCover& what);
std::optional<Accident> find_accident(storage::Reader& reader, std::int64_t id);
std::optional<FrozenRoster> roster_of(storage::Reader& reader, std::int64_t activity);
std::vector<std::int64_t> insured_people(storage::Reader& reader, std::int64_t activity);   // frozen, else who holds a place now

// Only over what the actor may insure. Rules: those of readable(), insurance.not_yours, insurance.number_twice, insurance.file_missing
Result<Policy> enter_policy(storage::Tx& tx, const identity::Vault& vault, const Book& book, const access::Roles& roles, const PolicyInput& input,
                            const access::Actor& by);
Result<void> end_policy(storage::Tx& tx, const Book& book, std::int64_t id, const std::string& reason);
int freeze_rosters(storage::Tx& tx, const Book& book);   // timed: activities that have begun

// By whoever holds a place, leads the activity, or handles insurance over it. Rules accident.activity, accident.when,
// accident.place, accident.words, accident.who, accident.not_there
Result<Accident> report_accident(storage::Tx& tx, const identity::Vault& vault, const access::Roles& roles, const AccidentInput& input,
                                 const access::Actor& by);
Result<Accident> step_accident(storage::Tx& tx, std::int64_t id, const std::string& action, const AccidentStep& input, const access::Actor& by);

void insure_activities();                                // hangs policies into the supply room
void add_insurance_routes(http::Router& router, const Services& services, const Book& book);
void add_accident_routes(http::Router& router, const Services& services);
std::vector<storage::Migration> insurance_migrations();
Json insurance_data_of(storage::Reader& reader, std::int64_t volunteer, access::AccountId account);
// What the two page files share.
Json cover_view(const http::Context& context, const Policy& policy);
void demonstrate_insurance(storage::Tx& tx, const identity::Vault& vault, const Book& book, const language::Catalogue& words);

}  // namespace tx::support
