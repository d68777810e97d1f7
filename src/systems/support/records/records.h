// Service records: how presence becomes one, how hours come in by hand, and how a mistake is put right.
#pragma once
#include <optional>
#include <vector>

#include "platform/http/http.h"
#include "systems/support/book/book.h"
#include "systems/support/records/rules.h"
#include "systems/support/support.h"

namespace tx::supply {
struct Served;
}

namespace tx::support {

rules::Policy policy_of(storage::Reader& reader, const std::string& region);   // settings record.*, strict profile by default
std::vector<storage::Migration> record_migrations();

// ---- commands
// Confirmed presence: straight into the record, or a case where the day gets too long. Once for each presence.
void record_served(storage::Tx& tx, const Book& book, const supply::Served& served);

struct ManualInput {
  std::string organisation, title, content, place, in_charge, day, from, to, people, words;
  bool truth = false;              // who enters declares it true (rules §3.5)
  std::string file_name, file_type, file_bytes, file_hash;   // filled from the upload
};
BOOST_DESCRIBE_STRUCT(ManualInput, (), (organisation, title, content, place, in_charge, day, from, to, people, words, truth, file_name,
                                        file_type, file_bytes, file_hash))
struct Entered {
  std::int64_t batch = 0;
  int people = 0;
};
// Rules: record.* (may_enter), record.people_missing, record.people_unknown, record.people_many, record.not_member,
// record.words_missing, record.content_missing, record.guardian_missing, record.evidence_missing, record.truth, record.own_hours, record.overlap, record.day_full, record.budget,
// record.suspended
Result<Entered> enter_manual(storage::Tx& tx, const Book& book, const ManualInput& input, const access::Actor& by);

// A step of a case. The second person must be another one, not of the organisation that enters, and not whoever gains:
// rules record.same_person, record.same_side, record.own_hours.
Result<RecordCase> decide(storage::Tx& tx, const Book& book, std::int64_t id, std::string_view action, const access::Actor& by,
                          const std::string& reason);
// Entered, or confirmed, together with it by the same hand and still waiting: a list of thirty is looked at once.
std::vector<RecordCase> together_with(storage::Reader& reader, const RecordCase& of);
Result<int> approve_together(storage::Tx& tx, const Book& book, std::int64_t id, const access::Actor& by);   // how many
struct CorrectionInput {
  std::string from, to, words;     // HH:MM of the record's day
  bool all_wrong = false;          // nothing of it is true
};
BOOST_DESCRIBE_STRUCT(CorrectionInput, (), (from, to, words, all_wrong))
Result<RecordCase> ask_correction(storage::Tx& tx, const ServiceRecord& record, const CorrectionInput& input, const access::Actor& by);
Result<RecordCase> object(storage::Tx& tx, const Book& book, std::int64_t id, const std::string& words, const access::Actor& by);
// Hours by hand, and corrections that add minutes, stand on the public notice before they count.
bool on_notice(storage::Reader& reader, const RecordCase& of);
int settle_notices(storage::Tx& tx, const Book& book);         // timed: nobody objected in time
// A risk case found it untrue: the record is taken back, or the open entry by hand ends.
void void_record(storage::Tx& tx, const Book& book, const ServiceRecord& old, std::int64_t cause, access::AccountId first, access::AccountId second);
Result<void> void_case(storage::Tx& tx, const Book& book, std::int64_t id, access::AccountId by, const std::string& reason);
void tell_hours_changed(storage::Tx& tx, const HoursChanged& change);   // to the listeners of support.h

// ---- who acts for whom (O6): a suspended organisation records nothing; the successor named for it may
struct Successor {
  std::int64_t organisation = 0, successor = 0;
  std::string reason;
  access::AccountId by_account;
  Instant at;
};
BOOST_DESCRIBE_STRUCT(Successor, (), (organisation, successor, reason, by_account, at))
std::optional<Successor> successor_of(storage::Reader& reader, std::int64_t organisation);
// Organisations whose records this person may keep now: led ones that may publish, and those they succeed.
std::vector<std::int64_t> recorders_of(storage::Reader& reader, const access::Roles& roles, const access::Actor& actor);
Result<void> may_record(storage::Reader& reader, std::int64_t organisation, const access::Actor& by);   // record.suspended, record.not_yours

// For what comes to records by another way (transfers): writes one with its posting and leaf; takes one back by a reversal.
ServiceRecord write_record(storage::Tx& tx, const Book& book, ServiceRecord record);
void reverse_record(storage::Tx& tx, const Book& book, const ServiceRecord& old, std::int64_t source, access::AccountId first, access::AccountId second);
bool busy_then(storage::Reader& reader, std::int64_t volunteer, Instant from, Instant to);   // H3: in service at that time already

// ---- queries
std::optional<ServiceRecord> find_record(storage::Reader& reader, std::int64_t id);
std::optional<RecordCase> find_case(storage::Reader& reader, std::int64_t id);
// Records that stand: not taken back, and not takers-back.
std::vector<ServiceRecord> standing_records(storage::Reader& reader, std::int64_t volunteer, int limit);
bool stands(storage::Reader& reader, std::int64_t record);
struct Totals {
  std::int64_t minutes = 0, by_grade[4] = {0, 0, 0, 0}, pending = 0, frozen = 0;   // frozen minutes are in none of the others
  std::int64_t pending_by_grade[4] = {0, 0, 0, 0}, frozen_by_grade[4] = {0, 0, 0, 0};
};
Totals totals_of(storage::Reader& reader, std::int64_t volunteer);
// "A 30.00 · D 4.50": wherever hours of several entries stand, what they rest on stands beside them (H4).
std::string split_text(const std::int64_t (&by_grade)[4]);
// The presence behind a record, also where a second person had to agree; 0: there is none.
std::int64_t attendance_behind(storage::Reader& reader, const ServiceRecord& record);
// What counts of one grade between two days: without what was taken back, and without what is frozen now.
std::int64_t counted_minutes(storage::Reader& reader, std::int64_t volunteer, Grade grade, Date from, Date to);
bool is_frozen(storage::Reader& reader, std::string_view kind, std::int64_t object);   // kind: record, case

// A line of the list of a case or record on a page.
Json case_row(const http::Context& context, const RecordCase& record_case, const std::string& href);
std::string title_text(const http::Context& context, const std::string& title);   // a need's record holds the key of its service
std::string grade_text(const http::Context& context, Grade grade);

// Everything Decree 67 art. 7 and 10 want to be seen of an entry, and who wrote what when: for its owner and for the desk.
Json record_facts(const http::Context& context, const ServiceRecord& record);
Json record_history(const http::Context& context, const ServiceRecord& record);

void add_record_routes(http::Router& router, const Services& services, const Book& book);
void add_desk_record_routes(http::Router& router, const Services& services, const Book& book);
void add_notice_routes(http::Router& router, const Services& services, const Book& book);
void add_statement_routes(http::Router& router, const Services& services);
void add_review_routes(http::Router& router, const Book& book);
void add_policy_routes(http::Router& router);
void add_clock_routes(http::Router& router);
void add_entry_routes(http::Router& router);        // one record as the desk sees it
Result<void> demonstrate_review(storage::Tx& tx);   // activities that wait for the leader's review
void add_successor_routes(http::Router& router);
void add_record_complaints();                       // entries of hours may be complained about (F5)
int remind_of_clocks(storage::Tx& tx);   // timed: 5 and 8 working days gone, and past the tenth

}  // namespace tx::support
