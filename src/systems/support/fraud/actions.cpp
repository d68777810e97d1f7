// The steps of a doubt: each by another person, each logged, and nothing taken back before an appeal was possible.
#include <algorithm>

#include "base/text.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/support/fraud/flow.h"
#include "systems/support/fraud/fraud.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

constexpr std::size_t kWordsLeast = 10, kWordsMost = 1000;

bool readable(const std::string& words) { return letter_count(words) >= kWordsLeast && letter_count(words) <= kWordsMost; }
auto words_missing() { return refuse(Kind::invalid, "risk.words_missing", "words", {{"least", std::to_string(kWordsLeast)}}); }

// Conflict of interest: whoever wrote, confirmed or agreed to one of the entries, belongs to the organisation, or gains.
Result<void> uninvolved(storage::Reader& reader, const RiskCase& of, const std::vector<RiskEntry>& entries, const access::Actor& by) {
  const auto involved = [] { return refuse(Kind::forbidden, "risk.involved"); };
  const auto own = teams::find_volunteer_by_account(reader, by.account);
  for (const auto& grant : by.grants)
    if (of.organisation && grant.kind == access::ScopeKind::organisation && grant.scope == id_text(of.organisation)) return involved();
  if (own && of.organisation && teams::is_member(reader, of.organisation, own->id.value)) return involved();
  for (const auto& entry : entries) {
    if (own && own->id.value == entry.volunteer) return involved();
    if (entry.kind == "record") {
      const auto record = find_record(reader, entry.object);
      if (record && (record->first_by == by.account || record->second_by == by.account)) return involved();
    } else if (const auto open = find_case(reader, entry.object);
               open && (open->asked_by == by.account || open->first_by == by.account || open->second_by == by.account)) {
      return involved();
    }
  }
  return {};
}

void tell(storage::Tx& tx, const RiskCase& of, const std::vector<RiskEntry>& entries, const std::string& key) {
  for (const auto account : concerned(tx, of, entries)) {   // each hears of the own minutes; whoever entered them, of all
    const auto own = account == of.enterer ? std::nullopt : teams::find_volunteer_by_account(tx, account);
    const auto doubted = minutes_by_grade(tx, of.id, own ? own->id.value : 0);
    notices::send(tx, {account, key, {{"hours", rules::hours_text(doubted.minutes)}, {"grades", split_text(doubted.by_grade)}}, "/me/hearings/" + id_text(of.id), true});
  }
}

Result<RiskCase> moved(storage::Tx& tx, const Book& book, RiskCase of, std::string_view action, access::AccountId by, const std::string& reason) {
  const auto taken = TX_TRY(workflow::take(tx, kRiskFlow, of.id, of.state, action, by, reason, of.region));
  of.state = taken.state;
  of.due = taken.due;
  if (kRiskFlow.state(of.state)->final) of.decided = tx.now();
  storage::update(tx, "risk_case", of);
  book.log(tx, "risk", of.id, exact(of));
  return of;
}

// An entry by hand that became a record since the case was opened is dealt with as that record.
std::vector<RiskEntry> settled_entries(storage::Tx& tx, std::int64_t risk) {
  auto entries = entries_of(tx, risk);
  for (auto& entry : entries) {
    if (entry.kind != "case") continue;
    const auto record = storage::scalar<std::int64_t>(tx, "select id from service_record where source = $1 and kind in ('manual','correction') and reverses = 0", entry.object);
    if (!record) continue;
    storage::execute(tx, "update risk_entry set kind = 'record', object = $1 where risk = $2 and kind = 'case' and object = $3", *record, risk, entry.object);
    entry.kind = "record";
    entry.object = *record;
  }
  return entries;
}

// One telling a volunteer, with all the records that count otherwise now.
void tell_changed(storage::Tx& tx, const RiskCase& of, const std::vector<RiskEntry>& entries, const char* what) {
  std::vector<HoursChanged> changes;
  for (const auto& entry : entries) {
    const auto record = entry.kind == "record" ? find_record(tx, entry.object) : std::nullopt;
    if (!record) continue;
    auto at = std::find_if(changes.begin(), changes.end(), [&](const HoursChanged& one) { return one.volunteer == entry.volunteer; });
    if (at == changes.end())
      at = changes.insert(changes.end(), HoursChanged{entry.volunteer, what, {}, local_date(record->starts), local_date(record->starts),
                                                      of.judged_by ? of.judged_by : of.decided_by ? of.decided_by : of.frozen_by, of.id});
    at->records.push_back(record->id);
    at->from = std::min(at->from, local_date(record->starts));
    at->to = std::max(at->to, local_date(record->starts));
  }
  for (const auto& change : changes) tell_hours_changed(tx, change);
}

// The decision is final: records are taken back by the opposite amount, open entries by hand end.
Result<void> carry_out(storage::Tx& tx, const Book& book, const RiskCase& of) {
  const auto entries = settled_entries(tx, of.id);
  for (const auto& entry : entries) {
    if (entry.kind == "record") {
      if (const auto old = find_record(tx, entry.object); old && stands(tx, old->id)) void_record(tx, book, *old, of.id, of.frozen_by, of.decided_by);
    } else if (const auto open = find_case(tx, entry.object); open && !open->decided.us) {
      TX_CHECK(void_case(tx, book, entry.object, of.decided_by, "risk " + id_text(of.id)));
    }
  }
  tell_changed(tx, of, entries, "voided");
  return {};
}

Result<RiskCase> decided(storage::Tx& tx, const Book& book, RiskCase of, std::string_view action, const access::Actor& by, const std::string& reason) {
  if (by.account == of.frozen_by) return refuse(Kind::forbidden, "risk.same_person");
  of.decided_by = by.account;
  return moved(tx, book, of, action, by.account, reason);
}

Result<RiskCase> judged(storage::Tx& tx, const Book& book, RiskCase of, std::string_view action, const access::Actor& by, const std::string& reason) {
  if (by.account == of.frozen_by || by.account == of.decided_by) return refuse(Kind::forbidden, "risk.same_person");
  of.judged_by = by.account;
  return moved(tx, book, of, action, by.account, reason);
}

bool all_heard(storage::Reader& reader, const RiskCase& of, const std::vector<RiskEntry>& entries) {
  const auto said = statements_of(reader, of.id);
  for (const auto account : concerned(reader, of, entries))
    if (std::none_of(said.begin(), said.end(), [&](const RiskStatement& one) { return one.account == account; })) return false;
  return true;
}

}  // namespace

Result<RiskCase> open_risk(storage::Tx& tx, const Book& book, const RiskOpening& opening, const access::Actor& by) {
  if (opening.entries.empty()) return refuse(Kind::invalid, "risk.nothing");
  if (!readable(opening.words)) return words_missing();
  RiskCase of;
  of.id = tx.new_id();
  of.words = opening.words;
  of.source = opening.source;
  of.opened_by = by.account;
  of.created = tx.now();
  for (const auto& entry : opening.entries) {
    if (risk_of(tx, entry.kind, entry.object)) return refuse(Kind::conflict, "risk.open_already");
    of.entries += 1;
    of.minutes.value += entry.minutes.value;
    of.rules |= entry.rules;
    of.score = std::max(of.score, entry.score);
  }
  const auto& first = opening.entries.front();
  of.rule = of.rules ? fraud::name_of(fraud::loudest(static_cast<std::uint32_t>(of.rules))) : "told";
  if (const auto record = first.kind == "record" ? find_record(tx, first.object) : std::nullopt) {
    of.organisation = record->organisation;
    of.region = record->region;
    of.enterer = record->first_by;
  } else if (const auto open = find_case(tx, first.object)) {
    of.organisation = open->organisation;
    of.region = open->region;
    of.enterer = open->first_by;
  } else {
    return refuse(Kind::not_found, "http.not_found");
  }
  TX_CHECK(uninvolved(tx, of, opening.entries, by));
  const auto taken = TX_TRY(workflow::take(tx, kRiskFlow, of.id, "", "open", by.account, opening.words, of.region));
  of.state = taken.state;
  of.due = taken.due;
  storage::insert(tx, "risk_case", of);
  for (auto entry : opening.entries) {
    entry.risk = of.id;
    storage::execute(tx, "insert into risk_entry (risk, kind, object, volunteer, minutes, score, rules) values ($1,$2,$3,$4,$5,$6,$7)", entry.risk, entry.kind,
                     entry.object, entry.volunteer, entry.minutes, entry.score, entry.rules);
  }
  book.log(tx, "risk", of.id, exact(of));
  return of;
}

Result<RiskCase> step_risk(storage::Tx& tx, const Book& book, std::int64_t id, std::string_view action, const access::Actor& by, const std::string& reason) {
  auto of = find_risk(tx, id);
  if (!of) return refuse(Kind::not_found, "http.not_found");
  const auto entries = settled_entries(tx, id);
  TX_CHECK(uninvolved(tx, *of, entries, by));
  if (action == "freeze") {
    of->frozen_by = by.account;
    auto done = TX_TRY(moved(tx, book, *of, action, by.account, reason));
    tell(tx, done, entries, "notice.risk_frozen");
    tell_changed(tx, done, entries, "frozen");
    return done;
  }
  if (action == "dismiss") return moved(tx, book, *of, action, by.account, reason);
  if (action == "close") {
    if (tx.now() < of->due && !all_heard(tx, *of, entries)) return refuse(Kind::conflict, "risk.hearing_open");
    return moved(tx, book, *of, action, by.account, reason);
  }
  auto done = TX_TRY(action == "uphold" || action == "reverse" ? judged(tx, book, *of, action, by, reason) : decided(tx, book, *of, action, by, reason));
  tell(tx, done, entries, "notice.risk_" + done.state);
  if (done.state == "voided") TX_CHECK(carry_out(tx, book, done));
  if (done.state == "cleared") tell_changed(tx, done, entries, "released");
  return done;
}

Result<RiskCase> speak(storage::Tx& tx, const Book& book, std::int64_t id, const std::string& words, const access::Actor& by) {
  auto of = find_risk(tx, id);
  if (!of) return refuse(Kind::not_found, "http.not_found");
  const auto entries = entries_of(tx, id);
  const auto who = concerned(tx, *of, entries);
  if (std::find(who.begin(), who.end(), by.account) == who.end()) return refuse(Kind::forbidden, "risk.not_concerned");
  if (of->state != "frozen" && of->state != "decided") return refuse(Kind::conflict, "risk.not_now");
  if (!readable(words)) return words_missing();
  const RiskStatement said{tx.new_id(), id, by.account, of->state == "frozen" ? "hearing" : "appeal", words, tx.now()};
  storage::insert(tx, "risk_statement", said);
  book.log(tx, "statement", said.id, exact(said));
  if (of->state == "decided") of = TX_TRY(moved(tx, book, *of, "appeal", by.account, words));
  return *of;
}

int run_risk_clocks(storage::Tx& tx, const Book& book) {
  int done = 0;
  for (const auto& of : storage::select<RiskCase>(tx, "select * from risk_case where state in ('frozen','decided') and due > 0 and due < $1 order by id limit 100", tx.now())) {
    const auto next = moved(tx, book, of, of.state == "frozen" ? "close" : "lapse", {}, {});
    if (!next) continue;
    ++done;
    if (next->state != "voided") continue;
    if (carry_out(tx, book, *next)) tell(tx, *next, entries_of(tx, of.id), "notice.risk_voided");
  }
  return done;
}

}  // namespace tx::support
