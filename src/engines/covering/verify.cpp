// The checker inside the program: it shares no code with the solver, but reads the same structures (tongxin-verify-plan is
// the one that stands alone). It reads the program and the plan, recomputes value and feasibility, repeats the reductions,
// and walks the certificate's tree, recomputing each node's bound from the multipliers in 128-bit integers. Any levels
// make a true cut, so neither classes nor groups need to be trusted beyond being a partition.
#include <algorithm>
#include <map>

#include "engines/covering/covering.h"

namespace tx::covering {
namespace {

using Wide = __int128;
using Terms = std::vector<std::pair<std::int32_t, Wide>>;

struct GroupFacts {
  std::int32_t part = -1;
  bool alone = false;                          // one class: counted in units, not in people
  Wide weight = 1, most = 0;                   // people behind one unit; value at its best
  std::vector<std::int32_t> demands;
};
struct RowFacts {                              // sum of the values of groups <= flat + sum of slope * y
  std::int32_t partition = 0;
  std::vector<std::int32_t> groups;
  Terms slope;
  Wide flat = 0;
  std::vector<std::int32_t> shut;              // true only where these columns are closed
};

struct Checker {
  const Program& p;
  const Plan& plan;
  const Certificate& c;
  std::string why;
  std::vector<std::vector<GroupFacts>> groups;                 // by partition
  std::vector<std::vector<std::int32_t>> group_of;             // class -> group
  std::vector<RowFacts> cuts, derived;

  bool fail(const char* reason) {
    if (why.empty()) why = reason;
    return false;
  }

  std::int32_t pool_of(std::int32_t part) const { return p.pool.empty() ? 0 : p.pool[part]; }
  bool open(std::int32_t i) const { return plan.open[i] != 0; }

  // People shared out among open columns with capacities: augmenting paths, one at a time.
  void share_out(std::map<std::int32_t, Wide>& parts) const {
    std::map<std::pair<std::int32_t, std::int32_t>, std::map<std::int32_t, std::int64_t>> served;   // column, pool -> demand -> people
    std::map<std::pair<std::int32_t, std::int32_t>, std::int64_t> used;
    for (std::int32_t j = 0; j < p.demands(); ++j) {
      const auto pool = pool_of(p.part[j]);
      std::int64_t waiting = p.weight[j];
      while (waiting > 0) {
        std::map<std::int32_t, std::pair<std::int32_t, std::int32_t>> came;   // column -> column before, demand moved
        std::vector<std::int32_t> queue;
        for (auto e = p.start[j]; e < p.start[j + 1]; ++e)
          if (open(p.column[e]) && came.try_emplace(p.column[e], -1, j).second) queue.push_back(p.column[e]);
        std::int32_t end = -1;
        for (std::size_t h = 0; h < queue.size() && end < 0; ++h) {
          const auto i = queue[h];
          if (p.capacity[i] < 0 || used[{i, pool}] < p.capacity[i]) {
            end = i;
            break;
          }
          for (const auto& [d, people] : served[{i, pool}])
            for (auto e = p.start[d]; people > 0 && e < p.start[d + 1]; ++e)
              if (open(p.column[e]) && came.try_emplace(p.column[e], i, d).second) queue.push_back(p.column[e]);
        }
        if (end < 0) break;
        std::int64_t push = p.capacity[end] < 0 ? waiting : std::min(waiting, p.capacity[end] - used[{end, pool}]);
        for (auto at = end; came[at].first >= 0; at = came[at].first) push = std::min(push, served[{came[at].first, pool}][came[at].second]);
        used[{end, pool}] += push;
        for (auto at = end;; at = came[at].first) {
          served[{at, pool}][came[at].second] += push;
          if (came[at].first < 0) break;
          served[{came[at].first, pool}][came[at].second] -= push;
        }
        waiting -= push;
      }
      parts[p.part[j]] += p.weight[j] - waiting;
    }
  }

  bool plan_holds(std::int64_t& value) {
    if (static_cast<std::int32_t>(plan.open.size()) != p.columns) return fail("plan has another number of columns");
    Wide total = 0, cost = 0;
    std::map<std::int32_t, Wide> parts;
    if (!p.capacity.empty()) share_out(parts);
    for (std::int32_t j = 0; j < p.demands() && p.capacity.empty(); ++j) {
      std::int64_t best = 0;
      for (auto e = p.start[j]; e < p.start[j + 1]; ++e)
        if (open(p.column[e])) best = std::max<std::int64_t>(best, p.unit[e]);
      parts[p.part[j]] += Wide(best) * p.weight[j];
    }
    for (const auto& [part, people] : parts) total += people;
    for (std::int32_t i = 0; i < p.columns; ++i) {
      if (p.fixed[i] >= 0 && open(i) != (p.fixed[i] == 1)) return fail("a fixed column is not as fixed");
      if (open(i)) cost += p.cost[i];
    }
    for (const auto& row : p.rows) {
      Wide sum = 0;
      for (const auto& [i, a] : row.terms) sum += open(i) ? Wide(a) : Wide(0);
      if (sum > row.limit) return fail("a row is broken");
    }
    for (const auto& f : p.floors) {
      Wide sum = 0;
      for (const auto& [part, people] : parts)
        if (f.counts(part)) sum += people;
      if (sum < f.least) return fail("a floor is not reached");
    }
    value = static_cast<std::int64_t>(total * p.people_factor - cost);
    if (value != plan.value) return fail("the value is another");
    if (static_cast<Wide>(plan.reached) != total) return fail("the people reached are others");
    return true;
  }

  // The classes must be a map, the groups a partition of the classes, each group within one part.
  bool read_partitions() {
    const bool nobody_counts = p.people_factor == 0 && p.floors.empty();
    for (const auto& partition : c.partitions) {
      if (partition.class_of.size() != p.weight.size()) return fail("class map of another size");
      std::int32_t classes = 0;
      for (const auto k : partition.class_of) classes = std::max(classes, k + 1);
      for (const auto& list : partition.group_classes)
        for (const auto k : list) classes = std::max(classes, k + 1);
      if (static_cast<std::size_t>(classes) > 2 * p.weight.size() + 16) return fail("more classes than demands");
      auto& number = group_of.emplace_back(classes, -1);
      auto& facts = groups.emplace_back(partition.group_classes.size());
      for (std::size_t g = 0; g < partition.group_classes.size(); ++g) {
        facts[g].alone = partition.group_classes[g].size() == 1 && p.capacity.empty();
        for (const auto k : partition.group_classes[g]) {
          if (k < 0 || number[k] >= 0) return fail("groups are no partition");
          number[k] = static_cast<std::int32_t>(g);
        }
      }
      std::vector<std::int64_t> best_of(facts.size(), 0);
      for (std::int32_t j = 0; j < p.demands(); ++j) {
        const auto k = partition.class_of[j];
        if (k < 0) {
          if (p.weight[j] != 0 && p.start[j] != p.start[j + 1] && !nobody_counts) return fail("a demand without class");
          continue;
        }
        const auto g = number[k];
        if (g < 0) return fail("a class without group");
        if (facts[g].part < 0) facts[g].part = p.part[j];
        if (facts[g].part != p.part[j]) return fail("a group of two parts");
        if (facts[g].alone) facts[g].weight += facts[g].demands.empty() ? p.weight[j] - 1 : p.weight[j];
        facts[g].demands.push_back(j);
        std::int64_t best = 0;
        for (auto e = p.start[j]; e < p.start[j + 1]; ++e) best = std::max<std::int64_t>(best, p.unit[e]);
        if (facts[g].alone) facts[g].most = std::max<Wide>(facts[g].most, best);
        else facts[g].most += Wide(best) * p.weight[j];
      }
    }
    return true;
  }

  bool read_cuts() {
    std::vector<Wide> sum(p.columns, 0), top(p.columns, 0);
    for (const auto& cut : c.cuts) {
      if (cut.partition < 0 || cut.partition >= static_cast<std::int32_t>(c.partitions.size())) return fail("a cut of no partition");
      const auto& partition = c.partitions[cut.partition];
      RowFacts row;
      row.partition = cut.partition;
      row.groups = {cut.group};
      row.groups.insert(row.groups.end(), cut.also.begin(), cut.also.end());
      if (!cut.also.empty() && p.capacity.empty()) return fail("a cut of several groups");
      std::map<std::int32_t, std::int64_t> level;
      std::size_t at = 0;
      for (const auto g : row.groups) {
        if (g < 0 || g >= static_cast<std::int32_t>(partition.group_classes.size())) return fail("a cut of no group");
        for (const auto k : partition.group_classes[g]) {
          if (at == cut.level.size() || cut.level[at] < 0) return fail("a cut without its levels");
          level[k] = cut.level[at++];
        }
      }
      if (at != cut.level.size()) return fail("a cut with too many levels");
      auto sorted = row.groups;
      std::sort(sorted.begin(), sorted.end());
      if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) return fail("a cut names a group twice");
      std::vector<std::int32_t> touched;
      for (const auto g : row.groups) {
        const auto& facts = groups[cut.partition][g];
        if (!p.capacity.empty() && facts.part >= 0 && groups[cut.partition][cut.group].part >= 0 &&
            pool_of(facts.part) != pool_of(groups[cut.partition][cut.group].part))
          return fail("a cut over two pools");
        if (facts.alone) row.flat += level.begin()->second;
        for (const auto j : facts.demands) {
          const auto l = level[partition.class_of[j]];
          if (!facts.alone) row.flat += Wide(l) * p.weight[j];
          for (auto e = p.start[j]; e < p.start[j + 1]; ++e) {
            if (p.unit[e] <= l) continue;
            const auto i = p.column[e];
            if (sum[i] == 0) touched.push_back(i);
            if (facts.alone) sum[i] = std::max<Wide>(sum[i], p.unit[e] - l);
            else sum[i] += Wide(p.unit[e] - l) * p.weight[j];
          }
        }
      }
      for (const auto i : touched) {
        if (sum[i] == 0) continue;
        row.slope.emplace_back(i, !p.capacity.empty() && p.capacity[i] >= 0 ? std::min<Wide>(sum[i], p.capacity[i]) : sum[i]);
        sum[i] = 0;
      }
      cuts.push_back(std::move(row));
    }
    return true;
  }

  // Half of a sum of rows, rounded down. True for whole z: the people of a class must all have the same open columns.
  bool read_derived() {
    for (const auto& d : c.derived) {
      if (d.partition < 0 || d.partition >= static_cast<std::int32_t>(c.partitions.size())) return fail("a derived row of no partition");
      RowFacts row;
      row.partition = d.partition;
      std::map<std::int32_t, Wide> columns, of_group;
      Wide limit = 0;
      const auto group = [&](std::int32_t k) {
        if (k < 0 || k >= static_cast<std::int32_t>(group_of[d.partition].size())) return -1;
        const auto g = group_of[d.partition][k];
        return g >= 0 && groups[d.partition][g].alone ? g : -1;
      };
      for (const auto k : d.reach) {
        const auto g = group(k);
        if (g < 0) return fail("a derived row of a class in company");
        ++of_group[g];
        std::map<std::int32_t, std::size_t> who;
        for (const auto j : groups[d.partition][g].demands)
          for (auto e = p.start[j]; e < p.start[j + 1]; ++e) {
            if (p.unit[e] != 1) return fail("a derived row of units that are not 1");
            ++who[p.column[e]];
          }
        for (const auto& [i, count] : who) {
          --columns[i];
          if (count != groups[d.partition][g].demands.size()) row.shut.push_back(i);
        }
      }
      for (const auto k : d.one) {
        const auto g = group(k);
        if (g < 0 || groups[d.partition][g].most > 1) return fail("a derived row of a class that may be worth more");
        ++of_group[g], ++limit;
      }
      for (const auto r : d.rows) {
        if (r < 0 || r >= static_cast<std::int32_t>(p.rows.size())) return fail("a derived row of no row");
        limit += p.rows[r].limit;
        for (const auto& [i, a] : p.rows[r].terms) columns[i] += a;
      }
      if (!p.capacity.empty() && !(d.reach.empty() && d.one.empty())) return fail("a derived row beside capacities");
      const auto half = [](Wide v) { return v >= 0 ? v / 2 : -((1 - v) / 2); };
      for (const auto& [g, v] : of_group)
        for (Wide times = half(v); times > 0; --times) row.groups.push_back(g);
      for (const auto& [i, a] : columns)
        if (half(a) != 0) row.slope.emplace_back(i, -half(a));
      row.flat = half(limit);
      derived.push_back(std::move(row));
    }
    return true;
  }

  // Bound of a proof as scaled constant and scaled price of each column.
  bool price(const Multipliers& m, const std::vector<std::int8_t>& dom, Wide& flat, std::vector<Wide>& gain) {
    flat = 0;
    gain.assign(p.columns, 0);
    if (m.objective != 0 && m.objective != c.scale) return fail("objective multiplier");
    if (m.partition < 0 || m.partition >= static_cast<std::int32_t>(groups.size())) return fail("a proof of no partition");
    const auto& of = groups[m.partition];
    std::vector<Wide> need(of.size(), Wide(m.objective) * p.people_factor);
    for (const auto& [f, v] : m.floors) {
      if (v < 0 || f < 0 || f >= static_cast<std::int32_t>(p.floors.size())) return fail("floor multiplier");
      flat -= Wide(v) * p.floors[f].least;
      for (std::size_t g = 0; g < need.size(); ++g)
        if (p.floors[f].counts(of[g].part)) need[g] += v;
    }
    for (std::size_t g = 0; g < need.size(); ++g) need[g] *= of[g].weight;
    for (const bool cut : {true, false})
      for (const auto& [k, v] : cut ? m.cuts : m.derived) {
        const auto& rows = cut ? cuts : derived;
        if (v < 0 || k < 0 || k >= static_cast<std::int32_t>(rows.size()) || rows[k].partition != m.partition) return fail("cut multiplier");
        for (const auto i : rows[k].shut)
          if (dom[i] != 0) return fail("a derived row where its classes differ");
        for (const auto g : rows[k].groups) need[g] -= v;
        flat += v * rows[k].flat;
        for (const auto& [i, s] : rows[k].slope) gain[i] += v * s;
      }
    for (std::size_t g = 0; g < need.size(); ++g) {
      if (need[g] < 0) return fail("multipliers of a group are too many");
      flat += need[g] * of[g].most;
    }
    for (const auto& [r, v] : m.rows) {
      if (v < 0 || r < 0 || r >= static_cast<std::int32_t>(p.rows.size())) return fail("row multiplier");
      flat += Wide(v) * p.rows[r].limit;
      for (const auto& [i, a] : p.rows[r].terms) gain[i] -= Wide(v) * a;
    }
    for (std::int32_t i = 0; i < p.columns; ++i) {
      gain[i] -= Wide(m.objective) * p.cost[i];
      if (dom[i] == 1 || (dom[i] < 0 && gain[i] > 0)) flat += gain[i];
    }
    return true;
  }

  // Each reduction upon those before it.
  bool reduce(std::vector<std::int8_t>& dom) {
    const auto rows = static_cast<std::int32_t>(p.rows.size());
    if (c.reductions.empty()) return true;
    std::vector<std::int8_t> alive(rows, 1), asks(rows, 1);
    std::vector<std::map<std::int32_t, std::int64_t>> terms(p.columns);
    std::vector<Terms> reach(p.columns);
    for (std::int32_t r = 0; r < rows; ++r)
      for (const auto& [i, a] : p.rows[r].terms) {
        if (a != -1 || p.rows[r].limit != -1) asks[r] = 0;
        terms[i][r] = a;
      }
    for (std::int32_t r = 0; r < rows; ++r)
      if (p.rows[r].limit != -1) asks[r] = 0;
    const bool nobody_counts = p.people_factor == 0 && p.floors.empty();
    for (std::int32_t j = 0; j < p.demands(); ++j)
      for (auto e = p.start[j]; p.weight[j] != 0 && !nobody_counts && e < p.start[j + 1]; ++e) reach[p.column[e]].emplace_back(j, p.unit[e]);
    const auto column = [&](std::int32_t i) { return i >= 0 && i < p.columns; };
    const auto cover = [&](std::int32_t r) { return r >= 0 && r < rows && asks[r] && alive[r]; };
    for (const auto& [kind, what, by] : c.reductions) {
      switch (kind) {
        case Reduction::Kind::closed: {
          if (!p.capacity.empty()) return fail("a column is closed beside capacities");
          if (!column(what) || !column(by) || what == by || dom[what] >= 0 || dom[by] == 0) return fail("a reduction of no free column");
          if (p.cost[by] > p.cost[what] || p.cost[what] < 0) return fail("a column is closed for a dearer one");
          for (const auto& [r, a] : terms[what]) {
            if (asks[r] && !alive[r]) continue;
            const auto other = terms[by].find(r);
            const std::int64_t b = other == terms[by].end() ? 0 : other->second;
            if ((!asks[r] && a < 0) || b > a) return fail("a column is closed that a row needs");
          }
          for (const auto& [r, b] : terms[by])
            if (b > 0 && !terms[what].count(r)) return fail("a column is closed for one with more rows");
          std::size_t at = 0;
          for (const auto& [j, u] : reach[what]) {
            while (at < reach[by].size() && reach[by][at].first < j) ++at;
            if (at == reach[by].size() || reach[by][at].first != j || reach[by][at].second < u) return fail("a column is closed that reaches more");
          }
          dom[what] = 0;
          break;
        }
        case Reduction::Kind::useless:
          if (!column(what) || dom[what] >= 0 || p.cost[what] < 0 || !reach[what].empty()) return fail("a column is not useless");
          for (const auto& [r, a] : terms[what])
            if (a < 0 && !(asks[r] && !alive[r])) return fail("a useless column serves a row");
          dom[what] = 0;
          break;
        case Reduction::Kind::implied:
          if (!cover(what) || !cover(by) || what == by) return fail("a row is not implied by a row");
          for (const auto& [i, a] : p.rows[by].terms)
            if (dom[i] != 0 && !terms[i].count(what)) return fail("a row is not implied");
          alive[what] = 0;
          break;
        case Reduction::Kind::satisfied:
          if (!cover(what) || !column(by) || dom[by] != 1 || !terms[by].count(what)) return fail("a row is not satisfied");
          alive[what] = 0;
          break;
        case Reduction::Kind::forced: {
          if (!column(what) || !cover(by) || dom[what] >= 0 || !terms[what].count(by)) return fail("a column is not forced by a row");
          for (const auto& [i, a] : p.rows[by].terms)
            if (i != what && dom[i] != 0) return fail("a column is not forced");
          dom[what] = 1;
          break;
        }
        default: return fail("an unknown reduction");
      }
    }
    return true;
  }

  static bool at_most(Wide scaled, std::int64_t scale, std::int64_t claim) {   // floor(scaled / scale) <= claim
    return scaled < (Wide(claim) + 1) * scale;
  }

  bool tree() {
    std::vector<std::int8_t> root = p.fixed;
    if (!reduce(root)) return false;
    if (c.nodes.empty()) return fail("no proof");
    struct Open { std::int32_t node, proof; std::vector<std::int8_t> dom; };
    std::vector<Open> stack;
    stack.push_back({0, -1, std::move(root)});
    std::size_t seen = 0;
    std::vector<Wide> gain;
    const auto count = static_cast<std::int32_t>(c.nodes.size());
    while (!stack.empty()) {
      if (++seen > c.nodes.size()) return fail("the tree is no tree");
      auto here = std::move(stack.back());
      stack.pop_back();
      const auto& node = c.nodes[here.node];
      bool closed = false;
      const auto judge = [&](const std::vector<std::pair<std::int32_t, std::int8_t>>& fixes) {
        if (here.proof < 0) return fixes.empty() || fail("a fix without proof");
        if (here.proof >= static_cast<std::int32_t>(c.proofs.size())) return fail("a proof is missing");
        Wide flat = 0;
        if (!price(c.proofs[here.proof], here.dom, flat, gain)) return false;
        const bool empty_proof = c.proofs[here.proof].objective == 0;
        closed = empty_proof ? flat < 0 : at_most(flat, c.scale, plan.bound);
        if (closed) return true;
        if (empty_proof && !fixes.empty()) return fail("a fix from no bound");
        for (const auto& [i, v] : fixes) {
          if (i < 0 || i >= p.columns || here.dom[i] >= 0) return fail("fix of a column that is not free");
          const Wide other = v == 0 ? (gain[i] > 0 ? flat : flat + gain[i]) : (gain[i] > 0 ? flat - gain[i] : flat);
          if (!at_most(other, c.scale, plan.bound)) return fail("a fix does not follow");
        }
        for (const auto& [i, v] : fixes) here.dom[i] = v;
        return true;
      };
      for (const auto& step : node.steps) {
        if (step.proof >= 0) here.proof = step.proof;
        if (!judge(step.fixes)) return false;
        if (closed) break;
      }
      const bool again = node.steps.empty() || !node.steps.back().fixes.empty();
      if (!closed && again && !judge({})) return false;   // with everything that is decided here
      if (closed) continue;
      if (node.zero < 0 || node.one < 0) {
        if (point_holds(here.dom)) continue;
        return fail("an open node above the claimed bound");
      }
      if (node.zero >= count || node.one >= count) return fail("a child is missing");
      const auto& zero = c.nodes[node.zero];
      const auto& one = c.nodes[node.one];
      if (zero.column != one.column || zero.value != 0 || one.value != 1 || zero.column < 0 || zero.column >= p.columns)
        return fail("children do not split");
      for (const auto child : {node.zero, node.one}) {
        const auto i = zero.column;
        if (here.dom[i] >= 0 && here.dom[i] != c.nodes[child].value) continue;
        stack.push_back({child, here.proof, here.dom});
        stack.back().dom[i] = c.nodes[child].value;
      }
    }
    return true;
  }

  // Nothing left to decide: the one point that is left is checked by itself.
  bool point_holds(const std::vector<std::int8_t>& dom) {
    for (const auto d : dom)
      if (d < 0) return false;
    Plan only;
    only.open = dom;
    Checker other{p, only, c, {}, {}, {}, {}, {}};
    std::int64_t value = 0;
    if (other.plan_holds(value) || other.why == "the value is another" || other.why == "the people reached are others")
      return value <= plan.bound;
    return true;   // not feasible
  }
};

}  // namespace

Verdict verify(const Program& program, const Plan& plan) {
  Checker check{program, plan, plan.certificate, {}, {}, {}, {}, {}};
  Verdict out;
  out.bound = plan.bound;
  if (plan.feasible && !check.plan_holds(out.value)) {
    out.why = check.why;
    return out;
  }
  if (plan.feasible && plan.value > plan.bound) check.fail("the value exceeds the bound");
  if (check.why.empty() && check.read_partitions() && check.read_cuts() && check.read_derived()) check.tree();
  out.why = check.why;
  out.good = check.why.empty();
  return out;
}

}  // namespace tx::covering
