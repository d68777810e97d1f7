#include "app/house.h"

#include <filesystem>

#include "app/directory.h"
#include "app/identity_extras.h"
#include "app/lateness.h"
#include "app/pages.h"
#include "app/roles.h"
#include "app/settings_pages.h"
#include "app/station_figures.h"
#include "base/log.h"
#include "platform/audit/audit.h"
#include "platform/notices/notices.h"
#include "platform/workflow/workflow.h"
#include "systems/culture/culture.h"
#include "systems/mobilisation/mobilisation.h"
#include "systems/stations/stations.h"
#include "systems/supply/dispatch/room.h"
#include "systems/supply/insurance.h"
#include "systems/supply/payment.h"
#include "systems/supply/supply.h"
#include "systems/support/incentives.h"
#include "systems/support/support.h"
#include "systems/support/time_bank/time_bank.h"
#include "systems/teams/teams.h"

namespace tx::app {

struct House::State {
  HouseOptions options;
  SystemClock system_clock;
  const Clock* clock = nullptr;
  language::Catalogue words;
  access::Roles roles = app::roles();
  identity::Vault vault = identity::Vault::for_tests();
  support::Book book;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<jobs::Jobs> jobs;
  std::unique_ptr<identity::Sessions> sessions;
  http::Router router{roles};
  std::unique_ptr<http::Server> server;
};

std::vector<storage::Migration> all_migrations() {
  std::vector<storage::Migration> all;
  for (auto block : {audit::migrations(), workflow::migrations(), jobs::migrations(), notices::migrations(),
                     identity::migrations(), teams::migrations(), stations::migrations(), supply::migrations(), support::migrations(), mobilisation::migrations(), culture::migrations()})
    all.insert(all.end(), block.begin(), block.end());
  return all;
}

// Extracts lie beside the database that knows them.
static std::string streets_folder(const HouseOptions& options) {
  if (!options.streets.empty()) return options.streets;
  if (options.database.starts_with("postgres")) return "var/streets";
  return (std::filesystem::path(options.database).parent_path() / "streets").string();
}

namespace {

// The time bank stands below supply: what it knows of a need's payment is hung in here.
void wire_time_bank(const support::Book& book) {
  supply::MinutesPayment payment;
  payment.field = support::bank::need_field;
  payment.hold = [&book](storage::Tx& tx, const supply::MinutesAsked& asked, const access::Actor& by) {
    return support::bank::hold(tx, book, asked.need, asked.number, asked.service, asked.minutes, asked.passbook, by, asked.for_other);
  };
  payment.over = [&book](storage::Tx& tx, std::int64_t need) { support::bank::release(tx, book, need); };
  supply::pay_with_minutes(std::move(payment));
  support::bank::set_need_lookup(supply::need_of_attendance);
}

}  // namespace

House::House() : state_(std::make_unique<State>()) {}
House::~House() {
  if (state_->server) state_->server->stop();
  if (state_->jobs) state_->jobs->stop();
  supply::on_served({});   // these hold the book of this house
  support::forget_listeners();
  supply::forget_complaint_objects();
  supply::forget_presence_kinds();
  supply::pay_with_minutes({});
  supply::insure_with({});
  support::bank::set_need_lookup({});
  support::watch_people(state_->book, false);
  state_->server.reset();
  state_->sessions.reset();
  state_->jobs.reset();
  state_->store.reset();   // the last batch still signs
  state_->book.sign_batches(false);
  notices::set_event_hub(nullptr);
  supply::set_event_hub(nullptr);
  mobilisation::set_event_hub(nullptr);
  notices::set_directory({});
}

Result<std::unique_ptr<House>> House::open(HouseOptions options) {
  std::unique_ptr<House> house(new House());
  State& s = *house->state_;
  s.options = options;
  s.clock = options.clock ? options.clock : &s.system_clock;
  s.words = TX_TRY(options.server.web_directory.empty()
                       ? language::Catalogue::load(http::WebFiles::locales())
                       : language::Catalogue::load(options.server.web_directory + "/locales"));
  std::filesystem::create_directories(options.keys);
  s.vault = TX_TRY(identity::Vault::open(options.keys + "/vault.key"));
  s.book = TX_TRY(support::Book::open(options.keys, options.origin));
  storage::Options storage_options;
  storage_options.location = options.database;
  storage_options.clock = s.clock;
  storage_options.migrations = all_migrations();
  s.store = TX_TRY(storage::Store::open(std::move(storage_options)));
  s.book.sign_batches(true);
  support::watch_people(s.book, true);
  TX_CHECK(support::log_first_grants(*s.store, s.book));
  s.jobs = jobs::Jobs::create(*s.store, *s.clock);
  s.sessions = std::make_unique<identity::Sessions>(*s.store, *s.clock);

  add_pages(s.router, options.privacy_officer);
  add_desk(s.router);
  add_settings_pages(s.router);
  identity::add_routes(s.router, {*s.store, s.vault, *s.sessions, *s.clock, identity_extras(s.vault, s.book)});
  notices::add_routes(s.router);
  jobs::add_routes(s.router);
  teams::register_routes(s.router, {*s.store, s.vault, *s.clock, *s.jobs});
  stations::register_routes(s.router, {*s.store, s.vault, *s.clock, *s.jobs, streets_folder(options), options.data});
  supply::register_routes(s.router, {*s.store, s.vault, *s.clock, *s.jobs});
  const auto memory = supply::make_desk_memory();
  supply::register_desk(s.router, {*s.store, s.vault, *s.clock, *s.jobs}, memory);
  teams::add_jobs(*s.jobs, s.vault);
  stations::add_timed_work(*s.jobs, *s.clock);
  supply::add_timed_work(*s.jobs, *s.clock);
  supply::add_desk_work(*s.jobs, *s.clock, memory);
  supply::add_links(s.words);
  support::register_routes(s.router, {*s.store, s.vault, *s.clock, *s.jobs, options.public_address}, s.book);
  support::add_listeners(s.book);
  wire_time_bank(s.book);
  support::add_timed_work(*s.jobs, s.book);
  const mobilisation::Services calls{*s.store, s.vault, *s.clock, *s.jobs, s.book, options.public_address};
  mobilisation::register_routes(s.router, calls);
  mobilisation::add_listeners(s.words);
  mobilisation::add_jobs(calls);
  culture::register_routes(s.router, {*s.store, s.vault, *s.clock, *s.jobs, options.public_address, s.words});
  culture::add_timed_work(*s.jobs, *s.clock, s.words);
  add_late_work(*s.jobs);
  add_station_figures();
  wire_directory(s.vault);
  notices::add_timed_work(*s.jobs, {.spool = options.spool, .smtp = options.smtp, .words = &s.words});

  s.server = http::Server::create(options.server, *s.store, s.router, s.words, *s.clock,
                                  [sessions = s.sessions.get()](const std::string& token) { return sessions->find(token); });
  s.server->layout([phone = options.help_phone](const http::Context& context, Json& view) {
    fill_layout(context, view);
    if (!phone.empty()) view.set("help_phone", phone);
  });
  notices::set_event_hub(&s.server->events());
  supply::set_event_hub(&s.server->events());
  mobilisation::set_event_hub(&s.server->events());
  return house;
}

storage::Store& House::store() { return *state_->store; }
const http::Router& House::router() const { return state_->router; }
http::Server& House::server() { return *state_->server; }
jobs::Jobs& House::jobs() { return *state_->jobs; }
const support::Book& House::book() const { return state_->book; }
std::string House::streets() const { return streets_folder(state_->options); }
const identity::Vault& House::vault() const { return state_->vault; }
const language::Catalogue& House::words() const { return state_->words; }
identity::Sessions& House::sessions() { return *state_->sessions; }
const Clock& House::clock() const { return *state_->clock; }

Result<void> House::load_regions() {
  TX_CHECK(teams::load_regions(*state_->store, state_->options.data + "/ningxia"));
  TX_CHECK(support::load_policies(*state_->store, state_->options.data));
  return stations::load_criteria(*state_->store, state_->options.data);   // a fresh region has a standard from its first day
}

Result<std::string> House::make_officer(const NewOfficer& officer) {
  State& s = *state_;
  if (!s.roles.find(officer.role)) return refuse(Kind::invalid, "identity.role_unknown", "role");
  const std::string password = identity::random_password(), hash = identity::hash_password(password);
  const auto written = s.store->write([&](storage::Tx& tx) -> Result<Json> {
    const auto id = TX_TRY(identity::create_account(tx, s.vault, {officer.login, officer.name, hash, officer.region}));
    const bool whole = officer.region.empty();
    identity::grant(tx, id, {officer.role, whole ? access::ScopeKind::everywhere : access::ScopeKind::region, officer.region}, {});
    audit::Entry entry;
    entry.account = id.value;
    entry.action = "identity.grant";
    entry.object = "account:" + id.text();
    entry.region = officer.region;
    entry.rule = "access.command_line";
    entry.outcome = "done";
    entry.details = Json::of({{"role", officer.role}});
    audit::append(tx, entry);
    return Json();
  });
  if (!written) return tl::unexpected(written.error());
  return password;
}

Result<void> House::load_demonstration() {
  State& s = *state_;
  TX_CHECK(load_regions());
  TX_CHECK(teams::load_demonstration(*s.store, s.vault, s.options.data, *s.clock));
  TX_CHECK(stations::load_demonstration(*s.store, s.vault, s.options.data, *s.clock));
  TX_CHECK(supply::load_demonstration(*s.store, s.vault, s.options.data, s.words));
  TX_CHECK(support::demonstrate_passbooks(*s.store, s.vault, s.book));
  TX_CHECK(support::load_demonstration(*s.store));
  TX_CHECK(support::demonstrate_incentives(*s.store, s.vault, s.book, s.words));
  TX_CHECK(mobilisation::load_demonstration({*s.store, s.vault, *s.clock, *s.jobs, s.book}, s.options.data));
  TX_CHECK(culture::load_demonstration(*s.store, s.vault, s.options.data));
  TX_CHECK(stations::demonstrate_months(*s.store));
  return stations::demonstrate_streets(*s.store, s.options.data);
}

}  // namespace tx::app
