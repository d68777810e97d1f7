#include "engines/typesetting/typesetting.h"

#include <gtest/gtest.h>

namespace tx::typesetting {
namespace {

PageSpec small_page() {
  PageSpec page;
  page.folio.paper = "同心报";
  page.folio.section = "志愿服务";
  page.folio.page = 15;
  page.articles.resize(2);
  page.articles[0].key = "a";
  page.articles[0].headline = "健全新时代志愿服务体系　拓展社会力量参与渠道";
  page.articles[1].key = "b";
  page.articles[1].headline = "十五分钟服务圈";
  for (int i = 0; i < 12; ++i)
    for (auto& article : page.articles)
      article.paragraphs.push_back({"聚焦群众急难愁盼精准匹配服务资源，建立志愿服务供需对接长效机制。《措施》要求，优化站点布局，实现城乡社区综合服务设施志愿服务站全覆盖。", false});
  return page;
}

TEST(Typesetting, PageIsLaidOutAndDrawn) {
  const PageSpec page = small_page();
  const auto layout = lay_out(page);
  ASSERT_TRUE(layout);
  EXPECT_TRUE(layout->oversets.empty());
  EXPECT_EQ(zones(*layout).size(), 2u);
  EXPECT_TRUE(pdf({&*layout}, {"同心报", "", ""}).starts_with("%PDF"));
  EXPECT_TRUE(png(*layout, 400).starts_with("\x89PNG"));
  EXPECT_NE(svg(*layout).find("<text"), std::string::npos);
}

}  // namespace
}  // namespace tx::typesetting
