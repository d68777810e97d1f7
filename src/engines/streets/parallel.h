// Inside the streets engine only: pieces of work shared out over the cores.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace tx::streets {

// work(next) runs once in each thread and calls next(i) for its next piece until that says false. threads 0: one for
// each core. Below `least` pieces for each thread fewer threads are started.
template <class Work>
void in_parallel(std::size_t pieces, std::size_t least, int threads, const Work& work) {
  std::atomic<std::size_t> taken = 0;
  const auto next = [&](std::size_t& piece) { return (piece = taken.fetch_add(1)) < pieces; };
  std::size_t wanted = threads > 0 ? static_cast<std::size_t>(threads)
                                   : std::max(1u, std::thread::hardware_concurrency());
  wanted = std::clamp<std::size_t>(pieces / std::max<std::size_t>(1, least), 1, std::min<std::size_t>(wanted, 64));
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < wanted; ++i) others.emplace_back([&] { work(next); });
  work(next);
}

}  // namespace tx::streets
