// The desk of funds: gifts written down, outflows asked for and approved by another, changes of use, what must be published.
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

struct ReasonInput {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReasonInput, (), (reason))
struct ChangeInput {
  std::string use, reason;
};
BOOST_DESCRIBE_STRUCT(ChangeInput, (), (use, reason))
struct DiscloseInput {
  std::string disclosure, words;
};
BOOST_DESCRIBE_STRUCT(DiscloseInput, (), (disclosure, words))

std::string yuan(const Context& context, std::int64_t fen) { return context.text("money.yuan", {{"n", yuan_text(fen)}}); }
std::string purpose_name(const Context& context, const std::string& purpose) { return purpose.empty() ? context.text("fund.general") : purpose; }

std::string scope_of(const Context& context) {
  std::string filter = "(1=0";
  for (const auto permission : {permission::fund_keep, permission::fund_approve}) {
    filter += " or " + access::region_filter("region", access::regions_of(context.roles, context.actor, permission));
    for (const auto& organisation : access::organisations_of(context.roles, context.actor, permission)) filter += " or organisation = " + std::to_string(id_value(organisation).value_or(0));
  }
  return filter + ")";
}

Json outflow_row(const Context& context, const Outflow& one, const std::string& href) {
  return Json::of({{"href", href}, {"title", one.what}, {"text", one.payee}, {"icon", "share"}, {"leaf", ""}, {"unread_row", false}, {"has_side", true}, {"side", yuan(context, one.fen)},
                   {"state", workflow::state_view(kOutflowFlow, one.state, context.language, context.words)},
                   {"clock", one.state == "asked" && one.due.us ? workflow::due_view(one.due, context.now, context.language, context.words) : Json()},
                   {"meta", Json::Array{Json::of({{"glyph", "calendar"}, {"words", local_date(one.at).text()}}), Json::of({{"glyph", "flag"}, {"words", purpose_name(context, one.purpose)}})}}});
}

Result<Response> desk(Context& context) {
  Json rows = Json::array(), waiting = Json::array();
  for (const auto& fund : storage::select<Fund>(context.reader, "select * from fund where " + scope_of(context) + " order by created desc limit 100")) {
    const auto sums = sums_of(context.reader, fund.id);
    const auto late = storage::scalar<std::int64_t>(context.reader, "select count(*) from disclosure where fund = $1 and done = 0 and due < $2", fund.id, context.now).value_or(0);
    rows.push(Json::of({{"href", "/desk/funds/" + id_text(fund.id)}, {"title", fund.name}, {"text", shortened(fund.purpose, 60)}, {"icon", "gift"}, {"leaf", ""}, {"unread_row", false}, {"has_side", true},
                        {"side", context.text("fund.left_n", {{"n", yuan_text(sums.left)}})}, {"clock", Json()},
                        {"state", late ? Json::of({{"tone", "stop"}, {"label", context.text("fund.disclosure.late_n", {{"n", std::to_string(late)}})}}) : Json()},
                        {"meta", Json::Array{Json::of({{"glyph", "gift"}, {"words", context.text("fund.gifts_n", {{"n", std::to_string(sums.gifts)}})}}),
                                             Json::of({{"glyph", "nearby"}, {"words", teams::region_name(context.reader, fund.region.substr(0, 6), context.language)}})}}}));
    for (const auto& one : storage::select<Outflow>(context.reader, "select * from outflow where fund = $1 and state = 'asked' order by due limit 50", fund.id)) waiting.push(outflow_row(context, one, "/desk/outflows/" + id_text(one.id)));
  }
  Json view = Json::of({{"title", context.text("fund.desk")}, {"rows", rows}, {"waiting", Json::of({{"rows", waiting}})}, {"has_waiting", waiting.size() > 0}, {"may_open", context.may(permission::fund_keep)}});
  if (rows.size() == 0) view.set("empty", Json::of({{"icon", "gift"}, {"title", context.text("fund.none")}, {"text", context.text("fund.desk.none")}, {"href", ""}}));
  return context.page("support/funds_desk", view);
}

Result<Response> new_page(Context& context) {
  std::vector<http::Option> holders;
  for (const auto& text : access::organisations_of(context.roles, context.actor, permission::fund_keep))
    if (const auto found = teams::find_organisation(context.reader, id_value(text).value_or(0))) holders.push_back({text, found->name});
  const auto regions = access::regions_of(context.roles, context.actor, permission::fund_keep);
  if (!regions.empty())
    for (const auto& row : storage::query(context.reader, "select id, name from organisation where state = 'approved' and kind = 'registered' and " + access::region_filter("region", regions) + " order by name limit 200").rows)
      holders.push_back({id_text(std::get<std::int64_t>(row[0])), std::get<std::string>(row[1])});
  const http::Form form(context, Json::of({{"from_day", local_date(context.now).text()}, {"until_day", Date{local_date(context.now).days + 364}.text()}, {"organisation", holders.empty() ? "" : holders.front().value}}));
  const auto day = Json::of({{"type", "date"}, {"short", true}}), optional = Json::of({{"optional", true}, {"maxlength", 120}});
  return context.page("support/fund_new",
                      Json::of({{"title", context.text("fund.new")}, {"summary", form.summary()}, {"f_organisation", form.options("organisation", "fund.holder", holders)},
                                {"f_name", form.field("name", "fund.name", {}, Json::of({{"maxlength", 60}}))}, {"f_purpose", form.field("purpose", "fund.purpose", "fund.purpose.hint", Json::of({{"maxlength", 300}, {"rows", 3}}))},
                                {"f_from", form.field("from_day", "insurance.from", {}, day)}, {"f_until", form.field("until_day", "insurance.until", {}, day)},
                                {"f_platform", form.field("platform", "fund.platform", "fund.platform.hint", optional)}, {"f_link", form.field("link", "fund.link", {}, optional)},
                                {"f_certificate", form.field("certificate_no", "fund.certificate", {}, optional)}, {"f_filing", form.field("filing_no", "fund.filing", {}, optional)}}));
}

Result<Response> one_page(Context& context) {
  const auto fund = find_fund(context.reader, id_value(context.argument("fund")).value_or(0));
  if (!fund) return refuse(Kind::not_found, "http.not_found");
  const auto sums = sums_of(context.reader, fund->id);
  Json gifts = Json::array(), outflows = Json::array(), clocks = Json::array();
  std::vector<http::Option> purposes{{"", context.text("fund.general")}};
  for (const auto& gift : storage::select<Gift>(context.reader, "select * from gift where fund = $1 order by at desc, id desc limit 200", fund->id)) {
    const auto left = gift.kind == "money" ? balance(context.reader, Unit::fen, gift_account(gift.id)) : 0;
    gifts.push(Json::of({{"gift", id_text(gift.id)}, {"number", gift.number}, {"amount", yuan(context, gift.fen)}, {"goods", gift.goods}, {"day", gift.day.text()}, {"purpose_name", purpose_name(context, gift.earmark)},
                         {"left", gift.kind == "money" ? context.text("fund.left_n", {{"n", yuan_text(left)}}) : ""}, {"giver", context.text(gift.donor_sealed.empty() ? "gift.anonymous" : "gift.named")},
                         {"bill", gift.bill_waived ? context.text("gift.bill_waived") : gift.bill_no}, {"may_change", left > 0 && gift.change != "asked" && context.may(permission::fund_keep)},
                         {"change_words", gift.change.empty() ? "" : context.text("gift.change." + gift.change, {{"use", gift.asked_use}})}}));
    if (std::none_of(purposes.begin(), purposes.end(), [&](const http::Option& each) { return each.value == gift.earmark; })) purposes.push_back({gift.earmark, gift.earmark});
  }
  for (const auto& one : storage::select<Outflow>(context.reader, "select * from outflow where fund = $1 order by id desc limit 100", fund->id)) outflows.push(outflow_row(context, one, "/desk/outflows/" + id_text(one.id)));
  for (const auto& one : storage::select<Disclosure>(context.reader, "select * from disclosure where fund = $1 order by due, id", fund->id))
    clocks.push(Json::of({{"disclosure", id_text(one.id)}, {"clock_kind", context.text("fund.disclosure." + one.kind)}, {"due_day", local_date(one.due).text()}, {"done_words", one.done.us ? one.words : ""}, {"is_done", one.done.us != 0},
                          {"is_late", !one.done.us && one.due < context.now}}));
  const http::Form form(context, Json::of({{"kind", "money"}, {"channel", "transfer"}, {"day", local_date(context.now).text()}, {"purpose", ""}}));
  std::vector<http::Option> kinds{{"money", context.text("gift.kind.money")}, {"goods", context.text("gift.kind.goods")}}, channels;
  for (const char* channel : {"transfer", "agreement", "platform"}) channels.push_back({channel, context.text(std::string("gift.channel.") + channel)});
  const auto optional = [](int most) { return Json::of({{"optional", true}, {"short", true}, {"maxlength", most}}); };
  const auto money = Json::of({{"inputmode", "decimal"}, {"short", true}});
  const auto figure = [&](const char* key, std::int64_t fen) { return Json::of({{"label", context.text(key)}, {"value", yuan(context, fen)}, {"unit", ""}, {"href", ""}, {"tone", ""}}); };
  return context.page("support/fund_desk",
                      Json::of({{"title", fund->name}, {"fund", id_text(fund->id)}, {"purpose", fund->purpose}, {"summary", form.summary()}, {"may_keep", context.may(permission::fund_keep)},
                                {"stats", Json::Array{figure("fund.in", sums.in), figure("fund.out", sums.out), figure("fund.left", sums.left), figure("fund.goods", sums.goods)}},
                                {"gifts", gifts}, {"has_gifts", gifts.size() > 0}, {"outflows", Json::of({{"rows", outflows}})}, {"has_outflows", outflows.size() > 0}, {"clocks", clocks},
                                {"f_kind", form.options("kind", "gift.kind", kinds)}, {"f_amount", form.field("amount", "gift.amount", "money.yuan.hint", money)},
                                {"f_goods", form.field("goods", "gift.goods", "gift.goods.hint", optional(120))}, {"f_earmark", form.field("earmark", "gift.earmark", "gift.earmark.hint", Json::of({{"optional", true}, {"maxlength", 60}}))},
                                {"f_channel", form.options("channel", "gift.channel", channels)}, {"f_day", form.field("day", "gift.day", {}, Json::of({{"type", "date"}, {"short", true}}))},
                                {"f_donor", form.field("donor", "gift.donor", "gift.donor.hint", optional(80))}, {"f_donor_no", form.field("donor_no", "gift.donor_no", "gift.donor_no.hint", optional(20))},
                                {"f_bill_code", form.field("bill_code", "gift.bill_code", {}, optional(20))}, {"f_bill_no", form.field("bill_no", "gift.bill_no", {}, optional(20))}, {"f_bill_check", form.field("bill_check", "gift.bill_check", {}, optional(20))},
                                {"f_waived", form.tick("bill_waived", "gift.bill", "gift.bill_waived.text")}, {"f_handler", form.field("handler", "gift.handler", {}, Json::of({{"maxlength", 40}, {"short", true}}))},
                                {"f_what", form.field("what", "outflow.what", "outflow.what.hint", Json::of({{"maxlength", 100}}))}, {"f_payee", form.field("payee", "outflow.payee", {}, Json::of({{"maxlength", 60}}))},
                                {"f_purpose", form.options("purpose", "outflow.purpose", purposes, "outflow.purpose.hint")}}));
}

Result<Response> outflow_page(Context& context) {
  const auto outflow = storage::find<Outflow>(context.reader, "select * from outflow where id = $1", id_value(context.argument("outflow")).value_or(0));
  if (!outflow) return refuse(Kind::not_found, "http.not_found");
  const auto fund = find_fund(context.reader, outflow->fund);
  const http::Form form(context);
  Json uses = Json::array();
  for (const auto& use : storage::select<GiftUse>(context.reader, "select * from gift_use where outflow = $1", outflow->id)) {
    const auto gift = find_gift(context.reader, use.gift);
    uses.push(Json::of({{"day", gift->day.text()}, {"purpose_name", purpose_name(context, gift->earmark)}, {"amount", yuan_text(use.fen)}}));
  }
  return context.page("support/outflow",
                      Json::of({{"title", outflow->what}, {"outflow", id_text(outflow->id)}, {"fund_name", fund ? fund->name : ""}, {"fund_id", id_text(outflow->fund)}, {"payee", outflow->payee}, {"amount", yuan(context, outflow->fen)},
                                {"purpose_name", purpose_name(context, outflow->purpose)}, {"state", workflow::state_view(kOutflowFlow, outflow->state, context.language, context.words)},
                                {"clock", outflow->state == "asked" && outflow->due.us ? workflow::due_view(outflow->due, context.now, context.language, context.words) : Json()},
                                {"lines", uses}, {"has_lines", uses.size() > 0}, {"summary", form.summary()},
                                {"decides", outflow->state == "asked" && context.may(permission::fund_approve) && outflow->asked_by != context.actor.account},
                                {"own", outflow->state == "asked" && outflow->asked_by == context.actor.account},
                                {"timeline", workflow::timeline_view(kOutflowFlow, workflow::history(context.reader, "outflow", outflow->id), context.language, context.words, context.now)},
                                {"f_reason", form.field("reason", "accident.step_words", {}, Json::of({{"maxlength", 300}, {"rows", 2}, {"optional", true}}))}}));
}

access::Place place_of(const Fund& fund) {
  access::Place place;
  place.region = fund.region;
  place.organisations = {id_text(fund.organisation)};
  return place;
}

}  // namespace

void add_fund_desk_routes(http::Router& router, const Services& services, const Book& book) {
  const auto* vault = &services.vault;
  const auto* books = &book;
  const auto* roles = &router.roles();
  const auto of_fund = [](storage::Reader& reader, std::optional<std::int64_t> id) -> std::optional<access::Place> {
    const auto fund = find_fund(reader, id.value_or(0));
    return fund ? std::optional(place_of(*fund)) : std::nullopt;
  };
  router.resolver("fund", [of_fund](storage::Reader& reader, const std::string& text) { return of_fund(reader, id_value(text)); });
  router.resolver("gift", [of_fund](storage::Reader& reader, const std::string& text) { return of_fund(reader, storage::scalar<std::int64_t>(reader, "select fund from gift where id = $1", id_value(text).value_or(0))); });
  router.resolver("outflow", [of_fund](storage::Reader& reader, const std::string& text) { return of_fund(reader, storage::scalar<std::int64_t>(reader, "select fund from outflow where id = $1", id_value(text).value_or(0))); });
  const auto keeps = Access::over(permission::fund_keep, "fund");
  const auto back = [](const CommandContext& context, const Json&) { return "/desk/funds/" + context.argument("fund"); };
  const auto number = [](const CommandContext& context, const char* name) { return id_value(context.argument(name)).value_or(0); };
  router.page("fund.desk", "/desk/funds", Access::any(permission::fund_keep), desk);
  router.page("fund.approvals", "/desk/outflows", Access::any(permission::fund_approve), desk);
  router.page("fund.new", "/desk/funds/new", Access::any(permission::fund_keep), new_page);
  router.command<FundInput>({.name = "fund.open", .path = "/desk/funds/new", .access = Access::any(permission::fund_keep),
                             .next = [](const CommandContext&, const Json& answer) { return "/desk/funds/" + answer["fund"].text(); }, .flash = "fund.opened", .page = new_page, .region_field = "region"},
                            [books, roles](storage::Tx& tx, const CommandContext& context, const FundInput& input) -> Result<Json> {
                              const auto fund = TX_TRY(open_fund(tx, *books, *roles, input, context.actor));
                              return Json::of({{"fund", id_text(fund.id)}, {"region", fund.region}});
                            });
  router.page("fund.desk_one", "/desk/funds/{fund}", keeps, one_page);
  router.command<GiftInput>({.name = "gift.record", .path = "/desk/funds/{fund}/gifts", .access = keeps, .next = back, .flash = "gift.recorded", .page = one_page},
                            [vault, books, number](storage::Tx& tx, const CommandContext& context, const GiftInput& input) -> Result<Json> {
                              const auto gift = TX_TRY(record_gift(tx, *vault, *books, number(context, "fund"), input, context.actor));
                              return Json::of({{"gift", id_text(gift.id)}, {"number", gift.number}});
                            });
  router.command<OutflowInput>({.name = "outflow.ask", .path = "/desk/funds/{fund}/outflows", .access = keeps, .next = back, .flash = "outflow.asked", .page = one_page, .region_field = "region"},
                               [number](storage::Tx& tx, const CommandContext& context, const OutflowInput& input) -> Result<Json> {
                                 const auto outflow = TX_TRY(ask_outflow(tx, number(context, "fund"), input, context.actor));
                                 return Json::of({{"outflow", id_text(outflow.id)}, {"region", outflow.region}});
                               });
  router.command<DiscloseInput>({.name = "fund.disclose", .path = "/desk/funds/{fund}/disclose", .access = keeps, .next = back, .flash = "fund.disclosed", .page = one_page},
                                [number](storage::Tx& tx, const CommandContext& context, const DiscloseInput& input) -> Result<Json> {
                                  TX_CHECK(disclose(tx, number(context, "fund"), id_value(input.disclosure).value_or(0), input.words, context.actor.account));
                                  return Json::object();
                                });
  router.command<ChangeInput>({.name = "gift.ask_change", .path = "/desk/gifts/{gift}/change", .access = Access::over(permission::fund_keep, "gift"),
                               .next = [](const CommandContext&, const Json& answer) { return "/desk/funds/" + answer["fund"].text(); }, .flash = "gift.change_asked"},
                              [number](storage::Tx& tx, const CommandContext& context, const ChangeInput& input) -> Result<Json> {
                                const auto gift = TX_TRY(ask_change(tx, number(context, "gift"), input.use, input.reason));
                                return Json::of({{"fund", id_text(gift.fund)}});
                              });
  const auto approves = Access::over(permission::fund_approve, "outflow");
  router.page("outflow.one", "/desk/outflows/{outflow}", Access::over(permission::fund_approve, "outflow"), outflow_page);
  for (const bool approve : {true, false})
    router.command<ReasonInput>({.name = approve ? "outflow.approve" : "outflow.refuse", .path = std::string("/desk/outflows/{outflow}/") + (approve ? "approve" : "refuse"), .access = approves,
                                 .next = [](const CommandContext&, const Json&) { return std::string("/desk/outflows"); }, .flash = "outflow.decided", .page = outflow_page, .region_field = "region"},
                                [books, approve, number](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
                                  const auto outflow = TX_TRY(decide_outflow(tx, *books, number(context, "outflow"), approve, input.reason, context.actor));
                                  return Json::of({{"state", outflow.state}, {"region", outflow.region}});
                                });
}

}  // namespace tx::support
