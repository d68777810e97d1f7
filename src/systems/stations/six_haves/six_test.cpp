// The six haves: the pure score, then a check from the keeper's phone to the star, on both databases.
#include "systems/stations/six_haves/six.h"

#include "platform/storage/record_sql.h"
#include "systems/stations/six_haves/flow.h"
#include "systems/stations/six_haves/photos.h"
#include "systems/stations/trial.h"

namespace tx::stations::six {
namespace {

using trial::answer_of;
using trial::rule_of;
using trial::Stations;
using SixTest = storage::trial::StoreTest;

const Date kToday = Date::of(2026, 11, 24);

Criterion criterion(const char* have, const char* code, Evidence evidence, int weight, bool must = false) {
  Criterion c;
  c.have = have;
  c.code = code;
  c.evidence = evidence;
  c.weight = weight;
  c.must = must;
  return c;
}

Standard small() {
  Standard standard;
  standard.haves = {{0, 0, 1, "place", "", "", ""}, {0, 0, 2, "team", "", "", ""}};
  standard.criteria = {criterion("place", "sign", Evidence::photo, 6, true),
                       criterion("place", "seen", Evidence::date, 4),
                       criterion("team", "people", Evidence::number, 10)};
  standard.criteria[1].valid_months = 6;
  standard.criteria[2].threshold = 4;
  return standard;
}

Answers all_well() {
  Answers answers;
  answers["sign"] = {"yes", "", kToday, 1, "yes", ""};
  answers["seen"] = {"2026-10-01", "", kToday, 0, "yes", ""};
  answers["people"] = {"4", "", kToday, 0, "yes", ""};
  return answers;
}

TEST(SixRules, EverythingMetIsAHundredAndFiveStars) {
  const auto score = rules::score(small(), all_well(), kToday, true);
  EXPECT_EQ(score.score, 100);
  EXPECT_EQ(score.haves, 2);
  EXPECT_EQ(score.star, 5);
  EXPECT_TRUE(score.standard);
}

TEST(SixRules, ANumberBelowItsThresholdCountsInProportionAndRoundsDown) {
  auto answers = all_well();
  answers["people"].value = "3";
  const auto score = rules::score(small(), answers, kToday, true);
  EXPECT_EQ(score.mark("people")->why, rules::Why::below);
  EXPECT_EQ(score.mark("people")->points, 7);  // 10 x 3 / 4
  EXPECT_EQ(score.score, 85);                  // 17 of 20
  EXPECT_TRUE(score.held[1].held) << "70 % of the weight, nothing compulsory missing";
  answers["people"].value = "2";
  EXPECT_FALSE(rules::score(small(), answers, kToday, true).held[1].held) << "50 % is below least_percent";
}

TEST(SixRules, WithoutWhatIsCompulsoryTwoStarsAtMost) {
  auto standard = small();
  standard.criteria[0].weight = 1;
  auto answers = all_well();
  answers["sign"].value = "no";
  const auto score = rules::score(standard, answers, kToday, true);
  EXPECT_EQ(score.score, 93);  // 14 of 15
  EXPECT_EQ(score.haves, 1);
  EXPECT_EQ(score.star, 2);
  EXPECT_FALSE(score.standard);
}

TEST(SixRules, OldEvidenceRunsOutOnItsOwn) {
  auto answers = all_well();
  answers["seen"].value = "2026-05-24";  // six months ago to the day: still good
  EXPECT_EQ(rules::score(small(), answers, kToday, true).mark("seen")->why, rules::Why::met);
  EXPECT_EQ(rules::score(small(), answers, Date{kToday.days + 1}, true).mark("seen")->why, rules::Why::expired);
  EXPECT_EQ(rules::months_later(Date::of(2026, 1, 31), 1), Date::of(2026, 2, 28));
  EXPECT_EQ(rules::months_later(Date::of(2027, 8, 31), 6), Date::of(2028, 2, 29));
  EXPECT_EQ(rules::months_later(Date::of(2026, 12, 15), 12), Date::of(2027, 12, 15));
}

TEST(SixRules, TheInspectorDecidesAndWhatNobodySawDoesNotCount) {
  auto answers = all_well();
  answers["people"].verdict = "no";
  EXPECT_EQ(rules::score(small(), answers, kToday, true).mark("people")->points, 0);
  EXPECT_EQ(rules::score(small(), answers, kToday, false).mark("people")->points, 10) << "before, the keeper's word";
  auto standard = small();
  standard.criteria[0].attest = Attest::officer;
  EXPECT_EQ(rules::score(standard, all_well(), kToday, false).mark("sign")->why, rules::Why::unattested);
  answers = all_well();
  answers["sign"].photos = 0;
  EXPECT_EQ(rules::score(small(), answers, kToday, false).mark("sign")->why, rules::Why::missing)
      << "a photo is a photo";
  EXPECT_EQ(rules::score(small(), answers, kToday, true).mark("sign")->why, rules::Why::met) << "seen on site is more";
}

TEST(SixRules, ScoreIsMonotone) {  // one more thing met never costs points, haves or stars
  std::uint64_t seed = 7;
  const auto roll = [&](int n) {
    return static_cast<int>((seed = seed * 6364136223846793005u + 1442695040888963407u) >> 33) % n;
  };
  for (int round = 0; round < 300; ++round) {
    Standard standard;
    Answers answers;
    for (int h = 0; h < 3; ++h) standard.haves.push_back({0, 0, h, "h" + std::to_string(h), "", "", ""});
    for (int i = 0; i < 9; ++i) {
      standard.criteria.push_back(criterion(("h" + std::to_string(roll(3))).c_str(), ("c" + std::to_string(i)).c_str(),
                                            Evidence::statement, 1 + roll(9), roll(3) == 0));
      answers["c" + std::to_string(i)] = {roll(2) ? "yes" : "no", "", kToday, 0, "yes", ""};
    }
    const auto before = rules::score(standard, answers, kToday, true);
    answers["c" + std::to_string(roll(9))].value = "yes";
    const auto after = rules::score(standard, answers, kToday, true);
    EXPECT_GE(after.score, before.score);
    EXPECT_GE(after.haves, before.haves);
    EXPECT_GE(after.star, before.star);
    EXPECT_LE(after.score, 100);
  }
}

TEST(SixRules, ASheetIsReadStrictly) {
  const std::vector<std::string> head(15, "x");
  const std::vector<std::string> good{"place", "Z", "Place", "home", "place.sign", "Z",       "A sign", "photo",
                                      "",      "",  "0",     "5",    "12",         "officer", "1"};
  const auto with = [&](std::size_t column, const char* value) {
    auto row = good;
    row[column] = value;
    return rules::read_sheet({head, row});
  };
  ASSERT_TRUE(rules::read_sheet({head, good}));
  EXPECT_EQ(rules::read_sheet({head, good})->criteria[0].attest, Attest::officer);
  EXPECT_EQ(rules::read_sheet({head}).error().rule, "six.sheet_empty");
  for (const auto& [column, value] : std::vector<std::pair<std::size_t, const char*>>{{0, ""},
                                                                                      {0, "Place!"},
                                                                                      {4, ""},
                                                                                      {5, ""},
                                                                                      {7, "video"},
                                                                                      {10, "-1"},
                                                                                      {11, "0"},
                                                                                      {11, "101"},
                                                                                      {12, "x"},
                                                                                      {13, "nobody"},
                                                                                      {14, "maybe"},
                                                                                      {7, "number"}}) {
    const auto read = with(column, value);
    ASSERT_FALSE(read) << column << " " << value;
    EXPECT_EQ(read.error().rule, "six.sheet");
    EXPECT_EQ(read.error().args.at(0).second, "2");
  }
  EXPECT_FALSE(rules::read_sheet({head, good, good})) << "a code twice";
  EXPECT_TRUE(rules::stars_readable("60,70,80,90,95"));
  for (const char* bad : {"", "60", "60,70,80,90", "60,70,70,90,95", "60,70,80,90,101", "a,b,c,d,e"})
    EXPECT_FALSE(rules::stars_readable(bad)) << bad;
}

std::string jpeg(const std::string& exif_turn = {}) {
  std::string bytes("\xff\xd8\xff\xe0\x00\x04JF", 8);
  if (!exif_turn.empty()) {
    const std::string body = std::string("Exif\0\0", 6) +
                             std::string("MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", 25 - 6) + exif_turn +
                             std::string(6, '\0') + "GPS-HOME";
    bytes += std::string("\xff\xe1\0", 3) + static_cast<char>(body.size() + 2) + body;
  }
  bytes += std::string("\xff\xfe\x00\x09secret!", 11);
  bytes += std::string("\xff\xc0\x00\x0b\x08\x00\x10\x00\x20\x01\x01\x11\x00", 13);  // 32 x 16
  bytes += std::string("\xff\xda\x00\x02pixels\xff\xd9", 12) + "trailing";
  return bytes;
}

TEST(SixPhotos, WhatAPhoneWritesIntoAPictureIsDropped) {
  const auto plain = read_picture(jpeg());
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->kind, "image/jpeg");
  EXPECT_EQ(plain->width, 32);
  EXPECT_EQ(plain->height, 16);
  EXPECT_EQ(plain->bytes.find("secret"), std::string::npos);
  EXPECT_EQ(plain->bytes.find("trailing"), std::string::npos);
  const auto turned = read_picture(jpeg("\x06"));
  ASSERT_TRUE(turned);
  EXPECT_EQ(turned->bytes.find("GPS-HOME"), std::string::npos);
  const auto at = turned->bytes.find("Exif");
  ASSERT_NE(at, std::string::npos) << "the turn is kept";
  EXPECT_EQ(turned->bytes[at + 6 + 19], 6);
  EXPECT_EQ(read_picture(turned->bytes)->bytes, turned->bytes) << "clean stays clean";
  const std::string whole = jpeg("\x06");
  for (std::size_t cut = 0; cut + 12 < whole.size(); ++cut) EXPECT_FALSE(read_picture(whole.substr(0, cut))) << cut;
  EXPECT_EQ(read_picture("GIF89a").error().rule, "six.photo_kind");
  EXPECT_EQ(read_picture(std::string(kPhotoBytesMost + 1, 'x')).error().rule, "six.photo_large");
}

// Fields of the keeper's form for one have, everything well.
Json good_answers(storage::Reader& reader, std::int64_t set, const std::string& have) {
  Json fields = Json::object();
  const auto standard = find_standard(reader, set);
  for (const auto& c : standard->criteria) {
    if (c.have != have) continue;
    const std::string value = c.evidence == Evidence::number ? std::to_string(c.threshold)
                              : c.evidence == Evidence::date ? "2026-11-20"
                                                             : "yes";
    fields.set("v_" + std::to_string(c.seq), value).set("n_" + std::to_string(c.seq), "");
  }
  return fields;
}

TEST_P(SixTest, FromSelfCheckToStar) {
  EXPECT_EQ(kCheckFlow.fault(), "");
  Stations house(GetParam());
  const auto words = language::Catalogue::load("web/locales").value();
  for (const auto& key : kCheckFlow.keys()) EXPECT_TRUE(words.has(key)) << key;
  const std::string base = "/stations/" + house.home + "/checks";
  house.store->write([&](storage::Tx& tx) -> Result<Json> {  // the demonstration may have left one open
    storage::execute(tx, "delete from station_check where station = $1", id_value(house.home).value());
    storage::execute(tx, "update station set keeper = 5 where id = $1", id_value(house.home).value());
    return Json();
  });
  EXPECT_EQ(house.post("anna", base, Json::object()).status, 403);
  const auto begun = house.post("keeper", base, Json::object());
  ASSERT_EQ(begun.status, 200) << begun.body;
  const std::string id = answer_of(begun)["check"].text(), check = base + "/" + id;
  EXPECT_EQ(rule_of(house.post("keeper", base, Json::object())), "six.already");
  EXPECT_EQ(rule_of(house.post("keeper", check + "/do/send", Json::object())), "six.unanswered");
  const auto set = find_check(*house.store->read(), id_value(id).value())->set_id;
  const auto standard = *find_standard(*house.store->read(), set);
  EXPECT_EQ(standard.haves.size(), 6u);
  const auto place = good_answers(*house.store->read(), set, "place");
  Json bad = place;
  EXPECT_EQ(rule_of(house.post("keeper", check + "/place", bad.set("v_2", "many"))), "six.answer_number");
  EXPECT_EQ(house.post("officer", check + "/place", place).status, 403);
  for (const auto& have : standard.haves)
    ASSERT_EQ(house.post("keeper", check + "/" + have.code, good_answers(*house.store->read(), set, have.code)).status,
              200);
  const int without_photos = find_check(*house.store->read(), id_value(id).value())->self_score;
  // A picture by the form, then on the page.
  auto made = house.request("keeper", check + "/place");
  made.method = "POST";
  made.content_type = "multipart/form-data; boundary=seam";
  made.body = "--seam\r\ncontent-disposition: form-data; name=\"_csrf\"\r\n\r\n" + house.server->csrf_for(made) +
              "\r\n--seam\r\ncontent-disposition: form-data; name=\"p_4\"; filename=\"a.jpg\"\r\ncontent-type: "
              "image/jpeg\r\n\r\n" +
              jpeg() + "\r\n--seam--\r\n";
  const auto uploaded = house.server->handle(made);
  ASSERT_EQ(uploaded.status, 303) << uploaded.body.substr(0, 300);
  EXPECT_EQ(house.count("select count(*) from station_photo"), 1);
  EXPECT_GT(find_check(*house.store->read(), id_value(id).value())->self_score, without_photos);
  const std::string photo =
      "/stations/" + house.home + "/photos/" + id_text(house.count("select id from station_photo"));
  EXPECT_EQ(house.get("officer", photo).content_type, "image/jpeg");
  EXPECT_EQ(house.get("anna", photo).status, 403);
  const auto elsewhere = station_of_community(*house.store->read(), "640104001003")->id.text();
  EXPECT_EQ(
      house.get("officer", "/stations/" + elsewhere + "/photos/" + id_text(house.count("select id from station_photo")))
          .status,
      404);
  for (const auto& path : {base, check, check + "/place", "/stations/" + house.home})
    EXPECT_EQ(house.get("keeper", path).body.find("[["), std::string::npos) << path;
  ASSERT_EQ(house.post("keeper", check + "/do/send", Json::object()).status, 200);

  // The inspection: by another than the keeper; everything judged; a no needs words.
  const auto verdicts = [&](const std::string& refused, const char* decision) {
    Json fields = Json::of({{"decision", decision}, {"fix_days", 10}});
    for (const auto& c : standard.criteria) {
      fields.set("j_" + std::to_string(c.seq), c.code == refused ? "no" : "yes");
      fields.set("s_" + std::to_string(c.seq), c.code == refused ? "blocked by boxes" : "");
    }
    return fields;
  };
  const std::string own = "check_id = " + std::to_string(id_value(id).value());
  EXPECT_EQ(house.get("officer", "/desk/inspections").status, 200);
  EXPECT_EQ(house.get("officer", check + "/inspect").status, 200);
  EXPECT_EQ(house.post("far_officer", check + "/inspect", verdicts("", "rate")).status, 403);
  house.person("two_hats", 5, {{"federation_officer", access::ScopeKind::region, "64"}});
  EXPECT_EQ(rule_of(house.post("two_hats", check + "/inspect", verdicts("", "rate"))), "six.own_station");
  auto some = verdicts("", "rate");
  EXPECT_EQ(rule_of(house.post("officer", check + "/inspect", some.set("j_3", ""))), "six.not_judged");
  EXPECT_EQ(rule_of(house.post("officer", check + "/inspect", verdicts("", "fix"))), "six.nothing_to_fix");
  ASSERT_EQ(house.post("officer", check + "/inspect", verdicts("place.access", "fix")).status, 200);
  EXPECT_EQ(house.count("select count(*) from station_fix where state = 'open' and " + own), 1);
  EXPECT_EQ(rule_of(house.post("keeper", check + "/do/send_again", Json::object())), "six.fix_open");
  const std::string fix = id_text(house.count("select id from station_fix where " + own));
  EXPECT_EQ(rule_of(house.post("keeper", check + "/fixes/" + fix, Json::object())), "six.fix_words");
  ASSERT_EQ(house.post("keeper", check + "/fixes/" + fix, Json::of({{"words", "cleared"}})).status, 200);
  EXPECT_EQ(house.get("keeper", check).body.find("[["), std::string::npos);
  ASSERT_EQ(house.post("keeper", check + "/do/send_again", Json::object()).status, 200);
  const auto rated = house.post("other_officer", check + "/inspect", verdicts("", "rate"));
  ASSERT_EQ(rated.status, 200) << rated.body;
  EXPECT_EQ(answer_of(rated)["score"].integer(), 100);
  EXPECT_EQ(answer_of(rated)["star"].integer(), 5);
  const auto station = house.at(house.home);
  EXPECT_TRUE(station.standard);
  EXPECT_EQ(station.rated_until, Date::of(2027, 11, 24));
  EXPECT_NE(house.get("", "/stations/" + house.home).body.find("5 stars"), std::string::npos)
      << "the public page shows it";
  house.clock.advance(366 * kDay);
  EXPECT_NE(house.get("", "/stations/" + house.home).body.find("Rating has run out"), std::string::npos);
  EXPECT_TRUE(workflow::verify(*house.store->read(), "six_check", "station_check").empty());
}

TEST_P(SixTest, SetsAndTargetsAreDataOfOtherHands) {
  Stations house(GetParam());
  const auto now = set_in_force(*house.store->read(), trial::kHome, kToday);
  ASSERT_TRUE(now);
  EXPECT_EQ(now->code, "six");
  const auto sheet = house.get("officer", "/desk/criteria/" + id_text(now->id) + "/sheet.csv");
  ASSERT_EQ(sheet.status, 200);
  const std::vector<std::pair<std::string, std::string>> fields = {{"code", "six"},
                                                                   {"name_zh", "L"},
                                                                   {"name_en", "Local"},
                                                                   {"region", "640104"},
                                                                   {"stars", "60,70,80,90,95"},
                                                                   {"pass_score", "75"},
                                                                   {"least_percent", "60"},
                                                                   {"valid_months", "12"}};
  EXPECT_EQ(house.upload("far_officer", "/desk/criteria", sheet.body, "s.csv", fields).status, 403);
  const auto made = house.upload("officer", "/desk/criteria", sheet.body, "s.csv", fields);
  ASSERT_EQ(made.status, 303) << made.body.substr(0, 400);
  const std::string set = teams::trial::location_of(made);
  EXPECT_EQ(rule_of(house.post("officer", set + "/force", Json::of({{"from", "2026-12-01"}}))), "six.set_own");
  EXPECT_EQ(rule_of(house.post("other_officer", set + "/force", Json::of({{"from", "2020-12-01"}}))), "six.set_past");
  ASSERT_EQ(house.post("other_officer", set + "/force", Json::of({{"from", "2026-12-01"}})).status, 200);
  EXPECT_EQ(set_in_force(*house.store->read(), trial::kHome, kToday)->region, "64");
  EXPECT_EQ(set_in_force(*house.store->read(), trial::kHome, Date::of(2026, 12, 1))->region, "640104");
  EXPECT_EQ(set_in_force(*house.store->read(), "640105001001", Date::of(2026, 12, 1))->region, "64");
  EXPECT_EQ(house.get("officer", set).body.find("[["), std::string::npos);
  EXPECT_EQ(house.get("officer", "/desk/criteria").status, 200);

  const auto target = [](const char* region, int n, const char* reason) {
    return Json::of({{"region", region}, {"year", 2027}, {"target", n}, {"reason", reason}});
  };
  EXPECT_EQ(rule_of(house.post("officer", "/desk/programme", target("640104", 20, ""))), "flow.reason_missing");
  EXPECT_EQ(rule_of(house.post("far_officer", "/desk/programme", target("640104", 20, "x"))),
            "station.not_your_region");
  EXPECT_EQ(rule_of(house.post("officer", "/desk/programme", target("640104", 9999, "x"))), "six.target_range");
  ASSERT_EQ(house.post("officer", "/desk/programme", target("640104", 20, "plan of the year")).status, 200);
  ASSERT_EQ(house.post("officer", "/desk/programme", target("640104", 25, "more money")).status, 200);
  EXPECT_EQ(house.count("select target from station_target where year = 2027 and region = '640104'"), 25);
  EXPECT_EQ(house.get("officer", "/desk/programme?year=2027").body.find("[["), std::string::npos);
  EXPECT_EQ(house.get("officer", "/desk/programme/640104?only=all").status, 200);
  EXPECT_EQ(house.get("far_officer", "/desk/programme/640104").status, 404);
}

TX_ON_BOTH_ENGINES(SixTest);

}  // namespace
}  // namespace tx::stations::six
