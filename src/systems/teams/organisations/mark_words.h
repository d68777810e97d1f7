// Names that carry one of these words are suggested for the identity mark (民办函 2018; O2). The words are data.
#pragma once
#include <string>

namespace tx::teams {
inline bool suggests_mark(const std::string& name) {
  static const char* const words[] = {
#include "systems/teams/organisations/mark_words.inc"
  };
  for (const char* word : words)
    if (name.find(word) != std::string::npos) return true;
  return false;
}
}  // namespace tx::teams
