#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <string>

namespace tx::crash {
int run_child(const std::string& file, std::int64_t first);
}

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "--child") == 0) return tx::crash::run_child(argv[2], std::atoll(argv[3]));
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
