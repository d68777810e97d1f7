// The proof of a plan as a file that anybody can keep and check again: the program, the plan and its certificate as whole numbers in
// plain text. One description of the fields writes and reads; reading is bounded. `tongxin plan FILE` checks one.
#pragma once
#include <string>
#include <string_view>

#include "engines/covering/covering.h"

namespace tx::stations::planning {

inline constexpr std::size_t kProofMost = 256u << 20;   // bytes

struct Proof {
  covering::Program program;
  covering::Plan plan;
};
std::string write_proof(const Proof& proof);
// Rule: planning.proof_broken
Result<Proof> read_proof(std::string_view bytes);

}  // namespace tx::stations::planning
