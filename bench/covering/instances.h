// The instances of bench/covering: readers of the public collections and seeded generators.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engines/covering/covering.h"

namespace bench {

using tx::covering::Question;

std::string read_gz(const std::string& path);                       // exits where it cannot
// Text "n_sites n_classes total_weight", then a line a class: weight k site_1 … site_k.
struct Coverage { Question question; std::int64_t total = 0; };
Coverage read_coverage(const std::string& path);
Question read_scp(const std::string& path, bool by_column);         // OR-Library set covering; rail: by column
Question read_pmed(const std::string& path);                        // OR-Library p-median; distances by Floyd-Warshall
// Points and sites uniform in [0, 30]^2, weights 1..100, straight-line radius (after Cordeau, Furini, Ljubic 2019).
// One point after another, none of them kept: the sites that reach it, ascending, and its weight.
void cordeau(std::int32_t sites, std::int32_t points, double radius, std::uint64_t seed,
             const std::function<void(std::span<const std::int32_t>, std::int64_t)>& visit);
// Points and sites around 40 centres in [0, 20]^2 and one in five anywhere, weights 1..100.
Question clustered(std::int32_t sites, std::int32_t points, double radius, std::uint64_t seed);
// Random junctions of an extract's walking graph as sites, every bend of every street as a demand of weight 1..100.
Question junctions(const std::string& extract, std::int32_t sites, std::uint64_t seed);

}  // namespace bench
