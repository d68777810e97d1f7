// Call-outs: whom to ask now so that enough people say yes in time, with the probability stated and few asked in vain. A
// call is looked at again and again (after every answer, and at the minute that the last look named); each look learns
// from the answers and silences so far, so a wrong idea of how willing or how quick people are is put right within the
// running call, and Memory carries what was learned to the next one. Pure and deterministic: the same call, memory and
// minute give the same wave. Not here: who is eligible (Region), sending (the dispatch room), chances of showing up.
//
// The model. A person says yes sooner or later with chance a, the odds of which are: a prior by reliability, drawn towards
// the person's own record, times learned factors for distance and for time since last asked, times what all people of this
// call share (season, kind of need, hour; one unknown per call on a grid, around a level learned over calls). Answers come
// with a delay whose distribution is learned as hazards by delay (competing yes and no, silence censors), times a shared
// pace of this call, also on a grid. Sleep does not count: in the quiet hours nobody is asked and delays stand still.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tx::matching {

struct Askable {
  std::int64_t id = 0;
  int score = 1000;             // worth for this slot, from the engine; among equally likely people the better go first
  std::int64_t metres = 0;
  int reliability = 500;        // 0..1000
  int load_minutes = 0;         // promised or served in the last 30 days
  std::int64_t asked_at = 0;    // minute of the last asking before this call; 0: never
  int asked_week = 0;           // times asked in the last 7 days, without this call
  double asks = 0, yes = 0;     // the person's record: see remember()
};
enum class Answer { open, yes, no, withdrawn };
struct Invitation {
  std::size_t person = 0;       // index into Call::people
  std::int64_t at = 0;          // minute
  Answer answer = Answer::open;
  std::int64_t answered = 0;    // minute of the answer or of the withdrawal
};
struct Call {
  std::int64_t id = 0;          // with WaveRule::seed decides between equals
  int heads = 1, urgency = 0;   // urgency 3: now or never, asks in the quiet hours and passes over rest and weekly cap
  std::int64_t opened = 0, deadline = 0;   // minutes; the last minute at which a yes still helps
  std::vector<Askable> people;  // eligible, in any order; those who said no to this need stay in, with their invitation
  std::vector<Invitation> invitations;
};

struct WaveRule {
  double chance = 0.99;         // wanted by the deadline
  double soon = 0.5, late = 0.6;    // wanted by the goal, a minute well before the deadline, when the call opens and once it is
                                // as old as the goal: most calls fill with the few asked first, the others are pressed
  double goal_share = 0.2;      // goal: this share of the time from opening to deadline
  int goal_least = 6;           // minutes; and so much ahead when the first goal has passed
  double least_gain = 0.01;     // while there is time, nobody is asked who makes another seat filled by the goal less likely than this
  int most = 100;               // never more people in one wave
  int rest_minutes = 20 * 60;   // nobody is asked again sooner
  int week_cap = 5;             // times a week
  int quiet_from = 21 * 60, quiet_to = 8 * 60;   // minutes of the day
  double load_dread = 0.3;      // a person with 40 hours in 30 days counts so much less likely in the order of asking
  double spread = 0.1;          // order by chance, score and load shaken by so much, so that near equals take turns
  double drops_out = 0.1;       // of those who said yes, for the length of the standby list
  std::uint64_t seed = 1;
};

// What calls teach, as a value that the caller keeps. A new one holds only the prior.
class Memory {
 public:
  struct Prior {
    double yes = 0.25;          // of a person of middling reliability
    double differ = 0.7;        // standard deviation between people for good, in log odds: how much a record weighs
    double doubt = 0.8;         // standard deviation of the common level, in log odds
    double call = 0.5;          // of what the people of one call share
    double delay_median = 15, delay_spread = 1.1;   // minutes; lognormal
    double no = 0.3;            // of those who do not say yes, who say no rather than nothing
  };
  Memory() : Memory(Prior{}) {}
  explicit Memory(const Prior& prior);
  void learn(const Call& call, std::int64_t now, const WaveRule& rule = {});   // once, when the call is over
  double level() const;         // learned log odds above the prior, all people, all calls
  double said_yes_by(double minutes) const;   // of those who say yes at all, the share that did so within these minutes
  // What an invitation that was open so long is worth as evidence: times the chance of yes, the yes to be expected of it.
  double weight_of(double minutes_open) const;
  // One line of numbers and back; read() says what is wrong, empty: read.
  std::string text() const;
  static std::string read(std::string_view text, Memory& out);

 private:
  friend class Forecast;
  static constexpr std::size_t kDelays = 20, kLevels = 49, kNear = 6, kRest = 6;
  struct Tally {
    double seen = 0, expected = 0;
  };
  void shape();
  void count(const Call& call, const class Forecast& forecast, std::int64_t now, const WaveRule& rule);
  struct Factors {                                    // the same for everybody of a call: in log odds
    double level = 0;
    std::array<double, kNear> near{};
    std::array<double, kRest> rest{};
  };
  Factors factors() const;
  double log_odds(const Askable& person, std::int64_t now, const Factors& factors) const;
  double said_no_by(double minutes) const;

  Prior prior_;
  std::array<double, kLevels> levels_{};              // weights of the common level, -2.4 .. 2.4
  std::array<double, kDelays> yes_{}, no_{}, risk_{}; // by delay: answers, and invitations that were open
  std::array<Tally, kNear> near_{};
  std::array<Tally, kRest> rest_{};
  std::array<double, kDelays + 1> yes_by_{}, no_by_{}, weight_{};   // derived, by the end of each delay
  double no_share_ = 0;         // derived: of those who do not say yes, who say no
};

struct Wave {
  enum class State {
    ask,        // ask those named
    wait,       // those asked are likely enough to do
    quiet,      // too late or too early in the day to disturb anybody
    filled,     // enough have said yes: withdraw
    exhausted,  // nobody is left who may be asked
    over        // the deadline has passed: withdraw
  };
  State state = State::wait;
  std::vector<std::size_t> ask;        // indices into Call::people, in the order to ask
  std::vector<std::size_t> withdraw;   // indices into Call::invitations that are still open and no longer wanted
  std::vector<std::size_t> standby;    // people, should somebody drop out: yes beyond the seats first, then the next best
  std::int64_t look_again = 0;         // minute; an answer is a reason to look sooner
  double chance = 0;                   // that enough say yes by the deadline, nobody asked beyond these
  std::int64_t goal = 0;               // minute
  double chance_at_goal = 0;
  double reach = 0;                    // chance by the deadline if everybody who may be asked is asked now
};
Wave next_wave(const Memory& memory, const Call& call, std::int64_t now, const WaveRule& rule = {});

// Puts an invitation that is over into the person's record: an asking that was withdrawn early counts only in part.
void remember(const Memory& memory, const Invitation& invitation, std::int64_t now, Askable& person, const WaveRule& rule = {});
// Minutes between two minutes that do not fall into the quiet hours.
std::int64_t waking_minutes(std::int64_t from, std::int64_t to, const WaveRule& rule);

}  // namespace tx::matching
