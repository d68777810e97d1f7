// Pages for looking at and for measuring: made-up stories of the demonstration region, and the policy's own report.
#pragma once
#include <string>
#include <vector>

#include "engines/typesetting/typesetting.h"

namespace tx::bench {

std::vector<typesetting::Article> stories(const std::string& file);   // stories_zh.txt, stories_en.txt

}  // namespace tx::bench
