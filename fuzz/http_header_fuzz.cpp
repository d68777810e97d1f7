// The header checks before and after the HTTP parser: lines "name: value" after a request line.
#include <cstdlib>

#include "platform/http/wire.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tx::http;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::size_t end = 0;
  const int status = examine_header(text, end);
  if (status == 0 && end > kMaxHeader) std::abort();
  if (status != 0 && end != 0) std::abort();
  std::vector<std::pair<std::string, std::string>> fields;
  std::string_view rest = text;
  const auto next = [&rest] {
    const auto cut = rest.find('\n');
    const auto line = rest.substr(0, cut);
    rest = cut == std::string_view::npos ? std::string_view() : rest.substr(cut + 1);
    return line;
  };
  const auto target = next();
  while (!rest.empty()) {
    const auto line = next();
    const auto colon = line.find(':');
    if (colon != std::string_view::npos) fields.emplace_back(line.substr(0, colon), line.substr(colon + 1));
  }
  const Head head = read_head("POST", target, 11, fields);
  if (head.status == 0 && (head.request.path.empty() || head.request.path.front() != '/')) std::abort();
  if (head.status == 0 && head.chunked && head.content_length > 0) std::abort();
  return 0;
}
