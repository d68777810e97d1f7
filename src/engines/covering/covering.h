// The covering engine: where should stations stand? One integer form for every question of that kind: columns that may
// be opened, demands each of which is worth its weight times the best unit among its open columns, linear rows over the
// columns, and floors under the value of parts (counties). Maximal covering, set covering, "cheapest for 95 %",
// graded circles, p-median, years and levels are builders of that form. Every answer carries a bound and a certificate
// that verify() recomputes in exact integers. Pure: no database, clock, network or locale.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tx::covering {

using People = std::int64_t;

// Which site reaches which demand, as the streets engine hands it over (site -> demands).
struct Matrix {
  std::int32_t demands = 0;
  std::vector<std::int64_t> start{0};       // sites + 1
  std::vector<std::int32_t> demand;
  std::vector<std::int32_t> seconds;        // empty, or one for each entry
  std::int32_t sites() const { return static_cast<std::int32_t>(start.size()) - 1; }
};

struct Row {                                // sum of factor * column <= limit
  std::vector<std::pair<std::int32_t, std::int64_t>> terms;
  std::int64_t limit = 0;
};
struct Floor {                              // value of the demands of this part (-1: of all) >= least
  std::int32_t part = -1;
  People least = 0;
  std::int32_t last = -1;                   // of the parts from `part` to `last` together; -1: of one part
  bool counts(std::int32_t of) const { return part < 0 || (of >= part && of <= (last < 0 ? part : last)); }
};

// Maximise people_factor * sum_j weight_j * max{unit_ij : i open} - sum_i cost_i over 0/1 columns.
struct Program {
  std::int32_t columns = 0;
  std::vector<std::int64_t> start{0};       // demands + 1
  std::vector<std::int32_t> column, unit;   // entries of each demand; units are positive
  std::vector<People> weight;
  std::vector<std::int32_t> part;           // one per demand
  std::vector<std::int64_t> cost;           // one per column, in the objective
  std::int64_t people_factor = 1;
  std::vector<Row> rows;
  std::vector<Floor> floors;
  std::vector<std::int8_t> fixed;           // -1 free, 0 closed, 1 open
  // Where given, a column serves no more than so many people of each pool (a year, say): then the value of a plan is the
  // largest number of people that can be shared out among its open columns. All units must be 1, parts lie within pools.
  std::vector<std::int64_t> capacity;       // per column, -1: no limit; empty: none has one
  std::vector<std::int32_t> pool;           // per part; empty: one pool
  std::int32_t demands() const { return static_cast<std::int32_t>(weight.size()); }
};

// ---- the certificate ----
// Demands fall into classes, classes into groups, each group within one part. There may be several such partitions.
struct Partition {
  std::vector<std::int32_t> class_of;       // demand -> class; -1: worth nothing (nobody there, or reached by nobody)
  std::vector<std::vector<std::int32_t>> group_classes;
};
// A cut says: value of its group <= sum_j level_j weight_j + sum_i y_i sum_j (unit_ij - level_j)^+ weight_j, true for ANY
// levels. In a group of one class the weight is left out (the cut is about one person). Where columns have capacities it
// speaks of the sum of `group` and of the groups in `also`, and no column counts with more than its capacity.
struct Cut {
  std::int32_t partition = 0, group = 0;
  std::vector<std::int32_t> level;          // one per class of the group(s), in the order of group_classes
  std::vector<std::int32_t> also;
};
// A row for whole numbers: the sum of the named rows (z_j <= sum of the columns that reach class j; z_j <= 1; rows of the
// program), divided by two, all coefficients and the limit rounded down. Classes whose units are all 1, alone in a group.
struct Derived {
  std::int32_t partition = 0;
  std::vector<std::int32_t> reach, one, rows;
};
struct Multipliers {                        // all scaled by Certificate::scale
  std::int64_t objective = 0;               // scale, or 0 where the node is proven empty
  std::int32_t partition = 0;
  std::vector<std::pair<std::int32_t, std::int64_t>> cuts, rows, floors, derived;
};
struct Step {                               // a proof, and what follows from it and the claimed bound
  std::int32_t proof = -1;                  // index of multipliers; -1: those of the nearest ancestor
  std::vector<std::pair<std::int32_t, std::int8_t>> fixes;
};
struct Node {
  std::int32_t parent = -1, column = -1;    // what was decided to come here
  std::int8_t value = 0;
  std::vector<Step> steps;                  // in order
  std::int32_t zero = -1, one = -1;         // children
};
// What may be decided before any number is computed; in order, each upon those before it.
struct Reduction {
  enum class Kind : std::uint8_t {
    closed,                                 // column `what` may stay closed: column `by` is at least as good everywhere
    useless,                                // column `what` may stay closed: it costs something or nothing, and brings nothing
    implied,                                // row `what` asks for one of its columns; so does row `by`, of fewer columns
    satisfied,                              // row `what` asks for one of its columns, and one of them, `by`, is open
    forced,                                 // column `what` must be open: row `by` has no other left
  } kind = Kind::closed;
  std::int32_t what = 0, by = -1;
};
struct Certificate {
  std::int64_t scale = 1'000'000;
  std::vector<Partition> partitions;
  std::vector<Reduction> reductions;
  std::vector<Cut> cuts;
  std::vector<Derived> derived;
  std::vector<Multipliers> proofs;
  std::vector<Node> nodes;                  // nodes[0] is the root
};

struct Plan {
  bool feasible = false;
  bool finished = false;                    // not stopped by limit or cancel
  std::vector<std::int8_t> open;            // one per column
  std::int64_t value = 0;                   // of the objective
  std::int64_t bound = 0;                   // no plan is better than this
  People reached = 0;                       // sum of weight * unit
  std::int32_t classes = 0;
  std::int64_t nodes = 0, rounds = 0;
  Certificate certificate;
  bool proven() const { return finished && feasible && value == bound; }
  double gap() const;                       // (bound - value) / |bound|
};

struct Progress {
  std::int64_t value = 0, bound = 0, nodes = 0;
  bool feasible = false;
  const std::vector<std::int8_t>* open = nullptr;
};
struct Options {
  std::int64_t node_limit = 100'000;
  double gap = 0;                           // stop when the gap is no larger
  std::int64_t search_moves = -1;           // ruin-and-rebuild rounds before the exact part; -1: by size
  std::int32_t groups = 0;                  // 0: chosen by size
  std::int32_t many = 5'000;                // with more classes the root's LP is not Clp's (saddle.cpp)
  std::uint64_t seed = 1;
  std::function<bool(const Progress&)> progress;   // false: stop and hand back the best so far
};

// Refusals: covering.malformed (with the field at fault)
Result<void> check_program(const Program& program);
Result<Plan> solve(const Program& program, const Options& options = {});
Plan greedy(const Program& program);        // feasible plan without certificate; bound is the trivial one

struct Verdict {
  bool good = false;
  std::string why;                          // for developers
  std::int64_t value = 0, bound = 0;
};
Verdict verify(const Program& program, const Plan& plan);   // shares no code with the solver

// ---- merging of demands with identical rows ----
struct Classes {
  Program program;                          // the same program over classes
  std::vector<std::int32_t> class_of;
};
Classes merge(const Program& program);
// The same, one demand after another: for more demands than memory holds. Columns ascending; without units: 1 each.
class Merger {
 public:
  Merger();
  std::int32_t add(std::span<const std::int32_t> columns, std::span<const std::int32_t> units, People weight, std::int32_t part = 0);   // its class; -1: none
  Program take() { return std::move(p_); }  // demands only: columns, costs, rows are the caller's

 private:
  Program p_;
  std::vector<std::int32_t> table_;
  std::vector<std::uint64_t> hash_;
};
std::vector<std::int32_t> components(const Program& program);   // component of each column

// The entries of each column, demands ascending: the program's rows, read the other way.
struct Columns {
  struct Entry { std::int32_t demand, unit; };
  std::vector<std::int64_t> start;          // columns + 1
  std::vector<Entry> entries;
};
Columns by_column(const Program& program);

// ---- questions ----
enum class State : std::uint8_t { free, existing, forced, forbidden };
struct Quota { std::int32_t town = 0, least = 0, most = -1; };
struct Question {
  Matrix matrix;
  std::vector<People> people;               // per demand
  std::vector<std::int32_t> county;         // per demand; may be empty
  std::vector<std::int64_t> cost;           // per site; empty: 1 each
  std::vector<State> state;                 // per site; empty: free
  std::vector<std::int32_t> town;           // per site; may be empty
  std::int32_t count = -1;                  // new stations; -1: no limit
  std::int64_t budget = -1;                 // for new stations
  std::vector<Quota> quotas;
  std::vector<std::pair<std::int32_t, std::int32_t>> apart;   // pairs too near for both (see nearer_than)
  std::vector<Floor> floors;
  std::vector<std::pair<std::int32_t, std::int32_t>> bands;   // {seconds up to, worth in permille}; empty: 1 each
  std::vector<std::int64_t> capacity;       // people that each site can serve, -1: any number; empty: no limits. Not with bands
};
Result<Program> maximal(const Question& question);
Result<Program> set_cover(const Question& question);                 // everyone who can be reached, cheapest
Result<Program> partial_cover(const Question& question, People least);   // the cheapest plan that reaches so many
// The same program as maximal(), merged straight from the matrix: for questions with millions of demands.
Result<Classes> maximal_classes(const Question& question);
// And upon demands that a Merger has gathered: `question` says everything about the sites and has no demands of its own.
Result<Program> maximal_of(const Question& question, Merger&& demands);
// A floor for each county: so many permille of its people, or all whom any site reaches where that is less (`short_of`
// then names the county).
struct Fair { std::vector<Floor> floors; std::vector<std::int32_t> short_of; };
Fair fair_floors(const Question& question, std::int32_t permille);
// Pairs of places (metres on a plane) nearer to each other than so many metres.
std::vector<std::pair<std::int32_t, std::int32_t>> nearer_than(const std::vector<std::pair<double, double>>& places, double metres);

// Smallest sum of people * seconds with `count` stations; demands out of reach count with `beyond` seconds.
// Value of the program: people * beyond - that sum.
Result<Program> median(const Question& question, std::int32_t beyond);

// Smallest s so that `count` new stations reach everyone within s. `cover` asks for the fewest new stations that do; `plan`
// is one of at most `count`. `below` bounds the same question one radius lower: where proven, verify(cover_below, below)
// holds and -below.bound > count. A demand that no site reaches at all: seconds -1, and `alone` names it.
struct Centre {
  std::int32_t seconds = -1, alone = -1;
  bool proven = false;
  Plan plan, below;
  Program cover, cover_below;
};
Result<Centre> centre(const Question& question, const Options& options = {});

struct Levels {                             // a site at level l reaches by its own matrix; cost is that of reaching l
  std::vector<Question> level;              // level[0] also carries states, towns, counties, and count, quotas, apart, floors
  std::vector<std::int64_t> yearly;         // money of each year; what is open stays open
  std::vector<std::int32_t> stands;         // per site: the level that it has already, -1 none; empty: level 0 where existing
  std::int32_t counties() const;            // 1 where level[0] names none
  std::int32_t sites() const { return level.empty() ? 0 : level[0].matrix.sites(); }
  std::int32_t column(std::int32_t site, std::int32_t of_level, std::int32_t year) const {
    return (year * static_cast<std::int32_t>(level.size()) + of_level) * sites() + site;
  }
  std::int32_t part(std::int32_t year, std::int32_t county = 0) const { return year * counties() + county; }
};
// Each year counts with the people reached in it. Column(site, level, year): that level is reached in that year. The parts
// of the program are part(year, county); level[0].floors speak of those (Floor::last joins the counties of a year). count
// and quotas hold for the stations of the whole plan. Capacities are those of a site at each level, in every year.
Result<Program> years(const Levels& levels);

// ---- what if: open or close one column, instantly ----
// Built once from a program (its own merged copy is kept, the program may go); every call touches one column's classes
// only, so a station dragged over the map answers in microseconds. Rows and floors are not asked: what-if may break them.
class WhatIf {
 public:
  explicit WhatIf(const Program& program, const std::vector<std::int8_t>& open = {});   // empty: as fixed, else closed
  People open(std::int32_t column);         // new sum of weight * unit
  People close(std::int32_t column);
  People if_opened(std::int32_t column) const;   // what opening it would add; 0 where it is open
  People if_closed(std::int32_t column) const;   // what closing it would lose; 0 where it is closed
  People reached() const { return reached_; }
  const std::vector<People>& by_part() const { return by_part_; }    // reached, by Program::part
  const std::vector<People>& people_of() const { return people_of_; }   // weight of everybody, by part
  std::int32_t unit_of(std::int32_t demand) const;   // best unit that the demand has now; 0: reached by nobody
  bool is_open(std::int32_t column) const { return open_[static_cast<std::size_t>(column)] != 0; }
  const std::vector<std::int8_t>& plan() const { return open_; }
  std::int32_t classes() const { return static_cast<std::int32_t>(best_.size()); }

 private:
  std::vector<std::int64_t> start_;          // of each class, into column_ and unit_
  std::vector<std::int32_t> column_, unit_;
  std::vector<People> weight_;
  std::vector<std::int32_t> part_, class_of_;
  Columns columns_;
  std::vector<std::int32_t> best_, ties_;
  std::vector<std::int8_t> open_;
  std::vector<People> by_part_, people_of_;
  People reached_ = 0;
};

}  // namespace tx::covering
