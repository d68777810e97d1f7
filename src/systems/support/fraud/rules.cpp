#include "systems/support/fraud/rules.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

namespace tx::support::fraud {
namespace {

constexpr std::int64_t kDay = 24 * 60, kBurstMinutes = 10, kSoon = 5;
constexpr int kBurst = 10, kStrangers = 8, kSoonTimes = 3, kDevicePeople = 4, kHeads = 5, kLoneMinutes = 600;
constexpr double kMetresAMinute = 2000;   // 120 km/h

struct RuleText {
  std::string_view name;
  int points;
};
constexpr std::array<RuleText, kRules> kText{{{"stranger", 20}, {"nobody_there", 15}, {"only_types", 10}, {"many_strangers", 25},
                                              {"burst", 20}, {"waved_through", 30}, {"two_places", 50}, {"too_fast", 45},
                                              {"one_device", 40}, {"head_count", 35}, {"nobody_served", 30}, {"night", 35}}};

std::uint64_t pair_of(std::int64_t a, std::int64_t b) { return static_cast<std::uint64_t>(a) * 0x9E3779B97F4A7C15ull ^ static_cast<std::uint64_t>(b); }

class Assessment {
 public:
  explicit Assessment(const std::vector<Entry>& entries) : entries_(entries), risks_(entries.size()) {
    for (std::size_t i = 0; i < entries.size(); ++i) risks_[i].entry = i;
  }
  std::vector<Risk> run() {
    by_hand();
    by_person();
    by_device();
    by_place();
    for (auto& risk : risks_)
      for (std::size_t rule = 0; rule < kRules; ++rule)
        if (risk.rules >> rule & 1) risk.score += kText[rule].points;
    return std::move(risks_);
  }

 private:
  void flag(std::size_t i, Rule rule) { risks_[i].rules |= 1u << static_cast<int>(rule); }

  template <class Key>
  std::vector<std::size_t> sorted(Key&& key, bool hand_only) const {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < entries_.size(); ++i)
      if (!hand_only || entries_[i].by_hand) order.push_back(i);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(entries_[a]) < key(entries_[b]); });
    return order;
  }
  template <class Same, class Visit>
  static void groups(const std::vector<std::size_t>& order, Same&& same, Visit&& visit) {
    for (std::size_t from = 0, to = 0; from < order.size(); from = to) {
      while (to < order.size() && same(order[from], order[to])) ++to;
      visit(from, to);
    }
  }

  // Entered by hand: strangers, bursts, and two people who agree faster than anybody could read.
  void by_hand() {
    std::unordered_set<std::uint64_t> seen;
    for (const auto& entry : entries_)
      if (entry.shown) seen.insert(pair_of(entry.organisation, entry.volunteer));
    for (std::size_t i = 0; i < entries_.size(); ++i)
      if (entries_[i].by_hand && !seen.contains(pair_of(entries_[i].organisation, entries_[i].volunteer))) flag(i, Rule::stranger);
    lonely_strangers();
    const auto order = sorted([](const Entry& e) { return std::pair(e.enterer, e.entered); }, true);
    groups(order, [&](auto a, auto b) { return entries_[a].enterer == entries_[b].enterer; }, [&](std::size_t from, std::size_t to) {
      std::unordered_set<std::int64_t> strangers;
      for (auto k = from; k < to; ++k)
        if (risks_[order[k]].has(Rule::stranger)) strangers.insert(entries_[order[k]].volunteer);
      if (static_cast<int>(strangers.size()) >= kStrangers)
        for (auto k = from; k < to; ++k)
          if (risks_[order[k]].has(Rule::stranger)) flag(order[k], Rule::many_strangers);
      for (std::size_t a = from, b = from; b < to; ++b) {
        while (entries_[order[b]].entered - entries_[order[a]].entered > kBurstMinutes) ++a;
        if (static_cast<int>(b - a) + 1 < kBurst) continue;
        for (auto k = a; k <= b; ++k) flag(order[k], Rule::burst);
      }
    });
    std::unordered_map<std::uint64_t, int> quick;
    const auto soon = [](const Entry& e) { return e.by_hand && e.approved && e.approved - e.entered <= kSoon; };
    for (const auto& entry : entries_) quick[pair_of(entry.enterer, entry.approver)] += soon(entry);
    for (std::size_t i = 0; i < entries_.size(); ++i)
      if (soon(entries_[i]) && (quick[pair_of(entries_[i].enterer, entries_[i].approver)] >= kSoonTimes || risks_[i].has(Rule::stranger)))
        flag(i, Rule::waved_through);
  }

  // What speaks for a stranger: others of the organisation were seen at that time, or the enterer is somebody who leads.
  void lonely_strangers() {
    std::unordered_set<std::int64_t> leads;
    std::unordered_map<std::uint64_t, std::vector<std::pair<std::int64_t, std::int64_t>>> seen;   // organisation and day -> spans
    std::unordered_set<std::uint64_t> asked;
    for (const auto& risk : risks_)
      if (risk.has(Rule::stranger)) asked.insert(pair_of(entries_[risk.entry].organisation, entries_[risk.entry].from / kDay));
    for (const auto& entry : entries_) {
      if (!entry.shown) continue;
      leads.insert(entry.enterer);
      if (const auto key = pair_of(entry.organisation, entry.from / kDay); asked.contains(key)) seen[key].emplace_back(entry.from, entry.to);
    }
    for (auto& risk : risks_) {
      if (!risk.has(Rule::stranger)) continue;
      const auto& entry = entries_[risk.entry];
      if (!leads.contains(entry.enterer)) flag(risk.entry, Rule::only_types);
      const auto spans = seen.find(pair_of(entry.organisation, entry.from / kDay));
      const auto meets = [&](const auto& span) { return span.first < entry.to && entry.from < span.second; };
      if (spans == seen.end() || std::none_of(spans->second.begin(), spans->second.end(), meets)) flag(risk.entry, Rule::nobody_there);
    }
  }

  // One person's entries in order of time: two places at once, faster than a car, at night, never confirmed by the served.
  void by_person() {
    const auto order = sorted([](const Entry& e) { return std::pair(e.volunteer, e.from); }, false);
    groups(order, [&](auto a, auto b) { return entries_[a].volunteer == entries_[b].volunteer; }, [&](std::size_t from, std::size_t to) {
      std::int64_t minutes = 0;
      bool served = false, one = true;
      for (auto k = from; k < to; ++k) {
        const auto& entry = entries_[order[k]];
        minutes += entry.to - entry.from;
        served = served || entry.by_recipient || entry.shown;
        one = one && entry.enterer == entries_[order[from]].enterer;
        const auto hour = entry.from % kDay / 60;
        if ((hour >= 23 || hour < 4) && entry.to - entry.from >= 120 && !entry.shown && !entry.by_recipient) flag(order[k], Rule::night);
        if (k == from) continue;
        const auto& before = entries_[order[k - 1]];
        if (before.to > entry.from) flag(order[k], Rule::two_places), flag(order[k - 1], Rule::two_places);
        if (!before.placed || !entry.placed) continue;
        const double dx = entry.x_m - before.x_m, dy = entry.y_m - before.y_m;
        const double reach = kMetresAMinute * static_cast<double>(std::max<std::int64_t>(entry.from - before.to, 1));
        if (dx * dx + dy * dy > reach * reach && dx * dx + dy * dy > 4e6) flag(order[k], Rule::too_fast), flag(order[k - 1], Rule::too_fast);
      }
      if (minutes >= kLoneMinutes && !served && one && to - from >= 3)
        for (auto k = from; k < to; ++k) flag(order[k], Rule::nobody_served);
    });
  }

  void by_device() {
    const auto order = sorted([](const Entry& e) { return std::tuple(e.device, e.from / kDay, e.volunteer); }, false);
    groups(order, [&](auto a, auto b) { return entries_[a].device == entries_[b].device && entries_[a].from / kDay == entries_[b].from / kDay; },
           [&](std::size_t from, std::size_t to) {
             if (entries_[order[from]].device == 0) return;
             int people = 1;
             for (auto k = from + 1; k < to; ++k) people += entries_[order[k]].volunteer != entries_[order[k - 1]].volunteer;
             if (people >= kDevicePeople)
               for (auto k = from; k < to; ++k) flag(order[k], Rule::one_device);
           });
  }

  // At one place: many confirmed from a list, hardly anybody seen.
  void by_place() {
    const auto order = sorted([](const Entry& e) { return e.place; }, false);
    groups(order, [&](auto a, auto b) { return entries_[a].place == entries_[b].place; }, [&](std::size_t from, std::size_t to) {
      if (entries_[order[from]].place == 0) return;
      int listed = 0, seen = 0;
      for (auto k = from; k < to; ++k) (entries_[order[k]].shown ? seen : listed) += 1;
      if (listed < kHeads || listed < 3 * seen || seen == 0) return;
      for (auto k = from; k < to; ++k) flag(order[k], Rule::head_count);   // the few who were seen belong to the same doubt
    });
  }

  const std::vector<Entry>& entries_;
  std::vector<Risk> risks_;
};

}  // namespace

std::string_view name_of(Rule rule) { return kText[static_cast<std::size_t>(rule)].name; }
int points_of(Rule rule) { return kText[static_cast<std::size_t>(rule)].points; }
Rule loudest(std::uint32_t rules) {
  std::size_t best = 0;
  int points = -1;
  for (std::size_t rule = 0; rule < kRules; ++rule)
    if ((rules >> rule & 1) && kText[rule].points > points) best = rule, points = kText[rule].points;
  return static_cast<Rule>(best);
}
std::vector<Risk> assess(const std::vector<Entry>& entries) { return Assessment(entries).run(); }

}  // namespace tx::support::fraud
