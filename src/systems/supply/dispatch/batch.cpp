#include "systems/supply/dispatch/batch.h"

#include <algorithm>
#include <map>
#include <set>

#include "engines/matching/explain.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/dispatch/problem.h"
#include "systems/supply/dispatch/weights.h"

namespace tx::supply {
namespace {

using storage::execute;
using storage::scalar;
using storage::select;

constexpr std::size_t kSendMost = 100, kLineBatch = 200;

using Decided = std::vector<BatchLine>;   // accepted in the earlier run: taken over as they are

// What was decided before stays: an accepted person takes a seat and the time, a dropped pair is not proposed again.
Decided keep_decisions(storage::Reader& reader, BatchRunId earlier, Problem& problem) {
  Decided decided;
  std::map<std::int64_t, std::size_t> at;
  for (std::size_t i = 0; i < problem.needs.size(); ++i) at[problem.needs[i].id.value] = i;
  for (auto& line : batch_lines(reader, earlier)) {
    const auto found = at.find(line.need.value);
    if (found == at.end()) continue;
    if (line.state == LineState::accepted) {
      --problem.slots[found->second].heads;
      problem.kept.push_back({line.need, line.volunteer});
      decided.push_back(line);
    }
    if (line.state == LineState::dropped) problem.dropped.emplace(line.need.value, line.volunteer);
    if (line.first_volunteer != line.volunteer) problem.dropped.emplace(line.need.value, line.first_volunteer);
  }
  return decided;
}

// Why a need stays short: the single thing that, let go, would bring enough people.
std::string reason_of(storage::Reader& reader, Pool& pool, const Need& need, const matching::Slot& slot, std::size_t eligible, Instant now) {
  const auto heads = static_cast<std::size_t>(need.helpers);
  if (eligible >= heads) return "taken";
  const auto licensed = bridge::licensed_skills(need);
  const stations::Walks walks(reader);
  const auto enough = [&](const matching::Slot& as, std::uint64_t papers) {
    auto measured = bridge::from_afar(walks, as);
    const bool by_streets = walks.on_streets({as.x_m, as.y_m});
    const auto near = pool.near(reader, measured, papers, by_streets ? 4 * heads + 32 : heads, now);
    if (!by_streets) return near.ids.size() >= heads;
    const auto people = profiles(reader, near.ids);
    bridge::add_ways(walks, {&measured, 1}, people);
    return static_cast<std::size_t>(std::count_if(people.begin(), people.end(), [&](const auto& v) { return matching::way_m(v, measured) <= v.radius_m; })) >= heads;
  };
  if (enough(slot, licensed)) return "promised";
  auto without = slot;
  without.skills = 0;
  if (slot.skills && enough(without, 0)) return "skill";
  without = slot;
  without.to = without.from;
  if (enough(without, licensed)) return "time";
  without = slot;
  without.checked_only = without.adults_only = without.pair_unless_checked = false;
  if (enough(without, licensed)) return "check";
  without.skills = without.languages = 0;
  without.to = without.from;
  return enough(without, 0) ? "several" : "distance";
}

struct Written {
  std::vector<BatchLine> lines;
  std::vector<BatchShort> missing;
  Json found;
  int seats = 0;
};
BatchLine line_of(const Solved& solved, const matching::Assignment& a, const std::string& note = {}) {
  const auto& person = solved.problem.people[a.volunteer];
  Json why = Json::array();
  for (const auto& reason : matching::reasons(person, solved.open[a.slot], solved.weights, solved.now))
    why.push(bridge::reason_json(reason));
  return {0, {}, {solved.open[a.slot].id}, person.id, person.id, a.score, LineState::proposed, why, note};
}

Written outcome(storage::Reader& reader, Pool& pool, const Solved& solved, Instant now) {
  Written out;
  const auto& problem = solved.problem;
  const auto& plan = solved.standing->plan();
  std::vector<int> filled(problem.needs.size(), 0);
  for (const auto& line : problem.kept)
    for (std::size_t i = 0; i < problem.needs.size(); ++i) filled[i] += problem.needs[i].id == line.need;
  for (const auto& a : plan.assignments) {
    ++filled[solved.place[a.slot]];
    out.lines.push_back(line_of(solved, a));
  }
  std::map<std::size_t, std::int64_t> worth;   // of one more helper, by need
  for (const auto& each : matching::missing(solved.open, solved.weights, plan)) worth[solved.place[each.slot]] = each.worth;
  int met = 0, possible = 0, seats_filled = 0;
  std::map<std::string, int> reasons;
  for (std::size_t i = 0; i < problem.needs.size(); ++i) {
    const auto& need = problem.needs[i];
    out.seats += need.helpers;
    seats_filled += filled[i];
    auto whole = problem.slots[i];
    whole.heads = need.helpers;
    std::size_t eligible = static_cast<std::size_t>(need.helpers - problem.slots[i].heads);   // those accepted already
    if (solved.cut[i]) eligible += static_cast<std::size_t>(need.helpers);
    else eligible += static_cast<std::size_t>(std::count_if(problem.people.begin(), problem.people.end(), [&](const auto& v) { return matching::eligible(v, whole); }));
    possible += eligible >= static_cast<std::size_t>(need.helpers);
    if (filled[i] >= need.helpers) {
      ++met;
      continue;
    }
    const auto reason = reason_of(reader, pool, need, whole, eligible, now);
    ++reasons[reason];
    out.missing.push_back({{}, need.id, need.helpers - filled[i], worth[i], reason});
  }
  std::stable_sort(out.missing.begin(), out.missing.end(), [](const auto& a, const auto& b) { return a.worth > b.worth; });
  Json counts = Json::object();
  for (const auto& [reason, count] : reasons) counts.set(reason, count);
  out.found = Json::of({{"met", met}, {"possible", possible}, {"filled", seats_filled}, {"kept", problem.kept.size()}, {"reasons", counts}});
  return out;
}

Result<Json> write_down(storage::Store& store, BatchRun& run, Written& out, const Decided& decided) {
  for (auto line : decided) {
    line.id = 0;
    out.lines.push_back(line);
  }
  const auto first = store.write([&](storage::Tx& tx) -> Result<Json> {
    run.id = {tx.new_id()};
    run.at = tx.now();
    storage::insert(tx, "batch_run", run);
    for (auto& row : out.missing) {
      row.run = run.id;
      storage::insert(tx, "batch_short", row);
    }
    return Json();
  });
  if (!first) return tl::unexpected(first.error());
  for (std::size_t from = 0; from < out.lines.size(); from += kLineBatch) {
    const auto rest = store.write([&](storage::Tx& tx) -> Result<Json> {
      for (auto i = from; i < std::min(from + kLineBatch, out.lines.size()); ++i) {
        out.lines[i].id = tx.new_id();
        out.lines[i].run = run.id;
        storage::insert(tx, "batch_line", out.lines[i]);
      }
      return Json();
    });
    if (!rest) return tl::unexpected(rest.error());
  }
  return Json::of({{"run", run.id.text()}, {"link", "/desk/batch/" + run.id.text()}});
}

Result<Json> run_batch(storage::Store& store, Pool& pool, Plans& plans, const Json& input, jobs::Progress& progress, Instant now) {
  std::vector<std::string> regions;
  for (const auto& region : input["regions"].items()) regions.push_back(region.text());
  Decided decided;
  BatchRun run;
  std::shared_ptr<Solved> solved;
  Written out;
  {
    auto reader = store.read();
    const auto table = current_weights(*reader);
    run.weights = table.id;
    run.account = {input["account"].integer()};
    run.earlier = id_value(input["earlier"].text()).value_or(0);
    for (const auto& region : regions) run.region += (run.region.empty() ? "" : ",") + region;
    auto problem = open_problem(*reader, regions, now);
    if (run.earlier) decided = keep_decisions(*reader, {run.earlier}, problem);
    matching::SolveOptions options;
    options.progress = [&](int done, int of) {
      progress.report(done, of);
      return !progress.cancelled();
    };
    solved = TX_TRY(solve_all(*reader, pool, std::move(problem), options, now));
    out = outcome(*reader, pool, *solved, now);
  }
  run.state = "done";
  run.value = solved->standing->plan().value;
  run.bound = solved->bound;
  for (const auto& line : decided) run.value += line.score, run.bound += line.score;   // decided: in every plan
  run.needs = static_cast<int>(solved->problem.needs.size());
  run.seats = out.seats;
  run.found = out.found;
  const auto answer = TX_TRY(write_down(store, run, out, decided));
  plans.keep(run.id.value, std::move(solved));
  return answer;
}

bool live(const BatchLine& line) { return line.state != LineState::dropped && line.state != LineState::gone; }

struct OfNeed {
  std::int64_t need = 0, people = 0, points = 0, helpers = 0;
};
BOOST_DESCRIBE_STRUCT(OfNeed, (), (need, people, points, helpers))

// What the decisions made of the proposal: its sums, and which of these needs are short now. The bound stays: whatever is
// decided, no plan is worth more.
void sum_up(storage::Tx& tx, BatchRunId run, const std::set<std::int64_t>& needs, const Solved* plan) {
  std::map<std::int64_t, OfNeed> now;
  std::int64_t value = 0, filled = 0;
  int met = 0;
  for (const auto& row : select<OfNeed>(tx, "select l.need, count(*) as people, sum(l.score) as points, min(n.helpers) as helpers from batch_line l join need n on "
                                            "n.id = l.need where l.run = $1 and l.state not in ('dropped','gone') group by l.need", run)) {
    value += row.points;
    filled += row.people;
    met += row.people >= row.helpers;
    now[row.need] = row;
  }
  auto row = find_batch(tx, run);
  row->value = value;
  row->found.set("filled", filled).set("met", met);
  storage::update(tx, "batch_run", *row);
  std::map<std::int64_t, std::int64_t> worth;
  if (plan)
    for (const auto& each : matching::missing(plan->open, plan->weights, plan->standing->plan())) worth[plan->open[each.slot].id] = each.worth;
  for (const auto id : needs) {
    const auto need = find_need(tx, {id});
    if (!need) continue;
    const auto before = scalar<std::string>(tx, "select reason from batch_short where run = $1 and need = $2", run, id);
    execute(tx, "delete from batch_short where run = $1 and need = $2", run, id);
    const auto missing = need->helpers - static_cast<int>(now[id].people);
    if (missing > 0) storage::insert(tx, "batch_short", BatchShort{run, {id}, missing, worth[id], before.value_or("decided")});
  }
}

// The plan goes on from a decision: whoever was told stays, a seat that came free goes to the next best. How many lines are new.
int follow(storage::Tx& tx, BatchRunId run, const std::shared_ptr<Solved>& plan, const matching::Changes& changes, std::set<std::int64_t>& needs) {
  plan->in_doubt = true;
  plan->standing->solve(changes);
  for (const auto& gone : plan->standing->went()) {
    needs.insert(plan->open[gone.slot].id);
    execute(tx, "delete from batch_line where run = $1 and need = $2 and volunteer = $3 and state = 'proposed'", run, plan->open[gone.slot].id,
            plan->problem.people[gone.volunteer].id);
  }
  for (const auto& came : plan->standing->came()) {
    auto line = line_of(*plan, came, "batch.line.followed");
    line.id = tx.new_id();
    line.run = run;
    needs.insert(line.need.value);
    storage::insert(tx, "batch_line", line);
  }
  tx.after_commit([plan] { plan->in_doubt = false; });
  return static_cast<int>(plan->standing->came().size());
}

// The plan in memory, when it can still be trusted; nobody else may ask it until the lock is given back.
std::pair<std::shared_ptr<Solved>, std::unique_lock<std::mutex>> plan_of(const Plans& plans, BatchRunId run) {
  auto plan = plans.find(run.value);
  if (!plan) return {};
  std::unique_lock lock(plan->mutex);
  if (plan->in_doubt) return {};
  return {std::move(plan), std::move(lock)};
}

// The assignment of this line in the plan, if it is there.
std::optional<matching::Assignment> planned(const Solved& plan, const BatchLine& line) {
  const auto slot = plan.open_of(line.need.value);
  const auto person = plan.person_of(line.volunteer);
  if (!slot || !person) return std::nullopt;
  for (const auto& a : plan.standing->plan().assignments)
    if (a.slot == *slot && a.volunteer == *person) return a;
  return std::nullopt;
}

}  // namespace

std::optional<BatchRun> find_batch(storage::Reader& reader, BatchRunId id) {
  return storage::find<BatchRun>(reader, "select * from batch_run where id = $1", id);
}
std::optional<BatchRun> latest_batch(storage::Reader& reader, access::AccountId account) {
  return storage::find<BatchRun>(reader, "select * from batch_run where account = $1 order by id desc limit 1", account);
}
std::vector<BatchLine> batch_lines(storage::Reader& reader, BatchRunId run) {
  return select<BatchLine>(reader, "select * from batch_line where run = $1 order by id", run);
}
std::vector<BatchShort> batch_short(storage::Reader& reader, BatchRunId run, int limit) {
  return select<BatchShort>(reader, "select * from batch_short where run = $1 order by worth desc, need limit $2", run, limit);
}

Result<Decision> mark_lines(storage::Tx& tx, const Plans& plans, BatchRunId run, const std::vector<std::int64_t>& ids, LineState state) {
  Decision done;
  std::set<std::int64_t> wanted(ids.begin(), ids.end()), needs;
  std::map<std::int64_t, int> people;                  // by need: those who would come
  std::map<std::int64_t, std::set<std::int64_t>> told; // by volunteer: lines accepted or sent
  const auto lines = batch_lines(tx, run);
  for (const auto& line : lines) {
    people[line.need.value] += live(line);
    if (line.state == LineState::accepted || line.state == LineState::dispatched) told[line.volunteer].insert(line.id);
  }
  const auto [plan, lock] = plan_of(plans, run);
  matching::Changes changes;
  for (const auto& line : lines) {
    if (!wanted.contains(line.id) || line.state == LineState::dispatched || line.state == LineState::gone) continue;
    if (state == LineState::proposed && line.state == LineState::dropped) {
      const auto need = find_need(tx, line.need);
      if (!need || ++people[line.need.value] > need->helpers) return refuse(Kind::conflict, "batch.seat_taken");
    }
    execute(tx, "update batch_line set state = $1 where id = $2", state, line.id);
    ++done.marked;
    needs.insert(line.need.value);
    if (!plan) continue;
    const auto in_plan = planned(*plan, line);
    if (state == LineState::accepted && in_plan) changes.told.push_back(*in_plan);
    told[line.volunteer].erase(line.id);
    if (state == LineState::dropped && in_plan && told[line.volunteer].empty()) changes.left.push_back(in_plan->volunteer);
  }
  if (done.marked == 0) return refuse(Kind::conflict, "batch.line_over");
  if (!changes.told.empty() || !changes.left.empty()) done.followed = follow(tx, run, plan, changes, needs);
  sum_up(tx, run, needs, plan.get());
  return done;
}

Result<Decision> change_line(storage::Tx& tx, const Plans& plans, BatchRunId run, std::int64_t id, std::int64_t volunteer) {
  auto line = storage::find<BatchLine>(tx, "select * from batch_line where id = $1 and run = $2", id, run);
  if (!line) return refuse(Kind::not_found, "batch.line_unknown");
  if (line->state == LineState::dispatched || line->state == LineState::gone) return refuse(Kind::conflict, "batch.line_over");
  const auto need = find_need(tx, line->need);
  if (!need) return refuse(Kind::not_found, "batch.line_unknown");
  const auto verdict = TX_TRY(bridge::judge(tx, *need, volunteer));
  Decision done{1, 0};
  std::set<std::int64_t> needs{need->id.value};
  bool promised = false;           // to another need of this proposal, by an accepted line
  int people = 1;
  std::vector<BatchLine> clashing; // proposals of this person for the same time
  for (const auto& other : batch_lines(tx, run)) {
    if (other.id == id || !live(other)) continue;
    people += other.need == line->need;
    if (other.volunteer != volunteer) continue;
    if (other.need == line->need) return refuse(Kind::conflict, "batch.person_twice", "volunteer");
    const auto also = find_need(tx, other.need);
    if (!also) continue;
    auto person = bridge::people_of(tx, {&*need, 1}, {volunteer}).at(0);
    const stations::Walks walks(tx);
    const auto at = bridge::slot_of(walks, *also);
    auto slot = bridge::slot_of(walks, *need);
    bridge::add_ways(walks, {&slot, 1}, {&person, 1});
    person.busy.push_back({at.from, at.to, at.x_m, at.y_m});
    const bool clash = !matching::eligible(person, slot);
    if (clash && other.state != LineState::proposed) return refuse(Kind::conflict, "batch.person_elsewhere", "volunteer");
    promised = promised || other.state != LineState::proposed;
    if (clash) clashing.push_back(other);
  }
  if (people > need->helpers) return refuse(Kind::conflict, "batch.seat_taken");   // the line had been dropped, and its seat given to another
  line->volunteer = volunteer;
  line->score = verdict.score;
  line->why = verdict.why;
  line->note.clear();
  line->state = LineState::accepted;
  storage::update(tx, "batch_line", *line);
  const auto [plan, lock] = plan_of(plans, run);
  if (plan) {
    matching::Changes changes;
    if (const auto person = plan->person_of(volunteer); person && !promised) changes.left.push_back(*person);
    // A single seat is decided now. Of several, the engine goes on with the person who was replaced in it, whom nobody else gets.
    if (const auto slot = plan->open_of(need->id.value); slot && plan->open[*slot].heads == 1) changes.cancelled.push_back(*slot);
    done.followed = follow(tx, run, plan, changes, needs);
  }
  for (const auto& other : clashing) {   // those the plan has not moved already
    execute(tx, "delete from batch_line where id = $1 and state = 'proposed'", other.id);
    needs.insert(other.need.value);
  }
  sum_up(tx, run, needs, plan.get());
  return done;
}

Result<BatchSent> dispatch_lines(storage::Tx& tx, BatchRunId run, access::AccountId by) {
  BatchSent done;
  std::map<std::int64_t, std::vector<BatchLine>> by_need;
  std::vector<NeedId> order;
  for (auto& line : batch_lines(tx, run)) {
    if (line.state != LineState::accepted) continue;
    if (done.sent + done.refused + static_cast<int>(order.size()) >= static_cast<int>(kSendMost) && !by_need.contains(line.need.value)) {
      ++done.left;
      continue;
    }
    if (!by_need.contains(line.need.value)) order.push_back(line.need);
    by_need[line.need.value].push_back(std::move(line));
  }
  for (const auto id : order) {
    auto need = find_need(tx, id);
    const int wave = next_wave_number(tx, id);
    bool asked = false;
    for (auto& line : by_need[id.value]) {
      const bool open = need && (need->state == "open" || need->state == "asked");
      const auto ask = open ? ask_one(tx, *need, line.volunteer, wave, by, "", usual_deadline(*need, tx.now()))
                            : Result<Ask>(refuse(Kind::conflict, "dispatch.not_open"));
      line.state = ask ? LineState::dispatched : LineState::gone;
      line.note = ask ? "" : ask.error().rule;
      asked = asked || ask.has_value();
      ++(ask ? done.sent : done.refused);
      storage::update(tx, "batch_line", line);
    }
    if (asked) TX_CHECK(move_need(tx, *need, need->state == "open" ? "ask" : "ask_more", by));
  }
  if (order.empty()) return refuse(Kind::conflict, "batch.nothing_accepted");
  return done;
}

void add_batch_job(jobs::Jobs& jobs, const Clock& clock, std::shared_ptr<Pool> pool, std::shared_ptr<Plans> plans) {
  jobs.add({"supply.batch", [pool = std::move(pool), plans = std::move(plans), &clock](storage::Store& store, const Json& input, jobs::Progress& progress) {
              return run_batch(store, *pool, *plans, input, progress, clock.now());
            }});
}

}  // namespace tx::supply
