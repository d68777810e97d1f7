// The asked volunteer's side: one action says yes, one says no; open needs nearby can be taken (抢单).
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/dispatch/desk.h"
#include "systems/supply/dispatch/dispatch.h"
#include "systems/supply/dispatch/why.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct AnswerInput {
  std::string reason, volunteer_no;
};
BOOST_DESCRIBE_STRUCT(AnswerInput, (), (reason, volunteer_no))

std::optional<Ask> find_ask(storage::Reader& reader, const std::string& text) {
  return storage::find<Ask>(reader, "select * from ask where id = $1", id_value(text).value_or(0));
}

Result<Response> ask_page(Context& context) {
  const auto ask = find_ask(context.reader, context.argument("ask"));
  const auto need = ask ? find_need(context.reader, ask->need) : std::nullopt;
  if (!need) return refuse(Kind::not_found, "http.not_found");
  Json view = Json::of({{"title", context.text("ask.title")}, {"ask", ask->id.text()}, {"open", ask->state == AskState::asked},
                        {"team", ask->organisation != 0}, {"why", ask->why},
                        {"ask_state", context.text(std::string("ask.state.") + enum_name(ask->state))},
                        {"summary", http::Form(context).summary()}});
  add_need_facts(context.reader, *need, view_context(context), view);
  view.set("clock", ask->state == AskState::asked ? due_clock(ask->answer_by, view_context(context)) : Json());
  if (ask->organisation)
    view.set("f_volunteer", http::Form(context).field("volunteer_no", "ask.who_comes", "ask.who_comes.hint",
                                                      Json::of({{"short", true}})));
  if (ask->state == AskState::accepted) view.set("held_href", "/me/needs/" + need->id.text());
  return context.page("supply/ask_one", view);
}

// The helper's page of a need: door, name and phone appear here, after acceptance and only until the need is over.
Result<Response> held_page(const Services& services, Context& context) {
  const auto need = find_need(context.reader, TX_TRY(context.id<Need>("need")));
  const auto volunteer = teams::find_volunteer_by_account(context.reader, context.actor.account);
  if (!need || !volunteer || !is_helper(context.reader, need->id, volunteer->id.value))
    return refuse(Kind::not_found, "http.not_found");
  Json view = Json::of({{"title", context.text("service." + need->service)}, {"summary", http::Form(context).summary()}});
  add_need_facts(context.reader, *need, view_context(context), view);
  const bool live = need->state == "accepted" || need->state == "serving";
  view.set("live", live).set("serving", need->state == "serving").set("may_release", need->state == "accepted");
  view.set("timeline", need_timeline(context.reader, *need, view_context(context)));
  if (live) {
    view.set("contact_name", services.vault.unseal(need->name_sealed, "need.name").value_or(""))
        .set("contact_phone", services.vault.unseal(need->phone_sealed, "need.phone").value_or(""))
        .set("contact_door", services.vault.unseal(need->door_sealed, "need.door").value_or(""));
  }
  view.set("f_reason", http::Form(context).field("reason", "ask.release_reason", {}, Json::of({{"maxlength", 200}})));
  view.set("f_code", http::Form(context).field("code", "attendance.code", "attendance.code.hint",
                                               Json::of({{"inputmode", "numeric"}, {"short", true}, {"maxlength", 6}})));
  return context.page("supply/held", view);
}

void add_answer_routes(http::Router& router) {
  for (const bool yes : {true, false})
    router.command<AnswerInput>(
        {.name = yes ? "ask.accept" : "ask.decline", .path = std::string("/asks/{ask}/") + (yes ? "accept" : "decline"),
         .access = Access::owner("ask"),
         .next = [yes](const CommandContext&, const Json& answer) {
           return yes ? "/me/needs/" + answer["need"].text() : std::string("/messages");
         },
         .flash = yes ? "ask.accepted" : "ask.declined", .page = ask_page, .region_field = "region"},
        [yes](storage::Tx& tx, const CommandContext& context, const AnswerInput& input) -> Result<Json> {
          const auto ask = find_ask(tx, context.argument("ask"));
          if (!ask) return refuse(Kind::not_found, "http.not_found");
          std::int64_t volunteer = ask->volunteer;
          if (yes && ask->organisation) {   // a team's leader names who comes
            const auto member = teams::find_volunteer_by_number(tx, input.volunteer_no);
            if (!member || !teams::is_member(tx, ask->organisation, member->id.value))
              return refuse(Kind::invalid, "ask.not_member", "volunteer_no");
            volunteer = member->id.value;
          }
          const auto answered = TX_TRY(answer_ask(tx, ask->id, yes, input.reason, volunteer));
          const auto need = find_need(tx, answered.need);
          return Json::of({{"need", answered.need.text()}, {"state", need->state}, {"region", need->region}});
        });
}

void add_grab_routes(http::Router& router, const Desk& desk) {
  router.page("grab.list", "/nearby", Access::everyone("open needs without personal data, and opportunities"),
              [](Context& context) -> Result<Response> {
                const auto volunteer = context.actor.signed_in()
                                           ? teams::find_volunteer_by_account(context.reader, context.actor.account)
                                           : std::nullopt;
                Json rows = Json::array();
                if (volunteer) {
                  const std::string county = volunteer->region.substr(0, 6);
                  for (const auto& need : needs_in(context.reader, {county}, {"open"}, 30, 0)) {
                    Json row = need_row(context.reader, need, view_context(context), "/needs/" + need.id.text());
                    row.set("clock", Json()).set("state", Json());
                    rows.push(row);
                  }
                }
                Json view = Json::of({{"title", context.text("nearby.title")}, {"nav_nearby", true}, {"rows", rows},
                                      {"volunteer", volunteer.has_value()}, {"signed_in_only", !context.actor.signed_in()}});
                if (volunteer && rows.size() == 0)
                  view.set("empty", Json::of({{"icon", "heart"}, {"title", context.text("nearby.none")}, {"text", ""}, {"href", ""}}));
                return context.page("supply/nearby", view);
              });
  const auto open_need = [pool = desk.pool](Context& context) -> Result<Response> {
    const auto need = find_need(context.reader, TX_TRY(context.id<Need>("need")));
    const auto volunteer = teams::find_volunteer_by_account(context.reader, context.actor.account);
    if (!need || !volunteer || (need->state != "open" && need->state != "asked"))
      return refuse(Kind::not_found, "http.not_found");
    Json view = Json::of({{"title", context.text("service." + need->service)}, {"summary", http::Form(context).summary()}});
    add_need_facts(context.reader, *need, view_context(context), view);
    view.set("why", why_view(context.reader, *pool, nullptr, *need, volunteer->id.value, view_context(context)));
    return context.page("supply/open_need", view);
  };
  router.page("grab.one", "/needs/{need}", Access::signed_in("volunteers see open needs without personal data"), open_need);
  router.command<AnswerInput>(
      {.name = "need.claim", .path = "/needs/{need}/claim",
       .access = Access::signed_in("any volunteer whom no hard rule bars (checked in the command)"),
       .next = [](const CommandContext&, const Json& answer) { return "/me/needs/" + answer["need"].text(); },
       .flash = "ask.accepted", .page = open_need, .region_field = "region"},
      [](storage::Tx& tx, const CommandContext& context, const AnswerInput&) -> Result<Json> {
        const auto volunteer = teams::find_volunteer_by_account(tx, context.actor.account);
        if (!volunteer) return refuse(Kind::forbidden, "signup.not_volunteer");
        const auto need = TX_TRY(take_open_need(tx, TX_TRY(context.id<Need>("need")), volunteer->id.value));
        return Json::of({{"need", need.id.text()}, {"state", need.state}, {"region", need.region}});
      });
}

}  // namespace

void add_asked_routes(http::Router& router, const Desk& desk) {
  router.resolver("ask", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto ask = find_ask(reader, text);
    if (!ask) return std::nullopt;
    access::Place place;
    if (ask->volunteer) place.owners = {teams::account_of_volunteer(reader, ask->volunteer)};
    if (ask->organisation) {
      place.organisations = {id_text(ask->organisation)};
      place.owners = teams::leaders_of(reader, ask->organisation);
    }
    return place;
  });
  router.page("ask.one", "/asks/{ask}", Access::owner("ask"), ask_page);
  add_answer_routes(router);
  add_grab_routes(router, desk);
  const auto held = [services = desk.services](Context& context) { return held_page(services, context); };
  router.page("need.held", "/me/needs/{need}", Access::signed_in("only the need's own helpers pass (checked inside)"), held);
  router.command<AnswerInput>(
      {.name = "need.release", .path = "/me/needs/{need}/release",
       .access = Access::signed_in("only the need's own helpers pass (checked in the command)"),
       .next = [](const CommandContext&, const Json&) { return std::string("/me/service"); }, .flash = "ask.released",
       .page = held, .region_field = "region"},
      [](storage::Tx& tx, const CommandContext& context, const AnswerInput& input) -> Result<Json> {
        auto need = find_need(tx, TX_TRY(context.id<Need>("need")));
        const auto volunteer = teams::find_volunteer_by_account(tx, context.actor.account);
        if (!need || !volunteer) return refuse(Kind::not_found, "http.not_found");
        TX_CHECK(release_need(tx, *need, volunteer->id.value, input.reason));
        return Json::of({{"state", need->state}, {"region", need->region}});
      });
}

}  // namespace tx::supply
