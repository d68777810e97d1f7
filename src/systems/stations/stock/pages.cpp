// The keeper's shelf: what is there, who has what until when; and what the public can borrow.
#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/keeper.h"
#include "systems/stations/stock/stock.h"

namespace tx::stations {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct RetireInput {
  std::string item;
};
BOOST_DESCRIBE_STRUCT(RetireInput, (), (item))

std::vector<StockItem> items_of(storage::Reader& reader, const Station& station) {
  return storage::select<StockItem>(
      reader, "select * from stock_item where station = $1 and state = 'kept' order by kind, name, id", station.id);
}

const char* icon_of(const std::string& kind) {
  if (kind == "wheelchair" || kind == "crutch") return "disability";
  if (kind == "book") return "reading";
  if (kind == "tool") return "repair";
  return kind == "first_aid" ? "medical" : "gift";
}

Json item_view(const Context& context, const StockItem& item) {
  const Date today = local_date(context.now);
  const bool expired = item.good_until.days > 0 && item.good_until<today, soon = item.good_until.days> 0 &&
                       item.good_until.days < today.days + 30;
  const int left = item.total - item.lent;
  return Json::of({{"item", id_text(item.id)},
                   {"item_name", item.name},
                   {"item_icon", icon_of(item.kind)},
                   {"kind_name", context.text("stock.kind." + item.kind)},
                   {"left", std::to_string(left)},
                   {"total", std::to_string(item.total)},
                   {"can_lend", left > 0 && !expired},
                   {"good_until", item.good_until.days > 0 ? item.good_until.text() : ""},
                   {"can_retire", item.lent == 0},
                   {"state", expired     ? pill("stop", context.text("stock.expired_pill"))
                             : left == 0 ? pill("wait", context.text("stock.all_out"))
                             : soon      ? pill("wait", context.text("stock.expires_soon"))
                                         : pill("live", context.text("stock.there", {{"n", std::to_string(left)}}))}});
}

Result<Response> page(const Services& services, Context& context) {
  const auto station = TX_TRY(station_of(context.reader, context.argument("station")));
  const Date today = local_date(context.now);
  Json items = Json::array(), loans = Json::array(), past = Json::array();
  std::vector<http::Option> lendable;
  std::vector<std::pair<std::int64_t, std::string>> names;
  for (const auto& item : items_of(context.reader, station)) {
    items.push(item_view(context, item));
    names.emplace_back(item.id, item.name);
    if (item.lent < item.total && (item.good_until.days <= 0 || item.good_until >= today))
      lendable.push_back({id_text(item.id), item.name + " (" + std::to_string(item.total - item.lent) + ")"});
  }
  const auto name_of = [&](std::int64_t id) {
    for (const auto& [one, name] : names)
      if (one == id) return name;
    return storage::scalar<std::string>(context.reader, "select name from stock_item where id = $1", id).value_or("");
  };
  int late = 0;
  for (const auto& loan : storage::select<StockLoan>(
           context.reader,
           "select * from stock_loan where station = $1 order by case state when 'out' then 0 else 1 end, "
           "case state when 'out' then due else 0 end, returned desc limit 60",
           station.id)) {
    const bool out = loan.state == "out", overdue = out && loan.due < today;
    late += overdue;
    Json line = Json::of(
        {{"loan", id_text(loan.id)},
         {"what", name_of(loan.item)},
         {"due_day", loan.due.text()},
         {"who", loan.name_sealed.empty()
                     ? context.text("stock.forgotten")
                     : masked_name(services.vault.unseal(loan.name_sealed, "stock.name").value_or(""))},
         {"phone", loan.phone_sealed.empty()
                       ? ""
                       : masked_phone(services.vault.unseal(loan.phone_sealed, "stock.phone").value_or(""))},
         {"remark", loan.remark},
         {"state", overdue
                       ? pill("stop", context.text("stock.late", {{"n", std::to_string(today.days - loan.due.days)}}))
                   : out ? pill("go", context.text("stock.out"))
                         : pill(loan.state == "lost" ? "stop" : "done", context.text("stock." + loan.state))}});
    (out ? loans : past).push(std::move(line));
  }
  std::vector<http::Option> kinds;
  for (const char* kind : kStockKinds) kinds.push_back({kind, context.text(std::string("stock.kind.") + kind)});
  const http::Form form(context, Json::of({{"days", "7"}, {"total", "1"}, {"kind", "other"}}));
  const bool adding = context.submitted.find("total") != nullptr;
  Json view = Json::of({{"title", context.text("stock.title")},
                        {"station", station.id.text()},
                        {"station_name", station.name},
                        {"items", items},
                        {"has_items", items.size() > 0},
                        {"loans", loans},
                        {"has_loans", loans.size() > 0},
                        {"past", past},
                        {"has_past", past.size() > 0},
                        {"can_lend_any", !lendable.empty()},
                        {"late_text", late ? context.text("stock.late_count", {{"n", std::to_string(late)}}) : ""},
                        {"summary", form.summary()},
                        {"adding", adding}});
  view.set("f_item", form.options("item", "stock.item", lendable, {}, Json::of({{"short", true}})))
      .set("f_name",
           form.field("name", "stock.who", {}, Json::of({{"short", true}, {"maxlength", 30}, {"autocomplete", "off"}})))
      .set("f_phone", form.field("phone", "stock.phone_label", {},
                                 Json::of({{"short", true}, {"type", "tel"}, {"autocomplete", "off"}})))
      .set("f_days", form.field("days", "stock.days_label", {},
                                Json::of({{"short", true}, {"type", "number"}, {"min", "1"}, {"max", "90"}})))
      .set("f_new", Json::of({{"kinds",
                               [&] {
                                 Json list = Json::array();
                                 for (const auto& kind : kinds)
                                   list.push(Json::of({{"value", kind.value},
                                                       {"label", kind.label},
                                                       {"chosen", form.text("kind") == kind.value}}));
                                 return list;
                               }()},
                              {"new_name", adding ? form.text("name") : ""},
                              {"new_total", form.text("total")},
                              {"new_until", form.text("good_until")}}));
  return context.page("stations/stock", view);
}

}  // namespace

void add_stock_view(http::Context& context, const Station& station, Json& view) {
  Json lines = Json::array();
  for (const auto& item : items_of(context.reader, station))
    if (item.kind != "first_aid" && (item.good_until.days <= 0 || item.good_until >= local_date(context.now)))
      lines.push(item_view(context, item));
  if (lines.size()) view.set("borrow", lines).set("has_borrow", true);
}

void add_stock_routes(http::Router& router, const Services& services) {
  const auto shown = [services](Context& context) { return page(services, context); };
  router.page("stock.page", "/stations/{station}/stock", Access::over(permission::keep, "station"), shown);
  using Tx = storage::Tx;
  const KeeperCommands keeper{router, shown, [](const CommandContext& context, const Json&) { return "/stations/" + context.argument("station") + "/stock"; }};
  keeper.add<ItemInput>("stock.add", "/stock", "stock.added", [](Tx& tx, const CommandContext&, const Station& station, const ItemInput& input) -> Result<Json> {
    return Json::of({{"item", id_text(TX_TRY(add_item(tx, station, input)).id)}});
  });
  keeper.add<LendInput>("stock.lend", "/stock/lend", "stock.lent", [services](Tx& tx, const CommandContext& context, const Station& station, const LendInput& input) -> Result<Json> {
    const auto loan = TX_TRY(lend(tx, services.vault, station, input, context.actor.account));
    return Json::of({{"loan", id_text(loan.id)}, {"due", loan.due.text()}});
  });
  keeper.add<BackInput>("stock.back", "/stock/back", "stock.taken_back", [](Tx& tx, const CommandContext&, const Station& station, const BackInput& input) -> Result<Json> {
    TX_CHECK(take_back(tx, station, input));
    return Json::object();
  });
  keeper.add<RetireInput>("stock.retire", "/stock/retire", "stock.retired", [](Tx& tx, const CommandContext&, const Station& station, const RetireInput& input) -> Result<Json> {
    TX_CHECK(retire_item(tx, station, input.item));
    return Json::object();
  });
}

}  // namespace tx::stations
