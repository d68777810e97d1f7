// The officer's side: what waits for an inspection, the inspection on site, the fix list or the rating.
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/six_haves/flow.h"
#include "systems/stations/six_haves/six.h"

namespace tx::stations::six {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr int kFixDays = 30, kRowsMost = 100;

struct InspectInput {
  Json verdicts;         // filled by read_form
  std::string decision;  // rate, fix
  int fix_days = kFixDays;
};
BOOST_DESCRIBE_STRUCT(InspectInput, (), (verdicts, decision, fix_days))

struct Waiting {
  std::int64_t id = 0, station = 0;
  std::string name, region, state;
  Instant due, sent;
  int self_score = 0, open_fixes = 0;
};
BOOST_DESCRIBE_STRUCT(Waiting, (), (id, station, name, region, state, due, sent, self_score, open_fixes))

Result<Response> queue_page(Context& context) {
  const auto scope =
      access::region_filter("c.region", access::regions_of(context.roles, context.actor, permission::inspect));
  const std::string tab = context.request.query["tab"].text() == "fixing" ? "fixing" : "sent";
  Json rows = Json::array(), tabs = Json::array();
  for (const char* one : {"sent", "fixing"}) {
    const auto count = storage::scalar<std::int64_t>(
                           context.reader, "select count(*) from station_check c where c.state = $1 and " + scope, one)
                           .value_or(0);
    tabs.push(Json::of({{"href", std::string("/desk/inspections?tab=") + one},
                        {"label", context.text(std::string("flow.six_check.") + one)},
                        {"count", whole_number(count)},
                        {"on", tab == one}}));
  }
  for (const auto& check : storage::select<Waiting>(context.reader,
                                                    "select c.id, c.station, s.name, c.region, c.state, c.due, c.sent, "
                                                    "c.self_score, (select count(*) from station_fix f "
                                                    "where f.check_id = c.id and f.state = 'open') as open_fixes from "
                                                    "station_check c join station s on s.id = c.station "
                                                    "where c.state = $1 and " +
                                                        scope + " order by c.due, c.id limit $2",
                                                    tab, kRowsMost)) {
    Json meta =
        Json::Array{meta_view("nearby", teams::region_path(context.reader, check.region, context.language)),
                    meta_view("chart", context.text("six.self_points", {{"n", std::to_string(check.self_score)}}))};
    if (check.state == "fixing")
      meta.push(meta_view("warning", context.text("six.fixes_open", {{"n", std::to_string(check.open_fixes)}})));
    Json row = row_view(
        "/stations/" + id_text(check.station) + "/checks/" + id_text(check.id) + (tab == "sent" ? "/inspect" : ""),
        check.name, "eye", std::move(meta), check_pill(context, check.state));
    rows.push(row.set("clock", workflow::due_view(check.due, context.now, context.language, context.words)));
  }
  Json view = Json::of({{"title", context.text("six.inspections")},
                        {"lead", context.text("six.inspections_lead")},
                        {"rows", rows},
                        {"tabs", tabs}});
  if (rows.size() == 0)
    view.set("empty",
             Json::of({{"icon", "check"}, {"title", context.text("six.nothing_waits")}, {"text", ""}, {"href", ""}}));
  return context.page("stations/inspections", view);
}

std::string shown_value(const Context& context, const Criterion& criterion, const Answer& answer) {
  if (answer.value.empty()) return context.text("six.why.missing");
  if (criterion.evidence == Evidence::date) return answer.value;
  if (criterion.evidence == Evidence::number)
    return answer.value + " " + (context.language == language::Language::en ? criterion.unit_en : criterion.unit_zh);
  return context.text("six.says." + answer.value);
}

// Everything on one page, grouped by have: what the keeper says and shows, and the inspector's yes or no.
Result<Response> inspect_page(Context& context) {
  const auto station = TX_TRY(station_of(context.reader, context.argument("station")));
  const auto check = TX_TRY(check_of(context.reader, station, context.argument("check")));
  const auto standard = find_standard(context.reader, check.set_id);
  if (!standard || check.state != "sent") return refuse(Kind::not_found, "http.not_found");
  const auto answers = rules::read_answers(check.answers);
  const auto photos = photos_of(context.reader, check.id);
  const bool again = context.submitted.size() > 0;
  Json parts = Json::array();
  for (const auto& have : standard->haves) {
    Json lines = Json::array();
    for (const auto& criterion : standard->criteria) {
      if (criterion.have != have.code) continue;
      const auto found = answers.find(criterion.code);
      const Answer answer = found == answers.end() ? Answer{} : found->second;
      const std::string seq = std::to_string(criterion.seq);
      const std::string verdict = again ? context.submitted["j_" + seq].text() : answer.verdict;
      Json pictures = Json::array();
      for (const auto& photo : photos)
        if (photo.criterion == criterion.code)
          pictures.push(Json::of({{"photo_href", "/stations/" + station.id.text() + "/photos/" + id_text(photo.id)},
                                  {"w", photo.width},
                                  {"h", photo.height}}));
      const bool wrong = context.problem && context.problem->field == criterion.code;
      lines.push(Json::of(
          {{"seq", seq},
           {"words", words_of(criterion, context.language)},
           {"keeper_says", shown_value(context, criterion, answer)},
           {"keeper_note", answer.note},
           {"photos", pictures},
           {"must", criterion.must},
           {"yes", verdict == "yes"},
           {"no", verdict == "no"},
           {"said", again ? context.submitted["s_" + seq].text() : answer.said},
           {"least",
            criterion.evidence == Evidence::number
                ? context.text("six.least", {{"n", std::to_string(criterion.threshold)},
                                             {"unit", context.language == language::Language::en ? criterion.unit_en
                                                                                                 : criterion.unit_zh}})
                : ""},
           {"error", wrong ? context.text(context.problem->rule, context.problem->args) : ""}}));
    }
    parts.push(Json::of({{"part_name", name_of(have, context.language)}, {"part_icon", have.icon}, {"lines", lines}}));
  }
  const http::Form form(context, Json::of({{"fix_days", std::to_string(kFixDays)}}));
  return context.page(
      "stations/inspect",
      Json::of(
          {{"title", context.text("six.inspect")},
           {"station", station.id.text()},
           {"check", id_text(check.id)},
           {"station_name", station.name},
           {"region_name", teams::region_path(context.reader, station.region, context.language)},
           {"parts", parts},
           {"summary", form.summary()},
           {"self_text", context.text("six.self_points", {{"n", std::to_string(check.self_score)}})},
           {"f_days", form.field("fix_days", "six.fix_days_label", {},
                                 Json::of({{"short", true}, {"type", "number"}, {"min", "1"}, {"max", "180"}}))}}));
}

Result<Json> read_form(Context& context, Json input) {
  const auto station = TX_TRY(station_of(context.reader, context.argument("station")));
  const auto check = TX_TRY(check_of(context.reader, station, context.argument("check")));
  const auto standard = find_standard(context.reader, check.set_id);
  if (!standard) return refuse(Kind::not_found, "http.not_found");
  Json verdicts = Json::array();
  for (const auto& criterion : standard->criteria) {
    const std::string seq = std::to_string(criterion.seq);
    std::string verdict, said;
    if (!read_value(input["j_" + seq], verdict) || !read_value(input["s_" + seq], said))
      return refuse(Kind::invalid, "form.unreadable", criterion.code);
    verdicts.push(Json::of({{"code", criterion.code}, {"verdict", verdict}, {"said", said}}));
  }
  return Json::of({{"verdicts", verdicts},
                   {"decision", input["decision"]},
                   {"fix_days", input["fix_days"].is_null() ? Json(kFixDays) : input["fix_days"]}});
}

Result<Json> decide(storage::Tx& tx, const CommandContext& context, const InspectInput& input) {
  auto station = TX_TRY(station_of(tx, context.argument("station")));
  if (input.decision != "rate" && input.decision != "fix") return refuse(Kind::invalid, "form.unreadable", "decision");
  std::vector<Verdict> verdicts;
  for (const auto& one : input.verdicts.items())
    verdicts.push_back({one["code"].text(), one["verdict"].text(), one["said"].text()});
  const auto check = TX_TRY(inspect(tx, station, context.argument("check"), verdicts, input.decision == "rate",
                                    input.fix_days, context.actor.account));
  return Json::of({{"check", id_text(check.id)},
                   {"state", check.state},
                   {"score", check.score},
                   {"star", check.star},
                   {"standard", check.standard},
                   {"region", station.region}});
}

}  // namespace
}  // namespace tx::stations::six

namespace tx::stations {

void add_inspection_routes(http::Router& router, const Services&) {
  using namespace six;
  router.page("six.queue", "/desk/inspections", Access::any(permission::inspect), queue_page);
  router.page("six.inspection", "/stations/{station}/checks/{check}/inspect",
              Access::over(permission::inspect, "station"), inspect_page);
  router.command<InspectInput>({.name = "six.inspect",
                                .path = "/stations/{station}/checks/{check}/inspect",
                                .access = Access::over(permission::inspect, "station"),
                                .next =
                                    [](const CommandContext& context, const Json&) {
                                      return "/stations/" + context.argument("station") + "/checks/" +
                                             context.argument("check");
                                    },
                                .flash = "six.inspected",
                                .page = inspect_page,
                                .region_field = "region",
                                .prepare = read_form},
                               decide);
}

}  // namespace tx::stations
