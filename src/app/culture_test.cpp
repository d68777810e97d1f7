// From a volunteer's story to the newspaper page and back: three reviews and three proofs by different people, publication, a consent
// taken back, a correction, a retraction. Through the wired house, on both databases.
#include <cairo.h>

#include "app/trial.h"
#include "systems/culture/culture.h"

namespace tx::app {
namespace {

using identity::trial::SignedIn;
using trial::answer_of;
using trial::kHome;
using trial::rule_of;
using trial::WholeHouse;
using CultureTest = storage::trial::StoreTest;

constexpr char kWords[] =
    "The lift was out of order and the neighbour on the sixth floor waited for her medicine. Two pupils carried it up, counted the steps, and found "
    "that there are one hundred and eight. They wrote the number on the wall in chalk.";

// A small picture, made here.
std::string png() {
  auto* surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 60, 40);
  std::string bytes;
  cairo_surface_write_to_png_stream(surface, [](void* to, const unsigned char* data, unsigned length) {
    static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
  }, &bytes);
  cairo_surface_destroy(surface);
  return bytes;
}

http::Response upload(WholeHouse& house, const SignedIn& who, const std::string& path, const std::string& bytes, const std::vector<std::pair<std::string, std::string>>& fields) {
  auto made = who.get(path);
  made.method = "POST";
  made.content_type = "multipart/form-data; boundary=seam";
  auto all = fields;
  all.emplace_back("_csrf", house->server().csrf_for(made));
  for (const auto& [field, value] : all) made.body += "--seam\r\ncontent-disposition: form-data; name=\"" + field + "\"\r\n\r\n" + value + "\r\n";
  made.body += "--seam\r\ncontent-disposition: form-data; name=\"picture\"; filename=\"p.png\"\r\ncontent-type: image/png\r\n\r\n" + bytes + "\r\n--seam--\r\n";
  return house.send(made);
}

struct Room {
  explicit Room(storage::trial::Engine engine)
      : house(engine), teller(house.person("Li Jie")), editor(house.person("Ed", {{"editor", access::ScopeKind::region, "64"}})),
        managing(house.person("Mana", {{"managing_editor", access::ScopeKind::region, "64"}})), chief(house.person("Chief", {{"chief_editor", access::ScopeKind::region, "64"}})) {}
  std::string tell() {
    const auto told = house.send(teller.post("/stories/tell", Json::of({{"title", "One hundred and eight steps"}, {"words", kWords}, {"signed_as", "masked"}, {"language", "en"}})));
    EXPECT_EQ(told.status, 200) << told.body;
    return answer_of(told)["story"].text();
  }
  http::Response step(const SignedIn& who, const std::string& story, const std::string& action, const std::string& reason = {}) {
    return house.send(who.post("/desk/paper/stories/" + story + "/" + action, Json::of({{"reason", reason}})));
  }
  std::string picture_of(const std::string& story, int people) {
    const auto added = upload(house, teller, "/me/stories/" + story + "/pictures", png(), {{"caption", "Two pupils"}, {"people", std::to_string(people)}});
    EXPECT_EQ(added.status, 303) << added.body;
    return id_text(house.count("select max(id) from story_picture"));
  }
  Json consent(const std::string& story, const std::string& picture, const Json& who) {
    return answer_of(house.send(teller.post("/me/stories/" + story + "/pictures/" + picture + "/consents", who)));
  }
  std::string ready(const std::string& story) {
    for (const auto& [who, action] : {std::pair{&editor, "take"}, {&editor, "pass_first"}, {&managing, "pass_second"}, {&chief, "pass_third"}}) {
      const auto done = step(*who, story, action);
      EXPECT_EQ(done.status, 200) << action << " " << done.body;
    }
    return house.text("select state from story where id = $1", id_value(story).value());
  }
  std::string issue(const std::string& day) {
    const auto planned = house.send(editor.post("/desk/paper/new", Json::of({{"paper", id_text(house.count("select id from paper"))}, {"day", day}, {"pages", 1}})));
    EXPECT_EQ(planned.status, 200) << planned.body;
    const auto id = answer_of(planned)["issue"].text();
    EXPECT_EQ(house.send(editor.post("/desk/paper/issues/" + id + "/section", Json::of({{"page", 1}, {"section", "News"}}))).status, 200);
    return id;
  }
  http::Response move(const SignedIn& who, const std::string& issue, const std::string& action, const std::string& reason = {}) {
    return house.send(who.post("/desk/paper/issues/" + issue + "/" + action, Json::of({{"reason", reason}})));
  }
  std::string publish(const std::string& story, const std::string& day = "2026-11-26") {
    const auto id = issue(day);
    const auto placed = house.send(editor.post("/desk/paper/issues/" + id + "/place", Json::of({{"story", story}, {"page", 1}})));
    EXPECT_EQ(placed.status, 200) << placed.body;
    for (const auto& [who, action] : {std::pair{&editor, "compose"}, {&editor, "pass_proof1"}, {&managing, "pass_proof2"}, {&chief, "pass_proof3"}, {&chief, "publish"}}) {
      const auto done = move(*who, id, action);
      EXPECT_EQ(done.status, 200) << action << " " << done.body;
    }
    return id;
  }
  std::string page(const std::string& path) { return house.send(identity::trial::anonymous().get(path)).body; }
  int status(const std::string& path) { return house.send(identity::trial::anonymous().get(path)).status; }

  WholeHouse house;
  SignedIn teller, editor, managing, chief;
};

TEST_P(CultureTest, AStoryGoesThroughThreeReviewsByThreePeopleOntoAPage) {
  Room room(GetParam());
  const auto story = room.tell();
  EXPECT_EQ(room.status("/paper/articles/" + story), 404);
  EXPECT_EQ(room.step(room.managing, story, "pass_first").status, 409);   // not taken in yet
  EXPECT_EQ(room.step(room.editor, story, "take").status, 200);
  const auto edited = room.house.send(room.editor.post("/desk/paper/stories/" + story + "/edit",
                                                       Json::of({{"kicker", "A lift stood still"}, {"headline", "One hundred and eight steps"}, {"body", kWords}, {"byline", "Li *"}})));
  EXPECT_EQ(edited.status, 200) << edited.body;
  EXPECT_EQ(room.step(room.managing, story, "pass_first").status, 200);
  EXPECT_EQ(rule_of(room.step(room.managing, story, "pass_second")), "story.same_person");
  EXPECT_EQ(rule_of(room.house.send(room.editor.post("/desk/paper/stories/" + story + "/edit", Json::of({{"headline", "Other"}, {"body", kWords}})))), "story.edit_closed");
  EXPECT_EQ(room.step(room.editor, story, "pass_second").status, 403);   // not the editor's permission
  EXPECT_EQ(rule_of(room.step(room.managing, story, "send_back")), "flow.reason_missing");
  // Sent back: all three reviews begin anew.
  const auto other = room.house.person("Other", {{"managing_editor", access::ScopeKind::region, "64"}});
  EXPECT_EQ(room.step(other, story, "send_back", "The number of steps?").status, 200);
  EXPECT_EQ(room.step(room.editor, story, "pass_first").status, 200);
  EXPECT_EQ(room.step(room.managing, story, "pass_second").status, 200);
  EXPECT_EQ(room.step(room.chief, story, "pass_third").status, 200);

  const auto issue = room.publish(story);
  EXPECT_EQ(room.house.text("select state from story where id = $1", id_value(story).value()), "published");
  const auto front = room.page("/paper");
  EXPECT_NE(front.find("/paper/articles/" + story), std::string::npos);
  EXPECT_NE(front.find("<polygon points=\""), std::string::npos);   // the hot zone
  EXPECT_NE(room.page("/paper/issues/" + issue + "/pages/1/picture").find("<svg"), std::string::npos);
  EXPECT_EQ(room.page("/paper/issues/" + issue + "/pages/1/pdf").substr(0, 5), "%PDF-");
  EXPECT_EQ(room.page("/paper/issues/" + issue + "/pdf").substr(0, 5), "%PDF-");
  EXPECT_NE(room.page("/paper/articles/" + story).find("one hundred and eight"), std::string::npos);
  EXPECT_NE(room.page("/paper/search?q=hundred").find("/paper/articles/" + story), std::string::npos);
  EXPECT_EQ(room.page("/paper/search?q=nowhereatall").find("/paper/articles/" + story), std::string::npos);
  EXPECT_NE(room.page("/paper/feed").find("One hundred and eight steps"), std::string::npos);
  const auto old = room.house.send(identity::trial::anonymous().get("/html/2026-11/26/content_1.htm"));
  EXPECT_EQ(old.status, 303);
  EXPECT_EQ(room.status("/html/2026-11/26/content_2.htm"), 404);
  EXPECT_EQ(room.house.count("select count(*) from notice where key = 'notice.story_published' and account = $1", room.teller.account), 1);
}

TEST_P(CultureTest, TheTellerCannotReviewAndStrangersSeeNothingBeforehand) {
  Room room(GetParam());
  const auto told = room.house.send(room.managing.post("/stories/tell", Json::of({{"title", "Mine"}, {"words", kWords}})));
  const auto story = answer_of(told)["story"].text();
  EXPECT_EQ(rule_of(room.step(room.managing, story, "take")), "story.own");
  EXPECT_EQ(room.step(room.editor, story, "take").status, 200);
  EXPECT_EQ(room.step(room.editor, story, "pass_first").status, 200);
  EXPECT_EQ(rule_of(room.step(room.managing, story, "pass_second")), "story.own");
  EXPECT_EQ(room.house.send(room.teller.get("/me/stories/" + story)).status, 403);
  EXPECT_EQ(room.house.send(room.teller.get("/desk/paper/stories/" + story)).status, 403);
  const auto issue = room.issue("2026-11-27");
  EXPECT_EQ(room.status("/paper/issues/" + issue), 404);
  EXPECT_EQ(room.status("/paper/issues/" + issue + "/pages/1/picture"), 404);
  EXPECT_EQ(rule_of(room.house.send(room.editor.post("/desk/paper/issues/" + issue + "/place", Json::of({{"story", story}, {"page", 1}})))), "issue.story_not_ready");
  EXPECT_EQ(rule_of(room.move(room.editor, issue, "compose")), "issue.empty_page");
  EXPECT_EQ(rule_of(room.house.send(room.editor.post("/desk/paper/new", Json::of({{"paper", id_text(room.house.count("select id from paper"))}, {"day", "2026-11-27"}, {"pages", 1}})))), "issue.day_taken");
}

TEST_P(CultureTest, ThreeProofsByThreePeople) {
  Room room(GetParam());
  const auto story = room.tell();
  EXPECT_EQ(room.ready(story), "ready");
  const auto issue = room.issue("2026-11-26");
  EXPECT_EQ(room.house.send(room.editor.post("/desk/paper/issues/" + issue + "/place", Json::of({{"story", story}, {"page", 1}}))).status, 200);
  EXPECT_EQ(room.move(room.editor, issue, "compose").status, 200);
  EXPECT_EQ(rule_of(room.house.send(room.editor.post("/desk/paper/issues/" + issue + "/place", Json::of({{"story", story}, {"page", 0}})))), "issue.plan_closed");
  EXPECT_EQ(room.move(room.editor, issue, "pass_proof1").status, 200);
  EXPECT_EQ(rule_of(room.move(room.editor, issue, "pass_proof2")), "issue.same_person");
  EXPECT_EQ(room.move(room.managing, issue, "pass_proof2").status, 200);
  EXPECT_EQ(rule_of(room.move(room.managing, issue, "pass_proof3")), "issue.same_person");
  // The teller withdraws: what was proofread is not what would be printed, the plan is open again.
  EXPECT_EQ(room.house.send(room.teller.post("/me/stories/" + story + "/withdraw", Json::object())).status, 200);
  EXPECT_EQ(room.house.text("select state from issue where id = $1", id_value(issue).value()), "planning");
  EXPECT_EQ(room.house.count("select proof1_by from issue where id = $1", id_value(issue).value()), 0);
  EXPECT_EQ(room.house.count("select count(*) from story where issue = $1", id_value(issue).value()), 0);
}

TEST_P(CultureTest, APictureNeedsEveryConsentAndGoesAtOnceWhenOneIsTakenBack) {
  Room room(GetParam());
  const auto story = room.tell();
  const auto picture = room.picture_of(story, 2);
  EXPECT_EQ(room.step(room.editor, story, "take").status, 200);
  EXPECT_EQ(rule_of(room.step(room.editor, story, "pass_first")), "story.picture_open");
  EXPECT_TRUE(room.consent(story, picture, Json::of({{"name", "Planted Adult"}, {"how", "self"}}))["consent"].is_string());
  EXPECT_EQ(room.consent(story, picture, Json::of({{"name", "Planted Child"}, {"how", "written"}, {"minor", true}}))["rule"].text(), "consent.guardian_missing");
  EXPECT_EQ(rule_of(room.step(room.editor, story, "pass_first")), "story.picture_open");
  EXPECT_TRUE(room.consent(story, picture, Json::of({{"name", "Planted Child"}, {"how", "written"}, {"minor", true}, {"guardian", "Planted Guardian"}}))["consent"].is_string());
  EXPECT_EQ(room.consent(story, picture, Json::of({{"name", "Third Person"}, {"how", "self"}}))["rule"].text(), "consent.enough");
  EXPECT_EQ(room.house.count("select count(*) from picture_consent where name_sealed like '%Planted%' or guardian_sealed like '%Planted%'"), 0);
  EXPECT_EQ(room.house.send(room.editor.get("/desk/paper/stories/" + story)).body.find("Planted"), std::string::npos);   // editors see numbers, not names
  EXPECT_EQ(room.status("/paper/pictures/" + picture), 404);   // not published yet
  for (const auto& [who, action] : {std::pair{&room.editor, "pass_first"}, {&room.managing, "pass_second"}, {&room.chief, "pass_third"}}) EXPECT_EQ(room.step(*who, story, action).status, 200);
  const auto issue = room.publish(story);
  EXPECT_EQ(room.status("/paper/pictures/" + picture), 200);
  const auto printed = room.page("/paper/issues/" + issue + "/pages/1/picture");
  EXPECT_NE(printed.find("data:image"), std::string::npos);

  const auto own = room.house.send(room.teller.get("/me/stories/" + story)).body;
  const auto at = own.find("<b class=\"figures\">");
  ASSERT_NE(at, std::string::npos);
  const std::string code = own.substr(at + 19, 9);
  EXPECT_EQ(rule_of(room.house.send(identity::trial::anonymous().post("/consent", Json::of({{"code", "AAAA-AAAA"}})))), "consent.unknown");
  EXPECT_EQ(room.house.send(identity::trial::anonymous().post("/consent", Json::of({{"code", code}}))).status, 200);
  EXPECT_EQ(room.status("/paper/pictures/" + picture), 404);
  EXPECT_EQ(room.house.send(room.teller.get("/me/stories/" + story + "/pictures/" + picture)).status, 404);
  EXPECT_EQ(room.house.count("select length(bytes) from story_picture where id = $1", id_value(picture).value()), 0);
  const auto again = room.page("/paper/issues/" + issue + "/pages/1/picture");
  EXPECT_EQ(again.find("data:image"), std::string::npos);
  EXPECT_EQ(room.house.count("select version from issue_page where issue = $1", id_value(issue).value()), 2);
  EXPECT_NE(room.page("/paper/issues/" + issue).find("print 2"), std::string::npos);
  EXPECT_EQ(room.page("/paper/articles/" + story).find("/paper/pictures/"), std::string::npos);
  EXPECT_EQ(rule_of(room.house.send(identity::trial::anonymous().post("/consent", Json::of({{"code", code}})))), "consent.withdrawn_already");
}

TEST_P(CultureTest, CorrectionsStandBesideTheTextAndARetractionKeepsTheAddress) {
  Room room(GetParam());
  const auto story = room.tell();
  EXPECT_EQ(room.ready(story), "ready");
  const auto issue = room.publish(story);
  const auto correct = [&](const SignedIn& who, const std::string& was, const std::string& right) {
    return room.house.send(who.post("/desk/paper/stories/" + story + "/correct", Json::of({{"was", was}, {"right_words", right}})));
  };
  EXPECT_EQ(correct(room.editor, "sixth floor", "seventh floor").status, 403);
  EXPECT_EQ(rule_of(correct(room.chief, "tenth floor", "seventh floor")), "correction.not_found");
  EXPECT_EQ(correct(room.chief, "sixth floor", "seventh floor").status, 200);
  const auto article = room.page("/paper/articles/" + story);
  EXPECT_NE(article.find("seventh floor"), std::string::npos);
  EXPECT_NE(article.find("neighbour on the sixth floor"), std::string::npos);   // the printed words stay
  EXPECT_EQ(rule_of(room.step(room.chief, story, "retract")), "flow.reason_missing");
  EXPECT_EQ(room.step(room.chief, story, "retract", "It happened elsewhere").status, 200);
  const auto gone = room.page("/paper/articles/" + story);
  EXPECT_EQ(gone.find("neighbour on the"), std::string::npos);
  EXPECT_EQ(room.page("/paper/issues/" + issue + "/pages/1/picture").find("neighbour"), std::string::npos);
  EXPECT_EQ(room.page("/paper/search?q=neighbour").find("/paper/articles/" + story), std::string::npos);
}

TEST_P(CultureTest, TheCircleIsCountedFromConfirmedServiceAndSmallNumbersAreHidden) {
  Room room(GetParam());
  const auto shown = room.page("/culture/circle");
  const auto gave = room.house.count("select count(*) from (select volunteer from service_record group by volunteer having sum(minutes) > 0) as given");
  EXPECT_NE(shown.find(">" + std::to_string(gave) + "<"), std::string::npos);
  EXPECT_EQ(room.house.send(room.teller.get("/me/circle")).status, 200);
  EXPECT_EQ(room.status("/me/circle"), 303);
  EXPECT_EQ(room.status("/culture/calendar"), 200);
  const auto official = room.house.person("Official", {{"region_official", access::ScopeKind::region, "6401"}});
  const Json plan = Json::of({{"day_code", "1205"}, {"region", "640104"}, {"title", "Thank-you cards"}, {"words", ""}, {"from_day", "2026-12-01"}, {"to_day", "2026-12-05"}});
  EXPECT_EQ(room.house.send(official.post("/desk/culture/calendar", plan)).status, 200);
  EXPECT_NE(room.page("/culture/calendar").find("Thank-you cards"), std::string::npos);
  Json elsewhere = plan;
  elsewhere.set("region", "640202");
  EXPECT_EQ(rule_of(room.house.send(official.post("/desk/culture/calendar", elsewhere))), "plan.not_yours");
}

TEST_P(CultureTest, AMarkIsLicensedBySomebodyElseAndStandsInTheRegister) {
  Room room(GetParam());
  const std::string team = id_text(room.house.count("select id from organisation where state = 'approved' and region like '640104%' order by id limit 1"));
  const std::vector<access::Grant> both = {{"team_leader", access::ScopeKind::organisation, team}, {"federation_officer", access::ScopeKind::region, "64"}};
  const auto leader = room.house.person("Leader", both), officer = room.house.person("Officer", {{"federation_officer", access::ScopeKind::region, "64"}});
  Json input = Json::of({{"organisation", team}, {"purpose", "clothes"}, {"words", "Forty red vests, kept by the team"}, {"years", 2}});
  EXPECT_EQ(rule_of(room.house.send(leader.post("/desk/culture/marks/new", Json::of({{"organisation", team}, {"purpose", "flags"}, {"words", "Forty red vests"}, {"years", 1}})))), "mark.purpose_missing");
  const auto asked = room.house.send(leader.post("/desk/culture/marks/new", input));
  EXPECT_EQ(asked.status, 200) << asked.body;
  const auto mark = answer_of(asked)["mark"].text();
  EXPECT_EQ(rule_of(room.house.send(leader.post("/desk/culture/marks/new", input))), "mark.asked_already");
  EXPECT_EQ(rule_of(room.house.send(leader.post("/desk/culture/marks/" + mark + "/license", Json::object()))), "mark.own");
  const auto licensed = room.house.send(officer.post("/desk/culture/marks/" + mark + "/license", Json::object()));
  EXPECT_EQ(licensed.status, 200) << licensed.body;
  EXPECT_EQ(answer_of(licensed)["number"].text(), "2026-0001");
  EXPECT_NE(room.page("/culture/marks").find("2026-0001"), std::string::npos);
  EXPECT_EQ(rule_of(room.house.send(officer.post("/desk/culture/marks/" + mark + "/revoke", Json::object()))), "flow.reason_missing");
  EXPECT_EQ(room.house.send(officer.post("/desk/culture/marks/" + mark + "/revoke", Json::of({{"reason", "Worn for advertising"}}))).status, 200);
  EXPECT_NE(room.page("/culture/marks").find("Revoked"), std::string::npos);
}

TX_ON_BOTH_ENGINES(CultureTest);

}  // namespace
}  // namespace tx::app
