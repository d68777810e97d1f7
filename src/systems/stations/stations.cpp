#include "systems/stations/stations.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"

namespace tx::stations {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr char kSchema[] = R"sql(
create table station (
  id bigint primary key,
  code text not null unique,
  name text not null,
  level text not null,
  region text not null,
  address text not null,
  phone text not null,
  hours text not null,
  state text not null,
  on_duty_since bigint not null,
  keeper bigint not null,
  search text not null
);
create index station_by_region on station (region);
)sql";

constexpr char kVisits[] = R"sql(
create table station_visit (
  id bigint primary key,
  station bigint not null,
  day bigint not null,
  purpose text not null,
  noted_by bigint not null
);
create index station_visit_by_day on station_visit (station, day);
)sql";

constexpr const char* kPurposes[] = {"need", "join", "activity", "advice", "other"};

std::vector<BoardPanel>& panels() {
  static std::vector<BoardPanel> all;
  return all;
}

struct VisitInput {
  std::string purpose;
};
BOOST_DESCRIBE_STRUCT(VisitInput, (), (purpose))
struct DutyInput {
  std::string direction;
};
BOOST_DESCRIBE_STRUCT(DutyInput, (), (direction))

std::optional<Station> find_station(storage::Reader& reader, const std::string& text) {
  return storage::find<Station>(reader, "select * from station where id = $1", id_value(text).value_or(0));
}

Json open_pill(const Context& context, const Station& station) {
  const bool open = station.on_duty_since.us > 0;
  return Json::of({{"tone", open ? "live" : ""}, {"label", context.text(open ? "station.open" : "station.not_open")}});
}

Result<Response> list_page(Context& context) {
  const std::string words = context.request.query["q"].text();
  std::string where = "state = 'running'";
  std::vector<storage::Value> values;
  for (const auto& token : query_tokens(words)) {
    values.push_back("% " + token + " %");
    where += " and ' ' || search || ' ' like $" + std::to_string(values.size());
  }
  std::string order = "region";
  if (context.actor.region.size() == 12) {
    values.push_back(context.actor.region);
    values.push_back(context.actor.region.substr(0, 9) + "%");
    order = "case when region = $" + std::to_string(values.size() - 1) + " then 0 when region like $" +
            std::to_string(values.size()) + " then 1 else 2 end, region";
  }
  const auto rows = context.reader.query("select * from station where " + where + " order by " + order + " limit 40", values);
  Json list = Json::array();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto station = storage::read_row<Station>(rows, i);
    list.push(Json::of({{"href", "/stations/" + station.id.text()}, {"title", station.name}, {"text", ""}, {"icon", "station"},
                        {"leaf", ""}, {"unread_row", false}, {"has_side", true}, {"side", ""}, {"clock", Json()},
                        {"state", open_pill(context, station)},
                        {"meta", Json::Array{Json::of({{"glyph", "nearby"}, {"words", teams::region_path(context.reader, station.region, context.language)}}),
                                             Json::of({{"glyph", "clock"}, {"words", station.hours}})}}}));
  }
  Json view = Json::of({{"title", context.text("station.list")}, {"q", words}, {"nav_nearby", true}, {"rows", list}});
  if (list.size() == 0)
    view.set("empty", Json::of({{"icon", "station"}, {"title", context.text("station.none")}, {"text", ""}, {"href", ""}}));
  return context.page("stations/list", view);
}

Result<Response> one_page(Context& context) {
  const auto station = find_station(context.reader, context.argument("station"));
  if (!station) return refuse(Kind::not_found, "http.not_found");
  return context.page("stations/station",
                      Json::of({{"title", station->name}, {"station", station->id.text()},
                                {"region_name", teams::region_path(context.reader, station->region, context.language)},
                                {"address", station->address}, {"phone", station->phone}, {"hours", station->hours},
                                {"region", station->region}, {"state", open_pill(context, *station)}}));
}

std::optional<Station> own_station(const Context& context) {
  for (const auto& text : access::stations_of(context.roles, context.actor, permission::keep))
    if (auto station = find_station(context.reader, text)) return station;
  return std::nullopt;
}

// Who came today and why: counts only, no names.
void add_visits(Context& context, const Station& station, Json& view) {
  Json bars = Json::array(), purposes = Json::array();
  std::int64_t all = 0;
  const auto counts = storage::query(context.reader, "select purpose, count(*) from station_visit where station = $1 and day = $2 "
                                                     "group by purpose order by count(*) desc, purpose", station.id, local_date(context.now));
  std::vector<std::pair<std::string, std::int64_t>> found;
  for (const auto& row : counts.rows) {
    auto& [purpose, count] = found.emplace_back();
    storage::from_value(row[0], purpose);
    storage::from_value(row[1], count);
    all += count;
  }
  for (const auto& [purpose, count] : found)
    bars.push(Json::of({{"label", context.text("station.purpose." + purpose)}, {"percent", count * 100 / all},
                        {"value", std::to_string(count)}, {"href", ""}, {"tone", ""}}));
  for (const char* purpose : kPurposes)
    purposes.push(Json::of({{"value", purpose}, {"label", context.text(std::string("station.purpose.") + purpose)}}));
  view.set("visitors", std::to_string(all)).set("has_purposes", all > 0).set("bars", bars).set("purposes", purposes);
}

// The keeper's day: who is on duty, what waits in the community, a walk-in in one tap.
Result<Response> board_page(Context& context) {
  const auto station = own_station(context);
  if (!station) return refuse(Kind::not_found, "station.no_own");
  const auto count = [&](const char* sql) {
    return std::to_string(storage::scalar<std::int64_t>(context.reader, sql, station->region).value_or(0));
  };
  const auto figure = [&](const char* key, std::string value, const char* href) {
    return Json::of({{"label", context.text(key)}, {"value", std::move(value)}, {"unit", ""}, {"href", href}, {"tone", ""}});
  };
  Json view(
      Json::of({{"title", station->name}, {"station", station->id.text()}, {"on_duty", station->on_duty_since.us > 0},
                {"since", station->on_duty_since.us ? language::date_text(context.language, station->on_duty_since) : ""},
                {"state", open_pill(context, *station)},
                {"stats", Json::Array{
                     figure("station.needs_open", count("select count(*) from need where region = $1 and state in ('submitted','open','asked')"), ""),
                     figure("station.needs_running", count("select count(*) from need where region = $1 and state in ('accepted','serving')"), ""),
                     figure("station.volunteers", count("select count(*) from volunteer where region = $1 and state = 'active'"), "")}},
                {"tiles", Json::Array{Json::of({{"href", "/desk/intake"}, {"icon", "help"}, {"label", context.text("station.walk_in")},
                                                {"note", context.text("station.walk_in.note")}, {"tone", "primary"}}),
                                      Json::of({{"href", "/kiosk"}, {"icon", "key"}, {"label", context.text("station.kiosk")},
                                                {"note", context.text("station.kiosk.note")}, {"tone", "river"}}),
                                      Json::of({{"href", "/activities?region=" + station->region.substr(0, 6)}, {"icon", "calendar"},
                                                {"label", context.text("station.activities")}, {"note", ""}, {"tone", "helan"}})}}}));
  Json shown = Json::array();
  for (const auto& panel : panels())
    if (Json one = panel(context, *station); !one.is_null()) shown.push(std::move(one));
  view.set("panels", shown).set("rows", Json::array());
  add_visits(context, *station, view);
  return context.page("stations/board", view);
}

}  // namespace

std::vector<storage::Migration> migrations() { return {{150, "stations", kSchema}, {151, "visits", kVisits}}; }

std::optional<Station> station_of_community(storage::Reader& reader, const std::string& region) {
  return storage::find<Station>(reader, "select * from station where region = $1 order by id limit 1", region);
}

std::optional<Station> nearest_open_station(storage::Reader& reader, teams::Position at, std::int64_t most_m) {
  const auto rows = storage::query(reader, "select s.*, r.x_m, r.y_m from station s join region r on r.code = s.region where "
                                           "s.state = 'running' and s.on_duty_since > 0 and r.x_m between $1 and $2 and "
                                           "r.y_m between $3 and $4",
                                   at.x_m - most_m, at.x_m + most_m, at.y_m - most_m, at.y_m + most_m);
  std::optional<std::size_t> best;
  std::int64_t nearest = most_m + 1;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (const auto far = teams::distance_m(at, storage::read_row<teams::Position>(rows, i)); far < nearest) {
      nearest = far;
      best = i;
    }
  return best ? std::optional(storage::read_row<Station>(rows, *best)) : std::nullopt;
}

void add_board_panel(BoardPanel panel) { panels().push_back(std::move(panel)); }

void register_routes(http::Router& router, const Services&) {
  router.resolver("station", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto station = find_station(reader, text);
    if (!station) return std::nullopt;
    access::Place place;
    place.region = station->region;
    place.station = text;
    return place;
  });
  router.page("station.list", "/stations", Access::everyone("the public finds its station"), list_page);
  router.page("station.board", "/stations/board", Access::any(permission::keep), board_page);
  router.page("station.one", "/stations/{station}", Access::everyone("the public finds its station"), one_page);
  router.command<DutyInput>(
      {.name = "station.duty", .path = "/stations/{station}/duty", .access = Access::over(permission::keep, "station"),
       .next = [](const CommandContext&, const Json&) { return std::string("/stations/board"); }, .flash = "station.duty_told",
       .region_field = "region"},
      [](storage::Tx& tx, const CommandContext& context, const DutyInput& input) -> Result<Json> {
        auto station = find_station(tx, context.argument("station"));
        if (!station) return refuse(Kind::not_found, "http.not_found");
        station->on_duty_since = input.direction == "out" ? Instant{} : tx.now();
        storage::execute(tx, "update station set on_duty_since = $1 where id = $2", station->on_duty_since, station->id);
        return Json::of({{"region", station->region}, {"open", station->on_duty_since.us > 0}});
      });
  router.command<VisitInput>(
      {.name = "station.visit", .path = "/stations/{station}/visitor", .access = Access::over(permission::keep, "station"),
       .next = [](const CommandContext&, const Json&) { return std::string("/stations/board"); }, .flash = "station.visitor_noted",
       .region_field = "region"},
      [](storage::Tx& tx, const CommandContext& context, const VisitInput& input) -> Result<Json> {
        const auto station = find_station(tx, context.argument("station"));
        if (!station) return refuse(Kind::not_found, "http.not_found");
        if (std::find(std::begin(kPurposes), std::end(kPurposes), input.purpose) == std::end(kPurposes))
          return refuse(Kind::invalid, "form.unreadable", "purpose");
        storage::execute(tx, "insert into station_visit (id, station, day, purpose, noted_by) values ($1,$2,$3,$4,$5)", tx.new_id(),
                         station->id, local_date(context.now), input.purpose, context.actor.account);
        return Json::of({{"region", station->region}});
      });
}

// One station for every community, marked as made up by the demonstration banner of the layout.
Result<void> load_demonstration(storage::Store& store, const identity::Vault& vault, const Clock&) {
  auto done = store.write([&](storage::Tx& tx) -> Result<Json> {
    const auto regions = storage::select<teams::Region>(tx, "select code, name, level, parent from region where level = 5 order by code");
    int serial = 0;
    for (const auto& region : regions) {
      ++serial;
      const std::int64_t id = tx.new_id();
      storage::execute(tx, "insert into station (id,code,name,level,region,address,phone,hours,state,on_duty_since,keeper,search) "
                           "values ($1,$2,$3,'station',$4,$5,'','09:00-17:30','running',$6,0,$7)",
                       id, "S" + region.code, region.name, region.code, "", serial % 3 ? tx.now().us : 0,
                       search_tokens(region.name));
      if (region.code == "640104001002")
        if (const auto keeper = identity::find_account(tx, vault, "sunzhan"))
          identity::grant(tx, keeper, {"station_keeper", access::ScopeKind::station, id_text(id)}, {});
    }
    return Json(serial);
  });
  if (!done) return tl::unexpected(done.error());
  return {};
}

}  // namespace tx::stations
