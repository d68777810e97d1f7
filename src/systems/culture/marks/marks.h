// The register of who may use the volunteer service mark (标识), for what and until when (mission C2; Regulation art. 18; the federation
// licenses it, rules.md §7.4). The register is public; only approved organisations ask.
#pragma once
#include <optional>
#include <span>

#include "platform/http/http.h"
#include "systems/culture/culture.h"

namespace tx::culture {

struct Mark {
  std::int64_t id = 0;
  std::string number;                 // 2026-0001; given with the licence
  std::int64_t organisation = 0;
  std::string region, purpose, words; // purpose: mark.purpose.<id>
  std::string state;                  // flow "mark"
  Instant due;
  Date from_day, until_day;
  access::AccountId asked_by, decided_by;
  Instant created, decided;
};
BOOST_DESCRIBE_STRUCT(Mark, (), (id, number, organisation, region, purpose, words, state, due, from_day, until_day, asked_by, decided_by, created, decided))
struct MarkInput {
  std::string organisation, purpose, words;
  int years = 1;
};
BOOST_DESCRIBE_STRUCT(MarkInput, (), (organisation, purpose, words, years))
inline constexpr int kMarkYearsMost = 3;   // operator: no source gives a term

std::span<const std::string_view> mark_purposes();
// Rules mark.organisation_unknown, mark.purpose_missing, mark.words_missing, mark.years_wrong, mark.asked_already
Result<Mark> ask_mark(storage::Tx& tx, const MarkInput& input, const access::Actor& by, const access::Roles& roles);
// Rule mark.own: whoever asked does not decide.
Result<Mark> step_mark(storage::Tx& tx, std::int64_t id, std::string_view action, access::AccountId by, const std::string& reason);
int end_marks(storage::Tx& tx);            // timed
void add_mark_routes(http::Router& router);

}  // namespace tx::culture
