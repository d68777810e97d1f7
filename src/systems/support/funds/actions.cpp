#include <algorithm>

#include <sodium.h>

#include "base/text.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/support/book/yuan.h"
#include "systems/support/funds/flow.h"
#include "systems/support/funds/funds.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

constexpr char kTables[] = R"sql(
create table fund (
  id bigint primary key,
  organisation bigint not null,
  region text not null,
  name text not null,
  purpose text not null,
  platform text not null,
  link text not null,
  certificate_no text not null,
  filing_no text not null,
  from_day bigint not null,
  until_day bigint not null,
  state text not null,
  made_by bigint not null,
  created bigint not null
);
create index fund_by_region on fund (region, state);
create table gift (
  id bigint primary key,
  fund bigint not null,
  number text not null unique,
  kind text not null,
  fen bigint not null check (fen > 0),
  goods text not null,
  earmark text not null,
  channel text not null,
  donor_sealed text not null,
  donor bigint not null,
  bill_code text not null,
  bill_no text not null,
  bill_check text not null,
  bill_waived integer not null,
  handler text not null,
  day bigint not null,
  asked_use text not null,
  asked_reason text not null,
  change text not null,
  posting bigint not null,
  recorded_by bigint not null,
  at bigint not null
);
create index gift_of_fund on gift (fund, at);
create index gift_of_donor on gift (donor) where donor <> 0;
create table outflow (
  id bigint primary key,
  fund bigint not null,
  region text not null,
  what text not null,
  payee text not null,
  purpose text not null,
  fen bigint not null check (fen > 0),
  state text not null,
  due bigint not null,
  asked_by bigint not null,
  approved_by bigint not null,
  posting bigint not null,
  at bigint not null,
  paid bigint not null
);
create index outflow_of_fund on outflow (fund, state, at);
create table gift_use (outflow bigint not null, gift bigint not null, fen bigint not null check (fen > 0), primary key (outflow, gift));
create index gift_use_of_gift on gift_use (gift);
create table disclosure (
  id bigint primary key,
  fund bigint not null,
  kind text not null,
  due bigint not null,
  reminded bigint not null,
  done bigint not null,
  words text not null,
  done_by bigint not null
);
create index disclosure_of_fund on disclosure (fund, due);
create index disclosure_open on disclosure (due) where done = 0;
)sql";

constexpr std::int64_t kRemindBefore = 14 * kDay;

std::string new_number() {
  static constexpr char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string number = "g";
  for (int i = 0; i < 11; ++i) number += letters[randombytes_uniform(32)];
  return number;
}

// What is left of the gifts that may be spent on this: those given for it, and of the fund's own purpose those given for nothing
// narrower. Goods are handed out as what they are, not spent.
std::vector<fund_rules::Left> spendable(storage::Reader& reader, std::int64_t fund, const std::string& purpose) {
  std::vector<fund_rules::Left> all;
  for (const auto& gift : storage::select<Gift>(reader, "select * from gift where fund = $1 and kind = 'money' and earmark = $2 order by at, id", fund, purpose))
    if (const auto left = balance(reader, Unit::fen, gift_account(gift.id)); left > 0) all.push_back({gift.id, left});
  return all;
}

// A leaf says that a gift came, never from whom.
Json public_of(const Gift& gift) {
  return Json::of({{"id", gift.id}, {"fund", gift.fund}, {"kind", gift.kind}, {"fen", gift.fen}, {"earmark", gift.earmark}, {"channel", gift.channel}, {"bill_no", gift.bill_no}, {"day", gift.day.days}});
}

}  // namespace

std::vector<storage::Migration> fund_migrations() { return {{286, "funds and gifts", kTables}}; }
std::optional<Fund> find_fund(storage::Reader& reader, std::int64_t id) { return storage::find<Fund>(reader, "select * from fund where id = $1", id); }
std::optional<Gift> find_gift(storage::Reader& reader, std::int64_t id) { return storage::find<Gift>(reader, "select * from gift where id = $1", id); }
std::optional<Gift> find_gift_by_number(storage::Reader& reader, const std::string& number) { return storage::find<Gift>(reader, "select * from gift where number = $1", number); }
std::string gift_account(std::int64_t gift) { return "gift:" + std::to_string(gift); }
std::vector<GiftUse> uses_of(storage::Reader& reader, std::int64_t gift) {
  return storage::select<GiftUse>(reader, "select u.* from gift_use u join outflow o on o.id = u.outflow where u.gift = $1 and o.state = 'paid' order by o.paid, o.id", gift);
}

Sums sums_of(storage::Reader& reader, std::int64_t fund) {
  Sums sums;
  for (const auto& row : storage::query(reader, "select kind, coalesce(sum(fen), 0), count(*) from gift where fund = $1 group by kind", fund).rows) {
    std::int64_t fen = 0, n = 0;
    storage::from_value(row[1], fen);
    storage::from_value(row[2], n);
    (std::get<std::string>(row[0]) == "goods" ? sums.goods : sums.in) += fen;
    sums.gifts += n;
  }
  sums.out = balance(reader, Unit::fen, "spent:" + std::to_string(fund));
  sums.left = sums.in - sums.out;
  return sums;
}

Result<Fund> open_fund(storage::Tx& tx, const Book& book, const access::Roles& roles, const FundInput& input, const access::Actor& by) {
  const auto organisation = teams::find_organisation(tx, id_value(input.organisation).value_or(0));
  if (!organisation) return refuse(Kind::invalid, "fund.organisation_missing", "organisation");
  access::Place place;
  place.region = organisation->region;
  place.organisations = {organisation->id.text()};
  if (!std::any_of(by.grants.begin(), by.grants.end(), [&](const access::Grant& grant) { return roles.holds(grant.role, permission::fund_keep) && access::covers(grant, place); }))
    return refuse(Kind::forbidden, "fund.not_yours", "organisation");
  if (letter_count(input.name) < 2 || letter_count(input.name) > 60) return refuse(Kind::invalid, "fund.name_missing", "name");
  if (letter_count(input.purpose) < 4) return refuse(Kind::invalid, "fund.purpose_missing", "purpose");
  if (!input.from_day.days || input.until_day <= input.from_day) return refuse(Kind::invalid, "fund.days_wrong", "until_day");
  if (fund_rules::months_after(input.from_day, 36) < input.until_day) return refuse(Kind::invalid, "fund.too_long", "until_day");   // Order 74: three years
  // A network service verifies certificate and filing before it carries public fund-raising (Charity Law art. 28).
  const bool raises = !input.link.empty() || !input.platform.empty();
  if (raises && letter_count(input.certificate_no) < 6) return refuse(Kind::invalid, "fund.certificate_missing", "certificate_no");
  if (raises && letter_count(input.filing_no) < 6) return refuse(Kind::invalid, "fund.filing_missing", "filing_no");
  if (raises && (!input.link.starts_with("https://") || input.link.find_first_of(" \"'<>") != std::string::npos)) return refuse(Kind::invalid, "fund.link_wrong", "link");
  if (raises && letter_count(input.platform) < 2) return refuse(Kind::invalid, "fund.platform_missing", "platform");
  Fund fund{tx.new_id(), organisation->id.value, organisation->region, normal_text(input.name), normal_text(input.purpose), normal_text(input.platform), input.link,
            normal_text(input.certificate_no), normal_text(input.filing_no), input.from_day, input.until_day, "open", by.account, tx.now()};
  storage::insert(tx, "fund", fund);
  for (const auto& due : fund_rules::disclosures(fund.from_day, fund.until_day))
    storage::insert(tx, "disclosure", Disclosure{tx.new_id(), fund.id, due.kind, start_of({due.day.days + 1}).plus(-kSecond), {}, {}, {}, {}});
  book.log(tx, "fund", fund.id, exact(fund));
  return fund;
}

Result<Gift> record_gift(storage::Tx& tx, const identity::Vault& vault, const Book& book, std::int64_t fund_id, const GiftInput& input, const access::Actor& by) {
  const auto fund = find_fund(tx, fund_id);
  if (!fund) return refuse(Kind::not_found, "http.not_found");
  const auto fen = fen_of(input.amount);
  if (!fen || *fen == 0) return refuse(Kind::invalid, "gift.amount_wrong", "amount");
  if (input.kind != "money" && input.kind != "goods") return refuse(Kind::invalid, "gift.kind_missing", "kind");
  if (input.kind == "goods" && letter_count(input.goods) < 2) return refuse(Kind::invalid, "gift.goods_missing", "goods");
  if (input.channel != "agreement" && input.channel != "transfer" && input.channel != "platform") return refuse(Kind::invalid, "gift.channel_missing", "channel");
  if (!input.day.days || local_date(tx.now()) < input.day) return refuse(Kind::invalid, "gift.day_wrong", "day");
  if (!input.bill_waived && letter_count(input.bill_no) < 4) return refuse(Kind::invalid, "gift.bill_missing", "bill_no");
  if (letter_count(input.handler) < 2) return refuse(Kind::invalid, "gift.handler_missing", "handler");
  Gift gift;
  gift.id = tx.new_id();
  gift.fund = fund->id;
  gift.number = new_number();
  gift.kind = input.kind;
  gift.fen = *fen;
  gift.goods = input.kind == "goods" ? normal_text(input.goods) : "";
  gift.earmark = shortened(normal_text(input.earmark), 60);
  gift.channel = input.channel;
  gift.donor_sealed = input.donor.empty() ? "" : vault.seal(normal_text(input.donor), "gift.donor");
  if (!input.donor_no.empty()) {
    const auto donor = teams::find_volunteer_by_number(tx, input.donor_no);
    if (!donor || !donor->account) return refuse(Kind::invalid, "gift.donor_unknown", "donor_no");
    gift.donor = donor->account;
  }
  gift.bill_code = normal_text(input.bill_code);
  gift.bill_no = normal_text(input.bill_no);
  gift.bill_check = normal_text(input.bill_check);
  gift.bill_waived = input.bill_waived;
  gift.handler = normal_text(input.handler);
  gift.day = input.day;
  gift.recorded_by = by.account;
  gift.at = tx.now();
  if (gift.kind == "money") gift.posting = book.post(tx, "gift", Unit::fen, {{gift_account(gift.id), gift.fen}, {"donors:" + std::to_string(fund->id), -gift.fen}}, gift.id);
  storage::insert(tx, "gift", gift);
  book.log(tx, "gift", gift.id, public_of(gift));
  if (gift.donor) notices::send(tx, {gift.donor, "notice.gift_recorded", {{"fund", fund->name}, {"amount", yuan_text(gift.fen)}}, "/gifts/" + gift.number});
  return gift;
}

Result<Outflow> ask_outflow(storage::Tx& tx, std::int64_t fund_id, const OutflowInput& input, const access::Actor& by) {
  const auto fund = find_fund(tx, fund_id);
  if (!fund) return refuse(Kind::not_found, "http.not_found");
  const auto fen = fen_of(input.amount);
  if (letter_count(input.what) < 4) return refuse(Kind::invalid, "outflow.what_missing", "what");
  if (letter_count(input.payee) < 2) return refuse(Kind::invalid, "outflow.payee_missing", "payee");
  if (!fen || *fen == 0) return refuse(Kind::invalid, "outflow.amount_wrong", "amount");
  if (fund_rules::spread(spendable(tx, fund->id, input.purpose), *fen).empty()) return refuse(Kind::conflict, "outflow.not_enough", "amount");
  Outflow outflow;
  outflow.id = tx.new_id();
  outflow.fund = fund->id;
  outflow.region = fund->region;
  outflow.what = normal_text(input.what);
  outflow.payee = normal_text(input.payee);
  outflow.purpose = input.purpose;
  outflow.fen = *fen;
  outflow.asked_by = by.account;
  outflow.at = tx.now();
  const auto taken = TX_TRY(workflow::take(tx, kOutflowFlow, outflow.id, "", "ask", by.account, {}, fund->region));
  outflow.state = taken.state;
  outflow.due = taken.due;
  storage::insert(tx, "outflow", outflow);
  return outflow;
}

Result<Outflow> decide_outflow(storage::Tx& tx, const Book& book, std::int64_t id, bool approve, const std::string& reason, const access::Actor& by) {
  auto outflow = storage::find<Outflow>(tx, "select * from outflow where id = $1", id);
  if (!outflow) return refuse(Kind::not_found, "http.not_found");
  if (outflow->asked_by == by.account) return refuse(Kind::forbidden, "outflow.same_person");
  const auto taken = TX_TRY(workflow::take(tx, kOutflowFlow, id, outflow->state, approve ? "approve" : "refuse", by.account, reason, outflow->region));
  outflow->state = taken.state;
  outflow->due = taken.due;
  outflow->approved_by = by.account;
  if (approve) {
    // Meanwhile another outflow may have used it.
    const auto used = fund_rules::spread(spendable(tx, outflow->fund, outflow->purpose), outflow->fen);
    if (used.empty()) return refuse(Kind::conflict, "outflow.not_enough");
    std::vector<Line> lines{{"spent:" + std::to_string(outflow->fund), outflow->fen}};
    for (const auto& each : used) {
      lines.push_back({gift_account(each.gift), -each.fen});
      storage::insert(tx, "gift_use", GiftUse{outflow->id, each.gift, each.fen});
    }
    outflow->posting = book.post(tx, "outflow", Unit::fen, lines, outflow->id);
    outflow->paid = tx.now();
    book.log(tx, "outflow", outflow->id, Json::of({{"id", outflow->id}, {"fund", outflow->fund}, {"fen", outflow->fen}, {"what", outflow->what}, {"purpose", outflow->purpose}, {"posting", outflow->posting}}));
    for (const auto& each : used)
      if (const auto gift = find_gift(tx, each.gift); gift->donor)
        notices::send(tx, {gift->donor, "notice.gift_used", {{"what", outflow->what}, {"amount", yuan_text(each.fen)}}, "/gifts/" + gift->number});
  }
  storage::update(tx, "outflow", *outflow);
  return *outflow;
}

Result<Gift> ask_change(storage::Tx& tx, std::int64_t id, const std::string& use, const std::string& reason) {
  auto gift = find_gift(tx, id);
  if (!gift) return refuse(Kind::not_found, "http.not_found");
  const std::string wanted = shortened(normal_text(use), 60);
  if (letter_count(wanted) < 2 || wanted == gift->earmark) return refuse(Kind::invalid, "gift.use_missing", "use");
  if (letter_count(reason) < 4) return refuse(Kind::invalid, "flow.reason_missing", "reason");
  if (gift->kind != "money" || balance(tx, Unit::fen, gift_account(id)) <= 0) return refuse(Kind::conflict, "gift.nothing_left");
  gift->asked_use = wanted;
  gift->asked_reason = reason;
  gift->change = "asked";
  storage::update(tx, "gift", *gift);
  if (gift->donor) notices::send(tx, {gift->donor, "notice.gift_change", {{"use", wanted}}, "/gifts/" + gift->number});
  return *gift;
}

Result<Gift> answer_change(storage::Tx& tx, const Book& book, const std::string& number, bool yes) {
  auto gift = find_gift_by_number(tx, number);
  if (!gift) return refuse(Kind::not_found, "http.not_found");
  if (gift->change != "asked") return refuse(Kind::conflict, "gift.not_asked");
  gift->change = yes ? "agreed" : "declined";
  if (yes) gift->earmark = gift->asked_use;
  storage::update(tx, "gift", *gift);
  book.log(tx, "gift_change", gift->id, Json::of({{"gift", gift->id}, {"use", gift->asked_use}, {"answer", gift->change}}));
  return *gift;
}

Result<void> disclose(storage::Tx& tx, std::int64_t fund, std::int64_t id, const std::string& words, access::AccountId by) {
  auto one = storage::find<Disclosure>(tx, "select * from disclosure where id = $1 and fund = $2", id, fund);
  if (!one) return refuse(Kind::not_found, "http.not_found");
  if (one->done.us) return refuse(Kind::conflict, "fund.disclosed_already");
  if (letter_count(words) < 4) return refuse(Kind::invalid, "fund.disclosed_where", "words");
  one->done = tx.now();
  one->words = normal_text(words);
  one->done_by = by;
  storage::update(tx, "disclosure", *one);
  return {};
}

// Once before the day and once after it, whoever holds the fund and the federation are told.
int remind_of_disclosures(storage::Tx& tx) {
  int told = 0;
  for (auto& one : storage::select<Disclosure>(tx, "select * from disclosure where done = 0 and due < $1 and (reminded = 0 or (due < $2 and reminded < due)) order by due limit 100",
                                               tx.now().plus(kRemindBefore), tx.now())) {
    const auto fund = find_fund(tx, one.fund);
    one.reminded = tx.now();
    storage::update(tx, "disclosure", one);
    if (!fund) continue;
    auto people = teams::leaders_of(tx, fund->organisation);
    for (const auto account : identity::holders_over(tx, "federation_officer", fund->region)) people.push_back(account);
    for (const auto account : people)
      notices::send(tx, {account, one.due < tx.now() ? "notice.disclosure_late" : "notice.disclosure_due", {{"fund", fund->name}, {"due", local_text(one.due).substr(0, 10)}}, "/desk/funds/" + id_text(fund->id)});
    ++told;
  }
  return told;
}

// One fund with gifts and a first use: made up, and said to be so.
void demonstrate_funds(storage::Tx& tx, const identity::Vault& vault, const Book& book, const language::Catalogue& words) {
  if (storage::scalar<std::int64_t>(tx, "select 1 from fund limit 1")) return;
  const auto organisation = storage::scalar<std::int64_t>(tx, "select id from organisation where state = 'approved' and region like '640104%' order by id limit 1");
  if (!organisation) return;
  const auto text = [&](const char* key) { return words.text(language::Language::zh, std::string("fund.demo.") + key); };
  const Date today = local_date(tx.now());
  Fund fund;
  fund.id = tx.new_id();
  fund.organisation = *organisation;
  fund.region = teams::find_organisation(tx, *organisation)->region;
  fund.name = text("name");
  fund.purpose = text("purpose");
  fund.from_day = Date::of(today.year(), 1, 1);
  fund.until_day = Date::of(today.year(), 12, 31);
  fund.state = "open";
  fund.created = tx.now();
  storage::insert(tx, "fund", fund);
  for (const auto& due : fund_rules::disclosures(fund.from_day, fund.until_day)) {
    const Instant end = start_of({due.day.days + 1}).plus(-kSecond);
    const bool past = end < tx.now();
    storage::insert(tx, "disclosure", Disclosure{tx.new_id(), fund.id, due.kind, end, {}, past ? end.plus(-5 * kDay) : Instant{}, past ? text("published") : std::string(), {}});
  }
  access::Actor nobody, second;
  second.account = {1};
  for (const auto& [amount, earmark, days] : {std::tuple{"20000", "", 200}, {"5000", "winter", 60}, {"800.50", "", 20}}) {
    GiftInput input;
    input.kind = "money";
    input.amount = amount;
    input.earmark = *earmark ? text(earmark) : "";
    input.channel = days == 200 ? "agreement" : "transfer";
    input.bill_code = "64010126";
    input.bill_no = "00" + std::to_string(10000 + days);
    input.handler = text("handler");
    input.day = {today.days - days};
    if (!record_gift(tx, vault, book, fund.id, input, nobody)) return;
  }
  for (const auto& [what, purpose, amount] : {std::tuple{"insurance", "", "6000"}, {"winter_use", "winter", "1860.40"}}) {
    const auto asked = ask_outflow(tx, fund.id, {text(what), text("payee"), *purpose ? text(purpose) : "", amount}, nobody);
    if (!asked || !decide_outflow(tx, book, asked->id, true, {}, second)) return;
  }
}

}  // namespace tx::support
