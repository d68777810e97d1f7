// The hub of live events: who listens, and a bounded queue for each listener. A listener that does not keep up loses
// its connection (the browser reconnects and reads the page anew); a publisher never waits. Events are numbered by their time,
// and the newest are kept for a while: a page says when it was asked for, so what happened between the page and its
// listening, or while a connection was down, still reaches it. No sockets here.
#pragma once
#include <atomic>
#include <cstdint>
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
  static constexpr std::size_t kMaxListeners = 20'000, kMaxTopics = 8, kKept = 1024, kReplayed = 64;
  explicit Hub(const Clock& clock);
  // `since`: microseconds, or the number of the last event that the listener knows of. It is told at once what came after;
  // when that is not known any more, or too much, event "missed": read everything anew. 0: only what comes from now on.
  bool join(const std::shared_ptr<Listener>& listener, std::vector<std::string> topics, std::int64_t since = 0);
  void leave(const std::shared_ptr<Listener>& listener);
  std::size_t listeners() const;
  void publish(access::AccountId account, std::string_view event, const Json& data) override;
  void publish_topic(std::string_view topic, std::string_view event, const Json& data) override;

 private:
  struct Sent {
    std::int64_t number = 0;
    std::string channel, message;
  };
  void send(const std::string& channel, std::string_view event, const Json& data);
  void replay(Listener& listener, std::int64_t since) const;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::deque<Sent> kept_;          // oldest first
  std::int64_t forgotten_;         // the newest that is not kept: at first the start
  std::int64_t last_;
  std::unordered_map<std::string, std::set<std::shared_ptr<Listener>>> channels_;
  std::size_t count_ = 0;
};

bool is_topic(std::string_view text);  // letters, digits, ".:-_", at most 64

}  // namespace tx::http
