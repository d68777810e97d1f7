// Everybody who may be asked, in memory: the matching engine's region index over all active volunteers, so that "the best
// K for this need" takes a millisecond or two in a region of millions. The index holds what a profile says (home, radius,
// free hours, skills, papers, age, check); promises, load, earlier service and exclusions are read for the few found, so
// the bridge's answers are as exact as testing everybody. Rows changed since the index was built are known from a table
// that the database itself keeps (volunteer_touch) and are held beside it, so that every process sees every change.
// Not here: who is eligible for what (the engine) and the exact score (the bridge). Thread-safe.
#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "engines/matching/matching.h"
#include "engines/matching/region.h"
#include "platform/storage/storage.h"

namespace tx::supply {

class Pool {
 public:
  // With other weights than those in force: for comparing tables.
  explicit Pool(std::optional<matching::Weights> other = {}) : other_(other) {}
  struct Near {
    std::vector<std::int64_t> ids;     // best first by what profiles say
    bool cut = false;                  // somebody eligible was left out …
    std::int64_t floor = 0;            // … who is worth at most this
  };
  // Builds the index when there is none yet; otherwise answers from the one that stands, with all changes since.
  Near near(storage::Reader& reader, const matching::Slot& slot, std::uint64_t licensed, std::size_t count, Instant now);
  matching::Weights weights(storage::Reader& reader, Instant now);   // those the index was built with

  // Builds anew when the weights changed, many rows changed or the index is old. Timed; readers go on with the old one.
  bool refresh(storage::Store& store, Instant now);
  std::size_t size() const;
  std::size_t bytes() const;

 private:
  struct Index {
    matching::Region region;
    matching::Weights weights;
    std::int64_t weights_id = 0, touched = 0, last_id = 0;   // newest change and newest volunteer that it holds
    Instant built;
    std::vector<std::int64_t> ids;     // by the region's index
  };
  struct Beside {                      // newer than the index
    std::int64_t touched = 0, last_id = 0;
    std::unordered_map<std::int64_t, matching::Volunteer> people;   // no longer active: no free hour
  };
  std::shared_ptr<const Index> index(storage::Reader& reader, Instant now);
  std::shared_ptr<const Index> built(storage::Reader& reader, Instant now) const;
  std::shared_ptr<const Beside> beside(storage::Reader& reader, const std::shared_ptr<const Index>& index);

  std::optional<matching::Weights> other_;
  mutable std::mutex building_, holding_;
  std::shared_ptr<const Index> index_;
  std::shared_ptr<const Beside> beside_;
};

// ---- rows in the engine's terms, shared with the bridge
inline std::int64_t local_minute(Instant at) { return (at.us + 8 * kHour) / kMinute; }
// A paper that a licensed service asks for is a skill of its own in the index: bit 32 above the specialty's.
inline constexpr int kPaperBit = 32;
// What profiles say of these people; those who are not active are left out. In the order of id.
std::vector<matching::Volunteer> profiles(storage::Reader& reader, std::span<const std::int64_t> ids);

// "… in ($1, …, $64)" for any number of ids: the statement is the same text each time, short lists repeat the last id.
// `tail` follows the list; `more` are the values after $64.
template <class Each>
void by_ids(storage::Reader& reader, const std::string& head, std::span<const std::int64_t> ids, const std::string& tail,
            std::vector<storage::Value> more, Each&& each) {
  constexpr std::size_t kIds = 64;
  static const std::string list = [] {
    std::string text = " in (";
    for (std::size_t i = 1; i <= kIds; ++i) text += (i > 1 ? ",$" : "$") + std::to_string(i);
    return text + ")";
  }();
  const std::string sql = head + list + tail;
  std::vector<storage::Value> values;
  for (std::size_t from = 0; from < ids.size(); from += kIds) {
    values.clear();
    for (std::size_t i = 0; i < kIds; ++i) values.emplace_back(ids[std::min(from + i, ids.size() - 1)]);
    values.insert(values.end(), more.begin(), more.end());
    each(reader.query(sql, values));
  }
}

}  // namespace tx::supply
