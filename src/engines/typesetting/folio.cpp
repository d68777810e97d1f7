#include "engines/typesetting/folio.h"

#include <cstdio>

#include "engines/typesetting/breaks.h"

namespace tx::typesetting {
namespace {

constexpr int kInk = 0x1c1916, kSoft = 0x4d463f, kAccent = 0xa31f23;

class Strip {
 public:
  Strip(const PageSpec& page, Layout& layout) : page_(page), layout_(layout) {}
  // x is the left end (align 0), the middle (1) or the right end (2); y the baseline; millimetres. Returns the width.
  double write(Part part, Face face, const std::string& text, double size, double x, double y, int align, int rgb) {
    const auto set = balanced(text, face, page_.language, 1e6, 1);
    if (set.empty()) return 0;
    const double wide = set[0].width * size, left = x - align * wide / 2;
    Block block{part, -1, {left, y - size * 0.88, wide, size}, {}, -1, 0, -1};
    Line line{face, size, rgb, {}};
    for (const auto& piece : set[0].pieces) line.pieces.push_back({left + piece.x * size, y, piece.text});
    block.lines.push_back(std::move(line));
    layout_.blocks.push_back(std::move(block));
    return wide;
  }
  void rule(double x, double y, double width, double height, int rgb) { layout_.blocks.push_back({Part::rule, -1, {x, y, width, height}, {}, -1, rgb, -1}); }

 private:
  const PageSpec& page_;
  Layout& layout_;
};

std::string joined(std::initializer_list<std::string> parts, const char* between) {
  std::string out;
  for (const auto& part : parts)
    if (!part.empty()) out += (out.empty() ? "" : between) + part;
  return out;
}

}  // namespace

Rect draw_folio(const PageSpec& page, Layout& layout) {
  Strip strip(page, layout);
  const double side = page.size.width * 0.05, top = page.size.height * 0.032, foot = page.size.height * 0.034;
  const double left = side, right = page.size.width - side, wide = right - left;
  const double unit = page.size.width / 390;                 // furniture grows with the page
  const Folio& f = page.folio;
  char number[16];
  std::snprintf(number, sizeof number, "%02d", f.page);
  double y = top;
  if (page.front) {
    const double big = 27 * unit, small = 3.7 * unit;
    strip.write(Part::paper, Face::serif_bold, f.paper, big, left + wide / 2, y + big * 0.93, 1, kAccent);
    if (!f.motto.empty()) strip.write(Part::folio, Face::serif, f.motto, 4.4 * unit, left, y + big * 0.9, 0, kSoft);
    if (!f.section.empty()) strip.write(Part::folio, Face::sans_bold, f.section, 4.4 * unit, right, y + big * 0.9, 2, kSoft);
    y += big + 5 * unit;
    strip.rule(left, y, wide, 0.9 * unit, kAccent);
    y += 6.2 * unit;
    strip.write(Part::folio, Face::sans, joined({f.date, f.lunar}, "　"), small, left, y, 0, kInk);
    strip.write(Part::folio, Face::sans, joined({f.publisher, f.number}, "　"), small, left + wide / 2, y, 1, kInk);
    strip.write(Part::folio, Face::sans, joined({f.editors, f.pages}, "　"), small, right, y, 2, kInk);
    y += 2.2 * unit;
    strip.rule(left, y, wide, 0.25 * unit, kInk);
    y += 4.5 * unit;
  } else {
    const double big = 11 * unit, small = 3.5 * unit;
    const double base = y + big * 0.9;
    const double at = strip.write(Part::folio, Face::sans_bold, number, big, left, base, 0, kAccent);
    strip.write(Part::folio, Face::serif_bold, f.section, 8 * unit, left + at + 4 * unit, base, 0, kInk);
    strip.write(Part::paper, Face::serif_bold, f.paper, 7 * unit, right, base - small * 1.6, 2, kInk);
    strip.write(Part::folio, Face::sans, joined({f.date, f.lunar, f.number}, "　"), small, right, base, 2, kSoft);
    strip.write(Part::folio, Face::sans, f.editors, small, left + wide / 2, base, 1, kSoft);
    y += big + 2.4 * unit;
    strip.rule(left, y, wide, 0.8 * unit, kAccent);
    strip.rule(left, y + 1.2 * unit, wide, 0.2 * unit, kInk);
    y += 5 * unit;
  }
  return {left, y, wide, page.size.height - foot - y};
}

}  // namespace tx::typesetting
