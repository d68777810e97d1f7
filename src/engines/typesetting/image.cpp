#include "engines/typesetting/image.h"

#include <cstdio>   // jpeglib.h needs it first

#include <jpeglib.h>

#include <algorithm>
#include <csetjmp>
#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace tx::typesetting {
namespace {

struct Fault {
  jpeg_error_mgr base;
  std::jmp_buf back;
};

// No object with a destructor lives between setjmp and the end: longjmp would leave it standing.
cairo_surface_t* jpeg_surface(const std::string& bytes) {
  jpeg_decompress_struct jpeg{};
  Fault fault{};
  cairo_surface_t* volatile surface = nullptr;
  jpeg.err = jpeg_std_error(&fault.base);
  fault.base.error_exit = [](j_common_ptr info) { std::longjmp(reinterpret_cast<Fault*>(info->err)->back, 1); };
  fault.base.emit_message = [](j_common_ptr, int) {};
  if (setjmp(fault.back)) {
    jpeg_destroy_decompress(&jpeg);
    if (surface) cairo_surface_destroy(surface);
    return nullptr;
  }
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  jpeg_read_header(&jpeg, TRUE);
  if (jpeg.image_width > kSideMost || jpeg.image_height > kSideMost ||
      static_cast<long>(jpeg.image_width) * static_cast<long>(jpeg.image_height) > kPixelsMost || jpeg.num_components == 4)
    std::longjmp(fault.back, 1);
  jpeg.out_color_space = JCS_EXT_BGRX;   // what Cairo keeps in memory on a little-endian machine
  jpeg_start_decompress(&jpeg);
  surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(jpeg.output_width), static_cast<int>(jpeg.output_height));
  if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) std::longjmp(fault.back, 1);
  unsigned char* rows = cairo_image_surface_get_data(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  while (jpeg.output_scanline < jpeg.output_height) {
    JSAMPROW row = rows + static_cast<long>(jpeg.output_scanline) * stride;
    jpeg_read_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_decompress(&jpeg);
  jpeg_destroy_decompress(&jpeg);
  cairo_surface_mark_dirty(surface);
  return surface;
}

cairo_surface_t* png_surface(const std::string& bytes) {
  // The header says the size; what is too large is not decoded at all.
  if (bytes.size() < 33) return nullptr;
  const auto number = [&](std::size_t at) {
    unsigned long value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
  };
  const unsigned long wide = number(16), high = number(20);
  if (wide == 0 || high == 0 || wide > kSideMost || high > kSideMost || static_cast<long>(wide * high) > kPixelsMost) return nullptr;
  struct Source { const std::string* bytes; std::size_t at; } source{&bytes, 0};
  cairo_surface_t* surface = cairo_image_surface_create_from_png_stream(
      [](void* from, unsigned char* out, unsigned length) {
        auto& s = *static_cast<Source*>(from);
        if (s.bytes->size() - s.at < length) return CAIRO_STATUS_READ_ERROR;
        std::memcpy(out, s.bytes->data() + s.at, length);
        s.at += length;
        return CAIRO_STATUS_SUCCESS;
      },
      &source);
  if (cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS) return surface;
  cairo_surface_destroy(surface);
  return nullptr;
}

cairo_surface_t* rgb_surface(const Picture& picture) {
  if (picture.width_px <= 0 || picture.height_px <= 0 || picture.width_px > kSideMost || picture.height_px > kSideMost) return nullptr;
  if (static_cast<long>(picture.width_px) * picture.height_px > kPixelsMost) return nullptr;
  if (picture.bytes.size() != static_cast<std::size_t>(picture.width_px) * static_cast<std::size_t>(picture.height_px) * 3) return nullptr;
  cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, picture.width_px, picture.height_px);
  unsigned char* rows = cairo_image_surface_get_data(surface);
  if (!rows) {
    cairo_surface_destroy(surface);
    return nullptr;
  }
  const auto* from = reinterpret_cast<const unsigned char*>(picture.bytes.data());
  for (int y = 0; y < picture.height_px; ++y) {
    auto* row = reinterpret_cast<std::uint32_t*>(rows + static_cast<long>(y) * cairo_image_surface_get_stride(surface));
    for (int x = 0; x < picture.width_px; ++x, from += 3) row[x] = static_cast<std::uint32_t>(from[0] << 16 | from[1] << 8 | from[2]);
  }
  cairo_surface_mark_dirty(surface);
  return surface;
}

}  // namespace

std::string png_bytes(cairo_surface_t* surface) {
  std::string out;
  const auto status = cairo_surface_write_to_png_stream(
      surface,
      [](void* to, const unsigned char* data, unsigned length) {
        static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(data), length);
        return CAIRO_STATUS_SUCCESS;
      },
      &out);
  if (status != CAIRO_STATUS_SUCCESS) throw std::runtime_error("a PNG could not be written");
  return out;
}

std::string file_of(const Image& image) { return image.file.empty() ? png_bytes(image.surface) : image.file; }

std::string base64(std::string_view bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve(bytes.size() * 4 / 3 + 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < 3; ++k) word = word << 8 | (k < left ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) out += k <= left ? kDigits[word >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

std::shared_ptr<const Image> read_image(const Picture& picture) {
  if (picture.bytes.size() > kPictureBytesMost && picture.width_px == 0) return nullptr;
  auto image = std::make_shared<Image>();
  image->key = picture.key;
  image->alt = picture.alt.empty() ? picture.caption : picture.alt;
  if (picture.width_px > 0) image->surface = rgb_surface(picture);
  else if (picture.bytes.starts_with("\xff\xd8\xff")) image->surface = jpeg_surface(picture.bytes), image->jpeg = true;
  else if (picture.bytes.starts_with("\x89PNG\r\n\x1a\n")) image->surface = png_surface(picture.bytes);
  if (!image->surface) return nullptr;
  image->width = cairo_image_surface_get_width(image->surface);
  image->height = cairo_image_surface_get_height(image->surface);
  if (picture.width_px == 0) image->file = picture.bytes;
  if (image->jpeg) {   // the PDF takes the file as it is, without loss
    auto* kept = new std::string(picture.bytes);
    cairo_surface_set_mime_data(image->surface, CAIRO_MIME_TYPE_JPEG, reinterpret_cast<const unsigned char*>(kept->data()), kept->size(),
                                [](void* data) { delete static_cast<std::string*>(data); }, kept);
  }
  return image;
}

}  // namespace tx::typesetting
