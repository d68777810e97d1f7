#include "platform/http/wire.h"

#include <algorithm>
#include <charconv>

#include "platform/http/decode.h"

namespace tx::http {
namespace {

int count_of(const std::vector<std::pair<std::string, std::string>>& fields, std::string_view name) {
  return static_cast<int>(std::count_if(fields.begin(), fields.end(), [&](const auto& f) { return f.first == name; }));
}

bool is_host(std::string_view host) {
  return !host.empty() && host.size() <= 255 && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == ':' || c == '[' || c == ']' || c == '_';
  });
}

const char* reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return status < 300 ? "OK" : status < 400 ? "Redirect" : status < 500 ? "Refused" : "Failed";
  }
}

}  // namespace

int examine_header(std::string_view raw, std::size_t& end) {
  end = 0;
  const auto found = raw.find("\r\n\r\n");
  const auto header = raw.substr(0, found == std::string_view::npos ? found : found + 4);
  const auto line = header.substr(0, header.find("\r\n"));
  if (line.size() > kMaxTarget + 32) return 414;  // method, version and two spaces besides the target
  for (std::size_t at = 0; at < header.size(); ++at) {
    if (header[at] == '\0') return 400;
    if (header[at] == '\n' && (at == 0 || header[at - 1] != '\r')) return 400;  // bare LF: proxies disagree about it
    if (header[at] == '\r' && at + 1 < header.size() && header[at + 1] != '\n') return 400;
    if (header[at] == '\n' && at + 1 < header.size() && (header[at + 1] == ' ' || header[at + 1] == '\t'))
      return 400;  // folded line (RFC 9112 §5.2)
  }
  if (header.size() > kMaxHeader) return 431;
  if (found != std::string_view::npos) end = found + 4;
  return 0;
}

Head read_head(std::string method, std::string_view target, int version,
               std::vector<std::pair<std::string, std::string>> fields) {
  Head head;
  const auto refuse_head = [&](int status, const char* rule) {
    head.status = status;
    head.rule = rule;
    head.keep_alive = false;
    return head;
  };
  head.request.method = std::move(method);
  head.request.headers = std::move(fields);
  auto& request = head.request;
  const auto question = target.find('?');
  const auto path = decoded_path(target.substr(0, question));
  if (path) request.path = *path;  // early, so that a refusal speaks the language of its address
  if (version != 10 && version != 11) return refuse_head(505, "http.request");
  if (request.headers.size() > kMaxHeaderFields) return refuse_head(431, "http.header_too_large");
  if (target.size() > kMaxTarget) return refuse_head(414, "http.address_too_long");
  if (count_of(request.headers, "host") != 1 || !is_host(request.header("host")))
    return refuse_head(400, "http.request");
  for (const auto* once : {"content-length", "transfer-encoding", "content-type", "origin", "sec-fetch-site",
                           "idempotency-key", "cookie"})
    if (count_of(request.headers, once) > 1) return refuse_head(400, "http.request");
  const auto coding = request.header("transfer-encoding");
  const auto length = request.header("content-length");
  head.chunked = !coding.empty();
  if (count_of(request.headers, "transfer-encoding") == 1 &&
      (!same_text(coding, "chunked") || version == 10 || count_of(request.headers, "content-length") > 0))
    return refuse_head(400, "http.request");
  if (count_of(request.headers, "content-length") == 1) {
    const auto [rest, error] = std::from_chars(length.data(), length.data() + length.size(), head.content_length);
    if (error != std::errc() || rest != length.data() + length.size() || length.empty())
      return refuse_head(400, "http.request");
  }
  if (!path) return refuse_head(400, "http.request");
  if (question != std::string_view::npos) request.query_text = std::string(target.substr(question + 1));
  auto query = decoded_form(request.query_text);
  if (!query) return refuse_head(400, "http.request");
  request.query = std::move(*query);
  request.content_type = std::string(request.header("content-type"));
  if (const auto expect = request.header("expect"); !expect.empty()) {
    if (!same_text(expect, "100-continue")) return refuse_head(417, "http.request");
    head.expects_continue = version == 11;
  }
  const auto connection = request.header("connection");
  head.keep_alive = version == 11 ? !same_text(connection, "close") : same_text(connection, "keep-alive");
  head.head_only = request.method == "HEAD";
  const bool has_body = head.chunked || head.content_length > 0;
  if (has_body && request.method != "POST") return refuse_head(400, "http.request");
  return head;
}

std::string response_head(const Response& response, bool keep_alive, bool with_length) {
  std::string out;
  out.reserve(1024);
  out += "HTTP/1.1 " + std::to_string(response.status) + " " + reason_of(response.status) + "\r\n";
  if (response.status != 304) out += "content-type: " + response.content_type + "\r\n";
  for (const auto& [name, value] : response.headers) {
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
  }
  if (with_length && response.status != 304)
    out += "content-length: " + std::to_string(response.body.size()) + "\r\n";
  if (!keep_alive) out += "connection: close\r\n";
  out += "\r\n";
  return out;
}

}  // namespace tx::http
