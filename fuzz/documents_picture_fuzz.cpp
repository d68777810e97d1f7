// Pictures that people send: whatever comes in, what goes out is read again to the same bytes and holds no Exif but a turn.
#include <cstdint>
#include <cstdlib>

#include "platform/documents/picture.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto picture = tx::documents::read_picture({reinterpret_cast<const char*>(data), size});
  if (picture.fault != tx::documents::PictureFault::none) return 0;
  const auto again = tx::documents::read_picture(picture.bytes);
  if (again.fault != tx::documents::PictureFault::none || again.bytes != picture.bytes || again.width != picture.width) std::abort();
  return 0;
}
