// Files in and out: spreadsheets (XLSX, CSV in UTF-8 or GB18030), PDF with Chinese text, QR codes. Reading is bounded:
// at most 64 MiB unpacked, 1,000 archive entries, ratio 100, 200,000 rows; no DTD, no formulas evaluated. Writing
// neutralises cells that a spreadsheet would take for a formula.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tx::documents {

struct Sheet {
  std::string name;
  std::vector<std::vector<std::string>> rows;   // cell texts; dates as 2026-11-24 or 2026-11-24 09:30
};
// Recognises XLSX by content, else CSV; CSV: UTF-8 (with or without mark), UTF-16 with mark, else GB18030.
// Rule ids: documents.too_large, documents.not_a_sheet, documents.old_xls, documents.broken, documents.encrypted
Result<Sheet> read_sheet(std::string_view bytes, std::string_view file_name);
std::string write_csv(const std::vector<std::vector<std::string>>& rows);          // UTF-8 with mark, CRLF
std::string write_xlsx(const Sheet& sheet, const std::vector<std::string>& notes = {});  // header row styled, frozen
std::string to_gb18030(std::string_view utf8);

std::string qr_svg(std::string_view content, int module_px = 4);

// A page description is drawn through Pango; units are millimetres from the top left.
struct PdfText {
  double x = 0, y = 0, width = 0;       // width 0: no wrapping
  std::string text;
  double size_pt = 11;
  bool bold = false;
  enum class Align { left, centre, right } align = Align::left;
  double grey = 0;                      // 0 black .. 1 white
  int rgb = -1;                         // 0xRRGGBB instead of grey
  int halo = -1;                        // 0xRRGGBB round the letters, for text on a map
};
struct PdfLine { double x1, y1, x2, y2, width_pt = 0.5; int rgb = 0; };
struct PdfDot { double x = 0, y = 0; };
struct PdfPath {                        // lines or areas; several parts of one path make holes
  std::vector<std::vector<PdfDot>> parts;
  bool closed = false;
  int fill = -1, stroke = -1;           // 0xRRGGBB; -1: none
  double width_pt = 0.5, opacity = 1;   // of the fill
  std::vector<double> dash = {};        // millimetres
};
struct PdfFrame { double x = 0, y = 0, width = 0, height = 0; };
struct PdfImageQr { double x, y, size; std::string content; };
struct PdfPage {
  std::vector<PdfText> texts;
  std::vector<PdfLine> lines;
  std::vector<PdfImageQr> codes;
  std::vector<PdfPath> paths = {};      // drawn first, inside the frame if it has a width
  std::vector<PdfPath> marks = {};      // then these, anywhere
  PdfFrame frame = {};
  double width = 210, height = 297;     // A4; A3 lying: 420, 297
};
struct PdfInfo {
  std::string title, author, language = "zh-CN";
  std::string created = {};   // ISO time; given: the same document gives the same bytes at any time
};
std::string write_pdf(const std::vector<PdfPage>& pages, const PdfInfo& info);
// A plain table over as many pages as needed (sign-in sheets, rosters).
std::string table_pdf(const std::string& title, const std::vector<std::string>& columns,
                      const std::vector<std::vector<std::string>>& rows, const PdfInfo& info);

}  // namespace tx::documents
