// The door of the teams room (队伍组织): the tree of regions, volunteers, organisations, rosters. The only header of this
// room that other rooms may include.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/record.h"
#include "platform/access/access.h"
#include "platform/http/http.h"
#include "platform/identity/identity.h"
#include "platform/jobs/jobs.h"
#include "platform/storage/storage.h"
#include "platform/workflow/workflow.h"

namespace tx::teams {

namespace permission {
inline constexpr access::Permission volunteer_read{"volunteer.read"};
inline constexpr access::Permission volunteer_check{"volunteer.check"};        // background checks
inline constexpr access::Permission minor_decide{"minor.decide"};              // approve that staff read a minor's data
inline constexpr access::Permission organisation_approve{"organisation.approve"};
inline constexpr access::Permission organisation_lead{"organisation.lead"};
inline constexpr access::Permission roster_import{"roster.import"};
}  // namespace permission

struct Services {
  storage::Store& store;
  const identity::Vault& vault;
  const Clock& clock;
  jobs::Jobs& jobs;
};

// ---- regions (codes 64, 6401, 640104, 640104001, 640104001002)
struct Region {
  std::string code, name;
  int level = 0;
  std::string parent;
};
BOOST_DESCRIBE_STRUCT(Region, (), (code, name, level, parent))
struct Position {
  std::int64_t x_m = 0, y_m = 0;   // metres east and north of 37.5 N 106 E; synthetic in the demonstration
};
BOOST_DESCRIBE_STRUCT(Position, (), (x_m, y_m))
// Straight line; the true way is longer.
std::int64_t distance_m(Position a, Position b);
std::optional<Position> region_position(storage::Reader& reader, const std::string& code);
std::vector<Region> regions_below(storage::Reader& reader, const std::string& parent);
std::vector<Region> search_regions(storage::Reader& reader, const std::string& words, int limit);
std::string region_name(storage::Reader& reader, const std::string& code, language::Language language);
std::string region_path(storage::Reader& reader, const std::string& code, language::Language language);  // county · town · community

// ---- volunteers
struct VolunteerTag;
struct Volunteer {
  Id<VolunteerTag> id;
  access::AccountId account;
  std::string volunteer_no, tail;            // V640104 2611 000123 X; tail: the last six characters, typed at a kiosk
  std::string name, search;
  std::string phone_sealed, phone_index, id_sealed, id_index;
  Date birth;
  std::string region;
  std::int64_t x_m = 0, y_m = 0, radius_m = 3000;
  std::int64_t skills = 0, languages = 1;    // bits: specialties 1..23 (rules §4.4); 0 Mandarin, 1 English, 2 signing, 3 dialect
  std::string categories;                    // at most four codes, comma-separated (rules §4.3)
  std::string hours;                         // 168 characters '0'/'1', Monday 00:00 first
  int week_minutes = 600;                    // most service a week
  Instant checked_until;                     // background check valid until; 0: never checked
  std::int64_t checked_by = 0;
  std::string guardian;                      // consent of the guardian of a minor: how and by whom
  std::string state;                         // "active" may serve; applied, paused, closed
  Instant asked_at, created;
};
BOOST_DESCRIBE_STRUCT(Volunteer, (), (id, account, volunteer_no, tail, name, search, phone_sealed, phone_index, id_sealed,
                                      id_index, birth, region, x_m, y_m, radius_m, skills, languages, categories, hours,
                                      week_minutes, checked_until, checked_by, guardian, state, asked_at, created))
// Active volunteers of these region prefixes, for matching.
std::vector<Volunteer> active_volunteers(storage::Reader& reader, const std::vector<std::string>& regions);
std::optional<Volunteer> find_volunteer(storage::Reader& reader, std::int64_t id);
std::optional<Volunteer> find_volunteer_by_account(storage::Reader& reader, access::AccountId account);
// The whole number, or its last six characters as typed at a kiosk when unique.
std::optional<Volunteer> find_volunteer_by_number(storage::Reader& reader, const std::string& volunteer_no);
access::AccountId account_of_volunteer(storage::Reader& reader, std::int64_t volunteer);  // 0: none
struct Card {
  std::string name, initial, volunteer_no, organisation;   // masked name
  int tone = 0;                                            // avatar colour 0-3
  bool checked = false;
};
Card volunteer_card(storage::Reader& reader, std::int64_t volunteer);
// What this room keeps about a person, for that person; null: nothing. And what it lets go when the account closes.
Json data_of(storage::Reader& reader, const identity::Vault& vault, access::AccountId account);
void close_person(storage::Tx& tx, access::AccountId account);
void note_asked(storage::Tx& tx, std::int64_t volunteer, Instant at);   // last-asked, for fairness

// "Not with": people whom this volunteer does not want to meet in service, by volunteer number (the stored text).
std::vector<std::string> exclusions_of(storage::Reader& reader, std::int64_t volunteer);
// Papers that a skill demands, checked by an officer and valid on the day (Regulation art. 16): bits of the skills mask.
std::int64_t certified_skills(storage::Reader& reader, std::int64_t volunteer, Date day);

// ---- minors (未成年人网络保护条例 art. 34-37): their data stand apart, staff read them for an approved reason
bool is_minor(const Volunteer& volunteer, Date today);
// The person's name in full: a minor's row holds a masked one. For papers of the person's own.
std::string full_name(storage::Reader& reader, const identity::Vault& vault, const Volunteer& volunteer);
// subject: "volunteer:ID", "need:ID". An officer asks, another approves, then it runs for a short time.
Result<std::int64_t> ask_minor_access(storage::Tx& tx, const std::string& subject, const std::string& region,
                                      access::AccountId account, const std::string& reason);
bool minor_access_runs(storage::Reader& reader, access::AccountId account, const std::string& subject, Instant now);

// ---- organisations
struct OrganisationTag;
struct Organisation {
  Id<OrganisationTag> id;
  std::string name, search;
  std::string kind;          // registered (2), other_body (3), group (1): rules §4.5
  std::string sector;        // code 01..99
  std::string region, credit_code;
  std::string consent_unit;  // of an unregistered group: who agreed
  std::string mark;          // identity mark: none, suggested, marked (O2)
  std::string state;         // applied, approved, rejected, suspended
  Instant due;
  std::string summary, contact;
  access::AccountId created_by;
  Instant created;
  std::string join_policy = "open";   // open: any volunteer; review: the leader decides; closed (rules §4.5)
};
BOOST_DESCRIBE_STRUCT(Organisation, (), (id, name, search, kind, sector, region, credit_code, consent_unit, mark, state,
                                         due, summary, contact, created_by, created, join_policy))
std::optional<Organisation> find_organisation(storage::Reader& reader, std::int64_t id);
bool may_publish(const Organisation& organisation);                                       // O6
bool is_member(storage::Reader& reader, std::int64_t organisation, std::int64_t volunteer);
std::vector<access::AccountId> leaders_of(storage::Reader& reader, std::int64_t organisation);
std::vector<std::int64_t> members_of(storage::Reader& reader, std::int64_t organisation);  // volunteer ids, present members

std::vector<storage::Migration> migrations();   // block 100-149
std::vector<const workflow::Flow*> flows();     // life cycles, for the page of clocks
void register_routes(http::Router& router, const Services& services);
void add_jobs(jobs::Jobs& jobs, const identity::Vault& vault);
Result<void> load_regions(storage::Store& store, const std::string& directory);
Result<void> load_demonstration(storage::Store& store, const identity::Vault& vault, const std::string& data,
                                const Clock& clock);

}  // namespace tx::teams
