// Loading a street region on a page: upload, dry run as a job, faults by row, then taking it over as a second job. Files wait beside
// the extracts until then. What is too large for an upload comes in by the command line (tongxin region import).
#include <sodium.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "platform/documents/documents.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/circles/import.h"
#include "systems/stations/circles/routes.h"
#include "systems/stations/rooms.h"

namespace tx::stations::circles {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr std::size_t kProblemsShown = 100;
constexpr const char* kFiles[] = {"extract", "communities", "stations", "candidates"};

struct Import {
  std::int64_t id = 0;
  std::string region, state;               // state: checking, checked, taking, taken, refused
  Json input, report;
  std::int64_t job = 0;
  access::AccountId created_by;
  Instant created, changed;
};
BOOST_DESCRIBE_STRUCT(Import, (), (id, region, state, input, report, job, created_by, created, changed))

std::optional<Import> find_import(storage::Reader& reader, const std::string& id) {
  return storage::find<Import>(reader, "select * from region_import where id = $1", id_value(id).value_or(0));
}

// An uploaded file under a name that only its content decides.
std::string kept_file(const std::string& folder, const http::Upload& upload) {
  unsigned char digest[16];
  crypto_generichash(digest, sizeof digest, reinterpret_cast<const unsigned char*>(upload.bytes.data()), upload.bytes.size(), nullptr, 0);
  char hex[33];
  sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
  std::filesystem::create_directories(folder + "/incoming");
  const std::string file = folder + "/incoming/" + hex;
  std::ofstream(file, std::ios::binary).write(upload.bytes.data(), static_cast<std::streamsize>(upload.bytes.size()));
  return file;
}

Result<Json> read_upload(const std::string& folder, Context& context, Json input) {
  for (const char* name : kFiles) input.set(name, "");
  const std::string scope = input["scope"].text();
  StreetRegion asked;
  asked.scope = scope;
  if (!may_plan(context, permission::plan, asked)) return refuse(Kind::forbidden, "station.not_your_region", "scope");
  if (const auto old = find_region(context.reader, input["id"].text()); old && !may_plan(context, permission::plan, *old))
    return refuse(Kind::forbidden, "station.not_your_region", "id");
  bool any = false;
  const auto each = [&](auto take) {
    for (const auto& upload : context.request.uploads)
      for (const char* name : kFiles)
        if (upload.field == name && !upload.bytes.empty()) input.set(name, take(upload)), any = true;
  };
  each([](const http::Upload& upload) { return upload.field; });
  if (!any) return refuse(Kind::invalid, "region.nothing", "communities");
  ImportInput named;
  read_value(input, named);
  TX_CHECK(check_asked(context.reader, named));
  each([&](const http::Upload& upload) { return kept_file(folder, upload); });
  return input;
}

Result<Json> keep(storage::Tx& tx, const CommandContext& context, const ImportInput& input) {
  Import row;
  row.id = tx.new_id();
  row.region = shortened(input.id, 40);
  row.state = "checking";
  row.input = to_json(input);
  row.report = Json::object();
  row.created_by = context.actor.account;
  row.created = row.changed = tx.now();
  row.job = jobs::enqueue(tx, "stations.region", Json::of({{"import", id_text(row.id)}, {"take", false}}), context.actor.account).value;
  storage::insert(tx, "region_import", row);
  return Json::of({{"import", id_text(row.id)}, {"job", id_text(row.job)}});
}

Result<Json> take(storage::Tx& tx, const CommandContext& context) {
  auto row = find_import(tx, context.argument("import"));
  if (!row) return refuse(Kind::not_found, "http.not_found");
  if (row->state != "checked" || !row->report["good"].boolean()) return refuse(Kind::conflict, "region.not_good");
  row->state = "taking";
  row->changed = tx.now();
  row->job = jobs::enqueue(tx, "stations.region", Json::of({{"import", id_text(row->id)}, {"take", true}}), context.actor.account).value;
  storage::update(tx, "region_import", *row);
  return Json::of({{"import", id_text(row->id)}, {"job", id_text(row->job)}});
}

void set_state(storage::Store& store, Import row, const char* state, const Json& report) {
  row.state = state;
  row.report = report;
  (void)store.write([&](storage::Tx& tx) -> Result<Json> {
    row.changed = tx.now();
    storage::update(tx, "region_import", row);
    return Json();
  });
}

Json args_json(const Refusal& refusal) {
  Json args = Json::object();
  for (const auto& [name, value] : refusal.args) args.set(name, value);
  return args;
}

Result<Json> run_import(const std::string& folder, storage::Store& store, const Json& input, jobs::Progress& progress) {
  const auto row = find_import(*store.read(), input["import"].text());
  if (!row) return refuse(Kind::conflict, "region.gone");
  const Told told = [&](std::int64_t done, std::int64_t of, const char* stage) {
    progress.report(done, of, stage);
    return !progress.cancelled();
  };
  ImportInput files;
  read_value(row->input, files);
  const bool taking = input["take"].boolean();
  auto checked = check_import(*store.read(), files, told);
  if (checked && taking)
    if (const auto taken = take_import(store, folder, *checked, row->created_by, told); !taken) checked = tl::unexpected(taken.error());
  if (!checked) {
    const auto& refusal = checked.error();
    set_state(store, *row, taking ? "checked" : "refused",
              taking ? row->report : Json::of({{"rule", refusal.rule}, {"args", args_json(refusal)}}));
    return tl::unexpected(refusal);
  }
  set_state(store, *row, taking ? "taken" : "checked", to_json(checked->report));
  if (taking)
    for (const auto& file : {files.extract, files.communities, files.stations, files.candidates}) {
      std::error_code ignored;
      if (!file.empty()) std::filesystem::remove(file, ignored);
    }
  return Json::of({{"link", taking ? "/circles/" + row->region : "/desk/regions/imports/" + id_text(row->id)}});
}

std::vector<std::pair<std::string, std::string>> args_of(const Json& json) {
  std::vector<std::pair<std::string, std::string>> args;
  for (const auto& [name, value] : json.members()) args.emplace_back(name, value.text());
  return args;
}

// ---- pages
// Which files were read as GCJ-02 and converted.
std::string turned_text(const Context& context, const Json& report) {
  std::string files;
  for (const auto& [key, table] : {std::pair{"extract_datum", "extract"}, {"datum", "communities"}, {"stations_datum", "stations"}, {"candidates_datum", "candidates"}}) {
    const bool there = table == std::string_view("extract") ? report["junctions"].integer() > 0 : report[table].integer() > 0;
    if (there && report[key].text() == "gcj02") files += (files.empty() ? "" : context.text("region.and")) + context.text(std::string("region.table.") + table);
  }
  return files.empty() ? "" : context.text("region.is_gcj02", {{"files", files}});
}

Json problem_view(const Context& context, const Json& problem) {
  const auto row = problem["row"].integer();
  return Json::of({{"p_table", context.text("region.table." + problem["table"].text())},
                   {"p_row", row ? context.text(problem["table"].text() == "extract" ? "region.byte" : "roster.line", {{"line", std::to_string(row)}}) : ""},
                   {"p_column", problem["column"].text().empty() ? "" : context.words.has("circle.column." + problem["column"].text())
                                                                            ? context.text("circle.column." + problem["column"].text())
                                                                            : problem["column"].text()},
                   {"p_value", problem["value"].text()},
                   {"p_text", context.text(problem["rule"].text(), args_of(problem["args"]))}});
}
Json problems_view(const Context& context, const Json& list) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < std::min(kProblemsShown, list.size()); ++i) rows.push(problem_view(context, list.items()[i]));
  return rows;
}

Result<Response> import_page(Context& context) {
  const auto row = find_import(context.reader, context.argument("import"));
  StreetRegion asked;
  if (row) asked.scope = row->input["scope"].text();
  if (!row || !may_plan(context, permission::plan, asked)) return refuse(Kind::not_found, "http.not_found");
  const auto& report = row->report;
  const auto count = [&](const char* key) { return whole_number(report[key].integer()); };
  const auto args = args_of(report["args"]);
  const bool faulty = row->state == "checked" && !report["good"].boolean();
  const bool read = row->state != "checking" && report.find("rule") == nullptr;
  Json stats = Json::Array{figure_view(context.text("circle.places"), count("communities")), figure_view(context.text("circle.people"), count("people")),
                           figure_view(context.text("circle.stations"), count("stations")), figure_view(context.text("planning.sites"), count("candidates")),
                           figure_view(context.text("region.faults"), count("faults"), "", "", report["faults"].integer() ? "warn" : "")};
  return context.page(
      "stations/region_import",
      Json::of({{"title", row->input["name_zh"]},
                {"import", id_text(row->id)},
                {"job", id_text(row->job)},
                {"import_state", Json::of({{"state", faulty ? pill("stop", context.text("region.state.faulty"))
                                                            : pill(row->state == "taken" ? "done" : row->state == "refused" ? "stop" : row->state == "checked" ? "live" : "go",
                                                                   context.text("region.state." + row->state))}})},
                {"faulty", faulty ? context.text("region.faulty", {{"n", count("faults")}}) : ""},
                {"waiting", row->state == "checking" || row->state == "taking"},
                {"refused", report.find("rule") ? context.text(report["rule"].text(), args) : ""},
                {"read", read},
                {"stats", stats},
                {"streets", report["junctions"].integer() ? context.text("region.streets_are", {{"km", count("street_km")}, {"junctions", count("junctions")}, {"islands", count("islands")}}) : ""},
                {"standing", report["junctions"].integer() ? context.text("region.standing", {{"streets", count("on_streets")}, {"islands", count("on_islands")}, {"far", count("too_far")}}) : ""},
                {"left_out", report["left_out"].integer() && !faulty ? context.text("region.left_out", {{"n", count("left_out")}}) : ""},
                {"datum", turned_text(context, report)},
                {"problems", problems_view(context, report["problems"])},
                {"has_problems", report["problems"].size() > 0},
                {"more_problems", report["faults"].integer() > static_cast<std::int64_t>(kProblemsShown) ? context.text("roster.more", {{"n", std::to_string(report["faults"].integer() - static_cast<std::int64_t>(kProblemsShown))}}) : ""},
                {"doubts", problems_view(context, report["doubts"])},
                {"has_doubts", report["doubts"].size() > 0},
                {"may_take", row->state == "checked" && report["good"].boolean()},
                {"region_link", row->state == "taken" ? "/circles/" + row->region : ""},
                {"summary", http::Form(context).summary()}}));
}

Result<Response> desk_page(Context& context) {
  Json rows = Json::array(), imports = Json::array();
  for (const auto& region : regions(context.reader))
    if (may_plan(context, permission::plan, region))
      rows.push(row_view("/circles/" + region.id, region_name(context, region), "nearby",
                         Json::Array{meta_view("walk", context.text(region.extract_file.empty() ? "planning.by_lines" : "planning.by_streets")),
                                     meta_view("clock", language::date_text(context.language, region.changed))}));
  for (const auto& one : storage::select<Import>(context.reader, "select * from region_import order by created desc limit 10"))
    imports.push(row_view("/desk/regions/imports/" + id_text(one.id), one.input["name_zh"].text(), "file",
                          Json::Array{meta_view("clock", language::date_text(context.language, one.created))},
                          pill(one.state == "taken" ? "done" : one.state == "refused" ? "stop" : "wait", context.text("region.state." + one.state))));
  const http::Form form(context, Json::of({{"gait", "walk"}, {"datum", "wgs84"}, {"extract_datum", "wgs84"}}));
  const auto choices = [&](const char* stem, std::initializer_list<const char*> values) {
    std::vector<http::Option> list;
    for (const char* value : values) list.push_back({value, context.text(std::string(stem) + value)});
    return list;
  };
  const std::vector<http::Option> list_datums{{"", context.text("region.datum.same")}, {"wgs84", context.text("region.datum.wgs84")}, {"gcj02", context.text("region.datum.gcj02")}};
  return context.page(
      "stations/regions",
      Json::of({{"title", context.text("region.load")},
                {"rows", rows},
                {"imports", Json::of({{"rows", imports}})},
                {"has_imports", imports.size() > 0},
                {"summary", form.summary()},
                {"f_id", form.field("id", "region.id_label", "region.id_hint", Json::of({{"short", true}, {"maxlength", 40}, {"required", true}}))},
                {"f_zh", form.field("name_zh", "region.name_zh", "", Json::of({{"maxlength", 40}, {"required", true}}))},
                {"f_en", form.field("name_en", "region.name_en", "", Json::of({{"maxlength", 60}, {"optional", true}}))},
                {"f_scope", form.field("scope", "region.scope_label", "region.scope_hint", Json::of({{"short", true}, {"inputmode", "numeric"}, {"maxlength", 9}, {"optional", true}}))},
                {"f_gait", form.options("gait", "planning.gait", choices("circle.gait.", {"walk", "slow", "drive"}))},
                {"f_datum", form.options("datum", "region.datum_label", choices("region.datum.", {"wgs84", "gcj02", "test"}))},
                {"f_extract_datum", form.options("extract_datum", "region.extract_datum_label", choices("region.datum.", {"wgs84", "gcj02", "test"}), "region.extract_datum_hint")},
                {"f_stations_datum", form.options("stations_datum", "region.stations_datum_label", list_datums, "", Json::of({{"short", true}}))},
                {"f_candidates_datum", form.options("candidates_datum", "region.candidates_datum_label", list_datums, "", Json::of({{"short", true}}))},
                {"f_test_file", form.field("test_file", "region.test_file", "", Json::of({{"optional", true}, {"maxlength", 40}}))},
                {"f_test_extract", form.field("test_extract", "region.test_extract", "", Json::of({{"optional", true}, {"maxlength", 40}}))},
                {"f_test_gps", form.field("test_gps", "region.test_gps", "region.test_hint", Json::of({{"optional", true}, {"maxlength", 40}}))},
                {"f_attribution", form.field("attribution", "region.attribution", "region.attribution_hint", Json::of({{"optional", true}, {"maxlength", 200}}))},
                {"f_synthetic", form.tick("synthetic", "region.synthetic", "region.synthetic_text")},
                {"f_lenient", form.tick("lenient", "region.lenient", "region.lenient_text")}}));
}

Result<Response> sample(Context& context) {
  std::vector<std::vector<std::string>> rows{{}};
  for (const char* column : {"code", "name", "lon", "lat", "people", "elders", "town", "county", "community", "kind", "cost", "state"})
    rows[0].push_back(context.text(std::string("circle.column.") + column));
  return Response::file(documents::write_xlsx({context.text("region.load"), rows}, {context.text("region.sample_note")}),
                        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "tongxin-region.xlsx");
}

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

}  // namespace
}  // namespace tx::stations::circles

namespace tx::stations {

void add_region_routes(http::Router& router, const std::shared_ptr<circles::Circles>& held, jobs::Jobs& jobs) {
  using namespace circles;
  const auto officers = Access::any(permission::plan);
  const std::string folder = held->folder();
  jobs.add({"stations.region", [folder](storage::Store& store, const Json& input, jobs::Progress& progress) { return run_import(folder, store, input, progress); }});
  router.page("region.desk", "/desk/regions", officers, desk_page);
  router.page("region.sample", "/desk/regions/sample.xlsx", officers, sample);
  router.page("region.import", "/desk/regions/imports/{import}", officers, import_page);
  router.command<ImportInput>(
      {.name = "region.check",
       .path = "/desk/regions",
       .access = officers,
       .next = [](const CommandContext&, const Json& answer) { return "/jobs/" + answer["job"].text(); },
       .page = desk_page,
       .prepare = [folder](Context& context, Json input) { return read_upload(folder, context, std::move(input)); }},
      keep);
  router.command<Nothing>(
      {.name = "region.take",
       .path = "/desk/regions/imports/{import}/take",
       .access = officers,
       .next = [](const CommandContext&, const Json& answer) { return "/jobs/" + answer["job"].text(); },
       .page = import_page,
       .prepare = [](Context& context, Json input) -> Result<Json> {
         const auto row = find_import(context.reader, context.argument("import"));
         StreetRegion asked;
         if (row) asked.scope = row->input["scope"].text();
         if (!row || !may_plan(context, permission::plan, asked)) return refuse(Kind::not_found, "http.not_found");
         return input;
       }},
      [](storage::Tx& tx, const CommandContext& context, const Nothing&) { return take(tx, context); });
}

}  // namespace tx::stations
