// The invariant checker: every line of the book and every leaf of the log recomputed from what stands in the tables. It
// reads everything and trusts only the signing key and the head that was remembered outside the database.
#include "platform/storage/record_sql.h"
#include "engines/ledger/note.h"
#include "engines/ledger/witness.h"
#include "systems/support/book/checks.h"
#include "systems/support/book/witnesses.h"
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

void note_record(Log& log, const Leaf& leaf) {
  if (leaf.record.empty()) {
    log.blank.insert(leaf.seq);
    log.records.try_emplace({leaf.type, leaf.object});
    return;
  }
  log.records[{leaf.type, leaf.object}] = leaf.record;
  if (leaf.type != "erasure") return;
  const auto erasure = Json::parse(leaf.record);
  if (erasure)
    for (const auto& seq : (*erasure)["leaves"].items()) log.erased.insert(seq.integer());
}

std::optional<Fault> check_leaves(storage::Reader& reader, Log& log) {
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
      if (const auto at = log.root_at.find(log.frontier.size); at != log.root_at.end()) at->second = ledger::root_of(log.frontier);
      note_record(log, leaf);
      ++next;
    }
    if (static_cast<std::int64_t>(page.size()) < kPage) break;
  }
  if (storage::scalar<std::int64_t>(reader, "select count(*) from log_node").value_or(0) != nodes) {
    for (const auto& row : storage::query(reader, "select level, place from log_node order by level, place").rows) {
      const auto level = std::get<std::int64_t>(row[0]), place = std::get<std::int64_t>(row[1]);
      if (level < 0 || level > 62 || place < 0 || (static_cast<std::uint64_t>(place) + 1) << level > log.frontier.size)
        return Fault{"node", place, "level " + std::to_string(level)};   // of no subtree that is complete
    }
    return Fault{"node", -1};
  }
  for (const auto seq : log.blank)
    if (!log.erased.contains(seq)) return Fault{"leaf", seq};   // emptied, and no erasure says so
  for (const auto seq : log.erased)
    if (!log.blank.contains(seq)) return Fault{"erased", seq};
  return std::nullopt;
}

// The signed heads that stand outside the table: the head file, what the caller holds, what witnesses have cosigned.
struct Kept {
  std::string what;
  ledger::Checkpoint head;
};
std::optional<Fault> collect_kept(storage::Reader& reader, const Book& book, const std::string& given, std::vector<Kept>& kept) {
  const auto take = [&](const std::string& what, const std::string& note) {
    const auto opened = ledger::open_note(note, {book.key()});
    if (!opened || opened->signers.empty()) return false;
    if (opened->checkpoint.size > 0) kept.push_back({what, opened->checkpoint});
    return true;
  };
  if (const auto remembered = remembered_head(book); !remembered.empty() && !take("behind", remembered)) return Fault{"behind", 0};
  if (!given.empty() && !take("behind", given)) return Fault{"behind", 0};
  for (const auto& held : latest_cosignatures(reader)) {
    const auto key = ledger::read_verifier_key(held.key, 4);
    if (!key || !ledger::cosigned_at(held.note, *key) || !take("witness", held.note)) return Fault{"witness", held.size, held.witness};
  }
  return std::nullopt;
}

std::optional<Fault> check_head(storage::Reader& reader, const Book& book, const Log& log, const std::vector<Kept>& kept) {
  const auto stored = head(reader);
  if (stored.size == 0 && log.frontier.size == 0) return kept.empty() ? std::nullopt : std::optional(Fault{kept[0].what, 0});
  const auto opened = ledger::open_note(stored.note, {book.key()});
  if (!opened || opened->signers.empty() || opened->checkpoint.size != log.frontier.size ||
      opened->checkpoint.root != ledger::root_of(log.frontier) || stored.size != static_cast<std::int64_t>(log.frontier.size))
    return Fault{"head", stored.size};
  // Heads signed before there was a second key carry one line.
  if (ledger::note_parts(stored.note)->lines.size() > 1 && !ledger::sm2_signed(stored.note, book.sm2_key())) return Fault{"sm2", stored.size};
  const auto frontier = storage::scalar<storage::Blob>(reader, "select frontier from log_head where one = 1");
  if (!frontier || frontier->bytes != ledger::bytes_of(log.frontier)) return Fault{"head", stored.size};
  for (const auto& one : kept)
    if (one.head.size > log.frontier.size || log.root_at.at(one.head.size) != one.head.root)   // shorter than it was, or another log
      return Fault{one.what, static_cast<std::int64_t>(one.head.size)};
  return std::nullopt;
}

std::optional<Fault> check_grants(storage::Reader& reader, const Log& log) {
  if (!log.records.contains({"grants_before", 1})) return std::nullopt;   // a log without the house around it
  std::set<std::pair<std::string, std::int64_t>> seen;
  for (const auto& deed : identity::all_grants(reader)) {
    const std::pair<std::string, std::int64_t> key{leaf_type(deed), deed.grant};
    const auto written = log.records.find(key);
    seen.insert(key);
    if (written == log.records.end() || written->second != logged(deed).dump()) return Fault{"grant", deed.grant};
  }
  for (const auto& [key, text] : log.records)
    if ((key.first == "grant" || key.first == "grant_ended") && !seen.contains(key)) return Fault{"grant", key.second};
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
      const auto written = log.records.find({"record", record.id});
      if (written == log.records.end() || written->second != logged_as(record).dump()) return Fault{"record", record.id};
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
    const auto lines = lines_of(reader, posting.id);
    std::int64_t sum = 0;
    for (const auto& line : lines) {
      sum += line.amount;
      sums[{posting.unit, line.account}] += line.amount;
    }
    lines_seen += static_cast<std::int64_t>(lines.size());
    seen.insert(posting.id);
    const auto written = log.records.find({"posting", posting.id});
    if (sum != 0 || written == log.records.end() || written->second != logged(posting, lines).dump())
      return Fault{"posting", posting.id};
  }
  for (const auto& [key, text] : log.records)
    if (key.first == "posting" && !seen.contains(key.second)) return Fault{"posting", key.second};
  if (storage::scalar<std::int64_t>(reader, "select count(*) from posting_line").value_or(0) != lines_seen)
    return Fault{"posting", storage::scalar<std::int64_t>(reader, "select min(posting) from posting_line where posting not in (select id from posting)").value_or(-1)};
  for (const auto& row : storage::select<Balance>(reader, "select * from book_balance")) {
    const auto sum = sums.find({row.unit, row.account});
    if (sum == sums.end() || sum->second != row.amount) return Fault{"balance", row.amount, row.unit + " " + row.account};
    sums.erase(sum);
  }
  if (!sums.empty()) return Fault{"balance", 0, sums.begin()->first.first + " " + sums.begin()->first.second};
  return std::nullopt;
}

std::optional<Fault> check_certificates(storage::Reader& reader, const Log& log) {
  std::set<std::int64_t> papers;
  for (const auto& paper : storage::select<Certificate>(reader, "select * from certificate order by id")) {
    papers.insert(paper.id);
    const auto written = log.records.find({paper.state == "valid" ? "certificate" : paper.state, paper.id});
    if (written == log.records.end() || written->second != logged(paper).dump()) return Fault{"certificate", paper.id};
  }
  for (const auto& [key, text] : log.records)
    if (key.first == "certificate" && !papers.contains(key.second)) return Fault{"certificate", key.second};
  return std::nullopt;
}

}  // namespace

std::optional<Fault> check(storage::Reader& reader, const Book& book, const std::string& given) {
  std::vector<Kept> kept;
  if (auto fault = collect_kept(reader, book, given, kept)) return fault;
  Log log;
  for (const auto& one : kept) log.root_at[one.head.size];
  if (auto fault = check_leaves(reader, log)) return fault;
  if (auto fault = check_records(reader, log)) return fault;
  if (auto fault = check_postings(reader, log)) return fault;
  if (auto fault = check_certificates(reader, log)) return fault;
  if (auto fault = check_tables(reader, log)) return fault;
  if (auto fault = check_grants(reader, log)) return fault;
  return check_head(reader, book, log, kept);
}

}  // namespace tx::support
