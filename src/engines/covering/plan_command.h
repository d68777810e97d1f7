// The engine on text files, for operators' experiments and for checking its claims without its code.
#pragma once
#include <iosfwd>
#include <string>
#include <vector>

namespace tx::covering {

// INSTANCE […]             solves each (a question or a program, see plan_file.h) and prints its plan with the certificate
// --brief INSTANCE […]     one line each instead: value, bound, gap, open columns
// program QUESTION         prints the program of a question, as the independent checker wants it
// verify INSTANCE PLAN     checks a plan (tongxin-verify-plan does the same without this program's code)
// --seconds N before the instances stops each after so long and prints the best plan so far. Returns the exit status.
int plan_command(const std::vector<std::string>& arguments, std::ostream& out);

}  // namespace tx::covering
