// Runs every file of a corpus through a fuzz target, without libFuzzer: as it is, and in seeded mutations (the same ones
// in every run). Part of the tests. An empty or missing corpus fails, so that a renamed folder does not pass silently.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void feed(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

// One to four small damages: a byte changed, a piece cut, doubled, or taken from another input.
std::string damaged(std::string bytes, const std::string& other, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return n == 0 ? 0 : random() % n; };
  for (auto times = below(4) + 1; times > 0; --times) {
    const auto at = below(bytes.size() + 1);
    const auto length = below(16) + 1;
    switch (below(4)) {
      case 0:
        if (at < bytes.size()) bytes[at] = static_cast<char>(random());
        break;
      case 1: bytes.erase(at, length); break;
      case 2: bytes.insert(at, bytes.substr(at, length)); break;
      default: bytes.insert(at, other.substr(below(other.size() + 1), length));
    }
  }
  return bytes;
}

}  // namespace

int main(int count, char** arguments) {
  const char* folder = count > 1 ? arguments[1] : TX_CORPUS;
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> inputs;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    feed(inputs.back());
  }
  constexpr int kMutations = 3000;
  std::mt19937 random(20261124);
  for (int i = 0; i < kMutations && !inputs.empty(); ++i)
    feed(damaged(inputs[random() % inputs.size()], inputs[random() % inputs.size()], random));
  std::printf("%zu inputs of %s replayed, and %d mutations of them\n", inputs.size(), folder, kMutations);
  return inputs.empty() ? 1 : 0;
}
