// The desk of transfers: reading a file in with a dry run, the second person's agreement, sending records out, and what the
// other side made of them. And every volunteer's own records as a file to take along.
#include "base/text.h"
#include "platform/audit/audit.h"
#include "platform/documents/documents.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/support/inspection/inspection.h"
#include "systems/support/records/records.h"
#include "systems/support/transfer/transfer.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr std::size_t kShown = 200;
constexpr char kXlsx[] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

struct Nothing {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Nothing, (), (reason))
struct OutInput {
  std::string to_platform, out_region;
};
BOOST_DESCRIBE_STRUCT(OutInput, (), (to_platform, out_region))
struct ReceiptInput {
  Json receipts;
};
BOOST_DESCRIBE_STRUCT(ReceiptInput, (), (receipts))

exchange::Headings headings(const language::Catalogue& words) {
  std::map<std::string, std::string> texts;
  for (const std::string column : exchange::kColumns) {
    const std::string key = "transfer.known_as." + column;
    texts[column] = words.text(language::Language::zh, key) + "|" + words.text(language::Language::en, key);
  }
  for (const std::string column : {"accepted", "words", "yes", "unit_hours", "unit_minutes"}) {
    const std::string key = "transfer.known_as." + column;
    texts[column] = words.text(language::Language::zh, key) + "|" + words.text(language::Language::en, key);
  }
  return exchange::headings_of(texts);
}

Result<void> own_region(const Context& context, const std::string& region, const char* field) {
  for (const auto& prefix : access::regions_of(context.roles, context.actor, permission::transfer))
    if (region.starts_with(prefix) && region.size() >= 2 && region.find_first_not_of("0123456789") == std::string::npos) return {};
  return refuse(Kind::forbidden, "transfer.region", field);
}

Json state_of(const Context& context, const TransferBatch& batch) {
  const bool done = batch.state == "imported" || batch.state == "answered", over = batch.state == "undone" || batch.state == "dropped";
  return Json::of({{"tone", done ? "done" : over ? "" : "wait"}, {"label", context.text("transfer.state." + batch.state)}});
}

Result<Response> desk(Context& context) {
  const http::Form form(context);
  const auto regions = access::regions_of(context.roles, context.actor, permission::transfer);
  Json in = Json::array(), out = Json::array();
  for (const auto& batch : storage::select<TransferBatch>(context.reader, "select * from transfer_batch where " + access::region_filter("region", regions) +
                                                                              " order by id desc limit 60")) {
    (batch.direction == "in" ? in : out)
        .push(Json::of({{"href", "/desk/transfers/" + id_text(batch.id)}, {"title", batch.platform}, {"text", batch.file_name}, {"icon", batch.direction == "in" ? "download" : "upload"},
                        {"leaf", ""}, {"unread_row", false}, {"has_side", true}, {"side", ""}, {"clock", Json()}, {"state", state_of(context, batch)},
                        {"meta", Json::Array{Json::of({{"glyph", "calendar"}, {"words", local_date(batch.created).text()}}),
                                             Json::of({{"glyph", "list"}, {"words", context.text(batch.direction == "in" ? "transfer.counts_in" : "transfer.counts_out",
                                                                                                 {{"good", std::to_string(batch.good)}, {"bad", std::to_string(batch.bad)}})}})}}}));
  }
  const auto options = offices(context, permission::transfer);
  return context.page("support/transfers",
                      Json::of({{"title", context.text("transfer.desk")}, {"summary", form.summary()}, {"in", Json::of({{"rows", in}})}, {"has_in", in.size() > 0},
                                {"out", Json::of({{"rows", out}})}, {"has_out", out.size() > 0},
                                {"f_platform", form.field("platform", "transfer.f.platform", "transfer.f.platform.hint", Json::of({{"maxlength", 40}}))},
                                {"f_region", form.options("region", "transfer.f.region", options)},
                                {"f_consent", form.tick("consent", "transfer.f.consent", "transfer.f.consent_text")},
                                {"f_to", form.field("to_platform", "transfer.f.to", "transfer.f.to.hint", Json::of({{"maxlength", 40}}))},
                                {"f_out_region", form.options("out_region", "transfer.f.region", options)}}));
}

Json row_view(const Context& context, const TransferRow& row) {
  return Json::of({{"line", row.line}, {"who", row.who}, {"what", title_text(context, row.title)}, {"from_whom", row.organisation},
                   {"when", row.starts.us ? local_text(row.starts) : ""}, {"long", row.minutes ? rules::hours_text(row.minutes) : ""}, {"grade", row.grade},
                   {"number", row.source_no}, {"words", row.words},
                   {"state", Json::of({{"tone", row.state == "imported" || row.state == "accepted" ? "done" : row.state == "refused" || row.state == "missing" ? "stop" : ""},
                                       {"label", context.text("transfer.row." + row.state)}})},
                   {"column", row.problem_column.empty() ? "" : context.text("transfer.column." + row.problem_column)},
                   {"problem", row.problem.empty() ? "" : context.text(row.problem, {{"number", row.source_no}})}});
}

Result<Response> batch_page(Context& context) {
  const auto batch = find_transfer(context.reader, id_value(context.argument("transfer")).value_or(0));
  if (!batch) return refuse(Kind::not_found, "http.not_found");
  const http::Form form(context);
  Json good = Json::array(), bad = Json::array();
  std::map<std::string, std::int64_t> counts;
  std::int64_t minutes = 0, by_grade[4] = {0, 0, 0, 0};
  for (const auto& row : transfer_rows(context.reader, batch->id)) {
    ++counts[row.state];
    const bool trouble = row.state == "bad" || row.state == "refused" || row.state == "missing";
    if (!trouble) {
      minutes += row.minutes;
      if (row.grade.size() == 1 && row.grade[0] >= 'A' && row.grade[0] <= 'D') by_grade[row.grade[0] - 'A'] += row.minutes;
    }
    auto& list = trouble ? bad : good;
    if (list.size() < kShown) list.push(row_view(context, row));
  }
  Json states = Json::array();
  for (const auto& [state, count] : counts) states.push(Json::of({{"label", context.text("transfer.row." + state)}, {"value", std::to_string(count)}}));
  const bool in = batch->direction == "in", open = in && batch->state == "checked";
  return context.page("support/transfer",
                      Json::of({{"title", batch->platform}, {"batch", id_text(batch->id)}, {"is_in", in}, {"is_out", !in}, {"file", batch->file_name}, {"summary", form.summary()},
                                {"state", state_of(context, *batch)}, {"states", states}, {"total", rules::hours_text(minutes)}, {"total_split", split_text(by_grade)}, {"good", good}, {"bad", bad},
                                {"has_good", good.size() > 0}, {"has_bad", bad.size() > 0}, {"mine", open && batch->created_by == context.actor.account},
                                {"may_agree", open && batch->created_by != context.actor.account && batch->good > 0}, {"may_drop", open}, {"may_undo", in && batch->state == "imported"},
                                {"f_reason", form.field("reason", "transfer.f.reason", "transfer.f.reason.hint", Json::of({{"maxlength", 300}, {"rows", 2}}))}}));
}

Result<std::vector<std::vector<std::string>>> sheet_of(Context& context) {
  if (context.request.uploads.empty() || context.request.uploads.front().bytes.empty()) return refuse(Kind::invalid, "transfer.file_missing", "file");
  const auto& upload = context.request.uploads.front();
  return TX_TRY(documents::read_sheet(upload.bytes, upload.file_name)).rows;
}

Result<Json> read_upload(const identity::Vault& vault, Context& context, Json input) {
  TX_CHECK(own_region(context, input["region"].text(), "region"));
  const auto cells = TX_TRY(sheet_of(context));
  auto rows = TX_TRY(exchange::read_rows(cells, headings(context.words)));
  const auto& upload = context.request.uploads.front();
  return input.set("rows", to_json(check_rows(context.reader, vault, normal_text(input["platform"].text()), std::move(rows), context.now)))
      .set("file_name", shortened(normal_text(upload.file_name), 80)).set("file_hash", ledger::hex(ledger::sha256(upload.bytes)));
}

}  // namespace

std::vector<std::vector<std::string>> file_of(storage::Reader& reader, const identity::Vault& vault, const language::Catalogue& words, language::Language language,
                                              const std::vector<std::int64_t>& records, bool with_persons) {
  std::vector<std::vector<std::string>> rows(1);
  for (const std::string column : exchange::kColumns) rows[0].push_back(words.text(language, "transfer.column." + column));
  for (const auto id : records) {
    const auto record = find_record(reader, id);
    const auto person = record ? teams::find_volunteer(reader, record->volunteer) : std::nullopt;
    if (!person) continue;
    const auto organisation = teams::find_organisation(reader, record->organisation);
    const bool shown = record->grade == Grade::A || record->grade == Grade::B;
    const std::string document = with_persons && !person->id_sealed.empty() ? vault.unseal(person->id_sealed, "volunteer.id").value_or("") : "";
    const std::string title = record->title.starts_with("service.") ? words.text(language, record->title) : record->title;
    rows.push_back({id_text(record->id), person->volunteer_no, with_persons ? teams::full_name(reader, vault, *person) : "", document.empty() ? "" : "01", document, title, person->categories,
                    local_date(record->starts).text(), local_text(record->starts).substr(11), local_text(record->ends).substr(11), rules::hours_text(record->minutes.value),
                    organisation ? organisation->name : words.text(language, "record.residents"), organisation ? organisation->credit_code : "", record->in_charge,
                    record->place, shown ? "4" : "1", is_verified(record->grade) ? "1" : "2", "2", std::to_string(leaf_seq(reader, "record", record->id).value_or(-1)),
                    std::string(enum_name(record->grade)) + " · " + words.text(language, std::string("record.grade.") + enum_name(record->grade))});
  }
  return rows;
}

void add_transfer_routes(http::Router& router, const Services& services, const Book& book) {
  router.resolver("transfer", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto batch = find_transfer(reader, id_value(text).value_or(0));
    if (!batch) return std::nullopt;
    access::Place place;
    place.region = batch->region;
    return place;
  });
  const auto* vault = &services.vault;
  const auto any = Access::any(permission::transfer), over = Access::over(permission::transfer, "transfer");
  const auto back = [](const CommandContext& context, const Json&) { return "/desk/transfers/" + context.argument("transfer"); };
  const auto number = [](const CommandContext& context) { return id_value(context.argument("transfer")).value_or(0); };
  const auto answer = [](const TransferBatch& batch) { return Json::of({{"transfer", id_text(batch.id)}, {"state", batch.state}, {"good", batch.good}, {"bad", batch.bad}, {"region", batch.region}}); };
  const auto to_new = [](const CommandContext&, const Json& made) { return "/desk/transfers/" + made["transfer"].text(); };
  router.page("transfer.desk", "/desk/transfers", any, desk);
  router.page("transfer.batch", "/desk/transfers/{transfer}", over, batch_page);
  router.page("transfer.template", "/desk/transfers/template.xlsx", any, [](Context& context) -> Result<Response> {
    documents::Sheet sheet{context.text("transfer.desk"), {{}}};
    for (const std::string column : exchange::kColumns) sheet.rows[0].push_back(context.text("transfer.column." + column));
    return Response::file(documents::write_xlsx(sheet, {context.text("transfer.template_note")}), kXlsx, "tongxin-transfer.xlsx");
  });
  router.command<TransferUpload>({.name = "transfer.check", .path = "/desk/transfers", .access = any, .next = to_new, .page = desk, .region_field = "region",
                                  .prepare = [vault](Context& context, Json input) { return read_upload(*vault, context, std::move(input)); }},
                                 [answer](storage::Tx& tx, const CommandContext& context, const TransferUpload& input) -> Result<Json> {
                                   return answer(TX_TRY(keep_batch(tx, input, context.actor)));
                                 });
  router.command<Nothing>({.name = "transfer.import", .path = "/desk/transfers/{transfer}/import", .access = over, .next = back, .flash = "transfer.imported", .page = batch_page,
                           .region_field = "region"},
                          [&book, number, answer](storage::Tx& tx, const CommandContext& context, const Nothing&) -> Result<Json> {
                            return answer(TX_TRY(import_batch(tx, book, number(context), context.actor)));
                          });
  router.command<Nothing>({.name = "transfer.undo", .path = "/desk/transfers/{transfer}/undo", .access = over, .next = back, .flash = "transfer.undone", .page = batch_page,
                           .region_field = "region"},
                          [&book, number, answer](storage::Tx& tx, const CommandContext& context, const Nothing& input) -> Result<Json> {
                            return answer(TX_TRY(undo_batch(tx, book, number(context), context.actor, input.reason)));
                          });
  router.command<OutInput>({.name = "transfer.send", .path = "/desk/transfers/out", .access = any, .next = to_new, .flash = "transfer.made", .page = desk, .region_field = "region",
                            .prepare = [](Context& context, Json input) -> Result<Json> {
                              TX_CHECK(own_region(context, input["out_region"].text(), "out_region"));
                              return input;
                            }},
                           [&book, answer](storage::Tx& tx, const CommandContext& context, const OutInput& input) -> Result<Json> {
                             return answer(TX_TRY(make_out_batch(tx, book, input.to_platform, input.out_region, context.actor)));
                           });
  router.command<ReceiptInput>({.name = "transfer.reconcile", .path = "/desk/transfers/{transfer}/receipt", .access = over, .next = back, .flash = "transfer.reconciled", .page = batch_page,
                                .region_field = "region",
                                .prepare = [](Context& context, Json input) -> Result<Json> {
                                  const auto cells = TX_TRY(sheet_of(context));
                                  return input.set("receipts", to_json(TX_TRY(exchange::read_receipts(cells, headings(context.words)))));
                                }},
                               [number, answer](storage::Tx& tx, const CommandContext& context, const ReceiptInput& input) -> Result<Json> {
                                 std::vector<exchange::Receipt> receipts;
                                 read_value(input.receipts, receipts);
                                 return answer(TX_TRY(answer_batch(tx, number(context), receipts)));
                               });
  // The file for the other side holds names and papers: every download leaves its trace, and a leaf.
  router.page("transfer.file", "/desk/transfers/{transfer}/file.xlsx", over, [vault, &store = services.store](Context& context) -> Result<Response> {
    const auto batch = find_transfer(context.reader, id_value(context.argument("transfer")).value_or(0));
    if (!batch || batch->direction != "out") return refuse(Kind::not_found, "http.not_found");
    const auto written = store.write([&](storage::Tx& tx) -> Result<Json> {
      audit::Entry entry;
      entry.account = context.actor.account.value;
      entry.action = "transfer.export";
      entry.object = "transfer:" + id_text(batch->id);
      entry.region = batch->region;
      entry.outcome = "done";
      entry.details = Json::object();
      audit::append(tx, entry);
      return Json();
    });
    if (!written) return tl::unexpected(written.error());
    std::vector<std::int64_t> records;
    for (const auto& row : transfer_rows(context.reader, batch->id)) records.push_back(row.record);
    documents::Sheet sheet{"records", file_of(context.reader, *vault, context.words, context.language, records, true)};
    return Response::file(documents::write_xlsx(sheet, {head(context.reader).note}), kXlsx, "records-" + id_text(batch->id) + ".xlsx");
  });
  router.page("transfer.own", "/me/record/file.xlsx", Access::signed_in("one's own records to take along (PIPL art. 45)"), [vault](Context& context) -> Result<Response> {
    const auto volunteer = teams::find_volunteer_by_account(context.reader, context.actor.account);
    if (!volunteer) return refuse(Kind::not_found, "http.not_found");
    std::vector<std::int64_t> records;
    for (const auto& record : standing_records(context.reader, volunteer->id.value, 100000)) records.push_back(record.id);
    documents::Sheet sheet{"records", file_of(context.reader, *vault, context.words, context.language, records, true)};
    return Response::file(documents::write_xlsx(sheet, {head(context.reader).note}), kXlsx, volunteer->volunteer_no + ".xlsx");
  });
}

}  // namespace tx::support
