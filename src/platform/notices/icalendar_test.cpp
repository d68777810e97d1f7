// The feed is read back by libical where that library is present, and by the plain rules of RFC 5545 everywhere.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "platform/notices/notices.h"

namespace tx::notices {
namespace {

std::vector<CalendarEntry> two_entries() {
  return {{"shift-1@tongxin", "陪同就医：第一人民医院，带好轮椅; 门口集合\n请提前十分钟到达，带上身份证和志愿者证件",
           "金凤区, 北京中路 12 号", "说明\\路径", instant_of(Date::of(2026, 12, 31), 7, 30),
           instant_of(Date::of(2027, 1, 1), 0, 0), instant_of(Date::of(2026, 11, 24), 9, 0)},
          {"shift-2@tongxin", "Tree planting", "", "", instant_of(Date::of(2026, 3, 12), 14, 0), {}, {}}};
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find("\r\n");
    EXPECT_NE(end, std::string_view::npos) << "every line ends with CRLF";
    if (end == std::string_view::npos) break;
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 2);
  }
  return lines;
}

std::vector<std::string> unfolded(const std::vector<std::string>& lines) {
  std::vector<std::string> whole;
  for (const auto& line : lines)
    if (line.starts_with(" ") && !whole.empty()) whole.back() += line.substr(1);
    else whole.push_back(line);
  return whole;
}

bool has(const std::vector<std::string>& lines, std::string_view line) {
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

TEST(ICalendar, LinesAreFoldedAt75OctetsWithoutCuttingACharacter) {
  const auto lines = lines_of(icalendar("同心", two_entries()));
  bool folded = false;
  for (const auto& line : lines) {
    EXPECT_LE(line.size(), 75u);
    EXPECT_TRUE(is_utf8(line)) << line;
    folded = folded || line.starts_with(" ");
  }
  EXPECT_TRUE(folded);
}

TEST(ICalendar, TextIsEscapedAndTimesAreInUtc) {
  const auto lines = unfolded(lines_of(icalendar("同心, 我的; 服务", two_entries())));
  EXPECT_TRUE(has(lines, "X-WR-CALNAME:同心\\, 我的\\; 服务"));
  EXPECT_TRUE(has(lines, "SUMMARY:陪同就医：第一人民医院，带好轮椅\\; 门口集合\\n请提前十分钟到达，带上身份证和志愿者证件"));
  EXPECT_TRUE(has(lines, "DESCRIPTION:说明\\\\路径"));
  EXPECT_TRUE(has(lines, "DTSTART:20261230T233000Z"));   // 07:30 on 31 December in China
  EXPECT_TRUE(has(lines, "DTEND:20261231T160000Z"));
  EXPECT_TRUE(has(lines, "DTSTAMP:20261124T010000Z"));
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "BEGIN:VEVENT"), 2);
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(), [](const auto& l) { return l.starts_with("DTEND"); }), 1);
}

TEST(ICalendar, LibicalReadsTheSameEventsBack) {
  void* library = ::dlopen("libical.so.3", RTLD_NOW);
  if (!library) GTEST_SKIP() << "libical is not installed";
  const auto find = [&]<class F>(F*& function, const char* name) {
    function = reinterpret_cast<F*>(::dlsym(library, name));
    return function != nullptr;
  };
  void* (*parse)(const char*);
  int (*errors)(void*);
  int (*valid)(void*);
  void* (*inner)(void*);
  const char* (*summary)(void*);
  const char* (*location)(void*);
  ASSERT_TRUE(find(parse, "icalparser_parse_string") && find(errors, "icalcomponent_count_errors") &&
              find(valid, "icalrestriction_check") && find(inner, "icalcomponent_get_inner") &&
              find(summary, "icalcomponent_get_summary") && find(location, "icalcomponent_get_location"));
  const auto entries = two_entries();
  void* calendar = parse(icalendar("同心", entries).c_str());
  ASSERT_NE(calendar, nullptr);
  EXPECT_EQ(errors(calendar), 0);
  EXPECT_EQ(valid(calendar), 1);
  void* event = inner(calendar);
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(std::string(summary(event)), entries[0].summary);
  EXPECT_EQ(std::string(location(event)), entries[0].location);
}

}  // namespace
}  // namespace tx::notices
