// Who belongs to a team: joining and leaving, answering an invitation, and the leader's list. Nobody is a member without
// having said so, or having signed a consent paper (Decree 67 art. 6).
#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/http/inputs.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/teams/rooms.h"

namespace tx::teams {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::NoInput;

constexpr std::int64_t kPage = 50;

struct MemberInput {
  std::string volunteer, change;   // change: admit, leader, plain, remove
};
BOOST_DESCRIBE_STRUCT(MemberInput, (), (volunteer, change))

struct Person {
  std::int64_t volunteer = 0;
  std::string name, volunteer_no, role, state;
};
BOOST_DESCRIBE_STRUCT(Person, (), (volunteer, name, volunteer_no, role, state))

struct Pair {
  Organisation organisation;
  Volunteer volunteer;
};
Result<Pair> own_pair(storage::Reader& reader, const CommandContext& context) {
  const auto organisation = find_organisation(reader, id_value(context.argument("organisation")).value_or(0));
  if (!organisation) return refuse(Kind::not_found, "http.not_found");
  const auto volunteer = find_volunteer_by_account(reader, context.actor.account);
  if (!volunteer) return refuse(Kind::forbidden, "signup.not_volunteer");
  return Pair{*organisation, *volunteer};
}

Result<Json> join(storage::Tx& tx, const CommandContext& context, const NoInput&) {
  const auto [organisation, volunteer] = TX_TRY(own_pair(tx, context));
  if (!may_publish(organisation)) return refuse(Kind::conflict, "organisation.not_active");
  if (organisation.join_policy == "closed") return refuse(Kind::forbidden, "organisation.join_closed");
  const std::string state = organisation.join_policy == "review" ? "asked" : "member";
  if (!membership(tx, organisation.id.value, volunteer.id.value).empty()) return refuse(Kind::conflict, "member.already");
  storage::execute(tx, "insert into member (organisation, volunteer, role, state, consent, since) values "
                       "($1,$2,'member',$3,'self',$4)", organisation.id, volunteer.id, state, tx.now());
  for (const auto leader : leaders_of(tx, organisation.id.value))
    notices::send(tx, {leader, "notice.member_" + state, {{"name", masked_name(volunteer.name)}, {"team", organisation.name}},
                       "/organisations/" + organisation.id.text()});
  return Json::of({{"state", state}, {"region", organisation.region}});
}

Result<Json> accept(storage::Tx& tx, const CommandContext& context, const NoInput&) {
  const auto [organisation, volunteer] = TX_TRY(own_pair(tx, context));
  if (!storage::execute(tx, "update member set state = 'member', consent = 'self', since = $3 where organisation = $1 and "
                            "volunteer = $2 and state = 'invited'", organisation.id, volunteer.id, tx.now()))
    return refuse(Kind::conflict, "member.not_invited");
  return Json::of({{"state", "member"}, {"region", organisation.region}});
}

Result<Json> leave(storage::Tx& tx, const CommandContext& context, const NoInput&) {
  const auto [organisation, volunteer] = TX_TRY(own_pair(tx, context));
  const auto leaders = leaders_of(tx, organisation.id.value);
  if (leaders.size() == 1 && leaders.front() == context.actor.account) return refuse(Kind::conflict, "member.last_leader");
  if (!storage::execute(tx, "delete from member where organisation = $1 and volunteer = $2", organisation.id, volunteer.id))
    return refuse(Kind::conflict, "member.not_member");
  return Json::of({{"region", organisation.region}});
}

Result<Json> change(storage::Tx& tx, const CommandContext& context, const MemberInput& input) {
  const auto organisation = find_organisation(tx, id_value(context.argument("organisation")).value_or(0));
  const auto volunteer = find_volunteer(tx, id_value(input.volunteer).value_or(0));
  if (!organisation || !volunteer) return refuse(Kind::not_found, "http.not_found");
  if (volunteer->account && volunteer->account == context.actor.account && input.change == "remove")
    return refuse(Kind::conflict, "member.last_leader");
  std::int64_t changed = 0;
  if (input.change == "admit")
    changed = storage::execute(tx, "update member set state = 'member', since = $3 where organisation = $1 and volunteer = $2 and "
                                   "state = 'asked'", organisation->id, volunteer->id, tx.now());
  else if (input.change == "remove")
    changed = storage::execute(tx, "delete from member where organisation = $1 and volunteer = $2", organisation->id, volunteer->id);
  else
    return refuse(Kind::invalid, "form.unreadable", "change");
  if (!changed) return refuse(Kind::conflict, "member.not_member");
  if (volunteer->account)
    notices::send(tx, {volunteer->account, "notice.member_" + std::string(input.change == "admit" ? "admitted" : "removed"),
                       {{"team", organisation->name}}, "/organisations/" + organisation->id.text()});
  return Json::of({{"region", organisation->region}});
}

}  // namespace

void add_people(Context& context, const Organisation& organisation, Json& view) {
  std::int64_t page = 0;
  read_value(context.request.query["page"], page);
  if (page < 0) page = 0;
  const auto found = storage::select<Person>(
      context.reader, "select m.volunteer, v.name, v.volunteer_no, m.role, m.state from member m join volunteer v on v.id = "
                      "m.volunteer where m.organisation = $1 order by case m.state when 'asked' then 0 when 'invited' then 2 else 1 "
                      "end, m.role, m.since, m.volunteer limit $2 offset $3", organisation.id, kPage + 1, page * kPage);
  Json people = Json::array();
  for (const auto& person : found) {
    if (people.size() == kPage) break;
    const char* act = person.state == "asked" ? "admit" : "remove";
    people.push(Json::of({{"member", id_text(person.volunteer)}, {"who", person.name}, {"no", person.volunteer_no},
                          {"role_name", context.text("member.role." + person.role)},
                          {"state", Json::of({{"tone", person.state == "member" ? "done" : "wait"},
                                              {"label", context.text("member.state." + person.state)}})},
                          {"change", act}, {"change_name", context.text(std::string("member.do.") + act)}}));
  }
  const std::string base = "/organisations/" + organisation.id.text() + "?page=";
  if (page > 0 || found.size() > kPage)
    view.set("pager", Json::of({{"previous", page > 0 ? base + std::to_string(page - 1) : ""},
                                {"next", found.size() > kPage ? base + std::to_string(page + 1) : ""},
                                {"where", std::to_string(page + 1)}}));
  view.set("leads", true).set("has_people", people.size() > 0).set("people", people);
}

void add_member_routes(http::Router& router, http::PageHandler page) {
  const auto back = [](const CommandContext& context, const Json&) { return "/organisations/" + context.argument("organisation"); };
  const auto mine = Access::signed_in("a volunteer decides about their own membership");
  router.command<NoInput>({.name = "organisation.join", .path = "/organisations/{organisation}/join", .access = mine, .next = back,
                           .flash = "organisation.joined", .page = page, .region_field = "region"}, join);
  router.command<NoInput>({.name = "member.accept", .path = "/organisations/{organisation}/accept", .access = mine, .next = back,
                           .flash = "organisation.joined", .page = page, .region_field = "region"}, accept);
  router.command<NoInput>({.name = "member.leave", .path = "/organisations/{organisation}/leave", .access = mine, .next = back,
                           .flash = "member.left", .page = page, .region_field = "region"}, leave);
  router.command<MemberInput>({.name = "member.change", .path = "/organisations/{organisation}/member",
                               .access = Access::over(permission::organisation_lead, "organisation"), .next = back,
                               .flash = "organisation.decided", .page = page, .region_field = "region"}, change);
}

}  // namespace tx::teams
