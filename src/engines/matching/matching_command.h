// "tongxin match" and "tongxin match verify": the engine on text files.
#pragma once
#include <iosfwd>
#include <span>
#include <string>
#include <vector>

namespace tx::matching {
// match <instance>          solves and prints the plan with value, bound and prices
// match verify <instance> <plan>   checks a printed plan with the independent checker
int match_command(const std::vector<std::string>& arguments, std::ostream& out);
}  // namespace tx::matching
