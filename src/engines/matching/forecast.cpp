// What answers teach: Memory (from call to call) and Forecast (within one).
#include "engines/matching/forecast.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

namespace tx::matching {
namespace {

// Ends of the delays, in minutes; the last takes in everything later.
constexpr double kEnds[] = {1, 2, 3, 4, 6, 8, 11, 15, 20, 27, 37, 50, 70, 100, 150, 250, 500, 1000, 3000, 10'000};
constexpr double kPseudo = 40;            // invitations that the prior of the delays weighs as much as
constexpr double kLevelStep = 0.1, kWillStep = 0.3, kPaceStep = 0.35, kPaceDoubt = 0.35;
constexpr double kTallyPrior = 20, kTallyFull = 1500;

double logistic(double x) { return 1 / (1 + std::exp(-x)); }
double log_odds_of(double p) { return std::log(p / (1 - p)); }
double bell(double x, double deviation) { return std::exp(-0.5 * x * x / (deviation * deviation)); }
double lognormal_by(double minutes, double median, double spread) {
  return minutes <= 0 ? 0 : 0.5 * std::erfc(-std::log(minutes / median) / spread / std::sqrt(2.0));
}
double will_at(std::size_t cell) { return (static_cast<double>(cell) - 7) * kWillStep; }
double pace_at(std::size_t cell) { return (static_cast<double>(cell) - 2) * kPaceStep; }
std::size_t delay_of(double minutes) {
  return std::min<std::size_t>(std::size(kEnds) - 1, static_cast<std::size_t>(std::upper_bound(std::begin(kEnds), std::end(kEnds), minutes) - std::begin(kEnds)));
}
double start_of(std::size_t delay) { return delay ? kEnds[delay - 1] : 0; }
// Share by so many minutes, from the shares by the end of each delay.
double share_by(const auto& by, double minutes) {
  if (minutes <= 0) return 0;
  if (minutes >= kEnds[std::size(kEnds) - 1]) return by[std::size(kEnds)];
  const auto delay = delay_of(minutes);
  return by[delay] + (by[delay + 1] - by[delay]) * (minutes - start_of(delay)) / (kEnds[delay] - start_of(delay));
}
std::size_t near_of(std::int64_t metres) {
  std::size_t at = 0;
  for (const std::int64_t limit : {500, 1000, 2000, 4000, 8000}) at += metres >= limit;
  return at;
}
std::size_t rest_of(std::int64_t asked_at, std::int64_t now) {
  if (asked_at == 0) return 5;
  std::size_t at = 0;
  for (const std::int64_t days : {1, 2, 4, 7, 14}) at += now - asked_at >= days * 1440;
  return at;
}

}  // namespace

// ---- from call to call

Memory::Memory(const Prior& prior) : prior_(prior) {
  for (std::size_t i = 0; i < kLevels; ++i) levels_[i] = bell((static_cast<double>(i) - 24) * kLevelStep, prior.doubt);
  const double sum = std::accumulate(levels_.begin(), levels_.end(), 0.0);
  for (auto& weight : levels_) weight /= sum;
  shape();
}

double Memory::level() const {
  double mean = 0;
  for (std::size_t i = 0; i < kLevels; ++i) mean += levels_[i] * (static_cast<double>(i) - 24) * kLevelStep;
  return mean;
}
double Memory::said_yes_by(double minutes) const { return share_by(yes_by_, minutes); }
double Memory::weight_of(double minutes_open) const { return share_by(weight_, minutes_open); }
double Memory::said_no_by(double minutes) const { return share_by(no_by_, minutes); }

// Hazards of yes and of no by delay, the prior's weighed in, and from them who has answered by when.
void Memory::shape() {
  double open = 1, prior_open = 1, yes = 0, no = 0, prior_by = 0;
  yes_by_[0] = no_by_[0] = 0;
  for (std::size_t d = 0; d < kDelays; ++d) {
    const double by = d + 1 == kDelays ? 1 : lognormal_by(kEnds[d], prior_.delay_median, prior_.delay_spread);
    const double part = (by - prior_by) * kPseudo, none = (1 - prior_.yes) * prior_.no;
    const double at_risk = std::max(1e-9, risk_[d] + kPseudo * prior_open);
    const double yes_now = open * (yes_[d] + part * prior_.yes) / at_risk, no_now = open * (no_[d] + part * none) / at_risk;
    yes_by_[d + 1] = yes += yes_now;
    no_by_[d + 1] = no += no_now;
    weight_[d + 1] = weight_[d] + yes_now / open;   // while at risk: a yes that is due but cut off by a no does not come
    open = std::max(1e-9, open - yes_now - no_now);
    prior_open -= (by - prior_by) * (prior_.yes + none);
    prior_by = by;
  }
  no_share_ = no / std::max(1e-9, 1 - yes);
  for (std::size_t d = 0; d <= kDelays; ++d) yes_by_[d] /= yes, no_by_[d] /= no, weight_[d] /= yes;
}

// The factors are against the mean over all, so that they and the common level cannot drift against each other.
Memory::Factors Memory::factors() const {
  Factors factors;
  factors.level = level();
  const auto fill = [](const auto& tallies, auto& into) {
    Tally all;
    for (const auto& tally : tallies) all.seen += tally.seen, all.expected += tally.expected;
    const double mean = (all.seen + kTallyPrior) / (all.expected + kTallyPrior);
    for (std::size_t at = 0; at < tallies.size(); ++at)
      into[at] = std::log((tallies[at].seen + kTallyPrior * mean) / (tallies[at].expected + kTallyPrior) / mean);
  };
  fill(near_, factors.near);
  fill(rest_, factors.rest);
  return factors;
}

double Memory::log_odds(const Askable& person, std::int64_t now, const Factors& factors) const {
  const double prior = log_odds_of(std::clamp(prior_.yes * (0.5 + person.reliability / 1000.0), 0.01, 0.95)) + factors.level;
  const double mean_yes = logistic(prior);
  // As many askings as a prior of this spread weighs: a Beta distribution of the same mean and variance.
  const double weight = std::max(1.0, 1 / (prior_.differ * prior_.differ * mean_yes * (1 - mean_yes)) - 1);
  const double drawn = (weight * mean_yes + person.yes) / (weight + person.asks);
  return log_odds_of(std::clamp(drawn, 0.002, 0.98)) + factors.near[near_of(person.metres)] + factors.rest[rest_of(person.asked_at, now)];
}

void Memory::learn(const Call& call, std::int64_t now, const WaveRule& given) {
  WaveRule rule = given;
  if (call.urgency >= 3) rule.quiet_from = rule.quiet_to;
  const Forecast forecast(*this, call, now, rule);
  const auto fit = forecast.log_likelihood();
  const double most = *std::max_element(fit.begin(), fit.end()), mean = level();
  double sum = 0;
  for (std::size_t i = 0; i < kLevels; ++i) {
    double likely = 0, whole = 0;
    for (std::size_t w = 0; w < Forecast::kWill; ++w) {
      const double given_level = bell(will_at(w) - ((static_cast<double>(i) - 24) * kLevelStep - mean), prior_.call);
      likely += given_level * std::exp(fit[w] - most);
      whole += given_level;
    }
    levels_[i] *= whole > 0 ? likely / whole : 1e-12;
    sum += levels_[i];
  }
  // A little doubt comes back after each call: people change.
  for (auto& weight : levels_) weight = 0.998 * weight / sum + 0.002 / kLevels;
  count(call, forecast, now, rule);
  shape();
}

// Answers by delay, by distance and by rest; halved when there are plenty, so that old ones fade.
void Memory::count(const Call& call, const Forecast& forecast, std::int64_t now, const WaveRule& rule) {
  for (const auto& invitation : call.invitations) {
    const auto& person = call.people[invitation.person];
    const bool said = invitation.answer == Answer::yes || invitation.answer == Answer::no;
    const double minutes = static_cast<double>(waking_minutes(invitation.at, invitation.answer == Answer::open ? now : invitation.answered, rule));
    const auto last = delay_of(minutes);
    for (std::size_t d = 0; d < last; ++d) risk_[d] += 1;
    risk_[last] += said ? 1 : (minutes - start_of(last)) / (kEnds[last] - start_of(last));
    if (said) (invitation.answer == Answer::yes ? yes_ : no_)[last] += 1;
    for (auto* tally : {&near_[near_of(person.metres)], &rest_[rest_of(person.asked_at, invitation.at)]}) {
      tally->seen += invitation.answer == Answer::yes;
      tally->expected += forecast.yes(invitation.person) * weight_of(minutes);
    }
  }
  for (auto* tallies : {&near_, &rest_})
    if (std::any_of(tallies->begin(), tallies->end(), [](const Tally& tally) { return tally.expected > kTallyFull; }))
      for (auto& tally : *tallies) tally.seen /= 2, tally.expected /= 2;
  if (risk_[0] > 20'000)
    for (auto* row : {&yes_, &no_, &risk_})
      for (auto& number : *row) number /= 2;
}

std::string Memory::text() const {
  std::ostringstream out;
  out.precision(17);
  out << "1 " << prior_.yes << ' ' << prior_.differ << ' ' << prior_.doubt << ' ' << prior_.call << ' ' << prior_.delay_median << ' '
      << prior_.delay_spread << ' ' << prior_.no;
  for (const auto* row : {&yes_, &no_, &risk_})
    for (const double count : *row) out << ' ' << count;
  for (const double weight : levels_) out << ' ' << weight;
  for (const auto* tallies : {&near_, &rest_})
    for (const auto& tally : *tallies) out << ' ' << tally.seen << ' ' << tally.expected;
  return out.str();
}

std::string Memory::read(std::string_view text, Memory& out) {
  std::istringstream in{std::string(text)};
  int version = 0;
  if (!(in >> version) || version != 1) return "not a memory of this version";
  Prior p;
  bool good = true;
  const auto number = [&](double& value, double least, double most) { good = good && in >> value && value >= least && value <= most; };
  number(p.yes, 0.001, 0.99), number(p.differ, 0.05, 10), number(p.doubt, 0.01, 10), number(p.call, 0.01, 10);
  number(p.delay_median, 0.1, 1e5), number(p.delay_spread, 0.05, 10), number(p.no, 0.001, 1);
  if (!good) return "the prior cannot be read";
  Memory memory(p);
  for (auto* row : {&memory.yes_, &memory.no_, &memory.risk_})
    for (auto& count : *row) number(count, 0, 1e9);
  double sum = 0;
  for (auto& weight : memory.levels_) number(weight, 0, 1), sum += weight;
  for (auto* tallies : {&memory.near_, &memory.rest_})
    for (auto& tally : *tallies) number(tally.seen, 0, 1e9), number(tally.expected, 0, 1e9);
  std::string rest;
  if (!good || std::abs(sum - 1) > 1e-6 || in >> rest) return "the counts cannot be read";
  for (std::size_t d = 0; d < kDelays; ++d)
    if (memory.yes_[d] + memory.no_[d] > memory.risk_[d] + 1e-6) return "more answers than invitations";
  memory.shape();
  out = memory;
  return {};
}

// ---- within one call

Forecast::Forecast(const Memory& memory, const Call& call, std::int64_t now, const WaveRule& rule)
    : memory_(memory), prior_(kCells), fit_(kCells, 0.0), weight_(kCells) {
  log_odds_.reserve(call.people.size());
  const auto factors = memory.factors();
  for (const auto& person : call.people) log_odds_.push_back(memory.log_odds(person, now, factors));
  const double mean = memory.level();
  for (std::size_t w = 0; w < kWill; ++w) {
    double prior = 0;
    for (std::size_t i = 0; i < Memory::kLevels; ++i)
      prior += memory.levels_[i] * bell(will_at(w) - ((static_cast<double>(i) - 24) * kLevelStep - mean), memory.prior_.call);
    for (std::size_t p = 0; p < kPace; ++p) prior_[w * kPace + p] = std::log(prior * bell(pace_at(p), kPaceDoubt) + 1e-12);
  }
  for (const auto& invitation : call.invitations) {
    const bool said = invitation.answer == Answer::yes || invitation.answer == Answer::no;
    const auto until = invitation.answer == Answer::open ? now : invitation.answered;
    const double minutes = static_cast<double>(waking_minutes(invitation.at, until, rule));
    if (invitation.answer == Answer::open) silent_.push_back({invitation.person, minutes});
    for (std::size_t p = 0; p < kPace; ++p) {
      const double stretched = (said ? minutes + 0.5 : minutes) * std::exp(-pace_at(p));
      const auto d = delay_of(stretched);
      const auto& by = invitation.answer == Answer::yes ? memory.yes_by_ : memory.no_by_;
      const double density = said ? (by[d + 1] - by[d]) / (kEnds[d] - start_of(d)) * std::exp(-pace_at(p)) : 0;
      const double yes_by = memory.said_yes_by(stretched), no_by = memory.no_share_ * memory.said_no_by(stretched);
      for (std::size_t w = 0; w < kWill; ++w) {
        const double yes = logistic(log_odds_[invitation.person] + will_at(w));
        const double likely = invitation.answer == Answer::yes ? yes * density
                            : invitation.answer == Answer::no  ? (1 - yes) * memory.no_share_ * density
                                                               : 1 - yes * yes_by - (1 - yes) * no_by;
        fit_[w * kPace + p] += std::log(std::max(1e-9, likely));
      }
    }
  }
  weigh();
}

void Forecast::weigh() {
  double most = -1e300, sum = 0;
  for (std::size_t c = 0; c < kCells; ++c) most = std::max(most, prior_[c] + fit_[c]);
  for (std::size_t c = 0; c < kCells; ++c) sum += weight_[c] = std::exp(prior_[c] + fit_[c] - most);
  for (std::size_t c = 0; c < kCells; ++c) {
    weight_[c] /= sum;
    will_mean_ += weight_[c] * will_at(c / kPace);
    pace_mean_ += weight_[c] * pace_at(c % kPace);
  }
}

double Forecast::yes(std::size_t person) const { return logistic(log_odds_[person] + will_mean_); }

double Forecast::half_said_yes() const {
  const auto& by = memory_.yes_by_;
  std::size_t d = 0;
  while (d + 1 < Memory::kDelays && by[d + 1] < 0.5) ++d;
  const double inside = (0.5 - by[d]) / std::max(1e-9, by[d + 1] - by[d]);
  return (start_of(d) + std::clamp(inside, 0.0, 1.0) * (kEnds[d] - start_of(d))) * std::exp(pace_mean_);
}

std::vector<double> Forecast::log_likelihood() const {
  std::vector<double> by_will(kWill);
  for (std::size_t w = 0; w < kWill; ++w) {
    double most = -1e300, sum = 0, whole = 0;
    for (std::size_t p = 0; p < kPace; ++p) most = std::max(most, fit_[w * kPace + p]);
    for (std::size_t p = 0; p < kPace; ++p) {
      const double prior = bell(pace_at(p), kPaceDoubt);
      sum += prior * std::exp(fit_[w * kPace + p] - most);
      whole += prior;
    }
    by_will[w] = most + std::log(sum / whole);
  }
  return by_will;
}

Forecast::Chances::Chances(const Forecast& forecast, double minutes, int need)
    : forecast_(forecast), by_(kPace), cells_(kCells, Shortfall(need)), short_(kCells, 1.0) {
  const auto& memory = forecast.memory_;
  for (std::size_t p = 0; p < kPace; ++p) by_[p] = memory.said_yes_by(minutes * std::exp(-pace_at(p)));
  for (const auto& silent : forecast.silent_)
    for (std::size_t c = 0; c < kCells; ++c) {
      const double stretch = std::exp(-pace_at(c % kPace));
      const double yes = logistic(forecast.log_odds_[silent.person] + will_at(c / kPace));
      const double before = memory.said_yes_by(silent.minutes * stretch), after = memory.said_yes_by((silent.minutes + minutes) * stretch);
      const double still = 1 - yes * before - (1 - yes) * memory.no_share_ * memory.said_no_by(silent.minutes * stretch);
      cells_[c].add(std::clamp(yes * (after - before) / std::max(1e-9, still), 0.0, 1.0));
    }
  for (std::size_t c = 0; c < kCells; ++c) short_[c] = cells_[c].value();
}

void Forecast::Chances::add(std::size_t person) {
  for (std::size_t w = 0; w < kWill; ++w) {
    const double yes = logistic(forecast_.log_odds_[person] + will_at(w));
    for (std::size_t p = 0; p < kPace; ++p) {
      cells_[w * kPace + p].add(yes * by_[p]);
      short_[w * kPace + p] = cells_[w * kPace + p].value();
    }
  }
}

double Forecast::Chances::enough() const {
  double sum = 0;
  for (std::size_t c = 0; c < kCells; ++c) sum += forecast_.weight_[c] * short_[c];
  return 1 - sum;
}

}  // namespace tx::matching
