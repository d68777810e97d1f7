// The bridge to the matching engine: the one place that turns rows into the engine's terms and the engine's reasons
// into sentences. Hard rules are the engine's; nothing here decides.
#pragma once
#include <span>

#include "engines/matching/matching.h"
#include "systems/supply/dispatch/dispatch.h"
#include "systems/supply/dispatch/pool.h"

namespace tx::supply::bridge {

matching::Slot slot_of(const Need& need);
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
};
Best best_of(storage::Reader& reader, Pool& pool, const Need& need, std::size_t count, Instant now);

struct Verdict {
  std::int64_t score = 0;
  Json why;      // [{rule, value, points}]
};
// Refuses with the id of the first hard rule that bars this volunteer.
Result<Verdict> judge(storage::Reader& reader, const Need& need, std::int64_t volunteer);

// "too far: 5.2 km of 3.0 km" in the reader's language.
std::string sentence(const std::string& rule, std::int64_t value, std::int64_t limit, const ViewContext& view);
Json reason_views(const std::vector<matching::Reason>& reasons, const ViewContext& view);

}  // namespace tx::supply::bridge
