// The paper: one A4 sheet in both languages, what the decree wants on it (time, content, recording unit; art. 15), a place for
// the seal, and the code. Nothing depends on the time of printing: the same row gives the same bytes.
#include <algorithm>

#include "platform/documents/documents.h"
#include "systems/support/certificates/certificates.h"
#include "systems/support/records/records.h"

namespace tx::support {
namespace {

using documents::PdfText;
using Args = std::vector<std::pair<std::string, std::string>>;

constexpr int kGoji = 0x931b20, kSand = 0xc9a98a, kPale = 0xe9dccb;
constexpr std::size_t kLinesShown = 6;
constexpr double kLeft = 28, kRight = 182;

class Sheet {
 public:
  explicit Sheet(const language::Catalogue& words) : words_(words) {}
  std::string zh(const std::string& key, const Args& args = {}) const { return words_.text(language::Language::zh, key, args); }
  std::string en(const std::string& key, const Args& args = {}) const { return words_.text(language::Language::en, key, args); }
  PdfText& text(double x, double y, double width, std::string what, double size, double grey = 0, PdfText::Align align = PdfText::Align::left) {
    page.texts.push_back({x, y, width, std::move(what), size, false, align, grey});
    return page.texts.back();
  }
  void line(double x1, double y1, double x2, double y2, double pt, int rgb) { page.lines.push_back({x1, y1, x2, y2, pt, rgb}); }
  void frame(double x, double y, double w, double h, double pt, int rgb) {
    line(x, y, x + w, y, pt, rgb);
    line(x, y + h, x + w, y + h, pt, rgb);
    line(x, y, x, y + h, pt, rgb);
    line(x + w, y, x + w, y + h, pt, rgb);
  }
  // A heading in both languages over a rule.
  void heading(double y, const std::string& key) {
    auto& zh_text = text(kLeft, y, 0, zh(key), 11.5);
    zh_text.bold = true;
    zh_text.rgb = kGoji;
    text(kRight, y + .9, 0, en(key), 8.5, .4, PdfText::Align::right);
    line(kLeft, y + 6.6, kRight, y + 6.6, .9, kGoji);
  }
  documents::PdfPage page;

 private:
  const language::Catalogue& words_;
};

std::string both(const Sheet& sheet, const std::string& key) { return sheet.zh(key) + "  " + sheet.en(key); }

void head_of(Sheet& sheet, const Certificate& certificate) {
  sheet.frame(10, 10, 190, 277, 2.4, kGoji);
  sheet.frame(12.4, 12.4, 185.2, 272.2, .5, kSand);
  for (const double x : {10.0, 200.0})   // small squares close the corners of the frame
    for (const double y : {10.0, 287.0}) sheet.frame(x - 2.2, y - 2.2, 4.4, 4.4, 1.2, kGoji);
  auto& title = sheet.text(105, 23, 0, sheet.zh("certificate.title"), 31, 0, PdfText::Align::centre);
  title.bold = true;
  title.rgb = kGoji;
  sheet.text(105, 39.5, 0, sheet.en("certificate.title"), 12.5, .25, PdfText::Align::centre);
  sheet.line(72, 48.5, 138, 48.5, 1, kGoji);
  sheet.line(72, 49.6, 138, 49.6, .3, kSand);
  sheet.text(105, 52, 0, "No. " + spaced(certificate.number), 10.5, .25, PdfText::Align::centre);
}

void body_of(Sheet& sheet, const Certificate& certificate, const std::string& name) {
  const Args args{{"name", name}, {"number", certificate.volunteer_no}, {"from", certificate.from_day.text()}, {"to", certificate.to_day.text()},
                  {"hours", rules::hours_text(certificate.total())}, {"minutes", std::to_string(certificate.total())}};
  sheet.text(kLeft, 64, kRight - kLeft, sheet.zh("certificate.body", args), 14);
  sheet.text(kLeft, 84, kRight - kLeft, sheet.en("certificate.body", args), 10, .3);
}

void row(Sheet& sheet, double y, const std::string& what, const std::string& below, const std::string& unit, const std::string& times, const std::string& hours,
         const std::string& grades = {}) {
  sheet.text(kLeft + 1, y + 1.1, 74, what, 10);
  if (!below.empty()) sheet.text(kLeft + 1, y + 5.2, 74, below, 7.2, .4);
  sheet.text(kLeft + 78, y + 1.4, grades.empty() ? 44 : 40, unit, 8.8, .15);
  if (!grades.empty()) sheet.text(kRight - 32, y + 1.4, 0, grades, 8.8, .25, PdfText::Align::right).bold = true;
  sheet.text(kRight - 19, y + 1.4, 0, times, 8.8, .25, PdfText::Align::right);
  auto& sum = sheet.text(kRight - 1, y + 1, 0, hours, 10.5, 0, PdfText::Align::right);
  sum.bold = true;
}

double content_of(Sheet& sheet, const Certificate& certificate, double y) {
  sheet.heading(y, "certificate.content");
  y += 7.2;
  const auto lines = lines_of(certificate);
  std::int64_t rest = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i >= kLinesShown) {
      rest += lines[i].minutes;
      continue;
    }
    const bool key = lines[i].title.starts_with("service.");
    row(sheet, y, key ? sheet.zh(lines[i].title) : lines[i].title, key ? sheet.en(lines[i].title) : "", lines[i].unit.empty() ? sheet.zh("record.residents") : lines[i].unit,
        sheet.zh("certificate.times", {{"n", std::to_string(lines[i].times)}}), rules::hours_text(lines[i].minutes) + " h", lines[i].grades);
    y += 9.6;
    sheet.line(kLeft, y, kRight, y, .3, kPale);
  }
  if (rest > 0) {
    const Args count{{"n", std::to_string(lines.size() - kLinesShown)}};
    row(sheet, y, sheet.zh("certificate.others", count), sheet.en("certificate.others", count), "", "", rules::hours_text(rest) + " h");
    y += 9.6;
  }
  sheet.line(kLeft, y, kRight, y, .9, kGoji);
  auto& label = sheet.text(kLeft + 1, y + 1.6, 0, both(sheet, "certificate.total"), 10.5);
  label.bold = true;
  auto& sum = sheet.text(kRight - 1, y + .9, 0, rules::hours_text(certificate.total()) + " h", 14, 0, PdfText::Align::right);
  sum.bold = true;
  sum.rgb = kGoji;
  return y + 10;
}

void evidence_of(Sheet& sheet, const Certificate& certificate, double y) {
  sheet.heading(y, "certificate.by_grade");
  const std::pair<const char*, std::int64_t> grades[] = {
      {"A", certificate.minutes_a}, {"B", certificate.minutes_b}, {"C", certificate.minutes_c}, {"D", certificate.minutes_d}};
  double x = kLeft;
  const double width = (kRight - kLeft) / 4;
  for (const auto& [grade, minutes] : grades) {
    const std::string key = std::string("record.grade.") + grade;
    auto& letter = sheet.text(x + 1, y + 8.4, 0, grade, 15);
    letter.bold = true;
    letter.rgb = minutes ? kGoji : kSand;
    auto& hours = sheet.text(x + 8.5, y + 9.4, 0, rules::hours_text(minutes) + " h", 11.5, minutes ? 0 : .55);
    hours.bold = minutes > 0;
    sheet.text(x + 1, y + 16, width - 2, sheet.zh(key), 6.9, .25);
    sheet.text(x + 1, y + 22.6, width - 3, sheet.en(key), 6, .45);
    x += width;
    if (x < kRight - 1) sheet.line(x, y + 9, x, y + 29, .3, kPale);
  }
}

void foot_of(Sheet& sheet, const Certificate& certificate) {
  sheet.frame(kLeft, 229, 54, 44, .4, kSand);
  sheet.text(kLeft + 27, 246, 0, sheet.zh("certificate.seal"), 9, .55, PdfText::Align::centre);
  sheet.text(kLeft + 27, 251.5, 0, sheet.en("certificate.seal"), 7, .55, PdfText::Align::centre);
  sheet.text(88, 230, 0, both(sheet, "certificate.issued"), 8.5, .35);
  auto& day = sheet.text(88, 235, 0, local_date(certificate.at).text(), 14);
  day.bold = true;
  sheet.text(88, 246, 44, sheet.zh("certificate.check"), 8.2, .2);
  sheet.text(88, 258, 44, sheet.en("certificate.check"), 7, .4);
  sheet.page.codes.push_back({kRight - 46, 227.5, 46, certificate.url});
  sheet.text(105, 277.2, 0, both(sheet, "certificate.free"), 7.2, .4, PdfText::Align::centre);
}

}  // namespace

std::string paper(const Certificate& certificate, const std::string& name, const language::Catalogue& words) {
  Sheet sheet(words);
  head_of(sheet, certificate);
  body_of(sheet, certificate, name);
  const double y = content_of(sheet, certificate, 100);
  evidence_of(sheet, certificate, std::clamp(y + 6, 158.0, 196.0));
  foot_of(sheet, certificate);
  return documents::write_pdf({sheet.page}, {sheet.zh("certificate.title") + " " + certificate.number, "Tongxin", "zh-CN", iso_text(certificate.at)});
}

}  // namespace tx::support
