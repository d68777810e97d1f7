// The bridge to the matching engine: the one place that turns rows into the engine's terms and the engine's reasons
// into sentences. Hard rules are the engine's; nothing here decides.
#pragma once
#include <span>

#include "engines/matching/matching.h"
#include "systems/supply/dispatch/dispatch.h"

namespace tx::supply::bridge {

matching::Slot slot_of(const Need& need);
inline std::string city_of(const Need& need) { return need.region.substr(0, 4); }
// Everybody of the city of these needs, which is one city, in the engine's terms and in the order of id.
std::vector<matching::Volunteer> volunteers_near(storage::Reader& reader, std::span<const Need> needs);
// A NO ends the asking: who declined, or is asked already, is not proposed again for this need.
void bar_those_asked(storage::Reader& reader, const Need& need, std::vector<matching::Volunteer>& people);

struct Verdict {
  std::int64_t score = 0;
  Json why;      // [{rule, value, points}]
};
// Refuses with the id of the first hard rule that bars this volunteer.
Result<Verdict> judge(storage::Reader& reader, const Need& need, std::int64_t volunteer);

}  // namespace tx::supply::bridge
