// Plans on the real streets of Porto Alegre and on the made-up register: what they say is true, bounded, checked, and taken over once.
#include "systems/stations/planning/planning.h"

#include "engines/covering/plan_file.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/planning/rules.h"
#include "systems/stations/trial.h"

namespace tx::stations::planning {
namespace {

using trial::answer_of;
using trial::rule_of;
using trial::Stations;
using PlanningTest = storage::trial::StoreTest;

struct Planned : Stations {
  explicit Planned(storage::trial::Engine engine) : Stations(engine) { EXPECT_TRUE(demonstrate_streets(*store, "data").has_value()); }
  std::string ask(const std::string& region, Json question) {
    question.set("name", question["kind"].text() + " trial");
    const auto answer = post("officer", "/desk/planning/" + region, question);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer_of(answer)["plan"].text();
  }
  Plan answered(const std::string& region, Json question) {
    const auto id = ask(region, std::move(question));
    jobs->run_due_now();
    return find_plan(*store->read(), id).value();
  }
};

TEST(PlanningRules, QuestionsWithinLimits) {
  Question q;
  EXPECT_TRUE(rules::question(q));
  q.minutes = 31;
  EXPECT_EQ(rules::question(q).error().rule, "planning.minutes");
  q = {};
  q.kind = Kind::years;
  q.yearly = {5};
  EXPECT_EQ(rules::question(q).error().rule, "planning.years");
  q.yearly = {5, -1};
  EXPECT_EQ(rules::question(q).error().rule, "planning.budget");
  AskInput input;
  input.yearly = "10, 20;30";
  input.forced = "a1 b-2\n89a901291abffff";
  const auto read = question_from(input);
  EXPECT_EQ(read.yearly, (std::vector<std::int64_t>{10, 20, 30}));
  EXPECT_EQ(read.forced.size(), 3u);
}

TEST_P(PlanningTest, WhereTheNextStationsShouldStand) {
  Planned house(GetParam());
  const auto plan = house.answered("porto_alegre", Json::of({{"kind", "next"}, {"count", 4}, {"seconds", 20}}));
  ASSERT_EQ(plan.state, "done") << plan.reason;
  EXPECT_EQ(plan.people, 812'935);
  EXPECT_EQ(plan.count, 4);
  EXPECT_GE(plan.bound, plan.reached);
  EXPECT_GE(plan.reached, plan.greedy);
  EXPECT_GT(plan.greedy, plan.before);
  EXPECT_EQ(plan.checked, "good");
  if (plan.proven) {
    EXPECT_EQ(plan.bound, plan.reached);
  }
  // The map counts the same: stations that stand and the plan's sites.
  const auto now = answer_of(house.post("officer", "/map/porto_alegre/what-if", Json::of({{"plan", id_text(plan.id)}})));
  EXPECT_EQ(now["reached"].integer(), plan.reached);
  std::int64_t gains = plan.before;
  for (const auto& site : sites_of(plan)) gains += site.gain;
  EXPECT_EQ(gains, plan.reached);
  // On paper more people would seem to be reached than on streets.
  EXPECT_GT(plan.figures["circle_each"].integer(), plan.figures["street_each"].integer());
  const auto page = house.get("officer", "/desk/planning/plans/" + id_text(plan.id));
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("no other 4"), std::string::npos);
  EXPECT_EQ(page.body.find("[["), std::string::npos);
  // The region's own page shows both charts, and the map with the plan no longer lists what the plan reaches as a gap.
  const auto ground = house.get("officer", "/desk/planning/porto_alegre");
  EXPECT_NE(ground.body.find("class=\"trend second\""), std::string::npos) << "optimal against greedy";
  EXPECT_NE(ground.body.find(house.words.text(language::Language::en, "circle.paper_title")), std::string::npos) << "streets against compass";
  const auto gaps = house.get("officer", "/desk/map/porto_alegre?profile=walk&plan=" + id_text(plan.id));
  ASSERT_EQ(gaps.status, 200);
  const auto listed = gaps.body.substr(0, gaps.body.find("<h2>next trial"));
  for (const auto& site : sites_of(plan)) EXPECT_EQ(listed.find("data-name=\"" + site.name + "\""), std::string::npos) << site.name;
  EXPECT_EQ(house.get("officer", "/desk/map/porto_alegre/plan.pdf?plan=" + id_text(plan.id)).content_type, "application/pdf");
  EXPECT_EQ(house.get("officer", "/desk/planning/plans/" + id_text(plan.id) + "/sites.xlsx").status, 200);
  EXPECT_EQ(answer_of(house.get("officer", "/api/map/porto_alegre/plans/" + id_text(plan.id) + ".geojson"))["features"].size(), 4u);
  // Both files can be taken away and checked again.
  const auto program = house.get("officer", "/desk/planning/plans/" + id_text(plan.id) + "/program.txt"), certificate = house.get("officer", "/desk/planning/plans/" + id_text(plan.id) + "/certificate.txt");
  ASSERT_EQ(program.status, 200);
  covering::Program asked;
  covering::Plan found;
  EXPECT_EQ(covering::read_program(program.body, asked), "");
  EXPECT_EQ(covering::read_plan(certificate.body, found), "");
  EXPECT_TRUE(covering::verify(asked, found).good);
  found.bound = found.value - 1;
  EXPECT_FALSE(covering::verify(asked, found).good);
  EXPECT_EQ(house.get("anna", "/desk/planning").status, 403);
  // Its places stand in no community of the register: it cannot become proposals.
  EXPECT_EQ(rule_of(house.post("officer", "/desk/planning/plans/" + id_text(plan.id) + "/accept", Json::object())), "planning.no_community");
}

TEST_P(PlanningTest, ThreeYearsAndTakingOver) {
  Planned house(GetParam());
  const auto missing = house.count("select count(*) from region r where r.level = 5 and r.code like '640104%' and not exists (select 1 from "
                                   "station s where s.region = r.code and s.state not in ('closed','dropped'))");
  ASSERT_GT(missing, 0);
  const auto plan = house.answered("ningxia", Json::of({{"kind", "years"}, {"gait", "walk"}, {"yearly", "2 1 1"}, {"seconds", 20}}));
  ASSERT_TRUE(plan.state == "done") << plan.state << plan.reason;
  EXPECT_EQ(plan.checked, "good");
  EXPECT_LE(plan.cost, 4);
  ASSERT_EQ(plan.figures["years"].size(), 3u);
  std::int64_t sum = 0, last = plan.before;
  for (const auto& year : plan.figures["years"].items()) {
    EXPECT_GE(year["reached"].integer(), last);      // what is open stays open
    last = year["reached"].integer();
    sum += last;
  }
  EXPECT_EQ(sum, plan.value);
  EXPECT_EQ(last, plan.reached);
  const auto page = house.get("officer", "/desk/planning/plans/" + id_text(plan.id));
  EXPECT_EQ(page.body.find("class=\"bound\" x="), std::string::npos) << "person-years are no mark on a scale of people";
  const std::string path = "/desk/planning/plans/" + id_text(plan.id);
  const auto before = house.count("select count(*) from station where state = 'proposed'");
  const auto taken = house.post("officer", path + "/accept", Json::object());
  ASSERT_EQ(taken.status, 200) << taken.body;
  EXPECT_EQ(house.count("select count(*) from station where state = 'proposed'"), before + answer_of(taken)["proposed"].integer());
  EXPECT_GT(answer_of(taken)["proposed"].integer(), 0);
  EXPECT_NE(house.word("select why from station where state = 'proposed' order by created desc, id desc limit 1").find("years trial"), std::string::npos);
  EXPECT_EQ(rule_of(house.post("officer", path + "/accept", Json::object())), "planning.accepted");
  EXPECT_EQ(rule_of(house.post("officer", path + "/forget", Json::object())), "planning.accepted");
}

TEST_P(PlanningTest, RefusalsComeWithTheirReason) {
  Planned house(GetParam());
  EXPECT_EQ(rule_of(house.post("officer", "/desk/planning/porto_alegre", Json::of({{"name", "x"}}))), "planning.name_missing");
  EXPECT_EQ(rule_of(house.post("officer", "/desk/planning/porto_alegre", Json::of({{"name", "xx"}, {"count", 0}}))), "planning.count");
  const auto unknown = house.answered("porto_alegre", Json::of({{"kind", "next"}, {"count", 2}, {"forced", "nowhere"}}));
  EXPECT_EQ(unknown.state, "impossible");
  EXPECT_EQ(unknown.reason, "planning.site_unknown");
  EXPECT_NE(house.get("officer", "/desk/planning/plans/" + id_text(unknown.id)).body.find("no site with the code nowhere"), std::string::npos);
  EXPECT_EQ(house.post("officer", "/desk/planning/plans/" + id_text(unknown.id) + "/forget", Json::object()).status, 200);
  EXPECT_FALSE(find_plan(*house.store->read(), id_text(unknown.id)).has_value());
}

// A small ground whose answers can be told by hand: five hamlets in a row, a kilometre apart, two candidates beside each other.
struct Row {
  circles::Ground ground{{}, nullptr, circles::Straight{100, 30}};
  circles::Net net;
  streets::Reach candidates;
  Row() {
    for (int i = 0; i < 5; ++i) {
      circles::Demand demand;
      demand.code = std::to_string(i);
      demand.at = {106 + i * 0.01132, 37.5};
      demand.people = 100 + i;
      demand.county = i < 3 ? "west" : "east";
      ground.demand.push_back(demand);
      circles::Site site;
      site.id = "c" + std::to_string(i);
      site.town = i < 2 ? "t" : "u";
      site.at = demand.at;
      ground.candidates.push_back(site);
    }
    circles::Site standing;
    standing.id = "s";
    standing.at = ground.demand[0].at;
    standing.running = true;
    ground.stations.push_back(standing);
    const double speed = ground.straight.metres_a_second(circles::Gait::walk);
    std::vector<circles::LonLat> people, sites;
    for (const auto& demand : ground.demand) people.push_back(demand.at);
    for (const auto& site : ground.candidates) sites.push_back(site.at);
    const std::vector<circles::LonLat> doors{standing.at};
    net.stations = circles::straight_reach(doors, people, speed, 3600);
    net.running = {1};
    candidates = circles::straight_reach(sites, people, speed, 1800);
  }
  Result<rules::Posed> pose(const Question& q) { return rules::pose(ground, net, candidates, q); }
};

TEST(PlanningRules, ConditionsBindWhatTheySay) {
  Row row;
  Question q;
  q.count = 1;
  q.minutes = 15;                                    // 1,250 m: a site reaches its neighbours
  auto posed = row.pose(q);
  ASSERT_TRUE(posed);
  auto plan = covering::solve(posed->program).value();
  EXPECT_EQ(plan.value, 510);                        // everybody: the standing one has 0 and 1, the third site 2 to 4
  q.apart_m = 4'500;                                 // nearer than that to the standing one is out, all but none
  posed = row.pose(q);
  ASSERT_TRUE(posed);
  EXPECT_EQ(covering::solve(posed->program).value().value, 201);
  q.apart_m = 0;
  q.forbidden = {"c3"};
  EXPECT_EQ(covering::solve(row.pose(q)->program).value().value, 408);   // c4 reaches 3 and 4, nobody reaches 2
  q.forbidden = {"c0", "c1", "c2", "c3", "c4"};
  q.kind = Kind::share;
  q.percent = 39;
  EXPECT_TRUE(row.pose(q));                          // 201 of 510 stand already
  q.percent = 40;
  EXPECT_EQ(row.pose(q).error().rule, "planning.share_out_of_reach");
  q.forbidden = {};
  q.kind = Kind::everyone;
  posed = row.pose(q);
  EXPECT_EQ(covering::solve(posed->program).value().value, -1);
  q.kind = Kind::next;
  q.count = 2;
  q.from_nothing = true;
  q.town_most = 1;
  EXPECT_TRUE(row.pose(q));
  q.floor_percent = 100;
  EXPECT_TRUE(row.pose(q));
  q.kind = Kind::years;
  q.yearly = {1, 1};                                 // one a year: the floor holds at the end of the last
  q.floor_percent = 100;
  const auto years = row.pose(q);
  ASSERT_TRUE(years) << years.error().rule;
  const auto twice = covering::solve(years->program).value();
  ASSERT_TRUE(twice.feasible);
  for (const auto seconds : rules::nearest_at(*years, rules::years_of(*years, twice.open), 2)) EXPECT_GE(seconds, 0);
  EXPECT_EQ(rules::greedy_curve(*posed, 10).back(), 510);
}

TX_ON_BOTH_ENGINES(PlanningTest);

}  // namespace
}  // namespace tx::stations::planning
