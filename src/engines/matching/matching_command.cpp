// Instance file, one thing a line, '#' starts a comment:
//   now <minute>
//   v <id> <x> <y> <radius> <skills> <languages> <birth_day> <checked_until> <week_minutes> <hours: 168 characters> [word…]
//     words: team=<id> district=<id> mode=any|foot|cycle|car day=<minutes> load=<minutes> reliability=<0..1000> asked=<minute>
//            paper=<mask>:<valid until> busy=<from>:<to>:<x>:<y> served=<id> not_with=<id>
//   s <id> <x> <y> <from> <to> <skills> <heads> <urgency> <least_age> <adults> <checked> <pair> [word…]
//     words: least=<heads> languages=<mask> recipient=<id> papers=<mask> prefers=<mask> organisation=<id> small=0|1
//            way=<volunteer id>:<metres> detour=<thousandths>
// Plan file, the certificate: a <slot id> <volunteer id> <score>; p <slot id> <price>; value <n>; bound <n>
// Weights file: see Weights::parse, an example is data/matching/weights.txt
#include "engines/matching/matching_command.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <ostream>
#include <sstream>
#include <unordered_set>

#include "engines/matching/compare.h"
#include "engines/matching/matching.h"

namespace tx::matching {
namespace {

// Within these all sums of squares and of minutes stay far inside 64 bits: a map of the earth, four thousand years.
bool in_reach(std::int64_t x_m, std::int64_t y_m) { return std::max(std::abs(x_m), std::abs(y_m)) <= 20'000'000; }
constexpr std::int64_t kLastMinute = 2'000'000'000;

// Numbers between colons, all of them.
bool numbers(std::string_view text, std::initializer_list<std::int64_t*> into) {
  for (auto* each : into) {
    const auto end = text.find(':');
    const auto part = text.substr(0, end);
    const auto [at, error] = std::from_chars(part.data(), part.data() + part.size(), *each);
    if (error != std::errc{} || at != part.data() + part.size()) return false;
    if ((end == std::string_view::npos) != (each == *(into.end() - 1))) return false;
    if (end != std::string_view::npos) text.remove_prefix(end + 1);
  }
  return true;
}
bool between(std::int64_t x, std::int64_t least, std::int64_t most) { return least <= x && x <= most; }

bool read_word(std::string_view name, std::string_view value, Volunteer& v) {
  std::int64_t a = 0, b = 0, x = 0, y = 0;
  if (name == "mode") {
    constexpr std::string_view kModes[] = {"any", "foot", "cycle", "car"};
    const auto* found = std::find(std::begin(kModes), std::end(kModes), value);
    v.mode = static_cast<Mode>(found - std::begin(kModes));
    return found != std::end(kModes);
  }
  if (name == "paper") {
    if (!numbers(value, {&a, &b}) || !between(b, -kLastMinute, kLastMinute)) return false;
    v.papers.push_back({static_cast<std::uint64_t>(a), b});
    return true;
  }
  if (name == "busy") {
    if (!numbers(value, {&a, &b, &x, &y}) || !between(a, 0, kLastMinute) || !between(b, a + 1, a + 7 * 1440) || !in_reach(x, y)) return false;
    v.busy.push_back({a, b, x, y});
    return true;
  }
  if (!numbers(value, {&a})) return false;
  if (name == "team") v.team = a;
  else if (name == "district") v.district = a;
  else if (name == "day" && between(a, 0, 1440)) v.day_minutes = static_cast<int>(a);
  else if (name == "load" && between(a, 0, 100'000)) v.load_minutes = static_cast<int>(a);
  else if (name == "reliability" && between(a, 0, 1000)) v.reliability = static_cast<int>(a);
  else if (name == "asked" && between(a, 0, kLastMinute)) v.asked_at = a;
  else if (name == "served") v.served.push_back(a);
  else if (name == "not_with") v.not_with.push_back(a);
  else return false;
  return true;
}

bool read_word(std::string_view name, std::string_view value, Slot& s) {
  std::int64_t a = 0, b = 0;
  if (name == "way") {
    if (!numbers(value, {&a, &b}) || !between(b, 0, 40'000'000)) return false;
    s.ways.push_back({a, b});
    return true;
  }
  if (!numbers(value, {&a})) return false;
  if (name == "detour" && between(a, 1000, 10'000)) s.detour = static_cast<int>(a);
  else if (name == "least" && between(a, 1, 10'000)) s.least_heads = static_cast<int>(a);
  else if (name == "languages") s.languages = static_cast<std::uint64_t>(a);
  else if (name == "recipient") s.recipient = a;
  else if (name == "papers") s.papers = static_cast<std::uint64_t>(a);
  else if (name == "prefers") s.prefers = static_cast<std::uint64_t>(a);
  else if (name == "organisation") s.organisation = a;
  else if (name == "small" && between(a, 0, 1)) s.small = a != 0;
  else return false;
  return true;
}

template <class Row>
std::string read_words(std::istringstream& words, Row& row) {
  for (std::string word; words >> word;) {
    const auto equals = word.find('=');
    if (equals == std::string::npos || !read_word(std::string_view(word).substr(0, equals), std::string_view(word).substr(equals + 1), row))
      return "cannot be read: " + word.substr(0, 40);
  }
  return {};
}

}  // namespace

std::string read_instance(std::istream& in, Instance& out) {
  std::string line, kind;
  int number = 0;
  std::unordered_set<std::int64_t> people, slots;
  const auto twice = [&] { return "line " + std::to_string(number) + ": an id used before"; };
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
      if (words) {
        if (const auto wrong = read_words(words, v); !wrong.empty()) return "line " + std::to_string(number) + ": " + wrong;
        words.clear();
      }
      if (words && !people.insert(v.id).second) return twice();
      out.volunteers.push_back(std::move(v));
    } else if (kind == "s") {
      Slot s;
      words >> s.id >> s.x_m >> s.y_m >> s.from >> s.to >> s.skills >> s.heads >> s.urgency >> s.least_age >> s.adults_only >> s.checked_only >> s.pair_unless_checked;
      if (s.heads < 1 || s.heads > 10'000 || !in_reach(s.x_m, s.y_m) || s.from < 0 || s.to > kLastMinute || s.to <= s.from || s.to - s.from > 7 * 1440) words.setstate(std::ios::failbit);
      if (words) {
        if (const auto wrong = read_words(words, s); !wrong.empty()) return "line " + std::to_string(number) + ": " + wrong;
        words.clear();
      }
      if (words && !slots.insert(s.id).second) return twice();
      std::sort(s.ways.begin(), s.ways.end(), [](const Way& x, const Way& y) { return x.volunteer < y.volunteer; });
      for (std::size_t i = 1; i < s.ways.size(); ++i)
        if (s.ways[i].volunteer == s.ways[i - 1].volunteer) return "line " + std::to_string(number) + ": two ways for one volunteer";
      out.slots.push_back(std::move(s));
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
  std::string line, kind;
  std::int64_t a = 0, b = 0;
  for (int number = 1; std::getline(in, line); ++number) {
    std::istringstream words(line.substr(0, line.find('#')));
    if (!(words >> kind)) continue;
    const auto wrong = [&](const std::string& what) { return "line " + std::to_string(number) + ": " + what; };
    if (kind == "a") {
      int points = 0;
      if (!(words >> a >> b >> points)) return wrong("an assignment cannot be read");
      if (!slot.count(a) || !volunteer.count(b)) return wrong("unknown slot or volunteer");
      plan.assignments.push_back({slot[a], volunteer[b], points});
    } else if (kind == "p") {
      if (!(words >> a >> b) || !slot.count(a)) return wrong("a price cannot be read");
      if (std::abs(b) > 1'000'000'000) return wrong("a price is out of range");
      plan.prices[slot[a]] = b;
    } else if (kind == "value" || kind == "bound") {
      if (!(words >> (kind == "value" ? plan.value : plan.bound))) return wrong("no number after " + kind);
    } else {
      return wrong("unknown " + kind);
    }
  }
  return {};
}

template <class Read>
bool read_file(const std::string& path, std::ostream& out, Read read) {
  std::ifstream file(path);
  if (!file) {
    out << path << ": cannot be opened\n";
    return false;
  }
  const std::string wrong = read(file);
  if (!wrong.empty()) out << path << ": " << wrong << "\n";
  return wrong.empty();
}
bool read_weights(const std::string& path, std::ostream& out, Weights& weights) {
  return read_file(path, out, [&](std::istream& in) { return Weights::parse(std::string(std::istreambuf_iterator<char>(in), {}), weights); });
}

void print(const Plan& plan, const Instance& instance, std::ostream& out) {
  for (const auto& a : plan.assignments)
    out << "a " << instance.slots[a.slot].id << " " << instance.volunteers[a.volunteer].id << " " << a.score << "\n";
  for (std::size_t s = 0; s < plan.prices.size(); ++s)
    if (plan.prices[s]) out << "p " << instance.slots[s].id << " " << plan.prices[s] << "\n";
  out << "value " << plan.value << "\nbound " << plan.bound << "\n";
}

void print(const Comparison& found, const Instance& instance, std::ostream& out) {
  for (const auto& moved : found.moved) {
    out << "slot " << instance.slots[moved.slot].id << ":";
    for (const auto v : moved.go) out << " -" << instance.volunteers[v].id;
    for (const auto v : moved.come) out << " +" << instance.volunteers[v].id;
    out << "\n";
  }
  for (const auto& term : found.terms)
    out << term.name << ": " << term.count_a << " -> " << term.count_b << " " << term.unit << ", " << term.points_a << " -> " << term.points_b << " points\n";
  out << "slots changed " << found.moved.size() << "; by the first table " << found.a.value << " -> " << found.b_by_a << "\n";
}

}  // namespace

int match_command(const std::vector<std::string>& arguments, std::ostream& out) {
  auto words = arguments;
  Weights weights, other;
  if (words.size() > 2 && words[0] == "--weights") {
    if (!read_weights(words[1], out, weights)) return 2;
    words.erase(words.begin(), words.begin() + 2);
  }
  const std::string what = words.empty() || words.size() == 1 ? "" : words[0];
  if (words.empty() || !((what.empty() && words[0] != "weights") || (what == "verify" && words.size() == 3) || (what == "compare" && words.size() == 4))) {
    if (words.size() == 1 && words[0] == "weights") {
      out << weights.text();
      return 0;
    }
    out << "usage: tongxin match [--weights FILE] INSTANCE | match [--weights FILE] verify INSTANCE PLAN | match compare WEIGHTS WEIGHTS INSTANCE | match weights\n";
    return 2;
  }
  Instance instance;
  const auto& path = what == "verify" ? words[1] : words.back();
  if (!read_file(path, out, [&](std::istream& in) { return read_instance(in, instance); })) return 2;
  if (what == "verify") {
    Plan plan;
    if (!read_file(words[2], out, [&](std::istream& in) { return read_plan(in, instance, plan); })) return 2;
    const auto wrong = verify(instance.volunteers, instance.slots, weights, instance.now, plan);
    out << (wrong.empty() ? "holds" : "does not hold: " + wrong) << "\n";
    return wrong.empty() ? 0 : 1;
  }
  if (what == "compare") {
    if (!read_weights(words[1], out, weights) || !read_weights(words[2], out, other)) return 2;
    print(compare(instance.volunteers, instance.slots, weights, other, instance.now), instance, out);
    return 0;
  }
  print(solve(instance.volunteers, instance.slots, weights, instance.now), instance, out);
  return 0;
}

}  // namespace tx::matching
