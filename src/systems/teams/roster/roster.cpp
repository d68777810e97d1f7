// Roster import (Excel or CSV): template, dry run with an error for every bad row, correction in place, import of the good
// rows, undo of the whole batch. People on a roster become INVITED members until they agree themselves, unless the leader
// states that a consent paper is on file (Decree 67 art. 6; nobody is registered against their will).
#include <algorithm>
#include <set>

#include "base/text.h"
#include "platform/documents/documents.h"
#include "platform/http/forms.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/teams/minors/minors.h"
#include "systems/teams/rooms.h"
#include "systems/teams/volunteers/flow.h"

namespace tx::teams {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr int kRowsMost = 5000, kShown = 20, kAdult = 18;
constexpr std::int64_t kAtOnce = 500, kChunk = 100;   // more rows than kAtOnce go to a job, so that nobody waits for them

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
  std::string file_name, state;  // checked, importing, imported, undone
  int rows_good = 0, rows_bad = 0;
  std::string consent;
  access::AccountId created_by;
  Instant created, changed;
};
BOOST_DESCRIBE_STRUCT(Batch, (), (id, organisation, file_name, state, rows_good, rows_bad, consent, created_by, created, changed))

struct UploadInput {
  std::string organisation, file_name;
  Json rows;                     // filled by read_upload: checked rows, personal data sealed
  bool consent = false;
};
BOOST_DESCRIBE_STRUCT(UploadInput, (), (organisation, file_name, rows, consent))
struct CorrectInput {
  int line = 0;
  std::string name, phone, id_number, region, skills;
};
BOOST_DESCRIBE_STRUCT(CorrectInput, (), (line, name, phone, id_number, region, skills))
struct Empty {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Empty, (), (reason))

struct Cells {
  std::string name, phone, id_number, region, skills;
};

// Skills are written as the two-digit codes of rules §4.4, with any mark between them; nullopt: not such codes.
std::optional<std::int64_t> skills_of(const std::string& text) {
  std::int64_t mask = 0;
  int code = 0, digits = 0;
  for (const char c : text + " ") {
    if (c >= '0' && c <= '9') {
      code = code * 10 + (c - '0');
      if (++digits > 2) return std::nullopt;
    } else if (digits) {
      if (code < 1 || code > 23) return std::nullopt;
      mask |= std::int64_t{1} << code;
      code = digits = 0;
    }
  }
  return text.empty() || mask ? std::optional(mask) : std::nullopt;
}

struct Checking {
  storage::Reader& reader;
  const identity::Vault& vault;
  Date today;
  std::set<std::string> phones, numbers;   // seen in earlier good rows
};

// The first thing wrong with a row (rule, column), or an empty rule.
std::pair<std::string, std::string> problem_of(Checking& checking, const Cells& cells) {
  if (letter_count(cells.name) < 2 || letter_count(cells.name) > 40) return {"roster.name", "name"};
  const auto phone = identity::canonical_phone(cells.phone);
  if (!phone) return {"roster.phone", "phone"};
  if (checking.phones.contains(*phone)) return {"roster.phone_twice", "phone"};
  std::string number;
  if (!cells.id_number.empty()) {
    const auto canonical = identity::canonical_id_number(cells.id_number);
    if (!canonical) return {"roster.id_number", "id_number"};
    number = *canonical;
    if (checking.numbers.contains(number)) return {"roster.id_twice", "id_number"};
    // A guardian agrees for one child at a time (rules §2.3): minors register themselves, not by a list.
    const auto birth = identity::birth_date_of(number);
    if (birth && age_on(*birth, checking.today) < kAdult) return {"roster.minor", "id_number"};
    const auto owner = storage::scalar<std::string>(checking.reader, "select phone_index from volunteer where id_index = $1",
                                                    checking.vault.blind_index(number, "volunteer.id"));
    if (owner && *owner != checking.vault.blind_index(*phone, "volunteer.phone")) return {"roster.id_other", "id_number"};
  }
  if (cells.region.size() != 12 || !region_position(checking.reader, cells.region)) return {"roster.region", "region"};
  if (!skills_of(cells.skills)) return {"roster.skills", "skills"};
  checking.phones.insert(*phone);
  if (!number.empty()) checking.numbers.insert(number);
  return {};
}

Row checked_row(Checking& checking, int line, const Cells& cells) {
  Row row;
  row.line = line;
  row.name = normal_text(cells.name);
  row.phone_sealed = checking.vault.seal(cells.phone, "roster.phone");
  row.id_sealed = cells.id_number.empty() ? "" : checking.vault.seal(cells.id_number, "roster.id");
  row.region = cells.region;
  row.skills = cells.skills;
  std::tie(row.problem, row.problem_field) = problem_of(checking, cells);
  return row;
}

Result<Json> keep_upload(storage::Tx& tx, const CommandContext& context, const UploadInput& input) {
  const auto organisation = find_organisation(tx, id_value(input.organisation).value_or(0));
  if (!organisation) return refuse(Kind::invalid, "roster.organisation_missing", "organisation");
  if (!may_publish(*organisation)) return refuse(Kind::conflict, "organisation.not_active", "organisation");
  Batch batch{tx.new_id(), organisation->id.value, input.file_name, "checked", 0, 0, input.consent ? "paper" : "invited",
              context.actor.account, tx.now(), tx.now()};
  for (const auto& item : input.rows.items()) {
    Row row;
    read_value(item, row);
    row.batch = batch.id;
    (row.problem.empty() ? batch.rows_good : batch.rows_bad) += 1;
    storage::insert(tx, "roster_row", row);
  }
  storage::insert(tx, "roster_batch", batch);
  return Json::of({{"batch", id_text(batch.id)}, {"good", batch.rows_good}, {"bad", batch.rows_bad}, {"region", organisation->region}});
}

std::vector<Row> rows_of(storage::Reader& reader, std::int64_t batch) {
  return storage::select<Row>(reader, "select * from roster_row where batch = $1 order by line", batch);
}
std::optional<Batch> find_batch(storage::Reader& reader, const std::string& text) {
  return storage::find<Batch>(reader, "select * from roster_batch where id = $1", id_value(text).value_or(0));
}

// Reads, checks and seals the uploaded sheet on a worker, so that a large file never holds up the write path.
Result<Json> read_upload(const identity::Vault& vault, Context& context, Json input) {
  const auto own = access::organisations_of(context.roles, context.actor, permission::roster_import);
  if (std::find(own.begin(), own.end(), input["organisation"].text()) == own.end())
    return refuse(Kind::forbidden, "roster.organisation_missing", "organisation");
  if (context.request.uploads.empty() || context.request.uploads.front().bytes.empty())
    return refuse(Kind::invalid, "roster.file_missing", "file");
  const auto& upload = context.request.uploads.front();
  const auto sheet = TX_TRY(documents::read_sheet(upload.bytes, upload.file_name));
  if (sheet.rows.size() < 2) return refuse(Kind::invalid, "roster.empty", "file");
  if (sheet.rows.size() > kRowsMost + 1) return refuse(Kind::invalid, "roster.too_many", "file", {{"most", std::to_string(kRowsMost)}});
  Json rows = Json::array();
  Checking checking{context.reader, vault, local_date(context.now), {}, {}};
  for (std::size_t i = 1; i < sheet.rows.size(); ++i) {
    const auto& cells = sheet.rows[i];
    const auto cell = [&](std::size_t column) { return column < cells.size() ? normal_text(cells[column]) : std::string(); };
    const Cells read{cell(0), cell(1), cell(2), cell(3), cell(4)};
    if ((read.name + read.phone + read.id_number + read.region + read.skills).empty()) continue;
    rows.push(to_json(checked_row(checking, static_cast<int>(i) + 1, read)));
  }
  if (rows.size() == 0) return refuse(Kind::invalid, "roster.empty", "file");
  return input.set("rows", rows).set("file_name", shortened(normal_text(upload.file_name), 80));
}

void count_rows(storage::Tx& tx, Batch& batch) {
  const auto count = [&](const char* sql) { return static_cast<int>(storage::scalar<std::int64_t>(tx, sql, batch.id).value_or(0)); };
  batch.rows_good = count("select count(*) from roster_row where batch = $1 and problem = ''");
  batch.rows_bad = count("select count(*) from roster_row where batch = $1 and problem <> ''");
  batch.changed = tx.now();
  storage::update(tx, "roster_batch", batch);
}

Result<Json> correct(storage::Tx& tx, const identity::Vault& vault, const CommandContext& context, const CorrectInput& input) {
  auto batch = find_batch(tx, context.argument("batch"));
  if (!batch || batch->state != "checked") return refuse(Kind::conflict, "roster.closed");
  Checking checking{tx, vault, local_date(context.now), {}, {}};
  bool known = false;
  for (const auto& row : rows_of(tx, batch->id)) {
    known = known || row.line == input.line;
    if (row.line == input.line || !row.problem.empty()) continue;
    checking.phones.insert(identity::canonical_phone(vault.unseal(row.phone_sealed, "roster.phone").value_or("")).value_or(""));
    if (!row.id_sealed.empty())
      checking.numbers.insert(identity::canonical_id_number(vault.unseal(row.id_sealed, "roster.id").value_or("")).value_or(""));
  }
  if (!known) return refuse(Kind::not_found, "http.not_found");
  Row row = checked_row(checking, input.line, {normal_text(input.name), normal_text(input.phone), normal_text(input.id_number),
                                               normal_text(input.region), normal_text(input.skills)});
  row.batch = batch->id;
  storage::execute(tx, "delete from roster_row where batch = $1 and line = $2", batch->id, input.line);
  storage::insert(tx, "roster_row", row);
  count_rows(tx, *batch);
  return Json::of({{"line", input.line}, {"problem", row.problem}, {"good", batch->rows_good}, {"bad", batch->rows_bad}});
}

Result<Volunteer> volunteer_from(storage::Tx& tx, const identity::Vault& vault, const Row& row, const Batch& batch,
                                 const std::string& phone) {
  Volunteer person;
  person.id = {tx.new_id()};
  person.volunteer_no = next_volunteer_no(tx, row.region);
  person.tail = person.volunteer_no.substr(12);
  person.name = row.name;
  person.search = search_tokens(row.name);
  person.phone_sealed = vault.seal(phone, "volunteer.phone");
  person.phone_index = vault.blind_index(phone, "volunteer.phone");
  if (!row.id_sealed.empty()) {
    const auto number = identity::canonical_id_number(vault.unseal(row.id_sealed, "roster.id").value_or("")).value_or("");
    person.id_sealed = vault.seal(number, "volunteer.id");
    person.id_index = vault.blind_index(number, "volunteer.id");
    person.birth = identity::birth_date_of(number).value_or(Date{});
  }
  person.skills = skills_of(row.skills).value_or(0);
  person.region = row.region;
  const auto place = region_position(tx, row.region).value_or(Position{});
  person.x_m = place.x_m;
  person.y_m = place.y_m;
  person.hours = std::string(168, '0');   // asked for nothing until they say when they are free
  // With a signed paper on file the person is registered; else only invited, until they agree themselves.
  const auto taken = TX_TRY(workflow::take(tx, kVolunteerFlow, person.id.value, "", batch.consent == "paper" ? "register" : "invite",
                                           batch.created_by));
  person.state = taken.state;
  person.created = tx.now();
  return person;
}

// Takes over at most `most` good rows behind `after`; gives the last line done, or 0 when nothing was left.
Result<int> import_rows(storage::Tx& tx, const identity::Vault& vault, const Batch& batch, int after, std::int64_t most) {
  int last = 0;
  for (auto& row : storage::select<Row>(tx, "select * from roster_row where batch = $1 and line > $2 and problem = '' order by "
                                            "line limit $3", batch.id, after, most)) {
    const auto phone = identity::canonical_phone(vault.unseal(row.phone_sealed, "roster.phone").value_or("")).value_or("");
    auto known = storage::find<Volunteer>(tx, "select * from volunteer where phone_index = $1 and state <> 'closed' limit 1",
                                          vault.blind_index(phone, "volunteer.phone"));
    if (!known) {
      known = TX_TRY(volunteer_from(tx, vault, row, batch, phone));
      storage::insert(tx, "volunteer", *known);
      row.made = true;
    }
    // Somebody with an account decides for themselves, whatever paper the leader has.
    const bool paper = batch.consent == "paper" && !known->account;
    const auto added = storage::execute(tx, "insert into member (organisation, volunteer, role, state, consent, since) "
                                            "values ($1,$2,'member',$3,$4,$5) on conflict do nothing",
                                        batch.organisation, known->id, paper ? "member" : "invited",
                                        (paper ? "paper:" : "roster:") + id_text(batch.id), tx.now());
    storage::execute(tx, "update roster_row set volunteer = $1, made = $2 where batch = $3 and line = $4",
                     added ? known->id.value : 0, row.made, batch.id, row.line);
    if (added && known->account) {
      const auto organisation = find_organisation(tx, batch.organisation);
      notices::send(tx, {known->account, "notice.member_invited", {{"team", organisation ? organisation->name : ""}}, "/me/volunteer"});
    }
    last = row.line;
  }
  return last;
}

Result<Json> import(storage::Tx& tx, const identity::Vault& vault, const CommandContext& context) {
  auto batch = find_batch(tx, context.argument("batch"));
  if (!batch || batch->state != "checked") return refuse(Kind::conflict, "roster.closed");
  if (batch->rows_good == 0) return refuse(Kind::conflict, "roster.no_good");
  batch->changed = tx.now();
  Json answer = Json::of({{"batch", id_text(batch->id)}, {"imported", batch->rows_good}});
  if (batch->rows_good > kAtOnce) {
    batch->state = "importing";
    const auto job = jobs::enqueue(tx, "teams.roster", Json::of({{"batch", id_text(batch->id)}}), context.actor.account);
    answer.set("job", job.text());
  } else {
    batch->state = "imported";
    TX_CHECK(import_rows(tx, vault, *batch, 0, kRowsMost));
  }
  storage::update(tx, "roster_batch", *batch);
  return answer;
}

// Takes back what the batch brought, except whoever has agreed in the meantime; the rows themselves and the audit stay.
Result<Json> undo(storage::Tx& tx, const CommandContext& context) {
  auto batch = find_batch(tx, context.argument("batch"));
  if (!batch || batch->state != "imported") return refuse(Kind::conflict, "roster.closed");
  int undone = 0, kept = 0;
  for (const auto& row : rows_of(tx, batch->id)) {
    if (!row.volunteer) continue;
    if (!storage::execute(tx, "delete from member where organisation = $1 and volunteer = $2 and consent in ($3, $4)",
                          batch->organisation, row.volunteer, "paper:" + id_text(batch->id), "roster:" + id_text(batch->id))) {
      ++kept;
      continue;
    }
    if (row.made)
      storage::execute(tx, "delete from volunteer where id = $1 and account = 0 and not exists "
                           "(select 1 from member where volunteer = $1)", row.volunteer);
    ++undone;
  }
  batch->state = "undone";
  batch->changed = tx.now();
  storage::update(tx, "roster_batch", *batch);
  return Json::of({{"undone", undone}, {"kept", kept}});
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
      if (good.size() < kShown)
        good.push(Json::of({{"line", row.line}, {"who", row.name}, {"phone", masked_phone(phone)},
                            {"where", region_name(context.reader, row.region, context.language)}}));
      continue;
    }
    bad.push(Json::of({{"line", row.line}, {"who", row.name}, {"phone", phone}, {"region_typed", row.region}, {"skills", row.skills},
                       {"line_name", context.text("roster.line", {{"line", std::to_string(row.line)}})},
                       {"column_name", context.text("roster.column." + row.problem_field)},
                       {"bad_skills", row.problem_field == "skills"},
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
                                {"bad", bad}, {"has_bad", bad.size() > 0}, {"good", good}, {"good_count", std::to_string(batch->rows_good)},
                                {"importable", batch->state == "checked" && batch->rows_good > 0},
                                {"more_good", batch->rows_good > kShown
                                                  ? context.text("roster.more", {{"n", std::to_string(batch->rows_good - kShown)}})
                                                  : ""}}));
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
       .page = desk_page, .region_field = "region",
       .prepare = [services](Context& context, Json input) { return read_upload(services.vault, context, std::move(input)); }},
      keep_upload);
  const auto page = [services](Context& context) { return batch_page(services, context); };
  const auto back = [](const CommandContext& context, const Json&) { return "/desk/roster/" + context.argument("batch"); };
  router.page("roster.batch", "/desk/roster/{batch}", Access::over(permission::roster_import, "batch"), page);
  router.command<CorrectInput>(
      {.name = "roster.correct", .path = "/desk/roster/{batch}/correct", .access = Access::over(permission::roster_import, "batch"),
       .next = back, .page = page},
      [services](storage::Tx& tx, const CommandContext& context, const CorrectInput& input) { return correct(tx, services.vault, context, input); });
  router.command<Empty>(
      {.name = "roster.import", .path = "/desk/roster/{batch}/import", .access = Access::over(permission::roster_import, "batch"),
       .next = [](const CommandContext&, const Json& answer) {
         return answer["job"].text().empty() ? "/desk/roster/" + answer["batch"].text() : "/jobs/" + answer["job"].text();
       },
       .flash = "roster.imported", .page = page},
      [services](storage::Tx& tx, const CommandContext& context, const Empty&) { return import(tx, services.vault, context); });
  router.command<Empty>(
      {.name = "roster.undo", .path = "/desk/roster/{batch}/undo", .access = Access::over(permission::roster_import, "batch"),
       .next = back, .flash = "roster.undone", .page = page},
      [](storage::Tx& tx, const CommandContext& context, const Empty&) { return undo(tx, context); });
}

// The import of a large roster. It can be started anew after a stop: rows that are in are found by their telephone.
void add_jobs(jobs::Jobs& jobs, const identity::Vault& vault) {
  jobs.add({"teams.roster", [&vault](storage::Store& store, const Json& input, jobs::Progress& progress) -> Result<Json> {
              std::optional<Batch> batch = find_batch(*store.read(), input["batch"].text());
              if (!batch || batch->state != "importing") return refuse(Kind::conflict, "roster.closed");
              std::int64_t done = 0;
              for (int line = 0;;) {
                if (progress.cancelled()) return refuse(Kind::conflict, "job.cancelled");
                const auto chunk = store.write([&](storage::Tx& tx) -> Result<Json> {
                  return Json(TX_TRY(import_rows(tx, vault, *batch, line, kChunk)));
                });
                if (!chunk) return tl::unexpected(chunk.error());
                if (chunk->integer() == 0) break;
                line = static_cast<int>(chunk->integer());
                done = std::min<std::int64_t>(done + kChunk, batch->rows_good);
                progress.report(done, batch->rows_good);
              }
              TX_TRY(store.write([&](storage::Tx& tx) -> Result<Json> {
                batch->state = "imported";
                batch->changed = tx.now();
                storage::update(tx, "roster_batch", *batch);
                return Json();
              }));
              return Json::of({{"link", "/desk/roster/" + id_text(batch->id)}, {"imported", batch->rows_good}});
            }});
  minors::add_timed_work(jobs, vault);
}

}  // namespace tx::teams
