#include <sodium.h>

#include "platform/storage/record_sql.h"
#include "systems/support/benefits/benefits.h"
#include "systems/support/honours/honours.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using storage::scalar;

std::string points_account(std::int64_t volunteer) { return "points:" + id_text(volunteer); }
std::string benefit_account(std::int64_t benefit) { return "benefit:" + id_text(benefit); }

std::string random_text(int letters) {
  static constexpr char alphabet[] = "23456789ABCDEFGHJKMNPQRSTVWXYZ";   // read aloud without mistakes
  std::string text;
  for (int i = 0; i < letters; ++i) text += alphabet[randombytes_uniform(sizeof alphabet - 1)];
  return text;
}

std::string plain_code(std::string code) {
  std::erase_if(code, [](char c) { return c == ' ' || c == '-'; });
  for (char& c : code) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return code;
}

Result<void> ended(storage::Tx& tx, const Book& book, Redemption redemption, std::string_view action, access::AccountId by) {
  const auto taken = TX_TRY(workflow::take(tx, kRedemptionFlow, redemption.id, redemption.state, action, by));
  redemption.state = taken.state;
  redemption.due = taken.due;
  storage::update(tx, "redemption", redemption);
  storage::execute(tx, "update benefit set taken = taken - 1 where id = $1", redemption.benefit);
  if (redemption.posting)
    book.post(tx, "points.return", Unit::points,
              {{points_account(redemption.volunteer), redemption.points}, {benefit_account(redemption.benefit), -redemption.points}}, redemption.id, redemption.posting);
  return {};
}

}  // namespace

void feed_points(storage::Tx& tx, const Book& book, std::int64_t volunteer, const std::string& region) {
  // With every record: so from balances where nothing was ever doubted or redeemed, else from all the entries.
  const bool doubted = scalar<std::int64_t>(tx, "select risk from risk_entry where volunteer = $1 limit 1", volunteer).has_value();
  const auto minutes = doubted ? totals_of(tx, volunteer).minutes : balance(tx, Unit::minutes, account_of(volunteer));
  const int rate = workflow::setting_amount(tx, "points.per_hour", region, 1);
  const bool redeemed = scalar<std::int64_t>(tx, "select id from redemption where volunteer = $1 limit 1", volunteer).has_value();
  const auto earned = !redeemed ? points_of(tx, volunteer)
                                : scalar<std::int64_t>(tx, "select sum(l.amount) from posting_line l join posting p on p.id = l.posting where l.account = $1 and "
                                                           "p.kind = 'points.earn'", points_account(volunteer)).value_or(0);
  auto more = std::max<std::int64_t>(0, minutes / 60) * rate - earned;
  if (more < 0) more = -std::min(-more, std::max<std::int64_t>(0, points_of(tx, volunteer)));
  if (more) book.post(tx, "points.earn", Unit::points, {{points_account(volunteer), more}, {"points:issued", -more}}, volunteer);
}

std::int64_t points_of(storage::Reader& reader, std::int64_t volunteer) { return balance(reader, Unit::points, points_account(volunteer)); }
std::optional<Benefit> find_benefit(storage::Reader& reader, std::int64_t id) {
  return storage::find<Benefit>(reader, "select * from benefit where id = $1", id);
}

Result<Redemption> reserve(storage::Tx& tx, const Book& book, const identity::Vault& vault, std::int64_t id, std::int64_t volunteer) {
  const auto benefit = find_benefit(tx, id);
  if (!benefit || benefit->state != "open" || benefit->valid_until < local_date(tx.now())) return refuse(Kind::not_found, "benefit.gone");
  if (scalar<std::int64_t>(tx, "select id from redemption where benefit = $1 and volunteer = $2 and state = 'reserved'", id, volunteer))
    return refuse(Kind::conflict, "benefit.held");
  if (star_held(tx, volunteer) < benefit->least_star) return refuse(Kind::forbidden, "benefit.star", {}, {{"n", std::to_string(benefit->least_star)}});
  if (points_of(tx, volunteer) < benefit->points) return refuse(Kind::full, "benefit.points_needed", {}, {{"n", std::to_string(benefit->points)}});
  if (storage::execute(tx, "update benefit set taken = taken + 1 where id = $1 and taken < stock", id) == 0) return refuse(Kind::full, "benefit.none_left");
  Redemption made;
  made.id = tx.new_id();
  made.benefit = id;
  made.volunteer = volunteer;
  const std::string code = random_text(8);
  made.code_sealed = vault.seal(code, "redemption.code");
  made.code_index = vault.blind_index(code, "redemption.code");
  made.points = benefit->points;
  made.at = tx.now();
  const auto taken = TX_TRY(workflow::take(tx, kRedemptionFlow, made.id, "", "reserve", {}, {}, benefit->region));
  made.state = taken.state;
  made.due = taken.due;
  if (benefit->points)
    made.posting = book.post(tx, "points.spend", Unit::points, {{points_account(volunteer), -benefit->points}, {benefit_account(id), benefit->points}}, made.id);
  storage::insert(tx, "redemption", made);
  return made;
}

Result<void> give_back(storage::Tx& tx, const Book& book, std::int64_t id, std::int64_t volunteer) {
  const auto redemption = storage::find<Redemption>(tx, "select * from redemption where id = $1 and volunteer = $2", id, volunteer);
  if (!redemption) return refuse(Kind::not_found, "http.not_found");
  return ended(tx, book, *redemption, "give_back", teams::account_of_volunteer(tx, volunteer));
}

Result<Redemption> redeem(storage::Tx& tx, const identity::Vault& vault, const std::string& partner_key, std::string code) {
  const auto benefit = storage::find<Benefit>(tx, "select * from benefit where key_index = $1", vault.blind_index(partner_key, "benefit.key"));
  if (!benefit) return refuse(Kind::not_found, "benefit.partner_unknown");
  auto redemption = storage::find<Redemption>(tx, "select * from redemption where code_index = $1 and benefit = $2",
                                              vault.blind_index(plain_code(std::move(code)), "redemption.code"), benefit->id);
  if (!redemption) return refuse(Kind::invalid, "benefit.code_wrong", "code");
  if (redemption->state == "used") return refuse(Kind::conflict, "benefit.code_used", "code", {{"at", local_text(redemption->used)}});
  if (redemption->state != "reserved") return refuse(Kind::too_late, "benefit.code_over", "code");
  const auto taken = TX_TRY(workflow::take(tx, kRedemptionFlow, redemption->id, redemption->state, "use", {}));
  redemption->state = taken.state;
  redemption->due = taken.due;
  redemption->used = tx.now();
  storage::update(tx, "redemption", *redemption);
  return *redemption;
}

int expire_redemptions(storage::Tx& tx, const Book& book) {
  int gone = 0;
  for (const auto& redemption : storage::select<Redemption>(tx, "select * from redemption where state = 'reserved' and due > 0 and due < $1 order by id limit 200", tx.now()))
    gone += ended(tx, book, redemption, "run_out", {}).has_value();
  return gone;
}

// Invented partners, said to be invented; the words stand in the catalogue.
void demonstrate_benefits(storage::Tx& tx, const identity::Vault& vault, const language::Catalogue& words) {
  if (scalar<std::int64_t>(tx, "select 1 from benefit limit 1")) return;
  struct Made {
    const char *id, *icon;
    int points, star, stock;
  };
  for (const auto& made : {Made{"tea", "meal", 2, 0, 60}, Made{"haircut", "haircut", 6, 0, 20}, Made{"books", "reading", 3, 0, 40},
                           Made{"check", "health", 0, 3, 30}, Made{"park", "environment", 0, 1, 500}, Made{"bus", "transport", 5, 0, 100}}) {
    const auto say = [&](const std::string& part) { return words.text(language::Language::zh, "benefit.demo." + std::string(made.id) + part); };
    Benefit benefit;
    benefit.id = tx.new_id();
    benefit.region = "6401";
    benefit.partner = say(".partner");
    benefit.title = say("");
    benefit.words = say(".text");
    benefit.icon = made.icon;
    benefit.points = made.points;
    benefit.least_star = made.star;
    benefit.stock = made.stock;
    benefit.valid_until = Date{local_date(tx.now()).days + 365};
    const std::string key = "DEMO" + std::string(made.id) + random_text(12);
    benefit.key_sealed = vault.seal(key, "benefit.key");
    benefit.key_index = vault.blind_index(key, "benefit.key");
    benefit.state = "open";
    benefit.created = tx.now();
    storage::insert(tx, "benefit", benefit);
  }
}

}  // namespace tx::support
