// A letter in the form of RFC 5322/2045/2047 and its hand-over to a relay by SMTP (RFC 5321). No TLS and no password:
// the relay is meant to stand on the same machine or network (postfix, msmtpd) and to speak TLS to the world.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace tx::notices {

struct Mail {
  std::string from, to, subject, text, message_id;  // message_id without angle brackets
};
bool is_mail_address(std::string_view text);         // ASCII, one @, no blanks, control characters or brackets
std::string encoded_header(std::string_view utf8);   // RFC 2047 words of at most 75 characters, folded
std::string letter(const Mail& mail, Instant at);    // headers and base64 body, CRLF lines
std::string dot_stuffed(std::string_view letter);

// Collects the lines of one reply. code() is 0 until the reply is complete, -1 when it breaks the protocol.
class SmtpReply {
 public:
  void take(std::string_view bytes);
  int code() const { return code_; }

 private:
  std::string buffer_;
  int code_ = 0;
};

// Rules mail.no_relay (cannot connect, or broke off: try again), mail.deferred (4xx: try again), mail.refused (5xx:
// pointless to repeat).
Result<void> deliver(const std::string& relay, const Mail& mail, Instant at, int timeout_s = 20);

}  // namespace tx::notices
