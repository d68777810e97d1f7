// What a station lends: wheelchairs, umbrellas, books, tools. Who borrows is sealed by the vault, shown masked to the keeper,
// and forgotten thirty days after the thing is back.
#pragma once
#include "systems/stations/stations.h"

namespace tx::stations {

inline constexpr const char* kStockKinds[] = {"wheelchair", "crutch", "umbrella", "book", "tool", "first_aid", "other"};

struct StockItem {
  std::int64_t id = 0, station = 0;
  std::string name, kind;
  int total = 1, lent = 0;
  Date good_until;    // 0: does not run out
  std::string state;  // kept, retired
  Instant created;
};
BOOST_DESCRIBE_STRUCT(StockItem, (), (id, station, name, kind, total, lent, good_until, state, created))

struct StockLoan {
  std::int64_t id = 0, item = 0, station = 0;
  std::string name_sealed, phone_sealed;
  Instant taken;
  Date due;
  Instant returned;
  std::string state;  // out, back, lost
  access::AccountId lent_by;
  std::string remark;
  bool told = false;  // the keeper was told that it is late
};
BOOST_DESCRIBE_STRUCT(StockLoan, (),
                      (id, item, station, name_sealed, phone_sealed, taken, due, returned, state, lent_by, remark,
                       told))

struct ItemInput {
  std::string name, kind = "other", good_until;
  int total = 1;
};
BOOST_DESCRIBE_STRUCT(ItemInput, (), (name, kind, good_until, total))
struct LendInput {
  std::string item, name, phone;
  int days = 7;
};
BOOST_DESCRIBE_STRUCT(LendInput, (), (item, name, phone, days))
struct BackInput {
  std::string loan, how, remark;  // how: back, lost
};
BOOST_DESCRIBE_STRUCT(BackInput, (), (loan, how, remark))

// Rules: stock.name, stock.total, stock.date
Result<StockItem> add_item(storage::Tx& tx, const Station& station, const ItemInput& input);
// Rules: stock.none_left, stock.expired, stock.borrower, stock.phone, stock.days
Result<StockLoan> lend(storage::Tx& tx, const identity::Vault& vault, const Station& station, const LendInput& input,
                       access::AccountId by);
Result<void> take_back(storage::Tx& tx, const Station& station, const BackInput& input);
Result<void> retire_item(storage::Tx& tx, const Station& station, const std::string& item);  // stock.still_out
int tell_overdue(storage::Tx& tx);                                                           // each loan once
int forget_borrowers(storage::Tx& tx);

}  // namespace tx::stations
