// The plan of the page: of all ways to part it again and again by one straight cut (across or down, at any row or column),
// every module holding one article, the one of least cost. Dynamic programming over (set of articles, width, height, which
// upper corners must be without a headline); nothing is drawn at random. White that is far out of proportion is not looked
// at, which keeps the table small.
#include "engines/typesetting/plan.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <memory>
#include <tuple>

namespace tx::typesetting {
namespace {

constexpr double kNever = 1e15;
constexpr double kSideBySide = 5, kThrough = 6, kAcross = 0.8;      // 碰题, 断版, 通线
constexpr std::size_t kWeighedMost = 5'000'000;                     // for one search; beyond it the page keeps what a narrower one found
constexpr std::size_t kFew = 6;        // so many articles can give up room in every proportion
constexpr double kAnyOverset = 25;      // a plan in which something is left over costs at least this much more
constexpr int kHair = 0xb9b1a6;
enum Corner : unsigned { kLeft = 1, kRight = 2 };                   // this upper corner must be without a headline

struct Choice {
  double cost = kNever;
  enum Kind : unsigned char { unknown, none, leaf, across, down } kind = unknown;
  std::uint16_t first = 0;             // articles above or at the left
  std::uint16_t cut = 0;
  std::uint8_t corners_first = 0, corners_second = 0;
  bool side_by_side = false;
};

class Planner {
 public:
  // Nothing dearer than `most` is of interest. `scarce`: an article may get less than it needs.
  Planner(const Grid& grid, const std::vector<std::unique_ptr<Copy>>& copies, double looseness, int disorder, double most, bool scarce)
      : grid_(grid), copies_(copies), count_(static_cast<int>(copies.size())), full_(grid.rows + 1), looseness_(looseness), most_(most), disorder_(disorder) {
    std::vector<int> least(copies.size());
    for (std::size_t i = 0; i < copies.size(); ++i) least[i] = copies[i]->cells();
    const int page = grid.columns * full_;
    int missing = std::accumulate(least.begin(), least.end(), 0) - page;
    if (scarce) missing = std::max(missing, page / 10);
    // What the page does not have is given up by the articles that may go on elsewhere, else by all in proportion.
    for (const bool may_go_on : {true, false}) {
      if (missing <= -page / 20) break;
      const int wanted = missing + page / 20;
      int give = 0;
      for (std::size_t i = 0; i < copies.size(); ++i)
        if (!may_go_on || !copies[i]->article.jump_to.empty()) give += least[i] - std::min(least[i], copies[i]->least_cells());
      if (give <= 0) continue;
      const double share = copies.size() <= kFew ? 1.0 : std::min(1.0, 1.6 * wanted / give);
      for (std::size_t i = 0; i < copies.size(); ++i) {
        if (may_go_on && copies[i]->article.jump_to.empty()) continue;
        const int given = static_cast<int>(share * (least[i] - std::min(least[i], copies[i]->least_cells())));
        least[i] -= given;
        missing -= given;
      }
    }
    bounds_.assign(static_cast<std::size_t>(grid.columns + 1), std::vector<double>(std::size_t{1} << count_, 0));
    for (int width = 1; width <= grid.columns; ++width) {
      auto& bounds = bounds_[static_cast<std::size_t>(width)];
      for (unsigned set = 1; set < bounds.size(); ++set)
        bounds[set] = bounds[set & (set - 1)] + copies[static_cast<std::size_t>(std::countr_zero(set))]->bound(width);
    }
    known_.resize((std::size_t{1} << count_) * static_cast<std::size_t>(grid.columns + 1) * 4);
    least_.assign(1u << count_, 0);
    for (unsigned set = 1; set < least_.size(); ++set) least_[set] = least_[set & (set - 1)] + least[static_cast<std::size_t>(std::countr_zero(set))];
    const int all = least_.back();
    spare_share_ = all > 0 ? std::max(0.0, static_cast<double>(page - all) / all) : 0;
  }

  const Choice& solve(unsigned set, int width, int height, unsigned corners) {
    auto& column = known_[(static_cast<std::size_t>(set) * static_cast<std::size_t>(grid_.columns + 1) + static_cast<std::size_t>(width)) * 4 + corners];
    if (!column) column = std::make_unique<Choice[]>(static_cast<std::size_t>(full_ + 1));
    Choice& known = column[static_cast<std::size_t>(height)];
    if (known.kind != Choice::unknown) return known;
    if (weighed_ > kWeighedMost) return nothing_;
    Choice best;
    best.kind = Choice::none;
    if (set == all() && width == grid_.columns && height == full_) best.cost = most_;
    if (std::has_single_bit(set)) {
      const Fit fit = copies_[static_cast<std::size_t>(std::countr_zero(set))]->fit(width, height - 1, corners != 0);
      ++weighed_;
      if (fit.option >= 0 && fit.cost < best.cost) best = {fit.cost, Choice::leaf, static_cast<std::uint16_t>(set), 0, 0, 0, false};
    } else {
      const unsigned heaviest = set & (~set + 1);
      for (unsigned second = (set - 1) & set; second > 0; second = (second - 1) & set) {   // the heaviest in front comes first
        const unsigned first = set & ~second;
        if (inversions(first, second) > disorder_) continue;
        const bool behind = (second & heaviest) != 0, lead = heaviest == 1;
        try_across(best, first, second, width, height, corners, behind ? (lead ? 10 : 2) : 0);
        try_down(best, first, second, width, height, corners, behind ? (lead ? 4 : 0.8) : 0);
      }
    }
    return known = best;
  }

  void emit(unsigned set, int column, int row, int width, int height, unsigned corners, Layout& layout) {
    const Choice choice = solve(set, width, height, corners);
    if (choice.kind == Choice::leaf) {
      const int article = std::countr_zero(set);
      Copy& copy = *copies_[static_cast<std::size_t>(article)];
      const Fit fit = copy.fit(width, height - 1, corners != 0);
      layout.order.push_back(article);
      const Overset overset = copy.place(layout, column, row, width, fit, height - 1);
      spare_ += fit.spare;
      layout.quality.overset_lines += overset.lines;
      if (overset.lines > 0) layout.oversets.push_back(overset);
      return;
    }
    const unsigned second = set & ~choice.first;
    layout.quality.tombstones += choice.side_by_side;
    const double x = grid_.area.x + column * (grid_.measure + grid_.gutter) * grid_.em, y = grid_.area.y + row * grid_.pitch;
    if (choice.kind == Choice::across) {
      if (!framed(choice.first) && !framed(second))
        rules_.push_back({Part::rule, -1, {x, y + (choice.cut - 0.5) * grid_.pitch, grid_.width(width) * grid_.em, 0.2}, {}, -1, kHair, -1});
      emit(choice.first, column, row, width, choice.cut, choice.corners_first, layout);
      emit(second, column, row + choice.cut, width, height - choice.cut, choice.corners_second, layout);
    } else {
      layout.quality.through_rules += height == full_;
      if (!framed(choice.first) && !framed(second))
        rules_.push_back({Part::rule, -1, {x + (choice.cut * (grid_.measure + grid_.gutter) - grid_.gutter / 2) * grid_.em - 0.1, y + 0.25 * grid_.pitch, 0.2,
                                           (height - 1.5) * grid_.pitch}, {}, -1, kHair, -1});
      emit(choice.first, column, row, choice.cut, height, choice.corners_first, layout);
      emit(second, column + choice.cut, row, width - choice.cut, height, choice.corners_second, layout);
    }
  }

  unsigned all() const { return (1u << count_) - 1; }
  int full() const { return full_; }
  int spare() const { return spare_; }
  bool gave_up() const { return weighed_ > kWeighedMost; }
  std::size_t weighed() const { return weighed_; }
  const std::vector<Block>& rules() const { return rules_; }

 private:
  static int inversions(unsigned first, unsigned second) {   // pairs in which the lighter article comes first
    int count = 0;
    for (unsigned rest = first; rest > 0; rest &= rest - 1) count += std::popcount(second & ((rest & (~rest + 1)) - 1));
    return count;
  }
  bool framed(unsigned set) const { return std::has_single_bit(set) && copies_[static_cast<std::size_t>(std::countr_zero(set))]->article.boxed; }
  // White in proportion to what stands there, and what the grid costs anyway.
  bool allowed(unsigned set, int width, int height) const {
    const int white = width * height - least_[set];
    return white >= 0 && white <= looseness_ * (2.2 * spare_share_ * least_[set] + 12 + 4 * width);
  }
  void try_across(Choice& best, unsigned first, unsigned second, int width, int height, unsigned corners, double order) {
    const double cut = order + (width == grid_.columns ? kAcross : 0) + (width == 1 ? 0.2 : 0);
    const auto& bounds = bounds_[static_cast<std::size_t>(width)];
    if (cut + bounds[first] + bounds[second] >= best.cost) return;
    const int from = (least_[first] + width - 1) / width, to = height - (least_[second] + width - 1) / width;
    for (int high = from; high <= to; ++high) {
      if (!allowed(first, width, high) || !allowed(second, width, height - high)) continue;
      ++weighed_;
      const double upper = solve(first, width, high, corners).cost;
      if (cut + upper + bounds[second] >= best.cost) continue;
      const double lower = solve(second, width, height - high, 0).cost;
      if (cut + upper + lower < best.cost) best = {cut + upper + lower, Choice::across, static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(high), static_cast<std::uint8_t>(corners), 0, false};
    }
  }
  void try_down(Choice& best, unsigned first, unsigned second, int width, int height, unsigned corners, double order) {
    const double tall = static_cast<double>(height) / full_;
    const double cut = order + (height == full_ ? kThrough : tall > 0.7 ? 1.5 : 0);
    if (cut + bounds_[static_cast<std::size_t>(width - 1)][first] + bounds_[static_cast<std::size_t>(width - 1)][second] >= best.cost || width < 2) return;
    for (int wide = 1; wide < width; ++wide) {
      if (!allowed(first, wide, height) || !allowed(second, width - wide, height)) continue;
      const double bound_first = bounds_[static_cast<std::size_t>(wide)][first], bound_second = bounds_[static_cast<std::size_t>(width - wide)][second];
      // Headlines must not stand side by side: the left one or the right one begins with something else, or it costs.
      for (const auto& [left, right, price] : {std::tuple<unsigned, unsigned, double>{kRight, 0u, 0.0}, {0u, kLeft, 0.0}, {0u, 0u, kSideBySide}}) {
        if (cut + price + bound_first + bound_second >= best.cost) continue;
        ++weighed_;
        const unsigned of_first = (corners & kLeft) | left, of_second = (corners & kRight) | right;
        const double a = solve(first, wide, height, of_first).cost;
        if (cut + price + a + bound_second >= best.cost) continue;
        const double b = solve(second, width - wide, height, of_second).cost;
        if (cut + price + a + b < best.cost) best = {cut + price + a + b, Choice::down, static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(wide), static_cast<std::uint8_t>(of_first), static_cast<std::uint8_t>(of_second), price > 0};
      }
    }
  }

  const Grid& grid_;
  const std::vector<std::unique_ptr<Copy>>& copies_;
  const int count_, full_;             // rows with the blank one that ends every module
  const double looseness_;
  const double most_;
  const int disorder_;                 // so many articles may stand before a weightier one, at every cut
  double spare_share_ = 0;
  int spare_ = 0;
  std::size_t weighed_ = 0;
  std::vector<std::vector<double>> bounds_;        // by width and set: no plan costs less
  std::vector<int> least_;             // cells, by set of articles
  const Choice nothing_;
  std::vector<std::unique_ptr<Choice[]>> known_;   // by set, width and corners; then by height
  std::vector<Block> rules_;
};

// One above the other, each over the whole width; the last ones give up what the page does not have. For pages that no
// plan fits, so that the editor always sees where he stands.
void stack(const Grid& grid, const std::vector<std::unique_ptr<Copy>>& copies, Layout& layout) {
  int row = 0;
  for (std::size_t i = 0; i < copies.size(); ++i) {
    const int left = grid.rows - row - 8 * static_cast<int>(copies.size() - i - 1);
    const int height = std::max(4, std::min(copies[i]->least_rows(grid.columns), left));
    const Fit fit = copies[i]->fit(grid.columns, height, false);
    layout.order.push_back(static_cast<int>(i));
    if (fit.option >= 0 && row + height <= grid.rows) {
      const Overset overset = copies[i]->place(layout, 0, row, grid.columns, fit, height);
      layout.quality.cost += fit.cost;
      layout.quality.overset_lines += overset.lines;
      if (overset.lines > 0) layout.oversets.push_back(overset);
      row += height + 1;
    } else {                             // not even its headline has room
      Overset whole;
      whole.article = static_cast<int>(i);
      whole.lines = copies[i]->least_rows(grid.columns) * grid.columns;
      layout.oversets.push_back(whole);
      layout.quality.overset_lines += whole.lines;
      layout.quality.cost += whole.lines * 12.0;
    }
  }
  layout.quality.exact = false;
}

}  // namespace

void plan(const Grid& grid, const std::vector<std::unique_ptr<Copy>>& copies, Layout& layout) {
  for (const auto& copy : copies) layout.quality.bound += copy->bound(grid.columns);
  // From the order of weight to any order; a search that would take too long gives way to the one before it.
  std::unique_ptr<Planner> found;
  double cost = kNever;
  const auto search = [&](double looseness, bool scarce) {
    for (const int disorder : {0, 1, 3, 1000}) {
      auto planner = std::make_unique<Planner>(grid, copies, looseness, disorder, cost, scarce);
      const Choice best = planner->solve(planner->all(), grid.columns, planner->full(), 0);
      layout.quality.candidates += planner->weighed();
      layout.quality.exact = !planner->gave_up();
      if (planner->gave_up()) return;
      if (best.kind != Choice::none && best.cost < cost) cost = best.cost, found = std::move(planner);
    }
  };
  for (const double looseness : {1.0, 3.0, 1e9}) {
    search(looseness, false);
    if (found) break;
  }
  // Something is left over, or nearly: then it is looked for whether another article gives up less.
  if (cost > layout.quality.bound + kAnyOverset) search(3.0, true);
  if (!found) {
    stack(grid, copies, layout);
    return;
  }
  found->emit(found->all(), 0, 0, grid.columns, found->full(), 0, layout);
  const auto furniture = std::count_if(layout.blocks.begin(), layout.blocks.end(), [](const Block& block) { return block.article < 0; });
  layout.blocks.insert(layout.blocks.begin() + furniture, found->rules().begin(), found->rules().end());
  layout.quality.cost = cost;
  layout.quality.white = static_cast<double>(found->spare()) / (grid.columns * grid.rows);
}

}  // namespace tx::typesetting
