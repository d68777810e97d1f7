#include <sodium.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "platform/storage/batch_end.h"
#include "platform/storage/record_sql.h"
#include "systems/support/book/rows.h"

namespace tx::support {
namespace {

using storage::Blob;

std::string_view view(const ledger::Hash& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }
ledger::Hash hash_of(const std::string& bytes) {
  ledger::Hash hash{};
  TX_ASSERT(bytes.size() == hash.size());
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  randombytes_buf(bytes.data(), count);
  return bytes;
}

ledger::Frontier stored_frontier(storage::Reader& reader) {
  const auto row = storage::query(reader, "select size, frontier from log_head where one = 1");
  if (row.empty()) return {};
  return ledger::frontier_of(static_cast<std::uint64_t>(std::get<std::int64_t>(row.rows[0][0])), std::get<Blob>(row.rows[0][1]).bytes);
}

}  // namespace

Json logged(const Posting& posting, const std::vector<Line>& lines) { return exact(posting).set("lines", to_json(lines)); }

std::vector<Line> lines_of(storage::Reader& reader, std::int64_t posting) {
  return storage::select<Line>(reader, "select account, amount from posting_line where posting = $1 order by account", posting);
}

std::string account_of(std::int64_t volunteer) { return "volunteer:" + id_text(volunteer); }

std::int64_t Book::post(storage::Tx& tx, std::string_view kind, Unit unit, const std::vector<Line>& lines, std::int64_t source,
                        std::int64_t reverses) const {
  std::int64_t sum = 0;
  for (const auto& line : lines) sum += line.amount;
  TX_ASSERT(sum == 0 && lines.size() > 1);
  Posting posting{tx.new_id(), std::string(kind), enum_name(unit), source, reverses, tx.now()};
  storage::insert(tx, "posting", posting);
  for (const auto& line : lines) {
    storage::execute(tx, "insert into posting_line (posting, account, amount) values ($1,$2,$3)", posting.id, line.account, line.amount);
    storage::execute(tx, "insert into book_balance (unit, account, amount) values ($1,$2,$3) on conflict (unit, account) do update "
                         "set amount = book_balance.amount + excluded.amount", posting.unit, line.account, line.amount);
  }
  log(tx, "posting", posting.id, logged(posting, lines_of(tx, posting.id)));
  return posting.id;
}

std::int64_t Book::log(storage::Tx& tx, std::string_view type, std::int64_t object, const Json& record) const {
  auto frontier = stored_frontier(tx);
  const Leaf leaf{static_cast<std::int64_t>(frontier.size), std::string(type), object, {random_bytes(32)}, record.dump(), {}};
  const std::string text = ledger::leaf_of(leaf.type, leaf.salt.bytes, leaf.record);
  storage::execute(tx, "insert into log_leaf (seq, type, object, salt, record, leaf) values ($1,$2,$3,$4,$5,$6)", leaf.seq, leaf.type,
                   leaf.object, leaf.salt, leaf.record, text);
  ledger::append(frontier, ledger::leaf_hash(text), [&](int level, std::uint64_t place, const ledger::Hash& hash) {
    storage::execute(tx, "insert into log_node (level, place, hash) values ($1,$2,$3)", level, static_cast<std::int64_t>(place),
                     Blob{std::string(view(hash))});
  });
  storage::execute(tx, "insert into log_head (one, size, frontier, note) values (1,$1,$2,'') on conflict (one) do update set "
                       "size = excluded.size, frontier = excluded.frontier, note = excluded.note",
                   static_cast<std::int64_t>(frontier.size), Blob{ledger::bytes_of(frontier)});
  pending_->unsigned_head = true;
  if (!in_batches_) sign_head(tx);
  return leaf.seq;
}

void Book::sign_head(storage::Tx& tx) const {
  if (!pending_->unsigned_head) return;
  pending_->unsigned_head = false;
  const auto row = storage::query(tx, "select size, frontier from log_head where one = 1 and note = ''");
  if (row.empty()) return;   // the command that added was refused: the head before it stands again
  const auto size = std::get<std::int64_t>(row.rows[0][0]);
  const auto frontier = ledger::frontier_of(static_cast<std::uint64_t>(size), std::get<Blob>(row.rows[0][1]).bytes);
  const ledger::Checkpoint checkpoint{key_.name, frontier.size, ledger::root_of(frontier)};
  storage::execute(tx, "update log_head set note = $1 where one = 1", ledger::signed_note(checkpoint, key_) + ledger::sm2_line(checkpoint.body(), sm2_));
}

void Book::sign_batches(bool on) {
  in_batches_ = on;
  if (on) storage::at_end_of_batch([this](storage::Tx& tx) { sign_head(tx); });
  else storage::at_end_of_batch({});
}

std::int64_t balance(storage::Reader& reader, Unit unit, const std::string& account) {
  return storage::scalar<std::int64_t>(reader, "select amount from book_balance where unit = $1 and account = $2",
                                       std::string(enum_name(unit)), account).value_or(0);
}

Head head(storage::Reader& reader) {
  const auto row = storage::query(reader, "select size, note from log_head where one = 1");
  if (row.empty()) return {};
  return {std::get<std::int64_t>(row.rows[0][0]), std::get<std::string>(row.rows[0][1])};
}

std::string remembered_head(const Book& book) {
  std::ifstream in(book.head_file());
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void remember_head(storage::Reader& reader, const Book& book) {
  const auto now = head(reader);
  if (now.size == 0 || remembered_head(book) == now.note) return;
  const auto fresh = book.head_file() + ".new";
  std::ofstream(fresh) << now.note;
  std::filesystem::rename(fresh, book.head_file());
}

std::optional<std::int64_t> leaf_seq(storage::Reader& reader, std::string_view type, std::int64_t object) {
  return storage::scalar<std::int64_t>(reader, "select max(seq) from log_leaf where object = $1 and type = $2", object, type);
}

ledger::NodeSource node_source(storage::Reader& reader) {
  return [&reader](int level, std::uint64_t place) {
    const auto found = storage::scalar<Blob>(reader, "select hash from log_node where level = $1 and place = $2", level,
                                             static_cast<std::int64_t>(place));
    return found && found->bytes.size() == 32 ? hash_of(found->bytes) : ledger::Hash{};
  };
}

Json proof_of(storage::Reader& reader, std::string_view type, std::int64_t object) {
  const auto seq = leaf_seq(reader, type, object);
  if (!seq) return Json();
  const auto now = head(reader);
  const auto leaf = storage::scalar<std::string>(reader, "select leaf from log_leaf where seq = $1", *seq);
  Json hashes = Json::array();
  for (const auto& hash : ledger::inclusion_proof(node_source(reader), static_cast<std::uint64_t>(*seq), static_cast<std::uint64_t>(now.size)))
    hashes.push(ledger::hex(hash));
  return Json::of({{"index", *seq}, {"size", now.size}, {"leaf", leaf.value_or("")}, {"hashes", hashes}, {"checkpoint", now.note}});
}

void write_export(storage::Reader& reader, std::ostream& out, bool records) {
  out << "tongxin log 1\n";
  for (std::int64_t next = 0;; next += 1000) {
    const auto page = storage::select<Leaf>(reader, "select * from log_leaf where seq >= $1 and seq < $2 order by seq", next, next + 1000);
    for (const auto& leaf : page) {
      const auto mark = leaf.leaf.find('\n');
      out << leaf.type << '\t' << leaf.leaf.substr(mark + 1) << '\t'
          << (leaf.record.empty() || !records ? "-\t-" : ledger::base64(leaf.salt.bytes) + "\t" + ledger::base64(leaf.record)) << '\n';
    }
    if (page.size() < 1000) break;
  }
  out << '\n' << head(reader).note;
}

}  // namespace tx::support
