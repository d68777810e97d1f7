// Needs, activities and a month of history for the demonstration region: made up from the word lists in
// data/demonstration with a fixed seed. Past steps are written with their past times; the last step of whatever still
// runs is taken through the flow, so that its clock is armed like any other.
#include <array>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "base/text.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/attendance/attendance.h"
#include "systems/supply/dispatch/dispatch.h"
#include "systems/supply/evaluation/evaluation.h"
#include "systems/supply/filings/filings.h"
#include "systems/supply/offers/offers.h"
#include "systems/supply/services.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

constexpr int kPastNeeds = 700, kLiveNeeds = 90, kActivities = 160, kMenuItems = 48, kHeld = 24;

std::vector<std::string> words_of(const std::string& file, char separator) {
  std::ifstream in(file);
  std::vector<std::string> words;
  std::string word;
  for (char c; in.get(c);) {
    if (c == separator || c == '\n') {
      if (!word.empty()) words.push_back(word);
      word.clear();
    } else {
      word += c;
    }
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

// Lines "service: sentence|sentence|…"; a service without a sentence is not in the answer.
std::map<std::string, std::vector<std::string>, std::less<>> words_by_service(const std::string& file) {
  std::map<std::string, std::vector<std::string>, std::less<>> words;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const auto colon = line.find(": ");
    if (colon == std::string::npos) continue;
    std::istringstream sentences(line.substr(colon + 2));
    for (std::string one; std::getline(sentences, one, '|');) words[line.substr(0, colon)].push_back(one);
  }
  return words;
}

struct Made {
  std::mt19937_64 random{20241015};
  std::vector<std::string> titles, roles, near, all;
  std::map<std::string, std::vector<std::string>, std::less<>> words;   // what people say, by service type
  std::map<std::string, std::vector<std::string>, std::less<>> filing_words;   // late: why; report: what happened
  std::vector<teams::Volunteer> volunteers;
  std::vector<teams::Volunteer> known;    // those whom a visitor can sign in as: they have a past to look at
  std::vector<teams::Organisation> organisations;
  std::size_t below(std::size_t n) { return random() % n; }
  const std::string& community() { return below(3) ? near[below(near.size())] : all[below(all.size())]; }
};

void tell(storage::Tx& tx, std::int64_t object, std::string_view flow, int seq, std::string_view from,
          std::string_view action, std::string_view to, Instant at) {
  workflow::Event event;
  event.id = tx.new_id();
  event.object = object;
  event.seq = seq;
  event.flow = flow;
  event.from_state = from;
  event.action = action;
  event.to_state = to;
  event.at = at;
  storage::insert(tx, "flow_event", event);
}

Need drafted(storage::Tx& tx, const identity::Vault& vault, Made& made, Instant created, Instant starts) {
  const auto types = service_types();
  const auto& type = types[made.below(types.size() - 1)];
  Need need;
  need.id = {tx.new_id()};
  need.number = need.id.text().substr(5);
  need.code_hash = code_hash(need.number, "0000");
  need.channel = std::array{Channel::own, Channel::station, Channel::hotline, Channel::proxy}[made.below(4)];
  need.consent = need.channel == Channel::own ? "" : "spoken";
  char phone[16];
  std::snprintf(phone, sizeof phone, "1990000%04d", static_cast<int>(made.below(10'000)));
  need.name_sealed = vault.seal("", "need.name");
  need.phone_sealed = vault.seal(phone, "need.phone");
  need.phone_index = vault.blind_index(phone, "need.phone");
  need.door_sealed = vault.seal("", "need.door");
  need.service = type.id;
  const auto& said = made.words.find(type.id)->second;
  const auto& words = said[made.below(said.size())];
  need.words = made.below(3) ? words : "";
  need.risks = std::array{"none", "stairs", "pets", "heavy"}[made.below(4)];
  need.region = made.community();
  const auto place = teams::region_position(tx, need.region).value_or(teams::Position{});
  need.x_m = place.x_m;
  need.y_m = place.y_m;
  need.starts = starts;
  need.ends = starts.plus(type.usual_minutes * kMinute);
  need.minor = type.minors;
  need.helpers = rules::safeguard(type, false, 1).helpers;
  need.urgency = made.below(8) == 0 ? 2 : static_cast<int>(made.below(2));
  if (need.urgency == 2) need.urgency_reason = words;
  need.created = created;
  return need;
}

void add_helper(storage::Tx& tx, Made& made, const Need& need, const char* state) {
  const auto drawn = [&]() -> const teams::Volunteer& {
    const bool known = std::string_view(state) == "served" && !made.known.empty() && made.below(10) == 0;
    return known ? made.known[made.below(made.known.size())] : made.volunteers[made.below(made.volunteers.size())];
  };
  const auto elsewhere = [&](const teams::Volunteer& one) {   // nobody serves at two places at once
    return storage::scalar<std::int64_t>(tx, "select id from attendance where volunteer = $1 and came < $2 and left_at > $3", one.id.value,
                                         need.ends, need.starts).has_value();
  };
  teams::Volunteer volunteer = drawn();
  for (int tries = 0; tries < 8 && elsewhere(volunteer); ++tries) volunteer = drawn();
  storage::insert(tx, "need_helper", NeedHelper{tx.new_id(), need.id, volunteer.id.value, {}, state, need.created});
  if (std::string_view(state) != "served") return;
  Attendance row;
  row.id = tx.new_id();
  row.kind = "need";
  row.object = need.id.value;
  row.volunteer = volunteer.id.value;
  row.region = need.region;
  row.came = need.starts;
  row.left_at = need.ends;
  row.came_by = row.left_by = made.below(4) ? Proof::code : Proof::helper;
  row.minutes = {(need.ends.us - need.starts.us) / kMinute};
  row.state = "confirmed";
  row.confirmed_at = need.ends.plus(kHour);
  storage::insert(tx, "attendance", row);
}

// A need of the last month that went its whole way.
void past_need(storage::Tx& tx, const identity::Vault& vault, Made& made) {
  const Instant created = tx.now().plus(-static_cast<std::int64_t>(made.below(30) + 1) * kDay - static_cast<std::int64_t>(made.below(600)) * kMinute);
  const Date day = local_date(created);
  Need need = drafted(tx, vault, made, created, instant_of({day.days + (made.below(3) ? 1 : 0)}, 8 + static_cast<int>(made.below(10)), 0));
  if (need.ends > tx.now()) need.starts = created, need.ends = created.plus(kHour);
  const bool refused = made.below(25) == 0;
  need.state = refused ? "refused" : "closed";
  int seq = 0;
  const auto step = [&](const char* from, const char* action, const char* to, Instant at) { tell(tx, need.id.value, "need", ++seq, from, action, to, at); };
  step("", "submit", "submitted", created);
  if (refused) {
    step("submitted", "refuse", "refused", created.plus(3 * kHour));
  } else {
    step("submitted", "accept", "open", created.plus(kHour));
    step("open", "ask", "asked", created.plus(2 * kHour));
    step("asked", "take", "accepted", created.plus(3 * kHour));
    step("accepted", "start", "serving", need.starts);
    step("serving", "finish", "done", need.ends);
    step("done", "confirm", "confirmed", need.ends.plus(kHour));
    step("confirmed", "rate", "closed", need.ends.plus(2 * kHour));
    add_helper(tx, made, need, "served");
    Rating rating{tx.new_id(), "need", need.id.value, {}, "recipient", 0, made.below(6) ? 5 : 4, "", need.ends.plus(2 * kHour)};
    storage::insert(tx, "rating", rating);
  }
  storage::insert(tx, "need", need);
}

// A need that still runs, somewhere between asking and accepted.
Result<void> live_need(storage::Tx& tx, const identity::Vault& vault, Made& made, int index) {
  const Date today = local_date(tx.now());
  Need need = drafted(tx, vault, made, tx.now().plus(-static_cast<std::int64_t>(made.below(900)) * kMinute),
                      instant_of({today.days + 1 + static_cast<int>(made.below(5))}, 9 + static_cast<int>(made.below(9)), 0));
  if (index % 3 == 0) need.region = made.near[made.below(made.near.size())];
  storage::insert(tx, "need", need);
  const char* const steps[] = {"submit", "accept", "ask", "take"};
  const int last = index % 9 == 0 ? 0 : index % 4 == 0 ? 3 : 1;
  for (int i = 0; i <= last; ++i) {
    if (i == 2) continue;
    TX_CHECK(move_need(tx, need, steps[i], {}));
  }
  if (last == 3) add_helper(tx, made, need, "holding");
  return {};
}

// Filings as the policy of the demonstration asks for them: ten people, three days before, three days after.
constexpr int kFilePeople = 10, kFileDays = 3;
Filing filed(const Made& made, const Activity& activity, int planned, Instant at) {
  Filing filing;
  filing.id = activity.id.value;
  filing.organisation = activity.organisation;
  filing.region = activity.region;
  filing.state = "filed";
  filing.planned = planned;
  filing.starts = activity.starts;
  filing.ends = activity.ends;
  filing.filed = at;
  filing.late = local_date(at).days > local_date(activity.starts).days - kFileDays;
  const auto& reasons = made.filing_words.find("late")->second;
  if (filing.late) filing.late_reason = reasons[static_cast<std::size_t>(planned) % reasons.size()];
  return filing;
}

// Activities of the last months that were held, with their reports: most in time, some late, some missing.
void held_activity(storage::Tx& tx, Made& made, int index) {
  const auto& said = made.filing_words.find("report")->second;
  const auto& owner = made.organisations[static_cast<std::size_t>(index) * 5 % made.organisations.size()];
  const int ago = index < 3 ? 1 : index * 3;
  Activity a;
  a.id = {tx.new_id()};
  a.organisation = index == 0 ? made.organisations.front().id.value : owner.id.value;
  a.recorder = a.duty_holder = a.person_in_charge = index == 0 ? made.organisations.front().name : owner.name;
  a.title = made.titles[made.below(made.titles.size())];
  a.summary = a.risks = a.title;
  a.category = "0001";
  a.region = index % 4 == 1 && made.near.size() > 1 ? made.near[1] : made.near[made.below(made.near.size())];
  a.place = teams::region_name(tx, a.region, language::Language::zh);
  a.starts = instant_of({local_date(tx.now()).days - ago}, 9, 0);
  a.ends = a.starts.plus(2 * kHour);
  a.created = a.starts.plus(index % 7 == 3 ? -kDay : -6 * kDay);
  a.state = "finished";
  tell(tx, a.id.value, "activity", 1, "", "send_in", "review", a.created);
  tell(tx, a.id.value, "activity", 2, "review", "publish", "published", a.created.plus(3 * kHour));
  tell(tx, a.id.value, "activity", 3, "published", "finish", "finished", a.ends.plus(2 * kHour));
  storage::insert(tx, "activity", a);
  const int planned = kFilePeople + static_cast<int>(made.below(30));
  Filing filing = filed(made, a, planned, a.created);
  tell(tx, filing.id, "filing", 1, "", "file", "filed", filing.filed);
  tell(tx, filing.id, "filing", 2, "filed", "end", "awaited", filing.ends);
  filing.due = start_of({local_date(a.ends).days + kFileDays + 1}).plus(-kSecond);
  const bool missing = index % 8 == 5;
  if (index < 3 || missing) {
    filing.state = "awaited";
    filing.reminded = missing;
    storage::execute(tx, "insert into flow_deadline (flow, object, state, due, escalated) values ('filing', $1, 'awaited', $2, $3)", filing.id, filing.due,
                     missing ? filing.due : Instant{});
  } else {
    filing.state = "reported";
    filing.report_late = index % 6 == 4;
    filing.reported = filing.report_late ? filing.due.plus(2 * kDay) : filing.ends.plus(kDay);
    filing.came = filing.recorded = std::max(4, planned - static_cast<int>(made.below(8)));
    if (index % 5 == 4) filing.came += 2;   // two came without a phone
    filing.served = filing.came * 3;
    filing.words = said[made.below(said.size())];
    tell(tx, filing.id, "filing", 3, "awaited", "report", "reported", filing.reported);
  }
  storage::insert(tx, "activity_filing", filing);
}

Result<void> activity_of(storage::Tx& tx, Made& made, int index) {
  const auto& organisation = made.organisations[made.below(made.organisations.size())];
  static const char* const categories[] = {"0001", "0003", "0004", "0006", "0007", "0008", "0010", "0011", "0017", "0018"};
  Activity a;
  a.id = {tx.new_id()};
  a.organisation = index < 6 ? made.organisations.front().id.value : organisation.id.value;
  const auto& owner = index < 6 ? made.organisations.front() : organisation;
  a.title = made.titles[made.below(made.titles.size())];
  a.summary = a.title;
  a.category = categories[made.below(10)];
  a.region = index % 2 ? made.near[made.below(made.near.size())] : owner.region;
  a.place = teams::region_name(tx, a.region, language::Language::zh);
  const auto place = teams::region_position(tx, a.region).value_or(teams::Position{});
  a.x_m = place.x_m;
  a.y_m = place.y_m;
  const int hour = 8 + static_cast<int>(made.below(8));
  a.starts = instant_of({local_date(tx.now()).days + 1 + index * 21 / kActivities}, hour, 0);
  a.ends = a.starts.plus(static_cast<std::int64_t>(90 + 30 * made.below(4)) * kMinute);
  a.risks = a.title;
  a.person_in_charge = owner.name;
  a.recorder = a.duty_holder = owner.name;
  a.support = "01,05";
  a.search = search_tokens(a.title + " " + a.place + " " + owner.name);
  a.created = tx.now();
  const Instant sent = tx.now().plus(index % 4 == 2 && index < 12 ? -3 * kHour : -2 * kDay);
  tell(tx, a.id.value, "activity", 1, "", "send_in", "review", sent);
  a.state = "review";
  if (index % 20 != 3) a.state = TX_TRY(workflow::take(tx, kActivityFlow, a.id.value, "review", "publish", {})).state;
  storage::insert(tx, "activity", a);
  Shift shift;
  shift.id = {tx.new_id()};
  shift.activity = a.id;
  shift.role = made.roles[made.below(made.roles.size())];
  shift.starts = a.starts;
  shift.ends = a.ends;
  shift.places = 8 + static_cast<int>(made.below(40));
  shift.least_age = index % 5 ? 14 : 18;
  shift.code_key = a.id.text() + shift.id.text();
  const auto wanted = made.below(static_cast<std::size_t>(shift.places));
  for (std::size_t i = 0; i < wanted; ++i) {
    const auto& volunteer = made.volunteers[(static_cast<std::size_t>(index) * 61 + i * 7) % made.volunteers.size()];
    const auto added = storage::execute(tx, "insert into signup (id,shift,volunteer,state,starts,ends,at,changed,reason) "
                                            "values ($1,$2,$3,'granted',$4,$5,$6,$6,'') on conflict do nothing",
                                        tx.new_id(), shift.id, volunteer.id, shift.starts, shift.ends, tx.now());
    shift.taken += static_cast<int>(added);
  }
  storage::insert(tx, "shift", shift);
  if (shift.places >= kFilePeople) {
    tell(tx, a.id.value, "filing", 1, "", "file", "filed", sent);
    storage::insert(tx, "activity_filing", filed(made, a, shift.places, sent));
  }
  return {};
}

void menu_item_of(storage::Tx& tx, Made& made, int index, const language::Catalogue& words) {
  const auto& organisation = made.organisations[static_cast<std::size_t>(index) % made.organisations.size()];
  const auto types = service_types();
  const auto& type = types[static_cast<std::size_t>(index) % (types.size() - 1)];
  MenuItem item;
  item.id = {tx.new_id()};
  item.organisation = organisation.id.value;
  item.service = type.id;
  item.title = words.text(language::Language::zh, "service." + item.service);
  item.region = organisation.region;
  item.state = "open";
  item.created = tx.now();
  storage::insert(tx, "menu_item", item);
}

}  // namespace

Result<void> load_demonstration(storage::Store& store, const identity::Vault& vault, const std::string& data,
                                const language::Catalogue& words) {
  const std::string lists = data + "/demonstration/";
  Made made;
  made.titles = words_of(lists + "activities.txt", ' ');
  made.roles = words_of(lists + "roles.txt", ' ');
  made.words = words_by_service(lists + "need_words.txt");
  made.filing_words = words_by_service(lists + "filing_words.txt");
  const bool all_said = std::ranges::all_of(service_types(), [&](const auto& type) { return made.words.contains(type.id); });
  if (made.titles.empty() || made.roles.empty() || !all_said || !made.filing_words.contains("late") || !made.filing_words.contains("report"))
    return refuse(Kind::invalid, "teams.demonstration_missing", "", {{"folder", lists}});
  {
    auto reader = store.read();
    for (const auto& row : reader->query("select code from region where level = 5 order by code").rows) {
      made.all.push_back(std::get<std::string>(row[0]));
      if (made.all.back().starts_with("640104")) made.near.push_back(made.all.back());
    }
    made.volunteers = teams::active_volunteers(*reader, {"64"});
    for (const auto& one : made.volunteers)
      if (one.account) made.known.push_back(one);
    std::erase_if(made.volunteers, [](const auto& v) { return static_cast<bool>(v.account); });
    made.organisations = storage::select<teams::Organisation>(*reader, "select * from organisation where state = 'approved' order by id");
  }
  if (made.near.empty() || made.volunteers.empty() || made.organisations.empty())
    return refuse(Kind::conflict, "teams.demonstration_missing", "", {{"folder", lists}});
  const auto in_batches = [&](int count, auto&& one) -> Result<void> {
    for (int done = 0; done < count;) {
      auto batch = store.write([&](storage::Tx& tx) -> Result<Json> {
        for (int i = 0; i < 100 && done < count; ++i, ++done) TX_CHECK(one(tx, done));
        return Json();
      });
      if (!batch) return tl::unexpected(batch.error());
    }
    return {};
  };
  using Tx = storage::Tx;
  TX_CHECK(in_batches(kPastNeeds, [&](Tx& tx, int) -> Result<void> { past_need(tx, vault, made); return {}; }));
  TX_CHECK(in_batches(kLiveNeeds, [&](Tx& tx, int index) { return live_need(tx, vault, made, index); }));
  TX_CHECK(in_batches(kActivities, [&](Tx& tx, int index) { return activity_of(tx, made, index); }));
  TX_CHECK(in_batches(kMenuItems, [&](Tx& tx, int index) -> Result<void> { menu_item_of(tx, made, index, words); return {}; }));
  TX_CHECK(in_batches(kHeld, [&](Tx& tx, int index) -> Result<void> { held_activity(tx, made, index); return {}; }));
  TX_CHECK(store.write([](Tx& tx) -> Result<Json> {
    workflow::set_setting(tx, "filing.people", "", kFilePeople, "demonstration", {});
    return Json();
  }));
  return {};
}

}  // namespace tx::supply
