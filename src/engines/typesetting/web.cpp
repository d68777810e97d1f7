// What a screen gets: SVG of the page, the article as a fragment that flows, hot zones, the text in reading order.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/text.h"
#include "engines/typesetting/image.h"
#include "engines/typesetting/typesetting.h"

namespace tx::typesetting {
namespace {

std::string number(double value) {       // two decimals, none that say nothing
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  std::string out = text;
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  return out == "-0" ? "0" : out;
}
std::string hex(int rgb) {
  char text[16];
  std::snprintf(text, sizeof text, "#%06x", rgb & 0xffffff);
  return text;
}
std::string attribute(const char* name, const std::string& value) { return std::string(" ") + name + "=\"" + html_escaped(value) + "\""; }
std::string rect(const Rect& place) {
  return attribute("x", number(place.x)) + attribute("y", number(place.y)) + attribute("width", number(place.width)) +
         attribute("height", number(place.height));
}

constexpr const char* kClass[] = {"s", "sb", "g", "gb"};

// Each letter has its own place, so that any type of full squares fits.
std::string text_of(const Line& line) {
  std::string xs, text;
  double y = 0;
  bool upright = false;
  for (const auto& piece : line.pieces) {
    if (!text.empty() && std::abs(piece.y - y) > 1e-6) upright = true;
    y = piece.y;
    text += piece.text;
  }
  std::string out;
  const std::string head = "<text class=\"" + std::string(kClass[static_cast<int>(line.face)]) + "\" font-size=\"" + number(line.size) + "\"" +
                           (line.rgb != Line{}.rgb ? " fill=\"" + hex(line.rgb) + "\"" : "");
  if (upright) {
    for (const auto& piece : line.pieces)
      out += head + attribute("x", number(piece.x)) + attribute("y", number(piece.y)) + ">" + html_escaped(piece.text) + "</text>";
    return out;
  }
  if (line.pieces.empty()) return out;
  out = head + attribute("y", number(line.pieces[0].y)) + ">";
  for (const auto& piece : line.pieces) out += "<tspan x=\"" + number(piece.x) + "\">" + html_escaped(piece.text) + "</tspan>";
  return out + "</text>";
}

std::string paragraph(const char* kind, const std::string& text) {
  return text.empty() ? "" : std::string("<p class=\"") + kind + "\">" + html_escaped(text) + "</p>";
}

}  // namespace

std::string svg(const Layout& layout, const PictureAddress& address) {
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 " +
                    number(layout.size.width) + " " + number(layout.size.height) + "\"" +
                    attribute("lang", layout.language == Language::chinese ? "zh-CN" : "en") + attribute("fill", hex(Line{}.rgb)) + ">" +
                    "<style>text{white-space:pre}"
                    ".s,.sb{font-family:'Noto Serif CJK SC','Source Han Serif SC','Songti SC',SimSun,serif}"
                    ".g,.gb{font-family:'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif}"
                    ".sb,.gb{font-weight:700}</style>"
                    "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>";
  for (const auto& block : layout.blocks) {
    if (block.part == Part::tint || block.part == Part::rule) out += "<rect" + rect(block.place) + attribute("fill", hex(block.rgb)) + "/>";
    if (block.picture >= 0) {
      const Image& image = *layout.pictures[static_cast<std::size_t>(block.picture)];
      const std::string href = address ? address(image.key) : std::string("data:image/") + (image.jpeg ? "jpeg" : "png") + ";base64," + base64(file_of(image));
      out += "<svg" + rect(block.place) + attribute("viewBox", "0 0 " + number(block.place.width) + " " + number(block.place.height)) +
             "><image width=\"100%\" height=\"100%\" preserveAspectRatio=\"xMidYMid slice\"" + attribute("href", href) +
             "><title>" + html_escaped(image.alt) + "</title></image></svg>";
    }
    for (const auto& line : block.lines) out += text_of(line);
  }
  return out + "</svg>";
}

std::string html(const Article& article, Language language, const PictureAddress& address, int heading) {
  const std::string h = "h" + std::to_string(std::clamp(heading, 1, 5)), sub = "h" + std::to_string(std::clamp(heading, 1, 5) + 1);
  std::string out = "<article" + attribute("id", article.key) + attribute("lang", language == Language::chinese ? "zh-CN" : "en") + "><header>" +
                    paragraph("kicker", article.kicker) + "<" + h + ">" + html_escaped(article.headline) + "</" + h + ">" +
                    paragraph("deck", article.deck) + paragraph("byline", article.byline) + "</header>";
  const auto figure = [&](const Picture& picture) {
    std::string text = "<figure><img loading=\"lazy\"" + attribute("src", address ? address(picture.key) : "") +
                       attribute("alt", picture.alt.empty() ? picture.caption : picture.alt) + ">";
    if (!picture.caption.empty() || !picture.credit.empty()) {
      text += "<figcaption>" + html_escaped(picture.caption);
      if (!picture.credit.empty()) text += " <span class=\"credit\">" + html_escaped(picture.credit) + "</span>";
      text += "</figcaption>";
    }
    return text + "</figure>";
  };
  std::size_t shown = 0;
  if (!article.pictures.empty()) out += figure(article.pictures[shown++]);
  for (std::size_t i = 0; i < article.paragraphs.size(); ++i) {
    const auto& part = article.paragraphs[i];
    if (part.text.empty()) continue;
    out += part.subhead ? "<" + sub + ">" + html_escaped(part.text) + "</" + sub + ">" : "<p>" + html_escaped(part.text) + "</p>";
    // Further pictures stand between paragraphs, spread evenly.
    const std::size_t due = article.pictures.size() * (i + 1) / (article.paragraphs.size() + 1);
    while (shown < article.pictures.size() && shown <= due && i + 1 < article.paragraphs.size() && due > 0) out += figure(article.pictures[shown++]);
    if (i == article.paragraphs.size() / 2 && !article.quote.empty()) out += "<blockquote><p>" + html_escaped(article.quote) + "</p></blockquote>";
  }
  while (shown < article.pictures.size()) out += figure(article.pictures[shown++]);
  return out + paragraph("source", article.source) + "</article>";
}

std::vector<Zone> zones(const Layout& layout) {
  std::vector<Zone> out;
  for (const int article : layout.order) {
    const auto at = static_cast<std::size_t>(article);
    const Rect& place = layout.places[at];
    Zone zone{article, layout.keys[at], layout.headlines[at], {}, {}};
    zone.box = {place.x / layout.size.width, place.y / layout.size.height, place.width / layout.size.width, place.height / layout.size.height};
    const double right = zone.box.x + zone.box.width, bottom = zone.box.y + zone.box.height;
    zone.shape = {{zone.box.x, zone.box.y}, {right, zone.box.y}, {right, bottom}, {zone.box.x, bottom}};
    out.push_back(std::move(zone));
  }
  return out;
}

std::string reading_text(const PageSpec& page, const Layout& layout) {
  std::string out;
  const auto say = [&](const std::string& text) { if (!text.empty()) out += text + "\n"; };
  for (const int article : layout.order) {
    const Article& a = page.articles[static_cast<std::size_t>(article)];
    for (const auto& text : {a.kicker, a.headline, a.deck, a.byline}) say(text);
    for (const auto& part : a.paragraphs) say(part.text);
    for (const auto& picture : a.pictures) say(picture.caption);
    say(a.source);
  }
  return out;
}

}  // namespace tx::typesetting
