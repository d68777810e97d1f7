// The leader's review, exceptions only: what was shown by check-in and check-out inside the window is confirmed together;
// what needs an eye stands alone with the reason why. Who forgot to sign out is signed out with the true time, and the entry
// says so for ever.
#include <map>

#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/quality.h"
#include "systems/support/records/flow.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;
using supply::Presence;

constexpr std::size_t kShown = 200;

struct ConfirmInput {
  std::vector<std::string> presence;
  std::string note;
  int stars = 0;                   // how well it was done (Decree 67 art. 10); 0: not said
};
BOOST_DESCRIBE_STRUCT(ConfirmInput, (), (presence, note, stars))
struct SignOutInput {
  std::string presence, at, note;
};
BOOST_DESCRIBE_STRUCT(SignOutInput, (), (presence, at, note))

struct Reviewed {
  Presence presence;
  std::vector<rules::Exception> why;
};

// Minutes that a volunteer's day holds already, and check-ins at the same shift: read once for each.
class Days {
 public:
  explicit Days(storage::Reader& reader) : reader_(reader) {}
  std::int64_t before(std::int64_t volunteer, Date day) {
    auto [at, fresh] = minutes_.try_emplace({volunteer, day.days}, 0);
    if (fresh)
      at->second = storage::scalar<std::int64_t>(reader_, "select sum(minutes) from service_record where volunteer = $1 and starts >= $2 and starts < $3", volunteer,
                                                 start_of(day), start_of({day.days + 1})).value_or(0);
    return at->second;
  }
  int checks(std::int64_t shift, std::int64_t volunteer) {
    return static_cast<int>(storage::scalar<std::int64_t>(reader_, "select count(*) from attendance where kind = 'shift' and object = $1 and volunteer = $2", shift, volunteer).value_or(1));
  }

 private:
  storage::Reader& reader_;
  std::map<std::pair<std::int64_t, std::int32_t>, std::int64_t> minutes_;
};

std::vector<Reviewed> reviewed(storage::Reader& reader, const std::vector<std::int64_t>& organisations, Instant now) {
  std::vector<Reviewed> all;
  Days days(reader);
  for (auto& one : supply::unconfirmed_presence(reader, organisations, now)) {
    rules::Seen seen;
    seen.planned = {one.planned_from, one.planned_to};
    seen.signed_out = one.state == "left";
    if (seen.signed_out) seen.counted = {std::max(one.came, one.planned_from), std::min(one.left_at, one.planned_to)};
    seen.came_by = one.came_by;
    seen.left_by = one.left_by;
    seen.late_sync = one.late_sync;
    seen.day_before = days.before(one.volunteer, local_date(one.planned_from));
    seen.checks = days.checks(one.shift, one.volunteer);
    auto why = rules::exceptions_of(seen, policy_of(reader, one.region));
    all.push_back({std::move(one), std::move(why)});
  }
  return all;
}

Json presence_view(const Context& context, const Reviewed& of) {
  const auto& one = of.presence;
  const auto card = teams::volunteer_card(context.reader, one.volunteer);
  Json why = Json::array();
  for (const auto exception : of.why) why.push(Json::of({{"words", context.text("review.why." + std::string(rules::name_of(exception)))}}));
  const bool gone = one.state == "left";
  const auto shown = [](const std::string& how) { return how == "code" || how == "kiosk"; };
  const Grade becomes = rules::grade({shown(one.came_by), shown(one.left_by), false});
  return Json::of({{"grade", enum_name(becomes)}, {"grade_text", grade_text(context, becomes)}, {"presence", id_text(one.attendance)}, {"name", card.name}, {"initial", card.initial}, {"tone", card.tone}, {"presence_title", one.title},
                   {"planned", local_text(one.planned_from) + "–" + local_text(one.planned_to).substr(11)},
                   {"was", local_text(one.came).substr(11) + "–" + (gone ? local_text(one.left_at).substr(11) : "?")},
                   {"how", context.text("attendance.proof." + one.came_by) + (gone ? " / " + context.text("attendance.proof." + one.left_by) : "")},
                   {"long", gone ? context.text("record.minutes", {{"n", std::to_string(one.minutes.value)}}) : ""}, {"why", why}, {"open", !gone},
                   {"end", local_text(one.planned_to).substr(11)}});
}

Result<Response> review(Context& context) {
  auto all = reviewed(context.reader, recorders_of(context.reader, context.roles, context.actor), context.now);
  const auto self = teams::find_volunteer_by_account(context.reader, context.actor.account);   // another leader confirms one's own
  const auto own = self ? std::erase_if(all, [&](const Reviewed& one) { return one.presence.volunteer == self->id.value; }) : 0;
  Json groups = Json::array(), odd = Json::array(), clean = Json::array();   // what is odd by shift, as a leader remembers it
  std::size_t odd_ones = 0;
  const Reviewed* last = nullptr;
  const auto close_group = [&] {
    if (last) groups.push(Json::of({{"shift_title", last->presence.title},
                                    {"shift_time", local_text(last->presence.planned_from) + "–" + local_text(last->presence.planned_to).substr(11)}, {"odd", odd}}));
    odd = Json::array();
  };
  for (const auto& one : all) {
    if (!one.why.empty()) {
      if (odd_ones++ >= kShown) continue;
      if (last && last->presence.shift != one.presence.shift) close_group();
      last = &one;
      odd.push(presence_view(context, one));
    } else if (clean.size() < kShown) {
      clean.push(presence_view(context, one));
    }
  }
  close_group();
  std::int64_t minutes = 0;
  for (const auto& one : all)
    if (one.why.empty()) minutes += one.presence.minutes.value;
  const http::Form form(context);
  Json view = Json::of({{"title", context.text("review.title")}, {"odd_groups", groups}, {"clean", clean}, {"has_odd", groups.size() > 0}, {"has_clean", clean.size() > 0},
                        {"clean_lead", context.text("review.clean.lead", {{"n", std::to_string(clean.size())}, {"hours", rules::hours_text(minutes)}})},
                        {"confirm_all", context.text("review.confirm_all", {{"n", std::to_string(clean.size())}})}, {"summary", form.summary()}});
  view.set("own", own ? context.text("review.own", {{"n", std::to_string(own)}}) : "");
  if (groups.size() == 0 && clean.size() == 0)
    view.set("empty", Json::of({{"icon", "check"}, {"title", context.text("review.nothing")}, {"text", ""}, {"href", ""}}));
  return context.page("support/review", view);
}

Result<Presence> own_presence(storage::Reader& reader, const std::string& id, const access::Actor& by) {
  const auto one = supply::find_presence(reader, id_value(id).value_or(0));
  if (!one) return refuse(Kind::not_found, "http.not_found");
  TX_CHECK(may_record(reader, one->organisation, by));
  if (teams::account_of_volunteer(reader, one->volunteer) == by.account) return refuse(Kind::forbidden, "record.own_hours");
  return *one;
}

}  // namespace

void add_review_routes(http::Router& router, const Book&) {
  const auto next = [](const CommandContext&, const Json&) { return std::string("/desk/records/review"); };
  router.page("record.review", "/desk/records/review", Access::any(permission::enter), review);
  router.command<ConfirmInput>(
      {.name = "record.confirm", .path = "/desk/records/review", .access = Access::any(permission::enter), .next = next, .flash = "review.confirmed", .page = review},
      [](storage::Tx& tx, const CommandContext& context, const ConfirmInput& input) -> Result<Json> {
        if (input.presence.empty()) return refuse(Kind::invalid, "review.nobody", "presence");
        if (input.presence.size() > kShown) return refuse(Kind::invalid, "form.unreadable", "presence");
        for (const auto& id : input.presence) {
          const auto one = TX_TRY(own_presence(tx, id, context.actor));
          TX_CHECK(supply::confirm_presence(tx, one.attendance, context.actor.account, input.note));
          TX_CHECK(supply::rate_presence(tx, one.attendance, context.actor.account, input.stars, input.note));
        }
        return Json::of({{"confirmed", input.presence.size()}});
      });
  router.command<SignOutInput>(
      {.name = "record.sign_out", .path = "/desk/records/review/sign-out", .access = Access::any(permission::enter), .next = next, .flash = "review.signed_out",
       .page = review},
      [](storage::Tx& tx, const CommandContext& context, const SignOutInput& input) -> Result<Json> {
        const auto one = TX_TRY(own_presence(tx, input.presence, context.actor));
        if (input.note.size() < 4) return refuse(Kind::invalid, "review.note_missing", "note");
        const auto at = parse_instant(local_date(one.planned_to).text() + "T" + input.at);
        if (!at) return refuse(Kind::invalid, "form.unreadable", "at");
        TX_CHECK(supply::sign_out_for(tx, one.attendance, *at, context.actor.account, input.note));
        return Json::of({{"presence", id_text(one.attendance)}});
      });
}

}  // namespace tx::support
