// The combinatorial core, without rules and scores: slots with seats, people, weighted arcs between them, and what keeps one
// person from holding two slots. graph.cpp holds the prices' bound and the auction; flow.cpp the exact
// optimum of the two cases without time conflicts.
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

namespace tx::matching {

struct Graph {
  struct SlotRow {
    std::int32_t from = 0, to = 0;         // minutes, half open, relative to any start
    std::int32_t x_m = 0, y_m = 0;         // for the way between two slots of one person
    std::int32_t day = 0, week = 0;        // running numbers, for caps
    std::int32_t heads = 1;
    std::int32_t floor = 0;                // smallest weight kept when the list was cut short; 0: the list is whole
  };
  std::vector<SlotRow> slots;
  std::vector<std::uint32_t> first{0};     // slots + 1; arcs of a slot lie together, heaviest first
  std::vector<std::uint32_t> who;          // arc -> person
  std::vector<std::int32_t> weight;        // arc -> weight > 0
  std::vector<std::uint16_t> day_room, week_room;   // arc -> minutes the person has left that day and week; empty: no caps
  std::vector<std::uint16_t> most;         // person -> number of slots at most; empty: no such cap
  std::uint32_t people = 0;
  bool travel = false;                     // time of the way between two slots counts as a conflict
  bool overlaps_allowed = false;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> apart;   // people never in one slot; sorted, both directions

  // Appends the arcs (weight, person) of the next slot, in any order.
  void add_list(std::vector<std::pair<std::int32_t, std::uint32_t>> list);

  // Arcs of each person by the slot's end; made by index() once the above is filled.
  std::vector<std::uint32_t> person_first, person_arc, slot_of;
  void index();
  std::size_t arcs() const { return who.size(); }
  bool conflict(std::uint32_t slot, std::uint32_t other) const;
};

// Prices per slot >= 0. The bound: sum of heads x price, plus for every person the best set of slots that do not overlap
// (bare intervals), number at most `most` and fit the week's cap (in quarters of an hour), at weight less price. Any prices
// give a bound on every plan; the way between places and the day's cap are let pass, so it may be a little too high.
struct Bound {
  std::int64_t value = 0;
  std::vector<std::int32_t> wanted;        // slot -> people whose best set holds it
};
Bound bound_of(const Graph& graph, const std::vector<std::int64_t>& prices);
// A subgradient search for prices with a lower bound: they rise where more people want a slot than it seats, and fall where
// fewer do, never below a slot's floor. Ends when `value` is reached, little is left to gain, or `go_on(round)` says no.
struct Prices {
  std::vector<std::int64_t> best;
  std::int64_t bound = 0;
};
Prices lower(const Graph& graph, std::vector<std::int64_t> prices, std::int64_t value, int rounds, const std::function<bool(int)>& go_on);
// The loss, at these prices, of forcing this arc into the person's set: forced plans are worth at most bound - regret.
std::int64_t regret_of(const Graph& graph, const std::vector<std::int64_t>& prices, std::uint32_t arc);

// Seats bid for people. What a seat pays for a person is the sum of the bids that it would displace.
class Market {
 public:
  explicit Market(const Graph& graph);
  void withdraw(std::uint32_t person);     // leaves; the seats held bid again
  // Until every seat has its person or wants nobody; false when stopped.
  bool run(std::int32_t epsilon, const std::function<bool()>& stop = {});
  // Improves the plan by moves that gain weight for certain; returns the gain.
  std::int64_t improve();
  void close(std::uint32_t slot);          // gives the people of a slot back; it bids no more
  bool held(std::uint32_t arc) const { return bid_[arc] > 0; }
  int filled(std::uint32_t slot) const { return filled_[slot]; }
  std::vector<std::uint32_t> plan() const; // arcs held, in order
  std::int64_t value() const;
  std::vector<std::int64_t> prices() const;   // what one more person would be worth to each slot, from the bids

 private:
  std::int64_t price(std::uint32_t arc, std::uint32_t* displaced, int& count, bool by_weight) const;
  void take(std::uint32_t arc, std::int32_t bid);
  void drop(std::uint32_t arc);
  void seat(std::uint32_t slot);
  bool barred(std::uint32_t slot, std::uint32_t person) const;

  const Graph& graph_;
  std::vector<std::int32_t> bid_;          // arc -> bid, 0: not held
  std::vector<std::uint32_t> next_, head_; // per person: linked list of arcs held
  std::vector<std::int32_t> filled_;
  std::vector<std::uint32_t> queue_;       // slots with a seat that may bid
  std::vector<std::uint8_t> away_, closed_, picky_;
  std::int32_t epsilon_ = 1;
};

// The exact optimum when every person takes at most `most` slots and times do not matter (graph.overlaps_allowed), by
// shortest augmenting paths over lazily read lists. Prices of slots and people prove it: value = sum of duals.
struct Flow {
  std::vector<std::uint32_t> arcs;
  std::int64_t value = 0;
  std::vector<std::int64_t> slot_price, person_price;
};
Flow flow_core(const Graph& graph);
// Whether the duals prove the value: feasible, complementary, equal. For tests.
bool proves(const Graph& graph, const Flow& flow);

}  // namespace tx::matching
