#include "systems/support/fraud/rules.h"

#include <gtest/gtest.h>

#include <random>

namespace tx::support::fraud {
namespace {

Entry seen(std::int64_t volunteer, std::int64_t organisation, std::int64_t from) {
  Entry e;
  e.volunteer = volunteer;
  e.organisation = organisation;
  e.from = from;
  e.to = from + 60;
  e.shown = true;
  e.enterer = 1;
  return e;
}
Entry by_hand(std::int64_t volunteer, std::int64_t organisation, std::int64_t from, std::int64_t entered) {
  Entry e = seen(volunteer, organisation, from);
  e.shown = false;
  e.by_hand = true;
  e.entered = entered;
  return e;
}

TEST(RiskRules, HonestHoursAreQuiet) {
  std::vector<Entry> entries;
  for (int day = 1; day < 40; ++day) entries.push_back(seen(7, 3, day * 1440 + 600));
  entries.push_back(by_hand(7, 3, 50 * 1440 + 600, 51 * 1440));   // a member who forgot to check in
  for (const auto& risk : assess(entries)) EXPECT_EQ(risk.score, 0);
}

TEST(RiskRules, AStrangerByHandAndAgreedAtOnce) {
  auto bought = by_hand(8, 3, 1000, 2000);
  bought.approver = 2;
  bought.approved = 2003;
  const auto risks = assess({seen(7, 3, 600), bought});
  EXPECT_TRUE(risks[1].has(Rule::stranger));
  EXPECT_TRUE(risks[1].has(Rule::waved_through));
  EXPECT_TRUE(risks[1].has(Rule::nobody_there));   // the other was seen ten hours earlier
  EXPECT_FALSE(risks[1].has(Rule::only_types));     // whoever entered it leads: number 1 confirmed what was seen
  EXPECT_EQ(risks[1].score, points_of(Rule::stranger) + points_of(Rule::nobody_there) + points_of(Rule::waved_through));
}

TEST(RiskRules, WhatSpeaksForAStranger) {
  auto helped_out = by_hand(8, 3, 630, 2000);
  const auto alone = assess({helped_out}), among = assess({seen(7, 3, 600), helped_out});
  EXPECT_TRUE(alone[0].has(Rule::nobody_there));
  EXPECT_TRUE(alone[0].has(Rule::only_types));
  EXPECT_TRUE(among[1].has(Rule::stranger));
  EXPECT_FALSE(among[1].has(Rule::nobody_there));
  EXPECT_FALSE(among[1].has(Rule::only_types));
  EXPECT_LT(among[1].score, 30);
  EXPECT_FALSE(assess({seen(7, 3, 600), by_hand(8, 3, 660, 2000)})[1].score < 30);   // touching is not meeting
}

TEST(RiskRules, NightNeedsNoSecondLookWhereItWasSeen) {
  auto night = seen(7, 3, 23 * 60);
  night.to = night.from + 240;
  EXPECT_EQ(assess({night})[0].score, 0);
  night.shown = false;
  EXPECT_GE(assess({night})[0].score, 30);
  night.by_recipient = true;
  EXPECT_EQ(assess({night})[0].score, 0);
  night.by_recipient = false;
  night.from = 4 * 60;
  EXPECT_EQ(assess({night})[0].score, 0);
}

TEST(RiskRules, AWholePlaceOfGhostsIsLookedAt) {
  std::vector<Entry> entries;
  for (int person = 1; person <= 10; ++person) {
    entries.push_back(seen(person, 3, 600));
    entries.back().place = 77;
    entries.back().shown = person <= 2;
  }
  for (const auto& risk : assess(entries)) EXPECT_TRUE(risk.has(Rule::head_count));   // those who were seen too
  entries[2].shown = entries[3].shown = true;                                          // four seen, six not
  for (const auto& risk : assess(entries)) EXPECT_FALSE(risk.has(Rule::head_count));
}

// Mutual help goes everywhere and comes back by chance; a ring goes round and round. All of two to five people are found.
TEST(RiskRings, EveryInjectedRingIsFound) {
  std::mt19937_64 random(7);
  const auto below = [&](std::int64_t n) { return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n)); };
  std::vector<Transfer> transfers;
  for (int i = 0; i < 40'000; ++i) transfers.push_back({1 + below(5'000), 1 + below(5'000), 60 + 30 * below(4)});
  EXPECT_TRUE(rings(transfers).empty());
  std::vector<std::vector<std::int64_t>> injected;
  for (int ring = 0; ring < 200; ++ring) {
    std::vector<std::int64_t> people;
    for (int k = 0; k < 2 + ring % 4; ++k) people.push_back(10'000 + ring * 10 + k);
    for (int round = 0; round < kRingTimes; ++round)
      for (std::size_t k = 0; k < people.size(); ++k) transfers.push_back({people[k], people[(k + 1) % people.size()], 118 + below(4)});
    injected.push_back(people);
  }
  const auto found = rings(transfers);
  ASSERT_EQ(found.size(), injected.size());
  for (std::size_t i = 0; i < injected.size(); ++i) {
    EXPECT_EQ(found[i].people, injected[i]);
    EXPECT_EQ(found[i].times, kRingTimes);
  }
}

TEST(RiskRings, SixPeopleTwoRoundsOrUnequalGiftsAreNone) {
  std::vector<Transfer> six, twice, unequal;
  for (int round = 0; round < 3; ++round) {
    for (int k = 0; k < 6; ++k) six.push_back({1 + k, 1 + (k + 1) % 6, 60});
    if (round < 2) twice.push_back({1, 2, 60}), twice.push_back({2, 1, 60});
    unequal.push_back({1, 2, 100}), unequal.push_back({2, 1, 94});
  }
  EXPECT_TRUE(rings(six).empty());
  EXPECT_TRUE(rings(twice).empty());
  EXPECT_TRUE(rings(unequal).empty());
}

TEST(RiskRules, TwoPlacesTouchingIsNoOverlap) {
  EXPECT_EQ(assess({seen(7, 3, 600), seen(7, 3, 660)})[1].score, 0);
  EXPECT_TRUE(assess({seen(7, 3, 600), seen(7, 3, 659)})[1].has(Rule::two_places));
}

TEST(RiskRules, FasterThanACar) {
  auto here = seen(7, 3, 600), there = seen(7, 4, 670);
  here.placed = there.placed = true;
  there.x_m = 19'000;   // ten minutes at 114 km/h
  EXPECT_FALSE(assess({here, there})[1].has(Rule::too_fast));
  there.x_m = 21'000;
  EXPECT_TRUE(assess({here, there})[1].has(Rule::too_fast));
}

TEST(RiskRules, OneDeviceThreeOrFourPeople) {
  std::vector<Entry> entries;
  for (int person = 1; person <= 4; ++person) {
    entries.push_back(seen(person, 3, 600));
    entries.back().device = 99;
    EXPECT_EQ(assess(entries)[0].has(Rule::one_device), person >= 4);
  }
}

}  // namespace
}  // namespace tx::support::fraud
