#include "platform/identity/passwords.h"

#include <sodium.h>

#include <algorithm>
#include <future>
#include <stdexcept>

#include "platform/identity/canonical.h"
#include "platform/identity/common_passwords.h"
#include "platform/identity/identity.h"

namespace tx::identity {
namespace {

// OWASP ASVS 5.0 appendix C: Argon2id, 19 MiB, two passes, one lane.
constexpr std::size_t kMemory = 19456ull * 1024;
constexpr unsigned long long kPasses = 2;

std::size_t letters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

const std::string& hash_of_nobody() {
  static const std::string hash = hash_password("nobody has this password, it only takes time");
  return hash;
}

// "@dm1n" reads as "admin".
char unmasked(char c) {
  switch (c) {
    case '@': return 'a';
    case '$': return 's';
    case '0': return 'o';
    case '1': return 'i';
    case '3': return 'e';
    default: return c;
  }
}

std::size_t stem_at(std::string_view rest) {
  std::size_t longest = 0;
  for (const auto stem : kCommonStems) {
    if (stem.size() <= longest || stem.size() > rest.size()) continue;
    bool same = true;
    for (std::size_t i = 0; i < stem.size() && same; ++i) same = rest[i] == stem[i] || unmasked(rest[i]) == stem[i];
    if (same) longest = stem.size();
  }
  return longest;
}

std::size_t walk_at(std::string_view rest) {
  std::size_t longest = 0;
  for (const auto walk : kKeyboardWalks) {
    const std::string back(walk.rbegin(), walk.rend());
    for (const std::string_view keys : {walk, std::string_view(back)})
      for (std::size_t length = rest.size(); length > std::max<std::size_t>(longest, 2); --length)
        if (keys.find(rest.substr(0, length)) != std::string_view::npos) longest = length;
  }
  return longest;
}

// A run of one character, or a number of at most eight digits: a year, a birthday, the end of a phone number.
std::size_t run_at(std::string_view rest) {
  std::size_t same = 1, digits = 0;
  while (same < rest.size() && rest[same] == rest[0]) ++same;
  while (digits < rest.size() && digits < 8 && rest[digits] >= '0' && rest[digits] <= '9') ++digits;
  return std::max(same >= 3 ? same : 0, digits >= 2 ? digits : 0);
}

// In how many guesses' worth of parts the password falls; letters that belong to no part count one each.
std::size_t parts_of(std::string_view text) {
  std::size_t parts = 0;
  while (!text.empty()) {
    const std::size_t length = std::max({stem_at(text), walk_at(text), run_at(text), std::size_t{1}});
    ++parts;
    text.remove_prefix(length);
  }
  return parts;
}

// "abcabcabc": the part repeated.
std::string_view without_repetition(std::string_view text) {
  for (std::size_t period = 1; period <= text.size() / 2; ++period) {
    bool repeats = text.size() % period == 0;
    for (std::size_t i = period; i < text.size() && repeats; ++i) repeats = text[i] == text[i - period];
    if (repeats) return text.substr(0, period);
  }
  return text;
}

}  // namespace

std::string random_password() {
  if (sodium_init() < 0) throw std::runtime_error("passwords: the cryptographic library failed");
  constexpr char kLetters[] = "abcdefghjkmnpqrstuvwxyz23456789";   // none that look alike; 31^16 > 2^79
  std::string password(16, ' ');
  for (char& c : password) c = kLetters[randombytes_uniform(31)];
  return password;
}

std::string hash_password(std::string_view password) {
  if (sodium_init() < 0) throw std::runtime_error("passwords: the cryptographic library failed");
  char text[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(text, password.data(), password.size(), kPasses, kMemory, crypto_pwhash_ALG_ARGON2ID13))
    throw std::runtime_error("passwords: no memory for hashing");
  return text;
}

bool verify_password(std::string_view hash, std::string_view password) {
  return crypto_pwhash_str_verify(std::string(hash).c_str(), password.data(), password.size()) == 0;
}

bool needs_new_hash(std::string_view hash) {
  return crypto_pwhash_str_needs_rehash(std::string(hash).c_str(), kPasses, kMemory) != 0;
}

bool is_common_password(std::string_view password) {
  std::string lower = folded(password);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return parts_of(without_repetition(lower)) <= 3;
}

Result<void> check_new_password(std::string_view password) {
  const std::size_t count = letters(password);
  if (count < 8) return refuse(Kind::invalid, "identity.password_short", "password");
  if (count > 64) return refuse(Kind::invalid, "identity.password_long", "password");
  if (is_common_password(password)) return refuse(Kind::invalid, "identity.password_common", "password");
  return {};
}

HashingQueue::HashingQueue(std::size_t limit) : limit_(limit), thread_([this] { loop(); }) {}

HashingQueue::~HashingQueue() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void HashingQueue::loop() {
  for (;;) {
    std::function<void()> work;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work();
  }
}

Result<void> HashingQueue::run(const std::function<void()>& work) {
  std::packaged_task<void()> task(work);
  auto done = task.get_future();
  {
    std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= limit_) return refuse(Kind::unavailable, "identity.busy");
    waiting_.emplace_back([&task] { task(); });  // alive: this thread waits below
  }
  wake_.notify_one();
  done.get();
  return {};
}

Result<std::string> HashingQueue::hash(std::string_view password) {
  std::string result;
  TX_CHECK(run([&] { result = hash_password(password); }));
  return result;
}

Result<bool> HashingQueue::verify(std::string_view hash, std::string_view password) {
  bool right = false;
  TX_CHECK(run([&] { right = verify_password(hash.empty() ? hash_of_nobody() : hash, password) && !hash.empty(); }));
  return right;
}

HashingQueue& hashing() {
  static HashingQueue queue;
  return queue;
}

}  // namespace tx::identity
