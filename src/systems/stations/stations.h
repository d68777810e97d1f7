// The door of the stations room (阵地): a station stands in a community (or a county, a township), goes through its life
// from proposal to closing, has a keeper and hours, says truthfully whether it is open, is measured by the six haves
// (六有), lends things, reports its month, and shows whom its 15-minute circle reaches and where the next stations should stand.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/record.h"
#include "platform/access/access.h"
#include "platform/http/http.h"
#include "platform/identity/identity.h"
#include "platform/jobs/jobs.h"
#include "platform/storage/storage.h"
#include "platform/workflow/workflow.h"
#include "systems/teams/teams.h"

namespace tx::stations {

namespace permission {
inline constexpr access::Permission keep{"station.keep"};          // the keeper's own work
inline constexpr access::Permission read{"station.read"};          // inner papers: checks, roster, months
inline constexpr access::Permission propose{"station.propose"};    // propose a station and prepare it
inline constexpr access::Permission approve{"station.approve"};    // approve, open, suspend, upgrade, close
inline constexpr access::Permission inspect{"station.inspect"};    // six-haves on site
inline constexpr access::Permission standard{"station.standard"};  // sets of criteria, yearly targets
inline constexpr access::Permission plan{"station.plan"};          // load street regions, ask where stations should stand
}  // namespace permission

struct Services {
  storage::Store& store;
  const identity::Vault& vault;
  const Clock& clock;
  jobs::Jobs& jobs;
  std::string streets = "var/streets", data = "data";   // folders: imported street extracts; the demonstration's
};

struct StationTag;
struct Station {
  Id<StationTag> id;
  std::string code, name, level, region, address, phone, hours;  // level: centre, sub_centre, station, point
  std::string state;                                             // stations/flow.h
  Instant on_duty_since;                                         // 0: nobody on duty now, so it is not open
  access::AccountId keeper;
  std::string search;
  Instant due;                        // deadline of the state
  std::string open_days = "1111111";  // Monday first
  std::int64_t area_m2 = 0;
  bool accessible = false;  // step-free
  std::string rooms, why;   // why: the reason of the proposal
  std::string next_level;   // while it is upgraded
  int star = 0, score = 0;  // of the last rating; see six_haves/
  bool standard = false;    // has all of the set in force (达标)
  Date rated, rated_until;
  access::AccountId created_by;
  Instant created, opened;
};
BOOST_DESCRIBE_STRUCT(Station, (),
                      (id, code, name, level, region, address, phone, hours, state, on_duty_since, keeper, search, due,
                       open_days, area_m2, accessible, rooms, why, next_level, star, score, standard, rated,
                       rated_until, created_by, created, opened))

std::optional<Station> station_of_community(storage::Reader& reader, const std::string& region);
// The nearest station on foot (Walks) with somebody on duty now, of those within `most_m` in a straight line; nothing when
// none is open there.
std::optional<Station> nearest_open_station(storage::Reader& reader, teams::Position at, std::int64_t most_m);
// Ways on foot between places of the register: by streets where an extract holds both ends and its streets join them, else the
// straight line times the operator's factor (station.detour_percent), and then the words must say "about". One pair has one
// number everywhere: when helpers are chosen, in the reasons, on the need form, in lists of stations. Reads what it needs once,
// so it is made for one answer and thrown away.
class Walks {
 public:
  explicit Walks(storage::Reader& reader);
  struct Way {
    std::int64_t metres = 0;
    bool about = true;             // not by streets
    int minutes() const;           // at 5 km/h, rounded up
  };
  int detour_percent() const;
  bool on_streets(teams::Position at) const;   // an extract holds it
  // From a home to each place. Streets are searched as far as 10 km; further, "about" and at least that.
  std::vector<Way> from(teams::Position home, std::span<const teams::Position> places) const;
  Way between(teams::Position home, teams::Position place) const { return from(home, {&place, 1})[0]; }
  // From many homes to many places: for each place those homes, rising, that lie within their own limit by the straight line
  // and are joined to it by streets; whoever is not named goes by the factor. Beyond its limit a home's way may be given
  // shorter than it is, but never as short as the limit.
  struct Home {
    teams::Position at;
    std::int64_t most_m = 0;
  };
  struct Known {
    std::uint32_t home = 0;
    std::int64_t metres = 0;
  };
  std::vector<std::vector<Known>> to(std::span<const teams::Position> places, std::span<const Home> homes) const;

 private:
  struct Inside;
  std::shared_ptr<const Inside> inside_;
};
std::string walk_text(const language::Catalogue& words, language::Language language, const Walks::Way& way);   // "about 12 min on foot"

// What another room shows on the keeper's day board: {panel_title, panel_href?, rows} or {…, empty}; null: nothing.
// Registered before the server starts.
using BoardPanel = std::function<Json(http::Context&, const Station&)>;
void add_board_panel(BoardPanel panel);
// What another room counts for a station's month report between two instants: [{key, value}]; key is a catalogue key.
// Registered before the jobs start.
using MonthFigures = std::function<Json(storage::Reader&, const Station&, Instant from, Instant until)>;
void add_month_figures(MonthFigures figures);

// What this room keeps about a person, for that person (duty); null: nothing. And what it lets go when the account closes.
Json data_of(storage::Reader& reader, access::AccountId account);
void close_person(storage::Tx& tx, access::AccountId account);

std::vector<storage::Migration> migrations();  // block 150-199
std::vector<const workflow::Flow*> flows();    // life cycles, for the page of clocks
void register_routes(http::Router& router, const Services& services);
void add_timed_work(jobs::Jobs& jobs, const Clock& clock);  // forgotten sign-outs, overdue loans, month reports
// The sets of criteria in <data>/stations; harmless when they are there already.
Result<void> load_criteria(storage::Store& store, const std::string& data);
Result<void> load_demonstration(storage::Store& store, const identity::Vault& vault, const std::string& data,
                                const Clock& clock,
                                const std::string& within = "64");  // within: a region code, for tests
Result<void> demonstrate_months(storage::Store& store);  // the month reports, once every room has its demonstration
// The street regions of the demonstration: real streets of a town abroad, named as what they are, and the region's own
// communities at made-up places.
Result<void> demonstrate_streets(storage::Store& store, const std::string& data);

}  // namespace tx::stations
