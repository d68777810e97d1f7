#include "platform/identity/second_factor.h"

#include <gtest/gtest.h>

#include "platform/audit/audit.h"
#include "platform/identity/testing.h"
#include "platform/storage/testing.h"

namespace tx::identity {
namespace {

TEST(Totp, VectorsOfRfc6238AppendixB) {
  const std::string secret = "12345678901234567890";
  const std::pair<std::int64_t, const char*> vectors[] = {{59, "94287082"},         {1111111109, "07081804"},
                                                          {1111111111, "14050471"}, {1234567890, "89005924"},
                                                          {2000000000, "69279037"}, {20000000000, "65353130"}};
  for (const auto& [second, code] : vectors) EXPECT_EQ(totp(secret, second / 30, 8), code) << second;
}

TEST(Totp, VectorsOfRfc4226AppendixD) {
  const char* codes[] = {"755224", "287082", "359152", "969429", "338314",
                         "254676", "287922", "162583", "399871", "520489"};
  for (int counter = 0; counter < 10; ++counter) EXPECT_EQ(totp("12345678901234567890", counter), codes[counter]);
}

TEST(Totp, OneStepEitherWayAndEachStepOnce) {
  const std::string secret = "12345678901234567890";
  const Instant now{1'700'000'010 * kSecond};
  const std::int64_t step = 1'700'000'010 / 30;
  EXPECT_EQ(matching_step(secret, totp(secret, step), now, 0), step);
  EXPECT_EQ(matching_step(secret, totp(secret, step - 1), now, 0), step - 1);
  EXPECT_EQ(matching_step(secret, totp(secret, step + 1), now, 0), step + 1);
  EXPECT_FALSE(matching_step(secret, totp(secret, step - 2), now, 0));
  EXPECT_FALSE(matching_step(secret, totp(secret, step + 2), now, 0));
  EXPECT_FALSE(matching_step(secret, totp(secret, step), now, step));  // used
  EXPECT_FALSE(matching_step("", totp("", step), now, 0));             // no secret, no code
  EXPECT_FALSE(matching_step(secret, "", now, 0));
}

TEST(Totp, Base32AsAppsReadIt) {  // RFC 4648 §10
  EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");
  EXPECT_EQ(base32("fo"), "MZXQ");
  EXPECT_EQ(
      otpauth_uri("foobar", "Tongxin", "138****1234"),
      "otpauth://totp/Tongxin:138%2A%2A%2A%2A1234?secret=MZXW6YTBOI&issuer=Tongxin&algorithm=SHA1&digits=6&period=30");
}

using FactorTest = storage::trial::StoreTest;

std::vector<storage::Migration> schema() {
  auto all = audit::migrations();
  for (const auto& migration : migrations()) all.push_back(migration);
  return all;
}

TEST_P(FactorTest, ACodeIsSpentAndABackupCodeToo) {
  ManualClock clock({1'790'000'000 * kSecond});
  auto store = fresh(schema(), &clock);
  const Vault vault = Vault::for_tests();
  const auto who = trial::sign_in(**store, vault, "Ma Yan", {}, false);
  std::string secret;
  std::vector<std::string> backups;
  const auto run = [&](auto&& step) {
    return (*store)->write([&](storage::Tx& tx) -> Result<Json> { return step(tx); });
  };
  run([&](storage::Tx& tx) -> Result<Json> {
    begin_second_factor(tx, vault, who.account);
    return Json();
  });
  {
    auto reader = (*store)->read();
    const auto factor = second_factor_of(*reader, who.account);
    ASSERT_TRUE(factor);
    secret = secret_of(vault, *factor);
    backups = unconfirmed_codes(vault, *factor);
    EXPECT_FALSE(has_second_factor(*reader, who.account));
    EXPECT_FALSE(is_right_code(*reader, vault, who.account, totp(secret, clock.now().us / kSecond / 30), clock.now()));
  }
  EXPECT_EQ(secret.size(), 20u);
  ASSERT_EQ(backups.size(), 10u);
  const auto code = [&] { return totp(secret, clock.now().us / kSecond / 30); };
  const auto confirm = [&](std::string typed) {
    return run([&](storage::Tx& tx) -> Result<Json> {
      TX_CHECK(confirm_second_factor(tx, vault, who.account, typed));
      return Json();
    });
  };
  const auto spend = [&](std::string typed) {
    return run([&](storage::Tx& tx) -> Result<Json> {
      TX_CHECK(spend_code(tx, vault, who.account, typed));
      return Json();
    });
  };
  EXPECT_EQ(confirm("000000").error().rule, "identity.code_wrong");
  EXPECT_TRUE(confirm(code()));
  EXPECT_EQ(confirm(code()).error().rule, "identity.factor_not_begun");
  EXPECT_EQ(spend(code()).error().rule, "identity.code_wrong");  // the step of the confirmation is used up
  clock.advance(30 * kSecond);
  EXPECT_TRUE(spend(code().substr(0, 3) + " " + code().substr(3)));
  EXPECT_EQ(spend(code()).error().rule, "identity.code_wrong");
  EXPECT_TRUE(spend(backups[3].substr(0, 4) + "-" + backups[3].substr(4)));
  EXPECT_EQ(spend(backups[3]).error().rule, "identity.code_wrong");
  auto reader = (*store)->read();
  EXPECT_EQ(backup_codes_left(*reader, who.account), 9);
  EXPECT_EQ(second_factor_of(*reader, who.account)->codes_sealed, "");
}
TX_ON_BOTH_ENGINES(FactorTest);

}  // namespace
}  // namespace tx::identity
