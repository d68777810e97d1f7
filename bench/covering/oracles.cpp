// Random questions of every kind, answered by the engine and by GLPK and CBC as separate programs (Debian's glpsol and
// cbc); highs.mjs then asks HiGHS about the same files.
//   bench_oracles FOLDER [CASES [VERIFY-PLAN]]     FOLDER gets case-N.lp, expected.txt and, for the checker, program and plan
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>

#include "engines/covering/plan_file.h"

using namespace tx::covering;

namespace {

// The plain model, nothing of the engine in it: x = share of a demand that a column serves.
void write_lp(const std::string& path, const Program& p) {
  std::ofstream out(path);
  const bool limited = !p.capacity.empty();
  std::ostringstream objective, rows;
  const auto x = [](std::int32_t j, std::int32_t i) { return "x" + std::to_string(j) + "_" + std::to_string(i); };
  std::vector<std::ostringstream> floors(p.floors.size());
  for (std::int32_t i = 0; i < p.columns; ++i) objective << (p.cost[i] > 0 ? " - " : " + ") << std::abs(p.cost[i]) << " y" << i << "\n";
  for (std::int32_t j = 0; j < p.demands(); ++j) {
    if (p.start[j] == p.start[j + 1] || p.weight[j] == 0) continue;
    for (auto e = p.start[j]; e < p.start[j + 1]; ++e) {
      const auto worth = static_cast<std::int64_t>(p.unit[e]) * (limited ? 1 : p.weight[j]);
      if (p.people_factor) objective << " + " << p.people_factor * worth << " " << x(j, p.column[e]) << "\n";
      for (std::size_t f = 0; f < p.floors.size(); ++f)
        if (p.floors[f].counts(p.part[j])) floors[f] << " + " << worth << " " << x(j, p.column[e]) << "\n";
      rows << " r" << j << "_" << p.column[e] << ": " << x(j, p.column[e]) << " - " << (limited ? p.weight[j] : 1) << " y" << p.column[e] << " <= 0\n";
    }
    rows << " o" << j << ":";
    for (auto e = p.start[j]; e < p.start[j + 1]; ++e) rows << " + " << x(j, p.column[e]);
    rows << " <= " << (limited ? p.weight[j] : 1) << "\n";
  }
  std::int32_t pools = 1;
  for (const auto pool : p.pool) pools = std::max(pools, pool + 1);
  for (std::int32_t pool = 0; limited && pool < pools; ++pool)
    for (std::int32_t i = 0; i < p.columns; ++i) {
      if (p.capacity[i] < 0) continue;
      std::ostringstream sum;
      for (std::int32_t j = 0; j < p.demands(); ++j)
        for (auto e = p.start[j]; e < p.start[j + 1]; ++e)
          if (p.column[e] == i && p.weight[j] > 0 && (p.pool.empty() ? 0 : p.pool[p.part[j]]) == pool) sum << " + " << x(j, i);
      if (!sum.str().empty()) rows << " c" << pool << "_" << i << ":" << sum.str() << " - " << p.capacity[i] << " y" << i << " <= 0\n";
    }
  for (std::size_t r = 0; r < p.rows.size(); ++r) {
    if (p.rows[r].terms.empty()) {
      if (p.rows[r].limit < 0) rows << " p" << r << ": y0 >= 2\n";
      continue;
    }
    rows << " p" << r << ":";
    for (const auto& [i, a] : p.rows[r].terms) rows << (a < 0 ? " - " : " + ") << std::abs(a) << " y" << i;
    rows << " <= " << p.rows[r].limit << "\n";
  }
  for (std::size_t f = 0; f < p.floors.size(); ++f) {
    if (floors[f].str().empty()) rows << " f" << f << ": y0 >= " << (p.floors[f].least > 0 ? 2 : 0) << "\n";
    else rows << " f" << f << ":" << floors[f].str() << " >= " << p.floors[f].least << "\n";
  }
  for (std::int32_t i = 0; i < p.columns; ++i)
    if (p.fixed[i] >= 0) rows << " t" << i << ": y" << i << " = " << int(p.fixed[i]) << "\n";
  out << "Maximize\n obj:\n" << objective.str() << "Subject To\n" << rows.str() << "Binary\n";
  for (std::int32_t i = 0; i < p.columns; ++i) out << " y" << i << "\n";
  out << "End\n";
}

Question draw(std::mt19937& dice, int sites, int demands) {
  Question q;
  q.matrix.demands = demands;
  for (int i = 0; i < sites; ++i) {
    for (int j = 0; j < demands; ++j)
      if (dice() % 5 == 0) q.matrix.demand.push_back(j), q.matrix.seconds.push_back(static_cast<int>(dice() % 60) * 15);
    q.matrix.start.push_back(static_cast<std::int64_t>(q.matrix.demand.size()));
    q.cost.push_back(1 + dice() % 9);
    q.town.push_back(i % 4);
    const auto s = dice() % 14;
    q.state.push_back(s == 0 ? State::existing : s == 1 ? State::forbidden : State::free);
  }
  for (int j = 0; j < demands; ++j) q.people.push_back(dice() % 50), q.county.push_back(j % 3);
  return q;
}

Program question(std::mt19937& dice, int number, std::string& kind) {
  auto q = draw(dice, 16, 40);
  if (number % 2) q.count = 4;
  else q.budget = 18;
  if (number % 3 == 0) q.quotas = {{0, 1, 2}, {1, 0, 1}};
  if (number % 4 == 0) q.apart = {{0, 1}, {1, 2}, {0, 2}, {3, 9}};
  if (number % 5 == 0) q.floors = fair_floors(q, 350).floors;
  std::int64_t all = 0;
  for (const auto w : q.people) all += w;
  switch (number % 8) {
    case 0: kind = "maximal"; return *maximal(q);
    case 1: kind = "graded"; q.bands = {{300, 1000}, {600, 600}, {900, 300}}; q.floors.clear(); return *maximal(q);
    case 2: kind = "cover"; q.budget = -1; q.floors.clear(); return *set_cover(q);
    case 3: kind = "reach 80 %"; q.count = -1; return *partial_cover(q, all * 8 / 10);
    case 4: kind = "median"; q.floors.clear(); return *median(q, 1000);
    case 5:
    case 6: {
      kind = "capacity";
      for (int i = 0; i < 16; ++i) q.capacity.push_back(dice() % 6 == 0 ? -1 : static_cast<std::int64_t>(dice() % 250));
      return *maximal(q);
    }
    default: {
      kind = "levels and years";
      Levels levels;
      levels.level = {draw(dice, 5, 25), draw(dice, 5, 25)};
      levels.level[1].people = levels.level[0].people;
      levels.yearly = {8, 9, 7};
      if (number % 3 == 0) levels.level[0].floors = {{levels.part(2), 200, levels.part(2, 2)}};
      return *years(levels);
    }
  }
}

struct Answer { bool solved = false, feasible = false; std::int64_t value = 0; };

std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

Answer glpk(const std::string& lp) {
  if (std::system(("glpsol --lp " + lp + " -o " + lp + ".glpk >/dev/null 2>&1").c_str()) != 0) return {};
  const auto text = read(lp + ".glpk");
  const auto at = text.find("obj = ");
  if (text.find("INTEGER OPTIMAL") == std::string::npos) return {text.find("INTEGER EMPTY") != std::string::npos || text.find("UNDEFINED") != std::string::npos, false, 0};
  return {true, true, std::llround(std::atof(text.c_str() + at + 6))};
}

Answer cbc(const std::string& lp) {
  if (std::system(("cbc " + lp + " ratioGap 0 allowableGap 0 solve solution " + lp + ".cbc >/dev/null 2>&1").c_str()) != 0) return {};
  const auto text = read(lp + ".cbc");
  if (text.find("nfeasible") != std::string::npos) return {true, false, 0};
  const auto at = text.find("objective value");
  if (at == std::string::npos || text.find("Optimal") == std::string::npos) return {};
  return {true, true, std::llround(std::abs(std::atof(text.c_str() + at + 15)))};   // it prints the sign of a minimum
}

bool agrees(const Answer& a, const Plan& plan) {
  return a.solved && a.feasible == plan.feasible && (!plan.feasible || std::abs(a.value) == std::abs(plan.value));
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) return std::fputs("bench_oracles FOLDER [CASES [VERIFY-PLAN]]\n", stderr), 2;
  const std::string folder = words[1];
  std::filesystem::create_directories(folder);
  const int cases = count > 2 ? std::atoi(words[2]) : 200;
  std::mt19937 dice(17);
  std::ofstream expected(folder + "/expected.txt");
  int with_glpk = 0, with_cbc = 0, proven = 0, held = 0, held_outside = 0, infeasible = 0;
  for (int n = 0; n < cases; ++n) {
    std::string kind;
    const auto program = question(dice, n, kind);
    const auto plan = solve(program);
    if (!plan) return std::printf("case %d (%s) refused: %s\n", n, kind.c_str(), plan.error().field.c_str()), 1;
    const auto lp = folder + "/case-" + std::to_string(n) + ".lp";
    write_lp(lp, program);
    expected << "case-" << n << ".lp " << (plan->feasible ? std::to_string(plan->value) : "none") << "\n";
    const auto first = glpk(lp), second = cbc(lp);
    with_glpk += agrees(first, *plan);
    with_cbc += agrees(second, *plan);
    if (!agrees(first, *plan) || !agrees(second, *plan))
      std::printf("case %d (%s): engine %s %lld, GLPK %d %d %lld, CBC %d %d %lld\n", n, kind.c_str(), plan->feasible ? "value" : "none",
                  static_cast<long long>(plan->value), first.solved, first.feasible, static_cast<long long>(first.value), second.solved,
                  second.feasible, static_cast<long long>(second.value));
    infeasible += !plan->feasible;
    proven += plan->finished && (!plan->feasible || plan->value == plan->bound);
    const auto verdict = verify(program, *plan);
    held += verdict.good;
    if (!verdict.good) std::printf("case %d (%s): %s\n", n, kind.c_str(), verdict.why.c_str());
    if (count > 3) {
      std::ofstream(folder + "/program") << [&] { std::ostringstream o; write_program(o, program); return o.str(); }();
      std::ofstream(folder + "/plan") << [&] { std::ostringstream o; write_plan(o, *plan); return o.str(); }();
      held_outside += std::system((std::string(words[3]) + " " + folder + "/program " + folder + "/plan >/dev/null").c_str()) == 0;
    }
  }
  std::printf("%d cases (%d without any plan): proven %d, GLPK agrees %d, CBC agrees %d, checker inside %d, checker outside %d\n", cases, infeasible,
              proven, with_glpk, with_cbc, held, held_outside);
}
