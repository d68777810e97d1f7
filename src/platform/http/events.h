// The hub of live events: who listens, and a bounded queue for each listener. A listener that does not keep up loses
// its connection (the browser reconnects and reads the page anew); a publisher never waits. No sockets here.
#pragma once
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/http/http.h"

namespace tx::http {

class Listener {
 public:
  // Everything that waits, ready for the wire ("event: …\ndata: …\n\n"); empty when nothing does.
  std::string take();
  bool overflowed() const { return overflowed_.load(); }
  // Called (once for each wake) when something waits; set before the listener joins.
  std::function<void()> wake;
  access::AccountId account;  // whose own channel it hears; none: topics only

 private:
  friend class Hub;
  static constexpr std::size_t kMaxQueue = 256;
  void add(const std::string& message);
  std::mutex mutex_;
  std::deque<std::string> queue_;
  std::atomic<bool> overflowed_{false};
  std::vector<std::string> channels_;
};

class Hub final : public EventHub {
 public:
  static constexpr std::size_t kMaxListeners = 20'000, kMaxTopics = 8;
  bool join(const std::shared_ptr<Listener>& listener, std::vector<std::string> topics);
  void leave(const std::shared_ptr<Listener>& listener);
  std::size_t listeners() const;
  void publish(access::AccountId account, std::string_view event, const Json& data) override;
  void publish_topic(std::string_view topic, std::string_view event, const Json& data) override;

 private:
  void send(const std::string& channel, std::string_view event, const Json& data);
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::set<std::shared_ptr<Listener>>> channels_;
  std::size_t count_ = 0;
};

bool is_topic(std::string_view text);  // letters, digits, ".:-_", at most 64

}  // namespace tx::http
