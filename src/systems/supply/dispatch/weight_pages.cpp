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

// What the two plans come to, in figures that people can weigh against each other.
Json versus(const Context& context, const Json& answer) {
  Json rows = Json::array();
  const auto row = [&](const char* key, const std::string& was, const std::string& is) {
    rows.push(Json::of({{"label", context.text(key)}, {"was", was}, {"is", is}, {"differs", was != is}}));
  };
  const auto whole = [](const Json& value) { return std::to_string(value.integer()); };
  const auto seats_a = std::max<std::int64_t>(1, answer["seats_a"].integer()), seats_b = std::max<std::int64_t>(1, answer["seats_b"].integer());
  row("compare.met", whole(answer["met_a"]), whole(answer["met_b"]));
  row("compare.filled", whole(answer["seats_a"]), whole(answer["seats_b"]));
  for (const auto& term : answer["terms"].items()) {
    const auto& name = term["name"].text();
    const auto a = term["count_a"].integer(), b = term["count_b"].integer();
    const auto mean = [&](double unit, int digits) {
      row(("compare.term." + name).c_str(), fixed(static_cast<double>(a) / static_cast<double>(seats_a) / unit, digits),
          fixed(static_cast<double>(b) / static_cast<double>(seats_b) / unit, digits));
    };
    if (name == "near") mean(1000, 2);
    if (name == "load") mean(60, 1);
    if ((name == "skill" || name == "language" || name == "continuity" || name == "rested") && (a > 0 || b > 0)) row(("compare.term." + name).c_str(), std::to_string(a), std::to_string(b));
  }
  row("compare.gini", fixed(answer["gini_a"].number(), 3), fixed(answer["gini_b"].number(), 3));
  return rows;
}

std::string names(const Context& context, const Json& ids) {
  std::string list;
  for (const auto& id : ids.items())
    list += (list.empty() ? "" : context.text("list.join")) + teams::volunteer_card(context.reader, id_value(id.text()).value_or(0)).name;
  return list.empty() ? context.text("compare.nobody") : list;
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
  const auto changed = answer["changed"].integer(), value = answer["value_a"].integer(), less = value - answer["b_by_a"].integer();
  view.set("rows", versus(context, answer))
      .set("headline", context.text(changed == 0 ? "compare.nothing" : "compare.headline", {{"n", std::to_string(changed)}, {"of", std::to_string(answer["seats_a"].integer())}, {"needs", std::to_string(answer["needs"].integer())}}))
      .set("price", changed > 0 && value > 0 ? context.text("compare.price", {{"n", std::to_string(less)}, {"share", fixed(static_cast<double>(less) * 100 / static_cast<double>(value), 2)}}) : "");
  Json examples = Json::array();
  for (const auto& one : answer["examples"].items()) {
    const auto need = find_need(context.reader, {id_value(one["need"].text()).value_or(0)});
    if (need)
      examples.push(Json::of({{"what", context.text("service." + need->service)}, {"where", teams::region_name(context.reader, need->region, context.language)},
                              {"when", language::date_text(context.language, need->starts)}, {"was", names(context, one["go"])}, {"is", names(context, one["come"])}}));
  }
  return view.set("examples", examples).set("has_examples", examples.size() > 0);
}

// A curve as points of an SVG field of 360 x 200: what it costs to the right, what it brings upwards.
struct Drawn {
  const char* key;                 // of the texts
  const char* of;                  // member of the answer
  const char* brings;              // member of each point that is drawn
  bool share;                      // in per cent
};
Json drawn(const Context& context, const Json& answer, const Drawn& what) {
  double most = 0.0001, low = 1e9, high = -1e9;
  for (const auto& point : answer[what.of].items()) {
    most = std::max(most, point["lost"].number());
    low = std::min(low, point[what.brings].number());
    high = std::max(high, point[what.brings].number());
  }
  const double span = std::max(high - low, 1e-6);
  const auto words = [&](double value) { return what.share ? fixed(value * 100, 1) + " %" : fixed(value, 3); };
  Json points = Json::array();
  std::string line;
  const std::string key = what.key;
  for (const auto& point : answer[what.of].items()) {
    const double lost = std::max(0.0, point["lost"].number()), brings = point[what.brings].number();
    const int x = static_cast<int>(64 + lost / most * 276), y = static_cast<int>(150 - (brings - low) / span * 124);
    line += (line.empty() ? "" : " ") + std::to_string(x) + "," + std::to_string(y);
    points.push(Json::of({{"x", x}, {"y", y}, {"now", point["now"]}, {"points", std::to_string(point["points"].integer())}, {"lost", fixed(lost * 100, 3)},
                          {"brings", words(brings)}, {"beside", what.share ? words(point["others"].number()) : fixed(point["top"].number() * 100, 1) + " %"}}));
  }
  return Json::of({{"title", context.text(key)}, {"text", context.text(key + ".text")}, {"column", context.text(key + ".points")}, {"gain", context.text(key + ".gain")},
                   {"side", context.text(key + ".beside")}, {"points", points}, {"line", line}, {"lost_most", fixed(most * 100, 3)}, {"high", words(high)}, {"low", words(low)}});
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
    const auto count = [&](const char* name) { return std::to_string(job->answer[name].integer()); };
    Json charts = Json::array();
    if (job->answer["small"].integer() > 0) charts.push(drawn(context, job->answer, {"fairness.bonus", "bonus", "small", true}));
    charts.push(drawn(context, job->answer, {"fairness.even", "load", "gini", false}));
    view.set("charts", charts).set("counted", context.text("fairness.counted", {{"needs", count("needs")}, {"activities", count("activities")}, {"small", count("small")}}));
    view.set("curve_at", language::date_text(context.language, job->finished));
  }
  return view;
}

Result<Response> fairness_page(Context& context) {
  const auto regions = own_regions(context.actor);
  Json districts = Json::array(), sizes = Json::array();
  for (const auto& d : load_by_district(context.reader, regions, context.now))
    districts.push(Json::of({{"label", d.region.empty() ? context.text("fairness.all") : teams::region_name(context.reader, d.region, context.language)}, {"whole", d.region.empty()}, {"people", d.people}, {"served", d.served},
                             {"asked_share", d.people ? fixed(static_cast<double>(d.asked) * 100 / static_cast<double>(d.people), 1) : "0"},
                             {"gini", fixed(d.gini, 2)}, {"top", fixed(d.top * 100, 1)}, {"uneven", d.gini > 0.35}}));
  for (const auto& e : exposure(context.reader, regions, context.now)) {
    if (e.organisations == 0) continue;
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
