// What a plan says, in words and as plain numbers for SVG: optimal against greedy, how the years add up, circles on paper against
// streets. Every picture has its table twin on the page. Screen and paper say the same. Pure.
#pragma once
#include "platform/http/http.h"
#include "systems/stations/planning/planning.h"

namespace tx::stations::planning {

// What was asked, in one line; and the sentence that nobody else prints: what is reached, and what no other choice can exceed.
std::string question_text(const http::Context& context, const Plan& plan);
std::string sentence(const http::Context& context, const Plan& plan);

// {label, line, points[{x, y, tick_y, tick_h}], grid[{y, words, words_y}], marks[{x, words}], rows[{p, greedy, optimal, bound}]} or null
Json curve_view(const http::Context& context, const Plan& plan);
// {bars, paper_more} or null
Json paper_view(const http::Context& context, const Plan& plan);
Json years_view(const http::Context& context, const Plan& plan);      // chart_columns and rows, or null
Json counties_view(const http::Context& context, const Plan& plan);   // rows

}  // namespace tx::stations::planning
