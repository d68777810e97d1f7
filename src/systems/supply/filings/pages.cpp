// The filings of a region: what comes, what was filed late, whose report is due or missing, and the months in figures; the form
// with which a leader reports back; the panel on the keeper's board.
#include "base/text.h"
#include "platform/documents/documents.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/stations.h"
#include "systems/supply/filings/filings.h"
#include "systems/supply/needs/needs.h"
#include "systems/supply/offers/offers.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr int kMonths = 6, kRows = 100, kPanelRows = 6, kPanelDays = 14;

struct Tab {
  const char *id, *where, *order;
};
// $1 is now. What needs a hand comes first.
constexpr Tab kTabs[] = {
    {"missing", "state = 'awaited' and due > 0 and due < $1", "due"},
    {"awaited", "state = 'awaited' and (due = 0 or due >= $1)", "due"},
    {"late", "state <> 'dropped' and late = 1 and starts > $1 - 7776000000000", "starts desc"},   // of ninety days
    {"ahead", "state = 'filed' and ends >= $1", "starts"},
    {"reported", "state = 'reported' and starts < $1", "starts desc"},
};

// The regions over which the reader may see filings; a keeper's is the station's own community.
std::string where_of(const Context& context) {
  auto regions = access::regions_of(context.roles, context.actor, permission::filings);
  for (const auto& station : access::stations_of(context.roles, context.actor, permission::filings)) {
    const auto region = storage::scalar<std::string>(context.reader, "select region from station where id = $1", id_value(station).value_or(0));
    if (region && !region->empty()) regions.push_back(*region);
  }
  return access::region_filter("region", regions);
}

std::string number(std::int64_t value) { return std::to_string(value); }
Json meta(const char* glyph, std::string words) { return Json::of({{"glyph", glyph}, {"words", std::move(words)}}); }

Json filing_row(const Context& context, const Filing& filing) {
  const auto activity = find_activity(context.reader, {filing.id});
  const Date day = local_date(filing.starts);
  std::string text;
  if (filing.late) text = context.text("filing.late_because", {{"day", local_date(filing.filed).text()}, {"reason", filing.late_reason}});
  if (filing.state == "reported")
    text += (text.empty() ? "" : " ") + context.text("filing.told", {{"came", number(filing.came)}, {"served", number(filing.served)}, {"words", filing.words}});
  Json metas = Json::Array{meta("clock", local_text(filing.starts).substr(11) + "–" + local_text(filing.ends).substr(11)),
                           meta("nearby", teams::region_name(context.reader, filing.region, context.language)),
                           meta("team", activity ? activity->recorder : ""),
                           meta("people", context.text("filing.planned", {{"n", number(filing.planned)}}))};
  if (filing.state == "reported") metas.push(meta("check", context.text("filing.recorded", {{"n", number(filing.recorded)}})));
  return Json::of({{"href", "/activities/" + id_text(filing.id)}, {"title", activity ? activity->title : ""}, {"text", text}, {"icon", ""},
                   {"leaf", Json::of({{"month", context.text("month." + std::to_string(day.month()))}, {"day", day.day()},
                                      {"week", context.text("weekday." + std::to_string(day.weekday()))}})},
                   {"unread_row", false}, {"has_side", true}, {"side", filing.late ? context.text("filing.filed_late") : ""},
                   {"clock", filing.state == "awaited" ? due_clock(filing.due, view_context(context)) : Json()},
                   {"meta", metas}, {"state", filing_pill(context, filing)}});
}

struct Month {
  std::string name;
  FilingSums sums;
};
std::vector<Month> months_of(const Context& context, const std::string& where) {
  std::vector<Month> months;
  const Date today = local_date(context.now);
  int year = today.year(), month = today.month();
  for (int i = 0; i < kMonths; ++i) {
    const Date first = Date::of(year, month, 1), next = month == 12 ? Date::of(year + 1, 1, 1) : Date::of(year, month + 1, 1);
    months.push_back({first.text().substr(0, 7), filing_sums(context.reader, where, start_of(first), start_of(next), context.now)});
    if (--month == 0) month = 12, --year;
  }
  return months;
}

Result<Response> desk(Context& context) {
  const std::string where = where_of(context);
  const auto policy = filing_policy(context.reader, context.actor.region);
  std::string chosen = context.request.query["tab"].text();
  const auto count = [&](const Tab& tab) {
    return storage::scalar<std::int64_t>(context.reader, "select count(*) from activity_filing where " + where + " and " + tab.where, context.now).value_or(0);
  };
  Json tabs = Json::array(), rows = Json::array();
  const Tab* current = nullptr;
  for (const auto& tab : kTabs) {
    const auto n = count(tab);
    if (chosen.empty() && n > 0) chosen = tab.id;   // the first list that holds anything
    if (chosen == tab.id) current = &tab;
    tabs.push(Json::of({{"href", std::string("/desk/filings?tab=") + tab.id}, {"label", context.text(std::string("filing.tab.") + tab.id)}, {"count", number(n)}, {"on", chosen == tab.id}}));
  }
  if (!current) current = &kTabs[0];
  for (const auto& filing : storage::select<Filing>(context.reader, "select * from activity_filing where " + where + " and " + current->where + " order by " + current->order + " limit $2",
                                                    context.now, kRows))
    rows.push(filing_row(context, filing));
  Json table = Json::array();
  for (const auto& month : months_of(context, where)) {
    const auto& sums = month.sums;
    if (sums.filed == 0) continue;
    table.push(Json::of({{"month_name", month.name}, {"n_filed", number(sums.filed)}, {"n_late", number(sums.late)}, {"n_reported", number(sums.reported)},
                         {"n_reported_late", number(sums.reported_late)}, {"n_missing", number(sums.missing)}, {"n_came", number(sums.came)}, {"n_served", number(sums.served)}}));
  }
  Json view = Json::of({{"title", context.text("filing.desk")},
                        {"lead", policy.people > 0 ? context.text("filing.policy", {{"people", number(policy.people)}, {"before", number(policy.before_days)}, {"after", number(policy.report_days)}})
                                                   : context.text("filing.off")},
                        {"tabs", tabs}, {"rows", rows}, {"months", table}, {"has_months", table.size() > 0}});
  if (rows.size() == 0) {
    const std::string key = std::string("filing.none.") + current->id;
    view.set("empty", Json::of({{"icon", "check"}, {"title", context.text(key)}, {"text", context.text("filing.none.hint")}, {"href", ""}}));
  }
  return context.page("supply/filings", view);
}

Result<Response> sheet(Context& context) {
  std::vector<std::vector<std::string>> rows{{}};
  for (const char* column : {"month", "filed", "late", "reported", "reported_late", "missing", "came", "served"}) rows[0].push_back(context.text(std::string("filing.column.") + column));
  for (const auto& [name, sums] : months_of(context, where_of(context)))
    rows.push_back({name, number(sums.filed), number(sums.late), number(sums.reported), number(sums.reported_late), number(sums.missing), number(sums.came), number(sums.served)});
  return Response::file(documents::write_xlsx({context.text("filing.desk"), rows}, {context.text("filing.months_note")}),
                        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "tongxin-filings.xlsx");
}

// The leader's page of one filing: what was filed, and the report.
Result<Response> filing_page(Context& context) {
  const auto id = TX_TRY(context.id<Activity>("activity"));
  const auto activity = find_activity(context.reader, id);
  const auto filing = find_filing(context.reader, id);
  if (!activity || !filing) return refuse(Kind::not_found, "http.not_found");
  const auto present = storage::scalar<std::int64_t>(context.reader, "select count(distinct volunteer) from attendance where kind = 'shift' and activity = $1", id).value_or(0);
  const http::Form form(context, Json::of({{"came", present ? number(present) : ""}, {"served", ""}, {"words", ""}}));
  const auto count = [] { return Json::of({{"type", "number"}, {"inputmode", "numeric"}, {"min", 0}, {"max", 100000}, {"short", true}, {"required", true}}); };
  Json came = form.field("came", "filing.came_label", "", count());
  came.set("hint", context.text("filing.came_hint", {{"n", number(present)}}));
  const bool over = context.now >= filing->ends, told = filing->state == "reported";
  return context.page(
      "supply/filing",
      Json::of({{"title", activity->title}, {"activity", id.text()}, {"state", filing_pill(context, *filing)},
                {"when", language::date_text(context.language, filing->starts)}, {"until", local_text(filing->ends).substr(11)},
                {"planned", context.text("filing.planned", {{"n", number(filing->planned)}})},
                {"filed_text", local_text(filing->filed)}, {"filed_late", filing->late}, {"late_reason", filing->late_reason},
                {"due_text", filing->due.us ? local_text(filing->due) : ""},
                {"clock", filing->state == "awaited" ? due_clock(filing->due, view_context(context)) : Json()},
                {"may_report", over && (filing->state == "filed" || filing->state == "awaited")}, {"not_over", !over && filing->state == "filed"},
                {"told", told}, {"came", number(filing->came)}, {"served", number(filing->served)}, {"recorded", number(filing->recorded)}, {"words", filing->words},
                {"reported_text", filing->reported.us ? local_text(filing->reported) : ""}, {"reported_late", filing->report_late},
                {"summary", form.summary()}, {"f_came", came},
                {"f_served", form.field("served", "filing.served_label", "filing.served_hint", count())},
                {"f_words", form.field("words", "filing.words_label", "filing.words_hint", Json::of({{"maxlength", 2000}, {"rows", 5}, {"required", true}}))}}));
}

// Large activities of the community within two weeks, and reports that are missing.
Json board_panel(Context& context, const stations::Station& station) {
  Json rows = Json::array();
  for (const auto& filing : storage::select<Filing>(context.reader,
                                                    "select * from activity_filing where region = $1 and ((state = 'filed' and ends >= $2 and starts < $3) or state = 'awaited') "
                                                    "order by starts limit $4", station.region, context.now, context.now.plus(kPanelDays * kDay), kPanelRows))
    rows.push(filing_row(context, filing));
  if (rows.size() == 0) return {};
  return Json::of({{"panel_title", context.text("filing.panel")}, {"panel_href", context.may(permission::filings) ? "/desk/filings" : ""}, {"rows", rows}, {"empty", Json()}});
}

}  // namespace

Json filing_pill(const Context& context, const Filing& filing) {
  if (filing.state == "awaited" && filing.due.us && filing.due < context.now)
    return Json::of({{"tone", "stop"}, {"label", context.text("filing.missing")}});
  if (filing.state == "reported" && filing.report_late)
    return Json::of({{"tone", "done"}, {"label", context.text("filing.reported_late")}});
  return pill("filing", filing.state, kFilingFlow, view_context(context));
}

void add_filing_routes(http::Router& router) {
  const auto readers = Access::any(permission::filings);
  router.page("filing.desk", "/desk/filings", readers, desk);
  router.page("filing.sheet", "/desk/filings.xlsx", readers, sheet);
  const auto own = Access::over(permission::publish, "activity");
  router.page("filing.one", "/activities/{activity}/filing", own, filing_page);
  router.command<ReportInput>({.name = "filing.report", .path = "/activities/{activity}/filing", .access = own,
                               .next = [](const CommandContext& context, const Json&) { return "/activities/" + context.argument("activity") + "/filing"; },
                               .flash = "filing.thanks", .page = filing_page, .region_field = "region"},
                              [](storage::Tx& tx, const CommandContext& context, const ReportInput& input) -> Result<Json> {
                                const auto filing = TX_TRY(report_activity(tx, TX_TRY(context.id<Activity>("activity")), input, context.actor.account));
                                return Json::of({{"activity", id_text(filing.id)}, {"state", filing.state}, {"late", filing.report_late}, {"region", filing.region}});
                              });
}

void add_filing_links() {
  stations::add_board_panel(board_panel);
  stations::add_month_figures([](storage::Reader& reader, const stations::Station& station, Instant from, Instant until) {
    const auto sums = filing_sums(reader, access::region_filter("region", {station.region}), from, until, until);
    Json list = Json::array();
    if (sums.filed == 0) return list;
    for (const auto& [key, value] : {std::pair{"month.filed", sums.filed}, {"month.filed_late", sums.late}, {"month.reports_missing", sums.missing}})
      list.push(Json::of({{"key", key}, {"value", value}}));
    return list;
  });
}

}  // namespace tx::supply
