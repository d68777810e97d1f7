#include "platform/http/templates.h"

#include <algorithm>

namespace tx::http {
namespace {

constexpr std::size_t kMaxOutput = 16 << 20;
constexpr std::size_t kMaxNesting = 64;

bool absent(const Json* value) {
  if (!value || value->is_null()) return true;
  if (value->is_bool()) return !value->boolean();
  if (value->is_integer() || value->is_double()) return value->number() == 0;
  if (value->is_string()) return value->text().empty();
  return value->is_array() && value->size() == 0;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::vector<std::string> dotted(std::string_view name) {
  std::vector<std::string> parts;
  if (name == ".") return parts;
  for (std::size_t at = 0; at <= name.size();) {
    const auto dot = std::min(name.find('.', at), name.size());
    parts.emplace_back(name.substr(at, dot - at));
    at = dot + 1;
  }
  return parts;
}

const Json* look_up(const std::vector<const Json*>& frames, const std::vector<std::string>& name) {
  if (name.empty()) return frames.empty() ? nullptr : frames.back();
  for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
    const Json* value = (*frame)->find(name.front());
    if (!value) continue;
    for (std::size_t part = 1; value && part < name.size(); ++part) value = value->find(name[part]);
    return value;
  }
  return nullptr;
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto next = std::min(text.find_first_of("&<>\"'", at), text.size());
    out.append(text, at, next - at);
    at = next + 1;
    if (next == text.size()) break;
    switch (text[next]) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += "&#39;"; break;
    }
  }
}

Result<Template> Template::compile(std::string_view text) {
  Template result;
  std::vector<std::size_t> open;
  const auto broken = [](std::string_view why) {
    return refuse(tx::Kind::invalid, "http.template", {}, {{"why", std::string(why)}});
  };
  while (!text.empty()) {
    const auto tag = text.find("{{");
    if (tag != 0) result.nodes_.push_back({Template::Kind::text, std::string(text.substr(0, tag)), {}, 0});
    if (tag == std::string_view::npos) break;
    text.remove_prefix(tag + 2);
    const bool triple = text.starts_with("{");
    const auto close = text.find(triple ? "}}}" : "}}");
    if (close == std::string_view::npos) return broken("tag not closed");
    std::string_view inside = trimmed(text.substr(triple ? 1 : 0, close - (triple ? 1 : 0)));
    text.remove_prefix(close + (triple ? 3 : 2));
    const char sign = !triple && !inside.empty() ? inside.front() : ' ';
    if (sign == '!') continue;
    if (sign == '>' || sign == '=') return broken("partials and delimiters have no place here");
    const bool signed_tag = sign == '#' || sign == '^' || sign == '/' || sign == '&';
    const std::string_view name = signed_tag ? trimmed(inside.substr(1)) : inside;
    if (name.empty()) return broken("empty tag");
    if (sign == '/') {
      if (open.empty() || result.nodes_[open.back()].name != dotted(name)) return broken(name);
      result.nodes_.push_back({Template::Kind::end, {}, {}, 0});
      result.nodes_[open.back()].past = result.nodes_.size();
      open.pop_back();
      continue;
    }
    if (sign == '#' || sign == '^') open.push_back(result.nodes_.size());
    if (open.size() > kMaxNesting) return broken("too deep");
    const auto kind = sign == '#' ? Template::Kind::section : sign == '^' ? Template::Kind::inverted
                      : triple || sign == '&' ? Template::Kind::raw : Template::Kind::escaped;
    result.nodes_.push_back({kind, {}, dotted(name), 0});
  }
  if (!open.empty()) return broken("section not closed");
  return result;
}

struct Template::Run {
  const std::vector<Node>& nodes;
  std::vector<const Json*> frames;
  std::string out;

  void value(const Node& node) {
    const Json* found = look_up(frames, node.name);
    if (!found || found->is_null() || found->is_object() || found->is_array()) return;
    if (found->is_bool() && !found->boolean()) return;
    if (!found->is_string()) out += found->dump();
    else if (node.kind == Kind::raw) out += found->text();
    else append_escaped(out, found->text());
  }

  void part(std::size_t from, std::size_t to) {
    for (std::size_t at = from; at < to && out.size() < kMaxOutput;) {
      const Node& node = nodes[at];
      switch (node.kind) {
        case Kind::text: out += node.text; ++at; break;
        case Kind::escaped:
        case Kind::raw: value(node); ++at; break;
        case Kind::inverted:
          if (absent(look_up(frames, node.name))) part(at + 1, node.past - 1);
          at = node.past;
          break;
        case Kind::section: section(node, at); at = node.past; break;
        case Kind::end: ++at; break;
      }
    }
  }

  void section(const Node& node, std::size_t at) {
    const Json* found = look_up(frames, node.name);
    if (absent(found)) return;
    const auto once = [&](const Json* item) {
      frames.push_back(item);
      part(at + 1, node.past - 1);
      frames.pop_back();
    };
    if (!found->is_array()) return once(found);
    for (const auto& item : found->items()) {
      if (out.size() >= kMaxOutput) return;
      once(&item);
    }
  }
};

std::string Template::render(const std::vector<const Json*>& frames) const {
  Run run{nodes_, frames, {}};
  run.part(0, nodes_.size());
  return std::move(run.out);
}

}  // namespace tx::http
