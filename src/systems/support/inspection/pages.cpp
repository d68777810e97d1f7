// Spot checks: opening and drawing a round, the checklist with what the records themselves say, the evidence pack, and the
// published result with everything that is needed to repeat the draw.
#include <algorithm>

#include "base/text.h"
#include "platform/documents/documents.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/support/inspection/inspection.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr int kPackMost = 2000;

struct Nothing {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Nothing, (), (reason))
struct ListInput {
  std::string complete, in_time, paper, no_pay, own_work, no_profit, certificates, verifiable, no_fee, truth, result, words;
};
BOOST_DESCRIBE_STRUCT(ListInput, (), (complete, in_time, paper, no_pay, own_work, no_profit, certificates, verifiable, no_fee, truth, result, words))

Json answers_of(const ListInput& input) {
  return Json::of({{"complete", input.complete}, {"in_time", input.in_time}, {"paper", input.paper}, {"true", input.truth}, {"no_pay", input.no_pay},
                   {"own_work", input.own_work}, {"no_profit", input.no_profit}, {"certificates", input.certificates}, {"verifiable", input.verifiable},
                   {"no_fee", input.no_fee}});
}
std::string field_of(const std::string& item) { return item == "true" ? "truth" : item; }   // a member cannot be called true

std::string name_of(storage::Reader& reader, std::int64_t organisation) {
  const auto found = teams::find_organisation(reader, organisation);
  return found ? found->name : "";
}

Json state_of(const Context& context, const SpotRound& round) {
  return Json::of({{"tone", round.state == "published" ? "done" : "wait"}, {"label", context.text("spot.state." + round.state)}});
}
Json result_of(const Context& context, const std::string& result) {
  if (result.empty()) return Json::of({{"tone", "wait"}, {"label", context.text("spot.not_yet")}});
  return Json::of({{"tone", result == "good" ? "done" : result == "mend" ? "wait" : "stop"}, {"label", context.text("spot.result." + result)}});
}

Json row_of(const Context& context, const SpotRound& round, const std::string& base) {
  return Json::of({{"href", base + id_text(round.id)}, {"title", round.title}, {"text", teams::region_name(context.reader, round.region, context.language)},
                   {"icon", "eye"}, {"leaf", ""}, {"unread_row", false}, {"has_side", true}, {"side", std::to_string(round.ratio) + " %"},
                   {"meta", Json::Array{Json::of({{"glyph", "calendar"}, {"words", local_date(round.created).text()}}),
                                        Json::of({{"glyph", "team"}, {"words", context.text("spot.of", {{"n", std::to_string(round.population.size())}})}})}},
                   {"state", state_of(context, round)}, {"clock", Json()}});
}

Result<Response> desk(Context& context) {
  const auto regions = access::regions_of(context.roles, context.actor, permission::supervise);
  const http::Form form(context, Json::of({{"ratio", "40"}}));
  const auto places = offices(context, permission::supervise);
  std::vector<http::Option> ratios;
  for (const int ratio : spot::kRatios) ratios.push_back({std::to_string(ratio), std::to_string(ratio) + " %"});
  Json rows = Json::array();
  for (const auto& round : storage::select<SpotRound>(context.reader, "select * from spot_round where " + access::region_filter("region", regions) +
                                                                          " order by id desc limit 50"))
    rows.push(row_of(context, round, "/desk/spot-checks/"));
  Json view = Json::of({{"title", context.text("spot.desk")}, {"rows", rows}, {"summary", form.summary()},
                        {"f_title", form.field("title", "spot.f.title", "spot.f.title.hint", Json::of({{"maxlength", 60}}))},
                        {"f_region", form.options("region", "spot.f.region", places)}, {"f_ratio", form.options("ratio", "spot.f.ratio", ratios, "spot.f.ratio.hint")}});
  if (rows.size() == 0) view.set("empty", Json::of({{"icon", "eye"}, {"title", context.text("spot.none")}, {"text", ""}, {"href", ""}}));
  return context.page("support/spot_desk", view);
}

Json target_rows(const Context& context, const SpotRound& round, const std::string& base) {
  Json rows = Json::array();
  for (const auto& target : targets_of(context.reader, round.id))
    rows.push(Json::of({{"href", base.empty() ? "" : base + id_text(target.id)}, {"name", name_of(context.reader, target.organisation)},
                        {"why", context.text("spot.why." + target.why)}, {"ticket", target.ticket.substr(0, 12)}, {"state", result_of(context, target.result)},
                        {"words", round.state == "published" ? target.words : ""}}));
  return rows;
}

Json round_view(const Context& context, const SpotRound& round, const std::string& base) {
  std::int64_t open = 0;
  for (const auto& target : targets_of(context.reader, round.id)) open += target.result.empty();
  return Json::of({{"title", round.title}, {"round", id_text(round.id)}, {"state", state_of(context, round)}, {"ratio", std::to_string(round.ratio) + " %"},
                   {"population_size", std::to_string(round.population.size())}, {"where", teams::region_name(context.reader, round.region, context.language)},
                   {"is_open", round.state == "open"}, {"is_drawn", round.state == "drawn"}, {"finished", round.state == "drawn" && open == 0},
                   {"left", context.text("spot.left", {{"n", std::to_string(open)}})}, {"targets", target_rows(context, round, base)},
                   {"leaf", std::to_string(round.leaf)}, {"commitment", round.commitment}, {"seed", round.seed},
                   {"told", round.state != "open"}, {"busiest", std::to_string(round.busiest)}});
}

Result<Response> round_page(Context& context) {
  const auto round = find_round(context.reader, id_value(context.argument("round")).value_or(0));
  if (!round) return refuse(Kind::not_found, "http.not_found");
  Json view = round_view(context, *round, "/desk/spot-checks/" + id_text(round->id) + "/");
  return context.page("support/spot_round", view.set("summary", http::Form(context).summary()));
}

// What the records say before anybody asks a question.
Json prechecks(const Context& context, std::int64_t organisation) {
  const auto figures = figures_of(context.reader, organisation, "", {{local_date(context.now).days - 365}, local_date(context.now)});
  const auto percent = [](std::int64_t part, std::int64_t whole) { return whole ? std::to_string(part * 100 / whole) + " %" : std::string("–"); };
  Json rows = Json::array();
  const auto row = [&](const char* key, std::string value, bool doubtful) {
    rows.push(Json::of({{"label", context.text(key)}, {"value", std::move(value)}, {"doubtful", doubtful}}));
  };
  row("spot.pre.records", std::to_string(figures.records), figures.records == 0);
  const std::int64_t by_grade[] = {figures.minutes_a, figures.minutes_b, figures.minutes_c, figures.minutes_d};
  row("spot.pre.hours", rules::hours_text(figures.minutes) + (figures.minutes ? " (" + split_text(by_grade) + ")" : ""), false);
  row("spot.pre.late", std::to_string(figures.late) + " · " + percent(figures.late, figures.records), figures.late > 0);
  row("spot.pre.by_hand", std::to_string(figures.by_hand) + " · " + percent(figures.minutes_d, figures.minutes), figures.minutes_d * 5 > figures.minutes);
  row("spot.pre.shown", percent(figures.minutes_a + figures.minutes_b, figures.minutes), (figures.minutes_a + figures.minutes_b) * 2 < figures.minutes);
  row("spot.pre.corrections", std::to_string(figures.corrections), false);
  row("spot.pre.objections", std::to_string(figures.objections), figures.objections > 0);
  row("spot.pre.complaints", std::to_string(figures.complaints), figures.complaints > 0);
  row("spot.pre.certificates", std::to_string(figures.certificates) + " · " + context.text("spot.pre.revoked", {{"n", std::to_string(figures.revoked)}}), figures.revoked > 0);
  return rows;
}

Result<Response> target_page(Context& context) {
  const auto target = find_target(context.reader, id_value(context.argument("target")).value_or(0));
  const auto round = target ? find_round(context.reader, target->round) : std::nullopt;
  if (!round || id_text(round->id) != context.argument("round")) return refuse(Kind::not_found, "http.not_found");
  Json defaults = Json::of({{"result", target->result}, {"words", target->words}});
  for (const auto& [item, answer] : target->answers.members()) defaults.set(field_of(item), answer);
  const http::Form form(context, defaults);
  Json items = Json::array();
  for (const std::string item : spot::kItems)
    items.push(form.options(field_of(item), "spot.item." + item, {{"yes", context.text("spot.yes")}, {"no", context.text("spot.no")}}));
  return context.page("support/spot_target",
                      Json::of({{"title", name_of(context.reader, target->organisation)}, {"round_title", round->title}, {"round", id_text(round->id)},
                                {"target", id_text(target->id)}, {"why", context.text("spot.why." + target->why)}, {"state", result_of(context, target->result)},
                                {"pre", prechecks(context, target->organisation)}, {"items", items}, {"summary", form.summary()}, {"is_drawn", round->state == "drawn"},
                                {"f_result", form.options("result", "spot.f.result", {{"good", context.text("spot.result.good")}, {"mend", context.text("spot.result.mend")},
                                                                                      {"bad", context.text("spot.result.bad")}})},
                                {"f_words", form.field("words", "spot.f.words", "spot.f.words.hint", Json::of({{"maxlength", 1000}, {"rows", 4}}))}}));
}

// The pack: every record of the organisation in the year with its proof, names masked, as a sheet to take along.
Result<Response> pack(Context& context) {
  const auto target = find_target(context.reader, id_value(context.argument("target")).value_or(0));
  if (!target) return refuse(Kind::not_found, "http.not_found");
  documents::Sheet sheet{"records", {{}}};
  for (const char* key : {"spot.pack.leaf", "record.person", "record.title", "record.when", "record.long", "record.evidence", "spot.pack.kind", "record.place",
                          "record.in_charge", "record.written", "spot.pack.case"})
    sheet.rows[0].push_back(context.text(key));
  for (const auto& record : storage::select<ServiceRecord>(context.reader, "select * from service_record where organisation = $1 and starts >= $2 order by starts desc limit $3",
                                                           target->organisation, context.now.plus(-365 * kDay), kPackMost))
    sheet.rows.push_back({std::to_string(leaf_seq(context.reader, "record", record.id).value_or(-1)), teams::volunteer_card(context.reader, record.volunteer).name,
                          title_text(context, record.title), local_text(record.starts), std::to_string(record.minutes.value), enum_name(record.grade),
                          context.text("record.kind." + record.kind), record.place, record.in_charge, local_text(record.at),
                          record.kind == "manual" || record.kind == "correction" ? id_text(record.source) : ""});
  return Response::file(documents::write_xlsx(sheet, {name_of(context.reader, target->organisation), head(context.reader).note}),
                        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "evidence-" + id_text(target->id) + ".xlsx");
}

Result<Response> public_list(Context& context) {
  Json rows = Json::array();
  for (const auto& round : storage::select<SpotRound>(context.reader, "select * from spot_round order by id desc limit 100")) rows.push(row_of(context, round, "/spot-checks/"));
  Json view = Json::of({{"title", context.text("spot.title_public")}, {"rows", rows}});
  if (rows.size() == 0) view.set("empty", Json::of({{"icon", "eye"}, {"title", context.text("spot.none")}, {"text", ""}, {"href", ""}}));
  return context.page("support/spot_list", view);
}

Result<Response> public_round(Context& context) {
  const auto round = find_round(context.reader, id_value(context.argument("round")).value_or(0));
  if (!round) return refuse(Kind::not_found, "http.not_found");
  return context.page("support/spot_public", round_view(context, *round, ""));
}

// Everything with which anybody repeats the draw.
Result<Json> draw_of(Context& context) {
  const auto round = find_round(context.reader, id_value(context.argument("round")).value_or(0));
  if (!round) return refuse(Kind::not_found, "http.not_found");
  Json list = Json::array(), chosen = Json::array();
  for (const auto& one : round->population)
    list.push(Json::of({{"organisation", id_text(one.organisation)}, {"minutes", one.minutes}, {"complaints", one.complaints}}));
  for (const auto& target : targets_of(context.reader, round->id))
    chosen.push(Json::of({{"organisation", id_text(target.organisation)}, {"why", target.why}, {"ticket", target.ticket}}));
  const bool told = round->state != "open";
  return Json::of({{"round", id_text(round->id)}, {"ratio", round->ratio}, {"busiest", round->busiest}, {"commitment", round->commitment}, {"leaf", round->leaf},
                   {"root", ledger::hex(root_at(context.reader, static_cast<std::uint64_t>(round->leaf) + 1))}, {"secret", told ? Json(round->secret) : Json()},
                   {"seed", told ? Json(round->seed) : Json()}, {"population", list}, {"chosen", chosen}});
}

}  // namespace

std::vector<http::Option> offices(const Context& context, access::Permission permission) {
  constexpr int kCounty = 3;
  std::vector<http::Option> options;
  const auto add = [&](const auto& self, const std::string& code, const std::string& name) -> void {
    options.push_back({code, name});
    for (const auto& below : teams::regions_below(context.reader, code))
      if (below.level <= kCounty) self(self, below.code, below.name);
  };
  for (const auto& region : access::regions_of(context.roles, context.actor, permission)) {
    const std::string top = region.empty() ? "64" : region;
    add(add, top, teams::region_name(context.reader, top, context.language));
  }
  return options;
}

void add_inspection_routes(http::Router& router, const Services&, const Book& book) {
  router.resolver("round", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto round = find_round(reader, id_value(text).value_or(0));
    if (!round) return std::nullopt;
    access::Place place;
    place.region = round->region;
    return place;
  });
  const auto over = Access::over(permission::supervise, "round");
  const auto to_round = [](const CommandContext& context, const Json&) { return "/desk/spot-checks/" + context.argument("round"); };
  router.page("spot.desk", "/desk/spot-checks", Access::any(permission::supervise), desk);
  router.page("spot.round", "/desk/spot-checks/{round}", over, round_page);
  router.page("spot.target", "/desk/spot-checks/{round}/{target}", over, target_page);
  router.page("spot.pack", "/desk/spot-checks/{round}/{target}/evidence.xlsx", over, pack);
  router.command<OpenInput>(
      {.name = "spot.open", .path = "/desk/spot-checks", .access = Access::any(permission::supervise),
       .next = [](const CommandContext&, const Json& answer) { return "/desk/spot-checks/" + answer["round"].text(); }, .flash = "spot.opened", .page = desk,
       .region_field = "region",
       .prepare = [](Context& context, Json input) -> Result<Json> {
         const auto regions = access::regions_of(context.roles, context.actor, permission::supervise);
         const std::string region = input["region"].text();
         const bool own = std::any_of(regions.begin(), regions.end(), [&](const std::string& prefix) { return region.starts_with(prefix); });
         if (!own || region.size() < 2 || region.find_first_not_of("0123456789") != std::string::npos) return refuse(Kind::forbidden, "spot.region", "region");
         return input.set("population", to_json(spot_population(context.reader, region, context.now)));
       }},
      [&book](storage::Tx& tx, const CommandContext& context, const OpenInput& input) -> Result<Json> {
        const auto round = TX_TRY(open_round(tx, book, input, context.actor));
        return Json::of({{"round", id_text(round.id)}, {"region", round.region}});
      });
  router.command<Nothing>({.name = "spot.draw", .path = "/desk/spot-checks/{round}/draw", .access = over, .next = to_round, .flash = "spot.drawn", .page = round_page},
                          [&book](storage::Tx& tx, const CommandContext& context, const Nothing&) -> Result<Json> {
                            return Json::of({{"seed", TX_TRY(draw_round(tx, book, id_value(context.argument("round")).value_or(0))).seed}});
                          });
  router.command<ListInput>(
      {.name = "spot.check", .path = "/desk/spot-checks/{round}/{target}", .access = over, .next = to_round, .flash = "spot.checked", .page = target_page},
      [&book](storage::Tx& tx, const CommandContext& context, const ListInput& input) -> Result<Json> {
        const auto id = id_value(context.argument("target")).value_or(0);
        const auto target = find_target(tx, id);
        if (!target || id_text(target->round) != context.argument("round")) return refuse(Kind::not_found, "http.not_found");
        return Json::of({{"result", TX_TRY(check_target(tx, book, id, answers_of(input), input.result, input.words, context.actor)).result}});
      });
  router.command<Nothing>({.name = "spot.publish", .path = "/desk/spot-checks/{round}/publish", .access = over,
                           .next = [](const CommandContext& context, const Json&) { return "/spot-checks/" + context.argument("round"); }, .flash = "spot.published",
                           .page = round_page},
                          [&book](storage::Tx& tx, const CommandContext& context, const Nothing&) -> Result<Json> {
                            return Json::of({{"state", TX_TRY(publish_round(tx, book, id_value(context.argument("round")).value_or(0))).state}});
                          });
  router.page("spot.list", "/spot-checks", Access::everyone("results are public (Decree 67 art. 21)"), public_list);
  router.page("spot.public", "/spot-checks/{round}", Access::everyone("results are public (Decree 67 art. 21)"), public_round);
  router.query("spot.draw_data", "/api/spot-checks/{round}/draw", Access::everyone("anybody may repeat the draw"), draw_of);
}

}  // namespace tx::support
