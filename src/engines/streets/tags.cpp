#include "engines/streets/tags.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace tx::streets {
namespace {

using Text = std::string_view;

// Usual right of way by class, and the speed cars really make there between doors (half to two thirds of the limit in
// towns). A class that is not listed is no street: what is being built, planned, raced on or given up.
struct Class { Text name; bool walk, cycle; std::uint8_t kmh; };
constexpr Class classes[] = {
    {"motorway", false, false, 90},     {"motorway_link", false, false, 50}, {"trunk", true, true, 65},
    {"trunk_link", true, true, 40},     {"primary", true, true, 45},         {"primary_link", true, true, 35},
    {"secondary", true, true, 40},      {"secondary_link", true, true, 30},  {"tertiary", true, true, 35},
    {"tertiary_link", true, true, 30},  {"unclassified", true, true, 30},    {"residential", true, true, 25},
    {"living_street", true, true, 10},  {"service", true, true, 15},         {"services", true, true, 15},
    {"road", true, true, 25},           {"track", true, true, 15},           {"pedestrian", true, false, 0},
    {"footway", true, false, 0},        {"path", true, true, 0},             {"cycleway", true, true, 0},
    {"bridleway", true, false, 0},      {"steps", true, false, 0},           {"corridor", true, false, 0},
    {"platform", true, false, 0},       {"elevator", true, false, 0}};

Text value_of(std::span<const Tag> tags, Text key) {
  for (const Tag& tag : tags)
    if (tag.key == key) return tag.value;
  return {};
}

std::optional<bool> allowed(Text value) {
  for (const Text yes : {"yes", "designated", "permissive", "official", "public", "destination", "customers",
                         "delivery"})
    if (value == yes) return true;
  for (const Text no : {"no", "private", "use_sidepath", "agricultural", "forestry", "military", "emergency",
                        "dismount", "permit"})
    if (value == no) return false;
  return std::nullopt;
}
void apply(std::span<const Tag> tags, Text key, bool& may) {
  if (const auto said = allowed(value_of(tags, key))) may = *said;
}

// The access keys, from the general to the particular: the later one wins. Ways and barriers mean the same by them.
void apply_access(std::span<const Tag> tags, bool& walk, bool& cycle, bool& drive) {
  for (bool* may : {&walk, &cycle, &drive}) apply(tags, "access", *may);
  for (bool* may : {&cycle, &drive}) apply(tags, "vehicle", *may);
  apply(tags, "foot", walk);
  apply(tags, "bicycle", cycle);
  apply(tags, "motor_vehicle", drive);
  apply(tags, "motorcar", drive);
}

std::uint8_t direction(Text oneway) {
  if (oneway == "yes" || oneway == "1" || oneway == "true") return ahead;
  if (oneway == "-1" || oneway == "reverse") return back;
  return ahead | back;
}

std::uint8_t cycle_direction(std::span<const Tag> tags, std::uint8_t general) {
  if (const Text own = value_of(tags, "oneway:bicycle"); !own.empty()) return direction(own);
  for (const Text key : {"cycleway", "cycleway:left", "cycleway:right", "cycleway:both"})
    if (value_of(tags, key).starts_with("opposite")) return ahead | back;
  return general;
}

std::uint8_t walk_direction(std::span<const Tag> tags) {
  if (const Text own = value_of(tags, "oneway:foot"); !own.empty()) return direction(own);
  const Text belt = value_of(tags, "conveying");
  return belt == "forward" ? ahead : belt == "backward" ? back : ahead | back;
}

std::optional<std::uint32_t> number(Text& text) {
  std::uint32_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

// "50", "30 mph"; words such as "walk" or "CN:urban" leave the class's own speed.
std::uint8_t drive_speed(Text limit, std::uint8_t usual) {
  auto value = number(limit);
  if (!value || *value == 0 || *value > 150) return usual;
  const std::uint32_t kmh = limit == " mph" || limit == "mph" ? *value * 1609 / 1000 : *value;
  return static_cast<std::uint8_t>(std::clamp<std::uint32_t>(kmh * 3 / 4, 5, 130));
}

// "00:25", "1:10:00", "25" (minutes), "PT25M"
std::uint32_t duration(Text text) {
  if (text.starts_with("PT") && text.ends_with("M")) {
    text.remove_prefix(2);
    text.remove_suffix(1);
  }
  std::uint32_t parts[3], count = 0;
  while (count < 3) {
    const auto value = number(text);
    if (!value || *value > 10'000) return 0;
    parts[count++] = *value;
    if (text.empty()) break;
    if (text[0] != ':') return 0;
    text.remove_prefix(1);
  }
  if (!text.empty()) return 0;
  if (count == 1) return parts[0] * 60;
  return parts[0] * 3600 + parts[1] * 60 + (count == 3 ? parts[2] : 0);
}

}  // namespace

WayRules way_rules(std::span<const Tag> tags) {
  WayRules rules;
  const Text highway = value_of(tags, "highway");
  bool walk = false, cycle = false, drive = false, roundabout = false;
  if (highway.empty()) {
    if (value_of(tags, "route") != "ferry") return rules;
    rules.kind = WayKind::ferry;
    rules.ferry_seconds = duration(value_of(tags, "duration"));
    walk = cycle = true;                    // cars only where said: most small ferries carry none
  } else {
    const auto* found = std::find_if(std::begin(classes), std::end(classes),
                                     [&](const Class& one) { return one.name == highway; });
    if (found == std::end(classes)) return rules;
    walk = found->walk;
    cycle = found->cycle;
    drive = found->kmh != 0;
    rules.drive_kmh = drive_speed(value_of(tags, "maxspeed"), found->kmh);
    if (highway == "steps") rules.kind = WayKind::steps;
    if (highway.starts_with("motorway")) rules.kind = WayKind::motorway;
    const Text junction = value_of(tags, "junction");
    roundabout = junction == "roundabout" || junction == "circular";
  }
  if (value_of(tags, "motorroad") == "yes") walk = cycle = false;
  apply_access(tags, walk, cycle, drive);
  if (rules.drive_kmh == 0 && rules.kind != WayKind::ferry) drive = false;   // motor_vehicle=yes on a footway: not here

  const Text oneway = value_of(tags, "oneway");
  std::uint8_t general = direction(oneway);
  if (oneway.empty() && (roundabout || highway == "motorway")) general = ahead;
  if (walk) rules.may[0] = walk_direction(tags);
  if (cycle) rules.may[1] = cycle_direction(tags, general);
  if (drive) rules.may[2] = general;
  return rules;
}

std::uint8_t barrier(std::span<const Tag> tags) {
  const Text kind = value_of(tags, "barrier");
  if (kind.empty()) return 0;
  bool walk = true, cycle = true, drive = true;
  for (const Text for_cars : {"bollard", "block", "stile", "turnstile", "kissing_gate", "full-height_turnstile",
                              "cycle_barrier", "motorcycle_barrier", "jersey_barrier", "planter", "log", "debris"})
    if (kind == for_cars) drive = false;
  for (const Text for_bicycles : {"stile", "turnstile", "full-height_turnstile", "kissing_gate"})
    if (kind == for_bicycles) cycle = false;
  apply_access(tags, walk, cycle, drive);
  return static_cast<std::uint8_t>((walk ? 0 : 1) | (cycle ? 0 : 2) | (drive ? 0 : 4));
}

}  // namespace tx::streets
