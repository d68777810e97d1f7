// What members, keepers and officials do: open a passbook, name kin, give, share the pool out, let old minutes go.
#include <sodium.h>

#include "base/text.h"
#include "platform/storage/record_sql.h"
#include "systems/support/time_bank/books.h"
#include "systems/support/time_bank/flow.h"

namespace tx::support::bank {
namespace {

std::string fresh_number(storage::Reader& reader) {
  for (;;) {
    std::string number = std::to_string(1 + randombytes_uniform(9));
    while (number.size() < 8) number += static_cast<char>('0' + randombytes_uniform(10));
    if (!find_member_by_number(reader, number)) return number;
  }
}

// Whoever is not the member says how the member agreed.
Result<void> may_order(const Member& member, std::int64_t minutes, access::AccountId by, const std::string& consent) {
  if (member.state != "open") return refuse(Kind::conflict, "bank.closed");
  if (minutes < 1) return refuse(Kind::invalid, "bank.amount", "minutes");
  if (member.account != by && consent.empty()) return refuse(Kind::invalid, "bank.consent_missing", "consent");
  return {};
}

Order ordered(storage::Tx& tx, const Member& member, std::int64_t other, std::string kind, std::int64_t minutes, access::AccountId by,
              const std::string& consent) {
  Order order{tx.new_id(), member.id, other, std::move(kind), minutes, by, consent, tx.now()};
  storage::insert(tx, "bank_order", order);
  return order;
}

// Each order is a leaf of its own: who ordered it and how the member agreed can be proved as well as the amount.
void proved(storage::Tx& tx, const Book& book, const Order& order) { (void)book.log(tx, "bank_order", order.id, exact(order)); }

bool are_kin(storage::Reader& reader, std::int64_t a, std::int64_t b) {
  return storage::scalar<std::int64_t>(reader, "select id from bank_kin where state = 'attested' and ((member = $1 and other = $2) or "
                                               "(member = $2 and other = $1)) limit 1", a, b).has_value();
}

}  // namespace

Result<Member> open_member(storage::Tx& tx, const Book& book, const identity::Vault& vault, const Opening& opening, access::AccountId by) {
  if (letter_count(opening.name) < 2) return refuse(Kind::invalid, "bank.name_missing", "name");
  const Date today = local_date(tx.now());
  TX_CHECK(may_open(opening.birth, opening.consent, today, policy_of(tx, opening.region)));
  TX_CHECK(care_fits(opening.care, opening.birth, today));
  if (member_of_account(tx, opening.account) || member_of_volunteer(tx, opening.volunteer)) return refuse(Kind::conflict, "bank.already");
  Member member;
  member.id = tx.new_id();
  member.number = fresh_number(tx);
  member.volunteer = opening.volunteer;
  member.account = opening.account;
  member.name_sealed = vault.seal(normal_text(opening.name), "bank.name");
  member.birth = opening.birth;
  member.region = opening.region;
  member.station = opening.station;
  member.consent = opening.consent;
  member.consent_by = opening.consent_by;
  member.opened_by = by;
  member.care = opening.care;
  if (opening.care != Care::none) member.care_by = by;
  member.state = "open";
  member.opened = tx.now();
  storage::insert(tx, "bank_member", member);
  book.log(tx, "bank_member", member.id, exact(member));
  return member;
}

Result<Order> gift(storage::Tx& tx, const Book& book, const Member& from, const Member& to, std::int64_t minutes, access::AccountId by,
                   const std::string& consent) {
  TX_CHECK(may_order(from, minutes, by, consent));
  if (to.state != "open" || to.id == from.id) return refuse(Kind::invalid, "bank.unknown_number", "to");
  if (!are_kin(tx, from.id, to.id)) return refuse(Kind::forbidden, "bank.not_kin", "to");
  const auto have = minutes_in(tx, own_account(from.id));
  if (have < minutes) return refuse(Kind::full, "bank.short", "minutes", {{"have", clock_text(std::max<std::int64_t>(0, have))}});
  const auto order = ordered(tx, from, to.id, "gift", minutes, by, consent);
  proved(tx, book, order);
  post(tx, book, "bank.gift", {{town_of(from.region), own_account(from.id), -minutes}, {town_of(to.region), own_account(to.id), minutes}}, order.id);
  settle_debt(tx, book, to);
  tell(tx, to, "notice.bank_gift", {{"n", clock_text(minutes)}});
  return order;
}

Result<Order> donate(storage::Tx& tx, const Book& book, const Member& from, std::int64_t minutes, access::AccountId by, const std::string& consent) {
  TX_CHECK(may_order(from, minutes, by, consent));
  const auto own = minutes_in(tx, own_account(from.id)), give = minutes_in(tx, give_account(from.id));
  if (own + give < minutes) return refuse(Kind::full, "bank.short", "minutes", {{"have", clock_text(own + give)}});
  const auto order = ordered(tx, from, 0, "donate", minutes, by, consent);
  proved(tx, book, order);
  const auto first = std::min(minutes, give);
  const std::string town = town_of(from.region);
  post(tx, book, "bank.donate", {{town, give_account(from.id), -first}, {town, own_account(from.id), first - minutes},
                                 {county_of(from.region), pool_account(from.region), minutes}}, order.id);
  return order;
}

Result<Kin> state_kin(storage::Tx& tx, const Member& member, const Member& other, const std::string& relation, access::AccountId by) {
  bool known = false;
  for (const auto each : relations()) known = known || each == relation;
  if (!known) return refuse(Kind::invalid, "form.unreadable", "relation");
  if (other.id == member.id || other.state != "open") return refuse(Kind::invalid, "bank.unknown_number", "to");
  for (const auto& kin : kin_of(tx, member.id))
    if (kin.member == other.id || kin.other == other.id) return refuse(Kind::conflict, "bank.kin_already", "to");
  Kin kin{tx.new_id(), member.id, other.id, relation, "", {}, {}, {}, tx.now()};
  const auto taken = TX_TRY(workflow::take(tx, kKinFlow, kin.id, "", "state", by, {}, member.region));
  kin.state = taken.state;
  kin.due = taken.due;
  storage::insert(tx, "bank_kin", kin);
  tell(tx, other, "notice.bank_kin", {});
  return kin;
}

Result<Kin> step_kin(storage::Tx& tx, const Book& book, std::int64_t id, std::string_view action, access::AccountId by, const std::string& reason) {
  auto kin = storage::find<Kin>(tx, "select * from bank_kin where id = $1", id);
  const auto member = kin ? find_member(tx, kin->member) : std::nullopt, other = kin ? find_member(tx, kin->other) : std::nullopt;
  if (!member || !other) return refuse(Kind::not_found, "http.not_found");
  const bool party = by == member->account || by == other->account;
  if ((action == "attest" || action == "refuse") && (party || by == kin->agreed_by)) return refuse(Kind::forbidden, "bank.kin_third");
  const auto taken = TX_TRY(workflow::take(tx, kKinFlow, kin->id, kin->state, action, by, reason, member->region));
  kin->state = taken.state;
  kin->due = taken.due;
  if (action == "agree") kin->agreed_by = by;
  if (action == "attest") kin->attested_by = by;
  storage::update(tx, "bank_kin", *kin);
  if (action == "attest" || action == "end") book.log(tx, "bank_kin", kin->id, exact(*kin));
  if (action == "attest")
    for (const auto& side : {*member, *other}) tell(tx, side, "notice.bank_kin_attested", {});
  return *kin;
}

Result<Granted> distribute(storage::Tx& tx, const Book& book, const std::string& county, access::AccountId by) {
  const auto policy = policy_of(tx, county);
  std::map<std::int64_t, Member> people;
  std::vector<Claim> claims;
  for (const auto& member : storage::select<Member>(tx, "select * from bank_member where care <> 'none' and state = 'open' and " +
                                                            access::region_filter("region", {county}))) {
    claims.push_back({member.id, member.care, minutes_in(tx, own_account(member.id))});
    people.emplace(member.id, member);
  }
  Granted granted;
  for (const auto& portion : portions(minutes_in(tx, pool_account(county)), claims, policy.grant_minutes)) {
    const auto& member = people.at(portion.member);
    const auto order = ordered(tx, member, 0, "grant", portion.minutes, by, {});
    proved(tx, book, order);
    post(tx, book, "bank.grant", {{county_of(county), pool_account(county), -portion.minutes},
                                  {town_of(member.region), own_account(member.id), portion.minutes}}, order.id);
    tell(tx, member, "notice.bank_grant", {{"n", clock_text(portion.minutes)}});
    granted.people += 1;
    granted.minutes += portion.minutes;
  }
  if (!granted.people) return refuse(Kind::conflict, "bank.pool_empty");
  return granted;
}

int expire(storage::Tx& tx, const Book& book, int limit) {
  if (!storage::scalar<std::int64_t>(tx, "select 1 from setting where name = 'bank.expire_months' limit 1")) return 0;
  int gone = 0;
  for (const auto& member : storage::select<Member>(tx, "select * from bank_member where state = 'open' order by id")) {
    const int months = policy_of(tx, member.region).expire_months;
    if (months <= 0 || gone >= limit) continue;
    const Instant cut = tx.now().plus(-months * 30 * kDay);
    const auto sum = [&](const char* which, Instant before) {
      return storage::scalar<std::int64_t>(tx, std::string("select sum(l.amount) from posting_line l join posting p on p.id = l.posting where "
                                                           "l.account = $1 and p.unit = 'bank_minutes' and p.kind not in ('bank.freeze','bank.thaw') and l.amount ") + which + " and p.at < $2",
                                           own_account(member.id), before).value_or(0);
    };
    const auto left = std::min(expired(sum("> 0", cut), -sum("< 0", tx.now().plus(kDay))), minutes_in(tx, own_account(member.id)));
    if (left <= 0) continue;
    post(tx, book, "bank.expire", {{town_of(member.region), own_account(member.id), -left},
                                   {county_of(member.region), pool_account(member.region), left}}, member.id);
    tell(tx, member, "notice.bank_expired", {{"n", clock_text(left)}});
    ++gone;
  }
  return gone;
}

void close_member(storage::Tx& tx, const Book& book, Member member) {
  const auto own = minutes_in(tx, own_account(member.id)), give = minutes_in(tx, give_account(member.id));
  const std::string town = town_of(member.region);
  post(tx, book, "bank.close", {{town, own_account(member.id), -own}, {town, give_account(member.id), -give},
                                {county_of(member.region), pool_account(member.region), own + give}}, member.id);
  member.state = "closed";
  member.account = {};
  member.name_sealed.clear();
  storage::update(tx, "bank_member", member);
  book.log(tx, "bank_member", member.id, exact(member));
}

}  // namespace tx::support::bank
