#include "base/text.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/needs/needs.h"
#include "systems/teams/teams.h"

namespace tx::supply {

ViewContext view_context(const http::Context& context) { return {context.words, context.language, context.now}; }

Json pill(std::string_view flow, std::string_view state, const workflow::Flow& table, const ViewContext& view) {
  static constexpr std::pair<std::string_view, std::string_view> kTones[] = {
      {"waiting", "wait"}, {"active", "live"}, {"good", "done"}, {"bad", "stop"}, {"neutral", ""}};
  const auto* entry = table.state(state);
  std::string_view tone;
  for (const auto& [from, to] : kTones)
    if (entry && entry->tone == from) tone = to;
  return Json::of({{"label", view.words.text(view.language, "flow." + std::string(flow) + "." + std::string(state))},
                   {"tone", tone}});
}

Json due_clock(Instant due, const ViewContext& view) {
  return due.us ? workflow::due_view(due, view.now, view.language, view.words) : Json();
}

Json need_row(storage::Reader& reader, const Need& need, const ViewContext& view, const std::string& href) {
  const ServiceType* type = service_type(need.service);
  Json meta = Json::Array{
      Json::of({{"glyph", "clock"}, {"words", language::date_text(view.language, need.starts)}}),
      Json::of({{"glyph", "nearby"}, {"words", teams::region_name(reader, need.region, view.language)}})};
  if (need.urgency >= 2)
    meta.push(Json::of({{"glyph", "emergency"},
                        {"words", view.words.text(view.language, "need.urgency." + std::to_string(need.urgency))}}));
  if (need.helpers > 1)
    meta.push(Json::of({{"glyph", "people"},
                        {"words", view.words.text(view.language, "need.helpers_n",
                                                  {{"n", std::to_string(need.helpers)}})}}));
  if (need.priority) meta.push(Json::of({{"glyph", "star"}, {"words", view.words.text(view.language, "need.priority")}}));
  if (need.same_as) meta.push(Json::of({{"glyph", "info"}, {"words", view.words.text(view.language, "need.same")}}));
  Json row = Json::of({{"id", need.id.text()},
                       {"href", href},
                       {"title", view.words.text(view.language, "service." + need.service)},
                       {"text", shortened(need.words, 60)},
                       {"icon", type ? type->icon : "other"},
                       {"leaf", ""},
                       {"meta", meta},
                       {"has_side", true},
                       {"side", ""},
                       {"unread_row", false},
                       {"state", pill("need", need.state, kNeedFlow, view)}});
  row.set("clock", due_clock(need.due, view));
  return row;
}

// "stairs,pets: a narrow door" as people read it.
std::string risk_words(const std::string& risks, const ViewContext& view) {
  const auto colon = risks.find(": ");
  std::string out, code;
  for (const char c : risks.substr(0, colon) + ",")
    if (c == ',') {
      if (!code.empty()) {
        const std::string key = "need.risk." + code;
        out += (out.empty() ? "" : " · ") + (view.words.has(key) ? view.words.text(view.language, key) : code);
      }
      code.clear();
    } else {
      code += c;
    }
  return colon == std::string::npos ? out : out + " · " + risks.substr(colon + 2);
}

void add_need_facts(storage::Reader& reader, const Need& need, const ViewContext& view, Json& page) {
  const auto text = [&](const std::string& key) { return view.words.text(view.language, key); };
  page.set("need_id", need.id.text())
      .set("number", need.number)
      .set("need_service", text("service." + need.service))
      .set("need_service_id", need.service)
      .set("need_words", need.words)
      .set("need_region", teams::region_path(reader, need.region, view.language))
      .set("need_region_code", need.region)
      .set("need_when", language::date_text(view.language, need.starts))
      .set("need_long", language::duration_text(view.language, {(need.ends.us - need.starts.us) / kMinute}))
      .set("need_helpers", need.helpers)
      .set("need_minor", need.minor)
      .set("need_urgency", text("need.urgency." + std::to_string(need.urgency)))
      .set("need_urgency_reason", need.urgency_reason)
      .set("need_risks", risk_words(need.risks, view))
      .set("need_channel", text(std::string("need.channel.") + enum_name(need.channel)))
      .set("need_asked_at", language::date_text(view.language, need.created))
      .set("state", pill("need", need.state, kNeedFlow, view))
      .set("clock", due_clock(need.due, view));
}

Json need_timeline(storage::Reader& reader, const Need& need, const ViewContext& view) {
  return workflow::timeline_view(kNeedFlow, workflow::history(reader, "need", need.id.value), view.language, view.words,
                                 view.now);
}

}  // namespace tx::supply
