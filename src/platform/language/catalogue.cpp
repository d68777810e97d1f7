#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/json.h"
#include "platform/language/language.h"

namespace tx::language {
namespace {

constexpr Language kAll[] = {Language::zh, Language::en};

Result<void> add_file(std::map<std::string, std::string, std::less<>>& texts, const std::string& name,
                      std::string_view content) {
  const auto parsed = Json::parse(content);
  if (!parsed || !parsed->is_object())
    return refuse(Kind::invalid, "language.malformed_file", {}, {{"file", name}});
  for (const auto& [key, text] : parsed->members()) {
    if (!text.is_string()) return refuse(Kind::invalid, "language.not_text", key, {{"file", name}});
    texts.emplace(key, text.text());  // a key that two files hold fails script/check_catalogue, not the start
  }
  return {};
}

}  // namespace

Result<Catalogue> Catalogue::load(const std::vector<std::pair<std::string, std::string_view>>& files) {
  Catalogue catalogue;
  for (const auto& [name, content] : files)
    for (const auto language : kAll)
      if (name.starts_with(std::string(tag(language)) + "/"))
        TX_CHECK(add_file(catalogue.texts_[static_cast<int>(language)], name, content));
  return catalogue;
}

Result<Catalogue> Catalogue::load(const std::string& directory) {
  std::vector<std::pair<std::string, std::string>> contents;
  for (const auto language : kAll) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory + "/" + tag(language), error)) {
      if (entry.path().extension() != ".json") continue;
      std::ifstream file(entry.path(), std::ios::binary);
      contents.emplace_back(std::string(tag(language)) + "/" + entry.path().filename().string(),
                            std::string(std::istreambuf_iterator<char>(file), {}));
    }
    if (error) return refuse(Kind::not_found, "language.no_directory", {}, {{"file", directory}});
  }
  std::sort(contents.begin(), contents.end());
  std::vector<std::pair<std::string, std::string_view>> views(contents.begin(), contents.end());
  return load(views);
}

bool Catalogue::has(std::string_view key) const { return texts_[0].contains(key) || texts_[1].contains(key); }

const std::string& Catalogue::raw(Language language, std::string_view key) const {
  static const std::string empty;
  const auto& texts = texts_[static_cast<int>(language)];
  const auto found = texts.find(key);
  return found == texts.end() ? empty : found->second;
}

std::string Catalogue::text(Language language, std::string_view key,
                            const std::vector<std::pair<std::string, std::string>>& args) const {
  const auto& texts = texts_[static_cast<int>(language)];
  const auto found = texts.find(key);
  if (found == texts.end()) return std::string(key);
  const std::string& pattern = found->second;
  std::string out;
  out.reserve(pattern.size() + 32);
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t close = pattern[at] == '{' ? pattern.find('}', at) : std::string::npos;
    if (close == std::string::npos) {
      out += pattern[at++];
      continue;
    }
    const std::string_view name(pattern.data() + at + 1, close - at - 1);
    const auto arg = std::find_if(args.begin(), args.end(), [&](const auto& a) { return a.first == name; });
    if (arg != args.end()) out += arg->second;
    else out.append(pattern, at, close - at + 1);
    at = close + 1;
  }
  return out;
}

}  // namespace tx::language
