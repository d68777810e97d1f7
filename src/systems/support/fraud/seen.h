// Inside the risk desk: entries read from the tables as the rules see them, joined with where and how people were seen.
#pragma once
#include <string>
#include <unordered_map>
#include <vector>

#include "base/record.h"
#include "platform/storage/storage.h"
#include "systems/support/fraud/rules.h"

namespace tx::support::seen {

struct Row {
  std::int64_t id = 0, volunteer = 0, organisation = 0;
  std::string region, kind;
  Instant starts, ends;
  Minutes minutes;
  std::string grade;
  std::int64_t first_by = 0, second_by = 0;
  Instant entered;
  std::int64_t hand = 0;            // its case, when it was entered by hand
  std::int64_t place = 0, x_m = 0, y_m = 0, placed = 0, device = 0;
  std::int64_t by_hand = 0;         // also a correction that brings an hour and more: it is an entry by hand by another name
  std::int64_t served = 0;          // whoever was served confirmed it
};
BOOST_DESCRIBE_STRUCT(Row, (), (id, volunteer, organisation, region, kind, starts, ends, minutes, grade, first_by, second_by, entered, hand, place, x_m, y_m, placed,
                                device, by_hand, served))

extern const char kRecords[], kCases[];   // "select ... from ... r ..."
std::vector<Row> rows(storage::Reader& reader, const char* select, const std::string& where);
// When the second person agreed: the notice that follows takes days and says nothing of how carefully they looked.
std::unordered_map<std::int64_t, std::int64_t> agreed(storage::Reader& reader, const std::string& where);
fraud::Entry entry_of(const Row& row, const std::unordered_map<std::int64_t, std::int64_t>& agreed);

}  // namespace tx::support::seen
