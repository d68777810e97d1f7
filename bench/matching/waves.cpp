// Call-outs in a made-up town: 20,000 people on 20 x 20 km, 150 needs a day for 30 days, an hour to fill each, eligible
// people within 3 km (some 1,240). The town is not the model that next_wave() believes in: people differ for good (0.8 in log
// odds), days (0.3) and calls (0.5) are shared, distance counts, delays are lognormal and shared in part, every asking may
// silence a person for days, and the willingness is half, equal to, or double what Memory assumes. Four policies:
//   broadcast   everybody eligible at once
//   nearest     the ten nearest every ten minutes
//   likeliest   the ten with the best record every ten minutes (the same shrunken record as ours)
//   ours        next_wave()
// All withdraw when filled. bench_waves [SEEDS [DAYS [THREADS]]]: prints a line per willingness and policy, means over the
// seeds, the same for any number of threads. OURS, FACTOR=0.5|1|2: only a part of it.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "engines/matching/waves.h"

namespace {

using namespace tx::matching;
constexpr int kPeople = 20'000, kNeedsADay = 150, kMinutes = 60;
double silenced = 0.1;   // share of askings that silence a person, for two days on average
constexpr double kSide = 20'000, kReach = 3000, kAssumed = 0.2;
enum Policy { broadcast, nearest, likeliest, ours };
constexpr const char* kNames[] = {"broadcast", "nearest", "likeliest", "ours"};

double processor() {   // seconds of this thread
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

struct Town {
  struct Person {
    double x, y, will, pace;
    std::int64_t silent_until = 0, busy_until = 0;
    Askable known;
    std::vector<std::int64_t> asked = {};   // minutes
  };
  struct Said {
    Answer answer;
    std::int64_t minute;
  };
  struct Need {
    Call call;
    std::vector<std::size_t> who;         // call.people -> town
    std::vector<Said> said;               // per invitation: drawn when asked, heard when its minute comes
    double will = 0, pace = 0;
    std::int64_t look = 0;
    int yes = 0;
    bool done = false;
    std::size_t first_wave = 0;
    double first_chance = 0, first_goal_chance = 0;
    std::int64_t first_goal = 0;
  };
  struct Result {
    int needs = 0, filled = 0;
    double asked = 0, would_have = 0;
    std::vector<double> minutes, asks_each;
    std::vector<std::pair<double, bool>> stated, stated_goal;   // first wave alone: chance, came true
  };

  Town(Policy policy, double factor, unsigned seed, const WaveRule& wave_rule) : policy(policy), rule(wave_rule), random(seed) {
    base = std::log(kAssumed * factor / (1 - kAssumed * factor));
    Memory::Prior prior;
    prior.yes = kAssumed;
    memory = Memory(prior);
    for (int i = 0; i < kPeople; ++i) {
      Person p{uniform() * kSide, uniform() * kSide, 0.8 * normal(), 0.3 * normal()};
      p.known.id = i;
      p.known.reliability = 300 + static_cast<int>(400 * uniform());   // says nothing about willingness here
      p.known.load_minutes = static_cast<int>(900 * uniform());
      people.push_back(p);
    }
  }

  Result run(int days) {
    Result result;
    for (int day = 0; day < days; ++day) {
      const double of_day = 0.3 * normal();
      std::vector<std::int64_t> opens;
      for (int i = 0; i < kNeedsADay; ++i) opens.push_back(day * 1440 + 480 + static_cast<std::int64_t>(uniform() * (780 - kMinutes)));
      std::sort(opens.begin(), opens.end());
      std::vector<Need> open;
      std::size_t next = 0;
      for (std::int64_t now = day * 1440 + 480; now < day * 1440 + 1261; ++now) {
        while (next < opens.size() && opens[next] == now) open.push_back(make(now, of_day, static_cast<int>(next++)));
        for (auto& need : open) step(need, now, result);
        std::erase_if(open, [](const Need& need) { return need.done; });
      }
    }
    for (const auto& p : people) result.asks_each.push_back(static_cast<double>(p.asked.size()));
    return result;
  }

 private:
  double uniform() { return static_cast<double>(random() >> 11) * 0x1p-53; }
  double normal() { return std::sqrt(-2 * std::log(1 - uniform())) * std::cos(6.283185307 * uniform()); }

  Need make(std::int64_t now, double of_day, int number) {
    Need need;
    need.call.id = now * 1000 + number;
    const double u = uniform();
    need.call.heads = u < 0.6 ? 1 : u < 0.85 ? 2 : u < 0.95 ? 3 : 4;
    need.call.opened = need.look = now;
    need.call.deadline = now + kMinutes;
    need.will = of_day + 0.5 * normal();
    need.pace = 0.3 * normal();
    const double x = kReach + uniform() * (kSide - 2 * kReach), y = kReach + uniform() * (kSide - 2 * kReach);
    for (std::size_t i = 0; i < people.size(); ++i) {
      if (std::abs(people[i].x - x) > kReach || std::abs(people[i].y - y) > kReach) continue;
      const double metres = std::hypot(people[i].x - x, people[i].y - y);
      if (metres > kReach || uniform() > 0.88 || people[i].busy_until > now) continue;
      need.who.push_back(i);
      auto known = people[i].known;
      known.metres = static_cast<std::int64_t>(metres);
      known.score = 1000 + static_cast<int>(400 * (1 - metres / kReach));
      need.call.people.push_back(known);
    }
    return need;
  }

  void ask(Need& need, std::size_t index, std::int64_t now, Result& result) {
    auto& p = people[need.who[index]];
    need.call.invitations.push_back({index, now});
    p.asked.push_back(now);
    p.known.asked_at = now;
    result.asked += 1;
    const double km = static_cast<double>(need.call.people[index].metres) / 1000;
    const double yes = 1 / (1 + std::exp(-(base + p.will + need.will - 0.25 * (km - 2))));
    Said said{Answer::open, 0};
    const double u = uniform(), delay = 8 * std::exp(need.pace + p.pace + 1.1 * normal());
    const bool no = uniform() < 0.35;
    if (now >= p.silent_until && now >= p.busy_until)
      if (u < yes || no) said = {u < yes ? Answer::yes : Answer::no, now + static_cast<std::int64_t>(std::min(1e6, delay)) + 1};
    need.said.push_back(said);
    if (uniform() < silenced) p.silent_until = std::max(p.silent_until, now - static_cast<std::int64_t>(2 * 1440 * std::log(1 - uniform())));
  }

  // What has been said by now is heard, then the policy acts.
  void step(Need& need, std::int64_t now, Result& result) {
    bool heard = false;
    for (std::size_t i = 0; i < need.said.size(); ++i) {
      auto& invitation = need.call.invitations[i];
      if (invitation.answer != Answer::open || need.said[i].answer == Answer::open || need.said[i].minute > now) continue;
      if (need.said[i].answer == Answer::yes && need.yes >= need.call.heads) continue;   // withdrawn a moment before
      auto& p = people[need.who[invitation.person]];
      if (need.said[i].answer == Answer::yes && p.busy_until > now) continue;            // has said yes elsewhere meanwhile
      invitation.answer = need.said[i].answer;
      invitation.answered = now;
      heard = true;
      if (invitation.answer != Answer::yes) continue;
      ++need.yes;
      p.busy_until = now + 240;
      p.known.load_minutes += 120;
    }
    if (need.yes >= need.call.heads || now >= need.call.deadline) return close(need, now, result);
    if (!heard && now < need.look) return;
    if (policy == ours) return look(need, now, result);
    if (now < need.look) return;
    need.look = now + 10;
    std::vector<std::pair<double, std::size_t>> order;
    std::vector<std::uint8_t> taken(need.who.size(), 0);
    for (const auto& invitation : need.call.invitations) taken[invitation.person] = 1;
    for (std::size_t i = 0; i < need.who.size(); ++i)
      if (const auto& known = people[need.who[i]].known; !taken[i])
        order.emplace_back(policy == likeliest ? -(8 * kAssumed + known.yes) / (8 + known.asks) : static_cast<double>(need.call.people[i].metres), i);
    std::sort(order.begin(), order.end());
    const auto most = policy == broadcast ? order.size() : std::min<std::size_t>(10, order.size());
    for (std::size_t i = 0; i < most; ++i) ask(need, order[i].second, now, result);
  }

  void look(Need& need, std::int64_t now, Result& result) {
    std::vector<std::uint8_t> taken(need.who.size(), 0);
    for (const auto& invitation : need.call.invitations) taken[invitation.person] = 1;
    for (std::size_t i = 0; i < need.who.size(); ++i) {
      if (taken[i]) continue;   // what was known of those asked is what it was when they were asked
      auto& to = need.call.people[i];
      const auto& p = people[need.who[i]];
      to.asked_at = p.known.asked_at;
      to.asks = p.known.asks, to.yes = p.known.yes, to.load_minutes = p.known.load_minutes;
      to.asked_week = p.busy_until > now ? 99 : static_cast<int>(p.asked.end() - std::lower_bound(p.asked.begin(), p.asked.end(), now - 7 * 1440));
    }
    const auto start = processor();
    const auto wave = next_wave(memory, need.call, now, rule);
    spent += processor() - start;
    ++looks;
    for (const auto index : wave.ask) ask(need, index, now, result);
    if (now == need.call.opened) {
      need.first_wave = wave.ask.size();
      need.first_chance = wave.chance;
      need.first_goal_chance = wave.chance_at_goal;
      need.first_goal = wave.goal;
    }
    need.look = wave.look_again;
  }

  void close(Need& need, std::int64_t now, Result& result) {
    need.done = true;
    ++result.needs;
    const bool filled = need.yes >= need.call.heads;
    result.filled += filled;
    result.minutes.push_back(filled ? static_cast<double>(now - need.call.opened) : 1e3);
    int by_deadline = 0, by_goal = 0, yes = 0;
    for (std::size_t i = 0; i < need.said.size(); ++i) {
      const bool would = need.said[i].answer == Answer::yes && need.said[i].minute <= need.call.deadline;
      yes += would;
      by_deadline += would && i < need.first_wave;
      by_goal += would && i < need.first_wave && need.said[i].minute <= need.first_goal;
    }
    result.would_have += std::max(0, yes - need.call.heads);
    if (policy == ours) {
      result.stated.emplace_back(need.first_chance, by_deadline >= need.call.heads);
      result.stated_goal.emplace_back(need.first_goal_chance, by_goal >= need.call.heads);
    }
    for (auto& invitation : need.call.invitations)
      if (invitation.answer == Answer::open) invitation.answer = Answer::withdrawn, invitation.answered = now;
    for (const auto& invitation : need.call.invitations) remember(memory, invitation, now, people[need.who[invitation.person]].known, rule);
    if (policy == ours) memory.learn(need.call, now, rule);
  }

 public:
  Policy policy;
  WaveRule rule;
  Memory memory;
  std::mt19937_64 random;
  double base;
  std::vector<Person> people;
  double spent = 0;
  std::int64_t looks = 0;
};

double gini(std::vector<double> x) {
  std::sort(x.begin(), x.end());
  double sum = 0, weighted = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += x[i], weighted += x[i] * static_cast<double>(i + 1);
  const auto n = static_cast<double>(x.size());
  return sum > 0 ? 2 * weighted / (n * sum) - (n + 1) / n : 0;
}
double quantile(std::vector<double> x, double p) {
  std::sort(x.begin(), x.end());
  return x[static_cast<std::size_t>(p * static_cast<double>(x.size() - 1))];
}

}  // namespace

int main(int argc, char** argv) {
  const int seeds = argc > 1 ? std::atoi(argv[1]) : 10, days = argc > 2 ? std::atoi(argv[2]) : 30;
  WaveRule rule;
  const auto set = [](const char* name, auto& value) {   // for finding the numbers of WaveRule
    if (const char* text = std::getenv(name)) value = static_cast<std::remove_reference_t<decltype(value)>>(std::atof(text));
  };
  set("SOON", rule.soon), set("LATE", rule.late), set("GAIN", rule.least_gain), set("SHARE", rule.goal_share), set("LEAST", rule.goal_least), set("CHANCE", rule.chance), set("MOST", rule.most);
  set("SILENCED", silenced);
  set("CAP", rule.week_cap), set("REST", rule.rest_minutes), set("DREAD", rule.load_dread), set("SPREAD", rule.spread);
  struct Part {
    double factor;
    Policy policy;
    unsigned seed;
    Town::Result result = {};
    double spent = 0, looks = 0, level = 0;
  };
  std::vector<Part> parts;
  for (const double factor : {0.5, 1.0, 2.0}) {
    if (const char* only = std::getenv("FACTOR"); only && std::atof(only) != factor) continue;
    for (const Policy policy : {broadcast, nearest, likeliest, ours})
      for (int seed = 1; seed <= seeds; ++seed)
        if (policy == ours || !std::getenv("OURS")) parts.push_back({factor, policy, static_cast<unsigned>(seed)});
  }
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t at; (at = next++) < parts.size();) {
      auto& part = parts[at];
      Town town(part.policy, part.factor, part.seed, rule);
      part.result = town.run(days);
      part.spent = town.spent, part.looks = static_cast<double>(town.looks), part.level = town.memory.level();
      std::fprintf(stderr, "%zu of %zu: %.1f %s seed %u\n", at + 1, parts.size(), part.factor, kNames[part.policy], part.seed);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 1; i < (argc > 3 ? std::atoi(argv[3]) : 1); ++i) threads.emplace_back(work);
  work();
  for (auto& thread : threads) thread.join();
  for (auto part = parts.begin(); part != parts.end();) {
    const auto factor = part->factor;
    double broadcast_asked = 0;
    for (; part != parts.end() && part->factor == factor;) {
      const auto policy = part->policy;
      double filled = 0, least_filled = 1, asked = 0, p50 = 0, p95 = 0, most_p95 = 0, would = 0, spread = 0, spent = 0, looks = 0, level = 0;
      std::vector<std::pair<double, bool>> stated, stated_goal;
      for (int seed = 1; seed <= seeds; ++seed, ++part) {
        const auto& result = part->result;
        const double share = static_cast<double>(result.filled) / result.needs, late = quantile(result.minutes, 0.95);
        filled += share / seeds, least_filled = std::min(least_filled, share);
        asked += result.asked / result.needs / seeds;
        would += result.would_have / result.needs / seeds;
        p50 += quantile(result.minutes, 0.5) / seeds, p95 += late / seeds, most_p95 = std::max(most_p95, late);
        spread += gini(result.asks_each) / seeds;
        spent += part->spent, looks += part->looks, level += part->level / seeds;
        stated.insert(stated.end(), result.stated.begin(), result.stated.end());
        stated_goal.insert(stated_goal.end(), result.stated_goal.begin(), result.stated_goal.end());
      }
      if (policy == broadcast) broadcast_asked = asked;
      std::printf("true/assumed %.1f %-10s filled %.2f %% (worst seed %.2f)  asked %7.1f a need, 1/%.1f of broadcast  minutes p50 %.1f p95 %.1f (worst %.0f)  "
                  "would also have said yes %.2f  Gini of asking %.2f\n", factor, kNames[policy], 100 * filled, 100 * least_filled, asked,
                  broadcast_asked / asked, p50, p95, most_p95, would, spread);
      if (policy != ours) continue;
      std::printf("    %.1f looks a need, %.3f ms each; learned level %+.2f log odds (true, on the mean person: %+.2f)\n",
                  looks / (static_cast<double>(seeds) * days * kNeedsADay), 1e3 * spent / std::max(1.0, looks), level,
                  std::log(kAssumed * factor / (1 - kAssumed * factor)) - std::log(kAssumed / (1 - kAssumed)));
      for (const auto* list : {&stated_goal, &stated}) {
        std::printf("    first wave alone, stated -> came true %s:", list == &stated ? "by the deadline" : "by the goal    ");
        for (int bin = 0; bin < 10; ++bin) {
          double sum = 0;
          int n = 0, came = 0;
          for (const auto& [chance, did] : *list)
            if (static_cast<int>(std::min(9.0, chance * 10)) == bin) sum += chance, ++n, came += did;
          if (n >= 50) std::printf("  %.2f -> %.2f (%d)", sum / n, static_cast<double>(came) / n, n);
        }
        std::printf("\n");
      }
    }
  }
}
