// Ways are pieces: an outline or a street comes in many of them. Joined where exactly two ends meet.
#include <algorithm>
#include <unordered_map>

#include "engines/tiles/inside.h"

namespace tx::tiles {
namespace {

class Joiner {
 public:
  Joiner(std::vector<Chain> chains, std::size_t most) : chains_(std::move(chains)), most_(most), used_(chains_.size()) {
    for (std::uint32_t i = 0; i < chains_.size(); ++i) {
      const Chain& chain = chains_[i];
      if (chain.size() < 2) {
        used_[i] = true;
      } else if (chain.front() != chain.back()) {
        ends_[chain.front()].push_back(i);
        ends_[chain.back()].push_back(i);
      }
    }
  }

  std::vector<Chain> run() {
    std::vector<Chain> out;
    for (std::uint32_t i = 0; i < chains_.size(); ++i) {
      if (used_[i]) continue;
      used_[i] = true;
      Chain chain = std::move(chains_[i]);
      if (chain.front() != chain.back()) {
        grow(chain);
        if (chain.front() != chain.back()) {
          std::reverse(chain.begin(), chain.end());
          grow(chain);
        }
      }
      out.push_back(std::move(chain));
    }
    return out;
  }

 private:
  void grow(Chain& chain) {
    while (chain.front() != chain.back() && chain.size() < most_) {
      const auto& meeting = ends_[chain.back()];
      if (meeting.size() != 2) return;
      const auto free = std::find_if(meeting.begin(), meeting.end(), [&](std::uint32_t i) { return !used_[i]; });
      if (free == meeting.end() || chain.size() + chains_[*free].size() - 1 > most_) return;
      used_[*free] = true;
      const Chain& next = chains_[*free];
      if (next.front() == chain.back()) chain.insert(chain.end(), next.begin() + 1, next.end());
      else chain.insert(chain.end(), next.rbegin() + 1, next.rend());
    }
  }

  std::vector<Chain> chains_;
  std::size_t most_;
  std::vector<bool> used_;
  std::unordered_map<std::int64_t, std::vector<std::uint32_t>> ends_;
};

}  // namespace

std::vector<Chain> joined(std::vector<Chain> chains, std::size_t most) { return Joiner(std::move(chains), most).run(); }

}  // namespace tx::tiles
