// Public instances whose answers are known (data/covering): proven here, and the proof checked.
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <string>

#include "engines/covering/covering.h"

namespace tx::covering {
namespace {

struct Numbers {
  std::string text;
  std::size_t at = 0;
  explicit Numbers(const char* name) {
    gzFile file = gzopen((std::string("data/covering/") + name).c_str(), "rb");
    char buffer[1 << 14];
    for (int n; file && (n = gzread(file, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
    if (file) gzclose(file);
  }
  std::int64_t next() {
    std::size_t used = 0;
    const auto value = std::stoll(text.substr(at, 32), &used);
    at += used;
    return value;
  }
};

Question question(std::int32_t demands, const std::vector<std::vector<std::int32_t>>& by_site) {
  Question q;
  q.matrix.demands = demands;
  q.people.assign(static_cast<std::size_t>(demands), 1);
  for (const auto& list : by_site) {
    q.matrix.demand.insert(q.matrix.demand.end(), list.begin(), list.end());
    q.matrix.start.push_back(static_cast<std::int64_t>(q.matrix.demand.size()));
  }
  return q;
}

Question porto_alegre() {
  Numbers in("poa.cov.gz");
  const auto sites = in.next();
  const auto classes = static_cast<std::int32_t>(in.next());
  in.next();
  std::vector<std::vector<std::int32_t>> by_site(static_cast<std::size_t>(sites));
  std::vector<People> people;
  for (std::int32_t j = 0; j < classes; ++j) {
    people.push_back(in.next());
    for (auto k = in.next(); k > 0; --k) by_site[static_cast<std::size_t>(in.next())].push_back(j);
  }
  auto q = question(classes, by_site);
  q.people = people;
  return q;
}

void expect_proven(const Program& program, std::int64_t value) {
  const auto plan = *solve(program);
  EXPECT_TRUE(plan.proven());
  EXPECT_EQ(plan.value, value);
  const auto verdict = verify(program, plan);
  EXPECT_TRUE(verdict.good) << verdict.why;
}

TEST(CoveringInstances, TenStationsForPortoAlegre) {
  auto q = porto_alegre();
  q.count = 10;
  expect_proven(*maximal(q), 373'397);
}

TEST(CoveringInstances, BestPlanSoFarIsThereAtAnyMomentAndItsBoundHolds) {
  auto q = porto_alegre();
  q.count = 40;
  const auto program = *maximal(q);
  for (const auto& [patience, many] : {std::pair{1, 5'000}, {3, 5'000}, {40, 5'000}, {1, 0}, {3, 0}, {40, 0}, {400, 0}}) {
    int asked = 0;                             // asked so often, then stopped: before, in and after the first LP
    Options options;
    options.many = many;                       // 0: as with many classes
    options.search_moves = 100;
    options.progress = [&](const Progress& now) {
      if (now.feasible) {
        EXPECT_NE(now.open, nullptr);
      }
      return ++asked < patience;
    };
    const auto plan = *solve(program, options);
    EXPECT_FALSE(plan.finished);
    EXPECT_TRUE(plan.feasible);
    EXPECT_GE(plan.bound, plan.value);
    EXPECT_LE(asked, patience + 1) << many;
    const auto verdict = verify(program, plan);
    EXPECT_TRUE(verdict.good) << verdict.why;
  }
}

TEST(CoveringInstances, SetCoveringOfOrLibrary) {
  for (const auto& [name, best] : {std::pair{"scp41.txt.gz", 429}, std::pair{"scp48.txt.gz", 492}}) {
    Numbers in(name);
    const auto rows = static_cast<std::int32_t>(in.next());
    const auto columns = in.next();
    std::vector<std::int64_t> cost;
    for (std::int64_t i = 0; i < columns; ++i) cost.push_back(in.next());
    std::vector<std::vector<std::int32_t>> by_site(static_cast<std::size_t>(columns));
    for (std::int32_t j = 0; j < rows; ++j)
      for (auto k = in.next(); k > 0; --k) by_site[static_cast<std::size_t>(in.next() - 1)].push_back(j);
    auto q = question(rows, by_site);
    q.cost = cost;
    expect_proven(*set_cover(q), -best);
  }
}

TEST(CoveringInstances, MedianOfOrLibrary) {
  Numbers in("pmed1.txt.gz");
  const auto n = static_cast<std::size_t>(in.next());
  const auto edges = in.next();
  const auto count = static_cast<std::int32_t>(in.next());
  std::vector<std::vector<std::int32_t>> d(n, std::vector<std::int32_t>(n, 1 << 20));
  for (std::int64_t e = 0; e < edges; ++e) {
    const auto a = static_cast<std::size_t>(in.next() - 1), b = static_cast<std::size_t>(in.next() - 1);
    d[a][b] = d[b][a] = static_cast<std::int32_t>(in.next());
  }
  for (std::size_t i = 0; i < n; ++i) d[i][i] = 0;
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) d[i][j] = std::min(d[i][j], d[i][k] + d[k][j]);
  std::vector<std::int32_t> everybody;
  for (std::size_t j = 0; j < n; ++j) everybody.push_back(static_cast<std::int32_t>(j));
  auto q = question(static_cast<std::int32_t>(n), std::vector<std::vector<std::int32_t>>(n, everybody));
  for (const auto& row : d) q.matrix.seconds.insert(q.matrix.seconds.end(), row.begin(), row.end());
  q.count = count;
  expect_proven(*median(q, 1'000), static_cast<std::int64_t>(n) * 1'000 - 5'819);
}

}  // namespace
}  // namespace tx::covering
