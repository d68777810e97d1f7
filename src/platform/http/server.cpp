// The sockets: Boost.Beast parses, Asio coroutines wait, everything that decides lies in wire.cpp and pipeline.cpp.
// The only file that includes Boost.Beast and Asio.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <future>
#include <set>
#include <thread>

#include "base/log.h"
#include "platform/http/pipeline.h"
#include "platform/http/random.h"
#include "platform/http/wire.h"

namespace tx::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using std::chrono::seconds;
using Code = boost::system::error_code;

constexpr auto kHeaderTime = seconds(10), kIdleTime = seconds(75), kBodyGrace = seconds(10), kHeartbeat = seconds(20),
               kLinger = seconds(2), kDrain = seconds(10);
constexpr std::size_t kMinBodyRate = 1024, kMinReadRate = 4096;  // bytes per second
constexpr std::size_t kMaxDiscard = 256 * 1024;

struct Connection {
  Connection(tcp::socket socket, std::string from)
      : stream(std::move(socket)), wake(stream.get_executor()), remote(std::move(from)) {}
  beast::tcp_stream stream;
  asio::steady_timer wake;
  beast::flat_buffer buffer{kMaxHeader + 64 * 1024};
  std::string remote;
  bool between_requests = true;
  bool listening = false;
};
using Peer = std::shared_ptr<Connection>;
using Parser = beast::http::request_parser<beast::http::string_body>;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

class Network final : public Server {
 public:
  Network(ServerOptions options, storage::Store& store, const Router& router, const language::Catalogue& words,
          const Clock& clock, Sessions sessions)
      : options_(options), io_(options.io_threads), acceptor_(io_), guard_(asio::make_work_guard(io_)),
        pipeline_(options, store, router, words, clock, std::move(sessions)) {}
  ~Network() override { stop(); }

  Result<int> start() override;
  void stop() override;
  EventHub& events() override { return pipeline_.hub; }
  void layout(LayoutFiller filler) override { pipeline_.pages().set_filler(std::move(filler)); }
  std::string csrf_for(const Request& request) const override { return pipeline_.csrf_for(request); }
  Response handle(Request request) override;

 private:
  asio::awaitable<void> accept_all();
  asio::awaitable<void> serve(Peer peer);
  asio::awaitable<bool> serve_one(Peer peer);  // false: close
  asio::awaitable<int> read_header(Peer peer, std::size_t& size);
  asio::awaitable<int> read_body(Peer peer, Parser& parser, std::uint64_t limit);
  asio::awaitable<Response> answer_of(Peer peer, Request& request);
  asio::awaitable<bool> write(Peer peer, const Response& response, bool keep_alive, bool head_only);
  asio::awaitable<void> refuse_early(Peer peer, const Request& known, int status, const char* rule);
  asio::awaitable<void> stream_events(Peer peer, Request& request);
  asio::awaitable<void> linger(Peer peer);
  void forget(const Peer& peer);
  void close_all(bool only_idle);
  bool wait_empty(seconds at_most);

  const ServerOptions options_;
  asio::io_context io_;
  tcp::acceptor acceptor_;
  asio::executor_work_guard<asio::io_context::executor_type> guard_;
  std::vector<std::thread> threads_;
  std::atomic<bool> draining_{false};
  mutable std::mutex mutex_;
  std::condition_variable empty_;
  std::set<Peer> peers_;
  std::map<std::string, int> per_address_;
  Pipeline pipeline_;
};

Result<int> Network::start() {
  Code error;
  const auto address = asio::ip::make_address(options_.address, error);
  const tcp::endpoint endpoint(address, static_cast<unsigned short>(options_.port));
  if (!error) acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(4096, error);
  if (error) return refuse(Kind::unavailable, "http.no_port", {}, {{"why", error.message()}});
  pipeline_.completions = [this](std::function<void()> job) { asio::post(io_, std::move(job)); };
  pipeline_.connections = [this] {
    std::lock_guard lock(mutex_);
    return peers_.size();
  };
  asio::co_spawn(io_, accept_all(), asio::detached);
  for (int i = 0; i < std::max(1, options_.io_threads); ++i) threads_.emplace_back([this] { io_.run(); });
  return acceptor_.local_endpoint().port();
}

// Stops accepting, lets what is in flight be answered, then closes what is left.
void Network::stop() {
  if (threads_.empty()) return;
  draining_ = true;
  asio::post(io_, [this] {
    Code ignored;
    acceptor_.close(ignored);
  });
  close_all(true);
  if (!wait_empty(kDrain)) {
    log::warning("server.stop_forced");
    close_all(false);
    wait_empty(seconds(5));
  }
  pipeline_.wait_idle(seconds(5));
  pipeline_.completions = [](std::function<void()> job) { job(); };
  guard_.reset();
  io_.stop();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

bool Network::wait_empty(seconds at_most) {
  std::unique_lock lock(mutex_);
  return empty_.wait_for(lock, at_most, [this] { return peers_.empty(); });
}

void Network::close_all(bool only_idle) {
  std::lock_guard lock(mutex_);
  for (const auto& peer : peers_)
    asio::post(peer->stream.get_executor(), [peer, only_idle] {
      if (peer->listening) peer->wake.cancel();
      else if (!only_idle || peer->between_requests) peer->stream.cancel();
    });
}

void Network::forget(const Peer& peer) {
  std::lock_guard lock(mutex_);
  peers_.erase(peer);
  if (const auto found = per_address_.find(peer->remote); found != per_address_.end() && --found->second == 0)
    per_address_.erase(found);
  if (peers_.empty()) empty_.notify_all();
}

Response Network::handle(Request request) {
  if (request.query_text.size() && request.query.size() == 0)
    if (auto head = read_head("GET", "/?" + request.query_text, 11, {{"host", "in-process"}}); head.status == 0)
      request.query = head.request.query;
  auto promise = std::make_shared<std::promise<Response>>();
  auto future = promise->get_future();
  pipeline_.handle(std::move(request), [promise](Response response) { promise->set_value(std::move(response)); });
  return future.get();
}

asio::awaitable<void> Network::accept_all() {
  while (!draining_) {
    Code error;
    auto executor = options_.io_threads > 1 ? asio::any_io_executor(asio::make_strand(io_))
                                            : asio::any_io_executor(io_.get_executor());
    tcp::socket socket = co_await acceptor_.async_accept(executor, asio::redirect_error(asio::use_awaitable, error));
    if (error) {
      if (draining_ || error == asio::error::operation_aborted) co_return;
      asio::steady_timer pause(io_, std::chrono::milliseconds(50));  // out of file descriptors: try again soon
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    const auto endpoint = socket.remote_endpoint(error);
    if (error) continue;
    socket.set_option(tcp::no_delay(true), error);
    auto peer = std::make_shared<Connection>(std::move(socket), endpoint.address().to_string());
    {
      std::lock_guard lock(mutex_);
      int& open = per_address_[peer->remote];
      if (options_.connections_per_address > 0 && !options_.behind_proxy && open >= options_.connections_per_address)
        continue;  // closed at once
      ++open;
      peers_.insert(peer);
    }
    asio::co_spawn(executor, serve(peer), asio::detached);
  }
}

asio::awaitable<void> Network::serve(Peer peer) {
  try {
    bool more = true;
    while (more) more = co_await serve_one(peer);
  } catch (const std::exception& failure) {
    log::warning("connection.failed", {{"why", failure.what()}});
  }
  Code ignored;
  peer->stream.socket().close(ignored);
  forget(peer);
}

// Reads until the header is complete. 0: it is, `size` bytes long; -1: nothing came, close; else the status of refusal.
asio::awaitable<int> Network::read_header(Peer peer, std::size_t& size) {
  peer->between_requests = peer->buffer.size() == 0;
  bool first_byte = !peer->between_requests;
  peer->stream.expires_after(first_byte ? kHeaderTime : kIdleTime);
  for (;;) {
    std::string_view raw(static_cast<const char*>(peer->buffer.data().data()), peer->buffer.size());
    while (raw.starts_with("\r\n")) {  // RFC 9112 §2.2: an empty line before a request is ignored
      peer->buffer.consume(2);
      raw.remove_prefix(2);
    }
    if (const int wrong = examine_header(raw, size)) co_return wrong;
    if (size > 0) co_return 0;
    if (draining_ && peer->buffer.size() == 0) co_return -1;
    Code error;
    const std::size_t got = co_await peer->stream.async_read_some(
        peer->buffer.prepare(4096), asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return -1;  // a timeout closes the socket: nothing can be said any more
    peer->buffer.commit(got);
    if (!first_byte) peer->stream.expires_after(kHeaderTime);
    first_byte = true;
    peer->between_requests = false;
  }
}

asio::awaitable<int> Network::read_body(Peer peer, Parser& parser, std::uint64_t limit) {
  parser.body_limit(limit);
  const auto begun = std::chrono::steady_clock::now();
  while (!parser.is_done()) {
    const auto spent = std::chrono::duration_cast<seconds>(std::chrono::steady_clock::now() - begun);
    if (spent > kBodyGrace && parser.get().body().size() < kMinBodyRate * static_cast<std::size_t>(spent.count()))
      co_return 408;
    peer->stream.expires_after(kBodyGrace);
    Code error;
    co_await beast::http::async_read_some(peer->stream, peer->buffer, parser,
                                          asio::redirect_error(asio::use_awaitable, error));
    if (error == beast::http::error::body_limit) co_return 413;
    if (error == beast::http::error::buffer_overflow) co_return 431;
    if (error == beast::http::error::end_of_stream || error == beast::http::error::partial_message) co_return -1;
    if (error) co_return error.category() == beast::http::make_error_code(beast::http::error::bad_chunk).category()
                   ? 400 : -1;
  }
  co_return 0;
}

const char* early_rule(int status) {
  switch (status) {
    case 408: return "http.too_slow";
    case 413: return "http.too_large";
    case 414: return "http.address_too_long";
    case 431: return "http.header_too_large";
    default: return "http.request";
  }
}

asio::awaitable<bool> Network::serve_one(Peer peer) {
  // g++ 12 destroys some temporaries of a co_await expression twice: arguments are named objects throughout this file.
  const Request unknown;
  std::size_t size = 0;
  const int unread = co_await read_header(peer, size);
  if (unread < 0) co_return false;
  if (unread > 0) {
    co_await refuse_early(peer, unknown, unread, early_rule(unread));
    co_return false;
  }
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(kMaxHeader + 1));
  parser.body_limit(boost::none);
  Code error;
  std::size_t used = 0;
  // Exactly the header first; a request without a body is then done.
  used = parser.put(asio::buffer(peer->buffer.data().data(), size), error);
  if (error == beast::http::error::need_more) error = {};
  if (error || !parser.is_header_done()) {
    const int status = error == beast::http::error::bad_version ? 505 : 400;
    co_await refuse_early(peer, unknown, status, "http.request");
    co_return false;
  }
  peer->buffer.consume(used);
  const auto& message = parser.get();
  std::vector<std::pair<std::string, std::string>> fields;
  for (const auto& field : message)
    fields.emplace_back(lower({field.name_string().data(), field.name_string().size()}), std::string(field.value()));
  Head head = read_head(std::string(message.method_string()), {message.target().data(), message.target().size()},
                        static_cast<int>(message.version()), std::move(fields));
  head.request.remote = peer->remote;
  if (head.status != 0) {
    co_await refuse_early(peer, head.request, head.status, head.rule);
    co_return false;
  }
  if (options_.behind_proxy)
    if (auto chain = head.request.header("x-forwarded-for"); !chain.empty()) {
      const auto comma = chain.rfind(',');
      if (comma != std::string_view::npos) chain.remove_prefix(comma + 1);
      while (chain.starts_with(' ')) chain.remove_prefix(1);
      head.request.remote = std::string(chain.substr(0, 64));
    }
  const std::uint64_t limit = pipeline_.body_limit(head.request);
  if (head.content_length > limit) {
    co_await refuse_early(peer, head.request, 413, "http.too_large");
    co_return false;
  }
  if (!parser.is_done()) {
    if (head.expects_continue) {
      static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await asio::async_write(peer->stream, asio::buffer(go_on), asio::redirect_error(asio::use_awaitable, error));
      if (error) co_return false;
    }
    const int wrong = co_await read_body(peer, parser, limit);
    if (wrong < 0) co_return false;
    if (wrong > 0) {
      co_await refuse_early(peer, head.request, wrong, early_rule(wrong));
      co_return false;
    }
    head.request.body = std::move(parser.get().body());
  }
  peer->stream.expires_never();
  if (head.request.path == "/events" && head.request.method == "GET") {
    co_await stream_events(peer, head.request);
    co_return false;
  }
  const Response response = co_await answer_of(peer, head.request);
  const bool keep_alive = head.keep_alive && !draining_;
  const bool written = co_await write(peer, response, keep_alive, head.head_only);
  co_return written && keep_alive;
}

// Hands the request over and sleeps until the answer is posted back to this connection's executor.
asio::awaitable<Response> Network::answer_of(Peer peer, Request& request) {
  auto initiate = [this, peer, &request](auto handler) {
    auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    pipeline_.handle(std::move(request), [peer, resume](Response response) {
      auto held = std::make_shared<Response>(std::move(response));
      asio::post(peer->stream.get_executor(), [resume, held]() mutable { (*resume)(std::move(*held)); });
    });
  };
  asio::awaitable<Response> waiting =
      asio::async_initiate<const asio::use_awaitable_t<>, void(Response)>(initiate, asio::use_awaitable);
  Response response = co_await std::move(waiting);
  co_return response;
}

asio::awaitable<bool> Network::write(Peer peer, const Response& response, bool keep_alive, bool head_only) {
  const std::string head = response_head(response, keep_alive);
  const std::array<asio::const_buffer, 2> buffers = {
      asio::buffer(head), asio::buffer(response.body.data(), head_only ? 0 : response.body.size())};
  peer->stream.expires_after(seconds(10) + seconds(response.body.size() / kMinReadRate));
  Code error;
  co_await asio::async_write(peer->stream, buffers, asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

asio::awaitable<void> Network::refuse_early(Peer peer, const Request& known, int status, const char* rule) {
  const Response response = pipeline_.early_refusal(known, status, rule);
  const bool written = co_await write(peer, response, false, known.method == "HEAD");
  if (written) co_await linger(peer);
}

// Closing while the client still sends would reset the connection and lose our answer: read on for a moment.
asio::awaitable<void> Network::linger(Peer peer) {
  Code error;
  peer->stream.socket().shutdown(tcp::socket::shutdown_send, error);
  peer->stream.expires_after(kLinger);
  peer->buffer.clear();
  for (std::size_t total = 0; !error && total < kMaxDiscard;) {
    total += co_await peer->stream.async_read_some(peer->buffer.prepare(16384),
                                                   asio::redirect_error(asio::use_awaitable, error));
  }
}

asio::awaitable<void> Network::stream_events(Peer peer, Request& request) {
  std::weak_ptr<Connection> weak = peer;
  auto listener = pipeline_.listen(request, [weak] {
    if (auto alive = weak.lock())
      asio::post(alive->stream.get_executor(), [alive] { alive->wake.cancel(); });
  });
  if (!listener) {
    request.wants_json = true;
    Response refused = pipeline_.event_refusal(request, listener.error());
    co_await write(peer, refused, false, false);
    co_return;
  }
  struct Leave {
    Hub& hub;
    std::shared_ptr<Listener> listener;
    ~Leave() { hub.leave(listener); }
  } leave{pipeline_.hub, *listener};
  peer->listening = true;
  std::string out = pipeline_.event_head();
  while (!draining_ && !(*listener)->overflowed()) {
    Code error;
    if (!out.empty()) {
      peer->stream.expires_after(seconds(10));
      co_await asio::async_write(peer->stream, asio::buffer(out), asio::redirect_error(asio::use_awaitable, error));
      if (error) co_return;
    }
    out = (*listener)->take();
    if (out.empty()) {
      peer->wake.expires_after(kHeartbeat);
      co_await peer->wake.async_wait(asio::redirect_error(asio::use_awaitable, error));
      out = (*listener)->take();
      if (out.empty() && !error) out = ": still here\n\n";
    }
    if (!pipeline_.still_listens(request, **listener)) co_return;  // signed out meanwhile: nothing more for them
  }
  static constexpr std::string_view bye = "retry: 3000\n\n";
  Code ignored;
  co_await asio::async_write(peer->stream, asio::buffer(bye), asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace

std::unique_ptr<Server> Server::create(ServerOptions options, storage::Store& store, const Router& router,
                                       const language::Catalogue& words, const Clock& clock, Sessions sessions) {
  router.check();
  return std::make_unique<Network>(std::move(options), store, router, words, clock, std::move(sessions));
}

}  // namespace tx::http
