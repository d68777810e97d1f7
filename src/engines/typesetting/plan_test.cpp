// The search against the plainest one: every cut of every part, nothing remembered, nothing left out by a bound.
#include "engines/typesetting/plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

namespace tx::typesetting {
namespace {

class Plainest {
 public:
  Plainest(const Grid& grid, const std::vector<std::unique_ptr<Copy>>& copies) : grid_(grid), copies_(copies) {}

  double least(unsigned set, int width, int height, bool quiet_left, bool quiet_right) {
    if (std::has_single_bit(set)) return copies_[static_cast<std::size_t>(std::countr_zero(set))]->fit(width, height - 1, quiet_left || quiet_right).cost;
    double best = 1e18;
    for (unsigned first = 1; first < set; ++first) {
      if ((first & ~set) != 0 || first == set) continue;
      const unsigned second = set & ~first;
      const bool behind = std::countr_zero(second) < std::countr_zero(first), lead = (set & 1u) != 0;
      for (int high = 4; high <= height - 4; ++high)
        best = std::min(best, (behind ? (lead ? 10 : 2) : 0) + (width == grid_.columns ? 0.8 : 0) + (width == 1 ? 0.2 : 0) +
                                  least(first, width, high, quiet_left, quiet_right) + least(second, width, height - high, false, false));
      for (int wide = 1; wide < width; ++wide) {
        const double cut = (behind ? (lead ? 4 : 0.8) : 0) + (height == grid_.rows + 1 ? 6 : height > 0.7 * (grid_.rows + 1) ? 1.5 : 0);
        const int rest = width - wide;
        best = std::min(best, cut + least(first, wide, height, quiet_left, true) + least(second, rest, height, false, quiet_right));
        best = std::min(best, cut + least(first, wide, height, quiet_left, false) + least(second, rest, height, true, quiet_right));
        best = std::min(best, cut + 5 + least(first, wide, height, quiet_left, false) + least(second, rest, height, false, quiet_right));
      }
    }
    return best;
  }

 private:
  const Grid& grid_;
  const std::vector<std::unique_ptr<Copy>>& copies_;
};

Article story(int letters, bool boxed, int pictures) {
  Article out;
  out.headline = "\u95e8\u94c3\u54cd\u4e86\u4e09\u6b21";
  out.boxed = boxed;
  std::string text;
  for (int i = 0; i < letters; ++i) text += i % 17 == 16 ? "\uff0c" : "\u5fd7";
  for (int i = 0; i < 3; ++i) out.paragraphs.push_back({text, false});
  for (int i = 0; i < pictures; ++i) {
    Picture picture;
    picture.width_px = 30, picture.height_px = 20 + 5 * i;
    picture.bytes.assign(static_cast<std::size_t>(picture.width_px * picture.height_px * 3), 'x');
    out.pictures.push_back(picture);
  }
  return out;
}

TEST(Plan, NoPlanOfStraightCutsIsCheaper) {
  Grid grid;
  grid.columns = 3;
  grid.rows = 40;
  grid.area = {0, 0, grid.width(3) * grid.em, grid.rows * grid.pitch};
  const std::vector<std::vector<Article>> pages = {
      {story(150, false, 1), story(130, false, 0), story(60, true, 0)},
      {story(260, false, 0), story(100, false, 1), story(90, false, 0)},
      {story(120, false, 0), story(120, false, 0), story(120, false, 1)},
      {story(300, false, 1), story(150, true, 0)},
      {story(900, false, 0), story(250, false, 0)},   // more than the page holds
  };
  for (const auto& page : pages) {
    std::vector<std::unique_ptr<Copy>> copies;
    Layout layout;
    layout.places.resize(page.size());
    for (std::size_t i = 0; i < page.size(); ++i) {
      std::vector<std::shared_ptr<const Image>> images;
      const int first = static_cast<int>(layout.pictures.size());
      for (const auto& picture : page[i].pictures) images.push_back(read_image(picture)), layout.pictures.push_back(images.back());
      copies.push_back(std::make_unique<Copy>(page[i], static_cast<int>(i), grid, images, first));
    }
    plan(grid, copies, layout);
    EXPECT_TRUE(layout.quality.exact);
    const double least = Plainest(grid, copies).least((1u << page.size()) - 1, grid.columns, grid.rows + 1, false, false);
    EXPECT_NEAR(layout.quality.cost, least, 1e-9) << "page " << &page - pages.data() << ", overset " << layout.quality.overset_lines << ", white " << layout.quality.white;
    EXPECT_LE(layout.quality.bound, least);
  }
}

}  // namespace
}  // namespace tx::typesetting
