// Demonstration: a plan in force, two capable teams, and a drill of last month that is over and destroyed. Made up.
#include <fstream>

#include "platform/storage/record_sql.h"
#include "systems/mobilisation/demonstration.h"
#include "systems/mobilisation/emergencies/emergencies.h"
#include "systems/mobilisation/emergencies/flow.h"
#include "systems/teams/teams.h"

namespace tx::mobilisation {
namespace {

constexpr const char* kCounty = "640104";
constexpr int kDrillDays = 40, kDrillPeople = 64;   // days ago; called
constexpr std::size_t kWords = 16;

void event(storage::Tx& tx, const char* flow, std::int64_t object, int seq, const char* from, const char* action, const char* to, access::AccountId by, Instant at) {
  workflow::Event one;
  one.id = tx.new_id();
  one.flow = flow;
  one.object = object;
  one.seq = seq;
  one.from_state = from;
  one.action = action;
  one.to_state = to;
  one.account = by.value;
  one.at = at;
  storage::insert(tx, "flow_event", one);
}

}  // namespace

// The lines of data/demonstration/emergency.txt, in the order in which they are used here.
Result<void> demonstrate_emergencies(const Services& services, const std::string& data) {
  std::vector<std::string> words;
  std::ifstream file(data + "/demonstration/emergency.txt");
  for (std::string line; std::getline(file, line);) words.push_back(line);
  if (words.size() < kWords) return refuse(Kind::not_found, "teams.demonstration_missing");
  const auto done = services.store.write([&](storage::Tx& tx) -> Result<Json> {
    const auto lianhe = identity::find_account(tx, services.vault, "lianhe"), guanli = identity::find_account(tx, services.vault, "guanli");
    const auto team = storage::scalar<std::int64_t>(tx, "select min(id) from organisation where state = 'approved' and region like '640104%'").value_or(0);
    const auto second = storage::scalar<std::int64_t>(tx, "select min(id) from organisation where state = 'approved' and region like '640104%' and id > $1", team).value_or(team);
    const Instant then = start_of({local_date(tx.now()).days - kDrillDays}).plus(9 * kHour);
    const auto town = teams::regions_below(tx, kCounty);
    const auto place = [&](std::size_t i) { return teams::region_position(tx, town.empty() ? kCounty : town[i % town.size()].code).value_or(teams::Position{}); };
    Plan plan;
    plan.id = tx.new_id();
    plan.title = words[0];
    plan.kind = "natural";
    plan.region = kCounty;
    plan.organisation = team;
    plan.purpose = words[1];
    plan.command = words[2];
    plan.gear = words[3];
    plan.risks = words[4];
    plan.roles = {{words[5], 1, "", 4}, {words[6], 3, "", 6}, {words[7], 0, "", 30}};
    plan.points = {{words[8], words[9], place(0).x_m, place(0).y_m}, {words[10], words[11], place(1).x_m, place(1).y_m}};
    plan.report_minutes = 60;
    plan.state = "in_force";
    plan.made_by = lianhe;
    plan.approved_by = guanli;
    plan.created = then.plus(-20 * kDay);
    plan.changed = then.plus(-18 * kDay);
    storage::insert(tx, "emergency_plan", plan);
    event(tx, "emergency_plan", plan.id, 1, "", "write", "draft", lianhe, plan.created);
    event(tx, "emergency_plan", plan.id, 2, "draft", "approve", "in_force", guanli, plan.changed);
    Card cards[2];
    for (int i = 0; i < 2; ++i) {
      auto& card = cards[i];
      card.id = tx.new_id();
      card.organisation = i ? second : team;
      card.region = storage::scalar<std::string>(tx, "select region from organisation where id = $1", card.organisation).value_or(kCounty);
      card.kind = i ? "water" : "medical";
      card.level = i ? 2 : 3;
      card.paper = i ? words[12] : words[13];
      card.valid_until = Date{local_date(tx.now()).days + 500};
      card.people = i ? 18 : 12;
      card.gear = i ? words[14] : words[15];
      card.state = "checked";
      card.made_by = lianhe;
      card.checked_by = guanli;
      card.created = plan.created;
      storage::insert(tx, "capability_card", card);
    }
    Operation drill;
    drill.id = tx.new_id();
    drill.plan = plan.id;
    drill.drill = true;
    drill.title = plan.title;
    drill.kind = plan.kind;
    drill.region = plan.region;
    drill.organisation = plan.organisation;
    drill.purpose = plan.purpose;
    drill.command = plan.command;
    drill.gear = plan.gear;
    drill.risks = plan.risks;
    drill.roles = plan.roles;
    drill.points = plan.points;
    const auto covers = support::covers_near(tx, kCounty, local_date(then));   // of the support room's demonstration
    if (!covers.empty()) drill.policy = covers.front().id;
    drill.starts = then;
    drill.until = then.plus(4 * kHour);
    drill.waves = 1;
    drill.state = "closed";
    drill.opened_by = guanli;
    drill.opened = then.plus(-kDay);
    drill.ended = then.plus(3 * kHour);
    drill.due = drill.ended.plus(30 * kDay);
    storage::insert(tx, "operation", drill);
    const char* const steps[][3] = {{"", "prepare", "prepared"}, {"prepared", "call", "calling"}, {"calling", "stand_down", "returning"}, {"returning", "close", "closed"}};
    const Instant times[] = {drill.opened, then, then.plus(2 * kHour), drill.ended};
    for (int i = 0; i < 4; ++i) event(tx, "operation", drill.id, i + 1, steps[i][0], steps[i][1], steps[i][2], guanli, times[i]);
    int i = 0;   // of every eight called: five came, one came not though promised, one could not, one was silent
    for (const auto& person : storage::query(tx, "select id from volunteer where state = 'active' and account = 0 and birth < $1 and region like '640104%' order by id limit $2",
                                             Date{local_date(tx.now()).days - 19 * 366}, kDrillPeople).rows) {
      Callout call;
      call.id = tx.new_id();
      call.operation = drill.id;
      call.volunteer = std::get<std::int64_t>(person[0]);
      call.wave = 1;
      call.role = 2;
      call.point = i % 2;
      call.asked_by = guanli;
      call.asked_at = then;
      call.state = i % 8 < 5 ? "left" : i % 8 == 5 ? "never_came" : i % 8 == 6 ? "cannot" : "released";
      if (i % 8 != 7) call.answered_at = then.plus((5 + i % 20) * kMinute);
      call.how = i % 3 ? "phone" : "operator";
      if (call.state == "left") call.seen_at = then.plus(2 * kHour);
      storage::insert(tx, "callout", call);
      ++i;
    }
    return Json(id_text(drill.id));
  });
  if (!done) return tl::unexpected(done.error());
  TX_CHECK(destroy(services.store, services.book, id_value(done->text()).value_or(0), {}));   // its time has come: with a real certificate
  return {};
}

}  // namespace tx::mobilisation
