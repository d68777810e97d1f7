// Full coverage (全覆盖, P2): every community has, or visibly lacks, a station. Gaps are ranked by people, by elders or by
// the straight line to the next running station. Not here: circles on streets and where to build (the planning pages).
#pragma once
#include <string>
#include <vector>

#include "systems/stations/stations.h"

namespace tx::stations::coverage {

enum class Cover { has, resting, coming, missing };  // running; standing but shut; proposed or being built; none at all
BOOST_DESCRIBE_ENUM(Cover, has, resting, coming, missing)

struct Community {
  std::string code, name;
  std::int64_t x_m = 0, y_m = 0;
  std::int64_t people = 0, elders = 0;
  Cover cover = Cover::missing;
  std::int64_t station = 0;     // the one that stands or comes here
  std::int64_t nearest_m = -1;  // of a community without a running one, in a straight line; -1: none anywhere
  std::string nearest;          // its name
};

struct Tally {
  std::int64_t communities = 0, has = 0, resting = 0, coming = 0, missing = 0, people = 0, people_without = 0,
               elders_without = 0;
  void add(const Community& community);
};

// Every community below the region code, in the order of codes.
std::vector<Community> communities(storage::Reader& reader, const std::string& region);
// Those without a running station, the widest gap first. by: people, elders, distance; ties by code.
std::vector<Community> gaps(std::vector<Community> all, const std::string& by);
Tally tally(const std::vector<Community>& all);

// How many people live where; source: where the numbers come from ("synthetic" in the demonstration).
void set_people(storage::Tx& tx, const std::string& community, std::int64_t people, std::int64_t elders,
                const std::string& source);

}  // namespace tx::stations::coverage
