#include "platform/notices/notices.h"

#include <filesystem>
#include <fstream>

#include "platform/notices/rows.h"
#include "platform/notices/smtp_sink.h"
#include "platform/storage/testing.h"

namespace tx::notices {
namespace {

const access::AccountId kAnna{5}, kBai{6};

class Ears final : public http::EventHub {
 public:
  void publish(access::AccountId account, std::string_view event, const Json& data) override {
    std::lock_guard lock(mutex);
    heard.push_back(std::to_string(account.value) + " " + std::string(event) + " " + data.dump());
  }
  void publish_topic(std::string_view, std::string_view, const Json&) override {}
  std::mutex mutex;
  std::vector<std::string> heard;
};

class Gateway final : public SmsGateway {
 public:
  Result<void> send(const Sms& sms) override {
    if (!refusing.empty()) return refuse(permanent ? Kind::invalid : Kind::unavailable, refusing);
    sent.push_back(sms);
    return {};
  }
  std::vector<Sms> sent;
  std::string refusing;
  bool permanent = false;
};

class NoticesTest : public storage::trial::StoreTest {
 protected:
  ManualClock clock{instant_of(Date::of(2026, 11, 24), 10, 0)};
  language::Catalogue words = *language::Catalogue::load(std::vector<std::pair<std::string, std::string_view>>{
      {"zh-CN/x.json", R"({"trial.told":"活动{title}改期","notices.sms":"【同心】{text}","notices.mail.subject":"【同心】{text}",
        "notices.mail.body":"{text} {link}"})"},
      {"en/x.json", R"({"trial.told":"{title} has moved","notices.sms":"[Tongxin] {text}","notices.mail.subject":
        "[Tongxin] {text}","notices.mail.body":"{text} {link}"})"}});
  std::shared_ptr<Gateway> gateway = std::make_shared<Gateway>();
  Channels channels;

  void SetUp() override {
    StoreTest::SetUp();
    channels.words = &words;
    channels.gateway = gateway;
    Directory known;
    known.contact = [](storage::Reader&, access::AccountId account) {
      return account == kAnna ? Contact{"13800138000", language::Language::zh} : Contact{};
    };
    known.unseal = [](const std::string& cipher) { return std::optional<std::string>("plain-" + cipher); };
    known.seal_email = [](const std::string& plain) { return "sealed-" + plain; };
    known.unseal_email = [](const std::string& cipher) { return std::optional<std::string>(cipher.substr(7)); };
    set_directory(known);
  }
  void TearDown() override {
    set_directory({});
    set_event_hub(nullptr);
  }
  static void tell(storage::Store& store, access::AccountId to, bool urgent = false) {
    ASSERT_TRUE(store.write([&](storage::Tx& tx) -> Result<Json> {
      send(tx, {to, "trial.told", {{"title", "植树"}}, "/activities/1", urgent});
      return Json();
    }));
  }
  static void settle_settings(storage::Store& store, const Settings& settings) {
    ASSERT_TRUE(store.write([&](storage::Tx& tx) -> Result<Json> {
      storage::insert(tx, "notice_setting", settings);
      return Json();
    }));
  }
  static std::vector<OutboxRow> outbox(storage::Store& store) {
    return storage::select<OutboxRow>(*store.read(), "select * from outbox order by id");
  }
};

TEST_P(NoticesTest, ANoticeIsUnreadUntilReadAndTheDotFollowsTheCommit) {
  auto store = fresh(migrations(), &clock);
  Ears ears;
  set_event_hub(&ears);
  tell(**store, kAnna);
  tell(**store, kAnna);
  tell(**store, kBai);
  EXPECT_FALSE((*store)->write([&](storage::Tx& tx) -> Result<Json> {
    send(tx, {kAnna, "trial.told", {}, ""});
    return refuse(Kind::invalid, "trial.rolled_back");
  }));
  EXPECT_EQ(unread(*(*store)->read(), kAnna), 2);
  EXPECT_EQ(unread(*(*store)->read(), kBai), 1);
  const auto first = storage::select<NoticeRow>(*(*store)->read(), "select * from notice where account = 5 order by id");
  const auto read = [&](access::AccountId who, std::optional<NoticeId> one) {
    ASSERT_TRUE((*store)->write([&](storage::Tx& tx) -> Result<Json> {
      mark_read(tx, who, one);
      return Json();
    }));
  };
  read(kBai, first[0].id);                         // somebody else's message stays as it is
  EXPECT_EQ(unread(*(*store)->read(), kAnna), 2);
  read(kAnna, first[0].id);
  EXPECT_EQ(unread(*(*store)->read(), kAnna), 1);
  read(kAnna, std::nullopt);
  EXPECT_EQ(unread(*(*store)->read(), kAnna), 0);
  const std::vector<std::string> expected = {
      R"(5 unread {"unread":1})", R"(5 unread {"unread":2})", R"(6 unread {"unread":1})",
      R"(6 unread {"unread":1})", R"(5 unread {"unread":1})", R"(5 unread {"unread":0})"};
  EXPECT_EQ(ears.heard, expected);
}

TEST_P(NoticesTest, OnlyAnUrgentNoticeGoesOutBySmsAndOnlyOnce) {
  auto store = fresh(migrations(), &clock);
  tell(**store, kAnna);
  EXPECT_TRUE(outbox(**store).empty());
  tell(**store, kAnna, true);
  EXPECT_EQ(serve_outbox(**store, channels), 1);
  EXPECT_EQ(serve_outbox(**store, channels), 0);
  ASSERT_EQ(gateway->sent.size(), 1u);
  EXPECT_EQ(gateway->sent[0].phone, "13800138000");
  EXPECT_EQ(gateway->sent[0].text, "【同心】活动植树改期");
  EXPECT_EQ(outbox(**store)[0].state, "sent");
}

TEST_P(NoticesTest, ThePersonMaySwitchOffSmsAndWhoHasNoNumberIsNotTriedAgain) {
  auto store = fresh(migrations(), &clock);
  Settings none;
  none.account = kAnna;
  none.sms_level = "none";
  settle_settings(**store, none);
  tell(**store, kAnna, true);
  EXPECT_TRUE(outbox(**store).empty());
  tell(**store, kBai, true);
  EXPECT_EQ(serve_outbox(**store, channels), 0);
  EXPECT_EQ(outbox(**store)[0].state, "unreachable");
  EXPECT_TRUE(gateway->sent.empty());
}

TEST_P(NoticesTest, APhoneNumberWithoutAccountIsToldOncePerDedupeKey) {
  auto store = fresh(migrations(), &clock);
  for (int i = 0; i < 2; ++i)
    ASSERT_TRUE((*store)->write([&](storage::Tx& tx) -> Result<Json> {
      send_sms(tx, "cipher", "trial.told", {{"title", "理发"}}, "need-7-accepted");
      return Json();
    }));
  EXPECT_EQ(serve_outbox(**store, channels), 1);
  ASSERT_EQ(gateway->sent.size(), 1u);
  EXPECT_EQ(gateway->sent[0].phone, "plain-cipher");
}

TEST_P(NoticesTest, QuietHoursHoldAMessageUntilTheyEnd) {
  auto store = fresh(migrations(), &clock);
  clock.set(instant_of(Date::of(2026, 11, 24), 23, 15));
  tell(**store, kAnna, true);
  EXPECT_EQ(serve_outbox(**store, channels), 0);
  clock.set(instant_of(Date::of(2026, 11, 25), 6, 59));
  EXPECT_EQ(serve_outbox(**store, channels), 0);
  clock.set(instant_of(Date::of(2026, 11, 25), 7, 0));
  EXPECT_EQ(serve_outbox(**store, channels), 1);
}

TEST_P(NoticesTest, AFailureIsRepeatedWithGrowingWaitsUntilItIsADeadLetterThatCanBeSentAgain) {
  auto store = fresh(migrations(), &clock);
  Settings always;
  always.account = kAnna;
  always.quiet_from = always.quiet_until = {0};
  settle_settings(**store, always);
  gateway->refusing = "sms.spool_failed";
  tell(**store, kAnna, true);
  EXPECT_EQ(serve_outbox(**store, channels), 0);
  EXPECT_EQ(outbox(**store)[0].next_try, clock.now().plus(kMinute));
  EXPECT_EQ(outbox(**store)[0].problem, "sms.spool_failed");
  EXPECT_EQ(serve_outbox(**store, channels), 0);
  EXPECT_EQ(outbox(**store)[0].attempts, 1);         // not before its time
  for (int i = 1; i < kMaxAttempts; ++i) {
    EXPECT_EQ(outbox(**store)[0].state, "waiting");
    clock.advance(6 * kHour);
    serve_outbox(**store, channels);
  }
  EXPECT_EQ(outbox(**store)[0].state, "dead");
  EXPECT_EQ(outbox(**store)[0].attempts, kMaxAttempts);
  gateway->refusing.clear();
  clock.advance(kDay);
  EXPECT_EQ(serve_outbox(**store, channels), 0);     // nothing goes out of a dead letter by itself
  const auto again = [&] {
    return (*store)->write([&](storage::Tx& tx) -> Result<Json> {
      TX_CHECK(send_again(tx, outbox(**store)[0].id));
      return Json();
    });
  };
  EXPECT_TRUE(again());
  EXPECT_FALSE(again());
  EXPECT_EQ(serve_outbox(**store, channels), 1);
}

TEST_P(NoticesTest, APermanentRefusalIsADeadLetterAtOnce) {
  auto store = fresh(migrations(), &clock);
  gateway->refusing = "trial.barred";
  gateway->permanent = true;
  tell(**store, kAnna, true);
  serve_outbox(**store, channels);
  EXPECT_EQ(outbox(**store)[0].state, "dead");
}

TEST_P(NoticesTest, MailGoesThroughTheRelayAndWaitsWhileItIsAway) {
  auto store = fresh(migrations(), &clock);
  Settings mail;
  mail.account = kAnna;
  mail.email_sealed = "sealed-anna@mail.example";
  mail.email_level = "all";
  settle_settings(**store, mail);
  tell(**store, kAnna);
  channels.from = "tongxin@tongxin.example";
  channels.site = "https://tongxin.example";
  channels.smtp = [] { SmtpSink gone; return gone.address(); }();
  EXPECT_EQ(serve_outbox(**store, channels), 0);
  EXPECT_EQ(outbox(**store)[0].problem, "mail.no_relay");
  SmtpSink sink;
  channels.smtp = sink.address();
  clock.advance(kMinute);
  EXPECT_EQ(serve_outbox(**store, channels), 1);
  const auto letters = sink.letters();
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].to, "<anna@mail.example>");
  EXPECT_NE(letters[0].data.find("Message-ID: <" + outbox(**store)[0].id.text() + "@tongxin.example>"),
            std::string::npos);
}

TEST_P(NoticesTest, ACalendarAddressBelongsToOneAccountAndDiesWhenRenewed) {
  auto store = fresh(migrations(), &clock);
  std::string first, second;
  ASSERT_TRUE((*store)->write([&](storage::Tx& tx) -> Result<Json> {
    first = new_feed_token(tx, kAnna);
    return Json();
  }));
  EXPECT_EQ(first.size(), 40u);
  EXPECT_EQ(feed_owner(*(*store)->read(), first), kAnna);
  ASSERT_TRUE((*store)->write([&](storage::Tx& tx) -> Result<Json> {
    second = new_feed_token(tx, kAnna);
    return Json();
  }));
  EXPECT_FALSE(feed_owner(*(*store)->read(), first));
  EXPECT_EQ(feed_token(*(*store)->read(), kAnna), second);
}

TEST_P(NoticesTest, OldNoticesAndSentMessagesAreDeleted) {
  auto store = fresh([&] {
    auto all = jobs::migrations();
    for (auto& one : migrations()) all.push_back(one);
    return all;
  }(), &clock);
  auto jobs = jobs::Jobs::create(**store, clock);
  add_timed_work(*jobs, channels);
  tell(**store, kAnna, true);
  jobs->run_due_now();
  EXPECT_EQ(outbox(**store).size(), 1u);
  clock.advance(100 * kDay);
  jobs->run_due_now();
  EXPECT_TRUE(outbox(**store).empty());
  EXPECT_EQ(unread(*(*store)->read(), kAnna), 1);    // unread: kept for a year
  clock.advance(300 * kDay);
  jobs->run_due_now();
  EXPECT_EQ(unread(*(*store)->read(), kAnna), 0);
}

TX_ON_BOTH_ENGINES(NoticesTest);

TEST(QuietHours, MayLieWithinADayOrOverMidnightOrBeOff) {
  Settings noon;
  noon.quiet_from = {12 * 60};
  noon.quiet_until = {14 * 60};
  const Date day = Date::of(2026, 11, 24);
  EXPECT_EQ(after_quiet(noon, instant_of(day, 12, 30)), instant_of(day, 14, 0));
  EXPECT_EQ(after_quiet(noon, instant_of(day, 14, 0)), instant_of(day, 14, 0));
  EXPECT_EQ(after_quiet({}, instant_of(day, 3, 0)), instant_of(day, 7, 0));
  EXPECT_EQ(after_quiet({}, instant_of(day, 22, 0)), instant_of({day.days + 1}, 7, 0));
  EXPECT_EQ(after_quiet({}, instant_of(day, 12, 0)), instant_of(day, 12, 0));
}

TEST(Spool, WritesOneWholeFileForAMessageHoweverOftenItIsSent) {
  const auto folder = std::filesystem::temp_directory_path() / ("tongxin-spool-" + std::to_string(::getpid()));
  const auto spool = spool_gateway(folder.string());
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(spool->send({"sms:need/7", "13800138000", "您好\"引号\""}));
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    ++files;
    EXPECT_EQ(entry.path().extension(), ".json");
    std::ifstream file(entry.path());
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const auto sms = Json::parse(text);
    ASSERT_TRUE(sms);
    EXPECT_EQ((*sms)["phone"].text(), "13800138000");
    EXPECT_EQ((*sms)["text"].text(), "您好\"引号\"");
  }
  EXPECT_EQ(files, 1);
  std::filesystem::remove_all(folder);
  EXPECT_FALSE(spool->send({"x", "1", "y"}));        // the folder is gone: a failure to be repeated, not a crash
}

}  // namespace
}  // namespace tx::notices
