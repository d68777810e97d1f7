#include "systems/stations/planning/charts.h"

#include <algorithm>
#include <map>

#include "systems/stations/rooms.h"

namespace tx::stations::planning {
namespace {

using http::Context;

constexpr int kLeft = 44, kRight = 548, kTop = 16, kFloor = 216;   // of a field of 560 x 248
constexpr int kMarks = 5, kTableMost = 24;

struct Field {
  std::int64_t most_p = 1, low = 0, high = 1;    // people
  std::string x(std::int64_t p) const { return tenths(kLeft + static_cast<double>(kRight - kLeft) * static_cast<double>(p) / static_cast<double>(most_p)); }
  double y_of(std::int64_t people) const {
    return kFloor - static_cast<double>(kFloor - kTop) * static_cast<double>(people - low) / static_cast<double>(std::max<std::int64_t>(1, high - low));
  }
  static std::string tenths(double value) {
    const auto whole = static_cast<std::int64_t>(value * 10 + 0.5);
    return std::to_string(whole / 10) + "." + std::to_string(whole % 10);
  }
};

struct Proven {
  std::int64_t reached = 0, bound = 0;
};

Json table_of(const Plan& plan, const std::vector<std::pair<std::int64_t, std::int64_t>>& greedy, const std::map<std::int64_t, Proven>& proven) {
  Json rows = Json::array();
  const auto step = std::max<std::size_t>(1, (greedy.size() + kTableMost - 1) / kTableMost);
  for (std::size_t i = 0; i < greedy.size(); ++i) {
    const auto& [p, people] = greedy[i];
    const auto found = proven.find(p);
    if (i % step && found == proven.end()) continue;
    Json row = Json::of({{"p", p}, {"greedy", circles::at_least_percent(people, plan.people)}, {"optimal", "\u2014"}, {"bound", "\u2014"}});
    if (found != proven.end())
      row.set("optimal", circles::at_least_percent(found->second.reached, plan.people)).set("bound", circles::at_most_percent(found->second.bound, plan.people));
    rows.push(std::move(row));
  }
  return rows;
}

}  // namespace

std::string question_text(const Context& context, const Plan& plan) {
  const Question q = question_of(plan);
  std::string years;
  for (const auto money : q.yearly) years += (years.empty() ? "" : " + ") + std::to_string(money);
  std::string text = context.text(std::string("planning.asked.") + enum_name(q.kind),
                                  {{"count", std::to_string(q.count)}, {"percent", std::to_string(q.percent)},
                                   {"budget", std::to_string(q.budget)}, {"years", years}});
  text += context.text("planning.asked.within", {{"n", std::to_string(q.minutes)}, {"how", context.text(std::string("circle.gait.") + enum_name(q.gait))}});
  if (q.from_nothing) text += context.text("planning.asked.from_nothing");
  if (q.standard) text += context.text("planning.asked.standard", {{"n", std::to_string(q.upgrade_cost)}});
  if (q.apart_m) text += context.text("planning.asked.apart", {{"n", std::to_string(q.apart_m)}});
  if (q.town_most) text += context.text("planning.asked.town_most", {{"n", std::to_string(q.town_most)}});
  if (q.floor_percent) text += context.text("planning.asked.floor", {{"n", std::to_string(q.floor_percent)}});
  return text;
}

std::string sentence(const Context& context, const Plan& plan) {
  const Question q = question_of(plan);
  const std::vector<std::pair<std::string, std::string>> words = {
      {"count", std::to_string(plan.count)},
      {"share", circles::at_least_percent(plan.reached, plan.people)},
      {"bound", circles::at_most_percent(plan.bound, plan.people)},
      {"cost", whole_number(plan.cost)},
      {"least", whole_number(plan.bound)},
      {"years", std::to_string(q.yearly.size())},
      {"sum", circles::at_least_percent(plan.value, plan.people * static_cast<std::int64_t>(std::max<std::size_t>(1, q.yearly.size())))},
      {"sum_bound", circles::at_most_percent(plan.bound, plan.people * static_cast<std::int64_t>(std::max<std::size_t>(1, q.yearly.size())))}};
  std::string key = std::string("planning.sentence.") + enum_name(q.kind);
  if (q.kind == Kind::next && q.from_nothing) key += ".from_nothing";
  return context.text(key, words) + (context.language == language::Language::zh ? "" : " ") +
         context.text(plan.proven                                  ? "planning.sentence.proven"
                      : plan.question["kind"].text() == "everyone" ? "planning.sentence.open_count"
                                                                   : "planning.sentence.open");
}

Json curve_view(const Context& context, const Plan& plan) {
  std::vector<std::pair<std::int64_t, std::int64_t>> greedy;
  for (const auto& item : plan.figures["greedy"].items())
    if (item.size() == 2) greedy.emplace_back(item.items()[0].integer(), item.items()[1].integer());
  if (plan.question["kind"].text() != "next" || greedy.size() < 3 || plan.people <= 0) return {};
  std::map<std::int64_t, Proven> proven;
  for (const auto& item : plan.figures["optimal"].items())
    if (item.size() == 3) proven[item.items()[0].integer()] = {item.items()[1].integer(), item.items()[2].integer()};
  proven[plan.question["count"].integer()] = {plan.reached, plan.bound};
  Field field;
  field.most_p = std::max(greedy.back().first, proven.rbegin()->first);
  const auto tens = [&](std::int64_t people) { return people * 10 / plan.people; };   // whole tens of per cent below
  const auto first = tens(greedy.front().second), last = std::min<std::int64_t>(10, tens(std::max(greedy.back().second, proven.rbegin()->second.bound) - 1) + 1);
  field.low = first * plan.people / 10;
  field.high = last * plan.people / 10;
  Json grid = Json::array(), marks = Json::array(), points = Json::array();
  for (auto ten = first; ten <= last; ++ten) {
    const auto y = field.y_of(ten * plan.people / 10);
    grid.push(Json::of({{"y", Field::tenths(y)}, {"words_y", Field::tenths(y + 4)}, {"words", std::to_string(ten * 10) + " %"}}));
  }
  for (int i = 0; i <= kMarks; ++i) {
    const auto p = field.most_p * i / kMarks;
    marks.push(Json::of({{"x", field.x(p)}, {"words", std::to_string(p)}}));
  }
  std::string line;
  for (const auto& [p, people] : greedy) line += (line.empty() ? "" : " ") + field.x(p) + "," + Field::tenths(field.y_of(people));
  for (const auto& [p, one] : proven)
    points.push(Json::of({{"x", field.x(p)}, {"y", Field::tenths(field.y_of(one.reached))}, {"bound_y", Field::tenths(field.y_of(one.bound))}}));
  return Json::of({{"label", context.text("planning.curve_label")}, {"line", line}, {"grid", grid}, {"marks", marks}, {"points", points},
                   {"rows", table_of(plan, greedy, proven)}});
}

Json paper_view(const Context& context, const Plan& plan) {
  const auto paper = plan.figures["circle_all"].integer(), each = plan.figures["circle_each"].integer(), street = plan.figures["street_each"].integer();
  if (paper <= 0 || plan.people <= 0 || street <= 0) return {};
  const auto bar = [&](const char* key, std::int64_t value, std::int64_t of, const char* tone) {
    return Json::of({{"label", context.text(key)}, {"percent", std::min<std::int64_t>(100, value * 100 / std::max<std::int64_t>(1, of))},
                     {"value", whole_number(value)}, {"href", ""}, {"tone", tone}});
  };
  return Json::of({{"bars", Json::Array{bar("circle.on_streets", plan.reached, plan.people, ""), bar("circle.on_paper", paper, plan.people, "second")}},
                   {"each", context.text("planning.paper_each", {{"paper", whole_number(each)}, {"streets", whole_number(street)},
                                                                 {"more", std::to_string((each - street) * 100 / street)}})}});
}

Json years_view(const Context& context, const Plan& plan) {
  const auto& years = plan.figures["years"].items();
  if (years.empty() || plan.people <= 0) return {};
  Json columns = Json::array(), rows = Json::array();
  const auto count = static_cast<int>(years.size());
  const int step = 340 / count, wide = std::min(64, step - 16);
  for (int i = 0; i < count; ++i) {
    const auto& year = years[static_cast<std::size_t>(i)];
    const auto height = year["reached"].integer() * 140 / plan.people;
    const auto name = context.text("planning.year", {{"n", std::to_string(year["year"].integer())}});
    columns.push(Json::of({{"x", 10 + i * step + (step - wide) / 2}, {"y", 168 - height}, {"w", wide}, {"h", height}, {"mid", 10 + i * step + step / 2},
                           {"value_y", 160 - height}, {"value", circles::at_least_percent(year["reached"].integer(), plan.people)}, {"name", name}}));
    rows.push(Json::of({{"year_name", name}, {"year_sites", year["sites"]}, {"year_cost", whole_number(year["cost"].integer())},
                        {"year_reached", whole_number(year["reached"].integer())},
                        {"year_share", circles::at_least_percent(year["reached"].integer(), plan.people)}}));
  }
  return Json::of({{"chart", Json::of({{"label", context.text("planning.years_label")}, {"columns", columns}})}, {"rows", rows}});
}

Json counties_view(const Context& context, const Plan& plan) {
  Json rows = Json::array();
  for (const auto& county : plan.figures["counties"].items()) {
    const auto people = county["people"].integer();
    const auto code = county["place"].text();
    const bool of_register = code.size() >= 6 && code.find_first_not_of("0123456789") == std::string::npos;
    rows.push(Json::of({{"area", of_register ? teams::region_name(context.reader, code, context.language) : code},
                        {"percent", people ? county["reached"].integer() * 100 / people : 0},
                        {"full", false},
                        {"area_people", whole_number(people)},
                        {"area_before", circles::at_least_percent(county["before"].integer(), people)},
                        {"area_after", circles::at_least_percent(county["reached"].integer(), people)}}));
  }
  return rows;
}

}  // namespace tx::stations::planning
