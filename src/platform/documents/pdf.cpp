// PDF through Cairo and Pango: Chinese in Noto Sans CJK, embedded as a subset; text can be searched and copied.
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <qrencode.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <stdexcept>
#include <unordered_map>

#include "base/text.h"
#include "platform/documents/documents.h"

namespace tx::documents {
namespace {

constexpr double kPoint = 72 / 25.4;   // points in a millimetre
constexpr double kWidth = 210, kHeight = 297;
constexpr const char* kFont = "Noto Sans CJK SC, Noto Sans, sans-serif";
constexpr const char* kLatin = "Noto Sans CJK HK, Noto Sans, sans-serif";

// One document while it is drawn; the bytes are complete after finish().
class Paper {
 public:
  explicit Paper(const PdfInfo& info) {
    surface_ = cairo_pdf_surface_create_for_stream(
        [](void* out, const unsigned char* data, unsigned length) {
          static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(data), length);
          return CAIRO_STATUS_SUCCESS;
        },
        &bytes_, kWidth * kPoint, kHeight * kPoint);
    cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_TITLE, visible(info.title).c_str());
    cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_AUTHOR, visible(info.author).c_str());
    cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_CREATOR, "Tongxin");
    if (!info.created.empty()) cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_CREATE_DATE, info.created.c_str());
    pen_ = cairo_create(surface_);
    context_ = pango_cairo_create_context(pen_);
    pango_context_set_language(context_, pango_language_from_string(info.language.c_str()));
    // Paper has no pixels: rounding to points would eat the blanks between small letters.
    pango_context_set_round_glyph_positions(context_, false);
    cairo_font_options_t* options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    pango_cairo_context_set_font_options(context_, options);
    cairo_font_options_destroy(options);
  }
  Paper(const Paper&) = delete;
  Paper& operator=(const Paper&) = delete;
  ~Paper() {
    for (const auto& [key, layout] : layouts_) g_object_unref(layout);
    for (const auto& [key, font] : fonts_) pango_font_description_free(font);
    g_object_unref(context_);
    cairo_destroy(pen_);
    cairo_surface_destroy(surface_);
  }

  void draw(const PdfText& text) {
    PangoLayout* layout = laid(text);
    PangoRectangle ink, box;
    pango_layout_get_extents(layout, &ink, &box);
    double x = text.x * kPoint;
    if (text.width <= 0) {   // without a width, x is the left end, the middle or the right end
      const double wide = static_cast<double>(box.width) / PANGO_SCALE;
      if (text.align == PdfText::Align::centre) x -= wide / 2;
      if (text.align == PdfText::Align::right) x -= wide;
    }
    const int grey = static_cast<int>(std::lround(text.grey * 255));
    const int rgb = text.rgb >= 0 ? text.rgb : grey << 16 | grey << 8 | grey;
    if (text.halo < 0 && gathered(layout, x, text.y * kPoint, rgb)) return;
    show_letters();   // what came before stays beneath
    if (text.halo >= 0) {
      cairo_move_to(pen_, x, text.y * kPoint);
      pango_cairo_layout_path(pen_, layout);
      colour(text.halo);
      cairo_set_line_width(pen_, text.size_pt / 5);
      cairo_set_line_join(pen_, CAIRO_LINE_JOIN_ROUND);
      cairo_stroke(pen_);
    }
    colour(rgb);
    cairo_move_to(pen_, x, text.y * kPoint);
    pango_cairo_show_layout(pen_, layout);
  }
  void colour(int rgb) { cairo_set_source_rgb(pen_, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0); }
  void draw(const PdfLine& line) {
    colour(line.rgb);
    cairo_set_line_width(pen_, line.width_pt);
    cairo_move_to(pen_, line.x1 * kPoint, line.y1 * kPoint);
    cairo_line_to(pen_, line.x2 * kPoint, line.y2 * kPoint);
    cairo_stroke(pen_);
  }
  void draw(const PdfPath& path) {
    for (const auto& part : path.parts) {
      for (std::size_t i = 0; i < part.size(); ++i) (i ? cairo_line_to : cairo_move_to)(pen_, part[i].x * kPoint, part[i].y * kPoint);
      if (path.closed) cairo_close_path(pen_);
    }
    cairo_set_fill_rule(pen_, CAIRO_FILL_RULE_EVEN_ODD);
    if (path.fill >= 0) {
      cairo_set_source_rgba(pen_, (path.fill >> 16 & 255) / 255.0, (path.fill >> 8 & 255) / 255.0, (path.fill & 255) / 255.0, path.opacity);
      cairo_fill_preserve(pen_);
    }
    if (path.stroke >= 0) {
      std::vector<double> dash;
      for (const double piece : path.dash) dash.push_back(piece * kPoint);
      cairo_set_dash(pen_, dash.data(), static_cast<int>(dash.size()), 0);
      cairo_set_line_join(pen_, CAIRO_LINE_JOIN_ROUND);
      cairo_set_line_cap(pen_, dash.empty() ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT);
      cairo_set_line_width(pen_, path.width_pt);
      colour(path.stroke);
      cairo_stroke_preserve(pen_);
      cairo_set_dash(pen_, nullptr, 0, 0);
      cairo_set_line_cap(pen_, CAIRO_LINE_CAP_BUTT);
    }
    cairo_new_path(pen_);
  }
  void begin_page(double width, double height) { cairo_pdf_surface_set_size(surface_, width * kPoint, height * kPoint); }
  void clip(const PdfFrame& frame) {
    cairo_save(pen_);
    cairo_rectangle(pen_, frame.x * kPoint, frame.y * kPoint, frame.width * kPoint, frame.height * kPoint);
    cairo_clip(pen_);
  }
  void unclip() { cairo_restore(pen_); }
  void draw(const PdfImageQr& image) {
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
        QRcode_encodeData(static_cast<int>(image.content.size()),
                          reinterpret_cast<const unsigned char*>(image.content.data()), 0, QR_ECLEVEL_M),
        QRcode_free);
    if (!code) return;
    const double module = image.size * kPoint / code->width;
    cairo_set_source_rgb(pen_, 0, 0, 0);
    for (int y = 0; y < code->width; ++y)
      for (int x = 0; x < code->width; ++x)
        if (code->data[y * code->width + x] & 1)
          cairo_rectangle(pen_, image.x * kPoint + x * module, image.y * kPoint + y * module, module, module);
    cairo_fill(pen_);
  }
  double height_of(const PdfText& text) {   // millimetres
    int wide = 0, high = 0;
    pango_layout_get_size(laid(text), &wide, &high);
    return static_cast<double>(high) / PANGO_SCALE / kPoint;
  }
  void end_page() {
    show_letters();
    cairo_show_page(pen_);
  }
  std::string finish() {
    cairo_surface_finish(surface_);
    if (cairo_surface_status(surface_) != CAIRO_STATUS_SUCCESS || cairo_status(pen_) != CAIRO_STATUS_SUCCESS)
      throw std::runtime_error("a PDF could not be written");
    return bytes_;
  }

 private:
  // Pango takes UTF-8 without NUL only.
  static std::string visible(const std::string& text) {
    std::string out = is_utf8(text) ? text : normal_text(text);
    out.erase(std::remove(out.begin(), out.end(), '\0'), out.end());
    return out;
  }
  const PangoFontDescription* font(double size_pt, bool bold) {
    auto& font = fonts_[{size_pt, bold}];
    if (!font) {
      font = pango_font_description_from_string(kFont);
      pango_font_description_set_absolute_size(font, size_pt * PANGO_SCALE);
      pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    }
    return font;
  }
  // A text laid out, kept: in a table most repeat, each is measured before it is drawn, and shaping is the dear part.
  PangoLayout* laid(const PdfText& text) {
    const std::string shown = visible(text.text);
    std::string key = shown;
    for (const double number : {text.width, text.size_pt, static_cast<double>(text.bold), static_cast<double>(text.align)})
      key.append(reinterpret_cast<const char*>(&number), sizeof number);
    if (const auto found = layouts_.find(key); found != layouts_.end()) return found->second;
    if (layouts_.size() >= kLayoutsKept) {
      show_letters();   // they use the layouts' fonts
      for (const auto& [old, layout] : layouts_) g_object_unref(layout);
      layouts_.clear();
    }
    PangoLayout* layout = pango_layout_new(context_);
    pango_layout_set_font_description(layout, font(text.size_pt, text.bold));
    pango_layout_set_width(layout, text.width > 0 ? static_cast<int>(text.width * kPoint * PANGO_SCALE) : -1);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(layout, text.align == PdfText::Align::centre  ? PANGO_ALIGN_CENTER
                                       : text.align == PdfText::Align::right ? PANGO_ALIGN_RIGHT
                                                                             : PANGO_ALIGN_LEFT);
    pango_layout_set_text(layout, shown.c_str(), static_cast<int>(shown.size()));
    set_latin(layout, shown);
    return layouts_[std::move(key)] = layout;
  }

  // Letters of one font and colour are gathered over a page and shown in one call: for every call Cairo keeps a region of
  // the page and writes the whole state anew, which is half of the time of a long table. True: `layout` is among them.
  bool gathered(PangoLayout* layout, double x, double y, int rgb) {
    const auto each_run = [&](const auto& visit) {
      const std::unique_ptr<PangoLayoutIter, decltype(&pango_layout_iter_free)> at(pango_layout_get_iter(layout), pango_layout_iter_free);
      do {
        if (PangoLayoutRun* run = pango_layout_iter_get_run(at.get()); run && !visit(at.get(), run)) return false;
      } while (pango_layout_iter_next_run(at.get()));
      return true;
    };
    // What is written from the right, or has no picture in any font, Pango draws by itself.
    const bool plain = each_run([](PangoLayoutIter*, const PangoLayoutRun* run) {
      const PangoGlyphString& drawn = *run->glyphs;
      return run->item->analysis.level % 2 == 0 &&
             std::none_of(drawn.glyphs, drawn.glyphs + drawn.num_glyphs, [](const PangoGlyphInfo& glyph) { return glyph.glyph & PANGO_GLYPH_UNKNOWN_FLAG; });
    });
    return plain && each_run([&, words = pango_layout_get_text(layout)](PangoLayoutIter* at, PangoLayoutRun* run) {
      Letters& letters = letters_of(pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(run->item->analysis.font)), rgb);
      PangoRectangle box;
      pango_layout_iter_get_run_extents(at, nullptr, &box);
      const int base = pango_layout_iter_get_baseline(at);
      int from = box.x;
      PangoGlyphItemIter cluster;
      for (bool more = pango_glyph_item_iter_init_start(&cluster, run, words); more; more = pango_glyph_item_iter_next_cluster(&cluster)) {
        const auto before = letters.glyphs.size();
        for (int i = cluster.start_glyph; i < cluster.end_glyph; ++i) {
          const auto& [glyph, place, attributes] = run->glyphs->glyphs[i];
          if (glyph != PANGO_GLYPH_EMPTY)
            letters.glyphs.push_back({glyph, x + static_cast<double>(from + place.x_offset) / PANGO_SCALE, y + static_cast<double>(base + place.y_offset) / PANGO_SCALE});
          from += place.width;
        }
        letters.words.append(words + cluster.start_index, words + cluster.end_index);
        letters.clusters.push_back({cluster.end_index - cluster.start_index, static_cast<int>(letters.glyphs.size() - before)});
      }
      return true;
    });
  }
  void show_letters() {
    for (const Letters& letters : letters_) {
      colour(letters.rgb);
      cairo_set_scaled_font(pen_, letters.font);
      cairo_show_text_glyphs(pen_, letters.words.data(), static_cast<int>(letters.words.size()), letters.glyphs.data(), static_cast<int>(letters.glyphs.size()),
                             letters.clusters.data(), static_cast<int>(letters.clusters.size()), cairo_text_cluster_flags_t{});
    }
    letters_.clear();
  }
  struct Letters {
    cairo_scaled_font_t* font;   // held by the layouts
    int rgb;
    std::string words;
    std::vector<cairo_glyph_t> glyphs;
    std::vector<cairo_text_cluster_t> clusters;
  };
  Letters& letters_of(cairo_scaled_font_t* font, int rgb) {
    for (Letters& letters : letters_)
      if (letters.font == font && letters.rgb == rgb) return letters;
    return letters_.emplace_back(Letters{font, rgb, {}, {}, {}});
  }

  // Words with F, I, K or L come from a twin of the same face, as a font of their own in the file: two of these letters
  // make Cairo 1.16 lose count of a glyph's hints, and then it embeds every subroutine of the font. With Chinese letters in
  // that font it is 900 kB and 40 ms; Latin ones alone are a few kB.
  static void set_latin(PangoLayout* layout, const std::string& text) {
    PangoAttrList* attributes = nullptr;
    for (std::size_t from = 0; from < text.size();) {
      std::size_t to = from;
      while (to < text.size() && text[to] > ' ' && static_cast<unsigned char>(text[to]) < 0x80) ++to;
      if (text.substr(from, to - from).find_first_of("FIKL") != std::string::npos) {
        PangoAttribute* family = pango_attr_family_new(kLatin);
        family->start_index = static_cast<guint>(from);
        family->end_index = static_cast<guint>(to);
        if (!attributes) attributes = pango_attr_list_new();
        pango_attr_list_insert(attributes, family);
      }
      from = to + 1;
    }
    if (!attributes) return;
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
  }

  static constexpr std::size_t kLayoutsKept = 8192;
  std::string bytes_;
  cairo_surface_t* surface_ = nullptr;
  cairo_t* pen_ = nullptr;
  PangoContext* context_ = nullptr;
  std::unordered_map<std::string, PangoLayout*> layouts_;
  std::map<std::pair<double, bool>, PangoFontDescription*> fonts_;
  std::vector<Letters> letters_;
};

// Column widths in proportion to what stands in them, within bounds, filling the line.
std::vector<double> column_widths(const std::vector<std::string>& columns,
                                  const std::vector<std::vector<std::string>>& rows, double whole) {
  std::vector<double> widths(columns.size());
  double sum = 0;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    std::size_t most = columns[c].size();   // bytes: a Chinese letter is three, and about as wide as two Latin ones
    for (const auto& row : rows)
      if (c < row.size()) most = std::max(most, row[c].size());
    widths[c] = static_cast<double>(std::clamp<std::size_t>(most, 6, 48));
    sum += widths[c];
  }
  for (auto& width : widths) width *= whole / sum;
  return widths;
}

class Table {
 public:
  Table(Paper& paper, const std::vector<std::string>& columns, const std::vector<std::vector<std::string>>& rows)
      : paper_(paper), columns_(columns), widths_(column_widths(columns, rows, kWidth - 2 * kMargin)) {}

  std::vector<PdfPage> pages(const std::string& title, const std::vector<std::vector<std::string>>& rows) {
    PdfText head{kMargin, kMargin, kWidth - 2 * kMargin, title, 16, true};
    head.align = PdfText::Align::centre;
    const double head_height = paper_.height_of(head);
    begin_page();
    page().texts.push_back(head);
    y_ = kMargin + head_height + 4;
    add_row(columns_, true, row_height(columns_, true));
    for (const auto& row : rows) {
      const double height = row_height(row, false);
      if (y_ + height > kHeight - kMargin - 8) {
        begin_page();
        add_row(columns_, true, row_height(columns_, true));
      }
      add_row(row, false, height);
    }
    for (std::size_t i = 0; i < pages_.size(); ++i) {
      const std::string count = std::to_string(i + 1) + " / " + std::to_string(pages_.size());
      PdfText number{kWidth / 2, kHeight - kMargin, 0, count, 9};
      number.align = PdfText::Align::centre;
      number.grey = 0.3;
      pages_[i].texts.push_back(number);
    }
    return std::move(pages_);
  }

 private:
  static constexpr double kMargin = 15, kInside = 1.2;
  PdfPage& page() { return pages_.back(); }
  void begin_page() {
    pages_.emplace_back();
    y_ = kMargin;
  }
  PdfText cell(double x, std::size_t c, const std::vector<std::string>& row, bool bold) const {
    const std::string text = c < row.size() ? shortened(row[c], 600) : "";
    return {x + kInside, y_ + kInside, widths_[c] - 2 * kInside, text, 10, bold};
  }
  double row_height(const std::vector<std::string>& row, bool bold) {
    double height = 5;
    for (std::size_t c = 0; c < widths_.size(); ++c) height = std::max(height, paper_.height_of(cell(0, c, row, bold)));
    return std::min(height + 2 * kInside, kHeight - 4 * kMargin);
  }
  void add_row(const std::vector<std::string>& row, bool bold, double height) {
    const double right = kWidth - kMargin;
    double x = kMargin;
    for (std::size_t c = 0; c < widths_.size(); ++c) {
      page().texts.push_back(cell(x, c, row, bold));
      page().lines.push_back({x, y_, x, y_ + height});
      x += widths_[c];
    }
    page().lines.push_back({right, y_, right, y_ + height});
    page().lines.push_back({kMargin, y_, right, y_});
    page().lines.push_back({kMargin, y_ + height, right, y_ + height});
    y_ += height;
  }

  Paper& paper_;
  const std::vector<std::string>& columns_;
  std::vector<double> widths_;
  std::vector<PdfPage> pages_;
  double y_ = 0;
};

std::string drawn(Paper& paper, const std::vector<PdfPage>& pages) {
  for (const auto& page : pages) {
    paper.begin_page(page.width, page.height);
    if (page.frame.width > 0) paper.clip(page.frame);
    for (const auto& path : page.paths) paper.draw(path);
    if (page.frame.width > 0) paper.unclip();
    for (const auto& mark : page.marks) paper.draw(mark);
    for (const auto& line : page.lines) paper.draw(line);
    for (const auto& code : page.codes) paper.draw(code);
    for (const auto& text : page.texts) paper.draw(text);
    paper.end_page();
  }
  return paper.finish();
}

}  // namespace

std::string write_pdf(const std::vector<PdfPage>& pages, const PdfInfo& info) {
  Paper paper(info);
  return drawn(paper, pages);
}

std::string table_pdf(const std::string& title, const std::vector<std::string>& columns,
                      const std::vector<std::vector<std::string>>& rows, const PdfInfo& info) {
  Paper paper(info);
  return drawn(paper, Table(paper, columns, rows).pages(title, rows));
}

}  // namespace tx::documents
