// Taking steps, the history of an object, and deadlines that have passed.
#include <algorithm>

#include "platform/storage/record_sql.h"
#include "platform/workflow/workflow.h"

namespace tx::workflow {
namespace {

struct Last {
  std::int64_t seq = 0;
  std::string to_state;
};

std::optional<Last> last_event(storage::Reader& reader, std::string_view flow, std::int64_t object) {
  const auto rows = storage::query(
      reader, "select seq, to_state from flow_event where object = $1 and flow = $2 order by seq desc limit 1", object,
      flow);
  if (rows.empty()) return std::nullopt;
  Last last;
  storage::from_value(rows.rows[0][0], last.seq);
  storage::from_value(rows.rows[0][1], last.to_state);
  return last;
}

// When the clock of a state runs out that starts now. A setting of 0 or less switches the clock off.
WorkingDays due_of(storage::Tx& tx, const Deadline& deadline, std::string_view region) {
  if (deadline.unit == Deadline::Unit::none) return {};
  int amount = deadline.amount;
  if (!deadline.setting.empty()) amount = setting_amount(tx, deadline.setting, region, amount);
  if (amount <= 0) return {};
  switch (deadline.unit) {
    case Deadline::Unit::minutes: return {tx.now().plus(amount * kMinute)};
    case Deadline::Unit::hours: return {tx.now().plus(amount * kHour)};
    case Deadline::Unit::days: return {start_of({local_date(tx.now()).days + amount + 1}).plus(-kSecond)};
    default: return count_working_days(tx, tx.now(), amount);
  }
}

void arm(storage::Tx& tx, std::string_view flow, std::int64_t object, std::string_view state, Instant due) {
  if (due.us == 0) {
    storage::execute(tx, "delete from flow_deadline where object = $1 and flow = $2", object, flow);
    return;
  }
  storage::execute(tx,
                   "insert into flow_deadline (flow, object, state, due, escalated) values ($1, $2, $3, $4, 0) "
                   "on conflict (object, flow) do update set state = excluded.state, due = excluded.due, escalated = 0",
                   flow, object, state, due);
}

}  // namespace

Result<Taken> take(storage::Tx& tx, const Flow& flow, std::int64_t object, std::string_view from,
                   std::string_view action, access::AccountId account, std::string reason, std::string_view region) {
  const Step* step = flow.step(from, action);
  if (!step) return refuse(Kind::conflict, "flow.not_allowed");
  if (step->needs_reason && reason.find_first_not_of(" \t\r\n") == std::string::npos)
    return refuse(Kind::invalid, "flow.reason_missing", "reason");
  const auto last = last_event(tx, flow.id, object);
  if ((last ? std::string_view(last->to_state) : std::string_view()) != from)
    return refuse(Kind::conflict, "flow.moved_on");

  const State* state = flow.state(step->to);
  TX_ASSERT(state != nullptr);
  const WorkingDays due = due_of(tx, state->deadline, region);
  Event event;
  event.id = tx.new_id();
  event.object = object;
  event.seq = last ? last->seq + 1 : 1;
  event.flow = flow.id;
  event.from_state = from;
  event.action = action;
  event.to_state = step->to;
  event.reason = std::move(reason);
  event.account = account.value;
  event.at = tx.now();
  event.due = due.end;
  event.due_official = due.official;
  storage::insert(tx, "flow_event", event);
  arm(tx, flow.id, object, step->to, due.end);
  return Taken{std::string(step->to), due.end};
}

std::vector<Event> history(storage::Reader& reader, std::string_view flow, std::int64_t object) {
  return storage::select<Event>(
      reader,
      "select id, object, seq, flow, from_state, action, to_state, reason, account, at, due, due_official "
      "from flow_event where object = $1 and flow = $2 order by seq",
      object, flow);
}

std::vector<Late> take_late(storage::Tx& tx, int limit) {
  auto late = storage::select<Late>(tx,
                                    "select flow, state, object, due from flow_deadline "
                                    "where escalated = 0 and due <= $1 order by due limit $2",
                                    tx.now(), limit);
  for (const auto& one : late)
    storage::execute(tx, "update flow_deadline set escalated = $1 where object = $2 and flow = $3", tx.now(),
                     one.object, one.flow);
  return late;
}

std::vector<Mismatch> verify(storage::Reader& reader, std::string_view flow, std::string_view table) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  TX_ASSERT(!table.empty() && std::all_of(table.begin(), table.end(), plain));
  const std::string sql =
      "select o.id as object, o.state as state, coalesce(e.to_state, '') as event_state from " + std::string(table) +
      " o left join flow_event e on e.object = o.id and e.flow = $1 and e.seq = "
      "(select max(seq) from flow_event l where l.object = o.id and l.flow = $1) "
      "where o.state <> coalesce(e.to_state, '') order by o.id";
  return storage::select<Mismatch>(reader, sql, flow);
}

}  // namespace tx::workflow
