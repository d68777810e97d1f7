// Inside matter: which article stands where. Writes blocks, places, order, oversets and quality.
#pragma once
#include <memory>
#include <vector>

#include "engines/typesetting/module.h"

namespace tx::typesetting {

void plan(const Grid& grid, const std::vector<std::unique_ptr<Copy>>& copies, Layout& layout);

}  // namespace tx::typesetting
