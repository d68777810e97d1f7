// The risk desk on a region with many records: judging all of them (background work, once something has changed), writing
// what differs, and what a look at the kept list costs.
//   bench_risks [records, default 200000]
#include <chrono>
#include <ctime>
#include <filesystem>
#include <iostream>

#include "app/house.h"
#include "base/log.h"
#include "platform/identity/testing.h"
#include "platform/storage/record_sql.h"
#include "systems/support/fraud/fraud.h"

namespace {

using namespace tx;

void timed(const std::string& what, int times, const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  const auto spent = std::clock();
  for (int i = 0; i < times; ++i) work();
  std::cout << what << ": " << std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count() / times << " ms ("
            << 1000.0 * static_cast<double>(std::clock() - spent) / CLOCKS_PER_SEC / times << " ms of processor)\n";
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t records = argc > 1 ? std::atoll(argv[1]) : 200'000;
  log::set_level(log::Level::error);
  std::string folder = (std::filesystem::temp_directory_path() / "tongxin-risks-XXXXXX").string();
  if (!mkdtemp(folder.data())) return 1;
  {
    app::HouseOptions options;
    options.database = folder + "/region.db";
    options.keys = folder + "/keys";
    auto house = std::move(app::House::open(options).value());
    if (!house->load_demonstration()) return 1;
    auto& store = house->store();
    const auto official = identity::trial::sign_in(store, house->vault(), "Official", {{"region_official", access::ScopeKind::region, "64"}});
    // Two thousand organisations, one entry of sixteen by hand, by whom never leads: enough that some rule speaks for thousands.
    for (std::int64_t from = 0; from < records; from += 20'000)
      store.write([&](storage::Tx& tx) -> Result<Json> {
        for (auto i = from; i < std::min(records, from + 20'000); ++i) {
          const auto team = i % 2000, day = i / 2000 % 300;
          const bool hand = i % 16 == 7;
          const Instant starts = start_of(Date{local_date(tx.now()).days - static_cast<std::int32_t>(day) - 2}).plus((8 + i % 9) * kHour);
          storage::execute(tx, "insert into service_record (id, volunteer, organisation, region, kind, source, title, place, in_charge, starts, ends, minutes, grade, reverses, first_by, "
                               "second_by, at) values ($1,$2,$3,'640104001002',$4,0,'A morning','The square','Zhao',$5,$6,120,$7,0,$8,$9,$10)",
                           tx.new_id(), 10'000'000 + (i * 7919) % 40'000, 1'000'000 + team, hand ? "manual" : "shift", starts, starts.plus(2 * kHour), hand ? "D" : "B",
                           2'000'000 + team * 2 + hand, hand ? 3'000'000 + team % 50 : 0, starts.plus(kDay));
        }
        return Json();
      }).value();
    timed("judging " + std::to_string(records) + " records and the demonstration's", 3, [&] { (void)support::assess_all(*store.read()); });
    timed("judging and writing the list for the first time", 1, [&] { (void)support::refresh_risks(store); });
    timed("asking whether anything has changed", 1000, [&] { (void)support::refresh_risks(store); });
    const auto counts = support::risk_counts(*store.read(), {"64"});
    std::cout << counts.entries << " entries, " << counts.flagged << " on the list\n";
    if (house->server().handle(official.get("/desk/risks")).status != 200) return 1;
    timed("a look at the list through the router", 20, [&] { (void)house->server().handle(official.get("/desk/risks")); });
  }
  std::filesystem::remove_all(folder);
}
