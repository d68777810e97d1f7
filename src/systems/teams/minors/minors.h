// Minors' data (D2). What names and reaches a volunteer under 18 stands in minor_record, apart from the volunteer's row,
// which keeps a masked name only; every other room then shows the masked name without knowing of it. Staff read the
// record for a stated reason that another person approved, and each reading is in the audit trail, where the guardian
// sees it. Inside the teams room; other rooms use the few functions of teams.h.
#pragma once
#include "systems/teams/rooms.h"

namespace tx::teams::minors {

struct Record {
  std::int64_t volunteer = 0;
  std::string name_sealed, phone_sealed, id_sealed, guardian_sealed;   // sealed for minor.name, …
  Instant changed;
};
BOOST_DESCRIBE_STRUCT(Record, (), (volunteer, name_sealed, phone_sealed, id_sealed, guardian_sealed, changed))

struct AccessRequest {
  std::int64_t id = 0;
  std::string subject;         // "volunteer:ID", or an object of another room: "need:ID"
  std::string region;
  access::AccountId asked_by;
  std::string reason, state;
  Instant due;                 // of the answer while asked, of the access while running
  access::AccountId decided_by;
  Instant created;
};
BOOST_DESCRIBE_STRUCT(AccessRequest, (), (id, subject, region, asked_by, reason, state, due, decided_by, created))

// The volunteer as the person: name, telephone, ID number and guardian put back from the record, if there is one.
Volunteer whole(storage::Reader& reader, const identity::Vault& vault, Volunteer volunteer);
// Before the row is written: a minor's data go to the record and out of the row; an adult's record is dropped. `volunteer`
// is whole.
void keep_apart(storage::Tx& tx, const identity::Vault& vault, Volunteer& volunteer);
std::optional<AccessRequest> find_request(storage::Reader& reader, std::int64_t id);
std::optional<AccessRequest> running(storage::Reader& reader, access::AccountId account, const std::string& subject, Instant now);
// approve, refuse (minor.decide, never one's own request: minor.own_request), withdraw, end (the one who asked).
Result<AccessRequest> decide(storage::Tx& tx, std::int64_t id, std::string_view action, access::AccountId account,
                             const std::string& reason);
// Guardians: accounts that act for this person's account with a guardian's consent on record.
std::vector<access::AccountId> guardians_of(storage::Reader& reader, access::AccountId child, Instant now);
// The yearly report (art. 37): what was kept, who asked, who read.
struct YearReport {
  int year = 0;
  std::int64_t under_14 = 0, under_18 = 0;                    // registered at the end of the year, counted separately
  std::int64_t asked = 0, approved = 0, refused = 0, waiting = 0, late = 0, readings = 0, unapproved = 0, readers = 0;
};
BOOST_DESCRIBE_STRUCT(YearReport, (), (year, under_14, under_18, asked, approved, refused, waiting, late, readings, unapproved, readers))
YearReport year_report(storage::Reader& reader, int year, const std::vector<std::string>& regions);

void add_staff_routes(http::Router& router, const Services& services);
void add_guardian_routes(http::Router& router, const Services& services);
// Every hour: new minors' data go apart, grown-ups' come back, accesses that have run out end.
void add_timed_work(jobs::Jobs& jobs, const identity::Vault& vault);

}  // namespace tx::teams::minors
