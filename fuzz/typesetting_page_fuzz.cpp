// A whole page from bytes: texts of any kind, pictures that are none, sizes at the edges. Nothing may be lost: what is not
// on the page is in the overset report, or the page is refused by name.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "engines/typesetting/typesetting.h"

namespace {

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : left_(reinterpret_cast<const char*>(data), size) {}
  unsigned byte() {
    if (left_.empty()) return 0;
    const auto value = static_cast<unsigned char>(left_[0]);
    left_.remove_prefix(1);
    return value;
  }
  std::string text() {                   // up to the next NUL
    const auto end = std::min(left_.find('\0'), std::min<std::size_t>(left_.size(), 4000));
    std::string out(left_.substr(0, end));
    left_.remove_prefix(std::min(left_.size(), end + 1));
    return out;
  }

 private:
  std::string_view left_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tx::typesetting;
  Bytes in(data, size);
  PageSpec page;
  const unsigned kind = in.byte();
  page.size = kind & 1 ? kTabloid : kind & 2 ? kA3 : PageSize{150 + static_cast<double>(in.byte()), 200 + static_cast<double>(in.byte())};
  page.language = kind & 4 ? Language::english : Language::chinese;
  page.front = kind & 8;
  page.columns = kind & 16 ? static_cast<int>(in.byte() % 9) : 0;
  page.folio.paper = in.text();
  page.articles.resize(in.byte() % 5);
  for (auto& article : page.articles) {
    const unsigned has = in.byte();
    article.headline = in.text();
    if (has & 1) article.kicker = in.text();
    if (has & 2) article.deck = in.text();
    if (has & 4) article.quote = in.text();
    if (has & 8) article.jump_to = in.text();
    article.boxed = has & 16;
    article.vertical_headline = has & 32;
    article.paragraphs.resize(in.byte() % 6);
    for (auto& part : article.paragraphs) {
      part.text = in.text();
      part.subhead = (has & 64) && part.text.size() < 60;
    }
    if (has & 128) {
      auto& picture = article.pictures.emplace_back();
      picture.bytes = in.text();
      if (in.byte() % 4) {
        picture.width_px = static_cast<int>(1 + in.byte() % 40), picture.height_px = static_cast<int>(1 + in.byte() % 40);
        picture.bytes.assign(static_cast<std::size_t>(picture.width_px * picture.height_px * 3), 'x');
      }
      picture.caption = in.text();
    }
  }
  const auto layout = lay_out(page);
  if (!layout) return layout.error().rule.starts_with("typesetting.") ? 0 : (std::abort(), 0);
  if (layout->order.size() != page.articles.size()) std::abort();
  if (zones(*layout).size() != page.articles.size()) std::abort();
  for (const auto& overset : layout->oversets) rest_of(page.articles[static_cast<std::size_t>(overset.article)], overset, "");
  if (!tx::is_utf8(svg(*layout))) std::abort();
  for (const auto& article : page.articles) if (!tx::is_utf8(html(article, page.language, {}))) std::abort();
  return 0;
}
