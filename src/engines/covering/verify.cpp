// The independent checker. It shares no code with the solver: it reads the program and the plan, recomputes value and
// feasibility, and walks the certificate's tree, recomputing each node's bound from the multipliers in 128-bit integers.
// Any levels make a true cut, so neither the classes nor the groups need to be trusted beyond being a partition.
#include <algorithm>
#include <map>

#include "engines/covering/covering.h"

namespace tx::covering {
namespace {

using Wide = __int128;

struct Checker {
  const Program& p;
  const Plan& plan;
  const Certificate& c;
  std::string why;
  std::vector<Wide> constant;                                             // of each cut
  std::vector<std::vector<std::pair<std::int32_t, Wide>>> slope;          // of each cut
  std::vector<std::int32_t> group_part;

  bool fail(const char* reason) {
    if (why.empty()) why = reason;
    return false;
  }

  bool plan_holds(std::int64_t& value) {
    if (static_cast<std::int32_t>(plan.open.size()) != p.columns) return fail("plan has another number of columns");
    Wide total = 0, cost = 0;
    std::map<std::int32_t, Wide> parts;
    for (std::int32_t j = 0; j < p.demands(); ++j) {
      std::int64_t best = 0;
      for (auto e = p.start[j]; e < p.start[j + 1]; ++e)
        if (plan.open[p.column[e]]) best = std::max<std::int64_t>(best, p.unit[e]);
      total += Wide(best) * p.weight[j];
      parts[p.part[j]] += Wide(best) * p.weight[j];
    }
    for (std::int32_t i = 0; i < p.columns; ++i) {
      if (p.fixed[i] >= 0 && plan.open[i] != p.fixed[i]) return fail("a fixed column is not as fixed");
      if (plan.open[i]) cost += p.cost[i];
    }
    for (const auto& row : p.rows) {
      Wide sum = 0;
      for (const auto& [i, a] : row.terms) sum += plan.open[i] ? Wide(a) : Wide(0);
      if (sum > row.limit) return fail("a row is broken");
    }
    for (const auto& f : p.floors)
      if ((f.part < 0 ? total : parts[f.part]) < f.least) return fail("a floor is not reached");
    value = static_cast<std::int64_t>(total * p.people_factor - cost);
    if (value != plan.value) return fail("the value is another");
    if (static_cast<Wide>(plan.reached) != total) return fail("the people reached are others");
    return true;
  }

  // The classes must be a map, the groups a partition of the classes, each group within one part.
  bool read_cuts() {
    if (c.class_of.size() != p.weight.size()) return fail("class map of another size");
    std::int32_t classes = 0;
    for (auto k : c.class_of) classes = std::max(classes, k + 1);
    std::vector<std::int32_t> group(classes, -1), place(classes, -1);
    for (std::size_t g = 0; g < c.group_classes.size(); ++g)
      for (std::size_t k = 0; k < c.group_classes[g].size(); ++k) {
        const auto cl = c.group_classes[g][k];
        if (cl < 0 || cl >= classes || group[cl] >= 0) return fail("groups are no partition");
        group[cl] = static_cast<std::int32_t>(g);
        place[cl] = static_cast<std::int32_t>(k);
      }
    group_part.assign(c.group_classes.size(), -2);
    std::vector<std::vector<std::int32_t>> demands(c.group_classes.size());
    for (std::int32_t j = 0; j < p.demands(); ++j) {
      const auto cl = c.class_of[j];
      if (cl < 0) {
        if (p.weight[j] != 0 && p.start[j] != p.start[j + 1]) return fail("a demand without class");
        continue;
      }
      const auto g = group[cl];
      if (g < 0) return fail("a class without group");
      if (group_part[g] == -2) group_part[g] = p.part[j];
      if (group_part[g] != p.part[j]) return fail("a group of two parts");
      demands[g].push_back(j);
    }
    std::vector<Wide> sum(p.columns, 0);
    for (const auto& cut : c.cuts) {
      if (cut.group < 0 || cut.group >= static_cast<std::int32_t>(demands.size()) ||
          cut.level.size() != c.group_classes[cut.group].size())
        return fail("a cut of no group");
      Wide flat = 0;
      std::vector<std::int32_t> touched;
      for (auto j : demands[cut.group]) {
        const std::int64_t level = cut.level[place[c.class_of[j]]];
        if (level < 0) return fail("a negative level");
        flat += Wide(level) * p.weight[j];
        for (auto e = p.start[j]; e < p.start[j + 1]; ++e)
          if (p.unit[e] > level) {
            if (sum[p.column[e]] == 0) touched.push_back(p.column[e]);
            sum[p.column[e]] += Wide(p.unit[e] - level) * p.weight[j];
          }
      }
      constant.push_back(flat);
      auto& s = slope.emplace_back();
      for (auto i : touched)
        if (sum[i] != 0) {
          s.emplace_back(i, sum[i]);
          sum[i] = 0;
        }
    }
    return true;
  }

  // Bound of a proof as scaled constant and scaled price of each column.
  bool price(const Multipliers& m, Wide& flat, std::vector<Wide>& gain) {
    flat = 0;
    gain.assign(p.columns, 0);
    if (m.objective != 0 && m.objective != c.scale) return fail("objective multiplier");
    std::vector<Wide> need(group_part.size(), Wide(m.objective) * p.people_factor);
    for (const auto& [f, v] : m.floors) {
      if (v < 0 || f < 0 || f >= static_cast<std::int32_t>(p.floors.size())) return fail("floor multiplier");
      flat -= Wide(v) * p.floors[f].least;
      for (std::size_t g = 0; g < need.size(); ++g)
        if (p.floors[f].part < 0 || p.floors[f].part == group_part[g]) need[g] += v;
    }
    for (const auto& [k, v] : m.cuts) {
      if (v < 0 || k < 0 || k >= static_cast<std::int32_t>(c.cuts.size())) return fail("cut multiplier");
      need[c.cuts[k].group] -= v;
      flat += v * constant[k];
      for (const auto& [i, s] : slope[k]) gain[i] += v * s;
    }
    for (auto n : need)
      if (n != 0) return fail("multipliers of a group do not add up");
    for (const auto& [r, v] : m.rows) {
      if (v < 0 || r < 0 || r >= static_cast<std::int32_t>(p.rows.size())) return fail("row multiplier");
      flat += Wide(v) * p.rows[r].limit;
      for (const auto& [i, a] : p.rows[r].terms) gain[i] -= Wide(v) * a;
    }
    for (std::int32_t i = 0; i < p.columns; ++i) gain[i] -= Wide(m.objective) * p.cost[i];
    return true;
  }

  // A column may stay closed if another one is as good everywhere. Rows that ask for something must ask for one only.
  bool dominance(std::vector<std::int8_t>& dom) {
    if (c.dominated.empty()) return true;
    std::vector<std::vector<std::pair<std::int32_t, std::int64_t>>> rows(p.columns);
    std::vector<std::vector<std::pair<std::int32_t, std::int64_t>>> reach(p.columns);
    for (std::size_t r = 0; r < p.rows.size(); ++r)
      for (const auto& [i, a] : p.rows[r].terms) {
        if (a < 0 && (a != -1 || p.rows[r].limit != -1)) return fail("dominance beside a row that asks for more");
        rows[i].emplace_back(static_cast<std::int32_t>(r), a);
      }
    for (std::size_t r = 0; r < p.rows.size(); ++r) {
      bool plus = false, minus = false;
      for (const auto& term : p.rows[r].terms) (term.second < 0 ? minus : plus) = true;
      if (plus && minus) return fail("dominance beside a mixed row");
    }
    for (std::int32_t j = 0; j < p.demands(); ++j)
      for (auto e = p.start[j]; p.weight[j] != 0 && e < p.start[j + 1]; ++e) reach[p.column[e]].emplace_back(j, p.unit[e]);
    for (auto& r : rows) std::sort(r.begin(), r.end());
    for (auto& r : reach) std::sort(r.begin(), r.end());
    // better(k, i): k is nowhere worse than i.
    const auto better = [&](std::int32_t k, std::int32_t i) {
      if (p.cost[k] > p.cost[i] || p.cost[i] < 0) return false;
      std::map<std::int32_t, std::int64_t> of_k(rows[k].begin(), rows[k].end());
      for (const auto& [r, a] : rows[i]) {
        const auto at = of_k.find(r);
        const auto b = at == of_k.end() ? 0 : at->second;
        if (b > a) return false;
        if (at != of_k.end()) of_k.erase(at);
      }
      for (const auto& [r, b] : of_k)
        if (b > 0) return false;
      std::size_t at = 0;
      for (const auto& [j, u] : reach[i]) {
        while (at < reach[k].size() && reach[k][at].first < j) ++at;
        if (at == reach[k].size() || reach[k][at].first != j || reach[k][at].second < u) return false;
      }
      return true;
    };
    for (const auto& [i, k] : c.dominated) {
      if (i < 0 || k < 0 || i >= p.columns || k >= p.columns || i == k) return fail("dominance of no column");
      if (p.fixed[i] >= 0 || p.fixed[k] == 0 || !better(k, i)) return fail("a column is not dominated");
      if (better(i, k) && k > i) return fail("two equal columns dominate one another");
    }
    for (const auto& pair : c.dominated) dom[pair.first] = 0;
    return true;
  }

  static bool at_most(Wide scaled, std::int64_t scale, std::int64_t claim) {   // floor(scaled / scale) <= claim
    return scaled < (Wide(claim) + 1) * scale;
  }

  bool tree() {
    std::vector<std::int8_t> dom = p.fixed;
    if (!dominance(dom)) return false;
    if (c.nodes.empty()) return fail("no proof");
    struct Step { std::int32_t node, proof; std::vector<std::int8_t> dom; };
    std::vector<Step> stack;
    stack.push_back({0, -1, dom});
    std::size_t seen = 0;
    std::vector<Wide> gain;
    while (!stack.empty()) {
      if (++seen > c.nodes.size()) return fail("the tree is no tree");
      auto step = std::move(stack.back());
      stack.pop_back();
      const auto& node = c.nodes[step.node];
      const auto proof = node.proof >= 0 ? node.proof : step.proof;
      bool closed = false;
      if (proof >= static_cast<std::int32_t>(c.proofs.size())) return fail("a proof is missing");
      if (proof >= 0) {
        Wide flat = 0;
        if (!price(c.proofs[proof], flat, gain)) return false;
        for (std::int32_t i = 0; i < p.columns; ++i)
          if (step.dom[i] == 1 || (step.dom[i] < 0 && gain[i] > 0)) flat += gain[i];
        const bool empty_proof = c.proofs[proof].objective == 0;
        closed = empty_proof ? flat < 0 : at_most(flat, c.scale, plan.bound);
        if (!closed && !empty_proof)
          for (const auto& [i, v] : node.fixes) {
            if (i < 0 || i >= p.columns || step.dom[i] >= 0) return fail("fix of a column that is not free");
            const Wide other = v == 0 ? (gain[i] > 0 ? flat : flat + gain[i]) : (gain[i] > 0 ? flat - gain[i] : flat);
            if (!at_most(other, c.scale, plan.bound)) return fail("a fix does not follow");
          }
      }
      if (closed) continue;
      for (const auto& fix : node.fixes) {
        if (proof < 0) return fail("a fix without proof");
        step.dom[fix.first] = fix.second;
      }
      if (node.zero < 0 || node.one < 0) {
        if (point_holds(step.dom)) continue;
        return fail("an open node above the claimed bound");
      }
      const auto count = static_cast<std::int32_t>(c.nodes.size());
      if (node.zero >= count || node.one >= count) return fail("a child is missing");
      const auto& zero = c.nodes[node.zero];
      const auto& one = c.nodes[node.one];
      if (zero.column != one.column || zero.value != 0 || one.value != 1 || zero.column < 0 || zero.column >= p.columns)
        return fail("children do not split");
      for (const auto child : {node.zero, node.one}) {
        const auto i = zero.column;
        if (step.dom[i] >= 0 && step.dom[i] != c.nodes[child].value) continue;
        stack.push_back({child, proof, step.dom});
        stack.back().dom[i] = c.nodes[child].value;
      }
    }
    return true;
  }

  // Nothing left to decide: the one point that is left is checked by itself.
  bool point_holds(const std::vector<std::int8_t>& dom) {
    for (auto d : dom)
      if (d < 0) return false;
    Plan only;
    only.open = dom;
    Checker other{p, only, c, {}, {}, {}, {}};
    std::int64_t value = 0;
    if (other.plan_holds(value) || other.why == "the value is another" || other.why == "the people reached are others")
      return value <= plan.bound;
    return true;   // not feasible
  }
};

}  // namespace

Verdict verify(const Program& program, const Plan& plan) {
  Checker check{program, plan, plan.certificate, {}, {}, {}, {}};
  Verdict out;
  out.bound = plan.bound;
  if (plan.feasible && !check.plan_holds(out.value)) {
    out.why = check.why;
    return out;
  }
  if (plan.feasible && plan.value > plan.bound) check.fail("the value exceeds the bound");
  if (check.why.empty() && check.read_cuts()) check.tree();
  out.why = check.why;
  out.good = check.why.empty();
  return out;
}

}  // namespace tx::covering
