// Inside matter: one article in one rectangle of the grid. What does not depend on the rectangle (lines of every measure,
// headline breaks) is made once; then every width and height is only arithmetic on rows.
#pragma once
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "engines/typesetting/breaks.h"
#include "engines/typesetting/image.h"
#include "engines/typesetting/typesetting.h"

namespace tx::typesetting {

struct Grid {
  Language language = Language::chinese;
  double em = 3.37, pitch = 5;         // millimetres
  int columns = 6, rows = 90;
  double measure = 16, gutter = 1.6;   // ems
  Rect area;
  double lead() const { return pitch / em; }                                        // ems in a row
  double width(int columns_wide) const { return columns_wide * measure + (columns_wide - 1) * gutter; }   // ems
};

struct Row {                           // of the text that runs through the columns
  Part part = Part::body;
  SetLine line;
  int paragraph = -1;
  int height = 1;                      // grid rows
};

struct HeadLine {
  Part part = Part::headline;
  Face face = Face::serif_bold;
  double size = 1, x = 0, y = 0;       // ems: size, left end, baseline from the top of the module
  SetLine line;                        // in units of its own size
};
struct Head {
  int rows = 0;
  double cost = 0, size = 0;
  std::vector<HeadLine> lines;
};

struct PicturePlace { int picture = 0, column = 0, span = 1, top = 0, rows = 0, caption_rows = 0; bool above = false; };   // top: below the head

struct Option {                        // one way to build the module; rows of text come with the height
  int columns = 1;
  double measure = 16, gutter = 1.6, left = 0, strip = 0;   // ems; strip: width of a vertical headline at the left
  int pad = 0;                         // rows of a box above and below
  Head head;
  int above = 0;                       // rows of a picture above the headline
  std::vector<PicturePlace> pictures;
  int quote_rows = 0, taken = 0;       // taken: cells that pictures and the quote keep from the text
  bool upright = false;                // the headline stands at the left, letter below letter
  bool quiet = false;                  // no headline along the upper edge
  double cost = 0;
};

struct Fit {
  double cost = 1e18;
  int option = -1;
  int spare = 0;                       // cells without text
  int overset = 0;                     // rows
};

struct Put { std::size_t row = 0; int column = 0, at = 0; };

class Copy {                           // an article, measured
 public:
  Copy(const Article& article, int index, const Grid& grid, std::vector<std::shared_ptr<const Image>> pictures, int first_picture);
  // Larger headlines and pictures, where the page has room for them.
  void enlarge(double factor);
  const std::vector<Option>& options(int width);             // for a module of so many grid columns
  Fit fit(int width, int height, bool quiet);                // height without the blank row that parts modules
  double bound(int widest);                                  // no module of this article up to this width costs less
  int least_rows(int width);                                 // without overset, in the leanest way
  int cells();                                               // least area in cells with the blank row, over all widths
  int least_cells();                                         // the same with no more than a few rows of the text
  // Draws it; tells what found no room.
  Overset place(Layout& layout, int column, int row, int width, const Fit& fit, int height);
  const Article& article;
  const int index;

 private:
  struct Stream {
    std::vector<Row> rows;
    int height = 0;
    bool plain = true;                 // no subheads: counting is enough
  };
  const Stream& stream(double measure);
  int put(const Option& option, int bottom, int height, std::vector<Put>* where);   // rows that found no room
  std::vector<SetLine> quote_of(double width) const;
  std::vector<SetLine> caption_of(int picture, double width) const;   // the credit at the right end
  std::vector<Head> heads(double width, double most);
  void add_options(std::vector<Option>& out, int width);
  const Grid& grid_;
  std::vector<std::shared_ptr<const Image>> pictures_;
  int first_picture_;
  double wish_;                        // headline size, ems
  double enlarged_ = 1;
  std::map<double, Stream> streams_;
  std::map<int, std::vector<Option>> options_;
  std::unordered_map<int, Fit> fits_;
  std::vector<double> bounds_;         // by width
  int cells_ = 0;
};

}  // namespace tx::typesetting
