// What the supply room gives to others: a panel on the keeper's board, and a calendar of one's service.
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/stations.h"
#include "systems/supply/supply.h"
#include "systems/supply/filings/filings.h"
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

}  // namespace

void add_links(const language::Catalogue& words) {
  stations::add_board_panel(board_panel);
  add_filing_links();
  notices::add_calendar_source([&words](storage::Reader& reader, access::AccountId account, language::Language language) {
    return calendar(reader, account, words, language);
  });
}

}  // namespace tx::supply
