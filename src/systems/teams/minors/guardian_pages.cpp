// The guardian's side (art. 34, 35): the child's data as they stand, who read them and why, a copy to take away, putting
// the telephone right, and taking the consent back, which pauses the child's service. A guardian is whoever acts for the
// child's account with a guardian's consent on record and the child's own yes (identity, /me/proxies).
#include "base/text.h"
#include "platform/audit/audit.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/teams/minors/minors.h"
#include "systems/teams/volunteers/flow.h"

namespace tx::teams::minors {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr int kReadingsShown = 50;

struct PhoneInput {
  std::string phone;
};
BOOST_DESCRIBE_STRUCT(PhoneInput, (), (phone))
struct ReasonInput {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReasonInput, (), (reason))

std::vector<Volunteer> children_of(storage::Reader& reader, access::AccountId guardian, Instant now) {
  std::vector<Volunteer> children;
  for (const auto& proxy : identity::proxies_of(reader, guardian, now)) {
    if (proxy.consent_kind != "guardian" || !proxy.principal) continue;
    const auto child = find_volunteer_by_account(reader, proxy.principal);
    if (child && is_minor(*child, local_date(now))) children.push_back(*child);
  }
  return children;
}

Result<Response> list_page(Context& context, const identity::Vault& vault) {
  Json rows = Json::array();
  for (const auto& child : children_of(context.reader, context.actor.account, context.now))
    rows.push(Json::of({{"href", "/me/children/" + child.id.text()}, {"title", full_name(context.reader, vault, child)}, {"text", child.volunteer_no},
                        {"icon", "children"}, {"leaf", ""}, {"unread_row", false}, {"has_side", true}, {"side", ""}, {"clock", Json()},
                        {"state", volunteer_pill(context, child.state)},
                        {"meta", Json::Array{Json::of({{"glyph", "nearby"}, {"words", region_path(context.reader, child.region, context.language)}})}}}));
  Json view = Json::of({{"title", context.text("minor.children")}, {"nav_me", true}, {"rows", rows}});
  if (rows.size() == 0)
    view.set("empty", Json::of({{"icon", "children"}, {"title", context.text("minor.no_children")}, {"text", context.text("minor.no_children_text")},
                                {"href", "/me/proxies"}, {"action", context.text("minor.to_proxies")}}));
  return context.page("teams/children", std::move(view));
}

Json readings_of(Context& context, const Volunteer& child) {
  Json readings = Json::array();
  for (const auto& row : storage::query(context.reader, "select at, reason, account from audit_entry where object = $1 and action = 'minor.read' "
                                                        "order by seq desc limit $2", "volunteer:" + child.id.text(), kReadingsShown).rows) {
    Instant at;
    std::string reason;
    std::int64_t account = 0;
    storage::from_value(row[0], at);
    storage::from_value(row[1], reason);
    storage::from_value(row[2], account);
    const auto name = storage::scalar<std::string>(context.reader, "select display_name from account where id = $1", account);
    readings.push(Json::of({{"at", local_text(at)}, {"why", reason}, {"who", masked_name(name.value_or(""))}}));
  }
  return readings;
}

Result<Response> child_page(Context& context, const identity::Vault& vault) {
  const auto found = find_volunteer(context.reader, id_value(context.argument("child")).value_or(0));
  if (!found) return refuse(Kind::not_found, "http.not_found");
  const auto child = whole(context.reader, vault, *found);
  const http::Form form(context);
  const Json readings = readings_of(context, child);
  return context.page(
      "teams/child",
      Json::of({{"title", child.name}, {"nav_me", true}, {"child", child.id.text()}, {"volunteer_no", child.volunteer_no}, {"birth", child.birth.text()},
                {"region_name", region_path(context.reader, child.region, context.language)}, {"guardian", child.guardian},
                {"phone", masked_phone(vault.unseal(child.phone_sealed, "volunteer.phone").value_or(""))},
                {"id_number", masked_id_number(vault.unseal(child.id_sealed, "volunteer.id").value_or(""))},
                {"state", volunteer_pill(context, child.state)}, {"may_pause", child.state == "active"}, {"may_resume", child.state == "paused"},
                {"has_readings", readings.size() > 0}, {"readings", readings}, {"summary", form.summary()},
                {"f_phone", form.field("phone", "minor.new_phone", {}, Json::of({{"type", "tel"}, {"short", true}, {"autocomplete", "off"}}))},
                {"f_reason", form.field("reason", "minor.consent_reason", {}, Json::of({{"maxlength", 300}}))}}));
}

Result<Json> put_phone_right(storage::Tx& tx, const identity::Vault& vault, const CommandContext& context, const PhoneInput& input) {
  const auto found = find_volunteer(tx, id_value(context.argument("child")).value_or(0));
  if (!found) return refuse(Kind::not_found, "http.not_found");
  const auto phone = identity::canonical_phone(input.phone);
  if (!phone) return refuse(Kind::invalid, "volunteer.phone_wrong", "phone");
  auto child = whole(tx, vault, *found);
  child.phone_sealed = vault.seal(*phone, "volunteer.phone");
  child.phone_index = vault.blind_index(*phone, "volunteer.phone");
  keep_apart(tx, vault, child);
  storage::update(tx, "volunteer", child);
  return Json::of({{"region", child.region}});
}

Result<Json> consent(storage::Tx& tx, const CommandContext& context, const char* action, const std::string& reason) {
  auto child = find_volunteer(tx, id_value(context.argument("child")).value_or(0));
  if (!child) return refuse(Kind::not_found, "http.not_found");
  const auto taken = TX_TRY(workflow::take(tx, kVolunteerFlow, child->id.value, child->state, action, context.actor.account, reason));
  child->state = taken.state;
  storage::update(tx, "volunteer", *child);
  return Json::of({{"region", child->region}, {"state", child->state}});
}

}  // namespace

void add_guardian_routes(http::Router& router, const Services& services) {
  router.resolver("child", [services](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto child = find_volunteer(reader, id_value(text).value_or(0));
    if (!child || !is_minor(*child, local_date(services.clock.now()))) return std::nullopt;
    access::Place place;
    place.region = child->region;
    place.owners = guardians_of(reader, child->account, services.clock.now());
    return place;
  });
  const auto page = [services](Context& context) { return child_page(context, services.vault); };
  const auto back = [](const CommandContext& context, const Json&) { return "/me/children/" + context.argument("child"); };
  router.page("child.list", "/me/children", Access::signed_in("the children for whom one is the guardian"),
              [services](Context& context) { return list_page(context, services.vault); });
  router.page("child.one", "/me/children/{child}", Access::owner("child"), page);
  router.page("child.copy", "/me/children/{child}/data.json", Access::owner("child"), [services](Context& context) -> Result<Response> {
    const auto child = find_volunteer(context.reader, id_value(context.argument("child")).value_or(0));
    if (!child) return refuse(Kind::not_found, "http.not_found");
    Json data = data_of(context.reader, services.vault, child->account);
    data.set("readings", readings_of(context, *child));
    return Response::file(data.dump(), "application/json", "tongxin-" + child->volunteer_no + ".json");
  });
  router.command<PhoneInput>({.name = "child.phone", .path = "/me/children/{child}/phone", .access = Access::owner("child"), .next = back,
                              .flash = "volunteer.saved", .page = page, .region_field = "region"},
                             [services](storage::Tx& tx, const CommandContext& context, const PhoneInput& input) {
                               return put_phone_right(tx, services.vault, context, input);
                             });
  for (const char* action : {"pause", "resume"})
    router.command<ReasonInput>({.name = std::string("child.") + action, .path = std::string("/me/children/{child}/") + action,
                                 .access = Access::owner("child"), .next = back, .flash = "volunteer.saved", .page = page, .region_field = "region"},
                                [action](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) {
                                  return consent(tx, context, action, input.reason);
                                });
}

}  // namespace tx::teams::minors
