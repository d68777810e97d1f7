// After an emergency what was gathered about people for it goes (突发事件应对法 art. 83-85), in chunks, and a certificate in the log
// says what went: counts, the digest of the rows as they were, the rule, who and when.
#include "engines/ledger/tree.h"
#include "platform/storage/record_sql.h"
#include "systems/mobilisation/emergencies/emergencies.h"
#include "systems/mobilisation/emergencies/flow.h"
#include "systems/support/support.h"

namespace tx::mobilisation {
namespace {

constexpr int kPieces = 500;

// The rows in the order of their ids, hashed piece by piece so that no size needs memory.
Destruction measured(storage::Reader& reader, std::int64_t operation) {
  Destruction all;
  all.operation = operation;
  std::string digest = ledger::hex(ledger::sha256("tongxin/destruction"));
  for (std::int64_t after = 0;;) {
    const auto rows = storage::select<Callout>(reader, "select * from callout where operation = $1 and id > $2 order by id limit 1000", operation, after);
    if (rows.empty()) break;
    for (const auto& row : rows) {
      digest = ledger::hex(ledger::sha256(digest + support::exact(row).dump()));
      ++all.asked;
      all.coming += row.answered_at.us && row.state != "cannot";
      all.cannot += row.state == "cannot";
      all.silent += row.answered_at.us == 0;
      all.came += row.state == "here" || row.state == "left";
      all.words += !row.words_sealed.empty();
    }
    after = rows.back().id;
  }
  all.digest = digest;
  return all;
}

Result<std::int64_t> in_tx(storage::Store& store, const std::function<Result<std::int64_t>(storage::Tx&)>& step) {
  const auto done = store.write([&](storage::Tx& tx) -> Result<Json> { return Json(TX_TRY(step(tx))); });
  if (!done) return tl::unexpected(done.error());
  return done->integer();
}

// Calls of this piece with the messages about them; how many calls.
std::int64_t piece(storage::Tx& tx, Destruction& going) {
  const auto rows = storage::query(tx, "select id from callout where operation = $1 order by id limit $2", going.operation, kPieces);
  if (rows.empty()) return 0;
  std::string links, ids;
  for (const auto& row : rows.rows) {
    const auto id = std::get<std::int64_t>(row[0]);
    links += (links.empty() ? "'/calls/" : ",'/calls/") + id_text(id) + "'";
    ids += (ids.empty() ? "" : ",") + std::to_string(id);
  }
  going.messages += static_cast<int>(storage::execute(tx, "delete from outbox where link in (" + links + ")"));
  going.notices += static_cast<int>(storage::execute(tx, "delete from notice where link in (" + links + ")"));
  storage::execute(tx, "update destruction set notices = $1, messages = $2 where id = $3", going.notices, going.messages, going.id);
  storage::execute(tx, "delete from callout where id in (" + ids + ")");
  return static_cast<std::int64_t>(rows.size());
}

}  // namespace

std::optional<Destruction> destruction_of(storage::Reader& reader, std::int64_t operation) {
  return storage::find<Destruction>(reader, "select * from destruction where operation = $1", operation);
}
std::optional<Destruction> destruction_numbered(storage::Reader& reader, const std::string& number) {
  return storage::find<Destruction>(reader, "select * from destruction where number = $1", number);
}

Result<Destruction> destroy(storage::Store& store, const support::Book& book, std::int64_t id, access::AccountId by) {
  std::optional<Destruction> going;
  {
    const auto reader = store.read();
    const auto op = find_operation(*reader, id);
    if (!op) return refuse(Kind::not_found, "http.not_found");
    if (op->state != "closed") return refuse(Kind::conflict, "operation.not_closed");
    // Presence that is not yet a record would lose its reason.
    if (storage::scalar<std::int64_t>(*reader, "select id from attendance where kind = $1 and object = $2 and state in ('present','left') limit 1", kPresence, id))
      return refuse(Kind::conflict, "operation.records_open");
    going = destruction_of(*reader, id);           // begun before a restart: what was measured then counts
    if (!going) going = measured(*reader, id);
  }
  if (!going->id)
    TX_CHECK(in_tx(store, [&](storage::Tx& tx) -> Result<std::int64_t> {
      going->id = tx.new_id();
      going->number = "XH-" + id_text(going->id).substr(3);
      going->by_account = by;
      going->begun = tx.now();
      storage::insert(tx, "destruction", *going);
      return 0;
    }));
  for (std::int64_t gone = 1; gone > 0;) gone = TX_TRY(in_tx(store, [&](storage::Tx& tx) -> Result<std::int64_t> { return piece(tx, *going); }));
  TX_CHECK(in_tx(store, [&](storage::Tx& tx) -> Result<std::int64_t> {
    auto op = find_operation(tx, id);
    const auto taken = TX_TRY(workflow::take(tx, kOperationFlow, id, op->state, "destroy", by, {}, op->region));
    op->state = taken.state;
    op->due = taken.due;
    op->code_key.clear();
    storage::update(tx, "operation", *op);
    going->ended = tx.now();
    going->leaf = book.log(tx, "destruction", going->id, support::exact(*going));   // the leaf's own number stands at 0 in it
    storage::update(tx, "destruction", *going);
    changed(tx, id);
    return 0;
  }));
  return *going;
}

int destroy_due(storage::Store& store, const support::Book& book, Instant now) {
  std::vector<std::int64_t> due;
  for (const auto& row : storage::query(*store.read(), "select id from operation where state = 'closed' and due > 0 and due < $1 order by due limit 20", now).rows)
    due.push_back(std::get<std::int64_t>(row[0]));
  int done = 0;
  for (const auto id : due) done += destroy(store, book, id, {}).has_value();
  return done;
}

}  // namespace tx::mobilisation
