// The accident card, what becomes of it for whoever was hurt, and the file of its claim. What happened and the papers tell of
// somebody's health: an officer sees them only after stating a reason, for ten minutes, on record.
#include <algorithm>

#include "base/text.h"
#include "platform/audit/audit.h"
#include "platform/audit/lately.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/support/book/yuan.h"
#include "systems/support/insurance/flow.h"
#include "systems/support/insurance/insurance.h"
#include "systems/support/papers.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr const char* kPaperKinds[] = {"identity", "medical", "bill", "other"};

struct OpenInput {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(OpenInput, (), (reason))
struct PaperInput {
  std::string kind, file_name, file_type, file_bytes, file_hash;
};
BOOST_DESCRIBE_STRUCT(PaperInput, (), (kind, file_name, file_type, file_bytes, file_hash))

std::string title_of(const Context& context, const Accident& accident) {
  return storage::scalar<std::string>(context.reader, "select title from activity where id = $1", accident.activity).value_or("");
}

// Activities of these days at which the reader holds a place or which he leads.
std::vector<http::Option> activities_of(const Context& context, std::vector<std::int64_t>& places_of) {
  std::string own = "0";
  for (const auto& organisation : access::organisations_of(context.roles, context.actor, permission::insure)) own += "," + std::to_string(id_value(organisation).value_or(0));
  const auto self = teams::find_volunteer_by_account(context.reader, context.actor.account);
  std::vector<http::Option> options;
  for (const auto& row : storage::query(context.reader, "select distinct a.id, a.title, a.starts from activity a where a.starts <= $1 and a.starts > $2 and a.state in ('published','finished') and (a.organisation in (" + own +
                                                            ") or a.id in (select s.activity from shift s join signup g on g.shift = s.id where g.volunteer = $3 and g.state = 'granted')) order by a.starts desc limit 40",
                                        context.now.plus(2 * kHour), context.now.plus(-30 * kDay), self ? self->id.value : 0).rows) {
    places_of.push_back(std::get<std::int64_t>(row[0]));
    options.push_back({id_text(std::get<std::int64_t>(row[0])), std::get<std::string>(row[1]), language::date_text(context.language, Instant{std::get<std::int64_t>(row[2])})});
  }
  return options;
}

Result<Response> new_page(Context& context) {
  std::vector<std::int64_t> ids;
  const auto activities = activities_of(context, ids);
  const std::string asked = context.request.query["activity"].text();
  std::string chosen = context.submitted["activity"].text().empty() ? asked : context.submitted["activity"].text();
  if (chosen.empty() && !activities.empty()) chosen = activities.front().value;
  const auto place = storage::scalar<std::string>(context.reader, "select place from activity where id = $1", id_value(chosen).value_or(0));
  const std::string now = local_text(context.now);
  const http::Form form(context, Json::of({{"activity", chosen}, {"day", now.substr(0, 10)}, {"time", now.substr(11)}, {"place", place.value_or("")}}));
  Json view = Json::of({{"title", context.text("accident.report")}, {"nav_me", true}, {"summary", form.summary()}, {"has_form", !activities.empty()},
                        {"f_words", form.field("words", "accident.words", "accident.words.hint", Json::of({{"maxlength", 2000}, {"rows", 4}}))},
                        {"f_who", form.field("volunteer_no", "accident.who", "accident.who.hint", Json::of({{"optional", true}, {"short", true}, {"maxlength", 20}}))},
                        {"f_day", form.field("day", "accident.day", {}, Json::of({{"type", "date"}, {"short", true}}))},
                        {"f_time", form.field("time", "accident.time", {}, Json::of({{"type", "time"}, {"short", true}}))},
                        {"f_place", form.field("place", "accident.place", {}, Json::of({{"maxlength", 100}}))},
                        {"f_helped", form.tick("helped", "accident.helped", "accident.helped_text")}});
  if (activities.size() > 3) view.set("f_activity_list", form.options("activity", "accident.activity", activities));
  else view.set("f_activity", form.options("activity", "accident.activity", activities));
  if (activities.empty()) view.set("empty", Json::of({{"icon", "medical"}, {"title", context.text("accident.nothing_near")}, {"text", context.text("accident.nothing_near.text")}, {"href", ""}}));
  return context.page("support/accident_new", view);
}

Json with_policy(const Context& context, const Accident& accident, Json view) {
  const auto policy = find_policy(context.reader, accident.policy);
  if (policy) view.set("covering", cover_view(context, *policy));
  return view.set("bare", !policy);
}

Result<Response> own_page(Context& context) {
  const auto accident = find_accident(context.reader, id_value(context.argument("accident")).value_or(0));
  if (!accident) return refuse(Kind::not_found, "http.not_found");
  auto events = workflow::history(context.reader, "accident", accident->id);
  Json view = Json::of({{"title", title_of(context, *accident)}, {"nav_me", true}, {"when", local_text(accident->happened)}, {"place", accident->place},
                        {"insurer_no", accident->insurer_no}, {"asked", accident->asked_fen ? yuan_text(accident->asked_fen) : ""}, {"paid", accident->paid_fen ? yuan_text(accident->paid_fen) : ""},
                        {"state", workflow::state_view(kAccidentFlow, accident->state, context.language, context.words)},
                        {"timeline", workflow::timeline_view(kAccidentFlow, events, context.language, context.words, context.now)}});
  return context.page("support/accident", with_policy(context, *accident, std::move(view)));
}

std::string scope_of(const Context& context) {
  std::string filter = "(" + access::region_filter("region", access::regions_of(context.roles, context.actor, permission::insure));
  for (const auto& organisation : access::organisations_of(context.roles, context.actor, permission::insure)) filter += " or organisation = " + std::to_string(id_value(organisation).value_or(0));
  return filter + ")";
}

Result<Response> desk(Context& context) {
  Json rows = Json::array(), past = Json::array();
  for (const auto& accident : storage::select<Accident>(context.reader, "select * from accident where " + scope_of(context) + " order by case when due = 0 then 1 else 0 end, due, id desc limit 200")) {
    const auto organisation = teams::find_organisation(context.reader, accident.organisation);
    const bool over = kAccidentFlow.state(accident.state)->final;
    (over ? past : rows).push(Json::of({{"href", "/desk/accidents/" + id_text(accident.id)}, {"title", title_of(context, accident)}, {"text", accident.place}, {"icon", "medical"}, {"leaf", ""},
                        {"unread_row", false}, {"has_side", true}, {"side", accident.paid_fen ? context.text("money.yuan", {{"n", yuan_text(accident.paid_fen)}}) : ""},
                        {"state", workflow::state_view(kAccidentFlow, accident.state, context.language, context.words)},
                        {"clock", !over && accident.due.us ? workflow::due_view(accident.due, context.now, context.language, context.words) : Json()},
                        {"meta", Json::Array{Json::of({{"glyph", "clock"}, {"words", local_text(accident.happened)}}), Json::of({{"glyph", "me"}, {"words", teams::volunteer_card(context.reader, accident.volunteer).name}}),
                                             Json::of({{"glyph", "team"}, {"words", organisation ? organisation->name : ""}})}}}));
  }
  Json view = Json::of({{"title", context.text("accident.desk")}, {"rows", rows}, {"past", Json::of({{"rows", past}})}, {"has_past", past.size() > 0}});
  if (rows.size() == 0) view.set("empty", Json::of({{"icon", "check"}, {"title", context.text("accident.none")}, {"text", context.text("accident.none.text")}, {"href", ""}}));
  return context.page("support/accidents", view);
}

bool opened(const Context& context, const Accident& accident) {
  return audit::said_lately(context.reader, "accident.read", "accident:" + id_text(accident.id), context.actor.account, context.now);
}

Result<Response> one_page(Context& context, const identity::Vault& vault) {
  const auto accident = find_accident(context.reader, id_value(context.argument("accident")).value_or(0));
  if (!accident) return refuse(Kind::not_found, "http.not_found");
  const http::Form form(context);
  const auto card = teams::volunteer_card(context.reader, accident->volunteer);
  const auto organisation = teams::find_organisation(context.reader, accident->organisation);
  const bool open = opened(context, *accident);
  const auto roster = roster_of(context.reader, accident->activity);
  Json papers = Json::array(), actions = Json::array(), proofs = Json::array();
  for (const auto& paper : storage::select<InsurancePaper>(context.reader, "select id, kind, file_name, hash, at from insurance_paper where policy = 0 and accident = $1 order by id", accident->id))
    papers.push(Json::of({{"paper_kind", context.text("accident.paper." + paper.kind)}, {"file_name", open ? paper.file_name : ""}, {"file_hash", paper.hash.substr(0, 12)},
                          {"file_href", open ? "/desk/accidents/" + id_text(accident->id) + "/papers/" + id_text(paper.id) : ""}}));
  bool amount = false, insurer_no = false;
  for (const auto* step : kAccidentFlow.steps_from(accident->state)) {
    if (!context.may(permission::insure) || (step->action == "tell" && !accident->policy)) continue;
    const std::string action(step->action);
    amount = amount || action == "claim" || action == "pay";
    insurer_no = insurer_no || action == "tell";
    actions.push(Json::of({{"action", action}, {"label", context.text("flow.accident.do." + action)}, {"main", actions.size() == 0}}));
  }
  // What proves that he was there and covered: sign-up, presence, the frozen list.
  const auto line = [&](const char* key, const std::string& words, bool good) { proofs.push(Json::of({{"side", good ? "for" : "against"}, {"words", context.text(key, {{"words", words}})}})); };
  const auto signed_up = storage::scalar<std::int64_t>(context.reader, "select min(g.at) from signup g join shift s on s.id = g.shift where s.activity = $1 and g.volunteer = $2", accident->activity, accident->volunteer);
  const auto came = storage::scalar<std::int64_t>(context.reader, "select min(came) from attendance where activity = $1 and volunteer = $2", accident->activity, accident->volunteer);
  line(signed_up ? "accident.proof.signed_up" : "accident.proof.not_signed_up", signed_up ? local_text({*signed_up}) : "", signed_up.has_value());
  line(came ? "accident.proof.came" : "accident.proof.not_came", came ? local_text({*came}) : "", came.has_value());
  if (roster && roster->policy) line("accident.proof.frozen", local_text(roster->frozen) + " · " + roster->hash.substr(0, 16), true);
  else line(roster ? "accident.proof.uncovered" : "accident.proof.not_frozen", "", false);
  line(accident->helped ? "accident.proof.helped" : "accident.proof.not_helped", "", accident->helped);
  std::vector<http::Option> kinds;
  for (const char* kind : kPaperKinds) kinds.push_back({kind, context.text(std::string("accident.paper.") + kind)});
  Json view = Json::of({{"title", title_of(context, *accident)}, {"accident", id_text(accident->id)}, {"when", local_text(accident->happened)}, {"place", accident->place}, {"summary", form.summary()},
                        {"hurt", Json::of({{"initial", card.initial}, {"name", card.name}, {"note", card.volunteer_no}, {"tone", card.tone}})}, {"organisation", organisation ? organisation->name : ""},
                        {"state", workflow::state_view(kAccidentFlow, accident->state, context.language, context.words)},
                        {"clock", accident->due.us && !kAccidentFlow.state(accident->state)->final ? workflow::due_view(accident->due, context.now, context.language, context.words) : Json()},
                        {"timeline", workflow::timeline_view(kAccidentFlow, workflow::history(context.reader, "accident", accident->id), context.language, context.words, context.now)},
                        {"open", open}, {"told", open ? vault.unseal(accident->words_sealed, "accident.words").value_or("") : ""}, {"papers", papers}, {"has_papers", papers.size() > 0},
                        {"reasons", proofs}, {"actions", actions}, {"has_actions", actions.size() > 0}, {"insurer_no", accident->insurer_no},
                        {"asked", accident->asked_fen ? yuan_text(accident->asked_fen) : ""}, {"paid", accident->paid_fen ? yuan_text(accident->paid_fen) : ""},
                        {"f_reason", form.field("reason", "accident.step_words", "accident.step_words.hint", Json::of({{"maxlength", 300}, {"rows", 2}}))},
                        {"f_kind", form.options("kind", "accident.paper", kinds)},
                        {"file_error", context.problem && context.problem->field == "file" ? context.text(context.problem->rule) : ""}, {"takes_papers", !kAccidentFlow.state(accident->state)->final}});
  if (amount) view.set("f_amount", form.field("amount", "accident.amount", "money.yuan.hint", Json::of({{"inputmode", "decimal"}, {"short", true}})));
  if (insurer_no) view.set("f_insurer_no", form.field("insurer_no", "accident.insurer_no", "accident.insurer_no.hint", Json::of({{"maxlength", 40}, {"short", true}})));
  return context.page("support/accident_one", with_policy(context, *accident, std::move(view)));
}

Result<Json> add_paper(storage::Tx& tx, const identity::Vault& vault, const CommandContext& context, const PaperInput& input) {
  const auto accident = find_accident(tx, id_value(context.argument("accident")).value_or(0));
  if (!accident) return refuse(Kind::not_found, "http.not_found");
  if (kAccidentFlow.state(accident->state)->final) return refuse(Kind::conflict, "accident.over");
  if (std::find_if(std::begin(kPaperKinds), std::end(kPaperKinds), [&](const char* kind) { return input.kind == kind; }) == std::end(kPaperKinds)) return refuse(Kind::invalid, "accident.paper_kind", "kind");
  if (input.file_bytes.empty()) return refuse(Kind::invalid, "insurance.file_missing", "file");
  InsurancePaper paper;
  paper.id = tx.new_id();
  paper.accident = accident->id;
  paper.kind = input.kind;
  paper.file_name = input.file_name;
  paper.content_type = input.file_type;
  paper.sealed = vault.seal(input.file_bytes, "insurance.paper");
  paper.hash = input.file_hash;
  paper.by_account = context.actor.account;
  paper.at = tx.now();
  storage::insert(tx, "insurance_paper", paper);
  return Json::of({{"paper", id_text(paper.id)}, {"region", accident->region}});
}

}  // namespace

void add_accident_routes(http::Router& router, const Services& services) {
  const auto* vault = &services.vault;
  const auto* roles = &router.roles();
  router.resolver("accident", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto accident = find_accident(reader, id_value(text).value_or(0));
    if (!accident) return std::nullopt;
    access::Place place;
    place.region = accident->region;
    place.organisations = {id_text(accident->organisation)};
    place.owners = {accident->reported_by};
    if (const auto account = teams::account_of_volunteer(reader, accident->volunteer)) place.owners.push_back(account);
    return place;
  });
  router.page("accident.new", "/accidents/new", Access::signed_in("whoever holds a place or leads (the command looks)"), new_page);
  router.command<AccidentInput>({.name = "accident.report", .path = "/accidents/new", .access = Access::signed_in("whoever holds a place or leads (checked in the command)"),
                                 .next = [](const CommandContext&, const Json& answer) { return "/me/accidents/" + answer["accident"].text(); }, .flash = "accident.reported", .page = new_page,
                                 .region_field = "region"},
                                [vault, roles](storage::Tx& tx, const CommandContext& context, const AccidentInput& input) -> Result<Json> {
                                  const auto accident = TX_TRY(report_accident(tx, *vault, *roles, input, context.actor));
                                  return Json::of({{"accident", id_text(accident.id)}, {"region", accident.region}});
                                });
  router.page("accident.own", "/me/accidents/{accident}", Access::owner("accident"), own_page);
  router.page("accident.desk", "/desk/accidents", Access::any(permission::insure), desk);
  const auto over = Access::over(permission::insure, "accident");
  const auto one = [vault](Context& context) { return one_page(context, *vault); };
  const auto back = [](const CommandContext& context, const Json&) { return "/desk/accidents/" + context.argument("accident"); };
  router.page("accident.one", "/desk/accidents/{accident}", over, one);
  router.command<OpenInput>({.name = "accident.open", .path = "/desk/accidents/{accident}/open", .access = over, .next = back, .page = one, .region_field = "region"},
                            [](storage::Tx& tx, const CommandContext& context, const OpenInput& input) -> Result<Json> {
                              const auto accident = find_accident(tx, id_value(context.argument("accident")).value_or(0));
                              if (!accident) return refuse(Kind::not_found, "http.not_found");
                              if (letter_count(input.reason) < 4) return refuse(Kind::invalid, "identity.reason_missing", "reason");
                              audit::Entry entry;
                              entry.account = context.actor.account.value;
                              entry.action = "accident.read";
                              entry.object = "accident:" + id_text(accident->id);
                              entry.region = accident->region;
                              entry.outcome = "done";
                              entry.reason = input.reason;
                              audit::append(tx, entry);
                              return Json::of({{"region", accident->region}});
                            });
  router.page("accident.paper", "/desk/accidents/{accident}/papers/{paper}", over, [vault](Context& context) -> Result<Response> {
    const auto accident = find_accident(context.reader, id_value(context.argument("accident")).value_or(0));
    if (!accident || !opened(context, *accident)) return refuse(Kind::forbidden, "identity.reason_missing");
    const auto paper = storage::find<InsurancePaper>(context.reader, "select * from insurance_paper where id = $1 and accident = $2 and policy = 0", id_value(context.argument("paper")).value_or(0), accident->id);
    const auto bytes = paper ? ledger::from_base64(vault->unseal(paper->sealed, "insurance.paper").value_or("")) : std::nullopt;
    if (!bytes) return refuse(Kind::not_found, "http.not_found");
    return Response::file(*bytes, paper->content_type, paper->file_name);
  });
  router.command<PaperInput>({.name = "accident.add_paper", .path = "/desk/accidents/{accident}/papers", .access = over, .next = back, .flash = "accident.paper_kept", .page = one,
                              .region_field = "region", .prepare = read_paper},
                             [vault](storage::Tx& tx, const CommandContext& context, const PaperInput& input) { return add_paper(tx, *vault, context, input); });
  for (const std::string action : {"tell", "claim", "pay", "refuse", "contest", "close"})
    router.command<AccidentStep>({.name = "accident." + action, .path = "/desk/accidents/{accident}/" + action, .access = over, .next = back, .flash = "accident.stepped", .page = one,
                                  .region_field = "region"},
                                 [action](storage::Tx& tx, const CommandContext& context, const AccidentStep& input) -> Result<Json> {
                                   const auto accident = TX_TRY(step_accident(tx, id_value(context.argument("accident")).value_or(0), action, input, context.actor));
                                   return Json::of({{"state", accident.state}, {"region", accident.region}});
                                 });
}

}  // namespace tx::support
