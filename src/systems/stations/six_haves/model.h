// The six haves (六有: place, team, projects, facilities, rules, signs; central opinion §5.2). What a station must have is
// data: a versioned set of criteria, because places differ (五有, 六有, 八有), each criterion with its kind of evidence,
// threshold, weight, validity and who attests it. A check is one keeper's self-check and the inspection that follows.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/record.h"
#include "platform/access/access.h"

namespace tx::stations::six {

enum class Evidence { photo, number, date, document, statement };
BOOST_DESCRIBE_ENUM(Evidence, photo, number, date, document, statement)
enum class Attest { keeper, officer };  // officer: counts only when seen on site
BOOST_DESCRIBE_ENUM(Attest, keeper, officer)

struct CriteriaSet {
  std::int64_t id = 0;
  std::string code;  // "six", "eight"
  int version = 1;
  std::string name_zh, name_en, region;  // region: whom it binds; the longest prefix wins
  Date valid_from, valid_until;          // valid_until 0: open
  std::string state;                     // draft, in_force, past
  int pass_score = 80;                   // of 100, for a standard station (达标)
  int least_percent = 60;                // of a have's weight, besides all that is compulsory
  int valid_months = 12;                 // of a rating
  std::string stars = "60,70,80,90,95";  // scores of one to five stars
  access::AccountId made_by;
  Instant created;
};
BOOST_DESCRIBE_STRUCT(CriteriaSet, (),
                      (id, code, version, name_zh, name_en, region, valid_from, valid_until, state, pass_score,
                       least_percent, valid_months, stars, made_by, created))

struct Have {
  std::int64_t id = 0, set_id = 0;
  int seq = 0;
  std::string code, name_zh, name_en, icon;
};
BOOST_DESCRIBE_STRUCT(Have, (), (id, set_id, seq, code, name_zh, name_en, icon))

struct Criterion {
  std::int64_t id = 0, set_id = 0;
  int seq = 0;
  std::string have, code, words_zh, words_en, unit_zh, unit_en;
  Evidence evidence = Evidence::statement;
  std::int64_t threshold = 0;  // of a number
  int weight = 1;
  int valid_months = 0;  // of the evidence; 0: until the next check
  Attest attest = Attest::keeper;
  bool must = false;  // without it the station has not this have
};
BOOST_DESCRIBE_STRUCT(Criterion, (),
                      (id, set_id, seq, have, code, words_zh, words_en, unit_zh, unit_en, evidence, threshold, weight,
                       valid_months, attest, must))

struct Standard {  // a whole set
  CriteriaSet set;
  std::vector<Have> haves;
  std::vector<Criterion> criteria;
};

struct Answer {
  std::string value;  // yes, no, a number, or a date 2026-11-24
  std::string note;
  Date shown;  // when the evidence was given
  int photos = 0;
  std::string verdict, said;  // of the inspector: yes, no; and in words
};
BOOST_DESCRIBE_STRUCT(Answer, (), (value, note, shown, photos, verdict, said))
using Answers = std::map<std::string, Answer>;  // by code of the criterion

struct Check {
  std::int64_t id = 0, station = 0, set_id = 0;
  std::string region, state;
  Instant due;
  Json answers;  // Answers
  int self_score = 0, score = 0, star = 0, haves = 0;
  bool standard = false;
  access::AccountId begun_by, inspected_by;
  Instant created, sent, inspected;
};
BOOST_DESCRIBE_STRUCT(Check, (),
                      (id, station, set_id, region, state, due, answers, self_score, score, star, haves, standard,
                       begun_by, inspected_by, created, sent, inspected))

struct Fix {
  std::int64_t id = 0, check_id = 0, station = 0;
  std::string criterion, words;
  Date due;
  std::string state;   // open, done, accepted
  std::string answer;  // what the keeper did
  Instant changed;
};
BOOST_DESCRIBE_STRUCT(Fix, (), (id, check_id, station, criterion, words, due, state, answer, changed))

struct Photo {  // without its bytes
  std::int64_t id = 0, station = 0, check_id = 0;
  std::string criterion, kind;  // kind: image/jpeg, image/png
  int width = 0, height = 0;
  std::int64_t size = 0;
  access::AccountId taken_by;
  Instant at;
};
BOOST_DESCRIBE_STRUCT(Photo, (), (id, station, check_id, criterion, kind, width, height, size, taken_by, at))

}  // namespace tx::stations::six
