#include "engines/typesetting/type.h"

#include <algorithm>
#include <stdexcept>

#include "engines/typesetting/letters.h"

namespace tx::typesetting {
namespace {

constexpr double kUnits = 1000;                 // shaped at this size, so that an em is a thousand
constexpr std::size_t kShapesKept = 60'000;
// The Korean cut of the same type has the proportional quotation marks and dashes that Latin text wants.
constexpr const char* kFamilies[2][2] = {{"Noto Serif CJK SC", "Noto Sans CJK SC"}, {"Noto Serif CJK KR", "Noto Sans CJK KR"}};

}  // namespace

bool is_latin(std::string_view word) {
  bool any = false;
  for (const char32_t letter : letters(word)) {
    if (letter >= 0x2e80) return false;
    any = any || (letter < 0x250 && letter > ' ');
  }
  return any;
}

Type& Type::here() {
  thread_local Type type;
  return type;
}

Type::Type() : map_(pango_cairo_font_map_new()) {
  for (int latin = 0; latin < 2; ++latin) {
    contexts_[latin] = pango_font_map_create_context(map_);
    pango_context_set_language(contexts_[latin], pango_language_from_string(latin ? "en" : "zh-cn"));
    pango_context_set_round_glyph_positions(contexts_[latin], false);
    cairo_font_options_t* options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    pango_cairo_context_set_font_options(contexts_[latin], options);
    cairo_font_options_destroy(options);
    for (int face = 0; face < 4; ++face) {
      PangoFontDescription* font = fonts_[latin][face] = pango_font_description_new();
      pango_font_description_set_family(font, kFamilies[latin][face / 2]);
      pango_font_description_set_weight(font, face % 2 ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
      pango_font_description_set_absolute_size(font, kUnits * PANGO_SCALE);
    }
  }
}

Type::~Type() {
  for (auto& row : fonts_)
    for (auto* font : row) pango_font_description_free(font);
  shapes_.clear();
  for (auto* context : contexts_) g_object_unref(context);
  g_object_unref(map_);
}

const Shape& Type::shape(Face face, std::string_view word, bool latin) {
  std::string key(1, static_cast<char>('0' + static_cast<int>(face) * 2 + latin));
  key.append(word);
  if (const auto found = shapes_.find(key); found != shapes_.end()) return found->second;
  if (shapes_.size() >= kShapesKept) shapes_.clear();
  Shape shape;
  shape.ink_left = 1e9;
  shape.ink_right = -1e9;
  const std::string text(word);
  PangoContext* context = contexts_[latin];
  pango_context_set_font_description(context, fonts_[latin][static_cast<int>(face)]);
  PangoAttrList* none = pango_attr_list_new();
  GList* items = pango_itemize(context, text.c_str(), 0, static_cast<int>(text.size()), none, nullptr);
  pango_attr_list_unref(none);
  PangoGlyphString* run = pango_glyph_string_new();
  for (GList* at = items; at; at = at->next) {
    auto* item = static_cast<PangoItem*>(at->data);
    pango_shape(text.c_str() + item->offset, item->length, &item->analysis, run);
    cairo_scaled_font_t* scaled = pango_cairo_font_get_scaled_font(reinterpret_cast<PangoCairoFont*>(item->analysis.font));
    cairo_font_face_t* font = scaled ? cairo_scaled_font_get_font_face(scaled) : nullptr;
    PangoRectangle ink, box;
    pango_glyph_string_extents(run, item->analysis.font, &ink, &box);
    const double unit = kUnits * PANGO_SCALE;
    if (ink.width > 0) {
      shape.ink_left = std::min(shape.ink_left, shape.advance + ink.x / unit);
      shape.ink_right = std::max(shape.ink_right, shape.advance + (ink.x + ink.width) / unit);
    }
    for (int i = 0; i < run->num_glyphs; ++i) {
      const auto& glyph = run->glyphs[i];
      const bool known = glyph.glyph != PANGO_GLYPH_EMPTY && !(glyph.glyph & PANGO_GLYPH_UNKNOWN_FLAG);
      if (known && font)
        shape.glyphs.push_back({cairo_font_face_reference(font), glyph.glyph, shape.advance + glyph.geometry.x_offset / unit,
                                glyph.geometry.y_offset / unit});
      shape.advance += glyph.geometry.width / unit;
    }
  }
  pango_glyph_string_free(run);
  g_list_free_full(items, [](void* item) { pango_item_free(static_cast<PangoItem*>(item)); });
  if (shape.ink_right < shape.ink_left) shape.ink_left = shape.ink_right = 0;
  return shapes_[std::move(key)] = std::move(shape);
}

void show(cairo_t* pen, const Line& line, bool with_text) {
  cairo_set_source_rgb(pen, (line.rgb >> 16 & 255) / 255.0, (line.rgb >> 8 & 255) / 255.0, (line.rgb & 255) / 255.0);
  cairo_set_font_size(pen, line.size);
  std::vector<cairo_glyph_t> glyphs;
  std::vector<cairo_text_cluster_t> clusters;
  std::string text;
  cairo_font_face_t* font = nullptr;
  const auto flush = [&] {
    if (glyphs.empty()) return;
    cairo_set_font_face(pen, font);
    cairo_set_font_size(pen, line.size);
    if (with_text)
      cairo_show_text_glyphs(pen, text.c_str(), static_cast<int>(text.size()), glyphs.data(), static_cast<int>(glyphs.size()),
                             clusters.data(), static_cast<int>(clusters.size()), cairo_text_cluster_flags_t{});
    else
      cairo_show_glyphs(pen, glyphs.data(), static_cast<int>(glyphs.size()));
    glyphs.clear();
    clusters.clear();
    text.clear();
  };
  for (const auto& piece : line.pieces) {
    const Shape& shape = Type::here().shape(line.face, piece.text, is_latin(piece.text));
    if (shape.glyphs.empty()) continue;
    if (shape.glyphs[0].font != font) {
      flush();
      font = shape.glyphs[0].font;
    }
    const bool one_font = std::all_of(shape.glyphs.begin(), shape.glyphs.end(), [&](const Glyph& glyph) { return glyph.font == font; });
    if (!one_font) {                   // a rare character from another font: drawn letter by letter, without its text
      flush();
      for (const auto& glyph : shape.glyphs) {
        const cairo_glyph_t single{glyph.index, piece.x + glyph.x * line.size, piece.y + glyph.y * line.size};
        cairo_set_font_face(pen, glyph.font);
        cairo_set_font_size(pen, line.size);
        cairo_show_glyphs(pen, &single, 1);
      }
      continue;
    }
    // A cluster a letter where glyphs and letters agree in number; else the word is one cluster.
    const std::size_t count = letters(piece.text).size();
    if (count == shape.glyphs.size()) {
      for (std::size_t i = 0; i < piece.text.size();) {
        const std::size_t size = letter_size(piece.text, i);
        clusters.push_back({static_cast<int>(size), 1});
        i += size;
      }
    } else {
      clusters.push_back({static_cast<int>(piece.text.size()), static_cast<int>(shape.glyphs.size())});
    }
    text += piece.text;
    for (const auto& glyph : shape.glyphs) glyphs.push_back({glyph.index, piece.x + glyph.x * line.size, piece.y + glyph.y * line.size});
  }
  flush();
}

}  // namespace tx::typesetting
