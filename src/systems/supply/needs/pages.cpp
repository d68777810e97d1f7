#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/stations.h"
#include "systems/supply/attendance/attendance.h"
#include "systems/supply/dispatch/dispatch.h"
#include "systems/supply/evaluation/evaluation.h"
#include "systems/supply/needs/needs.h"
#include "systems/supply/payment.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

// What the form sends besides the need itself: the passbook of the time bank that pays.
struct AskInput : NeedInput {
  std::string passbook;
};
BOOST_DESCRIBE_STRUCT(AskInput, (), (service, words, region, day, from, minutes, door, name, phone, risk, risk_words, minor, urgency,
                                     urgency_reason, truth, for_other, consent, menu_item, helpers, passbook))

// Sets the minutes aside in the same transaction, so that a refusal takes the need back as well.
Result<void> pay(storage::Tx& tx, const Need& need, const AskInput& input, const access::Actor& by) {
  if (input.passbook.empty() || !minutes_payment().hold) return {};
  return minutes_payment().hold(tx, {need.id.value, (need.ends.us - need.starts.us) / kMinute, need.number, need.service, input.passbook,
                                     input.for_other}, by);
}

constexpr std::string_view kRisks[] = {"none", "stairs", "pets", "heavy", "illness", "mood"};
constexpr std::string_view kHours[] = {"08:00", "09:00", "10:00", "11:00", "14:00", "15:00", "16:00", "17:00", "19:00"};
constexpr int kLengths[] = {30, 60, 90, 120, 180, 240};
constexpr int kDaysOffered = 7;

std::string first_value(const Context& context, std::string_view name) {
  std::string value = context.submitted[name].text();
  return value.empty() ? context.request.query[name].text() : value;
}

std::vector<http::Option> named(const Context& context, const std::string& prefix,
                                std::initializer_list<const char*> ids) {
  std::vector<http::Option> options;
  for (const char* id : ids) options.push_back({id, context.text(prefix + "." + id)});
  return options;
}

std::vector<http::Option> day_options(const Context& context) {
  std::vector<http::Option> options;
  const Date today = local_date(context.now);
  for (int i = 0; i < kDaysOffered; ++i) {
    const Date day{today.days + i};
    options.push_back({day.text(), i == 0   ? context.text("need.today")
                                   : i == 1 ? context.text("need.tomorrow")
                                            : language::day_text(context.language, day)});
  }
  return options;
}

// Who asks for whom decides which questions there are; everything else is the same for all four ways in.
void add_fields(const Context& context, const http::Form& form, const ServiceType& type, bool for_other, Json& view) {
  std::vector<http::Option> hours, lengths, risks;
  hours.push_back({"now", context.text("need.from.now")});
  for (const auto hour : kHours) hours.push_back({std::string(hour), std::string(hour)});
  for (const int minutes : kLengths)
    lengths.push_back({std::to_string(minutes), language::duration_text(context.language, {minutes})});
  for (const auto risk : kRisks)
    risks.push_back({std::string(risk), context.text("need.risk." + std::string(risk))});
  const auto more = [](std::initializer_list<std::pair<std::string, Json>> members) { return Json::of(members); };
  view.set("f_words", form.field("words", "need.words", "need.words.hint",
                                 more({{"maxlength", 500}, {"rows", 3}, {"optional", type.id != "other"}})))
      .set("f_day", form.options("day", "need.day", day_options(context), {}, more({{"two", true}})))
      .set("f_from", form.options("from", "need.from", hours))
      .set("f_minutes", form.options("minutes", "need.minutes", lengths))
      .set("f_door", form.field("door", "need.door", "need.door.hint", more({{"maxlength", 120}})))
      .set("f_name", form.field("name", for_other ? "need.name.other" : "need.name", {},
                                more({{"maxlength", 40}, {"required", true}, {"short", true}})))
      .set("f_phone", form.field("phone", for_other ? "need.phone.other" : "need.phone", "need.phone.hint",
                                 more({{"type", "tel"}, {"inputmode", "tel"}, {"short", true}})))
      .set("f_risk", form.options("risk", "need.risk", risks, "need.risk.hint", more({{"many", true}, {"two", true}})))
      .set("f_urgency", form.options("urgency", "need.urgency", named(context, "need.urgency", {"0", "1", "2", "3"})))
      .set("f_urgency_reason", form.field("urgency_reason", "need.urgency_reason", "need.urgency_reason.hint"))
      .set("f_truth", form.tick("truth", "need.truth", "need.truth.text"));
  if (!type.minors) view.set("f_minor", form.tick("minor", "need.minor", "need.minor.text"));
  if (for_other)
    view.set("f_consent", form.options("consent", "need.consent",
                                       named(context, "need.consent", {"spoken", "written", "guardian"})));
}

// The place is chosen by going down the tree (works without script) or by searching a name, pinyin included.
Response where_page(const Context& context, Json view, const std::string& region, const std::string& query) {
  Json choices = Json::array();
  for (const auto& child : teams::regions_below(context.reader, region.empty() ? "64" : region))
    choices.push(Json::of({{"code", child.code}, {"name", child.name}}));
  view.set("choices", choices).set("query", query);
  view.set("region_name", region.size() > 2 ? teams::region_path(context.reader, region, context.language) : "");
  if (const std::string words = context.request.query["search"].text(); !words.empty()) {
    Json found = Json::array();
    for (const auto& hit : teams::search_regions(context.reader, words, 12))
      found.push(Json::of({{"code", hit.code},
                           {"name", teams::region_path(context.reader, hit.code, context.language)}}));
    view.set("search", words).set("found_none", found.size() == 0).set("found", found);
  }
  return context.page("supply/ask_where", view);
}

// Whoever would rather speak to somebody: the nearest station with somebody there now, and how long the walk is.
void add_nearest_station(const Context& context, const std::string& region, Json& view) {
  constexpr std::int64_t kMost = 5'000;
  const auto home = teams::region_position(context.reader, region);
  const auto station = home ? stations::nearest_open_station(context.reader, *home, kMost) : std::nullopt;
  const auto door = station ? teams::region_position(context.reader, station->region) : std::nullopt;
  if (!door) return;
  const auto way = stations::Walks(context.reader).between(*home, *door);
  view.set("nearest_station", context.text("need.nearest_station", {{"name", station->name},
                                                                    {"walk", stations::walk_text(context.words, context.language, way)}}))
      .set("nearest_href", "/stations/" + station->id.text());
}

// One asking page for all four ways in: the picture menu, then the place, then the form.
Result<Response> ask_page(Context& context, Channel channel) {
  const bool desk = channel == Channel::station || channel == Channel::hotline;
  const bool for_other = desk || !first_value(context, "for_other").empty();
  const std::string service = first_value(context, "service");
  std::string region = first_value(context, "region");
  if (region.empty() && context.actor.region.size() == 12) region = context.actor.region;
  const std::string extra = std::string(desk ? "" : for_other ? "&for_other=on" : "") +
                            (first_value(context, "menu_item").empty()
                                 ? ""
                                 : "&menu_item=" + http::url_encoded(first_value(context, "menu_item")));
  Json view = Json::of({{"title", context.text(desk        ? "need.intake.title"
                                               : for_other ? "need.ask_other.title"
                                                           : "need.ask.title")},
                        {"base", desk ? "/desk/intake" : "/ask"}, {"desk", desk}, {"for_other", for_other}});
  const ServiceType* type = service_type(service);
  if (!type) {
    Json pictures = Json::array();
    for (const auto& each : service_types())
      pictures.push(Json::of({{"href", std::string(desk ? "/desk/intake" : "/ask") + "?service=" +
                                           std::string(each.id) + extra},
                              {"icon", each.icon},
                              {"label", context.text("service." + std::string(each.id))}}));
    return context.page("supply/ask_menu", view.set("pictures", pictures));
  }
  view.set("service", service).set("service_name", context.text("service." + service)).set("service_icon", type->icon);
  if (region.size() != 12 || !context.request.query["elsewhere"].text().empty())
    return where_page(context, view, region.size() == 12 ? "" : region, "service=" + service + extra);
  const http::Form form(context, Json::of({{"day", Date{local_date(context.now).days + 1}.text()}, {"from", "09:00"},
                                           {"minutes", type->usual_minutes}, {"urgency", "0"}, {"consent", "spoken"}}));
  view.set("region", region)
      .set("region_name", teams::region_path(context.reader, region, context.language))
      .set("menu_item", first_value(context, "menu_item"))
      .set("elsewhere", "service=" + service + extra)
      .set("summary", form.summary());
  add_fields(context, form, *type, for_other, view);
  add_nearest_station(context, region, view);
  if (minutes_payment().field) {
    const Json field = minutes_payment().field(context, service, desk);
    if (!field.is_null()) view.set(field["typed"].boolean() ? "f_passbook_typed" : "f_passbook", field);
  }
  return context.page("supply/ask", view);
}

std::string follow_cookie(const std::string& number) { return "tx_need_" + number; }
std::string code_of(const Context& context, const std::string& number) {
  return context.request.cookie(follow_cookie(number));
}

// A need followed by its number: the asker signed in, or the code from the cookie.
Result<Response> follow_page(Context& context) {
  const std::string number = context.argument("number");
  const auto need = find_need_by_number(context.reader, number);
  const std::string code = code_of(context, number);
  Json view = Json::of({{"title", context.text("need.follow.title")}, {"number", number}});
  view.set("summary", http::Form(context).summary());
  // The same page for an unknown number and a wrong code: nobody learns which numbers exist.
  if (!need || !is_askers(*need, context.actor, code)) return context.page("supply/follow_code", view);
  const ViewContext view_of = view_context(context);
  add_need_facts(context.reader, *need, view_of, view);
  view.set("code", code)
      .set("ticket", Json::of({{"label", context.text("need.number")},
                               {"number", number},
                               {"note", code.empty() ? "" : context.text("need.code_is", {{"code", code}})}}))
      .set("timeline", need_timeline(context.reader, *need, view_of))
      .set("helpers", helper_cards(context.reader, *need, view_of))
      .set("may_withdraw", kNeedFlow.step(need->state, "withdraw") != nullptr)
      .set("may_confirm", need->state == "done")
      .set("may_rate", need->state == "confirmed");
  view.set("has_helpers", view["helpers"].size() > 0);
  if (need->state == "accepted" || need->state == "serving") view.set("code_url", "/follow/" + number + "/code");
  if (need->state == "confirmed") {
    const http::Form form(context);
    view.set("f_stars", form.field("stars", "need.rate.stars"))
        .set("f_rate_words", form.field("words", "need.rate.words", {}, Json::of({{"optional", true}})));
  }
  return context.page("supply/follow", view);
}

struct FollowInput {
  std::string number, code;
};
BOOST_DESCRIBE_STRUCT(FollowInput, (), (number, code))
struct ActInput {
  std::string code, reason;
};
BOOST_DESCRIBE_STRUCT(ActInput, (), (code, reason))

Result<Need> askers_need(storage::Tx& tx, const CommandContext& context, const std::string& code) {
  auto need = find_need_by_number(tx, context.argument("number"));
  if (!need || !is_askers(*need, context.actor, code)) return refuse(Kind::not_found, "need.follow_unknown", "code");
  return *need;
}

std::string follow_link(const Json& answer) { return "/follow/" + answer["number"].text(); }

void remember_code(Response& response, const Json& answer) {
  if (!answer["code"].text().empty())
    response.set_cookie(follow_cookie(answer["number"].text()), answer["code"].text(), 90 * 24 * 3600);
}

Json asked_answer(const Asked& asked) {
  return Json::of({{"number", asked.need.number},
                   {"code", asked.code},
                   {"need", asked.need.id.text()},
                   {"state", asked.need.state},
                   {"region", asked.need.region},
                   {"same_as", asked.need.same_as ? Json(id_text(asked.need.same_as)) : Json()}});
}

void add_ask_routes(http::Router& router, const Services& services) {
  const auto ask = [](Context& context) { return ask_page(context, Channel::own); };
  router.page("need.ask", "/ask", Access::everyone("a resident needs no account to ask for help (N1)"), ask);
  router.command<AskInput>(
      {.name = "need.submit", .path = "/ask",
       .access = Access::everyone("a resident needs no account to ask for help (N1)"),
       .next = [](const CommandContext&, const Json& answer) { return follow_link(answer); },
       .flash = "need.submitted", .page = ask, .region_field = "region", .finish = remember_code},
      [services](storage::Tx& tx, const CommandContext& context, const AskInput& input) -> Result<Json> {
        const Channel channel = input.for_other ? Channel::proxy : Channel::own;
        const auto asked = TX_TRY(submit_need(tx, services.vault, input, channel, context.actor));
        TX_CHECK(pay(tx, asked.need, input, context.actor));
        return asked_answer(asked);
      });

  const auto intake = [](Context& context) {
    const bool hotline = context.request.query["channel"].text() == "hotline" ||
                         context.submitted["channel"].text() == "hotline";
    return ask_page(context, hotline ? Channel::hotline : Channel::station);
  };
  router.page("need.intake", "/desk/intake", Access::any(permission::take_in), intake);
  router.command<AskInput>(
      {.name = "need.take_in", .path = "/desk/intake", .access = Access::any(permission::take_in),
       .next = [](const CommandContext&, const Json& answer) { return "/desk/ticket/" + answer["number"].text(); },
       .flash = "need.taken_in", .page = intake, .region_field = "region", .finish = remember_code},
      [services](storage::Tx& tx, const CommandContext& context, const AskInput& input) -> Result<Json> {
        bool keeper = false;
        for (const auto& grant : context.actor.grants) keeper = keeper || grant.kind == access::ScopeKind::station;
        const auto asked = TX_TRY(submit_need(tx, services.vault, input, keeper ? Channel::station : Channel::hotline, context.actor));
        TX_CHECK(pay(tx, asked.need, input, context.actor));
        return asked_answer(asked);
      });
  router.page("need.ticket", "/desk/ticket/{number}", Access::any(permission::take_in),
              [](Context& context) -> Result<Response> {
                const auto need = find_need_by_number(context.reader, context.argument("number"));
                if (!need || need->helper_account != context.actor.account)
                  return refuse(Kind::not_found, "http.not_found");
                Json view = Json::of({{"title", context.text("need.ticket.title")}});
                add_need_facts(context.reader, *need, view_context(context), view);
                view.set("ticket", Json::of({{"label", context.text("need.number")},
                                             {"number", need->number},
                                             {"note", context.text("need.code_is",
                                                                   {{"code", code_of(context, need->number)}})}}));
                return context.page("supply/ticket", view);
              });
}

void add_follow_routes(http::Router& router) {
  const auto reason = "whoever holds number and code follows the need without an account";
  const auto enter = [](Context& context) -> Result<Response> {
    Json view = Json::of({{"title", context.text("need.follow.title")}, {"number", context.submitted["number"]}});
    view.set("summary", http::Form(context).summary());
    return context.page("supply/follow_code", view);
  };
  router.page("need.follow_code", "/follow", Access::everyone(reason), enter);
  router.command<FollowInput>(
      {.name = "need.open_follow", .path = "/follow", .access = Access::everyone(reason),
       .next = [](const CommandContext&, const Json& answer) { return follow_link(answer); },
       .page = enter, .finish = remember_code, .audited = false},
      [](storage::Tx& tx, const CommandContext& context, const FollowInput& input) -> Result<Json> {
        std::string number;
        for (const char c : input.number)
          if (c != ' ' && c != '-') number += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        const auto need = find_need_by_number(tx, number);
        if (!need || !is_askers(*need, context.actor, input.code))
          return refuse(Kind::not_found, "need.follow_unknown", "code");
        return Json::of({{"number", number}, {"code", input.code}});
      });
  router.page("need.follow", "/follow/{number}", Access::everyone(reason), follow_page);

  const auto act = [&router, reason](std::string name, std::string path, std::string flash, std::string_view action) {
    router.command<ActInput>(
        {.name = std::move(name), .path = std::move(path), .access = Access::everyone(reason),
         .next = [](const CommandContext&, const Json& answer) { return follow_link(answer); },
         .flash = std::move(flash), .page = follow_page, .region_field = "region"},
        [action](storage::Tx& tx, const CommandContext& context, const ActInput& input) -> Result<Json> {
          Need need = TX_TRY(askers_need(tx, context, input.code));
          TX_CHECK(move_need(tx, need, action, context.actor.account, input.reason));
          if (action == "withdraw") withdraw_asks(tx, need);
          if (action == "confirm") confirm_attendance(tx, need, context.actor.account);
          return Json::of({{"number", need.number}, {"state", need.state}, {"region", need.region}});
        });
  };
  act("need.withdraw", "/follow/{number}/withdraw", "need.withdrawn", "withdraw");
  act("need.confirm", "/follow/{number}/confirm", "need.confirmed", "confirm");
}

void add_my_needs(http::Router& router) {
  router.page("need.mine", "/me/needs", Access::signed_in("one's own needs"), [](Context& context) -> Result<Response> {
    Json rows = Json::array();
    for (const auto& need : storage::select<Need>(context.reader,
                                                  "select * from need where account = $1 or helper_account = $1 "
                                                  "order by created desc limit 50",
                                                  context.actor.account))
      rows.push(need_row(context.reader, need, view_context(context), "/follow/" + need.number));
    Json view = Json::of({{"title", context.text("need.mine.title")}});
    if (rows.size() == 0)
      view.set("none", true).set("empty", Json::of({{"icon", "heart"}, {"title", context.text("need.mine.none")},
                                                    {"text", ""}, {"href", ""}}));
    return context.page("supply/my_needs", view.set("rows", rows));
  });
}

}  // namespace

void add_need_routes(http::Router& router, const Services& services) {
  add_ask_routes(router, services);
  add_follow_routes(router);
  add_my_needs(router);
}

}  // namespace tx::supply
