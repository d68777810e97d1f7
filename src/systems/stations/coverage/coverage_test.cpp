// Full coverage: every community is counted once, the gaps are the right ones, the export holds what the page shows.
#include "systems/stations/coverage/coverage.h"

#include <algorithm>

#include "platform/documents/documents.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/trial.h"

namespace tx::stations::coverage {
namespace {

using trial::Stations;
using CoverageTest = storage::trial::StoreTest;

Community place(const char* code, Cover cover, std::int64_t people, std::int64_t elders, std::int64_t far) {
  Community community;
  community.code = code;
  community.cover = cover;
  community.people = people;
  community.elders = elders;
  community.nearest_m = far;
  return community;
}

TEST(CoverageRules, GapsAreRankedByWhatIsAsked) {
  const std::vector<Community> all = {place("1", Cover::has, 9000, 900, -1), place("2", Cover::missing, 500, 200, 9000),
                                      place("3", Cover::coming, 800, 100, 2000),
                                      place("4", Cover::resting, 800, 300, 500)};
  const auto order = [&](const char* by) {
    std::string codes;
    for (const auto& gap : gaps(all, by)) codes += gap.code;
    return codes;
  };
  EXPECT_EQ(order("people"), "342");  // equal people: by code
  EXPECT_EQ(order("elders"), "423");
  EXPECT_EQ(order("distance"), "234");
  const auto sum = tally(all);
  EXPECT_EQ(sum.communities, 4);
  EXPECT_EQ(sum.has + sum.resting + sum.coming + sum.missing, 4);
  EXPECT_EQ(sum.people_without, 2100);
  EXPECT_EQ(sum.elders_without, 600);
}

TEST_P(CoverageTest, EveryCommunityOfTheRegionOnce) {
  Stations house(GetParam());
  auto reader = house.store->read();
  const auto all = communities(*reader, "64");
  ASSERT_EQ(all.size(), 2912u);
  const auto sum = tally(all);
  EXPECT_EQ(
      sum.has,
      house.count(
          "select count(*) from region r where r.level = 5 and exists (select 1 from station s where s.region = r.code "
          "and s.state in ('open','upgrading'))"));
  EXPECT_EQ(sum.missing,
            house.count("select count(*) from region r where r.level = 5 and not exists (select 1 from station s where "
                        "s.region = r.code and s.state not in ('closed','dropped'))"));
  EXPECT_GT(sum.missing, 0);
  EXPECT_GT(sum.coming, 0);
  EXPECT_GT(sum.resting, 0);
  // The nearest station of the first gap, measured one by one.
  const auto gap = gaps(all, "people").front();
  const auto open =
      storage::select<teams::Position>(*reader,
                                       "select r.x_m, r.y_m from station s join region r on r.code = s.region "
                                       "where s.state in ('open','upgrading')");
  std::int64_t nearest = 1LL << 40;
  for (const auto& at : open) nearest = std::min(nearest, teams::distance_m({gap.x_m, gap.y_m}, at));
  EXPECT_EQ(gap.nearest_m, nearest);
  // Counties add up to the whole.
  std::int64_t counties = 0;
  for (const auto& row : storage::query(*reader, "select code from region where level = 3").rows)
    counties += tally(communities(*reader, std::get<std::string>(row[0]))).has;
  EXPECT_EQ(counties, sum.has);

  for (const char* path : {"/coverage", "/coverage?region=640104&only=missing&by=elders", "/coverage?region=640104001",
                           "/coverage?from=120&only=has"}) {
    const auto page = house.get("", path);
    EXPECT_EQ(page.status, 200) << path;
    EXPECT_EQ(page.body.find("[["), std::string::npos) << path;
  }
  EXPECT_EQ(house.get("", "/coverage?region=99").status, 404);
  const auto csv = documents::read_sheet(house.get("", "/coverage.csv?region=64&only=gap").body, "a.csv");
  ASSERT_TRUE(csv);
  EXPECT_EQ(csv->rows.size(), 1u + static_cast<std::size_t>(sum.communities - sum.has));
  const auto xlsx = documents::read_sheet(house.get("", "/coverage.xlsx").body, "a.xlsx");
  ASSERT_TRUE(xlsx);
  EXPECT_GE(xlsx->rows.size(), 2913u);
  // An officer goes from a gap to its proposal in one step; a neighbour sees the gap only.
  const auto missing = gaps(all, "people");
  const auto first =
      std::find_if(missing.begin(), missing.end(), [](const auto& c) { return c.cover == Cover::missing; });
  const std::string link = "/desk/stations/new?region=" + first->code;
  EXPECT_NE(house.get("officer", "/coverage?only=missing&region=" + first->code.substr(0, 9)).body.find(link),
            std::string::npos);
  EXPECT_EQ(house.get("anna", "/coverage?only=missing&region=" + first->code.substr(0, 9)).body.find(link),
            std::string::npos);
}

TX_ON_BOTH_ENGINES(CoverageTest);

}  // namespace
}  // namespace tx::stations::coverage
