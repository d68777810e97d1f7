#include "systems/supply/dispatch/search.h"

#include <algorithm>
#include <map>

#include "platform/audit/audit.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/dispatch/bridge.h"
#include "systems/supply/dispatch/live.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

using storage::execute;
using storage::scalar;
using storage::select;

constexpr std::size_t kPeople = 120;        // of whom a look may choose; more than any search has asked so far
constexpr std::int64_t kDeadlineLeast = 10 * kMinute;

Instant instant_of_minute(std::int64_t minute) { return {minute * kMinute - 8 * kHour}; }

// What was known of a person when asked: the memory learns from that, not from what is known later.
struct Facts {
  AskId ask;
  SearchId search;
  std::int64_t volunteer = 0, score = 0, metres = 0;
  int reliability = 500;
  std::int64_t load_minutes = 0, asked_before = 0;
  int asked_week = 0;
  double asks = 0, yes = 0;
};
BOOST_DESCRIBE_STRUCT(Facts, (), (ask, search, volunteer, score, metres, reliability, load_minutes, asked_before, asked_week, asks, yes))
struct Answered {
  AskState state = AskState::asked;
  Instant asked_at, answered_at;
};
BOOST_DESCRIBE_STRUCT(Answered, (), (state, asked_at, answered_at))
struct Invited {
  Facts facts;
  Answered ask;
};
struct Record {
  std::int64_t volunteer = 0;
  double asks = 0, yes = 0;
};
BOOST_DESCRIBE_STRUCT(Record, (), (volunteer, asks, yes))
struct Count {
  std::int64_t volunteer = 0, amount = 0;
};
BOOST_DESCRIBE_STRUCT(Count, (), (volunteer, amount))

std::vector<Invited> invited_by(storage::Reader& reader, SearchId search) {
  const auto rows = storage::query(reader, "select f.*, a.state, a.asked_at, a.answered_at from ask_facts f join ask a on a.id = f.ask "
                                           "where f.search = $1 order by a.asked_at, a.id", search);
  std::vector<Invited> invited;
  for (std::size_t i = 0; i < rows.size(); ++i) invited.push_back({storage::read_row<Facts>(rows, i), storage::read_row<Answered>(rows, i)});
  return invited;
}

matching::Askable askable(const Facts& facts) {
  matching::Askable person;
  person.id = facts.volunteer;
  person.score = static_cast<int>(facts.score);
  person.metres = facts.metres;
  person.reliability = facts.reliability;
  person.load_minutes = static_cast<int>(facts.load_minutes);
  person.asked_at = facts.asked_before;
  person.asked_week = facts.asked_week;
  person.asks = facts.asks;
  person.yes = facts.yes;
  return person;
}

// Somebody who said yes and then had to give up counts as if the invitation had been taken back.
matching::Invitation invitation(const Answered& one, std::size_t person, bool holds) {
  matching::Invitation out;
  out.person = person;
  out.at = local_minute(one.asked_at);
  switch (one.state) {
    case AskState::asked: return out;
    case AskState::accepted: out.answer = holds ? matching::Answer::yes : matching::Answer::withdrawn; break;
    case AskState::declined: out.answer = matching::Answer::no; break;
    default: out.answer = matching::Answer::withdrawn;
  }
  out.answered = local_minute(one.answered_at);
  return out;
}

// The people of a look who were not asked yet, with what is known of them.
std::vector<matching::Askable> askables(storage::Reader& reader, const Need& need, const bridge::Best& best, Instant now) {
  std::vector<matching::Askable> people;
  std::vector<std::int64_t> ids;
  std::map<std::int64_t, std::size_t> at;
  for (std::size_t i = 0; i < best.people.size(); ++i) {
    const auto& v = best.people[i];
    matching::Askable person;
    person.id = v.id;
    person.score = best.scores[i];
    person.metres = matching::way_m(v, best.slot);
    person.reliability = v.reliability;
    person.load_minutes = v.load_minutes;
    person.asked_at = v.asked_at;
    at[v.id] = people.size();
    ids.push_back(v.id);
    people.push_back(person);
  }
  by_ids(reader, "select volunteer, count(*) as amount from ask where volunteer", ids, " and asked_at > $65 group by volunteer",
         {now.plus(-7 * kDay).us}, [&](const storage::Rows& rows) {
           for (std::size_t i = 0; i < rows.size(); ++i) {
             const auto row = storage::read_row<Count>(rows, i);
             people[at[row.volunteer]].asked_week = static_cast<int>(row.amount);
           }
         });
  by_ids(reader, "select volunteer, asks, yes from ask_record where volunteer", ids, "", {}, [&](const storage::Rows& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto row = storage::read_row<Record>(rows, i);
      people[at[row.volunteer]].asks = row.asks;
      people[at[row.volunteer]].yes = row.yes;
    }
  });
  return people;
}

struct Looked {
  matching::Call call;
  matching::Wave wave;
};
// Reads only: what the engine says about this search now.
Looked look(storage::Reader& reader, Pool& pool, const Search& search, const Need& need, Instant now) {
  Looked looked;
  auto& call = looked.call;
  call.id = search.id.value;
  call.urgency = need.urgency;
  call.opened = local_minute(search.opened);
  call.deadline = local_minute(search.deadline);
  int holding = 0, of_search = 0;
  const auto helpers = helpers_of(reader, need.id);
  const auto holds = [&](std::int64_t volunteer) {
    return std::any_of(helpers.begin(), helpers.end(), [&](const auto& h) { return h.volunteer == volunteer && h.state == "holding"; });
  };
  for (const auto& helper : helpers) holding += helper.state == "holding";
  for (const auto& one : invited_by(reader, search.id)) {
    const bool held = holds(one.facts.volunteer);
    of_search += held && one.ask.state == AskState::accepted;
    call.invitations.push_back(invitation(one.ask, call.people.size(), held));
    call.people.push_back(askable(one.facts));
  }
  call.heads = need.helpers - (holding - of_search);   // a seat taken otherwise (claimed, asked by hand) need not be filled
  const auto best = bridge::best_of(reader, pool, need, kPeople, now);
  for (auto& person : askables(reader, need, best, now)) call.people.push_back(person);
  looked.wave = matching::next_wave(memory_of(reader), call, local_minute(now), rule_of(reader, need, search.pace));
  return looked;
}

const char* name_of(matching::Wave::State state) {
  using State = matching::Wave::State;
  switch (state) {
    case State::ask: return "ask";
    case State::wait: return "wait";
    case State::quiet: return "quiet";
    case State::filled: return "filled";
    case State::exhausted: return "exhausted";
    case State::over: return "over";
  }
  return "wait";
}

Json said_of(const Looked& looked, Instant now) {
  Json standby = Json::array();
  for (const auto person : looked.wave.standby)
    if (standby.size() < 5) standby.push(id_text(looked.call.people[person].id));
  return Json::of({{"state", name_of(looked.wave.state)}, {"chance", looked.wave.chance}, {"reach", looked.wave.reach},
                   {"goal", looked.wave.goal}, {"chance_at_goal", looked.wave.chance_at_goal}, {"standby", standby}, {"at", now.us}});
}

void take_step(storage::Tx& tx, Search& search, std::string_view action, access::AccountId by, const std::string& reason = {}) {
  auto taken = workflow::take(tx, kSearchFlow, search.id.value, search.state, action, by, reason);
  TX_ASSERT(taken.has_value());   // the callers ask for the state first
  search.state = taken->state;
}

void note_wave(storage::Tx& tx, const Search& search, const Need& need, std::size_t asked) {
  audit::Entry entry;
  entry.account = search.started_by.value;
  entry.action = "search.wave";
  entry.object = "need:" + need.id.text();
  entry.region = need.region;
  entry.rule = "search:" + search.id.text();
  entry.outcome = "done";
  entry.details = Json::of({{"asked", asked}, {"chance", search.said["chance"]}});
  audit::append(tx, entry);
}

// Asks those whom the look named; a hard rule that bars somebody meanwhile passes over that person.
std::size_t send_wave(storage::Tx& tx, const Search& search, Need& need, const Looked& looked) {
  const int wave = next_wave_number(tx, need.id);
  std::size_t asked = 0;
  for (const auto index : looked.wave.ask) {
    const auto& person = looked.call.people[index];
    const auto ask = ask_one(tx, need, person.id, wave, search.started_by, "", search.deadline);
    if (!ask) continue;
    ++asked;
    storage::insert(tx, "ask_facts", Facts{ask->id, search.id, person.id, person.score, person.metres, person.reliability,
                                           person.load_minutes, person.asked_at, person.asked_week, person.asks, person.yes});
  }
  return asked;
}

void give_up(storage::Tx& tx, Search& search, Need& need, std::string_view action, const char* notice) {
  take_step(tx, search, action, {});
  search.look_at = {};
  storage::update(tx, "search", search);
  take_back_asks(tx, need, "notice.ask_no_longer");
  run_out_if_nobody_left(tx, need.id, false);
  notices::send(tx, {search.started_by, notice, {{"number", need.number}}, "/desk/needs/" + need.id.text(), true});
}

// Writes down what a look found. A look on stale rows is dropped: the search is due again at once.
Result<void> apply(storage::Tx& tx, const Search& seen, const Looked& looked) {
  auto search = storage::find<Search>(tx, "select * from search where id = $1", seen.id);
  auto need = search ? find_need(tx, search->need) : std::nullopt;
  if (!need || search->state != "running" || search->looks != seen.looks) return {};
  search->looks += 1;
  search->said = said_of(looked, tx.now());
  search->look_at = std::max(instant_of_minute(looked.wave.look_again), tx.now().plus(30 * kSecond));
  using State = matching::Wave::State;
  const auto state = looked.wave.state;
  if (need->state != "open" && need->state != "asked") {
    storage::update(tx, "search", *search);
    end_search(tx, *need, "stop", {});
    return {};
  }
  if (state == State::ask) {
    if (const auto asked = send_wave(tx, *search, *need, looked); asked > 0) {
      take_step(tx, *search, "wave", search->started_by);
      note_wave(tx, *search, *need, asked);
      TX_CHECK(move_need(tx, *need, need->state == "open" ? "ask" : "ask_more", search->started_by));
    }
  }
  storage::update(tx, "search", *search);
  if (state == State::exhausted) give_up(tx, *search, *need, "run_dry", "notice.search_exhausted");
  if (state == State::over) give_up(tx, *search, *need, "run_late", "notice.search_over");
  live::changed(tx, *need);
  return {};
}

Search begin(storage::Tx& tx, const Need& need, Instant deadline, Pace pace, access::AccountId by) {
  Search search{{tx.new_id()}, need.id, "", by, tx.now(), deadline, pace, tx.now(), 0, Json::object(), false};
  take_step(tx, search, "start", by);
  storage::insert(tx, "search", search);
  live::changed(tx, need);
  return search;
}

Result<void> good_deadline(const Need& need, Instant deadline, Instant now) {
  if (deadline < now.plus(kDeadlineLeast) || deadline > latest_deadline(need, now)) return refuse(Kind::invalid, "search.deadline_range", "deadline");
  return {};
}

}  // namespace

std::optional<Search> latest_search(storage::Reader& reader, NeedId need) {
  return storage::find<Search>(reader, "select * from search where need = $1 order by id desc limit 1", need);
}
std::optional<Search> running_search(storage::Reader& reader, NeedId need) {
  auto search = latest_search(reader, need);
  return search && search->state == "running" ? search : std::nullopt;
}

Instant latest_deadline(const Need& need, Instant now) { return std::min(need.ends, std::max(need.starts, now.plus(30 * kMinute))); }
Instant usual_deadline(const Need& need, Instant now) {
  // Urgent needs give an hour, others twelve; never past the start.
  const Instant by = now.plus(need.urgency >= 2 ? kHour : 12 * kHour);
  return need.starts > now.plus(kHour) ? std::min(by, need.starts.plus(-30 * kMinute)) : now.plus(20 * kMinute);
}

Result<Search> start_search(storage::Tx& tx, const Need& need, Instant deadline, Pace pace, access::AccountId by) {
  if (need.state != "open" && need.state != "asked") return refuse(Kind::conflict, "dispatch.not_open");
  if (running_search(tx, need.id)) return refuse(Kind::conflict, "search.running");
  TX_CHECK(good_deadline(need, deadline, tx.now()));
  return begin(tx, need, deadline, pace, by);
}

Result<Search> change_search(storage::Tx& tx, const Need& need, Instant deadline, Pace pace, access::AccountId by) {
  auto search = running_search(tx, need.id);
  if (!search) return refuse(Kind::conflict, "search.none");
  TX_CHECK(good_deadline(need, deadline, tx.now()));
  take_step(tx, *search, "change", by);
  search->deadline = deadline;
  search->pace = pace;
  search->look_at = tx.now();
  search->looks += 1;
  storage::update(tx, "search", *search);
  execute(tx, "update ask set answer_by = $1 where state = 'asked' and id in (select ask from ask_facts where search = $2)", deadline, search->id);
  live::changed(tx, need);
  return *search;
}

Result<void> stop_search(storage::Tx& tx, Need& need, access::AccountId by, const std::string& reason) {
  auto search = running_search(tx, need.id);
  if (!search) return refuse(Kind::conflict, "search.none");
  take_step(tx, *search, "stop", by, reason);
  search->look_at = {};
  storage::update(tx, "search", *search);
  take_back_asks(tx, need, "notice.ask_no_longer");
  run_out_if_nobody_left(tx, need.id, false);
  live::changed(tx, need);
  return {};
}

void end_search(storage::Tx& tx, const Need& need, std::string_view action, access::AccountId by) {
  auto search = latest_search(tx, need.id);
  if (!search || (search->state != "running" && !(search->state == "filled" && action == "stop"))) return;
  take_step(tx, *search, action, by);
  search->look_at = {};
  search->looks += 1;
  if (action == "fill") search->said.set("state", "filled").set("chance", 1).set("at", tx.now().us);
  storage::update(tx, "search", *search);
}

bool look_soon(storage::Tx& tx, NeedId need) {
  return execute(tx, "update search set look_at = $1, looks = looks + 1 where need = $2 and state = 'running'", tx.now(), need) > 0;
}

void reopen_search(storage::Tx& tx, const Need& need) {
  auto search = latest_search(tx, need.id);
  if (!search || search->state != "filled" || need.starts < tx.now().plus(kDeadlineLeast)) return;
  take_step(tx, *search, "reopen", {});
  search->look_at = tx.now();
  search->looks += 1;
  search->deadline = std::min(latest_deadline(need, tx.now()), std::max(search->deadline, usual_deadline(need, tx.now())));
  storage::update(tx, "search", *search);
}

matching::WaveRule rule_of(storage::Reader& reader, const Need& need, Pace pace) {
  matching::WaveRule rule;
  const auto setting = [&](const char* name, int usual) { return workflow::setting_amount(reader, name, need.region, usual); };
  rule.quiet_from = std::clamp(setting("asking.quiet_from", 21), 0, 24) * 60 % 1440;
  rule.quiet_to = std::clamp(setting("asking.quiet_to", 8), 0, 24) * 60 % 1440;
  rule.rest_minutes = std::clamp(setting("asking.rest_hours", 20), 0, 14 * 24) * 60;
  rule.week_cap = std::clamp(setting("asking.week_cap", 5), 1, 50);
  if (pace == Pace::calm) rule.soon = 0.35, rule.late = 0.5, rule.most = 20;
  if (pace == Pace::brisk) rule.soon = 0.75, rule.late = 0.9, rule.goal_share = 0.1;
  return rule;
}

matching::Memory memory_of(storage::Reader& reader) {
  matching::Memory memory;
  if (const auto numbers = scalar<std::string>(reader, "select numbers from ask_memory where region = ''"))
    TX_ASSERT(matching::Memory::read(*numbers, memory).empty());
  return memory;
}

int run_searches(storage::Store& store, Pool& pool, Instant now) {
  int looks = 0;
  auto reader = store.read();
  for (const auto& search : select<Search>(*reader, "select * from search where state = 'running' and look_at <= $1 order by look_at limit 50", now)) {
    const auto need = find_need(*reader, search.need);
    if (!need) continue;
    const auto looked = look(*reader, pool, search, *need, now);
    (void)store.write([&](storage::Tx& tx) -> Result<Json> {
      TX_CHECK(apply(tx, search, looked));
      return Json();
    });
    ++looks;
  }
  return looks;
}

int learn_from_searches(storage::Tx& tx) {
  int learned = 0;
  for (auto& search : select<Search>(tx, "select * from search where learned = 0 and state <> 'running' order by id limit 20")) {
    const auto need = find_need(tx, search.need);
    const auto invited = invited_by(tx, search.id);
    execute(tx, "update search set learned = 1 where id = $1", search.id);
    if (!need || invited.empty()) continue;
    const auto rule = rule_of(tx, *need, search.pace);
    const auto now = local_minute(tx.now());
    auto memory = memory_of(tx);
    matching::Call call;
    call.id = search.id.value;
    call.heads = need->helpers;
    call.urgency = need->urgency;
    call.opened = local_minute(search.opened);
    call.deadline = local_minute(search.deadline);
    for (const auto& one : invited) {
      call.invitations.push_back(invitation(one.ask, call.people.size(), true));
      call.people.push_back(askable(one.facts));
    }
    for (const auto& each : call.invitations) {
      auto person = call.people[each.person];
      matching::remember(memory, each, now, person, rule);
      execute(tx, "insert into ask_record (volunteer, asks, yes, changed) values ($1,$2,$3,$4) on conflict (volunteer) do update set "
                  "asks = excluded.asks, yes = excluded.yes, changed = excluded.changed", person.id, person.asks, person.yes, tx.now());
    }
    memory.learn(call, now, rule);
    execute(tx, "insert into ask_memory (region, numbers, searches, changed) values ('', $1, 1, $2) on conflict (region) do update set "
                "numbers = excluded.numbers, searches = ask_memory.searches + 1, changed = excluded.changed", memory.text(), tx.now());
    ++learned;
  }
  return learned;
}

}  // namespace tx::supply
