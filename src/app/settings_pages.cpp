#include "app/settings_pages.h"

#include "app/lateness.h"
#include "platform/http/forms.h"
#include "platform/identity/identity.h"
#include "platform/workflow/workflow.h"
#include "systems/stations/circles/command.h"

namespace tx::app {
namespace {

using access::Access;
using http::Context;

constexpr int kMost = 365;

struct DeadlineInput {
  std::string setting;
  int amount = 0;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(DeadlineInput, (), (setting, amount, reason))

// Numbers that no law gives and that figures or policies depend on. Label and source: settings.number.<setting>, ….source
struct Number {
  const char *setting, *unit;
  int usual, least, most;
};
constexpr std::string_view kFigures = "station.";   // the numbers behind figures
constexpr Number kNumbers[] = {{"station.detour_percent", "%", 140, 100, 400},
                                 {"station.drive_kmh", "km/h", 30, 5, 120},
                                 {"filing.people", "settings.people", 0, 0, 10'000},   // 0: nothing is filed; Wuhan asks from 10
                                 {"filing.before_days", "settings.days", 3, 0, 60}};

const workflow::Deadline* find_deadline(const std::string& setting) {
  for (const auto* flow : all_flows())
    for (const auto& state : flow->states)
      if (!setting.empty() && state.deadline.setting == setting) return &state.deadline;
  return nullptr;
}
const char* unit_key(workflow::Deadline::Unit unit) {
  switch (unit) {
    case workflow::Deadline::Unit::minutes: return "settings.minutes";
    case workflow::Deadline::Unit::hours: return "settings.hours";
    case workflow::Deadline::Unit::working_days: return "settings.working_days";
    default: return "settings.days";
  }
}

// "Regulation art. 13 (promptly); operator" in words: the article obliges, the number is the operator's.
std::string source_text(const Context& context, std::string_view source) {
  if (source.starts_with("Wuhan")) return context.text("settings.wuhan");
  for (const auto& [law, key] : {std::pair<std::string_view, const char*>{"Regulation art. ", "settings.regulation"},
                                 {"Decree 67 art. ", "settings.decree"}}) {
    if (!source.starts_with(law)) continue;
    const auto rest = source.substr(law.size());
    return context.text(key, {{"n", std::string(rest.substr(0, rest.find_first_not_of("0123456789")))}});
  }
  return context.text("settings.own");
}

// The numbers whose setting begins so: "station." stands by itself, "filing." beside the clock of the same policy.
Json number_rows(const Context& context, const http::Form& form, std::string_view prefix) {
  Json rows = Json::array();
  for (const auto& number : kNumbers) {
    if (!std::string_view(number.setting).starts_with(prefix)) continue;
    const bool refused = context.problem && form.text("setting") == number.setting;
    const auto amount = workflow::setting_amount(context.reader, number.setting, number.usual);
    const std::string key = std::string("settings.number.") + number.setting;
    rows.push(Json::of({{"setting", number.setting},
                        {"action", "/settings/number"},
                        {"what", context.text(key)},
                        {"unit", context.words.has(number.unit) ? context.text(number.unit) : number.unit},
                        {"least", number.least},
                        {"most", number.most},
                        {"amount", refused ? form.text("amount") : std::to_string(amount)},
                        {"reason", refused ? form.text("reason") : ""},
                        {"changed", amount != number.usual},
                        {"usual", context.text("settings.usual", {{"n", std::to_string(number.usual)}})},
                        {"source", context.text(key + ".source")}}));
  }
  return rows;
}

Result<http::Response> page(Context& context) {
  const http::Form form(context);
  Json flows = Json::array();
  for (const auto* flow : all_flows()) {
    const std::string own = std::string(flow->id) + ".";
    Json rows = own == kFigures ? Json::array() : number_rows(context, form, own);
    for (const auto& state : flow->states) {
      const auto& deadline = state.deadline;
      if (deadline.setting.empty()) continue;
      const bool refused = context.problem && form.text("setting") == deadline.setting;
      const auto amount = workflow::setting_amount(context.reader, deadline.setting, deadline.amount);
      rows.push(Json::of({{"setting", std::string(deadline.setting)},
                          {"action", "/settings/deadline"},
                          {"least", 0},
                          {"most", kMost},
                          {"what", context.text("flow." + std::string(flow->id) + "." + std::string(state.id))},
                          {"unit", context.text(unit_key(deadline.unit))},
                          {"amount", refused ? form.text("amount") : std::to_string(amount)},
                          {"reason", refused ? form.text("reason") : ""},
                          {"changed", amount != deadline.amount},
                          {"usual", context.text("settings.usual", {{"n", std::to_string(deadline.amount)}})},
                          {"source", source_text(context, deadline.source)}}));
    }
    if (rows.size()) flows.push(Json::of({{"name", context.text("settings.flow." + std::string(flow->id))}, {"clocks", rows}}));
  }
  flows.push(Json::of({{"name", context.text("settings.numbers")}, {"clocks", number_rows(context, form, kFigures)}}));
  return context.page("app/settings", Json::of({{"title", context.text("settings.title")}, {"flows", flows}, {"summary", form.summary()}}));
}

// A clock is never set without a reason: it changes what every resident is promised.
Result<Json> change(storage::Tx& tx, const http::CommandContext& context, const DeadlineInput& input) {
  if (!find_deadline(input.setting)) return refuse(Kind::invalid, "settings.unknown", "setting");
  if (input.amount < 0 || input.amount > kMost) return refuse(Kind::invalid, "settings.range", "amount", {{"most", std::to_string(kMost)}});
  if (input.reason.empty()) return refuse(Kind::invalid, "flow.reason_missing", "reason");
  workflow::set_setting(tx, input.setting, "", input.amount, input.reason, context.actor.account);
  return Json::of({{"id", input.setting}});
}

// What was counted with the old number is counted anew.
Result<Json> change_number(storage::Tx& tx, const http::CommandContext& context, const DeadlineInput& input) {
  for (const auto& number : kNumbers) {
    if (input.setting != number.setting) continue;
    if (input.amount < number.least || input.amount > number.most)
      return refuse(Kind::invalid, "settings.number_range", "amount", {{"least", std::to_string(number.least)}, {"most", std::to_string(number.most)}});
    if (input.reason.empty()) return refuse(Kind::invalid, "flow.reason_missing", "reason");
    workflow::set_setting(tx, input.setting, "", input.amount, input.reason, context.actor.account);
    if (input.setting.starts_with(kFigures)) stations::circles::count_anew(tx);
    return Json::of({{"id", input.setting}});
  }
  return refuse(Kind::invalid, "settings.unknown", "setting");
}

}  // namespace

void add_settings_pages(http::Router& router) {
  const auto access = Access::any(identity::permission::system_settings);
  router.page("settings", "/settings", access, page);
  const auto spec = [&](const char* name, const char* path) {
    http::CommandSpec made{.name = name, .path = path, .access = access};
    made.page = page;
    made.next = [](const http::CommandContext&, const Json&) { return std::string("/settings"); };
    made.flash = "settings.saved";
    return made;
  };
  router.command<DeadlineInput>(spec("settings.deadline", "/settings/deadline"), change);
  router.command<DeadlineInput>(spec("settings.number", "/settings/number"), change_number);
}

}  // namespace tx::app
