// The desk: what an officer's permissions open, in the order of the six systems; beside every page and on a page of its own.
#include "app/pages.h"
#include "platform/identity/identity.h"
#include "platform/notices/notices.h"
#include "systems/culture/culture.h"
#include "systems/mobilisation/mobilisation.h"
#include "systems/stations/stations.h"
#include "systems/supply/dispatch/room.h"
#include "systems/supply/supply.h"
#include "systems/support/incentives.h"
#include "systems/support/rights.h"
#include "systems/teams/teams.h"
#include "systems/teams/training/training.h"

namespace tx::app {
namespace {

using access::Access;
using http::Context;
using http::Response;

struct Place {
  const char *href, *icon, *key;
  access::Permission permission;
};
struct Group {
  const char* key;
  std::vector<Place> places;
};

// With so few places a menu in groups only costs a click (a station keeper has eight).
constexpr std::size_t kFewPlaces = 9;

const std::vector<Group>& groups() {
  static const std::vector<Group> all = {
      {"app.desk.group.mobilisation",
       {{"/desk/emergency", "emergency", "emergency.desk", mobilisation::permission::read},
        {"/desk/cards", "idcard", "card.title", mobilisation::permission::plan},
        {"/desk/units", "team", "unit.title", mobilisation::permission::unit},
        {"/desk/campaigns", "flag", "campaign.desk", mobilisation::permission::campaign}}},
      {"app.desk.group.supply",
       {{"/desk/overview", "chart", "app.desk.overview", supply::permission::overview},
        {"/desk/needs", "board", "app.desk.needs", supply::permission::read},
        {"/desk/intake", "help", "app.desk.intake", supply::permission::take_in},
        {"/desk/calls", "phone", "app.desk.calls", supply::permission::read},
        {"/desk/complaints", "warning", "app.desk.complaints", supply::permission::handle},
        {"/desk/activities", "calendar", "app.desk.activities", supply::permission::publish},
        {"/desk/review", "check", "app.desk.review", supply::permission::review},
        {"/desk/filings", "file", "app.desk.filings", supply::permission::filings},
        {"/desk/weights", "filter", "app.desk.weights", supply::permission::weigh},
        {"/desk/fairness", "chart", "app.desk.fairness", supply::permission::weigh}}},
      {"app.desk.group.stations",
       {{"/stations/board", "station", "app.desk.station", stations::permission::keep},
        {"/kiosk", "key", "app.desk.kiosk", supply::permission::kiosk},
        {"/desk/stations", "station", "app.desk.stations", stations::permission::propose},
        {"/coverage", "nearby", "app.desk.coverage", stations::permission::propose},
        {"/desk/map", "map", "app.desk.map", stations::permission::plan},
        {"/desk/planning", "walk", "app.desk.planning", stations::permission::plan},
        {"/desk/inspections", "eye", "app.desk.inspections", stations::permission::inspect},
        {"/desk/programme", "flag", "app.desk.programme", stations::permission::propose},
        {"/desk/criteria", "list", "app.desk.criteria", stations::permission::standard}}},
      {"app.desk.group.teams",
       {{"/desk/volunteers", "heart", "volunteer.desk", teams::permission::volunteer_read},
        {"/desk/organisations", "team", "app.desk.organisations", teams::permission::organisation_approve},
        {"/desk/roster", "people", "app.desk.roster", teams::permission::roster_import},
        {"/desk/training", "reading", "app.desk.training", teams::permission::training_lead},
        {"/desk/minors", "lock", "app.desk.minors", teams::permission::volunteer_read}}},
      {"app.desk.group.culture",
       {{"/desk/paper", "file", "app.desk.paper", culture::permission::read},
        {"/desk/culture/calendar", "calendar", "app.desk.culture_calendar", culture::permission::plan},
        {"/desk/culture/marks", "flag", "app.desk.marks", culture::permission::license},
        {"/desk/culture/marks/new", "flag", "app.desk.mark_ask", teams::permission::organisation_lead},
        {"/desk/honours", "star", "app.desk.honours", support::permission::honour_review},
        {"/desk/oath", "flag", "app.desk.oath", teams::permission::organisation_lead}}},
      {"app.desk.group.support",
       {{"/desk/records", "list", "app.desk.records", support::permission::check},
        {"/desk/risks", "eye", "app.desk.risks", support::permission::judge},
        {"/desk/spot-checks", "check", "spot.desk", support::permission::supervise},
        {"/desk/seals", "flag", "seal.desk", support::permission::seal},
        {"/desk/funds", "gift", "fund.desk", support::permission::fund_keep},
        {"/desk/outflows", "check", "fund.waiting", support::permission::fund_approve},
        {"/desk/appeals", "warning", "complaint.appeals", support::permission::complain_judge},
        {"/desk/insurance", "insurance", "insurance.desk", support::permission::insure},
        {"/desk/accidents", "medical", "accident.desk", support::permission::insure},
        {"/desk/transfers", "swap", "transfer.desk", support::permission::transfer},
        {"/desk/timebank", "hourglass", "app.desk.bank", support::permission::bank_keep},
        {"/desk/timebank/report", "hourglass", "app.desk.bank_report", support::permission::bank_manage},
        {"/desk/benefits", "gift", "app.desk.benefits", support::permission::benefit_manage},
        {"/desk/log", "lock", "log.desk", support::permission::keep_log}}},
      {"app.desk.group.platform",
       {{"/officers", "lock", "app.desk.roles", identity::permission::account_read},
        {"/settings", "settings", "app.desk.settings", identity::permission::system_settings},
        {"/outbox", "share", "app.desk.outbox", notices::permission::outbox},
        {"/audit", "audit", "app.desk.audit", identity::permission::audit_read}}},
  };
  return all;
}

// The place where the reader is: the longest address that the page's own begins with; empty when in none.
std::string_view current_place(std::string_view path) {
  if (path.starts_with("/desk/operations")) path = "/desk/emergency";
  if (path.starts_with("/desk/batch")) path = "/desk/needs";   // a batch is the dispatch desk's work
  std::string_view best;
  for (const auto& group : groups())
    for (const auto& place : group.places) {
      const std::string_view href = place.href;
      if (href.size() > best.size() && path.starts_with(href) && (path.size() == href.size() || path[href.size()] == '/'))
        best = href;
    }
  return best;
}

// [{label, open, places: [{href, icon, label, current}]}]: the groups that hold something for this person.
Json open_groups(const Context& context) {
  const std::string_view current = current_place(context.request.path);
  Json open = Json::array();
  for (const auto& group : groups()) {
    Json places = Json::array();
    bool here = false;
    for (const auto& place : group.places) {
      if (!context.may(place.permission)) continue;
      here = here || current == place.href;
      places.push(Json::of({{"href", place.href}, {"icon", place.icon}, {"label", context.text(place.key)}, {"current", current == place.href}}));
    }
    if (places.size() > 0) open.push(Json::of({{"label", context.text(group.key)}, {"open", here}, {"places", places}}));
  }
  return open;
}

Result<Response> desk(Context& context) {
  const Json all = open_groups(context);
  return context.page("app/desk", Json::of({{"title", context.text("layout.desk")}, {"groups", all}, {"none", all.size() == 0}}));
}

}  // namespace

bool holds_office(const Context& context) {
  for (const auto& group : groups())
    for (const auto& place : group.places)
      if (context.may(place.permission)) return true;
  return false;
}

void add_desk(http::Router& router) {
  router.page("desk", "/desk", Access::signed_in("what one's own offices open; nothing else is shown"), desk);
}

void fill_layout(const Context& context, Json& view) {
  view.set("account", context.actor.signed_in() ? context.actor.account.text() : "");   // keeps offline queues apart
  if (!context.actor.signed_in()) return;
  view.set("unread", notices::unread(context.reader, context.actor.account));
  const Json all = open_groups(context);
  if (all.size() == 0) return;
  Json flat = Json::array();
  for (const auto& group : all.items())
    for (const auto& place : group["places"].items()) flat.push(place);
  view.set("officer", !context.elder).set("at_desk", context.request.path == "/desk");
  view.set("desk_groups", flat.size() > kFewPlaces ? all : Json::Array{Json::of({{"label", ""}, {"places", flat}})});
}

}  // namespace tx::app
