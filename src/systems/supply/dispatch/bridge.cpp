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

// What these people have promised and done: intervals around the need's day, minutes of the last month, earlier service.
void add_history(storage::Reader& reader, const Need& need, const std::string& who, std::vector<matching::Volunteer>& people) {
  const auto of = [&](std::int64_t id) {
    const auto found = std::lower_bound(people.begin(), people.end(), id, [](const auto& v, std::int64_t x) { return v.id < x; });
    return found != people.end() && found->id == id ? &*found : nullptr;
  };
  const Instant from = need.starts.plus(-8 * kDay), to = need.ends.plus(8 * kDay);
  for (const char* sql : {"select g.volunteer, g.starts, g.ends, a.x_m, a.y_m from signup g join shift s on s.id = g.shift join "
                          "activity a on a.id = s.activity where g.state = 'granted' and g.starts < $1 and g.ends > $2 and g.volunteer ",
                          "select h.volunteer, n.starts, n.ends, n.x_m, n.y_m from need_helper h join need n on n.id = h.need where "
                          "h.state = 'holding' and n.starts < $1 and n.ends > $2 and h.volunteer "})
    for (const auto& held : storage::select<Held>(reader, sql + who, to, from))
      if (auto* v = of(held.volunteer)) v->busy.push_back({minute_of(held.starts), minute_of(held.ends), held.x_m, held.y_m});
  for (const auto& sum : storage::select<Sum>(
           reader, "select volunteer, sum(minutes) as amount from attendance where came > $1 and volunteer " + who + " group by volunteer",
           need.created.plus(-kMonth)))
    if (auto* v = of(sum.volunteer)) v->load_minutes = static_cast<int>(sum.amount);
  // "Not with": nobody joins a helper whom they do not want to meet, or who does not want to meet them.
  for (const auto& pair : storage::select<Sum>(
           reader, "select e.volunteer, h.volunteer as amount from volunteer_exclusion e join volunteer o on o.volunteer_no = e.other join "
                   "need_helper h on h.volunteer = o.id where h.need = $1 and h.state = 'holding' union all select o.id as volunteer, "
                   "h.volunteer as amount from volunteer_exclusion e join volunteer o on o.volunteer_no = e.other join need_helper h on "
                   "h.volunteer = e.volunteer where h.need = $1 and h.state = 'holding'", need.id))
    if (auto* v = of(pair.volunteer)) v->not_with.push_back(need.id.value);
  // Where the law asks for a licence, a skill without a valid paper does not count (Regulation art. 16).
  if (const auto* type = service_type(need.service); type && type->licensed) {
    for (auto& v : people) v.skills &= ~type->skills;
    for (const auto& paper : storage::select<Sum>(
             reader, "select volunteer, skill as amount from volunteer_certificate where state = 'checked' and valid_until >= $1 and "
                     "volunteer " + who, local_date(need.ends)))
      if (auto* v = of(paper.volunteer)) v->skills |= std::uint64_t{1} << (paper.amount & 63);
  }
  if (!need.phone_index.empty())
    for (const auto& sum : storage::select<Sum>(
             reader, "select h.volunteer, count(*) as amount from need_helper h join need n on n.id = h.need where h.state = 'served' "
                     "and n.phone_index = $1 and h.volunteer " + who + " group by h.volunteer", need.phone_index))
      if (auto* v = of(sum.volunteer)) v->served.assign(static_cast<std::size_t>(sum.amount), need.id.value);
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

std::vector<matching::Volunteer> volunteers_near(storage::Reader& reader, const Need& need) {
  const std::string city = need.region.substr(0, 4);   // a radius may cross the county border
  std::vector<matching::Volunteer> people;
  for (const auto& v : teams::active_volunteers(reader, {city})) people.push_back(in_engine_terms(v));
  add_history(reader, need, "in (select id from volunteer where " + access::region_filter("region", {city}) + ")", people);
  return people;
}

Result<Verdict> judge(storage::Reader& reader, const Need& need, std::int64_t volunteer) {
  const auto row = teams::find_volunteer(reader, volunteer);
  if (!row || row->state != "active") return refuse(Kind::forbidden, "signup.not_active");
  std::vector<matching::Volunteer> one{in_engine_terms(*row)};
  add_history(reader, need, "= " + std::to_string(volunteer), one);
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
  auto people = bridge::volunteers_near(reader, need);
  // A NO ends the asking: who declined, or is asked already, is not proposed again.
  for (const auto& ask : asks_of(reader, need.id))
    if (ask.state != AskState::withdrawn && ask.state != AskState::expired)
      std::erase_if(people, [&](const auto& v) { return v.id == ask.volunteer; });
  const auto slot = bridge::slot_of(need);
  const matching::Weights weights;
  const auto now = (view.now.us + 8 * kHour) / kMinute;
  std::vector<Candidate> found;
  for (const auto& best : matching::top(people, slot, static_cast<std::size_t>(count), weights, now))
    found.push_back({people[best.volunteer].id, best.score, reason_views(matching::reasons(people[best.volunteer], slot, weights, now), view)});
  return found;
}

Json why_view(storage::Reader& reader, const Need& need, std::int64_t volunteer, const ViewContext& view) {
  const auto people = bridge::volunteers_near(reader, need);
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
