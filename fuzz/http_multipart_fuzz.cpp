// Multipart bodies: the first line is the boundary. Bounds hold whatever comes.
#include <cstdlib>

#include "platform/http/decode.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tx::http;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto cut = text.find('\n');
  if (cut == std::string_view::npos) return 0;
  const auto parts = decoded_multipart(text.substr(cut + 1), text.substr(0, cut));
  if (!parts) return 0;
  if (parts->uploads.size() > kMaxParts || parts->fields.size() > kMaxParts) std::abort();
  for (const auto& upload : parts->uploads)
    if (upload.bytes.size() > size || upload.file_name.find_first_of("/\\") != std::string::npos) std::abort();
  return 0;
}
