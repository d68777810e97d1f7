// What a relay says is read the same in one piece and byte by byte; what we write keeps its frame whatever the text.
#include <cstdlib>
#include <string>

#include "platform/notices/mail.h"
#include "platform/notices/notices.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  using namespace tx::notices;

  SmtpReply whole, pieces;
  whole.take(text);
  for (const char byte : text) {
    if (pieces.code() != 0) break;
    pieces.take({&byte, 1});
  }
  if (size < 4096 && whole.code() != pieces.code()) std::abort();
  if (whole.code() != 0 && whole.code() != -1 && (whole.code() < 200 || whole.code() > 599)) std::abort();

  const std::string header = encoded_header(text);
  for (std::size_t at = 0; (at = header.find('\n', at)) != std::string::npos; ++at)
    if (at == 0 || header[at - 1] != '\r' || at + 1 == header.size() || header[at + 1] != ' ') std::abort();

  const std::string stuffed = dot_stuffed(text);
  if (stuffed.starts_with(".\r\n") || stuffed.find("\n.\r\n") != std::string::npos) std::abort();
  if (is_mail_address(text))
    for (const char c : text)
      if (c <= ' ' || c == '<' || c == '>') std::abort();

  const std::string calendar = icalendar(text, {{text, text, text, text, {1}, {2}, {3}}});
  for (std::size_t start = 0, end; start < calendar.size(); start = end + 2) {
    end = calendar.find("\r\n", start);
    if (end == std::string::npos || end - start > 75) std::abort();
    if (calendar.substr(start, end - start).find_first_of("\r\n") != std::string::npos) std::abort();
  }
  return 0;
}
