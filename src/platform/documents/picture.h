// Pictures that people send as evidence: read strictly, bounded, and freed of what a phone writes into them (place, time,
// owner) before they are stored. Only the turn of the picture is kept. Not here: looking at the pixels.
#pragma once
#include <string>
#include <string_view>

namespace tx::documents {

inline constexpr std::size_t kPictureBytesMost = 4u << 20;

enum class PictureFault { none, large, kind, broken };   // kind: neither JPEG nor PNG
struct Picture {
  std::string kind, bytes;      // image/jpeg or image/png
  int width = 0, height = 0;
  PictureFault fault = PictureFault::none;   // the room says it in its own words
};
Picture read_picture(std::string_view bytes);

}  // namespace tx::documents
