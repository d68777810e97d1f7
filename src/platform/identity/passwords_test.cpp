#include "platform/identity/passwords.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>

#include "platform/identity/identity.h"

namespace tx::identity {
namespace {

TEST(Password, IsHashedWithTheParametersOfAsvs) {
  const std::string hash = hash_password("correct horse battery");
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << hash;
  EXPECT_TRUE(verify_password(hash, "correct horse battery"));
  EXPECT_FALSE(verify_password(hash, "correct horse batter"));
  EXPECT_FALSE(needs_new_hash(hash));
  EXPECT_NE(hash, hash_password("correct horse battery"));
}

TEST(Password, CommonOnesAreRefused) {
  for (const char* common :
       {"password",   "Password1",    "P@ssw0rd",    "12345678",        "87654321",     "11111111",     "qwertyui",
        "1qaz2wsx",   "woaini1314",   "iloveyou520", "abc12345",        "admin888",     "19900101",     "zhang1990",
        "qazwsxedc",  "abcabcabc",    "12341234",    "asdf1234",        "password2026", "woaizhongguo", "a1b2c3d4",
        "a123456789", "wang19851203", "tongxin123",  "ＰＡＳＳＷＯＲＤ"})
    EXPECT_EQ(check_new_password(common).error().rule, "identity.password_common") << common;
}

TEST(Password, SentencesAreWelcome) {
  for (const char* good :
       {"correct horse battery", "kY7#mQ2!xw", "黄河之水天上来奔流", "the melon at the gate", "贺兰山下的枸杞红了"})
    EXPECT_TRUE(check_new_password(good)) << good;
}

TEST(Password, LengthIsCountedInLettersNotBytes) {
  EXPECT_EQ(check_new_password("kY7#mQ2").error().rule, "identity.password_short");
  EXPECT_EQ(check_new_password("黄河之水").error().rule, "identity.password_short");  // 12 bytes, 4 letters
  EXPECT_EQ(check_new_password(std::string(65, 'k')).error().rule, "identity.password_long");
}

TEST(HashingQueue, TurnsAwayWhatItCannotHold) {
  HashingQueue queue(2);
  std::atomic<int> done{0}, busy{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 12; ++i)
    callers.emplace_back([&] {
      const auto answer = queue.hash("a password to hash");
      if (answer)
        ++done;
      else if (answer.error().rule == "identity.busy")
        ++busy;
    });
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(done + busy, 12);
  EXPECT_GE(done, 3);
  EXPECT_GE(busy, 1);  // twelve at once, one worker, two places
}

TEST(HashingQueue, AnUnknownAccountTakesAsLongAsAWrongPassword) {
  HashingQueue queue;
  const std::string hash = hash_password("correct horse battery");
  const auto seconds = [&](const std::string& with) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 5; ++i) EXPECT_FALSE(*queue.verify(with, "wrong password"));
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  seconds("");  // the hash of nobody is made once
  const double unknown = seconds(""), wrong = seconds(hash);
  EXPECT_GT(unknown, wrong / 3);
  EXPECT_LT(unknown, wrong * 3);
}

}  // namespace
}  // namespace tx::identity
