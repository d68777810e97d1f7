#include "platform/storage/record_sql.h"
#include "systems/support/records/flow.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {

std::optional<ServiceRecord> find_record(storage::Reader& reader, std::int64_t id) {
  return storage::find<ServiceRecord>(reader, "select * from service_record where id = $1", id);
}
std::optional<RecordCase> find_case(storage::Reader& reader, std::int64_t id) {
  return storage::find<RecordCase>(reader, "select * from record_case where id = $1", id);
}

std::vector<ServiceRecord> standing_records(storage::Reader& reader, std::int64_t volunteer, int limit) {
  return storage::select<ServiceRecord>(
      reader, "select r.* from service_record r where r.volunteer = $1 and r.reverses = 0 and not exists (select 1 from service_record b "
              "where b.reverses = r.id and b.reverses <> 0) order by r.starts desc limit $2", volunteer, limit);
}

bool stands(storage::Reader& reader, std::int64_t record) {
  return !storage::scalar<std::int64_t>(reader, "select id from service_record where reverses = $1 and reverses <> 0", record);
}

namespace {

// Between freezing and the end of a risk case the minutes count for nothing. Asked from the few doubts, not from all records.
std::string frozen_sum() {
  return "select r.grade, sum(r.minutes) from risk_entry e join risk_case c on c.id = e.risk join service_record r on r.id = e.object where e.volunteer = $1 and "
         "e.kind = 'record' and c.state in ('frozen','heard','decided','appealed') and r.reverses = 0 and not exists (select 1 from service_record b where "
         "b.reverses = r.id and b.reverses <> 0) ";
}

}  // namespace

bool is_frozen(storage::Reader& reader, std::string_view kind, std::int64_t object) {
  return storage::scalar<std::int64_t>(reader, "select e.risk from risk_entry e join risk_case c on c.id = e.risk where e.object = $1 and e.kind = $2 "
                                               "and c.state in ('frozen','heard','decided','appealed') limit 1", object, kind).has_value();
}

std::int64_t counted_minutes(storage::Reader& reader, std::int64_t volunteer, Grade grade, Date from, Date to) {
  const Instant since = start_of(from), until = start_of({to.days + 1});
  const auto all = storage::scalar<std::int64_t>(reader, "select sum(minutes) from service_record where volunteer = $1 and grade = $2 and starts >= $3 "
                                                         "and starts < $4", volunteer, grade, since, until).value_or(0);
  std::int64_t frozen = 0;
  const auto rows = storage::query(reader, frozen_sum() + "and r.grade = $2 and r.starts >= $3 and r.starts < $4 group by r.grade", volunteer, grade, since, until);
  if (!rows.empty()) storage::from_value(rows.rows[0][1], frozen);
  return all - frozen;
}

std::string entry_of(const std::string& came_by, const std::string& left_by) {
  if (left_by == "forced") return "forced";
  if (came_by == "leader" || left_by == "leader") return "organiser";
  if (came_by == "kiosk" || left_by == "kiosk") return "kiosk";
  return came_by == "code" && left_by == "code" ? "self" : "claim";
}

Json logged_as(const ServiceRecord& record) {
  Json json = Json::object();
  const Json whole = exact(record);
  for (const auto& [name, value] : whole.members())
    if (!((name == "content" || name == "category" || name == "entry") && value.text().empty())) json.set(name, value);
  return json;
}

std::optional<Successor> successor_of(storage::Reader& reader, std::int64_t organisation) {
  return storage::find<Successor>(reader, "select * from record_successor where organisation = $1", organisation);
}

std::vector<std::int64_t> recorders_of(storage::Reader& reader, const access::Roles& roles, const access::Actor& actor) {
  std::vector<std::int64_t> all;
  for (const auto& text : access::organisations_of(roles, actor, permission::enter)) {
    const auto id = id_value(text).value_or(0);
    const auto organisation = teams::find_organisation(reader, id);
    if (!organisation || !teams::may_publish(*organisation)) continue;
    all.push_back(id);
    for (const auto& row : storage::query(reader, "select organisation from record_successor where successor = $1", id).rows)
      all.push_back(std::get<std::int64_t>(row[0]));
  }
  return all;
}

Totals totals_of(storage::Reader& reader, std::int64_t volunteer) {
  Totals totals;
  const auto sums = storage::query(reader, "select grade, sum(minutes) from service_record where volunteer = $1 group by grade", volunteer);
  for (const auto& row : sums.rows) {
    Grade grade{};
    std::int64_t minutes = 0;
    storage::from_value(row[0], grade);
    storage::from_value(row[1], minutes);
    totals.by_grade[static_cast<int>(grade)] = minutes;
    totals.minutes += minutes;
  }
  const auto frozen = storage::query(reader, frozen_sum() + "group by r.grade", volunteer);
  for (const auto& row : frozen.rows) {
    Grade grade{};
    std::int64_t minutes = 0;
    storage::from_value(row[0], grade);
    storage::from_value(row[1], minutes);
    totals.by_grade[static_cast<int>(grade)] -= minutes;
    totals.minutes -= minutes;
    totals.frozen += minutes;
    totals.frozen_by_grade[static_cast<int>(grade)] += minutes;
  }
  const auto pending = storage::query(reader, "select grade, sum(minutes) from record_case where volunteer = $1 and kind in ('manual','long_day','authority_day','one_hand') "
                                              "and state in ('checked','notice','contested') group by grade", volunteer);
  for (const auto& row : pending.rows) {
    Grade grade{};
    std::int64_t minutes = 0;
    storage::from_value(row[0], grade);
    storage::from_value(row[1], minutes);
    totals.pending += minutes;
    totals.pending_by_grade[static_cast<int>(grade)] += minutes;
  }
  return totals;
}

std::string split_text(const std::int64_t (&by_grade)[4]) {
  std::string text;
  for (const Grade grade : {Grade::A, Grade::B, Grade::C, Grade::D})
    if (const auto minutes = by_grade[static_cast<int>(grade)])
      text += (text.empty() ? "" : " · ") + std::string(enum_name(grade)) + " " + rules::hours_text(minutes);
  return text;
}

std::int64_t attendance_behind(storage::Reader& reader, const ServiceRecord& record) {
  if (record.kind == "shift" || record.kind == "need") return record.source;
  if (!is_measured(record.kind)) return 0;
  return storage::scalar<std::int64_t>(reader, "select source from record_case where id = $1", record.source).value_or(0);
}

std::string grade_text(const http::Context& context, Grade grade) { return context.text(std::string("record.grade.") + enum_name(grade)); }

Json case_row(const http::Context& context, const RecordCase& of, const std::string& href) {
  const auto meta = [](const char* glyph, std::string words) { return Json::of({{"glyph", glyph}, {"words", std::move(words)}}); };
  const auto card = teams::volunteer_card(context.reader, of.volunteer);
  const auto organisation = teams::find_organisation(context.reader, of.organisation);
  return Json::of({{"href", href}, {"title", title_text(context, of.title)}, {"text", card.name + " · " + context.text("record.kind." + of.kind)},
                   {"icon", ""}, {"leaf", ""}, {"unread_row", false}, {"has_side", true},
                   {"side", context.text("record.hours", {{"n", rules::hours_text(of.minutes.value)}})},
                   {"row_grade", enum_name(of.grade)}, {"row_grade_text", grade_text(context, of.grade)},
                   {"meta", Json::Array{meta("calendar", local_date(of.starts).text()),
                                        meta("team", organisation ? organisation->name : context.text("record.residents"))}},
                   {"state", workflow::state_view(kCaseFlow, of.state, context.language, context.words)},
                   {"clock", of.due.us ? workflow::due_view(of.due, context.now, context.language, context.words) : Json()}});
}

}  // namespace tx::support
