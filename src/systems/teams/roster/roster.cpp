// Roster import (Excel or CSV): template, dry run with an error for every bad row, correction in place, import of the good
// rows, undo of the whole batch. People on a roster become INVITED members until they agree themselves, unless the leader
// states that a consent paper is on file (Decree 67 art. 6; nobody is registered against their will).
#include <algorithm>
#include <set>

#include "base/text.h"
#include "platform/documents/documents.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/teams/rooms.h"
#include "systems/teams/volunteers/rules.h"

namespace tx::teams {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr int kRowsMost = 5000;

struct Row {
  std::int64_t batch = 0;
  int line = 0;                 // line of the sheet, the header is 1
  std::string name, phone_sealed, id_sealed, region, skills, problem, problem_field;
  std::int64_t volunteer = 0;
  bool made = false;            // this batch made the volunteer row
};
BOOST_DESCRIBE_STRUCT(Row, (), (batch, line, name, phone_sealed, id_sealed, region, skills, problem, problem_field, volunteer, made))
struct Batch {
  std::int64_t id = 0, organisation = 0;
  std::string file_name, state;  // checked, imported, undone
  int rows_good = 0, rows_bad = 0;
  std::string consent;
  access::AccountId created_by;
  Instant created, changed;
};
BOOST_DESCRIBE_STRUCT(Batch, (), (id, organisation, file_name, state, rows_good, rows_bad, consent, created_by, created, changed))

struct UploadInput {
  std::string organisation, file_name;
  Json rows;                     // filled by prepare: array of [name, phone, id, region, skills]
  bool consent = false;
};
BOOST_DESCRIBE_STRUCT(UploadInput, (), (organisation, file_name, rows, consent))
struct CorrectInput {
  int line = 0;
  std::string name, phone, id_number, region;
};
BOOST_DESCRIBE_STRUCT(CorrectInput, (), (line, name, phone, id_number, region))
struct Empty {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Empty, (), (reason))

struct Cells {
  std::string name, phone, id_number, region, skills;
};

// The first thing wrong with a row, or an empty rule.
std::pair<std::string, std::string> problem_of(storage::Reader& reader, const Cells& cells, std::set<std::string>& phones) {
  if (letter_count(cells.name) < 2 || letter_count(cells.name) > 40) return {"roster.name", "name"};
  const auto phone = identity::canonical_phone(cells.phone);
  if (!phone) return {"roster.phone", "phone"};
  if (!phones.insert(*phone).second) return {"roster.phone_twice", "phone"};
  if (!cells.id_number.empty() && !identity::canonical_id_number(cells.id_number)) return {"roster.id_number", "id_number"};
  if (cells.region.size() != 12 || !region_position(reader, cells.region)) return {"roster.region", "region"};
  return {};
}

void write_row(storage::Tx& tx, const identity::Vault& vault, std::int64_t batch, int line, const Cells& cells,
               std::set<std::string>& phones, int& good, int& bad) {
  Row row;
  row.batch = batch;
  row.line = line;
  row.name = normal_text(cells.name);
  row.phone_sealed = vault.seal(cells.phone, "roster.phone");
  row.id_sealed = cells.id_number.empty() ? "" : vault.seal(cells.id_number, "roster.id");
  row.region = cells.region;
  row.skills = cells.skills;
  std::tie(row.problem, row.problem_field) = problem_of(tx, cells, phones);
  (row.problem.empty() ? good : bad) += 1;
  storage::execute(tx, "delete from roster_row where batch = $1 and line = $2", batch, line);
  storage::insert(tx, "roster_row", row);
}

Result<Json> check_upload(storage::Tx& tx, const identity::Vault& vault, const CommandContext& context, const UploadInput& input) {
  bool own = false;
  for (const auto& grant : context.actor.grants)
    own = own || (grant.kind == access::ScopeKind::organisation && grant.scope == input.organisation);
  if (!own) return refuse(Kind::forbidden, "access.denied");
  Batch batch{tx.new_id(), id_value(input.organisation).value_or(0), input.file_name, "checked", 0, 0,
              input.consent ? "paper" : "invited", context.actor.account, tx.now(), tx.now()};
  std::set<std::string> phones;
  int line = 1;
  for (const auto& item : input.rows.items()) {
    ++line;
    const auto cell = [&](std::size_t i) { return i < item.items().size() ? normal_text(item.items()[i].text()) : std::string(); };
    write_row(tx, vault, batch.id, line, {cell(0), cell(1), cell(2), cell(3), cell(4)}, phones, batch.rows_good, batch.rows_bad);
  }
  storage::insert(tx, "roster_batch", batch);
  return Json::of({{"batch", id_text(batch.id)}, {"good", batch.rows_good}, {"bad", batch.rows_bad}});
}

std::vector<Row> rows_of(storage::Reader& reader, std::int64_t batch) {
  return storage::select<Row>(reader, "select * from roster_row where batch = $1 order by line", batch);
}
std::optional<Batch> find_batch(storage::Reader& reader, const std::string& text) {
  return storage::find<Batch>(reader, "select * from roster_batch where id = $1", id_value(text).value_or(0));
}

// Reads the uploaded sheet on a worker, so that a large file never holds up the write path.
Result<Json> read_upload(Context& context, Json input) {
  if (context.request.uploads.empty() || context.request.uploads.front().bytes.empty())
    return refuse(Kind::invalid, "roster.file_missing", "file");
  const auto& upload = context.request.uploads.front();
  const auto sheet = TX_TRY(documents::read_sheet(upload.bytes, upload.file_name));
  if (sheet.rows.size() < 2) return refuse(Kind::invalid, "roster.empty", "file");
  if (sheet.rows.size() > kRowsMost + 1) return refuse(Kind::invalid, "roster.too_many", "file", {{"most", std::to_string(kRowsMost)}});
  Json rows = Json::array();
  for (std::size_t i = 1; i < sheet.rows.size(); ++i) {
    Json cells = Json::array();
    bool blank = true;
    for (const auto& cell : sheet.rows[i]) {
      blank = blank && cell.empty();
      cells.push(cell);
    }
    if (!blank) rows.push(cells);
  }
  return input.set("rows", rows).set("file_name", upload.file_name);
}

Result<Json> correct(storage::Tx& tx, const identity::Vault& vault, const CommandContext& context, const CorrectInput& input) {
  auto batch = find_batch(tx, context.argument("batch"));
  if (!batch || batch->state != "checked") return refuse(Kind::conflict, "roster.closed");
  std::set<std::string> phones;
  for (const auto& row : rows_of(tx, batch->id))
    if (row.line != input.line && row.problem.empty())
      phones.insert(identity::canonical_phone(vault.unseal(row.phone_sealed, "roster.phone").value_or("")).value_or(""));
  int good = 0, bad = 0;
  write_row(tx, vault, batch->id, input.line, {input.name, normal_text(input.phone), normal_text(input.id_number), input.region, ""},
            phones, good, bad);
  batch->rows_good = static_cast<int>(storage::scalar<std::int64_t>(tx, "select count(*) from roster_row where batch = $1 and problem = ''", batch->id).value_or(0));
  batch->rows_bad = static_cast<int>(storage::scalar<std::int64_t>(tx, "select count(*) from roster_row where batch = $1 and problem <> ''", batch->id).value_or(0));
  storage::update(tx, "roster_batch", *batch);
  if (bad) {
    const auto row = storage::find<Row>(tx, "select * from roster_row where batch = $1 and line = $2", batch->id, input.line);
    return Json::of({{"still", row->problem}, {"line", input.line}});
  }
  return Json::of({{"line", input.line}});
}

Volunteer volunteer_from(storage::Tx& tx, const identity::Vault& vault, const Row& row, const Position& place) {
  Volunteer person;
  person.id = {tx.new_id()};
  person.volunteer_no = rules::volunteer_no(row.region, tx.now(),
                                            storage::scalar<std::int64_t>(tx, "select count(*) from volunteer").value_or(0) + 1);
  person.tail = person.volunteer_no.substr(12);
  person.name = row.name;
  person.search = search_tokens(row.name);
  const auto phone = *identity::canonical_phone(vault.unseal(row.phone_sealed, "roster.phone").value_or(""));
  person.phone_sealed = vault.seal(phone, "volunteer.phone");
  person.phone_index = vault.blind_index(phone, "volunteer.phone");
  if (!row.id_sealed.empty()) {
    const auto number = *identity::canonical_id_number(vault.unseal(row.id_sealed, "roster.id").value_or(""));
    person.id_sealed = vault.seal(number, "volunteer.id");
    person.id_index = vault.blind_index(number, "volunteer.id");
    person.birth = identity::birth_date_of(number).value_or(Date{});
  }
  person.region = row.region;
  person.x_m = place.x_m;
  person.y_m = place.y_m;
  person.hours = std::string(168, '0');
  person.state = "applied";   // becomes active when the person agrees
  person.created = tx.now();
  return person;
}

Result<Json> import(storage::Tx& tx, const identity::Vault& vault, const CommandContext& context) {
  auto batch = find_batch(tx, context.argument("batch"));
  if (!batch || batch->state != "checked") return refuse(Kind::conflict, "roster.closed");
  int done = 0;
  for (auto& row : rows_of(tx, batch->id)) {
    if (!row.problem.empty()) continue;
    const auto phone = *identity::canonical_phone(vault.unseal(row.phone_sealed, "roster.phone").value_or(""));
    auto known = storage::scalar<std::int64_t>(tx, "select id from volunteer where phone_index = $1",
                                               vault.blind_index(phone, "volunteer.phone"));
    if (!known) {
      const Volunteer person = volunteer_from(tx, vault, row, *region_position(tx, row.region));
      storage::insert(tx, "volunteer", person);
      known = person.id.value;
      row.made = true;
    }
    const auto added = storage::execute(tx, "insert into member (organisation, volunteer, role, state, consent, since) "
                                            "values ($1,$2,'member',$3,$4,$5) on conflict do nothing",
                                        batch->organisation, *known, batch->consent == "paper" ? "member" : "invited",
                                        batch->consent, tx.now());
    storage::execute(tx, "update roster_row set volunteer = $1, made = $2 where batch = $3 and line = $4",
                     added ? *known : 0, row.made, batch->id, row.line);
    ++done;
  }
  batch->state = "imported";
  batch->changed = tx.now();
  storage::update(tx, "roster_batch", *batch);
  return Json::of({{"imported", done}});
}

Result<Json> undo(storage::Tx& tx, const CommandContext& context) {
  auto batch = find_batch(tx, context.argument("batch"));
  if (!batch || batch->state != "imported") return refuse(Kind::conflict, "roster.closed");
  int undone = 0;
  for (const auto& row : rows_of(tx, batch->id)) {
    if (!row.volunteer) continue;
    storage::execute(tx, "delete from member where organisation = $1 and volunteer = $2", batch->organisation, row.volunteer);
    // A person whom this batch made and who has not agreed anywhere since goes with it.
    if (row.made)
      storage::execute(tx, "delete from volunteer where id = $1 and state = 'applied' and account = 0 and not exists "
                           "(select 1 from member where volunteer = $1)", row.volunteer);
    ++undone;
  }
  batch->state = "undone";
  batch->changed = tx.now();
  storage::update(tx, "roster_batch", *batch);
  return Json::of({{"undone", undone}});
}

// ---- pages
Result<Response> desk_page(Context& context) {
  const http::Form form(context);
  std::vector<http::Option> organisations;
  Json batches = Json::array();
  for (const auto& text : access::organisations_of(context.roles, context.actor, permission::roster_import)) {
    const auto organisation = find_organisation(context.reader, id_value(text).value_or(0));
    if (!organisation) continue;
    organisations.push_back({text, organisation->name});
    for (const auto& batch : storage::select<Batch>(context.reader, "select * from roster_batch where organisation = $1 order by created desc limit 10", organisation->id))
      batches.push(Json::of({{"href", "/desk/roster/" + id_text(batch.id)}, {"title", batch.file_name}, {"text", ""}, {"icon", "file"},
                             {"leaf", ""}, {"unread_row", false}, {"has_side", true}, {"side", ""}, {"clock", Json()},
                             {"meta", Json::Array{Json::of({{"glyph", "people"},
                                                            {"words", context.text("roster.counts", {{"good", std::to_string(batch.rows_good)},
                                                                                                     {"bad", std::to_string(batch.rows_bad)}})}})}},
                             {"state", Json::of({{"tone", batch.state == "imported" ? "done" : batch.state == "undone" ? "" : "wait"},
                                                 {"label", context.text("roster.state." + batch.state)}})}}));
  }
  return context.page("teams/roster", Json::of({{"title", context.text("roster.title")}, {"summary", form.summary()},
                                                {"f_organisation", form.options("organisation", "activity.organisation_label", organisations)},
                                                {"f_consent", form.tick("consent", "roster.consent", "roster.consent_text")},
                                                {"rows", batches}, {"has_batches", batches.size() > 0}}));
}

Result<Response> batch_page(const Services& services, Context& context) {
  const auto batch = find_batch(context.reader, context.argument("batch"));
  if (!batch) return refuse(Kind::not_found, "http.not_found");
  Json bad = Json::array(), good = Json::array();
  for (const auto& row : rows_of(context.reader, batch->id)) {
    const std::string phone = services.vault.unseal(row.phone_sealed, "roster.phone").value_or("");
    if (row.problem.empty()) {
      if (good.size() < 20)
        good.push(Json::of({{"line", row.line}, {"who", row.name}, {"phone", masked_phone(phone)},
                            {"where", region_name(context.reader, row.region, context.language)}}));
      continue;
    }
    bad.push(Json::of({{"line", row.line}, {"who", row.name}, {"phone", phone}, {"region", row.region},
                       {"id_number", services.vault.unseal(row.id_sealed, "roster.id").value_or("")},
                       {"bad_name", row.problem_field == "name"}, {"bad_phone", row.problem_field == "phone"},
                       {"bad_id", row.problem_field == "id_number"}, {"bad_region", row.problem_field == "region"},
                       {"problem", context.text(row.problem)}}));
  }
  return context.page("teams/roster_batch",
                      Json::of({{"title", batch->file_name}, {"batch", id_text(batch->id)}, {"summary", http::Form(context).summary()},
                                {"counts", context.text("roster.counts", {{"good", std::to_string(batch->rows_good)}, {"bad", std::to_string(batch->rows_bad)}})},
                                {"checked", batch->state == "checked"}, {"imported", batch->state == "imported"},
                                {"state", Json::of({{"tone", batch->state == "imported" ? "done" : batch->state == "undone" ? "" : "wait"},
                                                    {"label", context.text("roster.state." + batch->state)}})},
                                {"bad", bad}, {"has_bad", bad.size() > 0}, {"good", good}, {"good_count", batch->rows_good}}));
}

}  // namespace

void add_roster_routes(http::Router& router, const Services& services) {
  router.resolver("batch", [](storage::Reader& reader, const std::string& text) -> std::optional<access::Place> {
    const auto batch = find_batch(reader, text);
    if (!batch) return std::nullopt;
    access::Place place;
    place.organisations = {id_text(batch->organisation)};
    return place;
  });
  router.page("roster.desk", "/desk/roster", Access::any(permission::roster_import), desk_page);
  router.page("roster.template", "/desk/roster/template.xlsx", Access::any(permission::roster_import),
              [](Context& context) -> Result<Response> {
                documents::Sheet sheet{context.text("roster.title"),
                                       {{context.text("roster.column.name"), context.text("roster.column.phone"),
                                         context.text("roster.column.id_number"), context.text("roster.column.region"),
                                         context.text("roster.column.skills")}}};
                return Response::file(documents::write_xlsx(sheet, {context.text("roster.template_note")}),
                                      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "tongxin-roster.xlsx");
              });
  router.command<UploadInput>(
      {.name = "roster.check", .path = "/desk/roster", .access = Access::any(permission::roster_import),
       .next = [](const CommandContext&, const Json& answer) { return "/desk/roster/" + answer["batch"].text(); },
       .page = desk_page, .prepare = read_upload},
      [services](storage::Tx& tx, const CommandContext& context, const UploadInput& input) {
        return check_upload(tx, services.vault, context, input);
      });
  const auto page = [services](Context& context) { return batch_page(services, context); };
  const auto back = [](const CommandContext& context, const Json&) { return "/desk/roster/" + context.argument("batch"); };
  router.page("roster.batch", "/desk/roster/{batch}", Access::over(permission::roster_import, "batch"), page);
  router.command<CorrectInput>(
      {.name = "roster.correct", .path = "/desk/roster/{batch}/correct", .access = Access::over(permission::roster_import, "batch"),
       .next = back, .page = page},
      [services](storage::Tx& tx, const CommandContext& context, const CorrectInput& input) { return correct(tx, services.vault, context, input); });
  router.command<Empty>(
      {.name = "roster.import", .path = "/desk/roster/{batch}/import", .access = Access::over(permission::roster_import, "batch"),
       .next = back, .flash = "roster.imported", .page = page},
      [services](storage::Tx& tx, const CommandContext& context, const Empty&) { return import(tx, services.vault, context); });
  router.command<Empty>(
      {.name = "roster.undo", .path = "/desk/roster/{batch}/undo", .access = Access::over(permission::roster_import, "batch"),
       .next = back, .flash = "roster.undone", .page = page},
      [](storage::Tx& tx, const CommandContext& context, const Empty&) { return undo(tx, context); });
}

}  // namespace tx::teams
