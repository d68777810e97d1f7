// Inside the matching engine only: a better plan from good prices. Whoever has less than the best set at the prices gets it by
// force, those pushed out bid again, and every piece of the change that gained is kept; the rest is undone. So many places
// of a region improve at once, each for itself.
#pragma once
#include <functional>
#include <random>
#include <vector>

#include "engines/matching/market.h"
#include "engines/matching/prices.h"

namespace tx::matching {

class Shake {
 public:
  // `short_of`: whether a slot may not go ahead with those it has.
  Shake(const Graph& graph, Market& market, const Prices& prices, std::function<bool(std::uint32_t)> short_of);
  // Of those with a loss one in `share` is forced; the gain. Arcs that changed hands are appended to `changed`.
  std::int64_t round(unsigned share, std::vector<std::uint32_t>* changed = nullptr);
  void look(const std::vector<std::uint32_t>& arcs);   // whose people may have a loss now
  void look(std::uint32_t person);
  void forget();                           // all losses known so far
  void settle(std::vector<std::uint32_t> slots);   // slots short of people give them back, the others bid for them; none where somebody was told
  std::vector<std::uint32_t> short_where_told() const;   // of the slots touched since the market was marked
  std::size_t losers() const { return losers_.size(); }

 private:
  const Graph& graph_;
  Market& market_;
  const Prices& prices_;
  std::function<bool(std::uint32_t)> short_of_;
  std::vector<std::uint32_t> losers_;      // people with less than their best, some of them perhaps no longer
  std::vector<std::uint8_t> listed_;
  std::mt19937 random_{1};
};

}  // namespace tx::matching
