// Pages of units: the register by kind, one unit with its scheme and commitments, and Party members' reporting to their community.
#include "base/text.h"
#include "platform/documents/documents.h"
#include "platform/storage/record_sql.h"
#include "systems/mobilisation/campaigns/campaigns.h"
#include "systems/mobilisation/emergencies/emergencies.h"
#include "systems/mobilisation/units/units.h"
#include "systems/support/papers.h"
#include "systems/teams/teams.h"

namespace tx::mobilisation {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Option;
using http::Response;

constexpr int kConsentVersion = 1;

std::vector<Option> kind_options(const Context& context) {
  std::vector<Option> options;
  for (const char* kind : kUnitKinds) options.push_back({kind, context.text(std::string("unit.kind.") + kind), is_new_kind(kind) ? context.text("unit.new_kind") : ""});
  return options;
}

Result<Response> list(Context& context) {
  const auto regions = access::region_filter("region", access::regions_of(context.roles, context.actor, permission::unit));
  Json groups = Json::array();
  for (const char* kind : kUnitKinds) {
    Json rows = Json::array();
    for (const auto& unit : storage::select<Unit>(context.reader, "select * from unit where state = 'active' and kind = $1 and " + regions + " order by name limit 200", std::string(kind)))
      rows.push(Json::of({{"href", "/units/" + id_text(unit.id)}, {"icon", "team"}, {"title", unit.name}, {"text", unit.scheme}, {"leaf", ""},
                          {"meta", Json::Array{Json::of({{"glyph", "nearby"}, {"words", teams::region_name(context.reader, unit.region, context.language)}})}}, {"has_side", true}, {"side", ""},
                          {"clock", Json()}, {"unread_row", false},
                          {"state", Json::of({{"tone", unit.scheme.empty() ? "wait" : "live"}, {"label", context.text(unit.scheme.empty() ? "unit.no_scheme" : "unit.has_scheme")}})}}));
    if (rows.size() > 0) groups.push(Json::of({{"kind_name", context.text(std::string("unit.kind.") + kind)}, {"new_kind", is_new_kind(kind)}, {"rows", rows}}));
  }
  const http::Form form(context);
  Json view = Json::of({{"title", context.text("unit.title")}, {"groups", groups}, {"summary", form.summary()}, {"empty", Json()},
                        {"f_name", form.field("name", "unit.f.name", {}, Json::of({{"maxlength", 60}}))}, {"f_kind", form.options("kind", "unit.f.kind", kind_options(context))},
                        {"f_region", form.options("region", "eplan.f.region", offices(context, permission::unit))},
                        {"f_code", form.field("credit_code", "unit.f.code", {}, Json::of({{"maxlength", 18}, {"optional", true}}))},
                        {"f_keeper", form.field("keeper", "unit.f.keeper", "unit.f.keeper.hint", Json::of({{"maxlength", 40}, {"optional", true}}))}});
  if (groups.size() == 0) view.set("empty", Json::of({{"icon", "team"}, {"title", context.text("unit.none")}, {"text", context.text("unit.none.text")}, {"href", ""}}));
  return context.page("mobilisation/units", view);
}

Result<Response> one(const std::string& site, Context& context) {
  const auto unit = find_unit(context.reader, id_value(context.argument("unit")).value_or(0));
  if (!unit) return refuse(Kind::not_found, "http.not_found");
  const http::Form form(context, Json::of({{"scheme", unit->scheme}, {"scheme_owner", unit->scheme_owner}, {"scheme_day", unit->scheme_hash.empty() ? "" : unit->scheme_day.text()},
                                           {"people", 20}, {"hours", 60}}));
  Json commitments = Json::array();
  std::vector<Option> open{{"", context.text("emergency.choose")}};
  for (const auto& campaign : storage::select<Campaign>(context.reader, "select * from campaign where state in ('open','closed') order by from_day desc limit 40")) {
    const auto held = storage::find<Commitment>(context.reader, "select * from commitment where campaign = $1 and unit = $2", campaign.id, unit->id);
    if (held) {
      const auto progress = progress_of(context.reader, campaign, held->id);
      commitments.push(Json::of({{"campaign_title", campaign.title}, {"href", "/campaigns/" + id_text(campaign.id)}, {"link", "/join/" + held->code},
                                 {"svg", documents::qr_svg(site + "/join/" + held->code, 4)}, {"line", context.text("campaign.unit_line", {{"joined", std::to_string(progress.joined)}, {"people", std::to_string(held->people)},
                                                                                                                   {"hours", language::hours_text({progress.minutes})}, {"promised", language::hours_text(held->minutes)}})}}));
    }
    if (campaign.state == "open" && (unit->region.starts_with(campaign.region) || campaign.region.starts_with(unit->region))) open.push_back({id_text(campaign.id), campaign.title});
  }
  return context.page("mobilisation/unit",
                      Json::of({{"title", unit->name}, {"unit", id_text(unit->id)}, {"kind", context.text("unit.kind." + unit->kind)}, {"new_kind", is_new_kind(unit->kind)},
                                {"region", teams::region_name(context.reader, unit->region, context.language)}, {"scheme", unit->scheme}, {"scheme_owner", unit->scheme_owner},
                                {"scheme_day", unit->scheme_hash.empty() ? "" : unit->scheme_day.text()}, {"scheme_hash", unit->scheme_hash}, {"commitments", commitments},
                                {"has_commitments", commitments.size() > 0}, {"may_commit", open.size() > 1}, {"summary", form.summary()},
                                {"f_scheme", form.field("scheme", "unit.f.scheme", "unit.f.scheme.hint", Json::of({{"maxlength", 100}}))},
                                {"f_owner", form.field("scheme_owner", "unit.f.owner", {}, Json::of({{"maxlength", 40}}))},
                                {"f_day", form.field("scheme_day", "unit.f.day", {}, Json::of({{"type", "date"}, {"short", true}}))},
                                {"f_file", form.field("file", "unit.f.file", "unit.f.file.hint", Json::of({{"type", "file"}}))},
                                {"f_campaign", form.options("campaign", "campaign.one", open)},
                                {"f_people", form.field("people", "campaign.f.people", {}, Json::of({{"type", "number"}, {"short", true}, {"min", 1}}))},
                                {"f_hours", form.field("hours", "campaign.f.hours", "campaign.f.hours.hint", Json::of({{"type", "number"}, {"short", true}, {"min", 0}}))}}));
}

struct Report {
  std::int64_t id = 0, volunteer = 0;
  std::string region;
  int consent = 0;
  Instant reported;
};
BOOST_DESCRIBE_STRUCT(Report, (), (id, volunteer, region, consent, reported))
struct ReportInput {
  std::vector<std::string> consent;
};
BOOST_DESCRIBE_STRUCT(ReportInput, (), (consent))

// Political status is sensitive (PIPL art. 28, 29 by analogy): its own consent, only the fact, taken back with one press.
Result<Response> party(Context& context) {
  const auto volunteer = teams::find_volunteer_by_account(context.reader, context.actor.account);
  const auto report = volunteer ? storage::find<Report>(context.reader, "select * from party_report where volunteer = $1", volunteer->id) : std::nullopt;
  const http::Form form(context);
  return context.page("mobilisation/party",
                      Json::of({{"title", context.text("party.title")}, {"is_volunteer", volunteer.has_value()}, {"reported", report.has_value()},
                                {"where", volunteer ? teams::region_path(context.reader, report ? report->region : volunteer->region, context.language) : ""},
                                {"at", report ? language::date_text(context.language, report->reported) : ""}, {"summary", form.summary()},
                                {"f_consent", form.tick("consent", "party.consent", "party.consent.text")}}));
}

}  // namespace

void add_unit_routes(http::Router& router, const Services& services) {
  router.resolver("unit", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto unit = find_unit(reader, id_value(text).value_or(0));
    if (!unit) return std::nullopt;
    access::Place place;
    place.region = unit->region;
    if (unit->keeper) place.owners = {unit->keeper};
    return place;
  });
  const auto page = [site = services.public_address](Context& context) { return one(site, context); };
  const auto own = Access::over_or_owner(permission::unit, "unit");
  const auto to_unit = [](const CommandContext& context, const Json&) { return "/units/" + context.argument("unit"); };
  router.page("unit.list", "/desk/units", Access::any(permission::unit), list);
  router.page("unit.one", "/units/{unit}", own, page);
  router.command<UnitInput>({.name = "unit.add", .path = "/desk/units", .access = Access::any(permission::unit),
                             .next = [](const CommandContext&, const Json& answer) { return "/units/" + answer["unit"].text(); }, .flash = "unit.added", .page = list, .region_field = "region"},
                            [&roles = router.roles(), &vault = services.vault](storage::Tx& tx, const CommandContext& context, const UnitInput& input) -> Result<Json> {
                              if (!within(roles, context.actor, permission::unit, input.region)) return refuse(Kind::forbidden, "eplan.region", "region");
                              const auto unit = TX_TRY(add_unit(tx, vault, input, context.actor));
                              return Json::of({{"unit", id_text(unit.id)}, {"region", unit.region}});
                            });
  router.command<SchemeInput>({.name = "unit.scheme", .path = "/units/{unit}/scheme", .access = own, .next = to_unit, .flash = "unit.scheme_saved", .page = page, .region_field = "region",
                               .prepare = support::read_paper},
                              [](storage::Tx& tx, const CommandContext& context, const SchemeInput& input) -> Result<Json> {
                                return Json::of({{"region", TX_TRY(set_scheme(tx, id_value(context.argument("unit")).value_or(0), input)).region}});
                              });
  router.command<CommitInput>({.name = "unit.commit", .path = "/units/{unit}/commit", .access = own, .next = to_unit, .flash = "campaign.committed", .page = page, .region_field = "region"},
                              [](storage::Tx& tx, const CommandContext& context, const CommitInput& input) -> Result<Json> {
                                const auto id = id_value(context.argument("unit")).value_or(0);
                                const auto held = TX_TRY(commit(tx, id, input, context.actor));
                                return Json::of({{"code", held.code}, {"region", find_unit(tx, id)->region}});
                              });
}

void add_party_routes(http::Router& router) {
  const auto back = [](const CommandContext&, const Json&) { return std::string("/me/party"); };
  router.page("party.mine", "/me/party", Access::signed_in("one's own statement on its own consent"), party);
  router.command<ReportInput>({.name = "party.report", .path = "/me/party", .access = Access::signed_in("one's own statement on its own consent"), .next = back, .flash = "party.reported",
                               .page = party},
                              [](storage::Tx& tx, const CommandContext& context, const ReportInput& input) -> Result<Json> {
                                const auto volunteer = teams::find_volunteer_by_account(tx, context.actor.account);
                                if (!volunteer) return refuse(Kind::forbidden, "signup.not_volunteer");
                                if (input.consent.empty()) return refuse(Kind::invalid, "party.no_consent", "consent");
                                if (teams::is_minor(*volunteer, local_date(tx.now()))) return refuse(Kind::forbidden, "party.minor");
                                storage::execute(tx, "insert into party_report (id, volunteer, region, consent, reported) values ($1,$2,$3,$4,$5) on conflict (volunteer) do nothing", tx.new_id(),
                                                 volunteer->id, volunteer->region, kConsentVersion, tx.now());
                                return Json::object();
                              });
  router.command<http::NoInput>({.name = "party.withdraw", .path = "/me/party/withdraw", .access = Access::signed_in("one's own statement on its own consent"), .next = back,
                                 .flash = "party.withdrawn", .page = party},
                                [](storage::Tx& tx, const CommandContext& context, const http::NoInput&) -> Result<Json> {
                                  const auto volunteer = teams::find_volunteer_by_account(tx, context.actor.account);
                                  if (volunteer) storage::execute(tx, "delete from party_report where volunteer = $1", volunteer->id);
                                  return Json::object();
                                });
}

}  // namespace tx::mobilisation
