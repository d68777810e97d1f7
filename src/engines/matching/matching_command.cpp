// Instance file, one thing a line, '#' starts a comment:
//   now <minute>
//   v <id> <x> <y> <radius> <skills> <languages> <birth_day> <checked_until> <week_minutes> <hours: 168 characters>
//   s <id> <x> <y> <from> <to> <skills> <heads> <urgency> <least_age> <adults> <checked> <pair>
// Plan file: a <slot id> <volunteer id> <score>; p <slot id> <price>; value <n>; bound <n>
#include "engines/matching/matching_command.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <ostream>
#include <sstream>

#include "engines/matching/matching.h"

namespace tx::matching {
namespace {

// Within these all sums of squares and of minutes stay far inside 64 bits: a map of the earth, four thousand years.
bool in_reach(std::int64_t x_m, std::int64_t y_m) { return std::max(std::abs(x_m), std::abs(y_m)) <= 20'000'000; }
constexpr std::int64_t kLastMinute = 2'000'000'000;

}  // namespace

std::string read_instance(std::istream& in, Instance& out) {
  std::string line, kind;
  int number = 0;
  while (std::getline(in, line)) {
    ++number;
    std::istringstream words(line.substr(0, line.find('#')));
    if (!(words >> kind)) continue;
    if (kind == "now") {
      words >> out.now;
    } else if (kind == "v") {
      Volunteer v;
      std::string hours;
      words >> v.id >> v.x_m >> v.y_m >> v.radius_m >> v.skills >> v.languages >> v.birth_day >> v.checked_until >> v.week_minutes >> hours;
      if (words && hours.size() == 168)
        for (std::size_t h = 0; h < 168; ++h)
          if (hours[h] == '1') v.hours[h / 64] |= std::uint64_t{1} << (h % 64);
      if (hours.size() != 168 || !in_reach(v.x_m, v.y_m) || v.radius_m < 0 || v.radius_m > 1'000'000 || std::abs(v.birth_day) > kLastMinute ||
          std::abs(v.checked_until) > kLastMinute || v.week_minutes < 0 || v.week_minutes > 10'080)
        words.setstate(std::ios::failbit);
      out.volunteers.push_back(std::move(v));
    } else if (kind == "s") {
      Slot s;
      words >> s.id >> s.x_m >> s.y_m >> s.from >> s.to >> s.skills >> s.heads >> s.urgency >> s.least_age >> s.adults_only >> s.checked_only >> s.pair_unless_checked;
      if (s.heads < 1 || s.heads > 10'000 || !in_reach(s.x_m, s.y_m) || s.from < 0 || s.to > kLastMinute || s.to <= s.from || s.to - s.from > 7 * 1440) words.setstate(std::ios::failbit);
      out.slots.push_back(s);
    } else {
      return "line " + std::to_string(number) + ": unknown " + kind;
    }
    if (!words) return "line " + std::to_string(number) + ": cannot be read";
  }
  return {};
}

namespace {

std::string read_plan(std::istream& in, const Instance& instance, Plan& plan) {
  std::map<std::int64_t, std::size_t> slot, volunteer;
  for (std::size_t i = 0; i < instance.slots.size(); ++i) slot[instance.slots[i].id] = i;
  for (std::size_t i = 0; i < instance.volunteers.size(); ++i) volunteer[instance.volunteers[i].id] = i;
  plan.prices.assign(instance.slots.size(), 0);
  std::string kind;
  std::int64_t a = 0, b = 0;
  while (in >> kind) {
    if (kind == "a") {
      int points = 0;
      if (!(in >> a >> b >> points) || !slot.count(a) || !volunteer.count(b)) return "an assignment cannot be read";
      plan.assignments.push_back({slot[a], volunteer[b], points});
    } else if (kind == "p") {
      if (!(in >> a >> b) || !slot.count(a)) return "a price cannot be read";
      plan.prices[slot[a]] = b;
    } else if (kind == "value") {
      in >> plan.value;
    } else if (kind == "bound") {
      in >> plan.bound;
    } else {
      return "unknown " + kind;
    }
  }
  return {};
}

}  // namespace

int match_command(const std::vector<std::string>& arguments, std::ostream& out) {
  const bool check = !arguments.empty() && arguments[0] == "verify";
  if (arguments.size() != (check ? 3u : 1u)) {
    out << "usage: tongxin match INSTANCE | tongxin match verify INSTANCE PLAN\n";
    return 2;
  }
  Instance instance;
  std::ifstream file(arguments[check ? 1 : 0]);
  if (!file) {
    out << "cannot open the instance\n";
    return 2;
  }
  if (const auto wrong = read_instance(file, instance); !wrong.empty()) {
    out << wrong << "\n";
    return 2;
  }
  const Weights weights;
  if (check) {
    Plan plan;
    std::ifstream plan_file(arguments[2]);
    if (const auto wrong = read_plan(plan_file, instance, plan); !wrong.empty()) {
      out << wrong << "\n";
      return 2;
    }
    const auto wrong = verify(instance.volunteers, instance.slots, weights, instance.now, plan);
    out << (wrong.empty() ? "holds" : "does not hold: " + wrong) << "\n";
    return wrong.empty() ? 0 : 1;
  }
  const Plan plan = solve(instance.volunteers, instance.slots, weights, instance.now);
  for (const auto& a : plan.assignments)
    out << "a " << instance.slots[a.slot].id << " " << instance.volunteers[a.volunteer].id << " " << a.score << "\n";
  for (std::size_t s = 0; s < plan.prices.size(); ++s)
    if (plan.prices[s]) out << "p " << instance.slots[s].id << " " << plan.prices[s] << "\n";
  out << "value " << plan.value << "\nbound " << plan.bound << "\n";
  return 0;
}

}  // namespace tx::matching
