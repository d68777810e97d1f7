// The demonstration paper: issues made of made-up stories of the demonstration region (data/demonstration/paper/*.json), which went
// through the same reviews and proofs as any other, by the demonstration's editors; only their times lie in the past.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "platform/documents/picture.h"
#include "platform/storage/record_sql.h"
#include "systems/culture/calendar/calendar.h"
#include "systems/culture/periodical/flow.h"
#include "systems/culture/periodical/periodical.h"
#include "systems/culture/stories/stories.h"

namespace tx::culture {
namespace {

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

struct Editors {
  access::AccountId editor, managing, chief;
};

Result<Story> told(storage::Tx& tx, const identity::Vault& vault, const Json& one, const std::string& folder) {
  access::Actor teller;
  teller.account = identity::find_account(tx, vault, one["teller"].text());
  teller.region = "640104001002";
  StoryInput input{one["headline"].text(), one["body"].text(), one["signed"].text(), "", "zh-CN"};
  auto story = TX_TRY(tell(tx, input, teller));
  for (const auto& given : one["pictures"].items()) {
    const auto picture = documents::read_picture(bytes_of(std::filesystem::path(folder) / given["file"].text()));
    if (picture.fault != documents::PictureFault::none) return refuse(Kind::invalid, "picture.broken", given["file"].text());
    const auto kept = TX_TRY(add_picture(tx, story, {given["caption"].text(), given["credit"].text(), static_cast<int>(given["people"].size()),
                                                        Json::of({{"kind", picture.kind}, {"bytes", picture.bytes}, {"width", picture.width}, {"height", picture.height}})}));
    for (const auto& person : given["people"].items())
      TX_CHECK(give_consent(tx, vault, story, kept.id, {person["name"].text(), person["guardian"].text(), "written", !person["guardian"].text().empty()}, teller.account));
  }
  return story;
}

Result<Story> reviewed(storage::Tx& tx, Story story, const Json& one, const Editors& editors) {
  story = TX_TRY(step_story(tx, story, "take", editors.editor));
  story = TX_TRY(edit(tx, story, {one["kicker"].text(), one["headline"].text(), one["subhead"].text(), one["body"].text(), one["byline"].text(), one["source"].text()}));
  story = TX_TRY(step_story(tx, story, "pass_first", editors.editor));
  story = TX_TRY(step_story(tx, story, "pass_second", editors.managing));
  return step_story(tx, story, "pass_third", editors.chief);
}

// The same write path at an earlier time: what is written says that it happened then.
class Earlier final : public storage::Tx {
 public:
  Earlier(storage::Tx& tx, Instant at) : tx_(tx), at_(at) {}
  using Reader::query;
  storage::Rows query(std::string_view sql, std::span<const storage::Value> values) override { return tx_.query(sql, values); }
  std::int64_t execute(std::string_view sql, std::span<const storage::Value> values) override { return tx_.execute(sql, values); }
  Instant now() const override { return at_; }
  std::int64_t new_id() override { return tx_.new_id(); }
  void after_commit(std::function<void()> effect) override { tx_.after_commit(std::move(effect)); }

 private:
  storage::Tx& tx_;
  Instant at_;
};

Result<void> issue_from(storage::Tx& now, const identity::Vault& vault, const Json& given, const Paper& paper, const Editors& editors, const std::string& folder) {
  const Date day{local_date(now.now()).days - static_cast<std::int32_t>(given["days_ago"].integer())};
  Earlier tx(now, instant_of({day.days - 2}, 9, 0)), morning(now, instant_of(day, 7, 0));
  Issue issue;
  issue.id = tx.new_id();
  issue.paper = paper.id;
  issue.number = given["number"].integer();
  issue.day = day;
  issue.region = paper.region;
  issue.made_by = editors.editor;
  issue.created = tx.now();
  issue.state = TX_TRY(workflow::take(tx, kIssueFlow, issue.id, "", "plan", editors.editor, {}, issue.region)).state;
  storage::insert(tx, "issue", issue);
  for (const auto& page : given["pages"].items()) {
    const auto placed = TX_TRY(append_page(tx, issue, page["section"].text()));
    for (const auto& one : page["stories"].items()) {
      const auto story = TX_TRY(reviewed(tx, TX_TRY(told(tx, vault, one, folder)), one, editors));
      TX_CHECK(place_story(tx, issue, {id_text(story.id), placed.number, ""}));
    }
  }
  for (const auto& [action, by] : {std::pair{"compose", editors.editor}, {"pass_proof1", editors.editor}, {"pass_proof2", editors.managing}, {"pass_proof3", editors.chief}})
    issue = TX_TRY(step_issue(tx, issue, action, by, {}));
  TX_CHECK(step_issue(morning, issue, "publish", editors.chief, {}));
  return {};
}

// Help among the people that a visitor can sign in as: needs that were met long ago get an asker with an account, so that the
// circle can be seen to close.
void close_circle(storage::Tx& tx, const identity::Vault& vault, const std::string& helper, const std::string& helped) {
  storage::execute(tx, "update need set account = $1 where id in (select n.id from attendance t join need n on n.id = t.object join volunteer v on v.id = t.volunteer where t.kind = 'need' and "
                       "t.state = 'confirmed' and v.account = $2 and n.account = 0 and n.state = 'closed' order by t.came desc limit 2)",
                   identity::find_account(tx, vault, helped), identity::find_account(tx, vault, helper));
}

}  // namespace

Result<void> load_demonstration(storage::Store& store, const identity::Vault& vault, const std::string& data) {
  const std::string folder = data + "/demonstration/paper";
  const auto given = Json::parse(bytes_of(folder + "/paper.json"));
  if (!given) return refuse(Kind::invalid, "teams.demonstration_missing", "", {{"folder", folder}});
  const auto done = store.write([&](storage::Tx& tx) -> Result<Json> {
    if (storage::scalar<std::int64_t>(tx, "select 1 from paper limit 1")) return Json();
    const Json& about = (*given)["paper"];
    Paper paper;
    paper.id = tx.new_id();
    paper.region = "64";
    paper.name = about["name"].text();
    paper.name_en = about["name_en"].text();
    paper.motto = about["motto"].text();
    paper.publisher = about["publisher"].text();
    paper.licence_kind = "none";
    paper.size = about["size"].text();
    paper.language = "zh-CN";
    paper.demonstration = true;
    paper.created = tx.now();
    storage::insert(tx, "paper", paper);
    const Editors editors{identity::find_account(tx, vault, "bianji"), identity::find_account(tx, vault, "zhuren"), identity::find_account(tx, vault, "zongbian")};
    for (const auto& issue : (*given)["issues"].items()) TX_CHECK(issue_from(tx, vault, issue, paper, editors, folder));
    for (const auto& one : (*given)["waiting"].items()) TX_CHECK(told(tx, vault, one, folder));
    for (const auto& one : (*given)["ready"].items()) TX_CHECK(reviewed(tx, TX_TRY(told(tx, vault, one, folder)), one, editors));
    // The editors have read what came in so far.
    storage::execute(tx, "update notice set read_at = at where key like 'notice.story%'");
    for (const auto& pair : (*given)["helped"].items()) close_circle(tx, vault, pair["helper"].text(), pair["helped"].text());
    const Date today = local_date(tx.now());
    for (const auto& one : (*given)["plans"].items()) {
      Plan plan;
      plan.id = tx.new_id();
      plan.day_code = one["day"].text();
      const auto* day = &kYearDays[0];
      for (const auto& each : kYearDays)
        if (each.code == plan.day_code) day = &each;
      const Date next = rules::next_of(*day, today);
      plan.year = next.year();
      plan.region = one["region"].text();
      plan.title = one["title"].text();
      plan.words = one["words"].text();
      plan.from_day = {next.days + static_cast<std::int32_t>(one["from"].integer())};
      plan.to_day = {next.days + static_cast<std::int32_t>(one["to"].integer())};
      plan.created = tx.now();
      plan.state = "open";
      storage::insert(tx, "culture_plan", plan);
    }
    return Json();
  });
  if (!done) return tl::unexpected(done.error());
  return {};
}

}  // namespace tx::culture
