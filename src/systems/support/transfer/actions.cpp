#include "base/text.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/support/records/records.h"
#include "systems/support/transfer/transfer.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

constexpr int kLeastAge = 14, kOutMost = 20000;

std::optional<teams::Volunteer> person_of(storage::Reader& reader, const identity::Vault& vault, const exchange::Row& row) {
  std::optional<teams::Volunteer> person;
  if (!row.volunteer_no.empty())
    person = storage::find<teams::Volunteer>(reader, "select * from volunteer where volunteer_no = $1", row.volunteer_no);
  if (const auto number = identity::canonical_id_number(row.document_no); !person && number)
    person = storage::find<teams::Volunteer>(reader, "select * from volunteer where id_index = $1 and state <> 'closed'", vault.blind_index(*number, "volunteer.id"));
  if (person && !row.name.empty() && normal_text(teams::full_name(reader, vault, *person)) != row.name) return std::nullopt;   // another person's number
  return person;
}

std::string problem_of(storage::Reader& reader, const teams::Volunteer& person, const std::string& platform, const TransferRow& row, Instant now) {
  if (row.ends > now) return "transfer.future";
  if (person.birth.days && age_on(person.birth, local_date(row.starts)) < kLeastAge) return "transfer.too_young";
  if (!row.source_no.empty() &&
      storage::scalar<std::int64_t>(reader, "select 1 from transfer_row r join transfer_batch b on b.id = r.batch where b.platform = $1 and r.source_no = $2 and "
                                            "r.state = 'imported' limit 1", platform, row.source_no))
    return "transfer.known";
  if (busy_then(reader, person.id.value, row.starts, row.ends)) return "transfer.overlap";
  return {};
}

void count_rows(storage::Tx& tx, TransferBatch& batch, const char* good, const char* bad) {
  batch.good = storage::scalar<std::int64_t>(tx, "select count(*) from transfer_row where batch = $1 and state = $2", batch.id, std::string(good)).value_or(0);
  batch.bad = storage::scalar<std::int64_t>(tx, "select count(*) from transfer_row where batch = $1 and state = $2", batch.id, std::string(bad)).value_or(0);
  batch.changed = tx.now();
  storage::update(tx, "transfer_batch", batch);
}

void set_state(storage::Tx& tx, const TransferRow& row, const char* state, const std::string& problem = {}) {
  storage::execute(tx, "update transfer_row set state = $3, record = $4, problem = $5 where batch = $1 and line = $2", row.batch, row.line, std::string(state),
                   row.record, problem.empty() ? row.problem : problem);
}

ServiceRecord record_of(const TransferBatch& batch, const TransferRow& row) {
  ServiceRecord record;
  record.volunteer = row.volunteer;
  record.region = batch.region;
  record.kind = "transfer";
  record.source = batch.id;
  record.title = row.title;
  record.place = row.place;
  record.in_charge = row.in_charge;
  record.starts = row.starts;
  record.ends = row.ends;
  record.minutes = {row.minutes};
  record.grade = row.grade == "C" ? Grade::C : Grade::D;
  record.first_by = batch.created_by;
  record.second_by = batch.decided_by;
  return record;
}

}  // namespace

std::optional<TransferBatch> find_transfer(storage::Reader& reader, std::int64_t id) {
  return storage::find<TransferBatch>(reader, "select * from transfer_batch where id = $1", id);
}
std::vector<TransferRow> transfer_rows(storage::Reader& reader, std::int64_t batch) {
  return storage::select<TransferRow>(reader, "select * from transfer_row where batch = $1 order by line", batch);
}

std::string origin_of(storage::Reader& reader, std::int64_t record) {
  const auto found = storage::query(reader, "select b.platform, r.organisation, r.source_no from transfer_row r join transfer_batch b on b.id = r.batch where "
                                            "b.direction = 'in' and r.record = $1", record);
  if (found.empty()) return {};
  const auto& row = found.rows[0];
  const auto& number = std::get<std::string>(row[2]);
  return std::get<std::string>(row[0]) + " · " + std::get<std::string>(row[1]) + (number.empty() ? "" : " · " + number);
}

std::vector<TransferRow> check_rows(storage::Reader& reader, const identity::Vault& vault, const std::string& platform, std::vector<exchange::Row> read, Instant now) {
  std::vector<TransferRow> rows;
  std::map<std::int64_t, std::vector<std::pair<Instant, Instant>>> taken;   // within the file
  std::map<std::string, int> numbers;
  for (const auto& from : read) {
    TransferRow row;
    row.line = from.line;
    row.source_no = from.source_no;
    row.who = masked_name(from.name);
    row.title = from.title;
    row.organisation = from.organisation;
    row.place = from.place;
    row.in_charge = from.in_charge;
    row.starts = from.starts;
    row.ends = from.ends;
    row.minutes = from.minutes;
    row.entry = from.entry;
    row.nature = from.nature;
    row.grade = std::string(1, exchange::grade_of(from.entry));
    row.problem = from.problem;
    row.problem_column = from.problem_column;
    if (row.problem.empty()) {
      const auto person = person_of(reader, vault, from);
      if (!person) row.problem = "transfer.unknown_person", row.problem_column = "volunteer_no";
      else if (!from.source_no.empty() && ++numbers[from.source_no] > 1) row.problem = "transfer.twice", row.problem_column = "source_no";
      else {
        row.volunteer = person->id.value;
        row.who = teams::volunteer_card(reader, person->id.value).name;
        row.problem = problem_of(reader, *person, platform, row, now);
        for (const auto& [start, end] : taken[row.volunteer])
          if (row.problem.empty() && row.starts < end && row.ends > start) row.problem = "transfer.overlap";
        if (row.problem.empty()) taken[row.volunteer].emplace_back(row.starts, row.ends);
        else row.problem_column = row.problem == "transfer.known" ? "source_no" : "day";
      }
    }
    row.state = row.problem.empty() ? "good" : "bad";
    rows.push_back(row);
  }
  return rows;
}

Result<TransferBatch> keep_batch(storage::Tx& tx, const TransferUpload& input, const access::Actor& by) {
  TransferBatch batch;
  batch.id = tx.new_id();
  batch.direction = "in";
  batch.region = input.region;
  batch.platform = normal_text(input.platform);
  if (letter_count(batch.platform) < 2 || letter_count(batch.platform) > 40) return refuse(Kind::invalid, "transfer.platform", "platform");
  if (!input.consent) return refuse(Kind::invalid, "transfer.consent", "consent");
  if (storage::scalar<std::int64_t>(tx, "select 1 from transfer_batch where file_hash = $1 and direction = 'in' and state in ('checked','imported')", input.file_hash))
    return refuse(Kind::conflict, "transfer.file_twice", "file");
  batch.file_name = input.file_name;
  batch.file_hash = input.file_hash;
  batch.consent = "declared";
  batch.state = "checked";
  batch.created_by = by.account;
  batch.created = batch.changed = tx.now();
  storage::insert(tx, "transfer_batch", batch);
  for (const auto& item : input.rows.items()) {
    TransferRow row;
    read_value(item, row);
    row.batch = batch.id;
    storage::insert(tx, "transfer_row", row);
  }
  count_rows(tx, batch, "good", "bad");
  return batch;
}

Result<TransferBatch> import_batch(storage::Tx& tx, const Book& book, std::int64_t id, const access::Actor& by) {
  auto batch = find_transfer(tx, id);
  if (!batch || batch->direction != "in" || batch->state != "checked") return refuse(Kind::conflict, "transfer.closed");
  if (batch->created_by == by.account) return refuse(Kind::forbidden, "transfer.same_person");
  if (batch->good == 0) return refuse(Kind::conflict, "transfer.no_good");
  batch->decided_by = by.account;
  std::map<std::int64_t, Totals> told;
  for (auto& row : transfer_rows(tx, id)) {
    if (row.state != "good") continue;
    if (teams::account_of_volunteer(tx, row.volunteer) == by.account) {   // nobody agrees to hours of their own
      set_state(tx, row, "bad", "record.own_hours");
      continue;
    }
    if (busy_then(tx, row.volunteer, row.starts, row.ends)) {   // something came between reading and agreeing
      set_state(tx, row, "bad", "transfer.overlap");
      continue;
    }
    row.record = write_record(tx, book, record_of(*batch, row)).id;
    set_state(tx, row, "imported");
    told[row.volunteer].minutes += row.minutes;
    told[row.volunteer].by_grade[row.grade == "C" ? 2 : 3] += row.minutes;
  }
  batch->state = "imported";
  count_rows(tx, *batch, "imported", "bad");
  book.log(tx, "transferred_in", batch->id, Json::of({{"platform", batch->platform}, {"file", batch->file_hash}, {"rows", batch->good}, {"by", batch->created_by.value},
                                                      {"agreed", by.account.value}}));
  for (const auto& [volunteer, brought] : told)
    if (const auto account = teams::account_of_volunteer(tx, volunteer))
      notices::send(tx, {account, "notice.transferred_in", {{"platform", batch->platform}, {"hours", rules::hours_text(brought.minutes)}, {"grades", split_text(brought.by_grade)}}, "/me/record"});
  return *batch;
}

Result<TransferBatch> undo_batch(storage::Tx& tx, const Book& book, std::int64_t id, const access::Actor& by, const std::string& reason) {
  auto batch = find_transfer(tx, id);
  if (!batch || batch->direction != "in" || (batch->state != "imported" && batch->state != "checked")) return refuse(Kind::conflict, "transfer.closed");
  if (letter_count(reason) < 5) return refuse(Kind::invalid, "flow.reason_missing", "reason");
  const bool imported = batch->state == "imported";
  for (const auto& row : transfer_rows(tx, id)) {
    if (row.state != "imported") continue;
    if (const auto record = find_record(tx, row.record); record && stands(tx, row.record)) reverse_record(tx, book, *record, batch->id, batch->created_by, by.account);
    set_state(tx, row, "undone");
  }
  batch->state = imported ? "undone" : "dropped";
  batch->changed = tx.now();
  storage::update(tx, "transfer_batch", *batch);
  if (imported) book.log(tx, "transfer_undone", batch->id, Json::of({{"platform", batch->platform}, {"by", by.account.value}, {"reason", reason}}));
  return *batch;
}

Result<TransferBatch> make_out_batch(storage::Tx& tx, const Book& book, const std::string& platform, const std::string& region, const access::Actor& by) {
  TransferBatch batch;
  batch.platform = normal_text(platform);
  if (letter_count(batch.platform) < 2 || letter_count(batch.platform) > 40) return refuse(Kind::invalid, "transfer.platform", "platform");
  batch.id = tx.new_id();
  batch.direction = "out";
  batch.region = region;
  batch.state = "sent";
  batch.created_by = by.account;
  batch.created = batch.changed = tx.now();
  int line = 1;
  // Records that came in from elsewhere are that platform's to pass on (who organises records, who records certifies).
  for (const auto& record : storage::select<ServiceRecord>(
           tx, "select * from service_record r where reverses = 0 and kind <> 'transfer' and " + access::region_filter("r.region", {region}) +
                   " and not exists (select 1 from service_record b where b.reverses = r.id and b.reverses <> 0) and not exists (select 1 from transfer_row t join "
                   "transfer_batch b on b.id = t.batch where t.record = r.id and b.direction = 'out' and b.platform = $1 and t.state in ('sent','accepted')) order by r.id limit $2",
           batch.platform, kOutMost)) {
    TransferRow row;
    row.batch = batch.id;
    row.line = ++line;
    row.source_no = id_text(record.id);
    row.volunteer = record.volunteer;
    row.record = record.id;
    row.title = record.title;
    row.starts = record.starts;
    row.ends = record.ends;
    row.minutes = record.minutes.value;
    row.grade = enum_name(record.grade);
    row.state = "sent";
    storage::insert(tx, "transfer_row", row);
  }
  if (line == 1) return refuse(Kind::conflict, "transfer.nothing_out", "platform");
  storage::insert(tx, "transfer_batch", batch);
  book.log(tx, "transferred_out", batch.id, Json::of({{"platform", batch.platform}, {"region", region}, {"rows", line - 1}, {"by", by.account.value}}));
  return batch;
}

Result<TransferBatch> answer_batch(storage::Tx& tx, std::int64_t id, const std::vector<exchange::Receipt>& receipts) {
  auto batch = find_transfer(tx, id);
  if (!batch || batch->direction != "out") return refuse(Kind::conflict, "transfer.closed");
  std::map<std::string, const exchange::Receipt*> by_number;
  for (const auto& receipt : receipts) by_number[receipt.number] = &receipt;
  for (const auto& row : transfer_rows(tx, id)) {
    const auto found = by_number.find(row.source_no);
    const std::string state = found == by_number.end() ? (row.state == "sent" ? "missing" : row.state) : found->second->accepted ? "accepted" : "refused";
    storage::execute(tx, "update transfer_row set state = $3, words = $4 where batch = $1 and line = $2", row.batch, row.line, state,
                     found == by_number.end() ? row.words : found->second->words);
  }
  batch->state = "answered";
  count_rows(tx, *batch, "accepted", "refused");
  return *batch;
}

}  // namespace tx::support
