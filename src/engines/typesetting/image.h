// Inside matter: pictures decoded once for all renderers.
#pragma once
#include <cairo.h>

#include <memory>
#include <string>

#include "engines/typesetting/typesetting.h"

namespace tx::typesetting {

struct Image {
  std::string key, alt;
  std::string file;                    // the PNG or JPEG as given; empty where RGB was given
  bool jpeg = false;
  int width = 0, height = 0;
  cairo_surface_t* surface = nullptr;
  Image() = default;
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;
  ~Image() { if (surface) cairo_surface_destroy(surface); }
};
inline constexpr int kSideMost = 12'000;
inline constexpr long kPixelsMost = 40'000'000;
// Null when the bytes are no picture that we read.
std::shared_ptr<const Image> read_image(const Picture& picture);

std::string png_bytes(cairo_surface_t* surface);
std::string file_of(const Image& image);   // as given, or a PNG of the pixels
std::string base64(std::string_view bytes);

}  // namespace tx::typesetting
