// The door of the culture room (文化): what people did for one another is told, reviewed three times, laid out as a newspaper page
// (电子报) and read by everybody; the days of the volunteer year; and how the circle closes (我为人人，人人为我). The only header of
// this room that other rooms may include.
#pragma once
#include <string>
#include <vector>

#include "platform/access/access.h"
#include "platform/http/http.h"
#include "platform/identity/identity.h"
#include "platform/jobs/jobs.h"
#include "platform/storage/storage.h"
#include "platform/workflow/workflow.h"

namespace tx::culture {

struct Services {
  storage::Store& store;
  const identity::Vault& vault;
  const Clock& clock;
  jobs::Jobs& jobs;
  std::string public_address;       // where the feed and the papers say that they stand
  const language::Catalogue& words; // what is printed on a page is in the paper's language, not the reader's
};

namespace permission {
inline constexpr access::Permission read{"paper.read"};            // the editors' desk: stories that are not public yet
inline constexpr access::Permission edit{"story.edit"};            // take a story in, edit it, first review; page plan
inline constexpr access::Permission review{"story.review"};        // second review
inline constexpr access::Permission final_review{"story.final"};   // third review
inline constexpr access::Permission proof{"issue.proof"};          // proofreading of pages
inline constexpr access::Permission publish{"issue.publish"};      // sign-off, corrections
inline constexpr access::Permission license{"mark.license"};        // who may use the volunteer service mark
inline constexpr access::Permission plan{"culture.plan"};          // what a region plans for the days of the year
}  // namespace permission

std::vector<storage::Migration> migrations();   // block 350-399
std::vector<const workflow::Flow*> flows();
void register_routes(http::Router& router, const Services& services);
void add_timed_work(jobs::Jobs& jobs, const Clock& clock, const language::Catalogue& words);   // keeps what was printed, counts the circle
// For the home page: the newest issue and the next day of the volunteer year; null: neither.
Json home_view(const http::Context& context);
// What this room keeps about a person, for that person; and what it lets go when the account closes.
Json data_of(storage::Reader& reader, const identity::Vault& vault, access::AccountId account);
void close_person(storage::Tx& tx, access::AccountId account);
// Issues of the demonstration paper, from the made-up stories in <data>/demonstration/paper.
Result<void> load_demonstration(storage::Store& store, const identity::Vault& vault, const std::string& data);

}  // namespace tx::culture
