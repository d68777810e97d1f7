#include "platform/http/http.h"

#include "platform/http/decode.h"
#include "platform/http/pages.h"

namespace tx::http {
namespace {

std::string find_argument(const std::vector<std::pair<std::string, std::string>>& arguments, std::string_view name) {
  for (const auto& [key, value] : arguments)
    if (key == name) return value;
  return {};
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}
std::string Request::cookie(std::string_view name) const { return cookie_value(header("cookie"), name); }

Response Response::html(std::string body, int status) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}
Response Response::json(const Json& body, int status) {
  Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = body.dump();
  return response;
}
Response Response::text(std::string body, int status) {
  Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}
Response Response::file(std::string bytes, std::string content_type, std::string download_name) {
  Response response;
  response.content_type = std::move(content_type);
  response.body = std::move(bytes);
  if (!download_name.empty())  // RFC 6266 §4.3: the extended form carries Chinese names
    response.set_header("content-disposition", "attachment; filename*=UTF-8''" + url_encoded(download_name));
  return response;
}
Response Response::redirect(std::string location) {
  Response response;
  response.status = 303;
  response.content_type = "text/plain; charset=utf-8";
  return response.set_header("location", std::move(location));
}
Response& Response::set_header(std::string name, std::string value) {
  for (auto& header : headers)
    if (header.first == name && name != "set-cookie") {
      header.second = std::move(value);
      return *this;
    }
  headers.emplace_back(std::move(name), std::move(value));
  return *this;
}
Response& Response::set_cookie(std::string name, std::string value, std::int64_t max_age_s, bool http_only) {
  return set_header("set-cookie", std::move(name) + "=" + std::move(value) + "; Path=/; Max-Age=" +
                                      std::to_string(max_age_s) + "; SameSite=Lax" + (http_only ? "; HttpOnly" : ""));
}

std::string url_encoded(std::string_view text) {
  static constexpr char hex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
        c == '_' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
  }
  return out;
}

std::string Context::argument(std::string_view name) const { return find_argument(arguments, name); }
std::string CommandContext::argument(std::string_view name) const { return find_argument(arguments, name); }

Response Context::page(std::string_view name, Json view, int status) const {
  TX_ASSERT(pages != nullptr);
  return pages->page(*this, name, std::move(view), status);
}
std::string Context::fragment(std::string_view name, const Json& view) const {
  TX_ASSERT(pages != nullptr);
  return pages->fragment(*this, name, view);
}
bool Context::may(access::Permission permission) const {
  for (const auto& grant : actor.grants) {
    const auto* role = roles.find(grant.role);
    if (role && roles.holds(grant.role, permission) && (!role->second_factor || actor.second_factor)) return true;
  }
  return false;
}

}  // namespace tx::http
