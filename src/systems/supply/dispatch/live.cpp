#include "systems/supply/dispatch/live.h"

#include "systems/supply/dispatch/room.h"

namespace tx::supply {
namespace {

std::mutex hub_mutex;
http::EventHub* hub = nullptr;

void send(const std::string& topic, std::string_view event) {
  std::lock_guard lock(hub_mutex);
  if (hub) hub->publish_topic(topic, event, Json::object());
}

void tell(const std::string& region, std::int64_t need) {
  for (const std::size_t length : {2u, 4u, 6u})
    if (region.size() >= length) send("desk." + region.substr(0, length), "desk");
  send("need." + id_text(need), "need");
}

}  // namespace

void set_event_hub(http::EventHub* to) {
  std::lock_guard lock(hub_mutex);
  hub = to;
}

namespace live {

void changed(storage::Tx& tx, const Need& need) {
  tx.after_commit([region = need.region, id = need.id.value] { tell(region, id); });
}
void publish(const Need& need) { tell(need.region, need.id.value); }

std::string desk_topic(const std::vector<std::string>& regions) {
  // One region: its own topic, cut to the county. Several or everywhere: the province, which hears all.
  std::string region = regions.size() == 1 ? regions.front().substr(0, 6) : "";
  return "desk." + (region.size() >= 2 ? region : std::string("64"));
}
std::string need_topic(NeedId need) { return "need." + need.text(); }

namespace {
constexpr std::int64_t kLooks = 90 * kSecond;
}

bool Watch::seen(NeedId need, access::AccountId account, const std::string& name, Instant now) {
  std::lock_guard lock(mutex_);
  std::erase_if(looking_, [&](const auto& one) { return now.us - one.second.at.us > kLooks; });
  auto& entry = looking_[{need.value, account.value}];
  const bool news = entry.name.empty();
  entry = {name.empty() ? "?" : name, now};
  return news;
}
std::vector<std::string> Watch::others(NeedId need, access::AccountId account, Instant now) const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (auto at = looking_.lower_bound({need.value, 0}); at != looking_.end() && at->first.first == need.value; ++at)
    if (at->first.second != account.value && now.us - at->second.at.us <= kLooks) names.push_back(at->second.name);
  return names;
}

}  // namespace live
}  // namespace tx::supply
