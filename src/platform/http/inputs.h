// What the simplest commands read: a button that is only pressed, and a code that somebody types.
#pragma once
#include <string>

#include "base/record.h"

namespace tx::http {

struct NoInput {
  bool yes = false;
};
BOOST_DESCRIBE_STRUCT(NoInput, (), (yes))
struct CodeInput {
  std::string code;
};
BOOST_DESCRIBE_STRUCT(CodeInput, (), (code))

}  // namespace tx::http
