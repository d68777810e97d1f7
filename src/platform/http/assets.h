// The built style sheet, scripts and pictures: compressed once at start, served with an ETag; an address that carries
// ?v=<hash> of the current content may be kept for ever.
#pragma once
#include <map>
#include <string>

#include "platform/http/http.h"

namespace tx::http {

class Assets {
 public:
  explicit Assets(const WebFiles& files);
  static const Assets& embedded();  // compressed once in the life of the program
  std::string address(const std::string& name) const;             // "/assets/app.css?v=…"
  // nullopt: no such asset. `name` without "/assets/".
  std::optional<Response> respond(const Request& request, const std::string& name) const;

 private:
  struct Asset {
    std::string bytes, gzip, brotli, etag, type;
  };
  std::map<std::string, Asset, std::less<>> assets_;
};

}  // namespace tx::http
