// Readers of what a client sends: percent and query encoding, cookies, form and multipart bodies. Every one is bounded,
// refuses rather than guesses, and has a fuzz target. They know nothing of sockets and routes.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/http/http.h"

namespace tx::http {

inline constexpr std::size_t kMaxFields = 1000;   // of one query string or form
inline constexpr std::size_t kMaxParts = 64;      // of one multipart body
inline constexpr std::size_t kMaxPartHeader = 4096;
inline constexpr std::size_t kMaxTextPart = 256 * 1024;

// nullopt: broken escape, control character or not UTF-8. `plus_is_space` for forms and queries.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space);
// The path of a request target, decoded: nullopt also for dot segments, empty segments inside, an escaped slash.
std::optional<std::string> decoded_path(std::string_view raw_path);
// "a=1&b=2&b=3" -> {"a":"1","b":["2","3"]}; nullopt: unreadable or too many.
std::optional<Json> decoded_form(std::string_view text);
std::string cookie_value(std::string_view cookie_header, std::string_view name);
// Value of a parameter of a header such as Content-Type or Content-Disposition ("boundary", "name", "filename").
std::optional<std::string> header_parameter(std::string_view header, std::string_view name);
bool same_text(std::string_view a, std::string_view b);  // ASCII, without case

struct Multipart {
  Json fields = Json::object();
  std::vector<Upload> uploads;
};
std::optional<Multipart> decoded_multipart(std::string_view body, std::string_view boundary);
// Fills request.fields and request.uploads from its body; false: unreadable, or of a type that no form has.
bool decode_body(Request& request);

}  // namespace tx::http
