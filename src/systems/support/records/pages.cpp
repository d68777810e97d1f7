// The volunteer's own record: totals by evidence, what is waiting, each entry with its proof, and asking for a correction.
#include "base/text.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/support/fraud/fraud.h"
#include "systems/support/honours/honours.h"
#include "systems/support/records/flow.h"
#include "systems/support/records/records.h"
#include "systems/support/transfer/transfer.h"
#include "systems/teams/teams.h"

namespace tx::support {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

std::string title_text(const Context& context, const std::string& title) {
  return title.starts_with("service.") ? context.text(title) : title;
}

namespace {

constexpr int kShown = 100;

Json grade_bars(const Context& context, const Totals& totals) {
  Json bars = Json::array();
  for (const Grade grade : {Grade::A, Grade::B, Grade::C, Grade::D}) {
    const auto minutes = totals.by_grade[static_cast<int>(grade)];
    const auto share = totals.minutes > 0 ? std::clamp<std::int64_t>(minutes * 100 / totals.minutes, 0, 100) : 0;
    bars.push(Json::of({{"grade", enum_name(grade)}, {"label", grade_text(context, grade)}, {"share", share},
                        {"hours", context.text("record.hours", {{"n", rules::hours_text(minutes)}})}}));
  }
  return bars;
}

Json entry_view(const Context& context, const ServiceRecord& record) {
  const auto organisation = teams::find_organisation(context.reader, record.organisation);
  const std::string when = local_date(record.starts).text() + " " + local_text(record.starts).substr(11) + "–" + local_text(record.ends).substr(11);
  return Json::of({{"href", "/me/record/" + id_text(record.id)}, {"title", title_text(context, record.title)}, {"when", when},
                   {"organisation", record.kind == "transfer" ? origin_of(context.reader, record.id)
                                    : organisation            ? organisation->name : context.text("record.residents")},
                   {"long", language::duration_text(context.language, record.minutes)},
                   {"grade", enum_name(record.grade)}, {"grade_text", grade_text(context, record.grade)},
                   {"by_hand", record.grade == Grade::D}});
}

Result<Response> my_record(Context& context) {
  const auto volunteer = teams::find_volunteer_by_account(context.reader, context.actor.account);
  Json view = Json::of({{"title", context.text("record.mine")}, {"nav_me", true}, {"is_volunteer", volunteer.has_value()}});
  if (!volunteer) return context.page("support/record", view);
  const auto totals = totals_of(context.reader, volunteer->id.value);
  Json entries = Json::array(), waiting = Json::array();
  for (const auto& record : standing_records(context.reader, volunteer->id.value, kShown)) entries.push(entry_view(context, record));
  for (const auto& of : storage::select<RecordCase>(
           context.reader, "select * from record_case where volunteer = $1 and state in ('asked','checked','notice','contested') order by id desc",
           volunteer->id))
    waiting.push(case_row(context, of, of.kind == "manual" || of.state == "notice" || of.state == "contested" ? "/notices/records/" + id_text(of.id) : "/me/record/" + id_text(of.record)));
  view.set("total", rules::hours_text(totals.minutes)).set("bars", grade_bars(context, totals))
      .set("has_waiting", waiting.size() > 0).set("rows", waiting).set("entries", entries).set("has_entries", entries.size() > 0)
      .set("pending", totals.pending ? context.text("record.hours", {{"n", rules::hours_text(totals.pending)}}) + " (" + split_text(totals.pending_by_grade) + ")" : "");
  Json frozen = Json::array();
  for (const auto& row : storage::query(context.reader, "select distinct c.id from risk_case c join risk_entry e on e.risk = c.id where e.volunteer = $1 and "
                                                        "c.state in ('frozen','heard','decided','appealed') order by c.id", volunteer->id).rows) {
    const auto risk = std::get<std::int64_t>(row[0]);
    const auto doubted = minutes_by_grade(context.reader, risk, volunteer->id.value);
    frozen.push(Json::of({{"href", "/me/hearings/" + id_text(risk)}, {"hours", context.text("record.hours", {{"n", rules::hours_text(doubted.minutes)}})},
                          {"frozen_split", split_text(doubted.by_grade)}}));
  }
  view.set("frozen", frozen).set("has_frozen", frozen.size() > 0).set("year", std::to_string(local_date(context.now).year()))
      .set("star", star_view(context, volunteer->id.value));
  return context.page("support/record", view);
}

Result<ServiceRecord> own_record(storage::Reader& reader, const access::Actor& actor, const std::string& id) {
  const auto record = find_record(reader, id_value(id).value_or(0));
  if (!record || teams::account_of_volunteer(reader, record->volunteer) != actor.account) return refuse(Kind::not_found, "http.not_found");
  return *record;
}

Result<Response> one_record(Context& context) {
  const auto record = TX_TRY(own_record(context.reader, context.actor, context.argument("record")));
  const http::Form form(context, Json::of({{"from", local_text(record.starts).substr(11)}, {"to", local_text(record.ends).substr(11)}}));
  const Json facts = record_facts(context, record);
  const Json proof = proof_of(context.reader, "record", record.id);
  const bool asked = storage::scalar<std::int64_t>(context.reader, "select id from record_case where record = $1 and state in ('asked','checked')",
                                                   record.id).has_value();
  Json history = Json::array();
  for (const auto& of : storage::select<RecordCase>(context.reader, "select * from record_case where record = $1 order by id", record.id))
    history.push(case_row(context, of, "/me/record/" + id_text(record.id)));
  return context.page("support/record_one",
                      Json::of({{"title", title_text(context, record.title)}, {"record", id_text(record.id)}, {"facts", facts},
                                {"stands", stands(context.reader, record.id)}, {"asked", asked || is_frozen(context.reader, "record", record.id)},
                                {"timeline", record_history(context, record)}, {"complain", "/complain?about=record:" + id_text(record.id)},
                                {"leaf", proof.is_null() ? "" : std::to_string(proof["index"].integer())},
                                {"log_size", proof.is_null() ? "" : std::to_string(proof["size"].integer())},
                                {"rows", history}, {"has_history", history.size() > 0}, {"summary", form.summary()},
                                {"f_from", form.field("from", "record.true_from", {}, Json::of({{"type", "time"}, {"short", true}}))},
                                {"f_to", form.field("to", "record.true_to", {}, Json::of({{"type", "time"}, {"short", true}}))},
                                {"f_all_wrong", form.tick("all_wrong", "record.all_wrong", "record.all_wrong.text")},
                                {"f_words", form.field("words", "record.why", "record.why.hint", Json::of({{"maxlength", 1000}, {"rows", 3}}))}}));
}

}  // namespace

void add_record_routes(http::Router& router, const Services&, const Book&) {
  router.page("record.mine", "/me/record", Access::signed_in("one's own record"), my_record);
  router.page("record.one", "/me/record/{record}", Access::signed_in("one's own record (checked in the page)"), one_record);
  router.command<CorrectionInput>(
      {.name = "record.correct", .path = "/me/record/{record}/correct", .access = Access::signed_in("one's own record (checked in the command)"),
       .next = [](const CommandContext& context, const Json&) { return "/me/record/" + context.argument("record"); },
       .flash = "record.correction_asked", .page = one_record, .region_field = "region"},
      [](storage::Tx& tx, const CommandContext& context, const CorrectionInput& input) -> Result<Json> {
        const auto record = TX_TRY(own_record(tx, context.actor, context.argument("record")));
        const auto of = TX_TRY(ask_correction(tx, record, input, context.actor));
        return Json::of({{"case", id_text(of.id)}, {"state", of.state}, {"region", of.region}});
      });
}

}  // namespace tx::support
