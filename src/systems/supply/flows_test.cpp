// The life cycles are sound, every state and step has a text in both languages, and the README draws the tables as they are.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "platform/language/language.h"
#include "systems/supply/dispatch/flow.h"
#include "systems/supply/evaluation/flow.h"
#include "systems/supply/filings/filings.h"
#include "systems/supply/needs/flow.h"
#include "systems/supply/needs/rules.h"
#include "systems/supply/offers/offers.h"
#include "systems/supply/attendance/attendance.h"

namespace tx::supply {
namespace {

const workflow::Flow* const kFlows[] = {&kNeedFlow, &kActivityFlow, &kFilingFlow, &kComplaintFlow, &kSearchFlow};

TEST(Flows, AreSoundAndSpeakBothLanguages) {
  const auto words = language::Catalogue::load("web/locales").value();
  for (const auto* flow : kFlows) {
    EXPECT_EQ(flow->fault(), "") << flow->id;
    for (const auto& key : flow->keys()) EXPECT_TRUE(words.has(key)) << key;
  }
}

TEST(Flows, StandInTheReadmeAsTheyAre) {
  std::ifstream file("src/systems/supply/README.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const auto* flow : kFlows) EXPECT_NE(text.str().find(flow->mermaid()), std::string::npos) << "README.md should hold:\n" << flow->mermaid();
}

TEST(Safeguards, ChildrenHomesAndOthers) {
  EXPECT_EQ(rules::safeguard(*service_type("tutoring"), false, 1).helpers, 2);
  EXPECT_TRUE(rules::safeguard(*service_type("tutoring"), false, 1).checked_only);
  EXPECT_TRUE(rules::safeguard(*service_type("shopping"), true, 1).adults_only);
  EXPECT_TRUE(rules::safeguard(*service_type("companion"), false, 1).pair_unless_checked);
  EXPECT_FALSE(rules::safeguard(*service_type("companion"), false, 2).pair_unless_checked);
  EXPECT_EQ(rules::safeguard(*service_type("shopping"), false, 0).helpers, 1);
}

TEST(Duplicates, SamePhoneSameServiceSameDay) {
  Need a, b;
  a.phone_index = b.phone_index = "x";
  a.service = b.service = "meal";
  a.starts = Instant{kDay};
  b.starts = a.starts.plus(kDay - 1);
  EXPECT_TRUE(rules::looks_same(a, b));
  b.starts = a.starts.plus(kDay);
  EXPECT_FALSE(rules::looks_same(a, b));
  b.starts = a.starts;
  b.service = "shopping";
  EXPECT_FALSE(rules::looks_same(a, b));
  b.service = "meal";
  a.phone_index = b.phone_index = "";   // nobody left a number: nothing is known
  EXPECT_FALSE(rules::looks_same(a, b));
}

TEST(RotatingCode, LivesTwoSteps) {
  const Instant at{1'764'000'000LL * kSecond};
  const std::string code = rotating_code("key", code_step(at));
  EXPECT_EQ(code.size(), 6u);
  EXPECT_EQ(step_of_code("key", code, at), code_step(at));
  EXPECT_EQ(step_of_code("key", code, at.plus(kCodeStep)), code_step(at));
  EXPECT_FALSE(step_of_code("key", code, at.plus(2 * kCodeStep)).has_value());
  EXPECT_FALSE(step_of_code("key", code, at.plus(-kCodeStep)).has_value());   // not valid before its time
  EXPECT_FALSE(step_of_code("other", code, at).has_value());
}

}  // namespace
}  // namespace tx::supply
