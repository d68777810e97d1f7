// Evaluation (评单): both sides say how it was; calls to those without a phone page; and the
// public promise wall (asked, met, waiting by community, no personal data).
#pragma once
#include "systems/supply/needs/needs.h"

namespace tx::supply {

struct Rating {
  std::int64_t id = 0;
  std::string kind;               // "need", "activity"
  std::int64_t object = 0;
  access::AccountId by_account;   // 0: a resident without an account
  std::string side;               // recipient, volunteer, organisation
  std::int64_t about = 0;         // volunteer or organisation id; 0: the whole
  int stars = 0;
  std::string words;
  Instant at;
};
BOOST_DESCRIBE_STRUCT(Rating, (), (id, kind, object, by_account, side, about, stars, words, at))

struct PromiseRow {               // one line of the wall
  std::string region;
  std::int64_t asked = 0, met = 0, waiting = 0;
};
BOOST_DESCRIBE_STRUCT(PromiseRow, (), (region, asked, met, waiting))
// Counts of the children of `parent`; counts below 3 are merged into the parent's total only (nobody is recognisable).
std::vector<PromiseRow> promise_wall(storage::Reader& reader, const std::string& parent, Instant since);

void add_evaluation_routes(http::Router& router, const Services& services);

}  // namespace tx::supply
