#include <algorithm>

#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/evaluation/evaluation.h"
#include "systems/supply/dispatch/dispatch.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr std::int64_t kFewerAreHidden = 3;

struct RateInput {
  std::string code;
  int stars = 0;
  std::string words;
};
BOOST_DESCRIBE_STRUCT(RateInput, (), (code, stars, words))
struct CallInput {
  bool reached = false, satisfied = false;
  std::string words;
};
BOOST_DESCRIBE_STRUCT(CallInput, (), (reached, satisfied, words))

Result<void> rate_need(storage::Tx& tx, const Need& need, const std::string& side, access::AccountId by,
                       std::int64_t about, int stars, const std::string& words) {
  if (stars < 1 || stars > 5) return refuse(Kind::invalid, "rating.stars", "stars");
  Rating rating;
  rating.id = tx.new_id();
  rating.kind = "need";
  rating.object = need.id.value;
  rating.by_account = by;
  rating.side = side;
  rating.about = about;
  rating.stars = stars;
  rating.words = words;
  rating.at = tx.now();
  const auto there = storage::scalar<std::int64_t>(
      tx, "select id from rating where kind = 'need' and object = $1 and side = $2 and by_account = $3 and about = $4",
      need.id, side, by, about);
  if (there) return refuse(Kind::conflict, "rating.twice");
  storage::insert(tx, "rating", rating);
  return {};
}

void add_rating_routes(http::Router& router) {
  const auto follow = [](Context& context) -> Result<Response> {
    return Response::redirect("/follow/" + context.argument("number"));
  };
  router.command<RateInput>(
      {.name = "need.rate", .path = "/follow/{number}/rate",
       .access = Access::everyone("whoever holds number and code follows the need without an account"),
       .next = [](const CommandContext&, const Json& answer) { return "/follow/" + answer["number"].text(); },
       .flash = "rating.thanks", .page = follow, .region_field = "region"},
      [](storage::Tx& tx, const CommandContext& context, const RateInput& input) -> Result<Json> {
        auto need = find_need_by_number(tx, context.argument("number"));
        if (!need || !is_askers(*need, context.actor, input.code))
          return refuse(Kind::not_found, "need.follow_unknown", "code");
        TX_CHECK(rate_need(tx, *need, "recipient", context.actor.account, 0, input.stars, input.words));
        TX_CHECK(move_need(tx, *need, "rate", context.actor.account));
        return Json::of({{"number", need->number}, {"state", need->state}, {"region", need->region}});
      });
  // Two-way: the helper says how it was, too (organisation and resident see the words only in a complaint).
  router.command<RateInput>(
      {.name = "need.rate_back", .path = "/needs/{need}/rate-back",
       .access = Access::signed_in("only the need's own helpers pass (checked in the command)"),
       .next = [](const CommandContext&, const Json&) { return "/me/service"; }, .flash = "rating.thanks"},
      [](storage::Tx& tx, const CommandContext& context, const RateInput& input) -> Result<Json> {
        const auto need = find_need(tx, TX_TRY(context.id<Need>("need")));
        const auto volunteer = teams::find_volunteer_by_account(tx, context.actor.account);
        if (!need || !volunteer || !is_helper(tx, need->id, volunteer->id.value))
          return refuse(Kind::not_found, "http.not_found");
        TX_CHECK(rate_need(tx, *need, "volunteer", context.actor.account, volunteer->id.value, input.stars, input.words));
        return Json::of({{"need", need->id.text()}});
      });
}

// ---- follow-up calls to those without a phone page
void add_call_routes(http::Router& router) {
  const auto list = [](Context& context) -> Result<Response> {
    const auto regions = access::regions_of(context.roles, context.actor, permission::read);
    Json rows = Json::array();
    for (const auto& need : storage::select<Need>(
             context.reader,
             "select n.* from need n where " + access::region_filter("n.region", regions) +
                 " and n.channel in ('station','hotline') and n.state in ('done','confirmed') and not exists "
                 "(select 1 from follow_call c where c.need = n.id) order by n.ends limit 100"))
      rows.push(need_row(context.reader, need, view_context(context), "/desk/needs/" + need.id.text() + "#call"));
    Json view = Json::of({{"title", context.text("call.title")}, {"lead", context.text("call.lead")}});
    if (rows.size() == 0)
      view.set("empty", Json::of({{"icon", "phone"}, {"title", context.text("call.none")}, {"text", ""}, {"href", ""}}));
    return context.page("supply/list", view.set("rows", rows));
  };
  router.page("call.list", "/desk/calls", Access::any(permission::read), list);
  router.command<CallInput>(
      {.name = "call.record", .path = "/desk/needs/{need}/call", .access = Access::over(permission::read, "need"),
       .next = [](const CommandContext&, const Json&) { return std::string("/desk/calls"); }, .flash = "call.recorded",
       .region_field = "region"},
      [](storage::Tx& tx, const CommandContext& context, const CallInput& input) -> Result<Json> {
        auto need = find_need(tx, TX_TRY(context.id<Need>("need")));
        if (!need) return refuse(Kind::not_found, "http.not_found");
        storage::execute(tx, "insert into follow_call (id,need,by_account,reached,satisfied,words,at) "
                             "values ($1,$2,$3,$4,$5,$6,$7)",
                         tx.new_id(), need->id, context.actor.account, input.reached, input.satisfied, input.words,
                         tx.now());
        if (input.reached && need->state == "done") TX_CHECK(move_need(tx, *need, "confirm", context.actor.account));
        return Json::of({{"need", need->id.text()}, {"state", need->state}, {"region", need->region}});
      });
}

// ---- the promise wall
Result<Response> wall_page(Context& context) {
  const std::string parent = context.request.query["region"].text().empty() ? "64" : context.request.query["region"].text();
  const Instant since = context.now.plus(-30 * kDay);
  Json lines = Json::array();
  std::int64_t asked = 0, met = 0, waiting = 0;
  for (const auto& row : promise_wall(context.reader, parent, since)) {
    asked += row.asked;
    met += row.met;
    waiting += row.waiting;
    if (row.asked < kFewerAreHidden) continue;   // counted above, not shown by name
    const auto percent = row.met * 100 / std::max<std::int64_t>(1, row.asked);
    lines.push(Json::of({{"label", teams::region_name(context.reader, row.region, context.language)},
                         {"href", row.region.size() < 12 ? "/promises?region=" + row.region : ""},
                         {"percent", percent},
                         {"tone", percent < 50 ? "warn" : ""},
                         {"value", context.text("wall.line", {{"met", std::to_string(row.met)},
                                                              {"asked", std::to_string(row.asked)},
                                                              {"waiting", std::to_string(row.waiting)}})}}));
  }
  const auto figure = [&](const char* key, std::int64_t value) {
    return Json::of({{"label", context.text(key)}, {"value", std::to_string(value)}, {"unit", ""}, {"href", ""}, {"tone", ""}});
  };
  Json view = Json::of({{"title", context.text("wall.title")},
                        {"region_name", parent == "64" ? "" : teams::region_path(context.reader, parent, context.language)},
                        {"stats", Json::Array{figure("wall.asked", asked), figure("wall.met", met),
                                              figure("wall.waiting", waiting)}},
                        {"bars", lines}});
  if (lines.size() == 0)
    view.set("empty", Json::of({{"icon", "heart"}, {"title", context.text("wall.none")}, {"text", ""}, {"href", ""}}));
  return context.page("supply/wall", view);
}

}  // namespace

std::vector<PromiseRow> promise_wall(storage::Reader& reader, const std::string& parent, Instant since) {
  const int next = parent.size() == 2 ? 4 : parent.size() == 4 ? 6 : parent.size() == 6 ? 9 : 12;
  if (!std::all_of(parent.begin(), parent.end(), [](char c) { return c >= '0' && c <= '9'; })) return {};
  return storage::select<PromiseRow>(
      reader,
      "select substr(region, 1, " + std::to_string(next) +
          ") as region, count(*) as asked, "
          "sum(case when state in ('done','confirmed','closed') then 1 else 0 end) as met, "
          "sum(case when state in ('submitted','open','asked','accepted','serving') then 1 else 0 end) as waiting "
          "from need where " + access::region_filter("region", {parent}) +
          " and created > $1 and state <> 'withdrawn' group by substr(region, 1, " + std::to_string(next) +
          ") order by asked desc",
      since);
}

void add_evaluation_routes(http::Router& router, const Services&) {
  add_rating_routes(router);
  add_call_routes(router);
  router.page("wall", "/promises", Access::everyone("the public sees what is asked and met"), wall_page);
}

}  // namespace tx::supply
