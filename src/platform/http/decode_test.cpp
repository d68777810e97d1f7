// Readers of what a client sends: what is understood, and what is refused rather than guessed.
#include "platform/http/decode.h"

#include <gtest/gtest.h>

#include "platform/http/compress.h"
#include "platform/http/random.h"

namespace tx::http {
namespace {

TEST(PercentDecoding, RefusesBrokenEscapesControlsAndBadUtf8) {
  EXPECT_EQ(percent_decoded("a%20b+c", true), "a b c");
  EXPECT_EQ(percent_decoded("a+c", false), "a+c");
  EXPECT_EQ(percent_decoded("%E5%8A%A9", false), "助");
  for (const auto* bad : {"%", "%2", "%zz", "%00", "%01", "%7f", "%ff", "%C0%80", "%ED%A0%80", "%F5%80%80%80",
                          "%E5%8A"})
    EXPECT_EQ(percent_decoded(bad, true), std::nullopt) << bad;
}

TEST(DecodedPath, KnowsNoDotsAndNoHiddenSlashes) {
  EXPECT_EQ(decoded_path("/a/b%20c"), "/a/b c");
  EXPECT_EQ(decoded_path("/"), "/");
  EXPECT_EQ(decoded_path("/a/"), "/a/");
  for (const auto* bad : {"", "a", "//a", "/a//b", "/.", "/..", "/a/../b", "/%2e%2e/a", "/a%2fb", "/a%2Fb", "/a\\b",
                          "/a%5Cb", "/a%0ab"})
    EXPECT_EQ(decoded_path(bad), std::nullopt) << bad;
}

TEST(DecodedForm, RepeatedNamesBecomeLists) {
  const auto form = decoded_form("a=1&b=2&b=3&c&=x&&d=%E5%8A%A9").value();
  EXPECT_EQ(form["a"].text(), "1");
  ASSERT_EQ(form["b"].items().size(), 2u);
  EXPECT_EQ(form["b"].items()[1].text(), "3");
  EXPECT_TRUE(form["c"].is_string());
  EXPECT_EQ(form["d"].text(), "助");
  std::string many;
  for (std::size_t i = 0; i <= kMaxFields; ++i) many += "a=1&";
  EXPECT_EQ(decoded_form(many), std::nullopt);
}

TEST(Cookies, AreFoundByWholeName) {
  EXPECT_EQ(cookie_value("a=1; bb=2;b=3", "b"), "3");
  EXPECT_EQ(cookie_value("a=1; bb=2", "b"), "");
  EXPECT_EQ(cookie_value("", "b"), "");
  EXPECT_EQ(cookie_value("b", "b"), "");
}

TEST(HeaderParameters, QuotedAndPlain) {
  EXPECT_EQ(header_parameter("multipart/form-data; boundary=abc", "boundary"), "abc");
  EXPECT_EQ(header_parameter("form-data; name=\"a;b\"; filename=\"c\\\"d.txt\"", "filename"), "c\"d.txt");
  EXPECT_EQ(header_parameter("form-data; name=\"a", "name"), std::nullopt);
  EXPECT_EQ(header_parameter("form-data", "name"), std::nullopt);
}

std::string part(const std::string& head, const std::string& content) {
  return "--X\r\n" + head + "\r\n\r\n" + content + "\r\n";
}

TEST(Multipart, TextAndFiles) {
  const auto body = part("Content-Disposition: form-data; name=\"words\"", "你好") +
                    part("content-disposition: form-data; name=\"f\"; filename=\"C:\\x\\名单.csv\"\r\n"
                         "Content-Type: text/csv", std::string("a\0b\r\n--not", 10)) +
                    part("Content-Disposition: form-data; name=\"empty\"; filename=\"\"", "") + "--X--\r\n";
  const auto parts = decoded_multipart(body, "X");
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->fields["words"].text(), "你好");
  ASSERT_EQ(parts->uploads.size(), 1u);
  EXPECT_EQ(parts->uploads[0].file_name, "名单.csv");
  EXPECT_EQ(parts->uploads[0].content_type, "text/csv");
  EXPECT_EQ(parts->uploads[0].bytes, std::string("a\0b\r\n--not", 10));
}

TEST(Multipart, RefusesWhatIsBroken) {
  const std::string good = part("Content-Disposition: form-data; name=\"a\"", "1");
  EXPECT_TRUE(decoded_multipart(good + "--X--", "X"));
  EXPECT_FALSE(decoded_multipart(good, "X"));                       // no end
  EXPECT_FALSE(decoded_multipart("preamble\r\n" + good + "--X--", "X"));
  EXPECT_FALSE(decoded_multipart(good + "--X--", ""));
  EXPECT_FALSE(decoded_multipart(good + "--X--", std::string(71, 'b')));
  EXPECT_FALSE(decoded_multipart(part("Content-Disposition: attachment; name=\"a\"", "1") + "--X--", "X"));
  EXPECT_FALSE(decoded_multipart(part("Content-Type: text/plain", "1") + "--X--", "X"));  // nameless
  EXPECT_FALSE(decoded_multipart(part("Content-Disposition: form-data; name=\"a\"", "\xff") + "--X--", "X"));
  EXPECT_FALSE(decoded_multipart(part("X: " + std::string(5000, 'h'), "1") + "--X--", "X"));
  std::string many;
  for (std::size_t i = 0; i <= kMaxParts; ++i) many += good;
  EXPECT_FALSE(decoded_multipart(many + "--X--", "X"));
}

TEST(Body, UnknownTypesAreRefusedAndPrefilledFieldsStay) {
  Request request;
  request.fields.set("a", 1);
  EXPECT_TRUE(decode_body(request));
  EXPECT_EQ(request.fields["a"].integer(), 1);
  request.body = "x";
  EXPECT_FALSE(decode_body(request));
  request.content_type = "application/json; charset=utf-8";
  request.body = "{\"b\":2}";
  EXPECT_TRUE(decode_body(request));
  EXPECT_EQ(request.fields["b"].integer(), 2);
  request.body = "[1]";
  EXPECT_FALSE(decode_body(request));
}

TEST(AcceptedCoding, RespectsZeroQuality) {
  EXPECT_EQ(accepted_coding("gzip, deflate, br"), Coding::brotli);
  EXPECT_EQ(accepted_coding("gzip"), Coding::gzip);
  EXPECT_EQ(accepted_coding("br;q=0, gzip;q=0.5"), Coding::gzip);
  EXPECT_EQ(accepted_coding("identity"), Coding::none);
  EXPECT_EQ(accepted_coding(""), Coding::none);
}

TEST(Tokens, MaskIsUndoneAndDiffersEachTime) {
  const auto token = keyed_hex("session", "csrf");
  EXPECT_EQ(token.size(), 32u);
  EXPECT_NE(masked(token), masked(token));
  EXPECT_EQ(unmasked(masked(token)), token);
  EXPECT_EQ(unmasked("zz"), "");
  EXPECT_EQ(unmasked("abc"), "");
  EXPECT_NE(keyed_hex("session", "csrf"), keyed_hex("other", "csrf"));
  EXPECT_FALSE(equal_constant_time("", ""));
}

}  // namespace
}  // namespace tx::http
