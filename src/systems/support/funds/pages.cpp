// What everybody sees of a fund: sums and uses, never who gave. And a donor's own page, by the gift's number.
#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/support/book/yuan.h"
#include "systems/support/funds/flow.h"
#include "systems/support/funds/funds.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct ConsentInput {
  bool yes = false;
};
BOOST_DESCRIBE_STRUCT(ConsentInput, (), (yes))

std::string yuan(const Context& context, std::int64_t fen) { return context.text("money.yuan", {{"n", yuan_text(fen)}}); }
std::string purpose_name(const Context& context, const std::string& purpose) { return purpose.empty() ? context.text("fund.general") : purpose; }

Json fund_row(const Context& context, const Fund& fund, const std::string& href) {
  const auto sums = sums_of(context.reader, fund.id);
  const auto organisation = teams::find_organisation(context.reader, fund.organisation);
  return Json::of({{"href", href}, {"title", fund.name}, {"text", shortened(fund.purpose, 80)}, {"icon", "gift"}, {"leaf", ""}, {"unread_row", false}, {"has_side", true},
                   {"side", context.text("fund.left_n", {{"n", yuan_text(sums.left)}})}, {"state", Json()}, {"clock", Json()},
                   {"meta", Json::Array{Json::of({{"glyph", "team"}, {"words", organisation ? organisation->name : ""}}), Json::of({{"glyph", "nearby"}, {"words", teams::region_name(context.reader, fund.region.substr(0, 6), context.language)}}),
                                        Json::of({{"glyph", "gift"}, {"words", context.text("fund.gifts_n", {{"n", std::to_string(sums.gifts)}})}})}}});
}

Result<Response> list_page(Context& context) {
  Json rows = Json::array();
  for (const auto& fund : storage::select<Fund>(context.reader, "select * from fund where state = 'open' order by created desc limit 100")) rows.push(fund_row(context, fund, "/funds/" + id_text(fund.id)));
  Json view = Json::of({{"title", context.text("fund.list")}, {"rows", rows}});
  if (rows.size() == 0) view.set("empty", Json::of({{"icon", "gift"}, {"title", context.text("fund.none")}, {"text", context.text("fund.none.text")}, {"href", ""}}));
  return context.page("support/funds", view);
}

Result<Response> one_page(Context& context) {
  const auto fund = find_fund(context.reader, id_value(context.argument("fund")).value_or(0));
  if (!fund) return refuse(Kind::not_found, "http.not_found");
  const auto sums = sums_of(context.reader, fund->id);
  const auto organisation = teams::find_organisation(context.reader, fund->organisation);
  Json lines = Json::array(), told = Json::array(), marks = Json::array();
  for (const auto& outflow : storage::select<Outflow>(context.reader, "select * from outflow where fund = $1 and state = 'paid' order by paid desc limit 200", fund->id))
    lines.push(Json::of({{"day", local_date(outflow.paid).text()}, {"what", outflow.what}, {"purpose_name", purpose_name(context, outflow.purpose)}, {"amount", yuan_text(outflow.fen)}}));
  for (const auto& row : storage::query(context.reader, "select earmark, sum(fen) from gift where fund = $1 and kind = 'money' group by earmark order by 2 desc", fund->id).rows) {
    std::int64_t fen = 0;
    storage::from_value(row[1], fen);
    marks.push(Json::of({{"label", purpose_name(context, std::get<std::string>(row[0]))}, {"href", ""}, {"tone", ""}, {"percent", sums.in ? fen * 100 / sums.in : 0}, {"value", yuan(context, fen)}}));
  }
  for (const auto& one : storage::select<Disclosure>(context.reader, "select * from disclosure where fund = $1 and done > 0 order by due", fund->id))
    told.push(Json::of({{"told_kind", context.text("fund.disclosure." + one.kind)}, {"told_day", local_date(one.done).text()}, {"told_where", one.words}}));
  const auto figure = [&](const char* key, std::int64_t fen) { return Json::of({{"label", context.text(key)}, {"value", yuan(context, fen)}, {"unit", ""}, {"href", ""}, {"tone", ""}}); };
  return context.page("support/fund",
                      Json::of({{"title", fund->name}, {"purpose", fund->purpose}, {"holder", organisation ? organisation->name : ""}, {"holder_href", "/organisations/" + id_text(fund->organisation)},
                                {"days", fund->from_day.text() + " – " + fund->until_day.text()},
                                {"stats", Json::Array{figure("fund.in", sums.in), figure("fund.out", sums.out), figure("fund.left", sums.left), figure("fund.goods", sums.goods)}},
                                {"lines", lines}, {"has_lines", lines.size() > 0}, {"bars", marks}, {"has_marks", marks.size() > 0}, {"told", told}, {"has_told", told.size() > 0},
                                {"link", fund->link}, {"platform", fund->platform}, {"certificate_no", fund->certificate_no}, {"filing_no", fund->filing_no}}));
}

Result<Response> gift_page(Context& context, const identity::Vault& vault) {
  const auto gift = find_gift_by_number(context.reader, context.argument("number"));
  if (!gift) return refuse(Kind::not_found, "http.not_found");
  const auto fund = find_fund(context.reader, gift->fund);
  Json lines = Json::array();
  std::int64_t used = 0;
  for (const auto& use : uses_of(context.reader, gift->id)) {
    const auto outflow = storage::find<Outflow>(context.reader, "select * from outflow where id = $1", use.outflow);
    used += use.fen;
    lines.push(Json::of({{"day", local_date(outflow->paid).text()}, {"what", outflow->what}, {"purpose_name", purpose_name(context, outflow->purpose)}, {"amount", yuan_text(use.fen)}}));
  }
  // Who gave is shown to the donor himself, signed in; the number alone shows the money's way.
  const bool own = gift->donor && gift->donor == context.actor.account;
  const auto leaf = leaf_seq(context.reader, "gift", gift->id);
  return context.page("support/gift",
                      Json::of({{"title", context.text("gift.title")}, {"number", gift->number}, {"fund_name", fund ? fund->name : ""}, {"fund_href", "/funds/" + id_text(gift->fund)},
                                {"amount", yuan(context, gift->fen)}, {"goods", gift->goods}, {"day", gift->day.text()}, {"purpose_name", purpose_name(context, gift->earmark)},
                                {"donor_name", own ? vault.unseal(gift->donor_sealed, "gift.donor").value_or("") : ""}, {"anonymous", gift->donor_sealed.empty()},
                                {"bill_no", gift->bill_no}, {"bill_code", gift->bill_code}, {"bill_check", gift->bill_check}, {"bill_waived", gift->bill_waived}, {"handler", gift->handler},
                                {"lines", lines}, {"has_lines", lines.size() > 0}, {"percent", gift->fen ? used * 100 / gift->fen : 0}, {"used", yuan(context, used)}, {"left", yuan(context, gift->fen - used)}, {"money", gift->kind == "money"},
                                {"asked", gift->change == "asked"}, {"asked_use", gift->asked_use}, {"asked_reason", gift->asked_reason}, {"agreed", gift->change == "agreed"}, {"declined", gift->change == "declined"},
                                {"proof", leaf ? context.text("gift.proof", {{"n", std::to_string(*leaf)}}) : ""}}));
}

Result<Response> mine_page(Context& context) {
  Json rows = Json::array();
  for (const auto& gift : storage::select<Gift>(context.reader, "select * from gift where donor = $1 and donor <> 0 order by at desc limit 100", context.actor.account)) {
    const auto fund = find_fund(context.reader, gift.fund);
    rows.push(Json::of({{"href", "/gifts/" + gift.number}, {"title", fund ? fund->name : ""}, {"text", purpose_name(context, gift.earmark)}, {"icon", "gift"}, {"leaf", ""}, {"unread_row", gift.change == "asked"},
                        {"has_side", true}, {"side", yuan(context, gift.fen)}, {"state", Json()}, {"clock", Json()}, {"meta", Json::Array{Json::of({{"glyph", "calendar"}, {"words", gift.day.text()}})}}}));
  }
  Json view = Json::of({{"title", context.text("gift.mine")}, {"nav_me", true}, {"rows", rows}});
  if (rows.size() == 0) view.set("empty", Json::of({{"icon", "gift"}, {"title", context.text("gift.mine.none")}, {"text", context.text("gift.mine.none.text")}, {"href", "/funds"}, {"action", context.text("fund.list")}}));
  return context.page("support/gifts", view);
}

}  // namespace

void add_fund_routes(http::Router& router, const Services& services, const Book& book) {
  const auto* vault = &services.vault;
  const auto* books = &book;
  router.page("fund.list", "/funds", Access::everyone("sums and uses of gifts are public (Charity Law art. 78-80)"), list_page);
  router.page("fund.one", "/funds/{fund}", Access::everyone("sums and uses of gifts are public (Charity Law art. 78-80)"), one_page);
  const auto gift = [vault](Context& context) { return gift_page(context, *vault); };
  router.page("gift.follow", "/gifts/{number}", Access::everyone("whoever holds the number gave it (Charity Law art. 42)"), gift);
  router.command<ConsentInput>({.name = "gift.consent", .path = "/gifts/{number}/consent", .access = Access::everyone("whoever holds the number gave it (Charity Law art. 56)"),
                                .next = [](const CommandContext& context, const Json&) { return "/gifts/" + context.argument("number"); }, .flash = "gift.answered", .page = gift},
                               [books](storage::Tx& tx, const CommandContext& context, const ConsentInput& input) -> Result<Json> {
                                 const auto changed = TX_TRY(answer_change(tx, *books, context.argument("number"), input.yes));
                                 return Json::of({{"change", changed.change}});
                               });
  router.page("gift.mine", "/me/gifts", Access::signed_in("one's own gifts"), mine_page);
}

}  // namespace tx::support
