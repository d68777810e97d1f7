// Life cycles as tables. A Flow lists states and steps: who may take a step, its legal or operator deadline with the
// source, and its name. The same table enforces, draws buttons and time lines, raises overdue notices and prints the
// state diagram of a room's README. Facts are rows in flow_event (who, when, why); an object's state column is a cache
// of the last event, checked by verify(). Not here: what a step does to the object (the room's business) and whether
// the actor may take it (the route's Access, made from Step::permission).
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
  // minutes, hours: exact. days, working_days: the starting day does not count, the clock ends with the last day
  // (Civil Code art. 201, 203: a period counted in days starts on the next day and ends at 24:00).
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
// The first step listed from a state is its main line: the time line shows it as what comes next.
struct Flow {
  std::string_view id;        // "need"
  std::span<const State> states;
  std::span<const Step> steps;
  const State* state(std::string_view id) const;
  const Step* step(std::string_view from, std::string_view action) const;
  std::vector<const Step*> steps_from(std::string_view state) const;
  std::string mermaid() const;           // state diagram for the docs
  bool sound() const;                    // deterministic, all states reachable, every non-final state has a way out
  std::string fault() const;             // what is wrong with the table, "" when sound
  std::vector<std::string> keys() const; // catalogue keys the table needs
};

struct Event {
  std::int64_t id = 0, object = 0, seq = 0;
  std::string flow, from_state, action, to_state, reason;
  std::int64_t account = 0;
  Instant at, due;            // due: deadline of the new state, 0 none
  bool due_official = true;   // false: counted in working days of a year whose official calendar is not loaded
};
BOOST_DESCRIBE_STRUCT(Event, (), (id, object, seq, flow, from_state, action, to_state, reason, account, at, due,
                                  due_official))

// Takes a step: checks the table (rules flow.not_allowed, flow.reason_missing) and that nobody moved the object on in
// the meantime (flow.moved_on), appends the event, arms the deadline, and returns the new state and due instant. The
// caller writes the object's own row in the same Tx. `region` chooses among regional settings of the deadline.
struct Taken {
  std::string state;
  Instant due;
};
Result<Taken> take(storage::Tx& tx, const Flow& flow, std::int64_t object, std::string_view from,
                   std::string_view action, access::AccountId account, std::string reason = {},
                   std::string_view region = {});
std::vector<Event> history(storage::Reader& reader, std::string_view flow, std::int64_t object);
// Views, ready for the partials of web/layout (timeline, clock, pill). Reasons are shown as given: clear them in the
// events first where the reader may not see them.
//   timeline_view: [{phase: past|now|next, name, note, current, late, at, due, due_tone, due_text}]
//   buttons_view:  [{action, text, needs_reason}]   steps that lead on from a state
//   state_view:    {tone: wait|go|done|stop|"", label}
//   due_view:      {due, datetime: ISO-8601, text, late, tone: soon|late|""}; null when there is no deadline
Json timeline_view(const Flow& flow, const std::vector<Event>& events, language::Language language,
                   const language::Catalogue& words, Instant now);
Json buttons_view(const Flow& flow, std::string_view state, language::Language language,
                  const language::Catalogue& words);
Json state_view(const Flow& flow, std::string_view state, language::Language language,
                const language::Catalogue& words);
Json due_view(Instant due, Instant now, language::Language language, const language::Catalogue& words);

// Deadlines that have passed and were not yet escalated; marks them. Called by a timed job, which tells whom it
// concerns. Each deadline is given out once.
struct Late {
  std::string flow, state;
  std::int64_t object = 0;
  Instant due;
};
BOOST_DESCRIBE_STRUCT(Late, (), (flow, state, object, due))
std::vector<Late> take_late(storage::Tx& tx, int limit = 200);

// Objects of a room's table whose state column differs from the last event (a bug or a hand-made change). The names
// are the program's own, never user text.
struct Mismatch {
  std::int64_t object = 0;
  std::string state, event_state;
};
BOOST_DESCRIBE_STRUCT(Mismatch, (), (object, state, event_state))
std::vector<Mismatch> verify(storage::Reader& reader, std::string_view flow, std::string_view table);

// Working days of the official calendar (make-up days included), data in data/calendar/*.csv; a year that is not
// loaded counts Monday to Friday.
struct WorkingDays {
  Instant end;                // 23:59:59 of the last day
  bool official = true;
};
WorkingDays count_working_days(storage::Reader& reader, Instant from, int days);
Instant add_working_days(storage::Reader& reader, Instant from, int days);   // end of the last day
bool is_working_day(storage::Reader& reader, Date day);
// Replaces a year's calendar by a file "day,kind,holiday" (kind: off, work). Rules calendar.unreadable (field: line),
// calendar.empty, calendar.two_years.
struct ExceptionDay {
  std::string day, kind, holiday;
};
BOOST_DESCRIBE_STRUCT(ExceptionDay, (), (day, kind, holiday))
Result<std::vector<ExceptionDay>> read_calendar(std::string_view csv);
Result<int> import_calendar(storage::Tx& tx, std::string_view csv, std::string_view source);

// Operator settings: by name, for the whole system (region "") or for a region and all below it.
int setting_amount(storage::Reader& reader, std::string_view setting, int fallback);
int setting_amount(storage::Reader& reader, std::string_view setting, std::string_view region, int fallback);
std::string setting_text(storage::Reader& reader, std::string_view setting, std::string_view region,
                         std::string_view fallback);
void set_setting(storage::Tx& tx, std::string_view setting, std::string_view region, int amount,
                 std::string_view text, access::AccountId by);
std::vector<storage::Migration> migrations();  // block 20-29

}  // namespace tx::workflow
