// Durable sign-up decisions over HTTP, against the real program in a process of its own on loopback: a rush of 5,000
// people for 50 places whose requests all leave within 50 ms, and a sustained load over many shifts. Beside them, in the
// same run: how often this disk makes 4 KiB durable, and how fast the same client is served a static asset.
//   bench_rush <tongxin> [sustained decisions, default 100000] [connections, default 512]
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>

#include "app/house.h"
#include "base/log.h"
#include "platform/identity/testing.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/offers/offers.h"
#include "systems/teams/teams.h"

namespace {

using namespace tx;
using Clock = std::chrono::steady_clock;
constexpr int kPeople = 5000, kRushPlaces = 50, kShifts = 40;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

struct Prepared {
  std::vector<std::string> cookies;
  std::string rush_shift;
  std::vector<std::string> shifts;
};

std::string add_shift(storage::Tx& tx, supply::Activity activity, supply::Shift shift, int hour, int places) {
  activity.id = {tx.new_id()};
  activity.starts = instant_of({local_date(tx.now()).days + 2 + hour / 12}, 8 + hour % 12, 0);
  activity.ends = activity.starts.plus(50 * kMinute);
  shift.id = {tx.new_id()};
  shift.activity = activity.id;
  shift.starts = activity.starts;
  shift.ends = activity.ends;
  shift.places = places;
  shift.taken = shift.waiting = 0;
  shift.least_age = 14;
  storage::insert(tx, "activity", activity);
  storage::insert(tx, "shift", shift);
  return shift.id.text();
}

Prepared prepare(const std::string& folder) {
  app::HouseOptions options;
  options.database = folder + "/region.db";
  options.keys = folder + "/keys";
  auto house = std::move(app::House::open(options).value());
  if (!house->load_demonstration()) throw std::runtime_error("the demonstration does not load");
  Prepared made;
  teams::Volunteer pattern;
  supply::Activity activity;
  supply::Shift shift;
  {
    auto reader = house->store().read();
    pattern = *storage::find<teams::Volunteer>(*reader, "select * from volunteer where account <> 0 and state = 'active' limit 1");
    activity = *storage::find<supply::Activity>(*reader, "select * from activity where state = 'published' limit 1");
    shift = *storage::find<supply::Shift>(*reader, "select * from shift where activity = $1", activity.id);
  }
  for (int i = 0; i < kPeople; ++i) {
    const auto person = identity::trial::sign_in(house->store(), house->vault(), "Bench", {}, false, "640104001002", "bench-" + std::to_string(i));
    made.cookies.push_back(person.cookie);
    house->store().write([&](storage::Tx& tx) -> Result<Json> {
      auto v = pattern;
      v.id = {tx.new_id()};
      v.account = person.account;
      v.volunteer_no = "B" + std::to_string(i);
      v.tail = "B" + std::to_string(i);
      v.phone_index = v.id_index = v.volunteer_no;
      storage::insert(tx, "volunteer", v);
      return Json();
    });
  }
  house->store().write([&](storage::Tx& tx) -> Result<Json> {
    made.rush_shift = add_shift(tx, activity, shift, 0, kRushPlaces);
    for (int i = 1; i <= kShifts; ++i) made.shifts.push_back(add_shift(tx, activity, shift, i, kPeople));
    return Json();
  });
  return made;
}

struct Server {
  pid_t process = 0;
  int port = 0;
  Server(const std::string& program, const std::string& folder) {
    int out[2];
    if (pipe(out) != 0) throw std::runtime_error("pipe");
    process = fork();
    if (process == 0) {
      dup2(out[1], 1);
      const int log = open((folder + "/log").c_str(), O_CREAT | O_WRONLY, 0600);
      dup2(log, 2);
      const std::string database = folder + "/region.db", keys = folder + "/keys", spool = folder + "/spool";
      execl(program.c_str(), program.c_str(), "serve", "--database", database.c_str(), "--keys", keys.c_str(), "--spool", spool.c_str(),
            "--port", "0", "--requests-per-second", "0", static_cast<char*>(nullptr));
      _exit(127);
    }
    std::string line;
    char c;
    while (read(out[0], &c, 1) == 1 && c != '\n') line += c;
    const auto at = line.find("127.0.0.1:");
    if (at == std::string::npos) throw std::runtime_error("the server does not start: " + line);
    port = std::atoi(line.c_str() + at + 10);
  }
  double cpu_seconds() const {   // user + system time of the server process so far
    std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
    std::string text((std::istreambuf_iterator<char>(stat)), {});
    std::istringstream in(text.substr(text.rfind(')') + 2));
    std::string skip;
    for (int i = 0; i < 11; ++i) in >> skip;
    double user = 0, system = 0;
    in >> user >> system;
    return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
  }
  ~Server() {
    kill(process, SIGTERM);
    waitpid(process, nullptr, 0);
  }
};

struct Connection {
  int socket = -1;
  std::string in, out;
  std::size_t sent = 0;
  Clock::time_point began;
  bool busy = false;
};

struct Outcome {
  std::vector<double> milliseconds;
  int good = 0, granted = 0, waiting = 0, other = 0;
  double seconds = 0;
  double percentile(double p) {
    std::sort(milliseconds.begin(), milliseconds.end());
    return milliseconds.empty() ? 0 : milliseconds[static_cast<std::size_t>(p * static_cast<double>(milliseconds.size() - 1))];
  }
};

// Opens connections from many loopback addresses, as many people have.
std::vector<Connection> connect_all(int port, int count) {
  std::vector<Connection> all(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    auto& c = all[static_cast<std::size_t>(i)];
    c.socket = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in from{}, to{};
    from.sin_family = to.sin_family = AF_INET;
    static unsigned made = 0;   // at most 200 from one address: the server's cap is 256
    from.sin_addr.s_addr = htonl(0x7F000002u + made++ / 200);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    if (bind(c.socket, reinterpret_cast<sockaddr*>(&from), sizeof from) != 0 || connect(c.socket, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
      throw std::runtime_error("cannot connect: " + std::string(strerror(errno)));
    int one = 1;
    setsockopt(c.socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(c.socket, F_SETFL, O_NONBLOCK);
  }
  return all;
}

// Sends `next(i)` for i = 0 … total-1, each connection one request at a time, all as early as possible.
Outcome drive(std::vector<Connection>& all, int total, const std::function<std::string(int)>& next) {
  Outcome outcome;
  const int poll = epoll_create1(0);
  int issued = 0, answered = 0;
  const auto start = Clock::now();
  const auto begin = [&](Connection& c) {
    c.out = next(issued++);
    c.began = Clock::now();
    c.busy = true;
    const auto n = write(c.socket, c.out.data(), c.out.size());
    if (n != static_cast<ssize_t>(c.out.size())) throw std::runtime_error("short write");
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    epoll_event event{EPOLLIN, {}};
    event.data.u64 = i;
    epoll_ctl(poll, EPOLL_CTL_ADD, all[i].socket, &event);
  }
  for (auto& c : all)
    if (issued < total) begin(c);
  std::vector<epoll_event> events(512);
  char buffer[16384];
  while (answered < total) {
    const int n = epoll_wait(poll, events.data(), static_cast<int>(events.size()), 20'000);
    if (n <= 0) throw std::runtime_error("no answer for 20 s: " + std::to_string(answered) + " of " + std::to_string(total));
    for (int e = 0; e < n; ++e) {
      auto& c = all[events[static_cast<std::size_t>(e)].data.u64];
      const auto got = read(c.socket, buffer, sizeof buffer);
      if (got < 0 && errno == EAGAIN) continue;
      if (got <= 0) throw std::runtime_error("the server closed a connection after " + std::to_string(answered));
      c.in.append(buffer, static_cast<std::size_t>(got));
      const auto head = c.in.find("\r\n\r\n");
      if (head == std::string::npos) continue;
      const auto at = c.in.find("content-length: ");
      const std::size_t length = at < head ? static_cast<std::size_t>(std::atoi(c.in.c_str() + at + 16)) : 0;
      if (c.in.size() < head + 4 + length) continue;
      outcome.milliseconds.push_back(seconds_since(c.began) * 1000);
      outcome.good += c.in.compare(9, 3, "200") == 0;
      if (c.in.find("\"granted\"") != std::string::npos) ++outcome.granted;
      else if (c.in.find("\"waiting\"") != std::string::npos) ++outcome.waiting;
      else ++outcome.other;
      c.in.clear();
      c.busy = false;
      ++answered;
      if (issued < total) begin(c);
    }
  }
  outcome.seconds = seconds_since(start);
  close(poll);
  return outcome;
}

std::string sign_up(const std::string& shift, const std::string& cookie, int key) {
  return "POST /api/shifts/" + shift + "/sign-up HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nCookie: " + cookie +
         "\r\nIdempotency-Key: bench-" + std::to_string(key) + "\r\nContent-Length: 2\r\n\r\n{}";
}

double durable_writes_per_second(const std::string& folder) {
  const int file = open((folder + "/calibration").c_str(), O_CREAT | O_RDWR, 0600);
  const std::string page(4096, 'x');
  if (pwrite(file, page.data(), page.size(), 0) < 0) return 0;
  fsync(file);
  const auto start = Clock::now();
  int n = 0;
  while (seconds_since(start) < 2) {
    if (pwrite(file, page.data(), page.size(), 0) < 0) return 0;
    fdatasync(file);
    ++n;
  }
  close(file);
  return n / seconds_since(start);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const int sustained = std::min(argc > 2 ? std::atoi(argv[2]) : 100'000, kPeople * kShifts), connections = argc > 3 ? std::atoi(argv[3]) : 512;
  log::set_level(log::Level::error);
  std::string folder = (std::filesystem::temp_directory_path() / "tongxin-rush-XXXXXX").string();
  folder = mkdtemp(folder.data());
  rlimit files{65536, 65536};
  setrlimit(RLIMIT_NOFILE, &files);
  const auto made = prepare(folder);
  double load[1];
  getloadavg(load, 1);
  std::cout << "load before: " << load[0] << "\n4 KiB durable writes/s: " << durable_writes_per_second(folder) << "\n";
  {
    Server server(argv[1], folder);
    auto few = connect_all(server.port, connections);
    auto asset = drive(few, 40'000, [](int) { return std::string("GET /assets/favicon.svg HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"); });
    std::cout << "static asset: " << asset.milliseconds.size() / asset.seconds << " requests/s, p99 " << asset.percentile(0.99) << " ms\n";
    {
      // Sessions are looked up once before, as they are when people have the page open.
      auto all = connect_all(server.port, kPeople);
      drive(all, kPeople, [&](int i) { return "GET /accessibility HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: " + made.cookies[static_cast<std::size_t>(i)] + "\r\n\r\n"; });
      const double cpu = server.cpu_seconds();
      auto rush = drive(all, kPeople, [&](int i) { return sign_up(made.rush_shift, made.cookies[static_cast<std::size_t>(i)], i); });
      std::cout << "rush: " << kPeople << " requests for " << kRushPlaces << " places: granted " << rush.granted << ", waiting " << rush.waiting
                << ", other " << rush.other << "; all answered in " << rush.seconds * 1000 << " ms; p50 " << rush.percentile(0.5) << " p99 "
                << rush.percentile(0.99) << " ms; server CPU " << (server.cpu_seconds() - cpu) / kPeople * 1e6 << " us/decision\n";
      for (auto& c : all) close(c.socket);
    }
    const double cpu = server.cpu_seconds();
    auto steady = drive(few, sustained, [&](int i) {
      return sign_up(made.shifts[static_cast<std::size_t>(i / kPeople)], made.cookies[static_cast<std::size_t>(i % kPeople)], 100'000 + i);
    });
    std::cout << "sustained: " << sustained << " sign-ups over " << connections << " connections: " << sustained / steady.seconds
              << " decisions/s (granted " << steady.granted << ", other " << steady.other << "); p50 " << steady.percentile(0.5) << " p99 "
              << steady.percentile(0.99) << " ms; server CPU " << (server.cpu_seconds() - cpu) / sustained * 1e6 << " us/decision\n";
    for (auto& c : few) close(c.socket);
  }
  std::filesystem::remove_all(folder);
}
