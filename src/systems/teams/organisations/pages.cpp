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
  std::string name, kind = "group", sector = "16", region, credit_code, consent_unit, summary, contact;
};
BOOST_DESCRIBE_STRUCT(OrganisationInput, (), (name, kind, sector, region, credit_code, consent_unit, summary, contact))
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

Result<Response> one_page(Context& context) {
  const auto organisation = find_organisation(context.reader, id_value(context.argument("organisation")).value_or(0));
  const bool officer = context.may(permission::organisation_approve);
  if (!organisation || (organisation->state != "approved" && organisation->state != "suspended" && !officer &&
                        organisation->created_by != context.actor.account))
    return refuse(Kind::not_found, "http.not_found");
  const auto members = storage::scalar<std::int64_t>(
      context.reader, "select count(*) from member where organisation = $1 and state = 'member'", organisation->id);
  const auto volunteer = find_volunteer_by_account(context.reader, context.actor.account);
  Json steps = Json::array();
  if (officer)
    for (const auto* step : kOrganisationFlow.steps_from(organisation->state))
      steps.push(Json::of({{"step", step->action}, {"step_name", context.text("flow.organisation.do." + std::string(step->action))},
                           {"needs_reason", step->needs_reason}}));
  return context.page(
      "teams/organisation",
      Json::of({{"title", organisation->name}, {"organisation", organisation->id.text()}, {"about", organisation->summary},
                {"kind_name", context.text("organisation.kind." + organisation->kind)},
                {"region_name", region_path(context.reader, organisation->region, context.language)},
                {"contact", organisation->contact}, {"credit_code", organisation->credit_code},
                {"consent_unit", organisation->consent_unit}, {"members", members.value_or(0)},
                {"mark_name", context.text("organisation.mark." + organisation->mark)},
                {"state", state_pill(context, organisation->state)}, {"steps", steps},
                {"may_join", organisation->state == "approved" && volunteer && !is_member(context.reader, organisation->id.value, volunteer->id.value)},
                {"summary", http::Form(context).summary()}}));
}

Result<Response> apply_page(Context& context) {
  std::vector<http::Option> kinds, sectors;
  for (const char* kind : {"registered", "other_body", "group"})
    kinds.push_back({kind, context.text(std::string("organisation.kind.") + kind), context.text(std::string("organisation.kind.") + kind + ".hint")});
  for (const char* code : {"01", "09", "10", "11", "12", "13", "14", "15", "16", "99"})
    sectors.push_back({code, context.text(std::string("sector.") + code)});
  const http::Form form(context, Json::of({{"kind", "group"}, {"sector", "16"}, {"region", context.actor.region}}));
  Json view = Json::of({{"title", context.text("organisation.apply")}, {"summary", form.summary()}});
  view.set("f_name", form.field("name", "organisation.name", {}, Json::of({{"maxlength", 60}, {"required", true}})))
      .set("f_kind", form.options("kind", "organisation.kind", kinds))
      .set("f_sector", form.options("sector", "organisation.sector", sectors))
      .set("f_region", form.field("region", "organisation.region", "organisation.region_hint", Json::of({{"short", true}, {"maxlength", 12}})))
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
    place.owners = {row->created_by};
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
  router.command<ReasonInput>(
      {.name = "organisation.join", .path = "/organisations/{organisation}/join",
       .access = Access::signed_in("a volunteer joins a team"),
       .next = [](const CommandContext& context, const Json&) { return "/organisations/" + context.argument("organisation"); },
       .flash = "organisation.joined", .page = one_page},
      [](storage::Tx& tx, const CommandContext& context, const ReasonInput&) -> Result<Json> {
        const auto row = find_organisation(tx, id_value(context.argument("organisation")).value_or(0));
        const auto volunteer = find_volunteer_by_account(tx, context.actor.account);
        if (!row || row->state != "approved") return refuse(Kind::not_found, "http.not_found");
        if (!volunteer) return refuse(Kind::forbidden, "signup.not_volunteer");
        storage::execute(tx, "insert into member (organisation, volunteer, role, state, consent, since) "
                             "values ($1,$2,'member','member','self',$3) on conflict (organisation, volunteer) "
                             "do update set state = 'member', consent = 'self'", row->id, volunteer->id, tx.now());
        return Json::object();
      });
}

}  // namespace tx::teams
