#include "engines/covering/plan_command.h"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iterator>
#include <ostream>

#include "engines/covering/plan_file.h"

namespace tx::covering {
namespace {

bool read_file(const std::string& path, std::string& text) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return false;
  text.assign(std::istreambuf_iterator<char>(file), {});
  return true;
}

std::string read_instance(const std::string& path, Program& program) {
  std::string text;
  if (!read_file(path, text)) return "cannot open " + path;
  const auto wrong = text.find("tongxin-question") < text.find("tongxin-covering") ? read_question(text, program) : read_program(text, program);
  return wrong.empty() ? wrong : path + ": " + wrong;
}

int verify_files(const std::string& instance, const std::string& plan_path, std::ostream& out) {
  Program program;
  Plan plan;
  std::string text;
  auto wrong = read_instance(instance, program);
  if (wrong.empty() && !read_file(plan_path, text)) wrong = "cannot open " + plan_path;
  if (wrong.empty()) {
    wrong = read_plan(text, plan);
    if (!wrong.empty()) wrong = plan_path + ": " + wrong;
  }
  if (!wrong.empty()) {
    out << wrong << '\n';
    return 2;
  }
  if (const auto sound = check_program(program); !sound) {
    out << instance << ": malformed: " << sound.error().field << '\n';
    return 2;
  }
  const auto verdict = verify(program, plan);
  out << (verdict.good ? "holds" : "does not hold: " + verdict.why) << '\n';
  return verdict.good ? 0 : 1;
}

int solve_file(const std::string& path, double seconds, bool brief, std::ostream& out) {
  Program program;
  if (const auto wrong = read_instance(path, program); !wrong.empty()) {
    out << wrong << '\n';
    return 2;
  }
  Options options;
  const auto start = std::chrono::steady_clock::now();
  if (seconds > 0)
    options.progress = [&](const Progress&) { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() < seconds; };
  const auto plan = solve(program, options);
  if (!plan) {
    out << path << ": malformed: " << plan.error().field << '\n';
    return 2;
  }
  if (!brief) {
    write_plan(out, *plan);
    return 0;
  }
  if (!plan->feasible) out << path << (plan->finished ? ": no plan keeps every rule\n" : ": no plan found in time\n");
  else {
    out << path << ": value " << plan->value << " bound " << plan->bound << " gap " << std::fixed << std::setprecision(4)
        << plan->gap() * 100 << " % reached " << plan->reached << " open";
    for (std::size_t i = 0; i < plan->open.size(); ++i)
      if (plan->open[i]) out << ' ' << i;
    out << '\n';
  }
  return 0;
}

}  // namespace

int plan_command(const std::vector<std::string>& arguments, std::ostream& out) {
  std::size_t at = 0;
  bool brief = false;
  double seconds = 0;
  for (; at < arguments.size() && arguments[at].starts_with("--"); ++at) {
    if (arguments[at] == "--brief") brief = true;
    else if (arguments[at] == "--seconds" && at + 1 < arguments.size()) seconds = std::atof(arguments[++at].c_str());
    else at = arguments.size();
  }
  const auto left = arguments.size() - std::min(at, arguments.size());
  if (left == 3 && arguments[at] == "verify") return verify_files(arguments[at + 1], arguments[at + 2], out);
  if (left == 2 && arguments[at] == "program") {
    Program program;
    const auto wrong = read_instance(arguments[at + 1], program);
    if (wrong.empty()) write_program(out, program);
    else out << wrong << '\n';
    return wrong.empty() ? 0 : 2;
  }
  if (left == 0 || arguments[at] == "verify" || arguments[at] == "program") {
    out << "usage: tongxin plan [--seconds N] [--brief] INSTANCE… | tongxin plan program QUESTION | tongxin plan verify INSTANCE PLAN\n";
    return 2;
  }
  int status = 0;
  for (; at < arguments.size(); ++at) status = std::max(status, solve_file(arguments[at], seconds, brief, out));
  return status;
}

}  // namespace tx::covering
