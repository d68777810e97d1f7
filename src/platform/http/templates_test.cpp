// The template engine, and the texts that the pages set into templates.
#include "platform/http/templates.h"

#include <gtest/gtest.h>

#include "platform/http/pages.h"

namespace tx::http {
namespace {

std::string render(std::string_view text, const Json& view) {
  const auto made = Template::compile(text);
  return made ? made->render({&view}) : "broken: " + made.error().args[0].second;
}

TEST(Templates, EscapeEverythingUnlessToldNotTo) {
  const Json view = Json::of({{"x", "<a href=\"'&\">"}});
  EXPECT_EQ(render("{{x}}", view), "&lt;a href=&quot;&#39;&amp;&quot;&gt;");
  EXPECT_EQ(render("{{{x}}}|{{&x}}", view), "<a href=\"'&\">|<a href=\"'&\">");
  EXPECT_EQ(render("{{ x }}{{missing}}", Json::of({{"x", 1}})), "1");
}

TEST(Templates, EmptyTextZeroAndFalseAreAbsentYetZeroPrints) {
  for (const Json& nothing : {Json(""), Json(0), Json(false), Json(), Json::array(), Json(0.0)}) {
    const Json view = Json::of({{"x", nothing}});
    EXPECT_EQ(render("{{#x}}yes{{/x}}{{^x}}no{{/x}}", view), "no") << nothing.dump();
  }
  EXPECT_EQ(render("{{x}}", Json::of({{"x", 0}})), "0");
  EXPECT_EQ(render("{{x}}", Json::of({{"x", false}})), "");
  EXPECT_EQ(render("{{#x}}yes{{/x}}", Json::of({{"x", Json::object()}})), "yes");
}

TEST(Templates, ListsObjectsAndNamesLookedUpOutwards) {
  const Json view = Json::of({{"mark", "!"}, {"a", Json::of({{"b", "deep"}})},
                              {"list", Json::Array{Json::of({{"n", 1}}), Json::of({{"n", 2}, {"mark", "?"}})}},
                              {"words", Json::Array{Json("x"), Json("y")}}});
  EXPECT_EQ(render("{{#list}}{{n}}{{mark}}{{/list}}", view), "1!2?");
  EXPECT_EQ(render("{{a.b}}{{#a}}{{b}}{{/a}}{{a.c}}", view), "deepdeep");
  EXPECT_EQ(render("{{#words}}{{.}},{{/words}}", view), "x,y,");
  EXPECT_EQ(render("{{! a comment }}ok", view), "ok");
}

TEST(Templates, ViewCannotBringTemplateCode) {
  EXPECT_EQ(render("{{x}}", Json::of({{"x", "{{secret}}"}, {"secret", "s"}})), "{{secret}}");
}

TEST(Templates, BrokenOnesAreRefused) {
  for (const auto* bad : {"{{", "{{x", "{{{x}}", "{{#x}}", "{{/x}}", "{{#x}}{{/y}}", "{{}}", "{{#}}", "{{=<% %>=}}",
                          "{{>part}}", "{{#a}}{{#b}}{{/a}}{{/b}}"})
    EXPECT_FALSE(Template::compile(bad)) << bad;
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "{{#x}}";
  EXPECT_FALSE(Template::compile(deep));
}

TEST(Templates, OutputIsBounded) {
  Json list = Json::array();
  for (int i = 0; i < 200; ++i) list.push(1);
  const Json view = Json::of({{"l", list}});
  EXPECT_LT(render("{{#l}}{{#l}}{{#l}}{{#l}}xxxxxxxxxx{{/l}}{{/l}}{{/l}}{{/l}}", view).size(), 17u << 20);
}

TEST(Texts, AreSetInEscapedWithPlaceholders) {
  const auto words = language::Catalogue::load({{"en/a.json", R"({"a.b":"<b> {name} & co"})"},
                                                {"zh-CN/a.json", R"({"a.b":"{name} 好"})"}}).value();
  const auto en = with_texts("[[a.b]] [[a.missing]] [x] [[not a key]]", words, language::Language::en);
  EXPECT_EQ(en, "&lt;b&gt; {{name}} &amp; co a.missing [x] [[not a key]]");
  EXPECT_EQ(render(with_texts("[[a.b]]", words, language::Language::zh), Json::of({{"name", "<王>"}})), "&lt;王&gt; 好");
}

// Every template of the house compiles in both languages, partials included.
TEST(Texts, EveryTemplateOfTheHouseCompiles) {
  const auto words = language::Catalogue::load("web/locales").value();
  const Pages pages({.files = WebFiles::embedded(), .css = "", .js = ""}, words);
  int compiled = 0;
  for (const auto& file : WebFiles::embedded().names("")) {
    if (!file.ends_with(".html")) continue;
    for (const auto language : {language::Language::zh, language::Language::en}) {
      EXPECT_NO_THROW(pages.warm(language, file.substr(0, file.size() - 5))) << file;
      ++compiled;
    }
  }
  EXPECT_GT(compiled, 10);
}

}  // namespace
}  // namespace tx::http
