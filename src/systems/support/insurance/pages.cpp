// The desk of policies, what a volunteer sees of his cover, and the list for the insurer.
#include <algorithm>

#include "base/text.h"
#include "platform/audit/audit.h"
#include "platform/documents/documents.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/support/insurance/insurance.h"
#include "systems/support/papers.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct EndInput {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(EndInput, (), (reason))

struct Covered {
  std::int64_t id = 0, organisation = 0;
  std::string title, region, insurance;
  bool danger = false;
  Instant starts;
};
BOOST_DESCRIBE_STRUCT(Covered, (), (id, organisation, title, region, insurance, danger, starts))
supply::ToCover cover_of(const Covered& one) { return {one.id, one.organisation, one.region, one.insurance, one.starts}; }

// What this person may insure, as a condition on a table with region and organisation.
std::string scope_of(const Context& context) {
  std::string filter = "(" + access::region_filter("region", access::regions_of(context.roles, context.actor, permission::insure));
  for (const auto& organisation : access::organisations_of(context.roles, context.actor, permission::insure))
    filter += " or organisation = " + std::to_string(id_value(organisation).value_or(0));
  return filter + ")";
}

std::string whom(const Context& context, const Policy& policy) {
  if (policy.scope == "region") return teams::region_name(context.reader, policy.region, context.language);
  if (policy.scope == "activity") return storage::scalar<std::string>(context.reader, "select title from activity where id = $1", policy.activity).value_or("");
  const auto organisation = teams::find_organisation(context.reader, policy.organisation);
  return organisation ? organisation->name : "";
}

Json state_of(const Context& context, const Policy& policy) {
  const Date today = local_date(context.now);
  const char* now = policy.state != "open" ? "ended" : policy.until_day < today ? "over" : today < policy.from_day ? "coming" : policy.until_day.days - today.days < 30 ? "soon" : "running";
  const std::string tone = policy.state != "open" || policy.until_day < today ? "stop" : std::string_view(now) == "running" ? "done" : "wait";
  return Json::of({{"tone", tone}, {"label", context.text(std::string("insurance.now.") + now)}});
}

Json activity_row(const Context& context, const Covered& one, const std::string& href, const std::string& side) {
  return Json::of({{"href", href}, {"title", one.title}, {"text", ""}, {"icon", one.danger ? "warning" : "calendar"}, {"leaf", ""}, {"unread_row", false}, {"has_side", !side.empty()},
                   {"side", side}, {"state", Json()}, {"clock", Json()},
                   {"meta", Json::Array{Json::of({{"glyph", "clock"}, {"words", language::date_text(context.language, one.starts)}}),
                                        Json::of({{"glyph", "nearby"}, {"words", teams::region_name(context.reader, one.region, context.language)}})}}});
}

Result<Response> desk(Context& context) {
  Json rows = Json::array(), bare = Json::array(), past = Json::array();
  const Date today = local_date(context.now);
  for (const auto& policy : storage::select<Policy>(context.reader, "select * from policy where " + scope_of(context) + " order by case state when 'open' then 0 else 1 end, until_day desc limit 100")) {
    Json row = Json::of({{"href", "/desk/insurance/" + id_text(policy.id)}, {"title", policy.insurer}, {"text", policy.cover}, {"icon", "insurance"}, {"leaf", ""},
                         {"unread_row", false}, {"has_side", true}, {"side", ""}, {"state", state_of(context, policy)}, {"clock", Json()},
                         {"meta", Json::Array{Json::of({{"glyph", "people"}, {"words", context.text("insurance.scope." + policy.scope) + " · " + whom(context, policy)}}),
                                              Json::of({{"glyph", "calendar"}, {"words", policy.from_day.text() + " – " + policy.until_day.text()}}),
                                              Json::of({{"glyph", "file"}, {"words", policy.number}})}}});
    (policy.state == "open" && today <= policy.until_day ? rows : past).push(row);
  }
  // What is dangerous and near, and nothing covers it: it would not start.
  for (const auto& one : storage::select<Covered>(context.reader, "select id, organisation, title, region, insurance, danger, starts from activity where danger = 1 and state in "
                                                                  "('review','published') and starts > $1 and " + scope_of(context) + " order by starts limit 50", context.now))
    if (!policy_for(context.reader, cover_of(one))) bare.push(activity_row(context, one, "/activities/" + id_text(one.id), context.text("insurance.not_covered")));
  const auto open = storage::scalar<std::int64_t>(context.reader, "select count(*) from accident where state in ('reported','told','claimed','refused') and " + scope_of(context)).value_or(0);
  Json view = Json::of({{"title", context.text("insurance.desk")}, {"rows", rows}, {"bare", Json::of({{"rows", bare}})}, {"has_bare", bare.size() > 0},
                        {"past", Json::of({{"rows", past}})}, {"has_past", past.size() > 0}, {"open_accidents", context.text("accident.open_n", {{"n", std::to_string(open)}})}});
  if (rows.size() == 0) view.set("empty", Json::of({{"icon", "insurance"}, {"title", context.text("insurance.none")}, {"text", context.text("insurance.none.text")}, {"href", "/desk/insurance/new"}, {"action", context.text("insurance.new")}}));
  return context.page("support/insurance_desk", view);
}

Result<Response> new_page(Context& context) {
  const auto organisations = access::organisations_of(context.roles, context.actor, permission::insure);
  const auto regions = access::regions_of(context.roles, context.actor, permission::insure);
  std::vector<http::Option> scopes, teams_list, places, activities;
  for (const auto& text : organisations)
    if (const auto found = teams::find_organisation(context.reader, id_value(text).value_or(0))) teams_list.push_back({text, found->name});
  for (const auto& region : regions) {
    places.push_back({region, teams::region_name(context.reader, region, context.language)});
    if (region.size() < 6)
      for (const auto& below : teams::regions_below(context.reader, region)) places.push_back({below.code, teams::region_name(context.reader, below.code, context.language)});
  }
  for (const auto& one : storage::select<Covered>(context.reader, "select id, organisation, title, region, insurance, danger, starts from activity where state in ('review','published') and "
                                                                  "starts > $1 and " + scope_of(context) + " order by danger desc, starts limit 60", context.now))
    activities.push_back({id_text(one.id), language::date_text(context.language, one.starts) + " · " + one.title});
  if (!places.empty()) scopes.push_back({"region", context.text("insurance.scope.region"), context.text("insurance.scope.region.note")});
  if (!teams_list.empty()) scopes.push_back({"organisation", context.text("insurance.scope.organisation"), context.text("insurance.scope.organisation.note")});
  if (!activities.empty()) scopes.push_back({"activity", context.text("insurance.scope.activity"), context.text("insurance.scope.activity.note")});
  const std::string chosen = context.request.query["activity"].text();
  const http::Form form(context, Json::of({{"scope", !chosen.empty() ? "activity" : scopes.empty() ? "" : scopes.front().value}, {"activity", chosen},
                                           {"from_day", local_date(context.now).text()}, {"until_day", Date{local_date(context.now).days + 364}.text()}}));
  const auto day = Json::of({{"type", "date"}, {"short", true}});
  Json view = Json::of({{"title", context.text("insurance.new")}, {"summary", form.summary()},
                        {"f_insurer", form.field("insurer", "insurance.insurer", {}, Json::of({{"maxlength", 60}}))},
                        {"f_number", form.field("number", "insurance.number", {}, Json::of({{"maxlength", 40}, {"short", true}}))},
                        {"f_phone", form.field("phone", "insurance.phone", "insurance.phone.hint", Json::of({{"inputmode", "tel"}, {"maxlength", 30}, {"short", true}}))},
                        {"f_cover", form.field("cover", "insurance.cover", "insurance.cover.hint", Json::of({{"maxlength", 300}, {"rows", 3}}))},
                        {"f_from", form.field("from_day", "insurance.from", {}, day)}, {"f_until", form.field("until_day", "insurance.until", {}, day)},
                        {"f_scope", form.options("scope", "insurance.scope", scopes)},
                        {"file_error", context.problem && context.problem->field == "file" ? context.text(context.problem->rule) : ""}});
  if (!places.empty()) view.set("f_region", form.options("region", "insurance.which.region", places));
  if (!teams_list.empty()) view.set("f_organisation", form.options("organisation", "insurance.which.organisation", teams_list));
  if (!activities.empty()) view.set("f_activity", form.options("activity", "insurance.which.activity", activities));
  return context.page("support/insurance_new", view);
}

Result<Response> one_page(Context& context) {
  const auto policy = find_policy(context.reader, id_value(context.argument("policy")).value_or(0));
  if (!policy) return refuse(Kind::not_found, "http.not_found");
  const http::Form form(context);
  Json coming = Json::array(), past = Json::array();
  std::string where = "region like $2";
  if (policy->scope == "organisation") where = "organisation = " + std::to_string(policy->organisation) + " and $2 <> ''";
  if (policy->scope == "activity") where = "id = " + std::to_string(policy->activity) + " and $2 <> ''";
  for (const auto& one : storage::select<Covered>(context.reader, "select id, organisation, title, region, insurance, danger, starts from activity where state in ('review','published') and starts > $1 and " +
                                                                      where + " order by danger desc, starts limit 12", context.now, policy->region + "%")) {
    const auto best = policy_for(context.reader, cover_of(one));
    if (!best || best->id != policy->id) continue;
    coming.push(activity_row(context, one, "/desk/insurance/roster/" + id_text(one.id), context.text("insurance.people_n", {{"n", std::to_string(insured_people(context.reader, one.id).size())}})));
  }
  for (const auto& one : storage::select<Covered>(context.reader, "select a.id, a.organisation, a.title, a.region, a.insurance, a.danger, a.starts from activity a join frozen_roster f on "
                                                                  "f.activity = a.id where f.policy = $1 order by a.starts desc limit 12", policy->id))
    past.push(activity_row(context, one, "/desk/insurance/roster/" + id_text(one.id), context.text("insurance.people_n", {{"n", std::to_string(roster_of(context.reader, one.id)->people)}})));
  const auto paper = storage::find<InsurancePaper>(context.reader, "select id, file_name, hash from insurance_paper where policy = $1 order by id limit 1", policy->id);
  Json view = cover_view(context, *policy);
  view.set("title", policy->insurer).set("policy", id_text(policy->id)).set("whom", whom(context, *policy)).set("scope_name", context.text("insurance.scope." + policy->scope))
      .set("days", policy->from_day.text() + " – " + policy->until_day.text()).set("state", state_of(context, *policy)).set("summary", form.summary())
      .set("coming", Json::of({{"rows", coming}})).set("has_coming", coming.size() > 0).set("past", Json::of({{"rows", past}})).set("has_past", past.size() > 0)
      .set("file_name", paper ? paper->file_name : "").set("file_hash", paper ? paper->hash.substr(0, 16) : "").set("may_end", policy->state == "open").set("ended_words", policy->words)
      .set("f_reason", form.field("reason", "insurance.end.reason", {}, Json::of({{"maxlength", 200}})));
  return context.page("support/insurance_policy", view);
}

// The list for the insurer holds full names: every download leaves its trace.
Result<Response> roster_page(Context& context, const Services& services) {
  const auto activity = id_value(context.argument("activity")).value_or(0);
  const auto one = storage::find<Covered>(context.reader, "select id, organisation, title, region, insurance, danger, starts from activity where id = $1", activity);
  if (!one) return refuse(Kind::not_found, "http.not_found");
  const auto roster = roster_of(context.reader, activity);
  const auto policy = roster ? find_policy(context.reader, roster->policy) : policy_for(context.reader, cover_of(*one));
  const auto people = insured_people(context.reader, activity);
  const std::string as = context.request.query["as"].text();
  if (as == "csv" || as == "xlsx") {
    if (!policy) return refuse(Kind::conflict, "insurance.none_covers");
    const auto written = services.store.write([&](storage::Tx& tx) -> Result<Json> {
      audit::Entry entry;
      entry.account = context.actor.account.value;
      entry.action = "insurance.export";
      entry.object = "activity:" + id_text(activity);
      entry.region = one->region;
      entry.outcome = "done";
      entry.details = Json::of({{"people", people.size()}});
      audit::append(tx, entry);
      return Json();
    });
    if (!written) return tl::unexpected(written.error());
    documents::Sheet sheet{"roster", {{}}};
    for (const char* key : {"insurance.number", "insurance.col.activity", "insurance.col.start", "insurance.col.volunteer_no", "insurance.col.name", "insurance.col.birth"})
      sheet.rows.front().push_back(context.text(key));
    for (const auto id : people)
      if (const auto person = teams::find_volunteer(context.reader, id))
        sheet.rows.push_back({policy->number, one->title, local_text(one->starts), person->volunteer_no, teams::full_name(context.reader, services.vault, *person), person->birth.text()});
    const std::string name = "roster-" + id_text(activity) + "." + as;
    if (as == "csv") return Response::file(documents::write_csv(sheet.rows), "text/csv; charset=utf-8", name);
    return Response::file(documents::write_xlsx(sheet), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name);
  }
  Json rows = Json::array();
  for (const auto id : people) {
    const auto card = teams::volunteer_card(context.reader, id);
    rows.push(Json::of({{"initial", card.initial}, {"name", card.name}, {"note", card.volunteer_no}, {"tone", card.tone}}));
  }
  Json view = Json::of({{"title", one->title}, {"activity", id_text(activity)}, {"when", language::date_text(context.language, one->starts)}, {"people", rows}, {"has_people", rows.size() > 0},
                        {"count", context.text("insurance.people_n", {{"n", std::to_string(people.size())}})}, {"covered", policy.has_value()},
                        {"frozen_words", roster ? context.text("insurance.frozen_at", {{"when", local_text(roster->frozen)}, {"hash", roster->hash.substr(0, 16)}}) : context.text("insurance.freezes_at", {{"when", local_text(one->starts)}})}});
  if (policy) view.set("covering", cover_view(context, *policy));
  return context.page("support/insurance_roster", view);
}

Result<Response> own_page(Context& context) {
  const auto self = teams::find_volunteer_by_account(context.reader, context.actor.account);
  Json cards = Json::array(), bare = Json::array(), rows = Json::array();
  if (self) {
    std::vector<std::pair<Policy, Json>> by_policy;
    for (const auto& one : storage::select<Covered>(context.reader, "select distinct a.id, a.organisation, a.title, a.region, a.insurance, a.danger, a.starts from activity a join shift s on s.activity = a.id "
                                                                    "join signup g on g.shift = s.id where g.volunteer = $1 and g.state = 'granted' and a.ends > $2 and a.state = 'published' order by a.starts limit 50",
                                                    self->id, context.now.plus(-kDay))) {
      const auto policy = policy_for(context.reader, cover_of(one));
      Json row = activity_row(context, one, "/activities/" + id_text(one.id), "");
      if (!policy) {
        bare.push(row);
        continue;
      }
      auto found = std::find_if(by_policy.begin(), by_policy.end(), [&](const auto& each) { return each.first.id == policy->id; });
      if (found == by_policy.end()) found = by_policy.insert(by_policy.end(), {*policy, Json::array()});
      found->second.push(row);
    }
    for (auto& [policy, list] : by_policy) cards.push(cover_view(context, policy).set("list", Json::of({{"rows", list}})));
    for (const auto& accident : storage::select<Accident>(context.reader, "select * from accident where volunteer = $1 or reported_by = $2 order by id desc limit 20", self->id, context.actor.account))
      rows.push(Json::of({{"href", "/me/accidents/" + id_text(accident.id)}, {"title", storage::scalar<std::string>(context.reader, "select title from activity where id = $1", accident.activity).value_or("")},
                          {"text", ""}, {"icon", "medical"}, {"leaf", ""}, {"unread_row", false}, {"has_side", true}, {"side", context.text("flow.accident." + accident.state)},
                          {"state", Json()}, {"clock", Json()}, {"meta", Json::Array{Json::of({{"glyph", "clock"}, {"words", local_text(accident.happened)}})}}}));
  }
  Json view = Json::of({{"title", context.text("insurance.mine")}, {"nav_me", true}, {"cards", cards}, {"bare", Json::of({{"rows", bare}})}, {"has_bare", bare.size() > 0},
                        {"accidents", Json::of({{"rows", rows}})}, {"has_accidents", rows.size() > 0}, {"is_volunteer", self.has_value()}});
  if (cards.size() == 0 && bare.size() == 0)
    view.set("empty", Json::of({{"icon", "insurance"}, {"title", context.text("insurance.mine.none")}, {"text", context.text("insurance.mine.none.text")}, {"href", "/activities"}, {"action", context.text("insurance.mine.find")}}));
  return context.page("support/insurance_mine", view);
}

}  // namespace

Json cover_view(const Context&, const Policy& policy) {
  return Json::of({{"insurer", policy.insurer}, {"policy_number", policy.number}, {"cover_text", policy.cover}, {"insurer_phone", policy.phone}});
}

void add_insurance_routes(http::Router& router, const Services& services, const Book& book) {
  const auto* books = &book;
  const auto* roles = &router.roles();
  const auto* vault = &services.vault;
  router.resolver("policy", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto policy = find_policy(reader, id_value(text).value_or(0));
    if (!policy) return std::nullopt;
    access::Place place;
    place.region = policy->region;
    if (policy->organisation) place.organisations = {id_text(policy->organisation)};
    return place;
  });
  router.page("insurance.desk", "/desk/insurance", Access::any(permission::insure), desk);
  router.page("insurance.new", "/desk/insurance/new", Access::any(permission::insure), new_page);
  router.command<PolicyInput>({.name = "insurance.enter", .path = "/desk/insurance/new", .access = Access::any(permission::insure),
                               .next = [](const CommandContext&, const Json& answer) { return "/desk/insurance/" + answer["policy"].text(); }, .flash = "insurance.entered",
                               .page = new_page, .region_field = "region", .prepare = read_paper},
                              [books, roles, vault](storage::Tx& tx, const CommandContext& context, const PolicyInput& input) -> Result<Json> {
                                const auto policy = TX_TRY(enter_policy(tx, *vault, *books, *roles, input, context.actor));
                                return Json::of({{"policy", id_text(policy.id)}, {"region", policy.region}});
                              });
  router.page("insurance.roster", "/desk/insurance/roster/{activity}", Access::over(permission::insure, "activity"),
              [services](Context& context) { return roster_page(context, services); });
  router.page("insurance.one", "/desk/insurance/{policy}", Access::over(permission::insure, "policy"), one_page);
  router.page("insurance.file", "/desk/insurance/{policy}/file", Access::over(permission::insure, "policy"), [vault](Context& context) -> Result<Response> {
    const auto paper = storage::find<InsurancePaper>(context.reader, "select * from insurance_paper where policy = $1 and policy <> 0 order by id limit 1", id_value(context.argument("policy")).value_or(0));
    const auto bytes = paper ? ledger::from_base64(vault->unseal(paper->sealed, "insurance.paper").value_or("")) : std::nullopt;
    if (!bytes) return refuse(Kind::not_found, "http.not_found");
    return Response::file(*bytes, paper->content_type, paper->file_name);
  });
  router.command<EndInput>({.name = "insurance.end", .path = "/desk/insurance/{policy}/end", .access = Access::over(permission::insure, "policy"),
                            .next = [](const CommandContext& context, const Json&) { return "/desk/insurance/" + context.argument("policy"); }, .flash = "insurance.is_ended", .page = one_page},
                           [books](storage::Tx& tx, const CommandContext& context, const EndInput& input) -> Result<Json> {
                             TX_CHECK(end_policy(tx, *books, id_value(context.argument("policy")).value_or(0), input.reason));
                             return Json::object();
                           });
  router.page("insurance.mine", "/me/insurance", Access::signed_in("what covers oneself"), own_page);
}

}  // namespace tx::support
