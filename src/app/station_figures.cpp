#include "app/station_figures.h"

#include "platform/storage/record_sql.h"
#include "systems/stations/stations.h"

namespace tx::app {

void add_station_figures() {
  static const bool added = [] {
    stations::add_month_figures(
        [](storage::Reader& reader, const stations::Station& station, Instant from, Instant until) {
          const std::string region = station.region + "%";
          const auto count = [&](const char* sql) {
            return storage::scalar<std::int64_t>(reader, sql, region, from, until).value_or(0);
          };
          Json list = Json::array();
          const auto figure = [&](const std::string& key, std::int64_t value) {
            list.push(Json::of({{"key", key}, {"value", value}}));
          };
          figure("month.needs", count("select count(*) from need where region like $1 and created >= $2 and created < "
                                      "$3 and state <> 'withdrawn'"));
          figure("month.needs_met", count("select count(*) from need where region like $1 and created >= $2 and "
                                          "created < $3 and state in ('done','confirmed','closed')"));
          figure("month.served_minutes", count("select cast(coalesce(sum(minutes), 0) as bigint) from attendance where "
                                               "region like $1 and came >= $2 and came < $3 and state = 'confirmed'"));
          for (const auto& row : storage::query(reader, "select r.grade, cast(sum(r.minutes) as bigint) from attendance a join service_record r on r.source = a.id where a.region "
                                                        "like $1 and a.came >= $2 and a.came < $3 and a.state = 'confirmed' group by r.grade order by r.grade", region, from, until).rows) {
            const char grade = static_cast<char>(std::get<std::string>(row[0]).at(0) - 'A' + 'a');
            figure("month.grade_" + std::string(1, grade) + "_minutes", std::get<std::int64_t>(row[1]));   // what stands already, by evidence
          }
          figure("month.helpers", count("select count(distinct volunteer) from attendance where region like $1 and "
                                        "came >= $2 and came < $3 and state = 'confirmed'"));
          return list;
        });
    return true;
  }();
  (void)added;
}

}  // namespace tx::app
