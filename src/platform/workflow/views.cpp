// What pages show of a life cycle.
#include <set>

#include "platform/workflow/workflow.h"

namespace tx::workflow {
namespace {

using language::Catalogue;
using language::Language;

std::string state_text(const Flow& flow, std::string_view state, Language language, const Catalogue& words) {
  return words.text(language, "flow." + std::string(flow.id) + "." + std::string(state));
}
std::string action_text(const Flow& flow, std::string_view action, Language language, const Catalogue& words) {
  return words.text(language, "flow." + std::string(flow.id) + ".do." + std::string(action));
}

Json past_item(const Flow& flow, const Event& event, Language language, const Catalogue& words) {
  std::string note = language::date_text(language, event.at);
  if (!event.reason.empty()) note += " · " + event.reason;
  return Json::of({{"phase", "past"},
                   {"name", state_text(flow, event.to_state, language, words)},
                   {"action", action_text(flow, event.action, language, words)},
                   {"note", note},
                   {"reason", event.reason},
                   {"at", iso_text(event.at)},
                   {"current", false},
                   {"late", false},
                   {"due", ""}});
}

void add_clock(Json& item, const Event& event, Language language, const Catalogue& words, Instant now) {
  const Json due = due_view(event.due, now, language, words);
  if (due.is_null()) return;
  item.set("due", due["due"]).set("due_tone", due["tone"]).set("due_text", due["text"]).set("late", due["late"]);
  if (!event.due_official)
    item.set("note", item["note"].text() + " · " + words.text(language, "flow.due_unofficial"));
}

// The main line from a state to its end: the first step listed that leads somewhere new. What needs a reason is no main line.
std::vector<std::string_view> states_ahead(const Flow& flow, std::set<std::string_view> visited,
                                           std::string_view at) {
  std::vector<std::string_view> ahead;
  for (bool moved = true; moved;) {
    moved = false;
    for (const Step* step : flow.steps_from(at)) {
      if (step->needs_reason || !visited.insert(step->to).second) continue;
      ahead.push_back(at = step->to);
      moved = true;
      break;
    }
  }
  return ahead;
}

}  // namespace

Json timeline_view(const Flow& flow, const std::vector<Event>& events, Language language, const Catalogue& words,
                   Instant now) {
  Json list = Json::array();
  for (std::size_t i = 0; i < events.size(); ++i) {
    Json item = past_item(flow, events[i], language, words);
    const State* state = flow.state(events[i].to_state);
    if (i + 1 == events.size()) {
      item.set("current", true);
      if (!state || !state->final) item.set("phase", "now");
      add_clock(item, events[i], language, words, now);
    }
    list.push(std::move(item));
  }
  const std::string_view last = events.empty() ? std::string_view() : std::string_view(events.back().to_state);
  for (const auto& id : states_ahead(flow, {last}, last))
    list.push(Json::of({{"phase", "next"}, {"name", state_text(flow, id, language, words)}, {"note", ""},
                        {"current", false}, {"late", false}, {"due", ""}}));
  return list;
}

Json buttons_view(const Flow& flow, std::string_view state, Language language, const Catalogue& words) {
  Json list = Json::array();
  for (const Step* step : flow.steps_from(state))
    list.push(Json::of({{"action", step->action}, {"text", action_text(flow, step->action, language, words)},
                        {"needs_reason", step->needs_reason}}));
  return list;
}

Json state_view(const Flow& flow, std::string_view state, Language language, const Catalogue& words) {
  const State* found = flow.state(state);
  const std::string_view tone = found ? found->tone : std::string_view("neutral");
  const char* pill = tone == "waiting" ? "wait" : tone == "active" ? "go" : tone == "good" ? "done"
                     : tone == "bad" ? "stop" : "";
  return Json::of({{"tone", pill}, {"label", state_text(flow, state, language, words)}});
}

// The words are those of the island that keeps the chip ticking (web/islands/clock.ts), so nothing jumps.
Json due_view(Instant due, Instant now, Language language, const Catalogue& words) {
  if (due.us == 0) return {};
  const bool late = now > due;
  const std::int64_t minutes = (late ? now.us - due.us : due.us - now.us) / kMinute;
  const std::int64_t days = minutes / 1440, hours = minutes / 60;
  const bool by_days = days >= 1, by_hours = hours >= 1;
  const std::string key = std::string("layout.island.") + (late ? "late_" : "") +
                          (by_days ? "days" : by_hours ? "hours" : "minutes");
  const std::string text = words.text(language, key,
                                      {{"d", std::to_string(days)},
                                       {"h", std::to_string(by_days ? hours % 24 : hours)},
                                       {"m", std::to_string(minutes % 60)}});
  const std::string at = iso_text(due);
  return Json::of({{"due", at}, {"datetime", at}, {"text", text}, {"late", late},
                   {"tone", late ? "late" : hours < 24 ? "soon" : ""}});
}

}  // namespace tx::workflow
