// The map is the house's own: tiles, style, drawing and letters come from nowhere else, both faces and languages are whole, and
// pages show only what somebody may see.
#include "systems/stations/map/map.h"

#include <zlib.h>

#include "systems/stations/trial.h"

namespace tx::stations::map {
namespace {

using trial::answer_of;
using trial::Stations;
using MapTest = storage::trial::StoreTest;

struct Mapped : Stations {
  explicit Mapped(storage::trial::Engine engine) : Stations(engine) { EXPECT_TRUE(demonstrate_streets(*store, "data").has_value()); }
  http::Response asked(const std::string& who, const std::string& path, const std::string& etag = {}) {
    auto made = request(who, path);
    made.headers.emplace_back("accept-encoding", "gzip");
    if (!etag.empty()) made.headers.emplace_back("if-none-match", etag);
    return server->handle(made);
  }
};
std::string header(const http::Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}
std::string unpacked(const std::string& bytes) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string out(8 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

TEST(MapStyle, EveryFaceIsWholeAndFromHere) {
  circles::StreetRegion region;
  region.id = "somewhere";
  const tiles::BaseMap base;
  for (const bool english : {true, false})
    for (const bool elder : {true, false})
      for (const auto* map : {&base, static_cast<const tiles::BaseMap*>(nullptr)}) {
        const std::string text = style_json(region, map, "f00", english, elder);
        const auto style = Json::parse(text);
        ASSERT_TRUE(style.has_value()) << text.substr(0, 300);
        EXPECT_EQ(text.find('@'), std::string::npos) << "a colour or a size is missing";
        EXPECT_EQ(text.find("http"), std::string::npos) << "nothing comes from elsewhere";
        EXPECT_TRUE((*style)["glyphs"].is_null());
        EXPECT_TRUE((*style)["sprite"].is_null());
        EXPECT_EQ((*style)["sources"].find("base") != nullptr, map != nullptr);
        EXPECT_EQ(text.find("name_zh") != std::string::npos, map != nullptr && !english);
      }
  EXPECT_NE(colour("ground", true), colour("ground", false));
}

TEST_P(MapTest, TilesAreKeptAndBounded) {
  Mapped house(GetParam());
  const auto at = tiles::project(-51.2, -30.04);
  const std::string path = "/map/porto_alegre/tiles/14/" + std::to_string(at.x >> 18) + "/" + std::to_string(at.y >> 18);
  const auto tile = house.asked("", path);
  ASSERT_EQ(tile.status, 200);
  EXPECT_EQ(tile.content_type, "application/vnd.mapbox-vector-tile");
  EXPECT_EQ(header(tile, "content-encoding"), "gzip");
  EXPECT_GT(unpacked(tile.body).size(), 5'000u);
  EXPECT_EQ(header(tile, "cache-control"), "public, max-age=300");
  const auto again = house.asked("", path, header(tile, "etag"));
  EXPECT_EQ(again.status, 304);
  EXPECT_TRUE(again.body.empty());
  const auto style = answer_of(house.get("", "/map/porto_alegre/style.json"));
  const std::string address = style["sources"]["base"]["tiles"].items().at(0).text();
  const auto version = address.substr(address.find("?v="));
  EXPECT_EQ(header(house.asked("", path + version), "cache-control"), "public, max-age=31536000, immutable");
  for (const char* bad : {"/map/porto_alegre/tiles/17/1/1", "/map/porto_alegre/tiles/5/1/1", "/map/porto_alegre/tiles/14/99999999/1", "/map/porto_alegre/tiles/x/1/1",
                          "/map/porto_alegre/tiles/14/1/-1", "/map/ningxia/tiles/10/1/1", "/map/nowhere/tiles/10/1/1"})
    EXPECT_EQ(house.asked("", bad).status, 404) << bad;
  const auto ground = house.asked("", "/map/porto_alegre/ground.svg");
  ASSERT_EQ(ground.status, 200);
  EXPECT_EQ(ground.content_type, "image/svg+xml");
  const std::string svg = unpacked(ground.body);
  EXPECT_TRUE(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
  EXPECT_LT(ground.body.size(), 200'000u);
}

TEST_P(MapTest, ThePublicSeesWhatStandsAndIsOpenAndNobodySeesMore) {
  Mapped house(GetParam());
  const auto page = house.get("", "/map/ningxia?place=" + std::string(trial::kHome));
  ASSERT_EQ(page.status, 200);
  EXPECT_NE(page.body.find(house.at(house.home).name), std::string::npos) << "the nearest station is listed";
  EXPECT_NE(page.body.find("class=\"map-drawn\""), std::string::npos);
  EXPECT_NE(page.body.find(house.words.text(language::Language::en, "map.synthetic_short")), std::string::npos) << "made-up places are called so";
  EXPECT_EQ(page.body.find("[["), std::string::npos);
  const auto streets = house.get("", "/map/porto_alegre");
  EXPECT_NE(streets.body.find("openstreetmap.org/copyright"), std::string::npos);
  EXPECT_EQ(house.get("", "/map/nowhere").status, 404);
  EXPECT_EQ(house.get("anna", "/desk/map/porto_alegre").status, 403);
  EXPECT_EQ(house.get("anna", "/desk/map/porto_alegre/plan.pdf").status, 403);
  // Somebody's script in a search is shown as text.
  EXPECT_EQ(house.get("", "/map/ningxia?q=%3Cscript%3E").body.find("<script>"), std::string::npos);
}

TEST_P(MapTest, TheDeskCountsATrialWithoutScriptAndPrints) {
  Mapped house(GetParam());
  const auto now = house.get("officer", "/desk/map/porto_alegre");
  ASSERT_EQ(now.status, 200);
  const auto figure = [](const std::string& body, const std::string& name) {
    auto at = body.find("data-f=\"" + name + "\">");
    std::string digits;
    for (at = body.find('>', at) + 1; body[at] != '<'; ++at)
      if (body[at] >= '0' && body[at] <= '9') digits += body[at];
    return digits.empty() ? -1 : std::stoll(digits);
  };
  const auto link = now.body.find("&amp;add=");
  ASSERT_NE(link, std::string::npos) << "every gap offers a trial";
  const std::string place = now.body.substr(link + 9, now.body.find('"', link) - link - 9);
  const auto tried = house.get("officer", "/desk/map/porto_alegre?add=" + place);
  ASSERT_EQ(tried.status, 200);
  EXPECT_GT(figure(tried.body, "reached"), figure(now.body, "reached"));
  EXPECT_EQ(figure(tried.body, "change"), figure(tried.body, "reached") - figure(now.body, "reached"));
  const auto answer = answer_of(house.post("officer", "/map/porto_alegre/what-if", Json::of({{"profile", "walk"}, {"add", Json(Json::Array{Json::of({{"lon", place.substr(0, place.find(','))}, {"lat", place.substr(place.find(',') + 1)}})})}, {"remove", Json::array()}, {"move", Json::array()}})));
  EXPECT_EQ(answer["reached"].integer(), figure(tried.body, "reached")) << "script and page say the same";
  EXPECT_GT(answer["newly"].size(), 0u);
  EXPECT_EQ(answer["lost"].size(), 0u);
  for (const char* region : {"porto_alegre", "liechtenstein", "ningxia"}) {
    const auto pdf = house.get("officer", std::string("/desk/map/") + region + "/plan.pdf");
    ASSERT_EQ(pdf.status, 200) << region;
    EXPECT_TRUE(pdf.body.starts_with("%PDF-"));
    EXPECT_NE(pdf.body.find("/MediaBox [ 0 0 1190.551"), std::string::npos) << "A3, lying";
  }
}

TX_ON_BOTH_ENGINES(MapTest);

}  // namespace
}  // namespace tx::stations::map
