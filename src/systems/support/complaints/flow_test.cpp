#include "systems/support/complaints/flow.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "systems/support/funds/flow.h"
#include "systems/support/insurance/flow.h"

namespace tx::support {
namespace {

TEST(RightsFlows, AreSoundAndDrawnInTheReadme) {
  std::ifstream file("src/systems/support/README.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const auto* flow : {&kComplaintFlow, &kAccidentFlow, &kOutflowFlow}) {
    EXPECT_EQ(flow->fault(), "") << flow->id;
    EXPECT_NE(text.str().find(flow->mermaid()), std::string::npos) << "README.md should hold:\n" << flow->mermaid();
  }
}

}  // namespace
}  // namespace tx::support
