// What a question means on a ground: pure. From a question and the rows of who reaches whom to a program of engines/covering,
// and back from the columns that are open to sites with years and gains.
#pragma once
#include "engines/covering/covering.h"
#include "systems/stations/planning/planning.h"

namespace tx::stations::planning::rules {

inline constexpr int kMinutesMost = 30, kCountMost = 500, kYearsMost = 5, kSecondsMost = 300, kApartMost = 20'000;

// Rules: planning.minutes, planning.count, planning.percent, planning.budget, planning.years, planning.seconds, planning.apart,
// planning.budget
Result<void> question(const Question& question);

// A station that stands or a candidate, as one column of each year.
struct Column {
  enum class What { stands, upgrade, site } what = What::site;
  std::size_t index = 0;                         // into stations or candidates
};
struct Posed {
  covering::Program program;
  covering::Matrix matrix;                       // columns -> demands within the minutes, with seconds
  std::vector<Column> columns;                   // of one year
  std::vector<covering::State> state;
  std::vector<std::int64_t> cost;
  int years = 1;
  bool money = false;                            // the objective is money, not people
  std::int64_t people = 0, reachable = 0;        // all; by anything that may be opened
  std::size_t sites() const { return columns.size(); }
};
// Rules: planning.no_people, planning.no_sites, planning.site_unknown, planning.share_out_of_reach, planning.floor_out_of_reach
Result<Posed> pose(const circles::Ground& ground, const circles::Net& net, const streets::Reach& candidates,
                   const Question& question);

// Year in which each column of one year opens: 0 stays closed, 1 at once or in the first year, …
std::vector<int> years_of(const Posed& posed, const std::vector<std::int8_t>& open);
// The chosen ones, year by year, in each year whoever brings most first.
std::vector<Chosen> chosen(const circles::Ground& ground, const Posed& posed, const std::vector<int>& year);
// Seconds to the nearest of those open at the end of a year; -1: none within the minutes.
std::vector<std::int32_t> nearest_at(const Posed& posed, const std::vector<int>& year, int until);

// Adding whoever brings most, one after another: people reached with 0, 1, 2, … new sites; stops when nobody new is reached.
std::vector<std::int64_t> greedy_curve(const Posed& posed, int most);

}  // namespace tx::stations::planning::rules
