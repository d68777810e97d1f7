// Sheets from other programs, hostile sheets, and what we write ourselves, read back by independent readers.
#include "platform/documents/documents.h"

#include <gtest/gtest.h>
#include <zip.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "platform/documents/sheet.h"

namespace tx::documents {
namespace {

using Rows = std::vector<std::vector<std::string>>;
using Parts = std::vector<std::pair<std::string, std::string>>;

std::string zipped(const Parts& parts, const char* password = nullptr) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* memory = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(memory);
  zip_t* archive = zip_open_from_source(memory, ZIP_CREATE | ZIP_TRUNCATE, &error);
  for (const auto& [name, content] : parts) {
    zip_source_t* part = zip_source_buffer(archive, content.data(), content.size(), 0);
    const auto index = zip_file_add(archive, name.c_str(), part, ZIP_FL_OVERWRITE);
    if (password) zip_file_set_encryption(archive, static_cast<zip_uint64_t>(index), ZIP_EM_AES_128, password);
  }
  zip_close(archive);
  zip_source_open(memory);
  zip_source_seek(memory, 0, SEEK_END);
  std::string bytes(static_cast<std::size_t>(zip_source_tell(memory)), '\0');
  zip_source_seek(memory, 0, SEEK_SET);
  zip_source_read(memory, bytes.data(), bytes.size());
  zip_source_close(memory);
  zip_source_free(memory);
  return bytes;
}

Parts book(const std::string& cells, const std::string& workbook_extra = "") {
  return {{"xl/workbook.xml", "<workbook xmlns:r=\"r\">" + workbook_extra +
                                  "<sheets><sheet name=\"名单\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"},
          {"xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/>"
                                         "</Relationships>"},
          {"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + cells + "</sheetData></worksheet>"}};
}

std::string rule_of(const std::string& bytes) {
  const auto sheet = read_sheet(bytes, "x");
  return sheet ? "" : sheet.error().rule;
}

std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = popen(command.c_str(), "r");
  char buffer[4096];
  for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.append(buffer, n);
  return pclose(pipe) == 0 ? out : "failed: " + out;
}

TEST(Csv, ReadsQuotesLineEndsAndSeparators) {
  const Rows expected = {{"姓名", "备注"}, {"王芳", "a,\"b\"\nc"}, {"", ""}, {"李四", ""}};
  EXPECT_EQ(read_sheet("姓名,备注\r\n王芳,\"a,\"\"b\"\"\nc\"\r\n,\r\n李四,", "a.csv")->rows, expected);
  EXPECT_EQ(read_sheet("a;b\n1,5;2\n", "")->rows, (Rows{{"a", "b"}, {"1,5", "2"}}));
  EXPECT_EQ(read_sheet("a\tb\r1\t2", "")->rows, (Rows{{"a", "b"}, {"1", "2"}}));
  EXPECT_TRUE(read_sheet("", "")->rows.empty());
  EXPECT_EQ(rule_of("a,\"b\n1,2\n"), "documents.broken");
}

TEST(Csv, ReadsTheCharacterSetsOfChinesePrograms) {
  const Rows expected = {{"姓名", "𬭎㛃"}, {"王芳", "1"}};
  const std::string text = "姓名,𬭎㛃\n王芳,1\n";
  EXPECT_EQ(read_sheet(text, "")->rows, expected);
  EXPECT_EQ(read_sheet("\xEF\xBB\xBF" + text, "")->rows, expected);
  EXPECT_EQ(read_sheet(to_gb18030(text), "")->rows, expected);
  EXPECT_NE(to_gb18030(text), text);
  const std::u16string wide = u"\uFEFF姓名,𬭎㛃\n王芳,1\n";
  std::string little, big;
  for (const char16_t unit : wide) {
    (little += static_cast<char>(unit & 255)) += static_cast<char>(unit >> 8);
    (big += static_cast<char>(unit >> 8)) += static_cast<char>(unit & 255);
  }
  EXPECT_EQ(read_sheet(little, "")->rows, expected);
  EXPECT_EQ(read_sheet(big, "")->rows, expected);
}

TEST(Csv, RefusesOtherFilesAndTooMuch) {
  EXPECT_EQ(rule_of("%PDF-1.7\n"), "documents.not_a_sheet");
  EXPECT_EQ(rule_of(std::string("a\0b", 3)), "documents.not_a_sheet");
  EXPECT_EQ(rule_of("<html><table><tr><td>1</td></tr></table>"), "documents.not_a_sheet");
  EXPECT_EQ(rule_of("\xFF\xFF\x81"), "documents.not_a_sheet");
  EXPECT_EQ(rule_of(std::string(kRowsMost + 1, '\n')), "documents.too_large");
  EXPECT_EQ(rule_of(std::string(5'000'000, ',')), "documents.too_large");
  EXPECT_EQ(rule_of(std::string(kBytesMost + 1, 'a')), "documents.too_large");
}

TEST(Csv, WritesNoFormulaAndReadsItsOwnHand) {
  const Rows rows = {{"=1+1", "+86", "-5", "@a", "\tb", "\rc"}, {"＝1", "＋", "a\"b", "c,d", "e\nf", "'x"}, {"王芳;'"}, {"'=1", "''-"}};
  const std::string text = write_csv(rows);
  EXPECT_TRUE(text.starts_with("\xEF\xBB\xBF'=1+1,'+86,'-5,'@a,"));
  EXPECT_NE(text.find("'＝1,'＋,"), std::string::npos);
  EXPECT_EQ(read_sheet(text, "")->rows, rows);
}

TEST(Xlsx, ReadsWhatItWrote) {
  const Rows rows = {{"姓名", "电话", "日期"}, {"王芳𬭎", "13800138000", "=cmd|' /C calc'!A0"}, {"<&>\"", "", "2026-11-24"}};
  const std::string bytes = write_xlsx({"名单", rows}, {"第一行不要改。", "电话写 11 位。"});
  const auto sheet = read_sheet(bytes, "a.xlsx");
  ASSERT_TRUE(sheet) << sheet.error().rule;
  EXPECT_EQ(sheet->rows, rows);
  EXPECT_EQ(sheet->name, "名单");
}

TEST(Xlsx, TheHeadOfAnEmptyTemplateIsReadNotItsNotes) {
  const auto sheet = read_sheet(write_xlsx({"名单", {{"姓名", "电话"}}}, {"a", "b", "c", "d"}), "");
  ASSERT_TRUE(sheet);
  EXPECT_EQ(sheet->rows, (Rows{{"姓名", "电话"}}));
}

TEST(Xlsx, ReadsEveryKindOfCell) {
  auto parts = book(
      "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"inlineStr\"><is><r><t>甲</t></r><r><t>乙</t></r>"
      "<rPh><t>jia</t></rPh></is></c><c r=\"D1\" t=\"b\"><v>1</v></c></row>"
      "<row r=\"3\"><c r=\"A3\"><v>1.3800138E10</v></c><c r=\"B3\"><f>1+1</f><v>2</v></c>"
      "<c r=\"C3\" t=\"str\"><f>A1</f><v>cached</v></c><c r=\"D3\" s=\"1\"><v>46350</v></c>"
      "<c r=\"E3\" s=\"2\"><v>46350.395833333336</v></c><c r=\"F3\" s=\"3\"><v>1.5</v></c>"
      "<c r=\"G3\" s=\"2\"><v>46350.99999</v></c><c r=\"H3\" s=\"2\"><v>0.5</v></c><c r=\"I3\"><v>0.1</v></c></row>");
  parts.push_back({"xl/styles.xml",
                   "<styleSheet><numFmts><numFmt numFmtId=\"170\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/>"
                   "<numFmt numFmtId=\"171\" formatCode=\"[Red]0.0&quot;day&quot;\"/></numFmts><cellStyleXfs>"
                   "<xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>"
                   "<xf numFmtId=\"170\"/><xf numFmtId=\"171\"/></cellXfs></styleSheet>"});
  parts.push_back({"xl/sharedStrings.xml", "<sst><si><t>姓名</t><rPh><t>xing</t></rPh></si></sst>"});
  const auto sheet = read_sheet(zipped(parts), "");
  ASSERT_TRUE(sheet) << sheet.error().rule;
  EXPECT_EQ(sheet->rows, (Rows{{"姓名", "甲乙", "", "1"},
                               {},
                               {"13800138000", "2", "cached", "2026-11-24", "2026-11-24 09:30", "1.5", "2026-11-25",
                                "12:00", "0.1"}}));
}

TEST(Xlsx, KnowsBothCalendars) {
  const std::string cells = "<row><c s=\"0\"><v>1</v></c><c s=\"0\"><v>59</v></c><c s=\"0\"><v>61</v></c></row>";
  const std::pair<std::string, std::string> styles = {"xl/styles.xml",
                                                      "<s><cellXfs><xf numFmtId=\"14\"/></cellXfs></s>"};
  auto parts = book(cells);
  parts.push_back(styles);
  EXPECT_EQ(read_sheet(zipped(parts), "")->rows, (Rows{{"1900-01-01", "1900-02-28", "1900-03-01"}}));
  parts = book(cells, "<workbookPr date1904=\"1\"/>");
  parts.push_back(styles);
  EXPECT_EQ(read_sheet(zipped(parts), "")->rows, (Rows{{"1904-01-02", "1904-02-29", "1904-03-02"}}));
}

TEST(Xlsx, SkipsHiddenSheets) {
  Parts parts = book("<row><c><v>1</v></c><c><v>2</v></c></row>");
  parts[0].second = "<workbook><sheets><sheet name=\"codes\" state=\"hidden\" r:id=\"rId2\"/><sheet name=\"data\" "
                    "r:id=\"rId1\"/></sheets></workbook>";
  parts[1].second = "<R><Relationship Id=\"rId1\" Target=\"/xl/worksheets/sheet1.xml\"/>"
                    "<Relationship Id=\"rId2\" Target=\"worksheets/sheet2.xml\"/></R>";
  parts.push_back({"xl/worksheets/sheet2.xml", "<w><row><c><v>3</v></c><c><v>4</v></c></row></w>"});
  EXPECT_EQ(read_sheet(zipped(parts), "")->rows, (Rows{{"1", "2"}}));
}

TEST(Xlsx, RefusesBombs) {
  auto parts = book("<row r=\"1\"><c><v>1</v></c></row>");
  parts.push_back({"xl/media/zeros", std::string(20u << 20, '\0')});
  EXPECT_EQ(rule_of(zipped(parts)), "documents.too_large");                       // ratio
  Parts many = book("");
  for (std::size_t i = 0; i < kEntriesMost; ++i) many.push_back({"x/" + std::to_string(i), "a"});
  EXPECT_EQ(rule_of(zipped(many)), "documents.too_large");                        // entries
  EXPECT_EQ(rule_of(zipped(book("<row r=\"99999999\"><c r=\"A1\"><v>1</v></c></row>"))), "documents.too_large");
  EXPECT_EQ(rule_of(zipped(book("<row r=\"1\"><c r=\"ZZZZZZZ1\"><v>1</v></c></row>"))), "documents.too_large");
  std::string wide;
  for (int i = 1; i <= 5000; ++i) {
    const std::string r = std::to_string(i);
    wide += "<row r=\"" + r + "\"><c r=\"ALL" + r + "\"><v>" + std::to_string(i * 7919 % 65537) + "</v></c></row>";
  }
  EXPECT_EQ(rule_of(zipped(book(wide))), "documents.too_large");                  // places held: 5,000 x 1,000
}

TEST(Xlsx, RefusesOneLongStringShownManyTimes) {
  std::string cells, noise;
  for (unsigned i = 0, x = 1; i < 100'000; ++i) noise += static_cast<char>('a' + (x = x * 1103515245 + 12345) / 65536 % 26);
  for (int i = 1; i <= 1000; ++i) cells += "<row><c t=\"s\"><v>0</v></c></row>";
  auto parts = book(cells);
  parts.push_back({"xl/sharedStrings.xml", "<sst><si><t>" + noise + "</t></si></sst>"});
  EXPECT_EQ(rule_of(zipped(parts)), "documents.too_large");
}

TEST(Xlsx, RefusesDocumentTypesEncryptionAndBrokenFiles) {
  auto parts = book("<row><c><v>1</v></c></row>");
  parts[2].second = "<!DOCTYPE w [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><w><row><c><v>&b;</v></c></row></w>";
  EXPECT_EQ(rule_of(zipped(parts)), "documents.broken");
  parts[2].second = "<!DOCTYPE w SYSTEM \"file:///etc/passwd\"><w/>";
  EXPECT_EQ(rule_of(zipped(parts)), "documents.broken");
  EXPECT_EQ(rule_of(zipped(book("<row><c><v>1</v></c></row>"), "secret")), "documents.encrypted");
  EXPECT_EQ(rule_of(zipped({{"word/document.xml", "<w/>"}})), "documents.not_a_sheet");
  EXPECT_EQ(rule_of(std::string("\xD0\xCF\x11\xE0") + std::string(500, '\0')), "documents.old_xls");
  std::string name;
  for (const char c : std::string("EncryptedPackage")) (name += c) += '\0';
  EXPECT_EQ(rule_of("\xD0\xCF\x11\xE0" + name), "documents.encrypted");
  const std::string good = write_xlsx({"a", {{"1", "2"}}});
  for (std::size_t cut = 4; cut < good.size(); cut += 97) EXPECT_NE(rule_of(good.substr(0, cut)), "") << cut;
  parts = book("<row><c><v>1</v></c></row>");
  parts[1].second = "<R/>";
  EXPECT_EQ(rule_of(zipped(parts)), "documents.broken");
}

TEST(Pdf, TextCanBeReadAgainAndFontsAreInside) {
  PdfPage page;
  PdfText head{105, 20, 0, "志愿服务记录证明", 20, true};
  head.align = PdfText::Align::centre;
  page.texts = {head, {20, 40, 170, "兹证明 王芳𬭎 在宁夏回族自治区银川市参加志愿服务 12 小时 30 分。㛃㐂龘", 12}};
  page.lines = {{20, 60, 190, 60}};
  page.codes = {{150, 230, 40, "https://example.org/proof/0123456789abc"}};
  const std::string bytes = write_pdf({page, PdfPage{}}, {"志愿服务记录证明", "同心", "zh-CN"});
  ASSERT_TRUE(bytes.starts_with("%PDF-"));
  const std::string path = testing::TempDir() + "tongxin-proof.pdf";
  std::ofstream(path, std::ios::binary) << bytes;
  const std::string text = output_of("pdftotext -layout " + path + " -");
  EXPECT_NE(text.find("志愿服务记录证明"), std::string::npos) << text;
  EXPECT_NE(text.find("王芳𬭎"), std::string::npos) << text;
  EXPECT_NE(text.find("12 小时 30 分"), std::string::npos) << text;
  const std::string facts = output_of("pdfinfo " + path);
  EXPECT_NE(facts.find("志愿服务记录证明"), std::string::npos) << facts;
  EXPECT_NE(facts.find("Pages:           2"), std::string::npos) << facts;
  const std::string fonts = output_of("pdffonts " + path);
  EXPECT_NE(fonts.find("yes yes yes"), std::string::npos) << fonts;   // embedded, subset, readable
  EXPECT_LT(bytes.size(), 400'000u);
}

TEST(Pdf, TablesGoOverPagesWithNumbersAndTheHeadAgain) {
  Rows rows;
  for (int i = 1; i <= 120; ++i) rows.push_back({std::to_string(i), "王芳", "138****5678", i % 9 ? "" : "带一条轮椅，陪同到医院，下午送回家"});
  const std::string path = testing::TempDir() + "tongxin-table.pdf";
  std::ofstream(path, std::ios::binary) << table_pdf("签到表", {"序号", "姓名", "电话", "备注"}, rows, {"签到表", "同心"});
  std::string text = output_of("pdftotext -layout " + path + " -");
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  std::size_t heads = 0;
  for (std::size_t at = 0; (at = text.find("姓名", at)) != std::string::npos; ++at) ++heads;
  EXPECT_GE(heads, 3u) << text;
  EXPECT_NE(text.find(std::to_string(heads) + "/" + std::to_string(heads)), std::string::npos) << text;
  EXPECT_NE(text.find("120"), std::string::npos);
}

// Cairo 1.16 embeds 900 kB when F and L stand in one font with a Chinese letter (see set_latin): they must not.
TEST(Pdf, CapitalsBesideChineseLettersKeepTheFileSmall) {
  PdfPage page;
  page.texts = {{20, 20, 0, "F东L KI 志愿者 V6403LF 号"}, {20, 30, 0, "Files 东西 LIKE"}};
  EXPECT_LT(write_pdf({page}, {}).size(), 200'000u);
}

// Letters are gathered by font and colour over a page: each must still be read where it stands.
TEST(Pdf, GatheredLettersStayInTheirPlace) {
  PdfPage page;
  for (int i = 0; i < 30; ++i) {
    page.texts.push_back({20, 20.0 + 6 * i, 0, "第" + std::to_string(i) + "行 office", 10, i % 2 == 0});
    page.texts.push_back({190, 20.0 + 6 * i, 0, std::to_string(i * 7), 9, true, PdfText::Align::right, 0, i % 3 ? 0x931b20 : -1});
  }
  page.texts.push_back({20, 240, 0, "مرحبا", 12});
  const std::string path = testing::TempDir() + "tongxin-gathered.pdf";
  std::ofstream(path, std::ios::binary) << write_pdf({page}, {});
  std::istringstream text(output_of("pdftotext -layout " + path + " -"));
  std::string line;
  int row = 0;
  while (row < 30 && std::getline(text, line)) {
    if (line.find("行") == std::string::npos) continue;
    EXPECT_NE(line.find("第" + std::to_string(row) + "行 office"), std::string::npos) << line;
    EXPECT_TRUE(line.ends_with(" " + std::to_string(row * 7))) << line;
    ++row;
  }
  EXPECT_EQ(row, 30);
}

TEST(Pdf, SurvivesOddTexts) {
  PdfPage page;
  page.texts = {{10, 10, 50, std::string("a\0b\xFF\xFE", 5)}, {10, 20, 0, ""}, {10, 30, 1, "很窄的一列"}};
  page.codes = {{0, 0, 10, std::string(5000, 'x')}};
  EXPECT_TRUE(write_pdf({page}, {}).starts_with("%PDF-"));
  EXPECT_TRUE(table_pdf("", {"a"}, {{std::string(5000, 'w')}, {}}, {}).starts_with("%PDF-"));
}

TEST(Qr, IsAnImageWithAQuietZone) {
  const std::string svg = qr_svg("https://example.org/", 4);
  EXPECT_TRUE(svg.starts_with("<svg "));
  EXPECT_NE(svg.find("viewBox=\"0 0 33 33\""), std::string::npos) << svg.substr(0, 200);   // 25 modules and 4 + 4
  EXPECT_EQ(qr_svg(std::string(5000, 'x')), "");
  EXPECT_EQ(qr_svg(""), "");
}

}  // namespace
}  // namespace tx::documents

TEST(Pdf, APageMayBeA3WithAreasInAFrame) {
  tx::documents::PdfPage page;
  page.width = 420;
  page.height = 297;
  page.frame = {10, 10, 100, 100};
  page.paths.push_back({{{{0, 0}, {200, 0}, {200, 200}, {0, 200}}, {{20, 20}, {20, 40}, {40, 40}}}, true, 0x27663f, 0xbf2629, 1, .5, {2, 1}});
  page.marks.push_back({{{{300, 20}, {310, 20}, {305, 30}}}, true, 0x24506e});
  tx::documents::PdfText name{60, 50, 0, "Tongxin"};
  name.halo = 0xffffff;
  page.texts.push_back(name);
  const std::string bytes = tx::documents::write_pdf({page, {}}, {"A3", "Tongxin"});
  EXPECT_TRUE(bytes.starts_with("%PDF-"));
  EXPECT_NE(bytes.find("/MediaBox [ 0 0 1190.551"), std::string::npos) << "the first page is A3, lying";
  EXPECT_NE(bytes.find("/MediaBox [ 0 0 595.275"), std::string::npos) << "the second is A4";
}
