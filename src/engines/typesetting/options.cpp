// The ways in which a module can be built: headlines in one to three lines or upright, columns as wide as the grid's or
// one fewer (变栏), pictures of several sizes below or above the headline, with the quote or without.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "engines/typesetting/letters.h"
#include "engines/typesetting/module.h"

namespace tx::typesetting {
namespace {

constexpr double kCaption = 0.84, kQuote = 1.3;

// How many lines the text needs at least in this width, given its own size.
int lines_needed(const std::string& text, Face face, Language language, double width, double size) {
  return std::max(1, static_cast<int>(std::ceil(natural_width(text, face, language) * size / (width * 0.99))));
}

}  // namespace

std::vector<Head> Copy::heads(double width, double most) {
  std::vector<Head> out;
  const bool centred = grid_.language == Language::chinese;
  const auto add_lines = [&](Head& head, double& y, Part part, Face face, const std::string& text, double size, double leading, int lines) {
    auto set = balanced(text, face, grid_.language, width / size, lines);
    for (auto& line : set) {
      y += size * leading;
      const double x = centred ? (width - line.width * size) / 2 : 0;
      head.lines.push_back({part, face, size, x, y - size * (leading - 1) / 2 - size * 0.12, std::move(line)});
    }
    return !set.empty();
  };
  const auto add_small = [&](Head& head, double& y, Part part, Face face, const std::string& text, double size) {
    if (text.empty()) return;
    const int first = lines_needed(text, face, grid_.language, width, size);
    for (int lines = first; lines < first + 5; ++lines)
      if (add_lines(head, y, part, face, text, size, 1.42, lines)) return;
  };
  const double whole = natural_width(article.headline, Face::serif_bold, grid_.language);   // about its letters
  const Face face = index == 0 || (index % 2 == 0 && !article.boxed) ? Face::serif_bold : Face::sans_bold;
  const auto build = [&](double size, int lines) {
    Head head;
    head.size = size;
    double y = 0;
    add_small(head, y, Part::kicker, Face::sans, article.kicker, std::clamp(size * 0.42, 1.15, 1.75));
    if (!add_lines(head, y, Part::headline, face, article.headline, size, 1.2, lines)) return Head{};
    if (!article.deck.empty()) y += 0.2;
    add_small(head, y, Part::deck, Face::serif, article.deck, std::clamp(size * 0.4, 1.1, 1.6));
    head.rows = static_cast<int>(std::ceil((y + 0.45) / grid_.lead()));
    const double spare = head.rows * grid_.lead() - y - 0.2;
    for (auto& line : head.lines) line.y += spare / 2;
    return head;
  };
  for (int lines = 1; lines <= 3; ++lines) {
    const auto set = balanced(article.headline, face, grid_.language, 1e6, lines);
    if (set.empty()) continue;
    double widest = 0;
    for (const auto& line : set) widest = std::max(widest, line.width);
    for (const double grown : {1.1, 0.85}) {
      const double size = std::floor(std::min(std::min(wish_, most) * grown, width / (widest + 0.02)) * 20) / 20;
      if (size < 1.3 || (grown < 1 && size < wish_ * grown - 0.06)) continue;   // the width has already made it smaller
      Head head = build(size, lines);
      if (head.rows == 0) continue;
      const double off = std::log(size / wish_), fill = widest * size / width;
      head.cost = 26 * off * off + (lines - 1) * (whole < 11 ? 3.0 : 1.2) + (lines > 2 ? 1.5 : 0) + std::max(0.0, set.back().change) / 300 + (fill < 0.55 ? (0.55 - fill) * 7 : 0);
      out.push_back(std::move(head));
    }
  }
  // A very long headline in a very narrow module: small and in many lines, but whole.
  for (int lines = 2; lines < 16 && out.empty(); ++lines) {
    Head head = build(1.3, lines);
    head.cost = 40;
    if (head.rows > 0) out.push_back(std::move(head));
  }
  if (out.empty()) out.push_back({});
  return out;
}

void Copy::add_options(std::vector<Option>& out, int width) {
  const double inset = article.boxed ? 1.2 : 0, whole = grid_.width(width), inner = whole - 2 * inset;
  const Language language = grid_.language;

  // Columns of whole characters in so many ems; false when they would be too narrow or too wide to read.
  const auto divide = [&](Option& option, double room, int columns) {
    option.columns = columns;
    option.measure = std::floor((room - (columns - 1) * grid_.gutter) / columns + 1e-9);
    option.gutter = columns > 1 ? (room - columns * option.measure) / (columns - 1) : 0;
    if (columns == 1) option.left += (room - option.measure) / 2;
    if (option.measure < grid_.measure * 0.62 || option.measure > grid_.measure * 1.6) return false;
    if (columns > 1 && (option.upright || article.boxed)) {   // what whole characters leave over goes to the edges that allow it
      const double over = (option.gutter - grid_.gutter) * (columns - 1);
      option.gutter = grid_.gutter;
      if (option.upright) option.strip += over;
      else option.left += over / 2;
    }
    const double off = std::log(option.measure / grid_.measure);
    option.cost += 12 * off * off;
    return true;
  };

  const auto finish = [&](Option option) {   // with and without the quote
    for (const auto& picture : option.pictures)
      if (!picture.above) option.taken += picture.span * (picture.rows + picture.caption_rows);
    if (article.quote.empty()) {
      out.push_back(std::move(option));
      return;
    }
    Option quoted = option;
    const auto lines = static_cast<double>(quote_of(option.measure / kQuote).size());
    quoted.quote_rows = static_cast<int>(std::ceil((lines * kQuote * 1.4 + 1.6) / grid_.lead())) + 1;
    quoted.taken += quoted.quote_rows;
    option.cost += 1.2;
    out.push_back(std::move(option));
    out.push_back(std::move(quoted));
  };

  const auto with_pictures = [&](const Option& option) {
    if (pictures_.empty()) {
      finish(option);
      return;
    }
    const double text_cells = stream(option.measure).height + option.columns * option.head.rows;
    for (int span = 1; span <= option.columns; ++span)
      for (const double crop : {1.0, 0.88, 1.12})
        for (const bool above : {false, true}) {
          if (above && (span != option.columns || option.upright || width > 3)) continue;
          if (above && article.boxed) continue;
          Option pictured = option;
          int column = option.columns;
          double area = 0;
          for (std::size_t i = 0; i < pictures_.size(); ++i) {
            PicturePlace place;
            place.picture = static_cast<int>(i);
            place.above = above && i == 0;
            place.span = i == 0 ? span : 1;
            if (place.above) {
              place.column = 0;
            } else if (column >= place.span) {
              place.column = column -= place.span;
            } else {                   // below the ones that stand already in the last column
              place.column = option.columns - place.span;
            }
            const double wide = place.span * option.measure + (place.span - 1) * option.gutter;
            place.rows = std::max(3, static_cast<int>(std::lround(wide * pictures_[i]->height / pictures_[i]->width * crop / grid_.lead())));
            place.caption_rows = static_cast<int>(caption_of(static_cast<int>(i), wide / kCaption).size()) + (place.above ? 0 : 1);
            if (!place.above)
              for (const auto& other : pictured.pictures)
                if (!other.above && other.column < place.column + place.span && place.column < other.column + other.span)
                  place.top = std::max(place.top, other.top + other.rows + other.caption_rows);
            area += place.span * (place.rows + place.caption_rows);
            if (place.above) {
              pictured.above = place.rows + place.caption_rows;
              pictured.quiet = true;
            }
            pictured.pictures.push_back(place);
          }
          const double share = area / (area + text_cells), off = std::log(share / std::min(0.5, 0.3 * enlarged_));
          pictured.cost += 4 * off * off + (crop == 1.0 ? 0 : 0.3) + (span == option.columns && !above && option.columns > 1 ? 1.0 : 0);
          finish(std::move(pictured));
        }
  };

  for (const int columns : {width, width - 1}) {
    if (columns < 1) continue;
    Option option;
    option.pad = article.boxed ? 1 : 0;
    option.left = inset;
    option.quiet = article.boxed;
    if (columns == width && !article.boxed) {
      option.columns = width, option.measure = grid_.measure, option.gutter = grid_.gutter;
    } else if (!divide(option, inner, columns)) {
      continue;
    }
    for (const auto& head : heads(inner, 99)) {
      Option titled = option;
      titled.head = head;
      titled.cost += head.cost;
      for (auto& line : titled.head.lines) line.x += inset;
      with_pictures(titled);
    }
  }

  const bool upright = article.vertical_headline && language == Language::chinese && article.kicker.empty() && article.deck.empty();
  if (!upright || width < 2) return;
  const Face face = Face::serif_bold;
  for (int lines = 1; lines <= 2; ++lines) {
    const auto set = balanced(article.headline, face, language, 1e6, lines);
    if (set.empty()) continue;
    std::size_t longest = 0;
    for (const auto& line : set) longest = std::max(longest, line.pieces.size());
    for (const double grown : {1.6, 1.25, 1.0, 0.8}) {
      Option option;
      option.upright = true;
      option.quiet = true;
      option.pad = article.boxed ? 1 : 0;
      option.left = inset;
      Head head;
      head.size = std::min(wish_, 3.2) * grown;
      option.strip = lines * head.size * 1.3 + 1.4;
      if (!divide(option, inner - option.strip, width) && !divide(option, inner - option.strip, width - 1)) continue;
      head.rows = static_cast<int>(std::ceil(static_cast<double>(longest) * head.size * 1.12 / grid_.lead())) + 1;
      const double middle = (option.strip - 1.4 - lines * head.size * 1.3) / 2;
      for (int i = 0; i < lines; ++i)   // the first line stands at the right: upright text runs from right to left
        head.lines.push_back({Part::headline, face, head.size, inset + 0.2 + middle + (lines - 1 - i) * head.size * 1.3, 0, set[static_cast<std::size_t>(i)]});
      const double off = std::log(head.size / std::min(wish_, 3.2));
      option.cost += 8 * off * off - 2.5 + std::max(0.0, set.back().change) / 300;
      option.head = std::move(head);
      with_pictures(option);
    }
  }
}

}  // namespace tx::typesetting
