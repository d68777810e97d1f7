#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "base/text.h"
#include "platform/documents/documents.h"

namespace tx::documents {
namespace {

// A file in memory only, since sheets hold people's data and the library wants a file name.
class MemoryFile {
 public:
  MemoryFile() : file_(memfd_create("sheet", MFD_CLOEXEC)) {
    if (file_ < 0) throw std::runtime_error("no memory for a sheet");
  }
  ~MemoryFile() { close(file_); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }
  std::string bytes() const {
    std::string out;
    char buffer[65536];
    for (off_t at = 0;;) {
      const auto n = pread(file_, buffer, sizeof buffer, at);
      if (n <= 0) return out;
      out.append(buffer, static_cast<std::size_t>(n));
      at += n;
    }
  }

 private:
  int file_;
};

std::string sheet_name(const std::string& name) {   // at most 31 UTF-16 units, and not these letters
  std::string allowed;
  for (const char c : name)
    if (!std::strchr("[]:*?/\\'", c)) allowed += c;
  std::string cut = shortened(allowed, 15);
  return cut.empty() || !is_utf8(cut) ? "Sheet1" : cut;
}

std::string cell_text(const std::string& text) {   // what a cell holds at most, as UTF-8
  return shortened(is_utf8(text) ? text : normal_text(text), 16'000);
}

void write_rows(lxw_worksheet* page, const std::vector<std::vector<std::string>>& rows, lxw_format* head) {
  std::vector<double> widths;
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t c = 0; c < rows[r].size(); ++c) {
      const std::string cell = cell_text(rows[r][c]);
      worksheet_write_string(page, static_cast<lxw_row_t>(r), static_cast<lxw_col_t>(c), cell.c_str(),
                             r == 0 ? head : nullptr);
      if (widths.size() <= c) widths.resize(c + 1, 10);
      const auto wide = static_cast<double>(cell.size() > letter_count(cell) ? 2 * letter_count(cell) : cell.size());
      widths[c] = std::min(40.0, std::max(widths[c], wide + 2));
    }
  for (std::size_t c = 0; c < widths.size(); ++c)
    worksheet_set_column(page, static_cast<lxw_col_t>(c), static_cast<lxw_col_t>(c), widths[c], nullptr);
}

}  // namespace

// Every cell is written as a typed string, so nothing in it can become a formula.
std::string write_xlsx(const Sheet& sheet, const std::vector<std::string>& notes) {
  const MemoryFile file;
  lxw_workbook* book = workbook_new(file.path().c_str());
  lxw_format* head = workbook_add_format(book);
  format_set_bold(head);
  format_set_bg_color(head, 0xF6E7DF);
  format_set_border(head, LXW_BORDER_THIN);
  lxw_worksheet* page = workbook_add_worksheet(book, sheet_name(sheet.name).c_str());
  write_rows(page, sheet.rows, head);
  worksheet_freeze_panes(page, 1, 0);
  if (!notes.empty()) {
    lxw_worksheet* second = workbook_add_worksheet(book, nullptr);
    lxw_format* wrapped = workbook_add_format(book);
    format_set_text_wrap(wrapped);
    worksheet_set_column(second, 0, 0, 80, wrapped);
    for (std::size_t r = 0; r < notes.size(); ++r)
      worksheet_write_string(second, static_cast<lxw_row_t>(r), 0, cell_text(notes[r]).c_str(), wrapped);
  }
  if (workbook_close(book) != LXW_NO_ERROR) throw std::runtime_error("a sheet could not be written");
  return file.bytes();
}

}  // namespace tx::documents
