// CSV in and out, and the choice between CSV and XLSX by content.
#include <unicode/ucnv.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "platform/documents/sheet.h"

namespace tx::documents {
namespace {

// Converts between a character set and UTF-8; an empty optional means bytes that the set does not have.
std::optional<std::string> converted(std::string_view bytes, const char* from, const char* to) {
  UErrorCode error = U_ZERO_ERROR;
  UConverter* source = ucnv_open(from, &error);
  if (U_FAILURE(error)) return std::nullopt;
  ucnv_setToUCallBack(source, UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
  std::vector<UChar> wide(bytes.size() * 2 + 16);
  const auto length = ucnv_toUChars(source, wide.data(), static_cast<int32_t>(wide.size()), bytes.data(),
                                    static_cast<int32_t>(bytes.size()), &error);
  ucnv_close(source);
  if (U_FAILURE(error)) return std::nullopt;
  UConverter* target = ucnv_open(to, &error);
  std::string out(static_cast<std::size_t>(length) * 4 + 16, '\0');
  const auto size = ucnv_fromUChars(target, out.data(), static_cast<int32_t>(out.size()), wide.data(), length, &error);
  ucnv_close(target);
  if (U_FAILURE(error)) return std::nullopt;
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::optional<std::string> as_utf8(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (bytes.starts_with("\xFF\xFE")) return converted(bytes.substr(2), "UTF-16LE", "UTF-8");
  if (bytes.starts_with("\xFE\xFF")) return converted(bytes.substr(2), "UTF-16BE", "UTF-8");
  if (is_utf8(bytes)) return std::string(bytes);
  return converted(bytes, "gb18030", "UTF-8");
}

// The one that stands most often in the first line, outside quotes.
char separator_of(std::string_view text) {
  std::size_t commas = 0, tabs = 0, semicolons = 0;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    commas += c == ',';
    tabs += c == '\t';
    semicolons += c == ';';
  }
  if (tabs > commas && tabs >= semicolons) return '\t';
  return semicolons > commas ? ';' : ',';
}

bool is_formula_start(std::string_view cell) {
  // = + - @ TAB CR LF and their full-width twins start a formula in one spreadsheet or another.
  static constexpr std::string_view starts[] = {"=", "+", "-", "@", "\t", "\r", "\n",
                                                "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};
  return std::any_of(std::begin(starts), std::end(starts), [&](auto s) { return cell.starts_with(s); });
}

// Apostrophes guard a formula; a cell that looks guarded gets one more, so that reading takes exactly one away.
bool needs_guard(std::string_view cell) {
  const auto rest = cell.find_first_not_of('\'');
  return rest != std::string_view::npos && is_formula_start(cell.substr(rest));
}

}  // namespace

namespace {

// One pass over the text by the quoting rules of RFC 4180.
class Rows {
 public:
  Rows(std::string_view text, char separator) : text_(text), separator_(separator) {}

  Result<Sheet> read() {
    for (at_ = 0; at_ < text_.size() && !too_large_; ++at_) take(text_[at_]);
    if (any_ || !row_.empty()) end_row();
    if (too_large_) return refuse(Kind::invalid, "documents.too_large", "file");
    if (quoted_) return refuse(Kind::invalid, "documents.broken", "file");   // the rest of the file is in one cell
    return std::move(sheet_);
  }

 private:
  char next() const { return at_ + 1 < text_.size() ? text_[at_ + 1] : '\0'; }
  void take(char c) {
    if (quoted_) {
      if (c != '"') {
        cell_ += c;
      } else if (next() == '"') {
        cell_ += '"';
        ++at_;
      } else {
        quoted_ = false;
      }
    } else if (c == '"' && cell_.empty()) {
      quoted_ = any_ = true;
    } else if (c == separator_) {
      any_ = true;
      end_cell();
    } else if (c == '\n' || c == '\r') {
      if (c == '\r' && next() == '\n') ++at_;
      end_row();
    } else {
      any_ = true;
      cell_ += c;
    }
  }
  void end_cell() {
    // The guard that write_csv sets before what looks like a formula is taken off again.
    if (cell_.starts_with('\'') && needs_guard(cell_)) cell_.erase(0, 1);
    row_.push_back(std::move(cell_));
    cell_.clear();
    too_large_ = too_large_ || row_.size() > kColumnsMost || ++cells_ > kCellsMost;
  }
  void end_row() {
    end_cell();
    sheet_.rows.push_back(std::move(row_));
    row_.clear();
    any_ = false;
    too_large_ = too_large_ || sheet_.rows.size() > kRowsMost;
  }

  std::string_view text_;
  char separator_;
  std::size_t at_ = 0, cells_ = 0;
  Sheet sheet_;
  std::vector<std::string> row_;
  std::string cell_;
  bool quoted_ = false, any_ = false, too_large_ = false;
};

// A password makes an XLSX file a compound file (as old XLS is) with a stream of this name.
bool is_encrypted_package(std::string_view bytes) {
  std::string wide;
  for (const char c : std::string_view("EncryptedPackage")) (wide += c) += '\0';
  return bytes.find(wide) != std::string_view::npos;
}

bool is_other_file(std::string_view bytes) {   // pages saved as ".xls", and what people pick by mistake
  static constexpr std::string_view starts[] = {"%PDF", "\x89PNG", "\xFF\xD8\xFF", "GIF8", "<html", "<HTML", "<!DOC",
                                                "<!doc", "<?xml", "<table", "Rar!", "7z\xBC\xAF"};
  return std::any_of(std::begin(starts), std::end(starts), [&](auto s) { return bytes.starts_with(s); });
}

}  // namespace

Result<Sheet> read_csv(std::string_view bytes) {
  const auto text = is_other_file(bytes) ? std::nullopt : as_utf8(bytes);
  if (!text || text->find('\0') != std::string::npos)
    return refuse(Kind::invalid, "documents.not_a_sheet", "file");
  return Rows(*text, separator_of(*text)).read();
}

Result<Sheet> read_sheet(std::string_view bytes, std::string_view) {
  if (bytes.size() > kBytesMost) return refuse(Kind::invalid, "documents.too_large", "file");
  if (bytes.starts_with("PK\x03\x04")) return read_xlsx(bytes);
  if (bytes.starts_with("\xD0\xCF\x11\xE0"))
    return refuse(Kind::invalid, is_encrypted_package(bytes) ? "documents.encrypted" : "documents.old_xls", "file");
  return read_csv(bytes);
}

std::string write_csv(const std::vector<std::vector<std::string>>& rows) {
  std::string out = "\xEF\xBB\xBF";   // the mark that makes spreadsheets read UTF-8
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i) out += ',';
      const std::string cell = needs_guard(row[i]) ? "'" + row[i] : row[i];
      if (cell.find_first_of(",;\t\"\r\n") == std::string::npos) {
        out += cell;
        continue;
      }
      out += '"';
      for (const char c : cell) {
        if (c == '"') out += '"';
        out += c;
      }
      out += '"';
    }
    out += "\r\n";
  }
  return out;
}

std::string to_gb18030(std::string_view utf8) {
  return converted(utf8, "UTF-8", "gb18030").value_or(std::string(utf8));
}

}  // namespace tx::documents
