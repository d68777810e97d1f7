// gzip and brotli, and which of them the client accepts.
#pragma once
#include <string>
#include <string_view>

namespace tx::http {
enum class Coding { none, gzip, brotli };
Coding accepted_coding(std::string_view accept_encoding);  // brotli before gzip; q=0 respected
const char* coding_name(Coding coding);
std::string compressed(std::string_view bytes, Coding coding, int quality);  // "" when it fails
}  // namespace tx::http
