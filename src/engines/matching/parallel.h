// Inside the matching engine only: one piece of work for each core.
#pragma once
#include <algorithm>
#include <cstddef>
#include <thread>
#include <vector>

namespace tx::matching {

// How many workers so many pieces deserve; below `least` pieces a thread costs more than it saves.
inline std::size_t workers_for(std::size_t pieces, std::size_t least) {
  return pieces < least ? 1 : std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 16);
}
template <class Work>   // work(worker) for worker = 0 .. workers - 1; returns when all have
void in_parallel(std::size_t workers, const Work& work) {
  std::vector<std::thread> others;
  for (std::size_t worker = 1; worker < workers; ++worker) others.emplace_back(work, worker);
  work(0);
  for (auto& other : others) other.join();
}

}  // namespace tx::matching
