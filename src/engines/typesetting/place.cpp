// A module drawn: its option and height are chosen, every line gets its place.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "engines/typesetting/module.h"

namespace tx::typesetting {
namespace {

constexpr int kInk = 0x1c1916, kSoft = 0x4d463f, kAccent = 0xa31f23, kTint = 0xf6f1e7, kHair = 0x8d857b;
constexpr double kCaption = 0.84, kSubhead = 1.12, kQuote = 1.3;
constexpr double kRise = 0.38;         // the baseline lies so far below the middle of a line of full squares

Line line_of(const SetLine& set, Face face, double size, double x, double y, int rgb) {   // millimetres
  Line line{face, size, rgb, {}};
  for (const auto& piece : set.pieces) line.pieces.push_back({x + piece.x * size, y, piece.text});
  return line;
}

}  // namespace

Overset Copy::place(Layout& layout, int column, int row, int width, const Fit& fit, int height) {
  const Option& option = options(width)[static_cast<std::size_t>(fit.option)];
  const double em = grid_.em, pitch = grid_.pitch, air = (pitch - em) / 2;
  const Rect whole{grid_.area.x + column * (grid_.measure + grid_.gutter) * em, grid_.area.y + row * pitch, grid_.width(width) * em, height * pitch};
  layout.places[static_cast<std::size_t>(index)] = whole;
  const auto block = [&](Part part, const Rect& at) -> Block& {
    layout.blocks.push_back({part, index, at, {}, -1, 0, -1});
    return layout.blocks.back();
  };
  const auto row_y = [&](double r) { return whole.y + r * pitch; };
  const auto column_x = [&](int c) { return whole.x + (option.left + option.strip + c * (option.measure + option.gutter)) * em; };

  // Rows that the text does not need: the columns end level, and a part of the room goes to the headline's air.
  int bottom = height - option.pad;
  int lower = 0;
  if (fit.overset == 0) {
    while (bottom > 1 && put(option, bottom - 1, height, nullptr) == 0) --bottom;
    int deepest = bottom;                // of a picture with its caption, less the blank row below it
    for (const auto& picture : option.pictures)
      if (!picture.above) deepest = std::max(deepest, option.pad + option.above + (option.upright ? 0 : option.head.rows) + picture.top + picture.rows + picture.caption_rows - 1);
    lower = std::clamp(height - option.pad - deepest, 0, option.upright || option.pad > 0 ? 1 : 2);
  }

  if (article.boxed) {
    block(Part::tint, whole).rgb = kTint;
    for (const Rect& edge : {Rect{whole.x, whole.y, whole.width, 0.2}, Rect{whole.x, whole.y + whole.height - 0.2, whole.width, 0.2},
                             Rect{whole.x, whole.y, 0.2, whole.height}, Rect{whole.x + whole.width - 0.2, whole.y, 0.2, whole.height}})
      block(Part::rule, edge).rgb = kHair;
  }

  const double head_y = row_y(option.pad + option.above) + lower * pitch / 2;
  const double inset = option.pad > 0 ? 1.2 : 0;
  for (std::size_t i = 0; i < option.head.lines.size();) {
    const Part part = option.head.lines[i].part;
    Block& head = block(part, {whole.x + inset * em, 0, whole.width - 2 * inset * em, 0});
    if (option.upright) {
      const double high = (height - 2 * option.pad) * pitch;
      for (; i < option.head.lines.size(); ++i) {
        const auto& of = option.head.lines[i];
        const double size = of.size * em, step = size * 1.12;
        Line line{of.face, size, kInk, {}};
        double y = row_y(option.pad) + std::min(size, (high - step * static_cast<double>(of.line.pieces.size())) / 2) + size * 0.88;
        for (const auto& piece : of.line.pieces) {
          line.pieces.push_back({whole.x + of.x * em, y, piece.text});
          y += step;
        }
        head.lines.push_back(std::move(line));
      }
      head.place = {whole.x + inset * em, row_y(option.pad), option.strip * em, high};
      block(Part::rule, {whole.x + (option.left + option.strip - 0.85) * em, row_y(option.pad) + air, 0.2, bottom * pitch - option.pad * pitch - 2 * air}).rgb = kAccent;
      break;
    }
    double low = 0, high = 1e9;
    for (; i < option.head.lines.size() && option.head.lines[i].part == part; ++i) {
      const auto& line = option.head.lines[i];
      head.lines.push_back(line_of(line.line, line.face, line.size * em, whole.x + line.x * em, head_y + line.y * em,
                                   part == Part::kicker ? kAccent : part == Part::deck ? kSoft : kInk));
      low = std::max(low, line.y + line.size * 0.12);
      high = std::min(high, line.y - line.size * 0.88);
    }
    head.place.y = head_y + high * em;
    head.place.height = (low - high) * em;
  }

  const int top = option.pad + option.above + (option.upright ? 0 : option.head.rows);
  for (const auto& place : option.pictures) {
    const double wide = (place.span * option.measure + (place.span - 1) * option.gutter) * em;
    const double first = place.above ? option.pad : top + lower + place.top;
    const Rect at{column_x(place.column), row_y(first) + (place.above ? 0 : air), wide, place.rows * pitch - (place.above ? 0 : air)};
    block(Part::picture, at).picture = first_picture_ + place.picture;
    const auto caption = caption_of(place.picture, wide / em / kCaption);
    if (caption.empty()) continue;
    Block& words = block(Part::caption, {at.x, at.y + at.height, wide, static_cast<double>(caption.size()) * pitch});
    double y = row_y(first + place.rows);
    for (const auto& line : caption) {
      words.lines.push_back(line_of(line, Face::sans, kCaption * em, at.x, y + pitch / 2 + kCaption * em * kRise, kSoft));
      y += pitch;
    }
  }

  std::vector<Put> puts;
  put(option, bottom, height, &puts);
  const Stream& text = stream(option.measure);
  int open = -1, next_row = -9;
  for (const auto& put : puts) {
    const Row& of = text.rows[put.row];
    const double x = column_x(put.column), y = row_y(put.at + lower);
    if (open != put.column || of.part != layout.blocks.back().part || put.at != next_row || of.paragraph != layout.blocks.back().paragraph)
      block(of.part, {x, y, option.measure * em, 0}).paragraph = of.paragraph;
    Block& into = layout.blocks.back();
    const bool subhead = of.part == Part::subhead;
    const double size = subhead ? kSubhead : 1;
    const double shift = subhead && grid_.language == Language::chinese ? (option.measure - of.line.width * size) / 2 * em : 0;
    const Face face = subhead ? Face::sans_bold : of.part == Part::body ? Face::serif : Face::sans;
    into.lines.push_back(line_of(of.line, face, size * em, x + shift, y + of.height * pitch / 2 + size * em * kRise,
                                 of.part == Part::body ? kInk : subhead ? kAccent : kSoft));
    next_row = put.at + of.height;
    into.place.height = y + of.height * pitch - into.place.y;
    open = put.column;
    if (of.part != Part::body) continue;
    ++layout.quality.lines;
    layout.quality.mean_stretch += std::abs(of.line.change);
    if (of.line.change > (grid_.language == Language::chinese ? 0.15 : 0.5) && !of.line.last) ++layout.quality.loose_lines;
  }

  if (option.quote_rows > 0) {
    const int c = (option.columns - 1) / 2;
    int from = 0;
    for (const auto& picture : option.pictures)
      if (!picture.above && c >= picture.column && c < picture.column + picture.span) from = std::max(from, picture.top + picture.rows + picture.caption_rows);
    from += top;
    const int first = from + (bottom - from - option.quote_rows) / 2 + lower;
    const double x = column_x(c), high = option.quote_rows * pitch;
    const auto lines = quote_of(option.measure / kQuote);
    const double set = static_cast<double>(lines.size()) * kQuote * 1.4 * em;
    const Rect frame{x, row_y(first) + (high - set) / 2 - 0.7 * em, option.measure * em, set + 1.4 * em};
    block(Part::rule, {frame.x, frame.y, frame.width, 0.6}).rgb = kAccent;
    block(Part::rule, {frame.x, frame.y + frame.height, frame.width, 0.2}).rgb = kAccent;
    Block& words = block(Part::quote, frame);
    double y = frame.y + 0.7 * em;
    for (const auto& line : lines) {
      words.lines.push_back(line_of(line, Face::sans_bold, kQuote * em, x, y + kQuote * 0.7 * em + kQuote * em * kRise, kAccent));
      y += kQuote * 1.4 * em;
    }
  }

  Overset overset;
  overset.article = index;
  for (std::size_t r = puts.empty() ? 0 : puts.back().row + 1; r < text.rows.size(); ++r) {
    const Row& of = text.rows[r];
    if (overset.lines == 0) {
      overset.paragraph = of.paragraph == -1 ? 0 : of.paragraph < 0 ? article.paragraphs.size() : static_cast<std::size_t>(of.paragraph);
      overset.byte = of.paragraph < 0 || of.part == Part::subhead ? 0 : of.line.byte;
    }
    overset.lines += of.height;
  }
  if (overset.lines == 0) return overset;
  for (std::size_t i = overset.paragraph; i < article.paragraphs.size(); ++i)
    overset.letters += letter_count(std::string_view(article.paragraphs[i].text).substr(i == overset.paragraph ? overset.byte : 0));
  if (!article.jump_to.empty() && !puts.empty()) {
    const auto set = balanced(article.jump_to, Face::sans, grid_.language, 1e6, 1);
    if (!set.empty()) {
      const double x = column_x(puts.back().column), y = row_y(height - option.pad - 1);
      Block& words = block(Part::jump, {x, y, option.measure * em, pitch});
      words.lines.push_back(line_of(set[0], Face::sans, em * 0.92, x + (option.measure - set[0].width * 0.92) * em, y + pitch / 2 + em * kRise, kSoft));
    }
  }
  return overset;
}

}  // namespace tx::typesetting
