// The periodical (电子报): issues with their pages, the page plan, proofs, publication, and the sheets that readers see. The layout
// itself is the typesetting engine's work.
#pragma once
#include <optional>

#include "platform/http/http.h"
#include "systems/culture/culture.h"
#include "systems/culture/periodical/model.h"
#include "systems/culture/stories/model.h"

namespace tx::culture {

std::optional<Paper> find_paper(storage::Reader& reader, std::int64_t id);
std::vector<Paper> papers_in(storage::Reader& reader, const std::vector<std::string>& regions);
std::optional<Issue> find_issue(storage::Reader& reader, std::int64_t id);
std::optional<Issue> newest_issue(storage::Reader& reader);                                  // published
std::optional<Issue> neighbour_issue(storage::Reader& reader, const Issue& issue, bool next);  // published
std::vector<Page> pages_of(storage::Reader& reader, std::int64_t issue);
std::optional<Page> find_page(storage::Reader& reader, std::int64_t issue, int number);
std::vector<Story> stories_of(storage::Reader& reader, std::int64_t issue);                  // in the order of reading
std::vector<Story> stories_of(storage::Reader& reader, std::int64_t issue, int page);

struct IssueInput {
  std::string paper;
  Date day;
  int pages = 2;
};
BOOST_DESCRIBE_STRUCT(IssueInput, (), (paper, day, pages))
struct PlaceInput {
  std::string story;
  int page = 0;                    // 0: off the page
  std::string move;                // up, down: within the page
};
BOOST_DESCRIBE_STRUCT(PlaceInput, (), (story, page, move))
inline constexpr int kPagesMost = 32, kStoriesOfPageMost = 12;
// Rules issue.day_taken, issue.pages_wrong, issue.paper_unknown
Result<Issue> plan_issue(storage::Tx& tx, const IssueInput& input, const access::Actor& by, const access::Roles& roles);
Result<Page> name_page(storage::Tx& tx, const Issue& issue, int number, const std::string& section);   // rule issue.section_missing
Result<Page> append_page(storage::Tx& tx, const Issue& issue, const std::string& section);
// Rules issue.plan_closed, issue.story_not_ready, issue.page_full
Result<Story> place_story(storage::Tx& tx, const Issue& issue, const PlaceInput& input);
// Rules issue.empty_page, issue.same_person. Whether everything fits is asked before, on a worker: `overset` is what did not.
Result<Issue> step_issue(storage::Tx& tx, Issue issue, std::string_view action, access::AccountId by, const std::string& reason, int overset = 0);
// A story leaves its page before publication: an issue in its proofs is opened again.
void leave_issue(storage::Tx& tx, const Story& story);
// A published page is printed anew without what had to go, with a note; the old print is destroyed.
void reprint(storage::Tx& tx, const Story& story, std::string_view note);

void add_reader_routes(http::Router& router, const Services& services);
void add_feed_routes(http::Router& router, const Services& services);
void add_paper_desk_routes(http::Router& router, const Services& services);

}  // namespace tx::culture
