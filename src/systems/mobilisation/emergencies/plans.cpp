// Writing plans and capability cards.
#include <algorithm>

#include "base/text.h"
#include "platform/storage/record_sql.h"
#include "systems/mobilisation/emergencies/emergencies.h"
#include "systems/mobilisation/emergencies/flow.h"
#include "systems/teams/teams.h"

namespace tx::mobilisation {
namespace {

std::string at(const std::vector<std::string>& list, std::size_t i) { return i < list.size() ? normal_text(list[i]) : std::string(); }

Result<void> move_plan(storage::Tx& tx, Plan& plan, std::string_view action, access::AccountId by) {
  const auto taken = TX_TRY(workflow::take(tx, kPlanFlow, plan.id, plan.state, action, by, {}, plan.region));
  plan.state = taken.state;
  plan.due = taken.due;
  plan.changed = tx.now();
  return {};
}

}  // namespace

std::optional<Plan> find_plan(storage::Reader& reader, std::int64_t id) { return storage::find<Plan>(reader, "select * from emergency_plan where id = $1", id); }
std::optional<Card> find_card(storage::Reader& reader, std::int64_t id) { return storage::find<Card>(reader, "select * from capability_card where id = $1", id); }

Result<Plan> write_plan(storage::Tx& tx, std::int64_t id, const PlanInput& input, const access::Actor& by) {
  Plan plan;
  if (id) {
    const auto old = find_plan(tx, id);
    if (!old) return refuse(Kind::not_found, "http.not_found");
    if (old->state != "draft") return refuse(Kind::conflict, "eplan.not_draft");
    plan = *old;
  }
  plan.title = normal_text(input.title);
  plan.kind = input.kind;
  plan.region = id ? plan.region : input.region;
  plan.organisation = id_value(input.organisation).value_or(0);
  plan.purpose = input.purpose;   // sentences keep their own punctuation
  plan.command = normal_text(input.command);
  plan.gear = input.gear;
  plan.risks = input.risks;
  plan.report_minutes = input.report_minutes;
  plan.roles.clear();
  for (std::size_t i = 0; i < input.role_name.size(); ++i) {
    const auto name = at(input.role_name, i);
    if (name.empty()) continue;
    plan.roles.push_back({name, std::atoi(at(input.role_skill, i).c_str()), at(input.role_card, i), std::atoi(at(input.role_heads, i).c_str())});
  }
  plan.points.clear();
  for (std::size_t i = 0; i < input.point_name.size(); ++i) {
    const auto name = at(input.point_name, i);
    if (name.empty()) continue;
    const auto where = teams::region_position(tx, at(input.point_region, i).empty() ? plan.region : at(input.point_region, i)).value_or(teams::Position{});
    plan.points.push_back({name, at(input.point_address, i), where.x_m, where.y_m});
  }
  TX_CHECK(rules::check_plan(plan));
  const auto organisation = teams::find_organisation(tx, plan.organisation);
  if (!organisation || !teams::may_publish(*organisation)) return refuse(Kind::invalid, "eplan.organisation", "organisation");
  plan.made_by = by.account;   // whoever wrote last does not approve
  plan.changed = tx.now();
  if (id) {
    storage::update(tx, "emergency_plan", plan);
    return plan;
  }
  plan.id = tx.new_id();
  plan.created = tx.now();
  TX_CHECK(move_plan(tx, plan, "write", by.account));
  storage::insert(tx, "emergency_plan", plan);
  return plan;
}

Result<Plan> step_plan(storage::Tx& tx, std::int64_t id, const std::string& action, const access::Actor& by) {
  auto plan = find_plan(tx, id);
  if (!plan) return refuse(Kind::not_found, "http.not_found");
  if (action == "approve") {
    if (plan->made_by == by.account) return refuse(Kind::forbidden, "eplan.same_person");
    plan->approved_by = by.account;
  }
  TX_CHECK(move_plan(tx, *plan, action, by.account));
  storage::update(tx, "emergency_plan", *plan);
  return *plan;
}

Result<Card> add_card(storage::Tx& tx, const CardInput& input, const access::Actor& by) {
  Card card;
  card.organisation = id_value(input.organisation).value_or(0);
  const auto organisation = teams::find_organisation(tx, card.organisation);
  if (!organisation || !teams::may_publish(*organisation)) return refuse(Kind::invalid, "eplan.organisation", "organisation");
  card.region = organisation->region;
  card.kind = input.kind;
  if (std::find(std::begin(kCardKinds), std::end(kCardKinds), card.kind) == std::end(kCardKinds)) return refuse(Kind::invalid, "card.kind", "kind");
  if (input.level < 1 || input.level > 3) return refuse(Kind::invalid, "card.level", "level");
  card.level = input.level;
  card.paper = normal_text(input.paper);
  if (card.paper.empty()) return refuse(Kind::invalid, "card.paper", "paper");
  const auto until = Date::parse(input.valid_until);
  if (!until || *until < local_date(tx.now())) return refuse(Kind::invalid, "card.until", "valid_until");
  card.valid_until = *until;
  if (input.people < 1 || input.people > 5000) return refuse(Kind::invalid, "card.people", "people");
  card.people = input.people;
  card.gear = normal_text(input.gear);
  card.state = "sent";
  card.made_by = by.account;
  card.created = tx.now();
  card.id = tx.new_id();
  storage::insert(tx, "capability_card", card);
  return card;
}

Result<Card> check_card(storage::Tx& tx, std::int64_t id, bool good, const access::Actor& by) {
  auto card = find_card(tx, id);
  if (!card) return refuse(Kind::not_found, "http.not_found");
  if (card->state != "sent") return refuse(Kind::conflict, "card.decided");
  if (card->made_by == by.account) return refuse(Kind::forbidden, "card.same_person");
  card->state = good ? "checked" : "refused";
  card->checked_by = by.account;
  storage::update(tx, "capability_card", *card);
  return *card;
}

}  // namespace tx::mobilisation
