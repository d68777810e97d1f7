#include "systems/support/book/witnesses.h"

#include "engines/ledger/note.h"
#include "platform/storage/record_sql.h"

namespace tx::support {
namespace {

ledger::Watched watched(const WatchedLog& row) {
  ledger::Watched log{ledger::read_verifier_key(row.key, 1).value_or(ledger::Key{}), static_cast<std::uint64_t>(row.size), {}};
  if (const auto opened = ledger::open_note(row.note, {})) log.root = opened->checkpoint.root;
  return log;
}

}  // namespace

std::vector<Witness> witnesses(storage::Reader& reader) { return storage::select<Witness>(reader, "select * from witness order by added, name"); }

std::vector<Cosignature> latest_cosignatures(storage::Reader& reader) {
  return storage::select<Cosignature>(reader, "select c.witness, c.size, c.note, c.at, w.key from cosignature c join witness w on w.name = c.witness where "
                                              "c.size = (select max(size) from cosignature d where d.witness = c.witness) order by c.witness");
}

Result<Witness> add_witness(storage::Tx& tx, const Book& book, const std::string& key, const std::string& address, access::AccountId by) {
  const auto read = ledger::read_verifier_key(key, 4);
  if (!read || read->open == book.witness_key().open) return refuse(Kind::invalid, "log.witness_key", "key");
  if (!address.empty() && !address.starts_with("https://") && !address.starts_with("http://")) return refuse(Kind::invalid, "log.witness_address", "address");
  if (storage::scalar<std::int64_t>(tx, "select 1 from witness where name = $1", read->name)) return refuse(Kind::conflict, "log.witness_twice", "key");
  const Witness made{read->name, key, address, tx.now(), by};
  storage::insert(tx, "witness", made);
  book.log(tx, "witness", tx.new_id(), exact(made));
  return made;
}

std::string submission_for(storage::Reader& reader, const std::string& witness, std::optional<std::int64_t> known) {
  const auto now = head(reader);
  const auto old = known ? *known : storage::scalar<std::int64_t>(reader, "select max(size) from cosignature where witness = $1", witness).value_or(0);
  ledger::Submission submission{static_cast<std::uint64_t>(old), {}, now.note};
  if (old > 0 && old < now.size)
    submission.proof = ledger::consistency_proof(node_source(reader), static_cast<std::uint64_t>(old), static_cast<std::uint64_t>(now.size));
  return ledger::text_of(submission);
}

Result<Cosignature> keep_cosignature(storage::Tx& tx, const Book& book, const std::string& note, const std::string& line) {
  const auto ours = ledger::open_note(note, {book.key()});
  if (!ours || ours->signers.empty()) return refuse(Kind::invalid, "log.cosignature_bad", "line");
  const std::string whole = note + line;
  for (const auto& witness : witnesses(tx)) {
    const auto key = ledger::read_verifier_key(witness.key, 4);
    const auto second = key ? ledger::cosigned_at(whole, *key) : std::nullopt;
    if (!second) continue;
    Cosignature kept{witness.name, static_cast<std::int64_t>(ours->checkpoint.size), whole, {*second * kSecond}, witness.key};
    storage::execute(tx, "insert into cosignature (witness, size, note, at) values ($1,$2,$3,$4) on conflict (witness, size) do update set note = "
                         "excluded.note, at = excluded.at", kept.witness, kept.size, kept.note, kept.at);
    return kept;
  }
  return refuse(Kind::invalid, ledger::note_parts(whole) ? "log.witness_unknown" : "log.cosignature_bad", "line");
}

std::vector<std::pair<std::string, std::string>> ask_witnesses(storage::Store& store, const Book& book, const Post& post) {
  std::vector<std::pair<std::string, std::string>> told;
  for (const auto& witness : witnesses(*store.read())) {
    if (witness.address.empty()) continue;
    std::string note, request;
    const auto ask = [&](std::optional<std::int64_t> known) {
      auto reader = store.read();
      note = head(*reader).note;
      return post(witness.address + "/add-checkpoint", request = submission_for(*reader, witness.name, known));
    };
    auto [status, body] = ask({});
    if (status == 409) {   // it has seen another size: once more from there
      const auto known = std::strtoll(body.c_str(), nullptr, 10);
      if (known >= 0 && known <= head(*store.read()).size) std::tie(status, body) = ask(known);
    }
    std::string said = "log.said." + std::to_string(status);
    if (status == 200) {
      const auto kept = store.write([&, line = body](storage::Tx& tx) -> Result<Json> {
        return Json(TX_TRY(keep_cosignature(tx, book, note, line)).size);
      });
      said = kept ? "log.said.200" : kept.error().rule;
    }
    told.emplace_back(witness.name, said);
  }
  return told;
}

std::vector<WatchedLog> watched_logs(storage::Reader& reader) { return storage::select<WatchedLog>(reader, "select * from watched_log order by origin"); }

Result<WatchedLog> watch_log(storage::Tx& tx, const std::string& key) {
  const auto read = ledger::read_verifier_key(key, 1);
  if (!read) return refuse(Kind::invalid, "log.log_key", "key");
  if (storage::scalar<std::int64_t>(tx, "select 1 from watched_log where origin = $1", read->name)) return refuse(Kind::conflict, "log.log_twice", "key");
  const WatchedLog made{read->name, key, 0, "", "", tx.now()};
  storage::insert(tx, "watched_log", made);
  return made;
}

ledger::WitnessAnswer witness_head(storage::Tx& tx, const Book& book, const std::string& request) {
  std::vector<ledger::Watched> logs;
  for (const auto& row : watched_logs(tx)) logs.push_back(watched(row));
  const auto answer = ledger::answer_submission(request, logs, book.witness_key(), tx.now().us / kSecond);
  const auto submission = ledger::read_submission(request);
  if (answer.accepted)
    storage::execute(tx, "update watched_log set size = $2, note = $3, at = $4 where origin = $1", answer.accepted->origin,
                     static_cast<std::int64_t>(answer.accepted->size), submission->note, tx.now());
  else if (answer.forked)
    storage::execute(tx, "update watched_log set fork = $2 where origin = $1", ledger::open_note(submission->note, {})->checkpoint.origin, submission->note);
  return answer;
}

}  // namespace tx::support
