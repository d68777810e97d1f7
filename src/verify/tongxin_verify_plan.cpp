// tongxin-verify-plan: checks a plan for stations, and the claim that no plan is better, without the program that made it.
// It shares no code with it and links nothing but the standard library; all arithmetic is in whole numbers of 128 bits.
//
//   tongxin-verify-plan PROGRAM PLAN        exit 0: holds; 1: does not hold; 2: cannot be read
//
// PROGRAM is what `tongxin plan program` wrote (or a hand), PLAN what `tongxin plan` printed. Formats, in words between
// blanks, '#' to the end of a line is a comment:
//   PROGRAM  tongxin-covering 1 people F columns N, then in any order
//            c COLUMN COST FIXED CAPACITY | pool PART POOL | d WEIGHT PART K (COLUMN UNIT)* | r LIMIT K (COLUMN FACTOR)* |
//            f FIRST LAST LEAST, then end
//   PLAN     see the reader below; every list comes after its count
//
// The claim. Maximise F * sum_j weight_j * (best unit of j's open columns) - cost, under rows and floors; where columns have
// capacities, a plan is worth the most people that can be shared out among open columns, each up to its capacity in a pool.
// The proof is a tree over "column closed" / "column open". A node is settled by whole multipliers v >= 0 of
//   cuts      value of a group <= sum level*weight + sum_i y_i * sum (unit - level)^+ * weight, true for any levels: a plan's
//             best unit is at most the level, or at most what one of its open columns gives above it
//   derived   half of a sum of such rows, rounded down, true because z and y are whole
//   rows, floors   of the program
// whose sum bounds the objective by flat + sum_i gain_i y_i: at most flat + the positive gains of columns still free.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Int = __int128;
using Long = std::int64_t;

[[noreturn]] void unreadable(const std::string& what) {
  std::cout << "cannot be read: " << what << "\n";
  std::exit(2);
}
[[noreturn]] void broken(const std::string& what) {
  std::cout << "does not hold: " << what << "\n";
  std::exit(1);
}
void demand(bool holds, const char* what) {
  if (!holds) broken(what);
}

class Reader {
 public:
  explicit Reader(const char* path) : path_(path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) unreadable("cannot open " + path_);
    text_.assign(std::istreambuf_iterator<char>(file), {});
  }
  std::string_view word() {
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '#') at_ = std::min(text_.find('\n', at_), text_.size());
      if (at_ == text_.size()) break;
      if (text_[at_] != ' ' && text_[at_] != '\n' && text_[at_] != '\r' && text_[at_] != '\t') break;
    }
    const auto from = at_;
    at_ = std::min(text_.find_first_of(" \n\r\t#", at_), text_.size());
    return std::string_view(text_).substr(from, at_ - from);
  }
  void literal(std::string_view wanted) {
    if (word() != wanted) unreadable(path_ + ": expected " + std::string(wanted));
  }
  Long number(Long least = std::numeric_limits<Long>::min(), Long most = std::numeric_limits<Long>::max()) {
    const auto w = word();
    Long value = 0;
    const auto result = std::from_chars(w.data(), w.data() + w.size(), value);
    if (w.empty() || result.ec != std::errc() || result.ptr != w.data() + w.size() || value < least || value > most)
      unreadable(path_ + ": a number is missing or out of range near byte " + std::to_string(at_));
    return value;
  }
  Long count() { return number(0, static_cast<Long>(text_.size())); }
  std::vector<Long> numbers() {
    std::vector<Long> out(static_cast<std::size_t>(count()));
    for (auto& v : out) v = number();
    return out;
  }
  std::vector<std::pair<Long, Long>> pairs() {
    std::vector<std::pair<Long, Long>> out(static_cast<std::size_t>(count()));
    for (auto& [a, b] : out) a = number(), b = number();
    return out;
  }
  std::size_t size() const { return text_.size(); }

 private:
  std::string path_, text_;
  std::size_t at_ = 0;
};

// ---- the program ----
struct Demand { Long weight, part; std::vector<std::pair<Long, Long>> reach; };   // column, unit
struct Row { Long limit; std::map<Long, Long> terms; };
struct Floor { Long first, last, least; };

Long people = 0, columns = 0;
std::vector<Long> cost, capacity;
std::vector<int> fixed;
std::vector<Long> pool_of_part;
std::vector<Demand> demands;
std::vector<Row> rows;
std::vector<Floor> floors;
bool limited = false;                         // columns have capacities

constexpr Long kMost = 1'000'000'000'000'000;

void read_program(const char* path) {
  Reader in(path);
  in.literal("tongxin-covering"), in.literal("1"), in.literal("people");
  people = in.number(0, kMost);
  in.literal("columns");
  columns = in.number(0, static_cast<Long>(in.size()) * 64 + 1024);
  const auto n = static_cast<std::size_t>(columns);
  cost.assign(n, 0), capacity.assign(n, -1), fixed.assign(n, -1);
  for (;;) {
    const auto kind = in.word();
    if (kind == "end") break;
    if (kind == "c") {
      const auto i = static_cast<std::size_t>(in.number(0, columns - 1));
      cost[i] = in.number(-kMost, kMost), fixed[i] = static_cast<int>(in.number(-1, 1)), capacity[i] = in.number(-1, kMost);
      limited = limited || capacity[i] >= 0;
    } else if (kind == "pool") {
      const auto part = static_cast<std::size_t>(in.number(0, 1'000'000));
      if (pool_of_part.size() <= part) pool_of_part.resize(part + 1, 0);
      pool_of_part[part] = in.number(0, 1'000);
    } else if (kind == "d") {
      Demand d{in.number(0, kMost), in.number(0, 1'000'000), in.pairs()};
      for (std::size_t k = 0; k < d.reach.size(); ++k)
        if (d.reach[k].first < 0 || d.reach[k].first >= columns || d.reach[k].second < 1 || d.reach[k].second > 1'000'000 ||
            (k > 0 && d.reach[k].first <= d.reach[k - 1].first))
          unreadable("columns of a demand");
      demands.push_back(std::move(d));
    } else if (kind == "r") {
      Row row{in.number(-kMost, kMost), {}};
      for (const auto& [i, a] : in.pairs()) {
        if (i < 0 || i >= columns || a < -kMost || a > kMost) unreadable("columns of a row");
        row.terms[i] += a;
      }
      rows.push_back(std::move(row));
    } else if (kind == "f") {
      Floor f{in.number(-1, 1'000'000), 0, 0};
      f.last = in.number(-1, 1'000'000), f.least = in.number(-kMost, kMost);
      floors.push_back(f);
    } else {
      unreadable("unknown word in the program");
    }
  }
  for (const auto& d : demands) {
    if (!pool_of_part.empty() && static_cast<std::size_t>(d.part) >= pool_of_part.size()) unreadable("a part without pool");
    for (const auto& [i, unit] : d.reach)
      if (limited && unit != 1) unreadable("units beside capacities");
  }
}

Long pool(Long part) { return pool_of_part.empty() ? 0 : pool_of_part[static_cast<std::size_t>(part)]; }
bool floor_counts(const Floor& f, Long part) { return f.first < 0 || (part >= f.first && part <= std::max(f.first, f.last)); }

// ---- what a plan is worth ----
// People shared out in one pool: preflow from each demand along shortest augmenting chains of columns.
void share_out(Long of_pool, const std::vector<bool>& open, std::map<Long, Int>& served_by_part) {
  std::vector<Long> room(static_cast<std::size_t>(columns));
  for (std::size_t i = 0; i < room.size(); ++i) room[i] = capacity[i] < 0 ? std::numeric_limits<Long>::max() : capacity[i];
  std::vector<std::map<std::size_t, Long>> guests(static_cast<std::size_t>(columns));   // column -> demand -> people
  for (std::size_t j = 0; j < demands.size(); ++j) {
    if (pool(demands[j].part) != of_pool) continue;
    Long waiting = demands[j].weight;
    while (waiting > 0) {
      std::vector<std::pair<Long, std::size_t>> from(static_cast<std::size_t>(columns), {-2, 0});
      std::deque<std::size_t> queue;
      const auto visit = [&](std::size_t who, Long before) {
        for (const auto& [i, unit] : demands[who].reach)
          if (open[static_cast<std::size_t>(i)] && from[static_cast<std::size_t>(i)].first == -2)
            from[static_cast<std::size_t>(i)] = {before, who}, queue.push_back(static_cast<std::size_t>(i));
      };
      visit(j, -1);
      Long end = -1;
      while (!queue.empty() && end < 0) {
        const auto i = queue.front();
        queue.pop_front();
        if (room[i] > 0) end = static_cast<Long>(i);
        else
          for (const auto& [who, number] : guests[i])
            if (number > 0) visit(who, static_cast<Long>(i));
      }
      if (end < 0) break;
      Long push = std::min(waiting, room[static_cast<std::size_t>(end)]);
      for (auto i = end; from[static_cast<std::size_t>(i)].first >= 0; i = from[static_cast<std::size_t>(i)].first)
        push = std::min(push, guests[static_cast<std::size_t>(from[static_cast<std::size_t>(i)].first)][from[static_cast<std::size_t>(i)].second]);
      room[static_cast<std::size_t>(end)] -= push;
      for (auto i = end; i >= 0; i = from[static_cast<std::size_t>(i)].first) {
        const auto [before, who] = from[static_cast<std::size_t>(i)];
        guests[static_cast<std::size_t>(i)][who] += push;
        if (before >= 0) guests[static_cast<std::size_t>(before)][who] -= push;
      }
      waiting -= push;
    }
    served_by_part[demands[j].part] += demands[j].weight - waiting;
  }
}

struct Worth { bool keeps_rules = true; const char* why = ""; Int value = 0, reached = 0; };

Worth worth_of(const std::vector<bool>& open) {
  Worth out;
  const auto wrong = [&](const char* why) {
    if (out.keeps_rules) out.why = why;
    out.keeps_rules = false;
  };
  for (std::size_t i = 0; i < open.size(); ++i) {
    if (fixed[i] >= 0 && open[i] != (fixed[i] == 1)) wrong("a fixed column is not as fixed");
    if (open[i]) out.value -= cost[i];
  }
  for (const auto& row : rows) {
    Int sum = 0;
    for (const auto& [i, a] : row.terms)
      if (open[static_cast<std::size_t>(i)]) sum += a;
    if (sum > row.limit) wrong("a row is broken");
  }
  std::map<Long, Int> by_part;
  if (limited) {
    std::set<Long> pools;
    for (const auto& d : demands) pools.insert(pool(d.part));
    for (const auto k : pools) share_out(k, open, by_part);
  } else {
    for (const auto& d : demands) {
      Long best = 0;
      for (const auto& [i, unit] : d.reach)
        if (open[static_cast<std::size_t>(i)]) best = std::max(best, unit);
      by_part[d.part] += Int(best) * d.weight;
    }
  }
  for (const auto& [part, value] : by_part) out.reached += value;
  for (const auto& f : floors) {
    Int sum = 0;
    for (const auto& [part, value] : by_part)
      if (floor_counts(f, part)) sum += value;
    if (sum < f.least) wrong("a floor is not reached");
  }
  out.value += out.reached * people;
  return out;
}

// ---- the certificate ----
struct Group { Long part = -1; bool alone = false; Int weight = 0, most = 0; std::vector<std::size_t> members; };
struct Inequality {                            // sum of the values of `groups` <= flat + sum slope * y
  Long partition = 0;
  std::vector<std::size_t> groups;
  std::map<Long, Int> slope;
  Int flat = 0;
  std::set<Long> only_closed;                  // holds where these are closed
};
struct Proof { Long objective, partition; std::vector<std::pair<Long, Long>> lists[4]; };   // cuts, rows, floors, derived
struct Step { Long proof; std::vector<std::pair<Long, Long>> fixes; };
struct Node { Long parent, column, value; std::vector<Step> steps; Long zero, one; };

Long scale = 1, bound = 0;
std::vector<std::vector<Long>> class_of;       // by partition, of each demand
std::vector<std::vector<std::vector<Long>>> classes_of;
std::vector<std::vector<Group>> groups;
std::vector<std::map<Long, std::size_t>> group_of_class;
std::vector<Inequality> cuts, derived;
std::vector<Proof> proofs;
std::vector<Node> nodes;

void read_partition(Reader& in) {
  const auto number = class_of.size();
  class_of.push_back(in.numbers());
  if (class_of.back().size() != demands.size()) unreadable("a partition of another number of demands");
  auto& lists = classes_of.emplace_back(static_cast<std::size_t>(in.count()));
  auto& of = groups.emplace_back(lists.size());
  auto& where = group_of_class.emplace_back();
  for (std::size_t g = 0; g < lists.size(); ++g) {
    lists[g] = in.numbers();
    of[g].alone = lists[g].size() == 1 && !limited;
    for (const auto k : lists[g]) demand(where.emplace(k, g).second, "a class stands in two groups");
  }
  for (std::size_t j = 0; j < demands.size(); ++j) {
    const auto& d = demands[j];
    const auto k = class_of[number][j];
    if (k < 0) {
      demand(d.weight == 0 || d.reach.empty() || (people == 0 && floors.empty()), "somebody is left out of the classes");
      continue;
    }
    const auto at = where.find(k);
    demand(at != where.end(), "a class stands in no group");
    auto& group = of[at->second];
    demand(group.members.empty() || group.part == d.part, "a group of two parts");
    group.part = d.part;
    group.members.push_back(j);
    Long best = 0;
    for (const auto& [i, unit] : d.reach) best = std::max(best, unit);
    group.weight += d.weight;
    group.most = group.alone ? std::max<Int>(group.most, best) : group.most + Int(best) * d.weight;
  }
  for (auto& group : of)
    if (!group.alone || group.members.empty()) group.weight = 1;
}

void read_cut(Reader& in) {
  Inequality cut;
  cut.partition = in.number(0, static_cast<Long>(groups.size()) - 1);
  const auto part = static_cast<std::size_t>(cut.partition);
  const auto most = static_cast<Long>(groups[part].size()) - 1;
  cut.groups.push_back(static_cast<std::size_t>(in.number(0, most)));
  for (const auto g : in.numbers()) {
    demand(g >= 0 && g <= most && limited, "a cut over groups that it may not join");
    cut.groups.push_back(static_cast<std::size_t>(g));
  }
  demand(std::set<std::size_t>(cut.groups.begin(), cut.groups.end()).size() == cut.groups.size(), "a cut names a group twice");
  const auto levels = in.numbers();
  std::map<Long, Long> level;
  std::size_t at = 0;
  for (const auto g : cut.groups)
    for (const auto k : classes_of[part][g]) {
      demand(at < levels.size() && levels[at] >= 0 && levels[at] <= 1'000'000, "a cut without its levels");
      level[k] = levels[at++];
    }
  demand(at == levels.size(), "a cut with more levels than classes");
  for (const auto g : cut.groups) {
    const auto& group = groups[part][g];
    demand(!limited || group.members.empty() || groups[part][cut.groups[0]].members.empty() || pool(group.part) == pool(groups[part][cut.groups[0]].part),
           "a cut over two pools");
    if (group.alone) cut.flat += level[classes_of[part][g][0]];
    for (const auto j : group.members) {
      const auto& d = demands[j];
      const auto l = level[class_of[part][j]];
      if (!group.alone) cut.flat += Int(l) * d.weight;
      for (const auto& [i, unit] : d.reach) {
        if (unit <= l) continue;
        auto& s = cut.slope[i];
        s = group.alone ? std::max<Int>(s, unit - l) : s + Int(unit - l) * d.weight;
      }
    }
  }
  for (auto& [i, s] : cut.slope)
    if (limited && capacity[static_cast<std::size_t>(i)] >= 0) s = std::min<Int>(s, capacity[static_cast<std::size_t>(i)]);
  cuts.push_back(std::move(cut));
}

Int half(Int v) { return v >= 0 ? v / 2 : -((1 - v) / 2); }   // rounded down

void read_derived(Reader& in) {
  Inequality out;
  out.partition = in.number(0, static_cast<Long>(groups.size()) - 1);
  const auto part = static_cast<std::size_t>(out.partition);
  std::map<std::size_t, Int> value;
  std::map<Long, Int> factor;
  Int limit = 0;
  const auto find = [&](Long k) {
    const auto at = group_of_class[part].find(k);
    demand(at != group_of_class[part].end() && groups[part][at->second].alone, "a derived row of a class in company");
    return at->second;
  };
  for (const auto k : in.numbers()) {          // z <= sum of the columns that reach the class
    const auto g = find(k);
    ++value[g];
    std::map<Long, std::size_t> reached_by;
    for (const auto j : groups[part][g].members)
      for (const auto& [i, unit] : demands[j].reach) {
        demand(unit == 1, "a derived row of units that are not 1");
        ++reached_by[i];
      }
    for (const auto& [i, times] : reached_by) {
      factor[i] -= 1;
      if (times != groups[part][g].members.size()) out.only_closed.insert(i);   // else z might be a fraction
    }
  }
  for (const auto k : in.numbers()) {          // z <= 1
    const auto g = find(k);
    demand(groups[part][g].most <= 1, "a derived row of units that are not 1");
    ++value[g], ++limit;
  }
  for (const auto r : in.numbers()) {
    demand(r >= 0 && r < static_cast<Long>(rows.size()), "a derived row of no row");
    limit += rows[static_cast<std::size_t>(r)].limit;
    for (const auto& [i, a] : rows[static_cast<std::size_t>(r)].terms) factor[i] += a;
  }
  demand(!limited || value.empty(), "a derived row beside capacities");
  for (const auto& [g, v] : value)
    for (Int k = half(v); k > 0; --k) out.groups.push_back(g);
  for (const auto& [i, a] : factor) out.slope[i] = -half(a);
  out.flat = half(limit);
  derived.push_back(std::move(out));
}

// ---- reductions ----
struct Reducer {
  std::vector<int>& state;
  std::vector<bool> asks, alive;               // of each row: asks for one of its columns; still needed
  std::vector<std::map<std::size_t, Long>> in_rows;
  std::vector<std::map<std::size_t, Long>> reach;   // what counts of a column's reach

  explicit Reducer(std::vector<int>& s) : state(s), asks(rows.size()), alive(rows.size(), true), in_rows(s.size()), reach(s.size()) {
    for (std::size_t r = 0; r < rows.size(); ++r) {
      asks[r] = rows[r].limit == -1;
      for (const auto& [i, a] : rows[r].terms) {
        asks[r] = asks[r] && a == -1;
        in_rows[static_cast<std::size_t>(i)][r] = a;
      }
    }
    for (std::size_t j = 0; j < demands.size(); ++j)
      if (demands[j].weight != 0 && !(people == 0 && floors.empty()))
        for (const auto& [i, unit] : demands[j].reach) reach[static_cast<std::size_t>(i)][j] = unit;
  }
  bool gone(std::size_t r) const { return asks[r] && !alive[r]; }
  std::size_t column(Long i) const {
    demand(i >= 0 && i < columns, "a reduction of no column");
    return static_cast<std::size_t>(i);
  }
  std::size_t cover(Long r) const {
    demand(r >= 0 && r < static_cast<Long>(rows.size()) && asks[static_cast<std::size_t>(r)] && alive[static_cast<std::size_t>(r)], "a reduction of no covering row");
    return static_cast<std::size_t>(r);
  }
  // In any plan, `by` in place of `what` (or beside, where it is open) keeps every rule and is worth no less.
  void close(std::size_t what, std::size_t by) {
    demand(!limited && what != by && state[what] < 0 && state[by] != 0, "a column is closed for one that cannot take its place");
    demand(cost[by] <= cost[what] && cost[what] >= 0, "a column is closed for a dearer one");
    for (const auto& [r, a] : in_rows[what]) {
      if (gone(r)) continue;
      const auto other = in_rows[by].find(r);
      demand((asks[r] || a >= 0) && (other == in_rows[by].end() ? 0 : other->second) <= a, "a column is closed that a row needs");
    }
    for (const auto& [r, a] : in_rows[by]) demand(a <= 0 || in_rows[what].count(r), "a column is closed for one with more rows");
    for (const auto& [j, unit] : reach[what]) {
      const auto other = reach[by].find(j);
      demand(other != reach[by].end() && other->second >= unit, "a column is closed that reaches more");
    }
    state[what] = 0;
  }
  void apply(Long kind, Long what, Long by) {
    if (kind == 0) return close(column(what), column(by));
    if (kind == 1) {
      const auto i = column(what);
      demand(state[i] < 0 && cost[i] >= 0 && reach[i].empty(), "a column is not useless");
      for (const auto& [r, a] : in_rows[i]) demand(a >= 0 || gone(r), "a column that is called useless serves a row");
      state[i] = 0;
    } else if (kind == 2) {
      const auto r = cover(what), s = cover(by);
      demand(r != s, "a row implies itself");
      for (const auto& [i, a] : rows[s].terms) demand(state[static_cast<std::size_t>(i)] == 0 || rows[r].terms.count(i), "a row is not implied");
      alive[r] = false;
    } else if (kind == 3) {
      const auto r = cover(what);
      const auto i = column(by);
      demand(state[i] == 1 && rows[r].terms.count(by), "a row is not satisfied");
      alive[r] = false;
    } else {
      const auto i = column(what);
      const auto r = cover(by);
      demand(kind == 4 && state[i] < 0 && rows[r].terms.count(what), "a column is not forced");
      for (const auto& [k, a] : rows[r].terms) demand(k == what || state[static_cast<std::size_t>(k)] == 0, "a forced column has company");
      state[i] = 1;
    }
  }
};

// ---- the tree ----
struct Priced { Int flat = 0; std::vector<Int> gain; };

Priced price(const Proof& proof, const std::vector<int>& state) {
  demand(proof.objective == 0 || proof.objective == scale, "a proof of another objective");
  demand(proof.partition >= 0 && proof.partition < static_cast<Long>(groups.size()), "a proof of no partition");
  const auto& of = groups[static_cast<std::size_t>(proof.partition)];
  Priced out{0, std::vector<Int>(state.size(), 0)};
  std::vector<Int> need(of.size(), Int(proof.objective) * people);
  for (const auto& [f, v] : proof.lists[2]) {
    demand(f >= 0 && f < static_cast<Long>(floors.size()) && v >= 0, "a multiplier of no floor");
    out.flat -= Int(v) * floors[static_cast<std::size_t>(f)].least;
    for (std::size_t g = 0; g < of.size(); ++g)
      if (floor_counts(floors[static_cast<std::size_t>(f)], of[g].part)) need[g] += v;
  }
  for (std::size_t g = 0; g < of.size(); ++g) need[g] *= of[g].weight;
  for (const int which : {0, 3})
    for (const auto& [k, v] : proof.lists[which]) {
      const auto& all = which == 0 ? cuts : derived;
      demand(k >= 0 && k < static_cast<Long>(all.size()) && v >= 0, "a multiplier of no cut");
      const auto& cut = all[static_cast<std::size_t>(k)];
      demand(cut.partition == proof.partition, "a cut of another partition");
      for (const auto i : cut.only_closed) demand(state[static_cast<std::size_t>(i)] == 0, "a derived row where it need not hold");
      for (const auto g : cut.groups) need[g] -= v;
      out.flat += v * cut.flat;
      for (const auto& [i, s] : cut.slope) out.gain[static_cast<std::size_t>(i)] += v * s;
    }
  for (std::size_t g = 0; g < of.size(); ++g) {
    demand(need[g] >= 0, "cuts of a group are counted more than once");
    out.flat += need[g] * of[g].most;
  }
  for (const auto& [r, v] : proof.lists[1]) {
    demand(r >= 0 && r < static_cast<Long>(rows.size()) && v >= 0, "a multiplier of no row");
    out.flat += Int(v) * rows[static_cast<std::size_t>(r)].limit;
    for (const auto& [i, a] : rows[static_cast<std::size_t>(r)].terms) out.gain[static_cast<std::size_t>(i)] -= Int(v) * a;
  }
  for (std::size_t i = 0; i < state.size(); ++i) {
    out.gain[i] -= Int(proof.objective) * cost[i];
    if (state[i] == 1 || (state[i] < 0 && out.gain[i] > 0)) out.flat += out.gain[i];
  }
  return out;
}

bool within(Int scaled) { return scaled < (Int(bound) + 1) * scale; }

void settle_point(const std::vector<int>& state) {
  std::vector<bool> open(state.size());
  for (std::size_t i = 0; i < state.size(); ++i) {
    demand(state[i] >= 0, "a part of the tree is left open above the claimed bound");
    open[i] = state[i] == 1;
  }
  const auto worth = worth_of(open);
  demand(!worth.keeps_rules || worth.value <= bound, "a plan that the proof met is better than the claimed bound");
}

void walk(const std::vector<int>& root) {
  struct Visit { std::size_t node; Long proof; std::vector<int> state; };
  std::vector<Visit> todo{{0, -1, root}};
  std::vector<bool> seen(nodes.size(), false);
  while (!todo.empty()) {
    auto here = std::move(todo.back());
    todo.pop_back();
    demand(!seen[here.node], "the tree runs in a circle");
    seen[here.node] = true;
    const auto& node = nodes[here.node];
    bool settled = false;
    auto steps = node.steps;
    steps.push_back({-1, {}});                 // once more with everything that is decided here
    for (const auto& step : steps) {
      if (step.proof >= 0) here.proof = step.proof;
      if (here.proof < 0) {
        demand(step.fixes.empty(), "a column is decided without proof");
        continue;
      }
      demand(here.proof < static_cast<Long>(proofs.size()), "a proof is missing");
      const auto& proof = proofs[static_cast<std::size_t>(here.proof)];
      const auto priced = price(proof, here.state);
      settled = proof.objective == 0 ? priced.flat < 0 : within(priced.flat);
      if (settled) break;
      demand(step.fixes.empty() || proof.objective != 0, "a column is decided by no bound");
      for (const auto& [i, v] : step.fixes) {
        demand(i >= 0 && i < columns && here.state[static_cast<std::size_t>(i)] < 0 && (v == 0 || v == 1), "a decision about no free column");
        const auto gain = priced.gain[static_cast<std::size_t>(i)];
        const Int otherwise = (v == 1) == (gain > 0) ? priced.flat - (gain > 0 ? gain : -gain) : priced.flat;
        demand(within(otherwise), "a column is decided though the other value may be better");
      }
      for (const auto& [i, v] : step.fixes) here.state[static_cast<std::size_t>(i)] = static_cast<int>(v);
    }
    if (settled) continue;
    if (node.zero < 0 || node.one < 0) {
      settle_point(here.state);
      continue;
    }
    const auto most = static_cast<Long>(nodes.size());
    demand(node.zero < most && node.one < most, "a branch of the tree is missing");
    const auto& zero = nodes[static_cast<std::size_t>(node.zero)];
    const auto& one = nodes[static_cast<std::size_t>(node.one)];
    demand(zero.column == one.column && zero.value == 0 && one.value == 1 && zero.column >= 0 && zero.column < columns, "two branches do not make a whole");
    const auto i = static_cast<std::size_t>(zero.column);
    for (const int value : {0, 1}) {
      if (here.state[i] >= 0 && here.state[i] != value) continue;
      todo.push_back({static_cast<std::size_t>(value ? node.one : node.zero), here.proof, here.state});
      todo.back().state[i] = value;
    }
  }
}

void check_plan(const char* path) {
  Reader in(path);
  in.literal("tongxin-plan"), in.literal("1");
  in.literal("feasible");
  const bool feasible = in.number(0, 1) == 1;
  in.literal("finished"), in.number(0, 1);
  in.literal("value");
  const auto value = in.number();
  in.literal("bound");
  bound = in.number();
  in.literal("reached");
  const auto reached = in.number();
  in.literal("columns");
  if (in.number() != columns) unreadable("a plan of another number of columns");
  in.literal("open");
  std::vector<bool> open(static_cast<std::size_t>(columns), false);
  for (const auto i : in.numbers()) {
    demand(i >= 0 && i < columns, "an open column that is none");
    open[static_cast<std::size_t>(i)] = true;
  }
  if (feasible) {
    const auto worth = worth_of(open);
    demand(worth.keeps_rules, worth.why);
    demand(worth.value == value, "the plan is not worth what it says");
    demand(worth.reached == reached, "the plan does not reach whom it says");
    demand(value <= bound, "the value exceeds the bound");
  }
  in.literal("scale");
  scale = in.number(1, kMost);
  in.literal("partitions");
  for (auto k = in.count(); k > 0; --k) read_partition(in);
  std::vector<int> state = fixed;
  in.literal("reductions");
  Reducer reducer(state);
  for (auto k = in.count(); k > 0; --k) {
    const auto kind = in.number(), what = in.number();
    reducer.apply(kind, what, in.number());
  }
  in.literal("cuts");
  for (auto k = in.count(); k > 0; --k) read_cut(in);
  in.literal("derived");
  for (auto k = in.count(); k > 0; --k) read_derived(in);
  in.literal("proofs");
  for (auto k = in.count(); k > 0; --k) {
    Proof proof{in.number(), 0, {}};
    proof.partition = in.number();
    for (auto& list : proof.lists) list = in.pairs();
    proofs.push_back(std::move(proof));
  }
  in.literal("nodes");
  for (auto k = in.count(); k > 0; --k) {
    Node node{in.number(), 0, 0, {}, 0, 0};
    node.column = in.number(), node.value = in.number(0, 1);
    for (auto s = in.count(); s > 0; --s) {
      Step step{in.number(), {}};
      step.fixes = in.pairs();
      node.steps.push_back(std::move(step));
    }
    node.zero = in.number(), node.one = in.number();
    nodes.push_back(std::move(node));
  }
  in.literal("end");
  demand(!nodes.empty(), "there is no proof");
  walk(state);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::cout << "usage: tongxin-verify-plan PROGRAM PLAN\n";
    return 2;
  }
  read_program(arguments[1]);
  check_plan(arguments[2]);
  std::cout << "holds\n";
}
