#include "platform/documents/picture.h"

#include <optional>

namespace tx::documents {
namespace {

constexpr int kSideMost = 20'000;

std::uint32_t big(std::string_view bytes, std::size_t at, int count) {
  std::uint32_t value = 0;
  for (int i = 0; i < count; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
  return value;
}
std::uint32_t number(std::string_view tiff, std::size_t at, int count, bool little) {
  if (!little) return big(tiff, at, count);
  std::uint32_t value = 0;
  for (int i = count; i-- > 0;) value = value << 8 | static_cast<unsigned char>(tiff[at + static_cast<std::size_t>(i)]);
  return value;
}

// The orientation tag (274) of the first directory of an Exif segment; 1 when there is none.
int orientation(std::string_view exif) {
  if (exif.size() < 14 || exif.substr(0, 6) != std::string_view("Exif\0\0", 6)) return 1;
  const auto tiff = exif.substr(6);
  const bool little = tiff.substr(0, 2) == "II";
  if (!little && tiff.substr(0, 2) != "MM") return 1;
  const std::size_t directory = number(tiff, 4, 4, little);
  if (directory + 2 > tiff.size() || directory > tiff.size()) return 1;
  const std::size_t count = number(tiff, directory, 2, little);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = directory + 2 + i * 12;
    if (at + 12 > tiff.size()) return 1;
    if (number(tiff, at, 2, little) != 274) continue;
    const auto value = number(tiff, at + 8, 2, little);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

// An Exif segment that says nothing but how to turn the picture.
std::string turn_segment(int turn) {
  std::string tiff("MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0", 26);
  tiff[19] = static_cast<char>(turn);
  const std::string body = std::string("Exif\0\0", 6) + tiff;
  const std::size_t length = body.size() + 2;
  return std::string("\xff\xe1") + static_cast<char>(length >> 8) + static_cast<char>(length & 0xff) + body;
}

bool is_frame(int marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}
bool is_private(int marker) {  // metadata and comments; JFIF (e0), colour profile (e2) and Adobe's transform (ee) stay
  return marker == 0xfe || (marker >= 0xe0 && marker <= 0xef && marker != 0xe0 && marker != 0xe2 && marker != 0xee);
}

std::optional<Picture> read_jpeg(std::string_view bytes) {
  Picture picture{"image/jpeg", {}, 0, 0};
  std::string kept;
  int turn = 1;
  std::size_t at = 2;
  while (true) {
    if (at + 4 > bytes.size() || static_cast<unsigned char>(bytes[at]) != 0xff) return std::nullopt;
    const int marker = static_cast<unsigned char>(bytes[at + 1]);
    if (marker == 0xff) {  // fill
      ++at;
      continue;
    }
    const std::size_t length = big(bytes, at + 2, 2);
    if (length < 2 || at + 2 + length > bytes.size()) return std::nullopt;
    if (marker == 0xda) break;
    if (is_frame(marker)) {
      if (length < 8 || picture.width) return std::nullopt;
      picture.height = static_cast<int>(big(bytes, at + 5, 2));
      picture.width = static_cast<int>(big(bytes, at + 7, 2));
    }
    if (marker == 0xe1)
      turn = orientation(bytes.substr(at + 4, length - 2)) != 1 ? orientation(bytes.substr(at + 4, length - 2)) : turn;
    if (!is_private(marker)) kept += bytes.substr(at, 2 + length);
    at += 2 + length;
  }
  const auto end = bytes.rfind("\xff\xd9");
  if (!picture.width || end == std::string_view::npos || end < at + 2 + big(bytes, at + 2, 2)) return std::nullopt;
  picture.bytes = "\xff\xd8";
  if (turn != 1) picture.bytes += turn_segment(turn);
  picture.bytes += kept;
  picture.bytes += bytes.substr(at, end + 2 - at);  // nothing behind the end
  return picture;
}

std::optional<Picture> read_png(std::string_view bytes) {
  Picture picture{"image/png", std::string(bytes.substr(0, 8)), 0, 0};
  std::size_t at = 8;
  bool pixels = false;
  while (at + 12 <= bytes.size()) {
    const std::size_t length = big(bytes, at, 4);
    if (length > bytes.size() - at - 12) return std::nullopt;
    const auto name = bytes.substr(at + 4, 4);
    if (name == "IHDR") {
      if (length != 13 || picture.width) return std::nullopt;
      const auto width = big(bytes, at + 8, 4), height = big(bytes, at + 12, 4);
      if (width > kSideMost || height > kSideMost) return std::nullopt;
      picture.width = static_cast<int>(width);
      picture.height = static_cast<int>(height);
    }
    if (name == "IDAT") pixels = true;
    for (const std::string_view wanted : {"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "sRGB"})
      if (name == wanted) picture.bytes += bytes.substr(at, length + 12);
    at += length + 12;
    if (name == "IEND") return picture.width && pixels ? std::optional(picture) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Picture read_picture(std::string_view bytes) {
  const auto wrong = [](PictureFault fault) {
    Picture none;
    none.fault = fault;
    return none;
  };
  if (bytes.size() > kPictureBytesMost) return wrong(PictureFault::large);
  std::optional<Picture> picture;
  if (bytes.starts_with("\xff\xd8\xff"))
    picture = read_jpeg(bytes);
  else if (bytes.starts_with("\x89PNG\r\n\x1a\n"))
    picture = read_png(bytes);
  else
    return wrong(PictureFault::kind);
  if (picture && picture->bytes.size() > kPictureBytesMost) picture.reset();  // the turn may have made it longer
  if (!picture || picture->width < 1 || picture->height < 1 || picture->width > kSideMost ||
      picture->height > kSideMost)
    return wrong(PictureFault::broken);
  return *picture;
}

}  // namespace tx::documents
