// The template engine of the pages: the part of mustache that web/README.md describes, over tx::Json, without copying
// the view. Escapes by default; empty text, zero, false and empty lists count as absent in a section, yet {{zero}}
// prints 0 — which is why this is not kainjow's engine, where a value is either false or printable. A Template is
// immutable: any number of threads may render it. It knows nothing of catalogues and files (see pages.h).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace tx::http {

class Template {
 public:
  // Refuses unclosed tags and sections with "http.template".
  static Result<Template> compile(std::string_view text);
  // Names are looked up from the last frame outwards. Output stops at 16 MiB.
  std::string render(const std::vector<const Json*>& frames) const;

 private:
  enum class Kind { text, escaped, raw, section, inverted, end };
  struct Node {
    Kind kind;
    std::string text;                  // literal
    std::vector<std::string> name;     // dotted name; empty: the current item
    std::size_t past = 0;              // of a section: index behind its end
  };
  struct Run;
  std::vector<Node> nodes_;
};

void append_escaped(std::string& out, std::string_view text);  // for HTML text and quoted attributes

}  // namespace tx::http
