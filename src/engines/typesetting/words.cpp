#include "engines/typesetting/words.h"

#include <unicode/brkiter.h>
#include <unicode/locid.h>

#include <memory>

namespace tx::typesetting {

std::vector<std::size_t> word_breaks(std::string_view utf8) {
  std::vector<std::size_t> out;
  UErrorCode status = U_ZERO_ERROR;
  thread_local const std::unique_ptr<icu::BreakIterator> words(icu::BreakIterator::createWordInstance(icu::Locale("zh"), status));
  UText* text = utext_openUTF8(nullptr, utf8.data(), static_cast<std::int64_t>(utf8.size()), &status);
  if (U_SUCCESS(status) && words) {
    words->setText(text, status);
    for (auto at = words->first(); at != icu::BreakIterator::DONE; at = words->next()) out.push_back(static_cast<std::size_t>(at));
  }
  utext_close(text);
  return out;
}

}  // namespace tx::typesetting
