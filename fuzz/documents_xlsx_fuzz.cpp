// XLSX twice over: bytes that begin like an archive go in as they are; others are parts (workbook, relations, styles,
// strings, sheet; a byte 0x1E between them), packed here, so that the fuzzer need not guess checksums.
#include <zip.h>

#include <cstdlib>

#include "base/text.h"
#include "platform/documents/sheet.h"

namespace {

std::string packed(std::string_view input) {
  static constexpr const char* names[] = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
                                          "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"};
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* memory = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(memory);
  zip_t* archive = zip_open_from_source(memory, ZIP_CREATE | ZIP_TRUNCATE, &error);
  for (const char* name : names) {
    const auto cut = input.find('\x1E');
    const auto part = input.substr(0, cut);
    input = cut == std::string_view::npos ? std::string_view() : input.substr(cut + 1);
    zip_source_t* source = zip_source_buffer(archive, part.data(), part.size(), 0);
    const auto index = zip_file_add(archive, name, source, 0);
    zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0);
  }
  std::string bytes;
  if (zip_close(archive) != 0) zip_discard(archive);
  else if (zip_source_open(memory) == 0) {
    zip_source_seek(memory, 0, SEEK_END);
    bytes.resize(static_cast<std::size_t>(zip_source_tell(memory)));
    zip_source_seek(memory, 0, SEEK_SET);
    zip_source_read(memory, bytes.data(), bytes.size());
    zip_source_close(memory);
  }
  zip_source_free(memory);
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tx::documents;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto sheet = read_xlsx(input.starts_with("PK") ? std::string(input) : packed(input));
  if (!sheet) return 0;
  std::size_t held = 0;
  for (const auto& row : sheet->rows) {
    held += row.size();
    for (const auto& cell : row)
      if (!tx::is_utf8(cell)) std::abort();
  }
  if (sheet->rows.size() > kRowsMost || held > kCellsMost) std::abort();
  return 0;
}
