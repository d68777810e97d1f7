// Two million entries of hours by 200,000 volunteers, one in a hundred of them false in one of ten ways, from a fixed seed.
// Prints for each way how many of its entries the open rules find, and how many of those flagged are false. The generator
// is written from the press cases, not from the rules: honest people also enter by hand, serve at night and share phones; an
// organisation's people serve together, who helps out elsewhere comes to an activity that takes place, and in one organisation
// of five a secretary types for everybody. Then the same for rings in the time bank.
//   bench_fraud [seed, default 1]
#include <algorithm>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <numeric>
#include <random>

#include "systems/support/fraud/rules.h"

namespace {

using namespace tx::support::fraud;
constexpr int kVolunteers = 200'000, kEntries = 2'000'000, kFalse = kEntries / 100, kOrganisations = 4'000, kDays = 365;
constexpr const char* kKinds[] = {"honest", "sold by one administrator", "bulk entry at once", "two who wave through", "overlapping activities",
                                  "two distant places", "borrowed phones", "ghosts on the list", "a friend confirms all", "night hours", "bought one by one"};
constexpr int kKindCount = 11;

struct Made {
  std::vector<Entry> entries;
  std::vector<int> kind;
};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}
  Made run() {
    honest(kEntries - kFalse);
    const int each = kFalse / 10;
    for (int kind = 1; kind <= 10; ++kind)
      for (int left = each; left > 0;) left -= forged(kind, left);
    return std::move(made_);
  }

 private:
  std::int64_t below(std::int64_t n) { return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(n)); }
  bool chance(int percent) { return below(100) < percent; }
  std::int64_t home_of(std::int64_t volunteer) const { return volunteer % kOrganisations + 1; }
  void add(Entry entry, int kind) {
    entry.id = static_cast<std::int64_t>(made_.entries.size()) + 1;
    made_.entries.push_back(entry);
    made_.kind.push_back(kind);
  }
  // An ordinary service: own organisation, daytime, once in a slot of a week so that honest people do not collide.
  Entry ordinary(std::int64_t volunteer, int slot) {
    Entry e;
    e.volunteer = volunteer + 1;
    e.organisation = home_of(volunteer);
    meet(e, slot % kDays);
    e.entered = e.to + 30 + below(600);
    const std::int64_t day = slot % kDays;
    e.place = (e.organisation * kDays + day) * 20 + (e.from / 60) % 20 + 1;
    e.x_m = static_cast<std::int32_t>(e.organisation % 63 * 2000 + below(1500));
    e.y_m = static_cast<std::int32_t>(e.organisation / 63 * 2000 + below(1500));
    e.placed = true;
    e.shown = true;
    e.device = e.volunteer;
    return e;
  }
  // The people of an organisation who serve on a day serve together, at an hour of that organisation's own.
  void meet(Entry& e, std::int64_t day) {
    const auto hour = static_cast<std::int64_t>((static_cast<std::uint64_t>(e.organisation) * 0x9E3779B97F4A7C15ull + static_cast<std::uint64_t>(day) * 0xC2B2AE3D27D4EB4Full) >> 40) % 10;
    e.from = (day * 24 + 8 + hour) * 60;
    e.to = e.from + 60 + 30 * below(5);
    e.enterer = e.organisation * 10;
  }
  // A day on which one of the organisation's own serves: see honest().
  std::int64_t busy_day(std::int64_t organisation) {
    const std::int64_t member = organisation - 1 + kOrganisations * below(kVolunteers / kOrganisations);
    return (below(kEntries / kVolunteers) * 37 + member % 31) % kDays;
  }
  void by_hand(Entry& e) {
    e.by_hand = true;
    e.shown = e.placed = false;
    e.device = e.place = 0;
    e.entered = e.to + 600 + below(10 * 24 * 60);
    e.approver = 900'000 + below(300);
    e.approved = e.entered + 30 + below(3 * 24 * 60);
  }
  void honest(int count) {
    for (int i = 0; i < count; ++i) {
      const std::int64_t volunteer = i % kVolunteers;
      Entry e = ordinary(volunteer, static_cast<int>(i / kVolunteers * 37 + volunteer % 31));
      if (chance(40)) e.by_recipient = true;
      if (chance(6)) {                                               // forgot to check in, told later
        if (chance(10)) {                                            // helped out elsewhere: an honest stranger
          e.organisation = 1 + below(kOrganisations);
          meet(e, busy_day(e.organisation));
        }
        by_hand(e);
        if (e.organisation % 5 == 0) e.enterer = e.organisation * 10 + 2;   // the secretary
      }
      else if (chance(8)) e.shown = false, e.device = 0;             // from the leader's list
      else if (chance(1)) e.device = (e.volunteer / 3) * 3 + 1'000'000;   // a couple shares a phone
      if (chance(1)) {                                               // night shift at a hospital
        e.from += (23 - e.from / 60 % 24) * 60;
        e.to = e.from + 180;
        e.place = 0;
      }
      add(e, 0);
    }
  }

  int forged(int kind, int left) {
    const std::int64_t day = 1 + below(kDays - 2), organisation = 1 + below(kOrganisations);
    const int many = static_cast<int>(std::min<std::int64_t>(left, kind == 10 ? 1 : 20));
    const std::int64_t clerk = organisation * 10 + 1, friend_ = 500'000 + below(100'000), phone = 5'000'000 + below(1'000'000);
    const std::int64_t one = below(kVolunteers);
    for (int i = 0; i < many; ++i) {
      Entry e = ordinary(below(kVolunteers), static_cast<int>(day));
      switch (kind) {
        case 1: by_hand(e); e.organisation = organisation; e.enterer = clerk; e.entered = (day + 1) * 1440 + i * 200; e.approved = e.entered + 60 + below(900); break;
        case 2: by_hand(e); e.organisation = organisation; e.enterer = clerk; e.entered = (day + 2) * 1440 + i / 3; e.approved = e.entered + 60 + below(900); break;
        case 3: by_hand(e); e.enterer = clerk; e.approver = friend_; e.entered = (day + 1) * 1440 + i * 90; e.approved = e.entered + 1 + below(4); break;
        case 4: e = ordinary(one, static_cast<int>(day)); e.from = (day * 24 + 9) * 60 + i * 20; e.to = e.from + 120; e.place = 0; break;
        case 5: e = ordinary(one, static_cast<int>(day)); e.from = (day * 24 + 6) * 60 + i * 50; e.to = e.from + 45; e.x_m = i % 2 ? 0 : 120'000; e.place = 0; break;
        case 6: e.device = phone; break;
        case 7: e.organisation = organisation; e.place = 90'000'000 + phone; e.from = (day * 24 + 9) * 60; e.to = e.from + 120; e.shown = i % 7 == 0; e.device = 0; break;
        case 8: e = ordinary(one, static_cast<int>(day)); e.volunteer = 300'000 + friend_; e.from = ((day + i) * 24 + 9) * 60; e.to = e.from + 240; e.shown = e.by_recipient = false;
                e.device = e.place = 0; e.enterer = friend_; break;
        case 9: e.from = (day * 24 + 23) * 60; e.to = e.from + 240; e.shown = false; e.device = e.place = 0; break;
        default: by_hand(e); e.organisation = organisation; e.enterer = clerk; break;   // one sale, agreed at leisure
      }
      add(e, kind);
    }
    return many;
  }

  std::mt19937_64 random_;
  Made made_;
};

}  // namespace

// 20,000 members of a time bank, half a million services, and 200 rings of two to five people that pass minutes round.
void rings_of_time(unsigned seed) {
  std::mt19937_64 random(seed);
  const auto below = [&](std::int64_t n) { return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n)); };
  std::vector<Transfer> transfers;
  for (int i = 0; i < 500'000; ++i) transfers.push_back({1 + below(20'000), 1 + below(20'000), 30 + 30 * below(6)});
  for (int pair = 0; pair < 2'000; ++pair) {   // neighbours who help one another for a year, one of them more than the other
    const std::int64_t one = 1 + below(20'000), other = 1 + below(20'000);
    for (int k = 0; k < 6; ++k) transfers.push_back({one, other, 120}), transfers.push_back({other, one, 30 + 30 * below(6)});
  }
  constexpr int kRings = 200;
  for (int ring = 0; ring < kRings; ++ring)
    for (int round = 0, people = 2 + ring % 4; round < 4; ++round)
      for (int k = 0; k < people; ++k) transfers.push_back({100'000 + ring * 10 + k, 100'000 + ring * 10 + (k + 1) % people, 115 + below(11)});
  const auto start = std::chrono::steady_clock::now();
  const auto found = rings(transfers);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const auto right = std::count_if(found.begin(), found.end(), [](const Ring& ring) { return ring.people.front() >= 100'000; });
  std::cout << "rings: " << right << " of " << kRings << " injected found, " << found.size() - static_cast<std::size_t>(right)
            << " others told (mutual help of about the same time), " << transfers.size() << " transfers in " << std::setprecision(2) << seconds << " s\n";
}

int main(int argc, char** argv) {
  const unsigned seed = argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 1;
  const Made made = Generator(seed).run();
  const auto start = std::chrono::steady_clock::now();
  const auto risks = assess(made.entries);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  for (const int least : {1, 30, 50}) {
    long flagged = 0, right = 0, found[kKindCount] = {}, all[kKindCount] = {};
    for (std::size_t i = 0; i < risks.size(); ++i) {
      const int kind = made.kind[i];
      ++all[kind];
      if (risks[i].score < least) continue;
      ++flagged;
      ++found[kind];
      right += kind > 0;
    }
    std::cout << "score >= " << least << ": flagged " << flagged << " of " << risks.size() << ", false among them "
              << std::fixed << std::setprecision(1) << 100.0 * static_cast<double>(right) / static_cast<double>(std::max(1L, flagged)) << " % (precision)\n";
    for (int kind = 0; kind < kKindCount; ++kind)
      std::cout << "  " << std::setw(28) << std::left << kKinds[kind] << (kind ? "recall " : "flagged ") << std::setw(6) << std::right
                << 100.0 * static_cast<double>(found[kind]) / static_cast<double>(all[kind]) << " % of " << all[kind] << "\n";
  }
  // The list itself: as many of its first lines as there are false entries.
  std::vector<std::size_t> order(risks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return risks[a].score > risks[b].score; });
  long top = 0;
  for (std::size_t i = 0; i < kFalse; ++i) top += made.kind[order[i]] > 0;
  std::cout << "first " << kFalse << " lines (1 %): " << std::setprecision(1) << 100.0 * static_cast<double>(top) / kFalse << " % false\n";
  std::cout << "assessed in " << std::setprecision(2) << seconds << " s, seed " << seed << "\n";
  rings_of_time(seed);
}
