// Both sides of witnessing: the outside parties that hold and cosign our heads, and the logs whose heads we hold. What a
// witness has accepted is stored in the same transaction as its answer, so that it can never sign two stories.
#pragma once
#include "engines/ledger/witness.h"
#include "platform/http/http.h"
#include "systems/support/support.h"

namespace tx::support {

// ---- our heads, held by others
struct Witness {
  std::string name, key;           // key: "name+id+base64" of type 4
  std::string address;             // "https://…/witness", empty: heads are carried by hand
  Instant added;
  access::AccountId added_by;
};
BOOST_DESCRIBE_STRUCT(Witness, (), (name, key, address, added, added_by))
struct Cosignature {
  std::string witness;
  std::int64_t size = 0;
  std::string note;                // our head with the witness's line
  Instant at;                      // the second that the witness states
  std::string key;                 // of the witness (joined)
};
BOOST_DESCRIBE_STRUCT(Cosignature, (), (witness, size, note, at, key))
std::vector<Witness> witnesses(storage::Reader& reader);
std::vector<Cosignature> latest_cosignatures(storage::Reader& reader);    // one a witness
// Rules log.witness_key (not a key of a witness), log.witness_twice.
Result<Witness> add_witness(storage::Tx& tx, const Book& book, const std::string& key, const std::string& address, access::AccountId by);
// What to send to a witness: the present head with the proof from the one that it cosigned last (`known`: what it answered).
std::string submission_for(storage::Reader& reader, const std::string& witness, std::optional<std::int64_t> known = {});
// Takes over a witness's line for `note`. Rules log.witness_unknown, log.cosignature_bad.
Result<Cosignature> keep_cosignature(storage::Tx& tx, const Book& book, const std::string& note, const std::string& line);
// Sends the head to every witness with an address; blocking, for timed work and the command line. Returns what happened.
using Post = std::function<std::pair<int, std::string>(const std::string& address, const std::string& body)>;   // status 0: no answer
std::vector<std::pair<std::string, std::string>> ask_witnesses(storage::Store& store, const Book& book, const Post& post);

// ---- heads of others, held by us
struct WatchedLog {
  std::string origin, key;         // key: "name+id+base64" of type 1
  std::int64_t size = 0;
  std::string note;                // the newest head that we cosigned
  std::string fork;                // a head signed by the log that contradicts what we saw: proof against it
  Instant at;
};
BOOST_DESCRIBE_STRUCT(WatchedLog, (), (origin, key, size, note, fork, at))
std::vector<WatchedLog> watched_logs(storage::Reader& reader);
Result<WatchedLog> watch_log(storage::Tx& tx, const std::string& key);    // rules log.log_key, log.log_twice
ledger::WitnessAnswer witness_head(storage::Tx& tx, const Book& book, const std::string& request);

// ---- the whole check, kept: when, over how many entries, and what was wrong
struct Checked {
  std::int64_t id = 0;
  Instant at;
  access::AccountId by_account;    // 0: the daily run
  std::int64_t size = 0;
  std::string what;                // as in Fault, empty: all good
  std::int64_t fault = 0, took_ms = 0;
};
BOOST_DESCRIBE_STRUCT(Checked, (), (id, at, by_account, size, what, fault, took_ms))
Result<Json> check_and_keep(storage::Store& store, const Book& book, access::AccountId by);

void add_log_routes(http::Router& router, const Book& book);
void add_log_desk_routes(http::Router& router, const Services& services, const Book& book);

}  // namespace tx::support
