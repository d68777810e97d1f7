// Inside documents only: the two readers behind read_sheet and their limits.
#pragma once
#include <optional>

#include "platform/documents/documents.h"

namespace tx::documents {

inline constexpr std::size_t kBytesMost = 64u << 20;       // of a file, and of what it unpacks to
inline constexpr std::size_t kRowsMost = 200'000, kColumnsMost = 1'000, kEntriesMost = 1'000, kRatioMost = 100;
inline constexpr std::size_t kCellsMost = 4'000'000;       // places held, empty ones too
inline constexpr std::size_t kStringsMost = 1'000'000;     // shared strings
inline constexpr std::size_t kCellBytesMost = 4 * 32'767;  // Excel allows 32,767 letters in a cell

Result<Sheet> read_csv(std::string_view bytes);
Result<Sheet> read_xlsx(std::string_view bytes);

}  // namespace tx::documents
