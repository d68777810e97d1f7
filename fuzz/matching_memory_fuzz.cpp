// A memory of calls reads or says why not; what was read is written and read again the same, and plans a wave.
#include <cstdlib>
#include <string>

#include "engines/matching/waves.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace tx::matching;
  Memory memory, again;
  if (!Memory::read({reinterpret_cast<const char*>(data), size}, memory).empty()) return 0;
  const auto text = memory.text();
  if (!Memory::read(text, again).empty() || again.text() != text) std::abort();
  Call call;
  call.opened = 590;
  call.deadline = 690;
  for (int i = 0; i < 9; ++i) call.people.push_back({.id = i, .metres = 700 * i});
  call.invitations.push_back({0, 590, Answer::no, 593});
  const auto wave = next_wave(memory, call, 600);
  if (!(wave.chance >= 0 && wave.chance <= 1)) std::abort();
  memory.learn(call, 600);
  return 0;
}
