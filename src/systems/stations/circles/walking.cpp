// Walking time for every other room: the need form, the candidates of a dispatch, the public list of stations.
#include "systems/stations/circles/circles.h"
#include "systems/stations/rooms.h"

namespace tx::stations {
namespace {

std::weak_ptr<circles::Circles>& kept() {
  static std::weak_ptr<circles::Circles> held;
  return held;
}

}  // namespace

void keep_circles(const std::shared_ptr<circles::Circles>& held) { kept() = held; }

Walk walking_minutes(storage::Reader& reader, teams::Position from, teams::Position to) {
  const auto a = circles::lonlat_of(from), b = circles::lonlat_of(to);
  if (const auto held = kept().lock()) return held->walk(reader, a, b);
  return {circles::minutes_of(circles::straight_seconds(a, b, circles::straight_of(reader, "").metres_a_second(circles::Gait::walk))), true};
}

std::string walk_text(const language::Catalogue& words, language::Language language, const Walk& walk) {
  return words.text(language, walk.about ? "circle.walk_about" : "circle.walk", {{"n", std::to_string(std::max(1, walk.minutes))}});
}

}  // namespace tx::stations
