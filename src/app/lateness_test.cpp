// Every clock of every room tells somebody: a row, a sentence in both languages, a link that a route answers.
#include "app/lateness.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "platform/language/language.h"

namespace tx::app {
namespace {

TEST(Lateness, EveryLifeCycleWithAClockHasARowAndASentence) {
  const auto words = language::Catalogue::load("web/locales").value();
  for (const auto* flow : all_flows()) {
    const bool clocks = std::any_of(flow->states.begin(), flow->states.end(),
                                    [](const workflow::State& s) { return s.deadline.unit != workflow::Deadline::Unit::none; });
    if (!clocks) continue;
    const auto row = std::find_if(late_rows().begin(), late_rows().end(), [&](const LateRow& r) { return r.flow == flow->id; });
    EXPECT_NE(row, late_rows().end()) << flow->id << ": nobody is told when it is late (src/app/lateness.cpp)";
    EXPECT_TRUE(words.has("notice.late." + std::string(flow->id))) << flow->id;
    EXPECT_TRUE(words.has("settings.flow." + std::string(flow->id))) << flow->id;
  }
}

}  // namespace
}  // namespace tx::app
