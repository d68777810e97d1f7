// The conversation with the relay, over a plain blocking socket with a time limit.
#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>

#include "platform/notices/mail.h"

namespace tx::notices {
namespace {

class Line {
 public:
  explicit Line(int handle) : handle_(handle) {}
  ~Line() {
    if (handle_ >= 0) ::close(handle_);
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  bool open() const { return handle_ >= 0; }

  bool say(std::string_view text) {
    while (!text.empty()) {
      const auto sent = ::send(handle_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // The code of the next reply; -1: broke off, too slow or not SMTP.
  int hear(std::chrono::steady_clock::time_point until) {
    SmtpReply reply;
    char buffer[512];
    while (reply.code() == 0) {
      if (std::chrono::steady_clock::now() > until) return -1;
      const auto got = ::recv(handle_, buffer, sizeof buffer, 0);
      if (got <= 0) return -1;
      reply.take({buffer, static_cast<std::size_t>(got)});
    }
    return reply.code();
  }

 private:
  int handle_;
};

int connected(const std::string& relay, int timeout_s) {
  const auto colon = relay.rfind(':');
  std::string host = relay.substr(0, colon);
  const std::string port = colon == std::string::npos ? "25" : relay.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  addrinfo hints{}, *list = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &list) != 0) return -1;
  int handle = -1;
  for (const addrinfo* one = list; one && handle < 0; one = one->ai_next) {
    handle = ::socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol);
    if (handle < 0) continue;
    const timeval limit{timeout_s, 0};
    ::setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (::connect(handle, one->ai_addr, one->ai_addrlen) == 0) break;
    ::close(handle);
    handle = -1;
  }
  ::freeaddrinfo(list);
  return handle;
}

Result<void> judge(int code, int wanted) {
  if (code / 100 == wanted) return {};
  if (code / 100 == 5) return refuse(Kind::invalid, "mail.refused");
  if (code / 100 == 4) return refuse(Kind::unavailable, "mail.deferred");
  return refuse(Kind::unavailable, "mail.no_relay");
}

}  // namespace

Result<void> deliver(const std::string& relay, const Mail& mail, Instant at, int timeout_s) {
  if (!is_mail_address(mail.to) || !is_mail_address(mail.from)) return refuse(Kind::invalid, "mail.bad_address");
  Line line(connected(relay, timeout_s));
  if (!line.open()) return refuse(Kind::unavailable, "mail.no_relay");
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(timeout_s);
  TX_CHECK(judge(line.hear(until), 2));
  struct Turn {
    std::string words;
    int wanted;
  };
  const Turn turns[] = {{"HELO " + mail.from.substr(mail.from.find('@') + 1), 2},
                        {"MAIL FROM:<" + mail.from + ">", 2},
                        {"RCPT TO:<" + mail.to + ">", 2},
                        {"DATA", 3},
                        {dot_stuffed(letter(mail, at)) + ".", 2}};
  for (const auto& turn : turns) {
    if (!line.say(turn.words + "\r\n")) return refuse(Kind::unavailable, "mail.no_relay");
    TX_CHECK(judge(line.hear(until), turn.wanted));
  }
  line.say("QUIT\r\n");  // the letter is accepted; whatever comes now does not matter
  return {};
}

}  // namespace tx::notices
