// Waves of asking: quiet hours, rest and caps, withdrawal and standby, what silence teaches, and whether the stated chance
// comes true. How it fares against other policies in a town that is not its own model: bench/matching/waves.cpp.
#include "engines/matching/waves.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace tx::matching {
namespace {

constexpr std::int64_t kDay = 24 * 60, kNoon = 20'000 * kDay + 12 * 60;

Call call_of(int people, int heads = 1, std::int64_t opened = kNoon, std::int64_t minutes = 60) {
  Call call;
  call.id = 7;
  call.heads = heads;
  call.opened = opened;
  call.deadline = opened + minutes;
  for (int i = 0; i < people; ++i) call.people.push_back({.id = 100 + i, .metres = 300 * (i % 10)});
  return call;
}
void ask(Call& call, const Wave& wave, std::int64_t now) {
  for (const auto person : wave.ask) call.invitations.push_back({person, now});
}
bool names(const std::vector<std::size_t>& list, std::size_t person) { return std::find(list.begin(), list.end(), person) != list.end(); }

TEST(Waves, AskFewFirstAndMoreForMoreSeats) {
  const Memory memory;
  const auto one = next_wave(memory, call_of(300), kNoon), three = next_wave(memory, call_of(300, 3), kNoon);
  EXPECT_EQ(one.state, Wave::State::ask);
  EXPECT_GE(one.ask.size(), 2u);
  EXPECT_LE(one.ask.size(), 12u);
  EXPECT_GT(three.ask.size(), one.ask.size());
  EXPECT_GT(one.look_again, kNoon);
  EXPECT_LE(one.look_again, one.goal);
  EXPECT_GE(one.chance, one.chance_at_goal);
  EXPECT_GE(one.reach, one.chance);
  const auto again = next_wave(memory, call_of(300), kNoon);
  EXPECT_EQ(one.ask, again.ask);                   // deterministic
  WaveRule other;
  other.seed = 2;
  EXPECT_NE(next_wave(memory, call_of(300, 3), kNoon, other).ask, three.ask);   // equals take turns by the seed
}

TEST(Waves, QuietHoursAreKeptUnlessItIsNowOrNever) {
  const Memory memory;
  const auto late = kNoon + 10 * 60;               // 22:00
  auto call = call_of(100, 1, late, 12 * 60);
  const auto wave = next_wave(memory, call, late);
  EXPECT_EQ(wave.state, Wave::State::quiet);
  EXPECT_TRUE(wave.ask.empty());
  EXPECT_EQ(wave.look_again, kNoon + 20 * 60);     // 08:00
  EXPECT_EQ(next_wave(memory, call, wave.look_again).state, Wave::State::ask);
  call.urgency = 3;
  EXPECT_EQ(next_wave(memory, call, late).state, Wave::State::ask);
  const WaveRule rule;
  EXPECT_EQ(waking_minutes(kNoon, kNoon + kDay, rule), 13 * 60);
  EXPECT_EQ(waking_minutes(kNoon + 9 * 60 - 10, kNoon + 20 * 60 + 5, rule), 15);
  EXPECT_EQ(waking_minutes(late, late + 60, rule), 0);
  EXPECT_EQ(waking_minutes(kNoon, kNoon - 5, rule), 0);
  const WaveRule lunch{.quiet_from = 12 * 60, .quiet_to = 14 * 60};
  EXPECT_EQ(waking_minutes(kNoon - 60, kNoon + 180, lunch), 120);
  // A night between the asking and now says nothing: silent people are as likely as they were at 21:00.
  auto evening = call_of(100, 1, kNoon, 2 * kDay);
  ask(evening, next_wave(memory, evening, kNoon), kNoon + 8 * 60);
  EXPECT_NEAR(next_wave(memory, evening, kNoon + 9 * 60).chance, next_wave(memory, evening, kNoon + 19 * 60).chance, 1e-12);
}

TEST(Waves, NobodyIsAskedTwiceTooSoonOrTooOften) {
  const Memory memory;
  auto call = call_of(40, 4);
  for (std::size_t i = 0; i < 40; ++i) {
    if (i % 4 == 0) call.people[i].asked_at = kNoon - 60;
    if (i % 4 == 1) call.people[i].asked_week = 5;
    if (i % 4 == 2) call.invitations.push_back({i, kNoon, Answer::no, kNoon + 1});
  }
  const auto wave = next_wave(memory, call, kNoon + 2);
  ASSERT_FALSE(wave.ask.empty());
  for (const auto person : wave.ask) EXPECT_EQ(person % 4, 3u);
  for (const auto person : wave.standby) EXPECT_EQ(person % 4, 3u);
  call.urgency = 3;                                 // rest and cap are passed over, a NO never
  call.heads = 30;
  const auto all = next_wave(memory, call, kNoon + 2);
  EXPECT_EQ(all.ask.size(), 30u);
  for (const auto person : all.ask) EXPECT_NE(person % 4, 2u);
}

TEST(Waves, RestedCloseAndUnburdenedPeopleWithAGoodRecordGoFirst) {
  Memory memory;
  auto call = call_of(60);
  for (auto& person : call.people) person.metres = 1000;
  call.people[7].asks = 10, call.people[7].yes = 8;
  call.people[8].asks = 10, call.people[8].yes = 0;
  call.people[9].load_minutes = 3000;
  const auto wave = next_wave(memory, call, kNoon);
  EXPECT_EQ(wave.ask.front(), 7u);
  EXPECT_FALSE(names(wave.ask, 8));
  EXPECT_FALSE(names(wave.ask, 9));
}

TEST(Waves, WhenFilledTheOthersAreWithdrawnAndStandby) {
  const Memory memory;
  auto call = call_of(50, 2);
  for (std::size_t i = 0; i < 6; ++i) call.invitations.push_back({i, kNoon});
  call.invitations[1].answer = call.invitations[4].answer = call.invitations[5].answer = Answer::yes;
  call.invitations[0].answer = Answer::no;
  const auto wave = next_wave(memory, call, kNoon + 5);
  EXPECT_EQ(wave.state, Wave::State::filled);
  EXPECT_EQ(wave.withdraw, (std::vector<std::size_t>{2, 3}));
  EXPECT_TRUE(wave.ask.empty());
  EXPECT_EQ(wave.standby.front(), 5u);              // said yes when both seats were taken
  EXPECT_EQ(wave.chance, 1);
  call.invitations[4].answer = call.invitations[5].answer = Answer::no;
  const auto over = next_wave(memory, call, call.deadline);
  EXPECT_EQ(over.state, Wave::State::over);
  EXPECT_EQ(over.withdraw.size(), 2u);
  Call none = call_of(0);
  EXPECT_EQ(next_wave(memory, none, kNoon).state, Wave::State::exhausted);
}

TEST(Waves, SilenceAndRefusalsCorrectAWrongPriorWithinTheCall) {
  const Memory memory;
  auto silent = call_of(300), willing = call_of(300);
  for (std::size_t i = 0; i < 12; ++i) {
    silent.invitations.push_back({i, kNoon});
    willing.invitations.push_back({i, kNoon});
  }
  silent.heads = 2;
  willing.heads = 8;
  for (std::size_t i = 0; i < 6; ++i) willing.invitations[i].answer = Answer::yes, willing.invitations[i].answered = kNoon + 4;
  const auto now = kNoon + 20;                       // two more are wanted in both
  const auto more = next_wave(memory, silent, now), few = next_wave(memory, willing, now);
  EXPECT_GT(more.ask.size(), few.ask.size());
  // Refusals say more than silence of the same people.
  auto refused = silent;
  for (auto& invitation : refused.invitations) invitation.answer = Answer::no, invitation.answered = kNoon + 4;
  EXPECT_LT(next_wave(memory, refused, now).reach, next_wave(memory, willing, now).reach + 1e-12);
  EXPECT_GT(next_wave(memory, refused, now).ask.size(), few.ask.size());
}

// A town that is the model: levels differ by call, delays lognormal.
struct Town {
  Town(unsigned seed, double of_yes, double of_delay) : random(seed), yes(of_yes), median(of_delay) {}
  double uniform() { return static_cast<double>(random() >> 11) * 0x1p-53; }
  double normal() { return std::sqrt(-2 * std::log(1 - uniform())) * std::cos(6.283185307 * uniform()); }
  // Asks one wave and hears everything until the deadline; the number of yes.
  int hear(Call& call, const Wave& wave, double will) {
    int heard = 0;
    const double p = 1 / (1 + std::exp(-(std::log(yes / (1 - yes)) + will)));
    for (const auto person : wave.ask) {
      Invitation invitation{person, call.opened, Answer::withdrawn, call.deadline};
      const auto delay = static_cast<std::int64_t>(median * std::exp(1.1 * normal()));
      const double u = uniform();
      if (call.opened + delay < call.deadline && u < p + (1 - p) * 0.3) {
        invitation.answer = u < p ? Answer::yes : Answer::no;
        invitation.answered = call.opened + delay;
        heard += u < p;
      }
      call.invitations.push_back(invitation);
    }
    return heard;
  }
  std::mt19937_64 random;
  double yes, median;
};

TEST(Waves, TheStatedChanceComesTrueOnceMemoryHasLearned) {
  for (const double yes : {0.12, 0.5}) {             // the prior says 0.25 and 15 minutes
    Town town(3, yes, 8);
    Memory memory;
    double stated = 0, came = 0;
    constexpr int kCalls = 1200, kFrom = 200;
    for (int i = 0; i < kCalls; ++i) {
      auto call = call_of(200, 1 + i % 3);
      call.id = i;
      const auto wave = next_wave(memory, call, call.opened);
      const int heard = town.hear(call, wave, 0.5 * town.normal());
      if (i >= kFrom) stated += wave.chance, came += heard >= call.heads;
      memory.learn(call, call.deadline);
    }
    EXPECT_NEAR(stated / (kCalls - kFrom), came / (kCalls - kFrom), 0.04) << yes;
    EXPECT_NEAR(memory.level(), std::log(yes / (1 - yes)) - std::log(0.25 / 0.75), 0.35) << yes;
    EXPECT_NEAR(memory.said_yes_by(8), 0.5, 0.12) << yes;
  }
}

TEST(Memory, GoesThroughTextAndRefusesWhatIsNotOne) {
  Town town(5, 0.4, 8);
  Memory memory;
  for (int i = 0; i < 20; ++i) {
    auto call = call_of(50, 2);
    town.hear(call, next_wave(memory, call, call.opened), 0);
    memory.learn(call, call.deadline);
  }
  Memory read;
  ASSERT_EQ(Memory::read(memory.text(), read), "");
  EXPECT_EQ(read.text(), memory.text());
  EXPECT_EQ(next_wave(read, call_of(80, 3), kNoon).ask, next_wave(memory, call_of(80, 3), kNoon).ask);
  EXPECT_NE(Memory::read("", read), "");
  EXPECT_NE(Memory::read("2 0.2", read), "");
  EXPECT_NE(Memory::read(memory.text() + " 1", read), "");
  EXPECT_NE(Memory::read(memory.text().substr(0, memory.text().size() / 2), read), "");
  EXPECT_EQ(read.text(), memory.text());             // what was there stays when the reading fails
  Askable person;
  remember(memory, {0, kNoon, Answer::yes, kNoon + 5}, kNoon + 60, person);
  remember(memory, {0, kNoon, Answer::withdrawn, kNoon + 1}, kNoon + 60, person);
  EXPECT_GT(person.yes, 0.9);
  EXPECT_LT(person.asks, 1);                         // a minute open is hardly an asking
}

}  // namespace
}  // namespace tx::matching
