#include "systems/supply/dispatch/problem.h"

#include <algorithm>

#include "base/log.h"
#include "platform/storage/record_sql.h"

namespace tx::supply {
namespace {

constexpr int kNeedsMost = 2000, kActivitiesMost = 300, kPasses = 3;
constexpr std::size_t kCandidates = 48, kForReport = 96;

struct FreePlaces {
  std::int64_t id = 0, organisation = 0, members = 0, x_m = 0, y_m = 0;
  Instant starts, ends;
  int free = 0, least_age = 14;
  std::int64_t skills = 0;
  bool checked = false;
};
BOOST_DESCRIBE_STRUCT(FreePlaces, (), (id, organisation, members, x_m, y_m, starts, ends, free, least_age, skills, checked))

void read_people(storage::Reader& reader, const stations::Walks& walks, Problem& problem, std::vector<std::int64_t> ids) {
  for (const auto& line : problem.kept) ids.push_back(line.volunteer);
  problem.people = bridge::people_of(reader, problem.needs, std::move(ids));
  for (const auto& need : problem.needs) bridge::bar_those_asked(reader, need, problem.people);
  for (auto& slot : problem.slots) slot.ways.clear();
  bridge::add_ways(walks, problem.slots, problem.people);
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

std::uint64_t licensed_of(const Problem& problem, std::size_t slot) {
  return slot < problem.needs.size() ? bridge::licensed_skills(problem.needs[slot]) : 0;
}

// The plan over the slots that still have a seat, checked by code that shares nothing with the engine before anybody sees it.
Result<void> plan_open_seats(Solved& solved, const matching::SolveOptions& options) {
  solved.open.clear();
  solved.place.clear();
  const auto& slots = solved.problem.slots;
  for (std::size_t i = 0; i < slots.size(); ++i)
    if (slots[i].heads > 0) solved.place.push_back(i), solved.open.push_back(slots[i]);
  solved.standing = std::make_unique<matching::Standing>(solved.problem.people, solved.open, solved.weights, solved.now, options);
  const auto fault = matching::verify(solved.problem.people, solved.open, solved.weights, solved.now, solved.standing->plan());
  if (fault.empty()) return {};
  log::error("matching.not_proven", {{"text", fault}});
  return refuse(Kind::conflict, "batch.not_proven");
}

}  // namespace

Problem open_problem(storage::Reader& reader, const std::vector<std::string>& regions, Instant now) {
  Problem problem;
  problem.needs = needs_in(reader, regions, {"open"}, kNeedsMost, 0);
  std::erase_if(problem.needs, [&](const Need& need) { return need.starts <= now; });   // too late to send anybody
  const stations::Walks walks(reader);
  for (const auto& need : problem.needs) problem.slots.push_back(bridge::slot_of(walks, need));
  return problem;
}

void add_activities(storage::Reader& reader, const std::vector<std::string>& regions, Problem& problem, Instant now) {
  for (const auto& places : storage::select<FreePlaces>(
           reader, "select s.id, a.organisation, (select count(*) from member m where m.organisation = a.organisation and m.state = 'member') as members, "
                   "a.x_m, a.y_m, s.starts, s.ends, s.places - s.taken as free, s.least_age, s.skills, s.checked from shift s join activity a on a.id = s.activity "
                   "where a.state = 'published' and s.places > s.taken and s.starts > $1 and s.starts < $2 and " + access::region_filter("a.region", regions) +
                   " order by s.starts, s.id limit $3", now, now.plus(7 * kDay), kActivitiesMost)) {
    matching::Slot slot;
    slot.id = places.id;
    slot.x_m = places.x_m;
    slot.y_m = places.y_m;
    slot.from = local_minute(places.starts);
    slot.to = local_minute(places.ends);
    slot.heads = places.free;
    slot.least_age = places.least_age;
    slot.skills = static_cast<std::uint64_t>(places.skills);
    slot.checked_only = places.checked;
    slot.organisation = places.organisation;
    slot.small = places.members <= kSmallMembers;
    problem.slots.push_back(slot);
  }
}

void gather(storage::Reader& reader, std::initializer_list<Pool*> pools, Problem& problem, Instant now) {
  const stations::Walks walks(reader);
  std::vector<std::int64_t> ids;
  for (std::size_t i = 0; i < problem.slots.size(); ++i)
    for (auto* pool : pools) {
      const auto near = pool->near(reader, bridge::from_afar(walks, problem.slots[i]), licensed_of(problem, i), kForReport + 2 * static_cast<std::size_t>(problem.slots[i].heads), now);
      ids.insert(ids.end(), near.ids.begin(), near.ids.end());
    }
  read_people(reader, walks, problem, std::move(ids));
}

std::optional<std::size_t> Solved::open_of(std::int64_t need) const {
  for (std::size_t i = 0; i < open.size(); ++i)
    if (open[i].id == need) return i;
  return std::nullopt;
}
std::optional<std::size_t> Solved::person_of(std::int64_t volunteer) const {   // people stand in the order of id
  const auto& people = problem.people;
  const auto found = std::lower_bound(people.begin(), people.end(), volunteer, [](const auto& v, std::int64_t id) { return v.id < id; });
  return found != people.end() && found->id == volunteer ? std::optional(static_cast<std::size_t>(found - people.begin())) : std::nullopt;
}

Result<std::shared_ptr<Solved>> solve_all(storage::Reader& reader, Pool& pool, Problem problem, const matching::SolveOptions& options, Instant now) {
  auto solved = std::make_shared<Solved>();
  solved->problem = std::move(problem);
  solved->weights = pool.weights(reader, now);   // those the lists are made with
  solved->now = local_minute(now);
  const stations::Walks walks(reader);
  const auto& slots = solved->problem.slots;
  std::vector<std::size_t> wanted(slots.size()), which(slots.size());
  for (std::size_t i = 0; i < slots.size(); ++i) wanted[i] = kCandidates + 4 * static_cast<std::size_t>(slots[i].heads), which[i] = i;
  std::vector<Pool::Near> near(slots.size());
  for (int pass = 0;; ++pass) {
    for (const auto i : which) near[i] = pool.near(reader, bridge::from_afar(walks, slots[i]), licensed_of(solved->problem, i), wanted[i], now);
    std::vector<std::int64_t> ids;
    for (const auto& list : near) ids.insert(ids.end(), list.ids.begin(), list.ids.end());
    read_people(reader, walks, solved->problem, std::move(ids));
    TX_CHECK(plan_open_seats(*solved, options));
    // Whoever was left out of a list is worth at most its floor there: with a price at least that high, nothing to any
    // plan: no street is shorter than the straight line that the list was made with. Lists whose price lies lower are lengthened; what remains raises the bound.
    const auto& plan = solved->standing->plan();
    which.clear();
    solved->bound = plan.bound;
    for (std::size_t i = 0; i < solved->open.size(); ++i) {
      const auto of = solved->place[i];
      const auto below = near[of].floor - plan.prices[i];
      if (!near[of].cut || below <= 0) continue;
      solved->bound += below * solved->open[i].heads;
      which.push_back(of);
      wanted[of] *= 4;
    }
    if (which.empty() || pass + 1 >= kPasses || plan.cancelled) break;
  }
  for (const auto& list : near) solved->cut.push_back(list.cut);
  return solved;
}

void Plans::keep(std::int64_t run, std::shared_ptr<Solved> plan) {
  std::lock_guard lock(mutex_);
  plans_[run] = std::move(plan);
  if (plans_.size() > kMost) plans_.erase(plans_.begin());
}
std::shared_ptr<Solved> Plans::find(std::int64_t run) const {
  std::lock_guard lock(mutex_);
  const auto found = plans_.find(run);
  return found == plans_.end() ? nullptr : found->second;
}

}  // namespace tx::supply
