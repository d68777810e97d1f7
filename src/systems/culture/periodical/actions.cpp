// The page plan, proofs, publication, and printing anew.
#include "base/text.h"
#include "platform/storage/record_sql.h"
#include "systems/culture/periodical/flow.h"
#include "systems/culture/periodical/periodical.h"
#include "systems/culture/stories/rules.h"
#include "systems/culture/stories/stories.h"

namespace tx::culture {
namespace {

Result<void> move_issue(storage::Tx& tx, Issue& issue, std::string_view action, access::AccountId by, const std::string& reason) {
  const auto taken = TX_TRY(workflow::take(tx, kIssueFlow, issue.id, issue.state, action, by, reason, issue.region));
  issue.state = taken.state;
  issue.due = taken.due;
  if (action == "reopen") issue.proof1_by = issue.proof2_by = issue.proof3_by = {};
  storage::update(tx, "issue", issue);
  return {};
}

// Places of a page are 1, 2, 3, … without gaps.
void number_places(storage::Tx& tx, std::int64_t issue, int page) {
  int place = 0;
  for (const auto& story : stories_of(tx, issue, page)) storage::execute(tx, "update story set place = $1 where id = $2", ++place, story.id);
}

}  // namespace

std::optional<Paper> find_paper(storage::Reader& reader, std::int64_t id) { return storage::find<Paper>(reader, "select * from paper where id = $1", id); }
std::vector<Paper> papers_in(storage::Reader& reader, const std::vector<std::string>& regions) {
  // A paper of the whole region is also the desk of those who hold a part of it: they only see what they may.
  return storage::select<Paper>(reader, "select * from paper where " + access::region_filter("region", regions) + " order by id");
}
std::optional<Issue> find_issue(storage::Reader& reader, std::int64_t id) { return storage::find<Issue>(reader, "select * from issue where id = $1", id); }
std::optional<Issue> newest_issue(storage::Reader& reader) {
  return storage::find<Issue>(reader, "select * from issue where state = 'published' order by day desc, id desc limit 1");
}
std::optional<Issue> neighbour_issue(storage::Reader& reader, const Issue& issue, bool next) {
  return storage::find<Issue>(reader, next ? "select * from issue where paper = $1 and state = 'published' and day > $2 order by day limit 1"
                                           : "select * from issue where paper = $1 and state = 'published' and day < $2 order by day desc limit 1",
                              issue.paper, issue.day);
}
std::vector<Page> pages_of(storage::Reader& reader, std::int64_t issue) {
  return storage::select<Page>(reader, "select * from issue_page where issue = $1 order by number", issue);
}
std::optional<Page> find_page(storage::Reader& reader, std::int64_t issue, int number) {
  return storage::find<Page>(reader, "select * from issue_page where issue = $1 and number = $2", issue, number);
}
std::vector<Story> stories_of(storage::Reader& reader, std::int64_t issue) {
  return storage::select<Story>(reader, "select * from story where issue = $1 and page > 0 order by page, place, id", issue);
}
std::vector<Story> stories_of(storage::Reader& reader, std::int64_t issue, int page) {
  return storage::select<Story>(reader, "select * from story where issue = $1 and page = $2 order by place, id", issue, page);
}

Result<Issue> plan_issue(storage::Tx& tx, const IssueInput& input, const access::Actor& by, const access::Roles& roles) {
  const auto paper = find_paper(tx, id_value(input.paper).value_or(0));
  bool mine = false;
  for (const auto& own : papers_in(tx, access::regions_of(roles, by, permission::edit))) mine = mine || (paper && own.id == paper->id);
  if (!mine) return refuse(Kind::invalid, "issue.paper_unknown", "paper");
  if (input.pages < 1 || input.pages > kPagesMost) return refuse(Kind::invalid, "issue.pages_wrong", "pages", {{"n", std::to_string(kPagesMost)}});
  if (input.day < local_date(tx.now())) return refuse(Kind::invalid, "issue.day_past", "day");
  if (storage::scalar<std::int64_t>(tx, "select 1 from issue where paper = $1 and day = $2", paper->id, input.day)) return refuse(Kind::conflict, "issue.day_taken", "day");
  Issue issue;
  issue.id = tx.new_id();
  issue.paper = paper->id;
  issue.number = storage::scalar<std::int64_t>(tx, "select max(number) from issue where paper = $1", paper->id).value_or(0) + 1;
  issue.day = input.day;
  issue.region = paper->region;
  issue.made_by = by.account;
  issue.created = tx.now();
  const auto taken = TX_TRY(workflow::take(tx, kIssueFlow, issue.id, "", "plan", by.account, {}, issue.region));
  issue.state = taken.state;
  storage::insert(tx, "issue", issue);
  for (int number = 1; number <= input.pages; ++number) TX_CHECK(append_page(tx, issue, ""));
  return issue;
}

Result<Page> append_page(storage::Tx& tx, const Issue& issue, const std::string& section) {
  if (issue.state != "planning") return refuse(Kind::conflict, "issue.plan_closed");
  const auto last = storage::scalar<std::int64_t>(tx, "select max(number) from issue_page where issue = $1", issue.id).value_or(0);
  if (last >= kPagesMost) return refuse(Kind::full, "issue.pages_wrong", "", {{"n", std::to_string(kPagesMost)}});
  Page page;
  page.id = tx.new_id();
  page.issue = issue.id;
  page.number = static_cast<int>(last) + 1;
  page.section = section;
  page.changed = tx.now();
  storage::insert(tx, "issue_page", page);
  return page;
}

Result<Page> name_page(storage::Tx& tx, const Issue& issue, int number, const std::string& section) {
  if (issue.state != "planning") return refuse(Kind::conflict, "issue.plan_closed");
  auto page = find_page(tx, issue.id, number);
  if (!page) return refuse(Kind::not_found, "http.not_found");
  if (letter_count(section) < 1 || letter_count(section) > 12) return refuse(Kind::invalid, "issue.section_missing", "section");
  page->section = section;
  storage::update(tx, "issue_page", *page);
  return *page;
}

Result<Story> place_story(storage::Tx& tx, const Issue& issue, const PlaceInput& input) {
  if (issue.state != "planning") return refuse(Kind::conflict, "issue.plan_closed");
  auto story = TX_TRY(story_of(tx, input.story));
  if (story.issue != issue.id && (story.state != "ready" || story.issue != 0 || !story.region.starts_with(issue.region))) return refuse(Kind::conflict, "issue.story_not_ready", "story");
  const int before = story.page;
  if (input.page == 0) {
    storage::execute(tx, "update story set issue = 0, page = 0, place = 0 where id = $1", story.id);
  } else if (!input.move.empty() && input.page == before && story.issue == issue.id) {
    const auto on_page = stories_of(tx, issue.id, before);
    for (std::size_t i = 0; i < on_page.size(); ++i) {
      const std::size_t other = input.move == "up" ? i - 1 : i + 1;
      if (on_page[i].id != story.id || other >= on_page.size()) continue;
      storage::execute(tx, "update story set place = $1 where id = $2", static_cast<int>(other) + 1, story.id);
      storage::execute(tx, "update story set place = $1 where id = $2", static_cast<int>(i) + 1, on_page[other].id);
    }
  } else {
    if (!find_page(tx, issue.id, input.page)) return refuse(Kind::not_found, "http.not_found");
    const auto there = stories_of(tx, issue.id, input.page);
    if (there.size() >= kStoriesOfPageMost) return refuse(Kind::full, "issue.page_full", "page", {{"n", std::to_string(kStoriesOfPageMost)}});
    storage::execute(tx, "update story set issue = $1, page = $2, place = $3 where id = $4", issue.id, input.page, static_cast<int>(there.size()) + 1, story.id);
  }
  if (before > 0 && before != input.page) number_places(tx, issue.id, before);
  return story_of(tx, input.story);
}

Result<Issue> step_issue(storage::Tx& tx, Issue issue, std::string_view action, access::AccountId by, const std::string& reason, int overset) {
  if (action == "compose" || action == "publish") {
    if (overset > 0) return refuse(Kind::conflict, "issue.overset", "", {{"n", std::to_string(overset)}});
    for (const auto& page : pages_of(tx, issue.id)) {
      if (page.section.empty()) return refuse(Kind::invalid, "issue.section_open", "", {{"n", std::to_string(page.number)}});
      if (stories_of(tx, issue.id, page.number).empty()) return refuse(Kind::invalid, "issue.empty_page", "", {{"n", std::to_string(page.number)}});
    }
  }
  if (action == "pass_proof1" || action == "pass_proof2" || action == "pass_proof3") {
    TX_CHECK(rules::may_proof({issue.proof1_by, issue.proof2_by, issue.proof3_by}, by));
    (action == "pass_proof1" ? issue.proof1_by : action == "pass_proof2" ? issue.proof2_by : issue.proof3_by) = by;
  }
  if (action == "publish") {
    issue.signed_by = by;
    issue.published = tx.now();
    for (const auto& story : stories_of(tx, issue.id)) TX_CHECK(step_story(tx, story, "publish", by));
  }
  TX_CHECK(move_issue(tx, issue, action, by, reason));
  return issue;
}

void leave_issue(storage::Tx& tx, const Story& story) {
  if (!story.issue) return;
  auto issue = find_issue(tx, story.issue);
  if (!issue || issue->state == "published") return;
  if (issue->state != "planning") {
    const auto reopened = move_issue(tx, *issue, "reopen", {}, story.headline);
    TX_ASSERT(reopened);
  }
}

void reprint(storage::Tx& tx, const Story& story, std::string_view note) {
  auto issue = story.issue ? find_issue(tx, story.issue) : std::nullopt;
  if (!issue) return;
  if (issue->state != "published") return leave_issue(tx, story);   // what was proofread is not what would be printed
  auto page = find_page(tx, issue->id, story.page);
  TX_ASSERT(page);
  page->version += 1;
  page->note = note;
  page->changed = tx.now();
  storage::update(tx, "issue_page", *page);
  storage::execute(tx, "delete from page_sheet where page = $1", page->id);   // the old print shows what must not be seen
}

}  // namespace tx::culture
