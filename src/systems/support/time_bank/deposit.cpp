// Confirmed service comes in, a need that is paid with minutes goes out, and a record that is taken back takes its minutes
// with it. All in the transaction that writes the record.
#include <algorithm>

#include "platform/storage/record_sql.h"
#include "systems/support/records/records.h"
#include "systems/support/time_bank/books.h"

namespace tx::support::bank {
namespace {

using storage::scalar;

std::function<std::int64_t(storage::Reader&, std::int64_t)>& need_lookup() {
  static std::function<std::int64_t(storage::Reader&, std::int64_t)> one;
  return one;
}

std::optional<Deposit> find_deposit(storage::Reader& reader, std::int64_t record) {
  return storage::find<Deposit>(reader, "select * from bank_deposit where record = $1", record);
}

// What of a record may come in at all: the kinds of service, the evidence, after the passbook was opened. A correction brings
// at most what the check-in had brought.
std::int64_t minutes_that_count(storage::Reader& reader, const ServiceRecord& record, const Member& member, const Policy& policy) {
  if (record.starts < member.opened) return 0;
  if (record.kind == "correction") {
    const auto of = scalar<std::int64_t>(reader, "select record from record_case where id = $1", record.source);
    const auto before = of ? find_deposit(reader, *of) : std::nullopt;
    return before ? std::min(record.minutes.value, before->own + before->give) : 0;
  }
  if (*enum_name(record.grade) > policy.least_grade) return 0;
  if (record.organisation == 0 && !(record.title.starts_with("service.") && is_kind(record.title.substr(8)))) return 0;
  return record.minutes.value;
}

std::int64_t sum_of(storage::Reader& reader, const char* what, std::int64_t member, Date from) {
  return scalar<std::int64_t>(reader, std::string("select sum(") + what + ") from bank_deposit where member = $1 and day >= $2", member, from).value_or(0);
}

// The minutes that whoever was served had set aside, as far as this service used them.
std::int64_t payable(storage::Reader& reader, std::int64_t need, std::int64_t minutes) {
  const auto held = need ? find_hold(reader, need) : std::nullopt;
  return held && held->state == "held" ? std::min(minutes, minutes_in(reader, hold_account(need))) : 0;
}

void freeze(storage::Tx& tx, const Book& book, std::int64_t record) {
  const auto brought = find_deposit(tx, record);
  const auto member = brought && brought->member ? find_member(tx, brought->member) : std::nullopt;
  if (!member || minutes_in(tx, frozen_account(record)) || minutes_in(tx, frozen_give_account(record))) return;
  if (scalar<std::int64_t>(tx, "select id from posting where reverses = $1", brought->posting)) return;   // taken back already
  const auto left = [&](std::int64_t minutes, const std::string& account) { return std::clamp<std::int64_t>(minutes_in(tx, account), 0, std::max<std::int64_t>(0, minutes)); };
  const auto own = left(brought->own, own_account(member->id)), give = left(brought->give, give_account(member->id));
  if (own + give == 0) return;
  const std::string town = town_of(member->region);
  post(tx, book, "bank.freeze", {{town, own_account(member->id), -own}, {town, frozen_account(record), own},
                                 {town, give_account(member->id), -give}, {town, frozen_give_account(record), give}}, record);
}

std::optional<Member> thaw(storage::Tx& tx, const Book& book, std::int64_t record) {
  const auto own = minutes_in(tx, frozen_account(record)), give = minutes_in(tx, frozen_give_account(record));
  const auto brought = own + give ? find_deposit(tx, record) : std::nullopt;
  const auto member = brought ? find_member(tx, brought->member) : std::nullopt;
  if (!member) return std::nullopt;
  const std::string town = town_of(member->region);
  post(tx, book, "bank.thaw", {{town, frozen_account(record), -own}, {town, own_account(member->id), own},
                               {town, frozen_give_account(record), -give}, {town, give_account(member->id), give}}, record);
  return member;
}

void take_back(storage::Tx& tx, const Book& book, const ServiceRecord& record) {
  thaw(tx, book, record.reverses);
  const auto brought = find_deposit(tx, record.reverses);
  if (!brought || !brought->posting || scalar<std::int64_t>(tx, "select id from posting where reverses = $1", brought->posting)) return;
  std::vector<Line> lines = storage::select<Line>(tx, "select account, amount from posting_line where posting = $1 order by account", brought->posting);
  for (auto& line : lines) line.amount = -line.amount;
  Deposit taken{record.id, brought->member, brought->day, -brought->own, -brought->give, 0, 0};
  taken.posting = book.post(tx, "bank.take_back", Unit::bank_minutes, lines, record.id, brought->posting);
  storage::insert(tx, "bank_deposit", taken);
  // Used already: the account stands at nothing, and what is owed stands where everybody can see it.
  if (const auto member = brought->member ? find_member(tx, brought->member) : std::nullopt) {
    const std::string town = town_of(member->region);
    std::int64_t owed = 0;
    for (const auto& account : {own_account(member->id), give_account(member->id)})
      if (const auto now = minutes_in(tx, account); now < 0) {
        post(tx, book, "bank.cover", {{town, account, -now}, {town, debt_account(member->id), now}}, record.id);
        owed -= now;
      }
    if (owed) tell(tx, *member, "notice.bank_debt", {{"n", clock_text(owed)}});
  }
  // What the served person had paid goes back, also when the need is long over.
  if (brought->need)
    if (const auto held = find_hold(tx, brought->need); held && held->state == "over") release(tx, book, brought->need);
}

}  // namespace

void deposit(storage::Tx& tx, const Book& book, const ServiceRecord& record) {
  if (record.reverses) return take_back(tx, book, record);
  const auto member = member_of_volunteer(tx, record.volunteer);
  const auto need = record.organisation == 0 && record.kind != "manual" && record.kind != "correction" && need_lookup()
                        ? need_lookup()(tx, attendance_behind(tx, record)) : 0;
  const auto paid = payable(tx, need, record.minutes.value);
  if (!paid && (!member || member->state != "open")) return;
  Share share;
  std::string town = town_of(record.region);
  if (member && member->state == "open") {
    const auto policy = policy_of(tx, member->region);
    const Date day = local_date(record.starts);
    const auto today = scalar<std::int64_t>(tx, "select sum(own + give) from bank_deposit where member = $1 and day = $2", member->id, day).value_or(0);
    share = share_of(minutes_that_count(tx, record, *member, policy), today, sum_of(tx, "own", member->id, Date{}), record.organisation != 0, policy);
    town = town_of(member->region);
  }
  const auto in = share.own + share.give;
  if (in + paid == 0) return;
  std::vector<TownLine> lines;
  if (member) lines = {{town, own_account(member->id), share.own}, {town, give_account(member->id), share.give}};
  if (paid) {
    const auto payer = find_member(tx, find_hold(tx, need)->member);
    lines.push_back({town_of(payer->region), hold_account(need), -paid});
  }
  lines.push_back({town, "issued:" + town, -std::max<std::int64_t>(0, in - paid)});
  lines.push_back({town, "retired:" + town, std::max<std::int64_t>(0, paid - in)});
  Deposit made{record.id, member ? member->id : 0, local_date(record.starts), share.own, share.give, paid ? need : 0, 0};
  made.posting = post(tx, book, "bank.service", std::move(lines), record.id);
  storage::insert(tx, "bank_deposit", made);
  if (member) settle_debt(tx, book, *member);
}

void after(storage::Tx& tx, const Book& book, const HoursChanged& change) {
  for (const auto record : change.records) {
    if (change.what == "frozen") freeze(tx, book, record);
    if (change.what != "released") continue;
    const auto member = thaw(tx, book, record);
    if (!member) continue;
    if (member->state == "open") settle_debt(tx, book, *member);
    else close_member(tx, book, *member);   // left meanwhile: to the pool, as the rest went
  }
}

Result<void> hold(storage::Tx& tx, const Book& book, std::int64_t need, const std::string& number_of_need, const std::string& service,
                  std::int64_t minutes, const std::string& passbook, const access::Actor& by, bool for_other) {
  const auto member = find_member_by_number(tx, passbook);
  if (!member || member->state != "open") return refuse(Kind::invalid, "bank.unknown_number", "passbook");
  bool may = keeps(by, *member) || (!for_other && member->account && member->account == by.account);
  for (const auto& proxy : identity::proxies_of(tx, by.account, tx.now()))
    may = may || (for_other && member->account && proxy.principal == member->account);
  if (!may) return refuse(Kind::forbidden, "bank.not_yours", "passbook");
  if (!is_kind(service)) return refuse(Kind::invalid, "bank.not_kind", "passbook");
  const auto policy = policy_of(tx, member->region);
  if (!may_use(member->birth, member->care, local_date(tx.now()), policy))
    return refuse(Kind::too_late, "bank.too_early", "passbook", {{"age", std::to_string(policy.use_age)}});
  const auto have = minutes_in(tx, own_account(member->id));
  if (minutes < 1 || have < minutes) return refuse(Kind::full, "bank.short", "passbook", {{"have", clock_text(std::max<std::int64_t>(0, have))}});
  const std::string town = town_of(member->region);
  const Hold held{need, member->id, minutes, number_of_need, service, "held", tx.now()};
  storage::insert(tx, "bank_hold", held);
  book.log(tx, "bank_hold", need, exact(held));
  post(tx, book, "bank.hold", {{town, own_account(member->id), -minutes}, {town, hold_account(need), minutes}}, need);
  return {};
}

void release(storage::Tx& tx, const Book& book, std::int64_t need) {
  auto held = find_hold(tx, need);
  const auto member = held ? find_member(tx, held->member) : std::nullopt;
  if (!member) return;
  // A helper's time that a second person still looks at is paid when they agree; what is left comes back then.
  if (scalar<std::int64_t>(tx, "select c.id from record_case c join attendance a on a.id = c.source where a.kind = 'need' and a.object = $1 and c.state = 'checked' and c.kind in "
                               "('long_day','authority_day','one_hand') limit 1", need))
    return;
  if (held->state == "held") storage::execute(tx, "update bank_hold set state = 'over' where need = $1", need);
  const auto left = minutes_in(tx, hold_account(need));
  if (left <= 0) return;
  const std::string town = town_of(member->region);
  post(tx, book, "bank.release", {{town, hold_account(need), -left}, {town, own_account(member->id), left}}, need);
  settle_debt(tx, book, *member);
}

void set_need_lookup(std::function<std::int64_t(storage::Reader&, std::int64_t)> lookup) { need_lookup() = std::move(lookup); }

Json need_field(http::Context& context, const std::string& service, bool desk) {
  if (!is_kind(service)) return Json();
  const bool wrong = context.problem && context.problem->field == "passbook";
  const std::string error = wrong ? context.text(context.problem->rule, context.problem->args) : "", typed = context.submitted["passbook"].text();
  Json field = Json::of({{"name", "passbook"}, {"label", context.text("bank.pay")}, {"error", error}, {"typed", desk}});
  if (desk) return field.set("hint", context.text("bank.pay.desk")).set("value", typed).set("short", true).set("inputmode", "numeric");
  const auto member = member_of_account(context.reader, context.actor.account);
  if (!member || member->state != "open") return Json();
  const auto policy = policy_of(context.reader, member->region);
  const auto have = minutes_in(context.reader, own_account(member->id));
  if (have <= 0 || !may_use(member->birth, member->care, local_date(context.now), policy)) return Json();
  return field.set("many", true)
      .set("options", Json::Array{Json::of({{"value", member->number}, {"label", context.text("bank.pay.own")}, {"selected", typed == member->number},
                                            {"note", context.text("bank.pay.have", {{"n", language::duration_text(context.language, {have})}})}})});
}

}  // namespace tx::support::bank
