// The server over a real socket: what it refuses before a request is one, and how connections live and end.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <thread>

#include "platform/http/trial.h"

namespace tx::http {
namespace {

using trial::House;

class Client {
 public:
  explicit Client(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { ::close(socket_); }
  bool connected() const { return connected_; }
  bool send(const std::string& bytes) {
    return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }
  // Reads until `enough` is there, the peer closes, or time is up.
  std::string read(const std::string& enough = {}, int milliseconds = 3000) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    while (enough.empty() || got_.find(enough) == std::string::npos) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
      if (left.count() <= 0 || !more(static_cast<int>(left.count()))) break;
    }
    return got_;
  }
  bool more(int milliseconds = 3000) {
    pollfd wait{socket_, POLLIN, 0};
    if (::poll(&wait, 1, milliseconds) <= 0) return false;
    char buffer[65536];
    const auto size = ::recv(socket_, buffer, sizeof buffer, 0);
    closed_ = size <= 0;
    if (size > 0) got_.append(buffer, static_cast<std::size_t>(size));
    return size > 0;
  }
  // One whole answer with a Content-Length.
  std::string answer() {
    read("\r\n\r\n");
    const auto head = got_.find("\r\n\r\n");
    if (head == std::string::npos) return std::exchange(got_, {});
    const auto at = got_.find("content-length: ");
    const std::size_t length = at < head ? std::stoul(got_.substr(at + 16)) : 0;
    while (got_.size() < head + 4 + length && more()) {
    }
    std::string whole = got_.substr(0, head + 4 + length);
    got_.erase(0, whole.size());
    return whole;
  }
  bool closed() const { return closed_; }

 private:
  int socket_;
  bool connected_ = false, closed_ = false;
  std::string got_;
};

int status_of(const std::string& answer) {
  return answer.size() > 12 && answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
}

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override { start(House::quiet()); }
  void start(ServerOptions options) {
    house = std::make_unique<House>(std::move(options));
    port = house->server->start().value();
  }
  int status_for(const std::string& bytes) {
    Client client(port);
    client.send(bytes);
    return status_of(client.answer());
  }
  std::unique_ptr<House> house;
  int port = 0;
};

TEST_F(ServerTest, StrictnessTable) {
  const std::string post = "POST /api/quick HTTP/1.1\r\nHost: a\r\n";
  const std::string many = [] {
    std::string fields;
    for (int i = 0; i < 200; ++i) fields += "x" + std::to_string(i) + ": 1\r\n";
    return fields;
  }();
  const std::pair<std::string, int> table[] = {
      {"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 200},
      {"\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 200},
      {"HEAD /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200},
      {"GET /healthz HTTP/1.0\r\nHost: a\r\n\r\n", 200},
      {"GET /healthz HTTP/1.1\r\n\r\n", 400},
      {"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
      {"GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"GET /healthz HTTP/1.1\nHost: a\n\n", 400},
      {"GET /healthz HTTP/1.1\r\nHost: a\r\nX-A : b\r\n\r\n", 400},
      {"GET /healthz HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n", 400},
      {std::string("GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 45), 400},
      {"GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"nonsense\r\n\r\n", 400},
      {"GET http://a/healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /../etc HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /a%2Fb HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /" + std::string(5000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
      {"GET /" + std::string(20000, 'a'), 414},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(17000, 'a') + "\r\n\r\n", 431},
      {"GET / HTTP/1.1\r\nHost: a\r\n" + many + "\r\n", 431},
      {post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", 400},
      {post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400},
      {post + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400},
      {post + "Content-Length: -1\r\n\r\n", 400},
      {post + "Content-Length: 99999999999999999999\r\n\r\n", 400},
      {post + "Transfer-Encoding: xchunked\r\n\r\n", 400},
      {post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\n\r\nZZ\r\n", 400},
      {post + "Content-Length: 1100000\r\n\r\n", 413},
      {post + "Expect: something\r\nContent-Length: 2\r\n\r\n{}", 417},
      {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nxx", 400},
  };
  for (const auto& [bytes, expected] : table) EXPECT_EQ(status_for(bytes), expected) << bytes.substr(0, 120);
}

TEST_F(ServerTest, RefusedApiRequestIsToldAsAProblem) {
  Client client(port);
  client.send("GET /api/me HTTP/1.1\r\nHost: a\r\nHost: b\r\naccept-language: en\r\n\r\n");
  const auto answer = client.answer();
  EXPECT_NE(answer.find("application/problem+json"), std::string::npos);
  EXPECT_NE(answer.find("\"rule\":\"http.request\""), std::string::npos);
  EXPECT_NE(answer.find("connection: close"), std::string::npos);
}

TEST_F(ServerTest, ChunkedBodyIsReadAndItsLimitHolds) {
  const std::string head = "POST /api/quick HTTP/1.1\r\nHost: a\r\nCookie: tx_session=anna-session\r\n"
                           "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(status_for(head + "8\r\n{\"words\"\r\n5\r\n:\"x\"}\r\n0\r\n\r\n"), 200);
  EXPECT_EQ(house->notes(), 1);
  Client flood(port);
  flood.send(head);
  const std::string chunk = "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
  for (int i = 0; i < 20; ++i)
    if (!flood.send(chunk)) break;
  EXPECT_EQ(status_of(flood.answer()), 413);
}

TEST_F(ServerTest, OnlyMultipartMayBeLarge) {
  const std::string post = "POST /api/upload HTTP/1.1\r\nHost: a\r\nCookie: tx_session=anna-session\r\n";
  EXPECT_EQ(status_for(post + "Content-Type: application/json\r\nContent-Length: 2000000\r\n\r\n"), 413);
  Client client(port);
  client.send(post + "Content-Type: multipart/form-data; boundary=X\r\nContent-Length: 2000000\r\n"
                     "Expect: 100-continue\r\n\r\n");
  EXPECT_NE(client.read("\r\n\r\n").find("HTTP/1.1 100 Continue"), std::string::npos);
  EXPECT_EQ(status_for(post + "Content-Type: multipart/form-data; boundary=X\r\nContent-Length: 20000000\r\n\r\n"),
            413);
  EXPECT_EQ(status_for("POST /api/nowhere HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=X\r\n"
                       "Content-Length: 2000000\r\n\r\n"), 413);
}

TEST_F(ServerTest, ConnectionIsKeptAndPipelinedRequestsAreAnsweredInOrder) {
  Client client(port);
  const std::string head = " HTTP/1.1\r\nHost: a\r\nCookie: tx_session=anna-session\r\n\r\n";
  client.send("GET /api/me" + head + "GET /healthz" + head + "HEAD /big" + head + "GET /api/notes/count" + head);
  EXPECT_NE(client.answer().find("anna"), std::string::npos);
  EXPECT_NE(client.answer().find("\r\n\r\nok\n"), std::string::npos);
  const auto head_only = client.read("\r\n\r\n");
  EXPECT_NE(head_only.find("content-length: 20000"), std::string::npos);
  EXPECT_NE(client.read("{\"count\":0}").find("{\"count\":0}"), std::string::npos);
  EXPECT_EQ(client.read("{\"count\":0}").find("xxxx"), std::string::npos);  // HEAD sends no body
}

TEST_F(ServerTest, SlowHeaderIsCutOffAndOthersAreNot) {
  Client slow(port);
  slow.send("GET / HT");
  EXPECT_EQ(status_for("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
  for (int i = 0; i < 12 && !slow.closed(); ++i) {
    slow.send("x");  // a trickle does not prolong it
    slow.read("\x01never", 1000);
  }
  EXPECT_TRUE(slow.closed());
}

TEST_F(ServerTest, ConnectionsOfOneAddressAreCapped) {
  auto options = House::quiet();
  options.connections_per_address = 3;
  start(options);
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<Client>(port));
    clients.back()->send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(status_of(clients.back()->answer()), 200);
  }
  EXPECT_EQ(status_for("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
  clients.clear();
  int status = 0;
  for (int i = 0; i < 50 && status != 200; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    status = status_for("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  }
  EXPECT_EQ(status, 200);
}

TEST_F(ServerTest, FullQueueAnswers503WithRetryAfterAtOnce) {
  auto options = House::quiet();
  options.workers = 1;
  options.worker_queue = 1;
  std::promise<void> release;
  auto gate = release.get_future().share();
  house = std::make_unique<House>(options);
  house->server.reset();  // one more route, then a server that knows it
  house->router.page("stuck", "/stuck", access::Access::everyone("test"), [gate](Context&) -> Result<Response> {
    gate.wait();
    return Response::text("late");
  });
  house->server = Server::create(options, *house->store, house->router, house->words, house->clock, nullptr);
  port = house->server->start().value();
  const std::string stuck = "GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n";
  Client first(port), second(port);
  first.send(stuck);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  second.send(stuck);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const auto begun = std::chrono::steady_clock::now();
  Client third(port);
  third.send("GET /api/notes/count HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto answer = third.answer();
  EXPECT_EQ(status_of(answer), 503);
  EXPECT_NE(answer.find("retry-after: 1"), std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(500));
  release.set_value();
  EXPECT_EQ(status_of(first.answer()), 200);
  EXPECT_EQ(status_of(second.answer()), 200);
}

TEST_F(ServerTest, CommandsInFlightHoldNoWorker) {
  auto options = House::quiet();
  options.workers = 1;
  start(options);
  std::promise<void> release;
  auto gate = release.get_future().share();
  storage::Command hold;
  hold.decide = [gate](storage::Tx&) -> Result<Json> {
    gate.wait();
    return Json();
  };
  house->store->submit(std::move(hold), [](storage::Outcome) {});
  Client waiting(port);
  const std::string body = "{\"words\":\"x\"}";
  waiting.send("POST /api/notes HTTP/1.1\r\nHost: a\r\nCookie: tx_session=anna-session\r\nContent-Type: "
               "application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(status_for("GET /api/notes/count HTTP/1.1\r\nHost: a\r\n\r\n"), 200);  // the only worker is free
  release.set_value();
  EXPECT_EQ(status_of(waiting.answer()), 200);
}

// ---- live events

std::string listen(const std::string& target, const std::string& session) {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\nCookie: tx_session=" + session + "\r\n\r\n";
}

TEST_F(ServerTest, EventsReachTheirAccountAndTheirTopic) {
  Client anna(port), desk(port), stranger(port);
  anna.send(listen("/events", "anna-session"));
  desk.send(listen("/events?topic=board.6401", "desk-session"));
  stranger.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_of(stranger.answer()), 401);
  EXPECT_NE(anna.read("retry: 3000").find("content-type: text/event-stream"), std::string::npos);
  desk.read("retry: 3000");
  house->server->events().publish(access::AccountId{7}, "unread", Json::of({{"count", 2}}));
  house->server->events().publish_topic("board.6401", "moved", Json::of({{"line", "a\nb"}}));
  EXPECT_NE(anna.read("\"count\":2}\n\n").find("event: unread\ndata: {\"count\":2}\n\n"), std::string::npos);
  EXPECT_NE(desk.read("moved").find("event: moved\ndata: {\"line\":\"a\\nb\"}\n\n"), std::string::npos);
  EXPECT_EQ(anna.read("moved", 200).find("moved"), std::string::npos);
}

// What happens between a page and its listening, or while the line is down, is not lost.
TEST_F(ServerTest, AListenerIsToldWhatCameAfterItsPage) {
  auto& hub = house->server->events();
  Client first(port);
  first.send(listen("/events", "anna-session"));
  first.read("retry: 3000");
  hub.publish(access::AccountId{7}, "before", Json::object());
  const auto told = first.read("before");
  const auto at = told.find("id: ") + 4;
  const std::string number = told.substr(at, told.find('\n', at) - at);
  hub.publish_topic("board.6401", "moved", Json::object());
  hub.publish_topic("board.6402", "elsewhere", Json::object());
  Client page(port), broken(port), old(port), fresh(port);
  page.send(listen("/events?topic=board.6401&since=" + number, "anna-session"));
  const auto after = page.read("moved");
  EXPECT_NE(after.find("event: moved"), std::string::npos);
  EXPECT_EQ(after.find("before"), std::string::npos);
  EXPECT_EQ(page.read("elsewhere", 200).find("elsewhere"), std::string::npos);
  broken.send("GET /events?topic=board.6401&since=1 HTTP/1.1\r\nHost: a\r\nLast-Event-ID: " + number + "\r\n\r\n");
  EXPECT_EQ(broken.read("moved").find("missed"), std::string::npos);
  for (const auto& [since, missed] : {std::pair{"1", true}, {"1x", false}, {"99999999999999999999", false}, {"", false}}) {
    Client client(port);
    client.send(listen(std::string("/events?topic=board.6401&since=") + since, "anna-session"));
    EXPECT_EQ(client.read("missed", 500).find("event: missed") != std::string::npos, missed) << since;
  }
  for (int i = 0; i < 100; ++i) hub.publish_topic("board.6401", "moved", Json::object());
  old.send(listen("/events?topic=board.6401&since=" + number, "anna-session"));
  EXPECT_EQ(old.read("missed").find("event: moved"), std::string::npos);   // too much to tell one by one
  fresh.send(listen("/events?topic=board.6401", "anna-session"));
  EXPECT_EQ(fresh.read("moved", 300).find("moved"), std::string::npos);
}

TEST_F(ServerTest, EventsEndWithTheSession) {
  Client anna(port);
  anna.send(listen("/events", "anna-session"));
  anna.read("retry: 3000");
  house->people.erase("anna-session");
  house->server->events().publish(access::AccountId{7}, "secret", Json::object());
  EXPECT_EQ(anna.read("secret", 1000).find("secret"), std::string::npos);
  EXPECT_TRUE(anna.closed());
}

TEST_F(ServerTest, ListenerThatDoesNotKeepUpIsDropped) {
  Client anna(port);
  anna.send(listen("/events", "anna-session"));
  anna.read("retry: 3000");
  for (int i = 0; i < 20000; ++i)
    house->server->events().publish(access::AccountId{7}, "flood", Json::of({{"filler", std::string(2000, 'x')}}));
  const auto got = anna.read("\x01never", 5000);
  EXPECT_TRUE(anna.closed());
  EXPECT_LT(got.size(), 20000u * 2000u);
}

TEST_F(ServerTest, BadTopicsAreRefused) {
  for (const auto* target : {"/events?topic=a%20b", "/events?topic=", "/events?topic=a&topic=b&topic=c&topic=d&topic=e"
                             "&topic=f&topic=g&topic=h&topic=i"}) {
    Client client(port);
    client.send(listen(target, "anna-session"));
    EXPECT_EQ(status_of(client.answer()), 422) << target;
  }
}

// ---- the end

TEST_F(ServerTest, StopAnswersWhatIsInFlightAndClosesTheRest) {
  std::promise<void> release;
  auto gate = release.get_future().share();
  storage::Command hold;
  hold.decide = [gate](storage::Tx&) -> Result<Json> {
    gate.wait();
    return Json();
  };
  house->store->submit(std::move(hold), [](storage::Outcome) {});
  Client idle(port), busy(port), events(port);
  idle.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  idle.answer();
  events.send(listen("/events", "anna-session"));
  events.read("retry: 3000");
  const std::string body = "{\"words\":\"x\"}";
  busy.send("POST /api/quick HTTP/1.1\r\nHost: a\r\nCookie: tx_session=anna-session\r\nContent-Type: "
            "application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  auto stopping = std::async(std::launch::async, [&] { house->server->stop(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  release.set_value();
  const auto answer = busy.answer();
  EXPECT_EQ(status_of(answer), 200);
  EXPECT_NE(answer.find("connection: close"), std::string::npos);
  ASSERT_EQ(stopping.wait_for(std::chrono::seconds(5)), std::future_status::ready);
  idle.read("\x01never", 500);
  events.read("\x01never", 500);
  EXPECT_TRUE(idle.closed());
  EXPECT_TRUE(events.closed());
  EXPECT_FALSE(Client(port).connected());
  EXPECT_EQ(house->notes(), 1);
}

TEST_F(ServerTest, PortInUseIsARefusal) {
  auto options = House::quiet();
  options.port = port;
  House second(options);
  const auto started = second.server->start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().rule, "http.no_port");
}

}  // namespace
}  // namespace tx::http
