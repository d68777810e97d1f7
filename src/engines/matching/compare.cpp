#include "engines/matching/compare.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "engines/matching/rules.h"

namespace tx::matching {
namespace {

std::vector<std::vector<std::size_t>> by_slot(std::size_t slots, std::span<const Assignment> assignments) {
  std::vector<std::vector<std::size_t>> people(slots);
  for (const auto& a : assignments) people[a.slot].push_back(a.volunteer);
  for (auto& each : people) std::sort(each.begin(), each.end());
  return people;
}

struct Sum {
  std::int64_t count = 0, points = 0;
};
using Sums = std::map<std::string, Sum>;

Sums sums_of(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& w, std::int64_t now, const Plan& plan) {
  Sums sums;
  const auto add = [&](const char* name, std::int64_t count, std::int64_t points) {
    sums[name].count += count;
    sums[name].points += points;
  };
  std::vector<int> filled(slots.size(), 0);
  for (const auto& a : plan.assignments) {
    const auto &v = volunteers[a.volunteer];
    const auto& s = slots[a.slot];
    add("base", 1, w.base);
    add("urgency", s.urgency, std::int64_t{w.urgency} * s.urgency);
    if (s.skills & v.skills) add("skill", 1, w.skill);
    if (s.prefers & v.skills) add("preferred", 1, w.preferred);
    if (s.languages & v.languages) add("language", 1, w.language);
    const auto far = way_m(v, s);
    add("near", far, near_points(w, far, v.radius_m));
    const auto times = s.recipient ? std::min<std::int64_t>(2, std::count(v.served.begin(), v.served.end(), s.recipient)) : 0;
    add("continuity", times, w.continuity * times);
    const auto merit = merit_of(v, w, now);
    add("reliability", v.reliability, merit.reliability);
    add("load", v.load_minutes, merit.load);
    if (v.asked_at == 0 || now - v.asked_at > kRestedMinutes) add("rested", 1, w.rested);
    if (filled[a.slot]++ == 0 && s.small) add("first_seat", 1, w.first_seat);
  }
  return sums;
}

constexpr std::pair<std::string_view, std::string_view> kCounted[] = {
    {"base", "seats"}, {"urgency", "steps"}, {"skill", "fits"}, {"preferred", "fits"}, {"language", "fits"}, {"near", "metres"},
    {"continuity", "services"}, {"reliability", "thousandths"}, {"load", "minutes"}, {"rested", "people"}, {"first_seat", "slots"}};

DistrictLoad load_of(std::int64_t district, std::vector<std::int64_t> minutes) {
  DistrictLoad load{district, minutes.size(), 0, 0, 0};
  std::sort(minutes.begin(), minutes.end());
  double sum = 0, weighted = 0, top = 0;
  const auto n = minutes.size(), busiest = std::max<std::size_t>(1, n / 100);
  for (std::size_t i = 0; i < n; ++i) {
    const auto m = static_cast<double>(minutes[i]);
    sum += m;
    weighted += m * static_cast<double>(i + 1);
    if (i + busiest >= n) top += m;
    load.never += minutes[i] == 0;
  }
  if (sum > 0) {
    load.gini = 2 * weighted / (static_cast<double>(n) * sum) - (static_cast<double>(n) + 1) / static_cast<double>(n);
    load.top_share = top / sum;
  }
  return load;
}

}  // namespace

std::int64_t value_by(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& weights, std::int64_t now,
                      std::span<const Assignment> assignments) {
  std::int64_t value = 0;
  std::vector<std::uint8_t> seen(slots.size(), 0);
  for (const auto& a : assignments) {
    value += score(volunteers[a.volunteer], slots[a.slot], weights, now);
    if (!seen[a.slot] && slots[a.slot].small) value += weights.first_seat;
    seen[a.slot] = 1;
  }
  return value;
}

Comparison compare(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& a, const Weights& b,
                   std::int64_t now, const SolveOptions& options) {
  Comparison found;
  found.a = solve(volunteers, slots, a, now, options);
  found.b = solve(volunteers, slots, b, now, options);
  const auto before = by_slot(slots.size(), found.a.assignments), after = by_slot(slots.size(), found.b.assignments);
  for (std::size_t s = 0; s < slots.size(); ++s) {
    Moved moved{s, {}, {}};
    std::set_difference(before[s].begin(), before[s].end(), after[s].begin(), after[s].end(), std::back_inserter(moved.go));
    std::set_difference(after[s].begin(), after[s].end(), before[s].begin(), before[s].end(), std::back_inserter(moved.come));
    if (!moved.go.empty() || !moved.come.empty()) found.moved.push_back(std::move(moved));
  }
  auto sums_a = sums_of(volunteers, slots, a, now, found.a), sums_b = sums_of(volunteers, slots, b, now, found.b);
  for (const auto& weight : a.table()) {
    const std::string name(weight.name);
    const auto* counted = std::find_if(std::begin(kCounted), std::end(kCounted), [&](const auto& each) { return each.first == weight.name; });
    found.terms.push_back({name, std::string(counted->second), sums_a[name].count, sums_b[name].count, sums_a[name].points, sums_b[name].points});
  }
  found.b_by_a = value_by(volunteers, slots, a, now, found.b.assignments);
  return found;
}

Fairness fairness(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Plan& plan) {
  std::vector<std::int64_t> minutes(volunteers.size());
  for (std::size_t v = 0; v < volunteers.size(); ++v) minutes[v] = volunteers[v].load_minutes;
  std::vector<int> filled(slots.size(), 0);
  for (const auto& a : plan.assignments) {
    minutes[a.volunteer] += slots[a.slot].to - slots[a.slot].from;
    ++filled[a.slot];
  }
  std::map<std::int64_t, std::vector<std::int64_t>> districts;
  for (std::size_t v = 0; v < volunteers.size(); ++v) districts[volunteers[v].district].push_back(minutes[v]);
  Fairness found;
  for (auto& [district, each] : districts) found.districts.push_back(load_of(district, std::move(each)));
  found.all = load_of(0, std::move(minutes));
  for (std::size_t s = 0; s < slots.size(); ++s) {
    auto& of = slots[s].small ? found.small : found.others;
    ++of.slots;
    of.reached += filled[s] > 0;
    of.seats += static_cast<std::size_t>(slots[s].heads);
    of.filled += static_cast<std::size_t>(filled[s]);
  }
  return found;
}

std::vector<Price> price_of_fairness(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& weights,
                                     std::int64_t now, std::span<const int> first_seats, std::span<const int> loads, const SolveOptions& options) {
  auto plain = weights;
  plain.first_seat = 0;
  std::vector<Price> curve;
  const auto add = [&](int first_seat, int load) {
    auto with = weights;
    with.first_seat = first_seat;
    with.load = load;
    const auto plan = solve(volunteers, slots, with, now, options);
    const auto report = fairness(volunteers, slots, plan);
    const auto share = [](const Exposure& of) { return of.slots ? static_cast<double>(of.reached) / static_cast<double>(of.slots) : 0.0; };
    curve.push_back({first_seat, load, value_by(volunteers, slots, plain, now, plan.assignments), 0, share(report.small), share(report.others),
                     report.all.gini, report.all.top_share});
  };
  for (const int first_seat : first_seats) add(first_seat, weights.load);
  for (const int load : loads) add(weights.first_seat, load);
  std::int64_t best = 0;
  for (const auto& point : curve) best = std::max(best, point.value);
  for (auto& point : curve) point.lost = best > 0 ? 1 - static_cast<double>(point.value) / static_cast<double>(best) : 0;
  return curve;
}

std::string lines(std::span<const Price> curve) {
  std::string text = "first_seat,load,value,lost,small_reached,others_reached,gini,top_share\n";
  char line[160];
  for (const auto& p : curve) {
    std::snprintf(line, sizeof line, "%d,%d,%lld,%.6f,%.6f,%.6f,%.6f,%.6f\n", p.first_seat, p.load, static_cast<long long>(p.value), p.lost,
                  p.small_reached, p.others_reached, p.gini, p.top_share);
    text += line;
  }
  return text;
}

std::string picture(std::span<const Price> curve) {
  double least = 1, most = 0, lost = 1e-9;
  for (const auto& p : curve) {
    least = std::min(least, p.small_reached);
    most = std::max(most, p.small_reached);
    lost = std::max(lost, p.lost);
  }
  if (most <= least) most = least + 1e-9;
  std::string text = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 400\" font-family=\"sans-serif\" font-size=\"13\">\n"
                     "<path d=\"M60 20V350H620\" fill=\"none\" stroke=\"#667\"/>\n"
                     "<text x=\"340\" y=\"388\" text-anchor=\"middle\">points lost, of the best plan</text>\n"
                     "<text x=\"16\" y=\"190\" text-anchor=\"middle\" transform=\"rotate(-90 16 190)\">small organisations reached</text>\n";
  char line[256];
  const auto x = [&](double v) { return 60 + 540 * v / lost; };
  const auto y = [&](double v) { return 340 - 300 * (v - least) / (most - least); };
  std::snprintf(line, sizeof line, "<text x=\"60\" y=\"368\">0</text><text x=\"620\" y=\"368\" text-anchor=\"end\">%.3f %%</text>"
                "<text x=\"54\" y=\"344\" text-anchor=\"end\">%.1f %%</text><text x=\"54\" y=\"44\" text-anchor=\"end\">%.1f %%</text>\n",
                100 * lost, 100 * least, 100 * most);
  text += line;
  for (const auto& p : curve) {
    std::snprintf(line, sizeof line, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" fill=\"#b3261e\"><title>first seat %d, load %d: %.2f %% reached, %.4f %% lost, Gini %.3f</title></circle>\n",
                  x(p.lost), y(p.small_reached), p.first_seat, p.load, 100 * p.small_reached, 100 * p.lost, p.gini);
    text += line;
  }
  return text + "</svg>\n";
}

}  // namespace tx::matching
