#include "engines/matching/waves.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "engines/matching/forecast.h"

namespace tx::matching {
namespace {

constexpr std::int64_t kDay = 24 * 60;

bool quiet_hours(const WaveRule& rule) { return rule.quiet_from != rule.quiet_to; }
bool is_quiet(std::int64_t minute, const WaveRule& rule) {
  const auto of_day = minute % kDay;
  if (!quiet_hours(rule)) return false;
  return rule.quiet_from > rule.quiet_to ? of_day >= rule.quiet_from || of_day < rule.quiet_to
                                         : of_day >= rule.quiet_from && of_day < rule.quiet_to;
}
// The first minute at or after this one that is not quiet.
std::int64_t awake_at(std::int64_t minute, const WaveRule& rule) {
  if (!is_quiet(minute, rule)) return minute;
  const auto end = minute - minute % kDay + rule.quiet_to;
  return end > minute ? end : end + kDay;
}
// The minute by which so many waking minutes have passed.
std::int64_t after(std::int64_t minute, std::int64_t waking, const WaveRule& rule) {
  while (waking > 0) {
    minute = awake_at(minute, rule);
    auto until = minute - minute % kDay + rule.quiet_from;
    if (until <= minute) until += kDay;
    if (!quiet_hours(rule) || waking <= until - minute) return minute + waking;
    waking -= until - minute;
    minute = until;
  }
  return minute;
}
// 0 .. 1, the same for the same three numbers everywhere.
double shaken(std::uint64_t seed, std::int64_t call, std::int64_t person) {
  auto x = seed * 0x9e3779b97f4a7c15u ^ static_cast<std::uint64_t>(call) * 0xbf58476d1ce4e5b9u ^ static_cast<std::uint64_t>(person);
  for (int i = 0; i < 2; ++i) {
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    x ^= x >> 31;
  }
  return static_cast<double>(x >> 11) * 0x1p-53;
}

struct Ranked {
  std::size_t person;
  double value, yes;
};
// Whoever may be asked, in the order of asking.
std::vector<Ranked> in_order(const Forecast& forecast, const Call& call, std::int64_t now, const WaveRule& rule) {
  std::vector<std::uint8_t> taken(call.people.size(), 0);
  for (const auto& invitation : call.invitations) taken[invitation.person] = 1;
  int best = 1;
  for (const auto& person : call.people) best = std::max(best, person.score);
  std::vector<Ranked> ranked;
  for (std::size_t i = 0; i < call.people.size(); ++i) {
    const auto& person = call.people[i];
    if (taken[i]) continue;
    const bool rested = person.asked_at == 0 || now - person.asked_at >= rule.rest_minutes;
    if (call.urgency < 3 && (!rested || person.asked_week >= rule.week_cap)) continue;
    const double yes = forecast.yes(i);
    const double load = 1 - rule.load_dread * std::min(1.0, person.load_minutes / 2400.0);
    const double worth = 0.5 + 0.5 * std::max(0, person.score) / best;
    const double turn = 1 + rule.spread * (shaken(rule.seed, call.id, person.id) - 0.5);
    ranked.push_back({i, yes * load * worth * turn, yes});
  }
  std::sort(ranked.begin(), ranked.end(), [&](const Ranked& a, const Ranked& b) {
    return a.value != b.value ? a.value > b.value : call.people[a.person].id < call.people[b.person].id;
  });
  return ranked;
}

// Those who said yes when all seats were taken, then so many of the next best that one of them would probably come for
// everybody who is expected to drop out.
std::vector<std::size_t> standby_of(const Call& call, const std::vector<Ranked>& ranked, std::size_t asked, const WaveRule& rule) {
  std::vector<std::size_t> list;
  int yes = 0;
  for (const auto& invitation : call.invitations)
    if (invitation.answer == Answer::yes && ++yes > call.heads) list.push_back(invitation.person);
  const int wanted = std::max(1, static_cast<int>(std::ceil(call.heads * rule.drops_out))) - static_cast<int>(list.size());
  if (wanted <= 0) return list;
  Shortfall shortfall(wanted);
  for (std::size_t i = asked; i < ranked.size() && list.size() < 20 && 1 - shortfall.value() < rule.soon; ++i) {
    list.push_back(ranked[i].person);
    shortfall.add(ranked[i].yes);
  }
  return list;
}

}  // namespace

std::int64_t waking_minutes(std::int64_t from, std::int64_t to, const WaveRule& rule) {
  if (to <= from) return 0;
  if (!quiet_hours(rule)) return to - from;
  const auto before = [&](std::int64_t minute) {   // waking minutes from the start of day 0
    const auto of_day = minute % kDay;
    const auto in = [&](std::int64_t a, std::int64_t b) { return std::clamp<std::int64_t>(of_day - a, 0, b - a); };
    const auto quiet = rule.quiet_from > rule.quiet_to ? in(0, rule.quiet_to) + in(rule.quiet_from, kDay) : in(rule.quiet_from, rule.quiet_to);
    const auto whole = rule.quiet_from > rule.quiet_to ? rule.quiet_to + kDay - rule.quiet_from : rule.quiet_to - rule.quiet_from;
    return minute / kDay * (kDay - whole) + of_day - quiet;
  };
  return before(to) - before(from);
}

Wave next_wave(const Memory& memory, const Call& call, std::int64_t now, const WaveRule& given) {
  WaveRule rule = given;
  if (call.urgency >= 3) rule.quiet_from = rule.quiet_to;   // now or never: at any hour
  Wave wave;
  int yes = 0;
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < call.invitations.size(); ++i) {
    yes += call.invitations[i].answer == Answer::yes;
    if (call.invitations[i].answer == Answer::open) open.push_back(i);
  }
  Forecast forecast(memory, call, now, rule);
  const auto ranked = in_order(forecast, call, now, rule);
  wave.look_again = call.deadline;
  if (yes >= call.heads || now >= call.deadline) {
    wave.state = yes >= call.heads ? Wave::State::filled : Wave::State::over;
    wave.withdraw = std::move(open);
    wave.chance = wave.chance_at_goal = wave.reach = yes >= call.heads ? 1 : 0;
    wave.standby = standby_of(call, ranked, 0, rule);
    return wave;
  }
  const auto whole = waking_minutes(call.opened, call.deadline, rule), left = waking_minutes(now, call.deadline, rule);
  const auto stretch = std::max<std::int64_t>(rule.goal_least, std::llround(rule.goal_share * static_cast<double>(whole)));
  const auto passed = waking_minutes(call.opened, now, rule);
  const auto to_goal = std::min(left, std::max<std::int64_t>(stretch - passed, std::max<std::int64_t>(rule.goal_least, stretch / 2)));
  const double wanted = rule.soon + (rule.late - rule.soon) * std::min(1.0, static_cast<double>(passed) / static_cast<double>(stretch));
  wave.goal = std::min(call.deadline, after(now, to_goal, rule));
  // While there is time to ask others later the goal decides; on the last stretch everybody needed must be asked now.
  const bool last_stretch = static_cast<double>(left) <= 2.5 * forecast.half_said_yes();
  auto at_goal = forecast.chances(static_cast<double>(to_goal), call.heads - yes);
  auto by_deadline = forecast.chances(static_cast<double>(left), call.heads - yes);
  const double in_time = memory.said_yes_by(static_cast<double>(to_goal) * std::exp(-forecast.pace()));
  const auto likely_enough = [&](double yes_of_next) {
    if (last_stretch) return at_goal.enough() >= wanted && by_deadline.enough() >= rule.chance;
    return at_goal.enough() >= wanted || yes_of_next * in_time * (1 - at_goal.enough()) < rule.least_gain;
  };
  std::size_t next = 0;
  const bool quiet = is_quiet(now, rule);
  for (; !quiet && next < ranked.size() && wave.ask.size() < static_cast<std::size_t>(rule.most) && !likely_enough(ranked[next].yes); ++next) {
    wave.ask.push_back(ranked[next].person);
    at_goal.add(ranked[next].person);
    by_deadline.add(ranked[next].person);
  }
  wave.chance = by_deadline.enough();
  wave.chance_at_goal = at_goal.enough();
  for (auto i = next; i < ranked.size() && by_deadline.enough() < 0.9999; ++i) by_deadline.add(ranked[i].person);
  wave.reach = by_deadline.enough();
  wave.standby = standby_of(call, ranked, next, rule);
  wave.state = quiet ? Wave::State::quiet : !wave.ask.empty() ? Wave::State::ask : open.empty() && ranked.empty() ? Wave::State::exhausted : Wave::State::wait;
  const auto pause = std::max<std::int64_t>(1, std::min(to_goal / 4, left / 6));
  wave.look_again = std::min(call.deadline, awake_at(now + (quiet ? 0 : pause), rule));
  return wave;
}

void remember(const Memory& memory, const Invitation& invitation, std::int64_t now, Askable& person, const WaveRule& rule) {
  constexpr double kKept = 0.98;   // what lies fifty askings back counts a third
  const auto until = invitation.answer == Answer::open ? now : invitation.answered;
  const double seen = memory.weight_of(static_cast<double>(waking_minutes(invitation.at, until, rule)));
  person.asks = kKept * person.asks + seen;
  person.yes = kKept * person.yes + (invitation.answer == Answer::yes);
}

}  // namespace tx::matching
