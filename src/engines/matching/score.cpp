#include <algorithm>
#include <charconv>
#include <sstream>

#include "engines/matching/rules.h"

namespace tx::matching {
std::vector<Weight> Weights::table() const {
  return {{"base", base, "points a seat"},        {"urgency", urgency, "points a step"},
          {"skill", skill, "points"},             {"language", language, "points"},
          {"near", near, "points at the door"},   {"continuity", continuity, "points an earlier service, at most 2"},
          {"reliability", reliability, "points at 1000"}, {"load", load, "points per 10 h in 30 days"},
          {"rested", rested, "points after 14 days"}};
}

std::string Weights::parse(std::string_view text, Weights& out) {
  Weights w;
  std::istringstream in{std::string(text)};
  std::string name;
  int points = 0;
  while (in >> name) {
    if (name[0] == '#') {
      std::getline(in, name);
      continue;
    }
    if (!(in >> points) || points < -100'000 || points > 100'000) return "no number after " + name;
    int* field = name == "base" ? &w.base : name == "urgency" ? &w.urgency : name == "skill" ? &w.skill
               : name == "language" ? &w.language : name == "near" ? &w.near : name == "continuity" ? &w.continuity
               : name == "reliability" ? &w.reliability : name == "load" ? &w.load : name == "rested" ? &w.rested : nullptr;
    if (!field) return "unknown weight " + name;
    *field = points;
    std::getline(in, name);   // a comment may follow
  }
  out = w;
  return {};
}

std::vector<Reason> reasons(const Volunteer& v, const Slot& s, const Weights& w, std::int64_t now) {
  std::vector<Reason> found;
  const auto add = [&](const char* rule, std::int64_t value, std::int64_t points) {
    if (points != 0) found.push_back({rule, value, static_cast<int>(points)});
  };
  const auto distance = distance_m(v.x_m, v.y_m, s.x_m, s.y_m);
  add("match.near", distance, near_points(w, distance, v.radius_m));
  if (s.skills & v.skills) add("match.skill", 0, w.skill);
  if (s.languages & v.languages) add("match.language", 0, w.language);
  const auto times = std::count(v.served.begin(), v.served.end(), s.recipient);
  if (s.recipient && times) add("match.continuity", times, w.continuity * std::min<std::int64_t>(times, 2));
  const auto merit = merit_of(v, w, now);
  add("match.reliability", v.reliability, merit.reliability);
  add("match.load", v.load_minutes / 60, merit.load);
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
