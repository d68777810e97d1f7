// From parsed header fields to a Request, and from a Response to bytes: the strictness that the HTTP parser leaves to
// us, as pure functions that the socket code (server.cpp) and the fuzzers call.
#pragma once
#include <string>
#include <string_view>

#include "platform/http/http.h"

namespace tx::http {

inline constexpr std::size_t kMaxHeader = 16 * 1024, kMaxTarget = 4096, kMaxHeaderFields = 100;

// What is wrong with the raw bytes read so far, or 0: 400 (bare line feed, folded line, NUL), 414, 431.
// `end` is set to the length of the header when it is complete.
int examine_header(std::string_view raw, std::size_t& end);

struct Head {
  int status = 0;             // 0: good, else the refusal
  const char* rule = "";
  bool chunked = false, keep_alive = true, expects_continue = false, head_only = false;
  std::uint64_t content_length = 0;
  Request request;            // without body
};
// `fields` in lower case, in order. `version` 10 or 11.
Head read_head(std::string method, std::string_view target, int version,
               std::vector<std::pair<std::string, std::string>> fields);

std::string response_head(const Response& response, bool keep_alive, bool with_length = true);

}  // namespace tx::http
