#include "engines/typesetting/module.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/text.h"
#include "engines/typesetting/letters.h"

namespace tx::typesetting {
namespace {

constexpr double kSubhead = 1.12;      // ems of the body
constexpr int kDeepEnough = 6;         // rows of text below which a column looks like a crumb

struct Slot { int column = 0, from = 0, to = 0; };   // rows of the module, half open

int text_top(const Option& option) { return option.pad + option.above + (option.upright ? 0 : option.head.rows); }

// The first free row of a column, below its pictures.
int column_top(const Option& option, int column) {
  int top = 0;
  for (const auto& picture : option.pictures)
    if (!picture.above && column >= picture.column && column < picture.column + picture.span) top = std::max(top, picture.top + picture.rows + picture.caption_rows);
  return text_top(option) + top;
}

// Rows below a picture that are too few to look like a column.
double crumbs(const Option& option, int bottom) {
  double cost = 0;
  if (option.pictures.empty()) return 0;
  for (int c = 0; c < option.columns; ++c) {
    const int free = bottom - column_top(option, c);
    if (free > 0 && free < kDeepEnough && column_top(option, c) > text_top(option)) cost += 0.7 * (kDeepEnough - free);
  }
  return cost;
}

// Free rows of the columns down to `bottom`, in the order of reading. False: what does not flow has no room in `height`.
bool slots_of(const Option& option, int bottom, int height, std::vector<Slot>& out) {
  out.clear();
  if (option.upright && option.head.rows + option.pad > bottom) return false;
  for (int c = 0; c < option.columns; ++c) {
    const int from = column_top(option, c);
    // A picture's last blank row may be the module's own.
    if (from > height - option.pad + 1) return false;
    if (option.quote_rows > 0 && c == (option.columns - 1) / 2) {
      if (bottom - from < option.quote_rows + 8) return false;
      const int middle = from + (bottom - from - option.quote_rows) / 2;
      out.push_back({c, from, middle});
      out.push_back({c, middle + option.quote_rows, bottom});
      continue;
    }
    if (from < bottom) out.push_back({c, from, bottom});
  }
  return !out.empty();
}

}  // namespace

Copy::Copy(const Article& of, int number, const Grid& grid, std::vector<std::shared_ptr<const Image>> pictures, int first_picture)
    : article(of), index(number), grid_(grid), pictures_(std::move(pictures)), first_picture_(first_picture) {
  static constexpr double kWish[] = {5.0, 3.4, 2.8, 2.5, 2.3};   // 48, 33, 27, 24, 22 points
  wish_ = kWish[std::min(index, 4)];
  std::size_t count = 0;
  for (const auto& part : article.paragraphs) count += letter_count(part.text);
  if (grid_.language == Language::english) wish_ *= 0.85;        // Latin letters are taller for their width
  if (index > 1 && count < (grid_.language == Language::chinese ? 220u : 600u)) wish_ = 1.9;
}

void Copy::enlarge(double factor) {
  wish_ *= factor / enlarged_;
  enlarged_ = factor;
  options_.clear();
  fits_.clear();
  bounds_.clear();
  cells_ = 0;
}

std::vector<SetLine> Copy::quote_of(double width) const {
  const int first = std::max(1, static_cast<int>(std::ceil(natural_width(article.quote, Face::sans_bold, grid_.language) / width)));
  for (int lines = first; lines < first + 6; ++lines)
    if (auto set = balanced(article.quote, Face::sans_bold, grid_.language, width, lines); !set.empty()) return set;
  return broken(article.quote, Face::sans_bold, grid_.language, {width, 0});
}

std::vector<SetLine> Copy::caption_of(int number, double width) const {
  const auto& picture = article.pictures[static_cast<std::size_t>(number)];
  auto lines = broken(picture.caption, Face::sans, grid_.language, {width, 0});
  auto credit = balanced(picture.credit, Face::sans, grid_.language, 1e6, 1);
  if (credit.empty()) return lines;
  for (auto& piece : credit[0].pieces) piece.x += width - credit[0].width;
  if (lines.empty() || lines.back().width + 1 + credit[0].width > width) {
    lines.push_back(std::move(credit[0]));
  } else {
    for (auto& piece : credit[0].pieces) lines.back().pieces.push_back(std::move(piece));
  }
  return lines;
}

const Copy::Stream& Copy::stream(double measure) {
  auto [at, fresh] = streams_.try_emplace(measure);
  auto& out = at->second;
  if (!fresh) return out;
  const auto add = [&](Part part, Face face, const std::string& text, double indent, int paragraph) {
    for (auto& line : broken(text, face, grid_.language, {measure, indent})) out.rows.push_back({part, std::move(line), paragraph, 1});
  };
  if (!article.jump_from.empty()) add(Part::jump, Face::sans, article.jump_from, 0, -1);
  if (!article.byline.empty()) add(Part::byline, Face::sans, article.byline, 0, -1);
  bool flush = grid_.language == Language::english;   // no indent at the head and after a subhead
  for (std::size_t i = 0; i < article.paragraphs.size(); ++i) {
    const auto& part = article.paragraphs[i];
    if (part.subhead) {
      const double wide = natural_width(part.text, Face::sans_bold, grid_.language) * kSubhead;
      for (int lines = std::max(1, static_cast<int>(std::ceil(wide / measure))); lines < 8; ++lines) {
        auto set = balanced(part.text, Face::sans_bold, grid_.language, measure / kSubhead, lines);
        if (set.empty()) continue;
        for (auto& line : set) out.rows.push_back({Part::subhead, std::move(line), static_cast<int>(i), 2});
        break;
      }
    } else {
      add(Part::body, Face::serif, part.text, grid_.language == Language::chinese ? 2 : flush ? 0 : 1.2, static_cast<int>(i));
    }
    flush = grid_.language == Language::english && part.subhead;
  }
  if (!article.source.empty()) add(Part::byline, Face::sans, article.source, 0, -2);
  for (const auto& row : out.rows) {
    out.height += row.height;
    out.plain = out.plain && row.height == 1;
  }
  return out;
}

// Pours the text into the columns; a subhead stays with what follows it. Returns the rows that found no room, or -1 when
// a picture or the quote itself finds none.
int Copy::put(const Option& option, int bottom, int height, std::vector<Put>* where) {
  static thread_local std::vector<Slot> slots;
  if (!slots_of(option, bottom, height, slots)) return -1;
  const Stream& text = stream(option.measure);
  int left = text.height;
  if (text.plain && !where) {
    for (const auto& slot : slots) left -= slot.to - slot.from;
    if (left > 0 && !article.jump_to.empty()) ++left;
    return std::max(0, left);
  }
  for (const bool jump : {false, true}) {   // where text is left over, the last row says where it goes on
    if (jump) {
      if (left == 0 || article.jump_to.empty()) break;
      --slots.back().to;
      left = text.height;
      if (where) where->clear();
    }
    std::size_t next = 0;
    for (const auto& slot : slots) {
      int at = slot.from;
      while (next < text.rows.size()) {
        const Row& row = text.rows[next];
        if (at + row.height > slot.to) break;
        if (row.part == Part::subhead && at + row.height + (next + 1 < text.rows.size() ? 2 : 0) > slot.to) break;
        if (where) where->push_back({next, slot.column, at});
        at += row.height;
        left -= row.height;
        ++next;
      }
    }
  }
  return left;
}

const std::vector<Option>& Copy::options(int width) {
  auto [at, fresh] = options_.try_emplace(width);
  if (fresh) {
    add_options(at->second, width);
    std::stable_sort(at->second.begin(), at->second.end(), [](const Option& a, const Option& b) { return a.cost < b.cost; });
  }
  return at->second;
}

Fit Copy::fit(int width, int height, bool quiet) {
  const int key = (width * 1024 + height) * 2 + quiet;
  if (const auto kept = fits_.find(key); kept != fits_.end()) return kept->second;
  Fit best;
  // A line that finds no room is work for the editor; where the article may go on elsewhere it is a matter of taste.
  const double any_overset = article.jump_to.empty() ? 30.0 : 6.0, per_overset = article.jump_to.empty() ? 15.0 : 2.5;
  const auto judge = [&](const Option& option, int spare, int over, int deep) {
    double cost = option.cost + (over > 0 ? any_overset + over * per_overset : 0) + 0.3 * spare + 0.04 * spare * spare / option.columns;
    if (deep < kDeepEnough) cost += (kDeepEnough - deep) * 2;
    if (option.upright) cost += 5 * (1 - static_cast<double>(option.head.rows) / deep);   // it reaches down beside the text
    if (deep > 44) cost += (deep - 44) * 0.15;
    return cost;
  };
  const auto& all = options(width);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Option& option = all[i];
    if (option.cost >= best.cost) break;
    if (quiet && !option.quiet) continue;
    const int bottom = height - option.pad, top = text_top(option), deep = bottom - top;
    if (deep < 3) continue;
    const int need = stream(option.measure).height, room = option.columns * deep - option.taken;
    if (judge(option, std::max(0, room - need), std::max(0, need - room), deep) >= best.cost) continue;
    const int over = put(option, bottom, height, nullptr);
    if (over < 0) continue;
    const int spare = std::max(0, room - (need - over));
    double cost = judge(option, spare, over, deep) + crumbs(option, bottom);
    // A last column of one or two rows below a picture.
    const int in_last = bottom - column_top(option, option.columns - 1) - spare;
    if (option.columns > 1 && !option.pictures.empty() && in_last > 0 && in_last < 3) cost += 2;
    if (cost < best.cost) best = {cost, static_cast<int>(i), spare, over};
  }
  return fits_[key] = best;
}

int Copy::least_rows(int width) {
  int least = 1 << 20;
  for (const auto& option : options(width)) {
    const int need = stream(option.measure).height + option.taken;
    for (int height = std::max(text_top(option) + option.pad + 3, text_top(option) + option.pad + need / option.columns); height < least; ++height)
      if (put(option, height - option.pad, height, nullptr) == 0) {
        least = height;
        break;
      }
  }
  return least;
}

int Copy::cells() {
  if (cells_ > 0) return cells_;
  int least = 1 << 28;
  for (int width = 1; width <= grid_.columns; ++width)
    if (!options(width).empty()) least = std::min(least, width * (least_rows(width) + 1));
  return cells_ = least;
}

double Copy::bound(int widest) {
  if (bounds_.empty()) {
    bounds_.assign(static_cast<std::size_t>(grid_.columns + 1), 1e15);
    for (int width = 1; width <= grid_.columns; ++width) {
      double least = bounds_[static_cast<std::size_t>(width - 1)];
      for (int height = 3; height <= grid_.rows; ++height) least = std::min(least, fit(width, height, false).cost);
      bounds_[static_cast<std::size_t>(width)] = least;
    }
  }
  return bounds_[static_cast<std::size_t>(widest)];
}

int Copy::least_cells() {
  int least = 1 << 28;
  for (int width = 1; width <= grid_.columns; ++width)
    for (const auto& option : options(width)) least = std::min(least, width * (text_top(option) + option.pad + kDeepEnough + 1));
  return std::min(least, cells());
}

}  // namespace tx::typesetting
