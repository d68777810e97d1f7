// The volunteer's oath (志愿者誓词, C1): a versioned text, signed with a date by each person, alone or in a ceremony of a team
// whose list can be printed. The official text was released on 2025-12-04 (rules.md §12).
#pragma once
#include "platform/http/http.h"
#include "systems/teams/teams.h"

namespace tx::teams {

inline constexpr std::string_view kOathVersion = "2025-12";   // text: oath.text.<version>

struct Oath {
  std::int64_t id = 0, volunteer = 0;
  std::string version;
  std::int64_t ceremony = 0;       // 0: alone
  Instant at;
};
BOOST_DESCRIBE_STRUCT(Oath, (), (id, volunteer, version, ceremony, at))
struct Ceremony {
  std::int64_t id = 0, organisation = 0;
  std::string title, place, code;  // code: six digits, said in the room; good on the day
  Date day;
  access::AccountId led_by;
};
BOOST_DESCRIBE_STRUCT(Ceremony, (), (id, organisation, title, place, code, day, led_by))

// Once for each version. Rules oath.taken, oath.code_wrong
Result<Oath> take_oath(storage::Tx& tx, std::int64_t volunteer, const std::string& code);
std::optional<Oath> oath_of(storage::Reader& reader, std::int64_t volunteer);
void add_oath_routes(http::Router& router);

}  // namespace tx::teams
