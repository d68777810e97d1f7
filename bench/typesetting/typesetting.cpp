// bench_typesetting look FOLDER      pages as PDF, PNG and SVG, to be looked at
// bench_typesetting page FILE OUT [broadsheet|tabloid|a3] [front]   one page of stories from a file
// bench_typesetting issue            an issue of sixteen pages: processor time, and what the pages are worth
#include <time.h>

#include <cstdio>
#include <cstring>
#include <fstream>

#include "stories.h"

namespace {

using namespace tx::typesetting;

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

Folio folio(Language language, int page) {
  Folio out;
  out.page = page;
  std::ifstream in(std::string(TX_STORIES) + (language == Language::chinese ? "/folio_zh.txt" : "/folio_en.txt"));
  for (std::string* line : {&out.paper, &out.section, &out.date, &out.lunar, &out.number, &out.editors, &out.publisher, &out.motto, &out.pages}) std::getline(in, *line);
  return out;
}

void tell(const char* name, const Layout& layout) {
  const Quality& q = layout.quality;
  std::printf("%-14s %d columns of %d rows, body %.2f pt; cost %.1f (bound %.1f, %s), white %.1f%%, stretch %.4f em, loose %d of %d lines, "
              "side by side %d, through %d, overset %d lines, %zu weighed\n",
              name, layout.columns, layout.rows, layout.em * 72 / 25.4, q.cost, q.bound, q.exact ? "exact" : "cut short", q.white * 100,
              q.mean_stretch, q.loose_lines, q.lines, q.tombstones, q.through_rules, q.overset_lines, q.candidates);
}

void write(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

struct Case { const char* name; PageSpec page; };
std::vector<Case> cases() {
  std::vector<Case> out;
  const auto zh = tx::bench::stories("stories_zh.txt");
  const auto en = tx::bench::stories("stories_en.txt");
  const auto add = [&](const char* name, PageSize size, Language language, int number, bool front, std::vector<Article> articles) {
    PageSpec page;
    page.size = size;
    page.language = language;
    page.folio = folio(language, number);
    page.front = front;
    page.articles = std::move(articles);
    out.push_back({name, std::move(page)});
  };
  add("page15", kTabloid, Language::chinese, 15, false, {zh[0], zh[1], zh[2], zh[5], zh[6]});
  add("front", kTabloid, Language::chinese, 1, true, {zh[1], zh[2], zh[3], zh[5]});
  add("broadsheet", kBroadsheet, Language::chinese, 15, false, zh);
  add("broad_front", kBroadsheet, Language::chinese, 1, true, zh);
  add("a3", kA3, Language::chinese, 2, false, {zh[2], zh[4], zh[3], zh[7], zh[6]});
  add("overset", kTabloid, Language::chinese, 3, false, zh);
  add("english", kTabloid, Language::english, 15, false, {en[0], en[1], en[2], en[5]});
  add("english_broad", kBroadsheet, Language::english, 2, false, en);
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 2 && std::strcmp(argv[1], "look") == 0) {
    const std::string folder = argv[2];
    for (const auto& [name, page] : cases()) {
      if (argc > 3 && std::strcmp(argv[3], name) != 0) continue;
      const double begin = processor_seconds();
      const auto layout = lay_out(page);
      if (!layout) {
        std::printf("%s: %s %s\n", name, layout.error().rule.c_str(), layout.error().field.c_str());
        continue;
      }
      const double laid = processor_seconds();
      tell(name, *layout);
      for (const auto& overset : layout->oversets)
        std::printf("    overset: %s, %d lines, %zu letters\n", page.articles[static_cast<std::size_t>(overset.article)].key.c_str(), overset.lines, overset.letters);
      write(folder + "/" + name + ".pdf", pdf({&*layout}, {name, "Tongxin", ""}));
      write(folder + "/" + name + ".png", png(*layout, 1500));
      write(folder + "/" + name + ".svg", svg(*layout));
      std::printf("    layout %.0f ms, drawings %.0f ms (processor)\n", (laid - begin) * 1000, (processor_seconds() - laid) * 1000);
    }
    return 0;
  }
  if (argc > 3 && std::strcmp(argv[1], "page") == 0) {
    PageSpec page;
    const std::string size = argc > 4 ? argv[4] : "tabloid";
    page.size = size == "broadsheet" ? kBroadsheet : size == "a3" ? kA3 : kTabloid;
    page.front = argc > 5;
    page.folio = folio(Language::chinese, page.front ? 1 : 2);
    page.articles = tx::bench::stories(argv[2]);
    const auto layout = lay_out(page);
    if (!layout) return std::printf("%s %s\n", layout.error().rule.c_str(), layout.error().field.c_str()), 1;
    tell(argv[2], *layout);
    write(argv[3], png(*layout, 1500));
    return 0;
  }
  auto all = cases();
  std::vector<Layout> laid;
  for (int round = 0; round < 2; ++round) {
    laid.clear();
    const double begin = processor_seconds();
    for (int page = 0; page < 16; ++page) laid.push_back(*lay_out(all[static_cast<std::size_t>(page) % 6].page));
    const double end = processor_seconds();
    std::vector<const Layout*> pages;
    for (const auto& layout : laid) pages.push_back(&layout);
    const std::string file = pdf(pages, {"issue", "Tongxin", ""});
    std::printf("%s: sixteen pages laid out in %.2f s, one PDF of %.1f MB in %.2f s of processor time\n", round == 0 ? "cold" : "warm", end - begin,
                static_cast<double>(file.size()) / 1e6, processor_seconds() - end);
  }
  return 0;
}
