// Text and back; the stand-alone checker agrees with the one inside; neither is fooled.
#include "engines/covering/plan_file.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "engines/covering/plan_command.h"

namespace tx::covering {
namespace {

struct Files {
  std::filesystem::path folder;
  Files() {
    std::string name = (std::filesystem::temp_directory_path() / "covering-XXXXXX").string();
    folder = mkdtemp(name.data());
  }
  ~Files() { std::filesystem::remove_all(folder); }
  std::string put(const char* name, const std::string& text) const {
    const auto path = folder / name;
    std::ofstream(path) << text;
    return path.string();
  }
};

// Exit status of the program that shares no code: 0 holds, 1 does not hold, 2 cannot be read.
int independent(const Files& files, const std::string& program, const std::string& plan) {
  const auto command = std::string(TX_VERIFY_PLAN) + " " + files.put("program", program) + " " + files.put("plan", plan) + " >/dev/null";
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string text_of(const Program& p) {
  std::ostringstream out;
  write_program(out, p);
  return out.str();
}
std::string text_of(const Plan& p) {
  std::ostringstream out;
  write_plan(out, p);
  return out.str();
}

Question triangle_town(std::mt19937& dice, int sites, int demands, int reach) {
  Question q;
  q.matrix.demands = demands;
  for (int i = 0; i < sites; ++i) {
    for (int j = 0; j < demands; ++j)
      if (static_cast<int>(dice() % 100) < reach) q.matrix.demand.push_back(j), q.matrix.seconds.push_back(static_cast<int>(dice() % 900));
    q.matrix.start.push_back(static_cast<std::int64_t>(q.matrix.demand.size()));
    q.cost.push_back(1 + dice() % 5);
  }
  for (int j = 0; j < demands; ++j) q.people.push_back(1 + dice() % 30), q.county.push_back(j % 3);
  return q;
}

std::vector<Program> some_programs() {
  std::mt19937 dice(21);
  std::vector<Program> out;
  for (int round = 0; round < 3; ++round) {
    auto q = triangle_town(dice, 30, 60, 12);   // odd sets, fixes and branches all occur
    q.count = 6;
    out.push_back(*maximal(q));
    out.push_back(*set_cover(q));
    auto fair = q;
    fair.floors = fair_floors(q, 300).floors;
    fair.bands = {{300, 1000}, {900, 400}};
    for (auto& floor : fair.floors) floor.least *= 300;
    out.push_back(*maximal(fair));
    auto small = q;
    small.capacity.assign(30, 40);
    small.capacity[3] = -1;
    small.county.clear();
    out.push_back(*maximal(small));
    out.push_back(*median(q, 901));
    q.count = -1;
    out.push_back(*partial_cover(q, 300));
  }
  return out;
}

Options little_search() {
  Options options;
  options.search_moves = 2;
  return options;
}

// Each program as small ones are solved and as those with many classes are.
std::vector<std::pair<Program, std::int32_t>> both_ways() {
  std::vector<std::pair<Program, std::int32_t>> out;
  for (auto& program : some_programs()) {
    out.emplace_back(program, 0);
    out.emplace_back(std::move(program), Options{}.many);
  }
  return out;
}

TEST(PlanFile, ComesBackAsItWentAndHoldsBeforeBothCheckers) {
  const Files files;
  bool odd = false, tree = false, reduced = false;
  for (const auto& [program, many] : both_ways()) {
    auto options = little_search();
    options.many = many;
    const auto plan = *solve(program, options);
    Program again;
    Plan back;
    ASSERT_EQ(read_program(text_of(program), again), "");
    ASSERT_EQ(read_plan(text_of(plan), back), "");
    EXPECT_EQ(text_of(again), text_of(program));
    EXPECT_EQ(text_of(back), text_of(plan));
    const auto verdict = verify(again, back);
    EXPECT_TRUE(verdict.good) << verdict.why;
    EXPECT_EQ(independent(files, text_of(program), text_of(plan)), 0);
    odd = odd || !plan.certificate.derived.empty();
    tree = tree || plan.certificate.nodes.size() > 1;
    reduced = reduced || !plan.certificate.reductions.empty();
  }
  EXPECT_TRUE(odd && tree && reduced) << odd << tree << reduced;   // else this test would not try them
}

// Every number of the claim is turned a little; whatever is still called good must really be so.
TEST(PlanFile, TamperedClaimsAreFound) {
  const Files files;
  std::mt19937 dice(22);
  int found = 0, tried = 0;
  for (const auto& program : some_programs()) {
    const auto plan = *solve(program, little_search());
    const auto instance = text_of(program);
    if (!plan.feasible) continue;                // "there is no plan" claims no bound
    auto lower = plan;
    --lower.bound;
    EXPECT_FALSE(verify(program, lower).good);
    EXPECT_EQ(independent(files, instance, text_of(lower)), 1);
    auto richer = plan;
    ++richer.value, ++richer.bound;
    EXPECT_FALSE(verify(program, richer).good);
    EXPECT_EQ(independent(files, instance, text_of(richer)), 1);
    // A bound that is too low by one, and a certificate bent to fit: no bending may make it hold.
    for (int round = 0; round < 60; ++round) {
      auto bent = lower;
      bent.feasible = false;
      auto& c = bent.certificate;
      const auto pick = [&](auto& list) -> auto& { return list[dice() % list.size()]; };
      switch (dice() % 7) {
        case 0: if (!c.cuts.empty() && !pick(c.cuts).level.empty()) ++pick(pick(c.cuts).level); break;
        case 1: {
          auto& m = pick(c.proofs);
          if (!m.cuts.empty()) pick(m.cuts).second += static_cast<std::int64_t>(dice() % 2'000'000) - 1'000'000;
          break;
        }
        case 2: {
          auto& m = pick(c.proofs);
          if (!m.rows.empty()) pick(m.rows).second -= static_cast<std::int64_t>(dice() % 2'000'000);
          break;
        }
        case 3: if (!c.derived.empty()) pick(c.derived).one.clear(); break;
        case 4: {
          auto& node = pick(c.nodes);
          node.zero = node.one = -1;
          break;
        }
        case 5: {
          auto& node = pick(c.nodes);
          if (!node.steps.empty()) node.steps.back().fixes.emplace_back(static_cast<std::int32_t>(dice() % static_cast<unsigned>(program.columns)), static_cast<std::int8_t>(dice() % 2));
          break;
        }
        default: c.reductions.push_back({static_cast<Reduction::Kind>(dice() % 5), static_cast<std::int32_t>(dice() % static_cast<unsigned>(program.columns)), static_cast<std::int32_t>(dice() % 8)});
      }
      ++tried;
      found += !verify(program, bent).good;
      if (round % 10 == 0) {
        EXPECT_EQ(independent(files, instance, text_of(bent)), 1);
      }
    }
  }
  EXPECT_EQ(found, tried);
}

TEST(PlanFile, SaysWhatCannotBeRead) {
  Program program;
  Plan plan;
  EXPECT_EQ(read_program("tongxin-covering 1 people 1 columns 2\nd 5 0 2 1 1 0 1\nend", program), "line 2: columns of a demand do not ascend");
  EXPECT_EQ(read_program("tongxin-covering 1 people 1 columns 2\n# a remark\nz", program), "line 3: unknown word");
  EXPECT_EQ(read_program("tongxin-covering 1 people 1 columns 999999999999 end", program), "line 1: a number out of its range");
  EXPECT_EQ(read_plan("tongxin-plan 1 feasible 2", plan), "line 1: a number out of its range");
  EXPECT_EQ(read_question("tongxin-question 1\nmaximal\nsite 1 open 0 -1\n", program), "line 3: a site is free, existing, forced or forbidden");
}

TEST(PlanCommand, SolvesAQuestionAndChecksItsPlan) {
  const Files files;
  const auto question = files.put("question", "tongxin-question 1\nmaximal\ncount 1\n"
      "site 1 free 0 -1\nsite 1 free 0 -1\ndemand 10 0\ndemand 7 0\ndemand 5 1\n"
      "reach-of 0 1 0 300\nreach-of 1 2 1 200 2 500\n");
  std::ostringstream brief, program, plan, verdict;
  EXPECT_EQ(plan_command({"--brief", question}, brief), 0);
  EXPECT_EQ(brief.str(), question + ": value 12 bound 12 gap 0.0000 % reached 12 open 1\n");
  EXPECT_EQ(plan_command({"program", question}, program), 0);
  EXPECT_EQ(plan_command({question}, plan), 0);
  EXPECT_EQ(plan_command({"verify", question, files.put("it", plan.str())}, verdict), 0);
  EXPECT_EQ(verdict.str(), "holds\n");
  EXPECT_EQ(independent(files, program.str(), plan.str()), 0);
  EXPECT_EQ(plan_command({}, verdict), 2);
}

}  // namespace
}  // namespace tx::covering
