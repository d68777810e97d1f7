// The combinatorial core, without rules and scores: slots with seats, people, weighted arcs between them, and what keeps one
// person from holding two slots. The auction stands in market.h, the bound in choice.h and prices.h; flow.cpp holds the
// exact optimum of the two cases without time conflicts.
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
    std::int32_t bonus = 0;                // for the first seat filled
  };
  std::vector<SlotRow> slots;
  std::vector<std::uint32_t> first{0};     // slots + 1; arcs of a slot lie together, heaviest first
  std::vector<std::uint32_t> who;          // arc -> person
  std::vector<std::int32_t> weight;        // arc -> weight > 0
  std::vector<std::uint16_t> day_room, week_room;   // arc -> minutes the person has left that day and week; empty: no caps
  std::vector<std::uint16_t> most;         // person -> number of slots at most, instead of a week's cap; empty: no such cap
  std::vector<std::uint16_t> seats;        // person -> seats taken at once, more than 1 for a team; empty: 1 each
  std::vector<std::uint8_t> modes;         // person -> bits 1 << Mode, several for a team; empty: any
  std::uint32_t people = 0;
  bool travel = false;                     // time of the way between two slots counts as a conflict
  bool overlaps_allowed = false;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> apart;   // people never in one slot; sorted, both directions

  // Appends the arcs (weight, person) of the next slot, in any order.
  void add_list(std::vector<std::pair<std::int32_t, std::uint32_t>> list);

  // Arcs of each person by the slot's end; made by index() once the above is filled. Before index() there is slot_of alone,
  // made by name_slots().
  struct Offer {
    std::uint32_t slot;
    std::int32_t weight;
    std::uint32_t arc;
    std::uint16_t day_room = 0, week_room = 0;   // the arc's, where there are caps
  };
  std::vector<std::uint32_t> person_first, slot_of, place_of;   // place_of: arc -> offer
  std::vector<Offer> offers;
  void name_slots();
  void index();
  std::size_t arcs() const { return who.size(); }
  int seats_of(std::uint32_t person) const { return seats.empty() ? 1 : seats[person]; }
  // Whether this person can reach `slot` after `earlier`; and whether two slots exclude one another.
  bool follows(std::uint32_t earlier, std::uint32_t slot, std::uint32_t person) const;
  bool conflict(std::uint32_t slot, std::uint32_t other, std::uint32_t person) const {
    return !overlaps_allowed && !follows(slot, other, person) && !follows(other, slot, person);
  }
};

// Prices per slot. The bound: for every slot what its seats are worth at the price (heads x price; with a bonus for the first
// seat prices may go down to -bonus), plus for every person the best set of slots at weight less price (choice.h). Any
// prices give a bound on every plan.
std::int64_t seats_worth(const Graph::SlotRow& slot, std::int64_t price);
std::int64_t bound_of(const Graph& graph, const std::vector<std::int64_t>& prices);
// The loss, at these prices, of forcing this arc into the person's set: forced plans are worth at most bound - regret.
std::int64_t regret_of(const Graph& graph, const std::vector<std::int64_t>& prices, std::uint32_t arc);

// The exact optimum when every person takes at most `most` slots and times do not matter (graph.overlaps_allowed), by
// shortest augmenting paths over lazily read lists; where nobody takes more than one and the paths have settled more than
// `patience` nodes a slot, by auctions that paths make exact. Prices of slots and people prove it: value = sum of duals.
// Wants index().
struct Flow {
  std::vector<std::uint32_t> arcs;
  std::int64_t value = 0;
  std::vector<std::int64_t> slot_price, person_price;
};
Flow flow_core(const Graph& graph, unsigned patience = 10);
// Whether the duals prove the value: feasible, complementary, equal. For tests.
bool proves(const Graph& graph, const Flow& flow);

}  // namespace tx::matching
