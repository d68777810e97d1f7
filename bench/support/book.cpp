// The book on a real database of the demonstration: records written a second (each a record, a posting and two leaves of
// the log, signed), the whole check, random edits behind the program's back, and a year's statement of 2,000 entries.
//   bench_book [records, default 20000] [edits, default 1000]
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <iostream>
#include <mutex>
#include <random>

#include "app/house.h"
#include "base/log.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/supply.h"
#include "systems/support/records/records.h"

namespace {

using namespace tx;
using Clock_ = std::chrono::steady_clock;
double since(Clock_::time_point start) { return std::chrono::duration<double>(Clock_::now() - start).count(); }

supply::Served served(std::int64_t number, std::int64_t volunteer, Instant now) {
  supply::Served one;
  one.attendance = 1'000'000'000 + number;
  one.volunteer = volunteer;
  one.kind = "need";
  one.region = "640104001002";
  one.title = "service.meal";
  one.place = one.region;
  one.starts = now.plus(-(number % 2000 + 40) * kDay);
  one.ends = one.starts.plus(kHour / 4);
  one.came_shown = one.left_shown = one.by_recipient = true;
  return one;
}

// Commands a second, at most 1,024 of them waiting.
double rate(storage::Store& store, int count, const std::function<void(storage::Tx&, int)>& command) {
  std::mutex mutex;
  std::condition_variable all;
  int answered = 0;
  const auto wait_until = [&](const std::function<bool()>& ready) {
    std::unique_lock lock(mutex);
    all.wait(lock, ready);
  };
  const auto start = Clock_::now();
  for (int i = 0; i < count; ++i) {
    wait_until([&] { return i - answered < 1024; });
    store.submit({"", "", 0, [&, i](storage::Tx& tx) -> Result<Json> {
                    command(tx, i);
                    return Json();
                  }},
                 [&](storage::Outcome) {
                   std::lock_guard lock(mutex);
                   ++answered;
                   all.notify_one();
                 });
  }
  wait_until([&] { return answered == count; });
  return count / since(start);
}

}  // namespace

int main(int argc, char** argv) {
  const int records = argc > 1 ? std::atoi(argv[1]) : 20000, edits = argc > 2 ? std::atoi(argv[2]) : 1000;
  log::set_level(log::Level::error);
  std::string folder = (std::filesystem::temp_directory_path() / "tongxin-book-XXXXXX").string();
  if (!mkdtemp(folder.data())) return 1;
  {
    app::HouseOptions options;
    options.database = folder + "/region.db";
    options.keys = folder + "/keys";
    auto house = std::move(app::House::open(options).value());
    if (!house->load_demonstration()) return 1;
    auto& store = house->store();
    const auto& book = house->book();
    const Instant now = house->clock().now();

    std::cout << "records written durably: "
              << rate(store, records, [&](storage::Tx& tx, int i) { support::record_served(tx, book, served(i, 100 + i / 2000, now)); })
              << " /s (each: record, posting of two lines, two leaves, a signed head)\n";
    std::cout << "postings written durably: "
              << rate(store, records,
                      [&](storage::Tx& tx, int i) {
                        book.post(tx, "bench", support::Unit::points, {{"a:" + std::to_string(i % 500), 10}, {"pool", -10}}, i);
                      })
              << " /s (each: two lines, balances, a leaf, a signed head)\n";

    auto begin = Clock_::now();
    auto reader = store.read();
    const auto statement = support::standing_records(*reader, 100, 5000);
    const auto totals = support::totals_of(*reader, 100);
    std::cout << "a statement of " << statement.size() << " entries, " << totals.minutes << " minutes: " << since(begin) * 1000 << " ms\n";
    begin = Clock_::now();
    const auto proof = support::proof_of(*reader, "record", statement.front().id);
    std::cout << "inclusion proof of " << proof["hashes"].size() << " hashes: " << since(begin) * 1000 << " ms\n";
    begin = Clock_::now();
    const bool good = !support::check(*reader, book);
    std::cout << "whole check " << (good ? "good" : "BROKEN") << ": " << since(begin) << " s\n";
    support::remember_head(*reader, book);
    reader.reset();
  }
  {   // random edits, on the demonstration alone so that ten thousand whole checks take minutes
    app::HouseOptions options;
    options.database = folder + "/small.db";
    options.keys = folder + "/keys-small";
    auto house = std::move(app::House::open(options).value());
    if (!house->load_demonstration()) return 1;
    auto& store = house->store();
    const auto& book = house->book();
    support::remember_head(*store.read(), book);
    std::mt19937_64 random(1);
    int found = 0, made = 0, named = 0;
    const auto begin = Clock_::now();
    while (made < edits) {
      (void)store.write([&](storage::Tx& tx) -> Result<Json> {
        for (const char* table : {"service_record", "posting", "posting_line", "log_leaf", "log_node"})
          for (const char* what : {"_no_update", "_no_delete"}) tx.execute("drop trigger " + std::string(table) + what, {});
        static const std::vector<std::pair<const char*, std::vector<const char*>>> tables = {
            {"service_record", {"volunteer", "organisation", "region", "kind", "source", "title", "place", "starts", "ends", "minutes", "grade", "first_by", "second_by", "at"}},
            {"posting", {"kind", "unit", "source", "at"}}, {"posting_line", {"amount"}}, {"log_leaf", {"type", "object", "record", "leaf"}}, {"log_node", {"hash"}},
            {"book_balance", {"amount"}}};
        const auto& [table, columns] = tables[random() % tables.size()];
        const std::string row = " where rowid = (select rowid from " + std::string(table) + " limit 1 offset " +
                                std::to_string(random() % static_cast<std::uint64_t>(storage::scalar<std::int64_t>(tx, "select count(*) from " + std::string(table)).value_or(1))) + ")";
        const std::string column = columns[random() % columns.size()];
        const auto victim = storage::scalar<std::int64_t>(tx, "select rowid from " + std::string(table) + row).value_or(0);
        const auto how = random() % 4;
        std::int64_t changed = 0;
        if (how == 0) changed = tx.execute("delete from " + std::string(table) + row, {});
        else if (how == 1) changed = tx.execute("update " + std::string(table) + " set " + column + " = " + column + " || '7'" + row, {});
        else if (how == 2)   // swap with another row's value
          changed = tx.execute("update " + std::string(table) + " set " + column + " = (select " + column + " from " + table + " where " + column + " <> (select " +
                                   column + " from " + table + row + ") limit 1)" + row + " and exists (select 1 from " + table + " where " + column + " <> (select " + column +
                                   " from " + table + row + "))", {});
        else changed = tx.execute("update " + std::string(table) + " set " + column + " = case typeof(" + column + ") when 'integer' then " + column + " + 1 else " + column + " || 'x' end" + row, {});
        if (changed == 1) {
          const auto fault = support::check(tx, book);
          ++made;
          found += fault.has_value();
          named += fault && (std::string(table) != "service_record" || (fault->what == "record" && fault->id == victim));
          if (!fault) std::cout << "NOT FOUND: " << table << " " << column << " how " << how << " row " << victim << "\n";
        }
        return refuse(Kind::conflict, "http.not_found");
      });
    }
    std::cout << "edits behind the program's back: " << made << ", found " << found << ", entry named " << named << ", in " << since(begin) << " s\n";
  }
  std::filesystem::remove_all(folder);
}
