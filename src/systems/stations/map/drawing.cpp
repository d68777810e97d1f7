// The map as the server draws it: the ground as SVG, for browsers without script or WebGL and until the live map is there.
#include <cmath>

#include "systems/stations/map/atlas.h"

namespace tx::stations::map {
namespace {

using tiles::Kind;
using tiles::Layer;
using tiles::Shape;

std::string tenth(double value) {
  char text[24];
  std::snprintf(text, sizeof text, "%.1f", value);
  std::string out = text;
  if (out.ends_with(".0")) out.resize(out.size() - 2);
  return out == "-0" ? "0" : out;
}

std::string path_of(const std::vector<std::vector<tiles::Dot>>& parts, bool closed) {
  std::string out;
  for (const auto& part : parts) {
    double x = 0, y = 0;                       // relative steps are shorter, and half a unit is finer than any screen shows it
    std::string steps;
    for (std::size_t i = 0; i < part.size(); ++i) {
      const double px = std::round(part[i].x * 2) / 2, py = std::round(part[i].y * 2) / 2;
      if (i == 0) steps = "M" + tenth(px) + " " + tenth(py) + "l";
      else if (px != x || py != y) steps += (steps.ends_with('l') || px < x ? "" : " ") + tenth(px - x) + (py < y ? "" : " ") + tenth(py - y);
      x = px;
      y = py;
    }
    if (steps.ends_with('l')) continue;        // shorter than it can be drawn
    out += steps;
    if (closed) out += "z";
  }
  return out;
}

const char* colour_of_land(Kind kind) {
  switch (kind) {
    case Kind::wood: return "wood";
    case Kind::scrub: return "scrub";
    case Kind::grass: return "grass";
    case Kind::farm: return "farm";
    case Kind::park: return "park";
    case Kind::rock: return "rock";
    case Kind::sand: return "sand";
    case Kind::ice: return "ice";
    case Kind::wetland: return "wetland";
    case Kind::homes: return "homes";
    case Kind::industry: return "industry";
    case Kind::cemetery: return "cemetery";
    case Kind::campus: return "campus";
    case Kind::pitch: return "pitch";
    default: return "plaza";
  }
}

struct Road { const char* colour; Kind kind; double width; };
constexpr Road kRoads[] = {{"road", Kind::service, .8},        {"road", Kind::minor, 1.1},      {"road", Kind::tertiary, 1.7},
                           {"secondary", Kind::secondary, 2.2}, {"primary", Kind::primary, 2.6}, {"trunk", Kind::trunk, 3},
                           {"motorway", Kind::motorway, 3.2}};

void line(std::string& out, const std::string& d, const std::string& stroke, double width, const char* more = "") {
  if (!d.empty()) out += "<path d=\"" + d + "\" fill=\"none\" stroke=\"" + stroke + "\" stroke-width=\"" + tenth(width) + "\"" + more + "/>";
}

}  // namespace

std::string base_svg(const tiles::BaseMap* base, const tiles::View& view, bool elder) {
  const auto c = [&](const char* name) { return colour(name, elder); };
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + tenth(view.width) + " " + tenth(view.height) +
                    "\" stroke-linecap=\"round\" stroke-linejoin=\"round\"><rect width=\"100%\" height=\"100%\" fill=\"" + c("ground") + "\"/>";
  if (!base) return out + "</svg>";
  const double zoom = view.zoom() + 1.2;
  const auto all = tiles::shapes(*base, view, zoom, .45);
  std::string by_road[std::size(kRoads)], water, streams, houses, paths, rails, borders, last;
  std::string land;
  const char* kind_now = nullptr;
  const auto flush = [&] {
    if (!last.empty()) land += "<path d=\"" + last + "\" fill=\"" + c(kind_now) + "\" fill-rule=\"evenodd\"/>";
    last.clear();
  };
  for (const Shape& shape : all) {
    const auto& feature = *shape.feature;
    switch (feature.layer) {
      case Layer::land: {
        const char* kind = colour_of_land(feature.kind);
        if (kind != kind_now) flush();
        kind_now = kind;
        last += path_of(shape.parts, true);
        break;
      }
      case Layer::water: water += path_of(shape.parts, true); break;
      case Layer::waterway: streams += path_of(shape.parts, false); break;
      case Layer::building: houses += path_of(shape.parts, true); break;
      case Layer::boundary: borders += path_of(shape.parts, false); break;
      case Layer::road: {
        bool road = false;
        for (std::size_t i = 0; i < std::size(kRoads); ++i)
          if (kRoads[i].kind == feature.kind) by_road[i] += path_of(shape.parts, false), road = true;
        if (feature.kind == Kind::rail) rails += path_of(shape.parts, false);
        else if (!road && feature.kind != Kind::ferry) paths += path_of(shape.parts, false);
        break;
      }
      default: break;
    }
  }
  flush();
  out += land;
  if (!water.empty()) out += "<path d=\"" + water + "\" fill=\"" + c("water") + "\" fill-rule=\"evenodd\"/>";
  line(out, streams, c("stream"), 1.1);
  if (!houses.empty()) out += "<path d=\"" + houses + "\" fill=\"" + c("house") + "\"/>";
  line(out, borders, c("border"), 1, " stroke-dasharray=\"5 3\"");
  line(out, paths, c("path"), .6, " stroke-dasharray=\"2 2\"");
  const double grow = std::max(1.0, std::pow(1.35, zoom - 13)) * (elder ? 1.2 : 1);
  // Each road is written once and drawn twice: its edge, then its face over all edges.
  out += "<defs>";
  for (std::size_t i = 0; i < std::size(kRoads); ++i)
    if (!by_road[i].empty()) out += "<path id=\"r" + std::to_string(i) + "\" fill=\"none\" d=\"" + by_road[i] + "\"/>";
  out += "</defs>";
  const auto draw = [&](std::size_t i, const std::string& stroke, double width) {
    if (!by_road[i].empty()) out += "<use href=\"#r" + std::to_string(i) + "\" stroke=\"" + stroke + "\" stroke-width=\"" + tenth(width) + "\"/>";
  };
  for (std::size_t i = 0; i < std::size(kRoads); ++i) draw(i, c(i >= 4 ? "main_casing" : "casing"), kRoads[i].width * grow + (elder ? 1.6 : .9));
  for (std::size_t i = 0; i < std::size(kRoads); ++i) draw(i, c(kRoads[i].colour), kRoads[i].width * grow);
  line(out, rails, c("rail"), 1.2);
  return out + "</svg>";
}

}  // namespace tx::stations::map
