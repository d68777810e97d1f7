// A complaint (投诉), its answer, and the appeal against it.
#pragma once
#include <string>

#include "base/record.h"
#include "platform/access/access.h"

namespace tx::support {

// Kinds of complaint (F5); forced assignment is one of them (M3, Regulation art. 25).
enum class ComplaintKind { time, group, project, person, fee, privacy, forced };
BOOST_DESCRIBE_ENUM(ComplaintKind, time, group, project, person, fee, privacy, forced)

struct Complaint {
  std::int64_t id = 0;
  std::string number;
  ComplaintKind kind = ComplaintKind::person;
  std::string object, region, words;   // object: "need:ID", "activity:ID", "record:ID", …; may be empty
  access::AccountId by_account;        // shown to nobody who handles it
  std::string contact_sealed;
  std::string state;                   // flow "complaint"
  Instant due;
  std::string answer;
  access::AccountId handled_by;
  Instant created;
  std::string unit;                    // to whom it was handed on (Regulation art. 26); empty: answered here
  std::string channel = "web";         // web, station
  std::string against;                 // whom it is about, in the complainant's words
  std::int64_t about_organisation = 0, about_volunteer = 0;
  access::AccountId taken_by;          // who wrote it down at a station's desk
  std::string unit_contact;            // where that unit is found
  std::string appeal;                  // why the answer is not accepted
  access::AccountId judged_by;
  std::string decision;
  Instant answered;
};
BOOST_DESCRIBE_STRUCT(Complaint, (), (id, number, kind, object, region, words, by_account, contact_sealed, state, due, answer, handled_by, created,
                                      unit, channel, against, about_organisation, about_volunteer, taken_by, unit_contact, appeal, judged_by, decision,
                                      answered))

}  // namespace tx::support
