#include "systems/supply/dispatch/bridge.h"

#include <algorithm>
#include <cstdio>

#include "platform/storage/record_sql.h"
#include "systems/supply/dispatch/weights.h"
#include "systems/supply/services.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace bridge {
namespace {

constexpr std::int64_t kMonth = 30 * kDay;
constexpr std::size_t kLookedAtMost = 8192;

struct Held {
  std::int64_t volunteer = 0;
  Instant starts, ends;
  std::int64_t x_m = 0, y_m = 0;
};
BOOST_DESCRIBE_STRUCT(Held, (), (volunteer, starts, ends, x_m, y_m))
struct Sum {
  std::int64_t volunteer = 0, amount = 0;
};
BOOST_DESCRIBE_STRUCT(Sum, (), (volunteer, amount))

template <class R>
std::vector<R> select_by_ids(storage::Reader& reader, const std::string& head, std::span<const std::int64_t> ids, const std::string& tail,
                             std::vector<storage::Value> more = {}) {
  std::vector<R> found;
  by_ids(reader, head, ids, tail, std::move(more), [&](const storage::Rows& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) found.push_back(storage::read_row<R>(rows, i));
  });
  return found;
}

matching::Volunteer* find_in(std::vector<matching::Volunteer>& people, std::int64_t id) {   // people stand in the order of id
  const auto found = std::lower_bound(people.begin(), people.end(), id, [](const auto& v, std::int64_t x) { return v.id < x; });
  return found != people.end() && found->id == id ? &*found : nullptr;
}

// Continuity with the resident of this need: who has served that telephone number before, and how often.
std::vector<Sum> earlier_helpers(storage::Reader& reader, const Need& need) {
  if (need.phone_index.empty()) return {};
  return storage::select<Sum>(reader, "select h.volunteer, count(*) as amount from need n join need_helper h on h.need = n.id where "
                                      "n.phone_index = $1 and h.state = 'served' group by h.volunteer", need.phone_index);
}

// Where the law asks for a licence, a skill without a valid paper does not count (Regulation art. 16).
void add_papers(storage::Reader& reader, std::span<const Need> needs, Date last_day, std::span<const std::int64_t> ids,
                std::vector<matching::Volunteer>& people) {
  std::uint64_t licensed = 0;
  for (const auto& need : needs) licensed |= licensed_skills(need);
  if (!licensed) return;
  for (auto& v : people) v.skills &= ~licensed;
  for (const auto& paper : select_by_ids<Sum>(reader, "select volunteer, skill as amount from volunteer_certificate where state = 'checked' and "
                                                      "volunteer", ids, " and valid_until >= $65", {last_day.days}))
    if (auto* v = find_in(people, paper.volunteer)) v->skills |= std::uint64_t{1} << (paper.amount & 63);
}

// "Not with" holds both ways. The engine keeps two such people apart; here those who already hold the need count too.
void add_exclusions(storage::Reader& reader, std::span<const Need> needs, std::span<const std::int64_t> ids,
                    std::vector<matching::Volunteer>& people) {
  constexpr char kPairs[] = "select e.volunteer, o.id as amount from volunteer_exclusion e join volunteer o on o.volunteer_no = e.other where ";
  auto pairs = select_by_ids<Sum>(reader, std::string(kPairs) + "e.volunteer", ids, "");
  for (const auto& pair : select_by_ids<Sum>(reader, std::string(kPairs) + "o.id", ids, "")) pairs.push_back(pair);
  for (const auto& pair : pairs)
    for (const auto& [one, other] : {std::pair{pair.volunteer, pair.amount}, std::pair{pair.amount, pair.volunteer}}) {
      auto* v = find_in(people, one);
      if (!v) continue;
      v->not_with.push_back(other);
      for (const auto& held : storage::select<Sum>(
               reader, "select volunteer, need as amount from need_helper where volunteer = $1 and state = 'holding'", other))
        if (std::any_of(needs.begin(), needs.end(), [&](const Need& need) { return need.id.value == held.amount; }))
          v->not_with.push_back(held.amount);
    }
}

// What these people have promised and done: intervals around the needs' days, minutes of the last month, earlier service,
// papers, and whom they do not want to meet.
void add_history(storage::Reader& reader, std::span<const Need> needs, std::span<const std::int64_t> ids, std::vector<matching::Volunteer>& people) {
  Instant from = needs[0].starts, to = needs[0].ends, created = needs[0].created;
  for (const auto& need : needs) {
    from = std::min(from, need.starts);
    to = std::max(to, need.ends);
    created = std::min(created, need.created);
  }
  add_papers(reader, needs, local_date(to), ids, people);
  from = from.plus(-8 * kDay);
  to = to.plus(8 * kDay);
  const auto promised = [&](const char* head, const char* tail) {
    for (const auto& held : select_by_ids<Held>(reader, head, ids, tail, {to.us, from.us}))
      if (auto* v = find_in(people, held.volunteer)) v->busy.push_back({local_minute(held.starts), local_minute(held.ends), held.x_m, held.y_m});
  };
  promised("select g.volunteer, g.starts, g.ends, a.x_m, a.y_m from signup g join shift s on s.id = g.shift join activity a on "
           "a.id = s.activity where g.state = 'granted' and g.volunteer", " and g.starts < $65 and g.ends > $66");
  promised("select h.volunteer, n.starts, n.ends, n.x_m, n.y_m from need_helper h join need n on n.id = h.need where "
           "h.state = 'holding' and h.volunteer", " and n.starts < $65 and n.ends > $66");
  for (const auto& sum : select_by_ids<Sum>(reader, "select volunteer, sum(minutes) as amount from attendance where volunteer", ids,
                                            " and came > $65 group by volunteer", {created.plus(-kMonth).us}))
    if (auto* v = find_in(people, sum.volunteer)) v->load_minutes = static_cast<int>(sum.amount);
  add_exclusions(reader, needs, ids, people);
  for (const auto& need : needs)
    for (const auto& sum : earlier_helpers(reader, need))
      if (auto* v = find_in(people, sum.volunteer)) v->served.insert(v->served.end(), static_cast<std::size_t>(sum.amount), need.id.value);
}

}  // namespace

std::uint64_t licensed_skills(const Need& need) {
  const auto* type = service_type(need.service);
  return type && type->licensed ? type->skills : 0;
}

matching::Slot slot_of(const stations::Walks& walks, const Need& need) {
  const ServiceType* type = service_type(need.service);
  const auto guard = rules::safeguard(type ? *type : *service_type("other"), need.minor, need.helpers);
  matching::Slot slot;
  slot.id = need.id.value;
  slot.recipient = need.id.value;
  slot.x_m = need.x_m;
  slot.y_m = need.y_m;
  slot.from = local_minute(need.starts);
  slot.to = local_minute(need.ends);
  slot.skills = type ? type->skills : 0;
  slot.languages = static_cast<std::uint64_t>(need.languages);
  slot.heads = need.helpers;
  slot.urgency = need.urgency;
  slot.adults_only = guard.adults_only;
  slot.checked_only = guard.checked_only;
  slot.pair_unless_checked = guard.pair_unless_checked;
  return from_afar(walks, std::move(slot));
}

matching::Slot from_afar(const stations::Walks& walks, matching::Slot slot) {
  slot.ways.clear();
  slot.detour = walks.on_streets({slot.x_m, slot.y_m}) ? 1000 : 10 * walks.detour_percent();
  return slot;
}

void add_ways(const stations::Walks& walks, std::span<matching::Slot> slots, std::span<const matching::Volunteer> people) {
  std::vector<std::size_t> on_streets;
  std::vector<teams::Position> places;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    slots[i].detour = 10 * walks.detour_percent();
    if (!walks.on_streets({slots[i].x_m, slots[i].y_m})) continue;
    on_streets.push_back(i);
    places.push_back({slots[i].x_m, slots[i].y_m});
  }
  if (places.empty()) return;
  std::vector<stations::Walks::Home> homes;
  for (const auto& v : people) homes.push_back({{v.x_m, v.y_m}, v.radius_m});
  const auto known = walks.to(places, homes);
  for (std::size_t i = 0; i < places.size(); ++i) {
    auto& ways = slots[on_streets[i]].ways;
    const auto before = static_cast<std::ptrdiff_t>(ways.size());
    for (const auto& one : known[i]) ways.push_back({people[one.home].id, one.metres});
    // The newer of two ways of one person stands; people stand in the order of id.
    const auto order = [](const matching::Way& a, const matching::Way& b) { return a.volunteer < b.volunteer; };
    std::vector<matching::Way> merged;
    merged.reserve(ways.size());
    std::set_union(ways.begin() + before, ways.end(), ways.begin(), ways.begin() + before, std::back_inserter(merged), order);
    ways = std::move(merged);
  }
}

std::vector<matching::Volunteer> people_of(storage::Reader& reader, std::span<const Need> needs, std::vector<std::int64_t> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  auto people = profiles(reader, ids);
  if (!people.empty() && !needs.empty()) add_history(reader, needs, ids, people);
  return people;
}

void bar_those_asked(storage::Reader& reader, const Need& need, std::vector<matching::Volunteer>& people) {
  for (const auto& ask : asks_of(reader, need.id))
    if (ask.state != AskState::withdrawn && ask.state != AskState::expired)
      if (auto* v = find_in(people, ask.volunteer)) v->not_with.push_back(need.id.value);
}

Best best_of(storage::Reader& reader, Pool& pool, const Need& need, std::size_t count, Instant now) {
  const stations::Walks walks(reader);
  const auto afar = slot_of(walks, need);
  const auto weights = pool.weights(reader, now);
  const auto minute = local_minute(now);
  std::vector<std::int64_t> known;   // their earlier service may lift them above what the index knows
  for (const auto& sum : earlier_helpers(reader, need)) known.push_back(sum.volunteer);
  Best best;
  for (std::size_t ask = count + count / 2 + 32;; ask *= 3) {
    auto near = pool.near(reader, afar, licensed_skills(need), ask, now);
    if (weights.near < 0 && afar.detour <= 1000) near.floor -= weights.near;   // whoever is farther by streets than by the straight line is then worth more
    auto ids = near.ids;
    ids.insert(ids.end(), known.begin(), known.end());
    auto people = people_of(reader, {&need, 1}, std::move(ids));
    bar_those_asked(reader, need, people);
    best.slot = afar;
    add_ways(walks, {&best.slot, 1}, people);
    const auto top = matching::top(people, best.slot, count + 1, weights, minute);
    // Exact once nobody left out of the index's answer can be worth more than the last one here.
    const bool exact = !near.cut || (top.size() >= count && count > 0 && top[count - 1].score >= near.floor);
    if (!exact && ask < kLookedAtMost) continue;
    best.cut = near.cut || top.size() > count;
    best.floor = std::max<std::int64_t>(near.cut ? near.floor : 0, top.size() > count ? top[count].score : 0);
    for (std::size_t i = 0; i < std::min(count, top.size()); ++i) {
      best.people.push_back(people[top[i].volunteer]);
      best.scores.push_back(top[i].score);
    }
    return best;
  }
}

namespace {

std::string kilometres(std::int64_t metres) {
  char text[24];
  std::snprintf(text, sizeof text, "%.1f", static_cast<double>(metres) / 1000);
  return text;
}
bool of_distance(const std::string& rule) { return rule == "match.near" || rule.starts_with("match.too_far"); }
std::string amount(const std::string& rule, std::int64_t value) { return of_distance(rule) ? kilometres(value) : std::to_string(value); }

}  // namespace

Result<Verdict> judge(storage::Reader& reader, const Need& need, std::int64_t volunteer) {
  const auto one = people_of(reader, {&need, 1}, {volunteer});
  if (one.empty()) return refuse(Kind::forbidden, "signup.not_active");
  const stations::Walks walks(reader);
  auto slot = slot_of(walks, need);
  add_ways(walks, {&slot, 1}, one);
  if (const auto found = matching::barriers(one[0], slot); !found.empty())
    return refuse(Kind::forbidden, found[0].rule, {}, {{"value", amount(found[0].rule, found[0].value)}, {"limit", amount(found[0].rule, found[0].limit)}});
  const auto weights = current_weights(reader).weights;
  const auto now = local_minute(need.created);
  Verdict verdict;
  verdict.score = matching::score(one[0], slot, weights, now);
  verdict.why = Json::array();
  for (const auto& reason : matching::reasons(one[0], slot, weights, now))
    verdict.why.push(reason_json(reason));
  return verdict;
}

std::string sentence(const std::string& rule, std::int64_t value, std::int64_t limit, std::int64_t straight, const ViewContext& view) {
  if (rule == "match.load") return view.words.text(view.language, rule, {{"value", language::duration_text(view.language, {value})}});   // whole minutes (H1)
  if (!of_distance(rule)) return view.words.text(view.language, rule, {{"value", std::to_string(value)}, {"limit", std::to_string(limit)}});
  // A way much longer than the straight line surprises who knows the map: both are said.
  const bool surprising = straight >= 0 && value > 2 * straight + 200;
  const std::string key = rule.ends_with(".change") || straight < 0 ? rule : rule + (surprising ? ".round" : ".streets");
  return view.words.text(view.language, key, {{"value", kilometres(value)}, {"limit", kilometres(limit)}, {"straight", kilometres(straight)}});
}

Json reason_json(const matching::Reason& reason) {
  Json kept = Json::of({{"rule", reason.rule}, {"value", reason.value}, {"points", reason.points}});
  if (reason.straight >= 0) kept.set("straight", reason.straight);
  return kept;
}
matching::Reason reason_of(const Json& kept) {
  return {kept["rule"].text(), kept["value"].integer(), static_cast<int>(kept["points"].integer()),
          kept["straight"].is_integer() ? kept["straight"].integer() : -1};
}

Json reason_views(const std::vector<matching::Reason>& reasons, const ViewContext& view) {
  Json list = Json::array();
  for (const auto& reason : reasons) {
    if (reason.rule == "match.reliability") continue;   // the same for everybody until the records room measures it
    list.push(Json::of({{"side", reason.points > 0 ? "for" : "against"}, {"words", sentence(reason.rule, reason.value, 0, reason.straight, view)},
                        {"change", ""}}));
  }
  return list;
}

// How long the way is on foot: on real streets where an extract is loaded, else said with "about".
void add_walk(const matching::Reason& near, const ViewContext& view, Json& reasons) {
  constexpr int kMost = 90;   // minutes: whoever lives further away does not walk
  const stations::Walks::Way way{near.value, near.straight < 0};
  if (way.minutes() <= kMost)
    reasons.push(Json::of({{"side", ""}, {"words", stations::walk_text(view.words, view.language, way)}, {"change", ""}}));
}

std::string how_measured(const stations::Walks& walks, const ViewContext& view) {
  char factor[16];
  std::snprintf(factor, sizeof factor, "%.4g", walks.detour_percent() / 100.0);
  return view.words.text(view.language, "match.how_measured", {{"factor", factor}});
}

}  // namespace bridge

std::vector<Candidate> candidates(storage::Reader& reader, Pool& pool, const Need& need, int count, const ViewContext& view) {
  const auto weights = pool.weights(reader, view.now);
  const auto best = bridge::best_of(reader, pool, need, static_cast<std::size_t>(count), view.now);
  std::vector<Candidate> found;
  for (std::size_t i = 0; i < best.people.size(); ++i) {
    const auto why = matching::reasons(best.people[i], best.slot, weights, local_minute(view.now));
    auto reasons = bridge::reason_views(why, view);
    for (const auto& reason : why)
      if (reason.rule == "match.near") bridge::add_walk(reason, view, reasons);
    found.push_back({best.people[i].id, best.scores[i], std::move(reasons)});
  }
  return found;
}

}  // namespace tx::supply
