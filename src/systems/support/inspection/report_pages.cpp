// The records chapter of the yearly report (Decree 67 art. 18; H10): public counts without persons, for a region or one
// organisation, on a page that prints well and as a sheet.
#include "platform/documents/documents.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/support/inspection/inspection.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using access::Access;
using http::Context;
using http::Response;

constexpr int kFirstYear = 2021;   // the decree is in force from 2021-02-01

struct Asked {
  int year = 0;
  std::int64_t organisation = 0;
  std::string region, name;
};

Result<Asked> asked_of(Context& context) {
  Asked asked;
  const int this_year = local_date(context.now).year();
  asked.year = std::atoi(context.request.query["year"].text().c_str());
  if (asked.year < kFirstYear || asked.year > this_year) asked.year = this_year;
  if (const auto& organisation = context.request.query["organisation"].text(); !organisation.empty()) {
    const auto found = teams::find_organisation(context.reader, id_value(organisation).value_or(0));
    if (!found) return refuse(Kind::not_found, "http.not_found");
    asked.organisation = found->id.value;
    asked.name = found->name;
    return asked;
  }
  asked.region = context.request.query["region"].text();
  if (asked.region.empty() || asked.region.size() > 12 || asked.region.find_first_not_of("0123456789") != std::string::npos) asked.region = "64";
  asked.name = teams::region_name(context.reader, asked.region, context.language);
  return asked;
}

std::vector<std::pair<std::string, std::string>> lines_of(const Context& context, const Figures& figures) {
  static constexpr struct {
    const char* key;
    std::int64_t Figures::*value;
    bool hours = false;
  } kLines[] = {{"report.records", &Figures::records}, {"report.people", &Figures::people}, {"report.hours", &Figures::minutes, true},
                {"report.hours_a", &Figures::minutes_a, true}, {"report.hours_b", &Figures::minutes_b, true}, {"report.hours_c", &Figures::minutes_c, true},
                {"report.hours_d", &Figures::minutes_d, true}, {"report.late", &Figures::late}, {"report.by_hand", &Figures::by_hand},
                {"report.refused", &Figures::refused}, {"report.corrections", &Figures::corrections}, {"report.certificates", &Figures::certificates},
                {"report.revoked", &Figures::revoked}, {"report.complaints", &Figures::complaints}, {"report.objections", &Figures::objections}};
  std::vector<std::pair<std::string, std::string>> lines;
  for (const auto& line : kLines) {
    const auto value = figures.*line.value;
    lines.emplace_back(context.text(line.key), line.hours ? rules::hours_text(value) + " h" : std::to_string(value));
    if (line.value == &Figures::late)
      lines.emplace_back(context.text("report.in_time"), figures.records ? std::to_string((figures.records - figures.late) * 100 / figures.records) + " %" : "–");
  }
  return lines;
}

Result<Response> report(Context& context) {
  const auto asked = TX_TRY(asked_of(context));
  const auto figures = figures_of(context.reader, asked.organisation, asked.region, {Date::of(asked.year, 1, 1), Date::of(asked.year, 12, 31)});
  const auto lines = lines_of(context, figures);
  const std::string of = asked.organisation ? "organisation=" + id_text(asked.organisation) : "region=" + asked.region;
  if (context.request.query["as"].text() == "xlsx") {
    documents::Sheet sheet{std::to_string(asked.year), {{asked.name, std::to_string(asked.year)}}};
    for (const auto& [label, value] : lines) sheet.rows.push_back({label, value});
    return Response::file(documents::write_xlsx(sheet, {context.text("report.note")}), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                          "records-" + std::to_string(asked.year) + ".xlsx");
  }
  Json rows = Json::array(), years = Json::array(), below = Json::array();
  for (const auto& [label, value] : lines) rows.push(Json::of({{"label", label}, {"value", value}}));
  for (int year = local_date(context.now).year(); year >= kFirstYear; --year)
    years.push(Json::of({{"label", std::to_string(year)}, {"href", "/reports/records?" + of + "&year=" + std::to_string(year)}, {"current", year == asked.year}}));
  if (!asked.organisation)
    for (const auto& region : teams::regions_below(context.reader, asked.region))
      if (region.level <= 3) below.push(Json::of({{"label", region.name}, {"href", "/reports/records?region=" + region.code + "&year=" + std::to_string(asked.year)}}));
  return context.page("support/report", Json::of({{"title", context.text("report.title", {{"name", asked.name}, {"year", std::to_string(asked.year)}})}, {"lines", rows},
                                                  {"years", years}, {"below", below}, {"has_below", below.size() > 0},
                                                  {"sheet", "/reports/records?" + of + "&year=" + std::to_string(asked.year) + "&as=xlsx"}}));
}

}  // namespace

void add_report_routes(http::Router& router) {
  router.page("report.records", "/reports/records", Access::everyone("the yearly report is public (Decree 67 art. 18)"), report);
}

}  // namespace tx::support
