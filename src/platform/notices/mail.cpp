#include "platform/notices/mail.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace tx::notices {
namespace {

std::string base64(std::string_view bytes) {
  static constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t k) {
      return k < bytes.size() ? static_cast<unsigned>(static_cast<unsigned char>(bytes[k])) : 0u;
    };
    const unsigned triple = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    out += kLetters[triple >> 18];
    out += kLetters[triple >> 12 & 63];
    out += i + 1 < bytes.size() ? kLetters[triple >> 6 & 63] : '=';
    out += i + 2 < bytes.size() ? kLetters[triple & 63] : '=';
  }
  return out;
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// RFC 5322 date in China's zone.
std::string mail_date(Instant at) {
  static constexpr std::array kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const LocalTime t = local_time(at);
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%s, %d %s %d %02d:%02d:%02d +0800", kDays[t.date.weekday() - 1], t.date.day(),
                kMonths[t.date.month() - 1], t.date.year(), t.hour, t.minute, t.second);
  return buffer;
}

}  // namespace

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  if (text.size() > 254 || at == std::string_view::npos || at == 0 || at > 64 || at + 3 > text.size()) return false;
  if (text.find('@', at + 1) != std::string_view::npos) return false;
  const auto plain = [](char c) {
    return c > 0x20 && c < 0x7f && std::string_view("<>()[],;:\\\"").find(c) == std::string_view::npos;
  };
  const auto domain = text.substr(at + 1);
  return std::all_of(text.begin(), text.end(), plain) && domain.front() != '.' && domain.back() != '.' &&
         domain.front() != '-' && domain.find("..") == std::string_view::npos;
}

std::string encoded_header(std::string_view utf8) {
  const bool ascii = std::all_of(utf8.begin(), utf8.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (ascii && utf8.size() <= 60 && utf8.find("=?") == std::string_view::npos) return std::string(utf8);
  std::string out;
  for (std::size_t at = 0; at < utf8.size();) {
    std::size_t end = std::min(at + 39, utf8.size());  // 39 bytes -> 52 letters + 12 of frame + "Subject: "
    while (end < utf8.size() && end > at + 1 && continues(utf8[end])) --end;  // words end between characters
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + base64(utf8.substr(at, end - at)) + "?=";
    at = end;
  }
  return out;
}

std::string letter(const Mail& mail, Instant at) {
  std::string out = "Date: " + mail_date(at) + "\r\nFrom: <" + mail.from + ">\r\nTo: <" + mail.to + ">\r\nSubject: " +
                    encoded_header(mail.subject) + "\r\nMessage-ID: <" + mail.message_id +
                    ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n";
  const std::string body = base64(mail.text);
  for (std::size_t i = 0; i < body.size(); i += 76) out += body.substr(i, 76) + "\r\n";
  return out;
}

std::string dot_stuffed(std::string_view text) {
  std::string out;
  bool at_line_start = true;
  for (const char c : text) {
    if (at_line_start && c == '.') out += '.';
    out += c;
    at_line_start = c == '\n';
  }
  return out;
}

void SmtpReply::take(std::string_view bytes) {
  buffer_ += bytes;
  while (code_ == 0) {
    const auto end = buffer_.find("\r\n");
    if (end == std::string::npos) {
      if (buffer_.size() > 4096) code_ = -1;
      return;
    }
    const std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    const auto digit = [&](std::size_t i) { return i < line.size() && line[i] >= '0' && line[i] <= '9'; };
    if (!digit(0) || !digit(1) || !digit(2) || line[0] < '2' || line[0] > '5') {
      code_ = -1;
      return;
    }
    const char mark = line.size() > 3 ? line[3] : ' ';
    if (mark == ' ') code_ = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    else if (mark != '-') code_ = -1;
  }
}

}  // namespace tx::notices
