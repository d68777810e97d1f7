// The risk desk: entries of hours in the order in which they deserve a second look, with the open rules that speak and the
// evidence in plain words; and the case that people make of it: freeze, hearing, decision by another person, appeal.
#pragma once
#include <map>
#include <optional>
#include <vector>

#include "platform/http/http.h"
#include "systems/support/fraud/rules.h"
#include "systems/support/support.h"

namespace tx::support {

// ---- the list. Judging every entry of a year takes seconds, so it is kept: timed work judges anew what has changed.
struct RiskLine {
  std::string kind;                 // record; case: an entry by hand that still waits
  std::int64_t object = 0, volunteer = 0, organisation = 0;
  std::string region;
  access::AccountId enterer;        // who wrote it down or confirmed it
  Instant starts;
  Minutes minutes;
  std::int64_t score = 0, rules = 0;
  bool has(fraud::Rule rule) const { return rules >> static_cast<int>(rule) & 1; }
};
BOOST_DESCRIBE_STRUCT(RiskLine, (), (kind, object, volunteer, organisation, region, enterer, starts, minutes, score, rules))
struct RiskRing {                   // members of the time bank among whom minutes go round
  std::string people;               // their ids in the order of the round, with commas
  std::string regions;              // where they live, with commas
  std::int64_t minutes = 0, times = 0;
};
BOOST_DESCRIBE_STRUCT(RiskRing, (), (people, regions, minutes, times))
struct Assessed {
  std::vector<RiskLine> lines;                     // those for which a rule speaks, highest score first
  std::vector<RiskRing> rings;
  std::map<std::string, std::int64_t> entries;     // looked at, by community
};
// Every standing record and every open entry by hand of the year before the newest one, over all regions together: whoever
// types for strangers does so across borders, too.
Assessed assess_all(storage::Reader& reader);
// Judges anew when something has changed since, and writes what differs, a thousand lines a command. False: nothing changed.
bool refresh_risks(storage::Store& store);
std::vector<RiskLine> risk_list(storage::Reader& reader, const std::vector<std::string>& regions, std::size_t most);
std::vector<RiskRing> risk_rings(storage::Reader& reader, const std::vector<std::string>& regions);
struct RiskCounts {
  std::int64_t entries = 0, flagged = 0;
  Instant at;                       // when it was judged; 0: not yet
};
RiskCounts risk_counts(storage::Reader& reader, const std::vector<std::string>& regions);
// Of the list, or with a score of nothing where somebody complained about an entry that no rule finds odd.
std::optional<RiskLine> risk_line(storage::Reader& reader, std::string_view kind, std::int64_t object);
// What belongs to one doubt, itself among it: of the same person on that day where one person's entries do not fit together,
// else of the same hand in the same organisation where the same rules speak. One doubt, not fifty.
bool of_one_person(const RiskLine& line);
std::int64_t together_with(storage::Reader& reader, const RiskLine& line);
std::vector<RiskLine> lines_together(storage::Reader& reader, const RiskLine& line, std::size_t most);

struct RiskCase {
  std::int64_t id = 0;
  std::string rule;                 // the rule that speaks loudest
  std::int64_t organisation = 0;
  std::string region;
  access::AccountId enterer;        // who wrote it down or confirmed it
  std::int64_t score = 0, rules = 0, entries = 0;
  Minutes minutes;
  std::string words;                // why somebody took it up
  std::int64_t source = 0;          // the complaint that led here; 0: the list
  access::AccountId opened_by, frozen_by, decided_by, judged_by;
  std::string state;                // flow "risk_case"
  Instant due, created, decided;
};
BOOST_DESCRIBE_STRUCT(RiskCase, (), (id, rule, organisation, region, enterer, score, rules, entries, minutes, words, source, opened_by,
                                     frozen_by, decided_by, judged_by, state, due, created, decided))
struct RiskEntry {
  std::int64_t risk = 0;
  std::string kind;                 // record, case
  std::int64_t object = 0, volunteer = 0;
  Minutes minutes;
  std::int64_t score = 0, rules = 0;
};
BOOST_DESCRIBE_STRUCT(RiskEntry, (), (risk, kind, object, volunteer, minutes, score, rules))
struct RiskStatement {
  std::int64_t id = 0, risk = 0;
  access::AccountId account;
  std::string side, words;          // side: hearing, appeal
  Instant at;
};
BOOST_DESCRIBE_STRUCT(RiskStatement, (), (id, risk, account, side, words, at))

// ---- commands
struct RiskOpening {
  std::vector<RiskEntry> entries;
  std::string words;
  std::int64_t source = 0;
};
// Rules: risk.nothing, risk.open_already, risk.words_missing, risk.involved
Result<RiskCase> open_risk(storage::Tx& tx, const Book& book, const RiskOpening& opening, const access::Actor& by);
// freeze, dismiss, close, void, clear, uphold, reverse. Rules: risk.same_person (whoever froze does not decide, whoever
// decided does not judge the appeal), risk.involved (wrote, confirmed, agreed, belongs to the organisation, or gains),
// risk.hearing_open (somebody concerned has not spoken and the time runs)
Result<RiskCase> step_risk(storage::Tx& tx, const Book& book, std::int64_t id, std::string_view action, const access::Actor& by,
                           const std::string& reason);
// Those concerned speak: in the hearing, or against the decision. Rules: risk.not_concerned, risk.not_now, risk.words_missing
Result<RiskCase> speak(storage::Tx& tx, const Book& book, std::int64_t id, const std::string& words, const access::Actor& by);
int run_risk_clocks(storage::Tx& tx, const Book& book);   // timed: hearings end, decisions become final

// ---- queries
std::optional<RiskCase> find_risk(storage::Reader& reader, std::int64_t id);
std::vector<RiskEntry> entries_of(storage::Reader& reader, std::int64_t risk);
// What a doubt is about, by evidence; of one volunteer or (0) of all.
struct Doubted {
  std::int64_t minutes = 0, by_grade[4] = {0, 0, 0, 0};
};
Doubted minutes_by_grade(storage::Reader& reader, std::int64_t risk, std::int64_t volunteer);
std::vector<RiskStatement> statements_of(storage::Reader& reader, std::int64_t risk);
// Who is heard: the volunteers with an account, and whoever wrote the entries down.
std::vector<access::AccountId> concerned(storage::Reader& reader, const RiskCase& of, const std::vector<RiskEntry>& entries);
std::optional<std::int64_t> risk_of(storage::Reader& reader, std::string_view kind, std::int64_t object);   // open case about it
// The entries as the rules see them, for drawing and words; those of the case first.
std::vector<fraud::Entry> seen_entries(storage::Reader& reader, const std::vector<RiskEntry>& entries);

// ---- what pages show
Json evidence_view(const http::Context& context, std::int64_t rules);                            // [{words, more, points}]
Json drawing_view(const http::Context& context, const std::vector<fraud::Entry>& entries, std::int64_t rules);   // SVG by its attributes

void add_fraud_routes(http::Router& router, const Book& book);

}  // namespace tx::support
