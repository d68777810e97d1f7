#include "platform/notices/mail.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <sstream>

#include "platform/notices/smtp_sink.h"

namespace tx::notices {
namespace {

const Instant kAt = instant_of(Date::of(2026, 11, 24), 9, 30);

std::string decoded(std::string_view base64) {
  std::string out(base64.size(), '\0');
  std::size_t length = 0;
  EXPECT_EQ(sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), base64.data(), base64.size(),
                              "\r\n", &length, nullptr, sodium_base64_VARIANT_ORIGINAL), 0);
  out.resize(length);
  return out;
}

// Undoes RFC 2047 word by word, as a mail reader does.
std::string header_text(std::string header) {
  std::string out;
  for (std::size_t at = 0; (at = header.find("=?UTF-8?B?", at)) != std::string::npos;) {
    const auto end = header.find("?=", at);
    const std::string word = decoded(std::string_view(header).substr(at + 10, end - at - 10));
    EXPECT_LE(end + 2 - at, 75u);                                   // RFC 2047 §2
    EXPECT_NE(static_cast<unsigned char>(word[0]) & 0xc0, 0x80);    // §5: no character is cut
    out += word;
    at = end + 2;
  }
  return out;
}

TEST(Mail, AChineseSubjectIsCutIntoEncodedWordsBetweenCharacters) {
  const std::string subject = "【同心】您的求助“陪同就医”已有志愿者接单，请留意明天上午九点半的电话，谢谢您使用同心志愿服务";
  const auto header = encoded_header(subject);
  EXPECT_EQ(header_text(header), subject);
  std::istringstream lines("Subject: " + header);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 77u) << line;  // 76 and the CR
  EXPECT_EQ(encoded_header("Plain words"), "Plain words");
  EXPECT_EQ(header_text(encoded_header("a\r\nBcc: x@y.cn")), "a\r\nBcc: x@y.cn");  // no header can be smuggled in
}

TEST(Mail, AnAddressThatCouldBreakOutOfACommandIsNone) {
  for (const char* good : {"a@b.cn", "li.hua+tag@mail.example.org"}) EXPECT_TRUE(is_mail_address(good)) << good;
  for (const char* bad : {"", "a", "@b.cn", "a@", "a@b", "a b@c.cn", "a@b.cn>\r\nRCPT TO:<x@y.cn", "a@@b.cn", "a@.cn",
                          "a@b..cn", "张@b.cn", "a@b.cn\n", "<a@b.cn>"})
    EXPECT_FALSE(is_mail_address(bad)) << bad;
}

TEST(Mail, TheLetterHoldsTheTextInBase64WithShortLines) {
  const std::string text = "您好\n\n.单独一个点开头的行\nhttps://tongxin.example/follow/1\n" + std::string(300, 'x');
  const auto whole = letter({"tongxin@tongxin.example", "li@mail.example", "提醒", text, "abc@tongxin.example"}, kAt);
  EXPECT_TRUE(whole.starts_with("Date: Tue, 24 Nov 2026 09:30:00 +0800\r\nFrom: <tongxin@tongxin.example>\r\n"));
  const auto body = whole.find("\r\n\r\n");
  ASSERT_NE(body, std::string::npos);
  EXPECT_EQ(decoded(std::string_view(whole).substr(body + 4)), text);
  std::istringstream lines(whole);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 79u);
    EXPECT_EQ(line.back(), '\r');
  }
  EXPECT_EQ(dot_stuffed(".a\r\n..b\r\nc."), "..a\r\n...b\r\nc.");
}

TEST(SmtpReplies, AreReadOverPiecesAndSeveralLines) {
  SmtpReply reply;
  reply.take("250-mail.exam");
  reply.take("ple\r\n250-SIZE 100\r");
  EXPECT_EQ(reply.code(), 0);
  reply.take("\n250 OK\r\n");
  EXPECT_EQ(reply.code(), 250);
  for (const char* bad : {"hello\r\n", "99 x\r\n", "650 x\r\n", "250xOK\r\n"}) {
    SmtpReply wrong;
    wrong.take(bad);
    EXPECT_EQ(wrong.code(), -1) << bad;
  }
  SmtpReply endless;
  endless.take(std::string(5000, '2'));
  EXPECT_EQ(endless.code(), -1);
}

TEST(Smtp, DeliversTheLetterToARelayOverASocket) {
  SmtpSink sink;
  const Mail mail{"tongxin@tongxin.example", "li@mail.example", "提醒", "您好\n", "m1@tongxin.example"};
  const auto result = deliver(sink.address(), mail, kAt);
  ASSERT_TRUE(result) << result.error().rule;
  const auto got = sink.letters();
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].from, "<tongxin@tongxin.example>");
  EXPECT_EQ(got[0].to, "<li@mail.example>");
  EXPECT_EQ(got[0].data, letter(mail, kAt));
}

TEST(Smtp, TellsWhatIsWorthRepeatingFromWhatIsNot) {
  const Mail mail{"tongxin@tongxin.example", "li@mail.example", "x", "y", "m1@tongxin.example"};
  const auto rule = [&](const std::string& address) {
    const auto result = deliver(address, mail, kAt, 2);
    return result ? "sent" : result.error().rule;
  };
  SmtpSink sink;
  sink.answer_recipient("550 5.1.1 no such user");
  EXPECT_EQ(rule(sink.address()), "mail.refused");
  sink.answer_recipient("451 4.7.1 greylisted");
  EXPECT_EQ(rule(sink.address()), "mail.deferred");
  sink.answer_recipient("");                       // hangs up
  EXPECT_EQ(rule(sink.address()), "mail.no_relay");
  sink.answer_recipient("250 OK");
  EXPECT_EQ(rule(sink.address()), "sent");
  const std::string gone = [] { SmtpSink other; return other.address(); }();
  EXPECT_EQ(rule(gone), "mail.no_relay");
  EXPECT_EQ(rule("no-such-host.invalid:25"), "mail.no_relay");
}

}  // namespace
}  // namespace tx::notices
