// The catalogue for volunteers, the code on the volunteer's phone, the page on the partner's phone, and the desk behind it.
#include "base/text.h"
#include "platform/documents/documents.h"
#include "platform/http/forms.h"
#include "platform/http/inputs.h"
#include "platform/storage/record_sql.h"
#include "systems/support/benefits/benefits.h"
#include "systems/support/honours/honours.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using access::Access;
using http::CodeInput;
using http::CommandContext;
using http::Context;
using http::NoInput;
using http::Response;

struct BenefitInput {
  std::string region, partner, title, words;
  int points = 1, least_star = 0, stock = 10;
  Date valid_until;
};
BOOST_DESCRIBE_STRUCT(BenefitInput, (), (region, partner, title, words, points, least_star, stock, valid_until))

std::string spaced(const std::string& code) { return code.size() == 8 ? code.substr(0, 4) + " " + code.substr(4) : code; }

Json benefit_view(const Context& context, const Benefit& benefit) {
  return Json::of({{"benefit", id_text(benefit.id)}, {"name", benefit.title}, {"partner", benefit.partner}, {"words", benefit.words},
                   {"icon", benefit.icon.empty() ? "gift" : benefit.icon}, {"left", std::max(0, benefit.stock - benefit.taken)},
                   {"cost", benefit.points ? context.text("benefit.cost", {{"n", std::to_string(benefit.points)}}) : context.text("benefit.free")},
                   {"star", benefit.least_star ? context.text("benefit.from_star", {{"n", std::to_string(benefit.least_star)}}) : ""},
                   {"until", benefit.valid_until.text()}});
}

Result<Response> catalogue_page(Context& context, const identity::Vault& vault) {
  const auto person = teams::find_volunteer_by_account(context.reader, context.actor.account);
  Json view = Json::of({{"title", context.text("benefit.catalogue")}, {"nav_me", true}, {"is_volunteer", person.has_value()}, {"summary", http::Form(context).summary()}});
  if (!person) return context.page("support/benefits", view);
  const auto points = points_of(context.reader, person->id.value);
  const int star = star_held(context.reader, person->id.value);
  Json cards = Json::array(), held = Json::array();
  for (const auto& benefit : storage::select<Benefit>(context.reader, "select * from benefit where state = 'open' and valid_until >= $1 and $2 like region || '%' order by least_star, points, id",
                                                      local_date(context.now), person->region)) {
    const bool star_short = star < benefit.least_star, points_short = points < benefit.points, empty = benefit.taken >= benefit.stock;
    cards.push(benefit_view(context, benefit).set("may", !star_short && !points_short && !empty)
                   .set("why_not", context.text(empty ? "benefit.none_left" : star_short ? "benefit.star_short" : points_short ? "benefit.points_short" : "benefit.take")));
  }
  for (const auto& redemption : storage::select<Redemption>(context.reader, "select * from redemption where volunteer = $1 order by id desc limit 20", person->id)) {
    const auto benefit = find_benefit(context.reader, redemption.benefit);
    if (!benefit) continue;
    const bool open = redemption.state == "reserved";
    const std::string code = open ? vault.unseal(redemption.code_sealed, "redemption.code").value_or("") : "";
    held.push(Json::of({{"redemption", id_text(redemption.id)}, {"name", benefit->title}, {"partner", benefit->partner}, {"code", spaced(code)}, {"open", open},
                        {"qr", code.empty() ? "" : documents::qr_svg(code, 4)},
                        {"state", workflow::state_view(kRedemptionFlow, redemption.state, context.language, context.words)},
                        {"clock", redemption.due.us ? workflow::due_view(redemption.due, context.now, context.language, context.words) : Json()}}));
  }
  return context.page("support/benefits", view.set("points", points).set("cards", cards).set("has_cards", cards.size() > 0).set("held", held).set("has_held", held.size() > 0));
}

Result<Response> partner_page(Context& context, const identity::Vault& vault) {
  const auto benefit = storage::find<Benefit>(context.reader, "select * from benefit where key_index = $1", vault.blind_index(context.argument("key"), "benefit.key"));
  if (!benefit) return refuse(Kind::not_found, "http.not_found");
  const http::Form form(context);
  Json today = Json::array();
  for (const auto& redemption : storage::select<Redemption>(context.reader, "select * from redemption where benefit = $1 and state = 'used' and used >= $2 order by used desc limit 30",
                                                            benefit->id, start_of(local_date(context.now)))) {
    const auto card = teams::volunteer_card(context.reader, redemption.volunteer);
    today.push(Json::of({{"at", local_text(redemption.used).substr(11)}, {"who", card.name}}));
  }
  return context.page("support/partner", benefit_view(context, *benefit).set("title", benefit->title).set("key", context.argument("key")).set("today", today)
                                             .set("has_today", today.size() > 0).set("summary", form.summary())
                                             .set("f_code", form.field("code", "benefit.code", "benefit.code.hint", Json::of({{"maxlength", 12}, {"autocomplete", "off"}}))));
}

Result<Response> desk_page(Context& context, const identity::Vault& vault, const std::string& address) {
  const auto regions = access::regions_of(context.roles, context.actor, permission::benefit_manage);
  const http::Form form(context, Json::of({{"region", regions.empty() ? "" : regions.front()}, {"points", 1}, {"stock", 10}, {"least_star", 0},
                                           {"valid_until", Date{local_date(context.now).days + 180}.text()}}));
  Json rows = Json::array();
  for (const auto& benefit : storage::select<Benefit>(context.reader, "select * from benefit where " + access::region_filter("region", regions) + " order by id desc limit 60")) {
    const auto used = storage::scalar<std::int64_t>(context.reader, "select count(*) from redemption where benefit = $1 and state = 'used'", benefit.id).value_or(0);
    rows.push(benefit_view(context, benefit).set("used", used).set("stock", benefit.stock).set("open", benefit.state == "open")
                  .set("link", address + "/partner/" + vault.unseal(benefit.key_sealed, "benefit.key").value_or("")));
  }
  const Json number = Json::of({{"type", "number"}, {"short", true}, {"min", "0"}});
  return context.page("support/benefits_desk",
                      Json::of({{"title", context.text("benefit.desk")}, {"benefits", rows}, {"has_rows", rows.size() > 0}, {"summary", form.summary()},
                                {"f_partner", form.field("partner", "benefit.partner", {}, Json::of({{"maxlength", 60}}))},
                                {"f_title", form.field("title", "benefit.name", {}, Json::of({{"maxlength", 40}}))},
                                {"f_words", form.field("words", "benefit.words", {}, Json::of({{"maxlength", 200}, {"rows", 2}}))},
                                {"f_region", form.options("region", "honour.scheme.region", own_places(context, regions))},
                                {"f_points", form.field("points", "benefit.points_label", "benefit.points_label.hint", number)}, {"f_star", form.field("least_star", "benefit.least_star", {}, number)},
                                {"f_stock", form.field("stock", "benefit.stock", {}, number)},
                                {"f_until", form.field("valid_until", "benefit.until", {}, Json::of({{"type", "date"}, {"short", true}}))}}));
}

Result<Json> add(storage::Tx& tx, const CommandContext& context, const BenefitInput& input, const access::Roles& roles, const identity::Vault& vault) {
  bool mine = false;
  for (const auto& region : access::regions_of(roles, context.actor, permission::benefit_manage)) mine = mine || input.region.starts_with(region);
  if (!mine || input.region.find_first_not_of("0123456789") != std::string::npos) return refuse(Kind::forbidden, "honour.scheme.not_yours", "region");
  if (letter_count(input.partner) < 2) return refuse(Kind::invalid, "benefit.partner_missing", "partner");
  if (letter_count(input.title) < 2) return refuse(Kind::invalid, "benefit.name_missing", "title");
  if (input.points < 0 || input.points > 10'000 || input.stock < 1 || input.stock > 100'000 || input.least_star < 0 || input.least_star > 5)
    return refuse(Kind::invalid, "benefit.numbers", "points");
  if (input.valid_until <= local_date(tx.now())) return refuse(Kind::invalid, "benefit.until_past", "valid_until");
  Benefit benefit;
  benefit.id = tx.new_id();
  benefit.region = input.region;
  benefit.partner = input.partner;
  benefit.title = input.title;
  benefit.words = input.words;
  benefit.icon = "gift";
  benefit.points = input.points;
  benefit.least_star = input.least_star;
  benefit.stock = input.stock;
  benefit.valid_until = input.valid_until;
  const std::string key = identity::random_password() + identity::random_password();
  benefit.key_sealed = vault.seal(key, "benefit.key");
  benefit.key_index = vault.blind_index(key, "benefit.key");
  benefit.state = "open";
  benefit.made_by = context.actor.account;
  benefit.created = tx.now();
  storage::insert(tx, "benefit", benefit);
  return Json::of({{"benefit", id_text(benefit.id)}, {"region", benefit.region}});
}

}  // namespace

void add_benefit_routes(http::Router& router, const Services& services, const Book& book) {
  const auto* vault = &services.vault;
  const auto* books = &book;
  const auto* roles = &router.roles();
  router.resolver("benefit", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto benefit = find_benefit(reader, id_value(text).value_or(0));
    if (!benefit) return std::nullopt;
    access::Place place;
    place.region = benefit->region;
    return place;
  });
  const auto catalogue = [vault](Context& context) { return catalogue_page(context, *vault); };
  const auto partner = [vault](Context& context) { return partner_page(context, *vault); };
  const auto desk = [vault, address = services.public_address](Context& context) { return desk_page(context, *vault, address); };
  const auto mine = [](const CommandContext&, const Json&) { return std::string("/me/benefits"); };
  const auto signed_in = Access::signed_in("one's own points (checked in the command)");
  router.page("benefit.catalogue", "/me/benefits", Access::signed_in("one's own points and codes"), catalogue);
  router.command<NoInput>({.name = "benefit.reserve", .path = "/me/benefits/{benefit}/reserve", .access = signed_in, .next = mine, .flash = "benefit.reserved", .page = catalogue},
                          [vault, books](storage::Tx& tx, const CommandContext& context, const NoInput&) -> Result<Json> {
                            const auto person = teams::find_volunteer_by_account(tx, context.actor.account);
                            if (!person) return refuse(Kind::forbidden, "signup.not_volunteer");
                            const auto made = TX_TRY(reserve(tx, *books, *vault, id_value(context.argument("benefit")).value_or(0), person->id.value));
                            return Json::of({{"redemption", id_text(made.id)}});
                          });
  router.command<NoInput>({.name = "benefit.give_back", .path = "/me/benefits/codes/{redemption}/give_back", .access = signed_in, .next = mine, .flash = "benefit.returned", .page = catalogue},
                          [books](storage::Tx& tx, const CommandContext& context, const NoInput&) -> Result<Json> {
                            const auto person = teams::find_volunteer_by_account(tx, context.actor.account);
                            if (!person) return refuse(Kind::forbidden, "signup.not_volunteer");
                            TX_CHECK(give_back(tx, *books, id_value(context.argument("redemption")).value_or(0), person->id.value));
                            return Json();
                          });
  const auto holder = "whoever holds the partner's key; the code says the rest";
  router.page("benefit.partner", "/partner/{key}", Access::everyone(holder), partner);
  router.command<CodeInput>({.name = "benefit.redeem", .path = "/partner/{key}/redeem", .access = Access::everyone(holder),
                             .next = [](const CommandContext& context, const Json&) { return "/partner/" + context.argument("key"); }, .flash = "benefit.redeemed", .page = partner},
                            [vault](storage::Tx& tx, const CommandContext& context, const CodeInput& input) -> Result<Json> {
                              const auto used = TX_TRY(redeem(tx, *vault, context.argument("key"), input.code));
                              return Json::of({{"redemption", id_text(used.id)}});
                            });
  router.page("benefit.desk", "/desk/benefits", Access::any(permission::benefit_manage), desk);
  router.command<BenefitInput>({.name = "benefit.add", .path = "/desk/benefits", .access = Access::any(permission::benefit_manage),
                                .next = [](const CommandContext&, const Json&) { return std::string("/desk/benefits"); }, .flash = "benefit.added", .page = desk, .region_field = "region"},
                               [roles, vault](storage::Tx& tx, const CommandContext& context, const BenefitInput& input) { return add(tx, context, input, *roles, *vault); });
  router.command<NoInput>({.name = "benefit.close", .path = "/desk/benefits/{benefit}/close", .access = Access::over(permission::benefit_manage, "benefit"),
                           .next = [](const CommandContext&, const Json&) { return std::string("/desk/benefits"); }, .flash = "benefit.closed", .page = desk, .region_field = "region"},
                          [](storage::Tx& tx, const CommandContext& context, const NoInput&) -> Result<Json> {
                            const auto benefit = find_benefit(tx, id_value(context.argument("benefit")).value_or(0));
                            if (!benefit) return refuse(Kind::not_found, "http.not_found");
                            storage::execute(tx, "update benefit set state = 'closed' where id = $1", benefit->id);
                            return Json::of({{"region", benefit->region}});
                          });
}

}  // namespace tx::support
