// Sets of criteria as data: what binds whom since when, a set read from a sheet as a draft, put in force by other hands.
#include <algorithm>
#include <fstream>
#include <sstream>

#include "platform/documents/documents.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/six_haves/six.h"

namespace tx::stations::six {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct SetInput {
  std::string code = "six", name_zh, name_en, region = "64", stars = "60,70,80,90,95";
  int pass_score = 80, least_percent = 60, valid_months = 12;
  Json rows;  // filled by read_upload
};
BOOST_DESCRIBE_STRUCT(SetInput, (),
                      (code, name_zh, name_en, region, stars, pass_score, least_percent, valid_months, rows))
struct ForceInput {
  std::string from, reason;
};
BOOST_DESCRIBE_STRUCT(ForceInput, (), (from, reason))

const char* const kColumns[] = {"have",      "have_zh",  "have_en",      "icon",    "code",
                                "words_zh",  "words_en", "evidence",     "unit_zh", "unit_en",
                                "threshold", "weight",   "valid_months", "attest",  "must"};

Json set_row(const Context& context, const CriteriaSet& set) {
  Json meta = Json::Array{meta_view("nearby", teams::region_name(context.reader, set.region, context.language)),
                          meta_view("info", context.text("six.version", {{"n", std::to_string(set.version)}}))};
  if (set.state != "draft")
    meta.push(meta_view("calendar", context.text("six.since", {{"day", set.valid_from.text()}})));
  return row_view("/desk/criteria/" + id_text(set.id), name_of(set, context.language), "list", std::move(meta),
                  pill(set.state == "in_force" ? "live"
                       : set.state == "draft"  ? "wait"
                                               : "",
                       context.text("six.set." + set.state)));
}

Result<Response> sets_page(Context& context) {
  Json rows = Json::array();
  for (const auto& set :
       storage::select<CriteriaSet>(context.reader,
                                    "select * from criteria_set order by case state when 'in_force' then 0 "
                                    "when 'draft' then 1 else 2 end, region, code, version desc"))
    rows.push(set_row(context, set));
  const http::Form form(context, Json::of({{"region", "64"},
                                           {"stars", "60,70,80,90,95"},
                                           {"pass_score", "80"},
                                           {"least_percent", "60"},
                                           {"valid_months", "12"}}));
  const auto number = [&](const char* name, const char* key) {
    return form.field(name, key, {}, Json::of({{"short", true}, {"inputmode", "numeric"}}));
  };
  Json view = Json::of({{"title", context.text("six.sets")},
                        {"lead", context.text("six.sets_lead")},
                        {"rows", rows},
                        {"summary", form.summary()},
                        {"opened", static_cast<bool>(context.problem)}});
  view.set("f_name_zh", form.field("name_zh", "six.name_zh", {}, Json::of({{"maxlength", 40}, {"required", true}})))
      .set("f_name_en", form.field("name_en", "six.name_en", {}, Json::of({{"maxlength", 80}, {"required", true}})))
      .set("f_region",
           form.field("region", "six.region", "six.region_hint", Json::of({{"short", true}, {"inputmode", "numeric"}})))
      .set("f_stars", form.field("stars", "six.stars", "six.stars_hint", Json::of({{"short", true}})))
      .set("f_pass", number("pass_score", "six.pass"))
      .set("f_least", number("least_percent", "six.least_percent"))
      .set("f_months", number("valid_months", "six.months"));
  if (rows.size() == 0)
    view.set("empty", Json::of({{"icon", "list"}, {"title", context.text("six.no_set")}, {"text", ""}, {"href", ""}}));
  return context.page("stations/criteria_sets", view);
}

Result<Response> set_page(Context& context) {
  const auto standard = find_standard(context.reader, id_value(context.argument("set")).value_or(0));
  if (!standard) return refuse(Kind::not_found, "http.not_found");
  Json groups = Json::array();
  for (const auto& have : standard->haves) {
    Json lines = Json::array();
    for (const auto& criterion : standard->criteria) {
      if (criterion.have != have.code) continue;
      const std::string unit = context.language == language::Language::en ? criterion.unit_en : criterion.unit_zh;
      lines.push(Json::of(
          {{"words", words_of(criterion, context.language)},
           {"evidence", context.text(std::string("six.evidence.") + enum_name(criterion.evidence))},
           {"least", criterion.threshold ? "\u2265 " + std::to_string(criterion.threshold) + " " + unit : ""},
           {"weight", std::to_string(criterion.weight)},
           {"must", criterion.must},
           {"months",
            criterion.valid_months ? context.text("six.valid", {{"n", std::to_string(criterion.valid_months)}}) : ""},
           {"attest", context.text(std::string("six.attest.") + enum_name(criterion.attest))}}));
    }
    groups.push(
        Json::of({{"group_name", name_of(have, context.language)}, {"group_icon", have.icon}, {"lines", lines}}));
  }
  const auto& set = standard->set;
  const http::Form form(context, Json::of({{"from", local_date(context.now).text()}}));
  return context.page(
      "stations/criteria_set",
      Json::of({{"title", name_of(set, context.language)},
                {"set", id_text(set.id)},
                {"groups", groups},
                {"draft", set.state == "draft"},
                {"set_head", Json::of({{"state", set_row(context, set)["state"]}})},
                {"summary", form.summary()},
                {"region_name", teams::region_name(context.reader, set.region, context.language)},
                {"pass", std::to_string(set.pass_score)},
                {"stars", set.stars},
                {"least_percent", std::to_string(set.least_percent)},
                {"months", std::to_string(set.valid_months)},
                {"version", std::to_string(set.version)},
                {"from", set.valid_from.days > 0 ? set.valid_from.text() : ""},
                {"until", set.valid_until.days > 0 ? set.valid_until.text() : ""},
                {"f_from", form.field("from", "six.from", {},
                                      Json::of({{"type", "date"}, {"short", true}, {"required", true}}))}}));
}

Result<Json> read_upload(Context& context, Json input) {
  if (!may_in(context, permission::standard, input["region"].text()))
    return refuse(Kind::forbidden, "station.not_your_region", "region");
  if (context.request.uploads.empty() || context.request.uploads.front().bytes.empty())
    return refuse(Kind::invalid, "six.file_missing", "file");
  const auto& upload = context.request.uploads.front();
  const auto sheet = TX_TRY(documents::read_sheet(upload.bytes, upload.file_name));
  TX_CHECK(rules::read_sheet(sheet.rows).map([](auto&&) {}));
  Json rows = Json::array();
  for (const auto& row : sheet.rows) {
    Json cells = Json::array();
    for (const auto& cell : row) cells.push(cell);
    rows.push(std::move(cells));
  }
  return input.set("rows", rows);
}

Result<Json> keep_set(storage::Tx& tx, const CommandContext& context, const SetInput& input) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : input.rows.items()) {
    auto& cells = rows.emplace_back();
    for (const auto& cell : row.items()) cells.push_back(cell.text());
  }
  Standard standard = TX_TRY(rules::read_sheet(rows));
  auto& set = standard.set;
  set.code = input.code.empty() || input.code.size() > 20 ? "six" : input.code;
  set.name_zh = input.name_zh;
  set.name_en = input.name_en;
  set.region = input.region;
  set.stars = input.stars;
  set.pass_score = input.pass_score;
  set.least_percent = input.least_percent;
  set.valid_months = input.valid_months;
  standard = TX_TRY(import_standard(tx, std::move(standard), context.actor.account));
  return Json::of(
      {{"set", id_text(standard.set.id)}, {"criteria", standard.criteria.size()}, {"region", standard.set.region}});
}

std::vector<std::vector<std::string>> sheet_of(const Standard& standard) {
  std::vector<std::vector<std::string>> rows{{std::begin(kColumns), std::end(kColumns)}};
  for (const auto& c : standard.criteria) {
    const auto have =
        std::find_if(standard.haves.begin(), standard.haves.end(), [&](const auto& h) { return h.code == c.have; });
    rows.push_back({c.have, have->name_zh, have->name_en, have->icon, c.code, c.words_zh, c.words_en,
                    enum_name(c.evidence), c.unit_zh, c.unit_en, std::to_string(c.threshold), std::to_string(c.weight),
                    std::to_string(c.valid_months), enum_name(c.attest), c.must ? "1" : "0"});
  }
  return rows;
}

}  // namespace
}  // namespace tx::stations::six

namespace tx::stations {

void add_criteria_routes(http::Router& router, const Services&) {
  using namespace six;
  const auto access = Access::any(permission::standard);
  router.page("six.sets", "/desk/criteria", access, sets_page);
  router.page("six.set", "/desk/criteria/{set}", access, set_page);
  router.page("six.sheet", "/desk/criteria/{set}/sheet.csv", access, [](Context& context) -> Result<Response> {
    const auto standard = find_standard(context.reader, id_value(context.argument("set")).value_or(0));
    if (!standard) return refuse(Kind::not_found, "http.not_found");
    return Response::file(documents::write_csv(sheet_of(*standard)), "text/csv; charset=utf-8",
                          "tongxin-criteria-" + standard->set.code + ".csv");
  });
  router.command<SetInput>(
      {.name = "six.set_import",
       .path = "/desk/criteria",
       .access = access,
       .next = [](const CommandContext&, const Json& answer) { return "/desk/criteria/" + answer["set"].text(); },
       .flash = "six.set_drafted",
       .page = sets_page,
       .region_field = "region",
       .prepare = read_upload},
      keep_set);
  router.command<ForceInput>(
      {.name = "six.set_force",
       .path = "/desk/criteria/{set}/force",
       .access = access,
       .next = [](const CommandContext& context, const Json&) { return "/desk/criteria/" + context.argument("set"); },
       .flash = "six.set_forced",
       .page = set_page,
       .region_field = "region",
       .prepare = [](Context& context, Json input) -> Result<Json> {
         const auto standard = find_standard(context.reader, id_value(context.argument("set")).value_or(0));
         if (!standard || !may_in(context, permission::standard, standard->set.region))
           return refuse(Kind::forbidden, "station.not_your_region", "from");
         return input;
       }},
      [](storage::Tx& tx, const CommandContext& context, const ForceInput& input) -> Result<Json> {
        const auto from = Date::parse(input.from);
        if (!from) return refuse(Kind::invalid, "six.set_past", "from");
        const auto set = TX_TRY(put_in_force(tx, context.argument("set"), *from, context.actor.account));
        return Json::of({{"set", id_text(set.id)}, {"region", set.region}});
      });
}

// sets.csv: code, name_zh, name_en, region, from (empty: stays a draft), pass_score, least_percent, valid_months, stars, file
Result<void> load_criteria(storage::Store& store, const std::string& data) {
  const auto sheet = [&](const std::string& name) -> Result<documents::Sheet> {
    std::ifstream in(data + "/stations/" + name, std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    if (!in) return refuse(Kind::invalid, "six.file_missing", "file");
    return documents::read_sheet(bytes.str(), name);
  };
  const auto sets = TX_TRY(sheet("sets.csv"));
  auto done = store.write([&](storage::Tx& tx) -> Result<Json> {
    if (storage::scalar<std::int64_t>(tx, "select count(*) from criteria_set").value_or(0)) return Json();
    for (std::size_t i = 1; i < sets.rows.size(); ++i) {
      const auto& row = sets.rows[i];
      if (row.size() < 10) continue;
      const auto criteria = TX_TRY(sheet(row[9]));
      auto standard = TX_TRY(six::rules::read_sheet(criteria.rows));
      auto& set = standard.set;
      set.code = row[0];
      set.name_zh = row[1];
      set.name_en = row[2];
      set.region = row[3];
      read_value(Json(row[5]), set.pass_score);
      read_value(Json(row[6]), set.least_percent);
      read_value(Json(row[7]), set.valid_months);
      set.stars = row[8];
      standard = TX_TRY(six::import_standard(tx, std::move(standard), {}));
      if (const auto from = Date::parse(row[4])) {
        standard.set.state = "in_force";
        standard.set.valid_from = *from;
        storage::update(tx, "criteria_set", standard.set);
      }
    }
    return Json();
  });
  if (!done) return tl::unexpected(done.error());
  return {};
}

}  // namespace tx::stations
