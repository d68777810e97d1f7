// What the forms of the time bank send, for oneself and at the station's desk.
#pragma once
#include "systems/support/time_bank/model.h"

namespace tx::support::bank {

struct OpenInput {
  Date birth;
  bool agree = false;
};
BOOST_DESCRIBE_STRUCT(OpenInput, (), (birth, agree))
struct StationOpenInput {
  std::string name, consent, consent_by;
  Date birth;
  Care care = Care::none;
};
BOOST_DESCRIBE_STRUCT(StationOpenInput, (), (name, consent, consent_by, birth, care))
struct GiftInput {
  std::string to, consent;
  std::int64_t minutes = 0;
};
BOOST_DESCRIBE_STRUCT(GiftInput, (), (to, consent, minutes))
struct KinInput {
  std::string number, relation, consent;
};
BOOST_DESCRIBE_STRUCT(KinInput, (), (number, relation, consent))
struct ReasonInput {
  std::string reason, consent;
};
BOOST_DESCRIBE_STRUCT(ReasonInput, (), (reason, consent))
struct CareInput {
  Care care = Care::none;
};
BOOST_DESCRIBE_STRUCT(CareInput, (), (care))
struct MonthInput {
  std::string county, month;       // month: 2026-11
};
BOOST_DESCRIBE_STRUCT(MonthInput, (), (county, month))
struct PolicyInput {
  std::string county, profile, reason;
};
BOOST_DESCRIBE_STRUCT(PolicyInput, (), (county, profile, reason))

}  // namespace tx::support::bank
