// Points and benefits (积分与礼遇): points are a second ledger that recognised hours feed, and hours never fall when points are
// spent. A benefit is redeemed with a code at the partner's phone, once. Points are never money.
#pragma once
#include <optional>

#include "platform/http/http.h"
#include "platform/workflow/workflow.h"
#include "systems/support/book/book.h"
#include "systems/support/incentives.h"

namespace tx::support {

struct Benefit {
  std::int64_t id = 0;
  std::string region, partner, title, words, icon;
  std::int64_t points = 0;         // 0: a courtesy that costs nothing
  int least_star = 0;              // granted stars
  int stock = 0, taken = 0;
  Date valid_until;
  std::string key_sealed, key_index;   // what the partner's phone opens
  std::string state;               // open, closed
  access::AccountId made_by;
  Instant created;
};
BOOST_DESCRIBE_STRUCT(Benefit, (), (id, region, partner, title, words, icon, points, least_star, stock, taken, valid_until, key_sealed,
                                    key_index, state, made_by, created))

struct Redemption {
  std::int64_t id = 0, benefit = 0, volunteer = 0;
  std::string code_sealed, code_index, state;   // flow "redemption"
  std::int64_t points = 0, posting = 0;
  Instant due, at, used;
};
BOOST_DESCRIBE_STRUCT(Redemption, (), (id, benefit, volunteer, code_sealed, code_index, state, points, posting, due, at, used))

inline constexpr workflow::State kRedemptionStates[] = {
    {"reserved", "active", {workflow::Deadline::Unit::days, 14, "benefit.days", "operator"}},
    {"used", "good", {}, true},
    {"returned", "neutral", {}, true},
    {"expired", "neutral", {}, true},
};
inline constexpr workflow::Step kRedemptionSteps[] = {
    {"", "reserve", "reserved"},
    {"reserved", "use", "used"},           // at the partner's phone, once
    {"reserved", "give_back", "returned"}, // points and stock go back
    {"reserved", "run_out", "expired"},
};
inline constexpr workflow::Flow kRedemptionFlow{"redemption", kRedemptionStates, kRedemptionSteps};

// One point for each full recognised hour (setting points.per_hour); a correction takes points back as far as they are there.
void feed_points(storage::Tx& tx, const Book& book, std::int64_t volunteer, const std::string& region);
std::int64_t points_of(storage::Reader& reader, std::int64_t volunteer);

std::optional<Benefit> find_benefit(storage::Reader& reader, std::int64_t id);
// Rules benefit.gone, benefit.none_left, benefit.star, benefit.points_needed, benefit.held (one at a time)
Result<Redemption> reserve(storage::Tx& tx, const Book& book, const identity::Vault& vault, std::int64_t benefit, std::int64_t volunteer);
Result<void> give_back(storage::Tx& tx, const Book& book, std::int64_t redemption, std::int64_t volunteer);
// At the partner's phone. Rules benefit.partner_unknown, benefit.code_wrong, benefit.code_used, benefit.code_over
Result<Redemption> redeem(storage::Tx& tx, const identity::Vault& vault, const std::string& partner_key, std::string code);
int expire_redemptions(storage::Tx& tx, const Book& book);   // timed

void add_benefit_routes(http::Router& router, const Services& services, const Book& book);
void demonstrate_benefits(storage::Tx& tx, const identity::Vault& vault, const language::Catalogue& words);

}  // namespace tx::support
