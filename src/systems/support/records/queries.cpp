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
  totals.pending = storage::scalar<std::int64_t>(
      reader, "select sum(minutes) from record_case where volunteer = $1 and kind in ('manual','long_day') and state in "
              "('checked','notice','contested')", volunteer).value_or(0);
  return totals;
}

std::string grade_text(const http::Context& context, Grade grade) { return context.text(std::string("record.grade.") + enum_name(grade)); }

Json case_row(const http::Context& context, const RecordCase& of, const std::string& href) {
  const auto meta = [](const char* glyph, std::string words) { return Json::of({{"glyph", glyph}, {"words", std::move(words)}}); };
  const auto card = teams::volunteer_card(context.reader, of.volunteer);
  const auto organisation = teams::find_organisation(context.reader, of.organisation);
  return Json::of({{"href", href}, {"title", title_text(context, of.title)}, {"text", card.name + " · " + context.text("record.kind." + of.kind)},
                   {"icon", ""}, {"leaf", ""}, {"unread_row", false}, {"has_side", true},
                   {"side", context.text("record.hours", {{"n", rules::hours_text(of.minutes.value)}})},
                   {"meta", Json::Array{meta("calendar", local_date(of.starts).text()),
                                        meta("team", organisation ? organisation->name : context.text("record.residents"))}},
                   {"state", workflow::state_view(kCaseFlow, of.state, context.language, context.words)},
                   {"clock", of.due.us ? workflow::due_view(of.due, context.now, context.language, context.words) : Json()}});
}

}  // namespace tx::support
