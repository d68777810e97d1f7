// The whole region at once: candidates from the region index, an auction for a plan and first prices, a search for the
// prices of the lowest bound, and a better plan from these prices. Lists are cut at the K best; raising a cut list's price to
// its smallest weight makes the bound hold over every eligible pair all the same, since whoever was left out is then worth
// nothing. Lists whose price would have to be raised are lengthened and bid for once more.
#include "engines/matching/standing.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <tuple>

#include "engines/matching/market.h"
#include "engines/matching/prices.h"
#include "engines/matching/problem.h"
#include "engines/matching/shake.h"

namespace tx::matching {
namespace {

bool before(const Assignment& a, const Assignment& b) { return std::tie(a.slot, a.volunteer) < std::tie(b.slot, b.volunteer); }

}  // namespace

struct Standing::Inside {
  Inside(std::span<const Volunteer> people, std::span<const Slot> of_slots, const Weights& w, std::int64_t minute, const SolveOptions& with)
      : volunteers(people), slots(of_slots), weights(w), now(minute), options(with), problem(people, of_slots, w, minute) {}

  std::span<const Volunteer> volunteers;
  std::span<const Slot> slots;
  Weights weights;
  std::int64_t now;
  SolveOptions options;
  Problem problem;
  std::optional<Market> market;
  std::optional<Prices> prices;
  std::optional<Shake> shake;
  Plan plan;
  std::vector<std::uint8_t> in_plan;           // by arc
  std::vector<Assignment> came, went;
  std::vector<std::uint32_t> graph_slot;       // place in the table -> slot of the graph
  std::vector<std::uint32_t> called_off;       // slots where people were told, but too few are left
  bool stopped = false;

  bool go_on(int done) {
    if (!stopped && options.progress && !options.progress(done, options.rounds)) stopped = true;
    return !stopped;
  }
  void bid();
  void lower();
  void read_plan();
  void seat_again();
  void append(std::uint32_t arc, std::vector<Assignment>& to) const;
  void note(const std::vector<std::uint32_t>& arcs);
  void read_prices(const std::vector<std::uint32_t>& of);
};

// Lists, auction, and longer lists where they turn out too short.
void Standing::Inside::bid() {
  Region region(weights, now);
  if (std::any_of(slots.begin(), slots.end(), [](const Slot& slot) { return !slot.ways.empty(); })) region.keep_ids();
  region.add(volunteers);
  region.build();
  std::vector<std::uint32_t> which(slots.size());
  std::iota(which.begin(), which.end(), 0u);
  for (const auto s : which) problem.lists[s].wanted = static_cast<std::size_t>(options.candidates + 2 * problem.slot(s).heads);
  const auto& graph = problem.graph;
  for (int pass = 0;; ++pass) {
    problem.fill(region, which);
    problem.build();
    market.emplace(graph);
    for (const auto person : problem.torn()) market->withdraw(person);
    market->run(1, [&] { return !go_on(0); });
    which.clear();
    if (pass == options.passes || stopped) return;
    const auto first = market->prices();
    for (std::uint32_t s = 0; s < slots.size(); ++s)
      if (graph.slots[s].floor > first[s]) {
        which.push_back(s);
        problem.lists[s].wanted *= 4;
      }
    if (which.empty()) return;
  }
}

void Standing::Inside::lower() {
  const auto& graph = problem.graph;
  problem.graph.index();
  prices.emplace(graph, market->prices());
  prices->lower(market->value(), options.rounds, [this](int round) { return go_on(round); });
  shake.emplace(graph, *market, *prices, [this](std::uint32_t s) {
    return problem.short_of(s, market->filled(s), [this](std::uint32_t arc) { return market->held(arc); });
  });
  market->mark();
  std::vector<std::uint32_t> all(slots.size());
  std::iota(all.begin(), all.end(), 0u);
  shake->settle(std::move(all));
  auto value = market->value();
  for (int round = 0; round < options.rounds && value < prices->bound() && go_on(round); ++round) value += shake->round(2);
  read_plan();
  plan.value = value;
}

void Standing::Inside::append(std::uint32_t arc, std::vector<Assignment>& to) const {
  const auto& graph = problem.graph;
  const auto s = graph.slot_of[arc];
  const auto members = problem.members(graph.who[arc]);
  for (const auto v : members)
    to.push_back({problem.place(s), v, members.size() == 1 ? graph.weight[arc] : score(volunteers[v], slots[problem.place(s)], weights, now)});
}

void Standing::Inside::read_prices(const std::vector<std::uint32_t>& of) {
  for (const auto s : of) plan.prices[problem.place(s)] = prices->all()[s];
  plan.bound = prices->bound();
}

void Standing::Inside::read_plan() {
  plan.arcs = problem.graph.arcs();
  plan.cancelled = stopped;
  in_plan.assign(problem.graph.arcs(), 0);
  for (const auto arc : market->plan()) {
    in_plan[arc] = 1;
    append(arc, plan.assignments);
  }
  std::sort(plan.assignments.begin(), plan.assignments.end(), before);
  plan.prices.assign(slots.size(), 0);
  std::vector<std::uint32_t> all(slots.size());
  std::iota(all.begin(), all.end(), 0u);
  read_prices(all);
}

// Empty seats bid. A slot short of people gives them back, but one where somebody was told does so last of all: whoever was
// freed elsewhere may fill it. If it still falls short it stays called off for now, so that no stranger sits where somebody
// was told to come and then sent away.
void Standing::Inside::seat_again() {
  market->run(1);
  market->improve(market->touched());
  shake->settle(market->touched());
  for (auto off = shake->short_where_told(); !off.empty(); off = shake->short_where_told()) {
    for (const auto slot : off) market->call_off(slot);
    called_off.insert(called_off.end(), off.begin(), off.end());
    market->improve(market->touched());
    shake->settle(market->touched());
  }
}

// The plan catches up with the market on these arcs.
void Standing::Inside::note(const std::vector<std::uint32_t>& arcs) {
  came.clear();
  went.clear();
  for (const auto arc : arcs) {
    const bool held = market->held(arc);
    if (held == (in_plan[arc] != 0)) continue;
    in_plan[arc] = held;
    append(arc, held ? came : went);
  }
  std::sort(came.begin(), came.end(), before);
  std::sort(went.begin(), went.end(), before);
  // Only what stands behind the first change is moved: once to close the gaps, once to open new ones.
  auto& all = plan.assignments;
  const auto at = [&](const Assignment& a) { return std::lower_bound(all.begin(), all.end(), a, before) - all.begin(); };
  std::vector<std::ptrdiff_t> gaps;
  for (const auto& a : went) gaps.push_back(at(a));
  gaps.push_back(static_cast<std::ptrdiff_t>(all.size()));
  auto end = all.begin() + gaps[0];
  for (std::size_t i = 0; i + 1 < gaps.size(); ++i) end = std::move(all.begin() + gaps[i] + 1, all.begin() + gaps[i + 1], end);
  all.erase(end, all.end());
  gaps.clear();
  for (const auto& a : came) gaps.push_back(at(a));
  auto last = static_cast<std::ptrdiff_t>(all.size());
  all.resize(all.size() + came.size());
  for (auto i = static_cast<std::ptrdiff_t>(gaps.size()); i-- > 0; last = gaps[static_cast<std::size_t>(i)]) {
    const auto gap = gaps[static_cast<std::size_t>(i)];
    std::move_backward(all.begin() + gap, all.begin() + last, all.begin() + last + i + 1);
    all[static_cast<std::size_t>(gap + i)] = came[static_cast<std::size_t>(i)];
  }
}

Standing::Standing(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& weights, std::int64_t now, const SolveOptions& options)
    : inside_(std::make_unique<Inside>(volunteers, slots, weights, now, options)) {
  inside_->bid();
  inside_->lower();
}
Standing::~Standing() = default;
Standing::Standing(Standing&&) noexcept = default;

const Plan& Standing::plan() const { return inside_->plan; }
const std::vector<Assignment>& Standing::came() const { return inside_->came; }
const std::vector<Assignment>& Standing::went() const { return inside_->went; }

const Plan& Standing::solve(const Changes& changes) {
  auto& in = *inside_;
  if (in.graph_slot.empty()) {
    in.graph_slot.resize(in.slots.size());
    for (std::uint32_t s = 0; s < in.slots.size(); ++s) in.graph_slot[in.problem.place(s)] = s;
  }
  std::vector<std::uint32_t> arcs, touched;   // arcs that may have changed hands; slots
  for (const auto& told : changes.told)
    if (const auto person = in.problem.person(told.volunteer))
      in.market->tell(in.graph_slot[told.slot], *person);
  in.market->mark();
  for (const auto slot : in.called_off) in.market->relent(slot);
  in.called_off.clear();
  for (const auto volunteer : changes.left)
    if (const auto person = in.problem.person(volunteer)) {
      in.market->withdraw(*person);
      in.prices->leave(*person, touched);
    }
  for (const auto slot : changes.cancelled) in.market->close(in.graph_slot[slot], true);
  in.seat_again();
  in.market->changed_arcs(arcs);
  const auto looks = 4 * touched.size() + 100;
  const auto moved = in.prices->balance(std::move(touched), looks);
  in.shake->forget();
  in.shake->look(arcs);
  for (const auto person : in.prices->chose()) in.shake->look(person);
  for (int round = 0; round < 24 && in.shake->losers() > 0; ++round) in.shake->round(2, &arcs);
  std::sort(arcs.begin(), arcs.end());
  arcs.erase(std::unique(arcs.begin(), arcs.end()), arcs.end());
  in.note(arcs);
  in.plan.value = in.market->value();
  in.read_prices(moved);
  return in.plan;
}

Plan solve(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& weights, std::int64_t now, const SolveOptions& options) {
  return Standing(volunteers, slots, weights, now, options).plan();
}

}  // namespace tx::matching
