#include "base/text.h"
#include "platform/documents/documents.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/months/months.h"
#include "systems/stations/rooms.h"

namespace tx::stations {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct WordsInput {
  std::string words;
};
BOOST_DESCRIBE_STRUCT(WordsInput, (), (words))

std::int64_t value_of(const MonthReport& report, std::string_view key) {
  for (const auto& one : report.figures.items())
    if (one["key"].text() == key) return one["value"].integer();
  return 0;
}
std::int64_t visitors_of(const MonthReport& report) {
  std::int64_t all = 0;
  for (const auto& one : report.figures.items())
    if (one["key"].text().starts_with("station.purpose.")) all += one["value"].integer();
  return all;
}
std::string month_text(const Context& context, int month) {
  const auto span = span_of(month);
  if (!span) return std::to_string(month);
  return context.language == language::Language::zh
             ? std::to_string(month / 100) + " \u5e74 " + std::to_string(month % 100) + " \u6708"
             : span->first.text().substr(0, 7);
}

Result<Response> list_page(Context& context) {
  const auto station = TX_TRY(station_of(context.reader, context.argument("station")));
  Json rows = Json::array(), columns = Json::array();
  const auto reports = storage::select<MonthReport>(
      context.reader, "select * from station_month where station = $1 order by month desc limit 24", station.id);
  for (const auto& report : reports) {
    const auto promised = value_of(report, "month.promised_minutes");
    rows.push(row_view(
        "/stations/" + station.id.text() + "/months/" + std::to_string(report.month), month_text(context, report.month),
        "chart",
        Json::Array{meta_view("people", context.text("month.visitors_n", {{"n", whole_number(visitors_of(report))}})),
                    meta_view("clock",
                              context.text("month.open_n",
                                           {{"n", percent_text(value_of(report, "month.kept_minutes"), promised)}}))}));
  }
  std::int64_t most = 1;
  const std::size_t shown = std::min<std::size_t>(6, reports.size());
  for (std::size_t i = 0; i < shown; ++i) most = std::max(most, visitors_of(reports[i]));
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& report = reports[shown - 1 - i];
    const auto tall = visitors_of(report) * 140 / most;
    const auto x = static_cast<std::int64_t>(i) * 60 + 12;
    columns.push(Json::of({{"x", x},
                           {"y", 168 - tall},
                           {"w", 36},
                           {"h", std::to_string(tall)},
                           {"mid", x + 18},
                           {"value_y", 162 - tall},
                           {"value", std::to_string(visitors_of(report))},
                           {"name", std::to_string(report.month % 100)},
                           {"tone", ""}}));
  }
  Json view =
      Json::of({{"title", context.text("month.title")},
                {"station", station.id.text()},
                {"station_name", station.name},
                {"rows", rows},
                {"has_chart", shown > 1},
                {"chart", Json::of({{"label", context.text("month.chart")}, {"columns", columns}, {"points", ""}})}});
  if (rows.size() == 0)
    view.set("empty", Json::of({{"icon", "chart"},
                                {"title", context.text("month.none")},
                                {"text", context.text("month.none_text")},
                                {"href", ""}}));
  return context.page("stations/months", view);
}

std::string shown_value(const Context& context, const std::string& key, std::int64_t value) {
  return key.ends_with("_minutes") ? language::duration_text(context.language, {value}) : whole_number(value);
}

Result<Response> one_page(Context& context) {
  const auto station = TX_TRY(station_of(context.reader, context.argument("station")));
  std::int64_t month = 0;
  if (!read_value(Json(context.argument("month")), month)) return refuse(Kind::not_found, "http.not_found");
  const auto report = storage::find<MonthReport>(
      context.reader, "select * from station_month where station = $1 and month = $2", station.id, month);
  if (!report) return refuse(Kind::not_found, "http.not_found");
  Json bars = Json::array(), duty = Json::array(), more = Json::array();
  const auto visitors = visitors_of(*report);
  for (const auto& one : report->figures.items()) {
    const std::string& key = one["key"].text();
    const auto value = one["value"].integer();
    if (key.starts_with("station.purpose."))
      bars.push(Json::of({{"label", context.text(key)},
                          {"percent", visitors ? value * 100 / visitors : 0},
                          {"value", whole_number(value)},
                          {"href", ""},
                          {"tone", ""}}));
    else
      (key == "month.promised_minutes" || key == "month.kept_minutes" || key.starts_with("month.shifts") ? duty : more)
          .push(Json::of({{"fact", context.text(key)}, {"fact_value", shown_value(context, key, value)}}));
  }
  const http::Form form(context, Json::of({{"words", report->words}}));
  return context.page(
      "stations/month",
      Json::of({{"title", month_text(context, report->month)},
                {"station", station.id.text()},
                {"station_name", station.name},
                {"month", std::to_string(report->month)},
                {"region_name", teams::region_path(context.reader, station.region, context.language)},
                {"stats",
                 Json::Array{figure_view(context.text("month.visitors"), whole_number(visitors)),
                             figure_view(context.text("month.open_share"),
                                         percent_text(value_of(*report, "month.kept_minutes"),
                                                      value_of(*report, "month.promised_minutes"))),
                             figure_view(context.text("month.lent"), whole_number(value_of(*report, "month.lent")))}},
                {"bars", bars},
                {"has_bars", visitors > 0},
                {"duty", duty},
                {"more", more},
                {"has_more", more.size() > 0},
                {"said", report->words},
                {"made_text", context.text("month.made", {{"at", local_text(report->made)}})},
                {"keeps", may_over(context.roles, context.actor, permission::keep, station)},
                {"summary", form.summary()},
                {"f_words", form.field("words", "month.words", "month.words_hint",
                                       Json::of({{"maxlength", 500}, {"rows", 3}}))}}));
}

std::string public_address(const Context& context, const Station& station) {
  const std::string host(context.request.header("host"));
  const bool here = host.starts_with("127.") || host.starts_with("localhost");
  return (here ? "http://" : "https://") + host + "/stations/" + station.id.text();
}

// The door plaque on A4: name, hours, what one can do here, and the code that opens the public page.
Result<Response> plaque(Context& context) {
  const auto station = TX_TRY(station_of(context.reader, context.argument("station")));
  using Align = documents::PdfText::Align;
  documents::PdfPage page;
  const auto text = [&](double y, std::string words, double size, bool bold, double grey = 0) {
    page.texts.push_back({20, y, 170, std::move(words), size, bold, Align::centre, grey});
  };
  page.lines = {{12, 12, 198, 12, 2}, {12, 285, 198, 285, 2}, {12, 12, 12, 285, 2}, {198, 12, 198, 285, 2}};
  text(28, context.text("plaque.over"), 16, false, 0.35);
  text(42, station.name, 34, true);
  text(66, teams::region_path(context.reader, station.region, context.language), 13, false, 0.35);
  page.codes.push_back({60, 82, 90, public_address(context, station)});
  text(178, context.text("plaque.scan"), 15, true);
  text(190, context.text("plaque.scan_text"), 12, false, 0.35);
  page.lines.push_back({40, 206, 170, 206, 0.5});
  text(212, context.text("station.hours") + "  " + station.hours, 16, true);
  for (int row = 0; row < 2; ++row) {
    std::string functions;
    for (int i = 3 * row + 1; i <= 3 * row + 3; ++i)
      functions += (functions.empty() ? "" : "  \u00b7  ") + context.text("station.f" + std::to_string(i));
    text(226 + 9 * row, functions, 12, false);
  }
  if (!station.phone.empty()) text(248, context.text("station.phone") + "  " + station.phone, 14, false);
  text(266, context.text("plaque.free"), 12, true);
  text(275, station.code, 9, false, 0.45);
  return Response::file(
      documents::write_pdf({page}, {station.name, context.text("layout.brand"), language::tag(context.language)}),
      "application/pdf", "tongxin-plaque-" + station.code + ".pdf");
}

}  // namespace

void add_month_routes(http::Router& router, const Services&) {
  const auto read = Access::over(permission::read, "station");
  router.page("month.list", "/stations/{station}/months", read, list_page);
  router.page("month.one", "/stations/{station}/months/{month}", read, one_page);
  router.page("station.plaque", "/stations/{station}/plaque.pdf", read, plaque);
  router.command<WordsInput>(
      {.name = "month.say",
       .path = "/stations/{station}/months/{month}",
       .access = Access::over(permission::keep, "station"),
       .next =
           [](const CommandContext& context, const Json&) {
             return "/stations/" + context.argument("station") + "/months/" + context.argument("month");
           },
       .flash = "month.said",
       .page = one_page,
       .region_field = "region"},
      [](storage::Tx& tx, const CommandContext& context, const WordsInput& input) -> Result<Json> {
        const auto station = TX_TRY(station_of(tx, context.argument("station")));
        std::int64_t month = 0;
        if (!read_value(Json(context.argument("month")), month)) return refuse(Kind::not_found, "http.not_found");
        if (letter_count(input.words) > 500) return refuse(Kind::invalid, "month.long", "words");
        if (!storage::execute(tx, "update station_month set words = $1, said_by = $2 where station = $3 and month = $4",
                              input.words, context.actor.account, station.id, month))
          return refuse(Kind::not_found, "http.not_found");
        return Json::of({{"region", station.region}});
      });
}

}  // namespace tx::stations
