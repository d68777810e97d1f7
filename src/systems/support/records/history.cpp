// One entry in full: the facts that Decree 67 wants (art. 7, 10), and its history from check-in to whatever happened since,
// each step with who did it and when. Names are masked; nobody but the owner and officers of the place sees this.
#include <algorithm>

#include "base/text.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/supply.h"
#include "systems/support/fraud/fraud.h"
#include "systems/support/records/flow.h"
#include "systems/support/records/records.h"
#include "systems/support/transfer/transfer.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using http::Context;
using http::Response;

struct Came {
  Instant came, left_at;
  std::string came_by, left_by, note;
  std::int64_t confirmed_by = 0;
  Instant confirmed_at;
};
BOOST_DESCRIBE_STRUCT(Came, (), (came, left_at, came_by, left_by, note, confirmed_by, confirmed_at))

std::string name_of(const Context& context, access::AccountId account) {
  const auto name = account ? storage::scalar<std::string>(context.reader, "select display_name from account where id = $1", account) : std::nullopt;
  return name ? masked_name(*name) : context.text("record.history.system");
}

class History {
 public:
  explicit History(const Context& context) : context_(context) {}
  void add(const char* key, Instant at, std::string note) {
    if (at.us == 0) return;
    steps_.push_back({at, context_.text(key), std::move(note)});
  }
  void flow(const workflow::Flow& flow, std::int64_t object) {
    for (const auto& event : workflow::history(context_.reader, flow.id, object)) {
      const auto words = context_.text("flow." + std::string(flow.id) + ".do." + event.action);
      steps_.push_back({event.at, words, name_of(context_, {event.account}) + (event.reason.empty() ? "" : " · " + shortened(event.reason, 60))});
    }
  }
  Json view() {
    std::stable_sort(steps_.begin(), steps_.end(), [](const Step& a, const Step& b) { return a.at < b.at; });
    Json list = Json::array();
    for (const auto& step : steps_)
      list.push(Json::of({{"phase", "past"}, {"name", step.name}, {"note", language::date_text(context_.language, step.at) + (step.note.empty() ? "" : " · " + step.note)},
                          {"current", false}, {"due", ""}}));
    return list;
  }

 private:
  struct Step {
    Instant at;
    std::string name, note;
  };
  const Context& context_;
  std::vector<Step> steps_;
};

Json fact(const Context& context, const char* key, std::string value) {
  return Json::of({{"label", context.text(key)}, {"value", std::move(value)}});
}

std::string place_text(const Context& context, const std::string& place) {
  const bool code = place.size() >= 4 && place.find_first_not_of("0123456789") == std::string::npos;
  return code ? teams::region_path(context.reader, place, context.language) : place;
}

}  // namespace

Json record_facts(const Context& context, const ServiceRecord& record) {
  const auto organisation = teams::find_organisation(context.reader, record.organisation);
  Json facts = Json::array();
  facts.push(fact(context, "record.when", local_text(record.starts) + " – " + local_text(record.ends).substr(11)))
      .push(fact(context, "record.long", context.text("record.minutes", {{"n", std::to_string(record.minutes.value)}})))
      .push(fact(context, "record.place", place_text(context, record.place)));
  if (!record.content.empty()) facts.push(fact(context, "record.content", record.content));
  if (context.words.has("category." + record.category)) facts.push(fact(context, "record.category", context.text("category." + record.category)));
  facts.push(fact(context, "record.organisation", record.kind == "transfer" ? origin_of(context.reader, record.id)
                                                  : organisation            ? organisation->name : context.text("record.residents")));
  if (!record.in_charge.empty()) facts.push(fact(context, "record.in_charge", record.in_charge));
  facts.push(fact(context, "record.evidence", enum_name(record.grade) + std::string(" · ") + grade_text(context, record.grade)))
      .push(fact(context, "record.nature", context.text(is_verified(record.grade) ? "record.nature.verified" : "record.nature.declared")));
  if (!record.entry.empty()) facts.push(fact(context, "record.entry", context.text("record.entry." + record.entry)));
  if (const auto quality = supply::quality_of(context.reader, attendance_behind(context.reader, record)); quality.stars)
    facts.push(fact(context, "record.quality", context.text("record.quality.text", {{"n", std::to_string(quality.stars)}, {"day", local_date(quality.at).text()}})));
  return facts.push(fact(context, "record.written", local_text(record.at)));
}

Json record_history(const Context& context, const ServiceRecord& record) {
  History history(context);
  if (const auto came = storage::find<Came>(context.reader, "select came, left_at, came_by, left_by, note, confirmed_by, confirmed_at from attendance where id = $1", attendance_behind(context.reader, record))) {
    history.add("record.history.came", came->came, context.text("attendance.proof." + came->came_by));
    history.add("record.history.left", came->left_at, context.text("attendance.proof." + came->left_by) + (came->note.empty() ? "" : " · " + came->note));
    history.add("record.history.confirmed", came->confirmed_at, name_of(context, {came->confirmed_by}));
  }
  if (find_case(context.reader, record.source)) history.flow(kCaseFlow, record.source);
  history.add("record.history.written", record.at, context.text("record.minutes", {{"n", std::to_string(record.minutes.value)}}));
  for (const auto& of : storage::select<RecordCase>(context.reader, "select * from record_case where record = $1 order by id", record.id)) history.flow(kCaseFlow, of.id);
  for (const auto& row : storage::query(context.reader, "select f.at, f.action from flow_event f join risk_entry e on e.risk = f.object where f.flow = 'risk_case' and e.kind = "
                                                        "'record' and e.object = $1 and f.action <> 'open' order by f.at", record.id).rows)
    history.add(("flow.risk_case.do." + std::get<std::string>(row[1])).c_str(), {std::get<std::int64_t>(row[0])}, "");
  if (const auto back = storage::find<ServiceRecord>(context.reader, "select * from service_record where reverses = $1 and reverses <> 0", record.id))
    history.add("record.history.back", back->at, name_of(context, back->first_by) + ", " + name_of(context, back->second_by));
  return history.view();
}

void add_entry_routes(http::Router& router) {
  router.resolver("record", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto record = find_record(reader, id_value(text).value_or(0));
    if (!record) return std::nullopt;
    access::Place place;
    place.region = record->region;
    if (record->organisation) place.organisations.push_back(id_text(record->organisation));
    return place;
  });
  router.page("record.entry", "/desk/records/entry/{record}", access::Access::over(permission::check, "record"), [](Context& context) -> Result<Response> {
    const auto record = find_record(context.reader, id_value(context.argument("record")).value_or(0));
    if (!record) return refuse(Kind::not_found, "http.not_found");
    const auto card = teams::volunteer_card(context.reader, record->volunteer);
    const auto risk = risk_of(context.reader, "record", record->id);
    return context.page("support/entry", Json::of({{"title", title_text(context, record->title)}, {"facts", record_facts(context, *record)}, {"timeline", record_history(context, *record)},
                                                   {"person", Json::of({{"initial", card.initial}, {"name", card.name}, {"tone", card.tone}, {"note", card.volunteer_no}})},
                                                   {"stands", stands(context.reader, record->id)}, {"object", id_text(record->id)}, {"may_take_up", !risk && context.may(permission::supervise)}, {"risk", risk && context.may(permission::judge) ? "/desk/risks/" + id_text(*risk) : ""}}));
  });
}

void add_record_complaints() {
  supply::add_complaint_objects("record", {[](storage::Reader& reader, std::int64_t id) -> std::optional<std::string> {
                                             const auto record = find_record(reader, id);
                                             return record ? std::optional(record->region) : std::nullopt;
                                           },
                                           [](const Context& context, std::int64_t id) {
                                             return Json::of({{"href", "/desk/records/entry/" + id_text(id)}, {"label", context.text("record.open_entry")}});
                                           }});
  supply::add_complaint_objects("case", {[](storage::Reader& reader, std::int64_t id) -> std::optional<std::string> {
                                           const auto of = find_case(reader, id);
                                           return of ? std::optional(of->region) : std::nullopt;
                                         },
                                         [](const Context& context, std::int64_t id) {
                                           return Json::of({{"href", "/desk/records/" + id_text(id)}, {"label", context.text("record.open_case")}});
                                         }});
}

}  // namespace tx::support
