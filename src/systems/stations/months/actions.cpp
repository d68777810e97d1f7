#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/duty/rules.h"
#include "systems/stations/months/months.h"
#include "systems/stations/rooms.h"

namespace tx::stations {
namespace {

std::vector<MonthFigures>& sources() {
  static std::vector<MonthFigures> all;
  return all;
}

Json figure(std::string key, std::int64_t value) { return Json::of({{"key", std::move(key)}, {"value", value}}); }

}  // namespace

void add_month_figures(MonthFigures figures) { sources().push_back(std::move(figures)); }

std::optional<MonthSpan> span_of(int month) {
  const int year = month / 100, number = month % 100;
  if (year < 2000 || year > 2100 || number < 1 || number > 12) return std::nullopt;
  const Date first = Date::of(year, number, 1),
             next = number == 12 ? Date::of(year + 1, 1, 1) : Date::of(year, number + 1, 1);
  return MonthSpan{first, Date{next.days - 1}, start_of(first), start_of(next)};
}

int month_before(Date day) {
  const Date last{day.days - day.day()};
  return last.year() * 100 + last.month();
}

Json figures_of(storage::Reader& reader, const Station& station, const MonthSpan& span, Instant now) {
  const auto count = [&](const char* sql, auto... a) {
    return storage::scalar<std::int64_t>(reader, sql, a...).value_or(0);
  };
  Json list = Json::array();
  const auto logs = logs_of(reader, station, span.from, span.until);
  const auto truth = rules::truth(station, logs, span.first, span.last, now);
  list.push(figure("month.promised_minutes", truth.promised)).push(figure("month.kept_minutes", truth.kept));
  const auto shifts = shifts_of(reader, station, span.first, span.last);
  std::int64_t kept = 0;
  for (const auto& shift : shifts) kept += rules::kept(shift, logs, now);
  list.push(figure("month.shifts", static_cast<std::int64_t>(shifts.size()))).push(figure("month.shifts_kept", kept));
  for (const char* purpose : {"need", "join", "activity", "advice", "other"})
    list.push(
        figure(std::string("station.purpose.") + purpose,
               count("select count(*) from station_visit where station = $1 and purpose = $2 and day between $3 and $4",
                     station.id, std::string(purpose), span.first, span.last)));
  list.push(
      figure("month.lent", count("select count(*) from stock_loan where station = $1 and taken >= $2 and taken < $3",
                                 station.id, span.from, span.until)));
  list.push(figure("month.late_loans", count("select count(*) from stock_loan where station = $1 and due between $2 "
                                             "and $3 and (state = 'out' or returned >= $4)",
                                             station.id, span.first, span.last, span.until)));
  for (const auto& source : sources()) {
    const Json more = source(reader, station, span.from, span.until);
    for (const auto& one : more.items()) list.push(one);
  }
  return list;
}

int make_reports(storage::Tx& tx, int most) {
  const int month = month_before(local_date(tx.now()));
  const auto span = span_of(month);
  if (!span) return 0;
  int made = 0;
  for (const auto& station : storage::select<Station>(
           tx,
           "select s.* from station s where (exists (select 1 from duty_log l where l.station = s.id and l.came >= $1 "
           "and l.came < $2) or "
           "exists (select 1 from station_visit v where v.station = s.id and v.day between $3 and $4)) and not exists "
           "(select 1 from station_month m where m.station = s.id and m.month = $5) order by s.id limit $6",
           span->from, span->until, span->first, span->last, month, most)) {
    storage::insert(
        tx, "station_month",
        MonthReport{tx.new_id(), station.id.value, month, figures_of(tx, station, *span, tx.now()), tx.now(), "", {}});
    if (station.keeper)
      notices::send(tx, {station.keeper,
                         "notice.month.made",
                         {{"name", station.name}, {"month", span->first.text().substr(0, 7)}},
                         "/stations/" + station.id.text() + "/months/" + std::to_string(month)});
    ++made;
  }
  return made;
}

}  // namespace tx::stations
