// What the supply room gives to others: a panel on the keeper's board, a calendar of one's service, and the telling of
// late deadlines.
#include "platform/audit/audit.h"
#include "platform/identity/identity.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/stations.h"
#include "systems/supply/links.h"
#include "systems/supply/needs/needs.h"
#include "systems/supply/offers/offers.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

struct Ahead {
  std::int64_t id = 0;
  std::string title, place;
  Instant starts, ends;
};
BOOST_DESCRIBE_STRUCT(Ahead, (), (id, title, place, starts, ends))

Json board_panel(http::Context& context, const stations::Station& station) {
  Json rows = Json::array();
  for (const auto& need : needs_in(context.reader, {station.region}, {"submitted", "open", "asked", "accepted", "serving"}, 10, 0))
    rows.push(need_row(context.reader, need, view_context(context),
                       context.may(permission::read) ? "/desk/needs/" + need.id.text() : "/follow/" + need.number));
  Json panel = Json::of({{"panel_title", context.text("station.needs_here")}, {"panel_href", ""}});
  if (rows.size() == 0)
    return panel.set("empty", Json::of({{"icon", "check"}, {"title", context.text("desk.none")}, {"text", ""}, {"href", ""}}))
        .set("rows", rows);
  return panel.set("empty", Json()).set("rows", rows);
}

// Shifts and visits of the volunteer behind the account; no door and no name leave the program this way.
std::vector<notices::CalendarEntry> calendar(storage::Reader& reader, access::AccountId account, const language::Catalogue& words,
                                             language::Language language) {
  std::vector<notices::CalendarEntry> entries;
  const auto volunteer = teams::find_volunteer_by_account(reader, account);
  if (!volunteer) return entries;
  for (const auto& shift : storage::select<Ahead>(
           reader, "select s.id, a.title, a.place, s.starts, s.ends from signup g join shift s on s.id = g.shift join activity a "
                   "on a.id = s.activity where g.volunteer = $1 and g.state = 'granted' order by s.starts desc limit 100", volunteer->id))
    entries.push_back({"shift-" + id_text(shift.id), shift.title, shift.place, "", shift.starts, shift.ends, {}});
  for (const auto& need : storage::select<Need>(
           reader, "select n.* from need n join need_helper h on h.need = n.id where h.volunteer = $1 and h.state = 'holding' "
                   "order by n.starts desc limit 100", volunteer->id))
    entries.push_back({"need-" + need.id.text(), words.text(language, "service." + need.service),
                       teams::region_path(reader, need.region, language), "", need.starts, need.ends, {}});
  return entries;
}

std::string region_of(storage::Reader& reader, const workflow::Late& late) {
  const char* table = late.flow == "need" ? "need" : late.flow == "activity" ? "activity"
                    : late.flow == "complaint" ? "complaint" : late.flow == "organisation" ? "organisation"
                    : late.flow == "record_case" ? "record_case" : late.flow == "risk_case" ? "risk_case"
                    : late.flow == "station" ? "station" : late.flow == "six_check" ? "station_check" : nullptr;
  if (!table) return {};
  return storage::scalar<std::string>(reader, std::string("select region from ") + table + " where id = $1", late.object).value_or("");
}

std::string link_of(const workflow::Late& late) {
  const std::string id = id_text(late.object);
  if (late.flow == "need") return "/desk/needs/" + id;
  if (late.flow == "complaint") return "/desk/complaints/" + id;
  if (late.flow == "record_case") return "/desk/records/" + id;
  if (late.flow == "risk_case") return "/desk/risks/" + id;
  if (late.flow == "station") return "/stations/" + id + "/file";
  if (late.flow == "six_check") return "/desk/inspections";
  return late.flow == "activity" ? "/activities/" + id : "/organisations/" + id;
}

}  // namespace

void add_links(const language::Catalogue& words) {
  stations::add_board_panel(board_panel);
  notices::add_calendar_source([&words](storage::Reader& reader, access::AccountId account, language::Language language) {
    return calendar(reader, account, words, language);
  });
}

void escalate_late(storage::Tx& tx) {
  for (const auto& late : workflow::take_late(tx)) {
    const std::string region = region_of(tx, late);
    const bool need = late.flow == "need" || late.flow == "complaint";
    for (const auto account : identity::holders_over(tx, need ? "county_dispatcher" : "federation_officer", region))
      notices::send(tx, {account, "notice.late." + late.flow, {{"due", local_text(late.due)}}, link_of(late)});
  }
}

}  // namespace tx::supply
