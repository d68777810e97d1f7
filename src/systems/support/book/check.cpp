// The invariant checker: every line of the book and every leaf of the log recomputed from what stands in the tables. It
// reads everything and trusts only the signing key and the head that was remembered outside the database.
#include <map>
#include <optional>
#include <set>

#include "platform/storage/record_sql.h"
#include "systems/support/book/rows.h"
#include "systems/support/certificates/certificates.h"
#include "systems/support/records/model.h"

namespace tx::support {
namespace {

constexpr std::int64_t kPage = 2000;

struct Balance {
  std::string unit, account;
  std::int64_t amount = 0;
};
BOOST_DESCRIBE_STRUCT(Balance, (), (unit, account, amount))

struct Log {
  std::map<std::pair<std::string, std::int64_t>, std::string> records;   // (type, object) -> what was logged last
  std::optional<Fault> fault;
  ledger::Frontier frontier;
  std::map<std::uint64_t, ledger::Hash> root_at;                         // of the size that the head file names
};

std::optional<Fault> check_leaves(storage::Reader& reader, Log& log, std::uint64_t remembered) {
  std::int64_t nodes = 0;
  for (std::int64_t next = 0;;) {
    const auto page = storage::select<Leaf>(reader, "select * from log_leaf where seq >= $1 order by seq limit $2", next, kPage);
    for (const auto& leaf : page) {
      if (leaf.seq != next) return Fault{"leaf", next};
      if (!leaf.record.empty() && ledger::leaf_of(leaf.type, leaf.salt.bytes, leaf.record) != leaf.leaf) return Fault{"leaf", leaf.seq};
      bool nodes_good = true;
      ledger::append(log.frontier, ledger::leaf_hash(leaf.leaf), [&](int level, std::uint64_t place, const ledger::Hash& hash) {
        const auto stored = storage::scalar<storage::Blob>(reader, "select hash from log_node where level = $1 and place = $2", level,
                                                           static_cast<std::int64_t>(place));
        nodes_good = nodes_good && stored && stored->bytes == std::string(hash.begin(), hash.end());
        ++nodes;
      });
      if (!nodes_good) return Fault{"node", leaf.seq};
      if (log.frontier.size == remembered) log.root_at[remembered] = ledger::root_of(log.frontier);
      log.records[{leaf.type, leaf.object}] = leaf.record;
      ++next;
    }
    if (static_cast<std::int64_t>(page.size()) < kPage) break;
  }
  if (storage::scalar<std::int64_t>(reader, "select count(*) from log_node").value_or(0) != nodes) return Fault{"node", -1};
  return std::nullopt;
}

std::optional<Fault> check_head(storage::Reader& reader, const Book& book, const Log& log, const std::string& remembered) {
  const auto stored = head(reader);
  if (stored.size == 0 && log.frontier.size == 0) return remembered.empty() ? std::nullopt : std::optional(Fault{"behind", 0});
  const auto opened = ledger::open_note(stored.note, {book.key()});
  if (!opened || opened->signers.empty() || opened->checkpoint.size != log.frontier.size ||
      opened->checkpoint.root != ledger::root_of(log.frontier) || stored.size != static_cast<std::int64_t>(log.frontier.size))
    return Fault{"head", stored.size};
  const auto frontier = storage::scalar<storage::Blob>(reader, "select frontier from log_head where one = 1");
  if (!frontier || frontier->bytes != ledger::bytes_of(log.frontier)) return Fault{"head", stored.size};
  const auto before = ledger::open_note(remembered, {book.key()});
  if (!before || before->checkpoint.size == 0) return std::nullopt;
  const auto at = log.root_at.find(before->checkpoint.size);   // absent: the log is shorter than it was
  if (at == log.root_at.end() || at->second != before->checkpoint.root) return Fault{"behind", static_cast<std::int64_t>(before->checkpoint.size)};
  return std::nullopt;
}

std::optional<Fault> check_records(storage::Reader& reader, const Log& log) {
  std::set<std::int64_t> seen;
  // An unreadable grade would be read as the first one.
  if (const auto odd = storage::scalar<std::int64_t>(reader, "select min(id) from service_record where grade not in ('A','B','C','D')"))
    return Fault{"record", *odd};
  for (std::int64_t last = 0;;) {
    const auto page = storage::select<ServiceRecord>(reader, "select * from service_record where id > $1 order by id limit $2", last, kPage);
    for (const auto& record : page) {
      last = record.id;
      seen.insert(record.id);
      const auto logged = log.records.find({"record", record.id});
      if (logged == log.records.end() || logged->second != logged_as(record).dump()) return Fault{"record", record.id};
    }
    if (static_cast<std::int64_t>(page.size()) < kPage) break;
  }
  for (const auto& [key, text] : log.records)
    if (key.first == "record" && !seen.contains(key.second)) return Fault{"record", key.second};
  return std::nullopt;
}

std::optional<Fault> check_postings(storage::Reader& reader, const Log& log) {
  std::map<std::pair<std::string, std::string>, std::int64_t> sums;
  std::set<std::int64_t> seen;
  std::int64_t lines_seen = 0;
  for (const auto& posting : storage::select<Posting>(reader, "select * from posting order by id")) {
    const auto lines = storage::select<Line>(reader, "select account, amount from posting_line where posting = $1 order by account", posting.id);
    std::int64_t sum = 0;
    for (const auto& line : lines) {
      sum += line.amount;
      sums[{posting.unit, line.account}] += line.amount;
    }
    lines_seen += static_cast<std::int64_t>(lines.size());
    seen.insert(posting.id);
    const auto logged = log.records.find({"posting", posting.id});
    if (sum != 0 || logged == log.records.end() || logged->second != exact(posting).set("lines", to_json(lines)).dump())
      return Fault{"posting", posting.id};
  }
  for (const auto& [key, text] : log.records)
    if (key.first == "posting" && !seen.contains(key.second)) return Fault{"posting", key.second};
  if (storage::scalar<std::int64_t>(reader, "select count(*) from posting_line").value_or(0) != lines_seen) return Fault{"posting", -1};
  std::size_t balances = 0;
  for (const auto& row : storage::select<Balance>(reader, "select * from book_balance")) {
    ++balances;
    const auto sum = sums.find({row.unit, row.account});
    if (sum == sums.end() || sum->second != row.amount) return Fault{"balance", row.amount};
  }
  if (balances != sums.size()) return Fault{"balance", -1};
  return std::nullopt;
}

std::optional<Fault> check_certificates(storage::Reader& reader, const Log& log) {
  std::int64_t papers = 0;
  for (const auto& paper : storage::select<Certificate>(reader, "select * from certificate order by id")) {
    ++papers;
    const auto logged = log.records.find({paper.state == "valid" ? "certificate" : paper.state, paper.id});
    if (logged == log.records.end() || logged->second != exact(paper).dump()) return Fault{"certificate", paper.id};
  }
  std::int64_t issued = 0;
  for (const auto& [key, text] : log.records) issued += key.first == "certificate";
  if (issued != papers) return Fault{"certificate", -1};
  return std::nullopt;
}

}  // namespace

std::optional<Fault> check(storage::Reader& reader, const Book& book) {
  const std::string remembered = remembered_head(book);
  const auto before = ledger::open_note(remembered, {book.key()});
  Log log;
  if (auto fault = check_leaves(reader, log, before ? before->checkpoint.size : 0)) return fault;
  if (auto fault = check_records(reader, log)) return fault;
  if (auto fault = check_postings(reader, log)) return fault;
  if (auto fault = check_certificates(reader, log)) return fault;
  return check_head(reader, book, log, remembered);
}

}  // namespace tx::support
