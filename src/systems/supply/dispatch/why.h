// Why (not) this volunteer for this need: the hard rules that bar, each with the change that would lift it, or what it would
// cost to take this person all the same. The engine judges (explain.h); here its answer becomes sentences.
#pragma once
#include "systems/supply/dispatch/problem.h"

namespace tx::supply {

// `plan`: where there is one with this need in it, the cost is that to the whole region; else that to this need alone.
// {can: bool, reasons: […], barriers: [{words, change}], standing, nearest}
Json why_view(storage::Reader& reader, Pool& pool, Solved* plan, const Need& need, std::int64_t volunteer, const ViewContext& view);

}  // namespace tx::supply
