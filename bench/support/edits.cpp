// Edits behind the program's back, made at random in the database file by somebody who owns it: values, deletions, insertions,
// swaps, times moved, yesterday's backup put back. Every one must be found by the whole check, and the entry named.
//   bench_edits [edits, default 1000] [seed, default 1]
#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>
#include <random>

#include "app/house.h"
#include "base/log.h"
#include "platform/storage/record_sql.h"
#include "systems/support/certificates/certificates.h"
#include "systems/support/fraud/fraud.h"
#include "systems/support/records/model.h"
#include "systems/support/time_bank/time_bank.h"

namespace {

using namespace tx;

struct Table {
  const char* name;
  const char* key;                       // what the check names
  std::vector<const char*> columns, times;
  bool guarded;
  const char* among = "1 = 1";           // rows whose leaf exists
};
const std::vector<Table>& tables() {
  static const std::vector<Table> all = {
      {"service_record", "id",
       {"volunteer", "organisation", "region", "kind", "source", "title", "place", "in_charge", "minutes", "grade", "first_by", "second_by"},
       {"starts", "ends", "at"}, true},
      {"posting", "id", {"kind", "unit", "source"}, {"at"}, true},
      {"posting_line", "posting", {"amount", "account"}, {}, true},
      {"log_leaf", "seq", {"type", "object", "record", "leaf", "salt"}, {}, true},
      {"log_node", "place", {"hash"}, {}, true},
      {"book_balance", "account", {"amount"}, {}, false},
      {"certificate", "id", {"minutes_a", "minutes_d", "volunteer", "state", "reason", "text", "lines"}, {"at", "from_day", "to_day"}, false},
      {"account_grant", "id", {"account", "role", "kind", "scope", "granted_by"}, {"granted"}, false},
      {"record_case", "id", {"volunteer", "organisation", "region", "title", "content", "place", "in_charge", "minutes", "grade", "asked_by", "first_by"}, {"starts", "ends", "created"}, false,
       "kind = 'manual'"},
      {"risk_case", "id", {"rule", "organisation", "score", "rules", "minutes", "words", "opened_by", "state"}, {"due", "created"}, false},
      {"risk_statement", "id", {"risk", "account", "side", "words"}, {"at"}, false},
      {"honour", "id", {"kind", "star", "title", "volunteer", "region", "minutes", "quality_percent", "state", "decided_by"}, {"created", "decided"}, false, "state = 'granted'"},
      {"bank_member", "id", {"number", "volunteer", "name_sealed", "region", "station", "consent", "care", "state"}, {"opened", "birth"}, false},
      {"bank_order", "id", {"member", "other", "kind", "minutes", "ordered_by", "consent"}, {"at"}, false},
      {"bank_kin", "id", {"member", "other", "relation", "state", "agreed_by", "attested_by"}, {"at"}, false, "state = 'attested'"},
      {"bank_deposit", "record", {"member", "own", "give", "need", "posting"}, {"day"}, false},
      {"bank_hold", "need", {"member", "minutes", "number", "service", "state"}, {"at"}, false}};
  return all;
}

class Attack {
 public:
  Attack(storage::Tx& tx, std::mt19937_64& random) : tx_(tx), random_(random) {
    for (const auto& table : tables())
      if (table.guarded)
        for (const char* guard : {"_no_update", "_no_delete", "_no_replace"}) tx.execute("drop trigger " + std::string(table.name) + guard, {});
  }
  // False: it changed nothing (two equal values swapped), or the table itself refused.
  bool make() {
    try {
      return made();
    } catch (const storage::StorageFailure&) {
      return false;
    }
  }
  bool named(const support::Fault& fault) const {
    const std::string id = std::to_string(fault.id);
    if (std::string_view(table_->name) == "book_balance") return fault.what == "balance" && (fault.name.ends_with(victim_) || (!other_.empty() && fault.name.ends_with(other_)));
    if (std::string_view(table_->name) == "log_leaf" && (id == entry_ || id == other_entry_)) return true;   // the entry whose leaf it is
    // A posting or a leaf is also found through what stands beside it: its lines, its nodes, its record.
    return id == victim_ || (!other_.empty() && id == other_) || fault.what == "node" || fault.what == "leaf" || fault.what == "balance";
  }
  std::string about() const { return std::string(table_->name) + " " + kind + " " + victim_; }
  std::string kind;

 private:
  bool made() {
    table_ = &tables()[random_() % tables().size()];
    const std::string name = table_->name;
    const std::string among = std::string(" where ") + table_->among;
    const auto count = storage::scalar<std::int64_t>(tx_, "select count(*) from " + name + among).value_or(0);
    if (count < 2) return false;
    rowid_ = storage::scalar<std::int64_t>(tx_, "select rowid from " + name + among + " limit 1 offset " + std::to_string(random_() % static_cast<std::uint64_t>(count))).value_or(0);
    row_ = " where rowid = " + std::to_string(rowid_);
    victim_ = text_of(table_->key, row_);
    if (name == "log_leaf") entry_ = text_of("object", row_);
    static const char* kinds[] = {"value", "delete", "insert", "swap", "re-time"};
    const auto chosen = random_() % 5;
    kind = kinds[chosen];
    const std::string column = table_->columns[random_() % table_->columns.size()];
    if (chosen == 0) return change(name, column);
    if (chosen == 1) return tx_.execute("delete from " + name + row_, {}) == 1;
    if (chosen == 2) return insert(name);
    if (chosen == 3) return swap(name, column);
    if (table_->times.empty()) return false;
    const std::string time = table_->times[random_() % table_->times.size()];
    return tx_.execute("update " + name + " set " + time + " = " + time + " + " + std::to_string(1 + random_() % 100'000'000) + row_, {}) == 1;
  }
  std::string text_of(const std::string& column, const std::string& row) {
    return storage::scalar<std::string>(tx_, "select cast(" + column + " as text) from " + table_->name + row).value_or("");
  }
  bool change(const std::string& name, const std::string& column) {
    const std::string how = random_() % 2 ? "case typeof(" + column + ") when 'integer' then " + column + " + 1 when 'blob' then x'00' else " + column + " || 'x' end"
                                          : column + " || '7'";
    return tx_.execute("update " + name + " set " + column + " = " + how + row_, {}) == 1;
  }
  // A copy of the row under a fresh key.
  bool insert(const std::string& name) {
    std::string columns, values;
    for (const auto& column : storage::query(tx_, "select name from pragma_table_info('" + name + "')").rows) {
      const auto& text = std::get<std::string>(column[0]);
      columns += (columns.empty() ? "" : ",") + text;
      const bool key = text == table_->key || (name == "certificate" && text == "number") || (name == "log_node" && text == "level");
      values += (values.empty() ? "" : ",") + (!key ? text : text == "account" || text == "number" ? text + " || 'x'" : text == "seq" ? "(select max(seq) + 1 from log_leaf)" : text == "level" ? "40" : text + " + 1");
    }
    const auto before = storage::scalar<std::int64_t>(tx_, "select count(*) from " + name);
    try {
      tx_.execute("insert or ignore into " + name + " (" + columns + ") select " + values + " from " + name + row_, {});
    } catch (const storage::StorageFailure&) {
      return false;
    }
    if (storage::scalar<std::int64_t>(tx_, "select count(*) from " + name) == before) return false;
    other_ = text_of(table_->key, " where rowid = last_insert_rowid()");
    if (std::string_view(table_->name) == "book_balance") victim_ = other_;
    return true;
  }
  bool swap(const std::string& name, const std::string& column) {
    const auto other = storage::scalar<std::int64_t>(tx_, "select rowid from " + name + " where " + column + " <> (select " + column + " from " + name + row_ + ") and " + table_->among + " limit 1 offset " +
                                                              std::to_string(random_() % 5));
    if (!other) return false;
    const std::string there = " where rowid = " + std::to_string(*other);
    other_ = text_of(table_->key, there);
    if (name == "log_leaf") other_entry_ = text_of("object", there);
    tx_.execute("create temp table if not exists held (value)", {});
    tx_.execute("delete from temp.held", {});
    tx_.execute("insert into temp.held select " + column + " from " + name + row_, {});
    tx_.execute("update " + name + " set " + column + " = (select " + column + " from " + name + there + ")" + row_, {});
    return tx_.execute("update " + name + " set " + column + " = (select value from temp.held)" + there, {}) == 1;
  }

  storage::Tx& tx_;
  std::mt19937_64& random_;
  const Table* table_ = nullptr;
  std::int64_t rowid_ = 0;
  std::string row_, victim_, other_, entry_, other_entry_;
};

struct Tally {
  int made = 0, found = 0, named = 0;
};

// Doubts with a statement and minutes set aside, so that every table has rows to be edited.
bool enough_of_everything(app::House& house) {
  const auto done = house.store().write([&](storage::Tx& tx) -> Result<Json> {
    access::Actor official, person;
    official.account = {999'999};
    for (const auto& record : storage::select<support::ServiceRecord>(tx, "select r.* from service_record r join volunteer v on v.id = r.volunteer where v.account <> 0 and r.reverses = 0 "
                                                                          "order by r.id limit 4")) {
      support::RiskOpening opening;
      opening.entries = {{0, "record", record.id, record.volunteer, record.minutes, 50, 64}};
      opening.words = "A neighbour says that nobody came.";
      const auto risk = TX_TRY(support::open_risk(tx, house.book(), opening, official));
      TX_TRY(support::step_risk(tx, house.book(), risk.id, "freeze", official, "until it is clear"));
      person.account = storage::scalar<access::AccountId>(tx, "select account from volunteer where id = $1", record.volunteer).value_or(access::AccountId{});
      TX_TRY(support::speak(tx, house.book(), risk.id, "I was there, ask the keeper.", person));
    }
    int held = 0;
    workflow::set_setting(tx, "bank.use_age", "", 18, "bench", {});   // the demonstration has one elder with an account
    for (const auto& member : storage::select<support::bank::Member>(tx, "select * from bank_member where account <> 0 and state = 'open' order by id")) {
      person.account = member.account;
      held += support::bank::hold(tx, house.book(), tx.new_id(), "n1", "meal", 5, member.number, person, false).has_value();
    }
    return held > 1 ? Result<Json>(Json()) : refuse(Kind::conflict, "http.not_found");
  });
  return done.has_value();
}

}  // namespace

int main(int argc, char** argv) {
  const int edits = argc > 1 ? std::atoi(argv[1]) : 1000;
  std::mt19937_64 random(argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1);
  log::set_level(static_cast<log::Level>(static_cast<int>(log::Level::error) + 1));   // every edit is one
  std::string folder = (std::filesystem::temp_directory_path() / "tongxin-edits-XXXXXX").string();
  if (!mkdtemp(folder.data())) return 1;
  std::map<std::string, Tally> tallies;
  const auto begin = std::chrono::steady_clock::now();
  app::HouseOptions options;
  options.database = folder + "/region.db";
  options.keys = folder + "/keys";
  std::vector<std::string> backups;
  {
    auto house = std::move(app::House::open(options).value());
    if (!house->load_demonstration()) return 1;
    auto& store = house->store();
    const auto& book = house->book();
    for (int i = 0; i < 12; ++i) {   // certificates, and a backup after each
      store.write([&](storage::Tx& tx) -> Result<Json> {
        const auto volunteer = storage::scalar<std::int64_t>(tx, "select distinct volunteer from service_record order by volunteer limit 1 offset " + std::to_string(i)).value_or(0);
        return Json(TX_TRY(support::issue(tx, book, house->vault(), volunteer, {"2020-01-01", local_date(tx.now()).text()}, "https://a.example")).number);
      }).value();
      backups.push_back(folder + "/backup" + std::to_string(i));
      if (i < 11 && !store.backup(backups.back())) return 1;
    }
    backups.pop_back();
    if (!enough_of_everything(*house)) return std::cout << "not enough rows to edit\n", 1;
    support::remember_head(*store.read(), book);
    if (support::check(*store.read(), book)) return 1;
    const int in_file = edits - edits / 50;
    for (int made = 0; made < in_file;) {
      (void)store.write([&](storage::Tx& tx) -> Result<Json> {
        Attack attack(tx, random);
        if (attack.make()) {
          const auto fault = support::check(tx, book);
          auto& tally = tallies[attack.kind];
          ++made, ++tally.made;
          tally.found += fault.has_value();
          tally.named += fault && attack.named(*fault);
          if (!fault) std::cout << "NOT FOUND: " << attack.about() << "\n";
          else if (!attack.named(*fault)) std::cout << "named otherwise: " << attack.about() << " as " << fault->what << " " << fault->id << " " << fault->name << "\n";
        }
        return refuse(Kind::conflict, "http.not_found");   // undone again
      });
    }
  }
  for (int i = 0; i < edits / 50; ++i) {   // yesterday's copy, sometimes written on
    for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(options.database + part);
    std::filesystem::copy_file(backups[random() % backups.size()], options.database);
    auto house = std::move(app::House::open(options).value());
    const auto more = random() % 40;
    for (std::uint64_t n = 0; n < more; ++n)
      house->store().write([&](storage::Tx& tx) -> Result<Json> { return Json(house->book().post(tx, "x", support::Unit::points, {{"a", 1}, {"b", -1}}, 1)); }).value();
    const auto fault = support::check(*house->store().read(), house->book());
    auto& tally = tallies["yesterday's backup"];
    ++tally.made;
    tally.found += fault.has_value();
    tally.named += fault && fault->what == "behind";
  }
  Tally all;
  for (const auto& [kind, tally] : tallies) {
    std::cout << kind << ": " << tally.made << " made, " << tally.found << " found, " << tally.named << " named\n";
    all.made += tally.made, all.found += tally.found, all.named += tally.named;
  }
  std::cout << "all: " << all.made << " made, " << all.found << " found, " << all.named << " named, "
            << std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() << " s\n";
  std::filesystem::remove_all(folder);
  return all.found == all.made ? 0 : 1;
}
