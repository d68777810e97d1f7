#include "engines/typesetting/typesetting.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>   // jpeglib.h needs it first
#include <cstdlib>
#include <set>

#include <jpeglib.h>

#include "engines/typesetting/breaks.h"
#include "engines/typesetting/image.h"
#include "engines/typesetting/letters.h"

namespace tx::typesetting {
namespace {

const std::string kText =
    "\u805a\u7126\u7fa4\u4f17\u6025\u96be\u6101\u76fc\u7cbe\u51c6\u5339\u914d\u670d\u52a1\u8d44\u6e90\uff0c\u5efa\u7acb\u5fd7\u613f\u670d\u52a1\u4f9b\u9700\u5bf9\u63a5"
    "\u957f\u6548\u673a\u5236\u3002\u300a\u63aa\u65bd\u300b\u8981\u6c42\uff0c\u4f18\u5316\u7ad9\u70b9\u5e03\u5c40\uff0c\u6253\u9020\u201c\u5341\u4e94\u5206\u949f\u670d"
    "\u52a1\u5708\u201d\uff08\u7b2c15\u7248\uff09\uff0c\u8986\u76d62912\u4e2a\u793e\u533a\uff1b\u6709\u573a\u6240\u3001\u6709\u961f\u4f0d\u3001\u6709\u9879\u76ee\u3001"
    "\u6709\u8bbe\u65bd\u3001\u6709\u5236\u5ea6\u3001\u6709\u6807\u8bc6\u2014\u2014\u516d\u6709\u2026\u2026\u4eba\u4eba\u4e3a\u6211\u3002";
const std::string kHeadline = "\u95e8\u94c3\u54cd\u4e86\u4e09\u6b21";

Article article(const std::string& key, int paragraphs) {
  Article out;
  out.key = key;
  out.headline = kHeadline;
  for (int i = 0; i < paragraphs; ++i) out.paragraphs.push_back({kText, false});
  return out;
}
Picture plain_picture(int width, int height) {
  Picture out;
  out.key = "p";
  out.width_px = width;
  out.height_px = height;
  out.bytes.assign(static_cast<std::size_t>(width * height * 3), '\x80');
  out.caption = kHeadline;
  return out;
}
PageSpec page_of(std::vector<Article> articles, PageSize size = kTabloid) {
  PageSpec page;
  page.size = size;
  page.folio.paper = kHeadline;
  page.folio.page = 15;
  page.articles = std::move(articles);
  return page;
}
std::string text_of(const Layout& layout, int of, std::initializer_list<Part> parts) {
  std::string out;
  for (const auto& block : layout.blocks)
    if (block.article == of && std::count(parts.begin(), parts.end(), block.part))
      for (const auto& line : block.lines)
        for (const auto& piece : line.pieces) out += piece.text;
  return out;
}
std::string without_blanks(std::string text) {
  std::erase(text, ' ');
  return text;
}
bool overlap(const Rect& a, const Rect& b) {
  constexpr double kHair = 0.01;
  return a.x + a.width > b.x + kHair && b.x + b.width > a.x + kHair && a.y + a.height > b.y + kHair && b.y + b.height > a.y + kHair;
}

// ---- lines ---------------------------------------------------------------------------------------------------------

TEST(Breaks, NoLineBeginsWithAClosingMarkOrEndsWithAnOpeningOne) {
  const std::u32string closes = U"\uff0c\u3002\u3001\uff1b\uff09\u300b\u201d\u2026\u2014", opens = U"\uff08\u300a\u201c";
  for (double width = 8; width <= 24; width += 1) {
    const auto lines = broken(kText + kText + kText, Face::serif, Language::chinese, {width, 2});
    ASSERT_GT(lines.size(), 3u);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const auto& first = lines[i].pieces.front().text;
      const auto& last = lines[i].pieces.back().text;
      if (i > 0) {
        EXPECT_EQ(closes.find(letter_at(first, 0)), std::u32string::npos) << width << " " << i << " " << first;
      }
      EXPECT_EQ(opens.find(letter_at(last, 0)), std::u32string::npos) << width << " " << i << " " << last;
    }
  }
}

TEST(Breaks, NothingIsLostAndEveryLineButTheLastFillsTheColumn) {
  for (double width = 8; width <= 24; width += 1) {
    const auto lines = broken(kText, Face::serif, Language::chinese, {width, 2});
    std::string all;
    for (const auto& line : lines) {
      for (const auto& piece : line.pieces) all += piece.text;
      // A closing mark at the end may keep its blank half to itself.
      if (!line.last) {
        EXPECT_NEAR(line.width, width, 0.51);
      }
      EXPECT_LE(line.width, width + 1e-6);
      EXPECT_GE(line.pieces.front().x, -0.51);
    }
    EXPECT_EQ(all, kText);
  }
}

TEST(Breaks, DashesAndEllipsesAreNotParted) {
  for (double width = 6; width <= 20; width += 1)
    for (const auto& line : broken(kText, Face::serif, Language::chinese, {width, 0}))
      for (const auto& piece : line.pieces) {
        EXPECT_NE(piece.text, "\u2014");
        EXPECT_NE(piece.text, "\u2026");
      }
}

TEST(Breaks, MarksSideBySideGiveUpHalfASquare) {
  const std::string two = "\u4e2d\uff09\u3002\u4e2d", one = "\u4e2d\u3002\u4e2d";
  EXPECT_NEAR(natural_width(two, Face::serif, Language::chinese) - natural_width(one, Face::serif, Language::chinese), 0.5, 0.1);
}

TEST(Breaks, ALineByteTellsWhereItBeginsInTheParagraph) {
  std::string joined;
  const auto lines = broken(kText, Face::serif, Language::chinese, {11, 2});
  for (const auto& line : lines) EXPECT_EQ(kText.compare(line.byte, line.pieces.front().text.size(), line.pieces.front().text), 0);
}

TEST(Breaks, EnglishWordsStayWhole) {
  const std::string text = "Volunteers take turns at the gate of the station, and the keeper writes down what was done and by whom.";
  std::string all;
  for (const auto& line : broken(text, Face::serif, Language::english, {14, 1.2})) {
    EXPECT_LE(line.width, 14 + 1e-6);
    for (const auto& piece : line.pieces) all += piece.text.ends_with(' ') ? piece.text : piece.text + " ";
  }
  EXPECT_EQ(all, text + " ");
}

TEST(Breaks, AWordWiderThanTheColumnIsPartedAndWhole) {
  const std::string text = "https://example.org/a/very/long/address/that/no/column/holds?with=more&and=more";
  std::string all;
  for (const auto& line : broken(text, Face::serif, Language::chinese, {10, 2})) {
    EXPECT_LE(line.width, 10 + 1e-6);
    for (const auto& piece : line.pieces) all += piece.text;
  }
  EXPECT_EQ(all, text);
}

TEST(Breaks, AHeadlineEndsItsLineWhereTheEditorPutABlank) {
  // "improve the volunteer-service system" / "widen the channels": unequal halves, and still the blank wins.
  const std::string text = "\u5065\u5168\u65b0\u65f6\u4ee3\u5fd7\u613f\u670d\u52a1\u4f53\u7cfb\u3000\u62d3\u5c55\u6e20\u9053";
  const auto lines = balanced(text, Face::serif_bold, Language::chinese, 30, 2);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[1].pieces.front().text, "\u62d3");
  EXPECT_EQ(lines[1].pieces.size(), 4u);
}

// ---- pages ---------------------------------------------------------------------------------------------------------

TEST(Page, ModulesDoNotOverlapAndStayOnThePage) {
  auto page = page_of({article("a", 9), article("b", 6), article("c", 5), article("d", 3), article("e", 2)});
  page.articles[0].pictures.push_back(plain_picture(300, 200));
  page.articles[1].pictures.push_back(plain_picture(200, 260));
  page.articles[4].boxed = true;
  const auto layout = lay_out(page);
  ASSERT_TRUE(layout);
  EXPECT_TRUE(layout->oversets.empty());
  for (std::size_t i = 0; i < layout->places.size(); ++i) {
    const Rect& place = layout->places[i];
    EXPECT_GE(place.x, layout->area.x - 0.01);
    EXPECT_GE(place.y, layout->area.y - 0.01);
    EXPECT_LE(place.x + place.width, layout->area.x + layout->area.width + 0.01);
    EXPECT_LE(place.y + place.height, layout->area.y + layout->area.height + 0.01);
    for (std::size_t j = 0; j < i; ++j) EXPECT_FALSE(overlap(place, layout->places[j])) << i << " " << j;
  }
}

TEST(Page, BlocksOfAnArticleStayInItsPlaceAndTextsDoNotOverlap) {
  auto page = page_of({article("a", 12), article("b", 6), article("c", 4)});
  page.articles[0].pictures = {plain_picture(300, 200), plain_picture(200, 200)};
  page.articles[0].quote = kHeadline;
  page.articles[0].kicker = page.articles[0].deck = kHeadline + kHeadline;
  page.articles[1].vertical_headline = true;
  page.articles[0].paragraphs[4] = {kHeadline, true};
  const auto layout = lay_out(page);
  ASSERT_TRUE(layout);
  for (std::size_t i = 0; i < layout->blocks.size(); ++i) {
    const Block& block = layout->blocks[i];
    if (block.article < 0 || block.part == Part::rule || block.part == Part::tint) continue;
    const Rect& place = layout->places[static_cast<std::size_t>(block.article)];
    EXPECT_GE(block.place.x, place.x - 0.01);
    EXPECT_LE(block.place.x + block.place.width, place.x + place.width + 0.01);
    EXPECT_GE(block.place.y, place.y - 0.01);
    EXPECT_LE(block.place.y + block.place.height, place.y + place.height + 0.01);
    for (std::size_t j = 0; j < i; ++j) {
      const Block& other = layout->blocks[j];
      if (other.article < 0 || other.part == Part::rule || other.part == Part::tint) continue;
      EXPECT_FALSE(overlap(block.place, other.place)) << i << " " << j;
    }
  }
}

TEST(Page, EveryLetterOfEveryArticleIsOnThePageOrReported) {
  for (const int paragraphs : {2, 5, 9, 14, 30}) {
    const auto page = page_of({article("a", paragraphs), article("b", paragraphs / 2 + 1), article("c", 3)});
    const auto layout = lay_out(page);
    ASSERT_TRUE(layout);
    for (std::size_t i = 0; i < page.articles.size(); ++i) {
      std::string whole;
      for (const auto& part : page.articles[i].paragraphs) whole += part.text;
      const std::string set = without_blanks(text_of(*layout, static_cast<int>(i), {Part::body}));
      std::string rest;
      for (const auto& overset : layout->oversets)
        if (overset.article == static_cast<int>(i))
          for (const auto& part : rest_of(page.articles[i], overset, "").paragraphs) rest += part.text;
      EXPECT_EQ(set + rest, whole) << paragraphs;
    }
  }
}

TEST(Page, WhatDoesNotFitGoesOnElsewhereAndSaysSo) {
  auto page = page_of({article("a", 60), article("b", 3)});
  page.articles[0].jump_to = "\uff08\u4e0b\u8f6c\u7b2c3\u7248\uff09";
  const auto layout = lay_out(page);
  ASSERT_TRUE(layout);
  ASSERT_EQ(layout->oversets.size(), 1u);
  EXPECT_EQ(layout->oversets[0].article, 0);
  EXPECT_EQ(text_of(*layout, 0, {Part::jump}), page.articles[0].jump_to);
  const auto next = lay_out(page_of({rest_of(page.articles[0], layout->oversets[0], "\uff08\u4e0a\u63a5\u7b2c1\u7248\uff09")}));
  ASSERT_TRUE(next);
  EXPECT_EQ(text_of(*next, 0, {Part::jump}), "\uff08\u4e0a\u63a5\u7b2c1\u7248\uff09");
}

TEST(Page, BodyLinesStandOnOneGrid) {
  const auto layout = lay_out(page_of({article("a", 12), article("b", 8), article("c", 6)}));
  ASSERT_TRUE(layout);
  std::set<long> steps;
  for (const auto& block : layout->blocks)
    if (block.part == Part::body)
      for (const auto& line : block.lines)
        steps.insert(std::lround(std::fmod(line.pieces[0].y - layout->area.y, layout->pitch) * 100));
  EXPECT_EQ(steps.size(), 1u);
}

TEST(Page, TheSamePageComesOutTheSame) {
  const auto page = page_of({article("a", 9), article("b", 6), article("c", 5)});
  const auto one = lay_out(page), two = lay_out(page);
  ASSERT_TRUE(one && two);
  EXPECT_EQ(svg(*one), svg(*two));
  const std::string first = pdf({&*one}, {"t", "a", ""});
  EXPECT_TRUE(first == pdf({&*two}, {"t", "a", ""}));
  EXPECT_EQ(first.find("CreationDate"), std::string::npos);
}

TEST(Page, TheLeadStandsAtTheHead) {
  const auto layout = lay_out(page_of({article("a", 9), article("b", 9), article("c", 9), article("d", 9)}));
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->order.front(), 0);
  EXPECT_NEAR(layout->places[0].y, layout->area.y, 0.01);
  EXPECT_NEAR(layout->places[0].x, layout->area.x, 0.01);
  EXPECT_GE(layout->quality.cost, layout->quality.bound - 1e-6);
}

TEST(Page, TwelveArticlesAndNearlyNoText) {
  std::vector<Article> many;
  for (int i = 0; i < 12; ++i) many.push_back(article(std::to_string(i), 1 + i % 3));
  const auto full = lay_out(page_of(many, kBroadsheet));
  ASSERT_TRUE(full);
  EXPECT_EQ(full->order.size(), 12u);
  EXPECT_TRUE(full->oversets.empty());
  const auto bare = lay_out(page_of({article("a", 0)}));
  ASSERT_TRUE(bare);
  EXPECT_TRUE(bare->oversets.empty());
}

TEST(Page, BadInputIsRefusedByName) {
  EXPECT_EQ(lay_out(page_of({})).error().rule, "typesetting.no_articles");
  EXPECT_EQ(lay_out(page_of(std::vector<Article>(13))).error().rule, "typesetting.too_many_articles");
  auto page = page_of({article("a", 1)});
  page.articles[0].headline = "\xff";
  EXPECT_EQ(lay_out(page).error().rule, "typesetting.not_utf8");
  page = page_of({article("a", 1)}, {10, 10});
  EXPECT_EQ(lay_out(page).error().rule, "typesetting.bad_size");
  page = page_of({article("a", 1)});
  page.articles[0].pictures.resize(1);
  page.articles[0].pictures[0].key = "broken";
  page.articles[0].pictures[0].bytes = "\xff\xd8\xff\xe0 no picture";
  const auto refused = lay_out(page);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, "typesetting.picture_unreadable");
  EXPECT_EQ(refused.error().field, "broken");
}

// ---- pictures ------------------------------------------------------------------------------------------------------

std::string jpeg_file(int width, int height) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr fault{};
  jpeg.err = jpeg_std_error(&fault);
  jpeg_create_compress(&jpeg);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &bytes, &size);
  jpeg.image_width = static_cast<unsigned>(width);
  jpeg.image_height = static_cast<unsigned>(height);
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_start_compress(&jpeg, TRUE);
  std::vector<unsigned char> row(static_cast<std::size_t>(width) * 3);
  for (std::size_t i = 0; i < row.size(); i += 3) row[i] = 200;   // red
  for (int y = 0; y < height; ++y) {
    JSAMPROW line = row.data();
    jpeg_write_scanlines(&jpeg, &line, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  std::string out(reinterpret_cast<char*>(bytes), size);
  std::free(bytes);
  return out;
}

TEST(Pictures, JpegPngAndPixelsAreRead) {
  Picture picture;
  picture.bytes = jpeg_file(40, 30);
  const auto jpeg = read_image(picture);
  ASSERT_TRUE(jpeg);
  EXPECT_EQ(jpeg->width, 40);
  EXPECT_EQ(jpeg->height, 30);
  const unsigned char* pixel = cairo_image_surface_get_data(jpeg->surface);
  EXPECT_GT(pixel[2], 190);                                  // red lies third in Cairo's words
  EXPECT_LT(pixel[0], 10);
  const auto pixels = read_image(plain_picture(20, 10));
  ASSERT_TRUE(pixels);
  Picture again;
  again.bytes = file_of(*pixels);
  const auto png_again = read_image(again);
  ASSERT_TRUE(png_again);
  EXPECT_EQ(png_again->width, 20);
  EXPECT_FALSE(png_again->jpeg);
}

TEST(Pictures, EveryCutJpegAndPngIsReadOrRefused) {
  const std::string jpeg = jpeg_file(16, 16), png_file = file_of(*read_image(plain_picture(16, 16)));
  for (const auto& whole : {jpeg, png_file})
    for (std::size_t size = 0; size < whole.size(); ++size) {
      Picture picture;
      picture.bytes = whole.substr(0, size);
      const auto image = read_image(picture);
      if (image) {
        EXPECT_EQ(image->width, 16);
      }
    }
  Picture wrong = plain_picture(10, 10);
  wrong.height_px = 11;
  EXPECT_FALSE(read_image(wrong));
}

// ---- drawings ------------------------------------------------------------------------------------------------------

TEST(Drawings, ZonesAreTheModulesInFractions) {
  const auto layout = lay_out(page_of({article("a", 9), article("b", 6)}));
  ASSERT_TRUE(layout);
  const auto all = zones(*layout);
  ASSERT_EQ(all.size(), 2u);
  for (const auto& zone : all) {
    const Rect& place = layout->places[static_cast<std::size_t>(zone.article)];
    EXPECT_NEAR(zone.box.x * layout->size.width, place.x, 1e-9);
    EXPECT_NEAR((zone.box.y + zone.box.height) * layout->size.height, place.y + place.height, 1e-9);
    EXPECT_EQ(zone.shape.size(), 4u);
    EXPECT_EQ(zone.headline, kHeadline);
  }
}

TEST(Drawings, PdfPngAndSvgHoldThePage) {
  auto page = page_of({article("a", 6), article("b", 3)});
  page.articles[0].headline = "A & B <" + kHeadline;
  page.articles[0].pictures.push_back(plain_picture(30, 20));
  const auto layout = lay_out(page);
  ASSERT_TRUE(layout);
  const std::string file = pdf({&*layout, &*layout}, {"title", "author", "2024-10-15T00:00:00"});
  EXPECT_TRUE(file.starts_with("%PDF"));
  EXPECT_NE(file.find("/Count 2"), std::string::npos);
  EXPECT_TRUE(png(*layout, 400).starts_with("\x89PNG"));
  const std::string drawn = svg(*layout, [](std::string_view key) { return "/pictures/" + std::string(key) + "?a=1&b=2"; });
  EXPECT_NE(drawn.find("href=\"/pictures/p?a=1&amp;b=2\""), std::string::npos);
  EXPECT_EQ(drawn.find("A & B <"), std::string::npos);
  EXPECT_NE(svg(*layout).find("data:image/png;base64,iVBOR"), std::string::npos);
}

TEST(Drawings, HtmlFlowsEscapedInReadingOrder) {
  auto of = article("story-1", 2);
  of.headline = "<b>";
  of.deck = "deck & more";
  of.paragraphs.insert(of.paragraphs.begin() + 1, {"sub", true});
  of.pictures.push_back(plain_picture(3, 2));
  of.pictures[0].alt = "\"alt\"";
  const std::string text = html(of, Language::chinese, [](std::string_view) { return "/p"; });
  EXPECT_NE(text.find("<article id=\"story-1\" lang=\"zh-CN\">"), std::string::npos);
  EXPECT_NE(text.find("<h2>&lt;b&gt;</h2>"), std::string::npos);
  EXPECT_NE(text.find("<h3>sub</h3>"), std::string::npos);
  EXPECT_NE(text.find("alt=\"&quot;alt&quot;\""), std::string::npos);
  EXPECT_LT(text.find("deck &amp; more"), text.find("<h3>sub"));
}

TEST(Drawings, ReadingTextFollowsTheLayout) {
  const auto page = page_of({article("a", 2), article("b", 1)});
  const auto layout = lay_out(page);
  ASSERT_TRUE(layout);
  EXPECT_EQ(reading_text(page, *layout), kHeadline + "\n" + kText + "\n" + kText + "\n" + kHeadline + "\n" + kText + "\n");
}

}  // namespace
}  // namespace tx::typesetting
