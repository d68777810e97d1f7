#include "systems/mobilisation/mobilisation.h"

#include "platform/storage/record_sql.h"
#include "systems/mobilisation/campaigns/campaigns.h"
#include "systems/mobilisation/demonstration.h"
#include "systems/mobilisation/emergencies/emergencies.h"
#include "systems/mobilisation/emergencies/flow.h"
#include "systems/supply/supply.h"
#include "systems/teams/teams.h"

namespace tx::mobilisation {
namespace {

constexpr std::int64_t kFieldLongest = 30 * kDay;   // an emergency outlasts its plan: nobody in the field is cut off

std::optional<supply::Expected> expected(const language::Catalogue& words, storage::Reader& reader, std::int64_t operation, std::int64_t volunteer) {
  const auto op = find_operation(reader, operation);
  const auto call = op ? callout_of(reader, operation, volunteer) : std::nullopt;
  if (!call || call->state == "released" || call->state == "cannot") return std::nullopt;
  const auto& point = op->points[static_cast<std::size_t>(call->point)];
  supply::Expected person;
  person.code_key = op->code_key;
  person.region = op->region;
  person.title = (op->drill ? words.text(language::Language::zh, "operation.drill_mark") : "") + op->title;
  person.content = op->purpose;
  person.category = "0013";   // 应急救援, rules §4.3
  person.place = point.name + " " + point.address;
  person.in_charge = op->command;
  person.organisation = op->organisation;
  person.starts = op->starts;
  person.ends = op->ended.us ? op->ended : op->starts.plus(kFieldLongest);
  return person;
}

void came_or_left(storage::Tx& tx, std::int64_t operation, std::int64_t volunteer, bool coming, Instant at) {
  storage::execute(tx, "update callout set state = $1, seen_at = $2, answered_at = case when answered_at = 0 then $2 else answered_at end where operation = $3 and volunteer = $4",
                   std::string(coming ? "here" : "left"), at, operation, volunteer);
  changed(tx, operation);
}

}  // namespace

std::vector<const workflow::Flow*> flows() { return {&kPlanFlow, &kOperationFlow, &kCampaignFlow}; }

void register_routes(http::Router& router, const Services& services) {
  add_plan_routes(router, services);
  add_operation_routes(router, services);
  add_muster_routes(router, services);
  add_call_routes(router, services);
  add_card_routes(router, services);
  add_unit_routes(router, services);
  add_party_routes(router);
  add_campaign_routes(router, services);
  add_statistics_routes(router);
}

void add_listeners(const language::Catalogue& words) {
  supply::add_presence_kind(std::string(kPresence), {[&words](storage::Reader& reader, std::int64_t operation, std::int64_t volunteer) { return expected(words, reader, operation, volunteer); }, came_or_left});
  // "Somebody forces me" (Regulation art. 25) goes to whoever handles complaints in the operation's region.
  supply::add_complaint_objects("call", {[](storage::Reader& reader, std::int64_t id) -> std::optional<std::string> {
                                           const auto call = find_callout(reader, id);
                                           const auto op = call ? find_operation(reader, call->operation) : std::nullopt;
                                           if (!op) return std::nullopt;
                                           return op->region;
                                         },
                                         [](const http::Context& context, std::int64_t id) {
                                           const auto call = find_callout(context.reader, id);
                                           const auto op = call ? find_operation(context.reader, call->operation) : std::nullopt;
                                           if (!op) return Json();
                                           return Json::of({{"href", "/desk/operations/" + id_text(op->id)}, {"label", op->title}});
                                         }});
}

void add_jobs(const Services& services) {
  services.jobs.add({"mobilisation.call", run_wave});
  services.jobs.add({"mobilisation.confirm", run_confirm});
  services.jobs.add({"mobilisation.destroy", [&book = services.book](storage::Store& store, const Json& input, jobs::Progress&) -> Result<Json> {
                       const auto gone = TX_TRY(destroy(store, book, id_value(input["operation"].text()).value_or(0), {input["by"].integer()}));
                       return Json::of({{"link", "/destruction/" + gone.number}});
                     }});
  services.jobs.every(10 * kMinute, "mobilisation.destroy", [&book = services.book, &clock = services.clock](storage::Store& store) { (void)destroy_due(store, book, clock.now()); });
}

Json data_of(storage::Reader& reader, const identity::Vault& vault, access::AccountId account) {
  const auto volunteer = teams::find_volunteer_by_account(reader, account);
  if (!volunteer) return Json();
  Json calls = Json::array();
  for (auto& call : storage::select<Callout>(reader, "select * from callout where volunteer = $1 order by id", volunteer->id)) {
    const auto words = call.words_sealed.empty() ? std::string() : vault.unseal(call.words_sealed, "callout.words").value_or("");
    call.words_sealed.clear();
    calls.push(to_json(call).set("words", words));
  }
  const auto party = storage::scalar<Instant>(reader, "select reported from party_report where volunteer = $1", volunteer->id);
  Json campaigns = Json::array();
  for (const auto& row : storage::query(reader, "select p.title from campaign_member m join commitment c on c.id = m.commitment join campaign p on p.id = c.campaign where m.volunteer = $1", volunteer->id).rows)
    campaigns.push(std::get<std::string>(row[0]));
  return Json::of({{"calls", calls}, {"may_be_called", is_ready(reader, volunteer->id.value)}, {"party_report", to_json(party)}, {"campaigns", campaigns}});
}

void close_person(storage::Tx& tx, access::AccountId account) {
  const auto volunteer = teams::find_volunteer_by_account(tx, account);
  if (!volunteer) return;
  storage::execute(tx, "delete from responder where volunteer = $1", volunteer->id);
  storage::execute(tx, "delete from party_report where volunteer = $1", volunteer->id);
  storage::execute(tx, "delete from campaign_member where volunteer = $1", volunteer->id);
  // In a running emergency somebody in the field stays counted; the rest of the call goes with the operation.
  storage::execute(tx, "delete from callout where volunteer = $1 and state not in ('here','left')", volunteer->id);
}

Result<void> load_demonstration(const Services& services, const std::string& data) {
  TX_CHECK(demonstrate_emergencies(services, data));
  return demonstrate_campaigns(services, data);
}

}  // namespace tx::mobilisation
