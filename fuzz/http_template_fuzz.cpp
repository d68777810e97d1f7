// Templates: the first line is the view as JSON, the rest the template; and the same text as a value, which must come
// out escaped.
#include <cstdlib>

#include "platform/http/templates.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tx::http;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto cut = text.find('\n');
  if (cut == std::string_view::npos) return 0;
  const auto view = tx::Json::parse(text.substr(0, cut)).value_or(tx::Json::of({{"x", text}}));
  if (const auto made = Template::compile(text.substr(cut + 1))) made->render({&view});
  const auto fixed = Template::compile("{{x}}");
  const auto value = tx::Json::of({{"x", text}});
  const std::string out = fixed->render({&value});
  if (out.find_first_of("<>\"'") != std::string::npos) std::abort();
  return 0;
}
