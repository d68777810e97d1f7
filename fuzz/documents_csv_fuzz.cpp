// CSV in any character set: what is read can be written and read again, cell for cell.
#include <cstdlib>

#include "base/text.h"
#include "platform/documents/sheet.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tx::documents;
  const auto sheet = read_csv({reinterpret_cast<const char*>(data), size});
  if (!sheet) return 0;
  if (sheet->rows.size() > kRowsMost) std::abort();
  for (const auto& row : sheet->rows)
    for (const auto& cell : row)
      if (!tx::is_utf8(cell)) std::abort();
  const auto again = read_csv(write_csv(sheet->rows));
  if (!again || again->rows != sheet->rows) std::abort();
  return 0;
}
