#include "systems/mobilisation/emergencies/rules.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/text.h"

namespace tx::mobilisation::rules {
namespace {

constexpr int kMostRoles = 8, kMostPoints = 8, kMostHeads = 100'000;

unsigned card_bit(std::string_view card) {
  for (std::size_t i = 0; i < std::size(kCardKinds); ++i)
    if (card == kCardKinds[i]) return 1u << i;
  return 0;
}

bool between(std::string_view text, std::size_t least, std::size_t most) {
  const auto letters = letter_count(text);
  return letters >= least && letters <= most;
}

}  // namespace

bool fits(const Role& role, const Candidate& candidate) {
  if (role.skill && !(candidate.skills >> role.skill & 1)) return false;
  return role.card.empty() || (candidate.cards & card_bit(role.card));
}

std::vector<Chosen> choose(const std::vector<Candidate>& candidates, const std::vector<Role>& roles, const std::vector<Point>& points,
                           const std::vector<int>& open, int factor, bool everybody) {
  std::vector<std::vector<std::size_t>> able(roles.size());
  for (std::size_t r = 0; r < roles.size(); ++r)
    if (open[r] > 0)
      for (std::size_t i = 0; i < candidates.size(); ++i)
        if (fits(roles[r], candidates[i])) able[r].push_back(i);
  std::vector<Chosen> nearest(candidates.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    nearest[i].candidate = i;
    for (std::size_t p = 0; p < points.size(); ++p) {
      const auto metres = static_cast<std::int64_t>(std::hypot(static_cast<double>(points[p].x_m - candidates[i].x_m), static_cast<double>(points[p].y_m - candidates[i].y_m)));
      if (p == 0 || metres < nearest[i].metres) {
        nearest[i].point = static_cast<int>(p);
        nearest[i].metres = metres;
      }
    }
  }
  std::vector<std::size_t> order(roles.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return able[a].size() < able[b].size(); });
  std::vector<bool> taken(candidates.size());
  std::vector<Chosen> chosen;
  for (const auto r : order) {
    auto& list = able[r];
    std::sort(list.begin(), list.end(), [&](auto a, auto b) {
      return std::pair(nearest[a].metres, candidates[a].volunteer) < std::pair(nearest[b].metres, candidates[b].volunteer);
    });
    std::int64_t left = everybody ? static_cast<std::int64_t>(candidates.size()) : static_cast<std::int64_t>(open[r]) * factor;
    for (const auto i : list) {
      if (left == 0) break;
      if (taken[i]) continue;
      taken[i] = true;
      --left;
      nearest[i].role = static_cast<int>(r);
      chosen.push_back(nearest[i]);
    }
  }
  return chosen;
}

bool silent(Instant seen, Instant now, int report_minutes) { return now.us - seen.us > report_minutes * kMinute; }

std::vector<std::pair<std::int64_t, std::int64_t>> pairs(const std::vector<std::int64_t>& volunteers) {
  std::vector<std::pair<std::int64_t, std::int64_t>> all;
  for (std::size_t i = 0; i + 1 < volunteers.size(); i += 2) {
    all.emplace_back(volunteers[i], volunteers[i + 1]);
    all.emplace_back(volunteers[i + 1], volunteers[i]);
  }
  if (volunteers.size() % 2 && volunteers.size() > 1) all.emplace_back(volunteers.back(), volunteers[volunteers.size() - 2]);
  return all;
}

Result<void> check_plan(const Plan& plan) {
  if (!between(plan.title, 4, 60)) return refuse(Kind::invalid, "eplan.title", "title");
  if (std::find(std::begin(kPlanKinds), std::end(kPlanKinds), plan.kind) == std::end(kPlanKinds)) return refuse(Kind::invalid, "eplan.kind", "kind");
  if (!between(plan.purpose, 4, 300)) return refuse(Kind::invalid, "eplan.purpose", "purpose");
  if (!between(plan.command, 2, 60)) return refuse(Kind::invalid, "eplan.command", "command");
  if (!between(plan.risks, 2, 300)) return refuse(Kind::invalid, "eplan.risks", "risks");
  if (plan.roles.empty() || plan.roles.size() > kMostRoles) return refuse(Kind::invalid, "eplan.roles", "role_name");
  for (const auto& role : plan.roles)
    if (!between(role.name, 1, 40) || role.heads < 1 || role.heads > kMostHeads || role.skill < 0 || role.skill > 23 || (!role.card.empty() && !card_bit(role.card)))
      return refuse(Kind::invalid, "eplan.roles", "role_name");
  if (plan.points.empty() || plan.points.size() > kMostPoints) return refuse(Kind::invalid, "eplan.points", "point_name");
  for (const auto& point : plan.points)
    if (!between(point.name, 2, 40) || !between(point.address, 2, 120)) return refuse(Kind::invalid, "eplan.points", "point_name");
  if (plan.report_minutes < 10 || plan.report_minutes > 720) return refuse(Kind::invalid, "eplan.report", "report_minutes");
  return {};
}

}  // namespace tx::mobilisation::rules
