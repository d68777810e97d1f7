// How well a service was done (Decree 67 art. 10): said by the resident who was served, or by the organisation whose activity it
// was, at the confirmation. supply.h reads one of them; here is what whoever confirms says, and the mean of a volunteer.
#pragma once
#include "systems/supply/supply.h"

namespace tx::supply {

// Of a confirmed presence; 0 stars: nothing is said. Once by the same person. Rule rating.stars
Result<void> rate_presence(storage::Tx& tx, std::int64_t attendance, access::AccountId by, int stars, const std::string& words);
Result<void> rate_shift(storage::Tx& tx, std::int64_t shift, access::AccountId by, int stars, const std::string& words);   // all that `by` confirmed just now

struct MeanQuality {
  std::int64_t ratings = 0, hundredths = 0;   // of a star
};
MeanQuality mean_quality(storage::Reader& reader, std::int64_t volunteer);

}  // namespace tx::supply
