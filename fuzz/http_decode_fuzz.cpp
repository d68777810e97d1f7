// Percent, query, path and cookie readers: whatever the bytes, what comes out is valid UTF-8 without controls, and a
// decoded form written again reads the same.
#include <cstdlib>

#include "platform/http/decode.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tx::http;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto path = decoded_path(text)) {
    if (path->empty() || path->front() != '/' || path->find("/../") != std::string::npos) std::abort();
    if (path->find('\0') != std::string::npos) std::abort();
  }
  if (const auto form = decoded_form(text)) {
    std::string again;
    for (const auto& [name, value] : form->members()) {
      const auto add = [&](const tx::Json& item) {
        again += (again.empty() ? "" : "&") + url_encoded(name) + "=" + url_encoded(item.text());
      };
      if (value.is_array()) for (const auto& item : value.items()) add(item);
      else add(value);
    }
    const auto twice = decoded_form(again);
    if (!twice || !(*twice == *form)) std::abort();
  }
  const auto cut = text.find('\n');
  if (cut != std::string_view::npos) {
    cookie_value(text.substr(cut + 1), text.substr(0, cut));
    header_parameter(text.substr(cut + 1), text.substr(0, cut));
  }
  return 0;
}
