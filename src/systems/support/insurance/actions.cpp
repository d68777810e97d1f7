#include <algorithm>

#include "base/text.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/support/book/yuan.h"
#include "systems/support/insurance/flow.h"
#include "systems/support/insurance/insurance.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

constexpr std::int64_t kReportLate = 30 * kDay;   // an accident is told of within this time
constexpr std::int64_t kFreezeBack = 2 * kDay;    // a program that stood still catches up this far

struct Held {   // what this room needs of an activity
  std::int64_t id = 0, organisation = 0;
  std::string title, region, place, insurance;
  Instant starts;
};
BOOST_DESCRIBE_STRUCT(Held, (), (id, organisation, title, region, place, insurance, starts))

std::optional<Held> find_held(storage::Reader& reader, std::int64_t id) {
  return storage::find<Held>(reader, "select id, organisation, title, region, place, insurance, starts from activity where id = $1", id);
}
supply::ToCover cover_of(const Held& held) { return {held.id, held.organisation, held.region, held.insurance, held.starts}; }

bool may_over(const access::Roles& roles, const access::Actor& actor, const access::Place& place) {
  return std::any_of(actor.grants.begin(), actor.grants.end(), [&](const access::Grant& grant) {
    return roles.holds(grant.role, permission::insure) && access::covers(grant, place);
  });
}

void keep_paper(storage::Tx& tx, const identity::Vault& vault, InsurancePaper paper, const std::string& base64, access::AccountId by) {
  paper.id = tx.new_id();
  paper.sealed = vault.seal(base64, "insurance.paper");
  paper.by_account = by;
  paper.at = tx.now();
  storage::insert(tx, "insurance_paper", paper);
}

}  // namespace

std::optional<Policy> find_policy(storage::Reader& reader, std::int64_t id) { return storage::find<Policy>(reader, "select * from policy where id = $1", id); }
std::optional<Accident> find_accident(storage::Reader& reader, std::int64_t id) {
  return storage::find<Accident>(reader, "select * from accident where id = $1", id);
}
std::optional<FrozenRoster> roster_of(storage::Reader& reader, std::int64_t activity) {
  return storage::find<FrozenRoster>(reader, "select * from frozen_roster where activity = $1", activity);
}

std::optional<Policy> policy_for(storage::Reader& reader, const supply::ToCover& what) {
  const auto day = local_date(what.starts);
  const auto policies = storage::select<Policy>(reader, "select * from policy where state = 'open' and until_day >= $1 and from_day <= $1 order by id", day);
  const auto* found = insurance_rules::best(policies, what);
  return found ? std::optional(*found) : std::nullopt;
}

std::vector<std::int64_t> insured_people(storage::Reader& reader, std::int64_t activity) {
  const bool frozen = roster_of(reader, activity).has_value();
  std::vector<std::int64_t> people;
  for (const auto& row : storage::query(reader, frozen ? "select volunteer from insured_person where activity = $1 order by volunteer"
                                                       : "select g.volunteer from signup g join shift s on s.id = g.shift where s.activity = $1 and g.state = 'granted' "
                                                         "union select volunteer from attendance where activity = $1 order by 1", activity).rows)
    people.push_back(std::get<std::int64_t>(row[0]));
  return people;
}

Result<Policy> enter_policy(storage::Tx& tx, const identity::Vault& vault, const Book& book, const access::Roles& roles, const PolicyInput& input,
                            const access::Actor& by) {
  TX_CHECK(insurance_rules::readable(input));
  if (input.until_day < local_date(tx.now())) return refuse(Kind::invalid, "insurance.over_already", "until_day");
  Policy policy;
  policy.scope = input.scope;
  access::Place place;
  if (input.scope == "region") {
    if (!storage::scalar<std::string>(tx, "select code from region where code = $1", input.region)) return refuse(Kind::invalid, "insurance.region_wrong", "region");
    policy.region = place.region = input.region;
  } else {
    const auto held = input.scope == "activity" ? find_held(tx, id_value(input.activity).value_or(0)) : std::nullopt;
    if (input.scope == "activity" && !held) return refuse(Kind::invalid, "insurance.activity_wrong", "activity");
    const auto organisation = teams::find_organisation(tx, held ? held->organisation : id_value(input.organisation).value_or(0));
    if (!organisation) return refuse(Kind::invalid, "insurance.organisation_wrong", "organisation");
    policy.organisation = organisation->id.value;
    policy.activity = held ? held->id : 0;
    policy.region = place.region = organisation->region;
    place.organisations = {organisation->id.text()};
  }
  if (!may_over(roles, by, place)) return refuse(Kind::forbidden, "insurance.not_yours", "scope");
  policy.number = normal_text(input.number);
  if (storage::scalar<std::int64_t>(tx, "select id from policy where number = $1", policy.number)) return refuse(Kind::conflict, "insurance.number_twice", "number");
  if (input.file_bytes.empty()) return refuse(Kind::invalid, "insurance.file_missing", "file");
  policy.id = tx.new_id();
  policy.insurer = normal_text(input.insurer);
  policy.cover = normal_text(input.cover);
  policy.phone = normal_text(input.phone);
  policy.from_day = input.from_day;
  policy.until_day = input.until_day;
  policy.state = "open";
  policy.entered_by = by.account;
  policy.created = tx.now();
  storage::insert(tx, "policy", policy);
  InsurancePaper paper;
  paper.policy = policy.id;
  paper.kind = "policy";
  paper.file_name = input.file_name;
  paper.content_type = input.file_type;
  paper.hash = input.file_hash;
  keep_paper(tx, vault, paper, input.file_bytes, by.account);
  book.log(tx, "policy", policy.id, exact(policy).set("file", input.file_hash));
  return policy;
}

Result<void> end_policy(storage::Tx& tx, const Book& book, std::int64_t id, const std::string& reason) {
  auto policy = find_policy(tx, id);
  if (!policy) return refuse(Kind::not_found, "http.not_found");
  if (policy->state != "open") return refuse(Kind::conflict, "insurance.ended_already");
  if (letter_count(reason) < 4) return refuse(Kind::invalid, "flow.reason_missing", "reason");
  policy->state = "ended";
  policy->words = normal_text(reason);
  storage::update(tx, "policy", *policy);
  book.log(tx, "policy_ended", policy->id, exact(*policy));
  return {};
}

int freeze_rosters(storage::Tx& tx, const Book& book) {
  int frozen = 0;
  for (const auto& held : storage::select<Held>(tx, "select a.id, a.organisation, a.title, a.region, a.place, a.insurance, a.starts from activity a where a.state in "
                                                    "('published','finished') and a.starts <= $1 and a.starts > $2 and not exists (select 1 from frozen_roster f where "
                                                    "f.activity = a.id) order by a.starts, a.id limit 100", tx.now(), tx.now().plus(-kFreezeBack))) {
    const auto policy = policy_for(tx, cover_of(held));
    const auto people = insured_people(tx, held.id);
    std::string names;
    for (const auto volunteer : people) {
      if (policy) storage::execute(tx, "insert into insured_person (activity, volunteer) values ($1,$2)", held.id, volunteer);
      if (const auto person = teams::find_volunteer(tx, volunteer)) names += person->volunteer_no + "\n";
    }
    FrozenRoster roster{held.id, policy ? policy->id : 0, policy ? static_cast<int>(people.size()) : 0, ledger::hex(ledger::sha256(names)), tx.now()};
    storage::insert(tx, "frozen_roster", roster);
    if (policy) book.log(tx, "insured_roster", held.id, exact(roster));
    ++frozen;
  }
  return frozen;
}

Result<Accident> report_accident(storage::Tx& tx, const identity::Vault& vault, const access::Roles& roles, const AccidentInput& input,
                                 const access::Actor& by) {
  const auto held = find_held(tx, id_value(input.activity).value_or(0));
  if (!held) return refuse(Kind::invalid, "accident.activity_missing", "activity");
  const auto happened = parse_instant(input.day + "T" + input.time);
  if (!happened || *happened > tx.now().plus(5 * kMinute) || *happened < held->starts.plus(-kDay) || *happened < tx.now().plus(-kReportLate))
    return refuse(Kind::invalid, "accident.when_wrong", "day");
  if (letter_count(input.place) < 2) return refuse(Kind::invalid, "accident.place_missing", "place");
  if (letter_count(input.words) < 5 || letter_count(input.words) > 2000) return refuse(Kind::invalid, "accident.words_missing", "words");
  const auto people = insured_people(tx, held->id);
  const auto there = [&](std::int64_t volunteer) { return std::find(people.begin(), people.end(), volunteer) != people.end(); };
  const auto self = teams::find_volunteer_by_account(tx, by.account);
  const auto organisation = teams::find_organisation(tx, held->organisation);
  access::Place place;
  place.region = held->region;
  place.organisations = {id_text(held->organisation)};
  if (!(self && there(self->id.value)) && !may_over(roles, by, place)) return refuse(Kind::forbidden, "accident.not_there", "activity");
  const auto hurt = input.volunteer_no.empty() ? self : teams::find_volunteer_by_number(tx, input.volunteer_no);
  if (!hurt || !there(hurt->id.value)) return refuse(Kind::invalid, "accident.who_missing", "volunteer_no");
  Accident accident;
  accident.id = tx.new_id();
  accident.region = held->region;
  accident.organisation = held->organisation;
  accident.activity = held->id;
  accident.volunteer = hurt->id.value;
  // The policy that was frozen with the list, whatever has become of it since.
  const auto roster = roster_of(tx, held->id);
  const auto policy = roster ? find_policy(tx, roster->policy) : policy_for(tx, cover_of(*held));
  accident.policy = policy ? policy->id : 0;
  accident.place = normal_text(input.place);
  accident.happened = *happened;
  accident.words_sealed = vault.seal(input.words, "accident.words");
  accident.helped = input.helped;
  accident.reported_by = by.account;
  accident.at = tx.now();
  const auto taken = TX_TRY(workflow::take(tx, kAccidentFlow, accident.id, "", "report", by.account, {}, accident.region));
  accident.state = taken.state;
  accident.due = taken.due;
  storage::insert(tx, "accident", accident);
  auto told = teams::leaders_of(tx, held->organisation);
  for (const auto account : identity::holders_over(tx, "county_dispatcher", accident.region)) told.push_back(account);
  for (const auto leader : told)
    notices::send(tx, {leader, "notice.accident_reported", {{"title", held->title}, {"due", local_text(accident.due)}}, "/desk/accidents/" + id_text(accident.id), true});
  const auto account = teams::account_of_volunteer(tx, accident.volunteer);
  if (account && account != by.account) notices::send(tx, {account, "notice.accident_card", {{"title", held->title}}, "/me/accidents/" + id_text(accident.id)});
  return accident;
}

Result<Accident> step_accident(storage::Tx& tx, std::int64_t id, const std::string& action, const AccidentStep& input, const access::Actor& by) {
  auto accident = find_accident(tx, id);
  if (!accident) return refuse(Kind::not_found, "http.not_found");
  const auto amount = fen_of(input.amount);
  if (action == "tell" && !accident->policy) return refuse(Kind::conflict, "accident.no_policy");
  if (action == "tell" && letter_count(input.insurer_no) < 4) return refuse(Kind::invalid, "accident.insurer_no_missing", "insurer_no");
  if ((action == "claim" || action == "pay") && (!amount || *amount == 0)) return refuse(Kind::invalid, "accident.amount_wrong", "amount");
  // Whoever was hurt, or gets the money, does not settle his own claim.
  if (teams::account_of_volunteer(tx, accident->volunteer) == by.account) return refuse(Kind::forbidden, "accident.own");
  if (action == "claim" && !storage::scalar<std::int64_t>(tx, "select id from insurance_paper where policy = 0 and accident = $1 limit 1", id))
    return refuse(Kind::conflict, "accident.papers_missing");
  const auto taken = TX_TRY(workflow::take(tx, kAccidentFlow, accident->id, accident->state, action, by.account, input.reason, accident->region));
  accident->state = taken.state;
  accident->due = taken.due;
  if (action == "tell") accident->insurer_no = normal_text(input.insurer_no);
  if (action == "claim") accident->asked_fen = *amount;
  if (action == "pay") accident->paid_fen = *amount;
  storage::update(tx, "accident", *accident);
  if (const auto account = teams::account_of_volunteer(tx, accident->volunteer))
    notices::send(tx, {account, "notice.accident_" + accident->state, {{"words", input.reason}, {"amount", yuan_text(accident->paid_fen)}}, "/me/accidents/" + id_text(accident->id)});
  return *accident;
}

Json insurance_data_of(storage::Reader& reader, std::int64_t volunteer, access::AccountId account) {
  const auto rows = storage::query(reader, "select p.activity, f.policy, f.frozen from insured_person p join frozen_roster f on f.activity = p.activity where p.volunteer = $1 "
                                           "order by f.frozen", volunteer);
  Json covered = Json::array();
  for (const auto& row : rows.rows) {
    const auto policy = find_policy(reader, std::get<std::int64_t>(row[1]));
    covered.push(Json::of({{"activity", id_text(std::get<std::int64_t>(row[0]))}, {"policy", policy ? policy->number : ""}, {"insurer", policy ? policy->insurer : ""}}));
  }
  Json accidents = Json::array();
  for (const auto& one : storage::select<Accident>(reader, "select * from accident where volunteer = $1 or reported_by = $2 order by id", volunteer, account))
    accidents.push(Json::of({{"activity", id_text(one.activity)}, {"happened", to_json(one.happened)}, {"place", one.place}, {"state", one.state}, {"paid_fen", one.paid_fen}}));
  return Json::of({{"covered", covered}, {"accidents", accidents}});
}

// The region's own policy for everybody, so that the demonstration shows what a volunteer of a real region would see; the file
// is a line that says what it is.
void demonstrate_insurance(storage::Tx& tx, const identity::Vault& vault, const Book& book, const language::Catalogue& words) {
  if (storage::scalar<std::int64_t>(tx, "select 1 from policy limit 1")) return;
  const Date today = local_date(tx.now());
  Policy policy;
  policy.id = tx.new_id();
  policy.number = "YS-6401-" + std::to_string(today.year()) + "-0001";
  policy.insurer = words.text(language::Language::zh, "insurance.demo.insurer");
  policy.cover = words.text(language::Language::zh, "insurance.demo.cover");
  policy.phone = "0951-0000000";
  policy.scope = "region";
  policy.region = "6401";
  policy.from_day = Date{today.days - 185};   // a year, so that what the demonstration tells of the past was covered too
  policy.until_day = Date{today.days + 180};
  policy.state = "open";
  policy.created = tx.now();
  storage::insert(tx, "policy", policy);
  InsurancePaper paper;
  paper.policy = policy.id;
  paper.kind = "policy";
  paper.file_name = "policy.pdf";
  paper.content_type = "application/pdf";
  const std::string bytes = "%PDF-1.4\n% made up for the demonstration\n";
  paper.hash = ledger::hex(ledger::sha256(bytes));
  keep_paper(tx, vault, paper, ledger::base64(bytes), {});
  book.log(tx, "policy", policy.id, exact(policy).set("file", paper.hash));
}

namespace {

Result<std::string> number_for(storage::Reader& reader, const supply::ToCover& what) {
  const auto policy = policy_for(reader, what);
  if (!policy) return refuse(Kind::conflict, "insurance.none_covers");
  return policy->number;
}

Json card_for(const http::Context& context, const supply::ToCover& what) {
  const auto roster = roster_of(context.reader, what.activity);
  const auto policy = roster ? find_policy(context.reader, roster->policy) : policy_for(context.reader, what);
  if (!policy) return {};
  Json view = cover_view(context, *policy);
  bool mine = false;
  if (const auto self = context.actor.signed_in() ? teams::find_volunteer_by_account(context.reader, context.actor.account) : std::nullopt) {
    const auto people = insured_people(context.reader, what.activity);
    mine = std::find(people.begin(), people.end(), self->id.value) != people.end();
  }
  view.set("insured_words", context.text(mine ? "insurance.you_are" : "insurance.whoever_joins"));
  view.set("accident_href", mine && what.starts <= context.now ? "/accidents/new?activity=" + id_text(what.activity) : "");
  return view;
}

}  // namespace

void insure_activities() { supply::insure_with({number_for, card_for}); }

}  // namespace tx::support
