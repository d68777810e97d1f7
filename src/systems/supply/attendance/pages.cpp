#include <sodium.h>

#include "platform/documents/documents.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/attendance/attendance.h"
#include "systems/supply/attendance/kiosk.h"
#include "systems/supply/dispatch/dispatch.h"
#include "systems/supply/offers/offers.h"
#include "systems/supply/quality.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

// Whether many people check in from one phone is asked of a random number that the browser keeps, not of its features: no
// fingerprint. What is stored is a keyed hash of it and the day, so that nobody's days can be strung together.
constexpr const char* kDeviceCookie = "tx_device";
constexpr std::int64_t kDeviceKept = 400 * kDay / kSecond;   // as long as browsers keep a cookie at all

Response with_device_cookie(const Context& context, Response response) {
  if (context.actor.signed_in() && context.request.cookie(kDeviceCookie).empty()) {
    unsigned char bytes[16];
    randombytes_buf(bytes, sizeof bytes);
    char hex[2 * sizeof bytes + 1];
    response.set_cookie(kDeviceCookie, sodium_bin2hex(hex, sizeof hex, bytes, sizeof bytes), kDeviceKept);
  }
  return response;
}

auto with_device(const Services& services) {
  return [&vault = services.vault](Context& context, Json input) -> Result<Json> {
    const std::string token(context.request.cookie(kDeviceCookie));
    std::int64_t device = 0;
    if (token.size() == 32) {
      const auto scanned = parse_instant(input["scanned_at"].text());
      const auto hash = vault.blind_index(token + " " + local_date(scanned.value_or(context.now)).text(), "attendance.device");
      device = static_cast<std::int64_t>(std::stoull(hash.substr(0, 15), nullptr, 16)) + 1;
    }
    return input.set("device", device);
  };
}

Json attendance_view(const Context& context, const Attendance& row) {
  return Json::of({{"came", language::date_text(context.language, row.came)},
                   {"left_at", row.left_at.us ? language::date_text(context.language, row.left_at) : ""},
                   {"minutes", row.minutes.value},
                   {"long", language::duration_text(context.language, row.minutes)},
                   {"proof", context.text(std::string("attendance.proof.") + enum_name(row.came_by)) +
                                 (row.left_at.us && row.left_by != row.came_by ? " / " + context.text(std::string("attendance.proof.") + enum_name(row.left_by)) : "")},
                   {"attendance_state", context.text("attendance.state." + row.state)}});
}

// ---- the leader's screen of one shift: rotating code and tick list
Result<Response> shift_page(Context& context) {
  const auto shift = find_shift(context.reader, TX_TRY(context.id<Shift>("shift")));
  const auto activity = shift ? find_activity(context.reader, shift->activity) : std::nullopt;
  if (!activity) return refuse(Kind::not_found, "http.not_found");
  Json ticks = Json::array();
  int present = 0, total = 0;
  for (const auto& signup : storage::select<Signup>(
           context.reader, "select * from signup where shift = $1 and state = 'granted' order by id", shift->id)) {
    const auto row = storage::find<Attendance>(
        context.reader, "select * from attendance where kind = 'shift' and object = $1 and volunteer = $2 order by came desc",
        shift->id, signup.volunteer);
    const auto card = teams::volunteer_card(context.reader, signup.volunteer);
    ++total;
    present += row.has_value();
    ticks.push(Json::of({{"tick_name", "volunteer"}, {"value", id_text(signup.volunteer)}, {"label", card.name},
                         {"note", card.volunteer_no}, {"initial", card.initial}, {"tone", card.tone},
                         {"selected", false},
                         {"state", row ? Json::of({{"tone", row->state == "present" ? "live" : "done"},
                                                   {"label", context.text("attendance.state." + row->state)}})
                                       : Json::of({{"tone", ""}, {"label", context.text("attendance.state.none")}})}}));
  }
  const Json code = code_view("shift", shift->id.value, shift->code_key, context.now);
  Json view = Json::of({{"title", activity->title},
                        {"shift", shift->id.text()},
                        {"activity", activity->id.text()},
                        {"when", language::date_text(context.language, shift->starts)},
                        {"role", shift->role},
                        {"code_url", "/attendance/" + shift->id.text() + "/code"},
                        {"code_svg", code["svg"]}, {"code_digits", code["code"]},
                        {"ticks", ticks},
                        {"count", context.text("attendance.count", {{"present", std::to_string(present)},
                                                                    {"total", std::to_string(total)}})},
                        {"tick_submit", context.text("attendance.tick_in")},
                        {"summary", http::Form(context).summary()}});
  return context.page("supply/shift", view);
}

struct TickInput {
  std::vector<std::string> volunteer;
  std::string direction = "in";
};
BOOST_DESCRIBE_STRUCT(TickInput, (), (volunteer, direction))
struct ConfirmInput {
  std::string note;
  int stars = 0;
};
BOOST_DESCRIBE_STRUCT(ConfirmInput, (), (note, stars))
struct KioskInput {
  std::string number, pin, shift;
};
BOOST_DESCRIBE_STRUCT(KioskInput, (), (number, pin, shift))
struct PinInput {
  std::string pin;
};
BOOST_DESCRIBE_STRUCT(PinInput, (), (pin))
struct VisitInput {
  std::string direction = "in";
  std::int64_t device = 0;         // filled by the server (with_device)
};
BOOST_DESCRIBE_STRUCT(VisitInput, (), (direction, device))

void add_leader_routes(http::Router& router) {
  router.page("attendance.shift", "/attendance/{shift}", Access::over(permission::lead, "shift"), shift_page);
  router.page("attendance.code", "/attendance/{shift}/code", Access::over(permission::lead, "shift"),
              [](Context& context) -> Result<Response> {
                const auto shift = find_shift(context.reader, TX_TRY(context.id<Shift>("shift")));
                if (!shift) return refuse(Kind::not_found, "http.not_found");
                return Response::json(code_view("shift", shift->id.value, shift->code_key, context.now));
              });
  router.command<TickInput>(
      {.name = "attendance.tick", .path = "/attendance/{shift}/tick", .access = Access::over(permission::lead, "shift"),
       .next = [](const CommandContext& context, const Json&) { return "/attendance/" + context.argument("shift"); },
       .flash = "attendance.ticked", .page = shift_page},
      [](storage::Tx& tx, const CommandContext& context, const TickInput& input) -> Result<Json> {
        const auto shift = TX_TRY(context.id<Shift>("shift"));
        if (input.volunteer.empty()) return refuse(Kind::invalid, "attendance.nobody_ticked", "volunteer");
        int told = 0;
        for (const auto& text : input.volunteer) {
          const auto volunteer = id_value(text);
          if (!volunteer) return refuse(Kind::invalid, "form.unreadable", "volunteer");
          // Somebody who is already in (or out) is passed over: the leader may tick the same list twice.
          if (record_presence(tx, "shift", shift.value, *volunteer, input.direction != "out", Proof::leader, tx.now(), false, 0, context.actor.account))
            ++told;
        }
        return Json::of({{"told", told}});
      });
  router.command<ConfirmInput>(
      {.name = "attendance.confirm", .path = "/attendance/{shift}/confirm",
       .access = Access::over(permission::lead, "shift"),
       .next = [](const CommandContext& context, const Json&) { return "/attendance/" + context.argument("shift"); },
       .flash = "attendance.confirmed", .page = shift_page},
      [](storage::Tx& tx, const CommandContext& context, const ConfirmInput& input) -> Result<Json> {
        const auto shift = TX_TRY(context.id<Shift>("shift"));
        TX_CHECK(may_confirm(tx, shift.value));
        const auto count = TX_TRY(confirm_shift(tx, shift.value, context.actor.account, input.note));
        TX_CHECK(rate_shift(tx, shift.value, context.actor.account, input.stars, input.note));
        if (count == 0) return refuse(Kind::conflict, "attendance.nothing_to_confirm");
        return Json::of({{"confirmed", count}});
      });
}

// ---- the volunteer's side
void add_volunteer_routes(http::Router& router, const Services& services) {
  router.page("scan", "/scan", Access::everyone("the scanner itself shows nothing; checking needs a signed-in volunteer"),
              [](Context& context) -> Result<Response> {
                const http::Form form(context);
                Json choices = Json::array();
                if (const auto volunteer = teams::find_volunteer_by_account(context.reader, context.actor.account)) {
                  const Instant from = context.now.plus(-3 * kHour), to = context.now.plus(kHour);
                  for (const auto& signup : storage::select<Signup>(
                           context.reader, "select * from signup where volunteer = $1 and state = 'granted' and starts < $2 and "
                                           "ends > $3 order by starts limit 6", volunteer->id, to, from)) {
                    const auto shift = find_shift(context.reader, signup.shift);
                    const auto activity = shift ? find_activity(context.reader, shift->activity) : std::nullopt;
                    if (activity) choices.push(Json::of({{"value", "shift:" + shift->id.text()}, {"label", activity->title}}));
                  }
                  for (const auto& need : storage::select<Need>(
                           context.reader, "select n.* from need n join need_helper h on h.need = n.id where h.volunteer = $1 and "
                                           "h.state = 'holding' and n.state in ('accepted','serving') order by n.starts limit 6",
                           volunteer->id))
                    choices.push(Json::of({{"value", "need:" + need.id.text()}, {"label", context.text("service." + need.service)}}));
                }
                return with_device_cookie(context, context.page("supply/scan",
                                    Json::of({{"title", context.text("attendance.scan")},
                                              {"scan_choices", choices},
                                              {"nav_scan", true},
                                              {"needs_sign_in", !context.actor.signed_in()},
                                              {"summary", form.summary()},
                                              {"f_code", form.field("code", "attendance.code", "attendance.code.hint",
                                                                    Json::of({{"inputmode", "numeric"}, {"short", true}}))}})));
              });
  router.command<CheckInput>(
      {.name = "attendance.check", .path = "/attendance/check",
       .access = Access::signed_in("a volunteer tells of the own presence; the code proves it"),
       .next = [](const CommandContext&, const Json&) { return std::string("/me/service"); },
       .flash = "attendance.checked", .region_field = "region", .prepare = with_device(services)},
      [](storage::Tx& tx, const CommandContext& context, const CheckInput& input) -> Result<Json> {
        const auto volunteer = teams::find_volunteer_by_account(tx, context.actor.account);
        if (!volunteer) return refuse(Kind::forbidden, "signup.not_volunteer");
        const Attendance row = TX_TRY(check(tx, volunteer->id.value, input));
        return Json::of({{"attendance", id_text(row.id)}, {"state", row.state}, {"minutes", row.minutes.value},
                         {"region", row.region}});
      });
  // A home visit without any second screen: the helper tells start and end; weaker evidence, and it says so.
  router.command<VisitInput>(
      {.name = "attendance.visit", .path = "/needs/{need}/visit",
       .access = Access::signed_in("only the need's own helpers pass (checked in the command)"),
       .next = [](const CommandContext&, const Json&) { return std::string("/me/service"); },
       .flash = "attendance.checked", .region_field = "region", .prepare = with_device(services)},
      [](storage::Tx& tx, const CommandContext& context, const VisitInput& input) -> Result<Json> {
        const auto need = TX_TRY(context.id<Need>("need"));
        const auto volunteer = teams::find_volunteer_by_account(tx, context.actor.account);
        if (!volunteer) return refuse(Kind::forbidden, "signup.not_volunteer");
        const Attendance row = TX_TRY(record_presence(tx, "need", need.value, volunteer->id.value,
                                                      input.direction != "out", Proof::helper, tx.now(), false, input.device));
        return Json::of({{"state", row.state}, {"minutes", row.minutes.value}, {"region", row.region}});
      });
  router.command<PinInput>(
      {.name = "kiosk.set_pin", .path = "/me/pin", .access = Access::signed_in("one's own kiosk PIN"),
       .next = [](const CommandContext&, const Json&) { return std::string("/me/service"); }, .flash = "kiosk.pin_set"},
      [](storage::Tx& tx, const CommandContext& context, const PinInput& input) -> Result<Json> {
        const auto volunteer = teams::find_volunteer_by_account(tx, context.actor.account);
        if (!volunteer) return refuse(Kind::forbidden, "signup.not_volunteer");
        TX_CHECK(set_pin(tx, volunteer->id.value, input.pin));
        return Json::object();
      });
}

// The resident's screen shows the code that the helper scans at the door.
void add_resident_code(http::Router& router) {
  router.page("need.code", "/follow/{number}/code",
              Access::everyone("whoever holds number and code follows the need without an account"),
              [](Context& context) -> Result<Response> {
                const auto need = find_need_by_number(context.reader, context.argument("number"));
                if (!need || !is_askers(*need, context.actor, context.request.cookie("tx_need_" + context.argument("number"))))
                  return refuse(Kind::not_found, "http.not_found");
                return Response::json(code_view("need", need->id.value, need->code_hash, context.now));
              });
}

// ---- kiosk
Result<Response> kiosk_page(Context& context) {
  const http::Form form(context);
  const std::string told = context.request.query["told"].text();
  const auto rows = storage::query(
      context.reader,
      "select s.id, a.title, s.role, s.starts from shift s join activity a on a.id = s.activity where a.state = 'published' "
      "and s.starts < $1 and s.ends > $2 order by s.starts limit 8",
      context.now.plus(kHour), context.now.plus(-kHour));
  std::vector<http::Option> options;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::int64_t id = 0, starts = 0;
    std::string title, role;
    storage::from_value(rows.rows[i][0], id);
    storage::from_value(rows.rows[i][1], title);
    storage::from_value(rows.rows[i][2], role);
    storage::from_value(rows.rows[i][3], starts);
    options.push_back({id_text(id), title, role + " · " + local_text({starts}).substr(11)});
  }
  return context.page("supply/kiosk",
                      Json::of({{"title", context.text("kiosk.title")},
                                {"summary", form.summary()},
                                {"none_now", options.empty()},
                                {"told_good", told == "in" || told == "out" ? context.text("kiosk.told." + told) : ""},
                                {"told_wrong", told == "wrong"},
                                {"f_shift", form.options("shift", "kiosk.shift", options)},
                                {"f_number", form.field("number", "kiosk.number", "kiosk.number.hint",
                                                        Json::of({{"short", true}, {"autocomplete", "off"}}))},
                                {"f_pin", form.field("pin", "kiosk.pin", {}, Json::of({{"maxlength", 4}}))}}));
}

void add_kiosk_routes(http::Router& router) {
  router.page("kiosk", "/kiosk", Access::any(permission::kiosk), kiosk_page);
  router.command<KioskInput>(
      {.name = "kiosk.check", .path = "/kiosk", .access = Access::any(permission::kiosk),
       .next = [](const CommandContext&, const Json& answer) { return "/kiosk?told=" + answer["told"].text(); },
       .page = kiosk_page, .region_field = "region"},
      [](storage::Tx& tx, const CommandContext&, const KioskInput& input) -> Result<Json> {
        const auto volunteer = teams::find_volunteer_by_number(tx, input.number);
        const auto shift = id_value(input.shift);
        if (!volunteer || !shift) return refuse(Kind::invalid, "kiosk.unknown", "number");
        if (!TX_TRY(pin_holds(tx, volunteer->id.value, input.pin))) return Json::of({{"told", "wrong"}});
        const bool inside = storage::scalar<std::int64_t>(
            tx, "select id from attendance where kind = 'shift' and object = $1 and volunteer = $2 and state = 'present'",
            *shift, volunteer->id).has_value();
        const Attendance row = TX_TRY(record_presence(tx, "shift", *shift, volunteer->id.value, !inside, Proof::kiosk,
                                                      tx.now(), false));
        return Json::of({{"told", inside ? "out" : "in"}, {"minutes", row.minutes.value}, {"region", row.region}});
      });
}

// ---- my service: what is ahead, what was
Result<Response> my_service(Context& context) {
  const auto volunteer = teams::find_volunteer_by_account(context.reader, context.actor.account);
  if (!volunteer) return Response::redirect("/me/volunteer");
  Json done = Json::array();
  for (const auto& row : storage::select<Attendance>(
           context.reader, "select * from attendance where volunteer = $1 order by came desc limit 50", volunteer->id)) {
    Json entry = attendance_view(context, row);
    const auto activity = find_activity(context.reader, {row.activity});
    const auto need = row.kind == "need" ? find_need(context.reader, {row.object}) : std::nullopt;
    entry.set("what", activity ? activity->title : need ? context.text("service." + need->service) : "");
    done.push(entry);
  }
  Json ahead = Json::array();
  for (const auto& signup : storage::select<Signup>(
           context.reader, "select * from signup where volunteer = $1 and ends > $2 and state in ('granted','waiting') "
                           "order by starts limit 20", volunteer->id, context.now)) {
    const auto shift = find_shift(context.reader, signup.shift);
    const auto activity = shift ? find_activity(context.reader, shift->activity) : std::nullopt;
    if (!activity) continue;
    ahead.push(Json::of({{"href", "/activities/" + activity->id.text()}, {"title", activity->title}, {"text", shift->role},
                         {"icon", "calendar"}, {"leaf", ""}, {"has_side", true}, {"clock", Json()}, {"side", ""},
                         {"meta", Json::Array{Json::of({{"glyph", "clock"},
                                                        {"words", language::date_text(context.language, shift->starts)}})}},
                         {"state", Json::of({{"tone", signup.state == "granted" ? "done" : "wait"},
                                             {"label", context.text("signup.state." + signup.state)}})}}));
  }
  Json visits = Json::array();
  for (const auto& need : storage::select<Need>(
           context.reader, "select n.* from need n join need_helper h on h.need = n.id where h.volunteer = $1 and "
                           "h.state = 'holding' and n.state in ('accepted','serving') order by n.starts", volunteer->id)) {
    Json visit = Json::of({{"need", need.id.text()}, {"serving", need.state == "serving"},
                           {"what", context.text("service." + need.service)},
                           {"when", language::date_text(context.language, need.starts)},
                           {"href", "/me/needs/" + need.id.text()},
                           {"where", teams::region_path(context.reader, need.region, context.language)}});
    visits.push(visit);
  }
  const http::Form form(context);
  return with_device_cookie(context, context.page("supply/my_service",
                      Json::of({{"title", context.text("service.mine")}, {"nav_me", true},
                                {"rows", ahead}, {"has_ahead", ahead.size() > 0}, {"visits", visits}, {"done", done},
                                {"has_done", done.size() > 0},
                                {"summary", form.summary()},
                                {"f_pin", form.field("pin", "kiosk.pin", "kiosk.pin.hint",
                                                     Json::of({{"maxlength", 4}, {"inputmode", "numeric"}, {"short", true}}))}})));
}

}  // namespace

void add_attendance_routes(http::Router& router, const Services& services) {
  router.resolver("shift", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto shift = find_shift(reader, {id_value(text).value_or(0)});
    const auto activity = shift ? find_activity(reader, shift->activity) : std::nullopt;
    if (!activity) return std::nullopt;
    access::Place place;
    place.region = activity->region;
    place.organisations = {id_text(activity->organisation)};
    return place;
  });
  add_leader_routes(router);
  add_volunteer_routes(router, services);
  add_resident_code(router);
  add_kiosk_routes(router);
  router.page("service.mine", "/me/service", Access::signed_in("one's own service"), my_service);
}

}  // namespace tx::supply
