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

// ---- commands
// Confirmed presence: straight into the record, or a case where the day gets too long. Once for each presence.
void record_served(storage::Tx& tx, const Book& book, const supply::Served& served);

struct ManualInput {
  std::string organisation, title, place, in_charge, day, from, to, people, words;
  bool truth = false;              // who enters declares it true (rules §3.5)
  std::string file_name, file_type, file_bytes, file_hash;   // filled from the upload
};
BOOST_DESCRIBE_STRUCT(ManualInput, (), (organisation, title, place, in_charge, day, from, to, people, words, truth, file_name,
                                        file_type, file_bytes, file_hash))
struct Entered {
  std::int64_t batch = 0;
  int people = 0;
};
// Rules: record.* (may_enter), record.people_missing, record.people_unknown, record.people_many, record.not_member,
// record.words_missing, record.evidence_missing, record.truth, record.own_hours, record.overlap, record.day_full, record.budget,
// record.suspended
Result<Entered> enter_manual(storage::Tx& tx, const Book& book, const ManualInput& input, const access::Actor& by);

// A step of a case. The second person must be another one, not of the organisation that enters, and not whoever gains:
// rules record.same_person, record.same_side, record.own_hours.
Result<RecordCase> decide(storage::Tx& tx, const Book& book, std::int64_t id, std::string_view action, const access::Actor& by,
                          const std::string& reason);
struct CorrectionInput {
  std::string from, to, words;     // HH:MM of the record's day
  bool all_wrong = false;          // nothing of it is true
};
BOOST_DESCRIBE_STRUCT(CorrectionInput, (), (from, to, words, all_wrong))
Result<RecordCase> ask_correction(storage::Tx& tx, const ServiceRecord& record, const CorrectionInput& input, const access::Actor& by);
Result<RecordCase> object(storage::Tx& tx, const Book& book, std::int64_t id, const std::string& words, const access::Actor& by);
int settle_notices(storage::Tx& tx, const Book& book);         // timed: nobody objected in time

// ---- queries
std::optional<ServiceRecord> find_record(storage::Reader& reader, std::int64_t id);
std::optional<RecordCase> find_case(storage::Reader& reader, std::int64_t id);
// Records that stand: not taken back, and not takers-back.
std::vector<ServiceRecord> standing_records(storage::Reader& reader, std::int64_t volunteer, int limit);
bool stands(storage::Reader& reader, std::int64_t record);
struct Totals {
  std::int64_t minutes = 0, by_grade[4] = {0, 0, 0, 0}, pending = 0;
};
Totals totals_of(storage::Reader& reader, std::int64_t volunteer);

// A line of the list of a case or record on a page.
Json case_row(const http::Context& context, const RecordCase& record_case, const std::string& href);
std::string title_text(const http::Context& context, const std::string& title);   // a need's record holds the key of its service
std::string grade_text(const http::Context& context, Grade grade);

void add_record_routes(http::Router& router, const Services& services, const Book& book);
void add_desk_record_routes(http::Router& router, const Services& services, const Book& book);
void add_notice_routes(http::Router& router, const Services& services, const Book& book);

}  // namespace tx::support
