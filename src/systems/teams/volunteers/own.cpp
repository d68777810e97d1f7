// What a volunteer keeps besides the profile: papers (licences, certificates) with their expiry, people not to be sent
// out with, a pause, and invitations of teams that wait for a yes.
#include "platform/http/forms.h"
#include "platform/http/inputs.h"
#include "platform/storage/record_sql.h"
#include "systems/teams/rooms.h"
#include "systems/teams/volunteers/flow.h"

namespace tx::teams {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::NoInput;

struct CertificateInput {
  int paper_skill = 0;
  std::string paper;
  Date valid_until;
};
BOOST_DESCRIBE_STRUCT(CertificateInput, (), (paper_skill, paper, valid_until))
struct ExclusionInput {
  std::string number;
  bool drop = false;
};
BOOST_DESCRIBE_STRUCT(ExclusionInput, (), (number, drop))

constexpr int kPaperSkills[] = {1, 3, 4, 8, 9, 18, 19};   // specialties for which a licence is usual
constexpr int kExclusionsMost = 50;

std::string two_digits(std::int64_t code) { return (code < 10 ? "0" : "") + std::to_string(code); }

Result<Volunteer> own(storage::Reader& reader, const CommandContext& context) {
  auto volunteer = find_volunteer_by_account(reader, context.actor.account);
  if (!volunteer) return refuse(Kind::forbidden, "signup.not_volunteer");
  return *volunteer;
}

Result<Json> add_certificate(storage::Tx& tx, const CommandContext& context, const CertificateInput& input) {
  const auto volunteer = TX_TRY(own(tx, context));
  if (input.paper.empty()) return refuse(Kind::invalid, "volunteer.paper_missing", "paper");
  if (input.valid_until < local_date(context.now)) return refuse(Kind::invalid, "volunteer.paper_expired", "valid_until");
  if (input.paper_skill < 1 || input.paper_skill > 23) return refuse(Kind::invalid, "form.unreadable", "paper_skill");
  storage::execute(tx, "insert into volunteer_certificate (id, volunteer, skill, paper, valid_until, state, decided_by, created) "
                       "values ($1,$2,$3,$4,$5,'stated',0,$6)",
                   tx.new_id(), volunteer.id, input.paper_skill, input.paper, input.valid_until, tx.now());
  return Json::of({{"region", volunteer.region}});
}

Result<Json> exclude(storage::Tx& tx, const CommandContext& context, const ExclusionInput& input) {
  const auto volunteer = TX_TRY(own(tx, context));
  const auto other = find_volunteer_by_number(tx, input.number);
  if (!other || other->id == volunteer.id) return refuse(Kind::invalid, "volunteer.not_with_unknown", "number");
  if (input.drop) {
    storage::execute(tx, "delete from volunteer_exclusion where volunteer = $1 and other = $2", volunteer.id, other->volunteer_no);
    return Json::object();
  }
  if (static_cast<int>(exclusions_of(tx, volunteer.id.value).size()) >= kExclusionsMost)
    return refuse(Kind::full, "volunteer.not_with_most", "number", {{"most", std::to_string(kExclusionsMost)}});
  storage::execute(tx, "insert into volunteer_exclusion (volunteer, other) values ($1,$2) on conflict do nothing", volunteer.id,
                   other->volunteer_no);
  return Json::object();
}

}  // namespace

Json volunteer_pill(const Context& context, const std::string& state) {
  const char* tone = state == "active" ? "done" : state == "applied" ? "wait" : "";
  return Json::of({{"tone", tone}, {"label", context.text("flow.volunteer." + state)}});
}

void add_own_matters(Context& context, const Volunteer& volunteer, Json& view) {
  Json certificates = Json::array(), exclusions = Json::array(), invitations = Json::array();
  const auto papers = storage::query(context.reader, "select skill, paper, valid_until, state from volunteer_certificate where "
                                                     "volunteer = $1 order by valid_until", volunteer.id);
  for (const auto& row : papers.rows) {
    std::int64_t skill = 0;
    std::string paper, state;
    Date until;
    storage::from_value(row[0], skill);
    storage::from_value(row[1], paper);
    storage::from_value(row[2], until);
    storage::from_value(row[3], state);
    const bool over = until < local_date(context.now);
    certificates.push(Json::of({{"skill_name", context.text("skill." + two_digits(skill))}, {"paper", paper},
                                {"valid_until", until.text()},
                                {"state", Json::of({{"tone", over ? "stop" : state == "checked" ? "done" : "wait"},
                                                    {"label", context.text(over ? "certificate.over" : "certificate." + state)}})}}));
  }
  for (const auto& number : exclusions_of(context.reader, volunteer.id.value))
    exclusions.push(Json::of({{"excluded", number}}));
  const auto invited = storage::query(context.reader, "select o.id, o.name from member m join organisation o on o.id = "
                                                      "m.organisation where m.volunteer = $1 and m.state = 'invited'", volunteer.id);
  for (const auto& row : invited.rows) {
    std::int64_t id = 0;
    std::string name;
    storage::from_value(row[0], id);
    storage::from_value(row[1], name);
    invitations.push(Json::of({{"team", id_text(id)}, {"team_name", name}}));
  }
  const http::Form form(context);
  std::vector<http::Option> skills;
  for (const int code : kPaperSkills) skills.push_back({std::to_string(code), context.text("skill." + two_digits(code))});
  view.set("f_paper_skill", form.options("paper_skill", "volunteer.paper_skill", skills))
      .set("f_paper", form.field("paper", "volunteer.paper", "volunteer.paper_hint", Json::of({{"maxlength", 60}})))
      .set("f_valid", form.field("valid_until", "volunteer.valid_until", {}, Json::of({{"type", "date"}, {"short", true}})));
  view.set("has_certificates", certificates.size() > 0).set("certificates", certificates)
      .set("has_exclusions", exclusions.size() > 0).set("exclusions", exclusions)
      .set("has_invitations", invitations.size() > 0).set("invitations", invitations)
      .set("may_pause", volunteer.state == "active").set("may_resume", volunteer.state == "paused")
      .set("state", volunteer_pill(context, volunteer.state));
}

void add_own_routes(http::Router& router, http::PageHandler profile) {
  const auto mine = Access::signed_in("one's own volunteer profile");
  const auto back = [](const CommandContext&, const Json&) { return std::string("/me/volunteer"); };
  router.command<CertificateInput>({.name = "volunteer.certificate", .path = "/me/volunteer/certificate", .access = mine,
                                    .next = back, .flash = "volunteer.saved", .page = profile, .region_field = "region"},
                                   add_certificate);
  router.command<ExclusionInput>({.name = "volunteer.exclude", .path = "/me/volunteer/exclusion", .access = mine,
                                  .next = back, .flash = "volunteer.saved", .page = profile}, exclude);
  for (const char* action : {"pause", "resume"})
    router.command<NoInput>(
        {.name = std::string("volunteer.") + action, .path = std::string("/me/volunteer/") + action, .access = mine,
         .next = back, .flash = "volunteer.saved", .page = profile, .region_field = "region"},
        [action](storage::Tx& tx, const CommandContext& context, const NoInput&) -> Result<Json> {
          const auto volunteer = TX_TRY(own(tx, context));
          const auto past = workflow::history(tx, kVolunteerFlow.id, volunteer.id.value);
          // What a guardian stopped, the child does not begin again.
          if (volunteer.state == "paused" && is_minor(volunteer, local_date(tx.now())) && !past.empty() && past.back().account != context.actor.account.value)
            return refuse(Kind::forbidden, "minor.guardian_paused");
          const auto taken = TX_TRY(workflow::take(tx, kVolunteerFlow, volunteer.id.value, volunteer.state, action,
                                                   context.actor.account));
          storage::execute(tx, "update volunteer set state = $1 where id = $2", taken.state, volunteer.id);
          return Json::of({{"state", taken.state}, {"region", volunteer.region}});
        });
}

}  // namespace tx::teams
