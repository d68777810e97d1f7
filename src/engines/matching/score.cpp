#include <algorithm>
#include <charconv>
#include <sstream>

#include "engines/matching/rules.h"

namespace tx::matching {
namespace {

struct Entry {
  std::string_view name;
  int Weights::*field;
  std::string_view unit, meaning;
};
constexpr Entry kEntries[] = {
    {"base", &Weights::base, "points a seat", "a seat is filled at all"},
    {"urgency", &Weights::urgency, "points a step", "urgency of the need, 0 to 3 steps"},
    {"skill", &Weights::skill, "points", "a needed skill fits"},
    {"preferred", &Weights::preferred, "points", "a welcome skill fits"},
    {"language", &Weights::language, "points", "a needed language fits"},
    {"near", &Weights::near, "points at the door", "falls to nothing at the edge of the volunteer's radius"},
    {"continuity", &Weights::continuity, "points a service", "earlier services to the same resident, at most 2"},
    {"reliability", &Weights::reliability, "points at 1000", "kept promises, of a thousand"},
    {"load", &Weights::load, "points per 10 h", "hours served or promised in the last 30 days"},
    {"rested", &Weights::rested, "points", "not asked for 14 days or never"},
    {"first_seat", &Weights::first_seat, "points a slot", "the first seat of a slot of a small organisation is filled"}};

}  // namespace

std::vector<Weight> Weights::table() const {
  std::vector<Weight> rows;
  for (const auto& entry : kEntries) rows.push_back({entry.name, this->*entry.field, entry.unit, entry.meaning});
  return rows;
}

std::string Weights::text() const {
  std::string text;
  for (const auto& row : table()) {
    std::string line(row.name);
    line.resize(13, ' ');
    line += std::to_string(row.points) + " ";
    line.resize(std::max<std::size_t>(line.size(), 20), ' ');
    text += line + std::string(row.unit) + " # " + std::string(row.meaning) + "\n";
  }
  return text;
}

std::string Weights::parse(std::string_view text, Weights& out) {
  Weights w;
  std::istringstream in{std::string(text)};
  std::string line, name, points;
  for (int number = 1; std::getline(in, line); ++number) {
    const auto wrong = [&](const std::string& what) { return "line " + std::to_string(number) + ": " + what; };
    std::istringstream words(line.substr(0, line.find('#')));
    if (!(words >> name)) continue;
    const auto* entry = std::find_if(std::begin(kEntries), std::end(kEntries), [&](const Entry& e) { return e.name == name; });
    if (entry == std::end(kEntries)) return wrong("unknown weight " + name);
    int value = 0;
    if (!(words >> points)) return wrong("no number after " + name);
    const auto [end, error] = std::from_chars(points.data(), points.data() + points.size(), value);
    if (error != std::errc{} || end != points.data() + points.size()) return wrong("no number after " + name);
    if (value < (entry->field == &Weights::first_seat ? 0 : -100'000) || value > 100'000) return wrong(name + " is out of range");
    w.*entry->field = value;
  }
  out = w;
  return {};
}

std::vector<Reason> reasons(const Volunteer& v, const Slot& s, const Weights& w, std::int64_t now) {
  std::vector<Reason> found;
  const auto add = [&](const char* rule, std::int64_t value, std::int64_t points) {
    if (points != 0) found.push_back({rule, value, static_cast<int>(points)});
  };
  const auto straight = distance_m(v.x_m, v.y_m, s.x_m, s.y_m), way = way_of(v.id, straight, s);
  add("match.near", way, near_points(w, way, v.radius_m));
  if (!found.empty() && listed_way(v.id, s)) found.back().straight = straight;
  if (s.skills & v.skills) add("match.skill", 0, w.skill);
  if (s.prefers & v.skills) add("match.preferred", 0, w.preferred);
  if (s.languages & v.languages) add("match.language", 0, w.language);
  const auto times = std::count(v.served.begin(), v.served.end(), s.recipient);
  if (s.recipient && times) add("match.continuity", times, w.continuity * std::min<std::int64_t>(times, 2));
  const auto merit = merit_of(v, w, now);
  add("match.reliability", v.reliability, merit.reliability);
  add("match.load", v.load_minutes, merit.load);
  add("match.rested", v.asked_at ? (now - v.asked_at) / 1440 : 0, merit.rested);
  return found;
}

int score(const Volunteer& v, const Slot& s, const Weights& w, std::int64_t now) {
  std::int64_t points = w.base + static_cast<std::int64_t>(w.urgency) * s.urgency;
  for (const auto& reason : reasons(v, s, w, now)) points += reason.points;
  return static_cast<int>(std::max<std::int64_t>(1, points));
}

std::vector<Candidate> top(std::span<const Volunteer> volunteers, const Slot& slot, std::size_t count, const Weights& weights,
                           std::int64_t now) {
  std::vector<Candidate> all;
  for (std::size_t i = 0; i < volunteers.size(); ++i)
    if (eligible(volunteers[i], slot)) all.push_back({i, score(volunteers[i], slot, weights, now)});
  const auto better = [&](const Candidate& a, const Candidate& b) {
    return a.score != b.score ? a.score > b.score : volunteers[a.volunteer].id < volunteers[b.volunteer].id;
  };
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(std::min(count, all.size()));
  std::partial_sort(all.begin(), middle, all.end(), better);
  all.erase(middle, all.end());
  return all;
}

std::vector<std::size_t> wave(std::span<const Candidate> candidates, std::span<const Volunteer> volunteers, int heads,
                              int urgency, std::int64_t now, const WaveOptions& options) {
  const int minute = static_cast<int>(now % 1440);
  const bool quiet = options.quiet_from > options.quiet_to ? minute >= options.quiet_from || minute < options.quiet_to
                                                           : minute >= options.quiet_from && minute < options.quiet_to;
  if (quiet && urgency < 3) return {};
  // Chance that exactly k of those asked say yes, kept for k < heads; the rest is the chance that it is enough.
  std::vector<double> exactly(static_cast<std::size_t>(heads), 0.0);
  if (heads > 0) exactly[0] = 1;
  std::vector<std::size_t> asked;
  for (std::size_t i = 0; i < candidates.size() && static_cast<int>(asked.size()) < options.most; ++i) {
    double short_of = 0;
    for (const double p : exactly) short_of += p;
    if (heads <= 0 || 1 - short_of >= options.chance) break;
    const double yes = std::clamp(options.prior_yes * (0.5 + volunteers[candidates[i].volunteer].reliability / 1000.0), 0.01, 0.99);
    for (std::size_t k = exactly.size(); k-- > 0;) exactly[k] = exactly[k] * (1 - yes) + (k ? exactly[k - 1] * yes : 0);
    asked.push_back(i);
  }
  return asked;
}

}  // namespace tx::matching
