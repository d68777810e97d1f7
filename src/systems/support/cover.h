// The support room's side door for call-outs: which policy of personal accident insurance covers the people who are called
// (Regulation art. 17, Emergency Response Law art. 40). A side door (script/check_arrows).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "platform/storage/storage.h"

namespace tx::support {

// A policy of a whole region, or of an organisation; one that was bought for a single activity covers no call-out.
struct Cover {
  std::int64_t id = 0;
  std::string insurer, number, cover, phone;   // cover: what is paid; phone: whom to call after an accident
  std::string scope, region;                   // scope region: whoever lives there is covered
  std::int64_t organisation = 0;               // scope organisation: its members are
  std::string name() const { return insurer + " " + number; }
  std::string text() const { return name() + " · " + cover + " · " + phone; }
};

// Policies of the region, of one above or below it, or of an organisation there, that are not over on that day. Those of regions first, then the newest.
std::vector<Cover> covers_near(storage::Reader& reader, const std::string& region, Date day);
// Policy `id`, if it is one of those and in force from the first day to the last.
std::optional<Cover> cover_between(storage::Reader& reader, std::int64_t id, const std::string& region, Date first, Date last);
// Whatever has become of it since: what people were told stays readable.
std::optional<Cover> find_cover(storage::Reader& reader, std::int64_t id);

std::string covered(const Cover& cover);   // a condition on `volunteer v`
bool is_covered(storage::Reader& reader, const Cover& cover, std::int64_t volunteer);

}  // namespace tx::support
