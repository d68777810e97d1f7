// The keeper's day: duty in and out, what waits in the community, a walk-in in one tap, visitors counted by purpose.
#include <algorithm>
#include <iterator>

#include "platform/storage/record_sql.h"
#include "systems/stations/duty/duty.h"
#include "systems/stations/keeper.h"

namespace tx::stations {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

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

// Who came today and why: counts only, no names.
void add_visits(Context& context, const Station& station, Json& view) {
  Json bars = Json::array(), purposes = Json::array();
  std::int64_t all = 0;
  const auto counts = storage::query(context.reader,
                                     "select purpose, count(*) from station_visit where station = $1 and day = $2 "
                                     "group by purpose order by count(*) desc, purpose",
                                     station.id, local_date(context.now));
  std::vector<std::pair<std::string, std::int64_t>> found;
  for (const auto& row : counts.rows) {
    auto& [purpose, count] = found.emplace_back();
    storage::from_value(row[0], purpose);
    storage::from_value(row[1], count);
    all += count;
  }
  for (const auto& [purpose, count] : found)
    bars.push(Json::of({{"label", context.text("station.purpose." + purpose)},
                        {"percent", count * 100 / all},
                        {"value", std::to_string(count)},
                        {"href", ""},
                        {"tone", ""}}));
  for (const char* purpose : kPurposes)
    purposes.push(Json::of({{"value", purpose}, {"label", context.text(std::string("station.purpose.") + purpose)}}));
  view.set("visitors", std::to_string(all)).set("has_purposes", all > 0).set("bars", bars).set("purposes", purposes);
}

Json tile(const Context& context, std::string href, const char* icon, const char* key, const char* tone) {
  const std::string note = std::string(key) + ".note";
  return Json::of({{"href", std::move(href)},
                   {"icon", icon},
                   {"label", context.text(key)},
                   {"tone", tone},
                   {"note", context.words.has(note) ? context.text(note) : ""}});
}

Result<Response> board_page(Context& context) {
  const auto station = own_station(context);
  if (!station) return refuse(Kind::not_found, "station.no_own");
  const std::string here = "/stations/" + station->id.text();
  const auto count = [&](const char* sql) {
    return std::to_string(storage::scalar<std::int64_t>(context.reader, sql, station->region).value_or(0));
  };
  const auto figure = [&](const char* key, std::string value) {
    return figure_view(context.text(key), std::move(value));
  };
  Json view = Json::of(
      {{"title", station->name},
       {"station", station->id.text()},
       {"on_duty", station->on_duty_since.us > 0},
       {"doors_open", station->state == "open" || station->state == "upgrading"},
       {"since", station->on_duty_since.us ? language::date_text(context.language, station->on_duty_since) : ""},
       {"state", open_pill(context, *station)},
       {"stats",
        Json::Array{
            figure("station.needs_open",
                   count("select count(*) from need where region = $1 and state in ('submitted','open','asked')")),
            figure("station.needs_running",
                   count("select count(*) from need where region = $1 and state in ('accepted','serving')")),
            figure("station.volunteers",
                   count("select count(*) from volunteer where region = $1 and state = 'active'"))}},
       {"tiles", Json::Array{tile(context, "/desk/intake", "help", "station.walk_in", "primary"),
                             tile(context, "/kiosk", "key", "station.kiosk", "river"),
                             tile(context, "/activities?region=" + station->region.substr(0, 6), "calendar",
                                  "station.activities", "helan"),
                             tile(context, here + "/roster", "people", "duty.roster", "oasis"),
                             tile(context, here + "/stock", "gift", "stock.title", "river"),
                             tile(context, here + "/checks", "star", "six.title", "helan"),
                             tile(context, here + "/months", "chart", "month.title", "helan"),
                             tile(context, here + "/file", "file", "station.file", "oasis")}}});
  Json today = Json::array();
  for (const auto& shift : shifts_of(context.reader, *station, local_date(context.now), local_date(context.now)))
    today.push(Json::of({{"who_when", minute_text(shift.from_minute) + "\u2013" + minute_text(shift.until_minute) +
                                          " " + (shift.who.empty() ? context.text("duty.keeper") : shift.who)}}));
  view.set("duty_today", today).set("has_duty_today", today.size() > 0);
  Json shown = Json::array();
  for (const auto& panel : panels())
    if (Json one = panel(context, *station); !one.is_null()) shown.push(std::move(one));
  view.set("panels", shown).set("rows", Json::array());
  add_visits(context, *station, view);
  return context.page("stations/board", view);
}

}  // namespace

void add_board_panel(BoardPanel panel) { panels().push_back(std::move(panel)); }

void add_board_routes(http::Router& router, const Services&) {
  router.page("station.board", "/stations/board", Access::any(permission::keep), board_page);
  using Tx = storage::Tx;
  const KeeperCommands keeper{router, board_page, [](const CommandContext&, const Json&) { return std::string("/stations/board"); }};
  keeper.add<DutyInput>("station.duty", "/duty", "station.duty_told", [](Tx& tx, const CommandContext& context, Station& station, const DutyInput& input) -> Result<Json> {
    TX_CHECK(input.direction == "out" ? go_off_duty(tx, station, "self") : come_on_duty(tx, station, context.actor.account));
    return Json::of({{"open", station.on_duty_since.us > 0}});
  });
  keeper.add<VisitInput>("station.visit", "/visitor", "station.visitor_noted", [](Tx& tx, const CommandContext& context, const Station& station, const VisitInput& input) -> Result<Json> {
    if (std::find(std::begin(kPurposes), std::end(kPurposes), input.purpose) == std::end(kPurposes)) return refuse(Kind::invalid, "form.unreadable", "purpose");
    storage::execute(tx, "insert into station_visit (id, station, day, purpose, noted_by) values ($1,$2,$3,$4,$5)", tx.new_id(), station.id, local_date(context.now), input.purpose,
                     context.actor.account);
    return Json::object();
  });
}

}  // namespace tx::stations
