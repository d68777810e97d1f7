// A plan (布点方案): a question about where stations should stand on one street region, and its answer: sites, what they reach, and
// a bound that no other choice can exceed. Everything is counted with whole people; money is in the operator's own unit.
#pragma once
#include <string>
#include <vector>

#include "base/record.h"
#include "platform/access/access.h"
#include "systems/stations/circles/model.h"

namespace tx::stations::planning {

enum class Kind { next, everyone, share, budget, years };
BOOST_DESCRIBE_ENUM(Kind, next, everyone, share, budget, years)

struct Question {
  Kind kind = Kind::next;
  circles::Gait gait = circles::Gait::walk;
  int minutes = 15;
  int count = 20;                    // next: stations at most
  int percent = 95;                  // share: of all people
  std::int64_t budget = 0;           // budget: money for building and upgrading
  std::vector<std::int64_t> yearly;  // years: money of each year
  bool from_nothing = false;         // as if no station stood yet
  bool standard = false;             // only stations that have the six haves count; others can be upgraded
  std::int64_t upgrade_cost = 1;     // standard: of bringing one up
  int apart_m = 0;                   // least distance between new stations and between them and those that stand
  int town_most = 0;                 // new stations in one town at most; 0: no limit
  int floor_percent = 0;             // of the people of every county (town, where there are no counties)
  std::vector<std::string> forced, forbidden;   // sites by code
  int seconds = 60;                  // to think; the best plan so far is kept
};
BOOST_DESCRIBE_STRUCT(Question, (), (kind, gait, minutes, count, percent, budget, yearly, from_nothing, standard, upgrade_cost,
                                     apart_m, town_most, floor_percent, forced, forbidden, seconds))

struct Chosen {                      // one site of the answer
  std::string code, name, town, kind;   // kind: new, upgrade
  double lon = 0, lat = 0;
  std::int64_t cost = 0, gain = 0;   // gain: people nobody before it in the list reaches
  int year = 0;                      // 1, 2, …; 0: at once
};
BOOST_DESCRIBE_STRUCT(Chosen, (), (code, name, town, kind, lon, lat, cost, gain, year))

struct Plan {
  std::int64_t id = 0;
  std::string region, name;
  Json question;
  std::string state;                 // waiting, solving, done, stopped, impossible
  std::string reason;                // impossible: the rule that says why
  std::int64_t job = 0;
  std::int64_t people = 0, elders = 0;          // all, those whom no street reaches included
  std::int64_t before = 0, reached = 0, elders_reached = 0;
  std::int64_t bound = 0;            // people no other choice can exceed; for everyone and share: money no other can undercut
  std::int64_t cost = 0, count = 0;  // of the new ones
  std::int64_t greedy = 0, greedy_count = 0;    // what the simple way reaches, and with how many
  bool proven = false;
  std::int64_t value = 0, value_bound = 0;      // as the engine counts
  Json sites, figures;               // [Chosen], and what the charts show
  std::string checked;               // "good": the independent check recomputed it; else what it says
  std::int64_t revision = 0;         // of the region when it was asked
  std::int64_t classes = 0, nodes = 0, milliseconds = 0;
  access::AccountId created_by, accepted_by;
  Instant created, finished, accepted;
};
BOOST_DESCRIBE_STRUCT(Plan, (), (id, region, name, question, state, reason, job, people, elders, before, reached, elders_reached,
                                 bound, cost, count, greedy, greedy_count, proven, value, value_bound, sites, figures, checked,
                                 revision, classes, nodes, milliseconds, created_by, accepted_by, created, finished, accepted))

}  // namespace tx::stations::planning
