// What happens to an honour: nominated, judged by people without an interest in it, contested, granted, revoked.
#include <algorithm>

#include "base/text.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/support/honours/flow.h"
#include "systems/support/honours/honours.h"
#include "systems/support/records/records.h"
#include "systems/support/time_bank/time_bank.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

constexpr std::string_view kTitles[] = {"neighbour", "outstanding", "mentor", "emergency", "youth", "silver"};
constexpr std::size_t kWordsLeast = 10, kWordsMost = 1000;

std::vector<std::string> teams_of(const access::Actor& actor) {
  std::vector<std::string> found;
  for (const auto& grant : actor.grants)
    if (grant.kind == access::ScopeKind::organisation) found.push_back(grant.scope);
  return found;
}

// Leads or belongs to a team that the nominee belongs to, or that nominated.
bool same_team(storage::Reader& reader, const Honour& honour, const access::Actor& by) {
  const auto mine = teams::find_volunteer_by_account(reader, by.account);
  for (const auto& team : storage::query(reader, "select organisation from member where volunteer = $1 and state = 'member'", honour.volunteer).rows) {
    const auto organisation = std::get<std::int64_t>(team[0]);
    if (mine && teams::is_member(reader, organisation, mine->id.value)) return true;
    for (const auto& led : teams_of(by))
      if (led == id_text(organisation)) return true;
  }
  return honour.organisation && mine && teams::is_member(reader, honour.organisation, mine->id.value);
}

bool kin(storage::Reader& reader, std::int64_t volunteer, access::AccountId by) {
  const auto mine = bank::member_of_account(reader, by), other = bank::member_of_volunteer(reader, volunteer);
  if (!mine || !other) return false;
  for (const auto& each : bank::kin_of(reader, mine->id))
    if (each.state == "attested" && (each.member == other->id || each.other == other->id)) return true;
  return false;
}

Result<void> without_interest(storage::Reader& reader, const Honour& honour, const access::Actor& by) {
  honour_rules::Judge judge;
  judge.is_nominee = teams::account_of_volunteer(reader, honour.volunteer) == by.account;
  judge.is_nominator = honour.nominated_by == by.account;
  judge.judged_before = honour.reviewed_by == by.account || honour.settled_by == by.account || honour.decided_by == by.account;
  judge.same_team = same_team(reader, honour, by);
  judge.is_kin = kin(reader, honour.volunteer, by.account);
  return honour_rules::fit(judge);
}

void tell(storage::Tx& tx, const Honour& honour, const char* key) {
  const auto account = teams::account_of_volunteer(tx, honour.volunteer);
  if (account) notices::send(tx, {account, key, {}, "/me/honours"});
}

Result<teams::Volunteer> nominee(storage::Tx& tx, const Nomination& nomination, const access::Actor& by) {
  auto found = nomination.number.empty() ? teams::find_volunteer_by_account(tx, by.account) : teams::find_volunteer_by_number(tx, nomination.number);
  if (!found || found->state != "active") return refuse(Kind::invalid, "honour.unknown", "number");
  if (storage::scalar<std::int64_t>(tx, "select id from honour_bar where volunteer = $1 and until > $2 limit 1", found->id, local_date(tx.now())))
    return refuse(Kind::forbidden, "honour.barred", "number");
  return *found;
}

}  // namespace

std::span<const std::string_view> honour_titles() { return kTitles; }
std::optional<Honour> find_honour(storage::Reader& reader, std::int64_t id) {
  return storage::find<Honour>(reader, "select * from honour where id = $1", id);
}

Result<Honour> nominate(storage::Tx& tx, const Nomination& nomination, const access::Actor& by) {
  const auto person = TX_TRY(nominee(tx, nomination, by));
  const bool self = person.account == by.account;
  Honour honour;
  honour.kind = nomination.kind == "title" ? "title" : "star";
  honour.volunteer = person.id.value;
  honour.region = person.region;
  honour.words = nomination.words;
  honour.minutes = totals_of(tx, person.id.value).minutes;
  honour.quality_percent = quality_of(tx, person.id.value);
  honour.nominated_by = by.account;
  honour.name_shown = self ? (nomination.name_shown == "yes" ? "yes" : "no") : "";
  for (const auto& team : teams_of(by))
    if (teams::is_member(tx, id_value(team).value_or(0), honour.volunteer)) honour.organisation = id_value(team).value_or(0);
  if (honour.kind == "star") {
    const auto scheme = scheme_of(tx, person.region, local_date(tx.now()));
    TX_CHECK(honour_rules::may_ask_star(nomination.star, star_held(tx, honour.volunteer), honour.minutes, honour.quality_percent,
                                        honour_rules::read_hours(scheme.hours), scheme.quality_percent));
    honour.star = nomination.star;
  } else {
    bool known = false;
    for (const auto title : kTitles) known = known || title == nomination.title;
    if (!known) return refuse(Kind::invalid, "honour.title_missing", "title");
    if (self) return refuse(Kind::forbidden, "honour.self_title", "number");
    honour.title = nomination.title;
    if (letter_count(nomination.words) < kWordsLeast || letter_count(nomination.words) > kWordsMost)
      return refuse(Kind::invalid, "honour.words_missing", "words", {{"n", std::to_string(kWordsLeast)}});
  }
  if (storage::scalar<std::int64_t>(tx, "select id from honour where volunteer = $1 and kind = $2 and title = $3 and state in "
                                        "('nominated','notice','contested','decision') limit 1", honour.volunteer, honour.kind, honour.title))
    return refuse(Kind::conflict, "honour.pending");
  honour.id = tx.new_id();
  honour.created = tx.now();
  const auto taken = TX_TRY(workflow::take(tx, kHonourFlow, honour.id, "", "nominate", by.account, {}, honour.region));
  honour.state = taken.state;
  honour.due = taken.due;
  storage::insert(tx, "honour", honour);
  if (!self) tell(tx, honour, "notice.honour_nominated");
  return honour;
}

Result<Honour> step_honour(storage::Tx& tx, const Book& book, const access::Roles& roles, std::int64_t id, std::string_view action,
                           const access::Actor& by, const HonourAct& act) {
  auto honour = find_honour(tx, id);
  if (!honour) return refuse(Kind::not_found, "http.not_found");
  const bool judges = action != "object" && action != "withdraw";
  if (judges) TX_CHECK(without_interest(tx, *honour, by));
  if (action == "withdraw" && by.account != honour->nominated_by && by.account != teams::account_of_volunteer(tx, honour->volunteer))
    return refuse(Kind::not_found, "http.not_found");
  if (action == "object" && letter_count(act.reason) < kWordsLeast)
    return refuse(Kind::invalid, "honour.words_missing", "reason", {{"n", std::to_string(kWordsLeast)}});
  if (action == "grant") {
    const auto scheme = scheme_of(tx, honour->region, local_date(tx.now()));
    TX_CHECK(honour_rules::high_enough(honour->star ? honour_rules::level_of(scheme.levels, honour->star) : 6,
                                       access::regions_of(roles, by, permission::honour_decide), honour->region));
    // Between the nomination and the decision hours may have been taken back.
    if (honour->kind == "star")
      TX_CHECK(honour_rules::may_ask_star(honour->star, star_held(tx, honour->volunteer), totals_of(tx, honour->volunteer).minutes, quality_of(tx, honour->volunteer),
                                          honour_rules::read_hours(scheme.hours), scheme.quality_percent));
  }
  Date until;
  if (action == "revoke") until = TX_TRY(honour_rules::bar_until(act.years, local_date(tx.now())));
  const auto taken = TX_TRY(workflow::take(tx, kHonourFlow, honour->id, honour->state, action, by.account, act.reason, honour->region));
  honour->state = taken.state;
  honour->due = taken.due;
  if (action == "pass") honour->reviewed_by = by.account;
  if (action == "dismiss" || action == "uphold") honour->settled_by = by.account;
  if (action == "grant" || action == "turn_down") honour->decided_by = by.account;
  if (honour->state == "granted" || honour->state == "refused" || honour->state == "revoked") honour->decided = tx.now();
  storage::update(tx, "honour", *honour);
  if (action == "grant" || action == "revoke") book.log(tx, std::string("honour_") + (action == "grant" ? "granted" : "revoked"), honour->id, exact(*honour));
  if (action == "revoke")
    storage::insert(tx, "honour_bar", HonourBar{tx.new_id(), honour->volunteer, until, act.reason, by.account, tx.now()});
  tell(tx, *honour, honour->state == "granted" ? "notice.honour_granted" : "notice.honour_moved");
  return *honour;
}

void honours_after(storage::Tx& tx, const Book& book, const HoursChanged& change) {
  if (change.what != "voided" && change.what != "corrected") return;
  const auto minutes = totals_of(tx, change.volunteer).minutes;
  for (auto& honour : storage::select<Honour>(tx, "select * from honour where volunteer = $1 and kind = 'star' and state = 'granted' order by id", change.volunteer)) {
    const auto steps = star_steps(tx, honour.region, local_date(honour.decided));   // as it stood when the star was granted
    const auto needed = steps[static_cast<std::size_t>(std::clamp(honour.star, 1, 5) - 1)].minutes;
    if (minutes >= needed) continue;
    const auto taken = workflow::take(tx, kHonourFlow, honour.id, honour.state, "revoke", {}, rules::hours_text(minutes) + " h < " + rules::hours_text(needed) + " h", honour.region);
    if (!taken) continue;
    honour.state = taken->state;
    honour.due = taken->due;
    honour.decided = tx.now();
    storage::update(tx, "honour", honour);
    book.log(tx, "honour_revoked", honour.id, exact(honour));
    if (const auto account = teams::account_of_volunteer(tx, honour.volunteer))
      notices::send(tx, {account, "notice.honour_lapsed", {{"stars", std::to_string(honour.star)}}, "/me/honours"});
  }
}

int end_notices(storage::Tx& tx) {
  int ended = 0;
  for (auto& honour : storage::select<Honour>(tx, "select * from honour where state = 'notice' and due > 0 and due < $1 order by id limit 200", tx.now())) {
    const auto taken = workflow::take(tx, kHonourFlow, honour.id, honour.state, "end_notice", {}, {}, honour.region);
    if (!taken) continue;
    honour.state = taken->state;
    honour.due = taken->due;
    storage::update(tx, "honour", honour);
    ++ended;
  }
  return ended;
}

std::string honour_text(const http::Context& context, const Honour& honour) {
  return honour.kind == "star" ? context.text("honour.stars", {{"n", std::to_string(honour.star)}}) : context.text("honour.title." + honour.title);
}

std::string hours_proved(const http::Context& context, const Honour& honour) {
  return context.text("honour.hours_proved", {{"n", rules::hours_text(honour.minutes)}, {"percent", std::to_string(honour.quality_percent)}});
}

std::string honoured_name(storage::Reader& reader, const Honour& honour, Instant now) {
  const auto person = teams::find_volunteer(reader, honour.volunteer);
  if (!person) return {};
  return honour.name_shown == "yes" && age_on(person->birth, local_date(now)) >= 18 ? person->name : masked_name(person->name);
}

// A hall that is not empty: the most recognised volunteers of the demonstration, and two on the public notice.
void demonstrate_honours(storage::Tx& tx, const Book& book) {
  if (storage::scalar<std::int64_t>(tx, "select 1 from honour limit 1")) return;
  int at = 0;
  for (const auto& row : storage::query(tx, "select volunteer, sum(minutes) from service_record group by volunteer order by 2 desc, 1 limit 22").rows) {
    const auto person = teams::find_volunteer(tx, std::get<std::int64_t>(row[0]));
    if (!person) continue;
    Honour honour;
    honour.id = tx.new_id();
    honour.kind = "title";
    honour.title = std::string(kTitles[static_cast<std::size_t>(at) % std::size(kTitles)]);
    honour.volunteer = person->id.value;
    honour.region = person->region;
    honour.minutes = totals_of(tx, honour.volunteer).minutes;
    honour.quality_percent = quality_of(tx, honour.volunteer);
    honour.name_shown = at % 3 ? "yes" : "no";
    honour.created = tx.now().plus(-(30 + at) * kDay);
    const bool open = at >= 20;
    for (const char* action : {"nominate", "pass", "end_notice", "grant"}) {
      if (open && std::string_view(action) == "end_notice") break;
      if (const auto taken = workflow::take(tx, kHonourFlow, honour.id, honour.state, action, {}, {}, honour.region)) {
        honour.state = taken->state;
        honour.due = taken->due;
      }
    }
    if (!open) honour.decided = tx.now().plus(-at * kDay);
    storage::insert(tx, "honour", honour);
    if (!open) book.log(tx, "honour_granted", honour.id, exact(honour));
    ++at;
  }
}

}  // namespace tx::support
