// The desk of complaints. Whoever a complaint concerns does not see it there; a contact is read with a reason, on record.
#include "base/text.h"
#include "platform/audit/audit.h"
#include "platform/audit/lately.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/supply.h"
#include "systems/support/complaints/complaints.h"
#include "systems/support/complaints/flow.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct JudgeInput {
  std::string answer;
};
BOOST_DESCRIBE_STRUCT(JudgeInput, (), (answer))
struct ReasonInput {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReasonInput, (), (reason))

struct Tab {
  const char* id;
  const char* states;
};
constexpr Tab kTabs[] = {{"waiting", "('received')"}, {"appealed", "('appealed')"}, {"answered", "('answered')"}, {"past", "('transferred','closed','withdrawn')"}};

// Those who judge appeals and answer none have their own way in.
std::string base_of(const Context& context) { return context.request.path.starts_with("/desk/appeals") ? "/desk/appeals" : "/desk/complaints"; }

Json row_of(const Context& context, const Complaint& complaint) {
  const bool runs = complaint.state == "received" || complaint.state == "appealed";
  return Json::of({{"href", base_of(context) + "/" + id_text(complaint.id)}, {"title", context.text(std::string("complaint.kind.") + enum_name(complaint.kind))}, {"text", shortened(complaint.words, 80)},
                   {"icon", complaint_rules::needs_authority(complaint.kind) ? "warning" : "messages"}, {"leaf", ""}, {"unread_row", false}, {"has_side", true}, {"side", ""},
                   {"meta", Json::Array{Json::of({{"glyph", "calendar"}, {"words", language::date_text(context.language, complaint.created)}}),
                                        Json::of({{"glyph", "nearby"}, {"words", complaint.region.empty() ? context.text("complaint.region.unknown") : teams::region_name(context.reader, complaint.region.substr(0, 6), context.language)}}),
                                        Json::of({{"glyph", complaint.channel == "station" ? "station" : "share"}, {"words", context.text("complaint.channel." + complaint.channel)}})}},
                   {"state", workflow::state_view(kComplaintFlow, complaint.state, context.language, context.words)},
                   {"clock", runs && complaint.due.us ? workflow::due_view(complaint.due, context.now, context.language, context.words) : Json()}});
}

Result<Response> desk(Context& context) {
  const std::string where = "(" + access::region_filter("region", access::regions_of(context.roles, context.actor, supply::permission::handle)) + " or " +
                            access::region_filter("region", access::regions_of(context.roles, context.actor, permission::complain_judge)) + " or region = '')";
  const std::string chosen = context.request.query["tab"].text();
  Json tabs = Json::array(), rows = Json::array();
  std::int64_t hidden = 0;
  for (const auto& tab : kTabs) {
    const bool current = chosen == tab.id || (chosen.empty() && tab.id == kTabs[base_of(context) == "/desk/appeals"].id);
    tabs.push(Json::of({{"href", base_of(context) + "?tab=" + tab.id}, {"label", context.text(std::string("complaint.tab.") + tab.id)}, {"current", current},
                        {"count", std::string_view(tab.id) == "past" ? "" : std::to_string(storage::scalar<std::int64_t>(context.reader, "select count(*) from complaint where state in " + std::string(tab.states) + " and " + where).value_or(0))}}));
    if (!current) continue;
    for (const auto& complaint : storage::select<Complaint>(context.reader, "select * from complaint where state in " + std::string(tab.states) + " and " + where +
                                                                                " order by case when due = 0 then 1 else 0 end, due, id desc limit 200")) {
      if (keeps_away(context.reader, complaint, context.actor)) ++hidden;
      else rows.push(row_of(context, complaint));
    }
  }
  Json view = Json::of({{"title", context.text("complaint.desk")}, {"tabs", tabs}, {"rows", rows}, {"hidden_words", hidden ? context.text("complaint.hidden", {{"n", std::to_string(hidden)}}) : ""},
                        {"may_take_in", context.may(supply::permission::take_in)}});
  if (rows.size() == 0) view.set("empty", Json::of({{"icon", "check"}, {"title", context.text("complaint.none")}, {"text", context.text("complaint.none.text")}, {"href", ""}}));
  return context.page("support/complaints_desk", view);
}

bool opened(const Context& context, const Complaint& complaint) {
  return audit::said_lately(context.reader, "complaint.contact_read", "complaint:" + id_text(complaint.id), context.actor.account, context.now);
}

Result<Response> one_page(Context& context, const identity::Vault& vault) {
  const auto complaint = find_complaint(context.reader, id_value(context.argument("complaint")).value_or(0));
  if (!complaint) return refuse(Kind::not_found, "http.not_found");
  if (keeps_away(context.reader, *complaint, context.actor)) return refuse(Kind::forbidden, "complaint.conflict");
  const http::Form form(context);
  const bool authority = complaint_rules::needs_authority(complaint->kind), open = opened(context, *complaint);
  const bool answers = complaint->state == "received" && context.may(supply::permission::handle), judges = complaint->state == "appealed" && context.may(permission::complain_judge);
  std::string whom = complaint->against;
  if (const auto organisation = teams::find_organisation(context.reader, complaint->about_organisation)) whom = organisation->name;
  auto events = workflow::history(context.reader, "complaint", complaint->id);
  Json view = Json::of({{"title", context.text(std::string("complaint.kind.") + enum_name(complaint->kind))}, {"complaint", id_text(complaint->id)}, {"base", base_of(context)}, {"told", complaint->words}, {"whom", whom},
                        {"channel_name", context.text("complaint.channel." + complaint->channel)}, {"sent", local_text(complaint->created)},
                        {"where", complaint->region.empty() ? context.text("complaint.region.unknown") : teams::region_path(context.reader, complaint->region, context.language)},
                        {"answer", complaint->answer}, {"handed_to", complaint->unit}, {"unit_contact", complaint->unit_contact}, {"appeal_words", complaint->appeal}, {"decision", complaint->decision},
                        {"state", workflow::state_view(kComplaintFlow, complaint->state, context.language, context.words)},
                        {"clock", (complaint->state == "received" || complaint->state == "appealed") && complaint->due.us ? workflow::due_view(complaint->due, context.now, context.language, context.words) : Json()},
                        {"timeline", workflow::timeline_view(kComplaintFlow, events, context.language, context.words, context.now)},
                        {"about", complaint_link(context, *complaint)}, {"power", context.text(std::string("complaint.power.") + enum_name(complaint->kind))}, {"authority", authority},
                        {"answers", answers}, {"judges", judges}, {"own_answer", judges && complaint->handled_by == context.actor.account}, {"summary", form.summary()},
                        {"has_contact", !complaint->contact_sealed.empty()}, {"open", open}, {"contact", open ? vault.unseal(complaint->contact_sealed, "complaint.contact").value_or("") : ""},
                        {"f_answer", form.field("answer", judges ? "complaint.decision" : "complaint.answer", "complaint.answer.hint", Json::of({{"maxlength", 2000}, {"rows", 4}}))}});
  if (answers) {
    if (authority) view.set("f_competent", form.tick("competent", "complaint.competent", "complaint.competent.text"));
    view.set("f_unit", form.field("unit", "complaint.unit", "complaint.unit.hint", Json::of({{"maxlength", 80}, {"optional", true}})))
        .set("f_unit_contact", form.field("unit_contact", "complaint.unit_contact", "complaint.unit_contact.hint", Json::of({{"maxlength", 120}, {"optional", true}})));
  }
  return context.page("support/complaint_one", view);
}

}  // namespace

void add_complaint_desk_routes(http::Router& router, const Services& services) {
  const auto* vault = &services.vault;
  router.resolver("complaint", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto complaint = find_complaint(reader, id_value(text).value_or(0));
    if (!complaint) return std::nullopt;
    access::Place place;
    place.region = complaint->region.empty() ? "64" : complaint->region;
    place.owners = {complaint->by_account};
    return place;
  });
  const auto one = [vault](Context& context) { return one_page(context, *vault); };
  const auto handles = Access::over(supply::permission::handle, "complaint"), judges = Access::over(permission::complain_judge, "complaint");
  router.page("complaint.desk", "/desk/complaints", Access::any(supply::permission::handle), desk);
  router.page("complaint.one", "/desk/complaints/{complaint}", handles, one);
  router.page("complaint.appeals", "/desk/appeals", Access::any(permission::complain_judge), desk);
  router.page("complaint.appeal_one", "/desk/appeals/{complaint}", judges, one);
  for (const std::string action : {"answer", "transfer"})
    router.command<HandleInput>({.name = "complaint." + action, .path = "/desk/complaints/{complaint}/" + action, .access = handles,
                                 .next = [](const CommandContext&, const Json&) { return std::string("/desk/complaints"); }, .flash = "complaint.handled", .page = one, .region_field = "region"},
                                [action](storage::Tx& tx, const CommandContext& context, const HandleInput& input) -> Result<Json> {
                                  const auto complaint = TX_TRY(handle_complaint(tx, id_value(context.argument("complaint")).value_or(0), action, input, context.actor));
                                  return Json::of({{"number", complaint.number}, {"state", complaint.state}, {"region", complaint.region}});
                                });
  for (const std::string action : {"uphold", "change"})
    router.command<JudgeInput>({.name = "complaint." + action, .path = "/desk/appeals/{complaint}/" + action, .access = judges,
                                .next = [](const CommandContext&, const Json&) { return std::string("/desk/appeals"); }, .flash = "complaint.judged", .page = one, .region_field = "region"},
                               [action](storage::Tx& tx, const CommandContext& context, const JudgeInput& input) -> Result<Json> {
                                 const auto complaint = TX_TRY(judge_complaint(tx, id_value(context.argument("complaint")).value_or(0), action, input.answer, context.actor));
                                 return Json::of({{"number", complaint.number}, {"state", complaint.state}, {"region", complaint.region}});
                               });
  router.command<ReasonInput>({.name = "complaint.open_contact", .path = "/desk/complaints/{complaint}/contact", .access = handles,
                               .next = [](const CommandContext& context, const Json&) { return "/desk/complaints/" + context.argument("complaint"); }, .page = one, .region_field = "region"},
                              [](storage::Tx& tx, const CommandContext& context, const ReasonInput& input) -> Result<Json> {
                                const auto complaint = find_complaint(tx, id_value(context.argument("complaint")).value_or(0));
                                if (!complaint) return refuse(Kind::not_found, "http.not_found");
                                if (keeps_away(tx, *complaint, context.actor)) return refuse(Kind::forbidden, "complaint.conflict");
                                if (letter_count(input.reason) < 4) return refuse(Kind::invalid, "identity.reason_missing", "reason");
                                audit::Entry entry;
                                entry.account = context.actor.account.value;
                                entry.action = "complaint.contact_read";
                                entry.object = "complaint:" + id_text(complaint->id);
                                entry.region = complaint->region;
                                entry.outcome = "done";
                                entry.reason = input.reason;
                                audit::append(tx, entry);
                                return Json::of({{"region", complaint->region}});
                              });
}

}  // namespace tx::support
