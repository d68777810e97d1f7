// Weights as a table that an officer edits with a reason, every version kept; what another table would change on today's needs;
// and whether the work is spread fairly.
#include <algorithm>
#include <cstdio>

#include "platform/http/forms.h"
#include "platform/identity/identity.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/dispatch/desk.h"
#include "systems/supply/dispatch/fairness.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr int kHistory = 20;

struct WeightsInput {
  std::string base, urgency, skill, language, near, continuity, reliability, load, rested, preferred, first_seat, reason, what;   // what: save, compare
};
BOOST_DESCRIBE_STRUCT(WeightsInput, (), (base, urgency, skill, language, near, continuity, reliability, load, rested, preferred, first_seat, reason, what))
struct RulesInput {
  int quiet_from = 21, quiet_to = 8, rest_hours = 20, week_cap = 5;
  bool automatic = false;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(RulesInput, (), (quiet_from, quiet_to, rest_hours, week_cap, automatic, reason))
struct NoInput {
  std::string nothing;
};
BOOST_DESCRIBE_STRUCT(NoInput, (), (nothing))

std::string lines_in(const WeightsInput& input) {
  std::string lines;
  for_each_field(input, [&](const std::string& name, const std::string& value) {
    if (name != "reason" && name != "what" && !value.empty()) lines += name + " " + value + "\n";
  });
  return lines;
}

std::vector<std::string> own_regions(const access::Actor& actor) {
  std::vector<std::string> regions;
  for (const auto& grant : actor.grants) {
    if (grant.kind == access::ScopeKind::everywhere) return {"64"};
    if (grant.kind == access::ScopeKind::region) regions.push_back(grant.scope.empty() ? "64" : grant.scope);
  }
  return regions;
}
Json region_list(const access::Actor& actor) {
  Json list = Json::array();
  for (const auto& region : own_regions(actor)) list.push(region);
  return list;
}

std::string account_name(storage::Reader& reader, std::int64_t account) {
  return storage::scalar<std::string>(reader, "select display_name from account where id = $1", account).value_or("");
}

Json history_view(const Context& context) {
  Json list = Json::array();
  const auto rows = weight_history(context.reader, kHistory);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto now = weights_of(context.reader, rows[i].id)->weights.table();
    const auto before = i + 1 < rows.size() ? weights_of(context.reader, rows[i + 1].id)->weights.table() : matching::Weights{}.table();
    std::string changes;
    for (std::size_t w = 0; w < now.size(); ++w)
      if (now[w].points != before[w].points)
        changes += (changes.empty() ? "" : " · ") + context.text("weight." + std::string(now[w].name)) + " " + std::to_string(before[w].points) + " → " + std::to_string(now[w].points);
    list.push(Json::of({{"at", language::date_text(context.language, rows[i].at)}, {"who", account_name(context.reader, rows[i].account)},
                        {"why", rows[i].reason}, {"changes", changes}}));
  }
  return list;
}

Result<Response> weights_page(Context& context) {
  const http::Form form(context);
  const auto current = current_weights(context.reader).weights.table(), usual = matching::Weights{}.table();
  int most = 1;
  for (const auto& weight : current) most = std::max(most, std::abs(weight.points));
  Json rows = Json::array();
  for (std::size_t i = 0; i < current.size(); ++i) {
    const std::string name(current[i].name), typed = form.text(name);
    rows.push(Json::of({{"name", name}, {"label", context.text("weight." + name)}, {"unit", context.text("weight." + name + ".unit")},
                        {"points", typed.empty() ? std::to_string(current[i].points) : typed}, {"percent", std::abs(current[i].points) * 100 / most},
                        {"minus", current[i].points < 0}, {"changed", current[i].points != usual[i].points},
                        {"usual", context.text("weight.usual", {{"n", std::to_string(usual[i].points)}})}}));
  }
  const auto setting = [&](const char* name, int fallback) { return workflow::setting_amount(context.reader, std::string("asking.") + name, "", fallback); };
  Json view = Json::of({{"title", context.text("weights.title")}, {"summary", form.summary()}, {"weights", rows}, {"history", history_view(context)},
                        {"f_reason", form.field("reason", "desk.reason", "weights.reason_hint", Json::of({{"maxlength", 200}}))},
                        {"quiet_from", setting("quiet_from", 21)}, {"quiet_to", setting("quiet_to", 8)}, {"rest_hours", setting("rest_hours", 20)},
                        {"week_cap", setting("week_cap", 5)}, {"automatic", setting("automatic", 0) > 0}});
  view.set("has_history", view["history"].size() > 0);
  return context.page("supply/weights", view);
}

Result<Json> save_or_compare(storage::Tx& tx, const CommandContext& context, const WeightsInput& input) {
  const std::string lines = lines_in(input);
  if (input.what == "compare") {
    matching::Weights other;
    if (!matching::Weights::parse(lines_of(current_weights(tx).weights) + lines, other).empty()) return refuse(Kind::invalid, "weights.unreadable");
    if (other.base < 1) return refuse(Kind::invalid, "weights.base_range", "base");
    if (other.load > 0) return refuse(Kind::invalid, "weights.load_sign", "load");
    const auto job = jobs::enqueue(tx, "supply.compare", Json::of({{"regions", region_list(context.actor)}, {"lines", lines}}), context.actor.account);
    return Json::of({{"job", job.text()}});
  }
  const auto table = TX_TRY(set_weights(tx, lines, input.reason, context.actor.account.value));
  return Json::of({{"table", id_text(table.id)}});
}

// The job of this officer that a page shows; with its progress until it is done.
Result<Json> job_view(const Context& context, const jobs::JobRow& job) {
  if (job.owner != context.actor.account.value) return refuse(Kind::not_found, "http.not_found");
  const bool open = job.state == "waiting" || job.state == "running";
  return Json::of({{"running", open}, {"done", job.state == "done"}, {"percent", job.progress_of > 0 ? job.progress_done * 100 / job.progress_of : 0},
                   {"failed", open || job.state == "done" ? "" : context.text(job.state == "refused" ? job.answer["rule"].text() : "jobs.outcome." + job.state)}});
}

std::string fixed(double value, int digits) {
  char text[24];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

Json versus(const Context& context, const Json& before, const Json& after) {
  Json rows = Json::array();
  const auto row = [&](const char* key, const std::string& was, const std::string& is) {
    rows.push(Json::of({{"label", context.text(key)}, {"was", was}, {"is", is}, {"differs", was != is}}));
  };
  const auto whole = [](const Json& value) { return std::to_string(value.integer()); };
  row("compare.met", whole(before["met"]), whole(after["met"]));
  row("compare.filled", whole(before["filled"]), whole(after["filled"]));
  row("compare.distance", fixed(before["metres"].number() / 1000, 2), fixed(after["metres"].number() / 1000, 2));
  row("compare.load", fixed(before["load"].number() / 60, 1), fixed(after["load"].number() / 60, 1));
  row("compare.rested", whole(before["rested"]), whole(after["rested"]));
  row("compare.known", whole(before["known"]), whole(after["known"]));
  row("compare.gini", fixed(before["gini"].number(), 3), fixed(after["gini"].number(), 3));
  return rows;
}

Result<Json> compare_view(const Context& context) {
  const auto job = jobs::find_job(context.reader, TX_TRY(context.id<jobs::JobTag>("job")));
  if (!job || job->kind != "supply.compare") return refuse(Kind::not_found, "http.not_found");
  Json view = TX_TRY(job_view(context, *job));
  view.set("job", job->id.text());
  matching::Weights other;
  const auto in_force = current_weights(context.reader).weights;
  const auto current = in_force.table();
  if (matching::Weights::parse(lines_of(in_force) + job->input["lines"].text(), other).empty()) {
    Json changes = Json::array();
    for (std::size_t i = 0; i < current.size(); ++i)
      if (current[i].points != other.table()[i].points)
        changes.push(Json::of({{"label", context.text("weight." + std::string(current[i].name))}, {"was", std::to_string(current[i].points)}, {"is", std::to_string(other.table()[i].points)}}));
    view.set("changes", changes).set("same_table", changes.size() == 0);
  }
  if (job->state != "done") return view;
  const auto& answer = job->answer;
  const auto same = answer["same"].integer(), changed = answer["changed"].integer();
  view.set("rows", versus(context, answer["before"], answer["after"]))
      .set("headline", context.text(changed == 0 ? "compare.nothing" : "compare.headline", {{"n", std::to_string(changed)}, {"of", std::to_string(same + changed)}, {"needs", std::to_string(answer["needs"].integer())}}));
  Json examples = Json::array();
  for (const auto& one : answer["examples"].items()) {
    const auto need = find_need(context.reader, {id_value(one["need"].text()).value_or(0)});
    if (!need) continue;
    const auto name = [&](const Json& id) { return id.text().empty() ? context.text("compare.nobody") : teams::volunteer_card(context.reader, id_value(id.text()).value_or(0)).name; };
    examples.push(Json::of({{"what", context.text("service." + need->service)}, {"where", teams::region_name(context.reader, need->region, context.language)},
                            {"was", name(one["was"])}, {"is", name(one["is"])}}));
  }
  return view.set("examples", examples).set("has_examples", examples.size() > 0);
}

// The curve as points of an SVG field of 360 x 200: the load of those chosen falls to the right, cost grows downwards.
Json curve_view(const Context& context, const Json& answer) {
  Json points = Json::array();
  std::string line;
  const double most = std::max(1.0, answer["most"].number());
  double worst = 0.0001, low = 1e9, high = 0;
  for (const auto& point : answer["points"].items()) {
    worst = std::max(worst, 1 - point["value"].number() / most);
    low = std::min(low, point["load"].number());
    high = std::max(high, point["load"].number());
  }
  const double span = std::max(1.0, high - low);
  for (const auto& point : answer["points"].items()) {
    const double cost = 1 - point["value"].number() / most;
    const int x = static_cast<int>(44 + (high - point["load"].number()) / span * 296), y = static_cast<int>(20 + cost / worst * 140);
    line += (line.empty() ? "" : " ") + std::to_string(x) + "," + std::to_string(y);
    points.push(Json::of({{"x", x}, {"y", y}, {"now", point["now"]}, {"factor", context.text("fairness.factor", {{"n", std::to_string(point["factor"].integer())}})},
                          {"hours", fixed(point["load"].number() / 60, 1)}, {"cost", fixed(cost * 100, 2)}}));
  }
  return Json::of({{"curve_points", points}, {"curve_line", line}, {"hours_high", fixed(high / 60, 1)}, {"hours_low", fixed(low / 60, 1)}, {"cost_most", fixed(worst * 100, 2)}});
}

std::optional<jobs::JobRow> latest_curve(storage::Reader& reader, access::AccountId account) {
  const auto id = storage::scalar<std::int64_t>(reader, "select id from job where kind = 'supply.fairness' and owner = $1 order by id desc limit 1", account);
  return id ? jobs::find_job(reader, {*id}) : std::nullopt;
}

Result<Json> curve_part(const Context& context) {
  Json view = Json::of({{"csrf", context.csrf}, {"running", false}, {"done", false}, {"failed", ""}, {"never", true}});
  const auto job = latest_curve(context.reader, context.actor.account);
  if (!job) return view;
  view = TX_TRY(job_view(context, *job));
  view.set("csrf", context.csrf).set("never", false);
  if (job->state == "done") {
    const Json drawn = curve_view(context, job->answer);
    for (const auto& [name, value] : drawn.members()) view.set(name, value);
    view.set("curve_at", language::date_text(context.language, job->finished));
  }
  return view;
}

Result<Response> fairness_page(Context& context) {
  const auto regions = own_regions(context.actor);
  Json districts = Json::array(), sizes = Json::array();
  for (const auto& d : load_by_district(context.reader, regions, context.now))
    districts.push(Json::of({{"label", teams::region_name(context.reader, d.region, context.language)}, {"people", d.people}, {"served", d.served},
                             {"asked_share", d.people ? fixed(static_cast<double>(d.asked) * 100 / static_cast<double>(d.people), 1) : "0"},
                             {"gini", fixed(d.gini, 2)}, {"top", fixed(d.top * 100, 1)}, {"uneven", d.gini > 0.35}}));
  for (const auto& e : exposure(context.reader, regions, context.now)) {
    const auto share = e.seats ? e.taken * 100 / e.seats : 0;
    sizes.push(Json::of({{"label", context.text("fairness.size." + e.size, {{"n", std::to_string(e.organisations)}})}, {"percent", share},
                         {"value", context.text("fairness.seats", {{"taken", std::to_string(e.taken)}, {"seats", std::to_string(e.seats)}})}, {"href", ""}, {"tone", ""}}));
  }
  Json view = Json::of({{"title", context.text("fairness.title")}, {"districts", districts}, {"bars", sizes}});
  view.set("curve", TX_TRY(curve_part(context)));
  view.set("running", view["curve"]["running"]);
  return context.page("supply/fairness", view);
}

Result<Json> set_rules(storage::Tx& tx, const CommandContext& context, const RulesInput& input) {
  if (input.reason.empty()) return refuse(Kind::invalid, "flow.reason_missing", "reason");
  if (input.quiet_from < 0 || input.quiet_from > 24 || input.quiet_to < 0 || input.quiet_to > 24 || input.rest_hours < 0 || input.rest_hours > 336 ||
      input.week_cap < 1 || input.week_cap > 50)
    return refuse(Kind::invalid, "weights.rules_range");
  for (const auto& [name, amount] : {std::pair{"quiet_from", input.quiet_from}, std::pair{"quiet_to", input.quiet_to}, std::pair{"rest_hours", input.rest_hours},
                                     std::pair{"week_cap", input.week_cap}, std::pair{"automatic", input.automatic ? 1 : 0}})
    workflow::set_setting(tx, std::string("asking.") + name, "", amount, input.reason, context.actor.account);
  return Json::object();
}

}  // namespace

void add_weight_routes(http::Router& router, const Desk&) {
  const auto weighs = Access::any(permission::weigh);
  router.page("weights", "/desk/weights", weighs, weights_page);
  router.command<WeightsInput>({.name = "weights.set", .path = "/desk/weights", .access = weighs,
                                .next = [](const CommandContext&, const Json& answer) {
                                  return answer["job"].text().empty() ? std::string("/desk/weights") : "/desk/weights/compare/" + answer["job"].text();
                                }, .flash = "weights.done", .page = weights_page}, save_or_compare);
  router.command<RulesInput>({.name = "weights.rules", .path = "/desk/weights/rules", .access = weighs,
                              .next = [](const CommandContext&, const Json&) { return std::string("/desk/weights"); }, .flash = "weights.done", .page = weights_page}, set_rules);
  router.page("weights.compare", "/desk/weights/compare/{job}", weighs, [](Context& context) -> Result<Response> {
    Json view = TX_TRY(compare_view(context));
    return context.page("supply/compare", view.set("title", context.text("compare.title")));
  });
  router.page("weights.compared", "/desk/weights/compare/{job}/body", weighs, [](Context& context) -> Result<Response> {
    return Response::html(context.fragment("supply/compare_body", TX_TRY(compare_view(context))));
  });
  router.page("fairness", "/desk/fairness", weighs, fairness_page);
  router.page("fairness.curve", "/desk/fairness/curve", weighs, [](Context& context) -> Result<Response> {
    return Response::html(context.fragment("supply/fairness_curve", TX_TRY(curve_part(context))));
  });
  router.command<NoInput>({.name = "fairness.draw", .path = "/desk/fairness/curve", .access = weighs,
                           .next = [](const CommandContext&, const Json&) { return std::string("/desk/fairness"); }},
                          [](storage::Tx& tx, const CommandContext& context, const NoInput&) -> Result<Json> {
                            const auto job = jobs::enqueue(tx, "supply.fairness", Json::of({{"regions", region_list(context.actor)}}), context.actor.account);
                            return Json::of({{"job", job.text()}});
                          });
}

}  // namespace tx::supply
