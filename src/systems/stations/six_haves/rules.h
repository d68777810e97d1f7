// From answers to score and star: pure, no clock, no SQL. How: a criterion is met by its evidence (a yes, a number that
// reaches the threshold, a date or proof that is not too old) and, once inspected, by the inspector's yes. Met counts its
// whole weight; a number below its threshold counts in proportion. A have is held when everything compulsory in it is met
// and its points reach least_percent. The score is points of 100, rounded down. A station is standard (达标) when it holds
// every have and reaches pass_score; without every have it gets two stars at most.
#pragma once
#include "base/result.h"
#include "systems/stations/six_haves/model.h"

namespace tx::stations::six::rules {

enum class Why { met, missing, below, expired, refused, unattested };
BOOST_DESCRIBE_ENUM(Why, met, missing, below, expired, refused, unattested)

struct Mark {
  std::string code;
  Why why = Why::missing;
  int points = 0, of = 0;
};
struct HaveMark {
  std::string code;
  int points = 0, of = 0;
  bool held = false;
};
struct Score {
  int score = 0, haves = 0, star = 0;
  bool standard = false;
  std::vector<Mark> marks;     // one a criterion, in its order
  std::vector<HaveMark> held;  // one a have
  const Mark* mark(std::string_view code) const;
};

// `inspected`: the inspector's verdicts decide; before, the keeper's answers alone give a provisional score.
Score score(const Standard& standard, const Answers& answers, Date today, bool inspected);
Date months_later(Date day, int months);  // 31 January + 1 month is the last of February

Answers read_answers(const Json& stored);
Json write_answers(const Answers& answers);
// One answer as typed: rules six.answer_number, six.answer_date, six.answer_choice
Result<void> readable(const Criterion& criterion, const std::string& value, Date today);
// Every criterion answered, or six.unanswered with how many are open.
Result<void> complete(const Standard& standard, const Answers& answers);
// The inspection comes from another side: not the keeper, not whoever filled in the self-check, and every criterion is
// judged. Rules six.own_station, six.own_check, six.not_judged, six.nothing_to_fix, six.must_fix
Result<void> inspector(access::AccountId by, access::AccountId keeper, access::AccountId begun_by);
Result<void> judged(const Standard& standard, const Answers& answers);

// A set of criteria from a sheet: header, then a row a criterion: have, have_zh, have_en, icon, code, words_zh, words_en,
// evidence, unit_zh, unit_en, threshold, weight, valid_months, attest, must (1/0). Rule six.sheet with the row and column.
Result<Standard> read_sheet(const std::vector<std::vector<std::string>>& rows);
bool stars_readable(std::string_view stars);  // five ascending numbers of 0..100

}  // namespace tx::stations::six::rules
