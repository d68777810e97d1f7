#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/teams/organisations/flow.h"
#include "systems/teams/organisations/mark_words.h"
#include "systems/teams/rooms.h"

namespace tx::teams {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct OrganisationInput {
  std::string name, kind = "group", sector = "16", region, credit_code, consent_unit, summary, contact, join_policy = "open";
};
BOOST_DESCRIBE_STRUCT(OrganisationInput, (), (name, kind, sector, region, credit_code, consent_unit, summary, contact,
                                              join_policy))
struct ReasonInput {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReasonInput, (), (reason))

Json state_pill(const Context& context, const std::string& state) {
  const char* tone = state == "approved" ? "done" : state == "applied" ? "wait" : "stop";
  return Json::of({{"tone", tone}, {"label", context.text("flow.organisation." + state)}});
}

Json organisation_row(const Context& context, const Organisation& organisation) {
  Json row = Json::of({{"href", "/organisations/" + organisation.id.text()}, {"title", organisation.name},
                       {"text", shortened(organisation.summary, 60)}, {"icon", "team"}, {"leaf", ""}, {"unread_row", false},
                       {"has_side", true}, {"side", ""}, {"clock", Json()},
                       {"state", organisation.state == "approved" ? Json() : state_pill(context, organisation.state)},
                       {"meta", Json::Array{Json::of({{"glyph", "nearby"},
                                                      {"words", region_name(context.reader, organisation.region, context.language)}}),
                                            Json::of({{"glyph", "info"}, {"words", context.text("organisation.kind." + organisation.kind)}})}}});
  if (organisation.state == "applied" && organisation.due.us)
    row.set("clock", workflow::due_view(organisation.due, context.now, context.language, context.words));
  return row;
}

Result<Response> list_page(Context& context) {
  const std::string words = context.request.query["q"].text();
  std::string where = "state = 'approved'";
  std::vector<storage::Value> values;
  for (const auto& token : query_tokens(words)) {
    values.push_back("% " + token + " %");
    where += " and ' ' || search || ' ' like $" + std::to_string(values.size());
  }
  const auto rows = context.reader.query("select * from organisation where " + where + " order by name limit 60", values);
  Json list = Json::array();
  for (std::size_t i = 0; i < rows.size(); ++i) list.push(organisation_row(context, storage::read_row<Organisation>(rows, i)));
  Json view = Json::of({{"title", context.text("organisation.list")}, {"q", words}, {"rows", list}});
  if (list.size() == 0)
    view.set("empty", Json::of({{"icon", "team"}, {"title", context.text("organisation.none")}, {"text", ""}, {"href", ""}}));
  return context.page("teams/organisations", view);
}

// What only the officer, the leaders and the applicant see: the way so far, with its reasons.
void add_history(Context& context, const Organisation& organisation, Json& view) {
  const auto events = workflow::history(context.reader, kOrganisationFlow.id, organisation.id.value);
  if (events.empty()) return;
  if (organisation.state == "rejected" || organisation.state == "suspended")
    view.set("decision_reason", events.back().reason);
  view.set("timeline_shown", true)
      .set("timeline", workflow::timeline_view(kOrganisationFlow, events, context.language, context.words, context.now));
  if (organisation.state == "applied")
    view.set("clock", workflow::due_view(organisation.due, context.now, context.language, context.words));
}

Result<Response> one_page(Context& context) {
  const auto organisation = find_organisation(context.reader, id_value(context.argument("organisation")).value_or(0));
  bool officer = false, leads = false;
  if (organisation) {
    access::Place place;
    place.region = organisation->region;
    place.organisations = {organisation->id.text()};
    for (const auto& grant : context.actor.grants) {
      if (!access::covers(grant, place)) continue;
      officer = officer || context.roles.holds(grant.role, permission::organisation_approve);
      leads = leads || context.roles.holds(grant.role, permission::organisation_lead);
    }
  }
  const bool applicant = organisation && context.actor.signed_in() && organisation->created_by == context.actor.account;
  const bool open = organisation && (organisation->state == "approved" || organisation->state == "suspended");
  if (!organisation || (!open && !officer && !applicant)) return refuse(Kind::not_found, "http.not_found");
  const auto members = storage::scalar<std::int64_t>(
      context.reader, "select count(*) from member where organisation = $1 and state = 'member'", organisation->id);
  const auto volunteer = find_volunteer_by_account(context.reader, context.actor.account);
  const std::string mine = volunteer ? membership(context.reader, organisation->id.value, volunteer->id.value) : "";
  Json steps = Json::array();
  if (officer)
    for (const auto* step : kOrganisationFlow.steps_from(organisation->state))
      steps.push(Json::of({{"step", step->action}, {"step_name", context.text("flow.organisation.do." + std::string(step->action))},
                           {"needs_reason", step->needs_reason}}));
  Json view = Json::of(
      {{"title", organisation->name}, {"organisation", organisation->id.text()}, {"about", organisation->summary},
       {"kind_name", context.text("organisation.kind." + organisation->kind)},
       {"sector_name", context.text("sector." + organisation->sector)},
       {"region_name", region_path(context.reader, organisation->region, context.language)},
       {"contact", organisation->contact}, {"credit_code", organisation->credit_code},
       {"consent_unit", organisation->consent_unit}, {"members", std::to_string(members.value_or(0))},
       {"mark_name", context.text("organisation.mark." + organisation->mark)},
       {"organisation_state", Json::of({{"state", state_pill(context, organisation->state)}})}, {"steps", steps},
       {"may_join", may_publish(*organisation) && volunteer && mine.empty() && organisation->join_policy != "closed"},
       {"invited", mine == "invited"}, {"is_mine", mine == "member" || mine == "asked"},
       {"summary", http::Form(context).summary()}});
  if (officer || leads || applicant) add_history(context, *organisation, view);
  if (leads) add_people(context, *organisation, view);
  return context.page("teams/organisation", view);
}

Result<Response> apply_page(Context& context) {
  std::vector<http::Option> kinds, sectors, policies;
  for (const char* kind : {"registered", "other_body", "group"})
    kinds.push_back({kind, context.text(std::string("organisation.kind.") + kind), context.text(std::string("organisation.kind.") + kind + ".hint")});
  for (const char* code : {"01", "09", "10", "11", "12", "13", "14", "15", "16", "99"})
    sectors.push_back({code, context.text(std::string("sector.") + code)});
  for (const char* policy : {"open", "review", "closed"})
    policies.push_back({policy, context.text(std::string("organisation.join_policy.") + policy)});
  const http::Form form(context, Json::of({{"kind", "group"}, {"sector", "16"}, {"region", context.actor.region},
                                           {"join_policy", "open"}}));
  const std::string region = form.text("region");
  if (region.size() != 12 || !context.request.query["elsewhere"].text().empty())
    return where_page(context, "/organisations/apply", "", context.request.query["region"].text());
  Json view = Json::of({{"title", context.text("organisation.apply")}, {"summary", form.summary()}, {"region", region},
                        {"region_name", region_path(context.reader, region, context.language)}});
  view.set("f_name", form.field("name", "organisation.name", {}, Json::of({{"maxlength", 60}, {"required", true}})))
      .set("f_kind", form.options("kind", "organisation.kind", kinds))
      .set("f_sector", form.options("sector", "organisation.sector", sectors))
      .set("f_join", form.options("join_policy", "organisation.join_policy", policies))
      .set("f_code", form.field("credit_code", "organisation.credit_code", "organisation.credit_hint", Json::of({{"optional", true}, {"short", true}, {"maxlength", 18}})))
      .set("f_unit", form.field("consent_unit", "organisation.consent_unit", "organisation.unit_hint", Json::of({{"optional", true}})))
      .set("f_summary", form.field("summary", "organisation.summary", {}, Json::of({{"maxlength", 400}})))
      .set("f_contact", form.field("contact", "organisation.contact", "organisation.contact_hint", Json::of({{"short", true}})));
  return context.page("teams/organisation_apply", view);
}

// O1: registered bodies show their credit code, unregistered groups who agreed to them.
Result<void> papers(const OrganisationInput& input) {
  if (letter_count(input.name) < 3) return refuse(Kind::invalid, "organisation.name_missing", "name");
  if (input.kind != "registered" && input.kind != "other_body" && input.kind != "group")
    return refuse(Kind::invalid, "form.unreadable", "kind");
  if (input.join_policy != "open" && input.join_policy != "review" && input.join_policy != "closed")
    return refuse(Kind::invalid, "form.unreadable", "join_policy");
  if (input.kind != "group" && input.credit_code.size() != 18) return refuse(Kind::invalid, "organisation.code_missing", "credit_code");
  if (input.kind == "group" && input.consent_unit.empty()) return refuse(Kind::invalid, "organisation.unit_missing", "consent_unit");
  return {};
}

Result<Json> apply(storage::Tx& tx, const CommandContext& context, const OrganisationInput& input) {
  TX_CHECK(papers(input));
  if (!region_position(tx, input.region)) return refuse(Kind::invalid, "organisation.region_missing", "region");
  Organisation row;
  row.id = {tx.new_id()};
  row.name = normal_text(input.name);
  row.search = search_tokens(row.name);
  row.kind = input.kind;
  row.sector = input.sector;
  row.region = input.region;
  row.credit_code = input.credit_code;
  row.consent_unit = input.consent_unit;
  row.mark = suggests_mark(row.name) && row.kind == "registered" ? "suggested" : "none";   // O2
  row.summary = input.summary;
  row.contact = input.contact;
  row.join_policy = input.join_policy;
  row.created_by = context.actor.account;
  row.created = tx.now();
  const auto taken = TX_TRY(workflow::take(tx, kOrganisationFlow, row.id.value, "", "apply", context.actor.account));
  row.state = taken.state;
  row.due = taken.due;
  storage::insert(tx, "organisation", row);
  return Json::of({{"organisation", row.id.text()}, {"region", row.region}});
}

void add_steps(http::Router& router) {
  for (const char* action : {"approve", "reject", "suspend", "restore"})
    router.command<ReasonInput>(
        {.name = std::string("organisation.") + action, .path = std::string("/organisations/{organisation}/") + action,
         .access = Access::over(permission::organisation_approve, "organisation"),
         .next = [](const CommandContext& context, const Json&) { return "/organisations/" + context.argument("organisation"); },
         .flash = "organisation.decided", .page = one_page, .region_field = "region"},
        [action](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
          auto row = find_organisation(tx, id_value(context.argument("organisation")).value_or(0));
          if (!row) return refuse(Kind::not_found, "http.not_found");
          const auto taken = TX_TRY(workflow::take(tx, kOrganisationFlow, row->id.value, row->state, action,
                                                   context.actor.account, input.reason));
          row->state = taken.state;
          row->due = taken.due;
          storage::update(tx, "organisation", *row);
          // Whoever applied leads it, once approved.
          if (std::string_view(action) == "approve" && row->created_by)
            identity::grant(tx, row->created_by, {"team_leader", access::ScopeKind::organisation, row->id.text()}, context.actor.account);
          if (row->created_by)
            notices::send(tx, {row->created_by, std::string("notice.organisation_") + row->state, {{"name", row->name}},
                               "/organisations/" + row->id.text()});
          return Json::of({{"state", row->state}, {"region", row->region}});
        });
}

}  // namespace

void add_organisation_routes(http::Router& router, const Services&) {
  router.resolver("organisation", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto row = find_organisation(reader, id_value(text).value_or(0));
    if (!row) return std::nullopt;
    access::Place place;
    place.region = row->region;
    place.organisations = {text};
    if (row->created_by) place.owners = {row->created_by};
    return place;
  });
  router.page("organisation.list", "/organisations", Access::everyone("the register of organisations is public"), list_page);
  router.page("organisation.new", "/organisations/apply", Access::signed_in("anybody may found a team"), apply_page);
  router.command<OrganisationInput>(
      {.name = "organisation.apply", .path = "/organisations/apply", .access = Access::signed_in("anybody may found a team"),
       .next = [](const CommandContext&, const Json& answer) { return "/organisations/" + answer["organisation"].text(); },
       .flash = "organisation.applied", .page = apply_page, .region_field = "region"},
      [](storage::Tx& tx, const CommandContext& context, const OrganisationInput& input) { return apply(tx, context, input); });
  router.page("organisation.one", "/organisations/{organisation}", Access::everyone("the register of organisations is public"), one_page);
  add_steps(router);
  router.page("organisation.desk", "/desk/organisations", Access::any(permission::organisation_approve),
              [](Context& context) -> Result<Response> {
                Json rows = Json::array();
                for (const auto& row : storage::select<Organisation>(
                         context.reader, "select * from organisation where " +
                                             access::region_filter("region", access::regions_of(context.roles, context.actor,
                                                                                                permission::organisation_approve)) +
                                             " order by case state when 'applied' then 0 else 1 end, due, name limit 100"))
                  rows.push(organisation_row(context, row));
                return context.page("teams/list", Json::of({{"title", context.text("organisation.desk")}, {"rows", rows}}));
              });
  add_member_routes(router, one_page);
}

}  // namespace tx::teams
