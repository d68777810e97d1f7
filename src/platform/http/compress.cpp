#include "platform/http/compress.h"

#include <brotli/encode.h>
#include <zlib.h>

#include "platform/http/decode.h"

namespace tx::http {
namespace {

std::string gzipped(std::string_view bytes, int level) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&stream, bytes.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return done ? out : std::string();
}

std::string brotlied(std::string_view bytes, int quality) {
  std::size_t size = BrotliEncoderMaxCompressedSize(bytes.size());
  std::string out(size, '\0');
  if (!BrotliEncoderCompress(quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, bytes.size(),
                             reinterpret_cast<const std::uint8_t*>(bytes.data()), &size,
                             reinterpret_cast<std::uint8_t*>(out.data())))
    return {};
  out.resize(size);
  return out;
}

}  // namespace

Coding accepted_coding(std::string_view header) {
  Coding best = Coding::none;
  while (!header.empty()) {
    const auto comma = header.find(',');
    auto item = header.substr(0, comma);
    header = comma == std::string_view::npos ? std::string_view() : header.substr(comma + 1);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    const auto semicolon = item.find(';');
    auto name = item.substr(0, semicolon);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
    if (semicolon != std::string_view::npos) {
      const auto q = item.find("q=", semicolon);
      if (q != std::string_view::npos && item.substr(q + 2).find_first_of("123456789") == std::string_view::npos)
        continue;  // q=0: not wanted
    }
    if (same_text(name, "br")) best = Coding::brotli;
    else if (same_text(name, "gzip") && best == Coding::none) best = Coding::gzip;
  }
  return best;
}

const char* coding_name(Coding coding) { return coding == Coding::brotli ? "br" : "gzip"; }

std::string compressed(std::string_view bytes, Coding coding, int quality) {
  if (coding == Coding::none) return {};
  return coding == Coding::brotli ? brotlied(bytes, quality) : gzipped(bytes, quality > 9 ? 9 : quality);
}

}  // namespace tx::http
