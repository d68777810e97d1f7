#include "base/result.h"

#include <cstdio>
#include <cstdlib>

namespace tx {

int http_status(Kind kind) {
  switch (kind) {
    case Kind::invalid: return 422;
    case Kind::unauthenticated: return 401;
    case Kind::forbidden: return 403;
    case Kind::not_found: return 404;
    case Kind::conflict:
    case Kind::too_late:
    case Kind::full: return 409;
    case Kind::too_many: return 429;
    case Kind::unavailable: return 503;
  }
  return 500;
}

void assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "{\"level\":\"fatal\",\"event\":\"assertion\",\"at\":\"%s:%d\",\"text\":\"%s\"}\n", file, line,
               expression);
  std::abort();
}

}  // namespace tx
