// The dispatch desk: open needs with their clocks; for each the best candidates with reasons, and why not for anyone.
#include <algorithm>

#include "base/text.h"
#include "platform/audit/audit.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/dispatch/desk.h"
#include "systems/supply/evaluation/evaluation.h"
#include "systems/supply/dispatch/dispatch.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr int kCandidates = 8;

struct AskInput {
  std::vector<std::string> volunteer;
  std::string organisation, reason;
};
BOOST_DESCRIBE_STRUCT(AskInput, (), (volunteer, organisation, reason))
struct VerifyInput {
  std::string how;
};
BOOST_DESCRIBE_STRUCT(VerifyInput, (), (how))
struct ReasonInput {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReasonInput, (), (reason))

struct Tab {
  const char* id;
  std::vector<std::string> states;
};
const std::vector<Tab>& tabs() {
  static const std::vector<Tab> all = {{"waiting", {"submitted", "open"}},
                                       {"running", {"asked", "accepted", "serving"}},
                                       {"closing", {"done", "confirmed"}},
                                       {"past", {"closed", "refused", "withdrawn"}}};
  return all;
}

Result<Response> desk_page(Context& context) {
  const auto regions = access::regions_of(context.roles, context.actor, permission::read);
  std::string chosen = context.request.query["tab"].text();
  Json tab_views = Json::array(), rows = Json::array();
  const Tab* open = &tabs().front();
  for (const auto& tab : tabs())
    if (chosen == tab.id) open = &tab;
  for (const auto& tab : tabs()) {
    std::string list;
    for (const auto& state : tab.states) list += (list.empty() ? "'" : ",'") + state + "'";
    const auto count = storage::scalar<std::int64_t>(
        context.reader, "select count(*) from need where " + access::region_filter("region", regions) + " and state in (" +
                            list + ")");
    tab_views.push(Json::of({{"href", std::string("/desk/needs?tab=") + tab.id},
                             {"label", context.text(std::string("desk.tab.") + tab.id)},
                             {"count", count.value_or(0)},
                             {"current", &tab == open}}));
  }
  for (const auto& need : needs_in(context.reader, regions, open->states, 60, 0))
    rows.push(need_row(context.reader, need, view_context(context), "/desk/needs/" + need.id.text()));
  Json view = Json::of({{"title", context.text("desk.needs")}, {"tabs", tab_views}, {"rows", rows},
                        {"may_batch", context.may(permission::dispatch)}});
  if (rows.size() == 0)
    view.set("empty", Json::of({{"icon", "check"}, {"title", context.text("desk.none")}, {"text", ""}, {"href", ""}}));
  return context.page("supply/desk", view);
}

Json ask_rows(const Context& context, const Need& need) {
  Json list = Json::array();
  for (const auto& ask : asks_of(context.reader, need.id)) {
    const std::string name = ask.volunteer
                                 ? teams::volunteer_card(context.reader, ask.volunteer).name
                                 : teams::find_organisation(context.reader, ask.organisation).value_or(teams::Organisation{}).name;
    list.push(Json::of({{"who", name},
                        {"wave", ask.wave},
                        {"asked_at", language::date_text(context.language, ask.asked_at)},
                        {"ask_reason", ask.reason},
                        {"state", Json::of({{"tone", ask.state == AskState::accepted   ? "done"
                                                     : ask.state == AskState::asked    ? "wait"
                                                     : ask.state == AskState::declined ? "stop"
                                                                                       : ""},
                                            {"label", context.text(std::string("ask.state.") + enum_name(ask.state))}})},
                        {"clock", ask.state == AskState::asked ? due_clock(ask.answer_by, view_context(context)) : Json()}}));
  }
  return list;
}

Json candidate_views(const Context& context, const Need& need) {
  Json list = Json::array();
  int index = 0;
  for (const auto& candidate : candidates(context.reader, need, kCandidates, view_context(context))) {
    const auto card = teams::volunteer_card(context.reader, candidate.volunteer);
    list.push(Json::of({{"tick_name", "volunteer"}, {"value", id_text(candidate.volunteer)}, {"label", card.name},
                        {"note", card.organisation}, {"initial", card.initial}, {"tone", card.tone},
                        {"selected", index < need.helpers * 2}, {"state", Json()}, {"reasons", candidate.reasons},
                        {"points", candidate.score}}));
    ++index;
  }
  return list;
}

Result<Response> need_page(Context& context) {
  const auto need = find_need(context.reader, TX_TRY(context.id<Need>("need")));
  if (!need) return refuse(Kind::not_found, "http.not_found");
  const ViewContext of = view_context(context);
  const http::Form form(context, Json::of({{"how", "phone"}}));
  Json view = Json::of({{"title", context.text("service." + need->service)}, {"summary", form.summary()}});
  add_need_facts(context.reader, *need, of, view);
  view.set("timeline", need_timeline(context.reader, *need, of)).set("asks", ask_rows(context, *need));
  view.set("has_asks", view["asks"].size() > 0);
  view.set("helpers", helper_cards(context.reader, *need, of)).set("has_helpers", view["helpers"].size() > 0);
  const bool dispatching = need->state == "open" || need->state == "asked";
  if (dispatching && context.may(permission::dispatch)) {
    const Json found = candidate_views(context, *need);
    view.set("dispatching", true).set("candidates", found).set("no_candidates", found.size() == 0);
    view.set("tick_submit", context.text("desk.ask_them"));
  }
  if (const std::string number = context.request.query["why"].text(); !number.empty()) {
    const auto volunteer = teams::find_volunteer_by_number(context.reader, number);
    view.set("why_asked", number).set("why_unknown", !volunteer.has_value());
    if (volunteer)
      view.set("why", why_view(context.reader, *need, volunteer->id.value, of)).set("why_volunteer", volunteer->id.text());
  }
  Json same = Json::array();
  for (const auto& other : same_needs(context.reader, *need))
    same.push(Json::of({{"href", "/desk/needs/" + other.id.text()},
                        {"words", context.text("need.same_as", {{"number", other.number},
                                                                {"when", language::date_text(context.language, other.starts)}})}}));
  view.set("same", same).set("has_same", same.size() > 0);
  std::vector<http::Option> hows;
  for (const char* how : {"phone", "visit", "online", "known"}) hows.push_back({how, context.text(std::string("need.how.") + how)});
  if (need->state == "submitted" && context.may(permission::verify))
    view.set("verifying", true).set("f_how", form.options("how", "need.how", hows));
  view.set("may_refuse", (need->state == "submitted" || need->state == "open") && context.may(permission::verify))
      .set("f_reason", form.field("reason", "desk.reason", "desk.reason.hint"))
      .set("may_redispatch", kNeedFlow.step(need->state, "dispatch_again") != nullptr && context.may(permission::dispatch))
      .set("may_reveal", context.may(permission::reveal))
      .set("f_reveal", form.field("reason", "desk.reveal_reason", "desk.reveal_reason.hint"))
      .set("call", (need->state == "done" || need->state == "confirmed") &&
                       (need->channel == Channel::station || need->channel == Channel::hotline));
  return context.page("supply/desk_need", view);
}

void add_verify(http::Router& router) {
  const auto back = [](const CommandContext& context, const Json&) { return "/desk/needs/" + context.argument("need"); };
  router.command<VerifyInput>(
      {.name = "need.accept", .path = "/desk/needs/{need}/accept", .access = Access::over(permission::verify, "need"),
       .next = back, .flash = "need.accepted", .page = need_page, .region_field = "region"},
      [](storage::Tx& tx, const CommandContext& context, const VerifyInput& input) -> Result<Json> {
        auto need = find_need(tx, TX_TRY(context.id<Need>("need")));
        const auto how = enum_value<Verification>(input.how);
        if (!need) return refuse(Kind::not_found, "http.not_found");
        if (!how || *how == Verification::none) return refuse(Kind::invalid, "need.how_missing", "how");
        need->verified_by = context.actor.account.value;   // N1: method, officer and time are on record
        need->verified_how = *how;
        need->verified_at = tx.now();
        TX_CHECK(move_need(tx, *need, "accept", context.actor.account));
        return Json::of({{"state", need->state}, {"region", need->region}});
      });
  const auto with_reason = [&](std::string name, std::string path, access::Permission permission, std::string_view action,
                               std::string flash) {
    router.command<ReasonInput>(
        {.name = std::move(name), .path = std::move(path), .access = Access::over(permission, "need"), .next = back,
         .flash = std::move(flash), .page = need_page, .region_field = "region"},
        [action](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
          auto need = find_need(tx, TX_TRY(context.id<Need>("need")));
          if (!need) return refuse(Kind::not_found, "http.not_found");
          TX_CHECK(move_need(tx, *need, action, context.actor.account, input.reason));
          withdraw_asks(tx, *need);
          return Json::of({{"state", need->state}, {"region", need->region}});
        });
  };
  with_reason("need.refuse", "/desk/needs/{need}/refuse", permission::verify, "refuse", "need.refused");
  with_reason("need.dispatch_again", "/desk/needs/{need}/again", permission::dispatch, "dispatch_again", "need.reopened");
}

void add_asking(http::Router& router) {
  router.command<AskInput>(
      {.name = "need.dispatch", .path = "/desk/needs/{need}/ask", .access = Access::over(permission::dispatch, "need"),
       .next = [](const CommandContext& context, const Json&) { return "/desk/needs/" + context.argument("need"); },
       .flash = "desk.asked", .page = need_page, .region_field = "region"},
      [](storage::Tx& tx, const CommandContext& context, const AskInput& input) -> Result<Json> {
        auto need = find_need(tx, TX_TRY(context.id<Need>("need")));
        if (!need) return refuse(Kind::not_found, "http.not_found");
        std::vector<std::int64_t> volunteers;
        for (const auto& text : input.volunteer) {
          const auto id = id_value(text);
          if (!id) return refuse(Kind::invalid, "form.unreadable", "volunteer");
          volunteers.push_back(*id);
        }
        const auto result = TX_TRY(ask_volunteers(tx, *need, volunteers, id_value(input.organisation).value_or(0),
                                                  context.actor.account, input.reason));
        return Json::of({{"asked", result.asks.size()}, {"state", need->state}, {"region", need->region}});
      });
}

bool concerns_minor(const Need& need) {
  const auto* type = service_type(need.service);
  return type && type->minors;
}
std::string minor_subject(const Need& need) { return "need:" + need.id.text(); }

// Name, phone and door in full: with a stated reason, and an audit entry in the same transaction that shows them.
void add_reveal(http::Router& router, const Services& services) {
  router.command<ReasonInput>(
      {.name = "need.reveal", .path = "/desk/needs/{need}/reveal", .access = Access::over(permission::reveal, "need"),
       .next = [](const CommandContext& context, const Json& answer) {
         const std::string& asked = answer["asked"].text();
         return asked.empty() ? "/desk/needs/" + context.argument("need") + "/contact" : "/desk/minors/" + asked;
       },
       .page = need_page, .region_field = "region"},
      [](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
        const auto need = find_need(tx, TX_TRY(context.id<Need>("need")));
        if (!need) return refuse(Kind::not_found, "http.not_found");
        if (letter_count(input.reason) < 4) return refuse(Kind::invalid, "identity.reason_missing", "reason");
        if (concerns_minor(*need) && !teams::minor_access_runs(tx, context.actor.account, minor_subject(*need), tx.now())) {
          // A child's data need a second person's yes: the reading becomes a request.
          const auto asked = TX_TRY(teams::ask_minor_access(tx, minor_subject(*need), need->region, context.actor.account, input.reason));
          return Json::of({{"region", need->region}, {"asked", id_text(asked)}});
        }
        audit::Entry entry;
        entry.account = context.actor.account.value;
        entry.action = concerns_minor(*need) ? "minor.read" : "need.contact_read";
        entry.object = "need:" + need->id.text();
        entry.region = need->region;
        entry.outcome = "done";
        entry.reason = input.reason;
        audit::append(tx, entry);
        return Json::of({{"region", need->region}});
      });
  router.page("need.contact", "/desk/needs/{need}/contact", Access::over(permission::reveal, "need"),
              [services](Context& context) -> Result<Response> {
                const auto need = find_need(context.reader, TX_TRY(context.id<Need>("need")));
                if (!need) return refuse(Kind::not_found, "http.not_found");
                // Shown only to who stated a reason within the last ten minutes; the entry is the proof.
                const auto stated = storage::scalar<std::int64_t>(
                    context.reader, "select seq from audit_entry where action = $4 and object = $1 and "
                                    "account = $2 and at > $3 order by seq desc limit 1",
                    minor_subject(*need), context.actor.account, context.now.plus(-10 * kMinute),
                    concerns_minor(*need) ? "minor.read" : "need.contact_read");
                if (!stated || (concerns_minor(*need) && !teams::minor_access_runs(context.reader, context.actor.account, minor_subject(*need), context.now))) return refuse(Kind::forbidden, "identity.reason_missing");
                return context.page(
                    "supply/contact",
                    Json::of({{"title", context.text("desk.contact")}, {"need_id", need->id.text()},
                              {"name", services.vault.unseal(need->name_sealed, "need.name").value_or("")},
                              {"phone", services.vault.unseal(need->phone_sealed, "need.phone").value_or("")},
                              {"door", services.vault.unseal(need->door_sealed, "need.door").value_or("")},
                              {"region", teams::region_path(context.reader, need->region, context.language)}}));
              });
}

// ---- the batch: the whole region at once, as a job with progress; its proposals wait for a human (PIPL art. 24)
void add_batch(http::Router& router) {
  router.command<ReasonInput>(
      {.name = "batch.start", .path = "/desk/batch", .access = Access::any(permission::dispatch),
       .next = [](const CommandContext&, const Json& answer) { return "/desk/batch/" + answer["job"].text(); }},
      [](storage::Tx& tx, const CommandContext& context, const ReasonInput&) -> Result<Json> {
        Json regions = Json::array();
        for (const auto& grant : context.actor.grants) {
          if (grant.kind == access::ScopeKind::everywhere) regions = Json::Array{Json("64")};
          if (grant.kind == access::ScopeKind::region) regions.push(grant.scope);
        }
        const auto job = jobs::enqueue(tx, "supply.batch", Json::of({{"regions", regions}}), context.actor.account);
        return Json::of({{"job", job.text()}});
      });
  router.page("batch.show", "/desk/batch/{job}", Access::any(permission::dispatch),
              [](Context& context) -> Result<Response> {
                const auto job = jobs::find_job(context.reader, TX_TRY(context.id<jobs::JobTag>("job")));
                if (!job || job->owner != context.actor.account.value) return refuse(Kind::not_found, "http.not_found");
                Json view = Json::of({{"title", context.text("batch.title")}, {"job", job->id.text()},
                                      {"running", job->state == "waiting" || job->state == "running"},
                                      {"done", job->state == "done"}});
                if (job->state == "done") {
                  Json rows = Json::array();
                  for (const auto& proposal : job->answer["proposals"].items()) {
                    const auto need = find_need(context.reader, {id_value(proposal["need"].text()).value_or(0)});
                    if (!need) continue;
                    const auto card = teams::volunteer_card(context.reader, id_value(proposal["volunteer"].text()).value_or(0));
                    rows.push(Json::of({{"need", need->id.text()}, {"volunteer", proposal["volunteer"].text()},
                                        {"what", context.text("service." + need->service)},
                                        {"where", teams::region_name(context.reader, need->region, context.language)},
                                        {"when", language::date_text(context.language, need->starts)},
                                        {"who", card.name}, {"open", need->state == "open"}}));
                  }
                  Json missing = Json::array();
                  for (const auto& row : job->answer["missing"].items()) {
                    const auto need = find_need(context.reader, {id_value(row.text()).value_or(0)});
                    if (!need || need->state != "open") continue;
                    missing.push(need_row(context.reader, *need, view_context(context), "/desk/needs/" + need->id.text()));
                  }
                  const auto short_of = job->answer["short"].integer();
                  view.set("missing", Json::of({{"rows", missing}})).set("missing_any", missing.size() > 0)
                      .set("missing_text", context.text("batch.missing", {{"n", std::to_string(short_of)}}));
                  view.set("proposals", rows)
                      .set("value", job->answer["value"].integer()).set("bound", job->answer["bound"].integer())
                      .set("gap_text", context.text("batch.gap", {{"gap", job->answer["gap"].text()}}))
                      .set("count_text", context.text("batch.count", {{"n", std::to_string(rows.size())},
                                                                      {"needs", std::to_string(job->answer["needs"].integer())}}));
                }
                return context.page("supply/batch", view);
              });
}

// ---- region overview: live figures that open to their rows
Result<Response> overview_page(Context& context) {
  const auto regions = access::regions_of(context.roles, context.actor, permission::overview);
  const std::string filter = access::region_filter("region", regions);
  const auto count = [&](const std::string& sql, auto... a) {
    return storage::scalar<std::int64_t>(context.reader, sql, a...).value_or(0);
  };
  const Instant month = context.now.plus(-30 * kDay);
  const auto figure = [&](const char* key, std::int64_t value, const std::string& href, bool warn = false) {
    return Json::of({{"label", context.text(key)}, {"value", std::to_string(value)}, {"unit", ""}, {"href", href},
                     {"tone", warn ? "warn" : ""}});
  };
  const auto late = count("select count(*) from need where " + filter + " and due > 0 and due < $1 and state in "
                          "('submitted','open','asked','done')", context.now);
  Json stats = Json::Array{
      figure("overview.waiting", count("select count(*) from need where " + filter + " and state in ('submitted','open')"),
             "/desk/needs?tab=waiting"),
      figure("overview.running", count("select count(*) from need where " + filter + " and state in ('asked','accepted','serving')"),
             "/desk/needs?tab=running"),
      figure("overview.late", late, "/desk/needs?tab=waiting", late > 0),
      figure("overview.met", count("select count(*) from need where " + filter + " and created > $1 and state in "
                                   "('done','confirmed','closed')", month), "/desk/needs?tab=closing"),
      figure("overview.activities", count("select count(*) from activity where " + filter + " and state = 'published' and starts > $1",
                                          context.now), "/activities"),
      figure("overview.minutes", count("select coalesce(sum(minutes),0)/60 from attendance where " + filter +
                                       " and state = 'confirmed' and came > $1", month), "/desk/needs?tab=past")};
  Json bars = Json::array();
  const std::string parent = regions.empty() || regions.front().empty() ? "64" : regions.front();
  std::int64_t most = 1;
  const auto wall = promise_wall(context.reader, parent, month);
  for (const auto& row : wall) most = std::max(most, row.asked);
  for (const auto& row : wall)
    bars.push(Json::of({{"label", teams::region_name(context.reader, row.region, context.language)},
                        {"href", "/promises?region=" + row.region}, {"tone", ""}, {"percent", row.asked * 100 / most},
                        {"value", context.text("wall.line", {{"met", std::to_string(row.met)},
                                                             {"asked", std::to_string(row.asked)},
                                                             {"waiting", std::to_string(row.waiting)}})}}));
  return context.page("supply/overview", Json::of({{"title", context.text("overview.title")}, {"stats", stats}, {"bars", bars}}));
}

}  // namespace

void add_desk_routes(http::Router& router, const Services& services) {
  router.page("desk.needs", "/desk/needs", Access::any(permission::read), desk_page);
  router.page("desk.need", "/desk/needs/{need}", Access::over(permission::read, "need"), need_page);
  add_verify(router);
  add_asking(router);
  add_reveal(router, services);
  add_batch(router);
  router.page("overview", "/desk/overview", Access::any(permission::overview), overview_page);
}

}  // namespace tx::supply
