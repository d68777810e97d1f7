#include <algorithm>
#include <map>

#include <sodium.h>

#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/evaluation/evaluation.h"
#include "systems/supply/evaluation/flow.h"
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
struct ComplainInput {
  std::string kind, need, about, words, contact, region;
};
BOOST_DESCRIBE_STRUCT(ComplainInput, (), (kind, need, about, words, contact, region))
struct HandleInput {
  std::string answer, unit;       // unit: to whom it is handed on (Regulation art. 26: tell the person where to go)
};
BOOST_DESCRIBE_STRUCT(HandleInput, (), (answer, unit))
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

// ---- complaints
std::string complaint_number() {
  static constexpr char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string number = "c";
  for (int i = 0; i < 8; ++i) number += letters[randombytes_uniform(32)];
  return number;
}

std::map<std::string, ComplaintObjects>& complaint_objects() {
  static std::map<std::string, ComplaintObjects> all;
  return all;
}
struct About {
  const ComplaintObjects* objects = nullptr;
  std::int64_t id = 0;
};
About about_of(const std::string& object) {
  const auto colon = object.find(':');
  if (colon == std::string::npos) return {};
  const auto found = complaint_objects().find(object.substr(0, colon));
  const auto id = id_value(object.substr(colon + 1));
  return found == complaint_objects().end() || !id ? About{} : About{&found->second, *id};
}

Result<Response> complain_page(Context& context) {
  const http::Form form(context, Json::of({{"kind", context.request.query["about"].text().empty() ? "person" : context.request.query["about"].text().starts_with("organisation:") ? "group" : "time"},
                                           {"about", context.request.query["about"].text()}}));
  std::vector<http::Option> kinds;
  for (const char* kind : {"person", "time", "group", "project", "fee", "privacy", "forced"})
    kinds.push_back({kind, context.text(std::string("complaint.kind.") + kind)});
  Json view = Json::of({{"title", context.text("complaint.title")}, {"summary", form.summary()}});
  view.set("need", form.text("need")).set("about", form.text("about"))
      .set("f_kind", form.options("kind", "complaint.kind", kinds))
      .set("f_words", form.field("words", "complaint.words", "complaint.words.hint", Json::of({{"maxlength", 2000}})))
      .set("f_contact", form.field("contact", "complaint.contact", "complaint.contact.hint",
                                   Json::of({{"optional", true}, {"inputmode", "tel"}, {"short", true}})));
  return context.page("supply/complain", view);
}

Result<Json> complain(storage::Tx& tx, const identity::Vault& vault, const CommandContext& context,
                      const ComplainInput& input) {
  if (letter_count(input.words) < 5 || letter_count(input.words) > 2000)
    return refuse(Kind::invalid, "complaint.words_missing", "words");
  const auto kind = enum_value<ComplaintKind>(input.kind);
  if (!kind) return refuse(Kind::invalid, "form.unreadable", "kind");
  const auto need = find_need_by_number(tx, input.need);
  Complaint complaint;
  complaint.id = tx.new_id();
  complaint.number = complaint_number();
  complaint.kind = *kind;
  complaint.object = need ? "need:" + need->id.text() : "";
  complaint.region = need ? need->region : context.actor.region;
  if (const auto about = about_of(input.about); about.objects)
    if (const auto region = about.objects->region(tx, about.id)) {
      complaint.object = input.about;
      complaint.region = *region;
    }
  complaint.words = input.words;
  complaint.by_account = context.actor.account;
  complaint.contact_sealed = input.contact.empty() ? "" : vault.seal(normal_text(input.contact), "complaint.contact");
  complaint.created = tx.now();
  const auto taken =
      TX_TRY(workflow::take(tx, kComplaintFlow, complaint.id, "", "receive", context.actor.account));
  complaint.state = taken.state;
  complaint.due = taken.due;
  storage::insert(tx, "complaint", complaint);
  return Json::of({{"number", complaint.number}, {"region", complaint.region}});
}

Json complaint_row(const Context& context, const Complaint& complaint) {
  const ViewContext view = view_context(context);
  Json row = Json::of({{"href", "/desk/complaints/" + id_text(complaint.id)},
                       {"title", context.text(std::string("complaint.kind.") + enum_name(complaint.kind))},
                       {"text", shortened(complaint.words, 80)},
                       {"icon", "warning"}, {"leaf", ""}, {"has_side", true}, {"side", ""},
                       {"meta", Json::Array{Json::of({{"glyph", "clock"},
                                                      {"words", language::date_text(context.language,
                                                                                    complaint.created)}})}},
                       {"state", pill("complaint", complaint.state, kComplaintFlow, view)}});
  return row.set("clock", complaint.state == "received" ? due_clock(complaint.due, view) : Json());
}

void add_complaint_routes(http::Router& router, const Services& services) {
  router.page("complaint.new", "/complain", Access::everyone("anybody may complain (Regulation art. 26)"), complain_page);
  router.command<ComplainInput>(
      {.name = "complaint.submit", .path = "/complain",
       .access = Access::everyone("anybody may complain (Regulation art. 26)"),
       .next = [](const CommandContext&, const Json& answer) { return "/complain/" + answer["number"].text(); },
       .flash = "complaint.received", .page = complain_page, .region_field = "region"},
      [services](storage::Tx& tx, const CommandContext& context, const ComplainInput& input) {
        return complain(tx, services.vault, context, input);
      });
  router.page("complaint.follow", "/complain/{number}", Access::everyone("the number cannot be guessed"),
              [](Context& context) -> Result<Response> {
                const auto complaint = storage::find<Complaint>(
                    context.reader, "select * from complaint where number = $1", context.argument("number"));
                if (!complaint) return refuse(Kind::not_found, "http.not_found");
                const ViewContext of = view_context(context);
                return context.page(
                    "supply/complaint",
                    Json::of({{"title", context.text("complaint.follow")},
                              {"ticket", Json::of({{"label", context.text("complaint.number")},
                                                   {"number", complaint->number},
                                                   {"note", context.text("complaint.keep")}})},
                              {"state", pill("complaint", complaint->state, kComplaintFlow, of)},
                              {"answer", complaint->answer}, {"handed_to", complaint->unit},
                              {"timeline", workflow::timeline_view(
                                               kComplaintFlow,
                                               workflow::history(context.reader, "complaint", complaint->id),
                                               context.language, context.words, context.now)}}));
              });
  const auto desk = [](Context& context) -> Result<Response> {
    const auto regions = access::regions_of(context.roles, context.actor, permission::handle);
    Json rows = Json::array();
    for (const auto& complaint : storage::select<Complaint>(
             context.reader, "select * from complaint where (" + access::region_filter("region", regions) +
                                 " or region = '') order by case state when 'received' then 0 else 1 end, due limit 100"))
      rows.push(complaint_row(context, complaint));
    Json view = Json::of({{"title", context.text("complaint.desk")}});
    if (rows.size() == 0)
      view.set("empty", Json::of({{"icon", "check"}, {"title", context.text("complaint.none")}, {"text", ""}, {"href", ""}}));
    return context.page("supply/list", view.set("rows", rows));
  };
  router.page("complaint.desk", "/desk/complaints", Access::any(permission::handle), desk);
  const auto one = [](Context& context) -> Result<Response> {
    const auto id = id_value(context.argument("complaint"));
    const auto complaint = storage::find<Complaint>(context.reader, "select * from complaint where id = $1", id.value_or(0));
    if (!complaint) return refuse(Kind::not_found, "http.not_found");
    const http::Form form(context);
    const auto about = about_of(complaint->object);
    return context.page("supply/complaint_desk",
                        Json::of({{"title", context.text("complaint.desk")},
                                  {"complaint", id_text(complaint->id)},
                                  {"kind", context.text(std::string("complaint.kind.") + enum_name(complaint->kind))},
                                  {"words", complaint->words},
                                  {"answer", complaint->answer}, {"handed_to", complaint->unit},
                                  {"open", complaint->state == "received"},
                                  {"state", pill("complaint", complaint->state, kComplaintFlow, view_context(context))},
                                  {"summary", form.summary()},
                                  {"about", about.objects ? about.objects->link(context, about.id) : Json()},
                                  {"power", context.text(std::string("complaint.power.") + enum_name(complaint->kind))},
                                  {"f_unit", form.field("unit", "complaint.unit", "complaint.unit.hint", Json::of({{"maxlength", 80}, {"optional", true}}))},
                                  {"f_answer", form.field("answer", "complaint.answer", "complaint.answer.hint")}}));
  };
  router.page("complaint.one", "/desk/complaints/{complaint}", Access::over(permission::handle, "complaint"), one);
  for (const auto* action : {"answer", "transfer"})
    router.command<HandleInput>(
        {.name = std::string("complaint.") + action, .path = std::string("/desk/complaints/{complaint}/") + action,
         .access = Access::over(permission::handle, "complaint"),
         .next = [](const CommandContext&, const Json&) { return std::string("/desk/complaints"); },
         .flash = "complaint.handled", .page = one, .region_field = "region"},
        [action](storage::Tx& tx, const CommandContext& context, const HandleInput& input) -> Result<Json> {
          auto complaint = storage::find<Complaint>(tx, "select * from complaint where id = $1",
                                                    id_value(context.argument("complaint")).value_or(0));
          if (!complaint) return refuse(Kind::not_found, "http.not_found");
          if (input.answer.empty()) return refuse(Kind::invalid, "complaint.answer_missing", "answer");
          const bool on = std::string_view(action) == "transfer";
          if (on && letter_count(input.unit) < 2) return refuse(Kind::invalid, "complaint.unit_missing", "unit");
          const auto taken = TX_TRY(workflow::take(tx, kComplaintFlow, complaint->id, complaint->state, action,
                                                   context.actor.account, on ? input.unit + ": " + input.answer : input.answer));
          complaint->state = taken.state;
          complaint->due = taken.due;
          complaint->answer = input.answer;
          if (on) complaint->unit = normal_text(input.unit);
          complaint->handled_by = context.actor.account;
          storage::update(tx, "complaint", *complaint);
          if (complaint->by_account)
            notices::send(tx, {complaint->by_account, on ? "notice.complaint_transferred" : "notice.complaint_answered",
                               {{"number", complaint->number}, {"unit", input.unit}},
                               "/complain/" + complaint->number});
          return Json::of({{"number", complaint->number}, {"state", complaint->state}, {"region", complaint->region}});
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

void add_complaint_objects(std::string prefix, ComplaintObjects objects) { complaint_objects()[std::move(prefix)] = std::move(objects); }
void forget_complaint_objects() { complaint_objects().clear(); }

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

void add_evaluation_routes(http::Router& router, const Services& services) {
  router.resolver("complaint", [](storage::Reader& reader, const std::string& id) -> std::optional<access::Place> {
    const auto complaint =
        storage::find<Complaint>(reader, "select * from complaint where id = $1", id_value(id).value_or(0));
    if (!complaint) return std::nullopt;
    access::Place place;
    place.region = complaint->region.empty() ? "64" : complaint->region;
    place.owners = {complaint->by_account};
    return place;
  });
  add_rating_routes(router);
  add_complaint_routes(router, services);
  add_call_routes(router);
  router.page("wall", "/promises", Access::everyone("the public sees what is asked and met"), wall_page);
}

}  // namespace tx::supply
