#include <qrencode.h>

#include <memory>

#include "platform/documents/documents.h"

namespace tx::documents {

std::string qr_svg(std::string_view content, int module_px) {
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
      QRcode_encodeData(static_cast<int>(content.size()), reinterpret_cast<const unsigned char*>(content.data()), 0,
                        QR_ECLEVEL_M),
      QRcode_free);
  if (!code) return {};
  constexpr int quiet = 4;   // modules of white around, as the standard asks
  const int side = code->width + 2 * quiet;
  std::string path;
  for (int y = 0; y < code->width; ++y)
    for (int x = 0; x < code->width; ++x)
      if (code->data[y * code->width + x] & 1)
        path += "M" + std::to_string(x + quiet) + " " + std::to_string(y + quiet) + "h1v1h-1z";
  const std::string size = std::to_string(side * module_px), box = std::to_string(side);
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"" + size + "\" height=\"" + size +
         "\" viewBox=\"0 0 " + box + " " + box + "\" shape-rendering=\"crispEdges\"><rect width=\"" + box +
         "\" height=\"" + box + "\" fill=\"#fff\"/><path fill=\"#000\" d=\"" + path + "\"/></svg>";
}

}  // namespace tx::documents
