// Who takes part in a region: units by kind, the five new kinds, people by age (bands of rules §4.4), reporting Party members as a
// number. Small numbers are not shown.
#include "platform/storage/record_sql.h"
#include "systems/mobilisation/campaigns/campaigns.h"
#include "systems/teams/teams.h"

namespace tx::mobilisation {
namespace {

using access::Access;
using http::Context;
using http::Response;

constexpr int kBands[] = {0, 8, 14, 18, 28, 35, 40, 45, 60};   // first year of each; the last is open

Result<Response> page(Context& context) {
  std::string region = context.request.query["region"].text();
  if (region.size() < 2 || region.size() > 6 || region.find_first_not_of("0123456789") != std::string::npos) region = "64";
  const auto here = [&](const char* column) { return access::region_filter(column, {region}); };
  Json kinds = Json::array(), bars = Json::array(), below = Json::array();
  std::int64_t new_units = 0, new_scheme = 0, all_units = 0, new_joined = 0;
  bool some_hidden = false;
  for (const char* kind : kUnitKinds) {
    const auto count = [&](const std::string& sql) { return storage::scalar<std::int64_t>(context.reader, sql, std::string(kind)).value_or(0); };
    const auto units = count("select count(*) from unit where state = 'active' and kind = $1 and " + here("region"));
    const auto scheme = count("select count(*) from unit where state = 'active' and scheme_hash <> '' and kind = $1 and " + here("region"));
    const auto joined = count("select count(distinct m.volunteer) from campaign_member m join commitment c on c.id = m.commitment join unit u on u.id = c.unit where u.kind = $1 and " + here("u.region"));
    all_units += units;
    some_hidden = some_hidden || (joined > 0 && joined < kLeastShown);
    if (is_new_kind(kind)) {
      new_units += units;
      new_scheme += scheme;
      new_joined += joined;
    }
    kinds.push(Json::of({{"kind_name", context.text(std::string("unit.kind.") + kind)}, {"new_kind", is_new_kind(kind)}, {"units_n", std::to_string(units)}, {"scheme_n", std::to_string(scheme)},
                         {"joined_n", shown(context, joined)}}));
  }
  const Date today = local_date(context.now);
  std::vector<std::int64_t> people(std::size(kBands));
  std::int64_t most = 1;
  for (const auto& row : storage::query(context.reader, "select birth, count(*) from volunteer where state = 'active' and " + here("region") + " group by birth").rows) {
    Date birth;
    std::int64_t count = 0;
    storage::from_value(row[0], birth);
    storage::from_value(row[1], count);
    const int age = age_on(birth, today);
    std::size_t band = 0;
    while (band + 1 < std::size(kBands) && age >= kBands[band + 1]) ++band;
    people[band] += count;
  }
  for (const auto count : people) most = std::max(most, count);
  for (std::size_t i = 0; i < std::size(kBands); ++i)
    bars.push(Json::of({{"label", context.text("participation.band." + std::to_string(kBands[i]))}, {"value", shown(context, people[i])},
                        {"percent", people[i] < kLeastShown ? 0 : people[i] * 100 / most}, {"href", ""}, {"tone", ""}}));
  for (const auto& one : teams::regions_below(context.reader, region))
    if (one.level <= 3) below.push(Json::of({{"label", one.name}, {"href", "/statistics/participation?region=" + one.code}}));
  const auto party = storage::scalar<std::int64_t>(context.reader, "select count(*) from party_report where " + here("region")).value_or(0);
  const auto figure = [&](const char* key, const std::string& value) { return Json::of({{"label", context.text(key)}, {"value", value}, {"unit", ""}, {"href", ""}, {"tone", ""}}); };
  return context.page("mobilisation/statistics",
                      Json::of({{"title", context.text("participation.title")}, {"where", teams::region_name(context.reader, region, context.language)}, {"kinds", kinds}, {"bars", bars}, {"below", below},
                                {"has_below", below.size() > 0},
                                {"stats", Json::Array{figure("participation.units", std::to_string(all_units)), figure("participation.new_units", std::to_string(new_units)),
                                                      figure("participation.new_scheme", std::to_string(new_scheme)), figure("participation.new_joined", shown_sum(context, new_joined, some_hidden)),
                                                      figure("participation.party", shown(context, party))}}}));
}

}  // namespace

void add_statistics_routes(http::Router& router) {
  router.page("participation.page", "/statistics/participation", Access::everyone("public counts, small numbers hidden (Regulation art. 34)"), page);
}

}  // namespace tx::mobilisation
