// tongxin: the command line. serve, regions, officer, demonstration, backup, restore, openapi, routes, match, plan, log, witness.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "app/house.h"
#include "app/witness_command.h"
#include "base/log.h"
#include "engines/covering/plan_command.h"
#include "engines/matching/matching_command.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/circles/command.h"
#include "systems/support/book/book.h"
#include "systems/teams/crowd.h"

namespace {

using namespace tx;

// A refusal on the command line, in both languages' plain words.
int told(const language::Catalogue* words, const Refusal& refusal) {
  std::cerr << "tongxin: " << (words ? words->text(language::Language::en, refusal.rule, refusal.args) : refusal.rule);
  for (const auto& [name, value] : refusal.args) std::cerr << " " << name << "=" << value;
  std::cerr << " (" << refusal.rule << ")\n";
  return 1;
}

int serve(const app::HouseOptions& options) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);   // before any thread starts, so that only sigwait sees them
  std::signal(SIGPIPE, SIG_IGN);
  auto house = app::House::open(options);
  if (!house) return told(nullptr, house.error());
  const auto port = (*house)->server().start();
  if (!port) return told(&(*house)->words(), port.error());
  (*house)->jobs().start();
  std::cout << "Tongxin serves http://" << options.server.address << ":" << *port << "/  (Ctrl-C stops it)" << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  log::info("stopping", {{"signal", signal}});
  (*house)->server().stop();
  return 0;
}

// Fills the region up to `people` volunteers.
int load_crowd(app::House& house, const std::string& data, std::int64_t people) {
  const auto there = storage::scalar<std::int64_t>(*house.store().read(), "select count(*) from volunteer").value_or(0);
  if (people <= there) return 0;
  const auto done = teams::load_crowd(house.store(), house.vault(), data, people - there,
                                      [&](std::int64_t written) { std::cerr << "\r" << there + written << " volunteers" << std::flush; });
  std::cerr << "\n";
  return done ? 0 : told(&house.words(), done.error());
}

}  // namespace

// Read by jemalloc before main. Memory in large pages and given back after a minute, not after ten seconds: on virtual
// machines each fresh page costs microseconds, and a rush comes when the server was idle (bench/README.md).
extern "C" const char* malloc_conf;
const char* malloc_conf = "thp:always,metadata_thp:auto,dirty_decay_ms:60000,muzzy_decay_ms:60000";

int main(int argc, char** argv) {
  CLI::App app{"Tongxin: a region's volunteer service in one program"};
  app.require_subcommand(1);
  app::HouseOptions options;
  const auto place = [&](CLI::App* command) {
    command->add_option("--database", options.database, "SQLite file, or postgresql://…")->envname("TONGXIN_DATABASE");
    command->add_option("--keys", options.keys, "folder of the key file");
    command->add_option("--streets", options.streets, "folder of street extracts")->envname("TONGXIN_STREETS");
    command->add_option("--origin", options.origin, "name of the log when its key is made: host/log")->envname("TONGXIN_ORIGIN");
    command->add_option("--data", options.data, "folder of regions and demonstration data");
    command->add_option("--web", options.server.web_directory, "read web/ from this folder (development)");
    return command;
  };
  auto* serve_command = place(app.add_subcommand("serve", "serve the region"));
  serve_command->add_option("--address", options.server.address, "address to listen on");
  serve_command->add_option("--port", options.server.port, "port, 0 for any");
  serve_command->add_option("--requests-per-second", options.server.requests_per_second, "per account or address, 0: no limit");
  serve_command->add_option("--burst", options.server.burst, "requests at once per account or address");
  serve_command->add_flag("--secure", options.server.secure_cookies, "behind TLS: secure cookies");
  serve_command->add_flag("--behind-proxy", options.server.behind_proxy,
                          "the last address of X-Forwarded-For is the client's (only behind a proxy that sets it)");
  serve_command->add_flag("--demonstration", options.server.demonstration, "say on every page that the data are made up");
  serve_command->add_option("--smtp", options.smtp, "mail relay host:port");
  serve_command->add_option("--public-address", options.public_address, "where the public reaches this program (https://…): certificates point there")
      ->envname("TONGXIN_PUBLIC_ADDRESS");
  serve_command->add_option("--help-phone", options.help_phone, "the region's hotline, shown on every page");
  serve_command->add_option("--privacy-officer", options.privacy_officer, "who answers for personal data: name and telephone or address, shown on /privacy")
      ->envname("TONGXIN_PRIVACY_OFFICER");
  serve_command->add_option("--spool", options.spool, "folder for SMS files");
  auto* demonstration = place(app.add_subcommand("demonstration", "load the demonstration region"))->alias("demo");
  std::int64_t crowd = 0;
  demonstration->add_option("--volunteers", crowd, "as many volunteers in all: a crowd for measuring, beside the demonstration's own people");
  auto* regions = place(app.add_subcommand("regions", "load the tree of regions without a demonstration"));
  app::House::NewOfficer first;
  auto* officer = place(app.add_subcommand("officer", "make an account with a role and print its first password"));
  officer->add_option("--login", first.login, "phone number or chosen name")->required();
  officer->add_option("--name", first.name, "as shown to others")->required();
  officer->add_option("--role", first.role, "security_admin, system_admin, audit_admin, … (src/app/roles.cpp)")->required();
  officer->add_option("--region", first.region, "code of the region; everywhere without it");
  std::string file, location;
  auto* backup = place(app.add_subcommand("backup", "write a consistent copy while running"));
  backup->add_option("file", file)->required();
  auto* restore = app.add_subcommand("restore", "restore a copy into a new database");
  restore->add_option("file", file)->required();
  restore->add_option("location", location)->required();
  auto* openapi = place(app.add_subcommand("openapi", "print the OpenAPI 3.1 document"));
  auto* routes = place(app.add_subcommand("routes", "print every route with what it demands"));
  auto* log_command = place(app.add_subcommand("log", "the tamper-evident log: export FILE, check, key"));
  std::string log_what;
  log_command->add_option("what", log_what, "export, check or key")->required()->check(CLI::IsMember({"export", "check", "key"}));
  log_command->add_option("file", file, "export: where it goes, for tongxin-verify; check: a signed head that was kept elsewhere");
  bool for_all = false;
  log_command->add_flag("--public", for_all, "export without records: for everybody");
  auto* witness = place(app.add_subcommand("witness", "who holds our heads, and whose heads we hold: key, add, watch, ask, request, take, folder"));
  std::vector<std::string> words;
  witness->add_option("words", words)->required();
  auto* region_command = app.add_subcommand("region", "street regions: import");
  region_command->require_subcommand(1);
  auto* region = place(region_command->add_subcommand("import", "load a street extract, communities, stations and sites (docs/operators.md)"));
  stations::circles::ImportInput import;
  bool dry = false;
  region->add_option("--id", import.id, "lower-case letters, digits and _; the same id again replaces the region")->required();
  region->add_option("--name", import.name_zh, "name in Chinese")->required();
  region->add_option("--name-en", import.name_en, "name in English");
  region->add_option("--scope", import.scope, "code of the register that it is part of (64, 640104, …)");
  region->add_option("--extract", import.extract, ".osm.pbf file of the streets");
  region->add_option("--communities", import.communities, "where people live: XLSX, CSV or GeoJSON");
  region->add_option("--stations", import.stations, "stations that stand");
  region->add_option("--candidates", import.candidates, "sites where stations could stand");
  region->add_option("--gait", import.gait, "the way of moving that the page begins with")->check(CLI::IsMember({"walk", "slow", "drive"}));
  region->add_option("--datum", import.datum, "of the communities")->check(CLI::IsMember({"wgs84", "gcj02", "test"}));
  region->add_option("--stations-datum", import.stations_datum, "of the stations; as the communities when left out")->check(CLI::IsMember({"wgs84", "gcj02"}));
  region->add_option("--candidates-datum", import.candidates_datum, "of the sites; as the communities when left out")->check(CLI::IsMember({"wgs84", "gcj02"}));
  region->add_option("--extract-datum", import.extract_datum, "of the extract; OpenStreetMap's own is wgs84")->check(CLI::IsMember({"wgs84", "gcj02", "test"}));
  region->add_option("--test-in-file", import.test_file, "lon,lat of one place as the communities have it");
  region->add_option("--test-in-extract", import.test_extract, "lon,lat of the same place as the extract has it");
  region->add_option("--test-by-gps", import.test_gps, "lon,lat of the same place as a GPS receiver shows it");
  region->add_option("--attribution", import.attribution, "whom the map must name");
  region->add_option("--note", import.note_zh, "what every reader must know, in Chinese");
  region->add_option("--note-en", import.note_en, "the same in English");
  region->add_flag("--synthetic", import.synthetic, "positions are made up");
  region->add_flag("--leave-out", import.lenient, "leave out rows with faults instead of refusing");
  region->add_flag("--dry-run", dry, "check only, keep nothing");
  auto* match = app.add_subcommand("match", "the matching engine on text files");
  match->prefix_command();
  auto* plan = app.add_subcommand("plan", "the covering engine on text files: where should stations stand?");
  plan->prefix_command();
  CLI11_PARSE(app, argc, argv);

  if (*match) return matching::match_command(match->remaining(), std::cout);
  if (*plan) return covering::plan_command(plan->remaining(), std::cout);
  if (*restore) {
    const auto done = storage::restore(file, location);
    return done ? 0 : told(nullptr, done.error());
  }
  if (*backup) {   // beside the serving program, which keeps the database's lock and lease
    const auto done = storage::backup(options.database, file);
    return done ? 0 : told(nullptr, done.error());
  }
  if (*serve_command) return serve(options);
  if (*witness && words.front() == "folder") return app::folder_witness({words.begin() + 1, words.end()}, std::cin, std::cout);
  // The documents describe the program, not a region: they are printed from an empty database that is thrown away.
  std::string scratch;
  if (*openapi || *routes) {
    scratch = (std::filesystem::temp_directory_path() / "tongxin-XXXXXX").string();
    if (!mkdtemp(scratch.data())) return 1;
    options.database = scratch + "/empty.db";
    options.keys = scratch;
    log::set_level(log::Level::error);
  }
  auto house = app::House::open(options);
  if (!house) return told(nullptr, house.error());
  if (*demonstration) {
    const auto done = (*house)->load_demonstration();
    return done ? load_crowd(**house, options.data, crowd) : told(&(*house)->words(), done.error());
  }
  if (*regions) {
    const auto done = (*house)->load_regions();
    return done ? 0 : told(&(*house)->words(), done.error());
  }
  if (*region)
    return stations::circles::import_command((*house)->store(), (*house)->streets(), import, dry, (*house)->words(), std::cout);
  if (*officer) {
    const auto password = (*house)->make_officer(first);
    if (!password) return told(&(*house)->words(), password.error());
    std::cout << *password << "\n";
  }
  if (*witness) return app::witness_command(**house, words, std::cin, std::cout);
  if (*log_command) {
    auto reader = (*house)->store().read();
    if (log_what == "key") std::cout << ledger::base64((*house)->book().key().open) << "\n";
    if (log_what == "export") {
      std::ofstream out(file);
      support::write_export(*reader, out, !for_all);
      if (!out.flush()) return told(nullptr, {Kind::unavailable, "storage.failed", "file", {}});
    }
    if (log_what == "check") {
      std::ostringstream kept;
      if (!file.empty()) kept << std::ifstream(file).rdbuf();
      const auto fault = support::check(*reader, (*house)->book(), kept.str());
      std::cout << (fault ? "WRONG: " + fault->what + " " + id_text(fault->id) + (fault->name.empty() ? "" : " " + fault->name) : "GOOD: " + std::to_string(support::head(*reader).size) + " entries") << "\n";
      if (fault) return 1;
    }
  }
  if (*openapi) std::cout << (*house)->router().openapi().dump() << "\n";
  if (*routes)
    for (const auto& route : (*house)->router().routes())
      std::cout << route.method << "\t" << route.path << "\t" << route.name << "\t"
                << (route.access.permission.id.empty() ? route.access.reason : std::string(route.access.permission.id)) << "\n";
  house->reset();
  if (!scratch.empty()) std::filesystem::remove_all(scratch);
  return 0;
}
