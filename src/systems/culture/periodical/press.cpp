#include "systems/culture/periodical/press.h"

#include <list>
#include <map>
#include <mutex>

#include "base/log.h"
#include "base/text.h"
#include "engines/typesetting/typesetting.h"
#include "platform/storage/record_sql.h"
#include "systems/culture/stories/rules.h"
#include "systems/culture/stories/stories.h"

namespace tx::culture {
namespace {

constexpr std::size_t kKeptInMemory = 48;
constexpr int kThumbWidth = 420;

using language::Language;

int per_mille(double share) { return static_cast<int>(share * 1000 + 0.5); }

typesetting::Article article_of(storage::Reader& reader, const language::Catalogue& words, Language language, const Story& story, const Issue& issue, const Page& page) {
  typesetting::Article article;
  article.key = id_text(story.id);
  article.headline = story.headline;
  if (story.state == "retracted") {   // the address and the place stay, the words go
    article.paragraphs.push_back({words.text(language, "paper.print.retracted", {{"day", local_date(page.changed).text()}}), false});
    return article;
  }
  article.kicker = story.kicker;
  article.deck = story.subhead;
  article.byline = story.byline;
  article.source = story.source;
  for (auto& paragraph : rules::paragraphs(story.body)) article.paragraphs.push_back({std::move(paragraph), false});
  for (const auto& picture : pictures_of(reader, story.id)) {
    if (picture.state != "shown") {
      if (issue.published.us && picture.changed > issue.published)
        article.paragraphs.push_back({words.text(language, "paper.print.picture_gone", {{"day", local_date(picture.changed).text()}}), false});
      continue;
    }
    typesetting::Picture one;
    one.key = id_text(picture.id);
    one.bytes = picture_bytes(reader, picture.id);
    one.caption = picture.caption;
    one.credit = picture.credit;
    article.pictures.push_back(std::move(one));
  }
  return article;
}

typesetting::PageSpec spec_of(storage::Reader& reader, const language::Catalogue& words, const Issue& issue, const Page& page) {
  const auto paper = find_paper(reader, issue.paper);
  TX_ASSERT(paper);
  const Language language = paper->language == "en" ? Language::en : Language::zh;
  typesetting::PageSpec spec;
  spec.size = paper->size == "tabloid" ? typesetting::kTabloid : typesetting::kBroadsheet;
  spec.language = language == Language::en ? typesetting::Language::english : typesetting::Language::chinese;
  spec.front = page.number == 1;
  spec.folio.paper = language == Language::en ? paper->name_en : paper->name;
  spec.folio.section = page.section;
  spec.folio.page = page.number;
  const auto name = [&](access::AccountId account) { return storage::scalar<std::string>(reader, "select display_name from account where id = $1", account).value_or(""); };
  if (issue.proof1_by) spec.folio.editors = words.text(language, "paper.print.editors", {{"editor", name(issue.proof1_by)}, {"proof", name(issue.proof2_by)}});
  spec.folio.date = date_line(words, language, issue.day);
  spec.folio.number = words.text(language, "paper.print.number", {{"n", std::to_string(issue.number)}});
  if (spec.front) {
    spec.folio.pages = words.text(language, "paper.print.pages", {{"n", std::to_string(pages_of(reader, issue.id).size())}});
    spec.folio.publisher = paper->publisher + "  " + (paper->licence_no.empty() ? words.text(language, paper->demonstration ? "paper.licence.demonstration" : "paper.licence.none")
                                                                               : words.text(language, "paper.licence." + paper->licence_kind) + " " + paper->licence_no);
    spec.folio.motto = paper->motto;
  }
  for (const auto& story : stories_of(reader, issue.id, page.number)) spec.articles.push_back(article_of(reader, words, language, story, issue, page));
  return spec;
}

std::string created_text(const Issue& issue, const Page& page) { return iso_text(page.version > 1 ? page.changed : issue.published.us ? issue.published : start_of(issue.day)); }

// What the page is made of, so that an unchanged draft is not laid out again.
std::string made_of(const typesetting::PageSpec& spec) {
  std::string all = spec.folio.section + spec.folio.editors + spec.folio.pages;
  for (const auto& article : spec.articles) {
    all += "\n" + article.key + "\n" + article.kicker + "\n" + article.headline + "\n" + article.deck + "\n" + article.byline + "\n" + article.source;
    for (const auto& paragraph : article.paragraphs) all += "\n" + paragraph.text;
    for (const auto& picture : article.pictures) all += "\n" + picture.key + picture.caption + picture.credit;
  }
  return std::to_string(std::hash<std::string>{}(all));
}

Json zones_of(const typesetting::Layout& layout) {
  Json zones = Json::array();
  for (const auto& zone : typesetting::zones(layout)) {
    std::string points;
    for (const auto& point : zone.shape) points += (points.empty() ? "" : " ") + std::to_string(per_mille(point.x)) + "," + std::to_string(per_mille(point.y));
    zones.push(Json::of({{"story", zone.key}, {"x", per_mille(zone.box.x)}, {"y", per_mille(zone.box.y)}, {"w", per_mille(zone.box.width)}, {"h", per_mille(zone.box.height)}, {"points", points}}));
  }
  return zones;
}

}  // namespace

std::string date_line(const language::Catalogue& words, Language language, Date day) {
  return words.text(language, "paper.print.date", {{"y", std::to_string(day.year())}, {"m", words.text(language, "month." + std::to_string(day.month()))},
                                                   {"d", std::to_string(day.day())}, {"week", words.text(language, "weekday." + std::to_string(day.weekday()))}});
}

struct Press::State {
  const language::Catalogue& words;
  std::mutex lock;
  std::list<std::pair<std::string, std::shared_ptr<const Sheet>>> kept;   // newest first

  std::shared_ptr<const Sheet> find(const std::string& key) {
    const std::lock_guard guard(lock);
    for (auto at = kept.begin(); at != kept.end(); ++at)
      if (at->first == key) {
        kept.splice(kept.begin(), kept, at);
        return kept.front().second;
      }
    return nullptr;
  }
  std::shared_ptr<const Sheet> keep(const std::string& key, std::shared_ptr<const Sheet> sheet) {
    const std::lock_guard guard(lock);
    kept.emplace_front(key, sheet);
    while (kept.size() > kKeptInMemory) kept.pop_back();
    return sheet;
  }
};

Press::Press(const language::Catalogue& words) : state_(new State{words, {}, {}}) {}
Press::~Press() = default;

std::shared_ptr<const Sheet> Press::sheet(storage::Reader& reader, const Issue& issue, const Page& page) const {
  if (issue.state == "published") {
    const std::string key = id_text(page.id) + ":" + std::to_string(page.version);
    if (auto found = state_->find(key)) return found;
    const auto rows = storage::query(reader, "select svg, thumb, pdf, zones from page_sheet where page = $1 and version = $2", page.id, page.version);
    if (!rows.empty()) {
      auto sheet = std::make_shared<Sheet>();
      storage::from_value(rows.rows[0][0], sheet->svg);
      storage::from_value(rows.rows[0][1], sheet->thumb);
      storage::from_value(rows.rows[0][2], sheet->pdf);
      storage::from_value(rows.rows[0][3], sheet->zones);
      return state_->keep(key, sheet);
    }
  }
  const auto spec = spec_of(reader, state_->words, issue, page);
  const std::string key = id_text(page.id) + ":" + std::to_string(page.version) + ":" + made_of(spec);
  if (auto found = state_->find(key)) return found;
  auto sheet = std::make_shared<Sheet>();
  sheet->zones = sheet->faults = Json::array();
  const auto layout = typesetting::lay_out(spec);
  if (!layout) {
    sheet->refused = layout.error().rule;
    return sheet;
  }
  sheet->svg = typesetting::svg(*layout);
  sheet->thumb = typesetting::png(*layout, kThumbWidth);
  sheet->pdf = typesetting::pdf({&*layout}, {spec.folio.paper + " " + spec.folio.number + " " + std::to_string(page.number), spec.folio.paper, created_text(issue, page)});
  sheet->zones = zones_of(*layout);
  for (const auto& overset : layout->oversets) {
    sheet->faults.push(Json::of({{"story", layout->keys[static_cast<std::size_t>(overset.article)]}, {"lines", overset.lines}}));
    sheet->overset += overset.lines;
  }
  sheet->white = static_cast<int>(layout->quality.white * 100 + 0.5);
  return state_->keep(key, sheet);
}

std::string Press::issue_pdf(storage::Reader& reader, const Issue& issue) const {
  std::vector<typesetting::Layout> layouts;
  std::string title, author, created;
  for (const auto& page : pages_of(reader, issue.id)) {
    const auto spec = spec_of(reader, state_->words, issue, page);
    auto layout = typesetting::lay_out(spec);
    if (!layout) continue;
    title = spec.folio.paper + " " + spec.folio.number;
    author = spec.folio.paper;
    created = std::max(created, created_text(issue, page));
    layouts.push_back(std::move(*layout));
  }
  std::vector<const typesetting::Layout*> pages;
  for (const auto& layout : layouts) pages.push_back(&layout);
  return pages.empty() ? std::string() : typesetting::pdf(pages, {title, author, created});
}

int Press::keep_missing(storage::Store& store) const {
  int kept = 0;
  for (;;) {
    auto reader = store.read();
    const auto page = storage::find<Page>(*reader, "select p.* from issue_page p join issue i on i.id = p.issue where i.state = 'published' and not exists "
                                                   "(select 1 from page_sheet s where s.page = p.id and s.version = p.version) order by p.id limit 1");
    if (!page) return kept;
    const auto issue = find_issue(*reader, page->issue);
    const auto printed = sheet(*reader, *issue, *page);
    reader.reset();
    if (!printed->refused.empty()) {
      log::warning("paper.not_printed", {{"page", id_text(page->id)}, {"rule", printed->refused}});
      return kept;
    }
    const auto written = store.write([&](storage::Tx& tx) -> Result<Json> {
      const auto now = storage::find<Page>(tx, "select * from issue_page where id = $1", page->id);
      if (!now || now->version != page->version) return Json();   // printed anew meanwhile
      storage::execute(tx, "insert into page_sheet (page, version, svg, thumb, pdf, zones, made) values ($1,$2,$3,$4,$5,$6,$7) on conflict (page, version) do nothing",
                       page->id, page->version, printed->svg, storage::Blob{printed->thumb}, storage::Blob{printed->pdf}, printed->zones, tx.now());
      return Json();
    });
    if (!written) return kept;
    ++kept;
  }
}

}  // namespace tx::culture
