// Asking where stations should stand, and keeping the answers. The computation is engines/covering; this folder says what a
// question means on a street region, runs it as a job that shows the best plan so far, and says the answer in words.
#pragma once
#include <memory>
#include <optional>
#include <span>

#include "systems/stations/circles/circles.h"
#include "systems/stations/planning/model.h"

namespace tx::stations::planning {

std::optional<Plan> find_plan(storage::Reader& reader, const std::string& id_text);
std::vector<Plan> plans_of(storage::Reader& reader, const std::string& region, int most = 50);
std::vector<Chosen> sites_of(const Plan& plan);
Question question_of(const Plan& plan);

struct AskInput {
  std::string region, name, kind = "next", gait = "walk", only;   // only: standard
  int minutes = 15, count = 20, percent = 95, apart_m = 0, town_most = 0, floor_percent = 0, seconds = 60;
  std::int64_t budget = 0, upgrade_cost = 1;
  std::string yearly;                // "30 30 40"
  bool from_nothing = false;
  std::string forced, forbidden;     // codes with anything between them
};
BOOST_DESCRIBE_STRUCT(AskInput, (), (region, name, kind, gait, only, minutes, count, percent, apart_m, town_most, floor_percent,
                                     seconds, budget, upgrade_cost, yearly, from_nothing, forced, forbidden))
Question question_from(const AskInput& input);
// Keeps the question and queues its job. Rules: those of rules::question, planning.name_missing
Result<Plan> ask(storage::Tx& tx, const AskInput& input, access::AccountId by);

// Each new site becomes a proposal of a station with the plan as its reason; sites whose community has one by now, or that stand
// in no community of the register, are left out and counted. Rules: planning.not_done, planning.accepted, planning.no_community
struct AcceptInput {
  std::string why, ending;           // words made for the reader before: reason of each proposal, ending of a station's name
  std::vector<std::string> within;   // region codes over which the officer may propose; filled on the way
};
BOOST_DESCRIBE_STRUCT(AcceptInput, (), (why, ending, within))
struct Accepted {
  int proposed = 0, standing = 0, elsewhere = 0, told = 0;
};
Result<Accepted> accept(storage::Tx& tx, Plan plan, const AcceptInput& input, access::AccountId by);
Result<void> forget(storage::Tx& tx, const Plan& plan);

// Works one question out and keeps the best answer so far in the plan's row. Kind "stations.plan", input {plan}.
void add_plan_job(jobs::Jobs& jobs, const std::shared_ptr<circles::Circles>& held);

}  // namespace tx::stations::planning
