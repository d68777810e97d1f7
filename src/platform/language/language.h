// The two languages of the product. Texts live in web/locales/<language>/<room>.json; a key missing in either language
// fails the build (script/check_catalogue). Placeholders are {name}. Loaded once at start; thread-safe afterwards.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace tx::language {

enum class Language { zh, en };
const char* tag(Language language);                  // "zh-CN", "en"
Language best_language(std::string_view accept_language_header);

class Catalogue {
 public:
  // `directory` holds zh-CN/*.json and en/*.json.
  static Result<Catalogue> load(const std::string& directory);
  // Also from embedded files: pairs of "zh-CN/supply.json" -> content.
  static Result<Catalogue> load(const std::vector<std::pair<std::string, std::string_view>>& files);
  bool has(std::string_view key) const;
  // The text with placeholders filled. An unknown key yields the key itself (tests forbid it).
  std::string text(Language language, std::string_view key,
                   const std::vector<std::pair<std::string, std::string>>& args = {}) const;
  const std::string& raw(Language language, std::string_view key) const;
  const std::map<std::string, std::string, std::less<>>& all(Language language) const {
    return texts_[static_cast<int>(language)];
  }

 private:
  std::map<std::string, std::string, std::less<>> texts_[2];
};

std::string date_text(Language language, Instant at);        // 11月24日 周二 09:30 / Tue 24 Nov 09:30
std::string day_text(Language language, Date date);
std::string duration_text(Language language, Minutes minutes);  // 2 小时 30 分 / 2 h 30 min
std::string hours_text(Minutes minutes);                     // "2.50": display only, half-up (H1)

}  // namespace tx::language
