#include "systems/support/transfer/format.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/text.h"

namespace tx::support::exchange {
namespace {

constexpr std::size_t kTextMost = 200;
constexpr std::int64_t kDayMinutes = 24 * 60;

struct Sheet {
  std::map<std::string, std::size_t> at;   // column -> place
  bool has(const char* column) const { return at.contains(column); }
};

Sheet columns_of(const std::vector<std::string>& head, const Headings& headings) {
  Sheet sheet;
  for (std::size_t place = 0; place < head.size(); ++place) {
    const auto name = plain_heading(head[place]);
    for (const auto& [column, names] : headings)
      if (std::find(names.begin(), names.end(), name) != names.end()) sheet.at.emplace(column, place);   // the first one counts
  }
  return sheet;
}

std::string cell(const std::vector<std::string>& cells, const Sheet& sheet, const char* column) {
  const auto found = sheet.at.find(column);
  return found == sheet.at.end() || found->second >= cells.size() ? std::string() : shortened(normal_text(cells[found->second]), kTextMost);
}

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && stop == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// "2026-11-24", "2026/11/24", "2026.11.24", "20261124", each with a time behind it or not.
std::string usual_day(std::string text) {
  for (auto& c : text)
    if (c == '/' || c == '.') c = '-';
  text = text.substr(0, text.find_first_of(" T"));
  if (text.size() == 8 && text.find('-') == std::string::npos) text = text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6);
  const auto first = text.find('-'), second = first == std::string::npos ? first : text.find('-', first + 1);
  if (second == std::string::npos) return text;
  const auto two = [](std::string part) { return part.size() == 1 ? "0" + part : part; };
  return text.substr(0, first) + "-" + two(text.substr(first + 1, second - first - 1)) + "-" + two(text.substr(second + 1));
}
std::string usual_time(std::string text) {
  if (const auto blank = text.find_first_of(" T"); blank != std::string::npos) text = text.substr(blank + 1);
  if (text.size() == 4 && text[1] == ':') text = "0" + text;
  return text.substr(0, 5);
}

Row wrong(Row row, const char* rule, const char* column) {
  row.problem = rule;
  row.problem_column = column;
  return row;
}

// When it was: a start and an end, or a day and a length (then the day begins at eight, as nobody said otherwise).
Row with_time(Row row, const std::vector<std::string>& cells, const Sheet& sheet, const Headings& headings) {
  const std::string from = cell(cells, sheet, "from"), to = cell(cells, sheet, "to"), hours = cell(cells, sheet, "hours");
  const std::string day = usual_day(sheet.has("day") && !cell(cells, sheet, "day").empty() ? cell(cells, sheet, "day") : from);
  if (!Date::parse(day)) return wrong(row, "transfer.day", "day");
  const auto length = hours.empty() ? std::nullopt : minutes_of(hours, headings);
  if (!hours.empty() && !length) return wrong(row, "transfer.hours", "hours");
  const auto starts = parse_instant(day + "T" + (from.find(':') == std::string::npos ? std::string("08:00") : usual_time(from)));
  if (!starts) return wrong(row, "transfer.from", "from");
  row.starts = *starts;
  if (to.find(':') != std::string::npos && from.find(':') != std::string::npos) {
    const std::string last = to.find_first_of(" T") == std::string::npos ? day : usual_day(to);
    const auto ends = parse_instant(last + "T" + usual_time(to));
    if (!ends || *ends <= *starts) return wrong(row, "transfer.to", "to");
    row.ends = *ends;
    row.minutes = (ends->us - starts->us) / kMinute;
    // The other platform may have left out a break; more than the span it cannot be.
    if (length && *length > row.minutes + 1) return wrong(row, "transfer.hours_differ", "hours");
    if (length) row.minutes = std::min(row.minutes, *length);
  } else if (length) {
    row.minutes = *length;
    row.ends = starts->plus(*length * kMinute);
  } else {
    return wrong(row, "transfer.hours", "hours");
  }
  if (row.minutes < 1 || row.minutes > kDayMinutes) return wrong(row, "transfer.hours", "hours");
  if (local_date(row.starts) != local_date(row.ends.plus(-kMinute))) return wrong(row, "transfer.two_days", "to");
  return row;
}

Row read_row(int line, const std::vector<std::string>& cells, const Sheet& sheet, const Headings& headings) {
  Row row;
  row.line = line;
  static const std::pair<const char*, std::string Row::*> texts[] = {
      {"source_no", &Row::source_no}, {"volunteer_no", &Row::volunteer_no}, {"name", &Row::name}, {"document_no", &Row::document_no},
      {"title", &Row::title}, {"organisation", &Row::organisation}, {"in_charge", &Row::in_charge}, {"place", &Row::place}};
  for (const auto& [column, member] : texts) row.*member = cell(cells, sheet, column);
  if (row.volunteer_no.empty() && row.document_no.empty()) return wrong(row, "transfer.person", "volunteer_no");
  if (letter_count(row.title) < 2) return wrong(row, "transfer.title", "title");
  if (letter_count(row.organisation) < 2) return wrong(row, "transfer.organisation", "organisation");
  if (const auto state = cell(cells, sheet, "state"); !state.empty() && whole(state) && *whole(state) != 2) return wrong(row, "transfer.not_effective", "state");
  if (const auto entry = whole(cell(cells, sheet, "entry")); entry && *entry >= 0 && *entry <= 4) row.entry = static_cast<int>(*entry);
  if (const auto nature = whole(cell(cells, sheet, "nature")); nature && (*nature == 1 || *nature == 2)) row.nature = static_cast<int>(*nature);
  return with_time(row, cells, sheet, headings);
}

}  // namespace

std::string plain_heading(std::string_view text) {
  std::string plain;
  for (const char c : normal_text(text)) {
    if (c == '(' || c == '[' || c == ':') break;
    if (c == ' ' || c == '*' || c == '_' || c == '\n') continue;
    plain += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  }
  return plain;
}

Headings headings_of(const std::map<std::string, std::string>& texts) {
  Headings headings;
  for (const auto& [column, text] : texts)
    for (std::size_t at = 0; at <= text.size();) {
      const auto end = std::min(text.find('|', at), text.size());
      headings[column].push_back(plain_heading(text.substr(at, end - at)));
      at = end + 1;
    }
  return headings;
}

std::optional<std::int64_t> minutes_of(std::string_view text, const Headings& headings) {
  std::string digits;
  std::size_t i = 0;
  while (i < text.size() && (std::isdigit(static_cast<unsigned char>(text[i])) || text[i] == '.' || text[i] == ':')) digits += text[i++];
  while (i < text.size() && text[i] == ' ') ++i;
  const std::string unit = plain_heading(text.substr(i));
  const auto means = [&](const char* what) {
    const auto found = headings.find(what);
    return found != headings.end() && std::find(found->second.begin(), found->second.end(), unit) != found->second.end();
  };
  if (digits.empty() || digits.size() > 12) return std::nullopt;
  if (const auto colon = digits.find(':'); colon != std::string::npos) {
    const auto hours = whole(std::string_view(digits).substr(0, colon)), minutes = whole(std::string_view(digits).substr(colon + 1));
    return hours && minutes && *minutes < 60 && *hours <= 24 && unit.empty() ? std::optional(*hours * 60 + *minutes) : std::nullopt;
  }
  const auto point = digits.find('.');
  const auto before = whole(std::string_view(digits).substr(0, point));
  std::string after = point == std::string::npos ? "" : digits.substr(point + 1);
  if (!before || *before > 100000 || after.find('.') != std::string::npos || after.size() > 4) return std::nullopt;
  after.resize(4, '0');
  const auto part = whole(after);
  if (!part) return std::nullopt;
  const std::int64_t scaled = *before * 10000 + *part;                       // ten-thousandths
  if (means("unit_minutes")) return *part == 0 ? std::optional(*before) : std::nullopt;
  if (!unit.empty() && !means("unit_hours")) return std::nullopt;
  return (scaled * 60 + 5000) / 10000;
}

char grade_of(int entry) { return entry == 3 || entry == 4 ? 'C' : 'D'; }

Result<std::vector<Row>> read_rows(const std::vector<std::vector<std::string>>& cells, const Headings& headings) {
  if (cells.size() < 2) return refuse(Kind::invalid, "transfer.empty", "file");
  if (cells.size() > kRowsMost + 1) return refuse(Kind::invalid, "transfer.too_many", "file", {{"most", std::to_string(kRowsMost)}});
  const auto sheet = columns_of(cells[0], headings);
  const bool person = sheet.has("volunteer_no") || sheet.has("document_no"), time = sheet.has("hours") || (sheet.has("from") && sheet.has("to"));
  if (!person || !time || !(sheet.has("day") || sheet.has("from"))) return refuse(Kind::invalid, "transfer.no_columns", "file");
  std::vector<Row> rows;
  for (std::size_t i = 1; i < cells.size(); ++i) {
    if (std::all_of(cells[i].begin(), cells[i].end(), [](const std::string& text) { return normal_text(text).empty(); })) continue;
    rows.push_back(read_row(static_cast<int>(i) + 1, cells[i], sheet, headings));
  }
  if (rows.empty()) return refuse(Kind::invalid, "transfer.empty", "file");
  return rows;
}

Result<std::vector<Receipt>> read_receipts(const std::vector<std::vector<std::string>>& cells, const Headings& headings) {
  if (cells.size() < 2 || cells.size() > kRowsMost + 1) return refuse(Kind::invalid, "transfer.empty", "file");
  const auto sheet = columns_of(cells[0], headings);
  if (!sheet.has("source_no") || !sheet.has("accepted")) return refuse(Kind::invalid, "transfer.no_receipt", "file");
  std::vector<Receipt> receipts;
  for (std::size_t i = 1; i < cells.size(); ++i) {
    Receipt receipt{static_cast<int>(i) + 1, cell(cells[i], sheet, "source_no"), cell(cells[i], sheet, "words"), false};
    if (receipt.number.empty()) continue;
    const auto said = plain_heading(cell(cells[i], sheet, "accepted"));
    const auto yes = headings.find("yes");
    receipt.accepted = yes != headings.end() && std::find(yes->second.begin(), yes->second.end(), said) != yes->second.end();
    receipts.push_back(receipt);
  }
  return receipts;
}

}  // namespace tx::support::exchange
