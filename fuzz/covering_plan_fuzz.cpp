// Programs that can be read are solved and hold before the checker; plans that can be read are judged without harm, and
// against a small program with a known optimum none may claim a bound below it.
#include <cstdlib>
#include <string>

#include "engines/covering/plan_file.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace tx::covering;
  const std::string text(reinterpret_cast<const char*>(data), size);
  Plan plan;
  if (read_plan(text, plan).empty()) {
    // Three columns of which one may open, a triangle of demands: the best is 2.
    Program triangle;
    triangle.columns = 3;
    triangle.start = {0, 2, 4, 6};
    triangle.column = {0, 1, 1, 2, 0, 2};
    triangle.unit = {1, 1, 1, 1, 1, 1};
    triangle.weight = {1, 1, 1};
    triangle.part = {0, 0, 0};
    triangle.cost = {0, 0, 0};
    triangle.fixed = {-1, -1, -1};
    triangle.rows = {{{{0, 1}, {1, 1}, {2, 1}}, 1}};
    if (verify(triangle, plan).good && plan.bound < 2) std::abort();
  }
  Program program;
  if (!read_program(text, program).empty() && !read_question(text, program).empty()) return 0;
  if (!check_program(program) || program.columns > 14 || program.demands() > 30 || program.rows.size() > 20) return 0;
  Options options;
  options.search_moves = 2;
  options.node_limit = 50;
  const auto solved = solve(program, options);
  if (!solved || !verify(program, *solved).good) std::abort();
  return 0;
}
