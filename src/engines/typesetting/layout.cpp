// A page from its articles: the grid, the folio line, the plan of modules, and what did not fit.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "engines/typesetting/folio.h"
#include "engines/typesetting/module.h"
#include "engines/typesetting/plan.h"

namespace tx::typesetting {
namespace {

// Columns of whole characters: the wished size is moved a little until they fill the width.
Grid grid_of(const PageSpec& page, const Rect& area, double body_pt) {
  Grid grid;
  grid.language = page.language;
  const bool zh = page.language == Language::chinese;
  const double wish = body_pt * 25.4 / 72;
  const double ideal = zh ? 16 : 21.5;
  double best = 1e9;
  for (int columns = page.columns > 0 ? page.columns : 3; columns <= (page.columns > 0 ? page.columns : 8); ++columns) {
    const double fits = (area.width / wish - (columns - 1) * grid.gutter) / columns;
    const double off = std::abs(std::log(fits / ideal));
    if (off >= best) continue;
    best = off;
    grid.columns = columns;
    grid.measure = std::max(6.0, std::round(fits));
  }
  grid.em = area.width / grid.width(grid.columns);
  const double pitch = grid.em * (zh ? 1.5 : 1.28);
  grid.rows = static_cast<int>(std::floor(area.height / pitch));
  grid.pitch = area.height / grid.rows;
  grid.area = area;
  return grid;
}

struct Setting {
  std::unique_ptr<Grid> grid;
  std::vector<std::unique_ptr<Copy>> copies;
  double fill = 0;                     // least area of all articles, as a share of the page
};
constexpr double kWellFilled = 0.64, kOverfull = 0.97;

Result<void> check(const PageSpec& page) {
  if (page.articles.empty()) return refuse(Kind::invalid, "typesetting.no_articles");
  if (page.articles.size() > kArticlesMost) return refuse(Kind::invalid, "typesetting.too_many_articles");
  if (!(page.size.width >= 150 && page.size.width <= 600 && page.size.height >= 200 && page.size.height <= 900))
    return refuse(Kind::invalid, "typesetting.bad_size");
  std::size_t letters = 0, pictures = 0;
  const auto sound = [&](const std::string& text) {
    letters += text.size() / 3;
    return is_utf8(text) && text.find('\0') == std::string::npos;
  };
  for (const auto& text : {page.folio.paper, page.folio.section, page.folio.date, page.folio.lunar, page.folio.number, page.folio.editors,
                           page.folio.publisher, page.folio.motto, page.folio.pages})
    if (!sound(text)) return refuse(Kind::invalid, "typesetting.not_utf8");
  for (const auto& article : page.articles) {
    for (const auto& text : {article.key, article.kicker, article.headline, article.deck, article.byline, article.source, article.quote, article.jump_to, article.jump_from})
      if (!sound(text)) return refuse(Kind::invalid, "typesetting.not_utf8", article.key);
    for (const auto& part : article.paragraphs)
      if (!sound(part.text)) return refuse(Kind::invalid, "typesetting.not_utf8", article.key);
    for (const auto& picture : article.pictures)
      if (!sound(picture.caption) || !sound(picture.credit) || !sound(picture.alt)) return refuse(Kind::invalid, "typesetting.not_utf8", picture.key);
    pictures += article.pictures.size();
  }
  if (letters > kLettersMost) return refuse(Kind::invalid, "typesetting.too_long");
  if (pictures > kPicturesMost) return refuse(Kind::invalid, "typesetting.too_many_pictures");
  return {};
}

}  // namespace

Result<Layout> lay_out(const PageSpec& page) {
  TX_CHECK(check(page));
  Layout layout;
  layout.size = page.size;
  layout.language = page.language;
  layout.folio = page.folio;
  layout.area = draw_folio(page, layout);
  layout.places.resize(page.articles.size());
  std::vector<std::vector<std::shared_ptr<const Image>>> images(page.articles.size());
  for (std::size_t i = 0; i < page.articles.size(); ++i) {
    const auto& article = page.articles[i];
    layout.keys.push_back(article.key);
    layout.headlines.push_back(article.headline);
    for (const auto& picture : article.pictures) {
      auto image = read_image(picture);
      if (!image) return refuse(Kind::invalid, "typesetting.picture_unreadable", picture.key);
      images[i].push_back(image);
      layout.pictures.push_back(std::move(image));
    }
  }
  const auto set_at = [&](double body_pt, Setting& out) {
    out.grid = std::make_unique<Grid>(grid_of(page, layout.area, body_pt));
    out.copies.clear();
    int cells = 0, first = 0;
    for (std::size_t i = 0; i < page.articles.size(); ++i) {
      out.copies.push_back(std::make_unique<Copy>(page.articles[i], static_cast<int>(i), *out.grid, images[i], first));
      first += static_cast<int>(images[i].size());
      cells += out.copies.back()->cells();
    }
    out.fill = static_cast<double>(cells) / (out.grid->columns * (out.grid->rows + 1));
  };
  // The usual size, unless the editor said another; a page with little text is set larger, one with much a little smaller.
  Setting setting;
  const double usual = page.language == Language::chinese ? 9.6 : 8.8;
  set_at(page.body_pt > 0 ? page.body_pt : usual, setting);
  if (page.body_pt <= 0) {
    for (double size = usual + 0.2; setting.fill < kWellFilled && size < usual + 2.1; size += 0.2) set_at(size, setting);
    for (double size = usual - 0.2; setting.fill > kOverfull && size > usual - 0.7; size -= 0.2) set_at(size, setting);
  }
  if (setting.fill < kWellFilled)
    for (auto& copy : setting.copies) copy->enlarge(std::min(1.4, std::sqrt(kWellFilled / setting.fill)));
  const Grid& grid = *setting.grid;
  layout.em = grid.em, layout.pitch = grid.pitch, layout.columns = grid.columns, layout.rows = grid.rows;
  plan(grid, setting.copies, layout);
  if (layout.quality.lines > 0) layout.quality.mean_stretch /= layout.quality.lines;
  return layout;
}

Article rest_of(const Article& article, const Overset& overset, std::string jump_from) {
  Article rest = article;
  rest.paragraphs.clear();
  rest.pictures.clear();
  rest.quote.clear();
  rest.kicker.clear();
  rest.deck.clear();
  rest.jump_from = std::move(jump_from);
  rest.jump_to.clear();
  for (std::size_t i = overset.paragraph; i < article.paragraphs.size(); ++i) {
    Paragraph part = article.paragraphs[i];
    if (i == overset.paragraph) part.text.erase(0, std::min(overset.byte, part.text.size()));
    if (!part.text.empty()) rest.paragraphs.push_back(std::move(part));
  }
  return rest;
}

}  // namespace tx::typesetting
