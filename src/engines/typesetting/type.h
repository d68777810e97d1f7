// Inside matter: what a word measures and which glyphs draw it. One Type a thread; everything is kept by (face, word).
#pragma once
#include <cairo.h>
#include <pango/pangocairo.h>

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engines/typesetting/typesetting.h"

namespace tx::typesetting {

struct Glyph {
  cairo_font_face_t* font = nullptr;
  unsigned long index = 0;
  double x = 0, y = 0;                 // ems from the left end of the baseline
};
struct Shape {
  double advance = 0;                  // ems
  double ink_left = 0, ink_right = 0;  // ems from the left end: where ink begins and ends
  std::vector<Glyph> glyphs;
};

class Type {
 public:
  static Type& here();                 // this thread's
  // Latin words take the proportional marks (’ “ of half a letter), Chinese the full ones.
  const Shape& shape(Face face, std::string_view word, bool latin);
  Type(const Type&) = delete;
  Type& operator=(const Type&) = delete;

 private:
  Type();
  ~Type();
  PangoFontMap* map_ = nullptr;
  PangoContext* contexts_[2] = {};     // Chinese, Latin
  PangoFontDescription* fonts_[2][4] = {};
  std::unordered_map<std::string, Shape> shapes_;
};

// Writes the pieces of a line on a Cairo context whose unit is the millimetre; the text goes along, so that it can be found.
void show(cairo_t* pen, const Line& line, bool with_text);

bool is_latin(std::string_view word);  // no character that stands in a full square

}  // namespace tx::typesetting
