#include "platform/http/limits.h"

#include <algorithm>
#include <cmath>

namespace tx::http {

int Buckets::take(const std::string& who, Instant now) {
  if (per_second_ <= 0) return 0;
  std::lock_guard lock(mutex_);
  if (buckets_.size() >= kMaxBuckets) forget_full_ones(now);
  auto [entry, fresh] = buckets_.try_emplace(who, Bucket{burst_, now});
  Bucket& bucket = entry->second;
  const double seconds = static_cast<double>(std::max<std::int64_t>(0, now.us - bucket.at.us)) / kSecond;
  bucket.tokens = std::min(burst_, bucket.tokens + seconds * per_second_);
  bucket.at = now;
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return 0;
  }
  return std::max(1, static_cast<int>(std::ceil((1 - bucket.tokens) / per_second_)));
}

void Buckets::forget_full_ones(Instant now) {
  std::erase_if(buckets_, [&](const auto& entry) {
    const double seconds = static_cast<double>(now.us - entry.second.at.us) / kSecond;
    return entry.second.tokens + seconds * per_second_ >= burst_;
  });
  if (buckets_.size() >= kMaxBuckets) buckets_.clear();
}

}  // namespace tx::http
