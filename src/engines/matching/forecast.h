// Inside the waves only: what a call's answers and silences so far say about those still silent and those not yet asked.
// A grid over what all people of the call share, willingness (log odds) x pace (log of the delays' stretch).
#pragma once
#include <span>
#include <vector>

#include "engines/matching/waves.h"

namespace tx::matching {

// Chance that fewer than `need` of independent people say yes.
class Shortfall {
 public:
  explicit Shortfall(int need) : exactly_(static_cast<std::size_t>(need), 0.0) {
    if (need > 0) exactly_[0] = 1;
  }
  void add(double yes) {
    for (std::size_t k = exactly_.size(); k-- > 0;) exactly_[k] = exactly_[k] * (1 - yes) + (k ? exactly_[k - 1] * yes : 0);
  }
  double value() const {
    double sum = 0;
    for (const double p : exactly_) sum += p;
    return sum;
  }

 private:
  std::vector<double> exactly_;
};

class Forecast {
 public:
  static constexpr std::size_t kWill = 15, kPace = 5, kCells = kWill * kPace;

  Forecast(const Memory& memory, const Call& call, std::int64_t now, const WaveRule& rule);
  double yes(std::size_t person) const;    // expected chance of saying yes sooner or later
  double half_said_yes() const;            // minutes by which half of those who will say yes have, at the expected pace
  // Likelihood of the answers and silences so far, by willingness, pace averaged out; logarithms.
  std::vector<double> log_likelihood() const;
  double will() const { return will_mean_; }
  double pace() const { return pace_mean_; }

  // The chance that `need` more say yes within `minutes` from now: begins with those who are asked and silent.
  class Chances {
   public:
    void add(std::size_t person);
    double enough() const;

   private:
    friend class Forecast;
    Chances(const Forecast& forecast, double minutes, int need);
    const Forecast& forecast_;
    std::vector<double> by_;               // pace -> share of the yes that comes within the minutes
    std::vector<Shortfall> cells_;
    std::vector<double> short_;            // cell -> its shortfall
  };
  Chances chances(double minutes, int need) const { return {*this, minutes, need}; }

 private:
  struct Silent {
    std::size_t person;
    double minutes;
  };
  void weigh();

  const Memory& memory_;
  std::vector<double> log_odds_;           // person -> before the call's own factor
  std::vector<double> prior_, fit_, weight_;   // cells: log prior, log likelihood, posterior
  std::vector<Silent> silent_;
  double will_mean_ = 0, pace_mean_ = 0;
};

}  // namespace tx::matching
