// The dispatch desk on the wired house, on both databases: the pool answers as testing everybody would, a search asks in waves
// until it is filled, a batch is accepted, changed and dispatched by a person, weights keep their history.
#include <algorithm>
#include <map>
#include <set>

#include "app/trial.h"
#include "platform/audit/audit.h"
#include "systems/supply/dispatch/batch.h"
#include "systems/supply/dispatch/bridge.h"
#include "systems/supply/dispatch/live.h"
#include "systems/supply/dispatch/search.h"
#include "systems/supply/dispatch/weights.h"
#include "systems/supply/dispatch/why.h"

namespace tx::app {
namespace {

using identity::trial::SignedIn;
using trial::answer_of;
using trial::kHome;
using trial::rule_of;
using trial::WholeHouse;
using DispatchTest = storage::trial::StoreTest;

SignedIn dispatcher(WholeHouse& house) {
  return house.person("Dispatcher", {{"county_dispatcher", access::ScopeKind::region, "640104"}});
}

// A verified need of tomorrow at ten in the demonstration's county.
std::string open_need(WholeHouse& house, const SignedIn& desk, const std::string& service = "shopping") {
  const auto sent = house.send(identity::trial::anonymous().post(
      "/ask", Json::of({{"service", service}, {"words", "Stairs."}, {"region", kHome}, {"day", "2026-11-26"}, {"from", "10:00"}, {"minutes", 60},
                        {"door", "1"}, {"name", "Wang"}, {"phone", "13912345678"}, {"risk", Json::Array{"stairs"}}, {"truth", true}})));
  EXPECT_EQ(sent.status, 200) << sent.body;
  const std::string need = answer_of(sent)["need"].text();
  EXPECT_EQ(house.send(desk.post("/desk/needs/" + need + "/accept", Json::of({{"how", "phone"}}))).status, 200);
  return need;
}

std::int64_t asked(WholeHouse& house, const std::string& need, const std::string& state = "asked") {
  return house.count("select count(*) from ask where need = $1 and state = $2", id_value(need).value(), state);
}
std::string state_of(WholeHouse& house, const std::string& need) { return house.text("select state from need where id = $1", id_value(need).value()); }
std::string search_of(WholeHouse& house, const std::string& need) {
  return house.text("select state from search where need = $1 order by id desc limit 1", id_value(need).value());
}
void answer(WholeHouse& house, const std::string& need, bool yes, int people) {
  for (int i = 0; i < people; ++i)
    EXPECT_TRUE(house->store().write([&](storage::Tx& tx) -> Result<Json> {
      const auto ask = storage::find<supply::Ask>(tx, "select * from ask where need = $1 and state = 'asked' order by id limit 1", id_value(need).value());
      if (!ask) return Json();
      TX_CHECK(supply::answer_ask(tx, ask->id, yes, "", ask->volunteer));
      return Json();
    }));
}

TEST_P(DispatchTest, ThePoolAnswersAsTestingEverybodyWould) {
  WholeHouse house(GetParam());
  supply::Pool pool;
  const auto everybody = [&](storage::Reader& reader) {
    std::vector<std::int64_t> ids;
    for (const auto& row : reader.query("select id from volunteer").rows) storage::from_value(row[0], ids.emplace_back());
    return ids;
  };
  const auto agree = [&] {
    auto reader = house->store().read();
    const auto ids = everybody(*reader);
    int compared = 0;
    for (const auto& need : storage::select<supply::Need>(*reader, "select * from need where state in ('open','asked') order by id limit 25")) {
      auto people = supply::bridge::people_of(*reader, {&need, 1}, ids);
      supply::bridge::bar_those_asked(*reader, need, people);
      const stations::Walks walks(*reader);
      auto slot = supply::bridge::slot_of(walks, need);
      supply::bridge::add_ways(walks, {&slot, 1}, people);
      const auto slow = matching::top(people, slot, 20, {}, supply::local_minute(house.clock.now()));
      const auto fast = supply::bridge::best_of(*reader, pool, need, 20, house.clock.now());
      ASSERT_EQ(fast.people.size(), slow.size()) << need.service;
      for (std::size_t i = 0; i < slow.size(); ++i) EXPECT_EQ(fast.scores[i], slow[i].score) << need.service << " " << i;
      compared += static_cast<int>(slow.size());
    }
    EXPECT_GT(compared, 50);
  };
  agree();
  EXPECT_GT(pool.size(), 2500u);
  // Rows that change afterwards: paused, moved, newly licensed, newly come. The index is not built again for them.
  ASSERT_TRUE(house->store().write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "update volunteer set state = 'paused' where id in (select id from volunteer where state = 'active' and region like '640104%' order by id limit 40)");
    storage::execute(tx, "update volunteer set radius_m = 30000, hours = $1 where id in (select id from volunteer where state = 'active' order by id limit 60)", std::string(168, '1'));
    const auto one = storage::scalar<std::int64_t>(tx, "select max(id) from volunteer where state = 'active'").value();
    for (const int skill : {1, 4, 19})
      storage::execute(tx, "insert into volunteer_certificate (id, volunteer, skill, paper, valid_until, state, decided_by, created) values ($1,$2,$3,'T',$4,'checked',0,$5)",
                       tx.new_id(), one, skill, local_date(tx.now()).days + 30, tx.now());
    return Json();
  }));
  agree();
  EXPECT_FALSE(pool.refresh(house->store(), house.clock.now()));
  EXPECT_TRUE(pool.refresh(house->store(), house.clock.now().plus(3 * kHour)));
  agree();
}

TEST_P(DispatchTest, ASearchAsksInWavesLearnsAndTakesTheRestBackKindly) {
  WholeHouse house(GetParam());
  house.clock.set(instant_of(Date::of(2026, 11, 25), 9, 0));
  const auto desk = dispatcher(house);
  const std::string need = open_need(house, desk), path = "/desk/needs/" + need;
  EXPECT_EQ(rule_of(house.send(desk.post(path + "/search", Json::of({{"deadline", "2026-11-27 09:00"}})))), "search.deadline_range");
  EXPECT_EQ(house.send(desk.post(path + "/search", Json::of({{"deadline", "2026-11-25 18:00"}, {"pace", "usual"}}))).status, 200);
  EXPECT_EQ(rule_of(house.send(desk.post(path + "/search", Json::of({{"deadline", "2026-11-25 18:00"}})))), "search.running");
  EXPECT_EQ(asked(house, need), 0);
  house->jobs().run_due_now();
  const auto first = asked(house, need);
  EXPECT_GE(first, 1);
  EXPECT_LE(first, 15);   // small waves
  EXPECT_EQ(state_of(house, need), "asked");
  EXPECT_EQ(house.count("select count(*) from audit_entry where action = 'search.wave'"), 1);
  EXPECT_EQ(house.count("select count(distinct asked_by) from ask where need = $1 and asked_by = $2", id_value(need).value(), desk.account), 1);
  const auto page = house.send(desk.get(path)).body;
  EXPECT_EQ(page.find("[["), std::string::npos);
  EXPECT_NE(page.find("18:00"), std::string::npos);

  // A NO: others are asked, that person is not asked again, and nothing is held against anybody.
  const auto refuser = house.count("select volunteer from ask where need = $1 and state = 'asked' order by id limit 1", id_value(need).value());
  const auto before = house.count("select score from ask where need = $1 and volunteer = $2", id_value(need).value(), refuser);
  answer(house, need, false, static_cast<int>(first));
  house.clock.set(house.clock.now().plus(2 * kMinute));
  house->jobs().run_due_now();
  EXPECT_EQ(asked(house, need, "declined"), first);
  EXPECT_GE(asked(house, need), 1);
  EXPECT_EQ(house.count("select count(*) from ask where need = $1 and volunteer = $2", id_value(need).value(), refuser), 1);
  {
    auto reader = house->store().read();
    const auto row = supply::find_need(*reader, {id_value(need).value()});
    const auto verdict = supply::bridge::judge(*reader, *row, refuser);
    ASSERT_TRUE(verdict.has_value());
    EXPECT_GE(verdict->score + 100, before);   // "not asked lately" alone may go (100), which the asking took, not the NO
  }
  const auto open = asked(house, need);
  answer(house, need, true, 1);
  EXPECT_EQ(state_of(house, need), "accepted");
  EXPECT_EQ(search_of(house, need), "filled");
  EXPECT_EQ(asked(house, need, "withdrawn"), open - 1);
  house->jobs().run_due_now();
  EXPECT_EQ(house.count("select count(*) from ask_memory"), 1);
  EXPECT_EQ(house.count("select searches from ask_memory"), 1);
  EXPECT_GE(house.count("select count(*) from ask_record"), first + 1);

  // The helper must give up: the search goes on by itself.
  const auto helper = house.count("select volunteer from need_helper where need = $1 and state = 'holding'", id_value(need).value());
  ASSERT_TRUE(house->store().write([&](storage::Tx& tx) -> Result<Json> {
    auto row = supply::find_need(tx, {id_value(need).value()});
    TX_CHECK(supply::release_need(tx, *row, helper, "ill"));
    return Json();
  }));
  EXPECT_EQ(search_of(house, need), "running");
  house.clock.set(house.clock.now().plus(kMinute));
  house->jobs().run_due_now();
  EXPECT_GE(asked(house, need), 1);
  EXPECT_EQ(house.send(desk.post(path + "/search/stop", Json::object())).status, 200);
  EXPECT_EQ(search_of(house, need), "stopped");
  EXPECT_EQ(asked(house, need), 0);
  EXPECT_EQ(state_of(house, need), "open");
  EXPECT_FALSE(audit::first_broken(*house->store().read()).has_value());
}

TEST_P(DispatchTest, NobodyIsDisturbedAtNightAndTimeRunsOut) {
  WholeHouse house(GetParam());
  house.clock.set(instant_of(Date::of(2026, 11, 25), 20, 0));
  const auto desk = dispatcher(house);
  const std::string need = open_need(house, desk), path = "/desk/needs/" + need;
  house.clock.set(instant_of(Date::of(2026, 11, 25), 22, 0));
  EXPECT_EQ(house.send(desk.post(path + "/search", Json::of({{"deadline", "2026-11-26 09:00"}, {"pace", "brisk"}}))).status, 200);
  house->jobs().run_due_now();
  EXPECT_EQ(asked(house, need), 0);
  EXPECT_EQ(search_of(house, need), "running");
  house.clock.set(instant_of(Date::of(2026, 11, 26), 8, 1));
  house->jobs().run_due_now();
  EXPECT_GE(asked(house, need), 1);
  house.clock.set(instant_of(Date::of(2026, 11, 26), 9, 1));
  house->jobs().run_due_now();
  EXPECT_EQ(search_of(house, need), "over");
  EXPECT_EQ(state_of(house, need), "open");
  EXPECT_EQ(asked(house, need), 0);
}

TEST_P(DispatchTest, ABatchIsAcceptedChangedAndDispatchedByAPerson) {
  WholeHouse house(GetParam());
  house.clock.set(instant_of(Date::of(2026, 11, 25), 9, 0));
  const auto desk = dispatcher(house);
  const auto sent = house.send(desk.post("/desk/batch", Json::object()));
  ASSERT_EQ(sent.status, 200) << sent.body;
  const std::string job = answer_of(sent)["job"].text();
  EXPECT_EQ(house.send(desk.get("/desk/batch/" + job)).status, 200);
  house->jobs().run_due_now();
  const auto page = house.send(desk.get("/desk/batch/" + job));
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body.find("[["), std::string::npos);
  const auto run = house.count("select max(id) from batch_run");
  ASSERT_GT(run, 0);
  EXPECT_GE(house.count("select bound from batch_run where id = $1", run), house.count("select value from batch_run where id = $1", run));
  EXPECT_EQ(house.count("select count(*) from ask where asked_by = $1", desk.account), 0);   // nothing goes out by itself
  const auto lines = house.count("select count(*) from batch_line where run = $1", run);
  ASSERT_GE(lines, 3);
  std::vector<std::int64_t> ids;
  {
    auto reader = house->store().read();
    for (const auto& line : supply::batch_lines(*reader, {run})) ids.push_back(line.id);
  }
  const std::string path = "/desk/batch/" + id_text(run);
  EXPECT_EQ(rule_of(house.send(desk.post(path + "/dispatch", Json::object()))), "batch.nothing_accepted");
  const auto mark = [&](std::int64_t line, const char* what) {
    return house.send(desk.post(path + "/mark", Json::of({{"line", Json::Array{id_text(line)}}, {"what", what}})));
  };
  EXPECT_EQ(mark(ids[0], "accept").status, 200);
  EXPECT_EQ(mark(ids[1], "drop").status, 200);
  // Another person for the third line: the best other one.
  std::int64_t other = 0;
  {
    auto reader = house->store().read();
    const auto line = storage::find<supply::BatchLine>(*reader, "select * from batch_line where id = $1", ids[2]);
    const auto need = supply::find_need(*reader, line->need);
    supply::Pool pool;
    for (const auto& person : supply::bridge::best_of(*reader, pool, *need, 5, house.clock.now()).people)
      if (person.id != line->volunteer && house.count("select count(*) from batch_line where run = $1 and need = $2 and volunteer = $3", run, need->id, person.id) == 0) other = person.id;
  }
  if (other) {
    EXPECT_EQ(house.send(desk.get(path + "/lines/" + id_text(ids[2]))).status, 200);
    EXPECT_EQ(house.send(desk.post(path + "/lines/" + id_text(ids[2]), Json::of({{"volunteer", id_text(other)}}))).status, 200);
  }
  const int accepted = other ? 2 : 1;
  // Solved again: what was decided stays, the dropped pair is not proposed again.
  const auto dropped = house.count("select volunteer from batch_line where id = $1", ids[1]), of_need = house.count("select need from batch_line where id = $1", ids[1]);
  ASSERT_EQ(house.send(desk.post("/desk/batch", Json::of({{"earlier", id_text(run)}}))).status, 200);
  house->jobs().run_due_now();
  const auto second = house.count("select max(id) from batch_run");
  ASSERT_NE(second, run);
  EXPECT_EQ(house.count("select count(*) from batch_line where run = $1 and state = 'accepted'", second), accepted);
  EXPECT_EQ(house.count("select count(*) from batch_line where run = $1 and need = $2 and volunteer = $3", second, of_need, dropped), 0);
  const auto out = house.send(desk.post("/desk/batch/" + id_text(second) + "/dispatch", Json::object()));
  ASSERT_EQ(out.status, 200) << out.body;
  EXPECT_EQ(answer_of(out)["sent"].integer(), accepted);
  EXPECT_EQ(house.count("select count(*) from ask where asked_by = $1", desk.account), accepted);
  const auto stranger = house.person("Other", {{"county_dispatcher", access::ScopeKind::region, "640104"}});
  EXPECT_EQ(house.send(stranger.post(path + "/mark", Json::of({{"what", "accept_all"}}))).status, 404);
}

// Every line of a run: "need volunteer state", and no person twice at the same time.
std::vector<supply::BatchLine> lines_of(WholeHouse& house, std::int64_t run) {
  auto reader = house->store().read();
  auto lines = supply::batch_lines(*reader, {run});
  std::map<std::int64_t, std::vector<std::pair<Instant, Instant>>> times;
  for (const auto& line : lines) {
    if (line.state == supply::LineState::dropped || line.state == supply::LineState::gone) continue;
    const auto need = supply::find_need(*reader, line.need);
    for (const auto& [from, to] : times[line.volunteer]) EXPECT_TRUE(need->ends <= from || need->starts >= to) << "twice at one time";
    times[line.volunteer].push_back({need->starts, need->ends});
  }
  const auto row = supply::find_batch(*reader, {run});
  EXPECT_LE(row->value, row->bound);
  return lines;
}

TEST_P(DispatchTest, APlanGoesOnFromADecisionAndWhoWasToldStays) {
  using supply::LineState;
  WholeHouse house(GetParam());
  house.clock.set(instant_of(Date::of(2026, 11, 25), 9, 0));
  const auto desk = dispatcher(house);
  const auto first = id_value(open_need(house, desk)).value(), second = id_value(open_need(house, desk)).value();   // the same hour, the same place
  ASSERT_EQ(house.send(desk.post("/desk/batch", Json::object())).status, 200);
  house->jobs().run_due_now();
  const auto run = house.count("select max(id) from batch_run");
  const std::string path = "/desk/batch/" + id_text(run);
  const auto line_for = [&](std::int64_t need) -> supply::BatchLine {
    for (const auto& line : lines_of(house, run))
      if (line.need.value == need && line.state != LineState::dropped) return line;
    return {};
  };
  const auto mark = [&](std::int64_t line, const char* what) {
    return house.send(desk.post(path + "/mark", Json::of({{"line", Json::Array{id_text(line)}}, {"what", what}})));
  };
  const auto one = line_for(first), two = line_for(second);
  ASSERT_TRUE(one.volunteer && two.volunteer && one.volunteer != two.volunteer);
  // Told: stays whatever happens. Dropped: the seat goes to somebody else, and the dropped person comes back only into a free seat.
  EXPECT_EQ(mark(two.id, "accept").status, 200);
  const auto dropped = mark(one.id, "drop");
  ASSERT_EQ(dropped.status, 200) << dropped.body;
  EXPECT_EQ(answer_of(dropped)["followed"].integer(), 1);
  const auto next = line_for(first);
  EXPECT_NE(next.volunteer, one.volunteer);
  EXPECT_EQ(next.state, LineState::proposed);
  EXPECT_EQ(next.note, "batch.line.followed");
  EXPECT_EQ(line_for(second).volunteer, two.volunteer);
  EXPECT_EQ(rule_of(mark(one.id, "undo")), "batch.seat_taken");
  // Somebody accepted elsewhere at that hour cannot be taken away from there.
  const auto change = [&](std::int64_t line, std::int64_t to) { return house.send(desk.post(path + "/lines/" + id_text(line), Json::of({{"volunteer", id_text(to)}}))); };
  EXPECT_EQ(rule_of(change(next.id, two.volunteer)), "batch.person_elsewhere");
  // Somebody only proposed elsewhere can: the other need gets another person at once.
  EXPECT_EQ(mark(two.id, "undo").status, 200);
  EXPECT_EQ(house.send(desk.get("/desk/needs/" + id_text(first) + "?why=" + house.text("select volunteer_no from volunteer where id = $1", two.volunteer))).status, 200);
  const auto changed = change(next.id, two.volunteer);
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(line_for(first).volunteer, two.volunteer);
  EXPECT_EQ(line_for(first).state, LineState::accepted);
  const auto other = line_for(second);
  EXPECT_NE(other.volunteer, two.volunteer);
  EXPECT_EQ(house.count("select count(*) from batch_short where run = $1 and need = $2", run, second), other.volunteer ? 0 : 1);
  // After a restart the plan is not in memory: a decision is still kept.
  EXPECT_TRUE(house->store().write([&](storage::Tx& tx) -> Result<Json> {
    const auto done = TX_TRY(supply::mark_lines(tx, supply::Plans(), {run}, {line_for(first).id}, LineState::dropped));
    EXPECT_EQ(done.followed, 0);
    return Json();
  }));
  EXPECT_EQ(house.count("select count(*) from batch_short where run = $1 and need = $2", run, first), 1);
}

// Forced into the plan, a pair loses what "why not" said; and the person whom the plan proposes loses nothing.
TEST_P(DispatchTest, WhyNotKnowsThePricesOfTheWholeRegion) {
  WholeHouse house(GetParam());
  house.clock.set(instant_of(Date::of(2026, 11, 25), 9, 0));
  const auto desk = dispatcher(house);
  const auto id = id_value(open_need(house, desk)).value();
  auto reader = house->store().read();
  supply::Pool pool;
  const auto now = house.clock.now();
  const auto solved = supply::solve_all(*reader, pool, supply::open_problem(*reader, {"640104"}, now), {}, now);
  ASSERT_TRUE(solved);
  const auto need = supply::find_need(*reader, {id});
  const supply::ViewContext view{house->words(), language::Language::en, now};
  const auto& plan = (*solved)->standing->plan();
  ASSERT_TRUE((*solved)->open_of(id));
  for (const auto& a : plan.assignments)
    if (a.slot == *(*solved)->open_of(id)) {
      const auto who = (*solved)->problem.people[a.volunteer].id;
      EXPECT_NE(supply::why_view(*reader, pool, solved->get(), *need, who, view)["standing"].text().find("batch proposes this very person"), std::string::npos);
    }
  const auto best = supply::bridge::best_of(*reader, pool, *need, 12, now);
  ASSERT_GT(best.people.size(), 4u);
  const auto last = supply::why_view(*reader, pool, solved->get(), *need, best.people.back().id, view);
  EXPECT_TRUE(last["can"].boolean());
  EXPECT_NE(last["standing"].text().find("whole plan"), std::string::npos) << last["standing"].text();
  // Without a plan: what it costs this need alone.
  const auto alone = supply::why_view(*reader, pool, nullptr, *need, best.people.back().id, view)["standing"].text();
  EXPECT_NE(alone.find(std::to_string(best.scores.front() - best.scores.back()) + " points less"), std::string::npos) << alone;
}

TEST_P(DispatchTest, TwoTablesAreComparedAndFairnessHasItsPrice) {
  WholeHouse house(GetParam());
  house.clock.set(instant_of(Date::of(2026, 11, 25), 9, 0));
  const auto officer = house.person("Officer", {{"federation_officer", access::ScopeKind::region, "64"}});
  const auto sent = house.send(officer.post("/desk/weights", Json::of({{"near", "4000"}, {"what", "compare"}})));
  ASSERT_EQ(sent.status, 200) << sent.body;
  const std::string job = answer_of(sent)["job"].text();
  house->jobs().run_due_now();
  const auto found = [&](const std::string& kind) { return Json::parse(house.text("select answer from job where kind = $1 order by id desc limit 1", kind)).value(); };
  const auto answer = found("supply.compare");
  EXPECT_GT(answer["seats_a"].integer(), 0) << answer.dump();
  EXPECT_LE(answer["b_by_a"].integer(), answer["value_a"].integer() + answer["value_a"].integer() / 1000);   // the other table's plan cannot be better by this one
  std::int64_t near_a = 0, near_b = 0;
  for (const auto& term : answer["terms"].items())
    if (term["name"].text() == "near") near_a = term["count_a"].integer(), near_b = term["count_b"].integer();
  EXPECT_LT(near_b, near_a);                      // nearness counts ten times as much
  const auto page = house.send(officer.get("/desk/weights/compare/" + job));
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body.find("[["), std::string::npos);
  ASSERT_EQ(house.send(officer.post("/desk/fairness/curve", Json::object())).status, 200);
  house->jobs().run_due_now();
  const auto curve = found("supply.fairness");
  ASSERT_GE(curve["bonus"].size(), 5u) << curve.dump();
  ASSERT_GE(curve["load"].size(), 5u);
  EXPECT_GE(curve["bonus"].items().back()["small"].number(), curve["bonus"].items().front()["small"].number());
  EXPECT_LE(curve["load"].items().back()["gini"].number(), curve["load"].items().front()["gini"].number() + 0.01);
  const auto report = house.send(officer.get("/desk/fairness"));
  EXPECT_EQ(report.status, 200);
  EXPECT_NE(report.body.find("<svg class=\"chart curve\""), std::string::npos);
  EXPECT_EQ(report.body.find("[["), std::string::npos);
}

TEST_P(DispatchTest, WeightsAreATableWithAHistory) {
  WholeHouse house(GetParam());
  auto reader = house->store().read();
  const auto set = [&](const std::string& lines, const std::string& reason) {
    return house->store().write([&](storage::Tx& tx) -> Result<Json> {
      const auto table = TX_TRY(supply::set_weights(tx, lines, reason, 7));
      return Json(table.weights.near);
    });
  };
  EXPECT_EQ(set("near 500", "").error().rule, "flow.reason_missing");
  EXPECT_EQ(set("near x", "why").error().rule, "weights.unreadable");
  EXPECT_EQ(set("load 10", "why").error().rule, "weights.load_sign");
  EXPECT_EQ(set("base 0", "why").error().rule, "weights.base_range");
  EXPECT_EQ(set("near 400", "why").error().rule, "weights.unchanged");
  EXPECT_EQ(set("near 500", "nearer first").value().integer(), 500);
  EXPECT_EQ(set("load -200", "rest").value().integer(), 500);   // the rest of the table stays
  auto after = house->store().read();
  EXPECT_EQ(supply::current_weights(*after).weights.load, -200);
  EXPECT_EQ(supply::weight_history(*after, 10).size(), 2u);
}

TEST(Watching, TellsWhoElseLooksAndForgets) {
  supply::live::Watch watch;
  const Instant now{1'764'000'000LL * kSecond};
  EXPECT_TRUE(watch.seen({1}, {10}, "Li", now));
  EXPECT_FALSE(watch.seen({1}, {10}, "Li", now.plus(kSecond)));
  EXPECT_TRUE(watch.seen({1}, {11}, "Wang", now));
  EXPECT_EQ(watch.others({1}, {10}, now), std::vector<std::string>{"Wang"});
  EXPECT_TRUE(watch.others({2}, {10}, now).empty());
  EXPECT_TRUE(watch.others({1}, {10}, now.plus(5 * kMinute)).empty());
}

TX_ON_BOTH_ENGINES(DispatchTest);

}  // namespace
}  // namespace tx::app
