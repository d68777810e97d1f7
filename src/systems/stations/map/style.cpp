// How the base map looks, in the house's two faces: warm paper and quiet streets, so that stations and people stand out; the
// elder face has stronger lines and larger letters. One table of colours for the screen, for the drawn map and for paper.
#include <map>

#include "systems/stations/map/atlas.h"

namespace tx::stations::map {
namespace {

struct Two { std::string plain, elder; };
const std::map<std::string, Two, std::less<>>& colours() {
  static const std::map<std::string, Two, std::less<>> table = {
      {"ground", {"#f7f2e8", "#ffffff"}},   {"homes", {"#f1e9db", "#f5f1ea"}},     {"wood", {"#d3e2ca", "#cbe3bf"}},
      {"scrub", {"#dde7cf", "#d9e8c9"}},    {"grass", {"#e4edd8", "#e2efd3"}},     {"farm", {"#f1edd8", "#f6f1d8"}},
      {"park", {"#cfe4c5", "#c4e2b6"}},     {"rock", {"#e4dfd8", "#dedad4"}},      {"sand", {"#f3e8cb", "#f3e8cb"}},
      {"ice", {"#eef4f7", "#eaf3f8"}},      {"wetland", {"#d6e7e1", "#cfe6de"}},   {"industry", {"#ebe4dc", "#eae4dd"}},
      {"cemetery", {"#dce4d4", "#d6e2cc"}}, {"campus", {"#f2e4d8", "#f4e2d2"}},    {"pitch", {"#d0e3ca", "#c6e0be"}},
      {"plaza", {"#f4ece0", "#f0e8da"}},    {"parking", {"#ede6db", "#e8e2d8"}},   {"water", {"#b3d2e3", "#8fc0dd"}},
      {"stream", {"#8dbad3", "#4f94bd"}},   {"house", {"#e4d8c7", "#d8cdbd"}},     {"house_line", {"#cdbca6", "#8f7f6b"}},
      {"motorway", {"#eab56c", "#f0ab4e"}}, {"trunk", {"#f0c787", "#f4c06c"}},     {"primary", {"#f6dca6", "#f8d68a"}},
      {"secondary", {"#fbeccd", "#fbe9b8"}}, {"road", {"#ffffff", "#ffffff"}},     {"casing", {"#d9ccb7", "#75675a"}},
      {"main_casing", {"#c79a58", "#7a5420"}}, {"path", {"#b49d80", "#6f5c44"}},   {"rail", {"#a59a8f", "#5d554d"}},
      {"border", {"#b07a74", "#7c2f2c"}},   {"ink", {"#3d3229", "#000000"}},       {"halo", {"#fffaf2", "#ffffff"}},
      {"soft", {"#6d6056", "#2a221c"}},     {"water_ink", {"#33688a", "#123f5c"}}, {"park_ink", {"#3f6b3c", "#1f4a22"}}};
  return table;
}

// Widths in pixels at zooms 7, 11, 14, 16 and 19.
struct Width { const char* kind; double at[5]; };
constexpr Width kWidths[] = {{"motorway", {.8, 2.4, 5.5, 11, 30}}, {"trunk", {.7, 2.2, 5, 10, 28}},
                             {"primary", {.4, 1.8, 4.6, 9.5, 27}}, {"secondary", {.2, 1.4, 4, 8.5, 25}},
                             {"tertiary", {.1, 1, 3.4, 7.5, 23}},  {"minor", {.1, .5, 2.3, 6.2, 20}},
                             {"service", {.1, .2, 1.2, 3.6, 12}}};
constexpr int kZooms[] = {7, 11, 14, 16, 19};

std::string number(double value) {
  char text[24];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}
// Line width by class and zoom, made wider by so many pixels (the casing), slip roads narrower.
std::string width(double more, double times) {
  std::string out = R"(["interpolate",["exponential",1.5],["zoom"])";
  for (std::size_t i = 0; i < 5; ++i) {
    out += "," + std::to_string(kZooms[i]) + R"(,["*",["case",["has","link"],0.6,1],["match",["get","kind"])";
    for (const auto& row : kWidths) out += std::string(",\"") + row.kind + "\"," + number(row.at[i] * times + (i ? more : more / 2));
    out += "," + number(kWidths[6].at[i] * times + more) + "]]";
  }
  return out + "]";
}

constexpr char kTemplate[] = R"json({
"version":8,"name":"Tongxin","sources":{@source@},
"layers":[
{"id":"ground","type":"background","paint":{"background-color":"@ground@"}},
@base@
{"id":"slot","type":"background","layout":{"visibility":"none"}}
@labels@
]})json";

constexpr char kBase[] = R"json(
{"id":"land","type":"fill","source":"base","source-layer":"land","paint":{"fill-color":["match",["get","kind"],"wood","@wood@","scrub","@scrub@","grass","@grass@","farm","@farm@","park","@park@","rock","@rock@","sand","@sand@","ice","@ice@","wetland","@wetland@","homes","@homes@","industry","@industry@","cemetery","@cemetery@","campus","@campus@","pitch","@pitch@","plaza","@plaza@","parking","@parking@","@ground@"],"fill-opacity":["interpolate",["linear"],["zoom"],7,0.75,11,1]}},
{"id":"waterway","type":"line","source":"base","source-layer":"waterway","layout":{"line-cap":"round","line-join":"round"},"paint":{"line-color":"@stream@","line-width":["interpolate",["exponential",1.4],["zoom"],8,["match",["get","kind"],"river",1,"canal",0.6,0.2],13,["match",["get","kind"],"river",3,"canal",2,1],17,["match",["get","kind"],"river",12,"canal",8,3.5]]}},
{"id":"water","type":"fill","source":"base","source-layer":"water","paint":{"fill-color":"@water@"}},
{"id":"water-line","type":"line","source":"base","source-layer":"water","minzoom":11,"paint":{"line-color":"@stream@","line-width":0.8}},
{"id":"house","type":"fill","source":"base","source-layer":"building","minzoom":13,"paint":{"fill-color":"@house@","fill-outline-color":"@house_line@","fill-opacity":["interpolate",["linear"],["zoom"],13,0.5,15,1]}},
{"id":"border","type":"line","source":"base","source-layer":"boundary","filter":["<=",["get","rank"],["step",["zoom"],4,9,6,11,8]],"paint":{"line-color":"@border@","line-dasharray":[4,2],"line-opacity":0.8,"line-width":["match",["get","rank"],2,@border2@,4,1.4,1]}},
{"id":"tunnel","type":"line","source":"base","source-layer":"road","filter":["all",["==",["get","level"],-1],["in",["get","kind"],["literal",["motorway","trunk","primary","secondary","tertiary","minor"]]]],"paint":{"line-color":"@casing@","line-dasharray":[2,2],"line-opacity":0.7,"line-width":@fill@}},
{"id":"path","type":"line","source":"base","source-layer":"road","minzoom":13,"filter":["in",["get","kind"],["literal",["path","track","steps"]]],"layout":{"line-cap":"butt"},"paint":{"line-color":"@path@","line-dasharray":[3,1.5],"line-width":["interpolate",["exponential",1.5],["zoom"],13,0.6,16,1.4,19,4]}},
{"id":"steps","type":"line","source":"base","source-layer":"road","minzoom":15,"filter":["==",["get","kind"],"steps"],"paint":{"line-color":"@path@","line-dasharray":[0.4,0.5],"line-width":["interpolate",["exponential",1.5],["zoom"],15,3,19,10]}},
{"id":"casing","type":"line","source":"base","source-layer":"road","filter":["all",["!=",["get","level"],-1],["in",["get","kind"],["literal",["motorway","trunk","primary","secondary","tertiary","minor","service"]]]],"layout":{"line-cap":"round","line-join":"round","line-sort-key":["match",["get","kind"],"motorway",6,"trunk",5,"primary",4,"secondary",3,"tertiary",2,1]},"paint":{"line-color":["match",["get","kind"],["motorway","trunk","primary"],"@main_casing@","@casing@"],"line-opacity":["interpolate",["linear"],["zoom"],9,0.6,12,1],"line-width":@wide@}},
{"id":"road","type":"line","source":"base","source-layer":"road","filter":["all",["!=",["get","level"],-1],["in",["get","kind"],["literal",["motorway","trunk","primary","secondary","tertiary","minor","service"]]]],"layout":{"line-cap":"round","line-join":"round","line-sort-key":["match",["get","kind"],"motorway",6,"trunk",5,"primary",4,"secondary",3,"tertiary",2,1]},"paint":{"line-color":["match",["get","kind"],"motorway","@motorway@","trunk","@trunk@","primary","@primary@","secondary","@secondary@",@minor@],"line-width":@fill@}},
{"id":"bridge","type":"line","source":"base","source-layer":"road","minzoom":14,"filter":["all",["==",["get","level"],1],["in",["get","kind"],["literal",["motorway","trunk","primary","secondary","tertiary","minor"]]]],"paint":{"line-color":"@casing@","line-gap-width":@fill@,"line-width":1.6}},
{"id":"rail","type":"line","source":"base","source-layer":"road","minzoom":10,"filter":["==",["get","kind"],"rail"],"paint":{"line-color":"@rail@","line-width":["interpolate",["exponential",1.4],["zoom"],10,0.8,14,1.6,18,3.5]}},
{"id":"sleepers","type":"line","source":"base","source-layer":"road","minzoom":13,"filter":["==",["get","kind"],"rail"],"paint":{"line-color":"@rail@","line-dasharray":[0.2,2],"line-width":["interpolate",["exponential",1.4],["zoom"],13,3.5,18,9]}},
{"id":"ferry","type":"line","source":"base","source-layer":"road","filter":["==",["get","kind"],"ferry"],"paint":{"line-color":"@water_ink@","line-dasharray":[3,3],"line-width":1}},)json";

constexpr char kLabels[] = R"json(,
{"id":"water-name","type":"symbol","source":"base","source-layer":"waterway","minzoom":12,"filter":["has","name"],"layout":{"symbol-placement":"line","symbol-spacing":400,"text-field":@name@,"text-font":@plain@,"text-size":@s12@,"text-letter-spacing":0.08},"paint":{"text-color":"@water_ink@","text-halo-color":"@halo@","text-halo-width":1.2}},
{"id":"road-name","type":"symbol","source":"base","source-layer":"road","minzoom":12.5,"filter":["all",["has","name"],["match",["get","kind"],["motorway","trunk","primary","secondary"],true,["tertiary"],[">=",["zoom"],13.5],["minor"],[">=",["zoom"],14.5],[">=",["zoom"],16]]],"layout":{"symbol-placement":"line","symbol-spacing":320,"text-field":@name@,"text-font":@plain@,"text-size":["interpolate",["linear"],["zoom"],13,@s11@,17,@s13@],"text-padding":4,"text-max-angle":35},"paint":{"text-color":"@soft@","text-halo-color":"@halo@","text-halo-width":1.6}},
{"id":"label","type":"symbol","source":"base","source-layer":"label","filter":["any",["<",["get","rank"],3],[">=",["zoom"],14]],"layout":{"text-field":["case",["==",["get","kind"],"peak"],["concat","\u25b2\n",@name@],["==",["get","kind"],"station"],["concat","\u25a3\n",@name@],["==",["get","kind"],"hospital"],["concat","\u271a\n",@name@],@name@],"text-font":@plain@,"text-size":@s11@,"text-max-width":8,"text-line-height":1.1,"text-padding":6,"symbol-sort-key":["get","rank"]},"paint":{"text-color":["match",["get","kind"],"lake_name","@water_ink@","park_name","@park_ink@","@soft@"],"text-halo-color":"@halo@","text-halo-width":1.4}},
{"id":"place","type":"symbol","source":"base","source-layer":"place","filter":["match",["get","kind"],"city",true,"town",[">=",["zoom"],7.5],"village",[">=",["zoom"],9.5],"suburb",[">=",["zoom"],11.5],"hamlet",[">=",["zoom"],12.5],[">=",["zoom"],13.5]],"layout":{"text-field":@name@,"text-font":["match",["get","kind"],["city","town","village"],["literal",@bold@],["literal",@plain@]],"text-size":["interpolate",["linear"],["zoom"],8,["match",["get","kind"],"city",@s15@,"town",@s12@,@s11@],14,["match",["get","kind"],"city",@s22@,"town",@s18@,"village",@s16@,"suburb",@s14@,@s12@]],"text-max-width":8,"text-padding":8,"symbol-sort-key":["get","rank"]},"paint":{"text-color":["match",["get","kind"],["city","town","village"],"@ink@","@soft@"],"text-halo-color":"@halo@","text-halo-width":1.8}})json";

void put(std::string& text, const std::string& name, const std::string& value) {
  const std::string mark = "@" + name + "@";
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size())) text.replace(at, mark.size(), value);
}

// The device's own letters; the first family only names the weight.
std::string fonts(bool english, bool bold) {
  std::string list = bold ? R"(["Tongxin Bold",)" : "[";
  list += english ? R"("-apple-system","Segoe UI","Roboto","Noto Sans","Source Sans 3","Noto Sans CJK SC","PingFang SC","Microsoft YaHei"])"
                  : R"("PingFang SC","HarmonyOS Sans SC","MiSans","Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC","Hiragino Sans GB","Microsoft YaHei"])";
  return list;
}

}  // namespace

const std::string& colour(const char* name, bool elder) {
  static const std::string none = "#ff00ff";
  const auto found = colours().find(name);
  if (found == colours().end()) return none;
  return elder ? found->second.elder : found->second.plain;
}

std::string style_json(const circles::StreetRegion& region, const tiles::BaseMap* base, const std::string& version, bool english, bool elder) {
  std::string text = kTemplate;
  put(text, "base", base ? kBase : "");
  put(text, "labels", base ? kLabels : "");
  put(text, "source", base ? R"("base":{"type":"vector","tiles":["@tiles@"],"minzoom":6,"maxzoom":16,"attribution":"\u00a9 OpenStreetMap contributors"})" : "");
  put(text, "tiles", "/map/" + region.id + "/tiles/{z}/{x}/{y}?v=" + version);
  put(text, "wide", width(elder ? 2.6 : 1.6, elder ? 1.15 : 1));
  put(text, "fill", width(0, elder ? 1.15 : 1));
  // On plain ground a street is a line of its own; on a full map the small ones are white between their edges.
  put(text, "minor", "\"@road@\"");
  put(text, "border2", elder ? "3" : "2");
  put(text, "name", english ? R"(["coalesce",["get","name_en"],["get","name"]])" : R"(["coalesce",["get","name_zh"],["get","name"]])");
  put(text, "plain", fonts(english, false));
  put(text, "bold", fonts(english, true));
  for (const int size : {11, 12, 13, 14, 15, 16, 18, 22}) put(text, "s" + std::to_string(size), number(elder ? size * 1.45 : size));
  for (const auto& [name, two] : colours()) put(text, name, elder ? two.elder : two.plain);
  return text;
}

}  // namespace tx::stations::map
