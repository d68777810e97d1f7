// Stars (志愿者星级): thresholds are data with their source; a star follows from recognised minutes and never from points.
#pragma once
#include "platform/http/http.h"

namespace tx::support {

struct StarStep {
  int star;
  std::int64_t minutes;
};
// 100, 300, 600, 1,000 and 1,500 hours (民函〔2012〕340号; national system), unless the region's settings star.<n> say hours
// of their own. rules.md §5.1: Ningxia's own scheme was not found in public sources.
std::vector<StarStep> star_steps(storage::Reader& reader, const std::string& region);
int star_of(std::int64_t minutes, const std::vector<StarStep>& steps);
Json star_view(const http::Context& context, std::int64_t volunteer);   // {star, stars, next, left, percent}

}  // namespace tx::support
