// Value types of honours (嘉许激励): star schemes of regions, nominations on their way to the hall, and bars after fraud.
#pragma once
#include "base/record.h"
#include "platform/access/access.h"

namespace tx::support {

// Thresholds differ by place; each set names its source. The longest region prefix wins, then the newest.
struct StarScheme {
  std::int64_t id = 0;
  std::string region, name, source;
  std::string hours;               // "100,300,600,1000,1500"
  std::string levels;              // who grants each star, as digits of a region code: "6,6,4,4,2" (county, city, region)
  int quality_percent = 50;        // least share of the minutes with evidence A or B (Decree 67 art. 10: time and quality)
  Date valid_from;
  access::AccountId made_by;
  Instant created;
};
BOOST_DESCRIBE_STRUCT(StarScheme, (), (id, region, name, source, hours, levels, quality_percent, valid_from, made_by, created))

struct Honour {
  std::int64_t id = 0;
  std::string kind;                // star, title
  int star = 0;
  std::string title;               // honour.title.<id>
  std::int64_t volunteer = 0, organisation = 0;   // organisation: of the leader who nominates, 0: nobody's
  std::string region, words;
  std::int64_t minutes = 0;        // recognised at the nomination
  int quality_percent = 0;         // of them with evidence A or B
  access::AccountId nominated_by, reviewed_by, settled_by, decided_by;
  std::string name_shown;          // yes, no; empty: not said yet, so masked
  std::string state;               // flow "honour"
  Instant due, created, decided;
};
BOOST_DESCRIBE_STRUCT(Honour, (), (id, kind, star, title, volunteer, organisation, region, words, minutes, quality_percent, nominated_by,
                                   reviewed_by, settled_by, decided_by, name_shown, state, due, created, decided))

struct HonourBar {                 // no honours for one to three years after fraud (Guangdong; rules.md §5.1)
  std::int64_t id = 0, volunteer = 0;
  Date until;
  std::string reason;
  access::AccountId barred_by;
  Instant at;
};
BOOST_DESCRIBE_STRUCT(HonourBar, (), (id, volunteer, until, reason, barred_by, at))

}  // namespace tx::support
