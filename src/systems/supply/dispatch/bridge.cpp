#include "systems/supply/dispatch/bridge.h"

#include <algorithm>
#include <cstdio>

#include "platform/storage/record_sql.h"
#include "systems/supply/services.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace bridge {
namespace {

constexpr std::int64_t kMonth = 30 * kDay;

std::int64_t minute_of(Instant at) { return (at.us + 8 * kHour) / kMinute; }   // local minutes, as the engine counts

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

matching::Volunteer in_engine_terms(const teams::Volunteer& v) {
  matching::Volunteer out;
  out.id = v.id.value;
  out.x_m = v.x_m;
  out.y_m = v.y_m;
  out.radius_m = v.radius_m;
  for (std::size_t hour = 0; hour < v.hours.size() && hour < 168; ++hour)
    if (v.hours[hour] == '1') out.hours[hour / 64] |= std::uint64_t{1} << (hour % 64);
  out.skills = static_cast<std::uint64_t>(v.skills);
  out.languages = static_cast<std::uint64_t>(v.languages);
  out.birth_day = v.birth.days;
  out.checked_until = v.checked_until.us ? minute_of(v.checked_until) : 0;
  out.week_minutes = v.week_minutes;
  out.asked_at = v.asked_at.us ? minute_of(v.asked_at) : 0;
  return out;
}

matching::Volunteer* find_in(std::vector<matching::Volunteer>& people, std::int64_t id) {   // people stand in the order of id
  const auto found = std::lower_bound(people.begin(), people.end(), id, [](const auto& v, std::int64_t x) { return v.id < x; });
  return found != people.end() && found->id == id ? &*found : nullptr;
}

// Continuity with the resident of this need.
template <class Find>
void add_earlier(storage::Reader& reader, const Need& need, const std::string& who, Find&& of) {
  if (need.phone_index.empty()) return;
  for (const auto& sum : storage::select<Sum>(
           reader, "select h.volunteer, count(*) as amount from need_helper h join need n on n.id = h.need where h.state = 'served' "
                   "and n.phone_index = $1 and h.volunteer " + who + " group by h.volunteer", need.phone_index))
    if (auto* v = of(sum.volunteer)) v->served.insert(v->served.end(), static_cast<std::size_t>(sum.amount), need.id.value);
}

// Where the law asks for a licence, a skill without a valid paper does not count (Regulation art. 16).
template <class Find>
void add_papers(storage::Reader& reader, std::span<const Need> needs, Date last_day, const std::string& who,
                std::vector<matching::Volunteer>& people, Find&& of) {
  std::uint64_t licensed = 0;
  for (const auto& need : needs)
    if (const auto* type = service_type(need.service); type && type->licensed) licensed |= type->skills;
  if (!licensed) return;
  for (auto& v : people) v.skills &= ~licensed;
  for (const auto& paper : storage::select<Sum>(
           reader, "select volunteer, skill as amount from volunteer_certificate where state = 'checked' and valid_until >= $1 and "
                   "volunteer " + who, last_day))
    if (auto* v = of(paper.volunteer)) v->skills |= std::uint64_t{1} << (paper.amount & 63);
}

// What these people have promised and done: intervals around the needs' days, minutes of the last month, earlier service,
// papers, and whom they do not want to meet.
void add_history(storage::Reader& reader, std::span<const Need> needs, const std::string& who, std::vector<matching::Volunteer>& people) {
  const auto of = [&](std::int64_t id) { return find_in(people, id); };
  Instant from = needs[0].starts, to = needs[0].ends, created = needs[0].created;
  for (const auto& need : needs) {
    from = std::min(from, need.starts);
    to = std::max(to, need.ends);
    created = std::min(created, need.created);
  }
  add_papers(reader, needs, local_date(to), who, people, of);
  from = from.plus(-8 * kDay);
  to = to.plus(8 * kDay);
  for (const char* sql : {"select g.volunteer, g.starts, g.ends, a.x_m, a.y_m from signup g join shift s on s.id = g.shift join "
                          "activity a on a.id = s.activity where g.state = 'granted' and g.starts < $1 and g.ends > $2 and g.volunteer ",
                          "select h.volunteer, n.starts, n.ends, n.x_m, n.y_m from need_helper h join need n on n.id = h.need where "
                          "h.state = 'holding' and n.starts < $1 and n.ends > $2 and h.volunteer "})
    for (const auto& held : storage::select<Held>(reader, sql + who, to, from))
      if (auto* v = of(held.volunteer)) v->busy.push_back({minute_of(held.starts), minute_of(held.ends), held.x_m, held.y_m});
  for (const auto& sum : storage::select<Sum>(
           reader, "select volunteer, sum(minutes) as amount from attendance where came > $1 and volunteer " + who + " group by volunteer",
           created.plus(-kMonth)))
    if (auto* v = of(sum.volunteer)) v->load_minutes = static_cast<int>(sum.amount);
  // "Not with" holds both ways. The engine keeps two such people apart; here those who already hold the need count too.
  for (const auto& pair : storage::select<Sum>(
           reader, "select e.volunteer, o.id as amount from volunteer_exclusion e join volunteer o on o.volunteer_no = e.other "
                   "where e.volunteer " + who + " or o.id " + who))
    for (const auto& [one, other] : {std::pair{pair.volunteer, pair.amount}, std::pair{pair.amount, pair.volunteer}}) {
      auto* v = of(one);
      if (!v) continue;
      v->not_with.push_back(other);
      for (const auto& held : storage::select<Sum>(
               reader, "select volunteer, need as amount from need_helper where volunteer = $1 and state = 'holding'", other))
        if (std::any_of(needs.begin(), needs.end(), [&](const Need& need) { return need.id.value == held.amount; }))
          v->not_with.push_back(held.amount);
    }
  for (const auto& need : needs) add_earlier(reader, need, who, of);
}

}  // namespace

matching::Slot slot_of(const Need& need) {
  const ServiceType* type = service_type(need.service);
  const auto guard = rules::safeguard(type ? *type : *service_type("other"), need.minor, need.helpers);
  matching::Slot slot;
  slot.id = need.id.value;
  slot.recipient = need.id.value;
  slot.x_m = need.x_m;
  slot.y_m = need.y_m;
  slot.from = minute_of(need.starts);
  slot.to = minute_of(need.ends);
  slot.skills = type ? type->skills : 0;
  slot.languages = static_cast<std::uint64_t>(need.languages);
  slot.heads = need.helpers;
  slot.urgency = need.urgency;
  slot.adults_only = guard.adults_only;
  slot.checked_only = guard.checked_only;
  slot.pair_unless_checked = guard.pair_unless_checked;
  return slot;
}

std::vector<matching::Volunteer> volunteers_near(storage::Reader& reader, std::span<const Need> needs) {
  const std::string city = city_of(needs[0]);   // a radius may cross the county border
  std::vector<matching::Volunteer> people;
  for (const auto& v : teams::active_volunteers(reader, {city})) people.push_back(in_engine_terms(v));
  add_history(reader, needs, "in (select id from volunteer where " + access::region_filter("region", {city}) + ")", people);
  return people;
}

void bar_those_asked(storage::Reader& reader, const Need& need, std::vector<matching::Volunteer>& people) {
  for (const auto& ask : asks_of(reader, need.id))
    if (ask.state != AskState::withdrawn && ask.state != AskState::expired)
      if (auto* v = find_in(people, ask.volunteer)) v->not_with.push_back(need.id.value);
}

Result<Verdict> judge(storage::Reader& reader, const Need& need, std::int64_t volunteer) {
  const auto row = teams::find_volunteer(reader, volunteer);
  if (!row || row->state != "active") return refuse(Kind::forbidden, "signup.not_active");
  std::vector<matching::Volunteer> one{in_engine_terms(*row)};
  add_history(reader, {&need, 1}, "= " + std::to_string(volunteer), one);
  const auto slot = slot_of(need);
  if (const auto found = matching::barriers(one[0], slot); !found.empty())
    return refuse(Kind::forbidden, found[0].rule, {}, {{"value", std::to_string(found[0].value)}, {"limit", std::to_string(found[0].limit)}});
  const matching::Weights weights;
  const auto now = minute_of(need.created);
  Verdict verdict;
  verdict.score = matching::score(one[0], slot, weights, now);
  verdict.why = Json::array();
  for (const auto& reason : matching::reasons(one[0], slot, weights, now))
    verdict.why.push(Json::of({{"rule", reason.rule}, {"value", reason.value}, {"points", reason.points}}));
  return verdict;
}

}  // namespace bridge

namespace {

std::string kilometres(std::int64_t metres) {
  char text[24];
  std::snprintf(text, sizeof text, "%.1f", static_cast<double>(metres) / 1000);
  return text;
}

// "too far: 5.2 km of 3.0 km" in the reader's language.
std::string sentence(const std::string& rule, std::int64_t value, std::int64_t limit, const ViewContext& view) {
  const bool distance = rule == "match.too_far" || rule == "match.near";
  return view.words.text(view.language, rule, {{"value", distance ? kilometres(value) : std::to_string(value)},
                                               {"limit", distance ? kilometres(limit) : std::to_string(limit)}});
}

Json reason_views(const std::vector<matching::Reason>& reasons, const ViewContext& view) {
  Json list = Json::array();
  for (const auto& reason : reasons) {
    if (reason.rule == "match.reliability") continue;   // the same for everybody until the records room measures it
    list.push(Json::of({{"side", reason.points > 0 ? "for" : "against"}, {"words", sentence(reason.rule, reason.value, 0, view)},
                        {"change", ""}}));
  }
  return list;
}

}  // namespace

std::vector<Candidate> candidates(storage::Reader& reader, const Need& need, int count, const ViewContext& view) {
  auto people = bridge::volunteers_near(reader, {&need, 1});
  bridge::bar_those_asked(reader, need, people);
  const auto slot = bridge::slot_of(need);
  const matching::Weights weights;
  const auto now = (view.now.us + 8 * kHour) / kMinute;
  std::vector<Candidate> found;
  for (const auto& best : matching::top(people, slot, static_cast<std::size_t>(count), weights, now))
    found.push_back({people[best.volunteer].id, best.score, reason_views(matching::reasons(people[best.volunteer], slot, weights, now), view)});
  return found;
}

Json why_view(storage::Reader& reader, const Need& need, std::int64_t volunteer, const ViewContext& view) {
  const auto people = bridge::volunteers_near(reader, {&need, 1});
  const auto slot = bridge::slot_of(need);
  const auto found = std::find_if(people.begin(), people.end(), [&](const auto& v) { return v.id == volunteer; });
  Json barriers = Json::array(), reasons = Json::array();
  if (found == people.end()) {
    barriers.push(Json::of({{"words", view.words.text(view.language, "match.elsewhere")}, {"change", ""}}));
  } else {
    for (const auto& barrier : matching::barriers(*found, slot))
      barriers.push(Json::of({{"words", sentence(barrier.rule, barrier.value, barrier.limit, view)},
                              {"change", view.words.text(view.language, barrier.rule + ".change")}}));
    reasons = reason_views(matching::reasons(*found, slot, {}, (view.now.us + 8 * kHour) / kMinute), view);
  }
  const bool can = barriers.size() == 0;
  return Json::of({{"can", can}, {"barriers", barriers}, {"reasons", can ? reasons : Json::array()}});
}

}  // namespace tx::supply
