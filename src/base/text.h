// Text as people type it: UTF-8 checks, width folding, search tokens that find Chinese names and words in both
// databases, pinyin. Not for translation (platform/language) or character sets of files (platform/documents).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tx {

bool is_utf8(std::string_view text);
std::size_t letter_count(std::string_view utf8);             // code points
std::string shortened(std::string_view utf8, std::size_t letters);  // with … when cut
std::string normal_text(std::string_view utf8);              // NFC, full-width ASCII folded, controls removed, trimmed
std::string html_escaped(std::string_view text);

// Space-separated tokens for an index column: NFC, Traditional folded to Simplified, lower case, CJK bigrams (and
// single characters), Latin words, pinyin initials and full pinyin of CJK runs. See research/stack.md §1.5.
std::string search_tokens(std::string_view utf8);
// The tokens a query must all match (subset of what search_tokens gives for a matching text).
std::vector<std::string> query_tokens(std::string_view utf8);
std::string pinyin_of_name(std::string_view utf8);           // "wang fang"; knows surnames read differently (单 shan)
std::string sort_key(std::string_view utf8);                 // pinyin order, the same in both databases

// Masking for screens: 138****5678, 王*, 640104********1234.
std::string masked_phone(std::string_view phone);
std::string masked_name(std::string_view utf8);
std::string masked_id_number(std::string_view number);

}  // namespace tx
