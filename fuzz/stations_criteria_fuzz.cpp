// A sheet of criteria as text: lines and tabs become rows and cells.
#include <cstdint>
#include <cstdlib>

#include "systems/stations/six_haves/rules.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::vector<std::string>> rows{{""}};
  for (std::size_t i = 0; i < size; ++i) {
    if (data[i] == '\n')
      rows.push_back({""});
    else if (data[i] == '\t')
      rows.back().emplace_back();
    else
      rows.back().back() += static_cast<char>(data[i]);
  }
  const auto standard = tx::stations::six::rules::read_sheet(rows);
  if (!standard) return 0;
  const auto score = tx::stations::six::rules::score(*standard, {}, tx::Date{20'000}, true);
  if (score.score != 0 || score.held.size() != standard->haves.size()) std::abort();
  return 0;
}
