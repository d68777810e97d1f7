// Programs and plans as text, so that a plan can be checked by somebody who does not trust this program: numbers and words
// between blanks, '#' starts a comment that ends with its line. The readers say what is wrong and never take more memory
// than the text could fill.
//
// A program ("tongxin-covering 1"): maximise people * sum_j weight_j * best unit among the open columns that reach j
// - sum of the costs of open columns.
//   people F                          columns N
//   c COLUMN COST FIXED CAPACITY      FIXED: -1 free, 0 closed, 1 open; CAPACITY: -1 none. Columns not named: 0 -1 -1
//   pool PART POOL
//   d WEIGHT PART K COLUMN UNIT …     a demand: K pairs, columns ascending
//   r LIMIT K COLUMN FACTOR …         sum of factor * column <= limit
//   f FIRST LAST LEAST                value of the parts FIRST to LAST >= LEAST; FIRST -1: of all
//   end
//
// A plan ("tongxin-plan 1"), counts before lists:
//   feasible B finished B value V bound B reached R   open K COLUMN …   scale S
//   partitions N: for each, K class-of-each-demand …, G groups: K CLASS … each
//   reductions N: KIND WHAT BY        KIND: 0 closed 1 useless 2 implied 3 satisfied 4 forced
//   cuts N: PARTITION GROUP K ALSO … K LEVEL …
//   derived N: PARTITION K REACH … K ONE … K ROW …
//   proofs N: OBJECTIVE PARTITION, then cuts, rows, floors, derived: K INDEX MULTIPLIER … each
//   nodes N: PARENT COLUMN VALUE S steps (PROOF K COLUMN VALUE …) ZERO ONE
//   end
#pragma once
#include <iosfwd>
#include <string>

#include "engines/covering/covering.h"

namespace tx::covering {

void write_program(std::ostream& out, const Program& program);
void write_plan(std::ostream& out, const Plan& plan);
// What is wrong; empty: read.
std::string read_program(const std::string& text, Program& program);
std::string read_plan(const std::string& text, Plan& plan);

// A question for people to write, one thing a line; read_question() makes the program of it.
//   tongxin-question 1
//   maximal | cover | reach PEOPLE | median BEYOND_SECONDS
//   count P      budget B                        of new stations
//   site COST STATE TOWN CAPACITY                STATE: free existing forced forbidden; in the order 0, 1, 2 …
//   demand PEOPLE COUNTY
//   reach-of SITE K DEMAND SECONDS …             who walks to it, and how long
//   quota TOWN LEAST MOST    apart SITE SITE    floor COUNTY LEAST    band SECONDS PERMILLE
std::string read_question(const std::string& text, Program& program);

}  // namespace tx::covering
