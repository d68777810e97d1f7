// The bridge to the matching engine: the one place that turns rows into the engine's terms and the engine's reasons
// into sentences. Hard rules are the engine's; nothing here decides.
#pragma once
#include <span>

#include "engines/matching/matching.h"
#include "systems/stations/stations.h"
#include "systems/supply/dispatch/dispatch.h"
#include "systems/supply/dispatch/pool.h"

namespace tx::supply::bridge {

// A need as a slot, seen from afar: where an extract holds its place, homes are measured by the straight line, which no street
// beats, until add_ways has looked at the streets; elsewhere by the straight line times the operator's factor.
matching::Slot slot_of(const stations::Walks& walks, const Need& need);
// The same of a slot whose ways are known already: what the pool is asked with.
matching::Slot from_afar(const stations::Walks& walks, matching::Slot slot);
// Ways by streets of these people to these slots; whom no street reaches goes by the factor. A slot that knows other people
// keeps them. Rules, scores, the plan and its checker then measure by nothing else.
void add_ways(const stations::Walks& walks, std::span<matching::Slot> slots, std::span<const matching::Volunteer> people);
std::uint64_t licensed_skills(const Need& need);   // of its service, where a skill counts only with a valid paper
// These people, those of them who are active, with everything that matters for these needs: promises, load, earlier
// service, papers, exclusions. In the order of id.
std::vector<matching::Volunteer> people_of(storage::Reader& reader, std::span<const Need> needs, std::vector<std::int64_t> ids);
// A NO ends the asking: who declined, or is asked already, is not proposed again for this need.
void bar_those_asked(storage::Reader& reader, const Need& need, std::vector<matching::Volunteer>& people);

// The best for one need, exactly: by the pool's index, then with everything that is not in it.
struct Best {
  std::vector<matching::Volunteer> people;   // best first
  std::vector<int> scores;
  bool cut = false;                          // somebody eligible was left out …
  std::int64_t floor = 0;                    // … who is worth at most this
  matching::Slot slot;                       // the need, with the ways of those looked at
};
Best best_of(storage::Reader& reader, Pool& pool, const Need& need, std::size_t count, Instant now);

struct Verdict {
  std::int64_t score = 0;
  Json why;      // [{rule, value, points}]
};
// Refuses with the id of the first hard rule that bars this volunteer.
Result<Verdict> judge(storage::Reader& reader, const Need& need, std::int64_t volunteer);

// "too far: 5.2 km by street (0.3 km in a straight line), at most 3.0 km" in the reader's language. `straight`: of a way by
// streets, -1 elsewhere.
std::string sentence(const std::string& rule, std::int64_t value, std::int64_t limit, std::int64_t straight, const ViewContext& view);
Json reason_json(const matching::Reason& reason);      // as it is kept with an ask or a line
matching::Reason reason_of(const Json& kept);
Json reason_views(const std::vector<matching::Reason>& reasons, const ViewContext& view);
std::string how_measured(const stations::Walks& walks, const ViewContext& view);   // one line for pages that show distances

}  // namespace tx::supply::bridge
