// The book: double-entry postings, and the Merkle log in which every posting, record, decision and certificate is a leaf,
// written in the same transaction. Nothing here is ever edited; the tables refuse it, and check() finds it when somebody
// goes round them. Units never mix: recognition minutes, time-bank minutes, points and fen are separate.
#pragma once
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/record.h"
#include "engines/ledger/certificate.h"
#include "engines/ledger/sm2.h"
#include "engines/ledger/tree.h"
#include "platform/access/access.h"
#include "platform/storage/storage.h"

namespace tx::support {

enum class Unit { minutes, bank_minutes, points, fen };
BOOST_DESCRIBE_ENUM(Unit, minutes, bank_minutes, points, fen)

// A record as the log keeps it: instants in microseconds and days as counts, so that no change is too small to be seen.
template <class R>
Json exact(const R& record) {
  Json json = Json::object();
  for_each_field(record, [&](const char* name, const auto& member) {
    using Member = std::decay_t<decltype(member)>;
    if constexpr (std::is_same_v<Member, Instant>) json.set(name, member.us);
    else if constexpr (std::is_same_v<Member, Date>) json.set(name, static_cast<std::int64_t>(member.days));
    else json.set(name, to_json(member));
  });
  return json;
}

struct Line {
  std::string account;             // "volunteer:<id>", "service:<organisation>", "pool"
  std::int64_t amount = 0;
};
BOOST_DESCRIBE_STRUCT(Line, (), (account, amount))

class Book {
 public:
  // Reads the keys from `folder`, or makes them at the first start: log.key (Ed25519), log-sm2.key (the second signature),
  // witness.key (for the heads of others). `origin` names this log to the world; an existing key keeps its name.
  static Result<Book> open(const std::string& folder, const std::string& origin = "tongxin/log");

  // Balanced lines of one unit. `reverses`: the posting taken back, whose lines these must mirror. Returns its id.
  std::int64_t post(storage::Tx& tx, std::string_view kind, Unit unit, const std::vector<Line>& lines, std::int64_t source,
                    std::int64_t reverses = 0) const;
  // Appends a leaf; `record` is kept beside it so that anybody entitled can prove it. The new head is signed at the end of
  // the batch, in the same commit (sign_batches), or at once where no house is wired.
  std::int64_t log(storage::Tx& tx, std::string_view type, std::int64_t object, const Json& record) const;

  // Signs once for each batch of commands; the book must outlive the store. Called by the wired house.
  void sign_batches(bool on);
  void sign_head(storage::Tx& tx) const;   // nothing to do when the head is signed

  const ledger::Key& key() const { return key_; }
  const ledger::Sm2Key& sm2_key() const { return sm2_; }
  const ledger::Key& witness_key() const { return witness_; }
  // Keys whose certificates count: the present one, and former ones (file "issuers", lines "name+id+base64 2027-01-31").
  const std::vector<ledger::Issuer>& issuers() const { return issuers_; }
  const std::string& head_file() const { return head_file_; }

 private:
  Result<void> read_keys(const std::string& folder, const std::string& origin);
  ledger::Key key_, witness_;
  ledger::Sm2Key sm2_;
  std::vector<ledger::Issuer> issuers_;
  std::string head_file_;          // the newest head outside the database: a restored old copy cannot hide behind it
  bool in_batches_ = false;
  struct Pending;
  std::shared_ptr<Pending> pending_;   // a leaf was added in this batch
};

std::int64_t balance(storage::Reader& reader, Unit unit, const std::string& account);
std::string account_of(std::int64_t volunteer);

struct Head {
  std::int64_t size = 0;
  std::string note;                // signed checkpoint: an Ed25519 line and an SM2 line
};
Head head(storage::Reader& reader);
void remember_head(storage::Reader& reader, const Book& book);   // writes the head file; by timed work
std::string remembered_head(const Book& book);                   // its content; empty: none yet
std::optional<std::int64_t> leaf_seq(storage::Reader& reader, std::string_view type, std::int64_t object);
// Inclusion proof of a leaf in the present head: {index, size, leaf, hashes: [hex], checkpoint}. Null: not in the log.
Json proof_of(storage::Reader& reader, std::string_view type, std::int64_t object);
ledger::NodeSource node_source(storage::Reader& reader);

// The whole log as text for tongxin-verify (format: src/verify/export.h). With records: for auditors only; without: for all.
void write_export(storage::Reader& reader, std::ostream& out, bool records = true);

// ---- what else is a leaf: who was given or lost which permission, and who read whose sealed data (book/watch.cpp)
void watch_people(const Book& book, bool on);     // listeners of identity and audit, in the same transaction
// Grants that stood before the log did are written once, so that every later one must be there.
Result<void> log_first_grants(storage::Store& store, const Book& book);

// ---- erasing a person (PIPL art. 47): salts and records of their leaves go, names and free words too; the tree stays
// whole. What must be kept (Decree 67, GB/T 40143: ten years) stays without a person. Rules log.erase_open (the account is
// still in use), log.erase_unknown. Returns the number of leaves that went.
Result<int> erase_person(storage::Tx& tx, const Book& book, std::int64_t volunteer, access::AccountId by, const std::string& reason);

// Recomputes everything: leaves, nodes, root, signature, records against their leaves, postings, balances, reversals.
struct Fault {
  std::string what;                // leaf, node, head, sm2, record, posting, balance, certificate, grant, erased, behind, witness
  std::int64_t id = 0;
  std::string name = {};           // of what has no number: an account, a witness
};
BOOST_DESCRIBE_STRUCT(Fault, (), (what, id, name))
// `kept`: a signed head that was held elsewhere (a newspaper, a witness); the log must contain it.
std::optional<Fault> check(storage::Reader& reader, const Book& book, const std::string& kept = {});

}  // namespace tx::support
