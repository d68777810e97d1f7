// The streets engine: how long is the way on real streets? From an OpenStreetMap extract it builds one compact graph for
// each way of moving (walking, slow walking, cycling, driving), puts places on its edges (never just on the nearest
// crossing), and answers: which demands does each site reach within a bound, how long is the way between pairs, what
// does a 15-minute circle look like, how many people would a station at any crossing reach, and what changes when a road
// is closed. Times are exact integers (tenths of a second) on the graph; shapes are for drawing only, no number comes
// from them. Islands, places too far from any street and places outside the extract are reported, never dropped.
// Pure: no database, clock, network or locale. Not here: turn-by-turn directions, turn restrictions, traffic,
// timetables, waiting for a ferry, where stations should stand (engines/covering).
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engines/streets/pbf.h"
#include "engines/streets/place.h"
#include "engines/streets/tags.h"

namespace tx::streets {

using Units = std::uint32_t;                 // tenths of a second
inline constexpr Units never = 0xFFFFFFFF;
inline constexpr Units per_second = 10;
inline constexpr std::uint32_t none = 0xFFFFFFFF;   // no such index

// ---- the extract: every street of the file, for all ways of moving ----
struct Extract {
  struct Way {
    std::int64_t id = 0;
    WayRules rules;
    std::uint32_t first = 0, count = 0;      // its nodes in `refs`
    std::uint32_t name = 0;                  // index into `names`; 0: has none
  };
  std::vector<Position> node;                // only nodes that a street uses; WGS-84
  std::vector<std::uint8_t> barrier;         // of each node, see barrier()
  std::vector<std::uint32_t> refs;
  std::vector<Way> way;
  std::vector<std::string> names{{}};
  std::uint64_t nodes_in_file = 0, ways_in_file = 0;
  std::uint64_t missing_nodes = 0;           // named by a street but not in the file: the street is cut there
};
// Refusals: those of read_pbf, streets.no_streets; load_extract also streets.file_missing.
Result<Extract> read_extract(std::string_view bytes, Datum datum = Datum::wgs84, const PbfLimits& limits = {});
Result<Extract> load_extract(const std::string& path, Datum datum = Datum::wgs84, const PbfLimits& limits = {});

// ---- how somebody moves ----
struct Profile {
  Mode mode = Mode::walk;
  std::int32_t metres_an_hour = 5000;        // cars: by the class of the street instead
  std::int32_t steps_permille = 500;         // pace on steps; 0: cannot take steps
  bool ferries = true;
  std::int32_t leg_metres_an_hour = 5000;    // from the door to the street, on foot and in a straight line
  friend bool operator==(const Profile&, const Profile&) = default;
};
Profile walking();                           // 5 km/h
Profile slow_walking();                      // 0.8 m/s: elders
Profile cycling();                           // 15 km/h
Profile driving();

// ---- the graph ----
struct Edge {
  std::uint32_t a = 0, b = 0;                // junctions
  Units time = 0;                            // same in both directions
  std::uint8_t may = 0;                      // ahead: a to b; back: b to a
  bool ferry = false, snaps = true;          // places are not put on ferries or motorways
};
struct Arc { std::uint32_t to = 0; Units time = 0; };   // top bit of `to`: leads into a dead end (see search.h)
struct Arcs {                                // compressed rows
  std::vector<std::uint32_t> start;          // junctions + 1
  std::vector<Arc> arc;
  std::vector<std::uint32_t> edge;           // of each arc
};
struct Component { std::uint32_t junctions = 0, edges = 0; double metres = 0; };
struct Box { Position low, high; };

struct Graph {
  Profile profile;
  std::vector<Position> junction;            // along a space-filling curve: near in number, near on the ground
  std::vector<std::uint32_t> component_of;   // of each junction, as if every street were two-way
  std::vector<Component> component;          // largest first; 0 is the main network
  std::vector<Edge> edge;
  std::vector<std::uint32_t> shape_start;    // edges + 1, into the three below
  std::vector<Position> shape;
  std::vector<std::uint32_t> shape_ms;       // milliseconds from a
  std::vector<std::uint32_t> shape_way;      // way of the piece that starts here
  std::vector<std::int64_t> way_id;          // OpenStreetMap's numbers
  std::vector<std::uint32_t> way_name;
  std::vector<std::string> names;
  Arcs out, in;                              // `in` is empty where the graph is symmetric
  bool symmetric = true;
  Box box;
  struct Grid {                              // pieces of edges by cell, for snapping
    std::int32_t columns = 0, rows = 0, step_lat = 1, step_lon = 1;
    std::vector<std::uint32_t> start, piece;   // piece: index of its first point in `shape`
  } grid;
  std::vector<std::uint32_t> shape_edge;     // edge of each point in `shape`
  struct Closure { std::uint32_t edge = 0; Units from = 0, to = 0; };
  std::vector<Closure> closed;               // sorted by edge; at most one for each
  std::shared_ptr<class CellShelf> shelf;    // search.h

  std::uint32_t junctions() const { return static_cast<std::uint32_t>(junction.size()); }
  std::uint32_t edges() const { return static_cast<std::uint32_t>(edge.size()); }
  const Arcs& arcs(bool reversed) const { return reversed && !symmetric ? in : out; }
};
// Refusals: streets.no_streets (none for this profile), streets.profile (a pace that is not positive)
Result<Graph> build(const Extract& extract, const Profile& profile);

struct Summary {
  std::uint32_t junctions = 0, edges = 0, shape_points = 0, dead_ends = 0, one_way_edges = 0, ferry_edges = 0;
  std::uint32_t islands = 0;                 // components besides the main one
  double kilometres = 0, main_permille = 0;  // of the junctions
  std::uint64_t bytes = 0;
  Box box;
};
Summary describe(const Graph& graph);
std::string text(const Summary& summary);    // plain figures, one a line, for command lines and logs

// ---- places on the graph ----
enum class Standing : std::uint8_t {
  street,                                    // on the main network
  island,                                    // on a network that is not joined to the main one
  too_far,                                   // no street within the limit
  outside,                                   // outside the extract
  swapped,                                   // outside, but inside if latitude and longitude change places
};
struct Place {
  std::uint32_t edge = none;
  Units offset = 0;                          // from junction a of the edge
  Units leg = 0;                             // from the door to the street
  float metres = 0;                          // of the leg
  Standing standing = Standing::outside;
  bool placed() const { return edge != none; }
};
struct SnapRule {
  double limit_metres = 300;
  double fragment_metres = 1000;             // networks with less street are taken only if nothing else is near
};
Place snap(const Graph& graph, Position at, const SnapRule& rule = {});
std::vector<Place> snap(const Graph& graph, std::span<const Position> places, const SnapRule& rule = {},
                        int threads = 0);
Place at_junction(const Graph& graph, std::uint32_t junction);
Position where(const Graph& graph, const Place& place);   // the point on the street

// ---- who reaches whom ----
enum class Way : std::uint8_t { to_site, from_site };   // matters with one-way streets: people go to a station
struct ReachOptions {
  std::int32_t seconds = 900;
  Way way = Way::to_site;
  int threads = 0;                           // 0: every core
  // By cells and their tables (search.h) where the processor can: when they pay for being made, or say so. Same answers.
  enum class Cells : std::uint8_t { pay, no, yes } cells = Cells::pay;
};
struct Reach {                               // the same fields as covering::Matrix: site -> demands, ascending
  std::int32_t demands = 0;
  std::vector<std::int64_t> start{0};        // sites + 1
  std::vector<std::int32_t> demand;
  std::vector<std::int32_t> seconds;         // rounded up
  std::int32_t sites() const { return static_cast<std::int32_t>(start.size()) - 1; }
};
Reach reach(const Graph& graph, std::span<const Place> sites, std::span<const Place> demands,
            const ReachOptions& options = {});

// Seconds (rounded up) of the way from one place to each target; -1: not within the bound.
std::vector<std::int32_t> times(const Graph& graph, const Place& from, std::span<const Place> targets,
                                std::int32_t bound_seconds, Way way = Way::from_site);

// For each junction, the people that a site there would reach.
std::vector<std::int64_t> heat(const Graph& graph, std::span<const Place> demands, std::span<const std::int64_t> people,
                               const ReachOptions& options = {});

// What a set of sites does for everybody: sums over the demands; each person is counted in exactly one of the five.
struct Coverage {
  std::int64_t people = 0, reached = 0, missed = 0, on_islands = 0, too_far = 0, outside = 0;
  std::vector<std::int32_t> nearest;         // seconds to the nearest site, -1: none within the bound; by demand
  std::vector<std::int64_t> by_site;         // people whom each site reaches (overlapping)
};
// on_islands: stand on an island and no site reaches them there. people: not negative.
Coverage coverage(const Reach& reach, std::span<const Place> demands, std::span<const std::int64_t> people);

// ---- closed roads ----
// Closes an edge from one offset to another: nobody passes, what stands inside is cut off, what stands before it or
// behind it is reached from its own side only. Whole edge: 0 to never. A later call for the edge replaces the earlier.
void close_road(Graph& graph, std::uint32_t edge, Units from = 0, Units to = never);
void open_road(Graph& graph, std::uint32_t edge);
std::vector<std::uint32_t> edges_of_way(const Graph& graph, std::int64_t way_id);

// ---- for drawing ----
struct ReachedLine { Position from, to; std::int32_t from_seconds = 0, to_seconds = 0; bool ferry = false; };
// Every piece of street within the bound, with the second (rounded down) at both ends; pieces are cut where the bound
// or the middle of a piece reached from both sides lies.
std::vector<ReachedLine> reached_lines(const Graph& graph, const Place& from, std::int32_t seconds,
                                       Way way = Way::to_site);

}  // namespace tx::streets
