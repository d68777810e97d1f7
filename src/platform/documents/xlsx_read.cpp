// XLSX by libzip and expat, streaming, with counters instead of trust: entries, unpacked bytes, ratio, rows, columns.
// A DTD is refused outright (no entities, so no bombs). Read is the first visible sheet that looks like a table: a row
// with two filled cells (templates hide their code lists, and a cover page or notes have one column).
#include <expat.h>
#include <zip.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "base/time.h"
#include "platform/documents/sheet.h"

namespace tx::documents {
namespace {

struct Zip {
  zip_t* archive = nullptr;
  ~Zip() {
    if (archive) zip_discard(archive);
  }
};

// Feeds an entry's bytes to `take`, counted against the budget of the whole file.
bool stream(zip_t* archive, zip_uint64_t index, std::size_t& budget,
            const std::function<bool(const char*, int)>& take) {
  zip_file_t* file = zip_fopen_index(archive, index, 0);
  if (!file) return false;
  char buffer[16384];
  bool good = true;
  zip_int64_t n = 0;
  while (good && (n = zip_fread(file, buffer, sizeof buffer)) > 0) {
    if (static_cast<std::size_t>(n) > budget) {
      budget = 0;   // the callers' sign that it was too much
      good = false;
      break;
    }
    budget -= static_cast<std::size_t>(n);
    good = take(buffer, static_cast<int>(n));
  }
  zip_fclose(file);
  return good && n >= 0;
}

class Xml {
 public:
  std::function<void(std::string_view name, const char** attributes)> start;
  std::function<void(std::string_view name)> end;
  std::function<void(std::string_view text)> text;
  bool parse(zip_t* archive, zip_uint64_t index, std::size_t& budget) {
    const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser(
        XML_ParserCreate(nullptr), XML_ParserFree);
    XML_SetUserData(parser.get(), this);
    stop_ = parser.get();
    XML_SetElementHandler(
        parser.get(), [](void* me, const char* name, const char** a) { static_cast<Xml*>(me)->start(local(name), a); },
        [](void* me, const char* name) { static_cast<Xml*>(me)->end(local(name)); });
    XML_SetCharacterDataHandler(parser.get(), [](void* me, const char* t, int n) {
      static_cast<Xml*>(me)->text(std::string_view(t, static_cast<std::size_t>(n)));
    });
    XML_SetStartDoctypeDeclHandler(parser.get(), [](void* me, const char*, const char*, const char*, int) {
      XML_StopParser(static_cast<Xml*>(me)->stop_, XML_FALSE);
    });
    const bool fed = stream(archive, index, budget, [&](const char* bytes, int n) {
      return XML_Parse(parser.get(), bytes, n, 0) == XML_STATUS_OK;
    });
    return fed && XML_Parse(parser.get(), "", 0, 1) == XML_STATUS_OK;
  }
  void stop() { XML_StopParser(stop_, XML_FALSE); }

 private:
  static std::string_view local(const char* name) {
    const char* colon = std::strrchr(name, ':');
    return colon ? colon + 1 : name;
  }
  XML_Parser stop_ = nullptr;
};

std::string_view attribute(const char** attributes, std::string_view name) {
  for (; *attributes; attributes += 2)
    if (name == attributes[0]) return attributes[1];
  return {};
}

int number_of(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// Whether a number format shows a date or a time: y, d, h or s outside quotes, brackets and escapes.
bool is_date_format(int id, const std::map<int, std::string>& custom) {
  if ((id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)) return true;
  const auto found = custom.find(id);
  if (found == custom.end() || found->second == "General") return false;
  bool quoted = false, bracket = false;
  for (std::size_t i = 0; i < found->second.size(); ++i) {
    const char c = found->second[i];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\\' || c == '_' || c == '*') {
      ++i;
      continue;
    }
    if (c == '[') bracket = true;
    if (c == ']') bracket = false;
    if (!bracket && std::strchr("ydhsYDHS", c)) return true;
  }
  return false;
}

std::string date_text(double serial, bool from_1904) {
  if (!(serial >= 0) || serial > 2'958'465) return {};   // 9999-12-31
  const auto all = static_cast<std::int64_t>(std::llround(serial * 1440));
  const std::int64_t whole = all / 1440, minutes = all % 1440;
  char time[16];
  std::snprintf(time, sizeof time, "%02d:%02d", static_cast<int>(minutes / 60), static_cast<int>(minutes % 60));
  if (whole == 0 && !from_1904) return time;
  // Day 60 of the 1900 system is a day that never was; all later serials are one too high from 1899-12-31.
  const std::int64_t base = from_1904 ? Date::of(1904, 1, 1).days : Date::of(1899, 12, whole < 60 ? 31 : 30).days;
  const Date day{static_cast<std::int32_t>(base + whole)};
  return minutes == 0 ? day.text() : day.text() + " " + time;
}

struct Page {
  std::string name, relation;
  bool hidden = false;
};

struct Book {
  std::vector<Page> pages;                        // in the order of the tabs
  std::map<std::string, std::string> relations;   // id -> part
  std::vector<std::string> strings;
  std::vector<bool> date_styles;   // by cell style index
  bool from_1904 = false;
};

int column_of(std::string_view reference) {
  int column = 0;
  for (const char c : reference) {
    if (c < 'A' || c > 'Z') break;
    column = column * 26 + (c - 'A' + 1);
    if (column > static_cast<int>(kColumnsMost)) return -1;
  }
  return column - 1;
}

bool read_strings(zip_t* archive, zip_uint64_t index, std::size_t& budget, Book& book) {
  Xml xml;
  std::string text;
  bool inside = false, phonetic = false;
  xml.start = [&](std::string_view name, const char**) {
    if (name == "si") text.clear();
    if (name == "rPh") phonetic = true;
    inside = name == "t" && !phonetic;
  };
  xml.end = [&](std::string_view name) {
    if (name == "t") inside = false;
    if (name == "rPh") phonetic = false;
    if (name != "si") return;
    if (book.strings.size() >= kStringsMost) {
      budget = 0;
      xml.stop();
    }
    book.strings.push_back(text);
  };
  xml.text = [&](std::string_view t) {
    if (inside && text.size() < kCellBytesMost) text += t;
  };
  return xml.parse(archive, index, budget);
}

bool read_styles(zip_t* archive, zip_uint64_t index, std::size_t& budget, Book& book) {
  Xml xml;
  std::map<int, std::string> custom;
  bool cells = false;
  xml.start = [&](std::string_view name, const char** a) {
    if (name == "numFmt") custom[number_of(attribute(a, "numFmtId"))] = attribute(a, "formatCode");
    if (name == "cellXfs") cells = true;
    if (name == "xf" && cells) book.date_styles.push_back(is_date_format(number_of(attribute(a, "numFmtId")), custom));
  };
  xml.end = [&](std::string_view name) {
    if (name == "cellXfs") cells = false;
  };
  xml.text = [](std::string_view) {};
  return xml.parse(archive, index, budget);
}

bool read_workbook(zip_t* archive, zip_uint64_t index, std::size_t& budget, Book& book) {
  Xml xml;
  xml.start = [&](std::string_view name, const char** a) {
    if (name == "workbookPr") book.from_1904 = attribute(a, "date1904") == "1" || attribute(a, "date1904") == "true";
    if (name == "sheet") {
      const auto state = attribute(a, "state");
      book.pages.push_back({std::string(attribute(a, "name")), std::string(attribute(a, "r:id")),
                            state == "hidden" || state == "veryHidden"});
    }
  };
  xml.end = [](std::string_view) {};
  xml.text = [](std::string_view) {};
  return xml.parse(archive, index, budget);
}

bool read_relations(zip_t* archive, zip_uint64_t index, std::size_t& budget, Book& book) {
  Xml xml;
  xml.start = [&](std::string_view name, const char** a) {
    if (name != "Relationship") return;
    const std::string target(attribute(a, "Target"));
    book.relations[std::string(attribute(a, "Id"))] = target.starts_with('/') ? target.substr(1) : "xl/" + target;
  };
  xml.end = [](std::string_view) {};
  xml.text = [](std::string_view) {};
  return xml.parse(archive, index, budget);
}

std::string cell_text(const Book& book, const std::string& type, std::size_t style, const std::string& raw) {
  if (type == "s") {
    const auto index = static_cast<std::size_t>(number_of(raw));
    return index < book.strings.size() ? book.strings[index] : "";
  }
  if (type == "b") return raw == "1" ? "1" : "0";
  if (!type.empty() && type != "n") return raw;
  double number = 0;
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
  if (error != std::errc() || end != raw.data() + raw.size() || !std::isfinite(number)) return raw;
  if (style < book.date_styles.size() && book.date_styles[style])
    if (auto text = date_text(number, book.from_1904); !text.empty()) return text;
  // 1.3800138E10 is how a phone number may look inside: whole numbers are written out.
  if (std::abs(number) < 1e15 && number == std::floor(number)) return std::to_string(static_cast<std::int64_t>(number));
  return raw;
}

// The cells of one sheet, with its own counters: rows, columns, places held, bytes of text (one long shared string
// shown a million times is small in the file).
class Cells {
 public:
  Cells(const Book& book, Sheet& sheet) : book_(book), sheet_(sheet) {}
  bool too_large = false;

  bool read(zip_t* archive, zip_uint64_t index, std::size_t& budget) {
    xml_.start = [this](std::string_view name, const char** a) { start(name, a); };
    xml_.end = [this](std::string_view name) { end(name); };
    xml_.text = [this](std::string_view text) {
      if (inside_ && raw_.size() < kCellBytesMost) raw_ += text;
    };
    return xml_.parse(archive, index, budget);
  }

 private:
  void start(std::string_view name, const char** a) {
    if (name == "row") {
      const int stated = number_of(attribute(a, "r"));
      row_ = stated > 0 ? static_cast<std::size_t>(stated) : row_ + 1;
      column_ = -1;
      if (row_ > kRowsMost) stop();
    } else if (name == "c") {
      type_ = attribute(a, "t");
      style_ = static_cast<std::size_t>(number_of(attribute(a, "s")));
      raw_.clear();
      const auto reference = attribute(a, "r");
      column_ = reference.empty() ? column_ + 1 : column_of(reference);
    } else if (name == "rPh") {
      phonetic_ = true;
    }
    inside_ = (name == "v" || name == "t") && !phonetic_;
  }
  void end(std::string_view name) {
    if (name == "v" || name == "t") inside_ = false;
    if (name == "rPh") phonetic_ = false;
    if (name != "c" || raw_.empty()) return;
    if (column_ < 0 || column_ >= static_cast<int>(kColumnsMost) || row_ == 0) return stop();
    if (sheet_.rows.size() < row_) sheet_.rows.resize(row_);
    auto& cells = sheet_.rows[row_ - 1];
    const auto width = static_cast<std::size_t>(column_) + 1;
    if (cells.size() < width) {
      held_ += width - cells.size();
      if (held_ > kCellsMost) return stop();
      cells.resize(width);
    }
    auto text = cell_text(book_, type_, style_, raw_);
    bytes_ += text.size();
    if (bytes_ > kBytesMost) return stop();
    cells[width - 1] = std::move(text);
  }
  void stop() {
    too_large = true;
    xml_.stop();
  }

  const Book& book_;
  Sheet& sheet_;
  Xml xml_;
  std::string type_, raw_;
  std::size_t style_ = 0, row_ = 0, held_ = 0, bytes_ = 0;
  int column_ = -1;
  bool inside_ = false, phonetic_ = false;
};

bool is_table(const Sheet& sheet) {
  for (const auto& row : sheet.rows) {
    int filled = 0;
    for (const auto& cell : row) filled += !cell.empty();
    if (filled >= 2) return true;
  }
  return false;
}

// Names of the parts; refuses what is encrypted or announces too much.
Result<std::map<std::string, zip_uint64_t>> parts_of(zip_t* archive) {
  const auto too_large = [] { return refuse(Kind::invalid, "documents.too_large", "file"); };
  const auto entries = zip_get_num_entries(archive, 0);
  if (entries < 0 || static_cast<std::size_t>(entries) > kEntriesMost) return too_large();
  std::map<std::string, zip_uint64_t> parts;
  std::size_t declared = 0;
  for (zip_int64_t i = 0; i < entries; ++i) {
    zip_stat_t stat;
    if (zip_stat_index(archive, static_cast<zip_uint64_t>(i), 0, &stat) != 0)
      return refuse(Kind::invalid, "documents.broken", "file");
    if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) && stat.encryption_method != ZIP_EM_NONE)
      return refuse(Kind::invalid, "documents.encrypted", "file");
    if (stat.size > kBytesMost) return too_large();
    if (stat.size > 1u << 20 && stat.size / std::max<zip_uint64_t>(stat.comp_size, 1) > kRatioMost) return too_large();
    declared += stat.size;
    if (declared > kBytesMost) return too_large();
    parts[stat.name] = static_cast<zip_uint64_t>(i);
  }
  return parts;
}

}  // namespace

Result<Sheet> read_xlsx(std::string_view bytes) {
  const auto broken = [] { return refuse(Kind::invalid, "documents.broken", "file"); };
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  if (!source) return broken();
  Zip zip;
  zip.archive = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (!zip.archive) {
    zip_source_free(source);
    return broken();
  }
  const auto parts = TX_TRY(parts_of(zip.archive));
  if (!parts.count("xl/workbook.xml")) return refuse(Kind::invalid, "documents.not_a_sheet", "file");
  std::size_t budget = kBytesMost;   // counted while streaming, too: what an archive declares need not be true
  Book book;
  using Reader = bool (*)(zip_t*, zip_uint64_t, std::size_t&, Book&);
  for (const auto& [name, reader] : {std::pair<const char*, Reader>{"xl/workbook.xml", read_workbook},
                                     {"xl/_rels/workbook.xml.rels", read_relations},
                                     {"xl/styles.xml", read_styles},
                                     {"xl/sharedStrings.xml", read_strings}}) {
    const auto part = parts.find(name);
    if (part == parts.end() || reader(zip.archive, part->second, budget, book)) continue;
    return budget == 0 ? refuse(Kind::invalid, "documents.too_large", "file") : broken();
  }
  std::optional<Sheet> fallback;
  for (const auto& page : book.pages) {
    const auto relation = book.relations.find(page.relation);
    const auto part = relation == book.relations.end() ? parts.end() : parts.find(relation->second);
    if (page.hidden || part == parts.end() || !part->first.starts_with("xl/worksheets/")) continue;
    Sheet sheet{page.name, {}};
    Cells cells(book, sheet);
    const bool good = cells.read(zip.archive, part->second, budget);
    if (cells.too_large || budget == 0) return refuse(Kind::invalid, "documents.too_large", "file");
    if (!good) return broken();
    if (is_table(sheet)) return sheet;
    if (!fallback || fallback->rows.empty()) fallback = std::move(sheet);
  }
  if (!fallback) return broken();
  return std::move(*fallback);
}

}  // namespace tx::documents
