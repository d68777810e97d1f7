// Inside the matching engine only: tables become a graph. People who could hold a seat get running numbers (a team gets one
// for all its members), slots stand in the order of their place on the map, so that neighbours lie together in memory.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "engines/matching/graph.h"
#include "engines/matching/matching.h"
#include "engines/matching/region.h"

namespace tx::matching {

struct List {                          // the best people of one slot
  std::vector<Candidate> best;
  bool cut = false;                    // somebody eligible was left out
  std::size_t wanted = 0;              // how long it may be
};

class Problem {
 public:
  Problem(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& weights, std::int64_t now);
  std::vector<List> lists;             // by slot of the graph
  void fill(const Region& region, const std::vector<std::uint32_t>& which);   // these lists, on all cores
  void build();                        // the graph, of the lists as they are

  Graph graph;
  const Slot& slot(std::uint32_t s) const { return slots_[order_[s]]; }
  std::size_t place(std::uint32_t s) const { return order_[s]; }           // in the table
  std::span<const std::uint32_t> members(std::uint32_t person) const { return {&members_[member_first_[person]], member_first_[person + 1] - member_first_[person]}; }
  // Whether a slot held by these people may not go ahead: fewer than the least, or one unchecked person alone.
  template <class Held>
  bool short_of(std::uint32_t s, int filled, const Held& held) const {
    const auto& of = slot(s);
    if (filled == 0) return false;
    if (filled < of.least_heads) return true;
    if (!of.pair_unless_checked || filled > 1) return false;
    for (auto arc = graph.first[s]; arc < graph.first[s + 1]; ++arc)
      if (held(arc)) return volunteers_[members(graph.who[arc])[0]].checked_until < of.to;
    return false;
  }
  std::optional<std::uint32_t> person(std::size_t volunteer) const;   // nobody: in no list
  // Teams that could never go, as two of their own are to be kept apart.
  const std::vector<std::uint32_t>& torn() const { return torn_; }

 private:
  struct TeamOffer {
    std::uint32_t slot, team;
    std::int32_t weight;
  };
  std::uint32_t number_of(std::uint32_t volunteer);
  void find_teams(const Weights& weights, std::int64_t now);
  void add_person(const Candidate& candidate, const Slot& slot);
  void add_team(const TeamOffer& offer, const Slot& slot);
  void add_apart();

  std::span<const Volunteer> volunteers_;
  std::span<const Slot> slots_;
  std::vector<std::size_t> order_;
  std::vector<std::vector<std::uint32_t>> teams_;     // members, of two and more
  std::vector<TeamOffer> team_offers_;                // by slot
  std::vector<std::uint32_t> number_, team_number_;   // volunteer, team -> person
  std::unordered_map<std::size_t, std::uint32_t> team_of_;   // volunteer -> team
  std::vector<std::uint32_t> member_first_, members_; // person -> volunteers
  std::vector<std::uint32_t> torn_;
};

}  // namespace tx::matching
