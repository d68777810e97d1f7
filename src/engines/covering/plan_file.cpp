#include "engines/covering/plan_file.h"

#include <charconv>
#include <limits>
#include <ostream>

namespace tx::covering {
namespace {

// Words of a text. The first thing that cannot be read is kept, and everything after it reads as nothing.
class Words {
 public:
  explicit Words(const std::string& text) : text_(text) {}
  std::string_view word() {
    skip();
    const auto from = at_;
    while (at_ < text_.size() && !blank(text_[at_]) && text_[at_] != '#') ++at_;
    return std::string_view(text_).substr(from, at_ - from);
  }
  bool expect(std::string_view wanted) {
    if (!wrong_.empty()) return false;
    if (word() == wanted) return true;
    return fail("expected " + std::string(wanted));
  }
  std::int64_t number(std::int64_t least = INT64_MIN, std::int64_t most = INT64_MAX) {
    if (!wrong_.empty()) return 0;
    const auto w = word();
    std::int64_t value = 0;
    const auto read = std::from_chars(w.data(), w.data() + w.size(), value);
    if (w.empty() || read.ec != std::errc() || read.ptr != w.data() + w.size()) return fail("expected a number"), 0;
    if (value < least || value > most) return fail("a number out of its range"), 0;
    return value;
  }
  std::int32_t index(std::int64_t least = -1) { return static_cast<std::int32_t>(number(least, 1 << 30)); }
  // A list cannot be longer than the bytes that are left.
  std::size_t count() { return static_cast<std::size_t>(number(0, static_cast<std::int64_t>(text_.size() - at_))); }
  bool good() const { return wrong_.empty(); }
  bool fail(const std::string& what) {
    if (!wrong_.empty()) return false;
    std::size_t line = 1;
    for (std::size_t k = 0; k < at_ && k < text_.size(); ++k) line += text_[k] == '\n';
    wrong_ = "line " + std::to_string(line) + ": " + what;
    return false;
  }
  const std::string& wrong() const { return wrong_; }

 private:
  static bool blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
  void skip() {
    while (at_ < text_.size() && (blank(text_[at_]) || text_[at_] == '#'))
      if (text_[at_] == '#')
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      else ++at_;
  }
  const std::string& text_;
  std::size_t at_ = 0;
  std::string wrong_;
};

constexpr std::int64_t kMost = 1'000'000'000'000'000;   // sums of a million such still fit 128 bits

template <class T, class Write>
void list(std::ostream& out, const std::vector<T>& values, Write write) {
  out << ' ' << values.size();
  for (const auto& v : values) write(v);
}

void plain(std::ostream& out, const std::vector<std::int32_t>& values) {
  list(out, values, [&](auto v) { out << ' ' << v; });
}

std::vector<std::int32_t> read_list(Words& in) {
  std::vector<std::int32_t> out;
  for (auto k = in.count(); k > 0 && in.good(); --k) out.push_back(in.index());
  return out;
}

template <class Value>
void read_pairs(Words& in, std::vector<std::pair<std::int32_t, Value>>& out) {
  for (auto k = in.count(); k > 0 && in.good(); --k) {
    const auto i = in.index();
    out.emplace_back(i, static_cast<Value>(in.number(std::numeric_limits<Value>::min(), std::numeric_limits<Value>::max())));
  }
}

}  // namespace

void write_program(std::ostream& out, const Program& p) {
  out << "tongxin-covering 1\npeople " << p.people_factor << " columns " << p.columns << '\n';
  for (std::int32_t i = 0; i < p.columns; ++i) {
    const auto capacity = p.capacity.empty() ? -1 : p.capacity[i];
    if (p.cost[i] != 0 || p.fixed[i] != -1 || capacity != -1) out << "c " << i << ' ' << p.cost[i] << ' ' << int(p.fixed[i]) << ' ' << capacity << '\n';
  }
  for (std::size_t k = 0; k < p.pool.size(); ++k) out << "pool " << k << ' ' << p.pool[k] << '\n';
  for (std::int32_t j = 0; j < p.demands(); ++j) {
    out << "d " << p.weight[j] << ' ' << p.part[j] << ' ' << p.start[j + 1] - p.start[j];
    for (auto e = p.start[j]; e < p.start[j + 1]; ++e) out << ' ' << p.column[e] << ' ' << p.unit[e];
    out << '\n';
  }
  for (const auto& row : p.rows) {
    out << "r " << row.limit;
    list(out, row.terms, [&](auto& t) { out << ' ' << t.first << ' ' << t.second; });
    out << '\n';
  }
  for (const auto& f : p.floors) out << "f " << f.part << ' ' << (f.last < 0 ? f.part : f.last) << ' ' << f.least << '\n';
  out << "end\n";
}

std::string read_program(const std::string& text, Program& p) {
  Words in(text);
  p = Program{};
  in.expect("tongxin-covering"), in.expect("1"), in.expect("people");
  p.people_factor = in.number(0, kMost);
  in.expect("columns");
  // A column that nothing names still costs memory: no more of them than a text of this size could speak of.
  p.columns = static_cast<std::int32_t>(in.number(0, static_cast<std::int64_t>(text.size()) * 64 + 1024));
  if (!in.good()) return in.wrong();
  p.cost.assign(p.columns, 0);
  p.fixed.assign(p.columns, -1);
  const auto column = [&] { return static_cast<std::int32_t>(in.number(0, static_cast<std::int64_t>(p.columns) - 1)); };
  while (in.good()) {
    const auto kind = in.word();
    if (kind == "end") return {};
    if (kind == "c") {
      const auto i = column();
      const auto cost = in.number(-kMost, kMost), fixed = in.number(-1, 1), capacity = in.number(-1, kMost);
      if (!in.good()) break;
      p.cost[i] = cost;
      p.fixed[i] = static_cast<std::int8_t>(fixed);
      if (capacity >= 0 && p.capacity.empty()) p.capacity.assign(p.columns, -1);
      if (!p.capacity.empty()) p.capacity[i] = capacity;
    } else if (kind == "pool") {
      const auto part = in.number(0, 1'000'000);
      if (in.good() && static_cast<std::size_t>(part) >= p.pool.size()) p.pool.resize(static_cast<std::size_t>(part) + 1, 0);
      if (in.good()) p.pool[static_cast<std::size_t>(part)] = static_cast<std::int32_t>(in.number(0, 1'000));
    } else if (kind == "d") {
      p.weight.push_back(in.number(0, kMost));
      p.part.push_back(static_cast<std::int32_t>(in.number(0, 1'000'000)));
      std::int32_t before = -1;
      for (auto k = in.count(); k > 0 && in.good(); --k) {
        const auto i = column();
        if (i <= before) in.fail("columns of a demand do not ascend");
        before = i;
        p.column.push_back(i);
        p.unit.push_back(static_cast<std::int32_t>(in.number(1, 1'000'000)));
      }
      p.start.push_back(static_cast<std::int64_t>(p.column.size()));
    } else if (kind == "r") {
      Row row;
      row.limit = in.number(-kMost, kMost);
      for (auto k = in.count(); k > 0 && in.good(); --k) {
        const auto i = column();
        row.terms.emplace_back(i, in.number(-kMost, kMost));
      }
      p.rows.push_back(std::move(row));
    } else if (kind == "f") {
      Floor floor;
      floor.part = static_cast<std::int32_t>(in.number(-1, 1'000'000));
      floor.last = static_cast<std::int32_t>(in.number(-1, 1'000'000));
      floor.least = in.number(-kMost, kMost);
      p.floors.push_back(floor);
    } else {
      in.fail(kind.empty() ? "the text ends before \"end\"" : "unknown word");
    }
  }
  return in.wrong();
}

void write_plan(std::ostream& out, const Plan& plan) {
  out << "tongxin-plan 1\nfeasible " << plan.feasible << " finished " << plan.finished << " value " << plan.value << " bound "
      << plan.bound << " reached " << plan.reached << "\ncolumns " << plan.open.size() << " open";
  std::vector<std::int32_t> open;
  for (std::size_t i = 0; i < plan.open.size(); ++i)
    if (plan.open[i]) open.push_back(static_cast<std::int32_t>(i));
  plain(out, open);
  const auto& c = plan.certificate;
  out << "\nscale " << c.scale << "\npartitions " << c.partitions.size() << '\n';
  for (const auto& partition : c.partitions) {
    plain(out, partition.class_of);
    out << '\n' << partition.group_classes.size();
    for (const auto& group : partition.group_classes) plain(out, group);
    out << '\n';
  }
  out << "reductions " << c.reductions.size() << '\n';
  for (const auto& r : c.reductions) out << int(r.kind) << ' ' << r.what << ' ' << r.by << '\n';
  out << "cuts " << c.cuts.size() << '\n';
  for (const auto& cut : c.cuts) {
    out << cut.partition << ' ' << cut.group;
    plain(out, cut.also), plain(out, cut.level);
    out << '\n';
  }
  out << "derived " << c.derived.size() << '\n';
  for (const auto& d : c.derived) {
    out << d.partition;
    plain(out, d.reach), plain(out, d.one), plain(out, d.rows);
    out << '\n';
  }
  out << "proofs " << c.proofs.size() << '\n';
  for (const auto& m : c.proofs) {
    out << m.objective << ' ' << m.partition;
    for (const auto* values : {&m.cuts, &m.rows, &m.floors, &m.derived})
      list(out, *values, [&](auto& v) { out << ' ' << v.first << ' ' << v.second; });
    out << '\n';
  }
  out << "nodes " << c.nodes.size() << '\n';
  for (const auto& node : c.nodes) {
    out << node.parent << ' ' << node.column << ' ' << int(node.value);
    list(out, node.steps, [&](auto& step) {
      out << ' ' << step.proof;
      list(out, step.fixes, [&](auto& f) { out << ' ' << f.first << ' ' << int(f.second); });
    });
    out << ' ' << node.zero << ' ' << node.one << '\n';
  }
  out << "end\n";
}

std::string read_plan(const std::string& text, Plan& plan) {
  Words in(text);
  plan = Plan{};
  auto& c = plan.certificate;
  in.expect("tongxin-plan"), in.expect("1");
  in.expect("feasible"), plan.feasible = in.number(0, 1) != 0;
  in.expect("finished"), plan.finished = in.number(0, 1) != 0;
  in.expect("value"), plan.value = in.number();
  in.expect("bound"), plan.bound = in.number();
  in.expect("reached"), plan.reached = in.number();
  in.expect("columns");
  plan.open.assign(static_cast<std::size_t>(in.number(0, static_cast<std::int64_t>(text.size()) * 64 + 1024)), 0);
  in.expect("open");
  for (const auto i : read_list(in))
    if (i < 0 || static_cast<std::size_t>(i) >= plan.open.size()) in.fail("an open column that is none");
    else plan.open[static_cast<std::size_t>(i)] = 1;
  in.expect("scale"), c.scale = in.number(1, kMost);
  in.expect("partitions");
  for (auto k = in.count(); k > 0 && in.good(); --k) {
    auto& partition = c.partitions.emplace_back();
    partition.class_of = read_list(in);
    for (auto g = in.count(); g > 0 && in.good(); --g) partition.group_classes.push_back(read_list(in));
  }
  in.expect("reductions");
  for (auto k = in.count(); k > 0 && in.good(); --k) {
    Reduction r;
    r.kind = static_cast<Reduction::Kind>(in.number(0, 4));
    r.what = in.index(), r.by = in.index();
    c.reductions.push_back(r);
  }
  in.expect("cuts");
  for (auto k = in.count(); k > 0 && in.good(); --k) {
    Cut cut;
    cut.partition = in.index(), cut.group = in.index();
    cut.also = read_list(in), cut.level = read_list(in);
    c.cuts.push_back(std::move(cut));
  }
  in.expect("derived");
  for (auto k = in.count(); k > 0 && in.good(); --k) {
    Derived d;
    d.partition = in.index();
    d.reach = read_list(in), d.one = read_list(in), d.rows = read_list(in);
    c.derived.push_back(std::move(d));
  }
  in.expect("proofs");
  for (auto k = in.count(); k > 0 && in.good(); --k) {
    Multipliers m;
    m.objective = in.number();
    m.partition = in.index();
    for (auto* values : {&m.cuts, &m.rows, &m.floors, &m.derived}) read_pairs(in, *values);
    c.proofs.push_back(std::move(m));
  }
  in.expect("nodes");
  for (auto k = in.count(); k > 0 && in.good(); --k) {
    Node node;
    node.parent = in.index(), node.column = in.index();
    node.value = static_cast<std::int8_t>(in.number(0, 1));
    for (auto s = in.count(); s > 0 && in.good(); --s) {
      auto& step = node.steps.emplace_back();
      step.proof = in.index();
      read_pairs(in, step.fixes);
      for (const auto& [i, v] : step.fixes)
        if (v != 0 && v != 1) in.fail("a fix to neither 0 nor 1");
    }
    node.zero = in.index(), node.one = in.index();
    c.nodes.push_back(std::move(node));
  }
  in.expect("end");
  return in.wrong();
}

std::string read_question(const std::string& text, Program& program) {
  Words in(text);
  Question q;
  std::string kind;
  std::int64_t number = 0;
  std::vector<std::vector<std::pair<std::int32_t, std::int32_t>>> reach;
  bool limited = false;
  in.expect("tongxin-question"), in.expect("1");
  while (in.good()) {
    const std::string word(in.word());
    if (word.empty()) break;
    if (word == "maximal" || word == "cover") kind = word;
    else if (word == "reach" || word == "median") kind = word, number = in.number(0, word == "median" ? 1'000'000 : kMost);
    else if (word == "count") q.count = in.index(0);
    else if (word == "budget") q.budget = in.number(0, kMost);
    else if (word == "site") {
      q.cost.push_back(in.number(0, kMost));
      const auto state = in.word();
      q.state.push_back(state == "existing" ? State::existing : state == "forced" ? State::forced : state == "forbidden" ? State::forbidden : State::free);
      if (q.state.back() == State::free && state != "free") in.fail("a site is free, existing, forced or forbidden");
      q.town.push_back(in.index());
      q.capacity.push_back(in.number(-1, kMost));
      limited = limited || q.capacity.back() >= 0;
      reach.emplace_back();
    } else if (word == "demand") {
      q.people.push_back(in.number(0, 1'000'000'000));
      q.county.push_back(static_cast<std::int32_t>(in.number(0, 1'000'000)));
    } else if (word == "reach-of") {
      const auto i = in.number(0, static_cast<std::int64_t>(reach.size()) - 1);
      for (auto k = in.count(); k > 0 && in.good(); --k) {
        const auto j = static_cast<std::int32_t>(in.number(0, static_cast<std::int64_t>(q.people.size()) - 1));
        const auto seconds = static_cast<std::int32_t>(in.number(0, 1'000'000));
        if (in.good()) reach[static_cast<std::size_t>(i)].emplace_back(j, seconds);
      }
    } else if (word == "quota") {
      Quota quota;
      quota.town = in.index(), quota.least = in.index(0), quota.most = in.index();
      q.quotas.push_back(quota);
    } else if (word == "apart") {
      const auto a = in.index(0);
      q.apart.emplace_back(a, in.index(0));
    } else if (word == "floor") {
      const auto part = static_cast<std::int32_t>(in.number(-1, 1'000'000));
      q.floors.push_back({part, in.number(0, kMost)});
    } else if (word == "band") {
      const auto until = in.index(0);
      q.bands.emplace_back(until, static_cast<std::int32_t>(in.number(1, 1'000)));
    } else {
      in.fail("unknown word");
    }
  }
  if (!in.good()) return in.wrong();
  if (!limited) q.capacity.clear();
  q.matrix.demands = static_cast<std::int32_t>(q.people.size());
  for (auto& list_of : reach) {
    for (const auto& [j, s] : list_of) q.matrix.demand.push_back(j), q.matrix.seconds.push_back(s);
    q.matrix.start.push_back(static_cast<std::int64_t>(q.matrix.demand.size()));
  }
  if (kind.empty()) return "no question: maximal, cover, reach or median";
  auto made = kind == "maximal" ? maximal(q) : kind == "cover" ? set_cover(q) : kind == "reach" ? partial_cover(q, number)
                                                                                                : median(q, static_cast<std::int32_t>(number));
  if (!made) return "malformed: " + made.error().field;
  program = std::move(*made);
  return {};
}

}  // namespace tx::covering
