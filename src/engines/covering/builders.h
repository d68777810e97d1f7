// What the builders of programs share: reading a question, and the rows that its sites ask for.
#pragma once
#include <functional>

#include "engines/covering/covering.h"

namespace tx::covering {

tl::unexpected<Refusal> malformed(const char* field);
Result<void> check(const Question& question);
std::int64_t price_of(const Question& question, std::int32_t site);
State state_of(const Question& question, std::int32_t site);
// Pairs that exclude each other as rows of cliques; `name` puts a site's columns into a row.
void apart_rows(Program& program, const std::vector<std::pair<std::int32_t, std::int32_t>>& pairs, std::int32_t sites,
                const std::function<void(Row&, std::int32_t)>& name);

}  // namespace tx::covering
