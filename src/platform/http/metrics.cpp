#include "platform/http/metrics.h"

#include <cstdio>

namespace tx::http {
namespace {

constexpr std::size_t kMaxRules = 2000;  // rule ids are fixed in the code; the bound is for the day when one is not

void line(std::string& out, const std::string& name, std::uint64_t value) {
  out += name + " " + std::to_string(value) + "\n";
}

std::string seconds(std::int64_t microseconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6f", static_cast<double>(microseconds) / 1e6);
  return text;
}

}  // namespace

void Metrics::count(const std::string& route, int status, std::int64_t microseconds) {
  std::lock_guard lock(mutex_);
  ++requests_[{route, status}];
  std::size_t bucket = 0;
  while (bucket < kBounds.size() && microseconds > kBounds[bucket]) ++bucket;
  ++histogram_[bucket];
  ++total_;
  total_us_ += microseconds;
}

void Metrics::count_refusal(const std::string& rule) {
  std::lock_guard lock(mutex_);
  if (refusals_.size() < kMaxRules || refusals_.contains(rule)) ++refusals_[rule];
}

std::string Metrics::text(const Gauges& gauges, const storage::Metrics& storage) const {
  std::lock_guard lock(mutex_);
  std::string out = "# TYPE tongxin_http_requests_total counter\n";
  for (const auto& [key, value] : requests_)
    line(out, "tongxin_http_requests_total{route=\"" + key.first + "\",status=\"" + std::to_string(key.second) + "\"}",
         value);
  out += "# TYPE tongxin_refusals_total counter\n";
  for (const auto& [rule, value] : refusals_) line(out, "tongxin_refusals_total{rule=\"" + rule + "\"}", value);
  out += "# TYPE tongxin_http_request_seconds histogram\n";
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBounds.size(); ++i)
    line(out, "tongxin_http_request_seconds_bucket{le=\"" + seconds(kBounds[i]) + "\"}", sum += histogram_[i]);
  line(out, "tongxin_http_request_seconds_bucket{le=\"+Inf\"}", total_);
  out += "tongxin_http_request_seconds_sum " + seconds(total_us_) + "\n";
  line(out, "tongxin_http_request_seconds_count", total_);
  const std::pair<const char*, std::uint64_t> levels[] = {
      {"tongxin_http_workers_waiting", gauges.workers_waiting}, {"tongxin_http_in_flight", gauges.in_flight},
      {"tongxin_http_connections", gauges.connections},         {"tongxin_events_listeners", gauges.listeners},
      {"tongxin_storage_queue", storage.queue_length}};
  for (const auto& [name, value] : levels) {
    out += "# TYPE " + std::string(name) + " gauge\n";
    line(out, name, value);
  }
  const std::pair<const char*, std::uint64_t> counters[] = {
      {"tongxin_storage_commands_total", storage.commands}, {"tongxin_storage_refused_total", storage.refused},
      {"tongxin_storage_replayed_total", storage.replayed}, {"tongxin_storage_batches_total", storage.batches},
      {"tongxin_storage_busy_total", storage.busy_refusals}};
  for (const auto& [name, value] : counters) {
    out += "# TYPE " + std::string(name) + " counter\n";
    line(out, name, value);
  }
  return out;
}

}  // namespace tx::http
