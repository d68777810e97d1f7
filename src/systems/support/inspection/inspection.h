// Spot checks of organisations by the supervisor (抽查, Decree 67 art. 21, 22; H9) and the records chapter of the yearly report
// (art. 18; H10): what was recorded, how well, and what people complained about, counted the same way for both.
#pragma once
#include "platform/http/forms.h"
#include "platform/http/http.h"
#include "systems/support/inspection/rules.h"
#include "systems/support/support.h"

namespace tx::support {

// ---- figures of an organisation, or of a region (organisation 0)
struct Figures {
  std::int64_t records = 0, minutes = 0, people = 0;
  std::int64_t minutes_a = 0, minutes_b = 0, minutes_c = 0, minutes_d = 0;
  std::int64_t late = 0;             // written after the tenth working day (Decree 67 art. 11)
  std::int64_t by_hand = 0, corrections = 0, refused = 0;
  std::int64_t certificates = 0, revoked = 0, complaints = 0, objections = 0;
};
BOOST_DESCRIBE_STRUCT(Figures, (), (records, minutes, people, minutes_a, minutes_b, minutes_c, minutes_d, late, by_hand, corrections, refused,
                                    certificates, revoked, complaints, objections))
struct DaySpan {
  Date from, to;                     // both included
};
Figures figures_of(storage::Reader& reader, std::int64_t organisation, const std::string& region, DaySpan span);

// Everybody who organises and records in the region, with what the twelve months before showed.
std::vector<spot::Candidate> spot_population(storage::Reader& reader, const std::string& region, Instant now);

// ---- rounds
struct SpotRound {
  std::int64_t id = 0;
  std::string region, title;
  int ratio = 40, busiest = 3;
  std::vector<spot::Candidate> population;   // fixed when the round was opened
  std::string secret, commitment, seed;      // secret is told with the draw
  std::int64_t leaf = 0;                     // of the opening: the draw uses the root of the log right after it
  std::string state;                         // open, drawn, published
  access::AccountId created_by;
  Instant created, drawn, published;
};
BOOST_DESCRIBE_STRUCT(SpotRound, (), (id, region, title, ratio, busiest, population, secret, commitment, seed, leaf, state, created_by, created,
                                      drawn, published))
struct SpotTarget {
  std::int64_t id = 0, round = 0, organisation = 0;
  std::string why, ticket;
  Json answers;                              // item -> yes, no, open
  std::string result, words;                 // result: good, mend, bad; empty: not looked at yet
  access::AccountId checked_by;
  Instant checked_at;
};
BOOST_DESCRIBE_STRUCT(SpotTarget, (), (id, round, organisation, why, ticket, answers, result, words, checked_by, checked_at))

struct OpenInput {
  std::string region, title;
  int ratio = 40;
  Json population;                           // counted on a worker before the command is queued
};
BOOST_DESCRIBE_STRUCT(OpenInput, (), (region, title, ratio, population))
// Rules: spot.title, spot.ratio, spot.region, spot.nobody
Result<SpotRound> open_round(storage::Tx& tx, const Book& book, const OpenInput& input, const access::Actor& by);
Result<SpotRound> draw_round(storage::Tx& tx, const Book& book, std::int64_t id);                       // rule spot.drawn_already
Result<SpotTarget> check_target(storage::Tx& tx, const Book& book, std::int64_t id, const Json& answers, const std::string& result, const std::string& words,
                                const access::Actor& by);                                               // rules spot.unanswered, spot.words, spot.closed
Result<SpotRound> publish_round(storage::Tx& tx, const Book& book, std::int64_t id);                    // rule spot.unfinished
std::optional<SpotRound> find_round(storage::Reader& reader, std::int64_t id);
std::optional<SpotTarget> find_target(storage::Reader& reader, std::int64_t id);
std::vector<SpotTarget> targets_of(storage::Reader& reader, std::int64_t round);
ledger::Hash root_at(storage::Reader& reader, std::uint64_t size);                                      // of the log when it had `size` leaves

// Regions, cities and counties over which the officer holds the permission, for a list to choose from.
std::vector<http::Option> offices(const http::Context& context, access::Permission permission);

void add_inspection_routes(http::Router& router, const Services& services, const Book& book);
void add_report_routes(http::Router& router);

}  // namespace tx::support
