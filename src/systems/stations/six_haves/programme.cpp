// Standard stations year by year (逐年打造): a target for every county and year, how many are reached, drill-down to them.
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/six_haves/six.h"

namespace tx::stations::six {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr int kFirstYear = 2024, kLastYear = 2035;  // the opinion of 2024 looks to 2035

struct TargetInput {
  std::string region, reason;
  int year = 0, target = 0;
};
BOOST_DESCRIBE_STRUCT(TargetInput, (), (region, reason, year, target))

struct Line {
  std::string region;
  std::int64_t stations = 0, rated = 0, reached = 0, target = -1;
};
BOOST_DESCRIBE_STRUCT(Line, (), (region, stations, rated, reached, target))

// Reached by the end of a year: rated standard on or before its last day, and the rating still holds then (or today).
std::vector<Line> lines_of(storage::Reader& reader, const std::string& scope, int year, Date today) {
  const Date last = std::min(Date::of(year, 12, 31), today);
  return storage::select<Line>(
      reader,
      "select r.code as region, (select count(*) from station s where s.region like r.code || '%' and s.state in "
      "('open','upgrading','resting','suspended')) as stations, "
      "(select count(distinct c.station) from station_check c where c.region like r.code || '%' and c.state = 'rated' "
      "and c.inspected <= $1) as rated, "
      "(select count(*) from station s where s.region like r.code || '%' and s.state in ('open','upgrading','resting') "
      "and s.standard = 1 "
      "and s.rated <= $2 and s.rated_until >= $2) as reached, "
      "coalesce((select t.target from station_target t where t.region = r.code and t.year = $3), -1) as target "
      "from region r where r.level = 3 and " +
          scope + " order by r.code",
      start_of(Date{last.days + 1}), last, year);
}

int asked_year(const Context& context) {
  int year = 0;
  if (!read_value(context.request.query["year"], year) || year < kFirstYear || year > kLastYear)
    year = local_date(context.now).year();
  return year;
}

Result<Response> page(Context& context) {
  const int year = asked_year(context);
  const auto mine = access::regions_of(context.roles, context.actor, permission::read);
  const std::string scope = access::region_filter("r.code", mine);
  Json rows = Json::array(), years = Json::array();
  std::int64_t stations = 0, reached = 0, target = 0;
  const bool may_set = context.may(permission::standard);
  const http::Form form(context);
  for (const auto& line : lines_of(context.reader, scope, year, local_date(context.now))) {
    const bool refused = context.problem && context.submitted["region"].text() == line.region;
    stations += line.stations;
    reached += line.reached;
    target += std::max<std::int64_t>(0, line.target);
    const auto percent = line.target > 0 ? std::min<std::int64_t>(100, line.reached * 100 / line.target) : 0;
    rows.push(Json::of(
        {{"county", teams::region_name(context.reader, line.region, context.language)},
         {"county_code", line.region},
         {"county_href", "/desk/programme/" + line.region},
         {"stations", whole_number(line.stations)},
         {"reached", whole_number(line.reached)},
         {"target", refused            ? context.submitted["target"].text()
                    : line.target >= 0 ? std::to_string(line.target)
                                       : ""},
         {"target_text", line.target >= 0 ? whole_number(line.target) : "\u2014"},
         {"percent", percent},
         {"full", false},
         {"state",
          line.target < 0 ? pill("", context.text("six.no_target"))
          : line.reached >= line.target
              ? pill("done", context.text("six.target_reached"))
              : pill("wait", context.text("six.target_missing", {{"n", std::to_string(line.target - line.reached)}}))},
         {"reason", refused ? context.submitted["reason"].text() : ""}}));
  }
  for (int one = local_date(context.now).year() - 1; one <= local_date(context.now).year() + 2; ++one)
    years.push(Json::of({{"href", "/desk/programme?year=" + std::to_string(one)},
                         {"label", std::to_string(one)},
                         {"on", one == year}}));
  return context.page(
      "stations/programme",
      Json::of({{"title", context.text("six.programme")},
                {"year", std::to_string(year)},
                {"years", years},
                {"lines", rows},
                {"may_set", may_set},
                {"summary", form.summary()},
                {"stats", Json::Array{figure_view(context.text("six.stations"), whole_number(stations)),
                                      figure_view(context.text("six.target"), whole_number(target)),
                                      figure_view(context.text("six.reached"), whole_number(reached)),
                                      figure_view(context.text("six.share"), percent_text(reached, stations))}}}));
}

// The stations of a county behind its figure, the standard ones first.
Result<Response> county_page(Context& context) {
  const std::string county = context.argument("county");
  if (!may_in(context, permission::read, county) || county.size() != 6 ||
      county.find_first_not_of("0123456789") != std::string::npos)
    return refuse(Kind::not_found, "http.not_found");
  const bool standard_only = context.request.query["only"].text() != "all";
  Json rows = Json::array();
  for (const auto& station : storage::select<Station>(
           context.reader,
           "select * from station where region like $1 and state in ('open','upgrading','resting','suspended')" +
               std::string(standard_only ? " and standard = 1 and rated_until >= $2" : " and $2 > 0") +
               " order by score desc, region, name limit 300",
           county + "%", local_date(context.now))) {
    Json row =
        row_view("/stations/" + station.id.text() + "/file", station.name, "station",
                 Json::Array{meta_view("nearby", teams::region_path(context.reader, station.region, context.language)),
                             meta_view("chart", station.rated.days > 0
                                                    ? context.text("six.points", {{"n", std::to_string(station.score)}})
                                                    : context.text("six.unrated"))});
    if (station.rated.days > 0) {
      const bool holds = station.rated_until >= local_date(context.now);
      row.set("state", pill(!holds             ? "stop"
                            : station.standard ? "live"
                                               : "wait",
                            holds ? context.text("six.star_label", {{"n", std::to_string(station.star)}})
                                  : context.text("six.expired")));
    }
    rows.push(std::move(row));
  }
  const std::string base = "/desk/programme/" + county;
  Json view = Json::of({{"title", teams::region_name(context.reader, county, context.language)},
                        {"rows", rows},
                        {"tabs", Json::Array{Json::of({{"href", base},
                                                       {"label", context.text("six.only_standard")},
                                                       {"on", standard_only},
                                                       {"count", ""}}),
                                             Json::of({{"href", base + "?only=all"},
                                                       {"label", context.text("six.all_stations")},
                                                       {"on", !standard_only},
                                                       {"count", ""}})}}});
  if (rows.size() == 0)
    view.set("empty",
             Json::of({{"icon", "star"}, {"title", context.text("six.none_standard")}, {"text", ""}, {"href", ""}}));
  return context.page("stations/programme_county", view);
}

Result<Json> set_target(storage::Tx& tx, const CommandContext& context, const TargetInput& input) {
  if (input.year < kFirstYear || input.year > kLastYear)
    return refuse(Kind::invalid, "six.year", "year",
                  {{"from", std::to_string(kFirstYear)}, {"to", std::to_string(kLastYear)}});
  if (input.region.size() != 6 || !teams::region_position(tx, input.region))
    return refuse(Kind::invalid, "station.region_missing", "region");
  const auto stations = storage::scalar<std::int64_t>(
                            tx, "select count(*) from region where level = 5 and code like $1", input.region + "%")
                            .value_or(0);
  if (input.target < 0 || input.target > stations * 2)
    return refuse(Kind::invalid, "six.target_range", "target-" + input.region,
                  {{"most", std::to_string(stations * 2)}});
  if (input.reason.empty()) return refuse(Kind::invalid, "flow.reason_missing", "reason-" + input.region);
  storage::execute(tx, "delete from station_target where year = $1 and region = $2", input.year, input.region);
  storage::execute(tx,
                   "insert into station_target (year, region, target, reason, set_by, at) values ($1,$2,$3,$4,$5,$6)",
                   input.year, input.region, input.target, input.reason, context.actor.account, tx.now());
  return Json::of({{"region", input.region}, {"year", input.year}, {"target", input.target}});
}

}  // namespace
}  // namespace tx::stations::six

namespace tx::stations {

void add_programme_routes(http::Router& router, const Services&) {
  using namespace six;
  router.page("six.programme", "/desk/programme", Access::any(permission::read), page);
  router.page("six.programme_county", "/desk/programme/{county}", Access::any(permission::read), county_page);
  router.command<TargetInput>(
      {.name = "six.target",
       .path = "/desk/programme",
       .access = Access::any(permission::standard),
       .next = [](const CommandContext&,
                  const Json& answer) { return "/desk/programme?year=" + std::to_string(answer["year"].integer()); },
       .flash = "six.target_set",
       .page = page,
       .region_field = "region",
       .prepare = [](Context& context, Json input) -> Result<Json> {
         if (!may_in(context, permission::standard, input["region"].text()))
           return refuse(Kind::forbidden, "station.not_your_region", "region");
         return input;
       }},
      set_target);
}

}  // namespace tx::stations
