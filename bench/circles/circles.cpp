// The room's own figures on the demonstration's regions: a cold report (rows, extract, graph, places, matrix, sums), a report from
// memory, what-if. Processor time beside wall time. bench_circles [data]
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>

#include "base/log.h"
#include "platform/audit/audit.h"
#include "platform/identity/identity.h"
#include "platform/jobs/jobs.h"
#include "platform/notices/notices.h"
#include "platform/storage/storage.h"
#include "platform/workflow/workflow.h"
#include "systems/stations/circles/what_if.h"
#include "systems/teams/teams.h"

namespace {

using namespace tx;
using namespace tx::stations;

double processor() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }
template <class F>
void measure(const char* what, int times, F&& work) {
  const double cpu = processor();
  const auto wall = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) work(i);
  const double passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count();
  std::printf("%-44s processor %10.3f ms  wall %10.3f ms\n", what, (processor() - cpu) * 1e3 / times, passed * 1e3 / times);
}

}  // namespace

int main(int argc, char** argv) {
  log::set_level(log::Level::error);
  const std::string data = argc > 1 ? argv[1] : "data";
  const std::string file = (std::filesystem::temp_directory_path() / "bench_circles.db").string();
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file + end);
  storage::Options options;
  options.location = file;
  for (const auto& block : {audit::migrations(), workflow::migrations(), jobs::migrations(), notices::migrations(), identity::migrations(),
                            teams::migrations(), stations::migrations()})
    options.migrations.insert(options.migrations.end(), block.begin(), block.end());
  auto store = storage::Store::open(std::move(options));
  if (!store || !teams::load_regions(**store, data + "/ningxia")) return 1;
  measure("both regions of the demonstration loaded", 1, [&](int) { (void)demonstrate_streets(**store, data); });
  const auto reader = (*store)->read();
  const auto ask = [&](circles::Circles& circles, const char* id, circles::Gait gait) {
    const auto ground = circles.ground(*reader, id).value();
    return ground->report(*ground->net(gait).value()).reached().people;
  };
  for (const auto gait : circles::kGaits) {
    std::int64_t reached = 0;
    measure((std::string("Porto Alegre, cold report, ") + enum_name(gait)).c_str(), 5, [&](int) {
      circles::Circles circles("", data);
      reached = ask(circles, "porto_alegre", gait);
    });
    std::printf("  %lld people reached\n", static_cast<long long>(reached));
  }
  circles::Circles circles("", data);
  ask(circles, "porto_alegre", circles::Gait::walk);
  measure("Porto Alegre, report from memory", 1'000, [&](int) { ask(circles, "porto_alegre", circles::Gait::walk); });
  const auto ground = circles.ground(*reader, "porto_alegre").value();
  measure("who reaches whom, every candidate, cold", 1, [&](int) { (void)ground->candidate_reach(circles::Gait::walk); });
  std::int64_t sum = 0;
  measure("what-if: a station dragged to another place", 2'000, [&](int i) {
    const auto& station = ground->stations[static_cast<std::size_t>(i) % ground->stations.size()];
    const auto& site = ground->candidates[static_cast<std::size_t>(i * 37) % ground->candidates.size()];
    circles::WhatIfInput input;
    input.move = Json::Array{Json::of({{"station", station.id}, {"lon", site.at.lon}, {"lat", site.at.lat}})};
    sum += (*circles::what_if(*reader, *ground, input))["reached"].integer();
  });
  measure("the shape of a 5, 10, 15-minute circle", 50, [&](int i) {
    const int minutes[] = {5, 10, 15};
    (void)ground->circle(ground->candidates[static_cast<std::size_t>(i * 20)].at, circles::Gait::walk, minutes);
  });
  std::printf("(%lld)\n", static_cast<long long>(sum));
  return 0;
}
