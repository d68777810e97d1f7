// Finds, prepares and renders the page templates: texts of the catalogue are set in once for each language, partials
// are included as text, the layout goes round the page. Not the engine itself (templates.h) nor the files (WebFiles).
#pragma once
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>

#include "platform/http/http.h"
#include "platform/http/templates.h"

namespace tx::http {

class Pages {
 public:
  struct Options {
    WebFiles files;
    std::string css, js;         // addresses of the style sheet and the script, with ?v=
    std::string map_css = {};    // of the style sheet that only pages with a map carry
    bool demonstration = false;
    bool reload = false;         // development: read the files at every use
  };
  Pages(Options options, const language::Catalogue& words);

  Response page(const Context& context, std::string_view name, Json view, int status) const;
  std::string fragment(const Context& context, std::string_view name, const Json& view) const;
  // The page of a refusal, inside the layout.
  Response refusal(const Context& context, const Refusal& refusal, int status) const;
  // The same without layout and reader: for when the server is overloaded or the request is not even HTTP.
  Response bare(language::Language language, const Refusal& refusal, int status) const;
  void warm(language::Language language, std::string_view name) const { find(language, name); }  // throws when broken
  void set_filler(LayoutFiller filler) { filler_ = std::move(filler); }

 private:
  std::shared_ptr<const Template> find(language::Language language, std::string_view name) const;
  std::string source(std::string_view name, int depth) const;
  Json common(const Context& context) const;

  Options options_;
  const language::Catalogue& words_;
  LayoutFiller filler_;
  mutable std::shared_mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<const Template>, std::less<>> cache_[2];
};

// [[key]] -> the escaped text of the language with {name} as {{name}}. Missing keys are kept visible.
std::string with_texts(std::string_view source, const language::Catalogue& words, language::Language language);

}  // namespace tx::http
