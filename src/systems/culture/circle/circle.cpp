#include "systems/culture/circle/circle.h"

#include <set>

#include "platform/storage/record_sql.h"
#include "systems/teams/teams.h"

namespace tx::culture {
namespace {

using access::Access;
using http::Context;
using http::Response;

constexpr const char* kMet = "('done','confirmed','closed')";
constexpr int kRowsMost = 12;

std::string people(const Context& context, std::int64_t count) {
  return count > 0 && count < kFewest ? context.text("ring.few", {{"n", std::to_string(kFewest)}}) : std::to_string(count);
}

Json month_row(const Context& context, const std::string& service, Instant at, const std::string& where, std::string who = {}) {
  const Date day = local_date(at);
  return Json::of({{"what", context.text("service." + service)}, {"when", context.text("paper.month", {{"y", std::to_string(day.year())}, {"m", context.text("month." + std::to_string(day.month()))}})},
                   {"where", teams::region_name(context.reader, where, context.language)}, {"who", std::move(who)}});
}

Result<Response> own_page(Context& context) {
  auto& reader = context.reader;
  const auto account = context.actor.account;
  const auto volunteer = teams::find_volunteer_by_account(reader, account);
  Json gave = Json::array(), received = Json::array();
  std::int64_t helped = 0, minutes = 0, activities = 0, was_helped = 0, helpers = 0;
  if (volunteer) {
    helped = storage::scalar<std::int64_t>(reader, "select count(distinct object) from attendance where volunteer = $1 and kind = 'need' and state = 'confirmed'", volunteer->id).value_or(0);
    activities = storage::scalar<std::int64_t>(reader, "select count(distinct activity) from attendance where volunteer = $1 and kind = 'shift' and state = 'confirmed'", volunteer->id).value_or(0);
    minutes = storage::scalar<std::int64_t>(reader, "select sum(minutes) from service_record where volunteer = $1", volunteer->id).value_or(0);
    // Whom one helped stays as little known as after any service: what and where, no name (the desk closed it again).
    for (const auto& row : storage::query(reader, "select n.service, t.came, n.region from attendance t join need n on n.id = t.object where t.volunteer = $1 and t.kind = 'need' and "
                                                  "t.state = 'confirmed' order by t.came desc limit $2", volunteer->id, kRowsMost).rows)
      gave.push(month_row(context, std::get<std::string>(row[0]), {std::get<std::int64_t>(row[1])}, std::get<std::string>(row[2]).substr(0, 9)));
  }
  was_helped = storage::scalar<std::int64_t>(reader, std::string("select count(*) from need where account = $1 and state in ") + kMet, account).value_or(0);
  helpers = storage::scalar<std::int64_t>(reader, "select count(distinct t.volunteer) from need n join attendance t on t.kind = 'need' and t.object = n.id where n.account = $1 and t.state = 'confirmed'", account).value_or(0);
  for (const auto& row : storage::query(reader, "select n.service, t.came, n.region, t.volunteer from need n join attendance t on t.kind = 'need' and t.object = n.id where n.account = $1 and t.state = 'confirmed' "
                                                "order by t.came desc limit $2", account, kRowsMost).rows)
    received.push(month_row(context, std::get<std::string>(row[0]), {std::get<std::int64_t>(row[1])}, std::get<std::string>(row[2]).substr(0, 9),
                            teams::volunteer_card(reader, std::get<std::int64_t>(row[3])).name));
  const int length = circle_length(reader, account);
  return context.page("culture/circle_mine",
                      Json::of({{"title", context.text("ring.mine")}, {"nav_me", true}, {"gave", gave}, {"received", received}, {"has_gave", gave.size() > 0}, {"has_received", received.size() > 0},
                                {"gave_words", context.text("ring.gave_words", {{"n", std::to_string(helped)}, {"m", std::to_string(activities)}})},
                                {"hours", language::hours_text({minutes})}, {"received_words", context.text("ring.received_words", {{"n", std::to_string(was_helped)}, {"m", std::to_string(helpers)}})},
                                {"closed_words", length ? context.text(length == 2 ? "ring.closed_two" : "ring.closed", {{"n", std::to_string(length - 1)}}) : ""},
                                {"both", helped + activities > 0 && was_helped > 0}, {"neither", helped + activities == 0 && was_helped == 0}, {"region", region_circle_view(context)}}));
}

Result<Response> public_page(Context& context) {
  return context.page("culture/circle", Json::of({{"title", context.text("ring.title")}, {"region", region_circle_view(context)}, {"threshold", context.text("ring.threshold", {{"n", std::to_string(kFewest)}})}}));
}

}  // namespace

RegionCircle count_circle(storage::Reader& reader, Instant now) {
  RegionCircle circle;
  circle.at = now;
  // Whoever asked without an account is known by the sealed phone number's index.
  const std::string met = std::string("select count(distinct case when account <> 0 then 'a' || account else phone_index end) from need where (account <> 0 or phone_index <> '') and state in ") + kMet;
  circle.gave = storage::scalar<std::int64_t>(reader, "select count(*) from (select volunteer from service_record group by volunteer having sum(minutes) > 0) as given").value_or(0);
  circle.received = storage::scalar<std::int64_t>(reader, met).value_or(0);
  circle.both_ways = storage::scalar<std::int64_t>(reader, std::string("select count(*) from volunteer v where v.account <> 0 and exists (select 1 from service_record r where r.volunteer = v.id and r.minutes > 0) and exists "
                                                                  "(select 1 from need n where n.account = v.account and n.state in ") + kMet + ")").value_or(0);
  return circle;
}

RegionCircle circle_of_region(storage::Reader& reader, Instant now) {
  if (const auto kept = storage::find<RegionCircle>(reader, "select * from circle_figure order by at desc limit 1")) return *kept;
  return count_circle(reader, now);
}

void recount_circle(storage::Store& store, const Clock& clock) {
  RegionCircle circle;
  {
    auto reader = store.read();
    const auto last = storage::scalar<std::int64_t>(*reader, "select max(at) from circle_figure").value_or(0);
    if (last > clock.now().plus(-kHour).us) return;
    circle = count_circle(*reader, clock.now());
  }
  (void)store.write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "delete from circle_figure");
    circle.id = tx.new_id();
    storage::insert(tx, "circle_figure", circle);
    return Json();
  });
}

int circle_length(storage::Reader& reader, access::AccountId account) {
  std::set<std::int64_t> seen;
  std::vector<std::int64_t> level{account.value};
  for (int length = 1; length <= kCircleLongest && !level.empty() && seen.size() < kCircleSeen; ++length) {
    std::vector<std::int64_t> next;
    for (const auto helper : level)
      for (const auto& row : storage::query(reader, "select distinct n.account from volunteer v join attendance t on t.volunteer = v.id and t.kind = 'need' and t.state = 'confirmed' join need n on n.id = t.object "
                                                    "where v.account = $1 and n.account <> 0", helper).rows) {
        const auto recipient = std::get<std::int64_t>(row[0]);
        if (recipient == account.value && length > 1) return length;
        if (recipient != account.value && seen.insert(recipient).second && seen.size() < kCircleSeen) next.push_back(recipient);
      }
    level = std::move(next);
  }
  return 0;
}

Json region_circle_view(const Context& context) {
  const auto circle = circle_of_region(context.reader, context.now);
  return Json::of({{"gave", people(context, circle.gave)}, {"received", people(context, circle.received)}, {"both", people(context, circle.both_ways)},
                   {"counted", context.text("ring.counted", {{"at", local_text(circle.at)}})}});
}

void add_circle_routes(http::Router& router) {
  router.page("circle.public", "/culture/circle", Access::everyone("figures of the region that name nobody"), public_page);
  router.page("circle.mine", "/me/circle", Access::signed_in("one's own page"), own_page);
}

}  // namespace tx::culture
