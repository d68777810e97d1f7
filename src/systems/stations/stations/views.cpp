// Small views that every page of the room shows alike.
#include "platform/language/language.h"
#include "systems/stations/rooms.h"

namespace tx::stations {

Json pill(std::string tone, std::string label) {
  return Json::of({{"tone", std::move(tone)}, {"label", std::move(label)}});
}

Json open_pill(const http::Context& context, const Station& station) {
  if (station.state != "open" && station.state != "upgrading")
    return pill(station.state == "suspended" ? "stop"
                : station.state == "resting" ? "wait"
                                             : "",
                context.text("flow.station." + station.state));
  const bool open = station.on_duty_since.us > 0;
  return pill(open ? "live" : "", context.text(open ? "station.open" : "station.not_open"));
}

Json star_view(const http::Context& context, const Station& station) {
  if (station.rated.days <= 0) return {};
  const bool expired = station.rated_until < local_date(context.now);
  Json stars = Json::array();
  for (int i = 1; i <= 5; ++i) stars.push(Json::of({{"lit", i <= station.star && !expired}}));
  return Json::of({{"stars", stars},
                   {"star_count", station.star},
                   {"star_score", std::to_string(station.score)},
                   {"star_label", context.text("six.star_label", {{"n", std::to_string(station.star)}})},
                   {"star_until", station.rated_until.text()},
                   {"star_expired", expired},
                   {"star_standard", station.standard && !expired}});
}

Json meta_view(const char* glyph, std::string words) {
  return Json::of({{"glyph", glyph}, {"words", std::move(words)}});
}

Json row_view(std::string href, std::string title, std::string icon, Json meta, Json state, std::string text) {
  return Json::of({{"href", std::move(href)},
                   {"title", std::move(title)},
                   {"text", std::move(text)},
                   {"icon", std::move(icon)},
                   {"leaf", ""},
                   {"unread_row", false},
                   {"has_side", true},
                   {"side", ""},
                   {"clock", Json()},
                   {"state", std::move(state)},
                   {"meta", std::move(meta)}});
}

Json figure_view(std::string label, std::string value, std::string unit, std::string href, std::string tone) {
  return Json::of({{"label", std::move(label)},
                   {"value", std::move(value)},
                   {"unit", std::move(unit)},
                   {"href", std::move(href)},
                   {"tone", std::move(tone)}});
}

std::string minute_text(int minute) {
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return two(minute / 60) + ":" + two(minute % 60);
}

std::string whole_number(std::int64_t value) {
  std::string text = std::to_string(value < 0 ? -value : value);
  for (int at = static_cast<int>(text.size()) - 3; at > 0; at -= 3) text.insert(static_cast<std::size_t>(at), ",");
  return (value < 0 ? "-" : "") + text;
}

std::string percent_text(std::int64_t part, std::int64_t of) {
  if (of <= 0) return "\u2014";
  if (part >= of) return "100 %";
  const std::int64_t tenths = part * 1000 / of;  // never rounded up to 100 %
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

}  // namespace tx::stations
