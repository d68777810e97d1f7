// The evidence as a small picture: who entered for whom and who agreed (a graph), or when the entries lie (a time line).
// Only numbers for SVG attributes and texts leave here; colours belong to the style sheet.
#include <algorithm>
#include <map>

#include "base/text.h"
#include "platform/storage/record_sql.h"
#include "systems/support/fraud/fraud.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using http::Context;

constexpr std::size_t kPeopleMost = 10, kBarsMost = 14;
constexpr int kRow = 26, kTop = 30;

std::string account_name(const Context& context, std::int64_t account) {
  const auto name = storage::scalar<std::string>(context.reader, "select display_name from account where id = $1", account);
  return name ? masked_name(*name) : context.text("risk.draw.unknown");
}

Json dot(int x, int y, const char* kind, std::string label, const char* anchor, int dx) {
  return Json::of({{"x", x}, {"y", y}, {"kind", kind}, {"words", std::move(label)}, {"anchor", anchor}, {"tx", x + dx}, {"ty", y + 4}});
}

struct Column {
  std::vector<std::int64_t> ids;
  std::size_t place(std::int64_t id) const { return static_cast<std::size_t>(std::find(ids.begin(), ids.end(), id) - ids.begin()); }
  void add(std::int64_t id) {
    if (id && ids.size() < kPeopleMost && place(id) == ids.size()) ids.push_back(id);
  }
};

Json graph(const Context& context, const std::vector<fraud::Entry>& entries) {
  Column enterers, people, approvers;
  for (const auto& entry : entries) enterers.add(entry.enterer), people.add(entry.volunteer), approvers.add(entry.approver);
  const int rows = static_cast<int>(std::max({enterers.ids.size(), people.ids.size(), approvers.ids.size(), std::size_t{1}}));
  const int height = kTop + rows * kRow + 6;
  const auto y_of = [&](const Column& column, std::size_t at) {
    return kTop + static_cast<int>((static_cast<double>(at) + 0.5) * rows / static_cast<double>(column.ids.size()) * kRow);
  };
  Json links = Json::array(), dots = Json::array(), heads = Json::array();
  const auto link = [&](int x1, int y1, int x2, int y2, const char* kind) {
    links.push(Json::of({{"x1", x1}, {"y1", y1}, {"x2", x2}, {"y2", y2}, {"kind", kind}}));
  };
  std::map<std::pair<std::int64_t, std::int64_t>, bool> drawn, agreed;
  for (const auto& entry : entries) {
    const auto from = enterers.place(entry.enterer), to = people.place(entry.volunteer), by = approvers.place(entry.approver);
    if (to == people.ids.size()) continue;
    if (from < enterers.ids.size() && drawn.emplace(std::pair(entry.enterer, entry.volunteer), true).second)
      link(84, y_of(enterers, from), 176, y_of(people, to), entry.shown ? "seen" : "unseen");
    if (by < approvers.ids.size() && agreed.emplace(std::pair(entry.volunteer, entry.approver), true).second)
      link(184, y_of(people, to), 276, y_of(approvers, by), "agreed");
  }
  for (std::size_t i = 0; i < enterers.ids.size(); ++i)
    dots.push(dot(80, y_of(enterers, i), "enterer", account_name(context, enterers.ids[i]), "end", -10));
  for (std::size_t i = 0; i < people.ids.size(); ++i)
    dots.push(dot(180, y_of(people, i), "person", teams::volunteer_card(context.reader, people.ids[i]).name, "middle", 0).set("ty", y_of(people, i) - 8));
  for (std::size_t i = 0; i < approvers.ids.size(); ++i)
    dots.push(dot(280, y_of(approvers, i), "approver", account_name(context, approvers.ids[i]), "start", 10));
  const auto head = [&](int x, const char* key) { heads.push(Json::of({{"x", x}, {"words", context.text(key)}})); };
  head(80, "risk.draw.enterer");
  head(180, "risk.draw.person");
  if (!approvers.ids.empty()) head(280, "risk.draw.approver");
  return Json::of({{"height", height}, {"links", links}, {"dots", dots}, {"heads", heads},
                   {"said", context.text("risk.draw.graph", {{"enterers", std::to_string(enterers.ids.size())}, {"people", std::to_string(people.ids.size())},
                                                             {"n", std::to_string(entries.size())}})}});
}

Json line_of_time(const Context& context, const std::vector<fraud::Entry>& entries) {
  auto order = entries;
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return std::pair(a.volunteer, a.from) < std::pair(b.volunteer, b.from); });
  if (order.size() > kBarsMost) order.resize(kBarsMost);
  constexpr int kLeft = 96, kWide = 252, kDayMinutes = 24 * 60;
  Json bars = Json::array(), heads = Json::array();
  for (int hour = 0; hour <= 24; hour += 6)
    heads.push(Json::of({{"x", kLeft + kWide * hour / 24}, {"words", std::to_string(hour)}}));
  int y = kTop;
  for (const auto& entry : order) {
    const bool meets = std::any_of(order.begin(), order.end(), [&](const auto& other) {
      return &other != &entry && other.id != entry.id && other.volunteer == entry.volunteer && other.from < entry.to && entry.from < other.to;
    });
    const auto from = entry.from % kDayMinutes, to = std::min<std::int64_t>(from + entry.to - entry.from, kDayMinutes);
    const Instant at{entry.from * kMinute - 8 * kHour};
    bars.push(Json::of({{"x", kLeft + kWide * from / kDayMinutes}, {"y", y}, {"w", std::max<std::int64_t>(3, kWide * (to - from) / kDayMinutes)},
                        {"kind", meets ? "meets" : entry.shown ? "seen" : "unseen"}, {"ty", y + 11},
                        {"words", teams::volunteer_card(context.reader, entry.volunteer).name + " " + local_date(at).text().substr(5)}}));
    y += kRow - 6;
  }
  return Json::of({{"height", y + 6}, {"bars", bars}, {"scale", heads}, {"line_y", kTop - 6}, {"line_end", y},
                   {"said", context.text("risk.draw.line", {{"n", std::to_string(entries.size())}})}});
}

}  // namespace

Json evidence_view(const Context& context, std::int64_t rules) {
  Json list = Json::array();
  if (rules == 0) list.push(Json::of({{"words", context.text("risk.told")}, {"more", context.text("risk.told.why")}, {"points", 0}}));
  for (std::size_t rule = 0; rule < fraud::kRules; ++rule) {
    if (!(rules >> rule & 1)) continue;
    const std::string key = "risk." + std::string(fraud::name_of(static_cast<fraud::Rule>(rule)));
    list.push(Json::of({{"words", context.text(key)}, {"more", context.text(key + ".why")}, {"points", fraud::points_of(static_cast<fraud::Rule>(rule))}}));
  }
  return list;
}

Json drawing_view(const Context& context, const std::vector<fraud::Entry>& entries, std::int64_t rules) {
  using fraud::Rule;
  const auto has = [&](Rule rule) { return rules >> static_cast<int>(rule) & 1; };
  return has(Rule::two_places) || has(Rule::too_fast) || has(Rule::night) ? line_of_time(context, entries) : graph(context, entries);
}

}  // namespace tx::support
