// The bridge to the matching engine: the one place that turns rows into the engine's terms and the engine's reasons
// into sentences. Hard rules are the engine's; nothing here decides.
#pragma once
#include "engines/matching/matching.h"
#include "systems/supply/dispatch/dispatch.h"

namespace tx::supply::bridge {

matching::Slot slot_of(const Need& need);
// Everybody of the county around the need, in the engine's terms.
std::vector<matching::Volunteer> volunteers_near(storage::Reader& reader, const Need& need);

struct Verdict {
  std::int64_t score = 0;
  Json why;      // [{rule, value, points}]
};
// Refuses with the id of the first hard rule that bars this volunteer.
Result<Verdict> judge(storage::Reader& reader, const Need& need, std::int64_t volunteer);

}  // namespace tx::supply::bridge
