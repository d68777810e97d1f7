// Policies of personal accident insurance, the roster that is frozen when an activity starts, accidents and their claims.
#pragma once
#include <string>

#include "base/record.h"
#include "platform/access/access.h"

namespace tx::support {

struct Policy {
  std::int64_t id = 0;
  std::string number, insurer, cover, phone;   // cover: what is paid, in words; phone: whom to call after an accident
  std::string scope;                           // region, organisation, activity: whom it covers
  std::string region;                          // of the scope; where the policy is kept
  std::int64_t organisation = 0, activity = 0;
  Date from_day, until_day;                    // both days included
  std::string state;                           // open, ended
  std::string words;                           // why it was ended
  access::AccountId entered_by;
  Instant created;
};
BOOST_DESCRIBE_STRUCT(Policy, (), (id, number, insurer, cover, phone, scope, region, organisation, activity, from_day, until_day, state, words,
                                   entered_by, created))

// An activity's list as it stood at its start. Never changed afterwards; a leaf of the log carries its hash.
struct FrozenRoster {
  std::int64_t activity = 0, policy = 0;       // policy 0: nothing covered it
  int people = 0;
  std::string hash;
  Instant frozen;
};
BOOST_DESCRIBE_STRUCT(FrozenRoster, (), (activity, policy, people, hash, frozen))

struct Accident {
  std::int64_t id = 0;
  std::string region;
  std::int64_t organisation = 0, activity = 0, volunteer = 0, policy = 0;
  std::string place;
  Instant happened;
  std::string words_sealed;                    // what happened: may tell of somebody's health
  bool helped = false;                         // help was given at once
  std::string state;                           // flow "accident"
  Instant due;
  std::string insurer_no;                      // the insurer's own number of the case
  std::int64_t asked_fen = 0, paid_fen = 0;
  access::AccountId reported_by;
  Instant at;
};
BOOST_DESCRIBE_STRUCT(Accident, (), (id, region, organisation, activity, volunteer, policy, place, happened, words_sealed, helped, state, due,
                                     insurer_no, asked_fen, paid_fen, reported_by, at))

// A file of a policy or of a claim, sealed: papers of a claim tell of somebody's health.
struct InsurancePaper {
  std::int64_t id = 0, policy = 0, accident = 0;
  std::string kind;                            // policy, identity, medical, bill, other
  std::string file_name, content_type, sealed, hash;
  access::AccountId by_account;
  Instant at;
};
BOOST_DESCRIBE_STRUCT(InsurancePaper, (), (id, policy, accident, kind, file_name, content_type, sealed, hash, by_account, at))

}  // namespace tx::support
