// The pure rules of an emergency: whom a wave calls, who is silent, who goes with whom, when everybody is accounted for. No
// clock, no SQL.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "systems/mobilisation/emergencies/model.h"

namespace tx::mobilisation::rules {

// Somebody who may be called: adult, insured, active, has not said no (all that is asked before).
struct Candidate {
  std::int64_t volunteer = 0, account = 0;
  std::int64_t skills = 0;          // bits 1..23
  unsigned cards = 0;               // bits of kCardKinds of the teams that the person belongs to
  std::int64_t x_m = 0, y_m = 0;
};
struct Chosen {
  std::size_t candidate = 0;
  int role = 0, point = 0;
  std::int64_t metres = 0;
};
bool fits(const Role& role, const Candidate& candidate);
// `open`: heads still missing for each role. At most heads x factor people for each role, the rarest capability first, then the
// nearest to any muster point; `everybody` takes all who fit a role that is still open. Nobody is chosen twice.
std::vector<Chosen> choose(const std::vector<Candidate>& candidates, const std::vector<Role>& roles, const std::vector<Point>& points,
                           const std::vector<int>& open, int factor, bool everybody);

bool silent(Instant seen, Instant now, int report_minutes);
// Buddies in the order given: 0 with 1, 2 with 3; the odd one out goes with the last pair.
std::vector<std::pair<std::int64_t, std::int64_t>> pairs(const std::vector<std::int64_t>& volunteers);

struct Counts {
  int asked = 0, coming = 0, cannot = 0, here = 0, left = 0, never_came = 0, released = 0;
  int all() const { return asked + coming + cannot + here + left + never_came + released; }
  int unaccounted() const { return here + coming; }   // said they would come or are in the field
};

// Rules plan.title, plan.kind, plan.purpose, plan.command, plan.risks, plan.roles, plan.points, plan.report
Result<void> check_plan(const Plan& plan);

}  // namespace tx::mobilisation::rules
