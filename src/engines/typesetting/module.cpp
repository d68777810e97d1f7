#include "engines/typesetting/module.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/text.h"

namespace tx::typesetting {
namespace {

constexpr int kInk = 0x1c1916, kSoft = 0x4d463f, kAccent = 0xa31f23, kTint = 0xf6f1e7, kHair = 0x8d857b;
constexpr double kCaption = 0.84;      // ems of the body
constexpr double kNever = 1e15;

bool chinese(const Grid& grid) { return grid.language == Language::chinese; }

struct Slot { int column = 0, from = 0, to = 0; };   // rows of the module, half open

// Free rows of the columns, in the order of reading.
std::vector<Slot> slots_of(const Option& option, int height) {
  std::vector<Slot> out;
  const int top = option.pad + option.above + (option.strip > 0 ? 0 : option.head.rows), bottom = height - option.pad;
  for (int c = 0; c < option.columns; ++c) {
    int from = top;
    for (const auto& picture : option.pictures)
      if (!picture.above && c >= picture.column && c < picture.column + picture.span) from += picture.rows + picture.caption_rows;
    if (option.quote_rows > 0 && c == (option.columns - 1) / 2 && bottom - from > option.quote_rows + 8) {
      const int middle = from + (bottom - from - option.quote_rows) / 2;
      out.push_back({c, from, middle});
      out.push_back({c, middle + option.quote_rows, bottom});
      continue;
    }
    if (from < bottom) out.push_back({c, from, bottom});
  }
  return out;
}
int capacity(const std::vector<Slot>& slots) {
  return std::accumulate(slots.begin(), slots.end(), 0, [](int sum, const Slot& slot) { return sum + slot.to - slot.from; });
}

// Where every row of the stream goes; a subhead stays with what follows it. Returns how many rows of the stream found room.
struct Put { std::size_t row = 0; int column = 0, at = 0; };
std::size_t pour(const std::vector<Row>& stream, const std::vector<Slot>& slots, std::vector<Put>* where) {
  std::size_t next = 0;
  for (const auto& slot : slots) {
    int at = slot.from;
    while (next < stream.size()) {
      const Row& row = stream[next];
      const int needs = row.height + (row.part == Part::subhead && next + 1 < stream.size() ? 2 : 0);
      if (at + needs > slot.to) {
        if (at + row.height > slot.to || row.part == Part::subhead) break;
      }
      if (where) where->push_back({next, slot.column, at});
      at += row.height;
      ++next;
    }
  }
  return next;
}

int rows_of(const std::vector<Row>& stream) {
  return std::accumulate(stream.begin(), stream.end(), 0, [](int sum, const Row& row) { return sum + row.height; });
}

}  // namespace

Copy::Copy(const Article& of, int number, const Grid& grid, std::vector<std::shared_ptr<const Image>> pictures, int first_picture)
    : article(of), index(number), grid_(grid), pictures_(std::move(pictures)), first_picture_(first_picture) {
  static constexpr double kWish[] = {5.0, 3.4, 2.8, 2.5, 2.3};
  wish_ = kWish[std::min(index, 4)];
  std::size_t letters = 0;
  for (const auto& part : article.paragraphs) letters += letter_count(part.text);
  if (index > 1 && letters < 220) wish_ = 1.9;
}

const std::vector<Row>& Copy::stream(double measure) {
  auto [at, fresh] = streams_.try_emplace(measure);
  auto& out = at->second;
  if (!fresh) return out;
  const auto add = [&](Part part, Face face, const std::string& text, double indent, int paragraph, double scale, int height) {
    for (auto& line : broken(text, face, grid_.language, {measure / scale, indent})) out.push_back({part, std::move(line), paragraph, height});
  };
  if (!article.byline.empty()) add(Part::byline, Face::sans, article.byline, 0, -1, 1, 1);
  for (std::size_t i = 0; i < article.paragraphs.size(); ++i) {
    const auto& part = article.paragraphs[i];
    if (part.subhead)
      for (auto& line : balanced(part.text, Face::sans_bold, grid_.language, measure / 1.12,
                                 std::max(1, static_cast<int>(std::ceil(natural_width(part.text, Face::sans_bold, grid_.language) * 1.12 / measure)))))
        out.push_back({Part::subhead, std::move(line), static_cast<int>(i), 2});
    else
      add(Part::body, Face::serif, part.text, chinese(grid_) ? 2 : i == 0 ? 0 : 1.2, static_cast<int>(i), 1, 1);
  }
  if (!article.source.empty()) add(Part::byline, Face::sans, article.source, 0, -2, 1, 1);
  return out;
}

std::vector<Head> Copy::heads(double width, double most) {
  std::vector<Head> out;
  const auto add_lines = [&](Head& head, double& y, Part part, Face face, const std::string& text, double size, double leading, int lines) {
    auto set = balanced(text, face, grid_.language, width / size, lines);
    if (set.empty()) return false;
    for (auto& line : set) {
      y += size * leading;
      const double x = chinese(grid_) ? (width - line.width * size) / 2 : 0;
      head.lines.push_back({part, face, size, x, y - size * (leading - 1) / 2 - size * 0.12, std::move(line)});
    }
    return true;
  };
  const auto needed = [&](const std::string& text, Face face, double size) {
    return std::max(1, static_cast<int>(std::ceil(natural_width(text, face, grid_.language) * size / (width * 0.99))));
  };
  const Face face = index == 0 || (index % 2 == 0 && !article.boxed) ? Face::serif_bold : Face::sans_bold;
  const double wish = std::min(wish_, most);
  for (int lines = 1; lines <= 3; ++lines) {
    const auto set = balanced(article.headline, face, grid_.language, 1e6, lines);
    if (set.empty()) continue;
    double widest = 0;
    for (const auto& line : set) widest = std::max(widest, line.width);
    double size = std::floor(std::min(wish * 1.12, width / (widest + 0.02)) * 20) / 20;
    if (size < 1.3) continue;
    Head head;
    head.size = size;
    double y = 0;
    if (!article.kicker.empty()) {
      const double small = std::clamp(size * 0.42, 1.15, 1.7);
      for (int n = needed(article.kicker, Face::sans, small); n < 5; ++n)
        if (add_lines(head, y, Part::kicker, Face::sans, article.kicker, small, 1.45, n)) break;
      y += 0.15;
    }
    if (!add_lines(head, y, Part::headline, face, article.headline, size, 1.2, lines)) continue;
    if (!article.deck.empty()) {
      const double small = std::clamp(size * 0.4, 1.1, 1.6);
      y += 0.15;
      for (int n = needed(article.deck, Face::serif, small); n < 6; ++n)
        if (add_lines(head, y, Part::deck, Face::serif, article.deck, small, 1.45, n)) break;
    }
    head.rows = static_cast<int>(std::ceil((y + 0.55) / grid_.lead()));
    const double spare = head.rows * grid_.lead() - y - 0.25;
    for (auto& line : head.lines) line.y += spare / 2;
    const double off = std::log(size / wish_), fill = widest * size / width;
    head.cost = 30 * off * off + (lines - 1) * 1.5 + std::max(0.0, set.back().change) / 400 + (fill < 0.5 ? (0.5 - fill) * 6 : 0);
    out.push_back(std::move(head));
  }
  if (out.empty()) {                   // a very long headline in a very narrow module: small and many lines, but whole
    for (int lines = 2; lines < 12 && out.empty(); ++lines) {
      Head head;
      head.size = 1.3;
      double y = 0;
      if (!add_lines(head, y, Part::headline, face, article.headline, 1.3, 1.25, lines)) continue;
      head.rows = static_cast<int>(std::ceil((y + 0.5) / grid_.lead()));
      head.cost = 40;
      out.push_back(std::move(head));
    }
  }
  if (out.empty()) out.push_back({});
  return out;
}

void Copy::add_options(std::vector<Option>& out, int width) {
  Option base;
  const double whole = grid_.width(width);
  base.pad = article.boxed ? 1 : 0;
  base.left = article.boxed ? 1.1 : 0;
  const double inner = whole - 2 * base.left;
  for (const int columns : {width, width - 1}) {
    if (columns < 1) continue;
    Option option = base;
    option.columns = columns;
    if (columns == width && !article.boxed) {
      option.measure = grid_.measure, option.gutter = grid_.gutter;
    } else {
      option.measure = std::floor((inner - (columns - 1) * grid_.gutter) / columns + 1e-9);
      option.gutter = columns > 1 ? (inner - columns * option.measure) / (columns - 1) : 0;
      if (columns == 1) option.left += (inner - option.measure) / 2;
    }
    if (option.measure > grid_.measure * 1.55) continue;
    option.cost = option.measure > grid_.measure * 1.2 ? 1.5 : 0;
    for (auto& head : heads(inner, 99)) {
      option.head = head;
      if (article.boxed) for (auto& line : option.head.lines) line.x += base.left, line.y += base.pad * grid_.lead();
      Option with = option;
      with.cost += head.cost;
      with.quiet = article.boxed;
      if (pictures_.empty()) {
        out.push_back(with);
        continue;
      }
      for (int span = 1; span <= columns; ++span) {
        Option pictured = with;
        int column = columns;
        bool fits = true;
        for (std::size_t i = 0; i < pictures_.size() && fits; ++i) {
          const int s = i == 0 ? span : 1;
          column -= s;
          if (column < 0) { fits = false; break; }
          const double wide = s * option.measure + (s - 1) * option.gutter;
          const double high = wide * pictures_[i]->height / pictures_[i]->width;
          PicturePlace place{static_cast<int>(i), column, s, std::max(3, static_cast<int>(std::lround(high / grid_.lead()))), 0};
          const auto& picture = article.pictures[i];
          const std::string caption = picture.caption + (picture.credit.empty() ? "" : "　" + picture.credit);
          if (!caption.empty()) place.caption_rows = static_cast<int>(broken(caption, Face::sans, grid_.language, {wide / kCaption, 0}).size());
          place.caption_rows += 1;
          pictured.pictures.push_back(place);
        }
        if (!fits) continue;
        const double share = static_cast<double>(span) / columns, off = std::log(share / 0.5);
        pictured.cost += 3 * off * off;
        out.push_back(pictured);
      }
    }
  }
}

const std::vector<Option>& Copy::options(int width) {
  auto [at, fresh] = options_.try_emplace(width);
  if (fresh) add_options(at->second, width);
  return at->second;
}

Fit Copy::fit(int width, int height, bool quiet) {
  Fit best;
  const auto& all = options(width);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Option& option = all[i];
    if (quiet && !option.quiet) continue;
    const auto slots = slots_of(option, height);
    const auto& text = stream(option.measure);
    if (slots.empty()) continue;
    const std::size_t placed = pour(text, slots, nullptr);
    int over = 0;
    for (std::size_t r = placed; r < text.size(); ++r) over += text[r].height;
    const int spare = std::max(0, capacity(slots) - (rows_of(text) - over));
    const int deep = slots.back().to - slots.back().from;
    double cost = option.cost + over * 12.0 + 0.5 * spare + 0.02 * spare * spare;
    if (deep < 5) cost += (5 - deep) * 3;
    if (cost < best.cost) best = {cost, static_cast<int>(i), spare, over};
  }
  return best;
}

int Copy::least_rows(int width) {
  int least = 1 << 20;
  for (const auto& option : options(width)) {
    const int need = rows_of(stream(option.measure));
    for (int height = option.head.rows + option.above + 2 * option.pad + need / option.columns; height < least; ++height)
      if (pour(stream(option.measure), slots_of(option, height), nullptr) == stream(option.measure).size()) {
        least = height;
        break;
      }
  }
  return least;
}

int Copy::cells() {
  int least = 1 << 28;
  for (int width = 1; width <= grid_.columns; ++width)
    if (!options(width).empty()) least = std::min(least, width * (least_rows(width) + 1));
  return least;
}

Overset Copy::place(Layout& layout, int column, int row, int width, const Fit& fit, int height) {
  const Option& option = options(width)[static_cast<std::size_t>(fit.option)];
  const double em = grid_.em, pitch = grid_.pitch;
  const double x0 = grid_.area.x + column * (grid_.measure + grid_.gutter) * em, y0 = grid_.area.y + row * pitch;
  const Rect whole{x0, y0, grid_.width(width) * em, height * pitch};
  layout.places[static_cast<std::size_t>(index)] = whole;
  const auto block = [&](Part part, Rect place) -> Block& {
    layout.blocks.push_back({part, index, place, {}, -1, 0});
    return layout.blocks.back();
  };
  const auto line_of = [&](const SetLine& set, Face face, double size, double x, double y, int rgb) {   // millimetres
    Line line{face, size, rgb, {}};
    for (const auto& piece : set.pieces) line.pieces.push_back({x + piece.x * size, y, piece.text});
    return line;
  };
  if (article.boxed) {
    block(Part::tint, whole).rgb = kTint;
    for (const Rect& edge : {Rect{whole.x, whole.y, whole.width, 0.25}, Rect{whole.x, whole.y + whole.height - 0.25, whole.width, 0.25},
                             Rect{whole.x, whole.y, 0.25, whole.height}, Rect{whole.x + whole.width - 0.25, whole.y, 0.25, whole.height}})
      block(Part::rule, edge).rgb = kHair;
  }
  const double top_of_head = y0 + option.above * pitch;
  for (std::size_t i = 0; i < option.head.lines.size();) {
    const Part part = option.head.lines[i].part;
    Block& head = block(part, {x0, top_of_head, whole.width, 0});
    double low = 0, high = 1e9;
    for (; i < option.head.lines.size() && option.head.lines[i].part == part; ++i) {
      const auto& line = option.head.lines[i];
      head.lines.push_back(line_of(line.line, line.face, line.size * em, x0 + line.x * em, top_of_head + line.y * em,
                                   part == Part::kicker ? kAccent : part == Part::deck ? kSoft : kInk));
      low = std::max(low, line.y + line.size * 0.12);
      high = std::min(high, line.y - line.size * 0.88);
    }
    head.place.y = top_of_head + high * em;
    head.place.height = (low - high) * em;
  }
  const auto column_x = [&](int c) { return x0 + (option.left + option.strip + c * (option.measure + option.gutter)) * em; };
  const double air = (pitch - em) / 2;
  const int text_top = option.pad + option.above + (option.strip > 0 ? 0 : option.head.rows);
  for (const auto& place : option.pictures) {
    const auto& picture = article.pictures[static_cast<std::size_t>(place.picture)];
    const double wide = (place.span * option.measure + (place.span - 1) * option.gutter) * em;
    const int top = place.above ? option.pad : text_top;
    const Rect at{column_x(place.column), y0 + top * pitch + air, wide, place.rows * pitch - air};
    block(Part::picture, at).picture = first_picture_ + place.picture;
    const std::string caption = picture.caption + (picture.credit.empty() ? "" : "　" + picture.credit);
    if (caption.empty()) continue;
    Block& words = block(Part::caption, {at.x, at.y + at.height, wide, place.caption_rows * pitch});
    double y = y0 + (top + place.rows) * pitch;
    for (const auto& line : broken(caption, Face::sans, grid_.language, {wide / em / kCaption, 0})) {
      words.lines.push_back(line_of(line, Face::sans, kCaption * em, at.x, y + pitch / 2 + kCaption * em * 0.38, kSoft));
      y += pitch;
    }
  }
  const auto& text = stream(option.measure);
  std::vector<Put> puts;
  auto slots = slots_of(option, height);
  const std::size_t placed = pour(text, slots, &puts);
  int open = -1, last_row = -9;
  for (const auto& put : puts) {
    const Row& of = text[put.row];
    const double x = column_x(put.column), y = y0 + put.at * pitch;
    const Part part = of.part;
    if (open != put.column || part != layout.blocks.back().part || put.at != last_row) block(part, {x, y, option.measure * em, 0});
    Block& into = layout.blocks.back();
    const double size = part == Part::subhead ? 1.12 : 1;
    const double shift = part == Part::subhead ? (option.measure - of.line.width * size) / 2 * em : 0;
    const Face face = part == Part::subhead ? Face::sans_bold : part == Part::byline ? Face::sans : Face::serif;
    into.lines.push_back(line_of(of.line, face, size * em, x + shift, y + of.height * pitch / 2 + size * em * 0.38,
                                 part == Part::byline ? kSoft : part == Part::subhead ? kAccent : kInk));
    last_row = put.at + of.height;
    into.place.height = y + of.height * pitch - into.place.y;
    open = put.column;
    if (part == Part::body) {
      ++layout.quality.lines;
      layout.quality.mean_stretch += std::abs(of.line.change);
      if (of.line.change > 0.13 && !of.line.last) ++layout.quality.loose_lines;
    }
  }
  Overset overset;
  overset.article = index;
  for (std::size_t r = placed; r < text.size(); ++r) {
    overset.lines += text[r].height;
    if (r == placed) {
      overset.paragraph = text[r].paragraph < 0 ? article.paragraphs.size() : static_cast<std::size_t>(text[r].paragraph);
      overset.byte = text[r].paragraph < 0 ? 0 : text[r].line.byte;
    }
  }
  if (overset.lines > 0)
    for (std::size_t i = overset.paragraph; i < article.paragraphs.size(); ++i)
      overset.letters += letter_count(std::string_view(article.paragraphs[i].text).substr(i == overset.paragraph ? overset.byte : 0));
  return overset;
}

}  // namespace tx::typesetting
