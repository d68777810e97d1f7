// The engine on text files, for operators' experiments and for checking its claims without its code.
#pragma once
#include <iosfwd>
#include <string>
#include <vector>

#include "engines/matching/matching.h"

namespace tx::matching {

struct Instance {
  std::vector<Volunteer> volunteers;
  std::vector<Slot> slots;
  std::int64_t now = 0;
};
// The format stands at the top of matching_command.cpp. Returns what is wrong with which line; empty: read.
std::string read_instance(std::istream& in, Instance& out);

// "INSTANCE" solves and prints the plan; "verify INSTANCE PLAN" checks one. Returns the exit status.
int match_command(const std::vector<std::string>& arguments, std::ostream& out);

}  // namespace tx::matching
