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
Grid grid_of(const PageSpec& page, const Rect& area) {
  Grid grid;
  grid.language = page.language;
  const bool zh = page.language == Language::chinese;
  const double wish = (page.body_pt > 0 ? page.body_pt : 9.6) * 25.4 / 72;
  const double ideal = zh ? 16 : 19;
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
  const Grid grid = grid_of(page, layout.area);
  layout.em = grid.em, layout.pitch = grid.pitch, layout.columns = grid.columns, layout.rows = grid.rows;
  layout.places.resize(page.articles.size());
  std::vector<std::unique_ptr<Copy>> copies;
  for (std::size_t i = 0; i < page.articles.size(); ++i) {
    const auto& article = page.articles[i];
    layout.keys.push_back(article.key);
    layout.headlines.push_back(article.headline);
    const int first = static_cast<int>(layout.pictures.size());
    std::vector<std::shared_ptr<const Image>> images;
    for (const auto& picture : article.pictures) {
      auto image = read_image(picture);
      if (!image) return refuse(Kind::invalid, "typesetting.picture_unreadable", picture.key);
      images.push_back(image);
      layout.pictures.push_back(std::move(image));
    }
    copies.push_back(std::make_unique<Copy>(article, static_cast<int>(i), grid, std::move(images), first));
  }
  plan(grid, copies, layout);
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
