#include "platform/storage/record_sql.h"
#include "systems/support/honours/honours.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {

StarScheme scheme_of(storage::Reader& reader, const std::string& region, Date day) {
  for (auto size = region.size();; size = size > 6 ? 6 : size > 4 ? 4 : size > 2 ? 2 : 0) {
    if (auto own = storage::find<StarScheme>(reader, "select * from star_scheme where region = $1 and valid_from <= $2 order by valid_from desc, id desc limit 1",
                                             region.substr(0, size), day))
      return *own;
    if (size == 0) break;
  }
  StarScheme national;
  national.hours = "100,300,600,1000,1500";
  national.levels = "6,6,4,4,2";
  return national;
}

std::vector<StarStep> star_steps(storage::Reader& reader, const std::string& region, Date day) {
  auto steps = honour_rules::read_hours(scheme_of(reader, region, day).hours);
  TX_ASSERT(steps.size() == 5);   // nothing else is put in force
  return steps;
}

int star_of(std::int64_t minutes, const std::vector<StarStep>& steps) {
  int star = 0;
  for (const auto& step : steps)
    if (minutes >= step.minutes) star = step.star;
  return star;
}

int star_held(storage::Reader& reader, std::int64_t volunteer) {
  return static_cast<int>(storage::scalar<std::int64_t>(reader, "select max(star) from honour where volunteer = $1 and kind = 'star' and state = 'granted'", volunteer).value_or(0));
}

int quality_of(storage::Reader& reader, std::int64_t volunteer) {
  const auto totals = totals_of(reader, volunteer);
  return totals.minutes > 0 ? static_cast<int>((totals.by_grade[0] + totals.by_grade[1]) * 100 / totals.minutes) : 0;
}

Json star_view(const http::Context& context, std::int64_t volunteer) {
  const auto person = teams::find_volunteer(context.reader, volunteer);
  const auto steps = star_steps(context.reader, person ? person->region : "", local_date(context.now));
  const auto minutes = totals_of(context.reader, volunteer).minutes;
  const int star = star_of(minutes, steps);
  Json stars = Json::array();
  for (const auto& step : steps)
    stars.push(Json::of({{"reached", minutes >= step.minutes}, {"label", rules::hours_text(step.minutes)}}));
  Json view = Json::of({{"star", star}, {"stars", stars}, {"has_next", star < 5}, {"words", star ? context.text("star.has", {{"n", std::to_string(star)}}) : context.text("star.none")}});
  if (star < 5) {
    const auto& next = steps[static_cast<std::size_t>(star)];
    const auto from = star ? steps[static_cast<std::size_t>(star - 1)].minutes : 0;
    view.set("left", context.text("star.left", {{"n", rules::hours_text(next.minutes - minutes)}, {"star", std::to_string(next.star)}}))
        .set("percent", std::clamp<std::int64_t>((minutes - from) * 100 / std::max<std::int64_t>(1, next.minutes - from), 0, 100));
  }
  return view;
}

}  // namespace tx::support
