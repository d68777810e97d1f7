// The days of a few demonstration stations: who was there, who came, what was lent, and the month reports that follow from
// it. Made up with a fixed seed; the reports are made by the same code as any other.
#include <fstream>
#include <random>

#include "platform/storage/record_sql.h"
#include "systems/stations/demonstration.h"
#include "systems/stations/duty/duty.h"
#include "systems/stations/months/months.h"
#include "systems/stations/rooms.h"
#include "systems/stations/stations/rules.h"
#include "systems/stations/stock/stock.h"

namespace tx::stations {
namespace {

constexpr int kDays = 100, kDaysNear = 28, kMonths = 2;
constexpr const char* kPurposes[] = {"need", "need", "join", "activity", "activity", "advice", "other"};

struct Made {
  std::mt19937_64 random{20241205};
  int below(int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); }
};

// Mostly on time, now and then late, rarely not at all.
void past_days(storage::Tx& tx, Made& made, const Station& station, int days, bool visits) {
  const Date today = local_date(tx.now());
  const auto hours = rules::read_hours(station.hours).value_or(rules::Hours{540, 1050});
  for (int ago = days; ago >= 1; --ago) {
    const Date day{today.days - ago};
    if (!rules::opens_on(station, day) || made.below(30) == 0) continue;
    const int late = made.below(6) == 0 ? 30 + made.below(120) : made.below(8);
    const int early = made.below(9) == 0 ? 30 + made.below(90) : 0;
    storage::insert(
        tx, "duty_log",
        DutyLog{tx.new_id(), station.id.value, station.keeper, 0, start_of(day).plus((hours.from + late) * kMinute),
                start_of(day).plus((hours.until - early) * kMinute), made.below(12) ? "self" : "auto"});
    for (int guests = visits ? 2 + made.below(7) : 0; guests > 0; --guests)
      storage::execute(tx, "insert into station_visit (id, station, day, purpose, noted_by) values ($1,$2,$3,$4,$5)",
                       tx.new_id(), station.id, day, kPurposes[made.below(7)], station.keeper);
  }
  const Instant opening = start_of(today).plus((hours.from + made.below(8)) * kMinute);
  if (station.on_duty_since.us && opening < tx.now() &&
      rules::opens_on(station, today))  // this morning, handed over just now
    storage::insert(tx, "duty_log",
                    DutyLog{tx.new_id(), station.id.value, station.keeper, 0, opening,
                            std::min(tx.now(), start_of(today).plus(hours.until * kMinute)), "self"});
  if (station.on_duty_since.us)
    storage::insert(tx, "duty_log",
                    DutyLog{tx.new_id(), station.id.value, station.keeper, 0, station.on_duty_since, {}, ""});
}

// This week and the next: the keeper in the morning, a volunteer in the afternoon; the named volunteer on some of them.
void roster(storage::Tx& tx, Made& made, const Station& station, const identity::Vault& vault) {
  const Date today = local_date(tx.now()), monday{today.days - (today.weekday() - 1)};
  const auto people = teams::active_volunteers(tx, {station.region.substr(0, 6)});
  const auto named = teams::find_volunteer_by_account(tx, identity::find_account(tx, vault, "lijie"));
  for (int i = -70; i < 14; ++i) {
    const Date day{monday.days + i};
    if (!rules::opens_on(station, day) || i == 12) continue;  // one day nobody is planned: the page says so
    storage::insert(tx, "duty_shift", DutyShift{tx.new_id(), station.id.value, day, 540, 750, 0, {}, "", tx.now()});
    if (people.empty()) continue;
    const bool own = named && i % 4 == 3;
    const auto& volunteer =
        own ? *named : people[static_cast<std::size_t>(made.below(static_cast<int>(people.size())))];
    storage::insert(tx, "duty_shift",
                    DutyShift{tx.new_id(), station.id.value, day, 810, 1050, volunteer.id.value, volunteer.account,
                              teams::volunteer_card(tx, volunteer.id.value).name, tx.now()});
  }
}

Result<void> shelf(storage::Tx& tx, Made& made, const Station& station, const identity::Vault& vault,
                   const std::string& data) {
  std::ifstream in(data + "/demonstration/stock.txt"), names(data + "/demonstration/surnames.txt"),
      given(data + "/demonstration/given_names.txt");
  const Date today = local_date(tx.now());
  ItemInput input;
  for (int row = 0; in >> input.kind >> input.name >> input.total; ++row) {
    input.good_until = input.kind == "first_aid" ? Date{today.days + 20}.text() : "";
    const auto item = TX_TRY(add_item(tx, station, input));
    if (input.kind == "first_aid" || row % 2) continue;
    char phone[16];
    std::snprintf(phone, sizeof phone, "1990000%04d", made.below(10'000));
    std::string surname, first;
    names >> surname;
    given >> first;
    const auto loan = TX_TRY(lend(tx, vault, station, {id_text(item.id), surname + first, phone, 7}, station.keeper));
    if (row == 2)  // one is late
      storage::execute(tx, "update stock_loan set taken = $1, due = $2 where id = $3", tx.now().plus(-12 * kDay),
                       Date{today.days - 5}, loan.id);
  }
  return {};
}

void reports(storage::Tx& tx, const Station& station) {
  Date day = local_date(tx.now());
  for (int i = 0; i < kMonths; ++i) {
    const int month = month_before(day);
    const auto span = span_of(month);
    storage::insert(tx, "station_month",
                    MonthReport{tx.new_id(),
                                station.id.value,
                                month,
                                figures_of(tx, station, *span, tx.now()),
                                span->until.plus(2 * kHour),
                                "",
                                {}});
    day = span->first;
  }
}

}  // namespace

Result<void> demonstrate_days(storage::Tx& tx, const identity::Vault& vault, const std::string& data,
                              const std::string& home) {
  Made made;
  for (const auto& station : storage::select<Station>(
           tx, "select * from station where region like $1 and state = 'open' order by id", home.substr(0, 9) + "%")) {
    const bool own = station.region == home;
    past_days(tx, made, station, own ? kDays : kDaysNear, own);
    if (!own) continue;
    roster(tx, made, station, vault);
    TX_CHECK(shelf(tx, made, station, vault, data));
  }
  return {};
}

Result<void> demonstrate_months(storage::Store& store) {
  auto done = store.write([](storage::Tx& tx) -> Result<Json> {
    for (const auto& station :
         storage::select<Station>(tx, "select * from station where id in (select station from station_visit)"))
      reports(tx, station);
    return Json();
  });
  if (!done) return tl::unexpected(done.error());
  return {};
}

}  // namespace tx::stations
