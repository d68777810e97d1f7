#include "platform/http/decode.h"

#include <algorithm>

namespace tx::http {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
bool well_formed(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    std::size_t more = lead < 0x80 ? 0 : lead >= 0xc2 && lead <= 0xdf ? 1 : (lead & 0xf0) == 0xe0 ? 2
                       : lead >= 0xf0 && lead <= 0xf4 ? 3 : 4;
    if (more == 4 || at + more >= text.size() + (more == 0 ? 1 : 0)) return false;
    for (std::size_t i = 1; i <= more; ++i)
      if ((static_cast<unsigned char>(text[at + i]) & 0xc0) != 0x80) return false;
    const auto second = more ? static_cast<unsigned char>(text[at + 1]) : 0;
    if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) || (lead == 0xf0 && second < 0x90) ||
        (lead == 0xf4 && second > 0x8f))
      return false;
    at += more + 1;
  }
  return true;
}

bool printable(std::string_view text) {  // tabs and line ends belong to text areas
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t' || c == '\n' || c == '\r';
  });
}

// Collects first and builds the object at the end: a name repeated a thousand times costs no copies of its list.
class Fields {
 public:
  void add(std::string name, std::string value) {
    for (auto& [known, values] : all_)
      if (known == name) {
        values.emplace_back(std::move(value));
        return;
      }
    all_.emplace_back(std::move(name), Json::Array{Json(std::move(value))});
  }
  Json take() {
    Json object = Json::object();
    for (auto& [name, values] : all_)
      object.set(name, values.size() == 1 ? std::move(values.front()) : Json(std::move(values)));
    return object;
  }

 private:
  std::vector<std::pair<std::string, Json::Array>> all_;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

struct PartHead {
  std::string name, file_name, content_type;
  bool is_file = false;
};

std::optional<PartHead> part_head(std::string_view head) {
  PartHead part;
  bool named = false;
  while (!head.empty()) {
    const auto end = head.find("\r\n");
    const auto line = head.substr(0, end);
    head = end == std::string_view::npos ? std::string_view() : head.substr(end + 2);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto name = trimmed(line.substr(0, colon));
    const auto value = trimmed(line.substr(colon + 1));
    if (same_text(name, "content-disposition")) {
      if (named || value.size() < 9 || !same_text(value.substr(0, 9), "form-data")) return std::nullopt;
      const auto field = header_parameter(value, "name");
      if (!field || !well_formed(*field) || !printable(*field)) return std::nullopt;
      part.name = *field;
      named = true;
      if (const auto file = header_parameter(value, "filename")) {
        if (!well_formed(*file) || !printable(*file)) return std::nullopt;
        part.is_file = true;
        part.file_name = file->substr(file->find_last_of("/\\") == std::string::npos
                                          ? 0 : file->find_last_of("/\\") + 1);
      }
    } else if (same_text(name, "content-type")) {
      part.content_type = std::string(value);
    }
  }
  if (!named) return std::nullopt;
  return part;
}

bool store_part(Multipart& out, Fields& fields, PartHead head, std::string_view content) {
  if (head.is_file) {
    if (head.file_name.empty() && content.empty()) return true;  // a file field that was left empty
    out.uploads.push_back({std::move(head.name), std::move(head.file_name), std::move(head.content_type),
                           std::string(content)});
    return true;
  }
  if (content.size() > kMaxTextPart || !well_formed(content) || !printable(content)) return false;
  fields.add(std::move(head.name), std::string(content));
  return true;
}

}  // namespace

bool same_text(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
           return lower(x) == lower(y);
         });
}

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[at] == '%') {
      if (at + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[at + 1]), low = hex_digit(text[at + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      at += 2;
    } else {
      out += text[at];
    }
  }
  if (!well_formed(out) || !printable(out)) return std::nullopt;
  return out;
}

std::optional<std::string> decoded_path(std::string_view raw) {
  if (raw.empty() || raw.front() != '/') return std::nullopt;
  for (std::size_t at = raw.find('%'); at != std::string_view::npos; at = raw.find('%', at + 1))
    if (same_text(raw.substr(at, 3), "%2f") || same_text(raw.substr(at, 3), "%5c")) return std::nullopt;
  auto path = percent_decoded(raw, false);
  if (!path || path->find_first_of("\\\r\n\t") != std::string::npos || path->find("//") != std::string::npos)
    return std::nullopt;
  for (std::size_t at = 0; at != std::string::npos;) {
    const auto next = path->find('/', at + 1);
    const std::string_view segment(path->data() + at + 1, (next == std::string::npos ? path->size() : next) - at - 1);
    if (segment == "." || segment == "..") return std::nullopt;
    at = next;
  }
  return path;
}

std::optional<Json> decoded_form(std::string_view text) {
  Fields fields;
  std::size_t count = 0;
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (pair.empty()) continue;
    if (++count > kMaxFields) return std::nullopt;
    const auto equals = pair.find('=');
    auto name = percent_decoded(pair.substr(0, equals), true);
    auto value = percent_decoded(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), true);
    if (!name || !value) return std::nullopt;
    fields.add(std::move(*name), std::move(*value));
  }
  return fields.take();
}

std::string cookie_value(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const auto end = header.find(';');
    const auto pair = trimmed(header.substr(0, end));
    header = end == std::string_view::npos ? std::string_view() : header.substr(end + 1);
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name)
      return std::string(trimmed(pair.substr(equals + 1)));
  }
  return {};
}

std::optional<std::string> header_parameter(std::string_view header, std::string_view name) {
  std::size_t at = header.find(';');
  while (at != std::string_view::npos) {
    ++at;
    while (at < header.size() && (header[at] == ' ' || header[at] == '\t')) ++at;
    const std::size_t equals = header.find('=', at);
    if (equals == std::string_view::npos) return std::nullopt;
    const bool wanted = same_text(trimmed(header.substr(at, equals - at)), name);
    std::string value;
    at = equals + 1;
    if (at < header.size() && header[at] == '"') {
      for (++at; at < header.size() && header[at] != '"'; ++at) {
        if (header[at] == '\\' && at + 1 < header.size() && (header[at + 1] == '"' || header[at + 1] == '\\')) ++at;
        value += header[at];
      }
      if (at >= header.size()) return std::nullopt;  // quote not closed
    } else {
      const auto end = header.find(';', at);
      value = std::string(trimmed(header.substr(at, end == std::string_view::npos ? end : end - at)));
    }
    if (wanted) return value;
    at = header.find(';', at);
  }
  return std::nullopt;
}

std::optional<Multipart> decoded_multipart(std::string_view body, std::string_view boundary) {
  if (boundary.empty() || boundary.size() > 70) return std::nullopt;  // RFC 2046 §5.1.1
  const std::string opening = "--" + std::string(boundary);
  const std::string divider = "\r\n" + opening;
  if (!body.starts_with(opening)) return std::nullopt;
  body.remove_prefix(opening.size());
  Multipart out;
  Fields fields;
  for (std::size_t parts = 0;; ++parts) {
    if (body.starts_with("--")) {
      out.fields = fields.take();
      return out;
    }
    if (parts == kMaxParts || !body.starts_with("\r\n")) return std::nullopt;
    body.remove_prefix(2);
    const auto head_end = body.substr(0, kMaxPartHeader + 4).find("\r\n\r\n");
    if (head_end == std::string_view::npos) return std::nullopt;
    auto head = part_head(body.substr(0, head_end));
    body.remove_prefix(head_end + 4);
    const auto end = body.find(divider);
    if (!head || end == std::string_view::npos) return std::nullopt;
    if (!store_part(out, fields, std::move(*head), body.substr(0, end))) return std::nullopt;
    body.remove_prefix(end + divider.size());
  }
}

bool decode_body(Request& request) {
  const std::string_view type = trimmed(std::string_view(request.content_type).substr(
      0, request.content_type.find(';')));
  if (request.body.empty()) return true;
  if (same_text(type, "application/octet-stream")) return true;   // its command reads the body itself
  if (same_text(type, "application/json")) {
    auto parsed = Json::parse(request.body);
    if (!parsed || !parsed->is_object()) return false;
    request.fields = std::move(*parsed);
    return true;
  }
  if (same_text(type, "application/x-www-form-urlencoded")) {
    auto fields = decoded_form(request.body);
    if (fields) request.fields = std::move(*fields);
    return fields.has_value();
  }
  if (same_text(type, "multipart/form-data")) {
    const auto boundary = header_parameter(request.content_type, "boundary");
    auto parts = boundary ? decoded_multipart(request.body, *boundary) : std::nullopt;
    if (!parts) return false;
    request.fields = std::move(parts->fields);
    request.uploads = std::move(parts->uploads);
    return true;
  }
  return false;
}

}  // namespace tx::http
