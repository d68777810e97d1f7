// Inside matter: a paragraph into lines. Whole paragraphs at a time (Knuth and Plass 1981), for Chinese with 禁则 and
// 标点挤压 (CLREQ, GB/T 15834): marks give up their blank half before letters move, and no line begins with a closing
// mark or ends with an opening one. All lengths are ems.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "engines/typesetting/typesetting.h"

namespace tx::typesetting {

struct Atom {                          // what is never parted: a character, a word, ——, ……
  std::string text;
  double width = 0;
  double blank_left = 0, blank_right = 0;   // of a mark: what can be squeezed away
  bool latin = false, opens = false, closes = false, space_after = false, blank = false;
  std::size_t byte = 0;                // in the paragraph
};
std::vector<Atom> atoms_of(std::string_view text, Face face, Language language, double widest);

// What stands between atom i and i + 1.
struct Gap {
  double natural = 0, stretch = 0, shrink = 0;
  bool may_break = true;
};
Gap gap_between(const Atom& left, const Atom& right, Language language);

struct SetPiece { double x = 0; std::string text; };
struct SetLine {
  std::vector<SetPiece> pieces;
  std::size_t byte = 0;                // where it begins in the paragraph
  double width = 0;                    // as set
  double change = 0;                   // ems given to (or taken from) each gap between letters
  bool last = false;
};
struct Measure { double width = 16, indent = 2; };
std::vector<SetLine> broken(std::string_view text, Face face, Language language, const Measure& measure);

// Headline, caption: ragged, at word boundaries, lines as equal as may be, at most `most` of them; empty when it does not fit.
std::vector<SetLine> balanced(std::string_view text, Face face, Language language, double width, int lines);
double natural_width(std::string_view text, Face face, Language language);

}  // namespace tx::typesetting
