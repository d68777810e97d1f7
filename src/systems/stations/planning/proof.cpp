#include "systems/stations/planning/proof.h"

#include <charconv>
#include <type_traits>

namespace tx::stations::planning {
namespace {

constexpr std::string_view kHead = "tongxin-plan 1\n";

// ---- what belongs to what; said once for both directions
template <class A, class R> void fields(A& a, R& r)
  requires std::is_same_v<std::remove_const_t<R>, covering::Row> { a(r.terms), a(r.limit); }
template <class A, class R> void fields(A& a, R& r)
  requires std::is_same_v<std::remove_const_t<R>, covering::Floor> { a(r.part), a(r.least), a(r.last); }
template <class A, class R> void fields(A& a, R& r)
  requires std::is_same_v<std::remove_const_t<R>, covering::Program> {
  a(r.columns), a(r.start), a(r.column), a(r.unit), a(r.weight), a(r.part), a(r.cost), a(r.people_factor), a(r.rows), a(r.floors), a(r.fixed),
      a(r.capacity), a(r.pool);
}
template <class A, class R> void fields(A& a, R& r)
  requires std::is_same_v<std::remove_const_t<R>, covering::Partition> { a(r.class_of), a(r.group_classes); }
template <class A, class R> void fields(A& a, R& r)
  requires std::is_same_v<std::remove_const_t<R>, covering::Cut> { a(r.partition), a(r.group), a(r.level), a(r.also); }
template <class A, class R> void fields(A& a, R& r)
  requires std::is_same_v<std::remove_const_t<R>, covering::Derived> { a(r.partition), a(r.reach), a(r.one), a(r.rows); }
template <class A, class R> void fields(A& a, R& r)
  requires std::is_same_v<std::remove_const_t<R>, covering::Multipliers> {
  a(r.objective), a(r.partition), a(r.cuts), a(r.rows), a(r.floors), a(r.derived);
}
template <class A, class R> void fields(A& a, R& r)
  requires std::is_same_v<std::remove_const_t<R>, covering::Step> { a(r.proof), a(r.fixes); }
template <class A, class R> void fields(A& a, R& r)
  requires std::is_same_v<std::remove_const_t<R>, covering::Node> { a(r.parent), a(r.column), a(r.value), a(r.steps), a(r.zero), a(r.one); }
template <class A, class R> void fields(A& a, R& r)
  requires std::is_same_v<std::remove_const_t<R>, covering::Reduction> { a(r.kind), a(r.what), a(r.by); }
template <class A, class R> void fields(A& a, R& r)
  requires std::is_same_v<std::remove_const_t<R>, covering::Certificate> {
  a(r.scale), a(r.partitions), a(r.reductions), a(r.cuts), a(r.derived), a(r.proofs), a(r.nodes);
}
template <class A, class R> void fields(A& a, R& r)
  requires std::is_same_v<std::remove_const_t<R>, covering::Plan> {
  a(r.feasible), a(r.finished), a(r.open), a(r.value), a(r.bound), a(r.reached), a(r.classes), a(r.nodes), a(r.rounds), a(r.certificate);
}

struct Writer {
  std::string out{kHead};
  void number(std::int64_t value) {
    char text[24];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    out.append(text, end);
    out += ' ';
  }
  template <class T> void operator()(const T& value) {
    if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) number(static_cast<std::int64_t>(value));
    else fields(*this, value);
  }
  template <class T> void operator()(const std::vector<T>& list) {
    number(static_cast<std::int64_t>(list.size()));
    for (const auto& one : list) (*this)(one);
    out += '\n';
  }
  template <class A, class B> void operator()(const std::pair<A, B>& pair) { (*this)(pair.first), (*this)(pair.second); }
};

struct Reader {
  std::string_view left;
  bool good = true;
  std::int64_t number() {
    const auto first = left.find_first_not_of(" \n");
    std::int64_t value = 0;
    if (!good || first == std::string_view::npos) return good = false, 0;
    const auto read = std::from_chars(left.data() + first, left.data() + left.size(), value);
    if (read.ec != std::errc() || read.ptr == left.data() + left.size() || (*read.ptr != ' ' && *read.ptr != '\n')) return good = false, 0;
    left.remove_prefix(static_cast<std::size_t>(read.ptr - left.data()));
    return value;
  }
  template <class T> void operator()(T& value) {
    if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      const auto wide = number();
      value = static_cast<T>(wide);
      if (static_cast<std::int64_t>(value) != wide) good = false;
    } else {
      fields(*this, value);
    }
  }
  template <class T> void operator()(std::vector<T>& list) {
    const auto size = number();
    if (size < 0 || static_cast<std::uint64_t>(size) > left.size() / 2) {   // every number takes two bytes at least
      good = false;
      return;
    }
    list.clear();
    for (std::int64_t i = 0; i < size && good; ++i) (*this)(list.emplace_back());
  }
  template <class A, class B> void operator()(std::pair<A, B>& pair) { (*this)(pair.first), (*this)(pair.second); }
};

}  // namespace

std::string write_proof(const Proof& proof) {
  Writer writer;
  writer(proof.program);
  writer(proof.plan);
  return std::move(writer.out);
}

Result<Proof> read_proof(std::string_view bytes) {
  if (bytes.size() > kProofMost || !bytes.starts_with(kHead)) return refuse(Kind::invalid, "planning.proof_broken");
  Reader reader{bytes.substr(kHead.size())};
  Proof proof;
  reader(proof.program);
  reader(proof.plan);
  if (!reader.good) return refuse(Kind::invalid, "planning.proof_broken");
  return proof;
}

}  // namespace tx::stations::planning
