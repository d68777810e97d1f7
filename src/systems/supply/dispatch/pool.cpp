#include "systems/supply/dispatch/pool.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "base/log.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/dispatch/weights.h"

namespace tx::supply {
namespace {

constexpr std::int64_t kOld = 2 * kHour;
constexpr std::size_t kPage = 20'000, kBesideMost = 2'000;

// The columns that matching needs, of a table whose rows also hold sealed personal data: those are never read here.
struct Profile {
  std::int64_t id = 0;
  Date birth;
  std::int64_t x_m = 0, y_m = 0, radius_m = 0, skills = 0, languages = 0;
  std::string hours;
  int week_minutes = 0;
  Instant checked_until, asked_at;
};
BOOST_DESCRIBE_STRUCT(Profile, (), (id, birth, x_m, y_m, radius_m, skills, languages, hours, week_minutes, checked_until, asked_at))
constexpr char kColumns[] = "select id, birth, x_m, y_m, radius_m, skills, languages, hours, week_minutes, checked_until, asked_at "
                            "from volunteer where ";

matching::Volunteer in_engine_terms(const Profile& v) {
  matching::Volunteer out;
  out.id = v.id;
  out.x_m = v.x_m;
  out.y_m = v.y_m;
  out.radius_m = v.radius_m;
  for (std::size_t hour = 0; hour < v.hours.size() && hour < 168; ++hour)
    if (v.hours[hour] == '1') out.hours[hour / 64] |= std::uint64_t{1} << (hour % 64);
  out.skills = static_cast<std::uint64_t>(v.skills);
  out.languages = static_cast<std::uint64_t>(v.languages);
  out.birth_day = v.birth.days;
  out.checked_until = v.checked_until.us ? local_minute(v.checked_until) : 0;
  out.week_minutes = v.week_minutes;
  out.asked_at = v.asked_at.us ? local_minute(v.asked_at) : 0;
  return out;
}

std::int64_t newest_touch(storage::Reader& reader) {
  return storage::scalar<std::int64_t>(reader, "select max(seq) from volunteer_touch").value_or(0);
}
std::int64_t newest_id(storage::Reader& reader) {
  return storage::scalar<std::int64_t>(reader, "select max(id) from volunteer").value_or(0);
}

std::vector<std::int64_t> ids_of(const storage::Rows& rows) {
  std::vector<std::int64_t> ids;
  for (const auto& row : rows.rows) storage::from_value(row[0], ids.emplace_back());
  return ids;
}

void add_paper(matching::Volunteer& v, std::int64_t skill) { v.skills |= std::uint64_t{1} << (kPaperBit + (skill & 31)); }

}  // namespace

std::vector<matching::Volunteer> profiles(storage::Reader& reader, std::span<const std::int64_t> ids) {
  std::vector<matching::Volunteer> people;
  by_ids(reader, std::string(kColumns) + "state = 'active' and id", ids, "", {}, [&](const storage::Rows& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) people.push_back(in_engine_terms(storage::read_row<Profile>(rows, i)));
  });
  std::sort(people.begin(), people.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return people;
}

std::shared_ptr<const Pool::Index> Pool::built(storage::Reader& reader, Instant now) const {
  const auto begun = std::chrono::steady_clock::now();
  const auto table = other_ ? WeightTable{0, *other_} : current_weights(reader);
  auto index = std::make_shared<Index>(Index{matching::Region(table.weights, local_minute(now)), table.weights, table.id, newest_touch(reader),
                                             newest_id(reader), now, {}});
  // Valid papers, by volunteer: a licensed service counts nothing else (Regulation art. 16).
  std::unordered_map<std::int64_t, std::vector<std::int64_t>> papers;
  for (const auto& row : storage::query(reader, "select volunteer, skill from volunteer_certificate where state = 'checked' and valid_until >= $1",
                                        local_date(now)).rows) {
    std::int64_t volunteer = 0, skill = 0;
    storage::from_value(row[0], volunteer);
    storage::from_value(row[1], skill);
    papers[volunteer].push_back(skill);
  }
  index->ids.reserve(1024);
  const std::string sql = std::string(kColumns) + "state = 'active' and id > $1 order by id limit " + std::to_string(kPage);
  for (std::int64_t last = std::numeric_limits<std::int64_t>::min();;) {
    const auto rows = storage::query(reader, sql, last);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      auto v = in_engine_terms(storage::read_row<Profile>(rows, i));
      if (const auto found = papers.find(v.id); found != papers.end())
        for (const auto skill : found->second) add_paper(v, skill);
      index->region.add(v);
      index->ids.push_back(v.id);
      last = v.id;
    }
    if (rows.size() < kPage) break;
  }
  index->region.build();
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
  log::info("matching.pool_built", {{"people", index->ids.size()}, {"ms", static_cast<std::int64_t>(took.count())}, {"bytes", index->region.bytes()}});
  return index;
}

std::shared_ptr<const Pool::Index> Pool::index(storage::Reader& reader, Instant now) {
  {
    std::lock_guard lock(holding_);
    if (index_) return index_;
  }
  std::lock_guard building(building_);   // whoever comes first builds; the others wait for it
  {
    std::lock_guard lock(holding_);
    if (index_) return index_;
  }
  auto fresh = built(reader, now);
  std::lock_guard lock(holding_);
  index_ = fresh;
  beside_.reset();
  return index_;
}

std::shared_ptr<const Pool::Beside> Pool::beside(storage::Reader& reader, const std::shared_ptr<const Index>& index) {
  std::shared_ptr<const Beside> held;
  {
    std::lock_guard lock(holding_);
    if (index_ == index) held = beside_;
  }
  if (!held) held = std::make_shared<Beside>(Beside{index->touched, index->last_id, {}});
  auto changed = ids_of(storage::query(reader, "select volunteer from volunteer_touch where seq > $1", held->touched));
  const auto added = ids_of(storage::query(reader, "select id from volunteer where id > $1", held->last_id));
  changed.insert(changed.end(), added.begin(), added.end());
  if (changed.empty()) return held;
  auto next = std::make_shared<Beside>(*held);
  next->touched = std::max(held->touched, newest_touch(reader));
  next->last_id = std::max(held->last_id, newest_id(reader));
  for (const auto id : changed) next->people[id] = matching::Volunteer{.id = id};   // unless active, free at no hour
  for (auto& person : profiles(reader, changed)) next->people[person.id] = std::move(person);
  by_ids(reader, "select volunteer, skill, valid_until from volunteer_certificate where state = 'checked' and volunteer", changed, "", {},
         [&](const storage::Rows& rows) {
           for (const auto& row : rows.rows) {
             std::int64_t volunteer = 0, skill = 0;
             storage::from_value(row[0], volunteer);
             storage::from_value(row[1], skill);
             add_paper(next->people[volunteer], skill);   // its term is tested when the few are read
           }
         });
  std::lock_guard lock(holding_);
  if (index_ == index) beside_ = next;
  return next;
}

Pool::Near Pool::near(storage::Reader& reader, const matching::Slot& wanted, std::uint64_t licensed, std::size_t count, Instant now) {
  const auto index = this->index(reader, now);
  const auto beside = this->beside(reader, index);
  matching::Slot slot = wanted;
  if (licensed) slot.skills = licensed << kPaperBit;
  slot.recipient = 0;   // earlier service and exclusions are the bridge's
  struct Scored {
    std::int64_t id;
    std::int64_t score;
  };
  std::vector<Scored> found;
  Near near;
  // Those whose rows changed are taken out of the index's answer and judged by their present rows.
  for (std::size_t ask = count + std::min<std::size_t>(beside->people.size(), 32);; ask *= 4) {
    found.clear();
    near.cut = false;
    const auto best = index->region.top(slot, ask, &near.cut);
    for (const auto& candidate : best)
      if (const auto id = index->ids[candidate.volunteer]; !beside->people.contains(id)) found.push_back({id, candidate.score});
    near.floor = near.cut && !best.empty() ? best.back().score : 0;
    if (found.size() >= count || !near.cut) break;
  }
  const auto minute = local_minute(now);
  for (const auto& [id, person] : beside->people)
    if (matching::eligible(person, slot)) found.push_back({id, matching::score(person, slot, index->weights, minute)});
  std::sort(found.begin(), found.end(), [](const Scored& a, const Scored& b) { return a.score != b.score ? a.score > b.score : a.id < b.id; });
  if (found.size() > count) {
    near.floor = std::max<std::int64_t>(near.floor, found[count].score);
    near.cut = true;
    found.resize(count);
  }
  for (const auto& one : found) near.ids.push_back(one.id);
  return near;
}

matching::Weights Pool::weights(storage::Reader& reader, Instant now) { return index(reader, now)->weights; }

bool Pool::refresh(storage::Store& store, Instant now) {
  auto reader = store.read();
  std::shared_ptr<const Index> index;
  std::size_t changed = 0;
  {
    std::lock_guard lock(holding_);
    index = index_;
    if (beside_) changed = beside_->people.size();
  }
  if (index && changed < kBesideMost + index->ids.size() / 500 && now.us - index->built.us < kOld &&
      index->weights_id == current_weights(*reader).id)
    return false;
  std::lock_guard building(building_);
  auto fresh = built(*reader, now);
  std::lock_guard lock(holding_);
  index_ = std::move(fresh);
  beside_.reset();
  return true;
}

std::size_t Pool::size() const {
  std::lock_guard lock(holding_);
  return index_ ? index_->ids.size() : 0;
}
std::size_t Pool::bytes() const {
  std::lock_guard lock(holding_);
  return index_ ? index_->region.bytes() + index_->ids.capacity() * sizeof(std::int64_t) : 0;
}

}  // namespace tx::supply
