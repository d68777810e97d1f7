// Branch and Benders cut on Clp. The LP holds the columns and one value variable for each group of classes; its cuts are
// closed-form (Cordeau, Furini, Ljubic 2019; with units: the radius form of Duran-Mateluna, Ales, Elloumi 2023; with
// capacities: minimum cuts). Small programs have one class in each group, and there the odd-set rows of odd.cpp, too.
// A node's bound is never the LP's floating number: its multipliers are rounded to integers and the bound recomputed
// from them, which is also what the certificate holds.
#pragma once
#include <array>
#include <memory>
#include <random>
#include <span>
#include <unordered_set>

#include <coin/ClpSimplex.hpp>

#include "engines/covering/covering.h"
#include "engines/covering/search.h"

namespace tx::covering {

using Wide = __int128;

class Solver {
 public:
  Solver(const Program& original, const Options& options);
  Plan run();

 private:
  enum class Lp { optimal, empty, failed };
  struct Group {
    std::vector<std::int32_t> classes;          // of the layout
    std::int32_t part = 0;
    std::int64_t weight = 1;                    // people behind one unit of its variable: 1 where there are many classes
    std::int64_t most = 0;                      // value at its best, in people (many) or units (one class)
    std::int32_t rest = -1;                     // cut that takes what the others leave; -1: "everyone at the best unit"
    double scale = 1;                           // people behind one unit of the LP's variable
    bool alone = false;                         // one class, counted in units (never where columns have capacities)
  };
  struct Layout {                               // a partition as the LP uses it
    std::int32_t partition = 0;
    Program program;                            // classes; units above the base
    std::vector<std::int32_t> base;             // of each class: what open columns give anyway
    std::vector<Group> groups;
    std::vector<std::int32_t> group_of;         // class -> group where it is alone, else -1
    bool singles = false, odd = false;          // odd: odd-set rows may be made
  };
  struct LpRow {
    std::int32_t cut = -1, derived = -1;
    std::vector<std::int32_t> groups;           // one each
    std::vector<std::pair<std::int32_t, std::int64_t>> slope;
    std::int64_t flat = 0;
  };
  struct Priced { Wide flat = 0; std::vector<Wide> gain; };   // flat: with all free positive gains taken

  // layout.cpp
  void lay_out(bool alone = false);             // classes over the columns that are still free; alone: each its own group
  void make_groups(std::int32_t count);
  // master.cpp
  void build_master();
  void add_rows(std::vector<LpRow> rows);
  LpRow cut_at(std::int32_t group, const std::vector<double>& y);
  void separate(const std::vector<double>& y, const std::vector<double>& theta, double tolerance, std::vector<LpRow>& out);
  Lp solve_lp(int rounds, int odd_rounds, std::int32_t node);
  Multipliers rounded(const double* price, double factor, std::int64_t objective) const;
  Multipliers duals() const;
  Multipliers ray(int sign);
  Priced price(const Multipliers& m) const;
  void purge();
  bool whole() const;
  // saddle.cpp: the root's LP where there are too many classes for Clp
  bool many_classes() const;
  void price_many();
  void descend(int passes);
  void exchange();
  void odd_rounds();
  double gap_now() const;
  // odd_many.cpp
  double find_odd_sets();
  void move_odd_sets(const std::vector<std::int32_t>& to);
  // odd.cpp
  std::vector<LpRow> odd_rows(std::size_t most);
  LpRow derive(Derived&& derived);
  // flow.cpp
  void separate_capacity(const std::vector<double>& y, const std::vector<double>& theta, double tolerance, std::vector<LpRow>& out);
  // tree.cpp
  void heuristic();
  void improve(std::vector<std::int8_t> current, std::int64_t moves, std::int64_t work);
  void lean_on_point();
  void keep_if_better();
  void take_point();                            // plans near the LP's point
  void trivial_bound();
  std::int64_t process_root();
  std::int64_t process(std::int32_t node);      // bound; kEmpty if proven empty
  bool bound_by(std::int32_t node, std::size_t step);
  bool accept(std::int32_t node, std::size_t step, Multipliers&& proof, Priced&& priced);
  bool prove_empty(std::int32_t node);
  std::size_t fix_by_price(std::int32_t node);
  std::int32_t choose();
  bool report(std::int64_t bound);
  void apply(std::int32_t node);
  void bounds_to_lp();
  bool good_enough(std::int64_t bound) const;
  void count_reached();
  void tidy();

  static constexpr std::int64_t kEmpty = INT64_MIN;
  const Program& original_;
  const Options& options_;
  Classes merged_;
  Program& p_;
  Plan plan_;
  Certificate& cert_ = plan_.certificate;
  std::vector<std::int8_t> row_alive_;          // of the program: not taken out by reductions
  std::vector<std::int8_t> dom_, root_dom_;     // of each column: -1 free, 0 closed, 1 open
  Search search_;
  std::mt19937_64 dice_;
  struct OddSet {                               // a row over classes of the layout, and its price in the method of saddle.cpp
    std::array<std::int32_t, 5> all{-1, -1, -1, -1, -1};   // ascending
    int size = 3;
    std::span<std::int32_t> of() { return {all.data(), static_cast<std::size_t>(size)}; }
    std::span<const std::int32_t> of() const { return {all.data(), static_cast<std::size_t>(size)}; }
    double price = 0, scale = 0;                // scale: people behind one unit
    std::int32_t row = -1;                      // its Derived, once some proof has used it
  };
  struct Saddle {                               // what one descent hands to the next
    std::vector<double> y, price, toll;         // by column; by class of the layout; by row of the program
    std::vector<OddSet> sets;
    std::vector<double> at_y, at_z;             // where sets are sought: by column; by class, 1 where no set holds it down
    double pull = 1;
    std::int32_t first_cut = 0;                 // of the layout's classes, in their order
  } saddle_;
  double unit_ = 1, money_ = 1;                 // people behind one unit of a big group's variable; of the objective
  Layout at_;
  std::unique_ptr<ClpSimplex> lp_;
  std::size_t root_rows_ = 0;                   // rows left after the root
  std::vector<LpRow> lp_rows_;                  // after the fixed ones
  std::vector<std::int32_t> lp_row_of_;         // program row -> row of the LP, -1: not in it
  int fixed_rows_ = 0;
  std::vector<double> y_, theta_, centre_, scratch_;
  std::vector<std::int32_t> touched_;
  struct Change { double sum[2] = {0, 0}; int count[2] = {0, 0}; };
  std::vector<Change> pseudo_;                  // what deciding a column did to the bound, per unit of fraction
  struct Decided { double fraction = 0, before = 0; };
  std::vector<Decided> decided_;                // of each node: the column's value and the LP's before
  std::vector<std::int64_t> node_bound_;
  Priced last_;                                 // of the node in hand
  bool stopped_ = false, many_ = false;
  std::int64_t outer_bound_ = INT64_MAX;        // of the whole tree, for progress
  friend class Watcher;
};

}  // namespace tx::covering
