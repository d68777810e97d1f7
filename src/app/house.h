// The wired house: every room opened in order on one database. Used by the command line, the tests and the bench, so
// that all of them drive the same program.
#pragma once
#include <memory>
#include <string>

#include "platform/http/http.h"
#include "platform/identity/identity.h"
#include "platform/jobs/jobs.h"
#include "platform/storage/storage.h"

namespace tx::support {
class Book;
}

namespace tx::app {

struct HouseOptions {
  std::string database = "var/tongxin.db";   // SQLite file, or postgresql://…
  std::string keys = "var/keys";             // folder of the vault's key file
  std::string data = "data";                 // regions and demonstration data
  std::string streets;                       // street extracts; empty: "streets" beside the database file, else var/streets
  http::ServerOptions server;
  const Clock* clock = nullptr;              // default: the system's
  std::string spool = "var/spool";           // SMS spool
  std::string smtp;                          // "host:port", empty: no e-mail
  std::string public_address = "http://127.0.0.1:8080";   // where the public reaches this program: certificates point there
  std::string origin = "tongxin/log";        // name of the log, used when its key is made: "zhiyuan.example.cn/log"
  std::string help_phone;                    // the region's hotline, a button on every page; empty: the help page
  std::string privacy_officer;               // who answers for personal data, with a way to reach them; shown on /privacy
};

class House {
 public:
  static Result<std::unique_ptr<House>> open(HouseOptions options);
  ~House();
  storage::Store& store();
  const http::Router& router() const;
  http::Server& server();
  jobs::Jobs& jobs();
  const identity::Vault& vault() const;
  const support::Book& book() const;
  std::string streets() const;   // folder of street extracts
  const language::Catalogue& words() const;
  identity::Sessions& sessions();
  const Clock& clock() const;
  // The tree of regions of options.data; again is harmless.
  Result<void> load_regions();
  // The first officers of a fresh region, who then appoint the others on /officers. The password is told once; the second
  // factor is set up at the first sign-in.
  struct NewOfficer {
    std::string login, name, role, region;   // region empty: everywhere
  };
  Result<std::string> make_officer(const NewOfficer& officer);
  // Regions, stations, people, organisations, activities and needs of the demonstration; once.
  Result<void> load_demonstration();

 private:
  House();
  struct State;
  std::unique_ptr<State> state_;
};

std::vector<storage::Migration> all_migrations();

}  // namespace tx::app
