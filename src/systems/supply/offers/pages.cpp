#include <algorithm>

#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/filings/filings.h"
#include "systems/supply/offers/cover.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr int kPage = 20;

struct ShiftInput {
  std::string reason, volunteer_no;
};
BOOST_DESCRIBE_STRUCT(ShiftInput, (), (reason, volunteer_no))
struct ReasonInput {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReasonInput, (), (reason))
struct SwapAnswer {
  bool yes = false;
};
BOOST_DESCRIBE_STRUCT(SwapAnswer, (), (yes))
struct MenuInput {
  std::string organisation, service, title, summary, region;
};
BOOST_DESCRIBE_STRUCT(MenuInput, (), (organisation, service, title, summary, region))

Json leaf_of(const Context& context, Instant at) {
  const Date day = local_date(at);
  return Json::of({{"month", context.text("month." + std::to_string(day.month()))},
                   {"day", day.day()},
                   {"week", context.text("weekday." + std::to_string(day.weekday()))}});
}

struct Places {
  int places = 0, taken = 0, waiting = 0;
};
Places places_of(storage::Reader& reader, ActivityId id) {
  Places sum;
  for (const auto& shift : shifts_of(reader, id)) {
    sum.places += shift.places;
    sum.taken += shift.taken;
    sum.waiting += shift.waiting;
  }
  return sum;
}

Json activity_row(const Context& context, const Activity& activity) {
  const Places places = places_of(context.reader, activity.id);
  const int left = places.places - places.taken;
  Json state = activity.state != "published"
                   ? pill("activity", activity.state, kActivityFlow, view_context(context))
                   : Json::of({{"tone", left > 0 ? "live" : "wait"},
                               {"label", left > 0 ? context.text("activity.left", {{"n", std::to_string(left)}})
                                                  : context.text("activity.full")}});
  return Json::of(
      {{"href", "/activities/" + activity.id.text()}, {"title", activity.title}, {"text", ""}, {"icon", ""},
       {"leaf", leaf_of(context, activity.starts)}, {"unread_row", false}, {"has_side", true}, {"side", ""},
       {"clock", Json()},
       {"meta", Json::Array{Json::of({{"glyph", "clock"}, {"words", local_text(activity.starts).substr(11) + "–" +
                                                                        local_text(activity.ends).substr(11)}}),
                            Json::of({{"glyph", "nearby"},
                                      {"words", teams::region_name(context.reader, activity.region, context.language)}}),
                            Json::of({{"glyph", "team"}, {"words", activity.recorder}})}},
       {"state", state}});
}

// ---- find opportunities
Result<Response> list_page(Context& context) {
  const http::Form form(context);
  const std::string words = form.text("q"), region = form.text("region"), category = form.text("category");
  const int offset = std::max(0, std::atoi(form.text("from").c_str()));
  std::string where = "state = 'published' and starts > $1";
  std::vector<storage::Value> values{storage::to_value(context.now)};
  const auto bind = [&](std::string value) {
    values.push_back(std::move(value));
    return "$" + std::to_string(values.size());
  };
  for (const auto& token : query_tokens(words)) where += " and ' ' || search || ' ' like " + bind("% " + token + " %");
  if (!region.empty()) where += " and region like " + bind(region + "%");
  if (!category.empty()) where += " and category = " + bind(category);
  values.push_back(storage::to_value(kPage + 1));
  values.push_back(storage::to_value(offset));
  const auto found = context.reader.query("select * from activity where " + where + " order by starts, id limit $" +
                                              std::to_string(values.size() - 1) + " offset $" +
                                              std::to_string(values.size()), values);
  Json rows = Json::array();
  for (std::size_t i = 0; i < found.size() && i < kPage; ++i)
    rows.push(activity_row(context, storage::read_row<Activity>(found, i)));
  std::vector<http::Option> regions{{"", context.text("activity.everywhere")}}, categories{{"", context.text("activity.all")}};
  for (const auto& city : teams::regions_below(context.reader, "64")) regions.push_back({city.code, city.name});
  for (const char* code : {"0001", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0013", "0015",
                           "0017", "0018"})
    categories.push_back({code, context.text(std::string("category.") + code)});
  const auto address = [&](int from) {
    return "/activities?q=" + http::url_encoded(words) + "&region=" + http::url_encoded(region) +
           "&category=" + http::url_encoded(category) + "&from=" + std::to_string(from);
  };
  Json view = Json::of({{"title", context.text("activity.find")},
                        {"nav_nearby", true},
                        {"q", words},
                        {"f_region", form.options("region", "activity.region_label", regions)},
                        {"f_category", form.options("category", "activity.category", categories)},
                        {"rows", rows}});
  if (rows.size() == 0)
    view.set("empty", Json::of({{"icon", "calendar"}, {"title", context.text("activity.none")},
                                {"text", context.text("activity.none.hint")}, {"href", ""}}));
  if (offset > 0 || found.size() > kPage)
    view.set("pager", Json::of({{"previous", offset > 0 ? address(std::max(0, offset - kPage)) : ""},
                                {"next", found.size() > kPage ? address(offset + kPage) : ""},
                                {"where", std::to_string(offset + 1) + "–" + std::to_string(offset + rows.size())}}));
  return context.page("supply/activities", view);
}

// ---- one opportunity
Json shift_view(const Context& context, const Shift& shift, std::int64_t volunteer, const std::string& activity_state) {
  std::string mine;
  if (volunteer)
    mine = storage::scalar<std::string>(context.reader,
                                        "select state from signup where shift = $1 and volunteer = $2",
                                        shift.id, volunteer).value_or("");
  const bool held = mine == "granted" || mine == "waiting";
  const bool open = activity_state == "published" && shift.starts > context.now;
  const int left = shift.places - shift.taken;
  Json demands = Json::array();
  demands.push(context.text("shift.age", {{"age", std::to_string(shift.least_age)}}));
  if (shift.checked) demands.push(context.text("shift.checked"));
  return Json::of({{"shift", shift.id.text()},
                   {"role", shift.role},
                   {"when", language::date_text(context.language, shift.starts)},
                   {"long", language::duration_text(context.language, {(shift.ends.us - shift.starts.us) / kMinute})},
                   {"left_text", left > 0 ? context.text("activity.left", {{"n", std::to_string(left)}})
                                          : context.text("activity.waiting_n", {{"n", std::to_string(shift.waiting)}})},
                   {"places_text", context.text("shift.places", {{"taken", std::to_string(shift.taken)},
                                                                 {"places", std::to_string(shift.places)}})},
                   {"percent", shift.places ? shift.taken * 100 / shift.places : 0},
                   {"full", left == 0},
                   {"may_sign_up", open && !held},
                   {"may_leave", open && held},
                   {"may_swap", open && mine == "granted"},
                   {"demands", demands},
                   {"mine", held ? context.text("signup.state." + mine) : ""}});
}

Result<Response> activity_page(Context& context) {
  const auto activity = find_activity(context.reader, TX_TRY(context.id<Activity>("activity")));
  if (!activity) return refuse(Kind::not_found, "http.not_found");
  const auto organisation = teams::find_organisation(context.reader, activity->organisation);
  const bool own = organisation && [&] {
    for (const auto& grant : context.actor.grants)
      if (grant.kind == access::ScopeKind::organisation && grant.scope == id_text(activity->organisation)) return true;
    return false;
  }();
  const bool officer = context.may(permission::review);
  // Until it is published only its own leaders and reviewers see an activity.
  if (activity->state == "review" || activity->state == "rejected")
    if (!own && !officer) return refuse(Kind::not_found, "http.not_found");
  const auto volunteer = context.actor.signed_in()
                             ? teams::find_volunteer_by_account(context.reader, context.actor.account)
                             : std::nullopt;
  Json shifts = Json::array();
  for (const auto& shift : shifts_of(context.reader, activity->id))
    shifts.push(shift_view(context, shift, volunteer ? volunteer->id.value : 0, activity->state));
  Json support = Json::array();
  std::string code;
  for (const char c : activity->support + ",")
    if (c == ',') {
      if (!code.empty()) support.push(context.text("support." + code));
      code.clear();
    } else {
      code += c;
    }
  Json view = Json::of({{"title", activity->title},
                        {"activity", activity->id.text()},
                        {"summary_text", activity->summary},
                        {"place", activity->place},
                        {"region_name", teams::region_path(context.reader, activity->region, context.language)},
                        {"when", language::date_text(context.language, activity->starts)},
                        {"until", local_text(activity->ends).substr(11)},
                        {"category_name", context.text("category." + activity->category)},
                        {"organisation", activity->recorder},
                        {"organisation_href", "/organisations/" + id_text(activity->organisation)},
                        {"person_in_charge", activity->person_in_charge},
                        {"risks", activity->risks}, {"danger", activity->danger}, {"insurance", activity->insurance},
                        {"support", support}, {"shifts", shifts},
                        {"leaf", leaf_of(context, activity->starts)},
                        {"state", activity->state == "published" ? Json()
                                                                 : pill("activity", activity->state, kActivityFlow,
                                                                        view_context(context))},
                        {"own", own}, {"may_review", officer && activity->state == "review" && !own},
                        {"may_cancel", own && (activity->state == "published" || activity->state == "review")},
                        {"needs_sign_in", !context.actor.signed_in()},
                        {"needs_profile", context.actor.signed_in() && !volunteer},
                        {"summary", http::Form(context).summary()}});
  if (insurance().card) view.set("covering", insurance().card(context, to_cover(*activity)));
  const auto filing = own || officer || context.may(permission::filings) ? find_filing(context.reader, activity->id) : std::nullopt;
  if (filing)
    view.set("filing", Json::of({{"filing_state", Json::of({{"state", filing_pill(context, *filing)}})}, {"filed_text", local_text(filing->filed)}, {"filed_late", filing->late},
                                 {"late_reason", filing->late_reason}, {"filing_link", own ? "/activities/" + activity->id.text() + "/filing" : ""}}));
  return context.page("supply/activity", view);
}

void add_signup_routes(http::Router& router) {
  const auto activity_of = [](storage::Reader& reader, ShiftId shift) {
    const auto found = storage::scalar<std::int64_t>(reader, "select activity from shift where id = $1", shift);
    return found ? id_text(*found) : std::string();
  };
  const auto back = [](const CommandContext&, const Json& answer) { return "/activities/" + answer["activity"].text(); };
  const auto again = [activity_of](Context& context) -> Result<Response> {
    const auto shift = TX_TRY(context.id<Shift>("shift"));
    context.arguments.emplace_back("activity", activity_of(context.reader, shift));
    return activity_page(context);
  };
  const auto answer = [](const Signup& signup, const std::string& activity) {
    return Json::of({{"signup", signup.id.text()}, {"state", signup.state}, {"activity", activity}});
  };
  router.command<ShiftInput>(
      {.name = "signup.create", .path = "/shifts/{shift}/sign-up",
       .access = Access::signed_in("any registered volunteer; age, checks and overlap are rules of the command"),
       .next = back, .flash = "signup.done", .page = again, .hot = true},
      [answer, activity_of](storage::Tx& tx, const CommandContext& context, const ShiftInput&) -> Result<Json> {
        const auto shift = TX_TRY(context.id<Shift>("shift"));
        const Signup signup = TX_TRY(sign_up(tx, shift, context.actor.account));
        return answer(signup, activity_of(tx, shift));
      });
  router.command<ShiftInput>(
      {.name = "signup.withdraw", .path = "/shifts/{shift}/withdraw",
       .access = Access::signed_in("one's own sign-up (checked in the command)"), .next = back,
       .flash = "signup.withdrawn", .page = again},
      [answer](storage::Tx& tx, const CommandContext& context, const ShiftInput& input) -> Result<Json> {
        const auto shift = TX_TRY(context.id<Shift>("shift"));
        const auto volunteer = teams::find_volunteer_by_account(tx, context.actor.account);
        if (!volunteer) return refuse(Kind::forbidden, "signup.not_volunteer");
        const Signup signup = TX_TRY(withdraw_signup(tx, shift, volunteer->id.value, input.reason));
        return answer(signup, find_shift(tx, shift)->activity.text());
      });
  router.command<ShiftInput>(
      {.name = "swap.offer", .path = "/shifts/{shift}/swap",
       .access = Access::signed_in("one's own place (checked in the command)"), .next = back, .flash = "swap.offered",
       .page = again},
      [](storage::Tx& tx, const CommandContext& context, const ShiftInput& input) -> Result<Json> {
        const auto shift = TX_TRY(context.id<Shift>("shift"));
        const auto volunteer = teams::find_volunteer_by_account(tx, context.actor.account);
        if (!volunteer) return refuse(Kind::forbidden, "signup.not_volunteer");
        TX_CHECK(offer_swap(tx, shift, volunteer->id.value, input.volunteer_no));
        return Json::of({{"activity", find_shift(tx, shift)->activity.text()}});
      });
  router.page("swap.list", "/me/swaps", Access::signed_in("places offered to oneself"),
              [](Context& context) -> Result<Response> {
                const auto volunteer = teams::find_volunteer_by_account(context.reader, context.actor.account);
                Json swaps = Json::array();
                if (volunteer) {
                  const auto rows = storage::query(
                      context.reader, "select w.id, a.title, s.starts, a.id from swap w join signup g on g.id = w.signup "
                                      "join shift s on s.id = g.shift join activity a on a.id = s.activity "
                                      "where w.to_volunteer = $1 and w.state = 'offered'", volunteer->id);
                  for (std::size_t i = 0; i < rows.size(); ++i) {
                    std::int64_t id = 0, starts = 0, activity = 0;
                    std::string title;
                    storage::from_value(rows.rows[i][0], id);
                    storage::from_value(rows.rows[i][1], title);
                    storage::from_value(rows.rows[i][2], starts);
                    storage::from_value(rows.rows[i][3], activity);
                    swaps.push(Json::of({{"swap", id_text(id)}, {"what", title}, {"href", "/activities/" + id_text(activity)},
                                         {"when", language::date_text(context.language, {starts})}}));
                  }
                }
                Json view = Json::of({{"title", context.text("swap.title")}, {"swaps", swaps}});
                if (swaps.size() == 0)
                  view.set("empty", Json::of({{"icon", "calendar"}, {"title", context.text("swap.none")}, {"text", ""}, {"href", ""}}));
                return context.page("supply/swaps", view);
              });
  router.command<SwapAnswer>(
      {.name = "swap.answer", .path = "/swaps/{swap}/answer",
       .access = Access::signed_in("a swap offered to oneself (checked in the command)"),
       .next = [](const CommandContext&, const Json&) { return std::string("/me/service"); }, .flash = "swap.answered"},
      [](storage::Tx& tx, const CommandContext& context, const SwapAnswer& input) -> Result<Json> {
        const auto volunteer = teams::find_volunteer_by_account(tx, context.actor.account);
        if (!volunteer) return refuse(Kind::forbidden, "signup.not_volunteer");
        TX_CHECK(answer_swap(tx, id_value(context.argument("swap")).value_or(0), volunteer->id.value, input.yes));
        return Json::object();
      });
}

// ---- organisations publish
Result<Response> new_activity_page(Context& context) {
  const auto organisations = access::organisations_of(context.roles, context.actor, permission::publish);
  std::vector<http::Option> choices, categories, supports, modes, exclusions;
  for (const auto& text : organisations) {
    const auto organisation = teams::find_organisation(context.reader, id_value(text).value_or(0));
    if (organisation) choices.push_back({text, organisation->name});
  }
  for (const char* code : {"0001", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0013", "0015",
                           "0017", "0018", "0099"})
    categories.push_back({code, context.text(std::string("category.") + code)});
  for (const char* code : {"01", "03", "04", "05", "07", "08", "10", "11"})
    supports.push_back({code, context.text(std::string("support.") + code)});
  for (const char* mode : {"event", "daily", "paired", "menu"})
    modes.push_back({mode, context.text(std::string("activity.mode.") + mode)});
  for (const char* box : {"1", "2", "3", "4", "5", "6"})
    exclusions.push_back({box, context.text(std::string("activity.exclusion.") + box)});
  const http::Form form(context, Json::of({{"day", Date{local_date(context.now).days + 3}.text()}, {"from", "09:00"},
                                           {"to", "11:30"}, {"places", 20}, {"least_age", 14}, {"repeat_weeks", 0},
                                           {"mode", "event"}, {"category", "0001"},
                                           {"organisation", choices.empty() ? "" : choices.front().value}}));
  const auto number = [](int low, int high) {
    return Json::of({{"type", "number"}, {"inputmode", "numeric"}, {"min", low}, {"max", high}, {"short", true}});
  };
  const auto typed = [](const char* type) { return Json::of({{"type", type}, {"short", true}}); };
  std::string region = form.text("region");
  if (region.empty() && context.actor.region.size() == 12) region = context.actor.region;
  const auto policy = filing_policy(context.reader, region);
  const bool late = context.problem && context.problem->rule == "filing.late";
  Json view = Json::of({{"title", context.text("activity.new")}, {"summary", form.summary()},
                        {"filing_policy", policy.people > 0 ? context.text("filing.policy", {{"people", std::to_string(policy.people)}, {"before", std::to_string(policy.before_days)},
                                                                                             {"after", std::to_string(policy.report_days)}}) : ""},
                        {"region", region},
                        {"region_name", region.size() == 12 ? teams::region_path(context.reader, region, context.language) : ""}});
  view.set("f_organisation", form.options("organisation", "activity.organisation_label", choices))
      .set("f_title", form.field("title", "activity.title_label", "activity.title_hint", Json::of({{"maxlength", 50}})))
      .set("f_summary", form.field("summary", "activity.summary_label", "activity.summary_hint"))
      .set("f_category", form.options("category", "activity.category", categories))
      .set("f_mode", form.options("mode", "activity.mode", modes))
      .set("f_region", form.field("region", "activity.region_code", "activity.region_hint", Json::of({{"short", true}, {"maxlength", 12}})))
      .set("f_place", form.field("place", "activity.place", "activity.place_hint"))
      .set("f_day", form.field("day", "activity.day", {}, typed("date")))
      .set("f_from", form.field("from", "activity.from", {}, typed("time")))
      .set("f_to", form.field("to", "activity.to", {}, typed("time")))
      .set("f_repeat", form.field("repeat_weeks", "activity.repeat", "activity.repeat_hint", number(0, 26)))
      .set("f_role", form.field("role", "activity.role", "activity.role_hint"))
      .set("f_places", form.field("places", "activity.places_label", {}, number(1, 100000)))
      .set("f_age", form.field("least_age", "activity.age", "activity.age_hint", number(8, 60)))
      .set("f_checked", form.tick("checked", "activity.checked", "activity.checked_text"))
      .set("f_risks", form.field("risks", "activity.risks_label", "activity.risks_hint"))
      .set("f_danger", form.tick("danger", "activity.danger", "activity.danger_text"))
      .set("f_insurance", form.field("insurance", "activity.insurance_label", "activity.insurance_hint"))
      .set("f_charge", form.field("person_in_charge", "activity.charge", {}, Json::of({{"short", true}})))
      .set("f_support", form.options("support", "activity.support", supports, {}, Json::of({{"many", true}, {"two", true}})))
      .set("f_exclusions", form.options("not_excluded", "activity.exclusions_label", exclusions,
                                        "activity.exclusions_hint", Json::of({{"many", true}})));
  if (late || !form.text("late_reason").empty())   // asked for only when the filing is late
    view.set("f_late", form.field("late_reason", "filing.late_label", "filing.late_hint", Json::of({{"maxlength", 200}})));
  return context.page("supply/activity_new", view);
}

void add_publish_routes(http::Router& router) {
  router.page("activity.new", "/desk/activities/new", Access::any(permission::publish), new_activity_page);
  router.command<ActivityInput>(
      {.name = "activity.send_in", .path = "/desk/activities/new", .access = Access::any(permission::publish),
       .next = [](const CommandContext&, const Json& answer) { return "/activities/" + answer["activity"].text(); },
       .flash = "activity.sent_in", .page = new_activity_page, .region_field = "region"},
      [](storage::Tx& tx, const CommandContext& context, const ActivityInput& input) -> Result<Json> {
        bool own = false;   // the organisation in the form must be one of the actor's own
        for (const auto& grant : context.actor.grants)
          own = own || (grant.kind == access::ScopeKind::organisation && grant.scope == input.organisation);
        if (!own) return refuse(Kind::forbidden, "access.denied");
        return send_in_activity(tx, input, context.actor);
      });
  const auto desk = [](Context& context) -> Result<Response> {
    Json rows = Json::array();
    for (const auto& activity : storage::select<Activity>(
             context.reader, "select * from activity where state = 'review' and " +
                                 access::region_filter("region", access::regions_of(context.roles, context.actor,
                                                                                    permission::review)) +
                                 " order by due, starts limit 100"))
      rows.push(activity_row(context, activity).set("clock", due_clock(activity.due, view_context(context))));
    Json view = Json::of({{"title", context.text("activity.review_desk")}});
    if (rows.size() == 0)
      view.set("empty", Json::of({{"icon", "check"}, {"title", context.text("activity.review_none")}, {"text", ""}, {"href", ""}}));
    return context.page("supply/list", view.set("rows", rows));
  };
  router.page("activity.review_desk", "/desk/review", Access::any(permission::review), desk);
  for (const bool publish : {true, false})
    router.command<ReasonInput>(
        {.name = publish ? "activity.publish" : "activity.reject",
         .path = std::string("/activities/{activity}/") + (publish ? "publish" : "reject"),
         .access = Access::over(permission::review, "activity"),
         .next = [](const CommandContext&, const Json&) { return std::string("/desk/review"); },
         .flash = "activity.reviewed", .page = activity_page, .region_field = "region"},
        [publish](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
          const auto activity =
              TX_TRY(review_activity(tx, TX_TRY(context.id<Activity>("activity")), publish, input.reason, context.actor));
          return Json::of({{"activity", activity.id.text()}, {"state", activity.state}, {"region", activity.region}});
        });
  router.command<ReasonInput>(
      {.name = "activity.cancel", .path = "/activities/{activity}/cancel",
       .access = Access::over(permission::publish, "activity"),
       .next = [](const CommandContext& context, const Json&) { return "/activities/" + context.argument("activity"); },
       .flash = "activity.cancelled", .page = activity_page},
      [](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
        TX_CHECK(cancel_activity(tx, TX_TRY(context.id<Activity>("activity")), input.reason, context.actor));
        return Json::object();
      });
  // The leader's own activities.
  router.page("activity.mine", "/desk/activities", Access::any(permission::publish), [](Context& context) -> Result<Response> {
    Json rows = Json::array();
    for (const auto& text : access::organisations_of(context.roles, context.actor, permission::publish))
      for (const auto& activity : storage::select<Activity>(
               context.reader, "select * from activity where organisation = $1 and (ends > $2 or id in (select id from activity_filing where state = 'awaited')) order by starts limit 50",
               id_value(text).value_or(0), context.now.plus(-14 * kDay))) {
        Json row = activity_row(context, activity);
        const auto shifts = shifts_of(context.reader, activity.id);
        if (activity.state == "published" && !shifts.empty() && activity.starts < context.now.plus(kDay))
          row.set("href", "/attendance/" + shifts.front().id.text());
        const auto filing = find_filing(context.reader, activity.id);
        if (filing && filing->state == "awaited") row.set("href", "/activities/" + activity.id.text() + "/filing").set("state", filing_pill(context, *filing)).set("clock", due_clock(filing->due, view_context(context)));
        rows.push(row);
      }
    Json view = Json::of({{"title", context.text("activity.mine")}, {"action_href", "/desk/activities/new"},
                          {"action_text", context.text("activity.new")}});
    if (rows.size() == 0)
      view.set("empty", Json::of({{"icon", "calendar"}, {"title", context.text("activity.none")}, {"text", ""}, {"href", ""}}));
    return context.page("supply/list", view.set("rows", rows));
  });
}

// ---- the service menu (清单): residents order from it
void add_menu_routes(http::Router& router) {
  router.page("menu", "/menu", Access::everyone("the service list is public (central opinions 3.3)"),
              [](Context& context) -> Result<Response> {
                Json rows = Json::array();
                const auto found = storage::query(
                    context.reader, "select id, service, title, summary, region, organisation from menu_item where state = 'open' "
                                    "order by service, title limit 200");
                for (std::size_t i = 0; i < found.size(); ++i) {
                  const auto item = storage::read_row<MenuItem>(found, i);
                  const auto organisation = teams::find_organisation(context.reader, item.organisation);
                  rows.push(Json::of({{"href", "/ask?service=" + item.service + "&menu_item=" + item.id.text()},
                                      {"title", item.title}, {"text", item.summary}, {"icon", service_type(item.service) ? service_type(item.service)->icon : "other"},
                                      {"leaf", ""}, {"has_side", false}, {"unread_row", false},
                                      {"meta", Json::Array{Json::of({{"glyph", "team"},
                                                                     {"words", organisation ? organisation->name : ""}}),
                                                           Json::of({{"glyph", "nearby"},
                                                                     {"words", teams::region_name(context.reader, item.region, context.language)}})}}}));
                }
                Json view = Json::of({{"title", context.text("menu.title")}, {"lead", context.text("menu.lead")}});
                if (rows.size() == 0)
                  view.set("empty", Json::of({{"icon", "board"}, {"title", context.text("menu.none")}, {"text", ""}, {"href", ""}}));
                return context.page("supply/list", view.set("rows", rows));
              });
  router.command<MenuInput>(
      {.name = "menu.add", .path = "/desk/menu/add", .access = Access::any(permission::publish),
       .next = [](const CommandContext&, const Json&) { return std::string("/menu"); }, .flash = "menu.added"},
      [](storage::Tx& tx, const CommandContext& context, const MenuInput& input) -> Result<Json> {
        bool own = false;
        for (const auto& grant : context.actor.grants)
          own = own || (grant.kind == access::ScopeKind::organisation && grant.scope == input.organisation);
        if (!own) return refuse(Kind::forbidden, "access.denied");
        const auto organisation = teams::find_organisation(tx, id_value(input.organisation).value_or(0));
        if (!organisation || !teams::may_publish(*organisation))
          return refuse(Kind::forbidden, "activity.organisation_suspended");
        MenuItem item;
        item.id = {tx.new_id()};
        item.organisation = organisation->id.value;
        item.service = input.service;
        item.title = normal_text(input.title);
        item.summary = input.summary;
        item.region = input.region;
        item.state = "open";
        item.created = tx.now();
        storage::insert(tx, "menu_item", item);
        return Json::of({{"item", item.id.text()}});
      });
}

}  // namespace

void add_offer_routes(http::Router& router, const Services&) {
  router.resolver("activity", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto activity = find_activity(reader, {id_value(text).value_or(0)});
    if (!activity) return std::nullopt;
    access::Place place;
    place.region = activity->region;
    place.organisations = {id_text(activity->organisation)};
    return place;
  });
  router.page("activity.list", "/activities", Access::everyone("opportunities are public"), list_page);
  router.page("activity.one", "/activities/{activity}", Access::everyone("opportunities are public"), activity_page);
  add_signup_routes(router);
  add_publish_routes(router);
  add_menu_routes(router);
}

}  // namespace tx::supply
