// An operation from its start to its close: waves, muster, head count, stand-down; everybody is accounted for before the end.
#include <sodium.h>

#include "base/text.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/mobilisation/emergencies/emergencies.h"
#include "systems/mobilisation/emergencies/flow.h"
#include "systems/supply/supply.h"
#include "systems/teams/teams.h"

namespace tx::mobilisation {
namespace {

Result<void> move_on(storage::Tx& tx, Operation& operation, std::string_view action, access::AccountId by, const std::string& reason = {}) {
  const auto taken = TX_TRY(workflow::take(tx, kOperationFlow, operation.id, operation.state, action, by, reason, operation.region));
  operation.state = taken.state;
  operation.due = taken.due;
  changed(tx, operation.id);
  return {};
}

std::string random_key() {
  unsigned char bytes[16];
  char text[33];
  randombytes_buf(bytes, sizeof bytes);
  sodium_bin2hex(text, sizeof text, bytes, sizeof bytes);
  return text;
}

}  // namespace

std::optional<Operation> find_operation(storage::Reader& reader, std::int64_t id) { return storage::find<Operation>(reader, "select * from operation where id = $1", id); }

Result<Operation> start_operation(storage::Tx& tx, std::int64_t id, const StartInput& input, const access::Actor& by) {
  const auto plan = find_plan(tx, id);
  if (!plan) return refuse(Kind::not_found, "http.not_found");
  if (plan->state != "in_force") return refuse(Kind::conflict, "operation.plan_not_in_force");
  if (input.hours < 1 || input.hours > 72) return refuse(Kind::invalid, "operation.hours", "hours");
  Operation op;
  op.plan = plan->id;
  op.drill = input.drill;
  op.title = plan->title;
  op.kind = plan->kind;
  op.region = plan->region;
  op.organisation = plan->organisation;
  op.purpose = plan->purpose;
  op.command = plan->command;
  op.gear = plan->gear;
  op.risks = plan->risks;
  op.roles = plan->roles;
  op.points = plan->points;
  op.report_minutes = plan->report_minutes;
  op.starts = tx.now();
  if (!input.day.empty()) {
    const auto when = parse_instant(input.day + " " + (!input.from.empty() ? input.from : input.day == local_date(tx.now()).text() ? local_text(tx.now()).substr(11) : "08:00"));
    if (!when || when->us < tx.now().us - kHour || when->us > tx.now().us + 60 * kDay) return refuse(Kind::invalid, "operation.when", "day");
    op.starts = std::max(*when, tx.now());
  }
  op.until = op.starts.plus(input.hours * kHour);
  // 应对法 art. 40, Regulation art. 17: the insurance runs to the end, or nobody is called.
  op.policy = id_value(input.policy).value_or(0);
  if (!cover_of(tx, op)) return refuse(Kind::invalid, "operation.insurance", "policy");
  op.code_key = random_key();
  op.opened_by = by.account;
  op.opened = tx.now();
  op.id = tx.new_id();
  TX_CHECK(move_on(tx, op, "prepare", by.account));
  storage::insert(tx, "operation", op);
  return op;
}

rules::Counts counts_of(storage::Reader& reader, std::int64_t operation) {
  rules::Counts counts;
  for (const auto& row : storage::query(reader, "select state, count(*) from callout where operation = $1 group by state", operation).rows) {
    std::string state;
    int count = 0;
    storage::from_value(row[0], state);
    storage::from_value(row[1], count);
    for (const auto& [name, value] : std::initializer_list<std::pair<const char*, int*>>{{"asked", &counts.asked}, {"coming", &counts.coming}, {"cannot", &counts.cannot},
                                                                                         {"here", &counts.here}, {"left", &counts.left},
                                                                                         {"never_came", &counts.never_came}, {"released", &counts.released}})
      if (state == name) *value = count;
  }
  return counts;
}

std::vector<int> coming_by_role(storage::Reader& reader, const Operation& operation) {
  std::vector<int> coming(operation.roles.size());
  for (const auto& row : storage::query(reader, "select role, count(*) from callout where operation = $1 and state in ('coming','here','left') group by role", operation.id).rows) {
    std::int64_t role = 0;
    int count = 0;
    storage::from_value(row[0], role);
    storage::from_value(row[1], count);
    if (role >= 0 && role < static_cast<std::int64_t>(coming.size())) coming[static_cast<std::size_t>(role)] = count;
  }
  return coming;
}

std::vector<int> still_open(storage::Reader& reader, const Operation& operation) {
  auto open = coming_by_role(reader, operation);
  for (std::size_t i = 0; i < open.size(); ++i) open[i] = std::max(0, operation.roles[i].heads - open[i]);
  return open;
}

bool wave_runs(storage::Reader& reader, const Operation& operation) {
  return operation.calling && storage::scalar<std::int64_t>(reader, "select id from job where kind = 'mobilisation.call' and state in ('waiting','running') and input like $1 limit 1",
                                                            "%" + id_text(operation.id) + "%").has_value();
}

Result<Json> call_wave(storage::Tx& tx, std::int64_t id, bool everybody, const access::Actor& by) {
  auto op = find_operation(tx, id);
  if (!op) return refuse(Kind::not_found, "http.not_found");
  if (op->state != "prepared" && op->state != "calling") return refuse(Kind::conflict, "operation.not_open");
  if (wave_runs(tx, *op)) return refuse(Kind::conflict, "operation.calling_now");
  if (!cover_of(tx, *op)) return refuse(Kind::conflict, "operation.policy_ended");
  const auto open = still_open(tx, *op);
  if (std::all_of(open.begin(), open.end(), [](int n) { return n == 0; })) return refuse(Kind::conflict, "operation.enough");
  if (op->state == "prepared") TX_CHECK(move_on(tx, *op, "call", by.account));
  ++op->waves;
  op->calling = true;
  storage::update(tx, "operation", *op);
  const auto job = jobs::enqueue(tx, "mobilisation.call",
                                 Json::of({{"operation", id_text(id)}, {"everybody", everybody}, {"by", by.account.value}, {"at", tx.now().us}}), by.account);
  changed(tx, id);
  return Json::of({{"operation", id_text(id)}, {"job", job.text()}, {"wave", op->waves}, {"region", op->region}});
}

Result<int> pair_up(storage::Tx& tx, std::int64_t id) {
  const auto op = find_operation(tx, id);
  if (!op) return refuse(Kind::not_found, "http.not_found");
  int paired = 0;
  for (std::size_t point = 0; point < op->points.size(); ++point) {
    std::vector<std::int64_t> alone;
    for (const auto& call : storage::select<Callout>(tx, "select * from callout where operation = $1 and state = 'here' and point = $2 and buddy = 0 order by seen_at, id", id, point))
      alone.push_back(call.volunteer);
    for (const auto& [one, other] : rules::pairs(alone)) {
      storage::execute(tx, "update callout set buddy = $1 where operation = $2 and volunteer = $3", other, id, one);
      ++paired;
    }
  }
  changed(tx, id);
  return paired;
}

Result<Callout> account_for(storage::Tx& tx, std::int64_t id, std::int64_t volunteer, const std::string& what) {
  const auto op = find_operation(tx, id);
  auto call = op ? callout_of(tx, id, volunteer) : std::nullopt;
  if (!call) return refuse(Kind::not_found, "http.not_found");
  if (what == "came" || what == "left") {
    TX_CHECK(supply::note_presence(tx, kPresence, id, volunteer, what == "came", tx.now()));
    return *callout_of(tx, id, volunteer);
  }
  if (what == "well") {   // seen by the leader, or spoken to by radio
    if (call->state != "here") return refuse(Kind::conflict, "callout.not_here");
    call->seen_at = tx.now();
  } else if (what == "never_came") {
    if (call->state != "coming") return refuse(Kind::conflict, "operation.not_coming");
    call->state = "never_came";
  } else {
    return refuse(Kind::invalid, "form.unreadable", "what");
  }
  storage::update(tx, "callout", *call);
  changed(tx, id);
  return *call;
}

Result<Operation> stand_down(storage::Tx& tx, std::int64_t id, const std::string& words, const access::Actor& by) {
  auto op = find_operation(tx, id);
  if (!op) return refuse(Kind::not_found, "http.not_found");
  TX_CHECK(move_on(tx, *op, "stand_down", by.account, words));
  storage::update(tx, "operation", *op);
  for (const auto& call : callouts_of(tx, id, "state in ('coming','here') and account <> 0"))
    notices::send(tx, {call.account, op->drill ? "notice.stand_down_drill" : "notice.stand_down", {{"command", op->command}, {"words", words}}, "/calls/" + id_text(call.id), true});
  storage::execute(tx, "update callout set state = 'released' where operation = $1 and state = 'asked'", id);
  return *op;
}

Result<Operation> cancel_operation(storage::Tx& tx, std::int64_t id, const std::string& words, const access::Actor& by) {
  auto op = find_operation(tx, id);
  if (!op) return refuse(Kind::not_found, "http.not_found");
  TX_CHECK(move_on(tx, *op, "cancel", by.account, words));
  op->ended = tx.now();
  storage::update(tx, "operation", *op);
  return *op;
}

Result<Operation> close_operation(storage::Tx& tx, std::int64_t id, const access::Actor& by) {
  auto op = find_operation(tx, id);
  if (!op) return refuse(Kind::not_found, "http.not_found");
  const auto counts = counts_of(tx, id);
  if (counts.unaccounted() > 0) return refuse(Kind::conflict, "operation.unaccounted", "", {{"n", std::to_string(counts.unaccounted())}});
  TX_CHECK(move_on(tx, *op, "close", by.account));
  op->ended = tx.now();
  storage::update(tx, "operation", *op);
  jobs::enqueue(tx, "mobilisation.confirm", Json::of({{"operation", id_text(id)}, {"by", by.account.value}}), by.account);
  return *op;
}

Result<Json> run_confirm(storage::Store& store, const Json& input, jobs::Progress& progress) {
  const auto id = id_value(input["operation"].text()).value_or(0);
  std::int64_t confirmed = 0;
  for (int last = kChunk; last == kChunk && !progress.cancelled();) {
    const auto done = store.write([&](storage::Tx& tx) -> Result<Json> {
      return Json(supply::confirm_presences(tx, kPresence, id, access::AccountId{input["by"].integer()}, "", kChunk));
    });
    if (!done) return tl::unexpected(done.error());
    last = static_cast<int>(done->integer());
    confirmed += last;
    progress.report(confirmed, confirmed);
  }
  return Json::of({{"confirmed", confirmed}, {"link", "/desk/operations/" + id_text(id)}});
}

}  // namespace tx::mobilisation
