// Telling a story on a phone, one's own stories with their pictures and consents, and taking a consent back with its code.
#include "base/text.h"
#include "platform/documents/picture.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
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
struct CodeInput {
  std::string code;
};
BOOST_DESCRIBE_STRUCT(CodeInput, (), (code))
struct ReasonInput {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReasonInput, (), (reason))

std::string own_path(const std::string& id) { return "/me/stories/" + id; }

Result<Response> tell_page(Context& context) {
  const http::Form form(context, Json::of({{"signed_as", "masked"}, {"language", context.language == language::Language::en ? "en" : "zh-CN"}, {"about", context.request.query["about"].text()}}));
  std::vector<http::Option> matters{{"", context.text("story.about.none")}};
  for (auto& [value, label] : own_matters(context)) matters.push_back({value, label});
  const auto choice = [&](const char* name, std::initializer_list<const char*> values) {
    std::vector<http::Option> options;
    for (const auto* value : values) options.push_back({value, context.text(std::string("story.") + name + "." + value)});
    return options;
  };
  return context.page("culture/tell", Json::of({{"title", context.text("story.tell")}, {"summary", form.summary()},
                                                {"f_title", form.field("title", "story.f.title", "story.f.title.hint", Json::of({{"maxlength", rules::kTitleMost}}))},
                                                {"f_words", form.field("words", "story.f.words", "story.f.words.hint", Json::of({{"rows", 10}, {"maxlength", rules::kWordsMost}}))},
                                                {"f_about", form.options("about", "story.f.about", matters, "story.f.about.hint")}, {"has_matters", matters.size() > 1},
                                                {"f_signed", form.options("signed_as", "story.f.signed", choice("signed_as", {"masked", "name", "unnamed"}))},
                                                {"f_language", form.options("language", "story.f.language", choice("language", {"zh-CN", "en"}))}}));
}

Result<Response> mine_page(Context& context) {
  Json rows = Json::array();
  for (const auto& story : storage::select<Story>(context.reader, "select * from story where teller = $1 order by created desc limit 50", context.actor.account))
    rows.push(Json::of({{"href", own_path(id_text(story.id))}, {"title", story.title}, {"text", ""}, {"icon", "edit"}, {"leaf", ""}, {"unread_row", false}, {"has_side", true}, {"side", ""}, {"clock", Json()},
                        {"meta", Json::Array{Json::of({{"glyph", "calendar"}, {"words", local_date(story.created).text()}})}},
                        {"state", workflow::state_view(kStoryFlow, story.state, context.language, context.words)}}));
  Json view = Json::of({{"title", context.text("story.mine")}, {"nav_me", true}, {"rows", rows}, {"has_rows", rows.size() > 0}});
  if (!rows.size())
    view.set("empty", Json::of({{"icon", "edit"}, {"title", context.text("story.mine.none")}, {"text", context.text("story.mine.none_text")}, {"href", "/stories/tell"}, {"action", context.text("story.tell")}}));
  return context.page("culture/mine", view);
}

Json pictures_view(Context& context, const identity::Vault& vault, const Story& story, bool open) {
  const auto consents = consents_of(context.reader, story.id);
  Json rows = Json::array();
  for (const auto& picture : pictures_of(context.reader, story.id)) {
    Json people = Json::array();
    for (const auto& consent : consents) {
      if (consent.picture != picture.id) continue;
      people.push(Json::of({{"consent", id_text(consent.id)}, {"who", vault.unseal(consent.name_sealed, "picture.name").value_or("")}, {"minor", consent.minor},
                            {"how_words", context.text("consent.how." + consent.how)}, {"stands", consent.withdrawn.us == 0},
                            {"code", consent.withdrawn.us ? "" : consent_code(vault, consent)},
                            {"withdrawn_on", consent.withdrawn.us ? local_date(consent.withdrawn).text() : ""}}));
    }
    const int missing = picture.state == "shown" ? rules::consents_missing(picture, consents) : 0;
    const bool shown = picture.state == "shown";
    rows.push(Json::of({{"picture_id", id_text(picture.id)}, {"picture", shown ? own_path(id_text(story.id)) + "/pictures/" + id_text(picture.id) : ""}, {"caption", picture.caption},
                        {"credit", picture.credit}, {"people", people}, {"has_people", people.size() > 0}, {"width", picture.width}, {"height", picture.height},
                        {"missing_words", missing ? context.text("consent.missing", {{"n", std::to_string(missing)}}) : ""}, {"asks", open && missing > 0},
                        {"gone", shown ? "" : context.text(picture.state == "hidden" ? "picture.gone" : "picture.dropped")}, {"may_drop", shown}}));
  }
  return rows;
}

Result<Response> one_page(Context& context, const identity::Vault& vault) {
  const auto story = TX_TRY(story_of(context.reader, context.argument("story")));
  const bool open = story.state == "sent" || story.state == "first" || story.state == "second" || story.state == "third";
  const http::Form form(context, Json::of({{"people", "0"}}));
  auto pictures = pictures_view(context, vault, story, open);
  Json paragraphs = Json::array();
  for (const auto& paragraph : rules::paragraphs(story.words)) paragraphs.push(Json::of({{"words", paragraph}}));
  const bool room = open && pictures.size() < rules::kPicturesMost;
  Json view = Json::of({{"title", story.title}, {"nav_me", true}, {"story", id_text(story.id)}, {"state", workflow::state_view(kStoryFlow, story.state, context.language, context.words)},
                        {"clock", story.due.us ? workflow::due_view(story.due, context.now, context.language, context.words) : Json()}, {"paragraphs", paragraphs}, {"story_lang", story.language},
                        {"pictures", pictures}, {"has_pictures", pictures.size() > 0}, {"room", room}, {"summary", form.summary()}, {"may_withdraw", open || story.state == "ready"},
                        {"may_retract", story.state == "published"}, {"read_href", story.state == "published" ? "/paper/articles/" + id_text(story.id) : ""},
                        {"timeline", workflow::timeline_view(kStoryFlow, workflow::history(context.reader, "story", story.id), context.language, context.words, context.now)}});
  view.set("f_caption", form.field("caption", "picture.f.caption", "picture.f.caption.hint", Json::of({{"maxlength", 80}})))
      .set("f_credit", form.field("credit", "picture.f.credit", {}, Json::of({{"maxlength", 30}, {"optional", true}})))
      .set("f_people", form.field("people", "picture.f.people", "picture.f.people.hint", Json::of({{"type", "number"}, {"min", "0"}, {"max", std::to_string(rules::kPeopleMost)}, {"short", true}})))
      .set("picture_error", context.problem && context.problem->field == "picture" ? context.text(context.problem->rule, context.problem->args) : "")
      .set("f_reason", form.field("reason", "story.f.reason", {}, Json::of({{"maxlength", 120}})));
  return context.page("culture/story", view);
}

Result<Json> read_upload(Context& context, Json input) {
  if (context.request.uploads.empty() || context.request.uploads.front().bytes.empty()) return input.set("file", Json());   // refused later, with the rest; never what somebody put into the fields
  auto picture = documents::read_picture(context.request.uploads.front().bytes);
  switch (picture.fault) {
    case documents::PictureFault::large: return refuse(Kind::invalid, "picture.large", "picture", {{"n", std::to_string(documents::kPictureBytesMost >> 20)}});
    case documents::PictureFault::kind: return refuse(Kind::invalid, "picture.kind", "picture");
    case documents::PictureFault::broken: return refuse(Kind::invalid, "picture.broken", "picture");
    case documents::PictureFault::none: break;
  }
  return input.set("file", Json::of({{"kind", picture.kind}, {"bytes", std::move(picture.bytes)}, {"width", picture.width}, {"height", picture.height}}));
}

Result<Response> consent_page(Context& context) {
  const http::Form form(context, Json::of({{"code", context.request.query["code"].text()}}));
  return context.page("culture/consent", Json::of({{"title", context.text("consent.title")}, {"summary", form.summary()},
                                                   {"f_code", form.field("code", "consent.f.code", "consent.f.code.hint", Json::of({{"short", true}, {"maxlength", 12}, {"autocomplete", "off"}}))}}));
}

Result<Response> own_picture(Context& context) {
  const auto story = TX_TRY(story_of(context.reader, context.argument("story")));
  const auto wanted = id_value(context.argument("picture")).value_or(0);
  for (const auto& picture : pictures_of(context.reader, story.id))
    if (picture.id == wanted && picture.state == "shown") return Response::file(picture_bytes(context.reader, picture.id), picture.kind);
  return refuse(Kind::not_found, "http.not_found");
}

}  // namespace

std::vector<std::pair<std::string, std::string>> own_matters(const Context& context) {
  std::vector<std::pair<std::string, std::string>> found;
  const Instant since = context.now.plus(-200 * kDay);
  if (const auto volunteer = teams::find_volunteer_by_account(context.reader, context.actor.account)) {
    for (const auto& row : storage::query(context.reader, "select a.id, a.title, max(t.came) as last from attendance t join activity a on a.id = t.activity where t.volunteer = $1 and t.came > $2 "
                                                          "group by a.id, a.title order by last desc limit 12", volunteer->id, since).rows)
      found.emplace_back("activity:" + id_text(std::get<std::int64_t>(row[0])), std::get<std::string>(row[1]));
    for (const auto& row : storage::query(context.reader, "select n.id, n.service, t.came from attendance t join need n on n.id = t.object where t.kind = 'need' and t.volunteer = $1 and t.came > $2 "
                                                          "order by t.came desc limit 12", volunteer->id, since).rows)
      found.emplace_back("need:" + id_text(std::get<std::int64_t>(row[0])), context.text("story.about.helped", {{"service", context.text("service." + std::get<std::string>(row[1]))},
                                                                                                                {"day", local_date({std::get<std::int64_t>(row[2])}).text()}}));
  }
  for (const auto& row : storage::query(context.reader, "select id, service, starts from need where account = $1 and state in ('done','confirmed','closed') and starts > $2 order by starts desc limit 12",
                                        context.actor.account, since).rows)
    found.emplace_back("need:" + id_text(std::get<std::int64_t>(row[0])), context.text("story.about.was_helped", {{"service", context.text("service." + std::get<std::string>(row[1]))},
                                                                                                                  {"day", local_date({std::get<std::int64_t>(row[2])}).text()}}));
  return found;
}

void add_story_routes(http::Router& router, const Services& services) {
  router.resolver("story", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto story = find_story(reader, id_value(text).value_or(0));
    if (!story) return std::nullopt;
    access::Place place;
    place.region = story->region;
    if (story->teller) place.owners.push_back(story->teller);
    return place;
  });
  const auto* vault = &services.vault;
  const auto own = [](const CommandContext& context, const Json&) { return own_path(context.argument("story")); };
  const auto page = [vault](Context& context) { return one_page(context, *vault); };
  router.page("story.tell_page", "/stories/tell", Access::signed_in("anybody may tell a story"), tell_page);
  router.command<StoryInput>({.name = "story.tell", .path = "/stories/tell", .access = Access::signed_in("anybody may tell a story"),
                              .next = [](const CommandContext&, const Json& answer) { return own_path(answer["story"].text()); }, .flash = "story.told", .page = tell_page, .region_field = "region"},
                             [](storage::Tx& tx, const CommandContext& context, const StoryInput& input) -> Result<Json> {
                               const auto story = TX_TRY(tell(tx, input, context.actor));
                               return Json::of({{"story", id_text(story.id)}, {"region", story.region}});
                             });
  router.page("story.mine", "/me/stories", Access::signed_in("one's own stories"), mine_page);
  router.page("story.one", "/me/stories/{story}", Access::owner("story"), page);
  router.page("story.own_picture", "/me/stories/{story}/pictures/{picture}", Access::owner("story"), own_picture);
  router.command<PictureInput>({.name = "story.picture", .path = "/me/stories/{story}/pictures", .access = Access::owner("story"), .next = own, .flash = "picture.added", .page = page,
                                .region_field = "region", .prepare = read_upload},
                               [](storage::Tx& tx, const CommandContext& context, const PictureInput& input) -> Result<Json> {
                                 const auto story = TX_TRY(story_of(tx, context.argument("story")));
                                 const auto picture = TX_TRY(add_picture(tx, story, input));
                                 return Json::of({{"picture", id_text(picture.id)}, {"region", story.region}});
                               });
  router.command<Empty>({.name = "story.picture_drop", .path = "/me/stories/{story}/pictures/{picture}/drop", .access = Access::owner("story"), .next = own, .flash = "picture.dropped_done", .page = page, .region_field = "region"},
                        [](storage::Tx& tx, const CommandContext& context, const Empty&) -> Result<Json> {
                          const auto story = TX_TRY(story_of(tx, context.argument("story")));
                          TX_CHECK(drop_picture(tx, story, id_value(context.argument("picture")).value_or(0)));
                          return Json::of({{"region", story.region}});
                        });
  router.command<ConsentInput>({.name = "story.consent", .path = "/me/stories/{story}/pictures/{picture}/consents", .access = Access::owner("story"), .next = own, .flash = "consent.kept", .page = page, .region_field = "region"},
                               [vault](storage::Tx& tx, const CommandContext& context, const ConsentInput& input) -> Result<Json> {
                                 const auto story = TX_TRY(story_of(tx, context.argument("story")));
                                 const auto consent = TX_TRY(give_consent(tx, *vault, story, id_value(context.argument("picture")).value_or(0), input, context.actor.account));
                                 return Json::of({{"consent", id_text(consent.id)}, {"region", story.region}});
                               });
  router.command<Empty>({.name = "story.consent_back", .path = "/me/stories/{story}/consents/{consent}/withdraw", .access = Access::owner("story"), .next = own, .flash = "consent.back_done", .page = page, .region_field = "region"},
                        [](storage::Tx& tx, const CommandContext& context, const Empty&) -> Result<Json> {
                          const auto story = TX_TRY(story_of(tx, context.argument("story")));
                          const auto consent = storage::find<Consent>(tx, "select * from picture_consent where id = $1 and story = $2", id_value(context.argument("consent")).value_or(0), story.id);
                          if (!consent) return refuse(Kind::not_found, "http.not_found");
                          TX_CHECK(withdraw_consent(tx, *consent, "teller"));
                          return Json::of({{"region", story.region}});
                        });
  for (const char* action : {"withdraw", "retract"})
    router.command<ReasonInput>({.name = std::string("story.own_") + action, .path = std::string("/me/stories/{story}/") + action, .access = Access::owner("story"), .next = own, .flash = "story.moved", .page = page, .region_field = "region"},
                                [action](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
                                  const auto story = TX_TRY(step_story(tx, TX_TRY(story_of(tx, context.argument("story"))), action, context.actor.account, input.reason));
                                  return Json::of({{"state", story.state}, {"region", story.region}});
                                });
  router.page("consent.page", "/consent", Access::everyone("whoever is on a picture takes the consent back with its code, without an account"), consent_page);
  router.command<CodeInput>({.name = "consent.back", .path = "/consent", .access = Access::everyone("whoever is on a picture takes the consent back with its code, without an account"),
                             .next = [](const CommandContext&, const Json&) { return std::string("/consent"); }, .flash = "consent.back_done", .page = consent_page, .region_field = "region"},
                            [](storage::Tx& tx, const CommandContext&, const CodeInput& input) -> Result<Json> {
                              const auto consent = consent_by_code(tx, input.code);
                              if (!consent) return refuse(Kind::invalid, "consent.unknown", "code");
                              TX_CHECK(withdraw_consent(tx, *consent, "code"));
                              const auto story = find_story(tx, consent->story);
                              return Json::of({{"region", story ? story->region : ""}});
                            });
}

}  // namespace tx::culture
