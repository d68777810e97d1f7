#include <algorithm>
#include <map>

#include "platform/storage/record_sql.h"
#include "systems/stations/coverage/coverage.h"

namespace tx::stations::coverage {
namespace {

struct Row {
  std::string code, name;
  std::int64_t x_m = 0, y_m = 0, people = 0, elders = 0;
};
BOOST_DESCRIBE_STRUCT(Row, (), (code, name, x_m, y_m, people, elders))
struct Standing {
  std::int64_t id = 0;
  std::string name, region, state;
  std::int64_t x_m = 0, y_m = 0;
};
BOOST_DESCRIBE_STRUCT(Standing, (), (id, name, region, state, x_m, y_m))

Cover cover_of(const std::string& state) {
  if (state == "open" || state == "upgrading") return Cover::has;
  return state == "resting" || state == "suspended" ? Cover::resting : Cover::coming;
}

}  // namespace

void Tally::add(const Community& community) {
  ++communities;
  people += community.people;
  has += community.cover == Cover::has;
  resting += community.cover == Cover::resting;
  coming += community.cover == Cover::coming;
  missing += community.cover == Cover::missing;
  if (community.cover == Cover::has) return;
  people_without += community.people;
  elders_without += community.elders;
}

Tally tally(const std::vector<Community>& all) {
  Tally sum;
  for (const auto& community : all) sum.add(community);
  return sum;
}

std::vector<Community> communities(storage::Reader& reader, const std::string& region) {
  const auto standing = storage::select<Standing>(
      reader,
      "select s.id, s.name, s.region, s.state, r.x_m, r.y_m from station s join region r on r.code = s.region "
      "where s.state not in ('closed','dropped') order by s.id");
  std::map<std::string, const Standing*> best;
  for (const auto& station : standing) {
    auto& here = best[station.region];
    if (!here || cover_of(station.state) < cover_of(here->state)) here = &station;
  }
  std::vector<Community> all;
  for (const auto& row : storage::select<Row>(
           reader,
           "select r.code, r.name, r.x_m, r.y_m, coalesce(p.people, 0) as people, coalesce(p.elders, 0) as elders "
           "from region r left join community_people p on p.code = r.code "
           "where r.level = 5 and r.code like $1 order by r.code",
           region + "%")) {
    Community community{row.code, row.name, row.x_m, row.y_m, row.people, row.elders};
    if (const auto found = best.find(row.code); found != best.end()) {
      community.cover = cover_of(found->second->state);
      community.station = found->second->id;
    }
    if (community.cover != Cover::has)
      for (const auto& station : standing)
        if (cover_of(station.state) == Cover::has)
          if (const auto far = teams::distance_m({row.x_m, row.y_m}, {station.x_m, station.y_m});
              community.nearest_m < 0 || far < community.nearest_m) {
            community.nearest_m = far;
            community.nearest = station.name;
          }
    all.push_back(std::move(community));
  }
  return all;
}

std::vector<Community> gaps(std::vector<Community> all, const std::string& by) {
  std::erase_if(all, [](const auto& community) { return community.cover == Cover::has; });
  const auto width = [&](const Community& c) {
    return by == "elders" ? c.elders : by == "distance" ? c.nearest_m : c.people;
  };
  std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return width(a) > width(b); });
  return all;
}

void set_people(storage::Tx& tx, const std::string& community, std::int64_t people, std::int64_t elders,
                const std::string& source) {
  storage::execute(tx, "delete from community_people where code = $1", community);
  storage::execute(tx, "insert into community_people (code, people, elders, source) values ($1,$2,$3,$4)", community,
                   people, elders, source);
}

}  // namespace tx::stations::coverage
