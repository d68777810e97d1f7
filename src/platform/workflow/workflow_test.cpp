#include "platform/workflow/workflow.h"

#include <fstream>
#include <set>
#include <sstream>

#include "platform/storage/testing.h"

namespace tx::workflow {
namespace {

using storage::trial::StoreTest;
using Unit = Deadline::Unit;
const access::AccountId kAnna{7};

constexpr State kStates[] = {
    {"waiting", "waiting", {Unit::hours, 24, "trial.answer_hours", "operator"}},
    {"filed", "active", {Unit::working_days, 10, "trial.file_days", "Decree 67 art. 11"}},
    {"publicity", "active", {Unit::days, 7, "", "operator"}},
    {"done", "good", {}, true},
    {"refused", "bad", {}, true},
};
constexpr Step kSteps[] = {
    {"", "submit", "waiting"},
    {"waiting", "file", "filed", {"trial.file"}},
    {"waiting", "refuse", "refused", {"trial.file"}, true},
    {"filed", "publish", "publicity"},
    {"publicity", "finish", "done"},
};
constexpr Flow kFlow{"trial", kStates, kSteps};

std::string file_text(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

language::Catalogue words() {
  std::string zh = file_text("web/locales/zh-CN/workflow.json"), en = file_text("web/locales/en/workflow.json");
  std::string layout_zh = file_text("web/locales/zh-CN/layout.json"), layout_en = file_text("web/locales/en/layout.json");
  const std::string flow = R"({"flow.trial.waiting":"Waiting","flow.trial.filed":"Filed","flow.trial.publicity":
    "Publicity","flow.trial.done":"Done","flow.trial.refused":"Refused","flow.trial.do.submit":"Submit",
    "flow.trial.do.file":"File","flow.trial.do.refuse":"Refuse","flow.trial.do.publish":"Publish",
    "flow.trial.do.finish":"Finish"})";
  auto loaded = language::Catalogue::load(std::vector<std::pair<std::string, std::string_view>>{
      {"zh-CN/workflow.json", zh}, {"en/workflow.json", en}, {"zh-CN/layout.json", layout_zh},
      {"en/layout.json", layout_en}, {"zh-CN/trial.json", flow}, {"en/trial.json", flow}});
  TX_ASSERT(loaded.has_value());
  return *loaded;
}

TEST(FlowTable, SoundTableHasNoFault) {
  EXPECT_EQ(kFlow.fault(), "");
  EXPECT_TRUE(kFlow.sound());
  EXPECT_EQ(kFlow.steps_from("waiting").size(), 2u);
  EXPECT_EQ(kFlow.step("waiting", "finish"), nullptr);
  for (const auto& key : kFlow.keys()) EXPECT_TRUE(words().has(key)) << key;
}

TEST(FlowTable, EachKindOfFaultIsFound) {
  constexpr State two[] = {{"a", "neutral"}, {"b", "good", {}, true}};
  const auto fault = [](std::span<const State> states, std::span<const Step> steps) {
    return Flow{"x", states, steps}.fault();
  };
  constexpr Step twice[] = {{"", "go", "a"}, {"a", "go", "b"}, {"a", "go", "a"}};
  EXPECT_NE(fault(two, twice).find("twice"), std::string::npos);
  constexpr Step stuck[] = {{"", "go", "a"}, {"", "jump", "b"}};
  EXPECT_NE(fault(two, stuck).find("no way"), std::string::npos);
  constexpr Step lost[] = {{"", "go", "b"}};
  EXPECT_NE(fault(two, lost).find("reached"), std::string::npos);
  constexpr Step leaves[] = {{"", "go", "a"}, {"a", "go", "b"}, {"b", "back", "a"}};
  EXPECT_NE(fault(two, leaves).find("final"), std::string::npos);
  constexpr Step unknown[] = {{"", "go", "a"}, {"a", "go", "c"}};
  EXPECT_NE(fault(two, unknown).find("unknown"), std::string::npos);
  constexpr State unsourced[] = {{"a", "neutral", {Unit::days, 3, "", ""}}, {"b", "good", {}, true}};
  constexpr Step fine[] = {{"", "go", "a"}, {"a", "go", "b"}};
  EXPECT_NE(fault(unsourced, fine).find("source"), std::string::npos);
  EXPECT_EQ(fault(two, fine), "");
}

TEST(FlowTable, DiagramShowsStepsEndsAndSourcesOfDeadlines) {
  const auto text = kFlow.mermaid();
  EXPECT_TRUE(text.starts_with("stateDiagram-v2\n  [*] --> waiting: submit\n"));
  EXPECT_NE(text.find("  done --> [*]\n"), std::string::npos);
  EXPECT_NE(text.find("note right of filed: 10 working days (Decree 67 art. 11)"), std::string::npos);
}

class WorkflowTest : public StoreTest {
 protected:
  ManualClock clock{instant_of(Date::of(2026, 9, 18), 10, 0)};  // a Friday before a make-up Sunday
  Result<Taken> take_in(storage::Store& store, std::string_view from, std::string_view action,
                        std::string reason = {}, std::string_view region = {}) {
    Taken taken;
    auto answer = store.write([&](storage::Tx& tx) -> Result<Json> {
      taken = TX_TRY(take(tx, kFlow, 42, from, action, kAnna, reason, region));
      return Json();
    });
    if (!answer) return tl::unexpected(answer.error());
    return taken;
  }
  static std::string rule_of(const Result<Taken>& taken) { return taken ? "" : taken.error().rule; }
};

TEST_P(WorkflowTest, AStepAppendsAnEventAndArmsTheDeadline) {
  auto store = fresh(migrations(), &clock);
  const auto taken = take_in(**store, "", "submit");
  ASSERT_TRUE(taken) << taken.error().rule;
  EXPECT_EQ(taken->state, "waiting");
  EXPECT_EQ(taken->due, clock.now().plus(24 * kHour));
  const auto events = history(*(*store)->read(), "trial", 42);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].seq, 1);
  EXPECT_EQ(events[0].account, kAnna.value);
  EXPECT_EQ(events[0].due, taken->due);
  EXPECT_EQ(events[0].at, clock.now());
}

TEST_P(WorkflowTest, AStepOutsideTheTableWithoutReasonOrOnAnOldStateIsRefused) {
  auto store = fresh(migrations(), &clock);
  EXPECT_EQ(rule_of(take_in(**store, "waiting", "file")), "flow.moved_on");   // never created
  ASSERT_TRUE(take_in(**store, "", "submit"));
  EXPECT_EQ(rule_of(take_in(**store, "", "submit")), "flow.moved_on");        // twice
  EXPECT_EQ(rule_of(take_in(**store, "waiting", "finish")), "flow.not_allowed");
  EXPECT_EQ(rule_of(take_in(**store, "waiting", "refuse", " \n")), "flow.reason_missing");
  ASSERT_TRUE(take_in(**store, "waiting", "file"));
  EXPECT_EQ(rule_of(take_in(**store, "waiting", "file")), "flow.moved_on");
  EXPECT_EQ(history(*(*store)->read(), "trial", 42).size(), 2u);
}

TEST_P(WorkflowTest, HistoryCannotBeChangedInTheDatabase) {
  auto store = fresh(migrations(), &clock);
  ASSERT_TRUE(take_in(**store, "", "submit"));
  for (const char* sql : {"update flow_event set reason = 'x'", "delete from flow_event"})
    EXPECT_FALSE((*store)->write([&](storage::Tx& tx) -> Result<Json> {
      tx.execute(sql, {});
      return Json();
    })) << sql;
  EXPECT_EQ(history(*(*store)->read(), "trial", 42).size(), 1u);
}

TEST_P(WorkflowTest, TheSettingOfTheSmallestRegionDecidesTheDeadline) {
  auto store = fresh(migrations(), &clock);
  ASSERT_TRUE((*store)->write([&](storage::Tx& tx) -> Result<Json> {
    set_setting(tx, "trial.answer_hours", "", 12, "", kAnna);
    set_setting(tx, "trial.answer_hours", "6401", 6, "", kAnna);
    set_setting(tx, "trial.answer_hours", "640104", 3, "note", kAnna);
    set_setting(tx, "trial.answer_hours", "640104", 4, "note", kAnna);
    return Json();
  }));
  auto reader = (*store)->read();
  EXPECT_EQ(setting_amount(*reader, "trial.answer_hours", 24), 12);
  EXPECT_EQ(setting_amount(*reader, "trial.answer_hours", "640205001", 24), 12);
  EXPECT_EQ(setting_amount(*reader, "trial.answer_hours", "640106002", 24), 6);
  EXPECT_EQ(setting_amount(*reader, "trial.answer_hours", "640104005", 24), 4);
  EXPECT_EQ(setting_amount(*reader, "trial.unknown", "640104", 24), 24);
  EXPECT_EQ(setting_text(*reader, "trial.answer_hours", "640104", "none"), "note");
  const auto taken = take_in(**store, "", "submit", "", "640104005");
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->due, clock.now().plus(4 * kHour));
}

TEST_P(WorkflowTest, WorkingDaysFollowTheOfficialCalendar) {
  auto store = fresh(migrations(), &clock);
  auto reader = (*store)->read();
  const auto end = [&](Date from, int days) {
    return local_text(add_working_days(*reader, instant_of(from, 9, 30), days));
  };
  // Friday 2026-09-18: Sunday 20 is worked; 25-27 Mid-Autumn; 1-7 October off; Saturday 10 October worked.
  EXPECT_EQ(end(Date::of(2026, 9, 18), 1), "2026-09-20 23:59");
  EXPECT_EQ(end(Date::of(2026, 9, 18), 5), "2026-09-24 23:59");
  EXPECT_EQ(end(Date::of(2026, 9, 18), 6), "2026-09-28 23:59");
  EXPECT_EQ(end(Date::of(2026, 9, 18), 10), "2026-10-09 23:59");
  EXPECT_EQ(end(Date::of(2026, 9, 18), 11), "2026-10-10 23:59");
  // Over the Spring Festival of 2025 (28 January - 4 February off; Sunday 26 January and Saturday 8 February worked).
  EXPECT_EQ(end(Date::of(2025, 1, 24), 2), "2025-01-27 23:59");
  EXPECT_EQ(end(Date::of(2025, 1, 24), 3), "2025-02-05 23:59");
  EXPECT_EQ(end(Date::of(2025, 1, 24), 6), "2025-02-08 23:59");
  EXPECT_TRUE(is_working_day(*reader, Date::of(2026, 2, 14)));
  EXPECT_FALSE(is_working_day(*reader, Date::of(2026, 2, 16)));
  // A year without a calendar counts Monday to Friday and says so.
  const auto far = count_working_days(*reader, instant_of(Date::of(2026, 12, 30), 9, 0), 3);
  EXPECT_EQ(local_text(far.end), "2027-01-04 23:59");
  EXPECT_FALSE(far.official);
  EXPECT_TRUE(count_working_days(*reader, clock.now(), 10).official);
}

TEST_P(WorkflowTest, TheCalendarFilesEqualTheSeedAndTheNotices) {
  auto store = fresh(migrations(), &clock);
  const auto count = [&](const char* like, const char* kind) {
    return storage::scalar<int>(*(*store)->read(),
                                "select count(*) from working_day_exception where day like $1 and kind = $2", like,
                                kind).value_or(0);
  };
  const auto all = [&] {
    auto rows = storage::query(*(*store)->read(), "select day, kind, holiday from working_day_exception order by day");
    std::string text;
    for (const auto& row : rows.rows)
      for (const auto& cell : row) text += std::get<std::string>(cell) + ",";
    return text;
  };
  // 2025: 1+8+3+5+3+8 days off and 5 make-up days; 2026: 3+9+3+5+3+3+7 and 6.
  EXPECT_EQ(count("2025-%", "off"), 28);
  EXPECT_EQ(count("2025-%", "work"), 5);
  EXPECT_EQ(count("2026-%", "off"), 33);
  EXPECT_EQ(count("2026-%", "work"), 6);
  for (const auto& row : storage::query(*(*store)->read(),
                                        "select day from working_day_exception where kind = 'work'").rows)
    EXPECT_GE(Date::parse(std::get<std::string>(row[0]))->weekday(), 6);  // a make-up day is a weekend day
  const auto seed = all();
  for (const char* year : {"2025", "2026"})
    ASSERT_TRUE((*store)->write([&](storage::Tx& tx) -> Result<Json> {
      return TX_TRY(import_calendar(tx, file_text(std::string("data/calendar/china-") + year + ".csv"), "notice"));
    }));
  EXPECT_EQ(all(), seed);
}

TEST_P(WorkflowTest, ABadCalendarFileIsRefusedWithItsLine) {
  auto store = fresh(migrations(), &clock);
  const auto rule = [&](std::string_view csv) {
    auto answer = (*store)->write(
        [&](storage::Tx& tx) -> Result<Json> { return TX_TRY(import_calendar(tx, csv, "test")); });
    return answer ? std::string("ok") : answer.error().rule + "@" + answer.error().field;
  };
  EXPECT_EQ(rule("day,kind,holiday\r\n2027-01-01,off,new_year\r\n"), "ok");
  EXPECT_EQ(rule(""), "calendar.empty@");
  EXPECT_EQ(rule("day,kind,holiday\n2027-02-30,off,new_year\n"), "calendar.unreadable@2");
  EXPECT_EQ(rule("2027-01-01,rest,new_year"), "calendar.unreadable@1");
  EXPECT_EQ(rule("2027-01-01,off,new_year\n2027-01-01,work,new_year"), "calendar.unreadable@2");
  EXPECT_EQ(rule("2027-01-01,off,new_year\n2028-01-01,off,new_year"), "calendar.two_years@");
  EXPECT_TRUE(count_working_days(*(*store)->read(), instant_of(Date::of(2027, 3, 1), 9, 0), 3).official);
}

TEST_P(WorkflowTest, AnOverdueStateIsGivenOutOnceAndALeftStateNever) {
  auto store = fresh(migrations(), &clock);
  ASSERT_TRUE(take_in(**store, "", "submit"));
  const auto late = [&] {
    std::vector<Late> found;
    EXPECT_TRUE((*store)->write([&](storage::Tx& tx) -> Result<Json> {
      found = take_late(tx);
      return Json();
    }));
    return found;
  };
  EXPECT_TRUE(late().empty());
  clock.advance(24 * kHour);
  const auto found = late();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].flow, "trial");
  EXPECT_EQ(found[0].state, "waiting");
  EXPECT_EQ(found[0].object, 42);
  EXPECT_TRUE(late().empty());
  ASSERT_TRUE(take_in(**store, "waiting", "file"));     // a new clock: 10 working days
  clock.advance(30 * kDay);
  ASSERT_TRUE(take_in(**store, "filed", "publish"));    // left late, but never asked for in between
  ASSERT_TRUE(take_in(**store, "publicity", "finish"));
  clock.advance(30 * kDay);
  EXPECT_TRUE(late().empty());                          // a final state has no clock
}

TEST_P(WorkflowTest, VerifyFindsAStateThatDiffersFromTheLastEvent) {
  auto tables = migrations();
  tables.push_back({900, "trial", "create table trial_case (id bigint primary key, state text not null)"});
  auto store = fresh(tables, &clock);
  ASSERT_TRUE(take_in(**store, "", "submit"));
  const auto put = [&](const char* sql) {
    ASSERT_TRUE((*store)->write([&](storage::Tx& tx) -> Result<Json> {
      tx.execute(sql, {});
      return Json();
    }));
  };
  put("insert into trial_case (id, state) values (42, 'waiting')");
  EXPECT_TRUE(verify(*(*store)->read(), "trial", "trial_case").empty());
  put("update trial_case set state = 'filed'");
  const auto wrong = verify(*(*store)->read(), "trial", "trial_case");
  ASSERT_EQ(wrong.size(), 1u);
  EXPECT_EQ(wrong[0].event_state, "waiting");
}

TEST_P(WorkflowTest, TheTimeLineShowsPastPresentAndWhatComesNext) {
  auto store = fresh(migrations(), &clock);
  ASSERT_TRUE(take_in(**store, "", "submit"));
  clock.advance(kHour);
  ASSERT_TRUE(take_in(**store, "waiting", "file", "checked"));
  const auto events = history(*(*store)->read(), "trial", 42);
  const auto catalogue = words();
  const Json line = timeline_view(kFlow, events, language::Language::en, catalogue, clock.now());
  ASSERT_EQ(line.size(), 4u);
  const auto phase = [&](int i) { return line.items()[i]["phase"].text() + " " + line.items()[i]["name"].text(); };
  EXPECT_EQ(phase(0), "past Waiting");
  EXPECT_EQ(phase(1), "now Filed");
  EXPECT_EQ(phase(2), "next Publicity");
  EXPECT_EQ(phase(3), "next Done");
  EXPECT_TRUE(line.items()[1]["note"].text().ends_with("· checked"));
  EXPECT_FALSE(line.items()[1]["due_text"].text().empty());
  const Json buttons = buttons_view(kFlow, "waiting", language::Language::en, catalogue);
  ASSERT_EQ(buttons.size(), 2u);
  EXPECT_EQ(buttons.items()[1]["needs_reason"].boolean(), true);
  EXPECT_EQ(state_view(kFlow, "refused", language::Language::en, catalogue)["tone"].text(), "stop");
}

TX_ON_BOTH_ENGINES(WorkflowTest);

TEST(DueView, CountsDownAndThenUp) {
  const auto catalogue = words();
  const Instant now = instant_of(Date::of(2026, 11, 24), 9, 0);
  const auto view = [&](std::int64_t shift) {
    return due_view(now.plus(shift), now, language::Language::en, catalogue);
  };
  EXPECT_EQ(view(3 * kDay + 5 * kHour)["text"].text(), "3 d 5 h left");
  EXPECT_EQ(view(3 * kDay)["tone"].text(), "");
  EXPECT_EQ(view(2 * kHour + 5 * kMinute)["text"].text(), "2 h 5 min left");
  EXPECT_EQ(view(2 * kHour)["tone"].text(), "soon");
  EXPECT_EQ(view(5 * kMinute)["text"].text(), "5 min left");
  EXPECT_EQ(view(-2 * kDay)["text"].text(), "2 d late");
  EXPECT_TRUE(view(-kMinute)["late"].boolean());
  EXPECT_EQ(view(kHour)["datetime"].text(), "2026-11-24T10:00:00+08:00");
  EXPECT_TRUE(due_view({}, now, language::Language::en, catalogue).is_null());
}

}  // namespace
}  // namespace tx::workflow
