// The book: double-entry postings, and the Merkle log in which every posting, record, decision and certificate is a leaf,
// written in the same transaction. Nothing here is ever edited; the tables refuse it, and check() finds it when somebody
// goes round them. Units never mix: recognition minutes, time-bank minutes, points and fen are separate.
#pragma once
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "base/record.h"
#include "engines/ledger/tree.h"
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
  // Reads the log's signing key from `folder`, or makes one at the first start. `origin` names this log to the world.
  static Result<Book> open(const std::string& folder);

  // Balanced lines of one unit. `reverses`: the posting taken back, whose lines these must mirror. Returns its id.
  std::int64_t post(storage::Tx& tx, std::string_view kind, Unit unit, const std::vector<Line>& lines, std::int64_t source,
                    std::int64_t reverses = 0) const;
  // Appends a leaf and signs the new head; `record` is kept beside it so that anybody entitled can prove it.
  std::int64_t log(storage::Tx& tx, std::string_view type, std::int64_t object, const Json& record) const;
  // The same without signing: for a command that logs more and signs with its last entry. A log left unsigned is found.
  std::int64_t log_unsigned(storage::Tx& tx, std::string_view type, std::int64_t object, const Json& record) const;

  const ledger::Key& key() const { return key_; }
  const std::string& head_file() const { return head_file_; }

 private:
  std::int64_t append(storage::Tx& tx, std::string_view type, std::int64_t object, const Json& record, bool sign) const;
  ledger::Key key_;
  std::string head_file_;          // the newest head outside the database: a restored old copy cannot hide behind it
};

std::int64_t balance(storage::Reader& reader, Unit unit, const std::string& account);
std::string account_of(std::int64_t volunteer);

struct Head {
  std::int64_t size = 0;
  std::string note;                // signed checkpoint
};
Head head(storage::Reader& reader);
void remember_head(storage::Reader& reader, const Book& book);   // writes the head file; by timed work
std::string remembered_head(const Book& book);                   // its content; empty: none yet
std::optional<std::int64_t> leaf_seq(storage::Reader& reader, std::string_view type, std::int64_t object);
// Inclusion proof of a leaf in the present head: {index, size, leaf, hashes: [hex], checkpoint}. Null: not in the log.
Json proof_of(storage::Reader& reader, std::string_view type, std::int64_t object);
ledger::NodeSource node_source(storage::Reader& reader);

// The whole log as text for tongxin-verify (format: src/verify/tongxin_verify.cpp). Holds records: for auditors only.
void write_export(storage::Reader& reader, std::ostream& out);

// Recomputes everything: leaves, nodes, root, signature, records against their leaves, postings, balances, reversals.
struct Fault {
  std::string what;                // leaf, node, head, record, posting, balance, behind
  std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(Fault, (), (what, id))
std::optional<Fault> check(storage::Reader& reader, const Book& book);

}  // namespace tx::support
