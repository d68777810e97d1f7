// The room's front page, what it shows on the home page, and its wiring.
#include "systems/culture/culture.h"

#include "platform/storage/record_sql.h"
#include "systems/culture/calendar/calendar.h"
#include "systems/culture/circle/circle.h"
#include "systems/culture/marks/flow.h"
#include "systems/culture/marks/marks.h"
#include "systems/culture/periodical/flow.h"
#include "systems/culture/periodical/press.h"
#include "systems/culture/stories/flow.h"
#include "systems/culture/stories/stories.h"

namespace tx::culture {
namespace {

using access::Access;
using http::Context;
using http::Response;

// The newest issue as it lies on the table: first page and its headlines.
Json newest_view(const Context& context) {
  const auto issue = newest_issue(context.reader);
  if (!issue) return {};
  const auto paper = find_paper(context.reader, issue->paper);
  const auto page = find_page(context.reader, issue->id, 1);
  if (!paper || !page) return {};
  Json headlines = Json::array();
  for (const auto& story : stories_of(context.reader, issue->id)) {
    headlines.push(Json::of({{"href", "/paper/articles/" + id_text(story.id)}, {"headline", story.headline}, {"story_lang", story.language}}));
    if (headlines.size() >= 5) break;
  }
  return Json::of({{"paper_name", context.language == language::Language::en && !paper->name_en.empty() ? paper->name_en : paper->name},
                   {"issue_words", context.text("paper.print.number", {{"n", std::to_string(issue->number)}}) + " · " + date_line(context.words, context.language, issue->day)},
                   {"href", "/paper"}, {"thumb", "/paper/issues/" + id_text(issue->id) + "/pages/1/thumb?v=" + std::to_string(page->version)}, {"headlines", headlines}});
}

Result<Response> front(Context& context) {
  Json days = days_view(context);
  Json next = Json::array();
  if (days.size()) next.push(days.items().front());
  return context.page("culture/front", Json::of({{"title", context.text("culture.title")}, {"newest", newest_view(context)}, {"next_days", next}, {"region", region_circle_view(context)}}));
}

}  // namespace

std::vector<const workflow::Flow*> flows() { return {&kStoryFlow, &kIssueFlow, &kMarkFlow}; }

void register_routes(http::Router& router, const Services& services) {
  router.page("culture.front", "/culture", Access::everyone("the culture room is public"), front);
  add_story_routes(router, services);
  add_story_desk_routes(router, services);
  add_reader_routes(router, services);
  add_feed_routes(router, services);
  add_paper_desk_routes(router, services);
  add_calendar_routes(router);
  add_circle_routes(router);
  add_mark_routes(router);
}

void add_timed_work(jobs::Jobs& jobs, const Clock& clock, const language::Catalogue& words) {
  jobs.every(10 * kMinute, "culture.circle", [&clock](storage::Store& store) { recount_circle(store, clock); });
  jobs.every(kHour, "culture.marks", [](storage::Store& store) {
    (void)store.write([](storage::Tx& tx) -> Result<Json> { return Json(end_marks(tx)); });
  });
  jobs.every(5 * kSecond, "culture.press", [press = std::make_shared<Press>(words)](storage::Store& store) { press->keep_missing(store); });
}

Json home_view(const http::Context& context) {
  return Json::of({{"newest", newest_view(context)}, {"day", next_day_view(context)}});
}

Json data_of(storage::Reader& reader, const identity::Vault& vault, access::AccountId account) {
  Json stories = Json::array();
  for (const auto& story : storage::select<Story>(reader, "select * from story where teller = $1 order by created", account)) {
    Json pictures = Json::array(), people = Json::array();
    for (const auto& picture : pictures_of(reader, story.id)) pictures.push(to_json(picture));
    for (const auto& consent : consents_of(reader, story.id))
      people.push(Json::of({{"name", vault.unseal(consent.name_sealed, "picture.name").value_or("")}, {"minor", consent.minor}, {"how", consent.how}, {"given", to_json(consent.given)}, {"withdrawn", to_json(consent.withdrawn)}}));
    stories.push(Json::of({{"title", story.title}, {"words", story.words}, {"state", story.state}, {"created", to_json(story.created)}, {"published", to_json(story.published)}, {"byline", story.byline},
                           {"pictures", pictures}, {"people", people}}));
  }
  return stories.size() ? Json::of({{"stories", stories}}) : Json();
}

// What is not published goes; what is, stays without a name: readers and those in it have it already.
void close_person(storage::Tx& tx, access::AccountId account) {
  for (const auto& story : storage::select<Story>(tx, "select * from story where teller = $1", account)) {
    if (story.state == "published" || story.state == "retracted") {
      storage::execute(tx, "update story set teller = 0, byline = '' where id = $1", story.id);
      reprint(tx, story, "paper.note.name");
      continue;
    }
    if (!kStoryFlow.state(story.state)->final) TX_ASSERT(step_story(tx, story, "withdraw", account));
    storage::execute(tx, "delete from story_picture where story = $1", story.id);
    storage::execute(tx, "delete from picture_consent where story = $1", story.id);
    storage::execute(tx, "update story set teller = 0, title = '', words = '', kicker = '', headline = '', subhead = '', body = '', byline = '', source = '' where id = $1", story.id);
  }
}

}  // namespace tx::culture
