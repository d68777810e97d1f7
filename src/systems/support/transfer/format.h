// Files in which records move between platforms (记录转移): the columns of the eight elements that MZ/T 061 shares (its element
// tables are not public; the codes are those in national use, rules §3.5, §4), and the exports of other platforms, whose
// columns are known by their names. Pure: reads cells, knows no person and no database.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/record.h"
#include "base/result.h"

namespace tx::support::exchange {

// Columns in the order in which we write them.
inline constexpr const char* kColumns[] = {"source_no", "volunteer_no", "name", "document_type", "document_no", "title", "category", "day", "from", "to",
                                           "hours", "organisation", "credit_code", "in_charge", "place", "entry", "nature", "state", "leaf", "grade"};
// Column -> the headings under which it is known, in lower case without blanks and brackets ("姓名", "志愿者姓名", …).
using Headings = std::map<std::string, std::vector<std::string>>;
Headings headings_of(const std::map<std::string, std::string>& texts);     // "a|b|c" a column
std::string plain_heading(std::string_view text);

struct Row {
  int line = 0;                    // of the sheet, the heading is 1
  std::string source_no;           // the other platform's own number of the record
  std::string volunteer_no, name, document_no;
  std::string title, organisation, in_charge, place;
  Instant starts, ends;
  std::int64_t minutes = 0;
  int entry = 1;                   // 0 forced sign-out, 1 by the organisation, 2 claimed, 3 face, 4 app
  int nature = 2;                  // 1 verified, 2 declared
  std::string problem, problem_column;   // rule transfer.*; empty: readable
};
BOOST_DESCRIBE_STRUCT(Row, (), (line, source_no, volunteer_no, name, document_no, title, organisation, in_charge, place, starts, ends, minutes, entry,
                                nature, problem, problem_column))

inline constexpr std::size_t kRowsMost = 20000;
// Rules: transfer.empty, transfer.too_many, transfer.no_columns (no person, day or time can be told from the headings)
Result<std::vector<Row>> read_rows(const std::vector<std::vector<std::string>>& sheet, const Headings& headings);
// "2.5", "2.50h", "150 min", "2:30" -> minutes; hours are rounded half up to whole minutes. nullopt: unreadable. The words for
// the units stand in the headings as unit_hours and unit_minutes.
std::optional<std::int64_t> minutes_of(std::string_view text, const Headings& headings);
char grade_of(int entry);          // shown by the other platform's own check-in: C; everything else D

// What the other side answers: our record's number, taken over or not, and why not.
struct Receipt {
  int line = 0;
  std::string number, words;
  bool accepted = false;
};
BOOST_DESCRIBE_STRUCT(Receipt, (), (line, number, words, accepted))
Result<std::vector<Receipt>> read_receipts(const std::vector<std::vector<std::string>>& sheet, const Headings& headings);

}  // namespace tx::support::exchange
