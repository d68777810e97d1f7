// What a dispatcher does with a need: verify, refuse, ask by hand, take it in hand, read the contact with a reason. And the
// overview of the region.
#include <algorithm>

#include "base/text.h"
#include "platform/audit/audit.h"
#include "platform/audit/lately.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/dispatch/desk.h"
#include "systems/supply/evaluation/evaluation.h"
#include "systems/supply/dispatch/dispatch.h"
#include "systems/supply/dispatch/search.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct AskInput {
  std::vector<std::string> volunteer;
  std::string organisation, reason;
};
BOOST_DESCRIBE_STRUCT(AskInput, (), (volunteer, organisation, reason))
struct VerifyInput {
  std::string how;
  bool find = false;               // search for helpers at once
};
BOOST_DESCRIBE_STRUCT(VerifyInput, (), (how, find))
struct ReasonInput {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReasonInput, (), (reason))

void add_verify(http::Router& router, const Desk& desk) {
  const auto need_page = need_page_of(desk);
  const auto back = [](const CommandContext& context, const Json&) { return "/desk/needs/" + context.argument("need"); };
  router.command<VerifyInput>(
      {.name = "need.accept", .path = "/desk/needs/{need}/accept", .access = Access::over(permission::verify, "need"),
       .next = back, .flash = "need.accepted", .page = need_page, .region_field = "region"},
      [](storage::Tx& tx, const CommandContext& context, const VerifyInput& input) -> Result<Json> {
        auto need = find_need(tx, TX_TRY(context.id<Need>("need")));
        const auto how = enum_value<Verification>(input.how);
        if (!need) return refuse(Kind::not_found, "http.not_found");
        if (!how || *how == Verification::none) return refuse(Kind::invalid, "need.how_missing", "how");
        need->verified_by = context.actor.account.value;   // N1: method, officer and time are on record
        need->verified_how = *how;
        need->verified_at = tx.now();
        TX_CHECK(move_need(tx, *need, "accept", context.actor.account));
        keep(tx, *need, context.actor);
        if (input.find) (void)start_search(tx, *need, usual_deadline(*need, tx.now()), Pace::usual, context.actor.account);   // too late to search: still verified
        return Json::of({{"state", need->state}, {"region", need->region}});
      });
  const auto with_reason = [&](std::string name, std::string path, access::Permission permission, std::string_view action,
                               std::string flash) {
    router.command<ReasonInput>(
        {.name = std::move(name), .path = std::move(path), .access = Access::over(permission, "need"), .next = back,
         .flash = std::move(flash), .page = need_page, .region_field = "region"},
        [action](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
          auto need = find_need(tx, TX_TRY(context.id<Need>("need")));
          if (!need) return refuse(Kind::not_found, "http.not_found");
          TX_CHECK(move_need(tx, *need, action, context.actor.account, input.reason));
          withdraw_asks(tx, *need);
          return Json::of({{"state", need->state}, {"region", need->region}});
        });
  };
  with_reason("need.refuse", "/desk/needs/{need}/refuse", permission::verify, "refuse", "need.refused");
  with_reason("need.dispatch_again", "/desk/needs/{need}/again", permission::dispatch, "dispatch_again", "need.reopened");
}

void add_asking(http::Router& router, const Desk& desk) {
  const auto need_page = need_page_of(desk);
  router.command<AskInput>(
      {.name = "need.dispatch", .path = "/desk/needs/{need}/ask", .access = Access::over(permission::dispatch, "need"),
       .next = [](const CommandContext& context, const Json&) { return "/desk/needs/" + context.argument("need"); },
       .flash = "desk.asked", .page = need_page, .region_field = "region"},
      [](storage::Tx& tx, const CommandContext& context, const AskInput& input) -> Result<Json> {
        auto need = find_need(tx, TX_TRY(context.id<Need>("need")));
        if (!need) return refuse(Kind::not_found, "http.not_found");
        std::vector<std::int64_t> volunteers;
        for (const auto& text : input.volunteer) {
          const auto id = id_value(text);
          if (!id) return refuse(Kind::invalid, "form.unreadable", "volunteer");
          volunteers.push_back(*id);
        }
        const auto result = TX_TRY(ask_volunteers(tx, *need, volunteers, id_value(input.organisation).value_or(0),
                                                  context.actor.account, input.reason));
        keep(tx, *need, context.actor);
        return Json::of({{"asked", result.asks.size()}, {"state", need->state}, {"region", need->region}});
      });
}

bool concerns_minor(const Need& need) {
  const auto* type = service_type(need.service);
  return type && type->minors;
}
std::string minor_subject(const Need& need) { return "need:" + need.id.text(); }

// Name, phone and door in full: with a stated reason, and an audit entry in the same transaction that shows them.
void add_reveal(http::Router& router, const Desk& desk) {
  const auto need_page = need_page_of(desk);
  const auto& services = desk.services;
  router.command<ReasonInput>(
      {.name = "need.reveal", .path = "/desk/needs/{need}/reveal", .access = Access::over(permission::reveal, "need"),
       .next = [](const CommandContext& context, const Json& answer) {
         const std::string& asked = answer["asked"].text();
         return asked.empty() ? "/desk/needs/" + context.argument("need") + "/contact" : "/desk/minors/" + asked;
       },
       .page = need_page, .region_field = "region"},
      [](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
        const auto need = find_need(tx, TX_TRY(context.id<Need>("need")));
        if (!need) return refuse(Kind::not_found, "http.not_found");
        if (letter_count(input.reason) < 4) return refuse(Kind::invalid, "identity.reason_missing", "reason");
        if (concerns_minor(*need) && !teams::minor_access_runs(tx, context.actor.account, minor_subject(*need), tx.now())) {
          // A child's data need a second person's yes: the reading becomes a request.
          const auto asked = TX_TRY(teams::ask_minor_access(tx, minor_subject(*need), need->region, context.actor.account, input.reason));
          return Json::of({{"region", need->region}, {"asked", id_text(asked)}});
        }
        audit::Entry entry;
        entry.account = context.actor.account.value;
        entry.action = concerns_minor(*need) ? "minor.read" : "need.contact_read";
        entry.object = "need:" + need->id.text();
        entry.region = need->region;
        entry.outcome = "done";
        entry.reason = input.reason;
        audit::append(tx, entry);
        return Json::of({{"region", need->region}});
      });
  router.page("need.contact", "/desk/needs/{need}/contact", Access::over(permission::reveal, "need"),
              [services](Context& context) -> Result<Response> {
                const auto need = find_need(context.reader, TX_TRY(context.id<Need>("need")));
                if (!need) return refuse(Kind::not_found, "http.not_found");
                // Shown only to who has just stated a reason; the entry is the proof.
                const bool stated = audit::said_lately(context.reader, concerns_minor(*need) ? "minor.read" : "need.contact_read", minor_subject(*need), context.actor.account, context.now);
                if (!stated || (concerns_minor(*need) && !teams::minor_access_runs(context.reader, context.actor.account, minor_subject(*need), context.now))) return refuse(Kind::forbidden, "identity.reason_missing");
                return context.page(
                    "supply/contact",
                    Json::of({{"title", context.text("desk.contact")}, {"need_id", need->id.text()},
                              {"name", services.vault.unseal(need->name_sealed, "need.name").value_or("")},
                              {"phone", services.vault.unseal(need->phone_sealed, "need.phone").value_or("")},
                              {"door", services.vault.unseal(need->door_sealed, "need.door").value_or("")},
                              {"region", teams::region_path(context.reader, need->region, context.language)}}));
              });
}

void add_taking_up(http::Router& router, const Desk& desk) {
  router.command<ReasonInput>(
      {.name = "need.take_up", .path = "/desk/needs/{need}/take-up", .access = Access::over(permission::dispatch, "need"),
       .next = [](const CommandContext& context, const Json&) { return "/desk/needs/" + context.argument("need"); },
       .page = need_page_of(desk), .region_field = "region"},
      [](storage::Tx& tx, const CommandContext& context, const ReasonInput&) -> Result<Json> {
        const auto need = find_need(tx, TX_TRY(context.id<Need>("need")));
        if (!need) return refuse(Kind::not_found, "http.not_found");
        keep(tx, *need, context.actor);
        return Json::of({{"region", need->region}});
      });
}

// ---- region overview: live figures that open to their rows
Result<Response> overview_page(Context& context) {
  const auto regions = access::regions_of(context.roles, context.actor, permission::overview);
  const std::string filter = access::region_filter("region", regions);
  const auto count = [&](const std::string& sql, auto... a) {
    return storage::scalar<std::int64_t>(context.reader, sql, a...).value_or(0);
  };
  const Instant month = context.now.plus(-30 * kDay);
  const auto figure = [&](const char* key, std::int64_t value, const std::string& href, bool warn = false) {
    return Json::of({{"label", context.text(key)}, {"value", std::to_string(value)}, {"unit", ""}, {"href", href},
                     {"tone", warn ? "warn" : ""}});
  };
  const auto late = count("select count(*) from need where " + filter + " and due > 0 and due < $1 and state in "
                          "('submitted','open','asked','done')", context.now);
  // Hours with what they rest on, rounded once (H1, H4): the share that check-in and check-out by code show.
  const auto hours_figure = [&] {
    const std::string of = "from attendance where " + filter + " and state = 'confirmed' and came > $1";
    const auto all = count("select cast(coalesce(sum(minutes),0) as bigint) " + of, month);
    const auto shown = count("select cast(coalesce(sum(minutes),0) as bigint) " + of + " and came_by in ('code','kiosk') and left_by in ('code','kiosk')", month);
    return Json::of({{"label", context.text("overview.minutes")}, {"value", language::hours_text({all})},
                     {"unit", context.text("overview.minutes.shown", {{"percent", std::to_string(all ? shown * 100 / all : 0)}})}, {"href", "/desk/needs?tab=past"}, {"tone", ""}});
  };
  Json stats = Json::Array{
      figure("overview.waiting", count("select count(*) from need where " + filter + " and state in ('submitted','open')"),
             "/desk/needs"),
      figure("overview.running", count("select count(*) from need where " + filter + " and state in ('asked','accepted','serving')"),
             "/desk/needs?tab=running"),
      figure("overview.late", late, "/desk/needs?tab=waiting", late > 0),
      figure("overview.met", count("select count(*) from need where " + filter + " and created > $1 and state in "
                                   "('done','confirmed','closed')", month), "/desk/needs?tab=closing"),
      figure("overview.activities", count("select count(*) from activity where " + filter + " and state = 'published' and starts > $1",
                                          context.now), "/activities"),
      hours_figure()};
  Json bars = Json::array();
  const std::string parent = regions.empty() || regions.front().empty() ? "64" : regions.front();
  std::int64_t most = 1;
  const auto wall = promise_wall(context.reader, parent, month);
  for (const auto& row : wall) most = std::max(most, row.asked);
  for (const auto& row : wall)
    bars.push(Json::of({{"label", teams::region_name(context.reader, row.region, context.language)},
                        {"href", "/promises?region=" + row.region}, {"tone", ""}, {"percent", row.asked * 100 / most},
                        {"value", context.text("wall.line", {{"met", std::to_string(row.met)},
                                                             {"asked", std::to_string(row.asked)},
                                                             {"waiting", std::to_string(row.waiting)}})}}));
  return context.page("supply/overview", Json::of({{"title", context.text("overview.title")}, {"stats", stats}, {"bars", bars}}));
}

}  // namespace

void keep(storage::Tx& tx, const Need& need, const access::Actor& by) {
  storage::execute(tx, "insert into need_keeper (need, account, name, at) values ($1,$2,$3,$4) on conflict (need) do update set "
                       "account = excluded.account, name = excluded.name, at = excluded.at", need.id, by.account, by.name, tx.now());
  live::changed(tx, need);
}

void add_desk_routes(http::Router& router, const Desk& desk) {
  add_board_routes(router, desk);
  add_verify(router, desk);
  add_asking(router, desk);
  add_taking_up(router, desk);
  add_reveal(router, desk);
  add_search_routes(router, desk);
  add_batch_routes(router, desk);
  add_weight_routes(router, desk);
  router.page("overview", "/desk/overview", Access::any(permission::overview), overview_page);
}

}  // namespace tx::supply
