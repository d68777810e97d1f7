// Rounds in the time bank. Mutual help is what a time bank is for, so a ring is only told where the same few people pass
// about the same minutes round again and again; who looks at it asks those who were served.
#include <algorithm>
#include <map>
#include <unordered_map>

#include "systems/support/fraud/rules.h"

namespace tx::support::fraud {
namespace {

struct Link {
  std::int64_t to = 0, minutes = 0;
  int times = 0;
};
using Links = std::unordered_map<std::int64_t, std::vector<Link>>;

constexpr std::size_t kLinksMost = 64;   // the strongest of a person: bounds the search

Links links_of(const std::vector<Transfer>& transfers) {
  std::map<std::pair<std::int64_t, std::int64_t>, Link> sums;
  for (const auto& transfer : transfers) {
    if (transfer.from == transfer.to || transfer.minutes <= 0) continue;
    auto& link = sums[{transfer.from, transfer.to}];
    link.to = transfer.to;
    link.minutes += transfer.minutes;
    ++link.times;
  }
  Links links;
  for (const auto& [pair, link] : sums)
    if (link.times >= kRingTimes) links[pair.first].push_back(link);
  for (auto& [from, out] : links) {
    std::sort(out.begin(), out.end(), [](const Link& a, const Link& b) { return a.minutes > b.minutes; });
    if (out.size() > kLinksMost) out.resize(kLinksMost);
  }
  return links;
}

class Search {
 public:
  explicit Search(const Links& links) : links_(links) {}
  std::vector<Ring> run() {
    std::vector<std::int64_t> starts;
    for (const auto& [from, out] : links_) starts.push_back(from);
    std::sort(starts.begin(), starts.end());
    for (const auto start : starts) {
      path_ = {start};
      walk(start, 0, 0, 0);
    }
    return std::move(found_);
  }

 private:
  // least, most: minutes of the links so far. A ring is named once, from its smallest member.
  void walk(std::int64_t at, std::int64_t least, std::int64_t most, int times) {
    const auto out = links_.find(at);
    if (out == links_.end()) return;
    for (const auto& link : out->second) {
      const auto low = least ? std::min(least, link.minutes) : link.minutes, high = std::max(most, link.minutes);
      if (low * 10 < high * 9) continue;   // net about zero for everybody: the links differ by a tenth at most
      const int rounds = times ? std::min(times, link.times) : link.times;
      if (link.to == path_.front()) {
        const bool pair = path_.size() == 2;   // two neighbours who help one another: only where they keep even to a twentieth
        if (path_.size() >= 2 && (!pair || low * 20 >= high * 19)) found_.push_back({path_, low, rounds});
      } else if (link.to > path_.front() && path_.size() < kRingPeople && std::find(path_.begin(), path_.end(), link.to) == path_.end()) {
        path_.push_back(link.to);
        walk(link.to, low, high, rounds);
        path_.pop_back();
      }
    }
  }
  const Links& links_;
  std::vector<std::int64_t> path_;
  std::vector<Ring> found_;
};

}  // namespace

std::vector<Ring> rings(const std::vector<Transfer>& transfers) {
  const Links links = links_of(transfers);
  return Search(links).run();
}

}  // namespace tx::support::fraud
