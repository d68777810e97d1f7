// PDF and PNG: the same strokes on two surfaces.
#include <cairo-pdf.h>

#include <algorithm>
#include <stdexcept>

#include "engines/typesetting/image.h"
#include "engines/typesetting/type.h"
#include "engines/typesetting/typesetting.h"

namespace tx::typesetting {
namespace {

constexpr double kPoint = 72 / 25.4;

void colour(cairo_t* pen, int rgb) {
  cairo_set_source_rgb(pen, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0);
}

// The picture fills its place; what is too much is cropped evenly.
void draw_picture(cairo_t* pen, const Image& image, const Rect& place) {
  cairo_save(pen);
  cairo_rectangle(pen, place.x, place.y, place.width, place.height);
  cairo_clip(pen);
  const double scale = std::max(place.width / image.width, place.height / image.height);
  cairo_translate(pen, place.x + (place.width - image.width * scale) / 2, place.y + (place.height - image.height * scale) / 2);
  cairo_scale(pen, scale, scale);
  cairo_set_source_surface(pen, image.surface, 0, 0);
  cairo_pattern_set_filter(cairo_get_source(pen), CAIRO_FILTER_GOOD);
  cairo_paint(pen);
  cairo_restore(pen);
}

const char* tag_of(Part part) {
  switch (part) {
    case Part::headline: return "H1";
    case Part::subhead: return "H2";
    case Part::picture: return "Figure";
    case Part::caption: return "Caption";
    case Part::quote: return "BlockQuote";
    default: return "P";
  }
}

// Tells the PDF what is drawn: one section an article, one element a paragraph, over as many columns as it takes.
class Tags {
 public:
  explicit Tags(cairo_t* pen) : pen_(pen) {}
  void at(const Block& block) {
    const bool same = open_ && block.article == article_ && block.part == Part::body && part_ == Part::body && block.paragraph == paragraph_;
    if (same) return;
    close();
    if (block.article != article_) {
      end_article();
      if (block.article >= 0) cairo_tag_begin(pen_, "Sect", "");
      article_ = block.article;
    }
    part_ = block.part;
    paragraph_ = block.paragraph;
    open_ = true;
    cairo_tag_begin(pen_, tag_of(part_), "");
  }
  void end() {
    close();
    end_article();
  }

 private:
  void close() {
    if (open_) cairo_tag_end(pen_, tag_of(part_));
    open_ = false;
  }
  void end_article() {
    if (article_ >= 0) cairo_tag_end(pen_, "Sect");
    article_ = -1;
  }
  cairo_t* pen_;
  int article_ = -1, paragraph_ = -1;
  Part part_ = Part::rule;
  bool open_ = false;
};

// The unit of the pen is the millimetre. `tagged`: the PDF carries the order of reading and the text.
void draw(cairo_t* pen, const Layout& layout, bool tagged) {
  Tags tags(pen);
  for (const auto& block : layout.blocks) {
    if (block.part == Part::tint || block.part == Part::rule) {
      colour(pen, block.rgb);
      cairo_rectangle(pen, block.place.x, block.place.y, block.place.width, block.place.height);
      cairo_fill(pen);
      continue;
    }
    if (tagged) tags.at(block);
    if (block.picture >= 0) draw_picture(pen, *layout.pictures[static_cast<std::size_t>(block.picture)], block.place);
    for (const auto& line : block.lines) show(pen, line, tagged);
  }
  if (tagged) tags.end();
}

}  // namespace

std::string pdf(const std::vector<const Layout*>& pages, const PdfInfo& info) {
  std::string bytes;
  if (pages.empty()) throw std::invalid_argument("a PDF has at least one page");
  cairo_surface_t* surface = cairo_pdf_surface_create_for_stream(
      [](void* out, const unsigned char* data, unsigned length) {
        static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(data), length);
        return CAIRO_STATUS_SUCCESS;
      },
      &bytes, pages[0]->size.width * kPoint, pages[0]->size.height * kPoint);
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, info.title.c_str());
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, info.author.c_str());
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Tongxin");
  // Cairo would write the clock's time; an empty date writes none.
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, info.created.c_str());
  cairo_t* pen = cairo_create(surface);
  int number = 0;
  for (const Layout* page : pages) {
    ++number;
    cairo_pdf_surface_set_size(surface, page->size.width * kPoint, page->size.height * kPoint);
    const std::string label = std::to_string(page->folio.page);
    cairo_pdf_surface_set_page_label(surface, label.c_str());
    const int parent = cairo_pdf_surface_add_outline(surface, CAIRO_PDF_OUTLINE_ROOT, (label + " " + page->folio.section).c_str(),
                                                     ("page=" + std::to_string(number)).c_str(), CAIRO_PDF_OUTLINE_FLAG_OPEN);
    for (const int article : page->order) {
      const auto& place = page->places[static_cast<std::size_t>(article)];
      const std::string at = "page=" + std::to_string(number) + " pos=[" + std::to_string(static_cast<int>(place.x * kPoint)) + " " +
                             std::to_string(static_cast<int>(place.y * kPoint)) + "]";
      cairo_pdf_surface_add_outline(surface, parent, page->headlines[static_cast<std::size_t>(article)].c_str(), at.c_str(),
                                    static_cast<cairo_pdf_outline_flags_t>(0));
    }
    cairo_save(pen);
    cairo_scale(pen, kPoint, kPoint);
    draw(pen, *page, true);
    cairo_restore(pen);
    cairo_show_page(pen);
  }
  cairo_surface_finish(surface);
  const bool sound = cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS && cairo_status(pen) == CAIRO_STATUS_SUCCESS;
  const std::string reason = cairo_status_to_string(cairo_status(pen) ? cairo_status(pen) : cairo_surface_status(surface));
  cairo_destroy(pen);
  cairo_surface_destroy(surface);
  if (!sound) throw std::runtime_error("a PDF could not be written: " + reason);
  return bytes;
}

std::string png(const Layout& layout, int width_px) {
  const int wide = std::clamp(width_px, 100, 8000);
  const double scale = wide / layout.size.width;
  cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, wide, static_cast<int>(layout.size.height * scale + 0.5));
  cairo_t* pen = cairo_create(surface);
  cairo_set_source_rgb(pen, 1, 1, 1);
  cairo_paint(pen);
  cairo_scale(pen, scale, scale);
  draw(pen, layout, false);
  cairo_destroy(pen);
  std::string bytes = png_bytes(surface);
  cairo_surface_destroy(surface);
  return bytes;
}

}  // namespace tx::typesetting
