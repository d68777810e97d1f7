#include <cstring>
#include <fstream>
#include <iterator>

#include "platform/http/http.h"

namespace {
struct Row {
  const char* name;
  const char* begin;
  const char* end;
};
}  // namespace
extern "C" const Row tx_web_table[];  // made by cmake/embed_table.cmake; ends with a row of null pointers

namespace tx::http {

WebFiles WebFiles::embedded() { return {}; }

std::optional<std::string> WebFiles::read(std::string_view name) const {
  if (!directory.empty() && name.find("..") == std::string_view::npos) {
    std::ifstream file(directory + "/" + std::string(name), std::ios::binary);
    if (file) return std::string(std::istreambuf_iterator<char>(file), {});
  }
  for (const Row* row = tx_web_table; row->name; ++row)
    if (name == row->name) return std::string(row->begin, row->end);
  return std::nullopt;
}

std::vector<std::string> WebFiles::names(std::string_view prefix) const {
  std::vector<std::string> found;
  for (const Row* row = tx_web_table; row->name; ++row)
    if (std::string_view(row->name).starts_with(prefix)) found.emplace_back(row->name);
  return found;
}

std::vector<std::pair<std::string, std::string_view>> WebFiles::locales() {
  std::vector<std::pair<std::string, std::string_view>> files;
  constexpr std::string_view prefix = "locales/";
  for (const Row* row = tx_web_table; row->name; ++row)
    if (std::string_view(row->name).starts_with(prefix))
      files.emplace_back(row->name + prefix.size(),
                         std::string_view(row->begin, static_cast<std::size_t>(row->end - row->begin)));
  return files;
}

}  // namespace tx::http
