// Whom the supervisor looks at: a draw that nobody can steer and anybody can repeat, the complained-about and the busiest in
// any case (H9; Decree 67 art. 21, 22; ratios 10, 40 and 100 % as seen in practice, rules §3.4). Pure.
#pragma once
#include <string>
#include <vector>

#include "base/record.h"

namespace tx::support::spot {

struct Candidate {
  std::int64_t organisation = 0;
  std::int64_t minutes = 0, complaints = 0;   // of the twelve months before
};
BOOST_DESCRIBE_STRUCT(Candidate, (), (organisation, minutes, complaints))
struct Chosen {
  std::int64_t organisation = 0;
  std::string why;                  // complained, busiest, drawn
  std::string ticket;               // hex; the smallest are drawn
};
BOOST_DESCRIBE_STRUCT(Chosen, (), (organisation, why, ticket))

// The seed: SHA-256 of a secret whose hash stood in the log before, and of the root that the log had right after.
std::string commitment(const std::string& secret);
std::string seed_of(const std::string& secret, const std::string& root);            // both hex
std::string ticket_of(const std::string& seed, std::int64_t organisation);
// Complained-about first, then the `busiest` with most minutes, then by ticket until ceil(ratio %) of all are drawn on top.
std::vector<Chosen> draw(const std::string& seed, std::vector<Candidate> candidates, int ratio, int busiest);

// The checklist of §3.4, in its order.
inline constexpr const char* kItems[] = {"complete", "in_time", "paper", "true", "no_pay", "own_work", "no_profit", "certificates", "verifiable", "no_fee"};
inline constexpr int kRatios[] = {10, 40, 100};

}  // namespace tx::support::spot
