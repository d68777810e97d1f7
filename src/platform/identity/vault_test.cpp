#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "platform/identity/canonical.h"
#include "platform/identity/identity.h"

namespace tx::identity {
namespace {

TEST(Vault, OpensOnlyAtItsOwnPlace) {
  const Vault vault = Vault::for_tests();
  const std::string sealed = vault.seal("13800001234", "volunteer.phone");
  EXPECT_EQ(vault.unseal(sealed, "volunteer.phone"), "13800001234");
  EXPECT_FALSE(vault.unseal(sealed, "volunteer.id_number"));  // moved to another column
  EXPECT_EQ(sealed.find("13800001234"), std::string::npos);
  EXPECT_NE(sealed, vault.seal("13800001234", "volunteer.phone"));  // equal values do not show
}

TEST(Vault, RefusesEveryChangedByte) {
  const Vault vault = Vault::for_tests();
  const std::string sealed = vault.seal("640102199001011230", "p");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(vault.unseal(changed, "p")) << i;
  }
  EXPECT_FALSE(vault.unseal("", "p"));
  EXPECT_FALSE(vault.unseal("not base64 at all!", "p"));
  EXPECT_EQ(vault.unseal(vault.seal("", "p"), "p"), "");
}

TEST(Vault, BlindIndexFindsEqualValuesAndTellsPlacesApart) {
  const Vault vault = Vault::for_tests();
  EXPECT_EQ(vault.blind_index("13800001234", "a"), vault.blind_index("13800001234", "a"));
  EXPECT_NE(vault.blind_index("13800001234", "a"), vault.blind_index("13800001234", "b"));
  EXPECT_NE(vault.blind_index("bc", "a"), vault.blind_index("c", "ab"));
}

struct KeyFile : ::testing::Test {
  std::string folder = std::filesystem::temp_directory_path() / ("tongxin-vault-" + std::to_string(::getpid()));
  std::string file = folder + "/vault.key";
  void SetUp() override { std::filesystem::create_directories(folder); }
  void TearDown() override { std::filesystem::remove_all(folder); }
};

TEST_F(KeyFile, IsMadeForItsOwnerOnlyAndOpensTheSameVaultAgain) {
  const auto first = Vault::open(file);
  ASSERT_TRUE(first);
  struct stat state {};
  ASSERT_EQ(::stat(file.c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777, 0400u);
  const auto second = Vault::open(file);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->unseal(first->seal("value", "place"), "place"), "value");
  std::filesystem::remove(file);
  const auto other = Vault::open(file);
  ASSERT_TRUE(other);
  EXPECT_FALSE(other->unseal(first->seal("value", "place"), "place"));
}

TEST_F(KeyFile, ThatOthersCanReadOrThatIsDamagedIsRefused) {
  ASSERT_TRUE(Vault::open(file));
  ASSERT_EQ(::chmod(file.c_str(), 0440), 0);
  EXPECT_EQ(Vault::open(file).error().rule, "identity.vault_exposed");
  std::filesystem::remove(file);
  std::ofstream(file) << "short";
  ASSERT_EQ(::chmod(file.c_str(), 0400), 0);
  EXPECT_EQ(Vault::open(file).error().rule, "identity.vault_unreadable");
}

TEST(Canonical, PhoneNumbers) {
  for (const char* typed : {"13800001234", " 138 0000 1234 ", "138-0000-1234", "+86 138 0000 1234", "0086 13800001234",
                            "8613800001234", "１３８００００１２３４", "＋８６　１３８００００１２３４"})
    EXPECT_EQ(canonical_phone(typed), "13800001234") << typed;
  for (const char* typed :
       {"", "1380000123", "138000012345", "12800001234", "23800001234", "1380000123a", "0951-5012345"})
    EXPECT_FALSE(canonical_phone(typed)) << typed;
}

TEST(Canonical, IdNumbersCarryACheckCharacter) {                               // GB 11643-1999
  EXPECT_EQ(canonical_id_number("11010519491231002X"), "11010519491231002X");  // the example of the standard
  EXPECT_EQ(canonical_id_number("１１０１０５１９４９１２３１００２ｘ"), "11010519491231002X");
  EXPECT_EQ(canonical_id_number("440524188001010014"), "440524188001010014");
  EXPECT_FALSE(canonical_id_number("110105194912310021"));  // wrong check character
  EXPECT_FALSE(canonical_id_number("11010519490231002X"));  // 31 February
  EXPECT_FALSE(canonical_id_number("1101051949123100"));
  EXPECT_EQ(birth_date_of("11010519491231002X"), Date::of(1949, 12, 31));
  EXPECT_FALSE(birth_date_of("x"));
}

TEST(Canonical, Logins) {
  EXPECT_EQ(canonical_login(" Ma.Yan "), "ma.yan");
  EXPECT_EQ(canonical_login("ＭＡＹＡＮ"), "mayan");
  EXPECT_EQ(canonical_login("马燕"), "马燕");
  EXPECT_EQ(canonical_login("138 0000 1234"), "13800001234");
  for (const char* typed : {"", "ab", "12345678", "a b c", "<script>", "a@b.c",
                            "a\x01"
                            "bc"})
    EXPECT_EQ(canonical_login(typed), "") << typed;
}

}  // namespace
}  // namespace tx::identity
