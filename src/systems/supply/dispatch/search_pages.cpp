// The search for helpers on a need's page: how likely it is to be filled by when, what was done so far, and start, hurry,
// change and stop.
#include <algorithm>
#include <map>

#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/dispatch/desk.h"
#include "systems/supply/dispatch/search.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct SearchInput {
  std::string pace, deadline, reason;   // deadline: 2026-11-26 15:00, or a number of minutes from now
};
BOOST_DESCRIBE_STRUCT(SearchInput, (), (pace, deadline, reason))

Json deadline_options(const Need& need, Instant now, Instant chosen, const ViewContext& view) {
  const Date today = local_date(now);
  std::vector<Instant> all = {usual_deadline(need, now), now.plus(kHour), now.plus(2 * kHour), now.plus(4 * kHour), instant_of(today, 20, 0),
                              instant_of({today.days + 1}, 12, 0), instant_of({today.days + 1}, 20, 0), need.starts.plus(-kHour), need.starts};
  if (chosen.us) all.push_back(chosen);
  for (auto& at : all) at.us -= at.us % kMinute;
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  Instant best = chosen.us ? chosen : usual_deadline(need, now);
  best.us -= best.us % kMinute;
  Json options = Json::array();
  for (const auto at : all)
    if (at > now.plus(11 * kMinute) && at <= latest_deadline(need, now))
      options.push(Json::of({{"value", local_text(at)}, {"label", clock_words(view, at)}, {"selected", at == best}}));
  return options;
}

Json pace_options(Pace chosen, const ViewContext& view) {
  Json options = Json::array();
  for (const auto pace : {Pace::calm, Pace::usual, Pace::brisk})
    options.push(Json::of({{"value", enum_name(pace)}, {"label", view.words.text(view.language, std::string("search.pace.") + enum_name(pace))},
                           {"selected", pace == chosen}}));
  return options;
}

const char* tone_of(AskState state) {
  return state == AskState::accepted ? "done" : state == AskState::asked ? "wait" : state == AskState::declined ? "stop" : "";
}

Json ask_rows(storage::Reader& reader, const std::vector<Ask>& asks, const ViewContext& view) {
  Json list = Json::array();
  for (auto ask = asks.rbegin(); ask != asks.rend(); ++ask) {
    const std::string name = ask->volunteer ? teams::volunteer_card(reader, ask->volunteer).name
                                            : teams::find_organisation(reader, ask->organisation).value_or(teams::Organisation{}).name;
    list.push(Json::of({{"who", name}, {"wave", ask->wave}, {"asked_at", clock_words(view, ask->asked_at)}, {"ask_reason", ask->reason},
                        {"state", Json::of({{"tone", tone_of(ask->state)},
                                            {"label", view.words.text(view.language, std::string("ask.state.") + enum_name(ask->state))}})},
                        {"answered", ask->answered_at.us ? clock_words(view, ask->answered_at) : ""}}));
  }
  return list;
}

// The course of the asking in sentences, newest first: waves, answers, invitations taken back, and what people ordered.
Json course(storage::Reader& reader, const Need& need, const std::optional<Search>& search, const std::vector<Ask>& asks, const ViewContext& view) {
  std::vector<std::pair<Instant, std::string>> pieces;
  const auto say = [&](Instant at, const char* key, std::vector<std::pair<std::string, std::string>> args = {}) {
    pieces.emplace_back(at, view.words.text(view.language, key, args));
  };
  std::map<int, std::pair<Instant, int>> waves;
  std::map<std::int64_t, int> taken_back;
  for (const auto& ask : asks) {
    auto& wave = waves[ask.wave];
    wave.first = ask.asked_at;
    ++wave.second;
    const std::string name = ask.volunteer ? teams::volunteer_card(reader, ask.volunteer).name : "";
    if (ask.state == AskState::accepted) say(ask.answered_at, "search.course.yes", {{"name", name}});
    if (ask.state == AskState::declined) say(ask.answered_at, "search.course.no");
    if (ask.state == AskState::withdrawn) ++taken_back[ask.answered_at.us];
  }
  for (const auto& [number, wave] : waves) say(wave.first, "search.course.wave", {{"n", std::to_string(wave.second)}, {"wave", std::to_string(number)}});
  for (const auto& [at, count] : taken_back) say({at}, "search.course.taken_back", {{"n", std::to_string(count)}});
  if (search)
    for (const auto& event : workflow::history(reader, "search", search->id.value))
      if (event.action != "wave") say(event.at, ("search.course." + event.action).c_str());
  (void)need;
  std::stable_sort(pieces.begin(), pieces.end(), [](const auto& a, const auto& b) { return b.first < a.first; });
  Json list = Json::array();
  for (const auto& [at, words] : pieces)
    if (list.size() < 30) list.push(Json::of({{"piece_at", clock_words(view, at)}, {"words", words}}));
  return list;
}

std::string sentence_of(const Search& search, const ViewContext& view) {
  const auto text = [&](const std::string& key, std::vector<std::pair<std::string, std::string>> args = {}) {
    return view.words.text(view.language, key, args);
  };
  if (search.state != "running") return text("search.state." + search.state);
  if (search.looks == 0 || search.said["state"].text().empty()) return text("search.starting");
  if (search.said["state"].text() == "quiet") return text("search.quiet", {{"at", clock_words(view, search.look_at)}});
  return text("search.statement", {{"chance", chance_words(view, search.said["chance"].number())}, {"by", clock_words(view, search.deadline)}});
}

void add_running(storage::Reader& reader, const Need& need, const Search& search, const std::vector<Ask>& asks, const ViewContext& view, Json& page) {
  const auto text = [&](const std::string& key, std::vector<std::pair<std::string, std::string>> args = {}) {
    return view.words.text(view.language, key, args);
  };
  int waiting = 0, no = 0, yes = 0;
  for (const auto& ask : asks) waiting += ask.state == AskState::asked, no += ask.state == AskState::declined, yes += ask.state == AskState::accepted;
  const double chance = std::clamp(search.said["chance"].number(), 0.0, 1.0), reach = search.said["reach"].number();
  page.set("chance_percent", static_cast<int>(chance * 100 + 0.5));
  page.set("counts", text("search.counts", {{"asked", std::to_string(asks.size())}, {"waiting", std::to_string(waiting)}, {"yes", std::to_string(yes)},
                                            {"no", std::to_string(no)}}));
  page.set("next_look", search.looks > 0 ? text("search.next_look", {{"at", clock_words(view, search.look_at)}}) : "");
  page.set("few", search.looks > 0 && search.said["state"].text() != "quiet" && reach < 0.7 ? text("search.few", {{"chance", chance_words(view, reach)}}) : "");
  Json standby = Json::array();
  for (const auto& id : search.said["standby"].items())
    standby.push(Json::of({{"standby_name", teams::volunteer_card(reader, id_value(id.text()).value_or(0)).name}}));
  page.set("standby", standby).set("has_standby", standby.size() > 0);
  page.set("may_hurry", search.pace != Pace::brisk).set("same_deadline", local_text(search.deadline));
  page.set("paces", pace_options(search.pace, view)).set("deadlines", deadline_options(need, view.now, search.deadline, view));
}

Result<Instant> deadline_of(const SearchInput& input, const Need& need, Instant now) {
  if (input.deadline.empty()) return usual_deadline(need, now);
  if (const auto at = parse_instant(input.deadline)) return *at;
  return refuse(Kind::invalid, "search.deadline_range", "deadline");
}

Result<Json> on_need(storage::Tx& tx, const CommandContext& context, const std::function<Result<void>(Need&)>& act) {
  auto need = find_need(tx, TX_TRY(context.id<Need>("need")));
  if (!need) return refuse(Kind::not_found, "http.not_found");
  TX_CHECK(act(*need));
  keep(tx, *need, context.actor);
  return Json::of({{"state", need->state}, {"region", need->region}});
}

}  // namespace

Json search_view(storage::Reader& reader, const Need& need, const ViewContext& view, bool may_dispatch, const std::string& csrf) {
  const auto search = latest_search(reader, need.id);
  const auto asks = asks_of(reader, need.id);
  const bool open = need.state == "open" || need.state == "asked";
  const bool running = search && search->state == "running";
  Json page = Json::of({{"need_id", need.id.text()}, {"csrf", csrf}, {"searching", running}, {"searched", search.has_value()},
                        {"may_start", may_dispatch && open && !running}, {"may_steer", may_dispatch && running}, {"few", ""}, {"standby", Json::array()},
                        {"has_standby", false}});
  page.set("statement", search ? sentence_of(*search, view) : "");
  page.set("search_state", search ? pill("search", search->state, kSearchFlow, view) : Json());
  if (running) add_running(reader, need, *search, asks, view, page);
  if (may_dispatch && open && !running)
    page.set("paces", pace_options(Pace::usual, view)).set("deadlines", deadline_options(need, view.now, {}, view));
  page.set("course", course(reader, need, search, asks, view)).set("asks", ask_rows(reader, asks, view)).set("has_asks", !asks.empty());
  page.set("show_search", search.has_value() || (may_dispatch && open) || !asks.empty());
  page.set("timeline", need_timeline(reader, need, view));
  return page;
}

void add_search_routes(http::Router& router, const Desk& desk) {
  const auto dispatches = Access::over(permission::dispatch, "need");
  const auto back = [](const CommandContext& context, const Json&) { return "/desk/needs/" + context.argument("need"); };
  const auto command = [&](const char* name, const char* path, const char* flash, std::function<Result<void>(storage::Tx&, const CommandContext&, const SearchInput&, Need&)> act) {
    router.command<SearchInput>({.name = name, .path = std::string("/desk/needs/{need}/") + path, .access = dispatches, .next = back, .flash = flash,
                                 .page = need_page_of(desk), .region_field = "region"},
                                [act](storage::Tx& tx, const CommandContext& context, const SearchInput& input) -> Result<Json> {
                                  return on_need(tx, context, [&](Need& need) { return act(tx, context, input, need); });
                                });
  };
  command("search.start", "search", "search.started", [](storage::Tx& tx, const CommandContext& context, const SearchInput& input, Need& need) -> Result<void> {
    TX_CHECK(start_search(tx, need, TX_TRY(deadline_of(input, need, tx.now())), enum_value<Pace>(input.pace).value_or(Pace::usual), context.actor.account));
    return {};
  });
  command("search.change", "search/change", "search.changed", [](storage::Tx& tx, const CommandContext& context, const SearchInput& input, Need& need) -> Result<void> {
    TX_CHECK(change_search(tx, need, TX_TRY(deadline_of(input, need, tx.now())), enum_value<Pace>(input.pace).value_or(Pace::usual), context.actor.account));
    return {};
  });
  command("search.stop", "search/stop", "search.stopped", [](storage::Tx& tx, const CommandContext& context, const SearchInput& input, Need& need) {
    return stop_search(tx, need, context.actor.account, input.reason);
  });
  router.page("search.progress", "/desk/needs/{need}/progress", Access::over(permission::read, "need"), [desk](Context& context) -> Result<Response> {
    const auto need = find_need(context.reader, TX_TRY(context.id<Need>("need")));
    if (!need) return refuse(Kind::not_found, "http.not_found");
    desk.watch->seen(need->id, context.actor.account, context.actor.name, context.now);
    return Response::html(context.fragment("supply/desk_progress", search_view(context.reader, *need, view_context(context),
                                                                               context.may(permission::dispatch), context.csrf)));
  });
}

}  // namespace tx::supply
