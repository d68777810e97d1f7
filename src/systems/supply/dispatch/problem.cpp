#include "systems/supply/dispatch/problem.h"

#include <algorithm>
#include <map>

#include "base/log.h"

namespace tx::supply {
namespace {

constexpr int kNeedsMost = 2000, kPasses = 3;
constexpr std::size_t kCandidates = 48;

void add_people(storage::Reader& reader, Problem& problem) {
  std::vector<std::int64_t> ids;
  for (const auto& list : problem.near) ids.insert(ids.end(), list.ids.begin(), list.ids.end());
  for (const auto& line : problem.kept) ids.push_back(line.volunteer);
  problem.people = bridge::people_of(reader, problem.needs, std::move(ids));
  for (const auto& need : problem.needs) bridge::bar_those_asked(reader, need, problem.people);
  std::map<std::int64_t, matching::Volunteer*> by_id;
  for (auto& v : problem.people) by_id[v.id] = &v;
  std::map<std::int64_t, const matching::Slot*> slot_by_need;
  for (const auto& slot : problem.slots) slot_by_need[slot.id] = &slot;
  for (const auto& line : problem.kept)
    if (const auto v = by_id.find(line.volunteer); v != by_id.end()) {
      const auto& slot = *slot_by_need.at(line.need.value);
      v->second->busy.push_back({slot.from, slot.to, slot.x_m, slot.y_m});
    }
  for (const auto& [need, volunteer] : problem.dropped)
    if (const auto v = by_id.find(volunteer); v != by_id.end()) v->second->not_with.push_back(need);
}

// Solves the slots that still have a seat, and has the plan checked by code that shares nothing with the engine before anybody
// sees it. Slots that are full already take no part: price 0.
Result<bool> solve_open_seats(const Problem& problem, matching::Plan& plan, const matching::SolveOptions& options, std::int64_t now) {
  std::vector<std::size_t> at;
  std::vector<matching::Slot> slots;
  for (std::size_t i = 0; i < problem.slots.size(); ++i)
    if (problem.slots[i].heads > 0) at.push_back(i), slots.push_back(problem.slots[i]);
  plan = matching::solve(problem.people, slots, problem.weights, now, options);
  if (const auto fault = matching::verify(problem.people, slots, problem.weights, now, plan); !fault.empty()) {
    log::error("matching.not_proven", {{"text", fault}});
    return refuse(Kind::conflict, "batch.not_proven");
  }
  std::vector<std::int64_t> prices(problem.slots.size(), 0);
  for (std::size_t i = 0; i < at.size(); ++i) prices[at[i]] = plan.prices[i];
  plan.prices = std::move(prices);
  for (auto& one : plan.assignments) one.slot = at[one.slot];
  return true;
}

}  // namespace

Problem open_problem(storage::Reader& reader, const std::vector<std::string>& regions, const matching::Weights& weights, Instant now) {
  Problem problem;
  problem.weights = weights;
  problem.needs = needs_in(reader, regions, {"open"}, kNeedsMost, 0);
  std::erase_if(problem.needs, [&](const Need& need) { return need.starts <= now; });   // too late to send anybody
  for (const auto& need : problem.needs) problem.slots.push_back(bridge::slot_of(need));
  return problem;
}

Result<Solved> solve_all(storage::Reader& reader, Pool& pool, Problem& problem, const matching::SolveOptions& options, Instant now) {
  std::vector<std::size_t> wanted(problem.needs.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i] = kCandidates + 4 * static_cast<std::size_t>(problem.needs[i].helpers);
  problem.near.resize(problem.needs.size());
  std::vector<std::size_t> which(problem.needs.size());
  for (std::size_t i = 0; i < which.size(); ++i) which[i] = i;
  Solved solved;
  for (int pass = 0;; ++pass) {
    for (const auto i : which)
      problem.near[i] = pool.near(reader, problem.slots[i], bridge::licensed_skills(problem.needs[i]), wanted[i], now);
    add_people(reader, problem);
    TX_TRY(solve_open_seats(problem, solved.plan, options, local_minute(now)));
    // Whoever was left out of a list is worth at most its floor there: with a price at least that high, nothing to any
    // plan. Lists whose price lies lower are lengthened; what remains raises the bound.
    which.clear();
    solved.bound = solved.plan.bound;
    for (std::size_t i = 0; i < problem.needs.size(); ++i) {
      const auto below = problem.near[i].floor - solved.plan.prices[i];
      if (!problem.near[i].cut || below <= 0 || problem.slots[i].heads <= 0) continue;
      solved.bound += below * problem.slots[i].heads;
      which.push_back(i);
      wanted[i] *= 4;
    }
    if (which.empty() || pass + 1 >= kPasses || solved.plan.cancelled) break;
  }
  return solved;
}

}  // namespace tx::supply
