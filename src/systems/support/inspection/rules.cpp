#include "systems/support/inspection/rules.h"

#include <algorithm>
#include <set>

#include "base/id.h"
#include "engines/ledger/tree.h"

namespace tx::support::spot {
namespace {

std::string hash(const std::string& text) { return ledger::hex(ledger::sha256(text)); }

}  // namespace

std::string commitment(const std::string& secret) { return hash("spot check\n" + secret); }
std::string seed_of(const std::string& secret, const std::string& root) { return hash(secret + "\n" + root); }
std::string ticket_of(const std::string& seed, std::int64_t organisation) { return hash(seed + "\n" + id_text(organisation)); }

std::vector<Chosen> draw(const std::string& seed, std::vector<Candidate> candidates, int ratio, int busiest) {
  std::vector<Chosen> chosen;
  std::set<std::int64_t> in;
  const auto take = [&](std::int64_t organisation, const char* why) {
    if (in.insert(organisation).second) chosen.push_back({organisation, why, ticket_of(seed, organisation)});
  };
  std::sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) { return a.organisation < b.organisation; });
  for (const auto& one : candidates)
    if (one.complaints > 0) take(one.organisation, "complained");
  auto by_minutes = candidates;
  std::stable_sort(by_minutes.begin(), by_minutes.end(), [](const auto& a, const auto& b) { return a.minutes > b.minutes; });
  for (std::size_t i = 0; i < by_minutes.size() && i < static_cast<std::size_t>(busiest); ++i)
    if (by_minutes[i].minutes > 0) take(by_minutes[i].organisation, "busiest");
  std::vector<std::pair<std::string, std::int64_t>> tickets;
  for (const auto& one : candidates)
    if (!in.contains(one.organisation)) tickets.emplace_back(ticket_of(seed, one.organisation), one.organisation);
  std::sort(tickets.begin(), tickets.end());
  const std::size_t wanted = (candidates.size() * static_cast<std::size_t>(ratio) + 99) / 100;
  for (std::size_t i = 0; i < tickets.size() && i < wanted; ++i) take(tickets[i].second, "drawn");
  return chosen;
}

}  // namespace tx::support::spot
