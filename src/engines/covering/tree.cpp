// The tree: plans, bounds, branching, and the certificate that is left behind.
#include <algorithm>
#include <cmath>
#include <queue>

#include <coin/ClpEventHandler.hpp>

#include "engines/covering/reduce.h"
#include "engines/covering/solver.h"

namespace tx::covering {

namespace {

std::int64_t floor_div(Wide a, std::int64_t b) {
  Wide q = a / b;
  if (a % b != 0 && a < 0) --q;
  return static_cast<std::int64_t>(q);
}

}  // namespace

// Asks for permission to go on while the LP is being solved.
class Watcher : public ClpEventHandler {
 public:
  explicit Watcher(Solver* solver) : solver_(solver) {}
  int event(Event which) override {
    if (which != endOfFactorization || !solver_) return -1;
    if (!solver_->report(solver_->outer_bound_)) {
      solver_->stopped_ = true;
      return 5;
    }
    return -1;
  }
  ClpEventHandler* clone() const override { return new Watcher(*this); }

 private:
  Solver* solver_;
};

Solver::Solver(const Program& original, const Options& options)
    : original_(original), options_(options), merged_(merge(original)), p_(merged_.program),
      search_((static_cast<void>([this] {   // the search must already see what is decided
        auto reduced = reduce(p_);
        cert_.reductions = std::move(reduced.steps);
        root_dom_ = p_.fixed = std::move(reduced.dom);
        row_alive_ = std::move(reduced.alive);
        for (std::size_t r = 0; r < p_.rows.size(); ++r)
          if (!row_alive_[r]) p_.rows[r] = Row{};
      }()), p_)),
      dice_(options.seed) {}

bool Solver::report(std::int64_t bound) {
  if (!options_.progress) return true;
  return options_.progress({plan_.value, bound, plan_.nodes, plan_.feasible, plan_.feasible ? &plan_.open : nullptr});
}

void Solver::keep_if_better() {
  if (!search_.feasible()) return;
  if (plan_.feasible && search_.value() <= plan_.value) return;
  plan_.feasible = true;
  plan_.value = search_.value();
  plan_.open = search_.plan();
}

void Solver::heuristic() {
  search_.reset(std::vector<std::int8_t>(p_.columns, 0));
  search_.greedy();
  search_.prune();
  keep_if_better();
  search_.reset(std::vector<std::int8_t>(p_.columns, 0));
  search_.rebuild(true, dice_, 0);
  search_.prune();
  keep_if_better();
  if (!plan_.feasible) return;
  const auto entries = static_cast<std::int64_t>(p_.column.size()) + p_.columns;
  auto moves = options_.search_moves >= 0 ? options_.search_moves : std::min<std::int64_t>(20'000, 40 * p_.columns);
  if (!p_.capacity.empty()) moves = std::min<std::int64_t>(moves, 100);
  const std::int64_t each = many_ ? 10 : 60;   // with many classes better starts come from the LP
  improve(plan_.open, moves, std::clamp<std::int64_t>(each * entries, 5'000'000, 200'000'000));
}

// Ruin and rebuild, from a plan or from what an LP's point was rounded to.
void Solver::improve(std::vector<std::int8_t> current, std::int64_t moves, std::int64_t work) {
  static constexpr int kNoise[] = {0, 0, 2, 6, 15};
  work += search_.work();
  search_.reset(current);
  bool current_fits = search_.feasible();
  auto current_value = search_.value();
  for (std::int64_t move = 0; move < moves && search_.work() < work; ++move) {
    search_.ruin(1 + dice_() % 4, dice_, dice_() % 2 == 0);
    search_.rebuild(false, dice_, kNoise[dice_() % 5]);
    if (search_.feasible()) search_.prune();
    keep_if_better();
    if ((move & 15) == 0 && !report(outer_bound_)) {
      stopped_ = true;
      return;
    }
    const bool fits = search_.feasible();
    if (fits > current_fits || (fits == current_fits && search_.value() >= current_value)) {
      current = search_.plan();
      current_value = search_.value();
      current_fits = fits;
      continue;
    }
    for (std::int32_t i = 0; i < p_.columns; ++i)
      if (search_.plan()[i] && !current[i]) search_.close(i);
    for (std::int32_t i = 0; i < p_.columns; ++i)
      if (!search_.plan()[i] && current[i]) search_.open(i);
  }
}

void Solver::apply(std::int32_t node) {
  dom_ = root_dom_;
  std::vector<std::int32_t> path;
  for (auto k = node; k >= 0; k = cert_.nodes[k].parent) path.push_back(k);
  for (auto k = path.rbegin(); k != path.rend(); ++k) {
    if (cert_.nodes[*k].column >= 0) dom_[cert_.nodes[*k].column] = cert_.nodes[*k].value;
    for (const auto& step : cert_.nodes[*k].steps)
      for (const auto& [i, v] : step.fixes) dom_[i] = v;
  }
  bounds_to_lp();
}

// The LP's prices as a proof of this step, if they say more than what is known.
bool Solver::bound_by(std::int32_t node, std::size_t step) {
  auto m = duals();
  auto priced = price(m);
  for (auto& [k, v] : m.cuts) k = k >= 0 ? lp_rows_[k].cut : at_.groups[-1 - k].rest;
  for (auto& [k, v] : m.derived) k = lp_rows_[k].derived;
  return accept(node, step, std::move(m), std::move(priced));
}

bool Solver::accept(std::int32_t node, std::size_t step, Multipliers&& m, Priced&& priced) {
  const auto bound = floor_div(priced.flat, cert_.scale);
  auto& proof = cert_.nodes[node].steps[step].proof;
  if (bound > node_bound_[node] || (bound == node_bound_[node] && proof >= 0)) return false;
  if (proof < 0) {
    proof = static_cast<std::int32_t>(cert_.proofs.size());
    cert_.proofs.push_back(std::move(m));
  } else {
    cert_.proofs[proof] = std::move(m);
  }
  node_bound_[node] = bound;
  if (node == 0) outer_bound_ = bound;
  last_ = std::move(priced);
  return true;
}

// Columns whose other value could not beat the plan in hand.
std::size_t Solver::fix_by_price(std::int32_t node) {
  std::size_t count = 0;
  if (!plan_.feasible || node_bound_[node] <= plan_.value) return 0;
  for (std::int32_t i = 0; i < p_.columns; ++i) {
    if (dom_[i] >= 0) continue;
    const auto gain = last_.gain[i];
    if (floor_div(last_.flat - (gain > 0 ? gain : -gain), cert_.scale) > plan_.value) continue;
    dom_[i] = gain > 0 ? 1 : 0;
    cert_.nodes[node].steps.back().fixes.emplace_back(i, dom_[i]);
    ++count;
  }
  return count;
}

void Solver::take_point() {
  search_.follow(y_, dice_);
  keep_if_better();
  if (!whole()) return;
  std::vector<std::int8_t> point(p_.columns);
  for (std::int32_t i = 0; i < p_.columns; ++i) point[i] = y_[i] > 0.5;
  search_.reset(point);
  keep_if_better();
}

// From the LP's point, and from the best plan drawn towards it.
void Solver::lean_on_point() {
  const auto entries = static_cast<std::int64_t>(p_.column.size()) + p_.columns;
  auto moves = options_.search_moves >= 0 ? options_.search_moves : std::int64_t{5'000};
  if (!p_.capacity.empty()) moves = std::min<std::int64_t>(moves, 40);
  const auto work = std::clamp<std::int64_t>(40 * entries, 30'000'000, 300'000'000);
  const auto wish = y_;
  search_.lean_on(&wish);
  search_.follow(wish, dice_);
  const auto rounded = search_.plan();
  improve(rounded, moves, work);
  if (plan_.feasible && !stopped_) improve(plan_.open, moves, work);
  search_.lean_on(nullptr);
}

// Steps at the root: bound, decide by price, merge what has become alike, again.
std::int64_t Solver::process_root() {
  if (many_classes()) {
    price_many();
    if (stopped_ || good_enough(node_bound_[0])) return node_bound_[0];
    lay_out();
  }
  build_master();
  if (!saddle_.y.empty() && !at_.singles) {     // the LP starts where the prices ended
    std::vector<LpRow> rows;
    for (std::size_t g = 0; g < at_.groups.size(); ++g)
      if (at_.groups[g].classes[0] < at_.program.demands()) rows.push_back(cut_at(static_cast<std::int32_t>(g), saddle_.y));
    add_rows(std::move(rows));
  }
  for (int step = 0;; ++step) {
    Watcher watch(this);
    lp_->passInEventHandler(&watch);
    centre_.clear();
    if (p_.columns > 0) centre_.assign(p_.columns, 0.0);
    if (step == 0 && !saddle_.y.empty()) centre_ = saddle_.y;
    else if (plan_.feasible) centre_.assign(plan_.open.begin(), plan_.open.end());
    if (cert_.nodes[0].steps.empty() || !cert_.nodes[0].steps.back().fixes.empty()) cert_.nodes[0].steps.emplace_back();
    const auto state = solve_lp(600, 40, 0);
    centre_.clear();
    if (state == Lp::empty) return prove_empty(0) ? kEmpty : node_bound_[0];
    if (state == Lp::failed) return node_bound_[0];
    const bool better = bound_by(0, cert_.nodes[0].steps.size() - 1);
    const auto before = plan_.value;
    take_point();
    if (step < (saddle_.y.empty() ? 3 : 1) && !stopped_ && !good_enough(node_bound_[0])) lean_on_point();
    if (stopped_ || good_enough(node_bound_[0])) return node_bound_[0];
    if (!better && plan_.value == before) return node_bound_[0];
    std::size_t free = 0;
    for (const auto d : dom_) free += d < 0;
    const auto fixed = fix_by_price(0);
    if (fixed == 0 || step >= 12) return node_bound_[0];
    const bool again = fixed * 20 >= free;
    if (!again) {
      bounds_to_lp();
      lp_->dual();
      return node_bound_[0];
    }
    lay_out();
    build_master();
  }
}

bool Solver::prove_empty(std::int32_t node) {
  for (const int sign : {1, -1}) {
    auto m = ray(sign);
    m.objective = 0;
    if ((m.rows.empty() && m.floors.empty()) || price(m).flat >= 0) continue;
    for (auto& [k, v] : m.cuts) k = k >= 0 ? lp_rows_[k].cut : at_.groups[-1 - k].rest;
    for (auto& [k, v] : m.derived) k = lp_rows_[k].derived;
    auto& steps = cert_.nodes[node].steps;
    if (steps.empty() || steps.back().proof >= 0 || !steps.back().fixes.empty()) steps.emplace_back();
    steps.back().proof = static_cast<std::int32_t>(cert_.proofs.size());
    cert_.proofs.push_back(std::move(m));
    return true;
  }
  return false;
}

std::int64_t Solver::process(std::int32_t node) {
  apply(node);
  const auto state = solve_lp(at_.singles ? 20 : 12, 1, node);
  if (stopped_) return node_bound_[node];
  if (state == Lp::empty) return prove_empty(node) ? kEmpty : node_bound_[node];
  if (state == Lp::failed) return node_bound_[node];
  const auto& here = cert_.nodes[node];
  if (here.parent >= 0 && decided_[node].fraction > 0) {
    auto& change = pseudo_[here.column];
    change.sum[here.value] += std::max(0.0, lp_->objectiveValue() - decided_[node].before) / decided_[node].fraction;
    ++change.count[here.value];
  }
  cert_.nodes[node].steps.emplace_back();
  const bool better = bound_by(node, 0);
  if (plan_.nodes % 8 == 0 || whole()) take_point();
  if (better && !good_enough(node_bound_[node])) fix_by_price(node);
  if (cert_.nodes[node].steps[0].proof < 0) cert_.nodes[node].steps.clear();
  return node_bound_[node];
}

// By what deciding did before (pseudo costs); where that is not known yet, by trying.
std::int32_t Solver::choose() {
  std::vector<std::pair<double, std::int32_t>> list;
  std::int32_t undecided = -1;
  double mean[2] = {0, 0};
  int known[2] = {0, 0};
  for (const auto& c : pseudo_)
    for (const int side : {0, 1})
      if (c.count[side]) mean[side] += c.sum[side] / c.count[side], ++known[side];
  for (const int side : {0, 1}) mean[side] = known[side] ? mean[side] / known[side] : 1;
  const auto guess = [&](std::int32_t i) {
    double out = 1;
    for (const int side : {0, 1}) {
      const auto& c = pseudo_[i];
      const double per = c.count[side] ? c.sum[side] / c.count[side] : mean[side];
      out *= std::max(1e-6, per * (side ? 1 - y_[i] : y_[i]));
    }
    return out;
  };
  for (std::int32_t i = 0; i < p_.columns; ++i) {
    if (dom_[i] >= 0) continue;
    undecided = i;
    if (!y_.empty() && y_[i] > 1e-5 && y_[i] < 1 - 1e-5) list.emplace_back(guess(i), i);
  }
  if (list.empty()) return undecided;
  std::sort(list.rbegin(), list.rend());
  const std::vector<unsigned char> basis(lp_->statusArray(), lp_->statusArray() + lp_->numberRows() + lp_->numberColumns());
  const double now = lp_->objectiveValue();
  const int limit = lp_->maximumIterations();
  double best = -1;
  std::int32_t chosen = list[0].second;
  int tried = 0, worse = 0;
  const auto now_y = y_;
  for (std::size_t k = 0; k < list.size() && tried < 8 && worse < 4; ++k) {
    const auto i = list[k].second;
    double score = list[k].first;
    auto& c = pseudo_[i];
    if (c.count[0] < 1 || c.count[1] < 1) {
      ++tried;
      double change[2];
      for (const int side : {0, 1}) {
        lp_->setColumnBounds(i, side, side);
        lp_->setMaximumIterations(30);
        lp_->dual();
        change[side] = lp_->status() == 1 ? 1e4 : std::max(0.0, lp_->objectiveValue() - now);
        lp_->setColumnBounds(i, 0, 1);
        std::copy(basis.begin(), basis.end(), lp_->statusArray());
        if (lp_->status() != 1) c.sum[side] += change[side] / std::max(1e-3, side ? 1 - now_y[i] : now_y[i]), ++c.count[side];
      }
      score = std::max(change[0], 1e-6) * std::max(change[1], 1e-6);
    }
    if (score > best) best = score, chosen = i, worse = 0;
    else ++worse;
  }
  lp_->setMaximumIterations(limit);
  return chosen;
}

bool Solver::good_enough(std::int64_t bound) const {
  return plan_.feasible && (bound <= plan_.value || static_cast<double>(bound - plan_.value) <=
                                options_.gap * std::abs(static_cast<double>(bound)));
}

// The bound that needs no LP: everybody at the best unit, every column that pays.
void Solver::trivial_bound() {
  dom_ = root_dom_;
  lay_out();
  Multipliers m;
  m.objective = cert_.scale;
  m.partition = at_.partition;
  for (std::size_t g = 0; g < at_.groups.size(); ++g)
    if (at_.groups[g].rest >= 0 && p_.people_factor > 0)
      m.cuts.emplace_back(-1 - static_cast<std::int32_t>(g), cert_.scale * p_.people_factor * at_.groups[g].weight);
  node_bound_.push_back(floor_div(price(m).flat, cert_.scale));
  for (auto& [k, v] : m.cuts) k = at_.groups[-1 - k].rest;
  cert_.proofs.push_back(std::move(m));
  cert_.nodes.emplace_back();
  cert_.nodes[0].steps.push_back({0, {}});
}

Plan Solver::run() {
  plan_.classes = p_.demands();
  pseudo_.resize(p_.columns);
  decided_.resize(1);
  many_ = p_.demands() > options_.many;
  heuristic();
  trivial_bound();
  using Item = std::pair<std::int64_t, std::int32_t>;
  std::priority_queue<Item> heap;
  heap.emplace(node_bound_[0], 0);
  std::int32_t dive = -1;
  while (!heap.empty() || dive >= 0) {
    outer_bound_ = std::max(heap.empty() ? INT64_MIN : heap.top().first, dive >= 0 ? node_bound_[dive] : INT64_MIN);
    if (good_enough(outer_bound_)) break;
    if (stopped_ || plan_.nodes >= options_.node_limit || !report(outer_bound_)) {
      stopped_ = true;
      break;
    }
    std::int32_t node = dive;
    dive = -1;
    if (node < 0) node = heap.top().second, heap.pop();
    if (plan_.feasible && node_bound_[node] <= plan_.value) continue;
    ++plan_.nodes;
    const auto bound = node == 0 ? process_root() : process(node);
    if (stopped_) {
      heap.emplace(node_bound_[node], node);
      break;
    }
    if (bound == kEmpty) continue;
    if (plan_.feasible && bound <= plan_.value) continue;
    if (node == 0 || lp_rows_.size() > root_rows_ + root_rows_ / 4 + 100) purge(), lp_->dual();
    if (node == 0) root_rows_ = lp_rows_.size();
    const auto column = choose();
    if (column < 0) {                           // a single point is left
      search_.reset(dom_);
      keep_if_better();
      continue;
    }
    const double fraction = y_.empty() ? 0 : y_[column], before = lp_->objectiveValue();
    for (const std::int8_t value : {std::int8_t{0}, std::int8_t{1}}) {
      Node child;
      child.parent = node;
      child.column = column;
      child.value = value;
      (value ? cert_.nodes[node].one : cert_.nodes[node].zero) = static_cast<std::int32_t>(cert_.nodes.size());
      cert_.nodes.push_back(std::move(child));
      node_bound_.push_back(bound);
      decided_.push_back({value ? 1 - fraction : fraction, before});
    }
    dive = cert_.nodes[node].one;
    heap.emplace(bound, cert_.nodes[node].zero);
  }
  auto bound = plan_.feasible ? plan_.value : INT64_MIN;
  if (dive >= 0) bound = std::max(bound, node_bound_[dive]);
  if (!heap.empty()) bound = std::max(bound, heap.top().first);
  plan_.bound = bound;
  plan_.finished = !stopped_;
  if (!plan_.feasible) plan_.open.assign(p_.columns, 0);
  count_reached();
  tidy();
  return std::move(plan_);
}

void Solver::count_reached() {
  if (!plan_.feasible) return;
  if (!search_.blind()) {
    search_.reset(plan_.open);
    plan_.reached = search_.reached();
    return;
  }
  for (std::int32_t j = 0; j < p_.demands(); ++j) {
    std::int32_t unit = 0;
    for (auto e = p_.start[j]; e < p_.start[j + 1]; ++e)
      if (plan_.open[p_.column[e]]) unit = std::max(unit, p_.unit[e]);
    plan_.reached += p_.weight[j] * unit;
  }
}

// Only the cuts that some proof uses stay in the certificate.
void Solver::tidy() {
  std::vector<std::int32_t> cut(cert_.cuts.size(), -1), derived(cert_.derived.size(), -1);
  const auto keep = [](auto& list, std::vector<std::int32_t>& number, auto select, auto& proofs) {
    auto kept = std::remove_reference_t<decltype(list)>{};
    for (auto& m : proofs)
      for (auto& [k, v] : select(m)) {
        if (number[k] < 0) number[k] = static_cast<std::int32_t>(kept.size()), kept.push_back(std::move(list[k]));
        k = number[k];
      }
    list = std::move(kept);
  };
  keep(cert_.cuts, cut, [](Multipliers& m) -> auto& { return m.cuts; }, cert_.proofs);
  keep(cert_.derived, derived, [](Multipliers& m) -> auto& { return m.derived; }, cert_.proofs);
}

double Plan::gap() const {
  if (!feasible) return 1;
  return bound == value ? 0 : static_cast<double>(bound - value) / std::max(1.0, std::abs(static_cast<double>(bound)));
}

Plan greedy(const Program& program) {
  auto merged = merge(program);
  Search search(merged.program);
  search.greedy();
  Plan out;
  out.feasible = search.feasible();
  out.open = search.plan();
  out.value = search.value();
  out.reached = search.reached();
  out.classes = merged.program.demands();
  for (std::int32_t j = 0; j < merged.program.demands(); ++j) {
    const auto& p = merged.program;
    out.bound += p.weight[j] * *std::max_element(p.unit.begin() + p.start[j], p.unit.begin() + p.start[j + 1]);
  }
  out.bound = out.bound * program.people_factor;
  return out;
}

Result<Plan> solve(const Program& program, const Options& options) {
  TX_CHECK(check_program(program));
  return Solver(program, options).run();
}

}  // namespace tx::covering
