// The month report of a station, made by itself on the first days of the next month from what the day left behind; the
// keeper may add a sentence. And the plaque: a page for the door with the code that opens the public page.
#pragma once
#include "systems/stations/stations.h"

namespace tx::stations {

struct MonthReport {
  std::int64_t id = 0, station = 0;
  int month = 0;  // 202611
  Json figures;   // [{key, value}]; value in words of the figure's kind (see pages)
  Instant made;
  std::string words;
  access::AccountId said_by;
};
BOOST_DESCRIBE_STRUCT(MonthReport, (), (id, station, month, figures, made, words, said_by))

struct MonthSpan {
  Date first, last;
  Instant from, until;
};
std::optional<MonthSpan> span_of(int month);
int month_before(Date day);  // 202610 for any day of November 2026
Json figures_of(storage::Reader& reader, const Station& station, const MonthSpan& span, Instant now);
// Reports of the last full month for stations that did anything and have none yet, at most `most`. How many.
int make_reports(storage::Tx& tx, int most);

}  // namespace tx::stations
