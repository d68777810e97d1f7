// uses: support documents
// Whatever file another platform sends: rows that read as good lie within one day and hold between a minute and a day.
#include <cstdlib>
#include <string>

#include "platform/documents/documents.h"
#include "systems/support/transfer/format.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace tx;
  static const auto headings = support::exchange::headings_of(
      {{"source_no", "no"}, {"volunteer_no", "volunteer"}, {"name", "name"}, {"title", "title"}, {"day", "day"}, {"from", "from"}, {"to", "to"}, {"hours", "hours"},
       {"organisation", "team"}, {"entry", "entry"}, {"state", "state"}, {"accepted", "result"}, {"yes", "ok"}, {"unit_hours", "h"}, {"unit_minutes", "min"}});
  const auto sheet = documents::read_sheet(std::string_view(reinterpret_cast<const char*>(data), size), "file.csv");
  if (!sheet) return 0;
  if (const auto rows = support::exchange::read_rows(sheet->rows, headings))
    for (const auto& row : *rows)
      if (row.problem.empty() && (row.minutes < 1 || row.minutes > 1440 || row.ends <= row.starts || local_date(row.starts) != local_date(row.ends.plus(-kMinute)))) std::abort();
  (void)support::exchange::read_receipts(sheet->rows, headings);
  return 0;
}
