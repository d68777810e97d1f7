// The station's desk: people without a phone have a passbook too. The keeper acts for them, and each act says how they agreed.
#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/stations.h"
#include "systems/support/time_bank/books.h"
#include "systems/support/time_bank/flow.h"
#include "systems/support/time_bank/inputs.h"
#include "systems/teams/teams.h"

namespace tx::support::bank {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

// The station whose keeper acts, and the community that it stands in.
std::optional<stations::Station> own_station(storage::Reader& reader, const access::Actor& actor) {
  for (const auto& grant : actor.grants)
    if (grant.kind == access::ScopeKind::station && grant.role == "station_keeper") 
      return storage::find<stations::Station>(reader, "select * from station where id = $1", id_value(grant.scope).value_or(0));
  return std::nullopt;
}

access::Place place_of(const Member& member) {
  access::Place place;
  place.region = member.region;
  place.station = member.station ? id_text(member.station) : "";
  if (member.account) place.owners = {member.account};
  return place;
}

Json row_of(Context& context, const Member& member, const identity::Vault& vault) {
  const auto now = balances_of(context.reader, member);
  const std::string name = name_of(member, vault);
  Json meta = Json::Array{Json::of({{"glyph", "idcard"}, {"words", member.number}})};
  if (!member.account) meta.push(Json::of({{"glyph", "station"}, {"words", context.text("bank.office_only")}}));
  return Json::of({{"href", "/desk/timebank/" + id_text(member.id)}, {"title", masked_name(name)}, {"text", ""}, {"icon", "hourglass"}, {"leaf", ""},
                   {"unread_row", false}, {"has_side", true}, {"side", language::duration_text(context.language, {now.own})}, {"clock", Json()}, {"meta", meta},
                   {"state", member.care == Care::none ? Json() : Json::of({{"tone", "go"}, {"label", context.text(std::string("bank.care.") + enum_name(member.care))}})}});
}

Result<Response> list_page(Context& context, const identity::Vault& vault) {
  const std::string query = context.request.query["q"].text();
  const auto station = own_station(context.reader, context.actor);
  std::string where = access::region_filter("region", access::regions_of(context.roles, context.actor, permission::bank_keep));
  if (station) where = "(" + where + " or station = " + std::to_string(station->id.value) + ")";
  Json rows = Json::array();
  std::string digits = query;
  std::erase_if(digits, [](char c) { return c < '0' || c > '9'; });
  for (const auto& member : storage::select<Member>(context.reader, "select * from bank_member where state = 'open' and ($1 = '' or number = $1) and " + where +
                                                                        " order by case care when 'none' then 1 else 0 end, id desc limit 60", digits))
    rows.push(row_of(context, member, vault));
  Json waiting = Json::array();
  for (const auto& kin : storage::select<Kin>(context.reader, "select * from bank_kin where state = 'agreed' and member in (select id from bank_member where " + where + ") order by due limit 20")) {
    const auto member = find_member(context.reader, kin.member), other = find_member(context.reader, kin.other);
    if (!member || !other) continue;
    waiting.push(Json::of({{"kin", id_text(kin.id)}, {"who", masked_name(name_of(*member, vault))}, {"whom", masked_name(name_of(*other, vault))},
                           {"relation_name", context.text("bank.relation." + kin.relation)},
                           {"may", kin.agreed_by != context.actor.account},
                           {"clock", workflow::due_view(kin.due, context.now, context.language, context.words)}}));
  }
  Json view = Json::of({{"title", context.text("bank.desk")}, {"q", query}, {"rows", rows}, {"may_open", station.has_value()},
                        {"waiting", waiting}, {"has_waiting", waiting.size() > 0}, {"summary", http::Form(context).summary()}});
  if (rows.size() == 0)
    view.set("empty", Json::of({{"icon", "hourglass"}, {"title", context.text("bank.nobody")}, {"text", ""}, {"href", ""}}));
  return context.page("support/timebank_desk", view);
}

Result<Response> new_page(Context& context) {
  const auto station = own_station(context.reader, context.actor);
  const http::Form form(context, Json::of({{"consent", "spoken"}, {"care", "none"}}));
  std::vector<http::Option> consents, cares;
  for (const char* consent : {"spoken", "written", "guardian"}) consents.push_back({consent, context.text(std::string("bank.consent.") + consent)});
  for (const char* care : {"none", "lone", "lone_poor"}) cares.push_back({care, context.text(std::string("bank.care.") + care)});
  return context.page("support/timebank_new",
                      Json::of({{"title", context.text("bank.new")}, {"summary", form.summary()}, {"has_station", station.has_value()},
                                {"station_name", station ? station->name : ""},
                                {"f_name", form.field("name", "bank.name", {}, Json::of({{"required", true}, {"short", true}, {"maxlength", 40}}))},
                                {"f_birth", form.field("birth", "bank.birth", {}, Json::of({{"type", "date"}, {"required", true}, {"short", true}}))},
                                {"f_care", form.options("care", "bank.care", cares, "bank.care.hint")},
                                {"f_consent", form.options("consent", "bank.consent", consents, "bank.consent.hint")},
                                {"f_consent_by", form.field("consent_by", "bank.consent_by", "bank.consent_by.hint", Json::of({{"short", true}, {"maxlength", 40}}))}}));
}

Result<Member> member_named(storage::Reader& reader, const std::string& text) {
  const auto member = find_member(reader, id_value(text).value_or(0));
  if (!member) return refuse(Kind::not_found, "http.not_found");
  return *member;
}

void add_acts(http::Router& router, http::PageHandler page, const Book& book) {
  const auto* books = &book;
  const auto keep = Access::over(permission::bank_keep, "member");
  const auto back = [](const CommandContext& context, const Json&) { return "/desk/timebank/" + context.argument("member"); };
  router.command<GiftInput>({.name = "bank.gift_for", .path = "/desk/timebank/{member}/gift", .access = keep, .next = back, .flash = "bank.given", .page = page,
                             .region_field = "region"},
                            [books](storage::Tx& tx, const CommandContext& context, const GiftInput& input) -> Result<Json> {
                              const auto from = TX_TRY(member_named(tx, context.argument("member")));
                              const auto to = find_member(tx, id_value(input.to).value_or(0));
                              if (!to) return refuse(Kind::invalid, "bank.unknown_number", "to");
                              const auto order = TX_TRY(gift(tx, *books, from, *to, input.minutes, context.actor.account, input.consent));
                              return Json::of({{"order", id_text(order.id)}, {"region", from.region}});
                            });
  router.command<GiftInput>({.name = "bank.donate_for", .path = "/desk/timebank/{member}/donate", .access = keep, .next = back, .flash = "bank.donated", .page = page,
                             .region_field = "region"},
                            [books](storage::Tx& tx, const CommandContext& context, const GiftInput& input) -> Result<Json> {
                              const auto from = TX_TRY(member_named(tx, context.argument("member")));
                              const auto order = TX_TRY(donate(tx, *books, from, input.minutes, context.actor.account, input.consent));
                              return Json::of({{"order", id_text(order.id)}, {"region", from.region}});
                            });
  router.command<KinInput>({.name = "bank.kin_for", .path = "/desk/timebank/{member}/kin", .access = keep, .next = back, .flash = "bank.kin_stated", .page = page,
                            .region_field = "region"},
                           [](storage::Tx& tx, const CommandContext& context, const KinInput& input) -> Result<Json> {
                             const auto member = TX_TRY(member_named(tx, context.argument("member")));
                             const auto other = find_member_by_number(tx, input.number);
                             if (!other) return refuse(Kind::invalid, "bank.unknown_number", "number");
                             if (input.consent.empty()) return refuse(Kind::invalid, "bank.consent_missing", "consent");
                             const auto kin = TX_TRY(state_kin(tx, member, *other, input.relation, context.actor.account));
                             return Json::of({{"kin", id_text(kin.id)}, {"region", member.region}});
                           });
  router.command<CareInput>({.name = "bank.care", .path = "/desk/timebank/{member}/care", .access = keep, .next = back, .flash = "bank.care_noted", .page = page,
                             .region_field = "region"},
                            [books](storage::Tx& tx, const CommandContext& context, const CareInput& input) -> Result<Json> {
                              auto member = TX_TRY(member_named(tx, context.argument("member")));
                              if (member.account && member.account == context.actor.account) return refuse(Kind::forbidden, "bank.kin_third");
                              TX_CHECK(care_fits(input.care, member.birth, local_date(tx.now())));
                              member.care = input.care;
                              member.care_by = context.actor.account;
                              storage::update(tx, "bank_member", member);
                              books->log(tx, "bank_member", member.id, exact(member));
                              return Json::of({{"region", member.region}});
                            });
}

// The other side of a relation agrees at the desk when it has no account; a third person attests.
void add_kin_steps(http::Router& router, http::PageHandler page, const Book& book) {
  for (const char* action : {"agree_for", "attest", "refuse"})
    router.command<ReasonInput>({.name = std::string("bank.kin_") + action, .path = std::string("/desk/timebank/kin/{kin}/") + action,
                                 .access = Access::over(permission::bank_keep, "kin"),
                                 .next = [](const CommandContext&, const Json&) { return std::string("/desk/timebank"); }, .flash = "bank.kin_done", .page = page},
                                [books = &book, action](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
                                  const auto id = id_value(context.argument("kin")).value_or(0);
                                  std::string_view step = action;
                                  if (step == "agree_for") {
                                    const auto kin = storage::find<Kin>(tx, "select * from bank_kin where id = $1", id);
                                    const auto other = kin ? find_member(tx, kin->other) : std::nullopt;
                                    if (!other || other->account || !keeps(context.actor, *other)) return refuse(Kind::forbidden, "bank.not_yours");
                                    step = "agree";
                                  }
                                  const auto done = TX_TRY(step_kin(tx, *books, id, step, context.actor.account, input.reason));
                                  return Json::of({{"state", done.state}});
                                });
}

}  // namespace

void add_desk_routes(http::Router& router, const Services& services, const Book& book) {
  const auto* vault = &services.vault;
  const auto* books = &book;
  router.resolver("member", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto member = find_member(reader, id_value(text).value_or(0));
    if (!member) return std::nullopt;
    return place_of(*member);
  });
  // Whoever stands on one of the two sides may be shown it; the keeper of either may act.
  router.resolver("kin", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto kin = storage::find<Kin>(reader, "select * from bank_kin where id = $1", id_value(text).value_or(0));
    const auto other = kin ? find_member(reader, kin->other) : std::nullopt;
    if (!other) return std::nullopt;
    return place_of(*other);
  });
  const auto list = [vault](Context& context) { return list_page(context, *vault); };
  const auto one = [vault](Context& context) -> Result<Response> {
    const auto member = TX_TRY(member_named(context.reader, context.argument("member")));
    Json view = passbook_view(context, member, *vault, false);
    const http::Form form(context, Json::of({{"care", enum_name(member.care)}}));
    std::vector<http::Option> cares;
    for (const char* care : {"none", "lone", "lone_poor"}) cares.push_back({care, context.text(std::string("bank.care.") + care)});
    return context.page("support/passbook", view.set("title", context.text("bank.book")).set("f_care", form.options("care", "bank.care", cares, "bank.care.hint")));
  };
  router.page("bank.desk", "/desk/timebank", Access::any(permission::bank_keep), list);
  router.page("bank.new", "/desk/timebank/new", Access::any(permission::bank_keep), new_page);
  router.command<StationOpenInput>(
      {.name = "bank.open_for", .path = "/desk/timebank/new", .access = Access::any(permission::bank_keep),
       .next = [](const CommandContext&, const Json& answer) { return "/desk/timebank/" + answer["member"].text(); }, .flash = "bank.opened", .page = new_page,
       .region_field = "region"},
      [vault, books](storage::Tx& tx, const CommandContext& context, const StationOpenInput& input) -> Result<Json> {
        const auto station = own_station(tx, context.actor);
        if (!station) return refuse(Kind::forbidden, "bank.no_station");
        Opening opening{input.name, station->region, input.consent, input.consent_by, input.birth, input.care, 0, station->id.value, {}};
        if (opening.consent_by.empty()) return refuse(Kind::invalid, "bank.consent_missing", "consent_by");
        const auto member = TX_TRY(open_member(tx, *books, *vault, opening, context.actor.account));
        return Json::of({{"member", id_text(member.id)}, {"number", member.number}, {"region", member.region}});
      });
  router.page("bank.one", "/desk/timebank/{member}", Access::over(permission::bank_keep, "member"), one);
  router.page("bank.one_paper", "/desk/timebank/{member}/paper.pdf", Access::over(permission::bank_keep, "member"), [vault](Context& context) -> Result<Response> {
    const auto member = TX_TRY(member_named(context.reader, context.argument("member")));
    return Response::file(passbook_pdf(context, member, name_of(member, *vault)), "application/pdf", "passbook-" + member.number + ".pdf");
  });
  add_acts(router, one, book);
  add_kin_steps(router, list, book);
}

}  // namespace tx::support::bank
