// The map on paper: A3, lying. Drawn from the same features as the screen, with everything that a meeting needs on one sheet:
// who is reached and who is not, where the plan builds in which year, what proves it, scale, north, and whose map it is.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/text.h"
#include "base/time.h"
#include "platform/documents/documents.h"
#include "systems/stations/map/map.h"
#include "systems/stations/planning/charts.h"
#include "systems/stations/rooms.h"

namespace tx::stations::map {
namespace {

using documents::PdfDot;
using documents::PdfPage;
using documents::PdfPath;
using documents::PdfText;
using http::Context;
using tiles::Kind;
using tiles::Layer;

constexpr double kWide = 420, kHigh = 297, kEdge = 10;
constexpr double kMapX = kEdge, kMapY = 29, kMapWide = 284, kMapHigh = 248, kSideX = 300, kSideWide = kWide - kEdge - kSideX;
constexpr std::size_t kCirclesMost = 80, kRowsBeside = 26, kRowsPage = 46, kRowsMost = 400, kGapsMost = 20, kNamesMost = 40;
constexpr int kInk = 0x241c16, kSoft = 0x5a4e44, kGoji = 0xbf2629, kHelan = 0x24506e, kOasis = 0x27663f, kWhite = 0xffffff;
constexpr double kPixel = .22;                 // millimetres that count as a screen's pixel: how much detail paper takes

int rgb(const char* name) { return static_cast<int>(std::stol(colour(name, false).substr(1), nullptr, 16)); }

PdfPath round_dot(PdfDot at, double r, int fill, int stroke, double width = .5, double opacity = 1) {
  PdfPath path{{{}}, true, fill, stroke, width, opacity};
  for (int i = 0; i < 20; ++i) path.parts[0].push_back({at.x + r * std::cos(i * std::numbers::pi / 10), at.y + r * std::sin(i * std::numbers::pi / 10)});
  return path;
}
PdfPath star(PdfDot at, double r) {
  PdfPath path{{{}}, true, kGoji, kWhite, .7};
  for (int i = 0; i < 10; ++i) {
    const double turn = -std::numbers::pi / 2 + i * std::numbers::pi / 5, far = i % 2 ? r * .45 : r;
    path.parts[0].push_back({at.x + far * std::cos(turn), at.y + far * std::sin(turn)});
  }
  return path;
}
PdfPath arrow(PdfDot at, double r) {           // upgrade
  return {{{{at.x, at.y - r}, {at.x + r, at.y}, {at.x + r * .4, at.y}, {at.x + r * .4, at.y + r}, {at.x - r * .4, at.y + r}, {at.x - r * .4, at.y}, {at.x - r, at.y}}}, true, kWhite, kGoji, 1};
}
PdfPath square(PdfDot at, double r) {
  return {{{{at.x - r, at.y - r}, {at.x + r, at.y - r}, {at.x + r, at.y + r}, {at.x - r, at.y + r}}}, true, kWhite, rgb("path"), .9};
}

class Sheet {
 public:
  Sheet(const Context& context, const circles::Ground& ground, const circles::Net& net, const planning::Plan* plan, circles::Gait gait)
      : context_(context), ground_(ground), net_(net), plan_(plan), gait_(gait), view_(tiles::view_of(box_of(ground.region), kMapWide, kMapHigh, 5)) {
    nearest_ = net_.nearest;
    if (!plan_) {
      gaps_ = circles::gaps(ground_.demand, nearest_, "people");
      if (gaps_.size() > kGapsMost) gaps_.resize(kGapsMost);
      return;
    }
    sites_ = planning::sites_of(*plan_);
    question_ = planning::question_of(*plan_);
    minutes_ = question_.minutes;
    with_plan();
  }

  std::vector<PdfPage> pages(const tiles::BaseMap* base) {
    page_.width = kWide;
    page_.height = kHigh;
    page_.frame = {kMapX, kMapY, kMapWide, kMapHigh};
    area({{{kMapX, kMapY}, {kMapX + kMapWide, kMapY}, {kMapX + kMapWide, kMapY + kMapHigh}, {kMapX, kMapY + kMapHigh}}}, rgb("ground"));
    if (base) ground(*base);
    walks();
    people();
    stations();
    names(base);
    frame();
    head();
    side();
    std::vector<PdfPage> all{std::move(page_)};
    for (auto& more : further()) all.push_back(std::move(more));
    for (std::size_t i = 0; i < all.size(); ++i) foot(all[i], i + 1, all.size());
    return all;
  }

 private:
  std::string say(const char* key, const std::vector<std::pair<std::string, std::string>>& args = {}) const { return context_.text(std::string("map.paper.") + key, args); }
  PdfDot at(circles::LonLat place) const {
    const auto dot = view_.at(place.lon, place.lat);
    return {kMapX + dot.x, kMapY + dot.y};
  }
  static bool on_map(PdfDot p) { return p.x > kMapX && p.y > kMapY && p.x < kMapX + kMapWide && p.y < kMapY + kMapHigh; }
  void area(std::vector<std::vector<PdfDot>> parts, int fill, double opacity = 1) { page_.paths.push_back({std::move(parts), true, fill, -1, 0, opacity}); }
  std::vector<std::vector<PdfDot>> moved(const tiles::Shape& shape) const {
    std::vector<std::vector<PdfDot>> parts;
    for (const auto& part : shape.parts) {
      auto& out = parts.emplace_back();
      for (const auto& dot : part) out.push_back({kMapX + dot.x, kMapY + dot.y});
    }
    return parts;
  }

  struct Road { const char* colour; Kind kind; double width; };
  void ground(const tiles::BaseMap& base) {
    static constexpr Road kRoads[] = {{"road", Kind::service, .5},         {"road", Kind::minor, .7},       {"road", Kind::tertiary, 1.1},
                                      {"secondary", Kind::secondary, 1.5}, {"primary", Kind::primary, 1.9}, {"trunk", Kind::trunk, 2.2},
                                      {"motorway", Kind::motorway, 2.4}};
    const double zoom = view_.zoom(kPixel) + .8;
    const double grow = std::clamp(std::pow(1.5, zoom - 13.5), .55, 2.5);
    const auto all = tiles::shapes(base, view_, zoom, .1);
    std::vector<const tiles::Shape*> roads;
    for (const auto& shape : all) {
      const auto& f = *shape.feature;
      if (f.layer == Layer::land) area(moved(shape), rgb(kind_name(f.kind)));
      else if (f.layer == Layer::water) area(moved(shape), rgb("water"));
      else if (f.layer == Layer::waterway) page_.paths.push_back({moved(shape), false, -1, rgb("stream"), f.kind == Kind::river ? 1.4 : .6});
      else if (f.layer == Layer::building) area(moved(shape), rgb("house_line"));
      else if (f.layer == Layer::boundary) page_.paths.push_back({moved(shape), false, -1, rgb("border"), f.rank <= 2 ? 1.2 : .7, 1, {2, 1.2}});
      else if (f.layer == Layer::road) roads.push_back(&shape);
    }
    for (const bool casing : {true, false})
      for (const auto* shape : roads)
        for (const auto& road : kRoads)
          if (road.kind == shape->feature->kind)
            page_.paths.push_back({moved(*shape), false, -1, casing ? rgb(road.width > 1.8 ? "main_casing" : "casing") : rgb(road.colour), road.width * grow + (casing ? .5 : 0)});
    for (const auto* shape : roads) {
      const Kind kind = shape->feature->kind;
      if (kind == Kind::rail) page_.paths.push_back({moved(*shape), false, -1, rgb("rail"), .9});
      else if (kind == Kind::path || kind == Kind::track || kind == Kind::steps) page_.paths.push_back({moved(*shape), false, -1, rgb("path"), .4, 1, {.8, .5}});
    }
  }

  bool counts(const circles::Site& station) const { return station.running && !question_.from_nothing && (!question_.standard || station.standard); }
  // The nearest door once the plan stands: what the dots show, so that map and sentence say the same.
  void with_plan() {
    std::vector<std::uint8_t> stands;
    for (const auto& station : ground_.stations) stands.push_back(counts(station));
    nearest_ = circles::nearest_of(net_.stations, stands);
    std::vector<circles::LonLat> doors;
    for (const auto& site : sites_) doors.push_back({site.lon, site.lat});
    const auto rows = ground_.reach_of(net_, doors, gait_, circles::kCircle * 60);
    for (std::size_t i = 0; i < doors.size(); ++i) circles::lower(nearest_, rows, i);
  }

  // Whom the standing stations and the chosen sites reach in the plan's minutes, as shapes.
  void walks() {
    std::vector<circles::LonLat> centres;
    for (const auto& site : sites_) centres.push_back({site.lon, site.lat});
    const std::size_t chosen = centres.size();
    for (const auto& station : ground_.stations)
      if (counts(station)) centres.push_back(station.at);
    if (centres.size() > kCirclesMost) centres.resize(chosen <= kCirclesMost ? chosen : kCirclesMost);
    const int minutes[] = {minutes_};
    for (std::size_t i = centres.size(); i-- > 0;) {
      const auto shape = ground_.circle(centres[i], gait_, minutes);
      if (!shape) continue;                    // no street near: the table says so
      circles_drawn_ = true;
      for (const auto& feature : (*shape)["features"].items())
        for (const auto& polygon : feature["geometry"]["coordinates"].items()) {
          PdfPath path{{}, true, i < chosen ? 0xe8a33c : 0x5f8f3c, i < chosen ? 0x9a6410 : kOasis, .6, .2};
          for (const auto& ring : polygon.items()) {
            auto& part = path.parts.emplace_back();
            for (const auto& point : ring.items()) part.push_back(at({point.items().at(0).number(), point.items().at(1).number()}));
          }
          page_.paths.push_back(std::move(path));
        }
    }
  }

  void people() {
    for (std::size_t i = 0; i < ground_.demand.size(); ++i) {
      const auto& demand = ground_.demand[i];
      if (demand.people == 0) continue;
      const PdfDot dot = at(demand.at);
      const double r = std::clamp(std::sqrt(static_cast<double>(demand.people)) / 40, .3, 1.6);
      const auto seconds = nearest_[i];
      if (seconds >= 0 && seconds <= 900) page_.paths.push_back(round_dot(dot, r, seconds <= 300 ? kOasis : seconds <= 600 ? 0x79a457 : 0xc9b25a, -1, 0, .85));
      else page_.paths.push_back(round_dot(dot, r, kGoji, kGoji, .6, .2));
    }
  }

  void label(PdfDot place, std::string text, double size, int ink, bool bold) {
    PdfText out{place.x, place.y, 0, std::move(text), size, bold};
    out.align = PdfText::Align::centre;
    out.rgb = ink;
    out.halo = kWhite;
    page_.texts.push_back(std::move(out));
  }
  void stations() {
    const bool few = ground_.stations.size() <= 200;
    for (const auto& station : ground_.stations) {
      const PdfDot dot = at(station.at);
      if (station.running) page_.paths.push_back(round_dot(dot, few ? 1.5 : .7, kHelan, kWhite, few ? .9 : .3));
      else if (few) page_.paths.push_back(square(dot, 1.1));
    }
    int n = 0;
    if (!plan_) {
      if (ground_.stations.size() <= kNamesMost)
        for (const auto& station : ground_.stations)
          if (station.running) label({at(station.at).x, at(station.at).y + 1.4}, shortened(station.name, 24), 6.5, kHelan, false);
      for (const auto gap : gaps_) {
        const PdfDot dot = at(ground_.demand[gap].at);
        label({dot.x, dot.y - 3.4}, std::to_string(++n), 7.5, 0x931b20, true);
      }
    }
    for (const auto& site : sites_) {
      const PdfDot dot = at({site.lon, site.lat});
      page_.paths.push_back(site.kind == "upgrade" ? arrow(dot, 2) : star(dot, 2.7));
      label({dot.x, dot.y + 2.1}, std::to_string(++n) + (site.year ? " \u00b7 " + say("year", {{"n", std::to_string(site.year)}}) : ""), 7.5, 0x931b20, true);
    }
  }

  void names(const tiles::BaseMap* base) {
    struct Taken { double x0, y0, x1, y1; };
    std::vector<Taken> taken;
    const auto put = [&](PdfDot dot, const std::string& text, double size, int ink, bool bold) {
      const double half = static_cast<double>(text.size()) * size * .075 + 1;
      const Taken box{dot.x - half, dot.y - 1, dot.x + half, dot.y + size * .45};
      if (!on_map({box.x0, box.y0}) || !on_map({box.x1, box.y1})) return;
      for (const auto& other : taken)
        if (box.x0 < other.x1 && other.x0 < box.x1 && box.y0 < other.y1 && other.y0 < box.y1) return;
      taken.push_back(box);
      label({dot.x, dot.y - size * .18}, text, size, ink, bold);
    };
    for (const auto& name : names_of(context_, ground_.region))
      if (!base) put(at(name.at), name.text, name.level == 2 ? 11 : 8.5, kInk, name.level == 2);
    if (!base) return;
    for (const auto& shape : tiles::shapes(*base, view_, view_.zoom(kPixel), .1)) {
      const auto& f = *shape.feature;
      if (f.layer != Layer::place) continue;
      const bool english = context_.language == language::Language::en;
      const auto name = english ? (f.name_en ? f.name_en : f.name) : (f.name_zh ? f.name_zh : f.name);
      const double size = f.kind == Kind::city ? 13 : f.kind == Kind::town ? 11 : f.kind == Kind::village ? 9.5 : 7.5;
      put({kMapX + shape.parts[0][0].x, kMapY + shape.parts[0][0].y}, base->names[name], size, f.rank <= 2 ? kInk : kSoft, f.rank <= 2);
    }
  }

  // Frame, scale bar, north arrow.
  void frame() {
    for (const auto& [x1, y1, x2, y2] : {std::array{kMapX, kMapY, kMapX + kMapWide, kMapY}, {kMapX, kMapY + kMapHigh, kMapX + kMapWide, kMapY + kMapHigh},
                                         {kMapX, kMapY, kMapX, kMapY + kMapHigh}, {kMapX + kMapWide, kMapY, kMapX + kMapWide, kMapY + kMapHigh}})
      page_.lines.push_back({x1, y1, x2, y2, .8, kInk});
    const double metres = view_.metres();      // in one millimetre
    double round = 1;
    for (double ten = 1; ten <= 1e6; ten *= 10)
      for (const double step : {1.0, 2.0, 5.0})
        if (ten * step / metres <= 60) round = std::max(round, ten * step);
    const double wide = round / metres, x = kMapX + 6, y = kMapY + kMapHigh - 7;
    area({{{x - 3, y - 7}, {x + wide + 16, y - 7}, {x + wide + 16, y + 4}, {x - 3, y + 4}}}, kWhite, .85);
    for (int i = 0; i < 4; ++i) {
      const double a = x + wide * i / 4, b = x + wide * (i + 1) / 4;
      page_.paths.push_back({{{{a, y}, {b, y}, {b, y + 1.6}, {a, y + 1.6}}}, true, i % 2 ? kWhite : kInk, kInk, .5});
    }
    PdfText zero{x, y - 4.6, 0, "0", 8}, end{x + wide, y - 4.6, 0, round >= 1000 ? say("km", {{"n", std::to_string(static_cast<int>(round / 1000))}}) : say("m", {{"n", std::to_string(static_cast<int>(round))}}), 8};
    end.align = PdfText::Align::centre;
    page_.texts.push_back(zero);
    page_.texts.push_back(end);
    const double nx = kMapX + kMapWide - 10, ny = kMapY + 16;
    page_.paths.push_back(round_dot({nx, ny - 3}, 8, kWhite, kSoft, .6, .9));
    page_.paths.push_back({{{{nx, ny - 9}, {nx + 3, ny + 2}, {nx, ny}}}, true, kInk, kInk, .5});
    page_.paths.push_back({{{{nx, ny - 9}, {nx - 3, ny + 2}, {nx, ny}}}, true, kWhite, kInk, .5});
    label({nx, ny + .4}, say("north"), 8, kInk, true);
  }

  // Chinese sets the middle dot without spaces.
  std::string title() const {
    return circles::region_name(context_, ground_.region) + (context_.language == language::Language::zh ? "\u00b7" : " \u00b7 ") + (plan_ ? plan_->name : say("title_now"));
  }
  void head() {
    PdfText heading{kEdge, 8, kWide - 2 * kEdge, title(), 22, true};
    heading.rgb = kInk;
    PdfText lead{kEdge, 19.5, kWide - 2 * kEdge, say(ground_.on_streets() ? "lead" : "lead_lines", {{"gait", context_.text(std::string("map.gait.") + enum_name(gait_))}, {"day", local_date(context_.now).text()}}), 11};
    lead.rgb = kSoft;
    page_.texts.push_back(heading);
    page_.texts.push_back(lead);
    page_.lines.push_back({kEdge, 27, kWide - kEdge, 27, 1.6, kGoji});
  }

  double text(double y, const std::string& words, double size, bool bold, int ink, double lines) {
    PdfText out{kSideX, y, kSideWide, words, size, bold};
    out.rgb = ink;
    page_.texts.push_back(out);
    return y + lines * size * .56;
  }
  static double lines_of(const std::string& words, double size) {   // a Han letter is as wide as it is high
    double wide = 0;
    for (const unsigned char c : words) wide += c < 0x80 ? .54 : (c & 0xC0) == 0xC0 ? 1 : 0;
    return std::ceil(wide * size * .3528 / kSideWide + .15);
  }
  double paragraph(double y, const std::string& words, double size, bool bold, int ink) { return text(y, words, size, bold, ink, lines_of(words, size)) + 1.2; }

  std::string proof() const {
    if (!plan_) {
      const auto report = ground_.report(net_);
      return say("now", {{"n", whole_number(running())}, {"percent", circles::at_least_percent(report.reached().people, report.all.people)},
                         {"reached", whole_number(report.reached().people)}, {"missed", whole_number(report.all.people - report.reached().people)}});
    }
    return planning::sentence(context_, *plan_);
  }
  int running() const { return static_cast<int>(std::count_if(ground_.stations.begin(), ground_.stations.end(), [](const auto& s) { return s.running; })); }

  void side() {
    double y = kMapY;
    y = paragraph(y, proof(), 12.5, true, 0x931b20) + 1;
    if (plan_) y = paragraph(y, planning::question_text(context_, *plan_), 9, false, kSoft);
    page_.lines.push_back({kSideX, y, kWide - kEdge, y, .4, kSoft});
    y += 2;
    y = bands(y);
    if (plan_) y = years(y);
    y = legend(y + 2);
    y = paragraph(y + 1, circles::region_note(context_, ground_.region), 8, false, kSoft) + 1;
    table(y);
  }

  // A line of figures: what, then numbers flush right at these ends.
  void figures(double y, const std::string& what, const std::vector<std::string>& values, bool bold) {
    page_.texts.push_back({kSideX, y, 0, what, 9.5, bold});
    for (std::size_t i = 0; i < values.size(); ++i) {
      PdfText value{kWide - kEdge - 30.0 * static_cast<double>(values.size() - 1 - i), y, 0, values[i], 9.5, bold};
      value.align = PdfText::Align::right;
      page_.texts.push_back(std::move(value));
    }
  }
  double bands(double y) {
    const auto report = ground_.report(net_);
    const auto later = circles::count(ground_.demand, nearest_, net_.standing);
    const auto share = [&](const circles::Heads& heads) { return circles::at_least_percent(heads.people, report.all.people); };
    if (plan_) figures(y, say("bands_plan"), {context_.text("planning.before"), context_.text("planning.after")}, true);
    else y = paragraph(y, say("bands_title"), 10.5, true, kInk) - 5.2;
    for (std::size_t i = 0; i < circles::kBands.size(); ++i) {
      const auto what = context_.text("map.within", {{"n", std::to_string(circles::kBands[i])}});
      y += 5.2;
      if (plan_) figures(y, what, {share(report.within[i]), share(later.within[i])}, false);
      else figures(y, what, {whole_number(report.within[i].people) + "  (" + share(report.within[i]) + ")"}, false);
    }
    return y + 6.2;
  }
  double years(double y) {
    const auto& list = plan_->figures["years"].items();
    if (list.empty()) return y;
    figures(y, context_.text("planning.by_years"), {context_.text("planning.sites_count"), context_.text("planning.cost"), context_.text("planning.reached")}, true);
    for (const auto& year : list) {
      y += 5.2;
      figures(y, context_.text("planning.year", {{"n", std::to_string(year["year"].integer())}}),
              {whole_number(year["sites"].integer()), whole_number(year["cost"].integer()), circles::at_least_percent(year["reached"].integer(), plan_->people)}, false);
    }
    return y + 6.2;
  }

  double legend(double y) {
    y = paragraph(y, context_.text("map.legend"), 10.5, true, kInk);
    const auto row = [&](PdfPath mark, const std::string& words) {
      page_.marks.push_back(std::move(mark));
      PdfText out{kSideX + 7, y, 0, words, 9};
      page_.texts.push_back(out);
      y += 4.8;
    };
    const auto middle = [&] { return PdfDot{kSideX + 2.6, y + 2.2}; };
    row(round_dot(middle(), 1.5, kHelan, kWhite, .9), context_.text("map.legend.station"));
    if (!sites_.empty()) row(star(middle(), 2.4), say("legend_new"));
    if (std::any_of(sites_.begin(), sites_.end(), [](const auto& s) { return s.kind == "upgrade"; })) row(arrow(middle(), 1.9), say("legend_upgrade"));
    row(round_dot(middle(), 1.3, kOasis, -1), context_.text("map.band.5"));
    row(round_dot(middle(), 1.3, 0x79a457, -1), context_.text("map.band.10"));
    row(round_dot(middle(), 1.3, 0xc9b25a, -1), context_.text("map.band.15"));
    row(round_dot(middle(), 1.3, kGoji, kGoji, .6, .2), context_.text("map.band.missed"));
    page_.marks.push_back(round_dot({middle().x - 1.7, middle().y}, .5, kSoft, -1));
    row(round_dot({middle().x + .9, middle().y}, 1.5, kSoft, -1), say("legend_size"));
    const auto patch = [&](int fill, int edge) { return PdfPath{{{{kSideX + .4, y + .7}, {kSideX + 5, y + .7}, {kSideX + 5, y + 3.9}, {kSideX + .4, y + 3.9}}}, true, fill, edge, .6, .35}; };
    if (circles_drawn_) row(patch(0x5f8f3c, kOasis), say("legend_circle", {{"n", std::to_string(minutes_)}}));
    if (circles_drawn_ && !sites_.empty()) row(patch(0xe8a33c, 0x9a6410), say("legend_circle_new"));
    return y;
  }

  std::vector<std::vector<std::string>> rows() const {
    std::vector<std::vector<std::string>> all;
    int n = 0;
    if (plan_)
      for (const auto& site : sites_)
        all.push_back({std::to_string(++n), site.name, site.year ? std::to_string(site.year) : "\u2014", context_.text(site.kind == "upgrade" ? "map.kind.upgrade" : "map.kind.new"), whole_number(site.gain)});
    else
      for (const auto gap : gaps_) {
        const auto& demand = ground_.demand[gap];
        all.push_back({std::to_string(++n), demand.name, whole_number(demand.people), "",
                       nearest_[gap] < 0 ? context_.text("map.no_way") : context_.text("map.minutes", {{"n", std::to_string(circles::minutes_of(nearest_[gap]))}})});
      }
    if (all.size() > kRowsMost) all.resize(kRowsMost);
    return all;
  }
  void row_at(PdfPage& page, double x, double y, double wide, const std::vector<std::string>& row, bool bold) const {
    const double columns[] = {0, 8, wide - 44, wide - 30, wide};
    for (std::size_t i = 0; i < row.size() && i < 5; ++i) {
      PdfText cell{x + columns[i], y, 0, row[i], 8.5, bold};
      if (i == 1) cell.text = shortened(row[i], 54);
      if (i == 4) cell.align = PdfText::Align::right;
      page.texts.push_back(cell);
    }
    page.lines.push_back({x, y + 4.4, x + wide, y + 4.4, .25, 0xb9ab99});
  }
  std::vector<std::string> header() const {
    return plan_ ? std::vector<std::string>{say("number"), context_.text("map.place"), context_.text("map.year"), context_.text("map.kind"), context_.text("map.gain")}
                 : std::vector<std::string>{say("number"), say("gaps"), context_.text("circle.people"), "", say("nearest")};
  }
  void table(double y) {
    if (!plan_ && gaps_.empty()) {
      paragraph(y, say("no_gaps"), 10.5, true, kOasis);
      return;
    }
    row_at(page_, kSideX, y, kSideWide, header(), true);
    const auto all = rows();
    const double bottom = kMapY + kMapHigh - 4.5;
    for (shown_ = 0; shown_ < std::min(all.size(), kRowsBeside); ++shown_) {
      y += 5.2;
      if (y > bottom) break;
      row_at(page_, kSideX, y, kSideWide, all[shown_], false);
    }
    if (shown_ < all.size()) {
      PdfText more{kSideX, bottom + 1.5, 0, say("more"), 8};
      more.rgb = kSoft;
      page_.texts.push_back(more);
    }
  }

  std::vector<PdfPage> further() const {
    std::vector<PdfPage> pages;
    const auto all = rows();
    constexpr double kColumn = 94, kGap = 8;
    for (std::size_t i = shown_; i < all.size();) {
      PdfPage& page = pages.emplace_back();
      page.width = kWide;
      page.height = kHigh;
      page.texts.push_back({kEdge, 10, 0, title(), 14, true});
      for (int column = 0; column < 4 && i < all.size(); ++column) {
        const double x = kEdge + column * (kColumn + kGap);
        row_at(page, x, 22, kColumn, header(), true);
        for (std::size_t n = 0; n < kRowsPage && i < all.size(); ++n, ++i) row_at(page, x, 27.4 + static_cast<double>(n) * 5.4, kColumn, all[i], false);
      }
    }
    return pages;
  }

  void foot(PdfPage& page, std::size_t n, std::size_t of) const {
    std::string credit = ground_.region.attribution;
    if (ground_.region.synthetic) credit += (credit.empty() ? "" : " \u00b7 ") + context_.text("map.synthetic_short");
    PdfText left{kEdge, kHigh - 13, 330, credit, 8.5}, right{kWide - kEdge, kHigh - 13, 0, std::to_string(n) + " / " + std::to_string(of), 8.5};
    left.rgb = right.rgb = kSoft;
    right.align = PdfText::Align::right;
    page.texts.push_back(left);
    page.texts.push_back(right);
  }

  const Context& context_;
  const circles::Ground& ground_;
  const circles::Net& net_;
  const planning::Plan* plan_;
  circles::Gait gait_;
  tiles::View view_;
  std::vector<planning::Chosen> sites_;
  planning::Question question_;
  int minutes_ = circles::kCircle;
  std::vector<std::int32_t> nearest_;          // as the dots show it: today, or once the plan stands
  std::vector<std::size_t> gaps_;              // the widest of today, numbered on the map and in the table
  bool circles_drawn_ = false;
  std::size_t shown_ = 0;
  PdfPage page_;
};

}  // namespace

Result<std::string> plan_pdf(const Context& context, Atlas& atlas, const circles::Ground& ground, const planning::Plan* plan) {
  const auto gait = plan ? planning::question_of(*plan).gait : circles::gait_asked(context, ground.region);
  const circles::Net* net = TX_TRY(ground.net(gait));
  const auto base = TX_TRY(atlas.base(ground.region));
  const auto pages = Sheet(context, ground, *net, plan, gait).pages(base.get());
  documents::PdfInfo info;
  info.title = circles::region_name(context, ground.region);
  info.author = "Tongxin";
  info.language = language::tag(context.language);
  return documents::write_pdf(pages, info);
}

}  // namespace tx::stations::map
