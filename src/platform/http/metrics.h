// Counts what the server does, for /metrics (Prometheus text). Never a person's data: route names and statuses only.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "platform/storage/storage.h"

namespace tx::http {

class Metrics {
 public:
  void count(const std::string& route, int status, std::int64_t microseconds);
  void count_refusal(const std::string& rule);
  struct Gauges {
    std::size_t workers_waiting = 0, in_flight = 0, connections = 0, listeners = 0;
  };
  std::string text(const Gauges& gauges, const storage::Metrics& storage) const;

 private:
  static constexpr std::array<std::int64_t, 9> kBounds = {500, 1000, 2500, 5000, 10000, 25000, 100000, 500000, 2000000};
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;
  std::map<std::string, std::uint64_t> refusals_;
  std::array<std::uint64_t, kBounds.size() + 1> histogram_{};
  std::uint64_t total_ = 0;
  std::int64_t total_us_ = 0;
};

}  // namespace tx::http
