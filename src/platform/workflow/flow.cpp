// The table itself: look-up, soundness, diagram.
#include <algorithm>
#include <set>

#include "platform/workflow/workflow.h"

namespace tx::workflow {

const State* Flow::state(std::string_view wanted) const {
  for (const auto& s : states)
    if (s.id == wanted) return &s;
  return nullptr;
}

const Step* Flow::step(std::string_view from, std::string_view action) const {
  for (const auto& s : steps)
    if (s.from == from && s.action == action) return &s;
  return nullptr;
}

std::vector<const Step*> Flow::steps_from(std::string_view from) const {
  std::vector<const Step*> found;
  for (const auto& s : steps)
    if (s.from == from) found.push_back(&s);
  return found;
}

std::string Flow::mermaid() const {
  std::string out = "stateDiagram-v2\n";
  const auto node = [](std::string_view name) { return name.empty() ? std::string("[*]") : std::string(name); };
  for (const auto& s : steps) out += "  " + node(s.from) + " --> " + node(s.to) + ": " + std::string(s.action) + "\n";
  for (const auto& s : states) {
    if (s.final) out += "  " + std::string(s.id) + " --> [*]\n";
    if (s.deadline.unit == Deadline::Unit::none) continue;
    static constexpr const char* kUnits[] = {"", "minutes", "hours", "days", "working days"};
    out += "  note right of " + std::string(s.id) + ": " + std::to_string(s.deadline.amount) + " " +
           kUnits[static_cast<int>(s.deadline.unit)] + " (" + std::string(s.deadline.source) + ")\n";
  }
  return out;
}

namespace {

std::string fault_of_states(const Flow& flow) {
  std::set<std::string_view> ids;
  static const std::set<std::string_view> tones = {"neutral", "waiting", "active", "good", "bad"};
  for (const auto& s : flow.states) {
    const std::string name(s.id);
    if (s.id.empty() || !ids.insert(s.id).second) return "state '" + name + "' is empty or listed twice";
    if (!tones.contains(s.tone)) return "state '" + name + "' has no known tone";
    const bool clock = s.deadline.unit != Deadline::Unit::none;
    if (clock && (s.deadline.amount <= 0 || s.deadline.source.empty()))
      return "state '" + name + "' has a deadline without amount or source";
    if (clock && s.final) return "state '" + name + "' is final but has a clock";
  }
  return {};
}

std::string fault_of_steps(const Flow& flow) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const auto& s : flow.steps) {
    const std::string name = std::string(s.from) + "/" + std::string(s.action);
    if (s.action.empty()) return "step '" + name + "' has no action";
    if (!seen.insert({s.from, s.action}).second) return "step '" + name + "' is listed twice";
    if (!s.from.empty() && !flow.state(s.from)) return "step '" + name + "' starts from an unknown state";
    if (!flow.state(s.to)) return "step '" + name + "' leads to an unknown state";
    if (!s.from.empty() && flow.state(s.from)->final) return "step '" + name + "' leaves a final state";
  }
  return {};
}

// States that can be reached from "" (forward), or from which a final state can be reached (backward).
std::set<std::string_view> closure(const Flow& flow, std::set<std::string_view> known, bool forward) {
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& s : flow.steps) {
      const auto& have = forward ? s.from : s.to;
      const auto& gain = forward ? s.to : s.from;
      if (known.contains(have) && known.insert(gain).second) grown = true;
    }
  }
  return known;
}

}  // namespace

std::string Flow::fault() const {
  if (id.empty() || states.empty()) return "the table is empty";
  if (auto f = fault_of_states(*this); !f.empty()) return f;
  if (auto f = fault_of_steps(*this); !f.empty()) return f;
  const auto reached = closure(*this, {std::string_view()}, true);
  std::set<std::string_view> finals;
  for (const auto& s : states)
    if (s.final) finals.insert(s.id);
  const auto ends = closure(*this, finals, false);
  for (const auto& s : states) {
    if (!reached.contains(s.id)) return "state '" + std::string(s.id) + "' cannot be reached";
    if (!ends.contains(s.id)) return "state '" + std::string(s.id) + "' has no way to an end";
  }
  return {};
}

bool Flow::sound() const { return fault().empty(); }

std::vector<std::string> Flow::keys() const {
  std::set<std::string> keys;
  const std::string prefix = "flow." + std::string(id) + ".";
  for (const auto& s : states) keys.insert(prefix + std::string(s.id));
  for (const auto& s : steps) keys.insert(prefix + "do." + std::string(s.action));
  return {keys.begin(), keys.end()};
}

}  // namespace tx::workflow
