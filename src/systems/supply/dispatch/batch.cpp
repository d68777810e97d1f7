// The batch run: all open needs of the dispatcher's regions at once, as a job with progress. It only proposes; a person
// sends each asking out.
#include <algorithm>
#include <cstdio>
#include <iterator>

#include "platform/storage/record_sql.h"
#include "systems/supply/dispatch/bridge.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

constexpr int kNeedsMost = 2000;

Result<Json> run_batch(storage::Store& store, const Json& input, jobs::Progress& progress, const Clock& clock) {
  std::vector<std::string> regions;
  for (const auto& region : input["regions"].items()) regions.push_back(region.text());
  std::vector<Need> needs;
  std::vector<matching::Slot> slots;
  std::vector<matching::Volunteer> people;
  {
    auto reader = store.read();
    needs = needs_in(*reader, regions, {"open"}, kNeedsMost, 0);
    std::stable_sort(needs.begin(), needs.end(), [](const Need& a, const Need& b) { return bridge::city_of(a) < bridge::city_of(b); });
    for (const auto& need : needs) slots.push_back(bridge::slot_of(need));
    for (std::size_t from = 0, to = 0; from < needs.size(); from = to) {
      while (to < needs.size() && bridge::city_of(needs[to]) == bridge::city_of(needs[from])) ++to;
      const std::span<const Need> of_city(needs.data() + from, to - from);
      auto near = bridge::volunteers_near(*reader, of_city);
      for (const auto& need : of_city) bridge::bar_those_asked(*reader, need, near);
      people.insert(people.end(), std::make_move_iterator(near.begin()), std::make_move_iterator(near.end()));
    }
  }
  matching::SolveOptions options;
  options.progress = [&](int done, int of) {
    progress.report(done, of);
    return !progress.cancelled();
  };
  const matching::Weights weights;
  const auto now = (clock.now().us + 8 * kHour) / kMinute;
  const auto plan = matching::solve(people, slots, weights, now, options);
  // The proposal is checked by code that shares nothing with the engine before anybody sees it.
  if (const auto wrong = matching::verify(people, slots, weights, now, plan); !wrong.empty())
    return refuse(Kind::conflict, "batch.not_proven");
  Json proposals = Json::array();
  for (const auto& a : plan.assignments)
    proposals.push(Json::of({{"need", needs[a.slot].id.text()}, {"volunteer", id_text(people[a.volunteer].id)}, {"score", a.score}}));
  // Where people are missing: needs that stay short, the most urgent first.
  std::vector<int> filled(needs.size(), 0);
  for (const auto& a : plan.assignments) ++filled[a.slot];
  std::vector<std::size_t> short_of;
  for (std::size_t i = 0; i < needs.size(); ++i)
    if (filled[i] < needs[i].helpers) short_of.push_back(i);
  std::stable_sort(short_of.begin(), short_of.end(), [&](auto a, auto b) {
    return needs[a].urgency != needs[b].urgency ? needs[a].urgency > needs[b].urgency : needs[a].starts < needs[b].starts;
  });
  Json missing = Json::array();
  for (const auto i : short_of)
    if (missing.size() < 50) missing.push(needs[i].id.text());
  char gap[16];
  std::snprintf(gap, sizeof gap, "%.2f", plan.gap() * 100);
  return Json::of({{"proposals", proposals}, {"missing", missing}, {"short", short_of.size()}, {"value", plan.value}, {"bound", plan.bound}, {"gap", gap},
                   {"needs", needs.size()}});
}

}  // namespace

void add_batch_job(jobs::Jobs& jobs, const Clock& clock) {
  jobs.add({"supply.batch", [&clock](storage::Store& store, const Json& input, jobs::Progress& progress) {
              return run_batch(store, input, progress, clock);
            }});
}

}  // namespace tx::supply
