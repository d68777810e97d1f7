// Settlement between towns and the question behind every bank: are the promises backed? Positions come from the clearing
// lines that stand in the postings themselves; netting a month moves them to what towns owe one another.
#include <cstdio>

#include "platform/storage/record_sql.h"
#include "systems/support/time_bank/books.h"

namespace tx::support::bank {
namespace {

struct Sum {
  std::string account;
  std::int64_t amount = 0;
};
BOOST_DESCRIBE_STRUCT(Sum, (), (account, amount))

struct Span {
  Instant from, to;
};
Span span_of(int year, int month) {
  return {start_of(Date::of(year, month, 1)), start_of(month == 12 ? Date::of(year + 1, 1, 1) : Date::of(year, month + 1, 1))};
}

std::vector<Sum> clearing(storage::Reader& reader, const char* which, const std::string& county, Instant from, Instant to) {
  return storage::select<Sum>(reader, std::string("select l.account, sum(l.amount) as amount from posting_line l join posting p on p.id = l.posting "
                                                  "where l.account >= $1 and l.account < $2 and p.unit = 'bank_minutes' and p.kind <> 'bank.netting' "
                                                  "and p.at >= $3 and p.at < $4 and l.amount ") + which + " group by l.account",
                              "clear:" + county, "clear:" + county + "x", from, to);
}

}  // namespace

std::vector<Position> positions(storage::Reader& reader, const std::string& county, int year, int month) {
  const auto span = span_of(year, month);
  std::map<std::string, Position> found;
  const auto at = [&](const std::string& account) -> Position& {
    auto& position = found[account.substr(account.find(':') + 1)];
    position.town = account.substr(account.find(':') + 1);
    return position;
  };
  for (const auto& sum : clearing(reader, "< 0", county, span.from, span.to)) at(sum.account).came -= sum.amount;
  for (const auto& sum : clearing(reader, "> 0", county, span.from, span.to)) at(sum.account).went += sum.amount;
  for (const auto& sum : storage::select<Sum>(reader, "select account, amount from book_balance where unit = 'bank_minutes' and account >= $1 and "
                                                      "account < $2 and amount <> 0", "owed:" + county, "owed:" + county + "x"))
    at(sum.account).owed = sum.amount;
  std::vector<Position> list;
  for (auto& [town, position] : found) list.push_back(position);
  return list;
}

Result<int> net(storage::Tx& tx, const Book& book, const std::string& county, int year, int month, access::AccountId by) {
  const auto span = span_of(year, month);
  char name[8];
  std::snprintf(name, sizeof name, "%04d-%02d", year % 10000, month % 100);
  if (tx.now() < span.to) return refuse(Kind::too_late, "bank.month_open", "month");
  if (storage::scalar<std::int64_t>(tx, "select posting from bank_statement where county = $1 and month >= $2 limit 1", county, std::string(name)))
    return refuse(Kind::conflict, "bank.month_closed", "month");
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> towns;   // came, went since the last statement
  for (const auto& sum : clearing(tx, "< 0", county, {}, span.to)) towns[sum.account.substr(6)].first -= sum.amount;
  for (const auto& sum : clearing(tx, "> 0", county, {}, span.to)) towns[sum.account.substr(6)].second += sum.amount;
  for (const auto& sum : storage::select<Sum>(tx, "select town as account, sum(came) as amount from bank_statement where county = $1 group by town", county))
    towns[sum.account].first -= sum.amount;
  for (const auto& sum : storage::select<Sum>(tx, "select town as account, sum(went) as amount from bank_statement where county = $1 group by town", county))
    towns[sum.account].second -= sum.amount;
  std::erase_if(towns, [](const auto& town) { return town.second.first == 0 && town.second.second == 0; });
  if (towns.empty()) return refuse(Kind::conflict, "bank.month_empty", "month");
  std::vector<TownLine> lines;
  for (const auto& [town, flow] : towns) {
    const auto owes = flow.second - flow.first;
    lines.push_back({town, "clear:" + town, -owes});
    lines.push_back({town, "owed:" + town, owes});
  }
  const auto posting = post(tx, book, "bank.netting", std::move(lines), 0);
  for (const auto& [town, flow] : towns)
    storage::execute(tx, "insert into bank_statement (county, month, town, came, went, posting, made_by, at) values ($1,$2,$3,$4,$5,$6,$7,$8)",
                     county, std::string(name), town, flow.first, flow.second, posting, by, tx.now());
  return static_cast<int>(towns.size());
}

// By town: what is promised to members, what of it may be used today, and what volunteers served a month of late (services of
// the time bank's kinds in the last ninety days). The guarantee fund is shared out by what is promised.
std::vector<Backing> backing(storage::Reader& reader, const std::string& county, Instant now) {
  const auto policy = policy_of(reader, county);
  const Date today = local_date(now);
  std::map<std::string, Backing> towns;
  std::map<std::string, std::int64_t> balances;
  for (const auto& sum : storage::select<Sum>(reader, "select account, amount from book_balance where unit = 'bank_minutes' and account >= 'bank:' "
                                                      "and account < 'bank;'"))
    balances[sum.account] = sum.amount;
  std::int64_t promised = 0;
  for (const auto& member : storage::select<Member>(reader, "select * from bank_member where state = 'open' and " + access::region_filter("region", {county}))) {
    auto& town = towns[town_of(member.region)];
    const auto minutes = std::max<std::int64_t>(0, balances[own_account(member.id)]);
    town.members += 1;
    town.figures.promised += minutes;
    promised += minutes;
    if (may_use(member.birth, member.care, today, policy)) town.figures.usable += minutes;
  }
  for (const auto& sum : storage::select<Sum>(reader, "select substr(region, 1, 9) as account, sum(minutes) as amount from service_record where title like "
                                                      "'service.%' and organisation = 0 and starts >= $1 and " + access::region_filter("region", {county}) +
                                                      " group by substr(region, 1, 9)", now.plus(-90 * kDay)))
    towns[sum.account].figures.capacity = std::max<std::int64_t>(0, sum.amount) / 3;
  std::vector<Backing> list;
  for (auto& [code, town] : towns) {
    town.town = code;
    if (promised) town.figures.fund = policy.fund_hours * 60LL * town.figures.promised / promised;
    list.push_back(town);
  }
  return list;
}

}  // namespace tx::support::bank
