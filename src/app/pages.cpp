#include "app/pages.h"

#include "platform/storage/record_sql.h"
#include "systems/culture/culture.h"
#include "systems/teams/teams.h"
#include "platform/identity/identity.h"

namespace tx::app {
namespace {

using access::Access;
using http::Context;
using http::Response;

Json tile(const Context& context, const char* href, const char* icon, const char* key, const char* tone) {
  return Json::of({{"href", href}, {"icon", icon}, {"label", context.text(key)}, {"tone", tone},
                   {"note", context.text(std::string(key) + ".note")}});
}

Result<Response> home(Context& context) {
  const auto count = [&](const char* sql, auto... a) {
    return storage::scalar<std::int64_t>(context.reader, sql, a...).value_or(0);
  };
  const Instant month = context.now.plus(-30 * kDay);
  const auto figure = [&](const char* key, std::int64_t value, const char* href) {
    return Json::of({{"label", context.text(key)}, {"value", std::to_string(value)}, {"unit", ""}, {"href", href}, {"tone", ""}});
  };
  Json view = Json::of({{"title", context.text("app.home")}, {"nav_home", true}});
  view.set("tiles", Json::Array{tile(context, "/ask", "help", "app.tile.ask", "primary"),
                                tile(context, "/activities", "calendar", "app.tile.join", "helan"),
                                tile(context, "/nearby", "nearby", "app.tile.near", "oasis"),
                                tile(context, "/follow", "search", "app.tile.follow", "river")});
  view.set("elder_actions", Json::Array{tile(context, "/ask", "help", "app.elder.ask", "primary"),
                                        tile(context, "/follow", "search", "app.elder.follow", "river"),
                                        tile(context, "/stations", "nearby", "app.elder.station", "oasis"),
                                        tile(context, "/me", "me", "app.elder.me", "helan")});
  view.set("stats", Json::Array{
      figure("app.figure.asked", count("select count(*) from need where created > $1 and state <> 'withdrawn'", month), "/promises"),
      figure("app.figure.met", count("select count(*) from need where created > $1 and state in ('done','confirmed','closed')", month), "/promises"),
      figure("app.figure.volunteers", count("select count(*) from volunteer where state = 'active'"), ""),
      figure("app.figure.activities", count("select count(*) from activity where state = 'published' and starts > $1", context.now), "/activities")});
  Json cards = Json::array();
  const auto soon = storage::query(context.reader,
                                   "select a.id, a.title, a.starts, a.region, a.recorder, sum(s.places - s.taken) "
                                   "from activity a join shift s on s.activity = a.id where a.state = 'published' and "
                                   "a.starts > $1 group by a.id, a.title, a.starts, a.region, a.recorder "
                                   "having sum(s.places - s.taken) > 0 order by a.starts limit 6", context.now);
  for (std::size_t i = 0; i < soon.size(); ++i) {
    std::int64_t id = 0, starts = 0, left = 0;
    std::string title, region, recorder;
    storage::from_value(soon.rows[i][0], id);
    storage::from_value(soon.rows[i][1], title);
    storage::from_value(soon.rows[i][2], starts);
    storage::from_value(soon.rows[i][3], region);
    storage::from_value(soon.rows[i][4], recorder);
    storage::from_value(soon.rows[i][5], left);
    const Date day = local_date({starts});
    cards.push(Json::of({{"href", "/activities/" + id_text(id)}, {"title", title}, {"text", ""}, {"icon", ""},
                         {"leaf", Json::of({{"month", context.text("month." + std::to_string(day.month()))}, {"day", day.day()},
                                            {"week", context.text("weekday." + std::to_string(day.weekday()))}})},
                         {"unread_row", false}, {"has_side", true}, {"side", ""}, {"clock", Json()},
                         {"meta", Json::Array{Json::of({{"glyph", "clock"}, {"words", local_text({starts}).substr(11)}}),
                                              Json::of({{"glyph", "nearby"}, {"words", teams::region_name(context.reader, region, context.language)}}),
                                              Json::of({{"glyph", "team"}, {"words", recorder}})}},
                         {"state", Json::of({{"tone", "live"}, {"label", context.text("activity.left", {{"n", std::to_string(left)}})}})}}));
  }
  view.set("rows", cards).set("culture", culture::home_view(context));
  return context.page("app/home", view);
}

Result<Response> me(Context& context) {
  const auto volunteer = teams::find_volunteer_by_account(context.reader, context.actor.account);
  Json view = Json::of({{"title", context.text("app.me")}, {"nav_me", true},
                        {"is_volunteer", volunteer.has_value()},
                        {"volunteer_no", volunteer ? volunteer->volunteer_no : ""}});
  const auto link = [&](const char* href, const char* icon, const char* key) {
    return Json::of({{"href", href}, {"icon", icon}, {"title", context.text(key)}, {"text", ""}, {"leaf", ""}, {"meta", Json::array()},
                     {"has_side", false}, {"unread_row", false}});
  };
  Json rows = Json::array();
  if (holds_office(context)) rows.push(link("/desk", "board", "app.me.desk"));
  if (volunteer) rows.push(link("/me/service", "calendar", "app.me.service"));
  if (volunteer) {
    rows.push(link("/me/record", "list", "app.me.record"));
    rows.push(link("/me/certificates", "file", "app.me.certificates"));
  }
  rows.push(link("/me/timebank", "hourglass", "app.me.bank"));
  if (volunteer) {
    rows.push(link("/me/honours", "star", "app.me.honours"));
    rows.push(link("/me/training", "reading", "app.me.training"));
    rows.push(link("/oath", "flag", "app.me.oath"));
  }
  rows.push(link("/me/stories", "edit", "app.me.stories"));
  rows.push(link("/me/circle", "heart", "app.me.circle"));
  rows.push(link("/me/volunteer", "heart", volunteer ? "app.me.profile" : "app.me.become"));
  if (storage::scalar<std::int64_t>(context.reader, "select id from gift where donor = $1 and donor <> 0 limit 1", context.actor.account)) rows.push(link("/me/gifts", "gift", "gift.mine"));
  rows.push(link("/me/needs", "help", "app.me.needs"));
  if (volunteer) rows.push(link("/me/insurance", "insurance", "insurance.mine"));
  if (volunteer) rows.push(link("/me/swaps", "swap", "app.me.swaps"));
  if (volunteer) rows.push(link("/me/duty", "station", "duty.own"));
  if (volunteer) {
    rows.push(link("/me/calls", "emergency", "callout.mine"));
    rows.push(link("/me/party", "flag", "party.title"));
  }
  rows.push(link("/messages", "messages", "app.me.messages"));
  for (const auto& proxy : identity::proxies_of(context.reader, context.actor.account, context.now))
    if (proxy.consent_kind == "guardian" && proxy.principal) {
      rows.push(link("/me/children", "children", "minor.children"));
      break;
    }
  rows.push(link("/me/account", "settings", "app.me.account"));
  view.set("rows", rows);
  const std::string name = context.actor.name;
  view.set("person", Json::of({{"initial", name.empty() ? "" : name.substr(0, (name[0] & 0x80) ? 3 : 1)}, {"name", name}, {"tone", 1},
                               {"note", volunteer ? volunteer->volunteer_no : context.text("app.me.resident")}}));
  return context.page("app/me", view);
}

// What is kept and why, whose rights, how long, minors' own rules, and whom to ask by name (more than a million people: an
// officer must be named; mission D3).
Result<Response> privacy_page(Context& context, const std::string& privacy_officer) {
  Json purposes = Json::array();
  for (const auto& purpose : identity::purposes()) {
    const std::string key = "identity.purpose." + std::string(purpose.id);
    purposes.push(Json::of({{"purpose", context.text(key)}, {"why", context.text(key + ".text")},
                            {"ground", context.text("identity.ground." + std::string(purpose.ground))}}));
  }
  return context.page("app/privacy", Json::of({{"title", context.text("privacy.title")}, {"purposes", purposes}, {"privacy_officer", privacy_officer}}));
}

}  // namespace

void add_pages(http::Router& router, const std::string& privacy_officer) {
  router.page("home", "/", Access::everyone("the public home"), home);
  router.page("me", "/me", Access::signed_in("one's own page"), me);
  router.page("app.privacy", "/privacy", Access::everyone("the rules for personal data are public (PIPL art. 17, 31)"),
              [privacy_officer](Context& context) { return privacy_page(context, privacy_officer); });
  for (const auto* name : {"help", "accessibility"})
    router.page(name, std::string("/") + name, Access::everyone("public information"),
                [name](Context& context) -> Result<Response> {
                  return context.page(std::string("app/") + name, Json::of({{"title", context.text(std::string("app.") + name)}}));
                });
}

}  // namespace tx::app
