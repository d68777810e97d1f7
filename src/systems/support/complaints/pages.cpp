// The complainant's side: complaining, following with the number, the notice of where it was handed on to, withdrawing, appealing;
// and the figures that everybody may read.
#include "base/text.h"
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

constexpr const char* kKinds[] = {"person", "time", "group", "project", "fee", "privacy", "forced"};

struct NumberInput {
  std::string words;
};
BOOST_DESCRIBE_STRUCT(NumberInput, (), (words))

// What the complaint is about, in words that the complainant knows; empty: nothing named.
std::string subject(const Context& context, const std::string& about, const std::string& need) {
  if (!need.empty()) return context.text("complaint.about_need", {{"number", need}});
  const auto colon = about.find(':');
  if (colon == std::string::npos) return {};
  const auto id = id_value(about.substr(colon + 1)).value_or(0);
  const std::string kind = about.substr(0, colon);
  if (kind == "activity") return storage::scalar<std::string>(context.reader, "select title from activity where id = $1 and state in ('published','finished','cancelled')", id).value_or("");
  if (kind == "organisation") {
    const auto organisation = teams::find_organisation(context.reader, id);
    return organisation ? organisation->name : "";
  }
  return context.text("complaint.about_record");
}

Result<Response> form_page(Context& context, bool at_station) {
  const auto& query = context.request.query;
  std::string about = query["about"].text();
  for (const char* thing : {"activity", "organisation"})
    if (about.empty() && !query[thing].text().empty()) about = std::string(thing) + ":" + query[thing].text();
  // A link may say it in its own words (forced_assignment): the choice then carries them.
  const std::string word = context.submitted["kind"].text().empty() ? query["kind"].text() : context.submitted["kind"].text();
  const auto asked = complaint_rules::kind_of(word);
  const std::string kind = asked ? enum_name(*asked) : about.starts_with("activity:") ? "project" : about.starts_with("organisation:") ? "group" : about.empty() ? "person" : "time";
  const http::Form form(context, Json::of({{"kind", kind}, {"about", about}, {"need", query["need"].text()}}));
  std::vector<http::Option> kinds, counties;
  for (const char* each : kKinds) kinds.push_back({asked && each == std::string_view(enum_name(*asked)) ? word : each, context.text(std::string("complaint.kind.") + each), context.text(std::string("complaint.kind.") + each + ".note")});
  counties.push_back({"", context.text("complaint.region.unknown")});
  for (const auto& city : teams::regions_below(context.reader, "64"))
    for (const auto& county : teams::regions_below(context.reader, city.code)) counties.push_back({county.code, city.name + " · " + county.name});
  const std::string target = at_station ? "/desk/complaints/new" : "/complain";
  Json view = Json::of({{"title", context.text(at_station ? "complaint.title_station" : "complaint.title")}, {"summary", form.summary()}, {"target", target}, {"at_station", at_station},
                        {"need", form.text("need")}, {"about", form.text("about")}, {"about_words", subject(context, form.text("about"), form.text("need"))},
                        {"f_kind", form.options("kind", "complaint.kind", kinds)},
                        {"f_words", form.field("words", "complaint.words", "complaint.words.hint", Json::of({{"maxlength", 2000}}))},
                        {"f_contact", form.field("contact", "complaint.contact", "complaint.contact.hint", Json::of({{"optional", true}, {"inputmode", "tel"}, {"short", true}}))}});
  if (form.text("about").empty() && form.text("need").empty()) {
    view.set("f_against", form.field("against", "complaint.against", "complaint.against.hint", Json::of({{"optional", true}, {"maxlength", 80}})));
    if (context.actor.region.empty() || at_station || !context.submitted["region"].text().empty()) view.set("f_region", form.options("region", "complaint.region", counties, "complaint.region.hint"));
  }
  return context.page("support/complain", view);
}

Result<Response> follow_page(Context& context) {
  const auto complaint = find_complaint_by_number(context.reader, context.argument("number"));
  if (!complaint) return refuse(Kind::not_found, "http.not_found");
  const http::Form form(context);
  // Whoever handles it is named by office, never by name, and his words on the way are not the complainant's to read twice.
  auto events = workflow::history(context.reader, "complaint", complaint->id);
  for (auto& event : events) event.reason.clear();
  const bool in_time = complaint->state == "answered" && (!complaint->due.us || context.now <= complaint->due);
  Json view = Json::of({{"title", context.text("complaint.follow")}, {"number", complaint->number},
                        {"ticket", Json::of({{"label", context.text("complaint.number")}, {"number", complaint->number}, {"note", context.text("complaint.keep")}})},
                        {"kind_name", context.text(std::string("complaint.kind.") + enum_name(complaint->kind))}, {"sent", local_text(complaint->created)},
                        {"state", workflow::state_view(kComplaintFlow, complaint->state, context.language, context.words)},
                        {"answer", complaint->answer}, {"handed_to", complaint->unit}, {"unit_contact", complaint->unit_contact}, {"appeal_words", complaint->appeal}, {"decision", complaint->decision},
                        {"power", context.text(std::string("complaint.power.") + enum_name(complaint->kind))},
                        {"may_withdraw", complaint->state == "received"}, {"may_appeal", in_time}, {"until", in_time && complaint->due.us ? local_text(complaint->due) : ""}, {"summary", form.summary()},
                        {"f_words", form.field("words", "complaint.appeal.words", "complaint.appeal.words.hint", Json::of({{"maxlength", 2000}, {"rows", 3}}))},
                        {"timeline", workflow::timeline_view(kComplaintFlow, events, context.language, context.words, context.now)}});
  return context.page("support/complaint", view);
}

// What everybody may read: by kind, how many, how many in time, handed on, appealed. Small numbers are hidden.
Result<Response> figures_page(Context& context) {
  const int now = local_date(context.now).year();
  const int year = context.request.query["year"].text() == std::to_string(now - 1) ? now - 1 : now;
  const Instant from = start_of(Date::of(year, 1, 1)), to = start_of(Date::of(year + 1, 1, 1));
  Json rows = Json::array();
  std::int64_t all = 0, done = 0, in_time = 0, appealed = 0, changed = 0;
  for (const char* kind : kKinds) {
    std::int64_t n = 0, answered = 0, on = 0, asked = 0;
    for (const auto& one : storage::select<Complaint>(context.reader, "select * from complaint where kind = $1 and created >= $2 and created < $3", kind, from, to)) {
      ++n;
      on += one.state == "transferred";
      asked += !one.appeal.empty();
      if (one.answered.us || one.state == "answered" || one.state == "transferred" || one.state == "closed") {
        ++answered;
        const auto due = storage::scalar<std::int64_t>(context.reader, "select due from flow_event where flow = 'complaint' and object = $1 and action = 'receive'", one.id).value_or(0);
        in_time += one.answered.us && (!due || one.answered.us <= due);
      }
    }
    all += n;
    done += answered;
    appealed += asked;
    changed += storage::scalar<std::int64_t>(context.reader, "select count(*) from flow_event e join complaint c on c.id = e.object where e.flow = 'complaint' and e.action = 'change' and c.kind = $1 and "
                                                             "c.created >= $2 and c.created < $3", kind, from, to).value_or(0);
    rows.push(Json::of({{"kind_name", context.text(std::string("complaint.kind.") + kind)}, {"n", complaint_rules::published_count(n)}, {"answered_n", complaint_rules::published_count(answered - on)},
                        {"handed_n", complaint_rules::published_count(on)}, {"appealed_n", complaint_rules::published_count(asked)}}));
  }
  const auto figure = [&](const char* key, const std::string& value) { return Json::of({{"label", context.text(key)}, {"value", value}, {"unit", ""}, {"href", ""}, {"tone", ""}}); };
  return context.page("support/complaint_figures",
                      Json::of({{"title", context.text("complaint.figures")}, {"year", std::to_string(year)}, {"other_year", std::to_string(year == now ? now - 1 : now)}, {"lines", rows},
                                {"stats", Json::Array{figure("complaint.figure.all", complaint_rules::published_count(all)), figure("complaint.figure.done", complaint_rules::published_count(done)),
                                                      figure("complaint.figure.in_time", done >= 3 ? std::to_string(in_time * 100 / done) + "%" : "–"),
                                                      figure("complaint.figure.changed", appealed ? complaint_rules::published_count(changed) + " / " + complaint_rules::published_count(appealed) : "0")}}}));
}

}  // namespace

void add_complaint_routes(http::Router& router, const Services& services) {
  const auto* vault = &services.vault;
  const auto form = [](Context& context) { return form_page(context, false); };
  const auto station = [](Context& context) { return form_page(context, true); };
  for (const auto& [name, path] : {std::pair{"complaint.new", "/complain"}, {"complaint.new_of_kind", "/complaints/new"}})
    router.page(name, path, Access::everyone("anybody may complain (Regulation art. 26)"), form);
  const auto next = [](const CommandContext&, const Json& answer) { return "/complain/" + answer["number"].text(); };
  router.command<ComplainInput>({.name = "complaint.submit", .path = "/complain", .access = Access::everyone("anybody may complain (Regulation art. 26)"), .next = next,
                                 .flash = "complaint.received", .page = form, .region_field = "region"},
                                [vault](storage::Tx& tx, const CommandContext& context, const ComplainInput& input) -> Result<Json> {
                                  const auto complaint = TX_TRY(complain(tx, *vault, input, context.actor, false));
                                  return Json::of({{"number", complaint.number}, {"region", complaint.region}});
                                });
  // Somebody without a phone tells it at the station; the number goes home on paper.
  router.page("complaint.station", "/desk/complaints/new", Access::any(supply::permission::take_in), station);
  router.command<ComplainInput>({.name = "complaint.take_in", .path = "/desk/complaints/new", .access = Access::any(supply::permission::take_in), .next = next,
                                 .flash = "complaint.received", .page = station, .region_field = "region"},
                                [vault](storage::Tx& tx, const CommandContext& context, const ComplainInput& input) -> Result<Json> {
                                  const auto complaint = TX_TRY(complain(tx, *vault, input, context.actor, true));
                                  return Json::of({{"number", complaint.number}, {"region", complaint.region}});
                                });
  router.page("complaint.follow", "/complain/{number}", Access::everyone("the number cannot be guessed"), follow_page);
  router.command<NumberInput>({.name = "complaint.appeal", .path = "/complain/{number}/appeal", .access = Access::everyone("whoever holds the number complained"),
                               .next = [](const CommandContext& context, const Json&) { return "/complain/" + context.argument("number"); }, .flash = "complaint.appealed", .page = follow_page,
                               .region_field = "region"},
                              [](storage::Tx& tx, const CommandContext& context, const NumberInput& input) -> Result<Json> {
                                const auto complaint = TX_TRY(appeal_complaint(tx, context.argument("number"), input.words));
                                return Json::of({{"state", complaint.state}, {"region", complaint.region}});
                              });
  router.command<NumberInput>({.name = "complaint.withdraw", .path = "/complain/{number}/withdraw", .access = Access::everyone("whoever holds the number complained"),
                               .next = [](const CommandContext& context, const Json&) { return "/complain/" + context.argument("number"); }, .flash = "complaint.is_withdrawn", .page = follow_page,
                               .region_field = "region"},
                              [](storage::Tx& tx, const CommandContext& context, const NumberInput&) -> Result<Json> {
                                const auto complaint = TX_TRY(withdraw_complaint(tx, context.argument("number")));
                                return Json::of({{"state", complaint.state}, {"region", complaint.region}});
                              });
  router.page("complaint.figures", "/reports/complaints", Access::everyone("how complaints are answered is public"), figures_page);
}

}  // namespace tx::support
