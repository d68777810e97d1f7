// One's own passbook.
#include "platform/storage/record_sql.h"
#include "platform/http/forms.h"
#include "systems/support/time_bank/books.h"
#include "systems/support/time_bank/inputs.h"
#include "systems/teams/teams.h"

namespace tx::support::bank {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

Result<Member> mine(storage::Reader& reader, const access::Actor& actor) {
  const auto member = member_of_account(reader, actor.account);
  if (!member || member->state != "open") return refuse(Kind::forbidden, "bank.no_book");
  return *member;
}

Result<Response> my_page(Context& context, const identity::Vault& vault) {
  const auto member = member_of_account(context.reader, context.actor.account);
  Json view = Json::of({{"title", context.text("bank.mine")}, {"nav_me", true}, {"has", false}});
  if (member) {
    const Json book = passbook_view(context, *member, vault, true);
    for (const auto& [name, value] : book.members()) view.set(name, value);
    return context.page("support/passbook", view);
  }
  const auto volunteer = teams::find_volunteer_by_account(context.reader, context.actor.account);
  const http::Form form(context, Json::of({{"birth", volunteer ? volunteer->birth.text() : ""}}));
  view.set("summary", form.summary()).set("asks_birth", !volunteer)
      .set("f_birth", form.field("birth", "bank.birth", {}, Json::of({{"type", "date"}, {"short", true}})))
      .set("f_agree", form.tick("agree", "bank.agree", "bank.agree.text"));
  return context.page("support/passbook_new", view);
}

Result<Json> open_mine(storage::Tx& tx, const CommandContext& context, const OpenInput& input, const identity::Vault& vault, const Book& book) {
  if (!input.agree) return refuse(Kind::invalid, "bank.agree_missing", "agree");
  const auto volunteer = teams::find_volunteer_by_account(tx, context.actor.account);
  Opening opening;
  opening.account = context.actor.account;
  opening.name = volunteer ? volunteer->name : context.actor.name;
  opening.birth = volunteer ? volunteer->birth : input.birth;
  opening.region = volunteer ? volunteer->region : context.actor.region;
  opening.volunteer = volunteer ? volunteer->id.value : 0;
  opening.consent = volunteer && !volunteer->guardian.empty() ? "guardian" : "own";
  opening.consent_by = opening.name;
  if (opening.region.size() < 9) return refuse(Kind::invalid, "bank.region_missing");
  const auto member = TX_TRY(open_member(tx, book, vault, opening, context.actor.account));
  return Json::of({{"number", member.number}, {"region", member.region}});
}

}  // namespace

void add_own_routes(http::Router& router, const Services& services, const Book& book) {
  const auto* vault = &services.vault;
  const auto* books = &book;
  const auto page = [vault](Context& context) { return my_page(context, *vault); };
  const auto signed_in = Access::signed_in("one's own passbook (checked in the command)");
  const auto back = [](const CommandContext&, const Json&) { return std::string("/me/timebank"); };
  router.page("bank.mine", "/me/timebank", Access::signed_in("one's own passbook"), page);
  router.page("bank.paper", "/me/timebank/paper.pdf", Access::signed_in("one's own passbook"), [vault](Context& context) -> Result<Response> {
    const auto member = TX_TRY(mine(context.reader, context.actor));
    return Response::file(passbook_pdf(context, member, name_of(member, *vault)), "application/pdf", "passbook.pdf");
  });
  router.command<OpenInput>({.name = "bank.open", .path = "/me/timebank/open", .access = signed_in, .next = back, .flash = "bank.opened", .page = page,
                             .region_field = "region"},
                            [vault, books](storage::Tx& tx, const CommandContext& context, const OpenInput& input) { return open_mine(tx, context, input, *vault, *books); });
  router.command<GiftInput>({.name = "bank.gift", .path = "/me/timebank/gift", .access = signed_in, .next = back, .flash = "bank.given", .page = page},
                            [books](storage::Tx& tx, const CommandContext& context, const GiftInput& input) -> Result<Json> {
                              const auto from = TX_TRY(mine(tx, context.actor));
                              const auto to = find_member(tx, id_value(input.to).value_or(0));
                              if (!to) return refuse(Kind::invalid, "bank.unknown_number", "to");
                              const auto order = TX_TRY(gift(tx, *books, from, *to, input.minutes, context.actor.account, {}));
                              return Json::of({{"order", id_text(order.id)}, {"minutes", order.minutes}});
                            });
  router.command<GiftInput>({.name = "bank.donate", .path = "/me/timebank/donate", .access = signed_in, .next = back, .flash = "bank.donated", .page = page},
                            [books](storage::Tx& tx, const CommandContext& context, const GiftInput& input) -> Result<Json> {
                              const auto order = TX_TRY(donate(tx, *books, TX_TRY(mine(tx, context.actor)), input.minutes, context.actor.account, {}));
                              return Json::of({{"order", id_text(order.id)}, {"minutes", order.minutes}});
                            });
  router.command<KinInput>({.name = "bank.kin", .path = "/me/timebank/kin", .access = signed_in, .next = back, .flash = "bank.kin_stated", .page = page},
                           [](storage::Tx& tx, const CommandContext& context, const KinInput& input) -> Result<Json> {
                             const auto member = TX_TRY(mine(tx, context.actor));
                             const auto other = find_member_by_number(tx, input.number);
                             if (!other) return refuse(Kind::invalid, "bank.unknown_number", "number");
                             const auto kin = TX_TRY(state_kin(tx, member, *other, input.relation, context.actor.account));
                             return Json::of({{"kin", id_text(kin.id)}});
                           });
  for (const char* action : {"agree", "decline", "end"})
    router.command<ReasonInput>({.name = std::string("bank.kin_") + action, .path = std::string("/me/timebank/kin/{kin}/") + action, .access = signed_in,
                                 .next = back, .flash = "bank.kin_done", .page = page},
                                [books, action](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
                                  const auto member = TX_TRY(mine(tx, context.actor));
                                  const auto kin = storage::find<Kin>(tx, "select * from bank_kin where id = $1", id_value(context.argument("kin")).value_or(0));
                                  const bool answers = kin && (std::string_view(action) == "end" ? kin->member == member.id || kin->other == member.id
                                                                                                : kin->other == member.id);
                                  if (!answers) return refuse(Kind::not_found, "http.not_found");
                                  const auto done = TX_TRY(step_kin(tx, *books, kin->id, action, context.actor.account, input.reason));
                                  return Json::of({{"state", done.state}});
                                });
}

}  // namespace tx::support::bank
