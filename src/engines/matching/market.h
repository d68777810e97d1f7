// Inside the matching engine only: the auction, which finds plans. Seats bid for people; then the plan is shaken where the
// prices say that something is lost, and every piece of the change that gained is kept.
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "engines/matching/graph.h"

namespace tx::matching {

// Seats bid for people. What a seat pays for a person is the sum of the bids that it would displace.
class Market {
 public:
  explicit Market(const Graph& graph);
  void withdraw(std::uint32_t person);     // leaves; the seats held bid again
  // Until every seat has its person or wants nobody; false when stopped.
  bool run(std::int32_t epsilon, const std::function<bool()>& stop = {});
  // Improves the plan by moves that gain weight for certain; returns the gain.
  std::int64_t improve();
  std::int64_t improve(std::vector<std::uint32_t> open);   // these slots alone to begin with
  // Takes this arc whatever it displaces; the seats left empty bid again. False when it cannot be fitted in.
  bool force(std::uint32_t arc, std::int32_t bid, std::uint32_t chance);
  // Held arcs bid what they are worth beyond their slot's price.
  void reprice(const std::vector<std::int64_t>& prices);
  void reprice(std::uint32_t arc, const std::vector<std::int64_t>& prices);
  // Since mark(): changes fall apart into pieces that share no person and no slot; each piece that gained nothing is undone.
  // `moved`: arcs of the pieces kept. The slots touched.
  void mark();
  // So is each piece with one of the slots `spoiled`, whatever it gained.
  std::int64_t keep_gains(std::vector<std::uint32_t>& moved, const std::vector<std::uint32_t>& spoiled = {});
  std::vector<std::uint32_t> touched() const;
  void changed_arcs(std::vector<std::uint32_t>& arcs);
  void tell(std::uint32_t slot, std::uint32_t person);   // a held arc that nothing displaces from now on, save close() and withdraw()
  bool holds_told(std::uint32_t slot) const;
  void call_off(std::uint32_t slot);       // closed, and nothing opens it before relent(); whoever was told there is free again
  void relent(std::uint32_t slot) { closed_[slot] &= kForGood | kShut; }
  void close(std::uint32_t slot, bool for_good = false);   // gives the people of a slot back; it bids no more
  void open(std::uint32_t slot) { closed_[slot] &= kForGood | kCalledOff; }
  bool closed(std::uint32_t slot) const { return closed_[slot] != 0; }
  bool held(std::uint32_t arc) const { return bid_[arc] > 0; }
  int filled(std::uint32_t slot) const { return filled_[slot]; }
  std::vector<std::uint32_t> plan() const; // arcs held, in order
  std::int64_t value() const { return value_; }
  std::int64_t profit(std::uint32_t person, const std::vector<std::int64_t>& prices) const;   // of what the person holds
  std::vector<std::int64_t> prices() const;   // what one more person would be worth to each slot, from the bids

 private:
  std::int64_t price(std::uint32_t arc, std::uint32_t* displaced, int& count, bool by_weight) const;
  void take(std::uint32_t arc, std::int32_t bid);
  void drop(std::uint32_t arc);
  void count(std::uint32_t arc, int sign);
  bool seat(std::uint32_t slot);
  bool barred(std::uint32_t slot, std::uint32_t person) const;

  static constexpr std::uint8_t kShut = 1, kForGood = 2, kCalledOff = 4;
  const Graph& graph_;
  std::vector<std::int32_t> bid_;          // arc -> bid, 0: not held
  std::vector<std::uint32_t> next_, head_; // per person: linked list of arcs held
  std::vector<std::int32_t> filled_;
  std::vector<std::uint32_t> queue_;       // slots with a seat that may bid
  std::vector<std::uint8_t> away_, closed_, picky_, told_;
  std::int32_t epsilon_ = 1;
  std::int64_t value_ = 0;                 // of what is held
  std::int32_t bonus(std::uint32_t slot) const { return filled_[slot] == 0 ? graph_.slots[slot].bonus : 0; }
  bool marked_ = false;
  struct Change {
    std::uint32_t arc;
    std::int32_t before;                   // the bid
  };
  std::uint32_t root(std::uint32_t at);
  std::vector<Change> changes();
  std::vector<Change> journal_;
  std::vector<std::uint32_t> closing_;
  std::vector<std::uint32_t> seen_, root_;
  std::uint32_t round_ = 0;
};

}  // namespace tx::matching
