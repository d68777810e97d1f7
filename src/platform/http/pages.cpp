#include "platform/http/pages.h"

#include <algorithm>
#include <mutex>
#include <stdexcept>

#include "base/log.h"
#include "platform/http/random.h"

namespace tx::http {
namespace {

constexpr int kMaxIncludeDepth = 12;
// What a page's view hands to the layout; everything else of the view stays inside the page.
constexpr const char* kFromView[] = {"title", "nav_home", "nav_nearby", "nav_scan", "nav_messages", "nav_me", "alert", "notice"};

bool is_key_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '-' || c == '/';
}

std::string text_for_template(const std::string& text) {
  std::string escaped, out;
  append_escaped(escaped, text);
  for (std::size_t at = 0; at < escaped.size(); ++at) {
    const auto close = escaped[at] == '{' ? escaped.find('}', at) : std::string::npos;
    if (close == std::string::npos) {
      out += escaped[at];
      continue;
    }
    out += "{{" + escaped.substr(at + 1, close - at - 1) + "}}";
    at = close;
  }
  return out;
}

Json notice_of(const std::string& text) { return Json::of({{"text", text}}); }

}  // namespace

std::string with_texts(std::string_view source, const language::Catalogue& words, language::Language language) {
  std::string out;
  while (!source.empty()) {
    const auto open = source.find("[[");
    out.append(source.substr(0, open));
    if (open == std::string_view::npos) break;
    source.remove_prefix(open + 2);
    const auto close = source.find("]]");
    const auto key = source.substr(0, close == std::string_view::npos ? 0 : close);
    if (key.empty() || !std::all_of(key.begin(), key.end(), is_key_letter)) {
      out += "[[";
      continue;
    }
    source.remove_prefix(close + 2);
    const std::string& text = words.raw(language, key);
    if (text.empty() && !words.has(key)) log::warning("template.no_text", {{"key", key}});
    out += text.empty() ? std::string(key) : text_for_template(text);
  }
  return out;
}

Pages::Pages(Options options, const language::Catalogue& words) : options_(std::move(options)), words_(words) {}

std::string Pages::source(std::string_view name, int depth) const {
  if (depth > kMaxIncludeDepth) throw std::runtime_error("partials nest too deeply at " + std::string(name));
  auto text = options_.files.read(std::string(name) + ".html");
  if (!text) throw std::runtime_error("no template " + std::string(name));
  while (!text->empty() && text->back() == '\n') text->pop_back();
  std::string out;
  std::size_t at = 0;
  for (auto tag = text->find("{{>"); tag != std::string::npos; tag = text->find("{{>", at)) {
    const auto close = text->find("}}", tag);
    if (close == std::string::npos) break;
    out.append(*text, at, tag - at);
    std::string part = text->substr(tag + 3, close - tag - 3);
    part.erase(0, part.find_first_not_of(' '));
    part.erase(part.find_last_not_of(' ') + 1);
    out += source(part, depth + 1);
    at = close + 2;
  }
  return out.append(*text, at);
}

std::shared_ptr<const Template> Pages::find(language::Language language, std::string_view name) const {
  auto& cache = cache_[static_cast<int>(language)];
  if (!options_.reload) {
    std::shared_lock lock(mutex_);
    if (const auto found = cache.find(name); found != cache.end()) return found->second;
  }
  auto compiled = Template::compile(with_texts(source(name, 0), words_, language));
  if (!compiled) throw std::runtime_error("template " + std::string(name) + ": " + compiled.error().args.at(0).second);
  auto made = std::make_shared<const Template>(std::move(*compiled));
  std::unique_lock lock(mutex_);
  cache[std::string(name)] = made;
  return made;
}

// Names that every page and the layout may use.
Json Pages::common(const Context& context) const {
  const auto& request = context.request;
  const std::string full = request.query_text.empty() ? request.path : request.path + "?" + request.query_text;
  return Json::of({{"lang", language::tag(context.language)},
                   {"elder", context.elder},
                   {"signed_in", context.actor.signed_in()},
                   {"user_name", context.actor.name},
                   {"csrf", context.csrf},
                   {"events", context.now.us},   // the page listens from the moment it was asked for
                   {"form_key", random_hex(16)},  // a page shown again after a refusal is a new attempt: a new key
                   {"path", request.method == "POST" ? request.path : full},
                   {"path_encoded", url_encoded(full)},
                   {"css", options_.css},
                   {"js", options_.js},
                   {"map_css", options_.map_css},
                   {"demo", options_.demonstration}});
}

std::string Pages::fragment(const Context& context, std::string_view name, const Json& view) const {
  const Json base = common(context);
  return find(context.language, name)->render({&base, &view});
}

Response Pages::page(const Context& context, std::string_view name, Json view, int status) const {
  const Json base = common(context);
  Json layout = Json::object();
  layout.set("unread", 0).set("title", "");
  if (context.problem && view["summary"].is_null())
    layout.set("alert", notice_of(context.text(context.problem->rule, context.problem->args)));
  if (!context.flash.empty()) layout.set("notice", notice_of(context.text(context.flash)));
  if (filler_) filler_(context, layout);
  for (const auto* member : kFromView)
    if (const Json* value = view.find(member)) layout.set(member, *value);
  layout.set("body", find(context.language, name)->render({&base, &view}));
  return Response::html(find(context.language, "layout/page")->render({&base, &layout}), status);
}

Response Pages::refusal(const Context& context, const Refusal& refusal, int status) const {
  const std::string title = context.text("http.status." + std::to_string(status));
  Json view = Json::of({{"title", title}, {"summary", true}, {"status", status}, {"rule", refusal.rule},
                        {"sentence", context.text(refusal.rule, refusal.args)}});
  return page(context, "http/refusal", std::move(view), status);
}

Response Pages::bare(language::Language language, const Refusal& refusal, int status) const {
  const Json view = Json::of({{"lang", language::tag(language)}, {"css", options_.css}, {"status", status},
                              {"title", words_.text(language, "http.status." + std::to_string(status))},
                              {"sentence", words_.text(language, refusal.rule, refusal.args)}});
  return Response::html(find(language, "http/bare")->render({&view}), status);
}

}  // namespace tx::http
