// Pictures as evidence: read strictly, bounded, and freed of what a phone writes into them (place, time, owner) before they
// are stored. Only the turn of the picture is kept. Not here: looking at the pixels.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace tx::stations::six {

inline constexpr std::size_t kPhotoBytesMost = 4u << 20;
inline constexpr int kPhotosEach = 3;   // of one criterion
inline constexpr int kPhotosMost = 40;  // of one check

struct Picture {
  std::string kind, bytes;  // image/jpeg or image/png
  int width = 0, height = 0;
};
// Rules six.photo_large, six.photo_kind (neither JPEG nor PNG), six.photo_broken
Result<Picture> read_picture(std::string_view bytes);

}  // namespace tx::stations::six
