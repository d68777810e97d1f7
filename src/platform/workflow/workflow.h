// Life cycles as tables. A Flow lists states and steps: who may take a step, its legal or operator deadline with the
// source, and its name. The same table enforces, draws buttons and time lines, raises overdue notices and prints the
// state diagram of a room's README. Facts are rows in flow_event (who, when, why); an object's state column is a cache
// of the last event, checked by verify().
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/record.h"
#include "platform/access/access.h"
#include "platform/language/language.h"
#include "platform/storage/storage.h"

namespace tx::workflow {

struct Deadline {
  enum class Unit { none, minutes, hours, days, working_days } unit = Unit::none;
  int amount = 0;
  std::string_view setting;   // operator setting that overrides the amount: "need.answer_days"
  std::string_view source;    // law article, or "operator" when it is a setting only
};
struct State {
  std::string_view id;        // "waiting"; catalogue key: flow.<flow>.<state>
  std::string_view tone;      // pill colour: neutral, waiting, active, good, bad
  Deadline deadline{};        // clock that runs while in this state
  bool final = false;
};
struct Step {
  std::string_view from, action, to;    // from "" = creation; catalogue key: flow.<flow>.do.<action>
  access::Permission permission{};      // empty id: owner or system
  bool needs_reason = false;
};
struct Flow {
  std::string_view id;        // "need"
  std::span<const State> states;
  std::span<const Step> steps;
  const State* state(std::string_view id) const;
  const Step* step(std::string_view from, std::string_view action) const;
  std::vector<const Step*> steps_from(std::string_view state) const;
  std::string mermaid() const;           // state diagram for the docs
  bool sound() const;                    // deterministic, all states reachable, every non-final state has a way out
};

struct Event {
  std::int64_t id = 0, object = 0, seq = 0;
  std::string flow, from_state, action, to_state, reason;
  std::int64_t account = 0;
  Instant at, due;            // due: deadline of the new state, 0 none
};
BOOST_DESCRIBE_STRUCT(Event, (), (id, object, seq, flow, from_state, action, to_state, reason, account, at, due))

// Takes a step: checks the table (rule flow.not_allowed, flow.reason_missing), appends the event, arms the deadline,
// and returns the new state and due instant. The caller writes the object's own row in the same Tx.
struct Taken {
  std::string state;
  Instant due;
};
Result<Taken> take(storage::Tx& tx, const Flow& flow, std::int64_t object, std::string_view from,
                   std::string_view action, access::AccountId account, std::string reason = {});
std::vector<Event> history(storage::Reader& reader, std::string_view flow, std::int64_t object);
// View for the time-line partial: [{text, at, by_role, reason, current, late}], and for buttons: [{action, text}].
Json timeline_view(const Flow& flow, const std::vector<Event>& events, language::Language language,
                   const language::Catalogue& words, Instant now);
Json due_view(Instant due, Instant now, language::Language language, const language::Catalogue& words);  // countdown chip

// Deadlines that have passed and were not yet escalated; marks them. Called by a timed job; `on_late` is told each.
struct Late {
  std::string flow, state;
  std::int64_t object = 0;
  Instant due;
};
std::vector<Late> take_late(storage::Tx& tx, int limit = 200);

// Working days of the official calendar (调休 make-up days included), data in data/calendar/*.csv, loaded into the table
// working_day_exception by a migration or import.
Instant add_working_days(storage::Reader& reader, Instant from, int days);   // end of the last day
int setting_amount(storage::Reader& reader, std::string_view setting, int fallback);
std::vector<storage::Migration> migrations();  // block 20-29

}  // namespace tx::workflow
