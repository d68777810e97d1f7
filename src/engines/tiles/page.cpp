// The same features in the units of a page: for the map that the server draws itself and for paper.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "engines/tiles/inside.h"

namespace tx::tiles {
namespace {

constexpr double kFine = 16;                 // whole numbers in one page unit while cutting
constexpr bool is_area(Layer layer) { return layer == Layer::land || layer == Layer::water || layer == Layer::building; }

Path path_of(const BaseMap& map, std::uint32_t part, const View& view) {
  Path path;
  for (auto i = map.part[part]; i < map.part[part + 1]; ++i) {
    const Dot dot = view.at(map.points[i]);
    path.push_back({std::llround(dot.x * kFine), std::llround(dot.y * kFine)});
  }
  return path;
}
void keep(Shape& shape, const Path& path) {
  auto& part = shape.parts.emplace_back();
  for (const At at : path) part.push_back({static_cast<double>(at.x) / kFine, static_cast<double>(at.y) / kFine});
}

}  // namespace

double View::metres() const {
  const double middle = latitude(north + height / scale / 2) * std::numbers::pi / 180;
  return 40'075'016.686 * std::cos(middle) / 4294967296.0 / scale;
}
double View::zoom(double units_per_pixel) const { return std::log2(scale / units_per_pixel * 4294967296.0 / 512); }

View view_of(const Box& box, double width, double height, double border) {
  View view;
  view.width = width;
  view.height = height;
  const double wide = static_cast<double>(std::max<std::int64_t>(box.x1 - box.x0, 1000)), high = static_cast<double>(std::max<std::int64_t>(box.y1 - box.y0, 1000));
  view.scale = std::min((width - 2 * border) / wide, (height - 2 * border) / high);
  view.west = static_cast<double>(box.x0 + box.x1) / 2 - width / 2 / view.scale;
  view.north = static_cast<double>(box.y0 + box.y1) / 2 - height / 2 / view.scale;
  return view;
}

std::vector<Shape> shapes(const BaseMap& map, const View& view, double zoom, double detail) {
  const auto units = [&](double page) { return static_cast<std::int64_t>(std::llround(page * kFine)); };
  const Box page{units(-2), units(-2), units(view.width + 2), units(view.height + 2)};
  Box world;
  world.add(static_cast<std::int64_t>(view.west - 2 / view.scale), static_cast<std::int64_t>(view.north - 2 / view.scale));
  world.add(static_cast<std::int64_t>(view.west + (view.width + 2) / view.scale), static_cast<std::int64_t>(view.north + (view.height + 2) / view.scale));
  const std::int64_t tolerance = units(detail);
  const double least = 2 * static_cast<double>(tolerance) * static_cast<double>(tolerance) * 4;
  std::vector<Shape> out;
  for (const Feature& feature : map.features) {
    if (feature.zoom > zoom || !feature.box.meets(world)) continue;
    Shape shape{&feature, {}};
    bool shell = false;
    for (std::uint32_t p = feature.first; p < feature.first + feature.parts; ++p) {
      Path path = path_of(map, p, view);
      if (path.size() == 1) {
        if (path[0].x >= 0 && path[0].y >= 0 && path[0].x <= units(view.width) && path[0].y <= units(view.height)) keep(shape, path);
      } else if (is_area(feature.layer)) {
        const bool hole = doubled_area(path) < 0;
        if (hole && !shell) continue;
        simplify(path, tolerance, true);
        path = cut_ring(path, page);
        const bool seen = path.size() > 2 && std::abs(doubled_area(path)) > least;
        if (!hole) shell = seen;
        if (seen) keep(shape, path);
      } else {
        simplify(path, tolerance, false);
        if (path.size() < 2) continue;
        for (const auto& piece : cut_line(path, page)) keep(shape, piece);
      }
    }
    if (!shape.parts.empty()) out.push_back(std::move(shape));
  }
  return out;
}

}  // namespace tx::tiles
