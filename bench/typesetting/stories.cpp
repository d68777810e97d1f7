#include "stories.h"

#include <cairo.h>

#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace tx::bench {
namespace {

using namespace typesetting;

void fill(cairo_t* pen, int rgb) {
  cairo_set_source_rgb(pen, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0);
  cairo_fill(pen);
}

// Drawn, not photographed: nobody is pictured.
void draw(cairo_t* pen, const std::string& what, double w, double h) {
  cairo_rectangle(pen, 0, 0, w, h);
  if (what == "helan") {
    cairo_pattern_t* sky = cairo_pattern_create_linear(0, 0, 0, h);
    cairo_pattern_add_color_stop_rgb(sky, 0, 0.16, 0.27, 0.42);
    cairo_pattern_add_color_stop_rgb(sky, 0.6, 0.93, 0.66, 0.42);
    cairo_pattern_add_color_stop_rgb(sky, 1, 0.98, 0.86, 0.66);
    cairo_set_source(pen, sky);
    cairo_fill(pen);
    cairo_pattern_destroy(sky);
    for (int layer = 0; layer < 3; ++layer) {
      cairo_move_to(pen, 0, h);
      for (int i = 0; i <= 60; ++i) {
        const double t = i / 60.0, ridge = std::sin(t * 9 + layer * 2) * 0.05 + std::sin(t * 31 + layer) * 0.025 + std::sin(t * 67) * 0.008;
        cairo_line_to(pen, t * w, h * (0.42 + layer * 0.13 - ridge));
      }
      cairo_line_to(pen, w, h);
      static constexpr int kRidge[] = {0x56657f, 0x3c4a63, 0x283246};
      fill(pen, kRidge[layer]);
    }
    cairo_rectangle(pen, 0, h * 0.84, w, h * 0.16), fill(pen, 0x1d232f);
    cairo_rectangle(pen, w * 0.3, h * 0.62, w * 0.4, h * 0.25), fill(pen, 0x8c3b30);
    cairo_move_to(pen, w * 0.27, h * 0.63), cairo_line_to(pen, w * 0.5, h * 0.5), cairo_line_to(pen, w * 0.73, h * 0.63), fill(pen, 0x5d2420);
    for (int i = 0; i < 4; ++i) cairo_rectangle(pen, w * (0.33 + i * 0.09), h * 0.69, w * 0.06, h * 0.09);
    fill(pen, 0xffe3a1);
  } else if (what == "lamp") {
    fill(pen, 0x2b2430);
    cairo_pattern_t* glow = cairo_pattern_create_radial(w / 2, h * 0.36, w * 0.05, w / 2, h * 0.4, w * 0.75);
    cairo_pattern_add_color_stop_rgb(glow, 0, 1, 0.93, 0.7);
    cairo_pattern_add_color_stop_rgb(glow, 0.4, 0.86, 0.6, 0.33);
    cairo_pattern_add_color_stop_rgb(glow, 1, 0.25, 0.17, 0.2);
    cairo_rectangle(pen, 0, 0, w, h);
    cairo_set_source(pen, glow);
    cairo_fill(pen);
    cairo_pattern_destroy(glow);
    cairo_rectangle(pen, w * 0.495, 0, w * 0.01, h * 0.24), fill(pen, 0x1a1418);
    cairo_move_to(pen, w * 0.42, h * 0.24), cairo_line_to(pen, w * 0.58, h * 0.24), cairo_line_to(pen, w * 0.7, h * 0.36), cairo_line_to(pen, w * 0.3, h * 0.36);
    fill(pen, 0x9d2a24);
    cairo_save(pen);
    cairo_translate(pen, w / 2, h * 0.7), cairo_rotate(pen, 0.7853981);
    cairo_rectangle(pen, -w * 0.15, -w * 0.15, w * 0.3, w * 0.3), fill(pen, 0xb4232a);
    cairo_rectangle(pen, -w * 0.12, -w * 0.12, w * 0.24, w * 0.24), fill(pen, 0xc8342f);
    cairo_restore(pen);
    cairo_arc(pen, w / 2, h * 0.7, w * 0.05, 0, 6.2831853), fill(pen, 0xf0c766);
  } else {
    fill(pen, 0xefe9dc);
    static constexpr int kRing[] = {0xd5e5dc, 0xa9cfbb, 0x6fae8f};
    for (int ring = 0; ring < 3; ++ring) {
      for (int i = 0; i < 90; ++i) {
        const double a = i * 6.2831853 / 90, r = (0.42 - ring * 0.13) * h * (1 + 0.16 * std::sin(a * 3 + ring) + 0.09 * std::sin(a * 7));
        cairo_line_to(pen, w * 0.5 + r * 1.25 * std::cos(a), h * 0.5 + r * std::sin(a));
      }
      fill(pen, kRing[ring]);
    }
    cairo_set_source_rgb(pen, 1, 1, 1);
    for (int i = 0; i < 12; ++i) {
      cairo_set_line_width(pen, i % 4 ? h * 0.008 : h * 0.02);
      cairo_move_to(pen, w * i / 11, 0), cairo_line_to(pen, w * (i + 0.6) / 12, h);
      cairo_move_to(pen, 0, h * i / 11), cairo_line_to(pen, w, h * (i - 0.4) / 11);
      cairo_stroke(pen);
    }
    cairo_arc(pen, w * 0.5, h * 0.5, h * 0.03, 0, 6.2831853), fill(pen, 0xa31f23);
  }
}

Picture picture(const std::string& value) {
  Picture out;
  std::istringstream words(value);
  std::string bar;
  words >> out.key >> out.width_px >> out.height_px >> bar;
  std::string rest;
  std::getline(words, rest);
  const auto cut = rest.find(" | ");
  out.caption = rest.substr(1, cut - 1);
  out.credit = rest.substr(cut + 3);
  cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, out.width_px, out.height_px);
  cairo_t* pen = cairo_create(surface);
  draw(pen, out.key, out.width_px, out.height_px);
  cairo_destroy(pen);
  cairo_surface_flush(surface);
  const unsigned char* rows = cairo_image_surface_get_data(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  out.bytes.reserve(static_cast<std::size_t>(out.width_px) * static_cast<std::size_t>(out.height_px) * 3);
  for (int y = 0; y < out.height_px; ++y)
    for (int x = 0; x < out.width_px; ++x)
      for (int c = 2; c >= 0; --c) out.bytes += static_cast<char>(rows[y * stride + x * 4 + c]);
  cairo_surface_destroy(surface);
  return out;
}

}  // namespace

std::vector<Article> stories(const std::string& file) {
  std::ifstream in(file.find('/') == std::string::npos ? std::string(TX_STORIES) + "/" + file : file);
  if (!in) throw std::runtime_error("no " + file);
  std::vector<Article> out;
  std::string line;
  while (std::getline(in, line)) {
    if (line.starts_with("== ")) {
      out.emplace_back().key = line.substr(3);
      continue;
    }
    if (line.empty() || out.empty()) continue;
    Article& article = out.back();
    const auto field = [&](const char* name, std::string& to) {
      const std::string head = std::string(name) + ": ";
      if (!line.starts_with(head)) return false;
      to = line.substr(head.size());
      return true;
    };
    std::string value;
    if (field("kicker", article.kicker) || field("headline", article.headline) || field("deck", article.deck) || field("byline", article.byline) ||
        field("source", article.source) || field("quote", article.quote))
      continue;
    if (field("flags", value)) {
      article.boxed = value.find("box") != std::string::npos;
      article.vertical_headline = value.find("vertical") != std::string::npos;
    } else if (field("picture", value)) {
      article.pictures.push_back(picture(value));
    } else if (line.starts_with("##")) {
      article.paragraphs.push_back({line.substr(2), true});
    } else {
      article.paragraphs.push_back({line, false});
    }
  }
  return out;
}

}  // namespace tx::bench
