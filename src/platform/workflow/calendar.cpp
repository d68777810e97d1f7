// Working days and operator settings.
#include <map>
#include <set>

#include "platform/storage/record_sql.h"
#include "platform/workflow/workflow.h"

namespace tx::workflow {
namespace {

bool is_weekday(Date day) { return day.weekday() <= 5; }

// The calendar of one year, read when the count first enters it.
struct Year {
  bool official = false;
  std::map<std::string, bool> works;  // day -> worked
};

Year read_year(storage::Reader& reader, int year) {
  Year known;
  known.official =
      storage::scalar<std::int64_t>(reader, "select count(*) from working_day_year where year = $1", year).value_or(0);
  const std::string text = std::to_string(year);
  for (const auto& row : storage::select<ExceptionDay>(
           reader, "select day, kind, holiday from working_day_exception where day >= $1 and day <= $2",
           text + "-01-01", text + "-12-31"))
    known.works[row.day] = row.kind == "work";
  return known;
}

bool works(const Year& year, Date day) {
  const auto found = year.works.find(day.text());
  return found != year.works.end() ? found->second : is_weekday(day);
}

}  // namespace

bool is_working_day(storage::Reader& reader, Date day) { return works(read_year(reader, day.year()), day); }

WorkingDays count_working_days(storage::Reader& reader, Instant from, int days) {
  WorkingDays result;
  std::map<int, Year> years;
  Date day = local_date(from);
  for (int left = days; left > 0;) {
    ++day.days;  // the starting day does not count (Civil Code art. 201)
    const int number = day.year();
    auto year = years.find(number);
    if (year == years.end()) year = years.emplace(number, read_year(reader, number)).first;
    result.official = result.official && year->second.official;
    if (works(year->second, day)) --left;
  }
  result.end = start_of({day.days + 1}).plus(-kSecond);
  return result;
}

Instant add_working_days(storage::Reader& reader, Instant from, int days) {
  return count_working_days(reader, from, days).end;
}

Result<std::vector<ExceptionDay>> read_calendar(std::string_view csv) {
  std::vector<ExceptionDay> days;
  std::set<std::string> seen;
  int line_number = 0;
  while (!csv.empty()) {
    const std::size_t end = csv.find('\n');
    std::string_view line = csv.substr(0, end);
    csv = end == std::string_view::npos ? std::string_view() : csv.substr(end + 1);
    ++line_number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || (line_number == 1 && line == "day,kind,holiday")) continue;
    const std::size_t first = line.find(','), second = first == line.npos ? line.npos : line.find(',', first + 1);
    const auto wrong = [&] {
      const std::string at = std::to_string(line_number);
      return refuse(Kind::invalid, "calendar.unreadable", at, {{"line", at}});
    };
    if (second == std::string_view::npos || days.size() >= 366) return wrong();
    const auto day = Date::parse(line.substr(0, first));
    const std::string_view kind = line.substr(first + 1, second - first - 1), holiday = line.substr(second + 1);
    if (!day || (kind != "off" && kind != "work")) return wrong();
    if (holiday.empty() || holiday.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != holiday.npos) return wrong();
    if (!seen.insert(day->text()).second) return wrong();
    days.push_back({day->text(), std::string(kind), std::string(holiday)});
  }
  if (days.empty()) return refuse(Kind::invalid, "calendar.empty");
  for (const auto& day : days)
    if (day.day.substr(0, 4) != days.front().day.substr(0, 4)) return refuse(Kind::invalid, "calendar.two_years");
  return days;
}

Result<int> import_calendar(storage::Tx& tx, std::string_view csv, std::string_view source) {
  const auto days = TX_TRY(read_calendar(csv));
  const std::string year = days.front().day.substr(0, 4);
  storage::execute(tx, "delete from working_day_exception where day >= $1 and day <= $2", year + "-01-01",
                   year + "-12-31");
  for (const auto& day : days) storage::insert(tx, "working_day_exception", day);
  storage::execute(tx,
                   "insert into working_day_year (year, source) values ($1, $2) "
                   "on conflict (year) do update set source = excluded.source",
                   std::stoi(year), source);
  return static_cast<int>(days.size());
}

namespace {

// The setting of the smallest region that has one; codes of the region tree are prefixes of the codes below them.
std::optional<storage::Rows> find_setting(storage::Reader& reader, std::string_view setting, std::string_view region) {
  auto rows = storage::query(reader,
                             "select amount, text from setting where name = $1 and "
                             "(region = '' or region = substr($2, 1, length(region))) "
                             "order by length(region) desc limit 1",
                             setting, region);
  if (rows.empty()) return std::nullopt;
  return rows;
}

}  // namespace

int setting_amount(storage::Reader& reader, std::string_view setting, int fallback) {
  return setting_amount(reader, setting, "", fallback);
}

int setting_amount(storage::Reader& reader, std::string_view setting, std::string_view region, int fallback) {
  const auto rows = find_setting(reader, setting, region);
  int amount = fallback;
  if (rows) storage::from_value(rows->rows[0][0], amount);
  return amount;
}

std::string setting_text(storage::Reader& reader, std::string_view setting, std::string_view region,
                         std::string_view fallback) {
  const auto rows = find_setting(reader, setting, region);
  std::string text(fallback);
  if (rows) storage::from_value(rows->rows[0][1], text);
  return text;
}

void set_setting(storage::Tx& tx, std::string_view setting, std::string_view region, int amount,
                 std::string_view text, access::AccountId by) {
  storage::execute(tx,
                   "insert into setting (name, region, amount, text, changed, changed_by) "
                   "values ($1, $2, $3, $4, $5, $6) on conflict (name, region) do update set "
                   "amount = excluded.amount, text = excluded.text, changed = excluded.changed, "
                   "changed_by = excluded.changed_by",
                   setting, region, amount, text, tx.now(), by);
}

}  // namespace tx::workflow
