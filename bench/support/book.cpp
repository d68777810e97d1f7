// The book on a real database of the demonstration: records written a second (each a record, a posting and two leaves of
// the log, signed at the end of each batch), proofs and tiles, the public verify page, the whole check, and a year's statement
// of 2,000 entries. Edits behind the program's back: bench_edits. PostgreSQL's pgbench in the same run: against_pgbench.sh.
//   bench_book [records, default 20000]
#include <chrono>
#include <ctime>
#include <condition_variable>
#include <filesystem>
#include <iostream>
#include <mutex>

#include "app/house.h"
#include "base/log.h"
#include "platform/identity/testing.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/supply.h"
#include "systems/support/certificates/certificates.h"
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
  const auto in_year = number % 2000;   // two thousand entries of one volunteer, all in the year before this one
  one.starts = start_of(Date::of(local_date(now).year() - 1, 1, 1)).plus(in_year % 365 * kDay + (7 + in_year / 365) * kHour);
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
  const int records = argc > 1 ? std::atoi(argv[1]) : 20000;
  log::set_level(log::Level::error);
  std::string folder = (std::filesystem::temp_directory_path() / "tongxin-book-XXXXXX").string();
  if (!mkdtemp(folder.data())) return 1;
  {
    app::HouseOptions options;
    options.database = folder + "/region.db";
    options.keys = folder + "/keys";
    options.server.requests_per_second = 0;   // 500 looks at the verify page within a second
    auto house = std::move(app::House::open(options).value());
    if (!house->load_demonstration()) return 1;
    auto& store = house->store();
    const auto& book = house->book();
    const Instant now = house->clock().now();

    const auto somebody = storage::scalar<std::int64_t>(*store.read(), "select min(id) from volunteer where account = 0").value_or(0);
    std::cout << "records written durably: "
              << rate(store, records, [&](storage::Tx& tx, int i) { support::record_served(tx, book, served(i, i < 2000 ? somebody : 100 + i / 2000, now)); })
              << " /s (each: record, posting of two lines, two leaves)\n";
    std::cout << "postings written durably: "
              << rate(store, records,
                      [&](storage::Tx& tx, int i) {
                        book.post(tx, "bench", support::Unit::points, {{"a:" + std::to_string(i % 500), 10}, {"pool", -10}}, i);
                      })
              << " /s (each: two lines, balances, a leaf)\n";

    auto begin = Clock_::now();
    auto reader = store.read();
    const auto statement = support::standing_records(*reader, somebody, 5000);
    const auto totals = support::totals_of(*reader, somebody);
    std::cout << "a statement of " << statement.size() << " entries, " << totals.minutes << " minutes: " << since(begin) * 1000 << " ms\n";
    {   // the same as its owner gets it: signed in, through the router, as a page of numbers and as paper
      const auto owner = identity::trial::sign_in(store, house->vault(), "Owner", {}, false);
      store.write([&](storage::Tx& tx) -> Result<Json> {
        storage::execute(tx, "update volunteer set account = $1 where id = $2", owner.account, somebody);
        return Json();
      }).value();
      const std::string year = std::to_string(local_date(now).year() - 1);
      for (const std::string as : {"", "csv"}) {
        const auto ask = [&] { return house->server().handle(owner.get("/me/statement?year=" + year + (as.empty() ? "" : "&as=" + as))); };
        const auto first = ask();
        if (first.status != 200) return std::cout << "statement: " << first.status << " " << first.body.substr(0, 200) << "\n", 1;
        constexpr int kTimes = 10;
        begin = Clock_::now();
        const auto spent = std::clock();
        for (int i = 0; i < kTimes; ++i) ask();
        std::cout << "statement of a year through the router, " << (as.empty() ? "PDF" : as) << ", " << first.body.size() / 1024 << " KiB: " << since(begin) / kTimes * 1000 << " ms ("
                  << 1000.0 * static_cast<double>(std::clock() - spent) / CLOCKS_PER_SEC / kTimes << " ms of processor)\n";
      }
    }
    begin = Clock_::now();
    const auto proof = support::proof_of(*reader, "record", statement.front().id);
    std::cout << "inclusion proof of " << proof["hashes"].size() << " hashes: " << since(begin) * 1000 << " ms\n";
    begin = Clock_::now();
    const auto size = static_cast<std::uint64_t>(support::head(*reader).size);
    constexpr int kProofs = 2000;
    std::size_t hashes = 0;
    for (int i = 0; i < kProofs; ++i) hashes += ledger::inclusion_proof(support::node_source(*reader), static_cast<std::uint64_t>(i) * 7919 % size, size).size();
    std::cout << "inclusion proofs from the database: " << since(begin) / kProofs * 1e6 << " us each (" << hashes / kProofs << " hashes)\n";
    ledger::Frontier frontier;
    begin = Clock_::now();
    for (int i = 0; i < 200000; ++i) ledger::append(frontier, ledger::leaf_hash(std::to_string(i)), nullptr);
    std::cout << "leaf into the tree, computing alone: " << since(begin) / 200000 * 1e6 << " us\n";
    const ledger::Checkpoint checkpoint{"bench", size, ledger::root_of(frontier)};
    begin = Clock_::now();
    for (int i = 0; i < 500; ++i) ledger::signed_note(checkpoint, book.key());
    const auto first = since(begin) / 500 * 1e6;
    begin = Clock_::now();
    for (int i = 0; i < 500; ++i) ledger::sm2_line(checkpoint.body(), book.sm2_key());
    std::cout << "signing a head: Ed25519 " << first << " us, SM2 " << since(begin) / 500 * 1e6 << " us, once a batch\n";
    {   // the page that a stranger opens from the code on the paper
      const auto issued = store.write([&](storage::Tx& tx) -> Result<Json> {
        const auto volunteer = storage::scalar<std::int64_t>(tx, "select r.volunteer from service_record r join volunteer v on v.id = r.volunteer order by r.id limit 1").value_or(0);
        return Json(TX_TRY(support::issue(tx, book, house->vault(), volunteer, {"2020-01-01", local_date(tx.now()).text()}, "https://zhiyuan.example.cn")).number);
      }).value().text();
      constexpr int kPages = 500;
      begin = Clock_::now();
      for (int i = 0; i < kPages; ++i) {
        http::Request request;
        request.method = "GET";
        request.path = "/v/" + issued;
        if (house->server().handle(request).status != 200) return 1;
      }
      std::cout << "verify page with its inclusion proof: " << since(begin) / kPages * 1000 << " ms\n";
    }
    begin = Clock_::now();
    const bool good = !support::check(*reader, book);
    std::cout << "whole check " << (good ? "good" : "BROKEN") << ": " << since(begin) << " s\n";
    support::remember_head(*reader, book);
    reader.reset();
  }
  std::filesystem::remove_all(folder);
}
