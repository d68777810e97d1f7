// The batch's screens: the proposal with its proof in plain words, one line changed for another person, and where people are
// missing. A person decides each line; nothing goes out by itself (PIPL art. 24).
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/dispatch/batch.h"
#include "systems/supply/dispatch/bridge.h"
#include "systems/supply/dispatch/desk.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr int kAlternatives = 6, kShortShown = 40;
constexpr std::size_t kLinesShown = 100;

struct StartInput {
  std::string earlier;
};
BOOST_DESCRIBE_STRUCT(StartInput, (), (earlier))
struct MarkInput {
  std::vector<std::string> line;
  std::string what;                // accept, drop, undo, accept_all
  int from = 0;                    // which page of lines comes back
};
BOOST_DESCRIBE_STRUCT(MarkInput, (), (line, what, from))
struct ChangeInput {
  std::string line, volunteer;
};
BOOST_DESCRIBE_STRUCT(ChangeInput, (), (line, volunteer))
struct NoInput {
  std::string nothing;
};
BOOST_DESCRIBE_STRUCT(NoInput, (), (nothing))

std::string percent(double share, int digits = 1) {
  char text[16];
  std::snprintf(text, sizeof text, "%.*f", digits, share * 100);
  return text;
}
std::string grouped(std::int64_t number) {   // 1,204
  std::string text = std::to_string(number);
  for (auto at = static_cast<int>(text.size()) - 3; at > 0; at -= 3) text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

Json why_words(const Json& why, const ViewContext& view) {
  std::vector<matching::Reason> reasons;
  for (const auto& one : why.items()) reasons.push_back(bridge::reason_of(one));
  return bridge::reason_views(reasons, view);
}

Json line_view(const Context& context, const BatchLine& line, const Need& need) {
  static const std::map<LineState, const char*> tones = {{LineState::proposed, "wait"}, {LineState::accepted, "live"}, {LineState::dropped, ""},
                                                         {LineState::dispatched, "done"}, {LineState::gone, "stop"}};
  const auto card = teams::volunteer_card(context.reader, line.volunteer);
  const bool open = line.state == LineState::proposed || line.state == LineState::accepted || line.state == LineState::dropped;
  const std::string refused = line.note.empty() ? "" : context.text(line.note, {{"value", ""}, {"limit", ""}});
  return Json::of({{"line", id_text(line.id)}, {"need", need.id.text()}, {"what", context.text("service." + need.service)},
                   {"where", teams::region_name(context.reader, need.region, context.language)},
                   {"when", language::date_text(context.language, need.starts)}, {"hour", local_text(need.starts).substr(11)}, {"who", card.name}, {"initial", card.initial}, {"tone", card.tone},
                   {"reasons", why_words(line.why, view_context(context))}, {"line_open", open}, {"changed", line.volunteer != line.first_volunteer},
                   {"dropped", line.state == LineState::dropped}, {"urgent", need.urgency >= 2}, {"refused", refused},
                   {"state", Json::of({{"tone", tones.at(line.state)}, {"label", context.text(std::string("batch.line.") + enum_name(line.state))}})}});
}

// "98.7 % of what could at all be reached; no plan can meet more than 1,204 of 1,220 needs, because …"
void add_proof(const Context& context, const BatchRun& run, Json& view) {
  const auto& found = run.found;
  const auto met = found["met"].integer(), possible = found["possible"].integer();
  const double share = run.bound > 0 ? static_cast<double>(run.value) / static_cast<double>(run.bound) : 1;
  // Never rounded up to a perfection that is not proven.
  const int digits = share > 0.9995 ? 2 : 1;
  view.set("share", run.value >= run.bound ? "100" : percent(std::floor(share * (digits == 2 ? 1e4 : 1e3)) / (digits == 2 ? 1e4 : 1e3), digits)).set("share_of_100", std::clamp(static_cast<int>(share * 100), 0, 100));
  view.set("met_words", context.text("batch.met", {{"met", grouped(met)}, {"needs", grouped(run.needs)}, {"filled", grouped(found["filled"].integer())},
                                                   {"seats", grouped(run.seats)}}));
  std::string because;
  Json bars = Json::array();
  std::int64_t most = 1;
  for (const auto& [reason, count] : found["reasons"].members()) most = std::max(most, count.integer());
  for (const auto& [reason, count] : found["reasons"].members()) {
    const auto words = context.text("batch.short." + reason);
    if (reason != "taken") because += (because.empty() ? "" : context.text("batch.because_join")) + context.text("batch.because_part", {{"n", grouped(count.integer())}, {"why", words}});
    bars.push(Json::of({{"label", words}, {"value", grouped(count.integer())}, {"percent", count.integer() * 100 / most}, {"href", ""},
                        {"tone", reason == "taken" ? "second" : ""}}));
  }
  view.set("limit_words", possible >= run.needs ? context.text("batch.limit_all") :
                          context.text("batch.limit", {{"possible", grouped(possible)}, {"needs", grouped(run.needs)}, {"because", because}}));
  view.set("bars", bars).set("has_bars", bars.size() > 0);
  view.set("value_words", context.text("batch.value_words", {{"value", grouped(run.value)}, {"bound", grouped(run.bound)}}));
  const auto kept = found["kept"].integer();
  view.set("kept_words", kept > 0 ? context.text("batch.kept", {{"n", grouped(kept)}}) : "");
}

void add_lines(const Context& context, const BatchRun& run, Json& view) {
  std::map<LineState, int> counts;
  std::map<std::int64_t, Need> needs;
  for (auto& need : storage::select<Need>(context.reader, "select * from need where id in (select need from batch_line where run = $1)", run.id)) needs[need.id.value] = std::move(need);
  auto all = batch_lines(context.reader, run.id);
  for (const auto& line : all) ++counts[line.state];
  std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) {
    return std::pair(needs[a.need.value].starts, a.need.value) < std::pair(needs[b.need.value].starts, b.need.value);
  });
  const auto from = std::min(all.size(), static_cast<std::size_t>(std::clamp(std::atoi(context.request.query["from"].text().c_str()), 0, 1'000'000)));
  const auto to = std::min(all.size(), from + kLinesShown);
  Json days = Json::array(), lines = Json::array();
  for (auto i = from; i < to; ++i) {
    const auto& need = needs[all[i].need.value];
    lines.push(line_view(context, all[i], need));
    const auto day = local_date(need.starts);
    if (i + 1 < to && local_date(needs[all[i + 1].need.value].starts) == day) continue;
    days.push(Json::of({{"day_name", language::day_text(context.language, day)}, {"lines", std::move(lines)}}));
    lines = Json::array();
  }
  if (to - from < all.size()) {
    const auto address = [&](std::size_t at) { return "/desk/batch/" + run.id.text() + "?from=" + std::to_string(at); };
    view.set("pager", Json::of({{"previous", from > 0 ? address(from > kLinesShown ? from - kLinesShown : 0) : ""}, {"next", to < all.size() ? address(to) : ""},
                                {"where", std::to_string(from + 1) + "–" + std::to_string(to) + " / " + std::to_string(all.size())}}));
  }
  view.set("how_measured", bridge::how_measured(stations::Walks(context.reader), view_context(context)));
  view.set("days", days).set("has_lines", !all.empty()).set("from", std::to_string(from));
  view.set("n_accepted", counts[LineState::accepted]).set("n_proposed", counts[LineState::proposed]);
  view.set("dispatch_words", context.text("batch.dispatch", {{"n", std::to_string(counts[LineState::accepted])}}));
  view.set("accept_all_words", context.text("batch.accept_all", {{"n", std::to_string(counts[LineState::proposed])}}));
}

void add_short(const Context& context, const BatchRun& run, Json& view) {
  Json rows = Json::array();
  for (const auto& each : batch_short(context.reader, run.id, kShortShown)) {
    const auto need = find_need(context.reader, each.need);
    if (!need) continue;
    rows.push(Json::of({{"href", "/desk/needs/" + need->id.text()}, {"what", context.text("service." + need->service)},
                        {"where", teams::region_path(context.reader, need->region, context.language)},
                        {"when", language::date_text(context.language, need->starts)}, {"missing_n", each.missing},
                        {"worth", grouped(each.worth)}, {"why", context.text("batch.short." + each.reason)},
                        {"change", context.text("batch.short." + each.reason + ".change")}}));
  }
  view.set("missing", rows).set("has_missing", rows.size() > 0);
}

// The job while it runs, the proposal afterwards; the path names either.
Result<Json> body_view(const Context& context) {
  const auto id = id_value(context.argument("run")).value_or(0);
  auto run = find_batch(context.reader, {id});
  Json view = Json::of({{"batch_id", context.argument("run")}, {"csrf", context.csrf}, {"running", false}, {"done", false}, {"failed", ""}});
  if (!run) {
    const auto job = jobs::find_job(context.reader, {id});
    if (!job || job->owner != context.actor.account.value) return refuse(Kind::not_found, "http.not_found");
    if (job->state == "done") run = find_batch(context.reader, {id_value(job->answer["run"].text()).value_or(0)});
    if (!run) {
      const bool open = job->state == "waiting" || job->state == "running";
      const auto share = job->progress_of > 0 ? job->progress_done * 100 / job->progress_of : 0;
      return view.set("running", open).set("percent", share).set("job", job->id.text())
          .set("failed", open ? "" : context.text(job->state == "refused" ? job->answer["rule"].text() : "jobs.outcome." + job->state));
    }
  }
  if (run->account != context.actor.account) return refuse(Kind::not_found, "http.not_found");
  view.set("done", true).set("run", run->id.text()).set("made_words", context.text("batch.made", {{"at", clock_words(view_context(context), run->at)}}));
  add_proof(context, *run, view);
  add_lines(context, *run, view);
  add_short(context, *run, view);
  return view;
}

Result<Response> batch_page(Context& context) {
  Json view = TX_TRY(body_view(context));
  view.set("title", context.text("batch.title")).set("summary", http::Form(context).summary());
  return context.page("supply/batch", view);
}

struct OneLine {
  BatchRun run;
  BatchLine line;
  Need need;
};
Result<OneLine> one_line(storage::Reader& reader, access::AccountId account, const std::string& run_text, const std::string& line_text) {
  const auto run = find_batch(reader, {id_value(run_text).value_or(0)});
  if (!run || run->account != account) return refuse(Kind::not_found, "http.not_found");
  const auto line = storage::find<BatchLine>(reader, "select * from batch_line where id = $1 and run = $2", id_value(line_text).value_or(0), run->id);
  const auto need = line ? find_need(reader, line->need) : std::nullopt;
  if (!need) return refuse(Kind::not_found, "http.not_found");
  return OneLine{*run, *line, *need};
}

// Another person for one line: the best others, each with what the change costs in points.
Result<Response> line_page(const Desk& desk, Context& context) {
  const auto one = TX_TRY(one_line(context.reader, context.actor.account, context.argument("run"), context.argument("line")));
  const auto view_of = view_context(context);
  const auto weights = desk.pool->weights(context.reader, context.now);
  const auto best = bridge::best_of(context.reader, *desk.pool, one.need, kAlternatives + 2, context.now);
  Json people = Json::array();
  for (std::size_t i = 0; i < best.people.size() && people.size() < kAlternatives; ++i) {
    if (best.people[i].id == one.line.volunteer) continue;
    const auto card = teams::volunteer_card(context.reader, best.people[i].id);
    const auto less = one.line.score - best.scores[i];
    people.push(Json::of({{"value", id_text(best.people[i].id)}, {"label", card.name}, {"initial", card.initial}, {"tone", card.tone}, {"note", card.organisation},
                          {"reasons", bridge::reason_views(matching::reasons(best.people[i], best.slot, weights, local_minute(context.now)), view_of)},
                          {"cost", less > 0 ? context.text("batch.costs", {{"n", grouped(less)}}) : less < 0 ? context.text("batch.gains", {{"n", grouped(-less)}})
                                                                                                              : context.text("batch.equal")}}));
  }
  Json view = Json::of({{"title", context.text("batch.change")}, {"run", one.run.id.text()}, {"summary", http::Form(context).summary()}, {"people", people}, {"none", people.size() == 0},
                        {"how_measured", bridge::how_measured(stations::Walks(context.reader), view_of)}});
  view.set("line", line_view(context, one.line, one.need));
  return context.page("supply/batch_line", view);
}

Result<Json> start(storage::Tx& tx, const CommandContext& context, const StartInput& input) {
  Json regions = Json::array();
  for (const auto& grant : context.actor.grants) {
    if (grant.kind == access::ScopeKind::everywhere) regions = Json::Array{Json("64")};
    if (grant.kind == access::ScopeKind::region) regions.push(grant.scope);
  }
  std::string earlier;
  if (const auto run = find_batch(tx, {id_value(input.earlier).value_or(0)}); run && run->account == context.actor.account) earlier = run->id.text();
  const auto job = jobs::enqueue(tx, "supply.batch", Json::of({{"regions", regions}, {"account", context.actor.account.value}, {"earlier", earlier}}),
                                 context.actor.account);
  return Json::of({{"job", job.text()}});
}

Result<BatchRun> own_run(storage::Reader& reader, const CommandContext& context) {
  const auto run = find_batch(reader, {id_value(context.argument("run")).value_or(0)});
  if (!run || run->account != context.actor.account) return refuse(Kind::not_found, "http.not_found");
  return *run;
}

Result<Json> mark(storage::Tx& tx, const Desk& desk, const CommandContext& context, const MarkInput& input) {
  const auto run = TX_TRY(own_run(tx, context));
  std::vector<std::int64_t> lines;
  if (input.what == "accept_all") {
    for (const auto& line : batch_lines(tx, run.id))
      if (line.state == LineState::proposed) lines.push_back(line.id);
  } else {
    for (const auto& text : input.line) lines.push_back(id_value(text).value_or(0));
  }
  const auto state = input.what == "drop" ? LineState::dropped : input.what == "undo" ? LineState::proposed : LineState::accepted;
  const auto done = TX_TRY(mark_lines(tx, *desk.plans, run.id, lines, state));
  return Json::of({{"marked", done.marked}, {"followed", done.followed}, {"from", input.from}});
}

}  // namespace

void add_batch_routes(http::Router& router, const Desk& desk) {
  const auto dispatches = Access::any(permission::dispatch);
  const auto back = [](const CommandContext& context, const Json& answer) {
    const auto from = answer["from"].integer();
    return "/desk/batch/" + context.argument("run") + (from > 0 ? "?from=" + std::to_string(from) : "");
  };
  router.command<StartInput>({.name = "batch.start", .path = "/desk/batch", .access = dispatches,
                              .next = [](const CommandContext&, const Json& answer) { return "/desk/batch/" + answer["job"].text(); }}, start);
  router.page("batch.show", "/desk/batch/{run}", dispatches, batch_page);
  router.page("batch.body", "/desk/batch/{run}/body", dispatches, [](Context& context) -> Result<Response> {
    return Response::html(context.fragment("supply/batch_body", TX_TRY(body_view(context))));
  });
  const auto line = [desk](Context& context) { return line_page(desk, context); };
  router.page("batch.line", "/desk/batch/{run}/lines/{line}", dispatches, line);
  router.command<MarkInput>({.name = "batch.mark", .path = "/desk/batch/{run}/mark", .access = dispatches, .next = back, .page = batch_page},
                             [desk](storage::Tx& tx, const CommandContext& context, const MarkInput& input) { return mark(tx, desk, context, input); });
  router.command<ChangeInput>(
      {.name = "batch.change", .path = "/desk/batch/{run}/lines/{line}", .access = dispatches, .next = back, .flash = "batch.changed", .page = line},
      [desk](storage::Tx& tx, const CommandContext& context, const ChangeInput& input) -> Result<Json> {
        const auto run = TX_TRY(own_run(tx, context));
        const auto done = TX_TRY(change_line(tx, *desk.plans, run.id, id_value(context.argument("line")).value_or(0), id_value(input.volunteer).value_or(0)));
        return Json::of({{"followed", done.followed}});
      });
  router.command<NoInput>({.name = "batch.dispatch", .path = "/desk/batch/{run}/dispatch", .access = dispatches, .next = back, .flash = "batch.sent", .page = batch_page},
                          [](storage::Tx& tx, const CommandContext& context, const NoInput&) -> Result<Json> {
                            const auto run = TX_TRY(own_run(tx, context));
                            const auto sent = TX_TRY(dispatch_lines(tx, run.id, context.actor.account));
                            return Json::of({{"sent", sent.sent}, {"refused", sent.refused}, {"left", sent.left}});
                          });
}

}  // namespace tx::supply
