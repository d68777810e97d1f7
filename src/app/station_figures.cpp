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
          const auto figure = [&](const char* key, std::int64_t value) {
            list.push(Json::of({{"key", key}, {"value", value}}));
          };
          figure("month.needs", count("select count(*) from need where region like $1 and created >= $2 and created < "
                                      "$3 and state <> 'withdrawn'"));
          figure("month.needs_met", count("select count(*) from need where region like $1 and created >= $2 and "
                                          "created < $3 and state in ('done','confirmed','closed')"));
          figure("month.served_minutes", count("select cast(coalesce(sum(minutes), 0) as bigint) from attendance where "
                                               "region like $1 and came >= $2 and came < $3 and state = 'confirmed'"));
          figure("month.helpers", count("select count(distinct volunteer) from attendance where region like $1 and "
                                        "came >= $2 and came < $3 and state = 'confirmed'"));
          return list;
        });
    return true;
  }();
  (void)added;
}

}  // namespace tx::app
