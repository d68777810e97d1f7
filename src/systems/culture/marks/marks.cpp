#include "systems/culture/marks/marks.h"

#include <algorithm>

#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/culture/marks/flow.h"
#include "systems/teams/teams.h"

namespace tx::culture {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct ReasonInput {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReasonInput, (), (reason))
constexpr std::string_view kPurposes[] = {"sign", "clothes", "print", "online", "vehicle"};

std::optional<Mark> find_mark(storage::Reader& reader, std::int64_t id) { return storage::find<Mark>(reader, "select * from mark_licence where id = $1", id); }

Json row_of(const Context& context, const Mark& mark) {
  const auto organisation = teams::find_organisation(context.reader, mark.organisation);
  return Json::of({{"mark", id_text(mark.id)}, {"number", mark.number}, {"holder", organisation ? organisation->name : ""}, {"holder_href", "/organisations/" + id_text(mark.organisation)},
                   {"purpose", context.text("mark.purpose." + mark.purpose)}, {"until", mark.until_day.days ? mark.until_day.text() : ""}, {"mark_words", mark.words},
                   {"where", teams::region_name(context.reader, mark.region.substr(0, 6), context.language)}, {"state", workflow::state_view(kMarkFlow, mark.state, context.language, context.words)},
                   {"clock", mark.due.us ? workflow::due_view(mark.due, context.now, context.language, context.words) : Json()}});
}

Result<Response> register_page(Context& context) {
  Json rows = Json::array();
  for (const auto& mark : storage::select<Mark>(context.reader, "select * from mark_licence where state in ('licensed','revoked','ended') order by number desc limit 200")) rows.push(row_of(context, mark));
  Json view = Json::of({{"title", context.text("mark.register")}, {"marks", rows}, {"has_marks", rows.size() > 0}, {"may_ask", context.may(teams::permission::organisation_lead)}, {"may_decide", context.may(permission::license)}});
  if (!rows.size()) view.set("empty", Json::of({{"icon", "flag"}, {"title", context.text("mark.none")}, {"text", context.text("mark.none_text")}}));
  return context.page("culture/marks", view);
}

Result<Response> ask_page(Context& context) {
  std::vector<http::Option> teams_of, purposes;
  Json rows = Json::array();
  for (const auto& id : access::organisations_of(context.roles, context.actor, teams::permission::organisation_lead)) {
    const auto organisation = teams::find_organisation(context.reader, id_value(id).value_or(0));
    if (!organisation) continue;
    teams_of.push_back({id, organisation->name});
    for (const auto& mark : storage::select<Mark>(context.reader, "select * from mark_licence where organisation = $1 order by id desc limit 20", organisation->id)) rows.push(row_of(context, mark).set("may_withdraw", mark.state == "asked"));
  }
  for (const auto purpose : kPurposes) purposes.push_back({std::string(purpose), context.text("mark.purpose." + std::string(purpose))});
  const http::Form form(context, Json::of({{"organisation", teams_of.empty() ? "" : teams_of.front().value}, {"years", "1"}, {"purpose", "sign"}}));
  return context.page("culture/mark_ask", Json::of({{"title", context.text("mark.ask")}, {"summary", form.summary()}, {"marks", rows}, {"has_marks", rows.size() > 0}, {"f_organisation", form.options("organisation", "mark.f.organisation", teams_of)},
                                                    {"f_purpose", form.options("purpose", "mark.f.purpose", purposes)}, {"f_words", form.field("words", "mark.f.words", "mark.f.words.hint", Json::of({{"rows", 3}, {"maxlength", 300}}))},
                                                    {"f_years", form.options("years", "mark.f.years", {{"1", "1"}, {"2", "2"}, {"3", "3"}})}}));
}

Result<Response> desk_page(Context& context) {
  const http::Form form(context);
  Json waiting = Json::array(), licensed = Json::array();
  for (const auto& mark : storage::select<Mark>(context.reader, "select * from mark_licence where state in ('asked','licensed') and " + access::region_filter("region", access::regions_of(context.roles, context.actor, permission::license)) + " order by due, id limit 200"))
    (mark.state == "asked" ? waiting : licensed).push(row_of(context, mark));
  Json view = Json::of({{"title", context.text("mark.desk")}, {"summary", form.summary()}, {"waiting", waiting}, {"has_waiting", waiting.size() > 0}, {"licensed", licensed}, {"has_licensed", licensed.size() > 0}});
  return context.page("culture/mark_desk", view);
}

}  // namespace

std::span<const std::string_view> mark_purposes() { return kPurposes; }

Result<Mark> ask_mark(storage::Tx& tx, const MarkInput& input, const access::Actor& by, const access::Roles& roles) {
  const auto led = access::organisations_of(roles, by, teams::permission::organisation_lead);
  const auto organisation = teams::find_organisation(tx, id_value(input.organisation).value_or(0));
  if (!organisation || std::find(led.begin(), led.end(), input.organisation) == led.end() || !teams::may_publish(*organisation)) return refuse(Kind::invalid, "mark.organisation_unknown", "organisation");
  if (std::find(std::begin(kPurposes), std::end(kPurposes), input.purpose) == std::end(kPurposes)) return refuse(Kind::invalid, "mark.purpose_missing", "purpose");
  if (letter_count(input.words) < 5 || letter_count(input.words) > 300) return refuse(Kind::invalid, "mark.words_missing", "words");
  if (input.years < 1 || input.years > kMarkYearsMost) return refuse(Kind::invalid, "mark.years_wrong", "years", {{"n", std::to_string(kMarkYearsMost)}});
  if (storage::scalar<std::int64_t>(tx, "select 1 from mark_licence where organisation = $1 and purpose = $2 and state in ('asked','licensed')", organisation->id, input.purpose)) return refuse(Kind::conflict, "mark.asked_already", "purpose");
  Mark mark;
  mark.id = tx.new_id();
  mark.organisation = organisation->id.value;
  mark.region = organisation->region;
  mark.purpose = input.purpose;
  mark.words = input.words;
  mark.from_day = local_date(tx.now());
  mark.until_day = Date::of(mark.from_day.year() + input.years, mark.from_day.month(), std::min(mark.from_day.day(), 28));
  mark.asked_by = by.account;
  mark.created = tx.now();
  const auto taken = TX_TRY(workflow::take(tx, kMarkFlow, mark.id, "", "ask", by.account, {}, mark.region));
  mark.state = taken.state;
  mark.due = taken.due;
  storage::insert(tx, "mark_licence", mark);
  return mark;
}

Result<Mark> step_mark(storage::Tx& tx, std::int64_t id, std::string_view action, access::AccountId by, const std::string& reason) {
  auto mark = find_mark(tx, id);
  if (!mark) return refuse(Kind::not_found, "http.not_found");
  if (action != "withdraw" && mark->asked_by == by) return refuse(Kind::forbidden, "mark.own");
  const auto taken = TX_TRY(workflow::take(tx, kMarkFlow, mark->id, mark->state, action, by, reason, mark->region));
  mark->state = taken.state;
  mark->due = taken.due;
  mark->decided_by = by;
  mark->decided = tx.now();
  if (action == "license") {   // the term counts from the licence, not from the asking
    const int term = mark->until_day.days - mark->from_day.days;
    mark->from_day = local_date(tx.now());
    mark->until_day = Date{mark->from_day.days + term};
    const std::string year = std::to_string(mark->from_day.year());
    const auto given = storage::scalar<std::int64_t>(tx, "select count(*) from mark_licence where number like $1", year + "-%").value_or(0);
    std::string serial = std::to_string(given + 1);
    mark->number = year + "-" + std::string(serial.size() < 4 ? 4 - serial.size() : 0, '0') + serial;
  }
  storage::update(tx, "mark_licence", *mark);
  if (by != mark->asked_by) notices::send(tx, {mark->asked_by, "notice.mark_" + mark->state, {{"reason", reason}, {"number", mark->number}}, "/desk/culture/marks/new"});
  return *mark;
}

int end_marks(storage::Tx& tx) {
  int ended = 0;
  for (auto& mark : storage::select<Mark>(tx, "select * from mark_licence where state = 'licensed' and until_day < $1 limit 200", local_date(tx.now()))) {
    const auto taken = workflow::take(tx, kMarkFlow, mark.id, mark.state, "end", {}, {}, mark.region);
    if (!taken) continue;
    mark.state = taken->state;
    mark.due = taken->due;
    storage::update(tx, "mark_licence", mark);
    ++ended;
  }
  return ended;
}

void add_mark_routes(http::Router& router) {
  router.resolver("mark", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto mark = find_mark(reader, id_value(text).value_or(0));
    if (!mark) return std::nullopt;
    access::Place place;
    place.region = mark->region;
    place.owners.push_back(mark->asked_by);
    return place;
  });
  const auto* roles = &router.roles();
  router.page("mark.register", "/culture/marks", Access::everyone("whoever sees the mark may check who may use it"), register_page);
  router.page("mark.ask_page", "/desk/culture/marks/new", Access::any(teams::permission::organisation_lead), ask_page);
  router.command<MarkInput>({.name = "mark.ask", .path = "/desk/culture/marks/new", .access = Access::any(teams::permission::organisation_lead), .next = [](const CommandContext&, const Json&) { return std::string("/desk/culture/marks/new"); },
                             .flash = "mark.asked", .page = ask_page, .region_field = "region"},
                            [roles](storage::Tx& tx, const CommandContext& context, const MarkInput& input) -> Result<Json> {
                              const auto mark = TX_TRY(ask_mark(tx, input, context.actor, *roles));
                              return Json::of({{"mark", id_text(mark.id)}, {"region", mark.region}});
                            });
  router.page("mark.desk", "/desk/culture/marks", Access::any(permission::license), desk_page);
  const auto act = [&](const char* action, Access access, const char* next, http::PageHandler page) {
    router.command<ReasonInput>({.name = std::string("mark.") + action, .path = std::string("/desk/culture/marks/{mark}/") + action, .access = std::move(access), .next = [next](const CommandContext&, const Json&) { return std::string(next); },
                                 .flash = "mark.done", .page = page, .region_field = "region"},
                                [action](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
                                  const auto mark = TX_TRY(step_mark(tx, id_value(context.argument("mark")).value_or(0), action, context.actor.account, input.reason));
                                  return Json::of({{"state", mark.state}, {"number", mark.number}, {"region", mark.region}});
                                });
  };
  for (const char* action : {"license", "refuse", "revoke"}) act(action, Access::over(permission::license, "mark"), "/desk/culture/marks", desk_page);
  act("withdraw", Access::owner("mark"), "/desk/culture/marks/new", ask_page);
}

}  // namespace tx::culture
