// The command board is live: a change is told after the commit, without any content.
#include <mutex>

#include "platform/storage/record_sql.h"
#include "systems/mobilisation/emergencies/emergencies.h"
#include "systems/teams/teams.h"

namespace tx::mobilisation {
namespace {

std::mutex hub_mutex;
http::EventHub* hub = nullptr;

}  // namespace

void set_event_hub(http::EventHub* to) {
  std::lock_guard lock(hub_mutex);
  hub = to;
}
std::string operation_topic(std::int64_t operation) { return "operation." + id_text(operation); }
void changed(storage::Tx& tx, std::int64_t operation) {
  tx.after_commit([operation] {
    std::lock_guard lock(hub_mutex);
    if (hub) hub->publish_topic(operation_topic(operation), "emergency", Json::object());
  });
}

bool within(const access::Roles& roles, const access::Actor& actor, access::Permission permission, const std::string& region) {
  if (region.size() < 2 || region.find_first_not_of("0123456789") != std::string::npos) return false;
  for (const auto& prefix : access::regions_of(roles, actor, permission))
    if (region.starts_with(prefix)) return true;
  return false;
}

// Cities and counties over which the officer holds the permission.
std::vector<http::Option> offices(const http::Context& context, access::Permission permission) {
  constexpr int kCounty = 3;
  std::vector<http::Option> options;
  const auto add = [&](const auto& self, const std::string& code) -> void {
    options.push_back({code, teams::region_name(context.reader, code, context.language)});
    for (const auto& below : teams::regions_below(context.reader, code))
      if (below.level <= kCounty) self(self, below.code);
  };
  for (const auto& region : access::regions_of(context.roles, context.actor, permission)) add(add, region.empty() ? "64" : region);
  return options;
}

}  // namespace tx::mobilisation
