#include "systems/support/records/flow.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace tx::support {
namespace {

TEST(CaseFlow, IsSoundAndSpeaksBothLanguages) {
  const auto words = language::Catalogue::load("web/locales").value();
  EXPECT_EQ(kCaseFlow.fault(), "");
  for (const auto& key : kCaseFlow.keys()) EXPECT_TRUE(words.has(key)) << key;
}

TEST(CaseFlow, StandsInTheReadmeAsItIs) {
  std::ifstream file("src/systems/support/README.md");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find(kCaseFlow.mermaid()), std::string::npos) << "README.md should hold:\n" << kCaseFlow.mermaid();
}

}  // namespace
}  // namespace tx::support
