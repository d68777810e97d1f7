#include "systems/support/records/flow.h"
#include "systems/support/fraud/flow.h"
#include "systems/support/certificates/flow.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace tx::support {
namespace {

TEST(CaseFlow, IsSoundAndSpeaksBothLanguages) {
  const auto words = language::Catalogue::load("web/locales").value();
  for (const auto* flow : {&kCaseFlow, &kRiskFlow}) {
    EXPECT_EQ(flow->fault(), "");
    for (const auto& key : flow->keys()) EXPECT_TRUE(words.has(key)) << key;
  }
}

TEST(CaseFlow, StandsInTheReadmeAsItIs) {
  std::ifstream file("src/systems/support/README.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const auto* flow : {&kCaseFlow, &kRiskFlow})
    EXPECT_NE(text.str().find(flow->mermaid()), std::string::npos) << "README.md should hold:\n" << flow->mermaid();
}

TEST(SealFlow, IsSoundAndStandsInTheReadme) {
  const auto words = language::Catalogue::load("web/locales").value();
  EXPECT_EQ(kSealFlow.fault(), "");
  for (const auto& key : kSealFlow.keys()) EXPECT_TRUE(words.has(key)) << key;
  std::ifstream file("src/systems/support/README.md");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find(kSealFlow.mermaid()), std::string::npos) << "README.md should hold:\n" << kSealFlow.mermaid();
}

}  // namespace
}  // namespace tx::support
