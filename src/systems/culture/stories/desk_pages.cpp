// The editors' desk: what was sent, what waits for which review, one story with its pictures, edits, reviews and corrections.
#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/culture/periodical/flow.h"
#include "systems/culture/periodical/periodical.h"
#include "systems/culture/stories/flow.h"
#include "systems/culture/stories/rules.h"
#include "systems/culture/stories/stories.h"
#include "systems/teams/teams.h"

namespace tx::culture {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct Empty {};
BOOST_DESCRIBE_STRUCT(Empty, (), ())
struct ReasonInput {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReasonInput, (), (reason))
struct CorrectionInput {
  std::string was, right_words;
};
BOOST_DESCRIBE_STRUCT(CorrectionInput, (), (was, right_words))

constexpr int kListMost = 60;
std::string desk_path(const std::string& id) { return "/desk/paper/stories/" + id; }

Result<Response> desk_page(Context& context) {
  const auto regions = access::regions_of(context.roles, context.actor, permission::read);
  const std::string mine = access::region_filter("region", regions);
  std::string tab = context.request.query["tab"].text();
  if (!kStoryFlow.state(tab) || tab == "withdrawn") tab = "";
  Json tabs = Json::array();
  for (const auto* state : {"sent", "first", "second", "third", "ready", "published"}) {
    const auto count = storage::scalar<std::int64_t>(context.reader, "select count(*) from story where state = $1 and " + mine, state).value_or(0);
    if (tab.empty() && count > 0) tab = state;   // what waits longest first
    tabs.push(Json::of({{"href", std::string("/desk/paper?tab=") + state}, {"label", context.text(std::string("flow.story.") + state)}, {"count", count}, {"tab", state}}));
  }
  if (tab.empty()) tab = "sent";
  Json shown = Json::array(), rows = Json::array(), issues = Json::array();
  for (auto one : tabs.items()) shown.push(one.set("current", one["tab"].text() == tab));
  for (const auto& story : storage::select<Story>(context.reader, "select * from story where state = $1 and " + mine + (tab == "published" ? " order by published desc" : " order by due, created") + " limit $2", tab, kListMost)) {
    Json meta = Json::array();
    meta.push(Json::of({{"glyph", "calendar"}, {"words", local_date(story.created).text()}}));
    meta.push(Json::of({{"glyph", "nearby"}, {"words", teams::region_name(context.reader, story.region, context.language)}}));
    if (const auto n = storage::scalar<std::int64_t>(context.reader, "select count(*) from story_picture where story = $1 and state = 'shown'", story.id).value_or(0))
      meta.push(Json::of({{"glyph", "camera"}, {"words", std::to_string(n)}}));
    rows.push(Json::of({{"href", desk_path(id_text(story.id))}, {"title", story.headline}, {"text", shortened(story.body, 48)}, {"icon", ""}, {"leaf", ""}, {"unread_row", false}, {"has_side", true}, {"side", ""}, {"meta", meta},
                        {"state", workflow::state_view(kStoryFlow, story.state, context.language, context.words)},
                        {"clock", story.due.us ? workflow::due_view(story.due, context.now, context.language, context.words) : Json()}}));
  }
  for (const auto& issue : storage::select<Issue>(context.reader, "select * from issue where " + mine + " order by case when state = 'published' then 1 else 0 end, day desc limit 6")) {
    const auto paper = find_paper(context.reader, issue.paper);
    issues.push(Json::of({{"href", "/desk/paper/issues/" + id_text(issue.id)}, {"name", paper ? paper->name : ""}, {"no", context.text("paper.print.number", {{"n", std::to_string(issue.number)}})},
                          {"day", language::day_text(context.language, issue.day)}, {"state", workflow::state_view(kIssueFlow, issue.state, context.language, context.words)},
                          {"clock", issue.due.us ? workflow::due_view(issue.due, context.now, context.language, context.words) : Json()}}));
  }
  Json view = Json::of({{"title", context.text("paper.desk")}, {"tabs", shown}, {"rows", rows}, {"issues", issues}, {"has_issues", issues.size() > 0}, {"may_plan", context.may(permission::edit)}});
  if (!rows.size()) view.set("empty", Json::of({{"icon", "file"}, {"title", context.text("paper.desk.none")}, {"text", context.text("paper.desk.none_text")}}));
  return context.page("culture/desk", view);
}

Json desk_pictures(Context& context, const Story& story) {
  const auto consents = consents_of(context.reader, story.id);
  Json rows = Json::array();
  for (const auto& picture : pictures_of(context.reader, story.id)) {
    const bool shown = picture.state == "shown";
    const int missing = shown ? rules::consents_missing(picture, consents) : 0;
    int standing = 0, children = 0;
    Json back = Json::array();
    for (const auto& consent : consents) {
      if (consent.picture != picture.id) continue;
      if (!consent.withdrawn.us) ++standing, children += consent.minor;
      if (!consent.withdrawn.us)
        back.push(Json::of({{"consent", id_text(consent.id)}, {"label", context.text(consent.minor ? "consent.of_child" : "consent.of_adult", {{"n", std::to_string(standing)}, {"how", context.text("consent.how." + consent.how)}})}}));
    }
    rows.push(Json::of({{"picture", shown ? desk_path(id_text(story.id)) + "/pictures/" + id_text(picture.id) : ""}, {"caption", picture.caption}, {"credit", picture.credit}, {"width", picture.width}, {"height", picture.height},
                        {"people_words", context.text("picture.people", {{"n", std::to_string(picture.people)}, {"agreed", std::to_string(standing)}})}, {"consents", back}, {"has_consents", back.size() > 0},
                        {"missing_words", missing ? context.text("consent.missing", {{"n", std::to_string(missing)}}) : ""}, {"gone", shown ? "" : context.text(picture.state == "hidden" ? "picture.gone" : "picture.dropped")}}));
  }
  return rows;
}

Result<Response> one_page(Context& context) {
  const auto story = TX_TRY(story_of(context.reader, context.argument("story")));
  const auto may = [&](access::Permission permission) {
    for (const auto& prefix : access::regions_of(context.roles, context.actor, permission))
      if (story.region.starts_with(prefix)) return true;
    return false;
  };
  const bool editing = story.state == "first" && may(permission::edit);
  const http::Form form(context, Json::of({{"kicker", story.kicker}, {"headline", story.headline}, {"subhead", story.subhead}, {"body", story.body}, {"byline", story.byline}, {"source", story.source}}));
  Json actions = Json::array(), told = Json::array(), paragraphs = Json::array(), reviewers = Json::array();
  bool reason = false;
  for (const auto* step : kStoryFlow.steps_from(story.state)) {
    if (step->permission.id.empty() || !may(step->permission)) continue;
    reason = reason || step->needs_reason;
    actions.push(Json::of({{"action", step->action}, {"label", context.text("flow.story.do." + std::string(step->action))}, {"main", !step->needs_reason}}));
  }
  for (const auto& paragraph : rules::paragraphs(story.words)) told.push(Json::of({{"words", paragraph}}));
  for (const auto& paragraph : rules::paragraphs(story.body)) paragraphs.push(Json::of({{"words", paragraph}}));
  const auto reviewer = [&](const char* key, access::AccountId account) {
    const auto name = account ? storage::scalar<std::string>(context.reader, "select display_name from account where id = $1", account).value_or("") : "";
    reviewers.push(Json::of({{"label", context.text(key)}, {"who", name}, {"done", account.value != 0}}));
  };
  reviewer("story.review.first", story.first_by);
  reviewer("story.review.second", story.second_by);
  reviewer("story.review.third", story.third_by);
  const auto pictures = desk_pictures(context, story);
  Json corrections = Json::array();
  for (const auto& correction : corrections_of(context.reader, story.id))
    corrections.push(Json::of({{"was", correction.was}, {"right_words", correction.right_words}, {"day", local_date(correction.at).text()}}));
  const auto text = [&](const char* name, int rows, int most) { return form.field(name, std::string("story.f.") + name, {}, Json::of({{"rows", rows}, {"maxlength", most}, {"optional", std::string_view(name) != "headline" && std::string_view(name) != "body"}})); };
  const auto issue = story.issue ? find_issue(context.reader, story.issue) : std::nullopt;
  Json view = Json::of({{"title", story.headline}, {"story", id_text(story.id)}, {"state", workflow::state_view(kStoryFlow, story.state, context.language, context.words)},
                        {"clock", story.due.us ? workflow::due_view(story.due, context.now, context.language, context.words) : Json()}, {"story_lang", story.language}, {"told_title", story.title}, {"told", told},
                        {"kicker", story.kicker}, {"headline", story.headline}, {"subhead", story.subhead}, {"by", story.byline}, {"source", story.source}, {"paragraphs", paragraphs}, {"editing", editing}, {"pictures", pictures},
                        {"has_pictures", pictures.size() > 0}, {"actions", actions}, {"has_actions", actions.size() > 0}, {"reviewers", reviewers}, {"may_take_back", may(permission::edit)}, {"corrections", corrections},
                        {"has_corrections", corrections.size() > 0}, {"may_correct", story.state == "published" && may(permission::publish)}, {"summary", form.summary()},
                        {"place", teams::region_path(context.reader, story.region, context.language)}, {"letters", static_cast<std::int64_t>(letter_count(story.body))},
                        {"read_href", story.state == "published" ? "/paper/articles/" + id_text(story.id) : ""}, {"issue_href", issue ? "/desk/paper/issues/" + id_text(issue->id) : ""},
                        {"issue_words", issue ? context.text("paper.print.number", {{"n", std::to_string(issue->number)}}) + " " + context.text("paper.page_no", {{"n", std::to_string(story.page)}}) : ""},
                        {"timeline", workflow::timeline_view(kStoryFlow, workflow::history(context.reader, "story", story.id), context.language, context.words, context.now)}});
  if (reason) view.set("f_reason", form.field("reason", "story.f.reason", {}, Json::of({{"rows", 2}, {"maxlength", 300}, {"optional", true}})));
  if (editing)
    view.set("f_kicker", text("kicker", 1, 60)).set("f_headline", text("headline", 1, 60)).set("f_subhead", text("subhead", 1, 60)).set("f_body", text("body", 18, 6000)).set("f_byline", text("byline", 1, 40)).set("f_source", text("source", 1, 40));
  view.set("f_was", form.field("was", "correction.f.was", "correction.f.was.hint", Json::of({{"rows", 2}, {"maxlength", 600}})))
      .set("f_right", form.field("right_words", "correction.f.right", {}, Json::of({{"rows", 2}, {"maxlength", 600}})));
  return context.page("culture/story_desk", view);
}

Result<Response> desk_picture(Context& context) {
  const auto story = TX_TRY(story_of(context.reader, context.argument("story")));
  for (const auto& picture : pictures_of(context.reader, story.id))
    if (id_text(picture.id) == context.argument("picture") && picture.state == "shown") return Response::file(picture_bytes(context.reader, picture.id), picture.kind);
  return refuse(Kind::not_found, "http.not_found");
}

}  // namespace

void add_story_desk_routes(http::Router& router, const Services&) {
  const auto back = [](const CommandContext& context, const Json&) { return desk_path(context.argument("story")); };
  router.page("paper.desk", "/desk/paper", Access::any(permission::read), desk_page);
  router.page("story.desk", "/desk/paper/stories/{story}", Access::over(permission::read, "story"), one_page);
  router.page("story.desk_picture", "/desk/paper/stories/{story}/pictures/{picture}", Access::over(permission::read, "story"), desk_picture);
  router.command<EditInput>({.name = "story.edit", .path = "/desk/paper/stories/{story}/edit", .access = Access::over(permission::edit, "story"), .next = back, .flash = "story.edited", .page = one_page, .region_field = "region"},
                            [](storage::Tx& tx, const CommandContext& context, const EditInput& input) -> Result<Json> {
                              const auto story = TX_TRY(edit(tx, TX_TRY(story_of(tx, context.argument("story"))), input));
                              return Json::of({{"story", id_text(story.id)}, {"region", story.region}});
                            });
  std::vector<std::string_view> known;
  for (const auto& step : kStorySteps) {
    if (step.permission.id.empty() || std::find(known.begin(), known.end(), step.action) != known.end()) continue;
    known.push_back(step.action);   // an action has one permission, wherever it leads from
    const std::string action(step.action);
    router.command<ReasonInput>({.name = "story." + action, .path = "/desk/paper/stories/{story}/" + action, .access = Access::over(step.permission, "story"), .next = back, .flash = "story.moved", .page = one_page, .region_field = "region"},
                                [action](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
                                  const auto story = TX_TRY(step_story(tx, TX_TRY(story_of(tx, context.argument("story"))), action, context.actor.account, input.reason));
                                  return Json::of({{"state", story.state}, {"region", story.region}});
                                });
  }
  router.command<CorrectionInput>({.name = "story.correct", .path = "/desk/paper/stories/{story}/correct", .access = Access::over(permission::publish, "story"), .next = back, .flash = "correction.kept", .page = one_page, .region_field = "region"},
                                  [](storage::Tx& tx, const CommandContext& context, const CorrectionInput& input) -> Result<Json> {
                                    const auto story = TX_TRY(story_of(tx, context.argument("story")));
                                    TX_CHECK(correct(tx, story, input.was, input.right_words, context.actor.account));
                                    return Json::of({{"region", story.region}});
                                  });
  router.command<Empty>({.name = "story.desk_consent_back", .path = "/desk/paper/stories/{story}/consents/{consent}/withdraw", .access = Access::over(permission::edit, "story"), .next = back, .flash = "consent.back_done", .page = one_page, .region_field = "region"},
                        [](storage::Tx& tx, const CommandContext& context, const Empty&) -> Result<Json> {
                          const auto story = TX_TRY(story_of(tx, context.argument("story")));
                          const auto consent = storage::find<Consent>(tx, "select * from picture_consent where id = $1 and story = $2", id_value(context.argument("consent")).value_or(0), story.id);
                          if (!consent) return refuse(Kind::not_found, "http.not_found");
                          TX_CHECK(withdraw_consent(tx, *consent, "editor"));
                          return Json::of({{"region", story.region}});
                        });
}

}  // namespace tx::culture
