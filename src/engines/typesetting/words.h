// Inside matter: where words begin (ICU's dictionary for Chinese), so that a headline does not break inside one.
#pragma once
#include <string_view>
#include <vector>

namespace tx::typesetting {

std::vector<std::size_t> word_breaks(std::string_view utf8);   // bytes, ascending

}  // namespace tx::typesetting
