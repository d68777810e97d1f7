// Argon2id on one bounded thread: a flood of logins costs at most one core and 64 places in a queue, never the rest of
// the house. Internal to identity; workers call these, the sequencer never does.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.h"

namespace tx::identity {

class HashingQueue {
 public:
  explicit HashingQueue(std::size_t limit = 64);
  ~HashingQueue();
  // Waits for its turn; "identity.busy" when the queue is full.
  Result<std::string> hash(std::string_view password);
  // An empty `hash` takes as long as a real one and is never right: an unknown login must not answer sooner.
  Result<bool> verify(std::string_view hash, std::string_view password);

 private:
  Result<void> run(const std::function<void()>& work);
  void loop();
  const std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};
HashingQueue& hashing();  // the one of this process

bool verify_password(std::string_view hash, std::string_view password);
bool needs_new_hash(std::string_view hash);  // made with other parameters than today's
bool is_common_password(std::string_view password);

}  // namespace tx::identity
