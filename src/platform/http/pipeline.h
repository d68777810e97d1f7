// The way of one request through the house, without sockets: who asks, in which language, may they, then page, query or
// command, and every answer dressed with the security headers, logged and counted. The transport (server.cpp) and the
// in-process Server::handle both end here. Workers do pages and queries; a command waits in the store's queue, never on
// a thread.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "platform/http/assets.h"
#include "platform/http/events.h"
#include "platform/http/http.h"
#include "platform/http/limits.h"
#include "platform/http/metrics.h"
#include "platform/http/pages.h"
#include "platform/http/workers.h"

namespace tx::http {

struct Exchange;

class Pipeline {
 public:
  using Done = std::function<void(Response)>;
  using Executor = std::function<void(std::function<void()>)>;

  Pipeline(ServerOptions options, storage::Store& store, const Router& router, const language::Catalogue& words,
           const Clock& clock, Server::Sessions sessions);
  ~Pipeline();  // waits for what is in flight

  void handle(Request request, Done done);  // `done` is called once, on any thread
  // Answer to what is not a request at all, or too large for one: 400, 408, 413, 414, 431.
  Response early_refusal(const Request& what_is_known, int status, const std::string& rule);
  std::size_t body_limit(const Request& head) const;  // by route and content type
  void receive(Request& request) const;  // behind TLS: drops cookies that another host could have planted
  Result<std::shared_ptr<Listener>> listen(Request& request, std::function<void()> wake);
  Response event_refusal(const Request& request, const Refusal& refusal);
  std::string event_head();
  // Whether the session that opened the stream is still good (checked before every message).
  bool still_listens(const Request& request, const Listener& listener) const;
  std::string csrf_for(const Request& request) const;
  bool wait_idle(std::chrono::seconds at_most);

  // Where the second half of a command runs; default: at once, on the sequencer's thread.
  Executor completions = [](std::function<void()> job) { job(); };
  std::function<std::size_t()> connections = [] { return std::size_t{0}; };
  Hub hub;
  Pages& pages() { return pages_; }

 private:
  friend struct Exchange;
  const ServerOptions options_;
  storage::Store& store_;
  const Router& router_;
  const language::Catalogue& words_;
  const Clock& clock_;
  const Server::Sessions sessions_;
  const Assets& assets_;
  Pages pages_;
  Buckets buckets_;
  Metrics metrics_;
  mutable std::mutex idle_mutex_;
  std::condition_variable idle_;
  std::size_t in_flight_ = 0;
  Workers workers_;  // last: its threads end before what they use
};

}  // namespace tx::http
