// I for all, all for me (我为人人，人人为我): how help comes round. For a person, their own page only; for everybody, figures of the
// region that name nobody. Counted from confirmed service alone.
#pragma once
#include "base/record.h"
#include "platform/http/http.h"
#include "systems/culture/culture.h"

namespace tx::culture {

inline constexpr std::int64_t kFewest = 5;      // what fewer people did is told as "fewer than 5"
inline constexpr int kCircleLongest = 6, kCircleSeen = 3000;

struct RegionCircle {
  std::int64_t id = 0;
  std::int64_t gave = 0, received = 0, both_ways = 0;   // people: with confirmed service; helped and it was confirmed; both
  Instant at;                                           // when it was counted
};
BOOST_DESCRIBE_STRUCT(RegionCircle, (), (id, gave, received, both_ways, at))
RegionCircle count_circle(storage::Reader& reader, Instant now);   // over the whole region: seconds
RegionCircle circle_of_region(storage::Reader& reader, Instant now);   // the last count; counted now when there is none
void recount_circle(storage::Store& store, const Clock& clock);    // timed: once an hour
// The shortest way of help from this person over others back to this person: 2 when two helped each other, 3 over one more …;
// 0: none of at most kCircleLongest. Looks at no more than kCircleSeen people.
int circle_length(storage::Reader& reader, access::AccountId account);
void add_circle_routes(http::Router& router);
Json region_circle_view(const http::Context& context);   // {gave, received, both, counted}

}  // namespace tx::culture
