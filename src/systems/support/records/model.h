// Value types of service records. A record is never edited and never deleted: a mistake is corrected by a record that
// takes the minutes back and another that gives the true ones (H5).
#pragma once
#include "base/record.h"
#include "platform/access/access.h"

namespace tx::support {

// How strong the evidence is, shown wherever hours are shown (issue of records; H4).
//   A  both ends shown by rotating code or station kiosk, confirmed by whoever was served
//   B  both ends shown by code or kiosk and confirmed by the leader; or one end, confirmed by whoever was served
//   C  the leader's list or the helper's own word, confirmed by another person
//   D  entered by hand afterwards, by two people from different sides, after a public notice
enum class Grade { A, B, C, D };
BOOST_DESCRIBE_ENUM(Grade, A, B, C, D)

// How the entry came into the system (H4): self (rotating code), kiosk, organiser (the leader's list), claim (the helper's own
// word), forced (never signed out, the leader told the time), paper (by hand with papers), correction; of another platform:
// transfer. A and B are verified time (信用时长), C and D declared time (荣誉时长).
std::string entry_of(const std::string& came_by, const std::string& left_by);
inline bool is_verified(Grade grade) { return grade == Grade::A || grade == Grade::B; }

struct ServiceRecord {
  std::int64_t id = 0;
  std::int64_t volunteer = 0, organisation = 0;   // organisation 0: service to a resident through the desk
  std::string region;
  std::string kind;                // shift, need, manual, correction
  std::int64_t source = 0;         // attendance, or the case that made it
  std::string title, place, in_charge;   // Decree 67 art. 7: name, place, person in charge
  Instant starts, ends;            // of the service itself, within one day (H3)
  Minutes minutes;                 // negative in a record that takes another back
  Grade grade = Grade::D;
  std::int64_t reverses = 0;       // the record taken back
  access::AccountId first_by, second_by;
  Instant at;
  std::string content, category, entry;   // Decree 67 art. 7: what was done; code of rules §4.3; see entry_of
};
BOOST_DESCRIBE_STRUCT(ServiceRecord, (), (id, volunteer, organisation, region, kind, source, title, place, in_charge, starts,
                                          ends, minutes, grade, reverses, first_by, second_by, at, content, category, entry))

// A record as its leaf in the log holds it. Records written before a field existed have it empty, and their leaf has it not.
Json logged_as(const ServiceRecord& record);

// Everything that people must decide about a record: hours entered by hand, a long day, a correction, an objection.
struct RecordCase {
  std::int64_t id = 0;
  std::string kind;                // manual, long_day, authority_day, one_hand, correction
  std::int64_t batch = 0;          // entered together: one evidence for all
  std::int64_t record = 0;         // corrections, objections: the record or the case it is about
  std::int64_t volunteer = 0, organisation = 0;
  std::string region, title, place, in_charge;
  Instant starts, ends;
  Minutes minutes;                 // what is asked for; 0 in an objection: nothing of it is true
  Grade grade = Grade::D;
  std::string words;               // what happened and how it is known
  access::AccountId asked_by, first_by, second_by;
  std::string state;               // flow "record_case"
  Instant due, created, decided;
  std::int64_t source = 0;         // long_day, authority_day, one_hand: the attendance
  std::string content, category, entry;
};
BOOST_DESCRIBE_STRUCT(RecordCase, (), (id, kind, batch, record, volunteer, organisation, region, title, place, in_charge, starts,
                                       ends, minutes, grade, words, asked_by, first_by, second_by, state, due, created, decided,
                                       source, content, category, entry))

// Presence that was measured and waits for a second person; the other cases are somebody's words.
inline bool is_measured(std::string_view kind) { return kind == "long_day" || kind == "authority_day" || kind == "one_hand"; }

}  // namespace tx::support
