// The matching engine: volunteers x slots -> assignment, a bound that proves how far from perfect it can be, and an
// explanation for every yes and every no. Pure: no database, clock, network or locale. Hard rules are filters, never
// weights; weights are a readable table. README.md tells the algorithm, what is proven, and the limits.
//
// Units: places in metres (x east, y north), times in whole minutes since 1970-01-01 00:00 local, so that a minute's
// weekday and hour can be read from it; weights in points.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tx::matching {

struct Busy {                       // a promise already given: interval and place
  std::int64_t from = 0, to = 0;    // minutes
  std::int64_t x_m = 0, y_m = 0;
};
enum class Mode : std::uint8_t { any, foot, cycle, car };   // any: on foot below 2 km, else by bicycle or bus
struct Paper {                      // a certificate
  std::uint64_t which = 0;          // one bit or several
  std::int64_t valid_until = 0;     // minute
};
struct Volunteer {
  std::int64_t id = 0;
  std::int64_t x_m = 0, y_m = 0, radius_m = 3000;
  std::array<std::uint64_t, 3> hours{};   // 168 bits, Monday 00:00 first: hours of the week in which the person is free
  std::uint64_t skills = 0, languages = 1;
  std::int64_t birth_day = 0;             // days since 1970
  std::int64_t checked_until = 0;         // minute until which the background check is valid; 0: never checked
  int week_minutes = 600, day_minutes = 480;
  int load_minutes = 0;                   // confirmed or promised in the last 30 days
  std::int64_t asked_at = 0;              // minute of the last asking; 0: never
  int reliability = 500;                  // 0..1000
  std::vector<Busy> busy;
  std::vector<std::int64_t> served;       // recipients helped before, with repetition
  std::vector<std::int64_t> not_with;     // recipients or volunteers never to be joined with
  std::vector<Paper> papers;
  Mode mode = Mode::any;
  std::int64_t team = 0;                  // people of one team (not 0) go to a slot all together or not at all
  std::int64_t district = 0;              // for the report on fairness only
};
struct Way {                        // from the home of a volunteer to a slot
  std::int64_t volunteer = 0, metres = 0;
};
struct Slot {
  std::int64_t id = 0, recipient = 0;
  std::int64_t x_m = 0, y_m = 0, from = 0, to = 0;   // minutes
  std::uint64_t skills = 0;               // any of these; 0: none asked
  std::uint64_t languages = 0;            // any of these; 0: none asked
  int heads = 1;                          // seats
  int least_heads = 1;                    // with fewer it does not take place and asks nobody
  int urgency = 0;                        // 0..3
  int least_age = 14;
  bool adults_only = false, checked_only = false;
  bool pair_unless_checked = false;       // a single seat needs a checked person; with two seats anybody may be one
  std::uint64_t papers = 0;               // all of these, valid to the end of the slot
  std::uint64_t prefers = 0;              // skills that are welcome and not needed
  std::int64_t organisation = 0;          // who asks; for the report on fairness only
  bool small = false;                     // a small organisation: its first seat earns Weights::first_seat
  // How far a home is: as listed here (by the volunteer's id, rising; a listed way counts as no shorter than the straight
  // line); for whoever is not listed the straight line times `detour` thousandths, never less than 1000.
  std::vector<Way> ways;
  int detour = 1000;
};

// ---- weights: a readable table an operator edits
struct Weight {
  std::string_view name;
  int points;
  std::string_view unit;
  std::string_view meaning;
};
struct Weights {
  int base = 1000;             // points for filling a seat at all
  int urgency = 300;           // per step of urgency
  int skill = 150;             // when a wanted skill fits
  int language = 60;           // when a wanted language fits
  int near = 400;              // at the door; falls to 0 at the radius
  int continuity = 250;        // per earlier service to the same recipient, at most twice
  int reliability = 200;       // times reliability / 1000
  int load = -150;             // per 10 hours served in the last 30 days
  int rested = 100;            // not asked for 14 days or never
  int preferred = 60;          // when a welcome skill fits
  int first_seat = 0;          // for the first seat of a slot of a small organisation; 0 .. 100,000; of the plan, in no score
  std::vector<Weight> table() const;
  // Lines "name points unit # meaning"; names left out keep their value. What is wrong with which line; empty: read.
  static std::string parse(std::string_view text, Weights& out);
  std::string text() const;    // the same form
};

// ---- rules
struct Barrier {
  std::string rule;            // "match.too_far"; also the catalogue key
  std::int64_t value = 0, limit = 0;   // e.g. 5200 m against 3000 m
  std::int64_t straight = -1;          // of a listed way: the straight line
};
// All hard rules that bar this volunteer from this slot; empty: eligible. `now` in minutes.
std::vector<Barrier> barriers(const Volunteer& volunteer, const Slot& slot);
bool eligible(const Volunteer& volunteer, const Slot& slot);
std::int64_t distance_m(std::int64_t x1, std::int64_t y1, std::int64_t x2, std::int64_t y2);
std::int64_t way_m(const Volunteer& volunteer, const Slot& slot);   // by Slot::ways and Slot::detour; rules and scores use no other
// Minutes to get from one place to another, straight line x 1.3: 4 km/h on foot; 12 km/h by bicycle; 30 km/h by car and 10
// minutes; any: 4 km/h below 2 km, else 20 km/h and 5 minutes.
std::int64_t travel_minutes(std::int64_t metres, Mode mode = Mode::any);

// ---- score
struct Reason {
  std::string rule;            // "match.near"; also the catalogue key
  std::int64_t value = 0;      // metres, times, hours …
  int points = 0;
  std::int64_t straight = -1;  // of a listed way: the straight line
};
std::vector<Reason> reasons(const Volunteer& volunteer, const Slot& slot, const Weights& weights, std::int64_t now);
int score(const Volunteer& volunteer, const Slot& slot, const Weights& weights, std::int64_t now);   // > 0

struct Candidate {
  std::size_t volunteer = 0;   // index
  int score = 0;
};
// The best `count` eligible volunteers of one slot, best first; ties by id.
std::vector<Candidate> top(std::span<const Volunteer> volunteers, const Slot& slot, std::size_t count, const Weights& weights,
                           std::int64_t now);

// ---- batch
struct Assignment {
  std::size_t slot = 0, volunteer = 0;   // indices
  int score = 0;
};
struct Plan {
  std::vector<Assignment> assignments;
  std::int64_t value = 0;                // sum of scores
  std::int64_t bound = 0;                // no plan can be worth more (Lagrangean, exact interval DP per volunteer)
  std::vector<std::int64_t> prices;      // per slot, the certificate of the bound
  std::size_t arcs = 0;                  // pairs looked at; the bound holds over all eligible ones
  bool cancelled = false;
  double gap() const { return bound > 0 ? static_cast<double>(bound - value) / static_cast<double>(bound) : 0; }
};
struct SolveOptions {
  int rounds = 40;                       // of lowering the bound
  int candidates = 32;                   // best people a slot is offered at first
  int passes = 3;                        // lists found too short are made four times as long, so many times
  std::function<bool(int done, int of)> progress;   // return false to cancel; the best plan so far is returned
};
Plan solve(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& weights, std::int64_t now,
           const SolveOptions& options = {});

// ---- the independent checker (verify.cpp shares no code with the engine): rule text of the first violation, or empty.
std::string verify(std::span<const Volunteer> volunteers, std::span<const Slot> slots, const Weights& weights,
                   std::int64_t now, const Plan& plan);

// ---- waves: whom to ask now so that `heads` accept by the deadline with this probability
struct WaveOptions {
  double chance = 0.9;         // wanted probability that enough say yes
  double prior_yes = 0.35;     // a person's chance of saying yes before anything is known, scaled by reliability
  int most = 12;               // never ask more people at once
  int quiet_from = 21 * 60, quiet_to = 8 * 60;   // no asking between these minutes of the day, unless urgency 3
};
// Indices into `candidates`, best first; empty in the quiet hours.
std::vector<std::size_t> wave(std::span<const Candidate> candidates, std::span<const Volunteer> volunteers, int heads,
                              int urgency, std::int64_t now, const WaveOptions& options = {});

}  // namespace tx::matching
