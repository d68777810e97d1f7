// Names and words as people in Ningxia type them: traditional, full-width, hidden letters, rare characters, pinyin.
#include "base/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace tx {
namespace {

bool finds(const std::string& text, const std::string& query) {
  const std::string hay = " " + search_tokens(text) + " ";
  const auto tokens = query_tokens(query);
  return !tokens.empty() && std::all_of(tokens.begin(), tokens.end(), [&](const std::string& token) {
    return hay.find(" " + token + " ") != std::string::npos;
  });
}

TEST(Utf8, RefusesWhatIsNotUtf8) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("王芳 𬭎 😀"));
  EXPECT_FALSE(is_utf8("\xC0\x80"));           // overlong
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));       // surrogate
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));   // beyond U+10FFFF
  EXPECT_FALSE(is_utf8("\xE7\x8E"));           // cut
  EXPECT_FALSE(is_utf8("\xCD\xF5\xB7\xBC"));   // GB18030
}

TEST(Letters, AreCountedAndCutAsPeopleSeeThem) {
  EXPECT_EQ(letter_count("王芳𬭎a"), 4u);
  EXPECT_EQ(shortened("银川市兴庆区", 3), "银川市…");
  EXPECT_EQ(shortened("银川市", 3), "银川市");
}

TEST(NormalText, FoldsWidthAndDropsWhatCannotBeSeen) {
  EXPECT_EQ(normal_text("１３８００１３８０００"), "13800138000");
  EXPECT_EQ(normal_text("　王　 芳\t"), "王 芳");
  EXPECT_EQ(normal_text("王\u200B芳\u202E\u2066"), "王芳");
  EXPECT_EQ(normal_text("王\u3164芳"), "王芳");                     // Hangul filler
  EXPECT_EQ(normal_text("e\u0301"), "\u00E9");
  EXPECT_EQ(normal_text("e\u200D\u0301"), "\u00E9");                // hidden joiner between
  EXPECT_EQ(normal_text(std::string_view("a\0b", 3)), "a b");
  EXPECT_EQ(normal_text("㛃𬭎㐂"), "㛃𬭎㐂");
  EXPECT_TRUE(is_utf8(normal_text("\xFF\xFE王")));
}

TEST(NormalText, AMillionMarksAreOneLetterAndNoWait) {
  std::string marks = "a";
  for (int i = 0; i < 250'000; ++i) marks += i % 2 ? "\u0301" : "\u0316";   // classes 230 and 220 in turn
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_LT(normal_text(marks).size(), 100u);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

TEST(Html, EscapesTheFiveLetters) { EXPECT_EQ(html_escaped("<a b=\"c\">'&"), "&lt;a b=&quot;c&quot;&gt;&#39;&amp;"); }

TEST(Search, FindsPartsOfNamesAndWords) {
  EXPECT_TRUE(finds("银川市兴庆区凤凰北街街道", "凤凰北街"));
  EXPECT_TRUE(finds("银川市兴庆区凤凰北街街道", "街"));
  EXPECT_FALSE(finds("银川市兴庆区凤凰北街街道", "金凤"));
  EXPECT_TRUE(finds("義診活動", "义诊"));
  EXPECT_TRUE(finds("义诊活动", "義診"));
  EXPECT_TRUE(finds("Red Cross 志愿队", "red"));
  EXPECT_TRUE(finds("Ｒｅｄ志愿队", "RED 志愿"));
  EXPECT_FALSE(finds("Red Cross", "rose"));
}

TEST(Search, FindsPinyinAndInitials) {
  EXPECT_TRUE(finds("王芳", "wangfang"));
  EXPECT_TRUE(finds("王芳", "wf"));
  EXPECT_TRUE(finds("王芳", "wang"));
  EXPECT_TRUE(finds("吕梅", "lvmei"));
  EXPECT_TRUE(finds("吕梅", "lumei"));
  EXPECT_TRUE(finds("单雄", "shanxiong"));
  EXPECT_TRUE(finds("单雄", "danxiong"));      // both readings are accepted
  EXPECT_TRUE(finds("单雄", "sx"));
  EXPECT_TRUE(finds("尉迟恭", "yuchigong"));
}

TEST(Search, LongTextsStayBounded) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "银川";
  EXPECT_LT(search_tokens(text).size(), 1000u);
}

TEST(Pinyin, ReadsSurnamesAsSurnames) {
  EXPECT_EQ(pinyin_of_name("王芳"), "wang fang");
  EXPECT_EQ(pinyin_of_name("曾国强"), "zeng guo qiang");
  EXPECT_EQ(pinyin_of_name("仇和"), "qiu he");
  EXPECT_EQ(pinyin_of_name("单田芳"), "shan tian fang");
  EXPECT_EQ(pinyin_of_name("万俟卨").substr(0, 5), "mo qi");
  EXPECT_EQ(pinyin_of_name("長孫無忌"), "zhang sun wu ji");
  EXPECT_EQ(pinyin_of_name("Bob"), "bob");
  EXPECT_EQ(pinyin_of_name(""), "");
}

TEST(SortKey, PutsNamesInPinyinOrder) {
  std::vector<std::string> names = {"张三", "王五", "李四", "安一", "赵六", "周七"};
  std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) { return sort_key(a) < sort_key(b); });
  EXPECT_EQ(names, (std::vector<std::string>{"安一", "李四", "王五", "张三", "赵六", "周七"}));
  EXPECT_EQ(sort_key("王芳").find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_LE(sort_key(std::string(10'000, 'x')).size(), 1024u);
}

TEST(Masks, ShowOnlyEnoughToRecognise) {
  EXPECT_EQ(masked_phone("13812345678"), "138****5678");
  EXPECT_EQ(masked_phone("12345"), "*****");
  EXPECT_EQ(masked_name("王芳"), "王*");
  EXPECT_EQ(masked_name("𬭎芳芳"), "𬭎**");
  EXPECT_EQ(masked_name("王"), "王");
  EXPECT_EQ(masked_id_number("640104199001011234"), "640104********1234");
  EXPECT_EQ(masked_id_number("1234"), "****");
}

}  // namespace
}  // namespace tx
