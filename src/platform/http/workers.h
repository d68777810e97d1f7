// The threads on which pages, queries and uploads are worked on, behind one bounded queue: what does not fit is refused
// at once (503), so a rush never builds a backlog that nobody waits for any more.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tx::http {

class Workers {
 public:
  Workers(int threads, std::size_t limit);
  ~Workers();                                // finishes what is queued
  bool push(std::function<void()> job);      // false: full
  // For the second half of work that was already accepted (the page of a refused command): never refused.
  void push_accepted(std::function<void()> job);
  std::size_t waiting() const;

 private:
  void run();
  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace tx::http
