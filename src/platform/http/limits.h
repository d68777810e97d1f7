// Token buckets: how many requests one account (or, when nobody is signed in, one address) may make. A bounded table;
// the oldest entries go first, which can only be generous to whoever is forgotten.
#pragma once
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"

namespace tx::http {

class Buckets {
 public:
  Buckets(double per_second, double burst) : per_second_(per_second), burst_(burst) {}
  // Takes one token; returns 0 when there was one, else the seconds until there is (at least 1).
  int take(const std::string& who, Instant now);

 private:
  struct Bucket {
    double tokens = 0;
    Instant at;
  };
  static constexpr std::size_t kMaxBuckets = 100'000;
  void forget_full_ones(Instant now);
  const double per_second_, burst_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace tx::http
