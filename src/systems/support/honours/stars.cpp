#include "platform/workflow/workflow.h"
#include "systems/support/honours/honours.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {

std::vector<StarStep> star_steps(storage::Reader& reader, const std::string& region) {
  constexpr int kHours[] = {100, 300, 600, 1000, 1500};
  std::vector<StarStep> steps;
  for (int star = 1; star <= 5; ++star)
    steps.push_back({star, 60 * static_cast<std::int64_t>(workflow::setting_amount(reader, "star." + std::to_string(star), region, kHours[star - 1]))});
  return steps;
}

int star_of(std::int64_t minutes, const std::vector<StarStep>& steps) {
  int star = 0;
  for (const auto& step : steps)
    if (minutes >= step.minutes) star = step.star;
  return star;
}

Json star_view(const http::Context& context, std::int64_t volunteer) {
  const auto person = teams::find_volunteer(context.reader, volunteer);
  const auto steps = star_steps(context.reader, person ? person->region : "");
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
