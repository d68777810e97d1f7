// Pictures as evidence of a have: how many, and what is said of one that cannot be taken. Reading them: documents/picture.h.
#pragma once
#include "base/result.h"
#include "platform/documents/picture.h"

namespace tx::stations::six {

using documents::Picture;
inline constexpr std::size_t kPhotoBytesMost = documents::kPictureBytesMost;
inline constexpr int kPhotosEach = 3;   // of one criterion
inline constexpr int kPhotosMost = 40;  // of one check

// Rules six.photo_large, six.photo_kind (neither JPEG nor PNG), six.photo_broken
inline Result<Picture> read_picture(std::string_view bytes) {
  auto picture = documents::read_picture(bytes);
  switch (picture.fault) {
    case documents::PictureFault::none: return picture;
    case documents::PictureFault::large:
      return refuse(Kind::invalid, "six.photo_large", "", {{"most", std::to_string(kPhotoBytesMost >> 20)}});
    case documents::PictureFault::kind: return refuse(Kind::invalid, "six.photo_kind");
    case documents::PictureFault::broken: break;
  }
  return refuse(Kind::invalid, "six.photo_broken");
}

}  // namespace tx::stations::six
