// The dispatch board: the queue of needs with clocks, who has which in hand and how the searches stand, and one need with its best
// candidates, with reasons, and why not for anyone. Live: parts fetch themselves anew when something changes.
#include <algorithm>

#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/dispatch/batch.h"
#include "systems/supply/dispatch/desk.h"
#include "systems/supply/dispatch/search.h"
#include "systems/supply/dispatch/why.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

using access::Access;
using http::Context;
using http::Response;

constexpr int kCandidates = 8, kRows = 50, kPieces = 12;

struct Tab {
  const char* id;
  std::vector<std::string> states;
};
const std::vector<Tab>& tabs() {
  static const std::vector<Tab> all = {{"verify", {"submitted"}},
                                       {"waiting", {"open"}},
                                       {"running", {"asked", "accepted", "serving"}},
                                       {"closing", {"done", "confirmed"}},
                                       {"past", {"closed", "refused", "withdrawn"}}};
  return all;
}
const Tab& tab_named(const std::string& id) {
  for (const auto& tab : tabs())
    if (id == tab.id) return tab;
  return tabs().front();
}
const Tab& tab_of(const Need& need) {
  for (const auto& tab : tabs())
    if (std::find(tab.states.begin(), tab.states.end(), need.state) != tab.states.end()) return tab;
  return tabs().front();
}

std::vector<std::string> desk_regions(const Context& context) { return access::regions_of(context.roles, context.actor, permission::read); }

std::string list_of(const std::vector<std::string>& states) {
  std::string list;
  for (const auto& state : states) list += (list.empty() ? "'" : ",'") + state + "'";
  return list;
}

std::int64_t count_in(const Context& context, const std::vector<std::string>& regions, const std::string& where) {
  return storage::scalar<std::int64_t>(context.reader, "select count(*) from need where " + access::region_filter("region", regions) + " and " + where)
      .value_or(0);
}

// One row of the queue: beside what every list of needs shows, its search and who has it in hand.
Json queue_row(const Context& context, const Desk& desk, const Need& need, const std::string& chosen) {
  const auto view = view_context(context);
  Json row = need_row(context.reader, need, view, "/desk/needs/" + need.id.text());
  row.set("chosen", need.id.text() == chosen);
  row.set("search_line", "").set("search_percent", 0);
  if (const auto search = running_search(context.reader, need.id); search && search->looks > 0) {
    const auto chance = std::clamp(search->said["chance"].number(), 0.0, 1.0);
    row.set("search_line", context.text("search.row", {{"chance", chance_words(view, chance)}, {"by", clock_words(view, search->deadline)}}))
        .set("search_percent", static_cast<int>(chance * 100 + 0.5));
  } else if (search) {
    row.set("search_line", context.text("search.row_starting"));
  }
  std::string hands;
  const auto keeper = storage::find<Keeper>(context.reader, "select * from need_keeper where need = $1 and at > $2", need.id, context.now.plus(-kKept));
  if (keeper) hands = keeper->account == context.actor.account ? context.text("desk.in_hand_mine") : context.text("desk.in_hand", {{"name", keeper->name}});
  const auto others = desk.watch->others(need.id, context.actor.account, context.now);
  if (!others.empty() && (!keeper || keeper->name != others.front())) hands = context.text("desk.looking", {{"name", others.front()}});
  row.set("hands", hands);
  return row;
}

Json queue_view(const Context& context, const Desk& desk, const Tab& open, const std::string& chosen, int from = 0) {
  const auto regions = desk_regions(context);
  Json tab_views = Json::array(), rows = Json::array();
  for (const auto& tab : tabs())
    tab_views.push(Json::of({{"href", std::string("/desk/needs?tab=") + tab.id}, {"label", context.text(std::string("desk.tab.") + tab.id)},
                             {"count", count_in(context, regions, "state in (" + list_of(tab.states) + ")")}, {"current", &tab == &open}}));
  const auto found = needs_in(context.reader, regions, open.states, kRows + 1, from);
  int urgency = -1;
  for (const auto& need : found) {
    if (rows.size() >= kRows) continue;
    Json row = queue_row(context, desk, need, chosen);
    const bool waiting = &open < &tabs()[2];   // the most urgent stand first: said once for all of them
    row.set("group", waiting && need.urgency != urgency ? context.text("need.urgency." + std::to_string(need.urgency)) : "");
    rows.push(std::move(row));
    urgency = need.urgency;
  }
  const auto address = [&](const char* page, int at) { return std::string(page) + "?tab=" + open.id + (at > 0 ? "&from=" + std::to_string(at) : ""); };
  Json view = Json::of({{"tabs", tab_views}, {"rows", rows}, {"queue_empty", rows.size() == 0},
                        {"queue_src", address("/desk/queue", from) + (chosen.empty() ? "" : "&need=" + chosen)},
                        {"desk_topic", live::desk_topic(regions)}});
  if (from > 0 || found.size() > kRows)
    view.set("pager", Json::of({{"previous", from > 0 ? address("/desk/needs", std::max(0, from - kRows)) : ""},
                                {"next", found.size() > kRows ? address("/desk/needs", from + kRows) : ""},
                                {"where", std::to_string(from + 1) + "–" + std::to_string(from + static_cast<int>(rows.size()))}}));
  return view;
}

int from_in(const Context& context) { return std::clamp(std::atoi(context.request.query["from"].text().c_str()), 0, 1'000'000); }

Json figures_view(const Context& context) {
  const auto regions = desk_regions(context);
  const auto figure = [&](const char* key, std::int64_t value, const char* href, bool warn = false) {
    return Json::of({{"label", context.text(key)}, {"value", std::to_string(value)}, {"unit", ""}, {"href", href}, {"tone", warn ? "warn" : ""}});
  };
  const auto number = [](std::int64_t us) { return std::to_string(us); };
  const auto late = count_in(context, regions, "due > 0 and due < " + number(context.now.us) + " and state in ('submitted','open','asked','done')");
  const auto searching = storage::scalar<std::int64_t>(
      context.reader, "select count(*) from search s join need n on n.id = s.need where s.state = 'running' and " + access::region_filter("n.region", regions));
  const auto today = start_of(local_date(context.now));
  const auto accepted = storage::scalar<std::int64_t>(
      context.reader, "select count(*) from need where " + access::region_filter("region", regions) + " and id in (select object from flow_event "
                      "where flow = 'need' and action = 'take' and at >= $1)", today);
  return Json::of({{"stats", Json::Array{figure("desk.figure.verify", count_in(context, regions, "state = 'submitted'"), "/desk/needs?tab=verify"),
                                         figure("desk.figure.open", count_in(context, regions, "state = 'open'"), "/desk/needs?tab=waiting"),
                                         figure("desk.figure.searching", searching.value_or(0), "/desk/needs?tab=running"),
                                         figure("desk.figure.late", late, "/desk/needs?tab=waiting", late > 0),
                                         figure("desk.figure.accepted", accepted.value_or(0), "/desk/needs?tab=running")}}});
}

// What happened just now in the region, newest first.
struct Piece {
  std::int64_t id = 0;
  std::string service, region, to_state, action;
  Instant at;
};
BOOST_DESCRIBE_STRUCT(Piece, (), (id, service, region, to_state, action, at))
Json news_view(const Context& context) {
  const auto view = view_context(context);
  Json news = Json::array();
  for (const auto& piece : storage::select<Piece>(
           context.reader, "select n.id, n.service, n.region, e.to_state, e.action, e.at from flow_event e join need n on n.id = e.object where "
                           "e.flow = 'need' and e.at > $1 and e.at <= $2 and " + access::region_filter("n.region", desk_regions(context)) +
                           " order by e.at desc, e.seq desc limit $3", context.now.plus(-2 * kDay), context.now, kPieces))
    news.push(Json::of({{"at", clock_words(view, piece.at)}, {"href", "/desk/needs/" + id_text(piece.id)},
                        {"what", context.text("service." + piece.service)}, {"where", teams::region_name(context.reader, piece.region, context.language)},
                        {"state", pill("need", piece.to_state, kNeedFlow, view)}}));
  return news;
}

// Where people are missing, by what one more helper would be worth: from the last batch of this dispatcher.
void add_missing(const Context& context, Json& page) {
  const auto run = latest_batch(context.reader, context.actor.account);
  page.set("has_missing", false);
  if (!run) return;
  Json rows = Json::array();
  const auto view = view_context(context);
  for (const auto& each : batch_short(context.reader, run->id, 40)) {
    const auto need = find_need(context.reader, each.need);
    if (!need || need->state != "open" || rows.size() >= 6) continue;
    rows.push(Json::of({{"href", "/desk/needs/" + need->id.text()}, {"what", context.text("service." + need->service)},
                        {"where", teams::region_name(context.reader, need->region, context.language)},
                        {"when", language::date_text(context.language, need->starts)}, {"why", context.text("batch.short." + each.reason)}}));
  }
  page.set("has_missing", rows.size() > 0).set("missing", rows).set("missing_href", "/desk/batch/" + run->id.text())
      .set("missing_at", clock_words(view, run->at));
}

Result<Response> board_page(const Desk& desk, Context& context) {
  std::string tab = context.request.query["tab"].text();   // what is to be verified comes first, while there is any
  if (tab.empty()) tab = count_in(context, desk_regions(context), "state = 'submitted'") > 0 ? "verify" : "waiting";
  Json view = queue_view(context, desk, tab_named(tab), "", from_in(context));
  view.set("stats", figures_view(context)["stats"]);
  view.set("title", context.text("desk.needs")).set("may_batch", context.may(permission::dispatch)).set("news", news_view(context));
  add_missing(context, view);
  return context.page("supply/desk", view);
}

Json candidate_views(const Context& context, const Desk& desk, const Need& need) {
  Json list = Json::array();
  for (const auto& candidate : candidates(context.reader, *desk.pool, need, kCandidates, view_context(context))) {
    const auto card = teams::volunteer_card(context.reader, candidate.volunteer);
    list.push(Json::of({{"tick_name", "volunteer"}, {"value", id_text(candidate.volunteer)}, {"label", card.name},
                        {"note", card.organisation}, {"initial", card.initial}, {"tone", card.tone}, {"volunteer_no", card.volunteer_no},
                        {"selected", false}, {"state", Json()}, {"reasons", candidate.reasons},
                        {"points", candidate.score}}));
  }
  return list;
}

void add_hands(const Context& context, const Desk& desk, const Need& need, Json& view) {
  const auto keeper = storage::find<Keeper>(context.reader, "select * from need_keeper where need = $1 and at > $2", need.id, context.now.plus(-kKept));
  const auto others = desk.watch->others(need.id, context.actor.account, context.now);
  std::string words;
  if (keeper && keeper->account != context.actor.account)
    words = context.text("desk.in_hand_since", {{"name", keeper->name}, {"at", clock_words(view_context(context), keeper->at)}});
  else if (!others.empty())
    words = context.text("desk.looking", {{"name", others.front()}});
  view.set("hands_words", words).set("may_take_up", context.may(permission::dispatch) && !(keeper && keeper->account == context.actor.account));
}

void add_actions(const Context& context, const http::Form& form, const Need& need, Json& view) {
  std::vector<http::Option> hows;
  for (const char* how : {"phone", "visit", "online", "known"}) hows.push_back({how, context.text(std::string("need.how.") + how)});
  if (need.state == "submitted" && context.may(permission::verify))
    view.set("verifying", true).set("f_how", form.options("how", "need.how", hows)).set("may_find", context.may(permission::dispatch))
        .set("find_by_itself", workflow::setting_amount(context.reader, "asking.automatic", need.region, 0) > 0);
  view.set("may_refuse", (need.state == "submitted" || need.state == "open") && context.may(permission::verify))
      .set("f_reason", form.field("reason", "desk.reason", "desk.reason.hint"))
      .set("may_redispatch", kNeedFlow.step(need.state, "dispatch_again") != nullptr && context.may(permission::dispatch))
      .set("may_reveal", context.may(permission::reveal))
      .set("f_reveal", form.field("reason", "desk.reveal_reason", "desk.reveal_reason.hint"))
      .set("call", (need.state == "done" || need.state == "confirmed") &&
                       (need.channel == Channel::station || need.channel == Channel::hotline));
}

void add_why(const Context& context, const Desk& desk, const Need& need, Json& view) {
  const std::string number = context.request.query["why"].text();
  view.set("why_asked", number).set("why", Json());
  if (number.empty()) return;
  const auto volunteer = teams::find_volunteer_by_number(context.reader, number);
  view.set("why_unknown", !volunteer.has_value());
  if (!volunteer) return;
  const auto run = latest_batch(context.reader, context.actor.account);
  const auto plan = run ? desk.plans->find(run->id.value) : nullptr;
  view.set("why", why_view(context.reader, *desk.pool, plan.get(), need, volunteer->id.value, view_context(context))).set("why_volunteer", volunteer->id.text());
}

Result<Response> need_page(const Desk& desk, Context& context) {
  const auto need = find_need(context.reader, TX_TRY(context.id<Need>("need")));
  if (!need) return refuse(Kind::not_found, "http.not_found");
  if (desk.watch->seen(need->id, context.actor.account, context.actor.name, context.now)) live::publish(*need);
  const ViewContext of = view_context(context);
  const http::Form form(context, Json::of({{"how", "phone"}}));
  Json view = queue_view(context, desk, tab_of(*need), need->id.text());
  view.set("title", context.text("service." + need->service)).set("summary", form.summary());
  add_need_facts(context.reader, *need, of, view);
  view.set("progress", search_view(context.reader, *need, of, context.may(permission::dispatch), context.csrf));
  view.set("need_topic", live::need_topic(need->id));
  view.set("helpers", helper_cards(context.reader, *need, of)).set("has_helpers", view["helpers"].size() > 0);
  const bool dispatching = need->state == "open" || need->state == "asked";
  if (dispatching && context.may(permission::dispatch)) {
    const Json found = candidate_views(context, desk, *need);
    view.set("dispatching", true).set("candidates", found).set("no_candidates", found.size() == 0);
    view.set("tick_submit", context.text("desk.ask_them")).set("how_measured", bridge::how_measured(stations::Walks(context.reader), of));
  }
  add_why(context, desk, *need, view);
  add_hands(context, desk, *need, view);
  Json same = Json::array();
  for (const auto& other : same_needs(context.reader, *need))
    same.push(Json::of({{"href", "/desk/needs/" + other.id.text()},
                        {"words", context.text("need.same_as", {{"number", other.number},
                                                                {"when", language::date_text(context.language, other.starts)}})}}));
  view.set("same", same).set("has_same", same.size() > 0);
  add_actions(context, form, *need, view);
  return context.page("supply/desk_need", view);
}

}  // namespace

std::string clock_words(const ViewContext& view, Instant at) {
  return local_date(at) == local_date(view.now) ? local_text(at).substr(11) : language::date_text(view.language, at);
}
std::string chance_words(const ViewContext& view, double chance) {
  const auto text = [&](const char* key, int n) { return view.words.text(view.language, key, {{"n", std::to_string(n)}}); };
  if (chance < 0.05) return view.words.text(view.language, "search.chance_hardly");
  if (chance >= 0.95) return text("search.chance_percent", std::min(99, static_cast<int>(chance * 100)));
  return text("search.chance_ten", std::clamp(static_cast<int>(chance * 10 + 0.5), 1, 9));
}

http::PageHandler need_page_of(const Desk& desk) {
  return [desk](Context& context) { return need_page(desk, context); };
}

void add_board_routes(http::Router& router, const Desk& desk) {
  const auto reads = Access::any(permission::read);
  router.page("desk.needs", "/desk/needs", reads, [desk](Context& context) { return board_page(desk, context); });
  router.page("desk.queue", "/desk/queue", reads, [desk](Context& context) -> Result<Response> {
    return Response::html(context.fragment("supply/desk_queue", queue_view(context, desk, tab_named(context.request.query["tab"].text()),
                                                                           context.request.query["need"].text(), from_in(context))));
  });
  router.page("desk.figures", "/desk/figures", reads,
              [](Context& context) -> Result<Response> { return Response::html(context.fragment("layout/stats", figures_view(context))); });
  router.page("desk.news", "/desk/news", reads, [](Context& context) -> Result<Response> {
    return Response::html(context.fragment("supply/desk_news", Json::of({{"news", news_view(context)}})));
  });
  router.page("desk.need", "/desk/needs/{need}", Access::over(permission::read, "need"), need_page_of(desk));
}

}  // namespace tx::supply
