// The job behind a plan: the question becomes a program, the engine thinks for as long as it was given, the best plan so far stands
// in the row while it does; then the answer is checked by the engine's independent checker, counted on the ground, and kept.
#include <algorithm>
#include <chrono>
#include <map>
#include <sstream>

#include "engines/covering/plan_file.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/planning/rules.h"

namespace tx::stations::planning {
namespace {

using Watch = std::chrono::steady_clock;
using circles::Ground;
using rules::Posed;

constexpr std::int64_t kSaveEvery = 2'000;       // milliseconds between two "best so far"
constexpr std::size_t kProofMost = 48u << 20;    // larger ones are checked and let go
constexpr int kCurveMost = 100, kCountiesMost = 60;

std::int64_t since(Watch::time_point begun) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Watch::now() - begun).count();
}
std::int64_t people_at(const Ground& ground, const std::vector<std::int32_t>& nearest) {
  std::int64_t people = 0;
  for (std::size_t i = 0; i < nearest.size(); ++i)
    if (nearest[i] >= 0) people += ground.demand[i].people;
  return people;
}

// What the columns mean for people and money.
void count_plan(const Ground& ground, const Posed& posed, const std::vector<std::int8_t>& open, Plan& plan) {
  const auto year = rules::years_of(posed, open);
  const auto list = rules::chosen(ground, posed, year);
  const auto nearest = rules::nearest_at(posed, year, posed.years);
  plan.sites = to_json(list);
  plan.count = static_cast<std::int64_t>(list.size());
  plan.cost = 0;
  for (const auto& site : list) plan.cost += site.cost;
  plan.reached = plan.elders_reached = 0;
  for (std::size_t i = 0; i < nearest.size(); ++i)
    if (nearest[i] >= 0) plan.reached += ground.demand[i].people, plan.elders_reached += ground.demand[i].elders;
}

std::vector<int> standing_only(const Posed& posed) {
  std::vector<int> year(posed.sites(), 0);
  for (std::size_t i = 0; i < year.size(); ++i) year[i] = posed.columns[i].what == rules::Column::What::stands;
  return year;
}

// ---- what the charts show
Json pairs(const std::vector<std::pair<std::int64_t, std::int64_t>>& list) {
  Json out = Json::array();
  for (const auto& [a, b] : list) out.push(Json(Json::Array{Json(a), Json(b)}));
  return out;
}

// The same sites as circles on paper: straight lines of the same pace, no streets.
void add_circles(const Ground& ground, const Posed& posed, const std::vector<int>& year, const Question& question, Json& figures) {
  if (!ground.on_streets()) return;
  std::vector<circles::LonLat> doors, people;
  for (const auto& demand : ground.demand) people.push_back(demand.at);
  std::int64_t on_streets = 0;
  for (std::size_t i = 0; i < posed.sites(); ++i) {
    if (year[i] < 1) continue;
    const auto index = posed.columns[i].index;
    doors.push_back(index < ground.stations.size() ? ground.stations[index].at : ground.candidates[index - ground.stations.size()].at);
    for (auto e = static_cast<std::size_t>(posed.matrix.start[i]); e < static_cast<std::size_t>(posed.matrix.start[i + 1]); ++e)
      on_streets += ground.demand[static_cast<std::size_t>(posed.matrix.demand[e])].people;
  }
  if (doors.empty()) return;
  const circles::Straight paper{100, ground.straight.drive_kmh};
  const auto reach = circles::straight_reach(doors, people, paper.metres_a_second(question.gait), question.minutes * 60);
  std::int64_t in_circles = 0;
  for (const auto demand : reach.demand) in_circles += ground.demand[static_cast<std::size_t>(demand)].people;
  const auto all = people_at(ground, circles::nearest_of(reach, std::vector<std::uint8_t>(doors.size(), 1)));
  const auto count = static_cast<std::int64_t>(doors.size());
  figures.set("circle_all", all).set("circle_each", in_circles / count).set("street_each", on_streets / count);
}

void add_counties(const Ground& ground, const Posed& posed, const std::vector<int>& year, Json& figures) {
  struct Sum {
    std::int64_t people = 0, before = 0, reached = 0;
  };
  const auto before = rules::nearest_at(posed, standing_only(posed), 1), after = rules::nearest_at(posed, year, posed.years);
  std::map<std::string, Sum> sums;
  for (std::size_t i = 0; i < ground.demand.size(); ++i) {
    const auto& demand = ground.demand[i];
    const auto& name = demand.county.empty() ? demand.town : demand.county;
    if (name.empty()) continue;
    auto& sum = sums[name];
    sum.people += demand.people;
    if (before[i] >= 0) sum.before += demand.people;
    if (after[i] >= 0) sum.reached += demand.people;
  }
  Json list = Json::array();
  for (const auto& [name, sum] : sums)
    if (static_cast<int>(list.size()) < kCountiesMost)
      list.push(Json::of({{"place", name}, {"people", sum.people}, {"before", sum.before}, {"reached", sum.reached}}));
  figures.set("counties", list);
}

void add_years(const Ground& ground, const Posed& posed, const std::vector<int>& year, Json& figures) {
  if (posed.years < 2) return;
  Json list = Json::array();
  for (int t = 1; t <= posed.years; ++t) {
    std::int64_t sites = 0, cost = 0;
    for (std::size_t i = 0; i < posed.sites(); ++i)
      if (year[i] == t && posed.columns[i].what != rules::Column::What::stands) ++sites, cost += posed.cost[i];
    list.push(Json::of({{"year", t}, {"sites", sites}, {"cost", cost}, {"reached", people_at(ground, rules::nearest_at(posed, year, t))}}));
  }
  figures.set("years", list);
}

// The simple way: always add whoever brings most. And what the same question gives for other numbers of stations.
void add_greedy(const Posed& posed, const Question& question, Plan& plan, Json& figures) {
  const int most = question.kind == Kind::next ? std::max(20, std::min(kCurveMost, question.count * 2)) : rules::kCountMost;
  const auto curve = rules::greedy_curve(posed, most);
  std::vector<std::pair<std::int64_t, std::int64_t>> points;
  for (std::size_t p = 0; p < curve.size() && p <= kCurveMost; ++p) points.emplace_back(static_cast<std::int64_t>(p), curve[p]);
  figures.set("greedy", pairs(points));
  const auto at = [&](std::int64_t p) { return curve[static_cast<std::size_t>(std::clamp<std::int64_t>(p, 0, static_cast<std::int64_t>(curve.size()) - 1))]; };
  switch (question.kind) {
    case Kind::next:
      plan.greedy_count = std::min<std::int64_t>(question.count, static_cast<std::int64_t>(curve.size()) - 1);
      plan.greedy = at(question.count);
      break;
    case Kind::everyone:
    case Kind::share: {
      const auto wanted = question.kind == Kind::everyone ? posed.reachable : (posed.people * question.percent + 99) / 100;
      const auto found = std::lower_bound(curve.begin(), curve.end(), wanted);
      if (found != curve.end()) plan.greedy_count = found - curve.begin(), plan.greedy = *found;
      break;
    }
    default: {
      const auto simple = covering::greedy(posed.program);
      if (simple.feasible) plan.greedy = simple.reached;
    }
  }
}

// Other numbers of stations, each with a few seconds: the curve along which the budget can be chosen.
void add_curve(const Posed& posed, const Question& question, std::int64_t milliseconds, const std::function<bool()>& stopped, Json& figures) {
  if (question.kind != Kind::next || question.count < 4) return;
  Json list = Json::array();
  const int wanted[] = {question.count / 4, question.count / 2, question.count * 3 / 4};
  for (const int p : wanted) {
    if (stopped()) break;
    auto program = posed.program;
    program.rows.front().limit = p;              // the first row of maximal() with a count is the count
    const auto begun = Watch::now();
    covering::Options options;
    options.gap = 0.001;
    options.progress = [&](const covering::Progress&) { return since(begun) < milliseconds && !stopped(); };
    const auto answer = covering::solve(program, options);
    if (answer && answer->feasible) list.push(Json(Json::Array{Json(p), Json(answer->reached), Json(answer->bound)}));
  }
  figures.set("optimal", list);
}

void save(storage::Store& store, const Plan& plan) {
  (void)store.write([&](storage::Tx& tx) -> Result<Json> {
    const auto now = find_plan(tx, id_text(plan.id));
    if (!now || now->accepted.us) return Json();   // forgotten in the meantime, or settled
    Plan row = plan;
    if (row.state != "solving") row.finished = tx.now();
    row.name = now->name;
    storage::update(tx, "station_plan", row);
    return Json();
  });
}

// Program and certificate as text, which tongxin-verify-plan checks without this program's code.
void save_proof(storage::Store& store, const Plan& plan, const Posed& posed, const covering::Plan& answer) {
  std::ostringstream program, certificate;
  covering::write_program(program, posed.program);
  covering::write_plan(certificate, answer);
  if (program.str().size() + certificate.str().size() > kProofMost) return;
  (void)store.write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "delete from station_plan_proof where id = $1", plan.id);
    storage::execute(tx, "insert into station_plan_proof (id, program, plan) values ($1,$2,$3)", plan.id, storage::Blob{program.str()},
                     storage::Blob{certificate.str()});
    return Json();
  });
}

void take_bound(const Posed& posed, std::int64_t value, std::int64_t bound, Plan& plan) {
  plan.value = value;
  plan.value_bound = bound;
  plan.bound = posed.money ? -bound : std::min(bound, posed.years > 1 ? bound : posed.reachable);
}

class Work {
 public:
  Work(storage::Store& store, jobs::Progress& progress, Plan plan, std::shared_ptr<const Ground> ground)
      : store_(store), progress_(progress), plan_(std::move(plan)), question_(question_of(plan_)), ground_(std::move(ground)) {}

  Result<Json> run() {
    auto posed = pose();
    if (!posed) {
      plan_.state = "impossible";
      plan_.reason = posed.error().rule;
      plan_.figures = Json::of({{"args", args_of(posed.error())}});
      save(store_, plan_);
      return tl::unexpected(posed.error());
    }
    plan_.people = posed->people;
    plan_.before = people_at(*ground_, rules::nearest_at(*posed, standing_only(*posed), 1));
    plan_.elders = 0;
    for (const auto& demand : ground_->demand) plan_.elders += demand.elders;
    plan_.state = "solving";
    plan_.revision = ground_->region.revision;
    save(store_, plan_);
    const auto answer = solve(*posed);
    if (!answer) return tl::unexpected(answer.error());
    return keep(*posed, *answer);
  }

 private:
  static Json args_of(const Refusal& refusal) {
    Json args = Json::object();
    for (const auto& [name, value] : refusal.args) args.set(name, value);
    return args;
  }

  Result<Posed> pose() {
    const auto* net = TX_TRY(ground_->net(question_.gait));
    const auto* candidates = TX_TRY(ground_->candidate_reach(question_.gait));
    return rules::pose(*ground_, *net, *candidates, question_);
  }

  Result<covering::Plan> solve(const Posed& posed) {
    const std::int64_t limit = question_.seconds * 1'000LL;
    std::int64_t saved = 0;
    covering::Options options;
    options.progress = [&](const covering::Progress& now) {
      const auto passed = since(begun_);
      progress_.report(std::min(passed, limit), limit, "planning.stage.think");
      if (now.feasible && now.open && passed - saved >= kSaveEvery) {
        saved = passed;
        count_plan(*ground_, posed, *now.open, plan_);
        take_bound(posed, now.value, now.bound, plan_);
        plan_.nodes = now.nodes;
        plan_.milliseconds = passed;
        save(store_, plan_);
      }
      return passed < limit && !progress_.cancelled();
    };
    return covering::solve(posed.program, options);
  }

  Result<Json> keep(const Posed& posed, const covering::Plan& answer) {
    plan_.milliseconds = since(begun_);
    plan_.classes = answer.classes;
    plan_.nodes = answer.nodes;
    if (!answer.feasible) {
      plan_.state = answer.finished ? "impossible" : "stopped";
      plan_.reason = answer.finished ? "planning.impossible" : "planning.nothing_yet";
      save(store_, plan_);
      return refuse(tx::Kind::conflict, plan_.reason);
    }
    count_plan(*ground_, posed, answer.open, plan_);
    take_bound(posed, answer.value, answer.bound, plan_);
    plan_.proven = answer.proven();
    const auto verdict = covering::verify(posed.program, answer);
    plan_.checked = verdict.good ? "good" : verdict.why;
    const auto year = rules::years_of(posed, answer.open);
    Json figures = Json::object();
    add_greedy(posed, question_, plan_, figures);
    add_circles(*ground_, posed, year, question_, figures);
    add_counties(*ground_, posed, year, figures);
    add_years(*ground_, posed, year, figures);
    const bool cancelled = progress_.cancelled();
    if (!cancelled) {
      progress_.report(1, 2, "planning.stage.curve");
      add_curve(posed, question_, std::max<std::int64_t>(1'500, question_.seconds * 1'000LL / 10), [&] { return progress_.cancelled(); }, figures);
    }
    plan_.figures = figures;
    plan_.state = cancelled ? "stopped" : "done";
    if (verdict.good) save_proof(store_, plan_, posed, answer);
    save(store_, plan_);
    if (cancelled) return refuse(tx::Kind::conflict, "job.cancelled");
    return Json::of({{"plan", id_text(plan_.id)}, {"link", "/desk/planning/plans/" + id_text(plan_.id)}});
  }

  storage::Store& store_;
  jobs::Progress& progress_;
  Plan plan_;
  Question question_;
  std::shared_ptr<const Ground> ground_;
  Watch::time_point begun_ = Watch::now();
};

}  // namespace

void add_plan_job(jobs::Jobs& jobs, const std::shared_ptr<circles::Circles>& held) {
  jobs.add({"stations.plan", [held](storage::Store& store, const Json& input, jobs::Progress& progress) -> Result<Json> {
              auto reader = store.read();
              auto plan = find_plan(*reader, input["plan"].text());
              if (!plan || plan->accepted.us) return refuse(tx::Kind::conflict, "planning.gone");
              const auto ground = TX_TRY(held->ground(*reader, plan->region));
              reader.reset();
              return Work(store, progress, std::move(*plan), ground).run();
            }});
}

}  // namespace tx::stations::planning
