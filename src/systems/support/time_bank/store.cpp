#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "platform/workflow/workflow.h"
#include "systems/support/time_bank/books.h"

namespace tx::support::bank {

using storage::find;
using storage::select;

Policy policy_of(storage::Reader& reader, const std::string& region) {
  Policy policy = *find_profile("standard");
  if (!storage::scalar<std::int64_t>(reader, "select 1 from setting where name like 'bank.%' limit 1")) return policy;
  if (const auto* chosen = find_profile(workflow::setting_text(reader, "bank.profile", region, "standard"))) policy = *chosen;
  const auto take = [&](const char* name, int& value) { value = workflow::setting_amount(reader, name, region, value); };
  take("bank.day_minutes", policy.day_minutes);
  take("bank.cap_minutes", policy.cap_minutes);
  take("bank.use_age", policy.use_age);
  take("bank.open_age", policy.open_age);
  take("bank.expire_months", policy.expire_months);
  take("bank.grant_minutes", policy.grant_minutes);
  take("bank.fund_hours", policy.fund_hours);
  return policy;
}

std::optional<Member> find_member(storage::Reader& reader, std::int64_t id) {
  return find<Member>(reader, "select * from bank_member where id = $1", id);
}
std::optional<Member> find_member_by_number(storage::Reader& reader, std::string number) {
  std::erase_if(number, [](char c) { return c < '0' || c > '9'; });
  return find<Member>(reader, "select * from bank_member where number = $1", number);
}
std::optional<Member> member_of_account(storage::Reader& reader, access::AccountId account) {
  if (!account) return std::nullopt;
  return find<Member>(reader, "select * from bank_member where account = $1 and account <> 0", account);
}
std::optional<Member> member_of_volunteer(storage::Reader& reader, std::int64_t volunteer) {
  if (!volunteer) return std::nullopt;
  return find<Member>(reader, "select * from bank_member where volunteer = $1 and volunteer <> 0", volunteer);
}
std::string name_of(const Member& member, const identity::Vault& vault) {
  return vault.unseal(member.name_sealed, "bank.name").value_or("");
}

Balances balances_of(storage::Reader& reader, const Member& member) {
  Balances found{minutes_in(reader, own_account(member.id)), minutes_in(reader, give_account(member.id)), 0,
                 -minutes_in(reader, debt_account(member.id))};
  for (const auto& held : select<Hold>(reader, "select * from bank_hold where member = $1 and state = 'held'", member.id))
    found.held += minutes_in(reader, hold_account(held.need));
  for (const auto& row : storage::query(reader, "select e.object from risk_entry e join risk_case c on c.id = e.risk where e.volunteer = $1 and e.kind = 'record' "
                                                "and c.state not in ('voided','cleared')", member.volunteer).rows) {
    const auto record = std::get<std::int64_t>(row[0]);
    found.frozen += minutes_in(reader, frozen_account(record)) + minutes_in(reader, frozen_give_account(record));
  }
  return found;
}

std::optional<Hold> find_hold(storage::Reader& reader, std::int64_t need) {
  return find<Hold>(reader, "select * from bank_hold where need = $1", need);
}

std::vector<Kin> kin_of(storage::Reader& reader, std::int64_t member) {
  return select<Kin>(reader, "select * from bank_kin where (member = $1 or other = $1) and state not in ('refused','ended') order by id", member);
}

std::int64_t post(storage::Tx& tx, const Book& book, std::string_view kind, std::vector<TownLine> lines, std::int64_t source,
                  std::int64_t reverses) {
  std::vector<Line> made;
  for (const auto& line : with_clearing(std::move(lines))) made.push_back({line.account, line.amount});
  return made.empty() ? 0 : book.post(tx, kind, Unit::bank_minutes, made, source, reverses);
}

void settle_debt(storage::Tx& tx, const Book& book, const Member& member) {
  const auto debt = -minutes_in(tx, debt_account(member.id)), have = minutes_in(tx, own_account(member.id));
  const auto paid = std::min(debt, have);
  if (paid <= 0) return;
  const std::string town = town_of(member.region);
  post(tx, book, "bank.repay", {{town, own_account(member.id), -paid}, {town, debt_account(member.id), paid}}, member.id);
}

void tell(storage::Tx& tx, const Member& member, const char* key, const std::vector<std::pair<std::string, std::string>>& args) {
  if (member.account) notices::send(tx, {member.account, key, args, "/me/timebank"});
}

bool keeps(const access::Actor& actor, const Member& member) {
  if (!member.station) return false;
  for (const auto& grant : actor.grants)
    if (grant.kind == access::ScopeKind::station && grant.role == "station_keeper" && grant.scope == id_text(member.station)) return true;
  return false;
}

// Newest first; the balance after each entry is walked back from today's.
std::vector<Entry> entries_of(storage::Reader& reader, std::int64_t member, int limit) {
  auto found = select<Entry>(reader, "select p.id as posting, l.amount, p.source, p.kind, l.account, p.at from posting_line l join posting p on "
                                     "p.id = l.posting where l.account in ($1,$2) and p.unit = 'bank_minutes' order by p.id desc limit $3",
                             own_account(member), give_account(member), limit);
  std::map<std::string, std::int64_t> after{{own_account(member), minutes_in(reader, own_account(member))},
                                            {give_account(member), minutes_in(reader, give_account(member))}};
  for (auto& entry : found) {
    entry.after = after[entry.account];
    after[entry.account] -= entry.amount;
  }
  return found;
}

std::vector<Transfer> transfers(storage::Reader& reader, const std::vector<std::string>& regions, Instant since) {
  const std::string where = "(" + access::region_filter("a.region", regions) + " or " + access::region_filter("b.region", regions) + ")";
  auto found = select<Transfer>(reader, "select o.id as posting, o.member as \"from\", o.other as \"to\", o.minutes, a.volunteer as from_volunteer, "
                                        "b.volunteer as to_volunteer, o.kind, o.at from bank_order o join bank_member a on a.id = o.member join "
                                        "bank_member b on b.id = o.other where o.kind = 'gift' and o.at >= $1 and " + where + " order by o.id", since);
  for (auto& paid : select<Transfer>(reader, "select d.posting, h.member as \"from\", d.member as \"to\", d.own + d.give as minutes, a.volunteer as "
                                             "from_volunteer, b.volunteer as to_volunteer, 'service' as kind, p.at from bank_deposit d join bank_hold h "
                                             "on h.need = d.need join bank_member a on a.id = h.member join bank_member b on b.id = d.member join posting "
                                             "p on p.id = d.posting where d.need <> 0 and d.own + d.give > 0 and p.at >= $1 and " + where + " order by d.posting", since))
    found.push_back(paid);
  return found;
}

}  // namespace tx::support::bank
