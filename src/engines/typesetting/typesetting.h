// From articles to a newspaper page. One layout is computed; PDF, PNG, SVG, HTML and the hot zones are drawn from it, so
// that they can never disagree. Chinese first (禁则, 标点挤压, columns of whole characters on one baseline grid), English
// second (justified without hyphens, whole paragraphs at a time). Pure: no clock, no database, no network; the same page
// always comes out the same. Text that finds no room is reported to the editor, never cut in silence.
// Not here: what an issue is, who may publish it, which words stand in the catalogue (systems/culture).
//
//   PageSpec page; page.folio.paper = "同心报"; page.articles = {...};          // the weightiest article first
//   const auto layout = lay_out(page);                                          // Result<Layout>
//   layout->oversets                                                            // what does not fit, article by article
//   pdf({&*layout}, {...}), png(*layout, 1200), svg(*layout), html(page.articles[0]), zones(*layout)
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tx::typesetting {

// ---- what the editor gives ---------------------------------------------------------------------------------------

struct PageSize { double width = 390, height = 540; };       // millimetres, as trimmed
inline constexpr PageSize kBroadsheet{390, 540}, kTabloid{290, 420}, kA3{297, 420};   // 对开, 4 开

enum class Language { chinese, english };

struct Paragraph {
  std::string text;
  bool subhead = false;                                      // 小标题 between paragraphs
};

struct Picture {
  std::string key;                                           // the caller's own name; html() asks for the address by it
  std::string bytes;                                         // a PNG or a JPEG file, or rows of RGB without padding
  int width_px = 0, height_px = 0;                           // given with RGB only; a file says its own
  std::string caption, credit;
  std::string alt;                                           // for who does not see it; the caption when empty
};

struct Article {
  std::string key;                                           // stable name: id in HTML, href of a hot zone
  std::string kicker, headline, deck;                        // 引题, 主题, 副题
  std::string byline, source;                                // 本报记者 ……; 据 ……
  std::vector<Paragraph> paragraphs;
  std::vector<Picture> pictures;
  std::string quote;                                         // pull quote; left out where it finds no room
  bool boxed = false;                                        // frame and tint
  bool vertical_headline = false;                            // 竖题 allowed (Chinese only); the layout decides
  std::string jump_to;                                       // set where text is left over: （下转第3版）; empty: may not be parted
  std::string jump_from;                                     // set at the head of a rest: （上接第1版）
};

struct Folio {                                               // 报头 of the front page, 报眉 of the others
  std::string paper;                                         // 同心报
  std::string section;                                       // 志愿服务
  int page = 1;
  std::string pages;                                         // front page only: 今日16版
  std::string date, lunar;                                   // as printed: 2024年10月15日 星期二; 农历甲辰年九月十三
  std::string number;                                        // 第128期
  std::string editors;                                       // 责任编辑 …… 版式 ……
  std::string publisher, motto;                              // front page only
};

struct PageSpec {
  PageSize size = kBroadsheet;
  Language language = Language::chinese;
  Folio folio;
  bool front = false;                                        // masthead instead of the folio line
  std::vector<Article> articles;                             // in order of weight, at most kArticlesMost
  int columns = 0;                                           // 0: as is usual for the size
  double body_pt = 0;                                        // wished size; 0: as is usual. It is fitted to whole characters
};

inline constexpr std::size_t kArticlesMost = 12, kLettersMost = 60'000, kPicturesMost = 24;
inline constexpr std::size_t kPictureBytesMost = 16u << 20;

// ---- the page as it is laid out -----------------------------------------------------------------------------------

struct Rect { double x = 0, y = 0, width = 0, height = 0; }; // millimetres from the upper left corner of the page
struct Point { double x = 0, y = 0; };

enum class Face : unsigned char { serif, serif_bold, sans, sans_bold };

struct Piece {                                               // one character, word or squeezed mark where it stands
  double x = 0, y = 0;                                       // left end of the baseline
  std::string text;
};
struct Line {
  Face face = Face::serif;
  double size = 3.4;                                         // millimetres to the em
  int rgb = 0x1c1916;
  std::vector<Piece> pieces;
};

enum class Part : unsigned char {
  paper, folio, tint, rule,                                  // furniture; tint and rule carry no text
  kicker, headline, deck, byline, subhead, body, quote, jump, picture, caption
};
struct Block {
  Part part = Part::body;
  int article = -1;                                          // of PageSpec::articles; -1: furniture
  Rect place;
  std::vector<Line> lines;
  int picture = -1;                                          // Part::picture: of Layout::pictures
  int rgb = 0;                                               // tint and rule
  int paragraph = -1;                                        // body and subhead: of Article::paragraphs
};

struct Overset {                                             // told to the editor; the text itself is kept by the caller
  int article = 0;
  int lines = 0;                                             // of the column, that find no room
  std::size_t letters = 0;
  std::size_t paragraph = 0, byte = 0;                       // where the rest begins
};

// How good the page is: a sum of costs, each of which can be looked at. 0 would be perfect; lower is better.
struct Quality {
  double cost = 0;                                           // what the search made least
  double bound = 0;                                          // no layout of the same family costs less than this
  double white = 0;                                          // share of the text area without ink or picture
  double mean_stretch = 0;                                   // mean change of a line's letters, in ems per gap
  int lines = 0, loose_lines = 0;                            // body lines; those beyond what the eye forgives
  int tombstones = 0;                                        // headlines side by side (碰题)
  int through_rules = 0;                                     // unbroken gutters from top to bottom (断版)
  int overset_lines = 0;
  std::size_t candidates = 0;                                // layouts weighed
  bool exact = true;                                         // the least of its family was found
};

struct Image;                                                // a decoded picture, shared by every renderer
struct Layout {
  PageSize size;
  Language language = Language::chinese;
  Folio folio;
  double em = 0, pitch = 0;                                  // body size and line distance, millimetres
  int columns = 0, rows = 0;                                 // of the grid below the folio line
  Rect area;                                                 // the grid's place
  std::vector<Block> blocks;                                 // in reading order, furniture first
  std::vector<Rect> places;                                  // by article: its module
  std::vector<int> order;                                    // articles in reading order
  std::vector<std::string> keys, headlines;                  // by article
  std::vector<std::shared_ptr<const Image>> pictures;
  std::vector<Overset> oversets;
  Quality quality;
};

// Refusals (keys of the catalogue): typesetting.no_articles, .too_many_articles, .too_long, .not_utf8, .bad_size,
// .picture_unreadable (field: the picture's key), .too_many_pictures.
Result<Layout> lay_out(const PageSpec& page);

// What did not fit, as an article of the page that it continues on.
Article rest_of(const Article& article, const Overset& overset, std::string jump_from);

// ---- what is drawn from the one layout ----------------------------------------------------------------------------

struct PdfInfo {
  std::string title, author;
  std::string created;                                       // ISO 8601; empty: none, so that the bytes stay the same
};
// Pages in order, with an outline of pages and headlines. Fonts embedded, text searchable. Throws when Cairo cannot write.
std::string pdf(const std::vector<const Layout*>& pages, const PdfInfo& info);
std::string png(const Layout& layout, int width_px);         // 100 to 8000

using PictureAddress = std::function<std::string(std::string_view key)>;
// Text as text (selectable, searchable, each letter at its place). Without an address pictures are put inside.
std::string svg(const Layout& layout, const PictureAddress& address = {});

// The article as a fragment that any screen can flow: <article id="key" lang="...">, headings from `heading` on, figures.
std::string html(const Article& article, Language language, const PictureAddress& address, int heading = 2);

// Hot zones in fractions of the page (0 to 1), in reading order; a shape is a polygon, its box stands beside it.
struct Zone {
  int article = 0;
  std::string key, headline;
  Rect box;                                                  // fractions
  std::vector<Point> shape;                                  // fractions
};
std::vector<Zone> zones(const Layout& layout);

// Chinese text of a page as a reader hears it: headlines and paragraphs in reading order, one block a line.
std::string reading_text(const PageSpec& page, const Layout& layout);

}  // namespace tx::typesetting
