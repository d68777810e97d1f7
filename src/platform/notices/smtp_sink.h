// For tests only: a mail relay on a loopback socket that keeps what it is given.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tx::notices {

class SmtpSink {
 public:
  struct Letter {
    std::string from, to, data;   // data as the relay stores it: dots unstuffed
  };
  SmtpSink() {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&here), sizeof here);
    socklen_t size = sizeof here;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&here), &size);
    port_ = ntohs(here.sin_port);
    ::listen(listener_, 8);
    thread_ = std::thread([this] { serve(); });
  }
  ~SmtpSink() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  void answer_recipient(std::string reply) {   // "" hangs up
    std::lock_guard lock(mutex_);
    recipient_reply_ = std::move(reply);
  }
  std::vector<Letter> letters() {
    std::lock_guard lock(mutex_);
    return letters_;
  }

 private:
  void serve() {
    for (int peer; (peer = ::accept(listener_, nullptr, nullptr)) >= 0; ::close(peer)) converse(peer);
  }
  static void say(int peer, const std::string& text) { (void)!::send(peer, (text + "\r\n").data(), text.size() + 2, MSG_NOSIGNAL); }
  void converse(int peer) {
    std::string buffer;
    Letter letter;
    bool in_data = false;
    say(peer, "220-sink\r\n220 ready");
    for (char bytes[1024];;) {
      const auto got = ::recv(peer, bytes, sizeof bytes, 0);
      if (got <= 0) return;
      buffer.append(bytes, static_cast<std::size_t>(got));
      for (std::size_t end; (end = buffer.find("\r\n")) != std::string::npos;) {
        std::string line = buffer.substr(0, end);
        buffer.erase(0, end + 2);
        if (!in_data) {
          if (!command(peer, line, letter, in_data)) return;
        } else if (line == ".") {
          in_data = false;
          {
            std::lock_guard lock(mutex_);
            letters_.push_back(letter);
          }
          say(peer, "250 kept");
        } else {
          letter.data += (line.starts_with(".") ? line.substr(1) : line) + "\r\n";
        }
      }
    }
  }
  bool command(int peer, const std::string& line, Letter& letter, bool& in_data) {
    if (line.starts_with("MAIL FROM:")) letter.from = line.substr(10);
    if (line.starts_with("RCPT TO:")) {
      letter.to = line.substr(8);
      std::lock_guard lock(mutex_);
      if (recipient_reply_.empty()) return false;
      say(peer, recipient_reply_);
      return true;
    }
    if (line == "QUIT") return false;
    in_data = line == "DATA";
    say(peer, in_data ? "354 go on" : "250 OK");
    return true;
  }
  int listener_ = -1, port_ = 0;
  std::mutex mutex_;
  std::string recipient_reply_ = "250 OK";
  std::vector<Letter> letters_;
  std::thread thread_;
};

}  // namespace tx::notices
