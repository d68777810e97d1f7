#include <algorithm>

#include "base/text.h"
#include "platform/identity/identity.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/payment.h"
#include "systems/supply/supply.h"
#include "systems/support/benefits/benefits.h"
#include "systems/support/records/flow.h"
#include "systems/support/records/records.h"
#include "systems/support/time_bank/time_bank.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using storage::scalar;
constexpr std::size_t kWordsLeast = 10, kWordsMost = 1000;

void tell(storage::Tx& tx, std::int64_t volunteer, std::string key, const RecordCase& of) {
  const auto account = teams::account_of_volunteer(tx, volunteer);
  if (account) notices::send(tx, {account, std::move(key), {{"title", of.title}, {"day", local_date(of.starts).text()}}, "/me/record"});
}

std::int64_t minutes_of_day(storage::Reader& reader, std::int64_t volunteer, Date day) {
  return scalar<std::int64_t>(reader, "select sum(minutes) from service_record where volunteer = $1 and starts >= $2 and starts < $3",
                              volunteer, start_of(day), start_of({day.days + 1})).value_or(0);
}

// H3: nobody serves at two places at once, across all organisations. Measured presence counts even before it is confirmed.
bool overlaps(storage::Reader& reader, std::int64_t volunteer, rules::Span span, std::int64_t except_record) {
  for (const auto& record : storage::select<ServiceRecord>(
           reader, "select * from service_record where volunteer = $1 and starts < $2 and ends > $3 and reverses = 0", volunteer, span.to,
           span.from))
    if (record.id != except_record && stands(reader, record.id)) return true;
  return scalar<std::int64_t>(reader, "select id from record_case where volunteer = $1 and starts < $2 and ends > $3 and kind in "
                                      "('manual','long_day','authority_day','one_hand') and state in ('checked','notice','contested') limit 1",
                              volunteer, span.to, span.from).has_value();
}

ServiceRecord written(storage::Tx& tx, const Book& book, ServiceRecord record) {
  record.id = tx.new_id();
  record.at = tx.now();
  storage::insert(tx, "service_record", record);
  book.log(tx, "record", record.id, logged_as(record));
  const std::string from = "service:" + (record.organisation ? id_text(record.organisation) : "residents");
  const auto reversed = record.reverses ? scalar<std::int64_t>(tx, "select p.id from posting_line l join posting p on p.id = l.posting where l.account = $1 and "
                                                                 "p.source = $2 and p.kind = 'service' and p.reverses = 0", account_of(record.volunteer), record.reverses)
                                        : std::nullopt;
  book.post(tx, "service", Unit::minutes, {{account_of(record.volunteer), record.minutes.value}, {from, -record.minutes.value}}, record.id,
            reversed.value_or(0));
  bank::deposit(tx, book, record);
  feed_points(tx, book, record.volunteer, record.region);
  return record;
}

ServiceRecord record_of(const RecordCase& of) {
  ServiceRecord record;
  record.volunteer = of.volunteer;
  record.organisation = of.organisation;
  record.region = of.region;
  record.kind = of.kind;
  record.source = of.id;
  record.title = of.title;
  record.place = of.place;
  record.in_charge = of.in_charge;
  record.starts = of.starts;
  record.ends = of.ends;
  record.minutes = of.minutes;
  record.grade = of.grade;
  record.first_by = of.first_by;
  record.second_by = of.second_by;
  record.content = of.content;
  record.category = of.category;
  record.entry = of.entry;
  return record;
}

// Takes a record back by a record of the opposite amount; the old one stays and is read for ever.
void take_back(storage::Tx& tx, const Book& book, const ServiceRecord& old, const char* kind, std::int64_t cause, access::AccountId first,
               access::AccountId second) {
  ServiceRecord record = old;
  record.kind = kind;
  record.source = cause;
  record.minutes.value = -old.minutes.value;
  record.reverses = old.id;
  record.first_by = first;
  record.second_by = second;
  written(tx, book, record);
}

Result<RecordCase> moved(storage::Tx& tx, RecordCase of, std::string_view action, access::AccountId by, const std::string& reason) {
  const auto taken = TX_TRY(workflow::take(tx, kCaseFlow, of.id, of.state, action, by, reason, of.region));
  of.state = taken.state;
  of.due = taken.due;
  if (const auto* state = kCaseFlow.state(of.state); state && state->final) of.decided = tx.now();
  storage::update(tx, "record_case", of);
  return of;
}

Result<RecordCase> opened(storage::Tx& tx, RecordCase of, std::string_view action, const std::string& reason = {}) {
  of.id = tx.new_id();
  of.created = tx.now();
  const auto taken = TX_TRY(workflow::take(tx, kCaseFlow, of.id, "", action, of.asked_by, reason, of.region));
  of.state = taken.state;
  of.due = taken.due;
  storage::insert(tx, "record_case", of);
  return of;
}

// A correction within what one day may hold (H3), without what it takes back.
Result<void> day_holds(storage::Reader& reader, const RecordCase& of) {
  const auto old = find_record(reader, of.record);
  const auto day = minutes_of_day(reader, of.volunteer, local_date(of.starts)) - (old && stands(reader, of.record) ? old->minutes.value : 0);
  if (of.minutes.value > 0 && rules::passage(day, of.minutes.value, policy_of(reader, of.region)) == rules::Passage::authority) {
    const auto person = teams::find_volunteer(reader, of.volunteer);
    return refuse(Kind::full, "record.day_full", "to", {{"number", person ? person->volunteer_no : ""}});
  }
  return {};
}

// The second person hears of it: nobody has to look at a list to find out. Never whoever gains or confirmed it.
void tell_second(storage::Tx& tx, const RecordCase& of) {
  static constexpr const char* kSecond[] = {"county_dispatcher", "federation_officer"};
  static constexpr const char* kAuthority[] = {"region_official"};
  const std::span<const char* const> roles = of.kind == "authority_day" ? std::span<const char* const>(kAuthority) : std::span<const char* const>(kSecond);
  if (scalar<std::int64_t>(tx, "select count(*) from record_case where kind = $1 and first_by = $2 and created = $3 and title = $4", of.kind, of.first_by, of.created, of.title)
          .value_or(0) > 1)
    return;   // thirty people of one list are one message
  const auto own = teams::account_of_volunteer(tx, of.volunteer);
  for (const auto* role : roles)
    for (const auto account : identity::holders_over(tx, role, of.region))
      if (account != own && account != of.first_by)
        notices::send(tx, {account, of.kind == "one_hand" ? "notice.record_one_hand" : "notice.record_second", {{"title", of.title}, {"day", local_date(of.starts).text()}, {"hours", of.words}},
                           "/desk/records/" + id_text(of.id)});
}

// What an agreed case does to the records.
void carry_out(storage::Tx& tx, const Book& book, const RecordCase& of) {
  if (of.kind == "manual" || is_measured(of.kind)) {
    written(tx, book, record_of(of));
  } else if (const auto old = find_record(tx, of.record); old && stands(tx, of.record)) {
    take_back(tx, book, *old, "correction", of.id, of.first_by, of.second_by);
    if (of.minutes.value > 0) written(tx, book, record_of(of));
    tell_hours_changed(tx, {of.volunteer, "corrected", {old->id}, local_date(old->starts), local_date(old->ends), of.second_by, of.id});
  }
  tell(tx, of.volunteer, "notice.record_" + std::string(is_measured(of.kind) ? "long_day" : of.kind), of);
}

bool in_organisation(const access::Actor& actor, std::int64_t organisation) {
  return std::any_of(actor.grants.begin(), actor.grants.end(), [&](const access::Grant& grant) {
    return grant.kind == access::ScopeKind::organisation && grant.scope == id_text(organisation);
  });
}

// Two people from different sides (issue of records; 公益时报 2025: one administrator sold five hours for 40 yuan).
Result<void> other_side(storage::Reader& reader, const RecordCase& of, const access::Actor& by) {
  if (by.account == of.asked_by || by.account == of.first_by || by.account == of.second_by)
    return refuse(Kind::forbidden, "record.same_person");
  if (teams::account_of_volunteer(reader, of.volunteer) == by.account) return refuse(Kind::forbidden, "record.own_hours");
  if (of.organisation && in_organisation(by, of.organisation)) return refuse(Kind::forbidden, "record.same_side");
  if (const auto successor = successor_of(reader, of.organisation); successor && in_organisation(by, successor->successor))
    return refuse(Kind::forbidden, "record.same_side");
  if (const auto volunteer = teams::find_volunteer_by_account(reader, by.account);
      volunteer && of.organisation && teams::is_member(reader, of.organisation, volunteer->id.value))
    return refuse(Kind::forbidden, "record.same_side");
  return {};
}

std::vector<std::string> lines_of(const std::string& people) {
  std::vector<std::string> numbers;
  std::string word;
  for (const char c : people + "\n")
    if (c == '\n' || c == ' ' || c == ',' || c == ';' || c == '\r' || c == '\t') {
      if (!word.empty()) numbers.push_back(word);
      word.clear();
    } else {
      word += c;
    }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

struct Manual {
  rules::Span span;
  teams::Organisation organisation;
  std::vector<teams::Volunteer> people;
};

Result<Manual> read_manual(storage::Tx& tx, const ManualInput& input, const access::Actor& by, const rules::Policy& policy) {
  Manual manual;
  const auto organisation = teams::find_organisation(tx, id_value(input.organisation).value_or(0));
  if (!organisation) return refuse(Kind::forbidden, "record.not_yours", "organisation");
  TX_CHECK(may_record(tx, organisation->id.value, by));
  manual.organisation = *organisation;
  if (letter_count(input.title) < 2 || letter_count(input.title) > 50) return refuse(Kind::invalid, "record.title_missing", "title");
  if (letter_count(input.content) < 4 || letter_count(input.content) > 500) return refuse(Kind::invalid, "record.content_missing", "content");
  if (letter_count(input.place) < 2) return refuse(Kind::invalid, "record.place_missing", "place");
  if (letter_count(input.in_charge) < 2) return refuse(Kind::invalid, "record.in_charge_missing", "in_charge");
  const auto from = parse_instant(input.day + "T" + input.from), to = parse_instant(input.day + "T" + input.to);
  if (!from || !to) return refuse(Kind::invalid, "form.unreadable", "day");
  manual.span = {*from, *to};
  const auto numbers = lines_of(input.people);
  if (numbers.empty()) return refuse(Kind::invalid, "record.people_missing", "people");
  if (static_cast<int>(numbers.size()) > policy.most_people)
    return refuse(Kind::invalid, "record.people_many", "people", {{"most", std::to_string(policy.most_people)}});
  for (const auto& number : numbers) {
    const auto volunteer = teams::find_volunteer_by_number(tx, number);
    if (!volunteer) return refuse(Kind::invalid, "record.people_unknown", "people", {{"number", number}});
    if (!teams::is_member(tx, organisation->id.value, volunteer->id.value))
      return refuse(Kind::forbidden, "record.not_member", "people", {{"number", number}});
    manual.people.push_back(*volunteer);
  }
  return manual;
}

Result<void> may_have(storage::Tx& tx, const teams::Volunteer& person, const Manual& manual, const access::Actor& by,
                      const rules::Policy& policy) {
  const std::vector<std::pair<std::string, std::string>> who{{"number", person.volunteer_no}};
  TX_CHECK(rules::may_enter(manual.span, person.birth, tx.now(), policy));
  // A minor's papers stand apart and sealed: that there is a consent is enough to know here.
  const bool sealed = scalar<std::int64_t>(tx, "select volunteer from minor_record where volunteer = $1 and guardian_sealed <> ''", person.id).has_value();
  TX_CHECK(rules::guardian_agrees(person.birth, local_date(manual.span.from), sealed ? "on file" : person.guardian));
  if (person.account == by.account) return refuse(Kind::forbidden, "record.own_hours", "people");
  if (overlaps(tx, person.id.value, manual.span, 0)) return refuse(Kind::conflict, "record.overlap", "people", who);
  const auto day = minutes_of_day(tx, person.id.value, local_date(manual.span.from));
  if (rules::passage(day, manual.span.minutes(), policy) == rules::Passage::authority)
    return refuse(Kind::full, "record.day_full", "people", who);
  return {};
}

}  // namespace

ServiceRecord write_record(storage::Tx& tx, const Book& book, ServiceRecord record) { return written(tx, book, std::move(record)); }
void reverse_record(storage::Tx& tx, const Book& book, const ServiceRecord& old, std::int64_t source, access::AccountId first, access::AccountId second) {
  take_back(tx, book, old, "correction", source, first, second);
}
bool busy_then(storage::Reader& reader, std::int64_t volunteer, Instant from, Instant to) { return overlaps(reader, volunteer, {from, to}, 0); }

rules::Policy policy_of(storage::Reader& reader, const std::string& region) {
  rules::Policy policy;
  if (!scalar<std::int64_t>(reader, "select 1 from setting where name like 'record.%' limit 1")) return policy;
  for (const auto name : rules::settings()) {   // the clock of the state "notice" reads record.notice_days too
    int& value = *rules::number_of(policy, name);
    value = workflow::setting_amount(reader, name, region, value);
  }
  return policy;
}

bool on_notice(storage::Reader& reader, const RecordCase& of) {
  if (of.kind == "manual") return true;
  const auto old = of.kind == "correction" ? find_record(reader, of.record) : std::nullopt;
  return old && of.minutes.value > old->minutes.value;
}

void record_served(storage::Tx& tx, const Book& book, const supply::Served& served) {
  if (scalar<std::int64_t>(tx, "select id from service_record where source = $1", served.attendance)) return;
  const auto policy = policy_of(tx, served.region);
  for (const auto& span : rules::split_at_midnight({served.starts, served.ends})) {
    if (span.minutes() < 1) continue;
    RecordCase of;
    of.kind = served.kind;
    of.volunteer = served.volunteer;
    of.organisation = served.organisation;
    of.region = served.region;
    of.title = served.title;
    of.place = served.place;
    of.in_charge = served.in_charge;
    of.starts = span.from;
    of.ends = span.to;
    of.minutes = {span.minutes()};
    of.grade = rules::grade({served.came_shown, served.left_shown, served.by_recipient});
    of.first_by = served.confirmed_by;
    of.source = served.attendance;
    of.content = served.content;
    of.category = served.category;
    of.entry = entry_of(served.came_by, served.left_by);
    const auto day = minutes_of_day(tx, served.volunteer, local_date(span.from));
    const auto passage = rules::passage(day, span.minutes(), policy);
    if (passage == rules::Passage::straight && !served.one_hand) {
      auto record = record_of(of);
      record.source = served.attendance;
      written(tx, book, record);
    } else {
      of.kind = passage == rules::Passage::authority ? "authority_day" : passage == rules::Passage::second ? "long_day" : "one_hand";
      if (served.one_hand) of.first_by = served.one_hand;   // whoever arranged it is not the second person
      of.asked_by = of.first_by;
      of.words = rules::hours_text(day + span.minutes());
      if (const auto waiting = opened(tx, of, "measure")) tell_second(tx, *waiting);
    }
  }
}

Result<Entered> enter_manual(storage::Tx& tx, const Book& book, const ManualInput& input, const access::Actor& by) {
  const auto policy = policy_of(tx, by.region);
  const Manual manual = TX_TRY(read_manual(tx, input, by, policy));
  if (letter_count(input.words) < kWordsLeast || letter_count(input.words) > kWordsMost)
    return refuse(Kind::invalid, "record.words_missing", "words", {{"least", std::to_string(kWordsLeast)}});
  if (input.file_hash.empty()) return refuse(Kind::invalid, "record.evidence_missing", "file");
  if (!input.truth) return refuse(Kind::invalid, "record.truth", "truth");
  const auto spent = scalar<std::int64_t>(tx, "select sum(minutes) from record_case where asked_by = $1 and kind = 'manual' and "
                                              "created > $2 and state <> 'withdrawn'", by.account, tx.now().plus(-7 * kDay)).value_or(0);
  if (spent + manual.span.minutes() * static_cast<std::int64_t>(manual.people.size()) > policy.budget_minutes)
    return refuse(Kind::full, "record.budget", "people", {{"most", rules::hours_text(policy.budget_minutes)}});
  Entered entered{tx.new_id(), static_cast<int>(manual.people.size())};
  for (const auto& person : manual.people) {
    TX_CHECK(may_have(tx, person, manual, by, policy));
    RecordCase of;
    of.kind = "manual";
    of.batch = entered.batch;
    of.volunteer = person.id.value;
    of.organisation = manual.organisation.id.value;
    of.region = manual.organisation.region;
    of.title = input.title;
    of.place = input.place;
    of.in_charge = input.in_charge;
    of.starts = manual.span.from;
    of.ends = manual.span.to;
    of.minutes = {manual.span.minutes()};
    of.words = input.words;
    of.content = input.content;
    of.entry = "paper";
    of.asked_by = of.first_by = by.account;
    of = TX_TRY(opened(tx, of, "enter"));
    book.log(tx, "entered", of.id, exact(of));
    tell(tx, of.volunteer, "notice.record_entered", of);
  }
  const auto bytes = ledger::from_base64(input.file_bytes);
  if (!bytes) return refuse(Kind::invalid, "record.evidence_missing", "file");
  storage::execute(tx, "insert into case_evidence (batch, file_name, content_type, bytes, hash) values ($1,$2,$3,$4,$5)", entered.batch,
                   input.file_name, input.file_type, storage::Blob{*bytes}, input.file_hash);
  return entered;
}

Result<RecordCase> decide(storage::Tx& tx, const Book& book, std::int64_t id, std::string_view action, const access::Actor& by,
                          const std::string& reason) {
  auto of = find_case(tx, id);
  if (!of) return refuse(Kind::not_found, "http.not_found");
  if (action == "withdraw") {
    if (by.account != of->asked_by) return refuse(Kind::forbidden, "record.not_yours");
    return moved(tx, *of, action, by.account, reason);
  }
  if (action == "check" || (action == "refuse" && of->state == "asked")) {
    if (by.account == of->asked_by) return refuse(Kind::forbidden, "record.same_person");
    of->first_by = by.account;
    return moved(tx, *of, action, by.account, reason);
  }
  TX_CHECK(other_side(tx, *of, by));
  if (is_frozen(tx, "case", id)) return refuse(Kind::conflict, "record.frozen");
  if (of->kind == "authority_day" && action == "approve") return refuse(Kind::forbidden, "record.authority");
  if (of->kind != "authority_day" && action == "allow") return refuse(Kind::conflict, "flow.not_allowed");
  if (action == "approve" && of->kind == "correction") TX_CHECK(day_holds(tx, *of));   // the day may have filled since it was asked for
  of->second_by = by.account;
  // Agreed hours by hand go on the public notice first, and so do minutes that a correction adds: they are by hand, too.
  // Everything else takes effect now.
  if (action == "approve" && on_notice(tx, *of)) action = "publish";
  auto done = TX_TRY(moved(tx, *of, action, by.account, reason));
  book.log(tx, "decided", done.id, exact(done));
  if (done.state == "effective") carry_out(tx, book, done);
  if (done.state == "refused") tell(tx, done.volunteer, "notice.record_refused", done);
  if (const auto need = is_measured(done.kind) ? supply::need_of_attendance(tx, done.source) : 0;
      need && scalar<std::string>(tx, "select state from need where id = $1", need).value_or("") == "closed")
    bank::release(tx, book, need);   // it was over before the second person looked
  return done;
}

std::vector<RecordCase> together_with(storage::Reader& reader, const RecordCase& of) {
  if (of.state != "checked" || (of.kind != "manual" && of.kind != "one_hand")) return {};
  const Date day = local_date(of.starts);
  return storage::select<RecordCase>(reader, "select * from record_case where state = 'checked' and kind = $1 and batch = $2 and organisation = $3 and region = $4 and title = $5 "
                                             "and first_by = $6 and starts >= $7 and starts < $8 and id <> $9 order by id limit 500",
                                     of.kind, of.batch, of.organisation, of.region, of.title, of.first_by, start_of(day), start_of({day.days + 1}), of.id);
}

Result<int> approve_together(storage::Tx& tx, const Book& book, std::int64_t id, const access::Actor& by) {
  const auto of = find_case(tx, id);
  if (!of) return refuse(Kind::not_found, "http.not_found");
  const auto others = together_with(tx, *of);
  TX_TRY(decide(tx, book, id, "approve", by, {}));
  int agreed = 1;
  for (const auto& other : others) agreed += decide(tx, book, other.id, "approve", by, {}).has_value();   // what is one's own, or frozen, is left
  return agreed;
}

Result<RecordCase> ask_correction(storage::Tx& tx, const ServiceRecord& record, const CorrectionInput& input, const access::Actor& by) {
  if (letter_count(input.words) < kWordsLeast || letter_count(input.words) > kWordsMost)
    return refuse(Kind::invalid, "record.words_missing", "words", {{"least", std::to_string(kWordsLeast)}});
  if (!stands(tx, record.id)) return refuse(Kind::conflict, "record.gone");
  if (is_frozen(tx, "record", record.id)) return refuse(Kind::conflict, "record.frozen");
  if (scalar<std::int64_t>(tx, "select id from record_case where record = $1 and state in ('asked','checked','contested')", record.id))
    return refuse(Kind::conflict, "record.asked_already");
  RecordCase of;
  of.kind = "correction";
  of.record = record.id;
  of.volunteer = record.volunteer;
  of.organisation = record.organisation;
  of.region = record.region;
  of.title = record.title;
  of.place = record.place;
  of.in_charge = record.in_charge;
  of.starts = record.starts;
  of.ends = record.ends;
  of.content = record.content;
  of.category = record.category;
  of.entry = "correction";
  of.grade = Grade::D;   // what two people agree on afterwards is no longer what a check-in showed
  of.words = input.words;
  of.asked_by = by.account;
  if (!input.all_wrong) {
    const std::string day = local_date(record.starts).text();
    const auto from = parse_instant(day + "T" + input.from), to = parse_instant(day + "T" + input.to);
    if (!from || !to) return refuse(Kind::invalid, "form.unreadable", "from");
    of.starts = *from;
    of.ends = *to;
    of.minutes = {rules::Span{*from, *to}.minutes()};
    if (of.minutes.value < 1) return refuse(Kind::invalid, "record.backwards", "to");
    if (of.ends > tx.now()) return refuse(Kind::invalid, "record.future", "to");
    if (overlaps(tx, of.volunteer, {of.starts, of.ends}, record.id)) return refuse(Kind::conflict, "record.overlap", "from");
    TX_CHECK(day_holds(tx, of));
  }
  return opened(tx, of, "ask");
}

Result<RecordCase> object(storage::Tx& tx, const Book& book, std::int64_t id, const std::string& words, const access::Actor& by) {
  auto of = find_case(tx, id);
  if (!of || !on_notice(tx, *of)) return refuse(Kind::not_found, "http.not_found");
  if (letter_count(words) < kWordsLeast || letter_count(words) > kWordsMost)
    return refuse(Kind::invalid, "record.words_missing", "words", {{"least", std::to_string(kWordsLeast)}});
  auto contested = TX_TRY(moved(tx, *of, "object", by.account, words));
  book.log(tx, "objected", contested.id, exact(contested));
  for (const auto account : {contested.first_by, contested.second_by})
    if (account) notices::send(tx, {account, "notice.record_contested", {{"title", contested.title}}, "/desk/records/" + id_text(id)});
  return contested;
}

void void_record(storage::Tx& tx, const Book& book, const ServiceRecord& old, std::int64_t cause, access::AccountId first, access::AccountId second) {
  take_back(tx, book, old, "void", cause, first, second);
}

Result<void> void_case(storage::Tx& tx, const Book& book, std::int64_t id, access::AccountId by, const std::string& reason) {
  auto of = find_case(tx, id);
  if (!of) return refuse(Kind::not_found, "http.not_found");
  const auto done = TX_TRY(moved(tx, *of, "void", by, reason));
  book.log(tx, "decided", done.id, exact(done));
  return {};
}

Result<void> may_record(storage::Reader& reader, std::int64_t organisation, const access::Actor& by) {
  const auto own = teams::find_organisation(reader, organisation);
  if (!own) return refuse(Kind::forbidden, "record.not_yours", "organisation");
  if (teams::may_publish(*own) && in_organisation(by, organisation)) return {};
  if (const auto successor = successor_of(reader, organisation); successor && in_organisation(by, successor->successor)) {
    const auto next = teams::find_organisation(reader, successor->successor);
    if (next && teams::may_publish(*next)) return {};
  }
  if (!in_organisation(by, organisation)) return refuse(Kind::forbidden, "record.not_yours", "organisation");
  return refuse(Kind::forbidden, "record.suspended", "organisation");
}

int settle_notices(storage::Tx& tx, const Book& book) {
  int settled = 0;
  for (const auto& of : storage::select<RecordCase>(
           tx, "select * from record_case where state = 'notice' and due > 0 and due < $1 order by id limit 200", tx.now())) {
    if (is_frozen(tx, "case", of.id)) continue;   // waits for the decision
    auto done = moved(tx, of, "settle", {}, {});
    if (!done) continue;
    carry_out(tx, book, *done);
    ++settled;
  }
  return settled;
}

}  // namespace tx::support
