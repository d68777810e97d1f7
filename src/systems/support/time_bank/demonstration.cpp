// Passbooks of made-up people: the accounts that a visitor can sign in as, volunteers of the county, elders without a phone.
#include "base/text.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/stations.h"
#include "systems/support/time_bank/books.h"
#include "systems/teams/teams.h"

namespace tx::support::bank {
namespace {

constexpr char kHome[] = "640104001002";
constexpr int kVolunteers = 240, kElders = 6;

Member drafted(storage::Tx& tx, const identity::Vault& vault, const std::string& name, Date birth, const std::string& region) {
  Member member;
  member.id = tx.new_id();
  member.number = std::to_string(20'000'000 + member.id % 70'000'000);
  member.name_sealed = vault.seal(name, "bank.name");
  member.birth = birth;
  member.region = region;
  member.consent = "own";
  member.state = "open";
  member.opened = tx.now().plus(-400 * kDay);
  return member;
}

void written(storage::Tx& tx, const Book& book, Member member) {
  while (find_member_by_number(tx, member.number)) member.number = std::to_string(std::stoll(member.number) + 1);
  storage::insert(tx, "bank_member", member);
  book.log(tx, "bank_member", member.id, exact(member));
}

std::vector<Member> members(storage::Reader& reader, const char* where) {
  return storage::select<Member>(reader, std::string("select * from bank_member where ") + where + " order by id");
}

}  // namespace

void demonstrate_members(storage::Tx& tx, const identity::Vault& vault, const Book& book) {
  if (storage::scalar<std::int64_t>(tx, "select 1 from bank_member limit 1")) return;
  for (const auto& volunteer : storage::select<teams::Volunteer>(
           tx, "select * from volunteer where state = 'active' and (account <> 0 or region like '640104%') order by case when account <> 0 then 0 "
               "else 1 end, id limit $1", kVolunteers)) {
    Member member = drafted(tx, vault, volunteer.name, volunteer.birth, volunteer.region);
    member.volunteer = volunteer.id.value;
    member.account = volunteer.account;
    member.consent = volunteer.guardian.empty() ? "own" : "guardian";
    written(tx, book, member);
  }
  const auto station = stations::station_of_community(tx, kHome);
  if (!station) return;
  const auto grandmother = identity::find_account(tx, vault, "wangnainai");
  const auto names = storage::query(tx, "select name from volunteer where account = 0 order by id desc limit $1", kElders);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool her = i == 0 && grandmother;
    Member member = drafted(tx, vault, her ? storage::scalar<std::string>(tx, "select display_name from account where id = $1", grandmother).value_or("")
                                           : std::get<std::string>(names.rows[i][0]),
                            Date::of(i % 3 == 2 ? 1958 : 1941 + static_cast<int>(i), 3, 5), kHome);
    member.account = her ? grandmother : access::AccountId{};
    member.station = station->id.value;
    member.consent = her ? "own" : "spoken";
    member.opened_by = station->keeper;
    member.care = i % 3 == 2 ? Care::lone_poor : Care::lone;
    member.care_by = station->keeper;
    written(tx, book, member);
  }
}

void demonstrate_life(storage::Tx& tx, const Book& book) {
  const auto known = members(tx, "account <> 0 and volunteer <> 0"), elders = members(tx, "care <> 'none'");
  if (known.empty() || elders.empty()) return;
  // The first elder is kin of the first volunteer with savings; both agreed and the keeper has seen the household register.
  for (const auto& member : known) {
    const auto have = minutes_in(tx, own_account(member.id));
    if (have < 180) continue;
    Kin kin{tx.new_id(), member.id, elders.front().id, "grandparent", "attested", elders.front().account, elders.front().care_by, {}, tx.now()};
    storage::insert(tx, "bank_kin", kin);
    book.log(tx, "bank_kin", kin.id, exact(kin));
    (void)gift(tx, book, member, elders.front(), std::min<std::int64_t>(have / 3, 90), member.account, {});
    break;
  }
  int givers = 0;
  for (const auto& member : members(tx, "account = 0 and volunteer <> 0")) {
    const auto have = minutes_in(tx, own_account(member.id));
    if (have < 60 || ++givers % 4 != 0) continue;
    (void)donate(tx, book, member, have / 2, member.account, {});
  }
  (void)distribute(tx, book, "640104", elders.front().care_by);
  for (const auto& member : known)
    if (const auto have = minutes_in(tx, own_account(member.id)); have >= 400) (void)donate(tx, book, member, 60, member.account, {});
}

}  // namespace tx::support::bank
