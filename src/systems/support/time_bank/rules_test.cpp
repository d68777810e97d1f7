#include "systems/support/time_bank/rules.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "systems/support/time_bank/flow.h"
#include "systems/support/time_bank/stress.h"

namespace tx::support::bank {
namespace {

const Date kToday = Date::of(2026, 11, 24);

std::string rule(const Result<void>& result) { return result ? "" : result.error().rule; }

// §5.3: caps to the minute. 480 a day by default, 1,500 hours of a life; what is above may only be given away.
TEST(BankRules, CapsToTheMinute) {
  const Policy standard = *find_profile("standard");
  const auto is = [](Share share, std::int64_t own, std::int64_t give) { return share.own == own && share.give == give; };
  EXPECT_TRUE(is(share_of(479, 0, 0, false, standard), 479, 0));
  EXPECT_TRUE(is(share_of(480, 0, 0, false, standard), 480, 0));
  EXPECT_TRUE(is(share_of(481, 0, 0, false, standard), 480, 0));
  EXPECT_TRUE(is(share_of(60, 479, 0, false, standard), 1, 0));
  EXPECT_TRUE(is(share_of(60, 480, 0, false, standard), 0, 0));
  EXPECT_TRUE(is(share_of(60, 0, 1500 * 60 - 61, false, standard), 60, 0));
  EXPECT_TRUE(is(share_of(60, 0, 1500 * 60 - 59, false, standard), 59, 1));
  EXPECT_TRUE(is(share_of(60, 0, 1500 * 60, false, standard), 0, 60));
  EXPECT_TRUE(is(share_of(60, 0, 1500 * 60 + 10, false, standard), 0, 60));
  EXPECT_TRUE(is(share_of(60, 0, 0, true, standard), 0, 0));                      // team time: only where the policy takes it
  EXPECT_TRUE(is(share_of(60, 0, 0, true, *find_profile("nanjing")), 0, 60));     // and then to give away only
  EXPECT_TRUE(is(share_of(1440, 0, 0, false, *find_profile("nanjing")), 1440, 0));
  EXPECT_TRUE(is(share_of(121, 0, 0, false, *find_profile("changning")), 120, 0));
  EXPECT_TRUE(is(share_of(60, 0, 600 * 60 - 30, false, *find_profile("changning")), 30, 30));
  EXPECT_TRUE(is(share_of(60, 0, 10'000'000, false, *find_profile("beijing")), 60, 0));
  EXPECT_TRUE(is(share_of(0, 0, 0, false, standard), 0, 0));
  EXPECT_TRUE(is(share_of(-60, 0, 0, false, standard), 0, 0));
}

TEST(BankRules, AgesOnTheDay) {
  const Policy policy;
  EXPECT_FALSE(may_use(Date::of(1966, 11, 25), Care::none, kToday, policy));   // 59 years and 364 days
  EXPECT_TRUE(may_use(Date::of(1966, 11, 24), Care::none, kToday, policy));
  EXPECT_TRUE(may_use(Date::of(1980, 1, 1), Care::lone_poor, kToday, policy));
  EXPECT_EQ(rule(may_open(Date::of(2008, 11, 25), "own", kToday, policy)), "bank.too_young");
  EXPECT_EQ(rule(may_open(Date::of(2008, 11, 24), "own", kToday, policy)), "");
  EXPECT_EQ(rule(may_open(Date::of(2012, 1, 1), "guardian", kToday, policy)), "");
  EXPECT_EQ(rule(may_open(Date::of(1950, 1, 1), "", kToday, policy)), "bank.consent_missing");
  EXPECT_EQ(rule(may_open(Date{}, "own", kToday, policy)), "bank.birth_missing");
  EXPECT_EQ(rule(care_fits(Care::lone, Date::of(1946, 11, 25), kToday)), "bank.care_age");
  EXPECT_EQ(rule(care_fits(Care::lone, Date::of(1946, 11, 24), kToday)), "");
  EXPECT_EQ(rule(care_fits(Care::lone_poor, Date::of(1966, 11, 25), kToday)), "bank.care_age");
  EXPECT_EQ(rule(care_fits(Care::none, kToday, kToday)), "");
}

TEST(BankRules, ThePoolServesLoneEldersFirst) {
  const std::vector<Claim> claims{{1, Care::none, 0}, {2, Care::lone_poor, 0}, {3, Care::lone, 100}, {4, Care::lone, 20}, {5, Care::lone, 240}};
  const auto given = portions(300, claims, 240);
  ASSERT_EQ(given.size(), 2u);
  EXPECT_EQ(given[0].member, 4);
  EXPECT_EQ(given[0].minutes, 220);
  EXPECT_EQ(given[1].member, 3);
  EXPECT_EQ(given[1].minutes, 80);      // the pool ends; the poor wait, whoever has enough gets nothing
  EXPECT_EQ(portions(10'000, claims, 240).size(), 3u);
  EXPECT_TRUE(portions(0, claims, 240).empty());
}

TEST(BankRules, PortionsNeverExceedThePool) {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::vector<Claim> claims;
    for (int i = 0; i < 20; ++i) claims.push_back({i + 1, static_cast<Care>(random() % 3), static_cast<std::int64_t>(random() % 400) - 50});
    const std::int64_t pool = random() % 3000;
    std::int64_t sum = 0;
    for (const auto& portion : portions(pool, claims, 240)) {
      EXPECT_GT(portion.minutes, 0);
      EXPECT_LE(portion.minutes, 240);
      sum += portion.minutes;
    }
    EXPECT_LE(sum, pool);
  }
}

TEST(BankRules, EveryTownBalancesByItself) {
  std::mt19937 random(11);
  for (int round = 0; round < 500; ++round) {
    std::vector<TownLine> lines;
    std::int64_t sum = 0;
    for (int i = 0; i < 5; ++i) {
      const std::int64_t amount = static_cast<std::int64_t>(random() % 200) - 100;
      lines.push_back({"t" + std::to_string(random() % 3), "a" + std::to_string(i), amount});
      sum += amount;
    }
    lines.push_back({"t0", "rest", -sum});
    std::map<std::string, std::int64_t> towns;
    for (const auto& line : with_clearing(lines)) {
      EXPECT_NE(line.amount, 0);
      towns[line.town] += line.amount;
    }
    for (const auto& [town, total] : towns) EXPECT_EQ(total, 0) << town;
  }
}

TEST(BankRules, FirstInFirstOut) {
  EXPECT_EQ(expired(600, 0), 600);
  EXPECT_EQ(expired(600, 200), 400);
  EXPECT_EQ(expired(600, 600), 0);
  EXPECT_EQ(expired(600, 900), 0);
  EXPECT_EQ(clock_text(750), "12:30");
  EXPECT_EQ(clock_text(-5), "-0:05");
  for (const auto relation : relations()) EXPECT_EQ(reverse_of(reverse_of(relation)), relation);
}

TEST(BankStress, ARunConservesEveryMinute) {
  std::mt19937 random(3);
  for (int round = 0; round < 400; ++round) {
    const Town town{static_cast<std::int64_t>(random() % 90'000), static_cast<std::int64_t>(random() % 5'000), static_cast<std::int64_t>(random() % 60'000),
                    static_cast<std::int64_t>(random() % 9'000), static_cast<std::int64_t>(random() % 3'000)};
    const Scenario scenario{static_cast<int>(random() % 101), static_cast<int>(random() % 101), 24, static_cast<int>(random() % 60)};
    const auto run = run_on(town, scenario);
    EXPECT_EQ(run.asked, run.served + run.bought + run.unserved);
    EXPECT_LE(run.bought, town.fund);
    std::int64_t waiting = 0;
    for (const auto& month : run.months) {
      EXPECT_EQ(waiting + month.asked, month.served + month.bought + month.waiting);
      waiting = month.waiting;
    }
  }
}

TEST(BankStress, WorkedByHand) {
  const Town town{6000, 0, 6000, 1000, 0};
  const auto run = run_on(town, {100, 0, 24, 0});
  EXPECT_EQ(run.cleared, 6);
  EXPECT_EQ(run.kept_percent, 16);
  EXPECT_EQ(run.months[0].waiting, 5000);
  EXPECT_EQ(run_on(town, {100, 50, 24, 0}).cleared, 12);
  EXPECT_EQ(run_on(town, {100, 100, 24, 0}).cleared, 0);
  EXPECT_EQ(months_promised(town), 6);
  EXPECT_EQ(months_promised({100, 0, 0, 0, 0}), -1);
  EXPECT_EQ(months_promised({0, 0, 0, 0, 0}), 0);
}

TEST(KinFlow, IsSoundSpeaksBothLanguagesAndStandsInTheReadme) {
  const auto words = language::Catalogue::load("web/locales").value();
  EXPECT_EQ(kKinFlow.fault(), "");
  for (const auto& key : kKinFlow.keys()) EXPECT_TRUE(words.has(key)) << key;
  std::ifstream file("src/systems/support/README.md");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find(kKinFlow.mermaid()), std::string::npos) << "README.md should hold:\n" << kKinFlow.mermaid();
  for (const auto& profile : profiles())
    for (const char* part : {"", ".source"}) EXPECT_TRUE(words.has(std::string("bank.profile.") + profile.id + part)) << profile.id;
}

}  // namespace
}  // namespace tx::support::bank
