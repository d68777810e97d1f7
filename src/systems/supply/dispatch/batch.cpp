#include "systems/supply/dispatch/batch.h"

#include <algorithm>
#include <map>

#include "platform/storage/record_sql.h"
#include "systems/supply/dispatch/problem.h"
#include "systems/supply/dispatch/weights.h"

namespace tx::supply {
namespace {

using storage::execute;
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
  const auto enough = [&](const matching::Slot& as, std::uint64_t papers) { return pool.near(reader, as, papers, heads, now).ids.size() >= heads; };
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

// What one more helper would add here: an ordinary person, able and at half the radius, less what the seat is worth already.
std::int64_t worth_of_one(const Problem& problem, std::size_t need, std::int64_t price, Instant now) {
  const auto& slot = problem.slots[need];
  matching::Volunteer helper;
  helper.x_m = slot.x_m + helper.radius_m / 2;
  helper.y_m = slot.y_m;
  helper.skills = slot.skills;
  helper.languages = slot.languages;
  return std::max<std::int64_t>(0, matching::score(helper, slot, problem.weights, local_minute(now)) - price);
}

struct Written {
  std::vector<BatchLine> lines;
  std::vector<BatchShort> missing;
  Json found;
  int seats = 0;
};
Written outcome(storage::Reader& reader, Pool& pool, const Problem& problem, const Solved& solved, Instant now) {
  Written out;
  std::vector<int> filled(problem.needs.size(), 0);
  for (const auto& line : problem.kept)
    for (std::size_t i = 0; i < problem.needs.size(); ++i) filled[i] += problem.needs[i].id == line.need;
  for (const auto& a : solved.plan.assignments) {
    ++filled[a.slot];
    Json why = Json::array();
    for (const auto& reason : matching::reasons(problem.people[a.volunteer], problem.slots[a.slot], problem.weights, local_minute(now)))
      why.push(Json::of({{"rule", reason.rule}, {"value", reason.value}, {"points", reason.points}}));
    const auto person = problem.people[a.volunteer].id;
    out.lines.push_back({0, {}, problem.needs[a.slot].id, person, person, a.score, LineState::proposed, why, ""});
  }
  int met = 0, possible = 0, seats_filled = 0;
  std::map<std::string, int> reasons;
  for (std::size_t i = 0; i < problem.needs.size(); ++i) {
    const auto& need = problem.needs[i];
    out.seats += need.helpers;
    seats_filled += filled[i];
    auto whole = problem.slots[i];
    whole.heads = need.helpers;
    std::size_t eligible = static_cast<std::size_t>(need.helpers - problem.slots[i].heads);   // those accepted already
    if (problem.near[i].cut) eligible += static_cast<std::size_t>(need.helpers);
    else eligible += static_cast<std::size_t>(std::count_if(problem.people.begin(), problem.people.end(), [&](const auto& v) { return matching::eligible(v, whole); }));
    possible += eligible >= static_cast<std::size_t>(need.helpers);
    if (filled[i] >= need.helpers) {
      ++met;
      continue;
    }
    const auto reason = reason_of(reader, pool, need, whole, eligible, now);
    ++reasons[reason];
    out.missing.push_back({{}, need.id, need.helpers - filled[i], worth_of_one(problem, i, solved.plan.prices[i], now), reason});
  }
  std::stable_sort(out.missing.begin(), out.missing.end(), [](const auto& a, const auto& b) { return a.worth > b.worth; });
  Json counts = Json::object();
  for (const auto& [reason, count] : reasons) counts.set(reason, count);
  out.found = Json::of({{"met", met}, {"possible", possible}, {"filled", seats_filled}, {"kept", problem.kept.size()}, {"reasons", counts}});
  return out;
}

Result<Json> write_down(storage::Store& store, BatchRun run, Written& out, const Decided& decided) {
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

Result<Json> run_batch(storage::Store& store, Pool& pool, const Json& input, jobs::Progress& progress, Instant now) {
  std::vector<std::string> regions;
  for (const auto& region : input["regions"].items()) regions.push_back(region.text());
  Problem problem;
  Decided decided;
  BatchRun run;
  Solved solved;
  Written out;
  {
    auto reader = store.read();
    const auto table = current_weights(*reader);
    run.weights = table.id;
    run.account = {input["account"].integer()};
    run.earlier = id_value(input["earlier"].text()).value_or(0);
    for (const auto& region : regions) run.region += (run.region.empty() ? "" : ",") + region;
    problem = open_problem(*reader, regions, pool.weights(*reader, now), now);   // those the lists are made with
    if (run.earlier) decided = keep_decisions(*reader, {run.earlier}, problem);
    matching::SolveOptions options;
    options.progress = [&](int done, int of) {
      progress.report(done, of);
      return !progress.cancelled();
    };
    solved = TX_TRY(solve_all(*reader, pool, problem, options, now));
    out = outcome(*reader, pool, problem, solved, now);
  }
  run.state = "done";
  run.value = solved.plan.value;
  run.bound = solved.bound;
  run.needs = static_cast<int>(problem.needs.size());
  run.seats = out.seats;
  run.found = out.found;
  return write_down(store, run, out, decided);
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

Result<int> mark_lines(storage::Tx& tx, BatchRunId run, const std::vector<std::int64_t>& lines, LineState state) {
  int marked = 0;
  for (const auto line : lines)
    marked += static_cast<int>(execute(tx, "update batch_line set state = $1 where id = $2 and run = $3 and state in "
                                           "('proposed','accepted','dropped')", state, line, run));
  if (marked == 0) return refuse(Kind::conflict, "batch.line_over");
  return marked;
}

Result<void> change_line(storage::Tx& tx, BatchRunId run, std::int64_t id, std::int64_t volunteer) {
  auto line = storage::find<BatchLine>(tx, "select * from batch_line where id = $1 and run = $2", id, run);
  if (!line) return refuse(Kind::not_found, "batch.line_unknown");
  if (line->state == LineState::dispatched || line->state == LineState::gone) return refuse(Kind::conflict, "batch.line_over");
  const auto need = find_need(tx, line->need);
  if (!need) return refuse(Kind::not_found, "batch.line_unknown");
  for (const auto& other : batch_lines(tx, run))
    if (other.need == line->need && other.id != line->id && other.volunteer == volunteer && other.state != LineState::dropped)
      return refuse(Kind::conflict, "batch.person_twice", "volunteer");
  const auto verdict = TX_TRY(bridge::judge(tx, *need, volunteer));
  line->volunteer = volunteer;
  line->score = verdict.score;
  line->why = verdict.why;
  line->state = LineState::accepted;
  storage::update(tx, "batch_line", *line);
  return {};
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

void add_batch_job(jobs::Jobs& jobs, const Clock& clock, std::shared_ptr<Pool> pool) {
  jobs.add({"supply.batch", [pool = std::move(pool), &clock](storage::Store& store, const Json& input, jobs::Progress& progress) {
              return run_batch(store, *pool, input, progress, clock.now());
            }});
}

}  // namespace tx::supply
