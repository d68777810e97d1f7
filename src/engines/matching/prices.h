// Inside the matching engine only: a search for the prices of the lowest bound. Every person's best set is kept and only
// those whom a change of price may concern choose again, so a small change costs little, however large the region.
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "engines/matching/choice.h"
#include "engines/matching/graph.h"

namespace tx::matching {

class Prices {
 public:
  Prices(const Graph& graph, std::vector<std::int64_t> prices);   // raised to the floors of lists cut short
  std::int64_t bound() const { return bound_; }
  const std::vector<std::int64_t>& all() const { return prices_; }
  int wanted(std::uint32_t slot) const { return wanted_[slot]; }   // seats that the best sets would take
  bool wants(std::uint32_t place) const { return wants_[place] != 0; }
  std::int64_t profit(std::uint32_t person) const { return profit_[person]; }

  void set(std::uint32_t slot, std::int64_t price);
  void leave(std::uint32_t person, std::vector<std::uint32_t>& touched);   // wants nothing any more; slots that were wanted are appended
  // Lowers the bound until it reaches `value`, little is left to gain, or `go_on(round)` says no.
  void lower(std::int64_t value, int rounds, const std::function<bool(int)>& go_on);
  // Each slot by itself to the middle of its best prices, again and again, beginning with these. All that were moved, and some
  // that were not.
  std::vector<std::uint32_t> balance(std::vector<std::uint32_t> slots, std::size_t looks);
  const std::vector<std::uint32_t>& chose() const { return worker_.chose; }   // people who chose anew in the last balance()

 private:
  struct Worker {                          // what one thread needs for itself
    explicit Worker(const Graph& graph) : choice(graph) {}
    Choice choice;
    std::int64_t gain = 0;                 // of the bound
    std::vector<std::uint32_t> chosen, touched, chose;
    std::vector<std::int64_t> thresholds, each, at_least;
  };
  void choose(std::uint32_t person, Worker& worker);
  void set(std::uint32_t slot, std::int64_t price, Worker& worker, bool known);
  bool amiss(std::uint32_t slot) const;
  void balance(std::uint32_t slot, Worker& worker);
  std::int64_t surely(std::uint32_t slot, Worker& worker) const;
  void balance(std::vector<std::uint32_t>& slots, std::size_t looks, Worker& worker, const std::vector<std::uint8_t>* part, std::uint8_t mine);
  void divide();
  std::int64_t least(std::uint32_t slot) const;

  const Graph& graph_;
  std::vector<std::int64_t> prices_, profit_;
  std::vector<std::int32_t> wanted_;
  std::vector<std::uint8_t> wants_, away_, queued_;
  std::vector<std::uint8_t> part_;         // slot -> the thread that may move it while others move theirs; kBorder: none
  std::int64_t bound_ = 0;
  Worker worker_;
};

}  // namespace tx::matching
