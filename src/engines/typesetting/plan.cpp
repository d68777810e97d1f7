#include "engines/typesetting/plan.h"

#include <algorithm>

namespace tx::typesetting {

void plan(const Grid& grid, const std::vector<std::unique_ptr<Copy>>& copies, Layout& layout) {
  // One above the other, each over the whole width; the last ones give up what the page does not have.
  int row = 0;
  for (std::size_t i = 0; i < copies.size(); ++i) {
    const int left = grid.rows - row - 4 * static_cast<int>(copies.size() - i - 1);
    const int height = std::max(3, std::min(copies[i]->least_rows(grid.columns), left));
    const Fit fit = copies[i]->fit(grid.columns, height, false);
    layout.order.push_back(static_cast<int>(i));
    if (fit.option >= 0) {
      const Overset overset = copies[i]->place(layout, 0, row, grid.columns, fit, height);
      layout.quality.cost += fit.cost;
      layout.quality.overset_lines += overset.lines;
      if (overset.lines > 0) layout.oversets.push_back(overset);
    }
    row += height + 1;
  }
}

}  // namespace tx::typesetting
