#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/rooms.h"
#include "systems/stations/stock/stock.h"

namespace tx::stations {
namespace {

constexpr int kTotalMost = 1000, kDaysMost = 90;
constexpr std::int64_t kForget = 30 * kDay;

Result<StockItem> item_of(storage::Reader& reader, const Station& station, const std::string& id) {
  auto item =
      storage::find<StockItem>(reader, "select * from stock_item where id = $1 and station = $2 and state = 'kept'",
                               id_value(id).value_or(0), station.id);
  if (!item) return refuse(Kind::not_found, "http.not_found");
  return *item;
}

}  // namespace

Result<StockItem> add_item(storage::Tx& tx, const Station& station, const ItemInput& input) {
  StockItem item;
  item.id = tx.new_id();
  item.station = station.id.value;
  item.name = normal_text(input.name);
  item.kind = input.kind;
  item.total = input.total;
  item.state = "kept";
  item.created = tx.now();
  if (item.name.empty() || letter_count(item.name) > 30) return refuse(Kind::invalid, "stock.name", "name");
  if (std::find(std::begin(kStockKinds), std::end(kStockKinds), input.kind) == std::end(kStockKinds))
    return refuse(Kind::invalid, "form.unreadable", "kind");
  if (item.total < 1 || item.total > kTotalMost)
    return refuse(Kind::invalid, "stock.total", "total", {{"most", std::to_string(kTotalMost)}});
  if (!input.good_until.empty()) {
    const auto day = Date::parse(input.good_until);
    if (!day || *day < local_date(tx.now())) return refuse(Kind::invalid, "stock.date", "good_until");
    item.good_until = *day;
  }
  storage::insert(tx, "stock_item", item);
  return item;
}

Result<StockLoan> lend(storage::Tx& tx, const identity::Vault& vault, const Station& station, const LendInput& input,
                       access::AccountId by) {
  auto item = TX_TRY(item_of(tx, station, input.item));
  const Date today = local_date(tx.now());
  if (item.good_until.days > 0 && item.good_until < today) return refuse(Kind::conflict, "stock.expired", "item");
  if (item.lent >= item.total) return refuse(Kind::full, "stock.none_left", "item");
  const std::string name = normal_text(input.name);
  if (letter_count(name) < 2 || letter_count(name) > 30) return refuse(Kind::invalid, "stock.borrower", "name");
  const auto phone = identity::canonical_phone(input.phone);
  if (!phone) return refuse(Kind::invalid, "stock.phone", "phone");
  if (input.days < 1 || input.days > kDaysMost)
    return refuse(Kind::invalid, "stock.days", "days", {{"most", std::to_string(kDaysMost)}});
  StockLoan loan;
  loan.id = tx.new_id();
  loan.item = item.id;
  loan.station = station.id.value;
  loan.name_sealed = vault.seal(name, "stock.name");
  loan.phone_sealed = vault.seal(*phone, "stock.phone");
  loan.taken = tx.now();
  loan.due = Date{today.days + input.days};
  loan.state = "out";
  loan.lent_by = by;
  storage::insert(tx, "stock_loan", loan);
  ++item.lent;
  storage::update(tx, "stock_item", item);
  return loan;
}

Result<void> take_back(storage::Tx& tx, const Station& station, const BackInput& input) {
  auto loan = storage::find<StockLoan>(tx, "select * from stock_loan where id = $1 and station = $2",
                                       id_value(input.loan).value_or(0), station.id);
  if (!loan) return refuse(Kind::not_found, "http.not_found");
  if (loan->state != "out") return refuse(Kind::conflict, "flow.moved_on");
  if (input.how != "back" && input.how != "lost") return refuse(Kind::invalid, "form.unreadable", "how");
  loan->state = input.how;
  loan->returned = tx.now();
  loan->remark = shortened(normal_text(input.remark), 200);
  storage::update(tx, "stock_loan", *loan);
  // What is lost is neither lent nor there any more.
  storage::execute(tx,
                   input.how == "lost" ? "update stock_item set lent = lent - 1, total = total - 1 where id = $1"
                                       : "update stock_item set lent = lent - 1 where id = $1",
                   loan->item);
  return {};
}

Result<void> retire_item(storage::Tx& tx, const Station& station, const std::string& id) {
  auto item = TX_TRY(item_of(tx, station, id));
  if (item.lent) return refuse(Kind::conflict, "stock.still_out", "", {{"n", std::to_string(item.lent)}});
  item.state = "retired";
  storage::update(tx, "stock_item", item);
  return {};
}

int tell_overdue(storage::Tx& tx) {
  int told = 0;
  for (auto& loan : storage::select<StockLoan>(
           tx, "select * from stock_loan where state = 'out' and due < $1 and told = 0 limit 200",
           local_date(tx.now()))) {
    loan.told = true;
    storage::update(tx, "stock_loan", loan);
    const auto station = find_station(tx, loan.station);
    const auto name =
        storage::scalar<std::string>(tx, "select name from stock_item where id = $1", loan.item).value_or("");
    if (station && station->keeper)
      notices::send(tx, {station->keeper,
                         "notice.stock.late",
                         {{"name", name}, {"day", loan.due.text()}},
                         "/stations/" + station->id.text() + "/stock"});
    // The borrower left a number for exactly this.
    if (!loan.phone_sealed.empty())
      notices::send_sms(tx, loan.phone_sealed, "notice.stock.bring_back",
                        {{"name", name}, {"station", station ? station->name : ""}}, "stock-late-" + id_text(loan.id));
    ++told;
  }
  return told;
}

int forget_borrowers(storage::Tx& tx) {
  return static_cast<int>(storage::execute(
      tx,
      "update stock_loan set name_sealed = '', phone_sealed = '' where state <> 'out' and returned < $1 and "
      "name_sealed <> ''",
      tx.now().plus(-kForget)));
}

}  // namespace tx::stations
