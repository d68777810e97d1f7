// What officers do with plans: ask, take one over as proposals, throw one away.
#include <algorithm>
#include <map>

#include "base/text.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/planning/rules.h"
#include "systems/stations/rooms.h"
#include "systems/stations/stations/actions.h"

namespace tx::stations::planning {
namespace {

// Codes are letters, digits, - and _; anything else stands between them.
std::vector<std::string> codes_in(const std::string& text) {
  std::vector<std::string> codes(1);
  for (const char c : text)
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_') codes.back() += c;
    else if (!codes.back().empty()) codes.emplace_back();
  if (codes.back().empty()) codes.pop_back();
  return codes;
}

}  // namespace

Question question_from(const AskInput& input) {
  Question question;
  question.kind = enum_value<Kind>(input.kind).value_or(Kind::next);
  question.gait = enum_value<circles::Gait>(input.gait).value_or(circles::Gait::walk);
  question.minutes = input.minutes;
  question.count = input.count;
  question.percent = input.percent;
  question.budget = input.budget;
  for (const auto& money : codes_in(input.yearly)) {
    std::int64_t amount = -1;
    read_value(Json(money), amount);
    question.yearly.push_back(amount);
  }
  question.from_nothing = input.from_nothing;
  question.standard = input.only == "standard" && !input.from_nothing;
  question.upgrade_cost = input.upgrade_cost;
  question.apart_m = input.apart_m;
  question.town_most = input.town_most;
  question.floor_percent = input.floor_percent;
  question.forced = codes_in(input.forced);
  question.forbidden = codes_in(input.forbidden);
  question.seconds = input.seconds;
  return question;
}

Result<Plan> ask(storage::Tx& tx, const AskInput& input, access::AccountId by) {
  const auto region = circles::find_region(tx, input.region);
  if (!region) return refuse(tx::Kind::not_found, "http.not_found");
  const Question question = question_from(input);
  TX_CHECK(rules::question(question));
  Plan plan;
  plan.id = tx.new_id();
  plan.region = region->id;
  plan.name = normal_text(input.name);
  if (letter_count(plan.name) < 2 || letter_count(plan.name) > 60) return refuse(tx::Kind::invalid, "planning.name_missing", "name");
  plan.question = to_json(question);
  plan.state = "waiting";
  plan.sites = Json::array();
  plan.figures = Json::object();
  plan.revision = region->revision;
  plan.created_by = by;
  plan.created = tx.now();
  plan.job = jobs::enqueue(tx, "stations.plan", Json::of({{"plan", id_text(plan.id)}}), by).value;
  storage::insert(tx, "station_plan", plan);
  return plan;
}

Result<Accepted> accept(storage::Tx& tx, Plan plan, const AcceptInput& input, access::AccountId by) {
  if (plan.accepted.us) return refuse(tx::Kind::conflict, "planning.accepted");
  if (plan.state != "done" && plan.state != "stopped") return refuse(tx::Kind::conflict, "planning.not_done");
  if (plan.count == 0) return refuse(tx::Kind::conflict, "planning.not_done");
  const auto region = circles::find_region(tx, plan.region);
  if (!region) return refuse(tx::Kind::not_found, "http.not_found");
  std::map<std::string, std::string> community;
  circles::Ground ground(*region, nullptr, {});
  circles::load_ground(tx, ground);
  for (const auto& site : ground.candidates) community[site.id] = site.community;
  Accepted done;
  for (const auto& site : sites_of(plan)) {
    if (site.kind == "upgrade") {
      if (const auto station = find_station(tx, site.code)) {
        tell_keeper(tx, *station, "notice.station.plan_upgrade", "/stations/" + station->id.text() + "/checks");
        ++done.told;
      }
      continue;
    }
    const auto& code = community[site.code];
    const bool mine = std::any_of(input.within.begin(), input.within.end(), [&](const auto& prefix) { return code.starts_with(prefix); });
    if (code.size() != 12 || !mine || !teams::region_position(tx, code)) {
      ++done.elsewhere;
      continue;
    }
    if (station_of_community(tx, code)) {
      ++done.standing;
      continue;
    }
    ProposalInput proposal;
    proposal.name = shortened(site.name, 30) + input.ending;
    proposal.region = code;
    proposal.why = input.why;
    TX_TRY(propose_station(tx, proposal, by));
    ++done.proposed;
  }
  if (done.proposed + done.told == 0 && done.elsewhere > 0) return refuse(tx::Kind::conflict, "planning.no_community");
  plan.accepted = tx.now();
  plan.accepted_by = by;
  storage::update(tx, "station_plan", plan);
  return done;
}

Result<void> forget(storage::Tx& tx, const Plan& plan) {
  if (plan.accepted.us) return refuse(tx::Kind::conflict, "planning.accepted");
  if (plan.state == "solving" || plan.state == "waiting") return refuse(tx::Kind::conflict, "planning.still_solving");
  storage::execute(tx, "delete from station_plan where id = $1", plan.id);
  storage::execute(tx, "delete from station_plan_proof where id = $1", plan.id);
  return {};
}

}  // namespace tx::stations::planning
