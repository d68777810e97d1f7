// Pictures that keepers send: whatever comes in, what goes out is read again to the same bytes and holds no Exif but a turn.
#include <cstdint>
#include <cstdlib>

#include "systems/stations/six_haves/photos.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto picture = tx::stations::six::read_picture({reinterpret_cast<const char*>(data), size});
  if (!picture) return 0;
  const auto again = tx::stations::six::read_picture(picture->bytes);
  if (!again || again->bytes != picture->bytes || again->width != picture->width) std::abort();
  return 0;
}
