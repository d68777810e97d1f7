// Any bytes as a name or a search: results are UTF-8, folding twice is folding once, a text is found by itself.
#include <cstdlib>

#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string normal = tx::normal_text(text);
  if (!tx::is_utf8(normal)) std::abort();
  if (size <= 40 && tx::normal_text(normal) != normal) std::abort();   // longer ones may have marks cut off
  const std::string found = " " + tx::search_tokens(text) + " ";
  for (const auto& token : tx::query_tokens(text))
    if (found.find(" " + token + " ") == std::string::npos) std::abort();
  for (const auto& made : {tx::pinyin_of_name(text), tx::sort_key(text), tx::shortened(normal, 5), tx::masked_name(text)})
    if (!tx::is_utf8(made)) std::abort();
  tx::masked_phone(text);
  tx::masked_id_number(text);
  return 0;
}
