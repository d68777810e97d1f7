// Readiness: what teams can do (应急〔2024〕83号).
#include "base/text.h"
#include "platform/storage/record_sql.h"
#include "systems/mobilisation/emergencies/emergencies.h"
#include "systems/teams/teams.h"

namespace tx::mobilisation {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Option;
using http::Response;

struct CheckInput {
  bool good = false;
};
BOOST_DESCRIBE_STRUCT(CheckInput, (), (good))

std::vector<Option> teams_here(const Context& context) {
  std::vector<Option> options{{"", context.text("emergency.choose")}};
  const auto regions = access::region_filter("region", access::regions_of(context.roles, context.actor, permission::plan));
  for (const auto& found : storage::query(context.reader, "select id, name from organisation where state = 'approved' and " + regions + " order by region, name limit 200").rows)
    options.push_back({id_text(std::get<std::int64_t>(found[0])), std::get<std::string>(found[1])});
  return options;
}

Result<Response> cards_page(Context& context) {
  const auto regions = access::region_filter("region", access::regions_of(context.roles, context.actor, permission::plan));
  const Date today = local_date(context.now);
  Json groups = Json::array();
  for (const char* kind : kCardKinds) {
    Json cards = Json::array();
    for (const auto& card : storage::select<Card>(context.reader, "select * from capability_card where state <> 'refused' and kind = $1 and " + regions + " order by level, id limit 100", std::string(kind))) {
      const auto team = teams::find_organisation(context.reader, card.organisation);
      const bool ended = card.valid_until < today;
      cards.push(Json::of({{"team", team ? team->name : ""}, {"level", context.text("card.level." + std::to_string(card.level))}, {"people", context.text("card.people_n", {{"n", std::to_string(card.people)}})},
                           {"gear", card.gear}, {"paper", card.paper}, {"until", context.text("card.valid_until", {{"day", card.valid_until.text()}})},
                           {"state", Json::of({{"tone", ended ? "stop" : card.state == "checked" ? "live" : "wait"}, {"label", context.text(ended ? "card.ended" : "card.state." + card.state)}})},
                           {"may_check", card.state == "sent" && card.made_by != context.actor.account}, {"card", id_text(card.id)}}));
    }
    if (cards.size() > 0) groups.push(Json::of({{"kind_name", context.text(std::string("card.kind.") + kind)}, {"cards", cards}}));
  }
  const http::Form form(context, Json::of({{"level", "3"}}));
  std::vector<Option> kinds;
  for (const char* kind : kCardKinds) kinds.push_back({kind, context.text(std::string("card.kind.") + kind)});
  Json view = Json::of({{"title", context.text("card.title")}, {"groups", groups}, {"summary", form.summary()}, {"empty", Json()},
                        {"f_organisation", form.options("organisation", "card.f.team", teams_here(context))}, {"f_kind", form.options("kind", "card.f.kind", kinds)},
                        {"f_level", form.options("level", "card.f.level", {{"1", context.text("card.level.1")}, {"2", context.text("card.level.2")}, {"3", context.text("card.level.3")}})},
                        {"f_paper", form.field("paper", "card.f.paper", "card.f.paper.hint", Json::of({{"maxlength", 60}}))},
                        {"f_until", form.field("valid_until", "card.f.until", {}, Json::of({{"type", "date"}, {"short", true}}))},
                        {"f_people", form.field("people", "card.f.people", {}, Json::of({{"type", "number"}, {"short", true}, {"min", 1}, {"max", 5000}}))},
                        {"f_gear", form.field("gear", "card.f.gear", {}, Json::of({{"maxlength", 200}, {"optional", true}}))}});
  if (groups.size() == 0) view.set("empty", Json::of({{"icon", "idcard"}, {"title", context.text("card.none")}, {"text", context.text("card.none.text")}, {"href", ""}}));
  return context.page("mobilisation/cards", view);
}

}  // namespace

void add_card_routes(http::Router& router, const Services&) {
  router.resolver("card", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto card = find_card(reader, id_value(text).value_or(0));
    if (!card) return std::nullopt;
    access::Place place;
    place.region = card->region;
    return place;
  });
  router.page("card.list", "/desk/cards", Access::any(permission::plan), cards_page);
  const auto back = [](const char* where) { return [where](const CommandContext&, const Json&) { return std::string(where); }; };
  router.command<CardInput>({.name = "card.add", .path = "/desk/cards", .access = Access::any(permission::plan), .next = back("/desk/cards"), .flash = "card.added", .page = cards_page,
                             .region_field = "region"},
                            [&roles = router.roles()](storage::Tx& tx, const CommandContext& context, const CardInput& input) -> Result<Json> {
                              const auto card = TX_TRY(add_card(tx, input, context.actor));
                              if (!within(roles, context.actor, permission::plan, card.region)) return refuse(Kind::forbidden, "eplan.region", "organisation");
                              return Json::of({{"card", id_text(card.id)}, {"region", card.region}});
                            });
  router.command<CheckInput>({.name = "card.check", .path = "/desk/cards/{card}/check", .access = Access::over(permission::plan, "card"), .next = back("/desk/cards"), .flash = "card.checked",
                              .page = cards_page, .region_field = "region"},
                             [](storage::Tx& tx, const CommandContext& context, const CheckInput& input) -> Result<Json> {
                               const auto card = TX_TRY(check_card(tx, id_value(context.argument("card")).value_or(0), input.good, context.actor));
                               return Json::of({{"state", card.state}, {"region", card.region}});
                             });
}

}  // namespace tx::mobilisation
