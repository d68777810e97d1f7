// What a witness does (C2SP tlog-witness, tlog-cosignature): it holds the last head that it saw of each log, cosigns a later
// head only with a proof that it contains the earlier one, and therefore shows every fork. Pure: whoever keeps the heads
// (a database, a folder) hands them in and stores what was accepted before the answer leaves.
#pragma once
#include "engines/ledger/tree.h"

namespace tx::ledger {

std::string witness_id(const Key& key);                                   // signature type 0x04
// "name+1a2b3c4d+base64": how keys of logs (type 1) and witnesses (type 4) are written and handed on.
std::string verifier_key(const Key& key, unsigned char type);
std::optional<Key> read_verifier_key(std::string_view text, unsigned char type);

// A line "as of this second this is the largest consistent head that I have seen".
std::string cosignature(std::string_view body, const Key& witness, std::int64_t unix_seconds);
// The second of this witness's line in a note, nullopt: it has none that is good.
std::optional<std::int64_t> cosigned_at(std::string_view note, const Key& witness);

struct Submission {
  std::uint64_t old_size = 0;
  std::vector<Hash> proof;
  std::string note;
};
std::string text_of(const Submission& submission);                        // body of add-checkpoint
std::optional<Submission> read_submission(std::string_view text);         // nullopt: malformed

struct Watched {                     // what the witness keeps of one log; size 0: nothing seen yet
  Key log;                           // its name is the log's origin
  std::uint64_t size = 0;
  Hash root{};
};
struct WitnessAnswer {
  int status = 400;                  // 200, 400, 403 unknown signature, 404 unknown log, 409 other size, 422 not consistent
  std::string body;                  // 200: the cosignature line; 409: the size that is known
  std::optional<Checkpoint> accepted;
  bool forked = false;               // signed by the log and contradicting what was seen: proof of misbehaviour, keep it
};
WitnessAnswer answer_submission(std::string_view text, const std::vector<Watched>& logs, const Key& witness, std::int64_t unix_seconds);

}  // namespace tx::ledger
