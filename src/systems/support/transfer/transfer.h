// Records that come from and go to other platforms (Decree 67 art. 4; 民函〔2012〕340号: with the person's consent, and the
// receiver verifies). What comes in is never better than its source: it keeps the platform's name and number for ever, and
// its grade is C at best. One person reads the file in, another agrees, and a batch is undone by reversals.
#pragma once
#include "platform/http/http.h"
#include "systems/support/support.h"
#include "systems/support/transfer/format.h"

namespace tx::support {

struct TransferBatch {
  std::int64_t id = 0;
  std::string direction;             // in, out
  std::string region, platform;      // platform: the other side's name
  std::string file_name, file_hash, consent;
  std::string state;                 // in: checked, imported, undone, dropped; out: sent, answered
  std::int64_t good = 0, bad = 0;    // out: taken over, refused
  access::AccountId created_by, decided_by;
  Instant created, changed;
};
BOOST_DESCRIBE_STRUCT(TransferBatch, (), (id, direction, region, platform, file_name, file_hash, consent, state, good, bad, created_by, decided_by,
                                          created, changed))
struct TransferRow {
  std::int64_t batch = 0;
  int line = 0;
  std::string source_no;
  std::int64_t volunteer = 0, record = 0;
  std::string who, title, organisation, place, in_charge;
  Instant starts, ends;
  std::int64_t minutes = 0;
  std::string grade;
  int entry = 1, nature = 2;
  std::string problem, problem_column;
  std::string state, words;          // in: good, bad, imported, undone; out: sent, accepted, refused, missing
};
BOOST_DESCRIBE_STRUCT(TransferRow, (), (batch, line, source_no, volunteer, record, who, title, organisation, place, in_charge, starts, ends, minutes,
                                        grade, entry, nature, problem, problem_column, state, words))

struct TransferUpload {
  std::string platform, region, file_name, file_hash;
  bool consent = false;
  Json rows;                         // read and checked on a worker
};
BOOST_DESCRIBE_STRUCT(TransferUpload, (), (platform, region, file_name, file_hash, consent, rows))
// Rules transfer.platform, transfer.consent, transfer.file_twice
Result<TransferBatch> keep_batch(storage::Tx& tx, const TransferUpload& input, const access::Actor& by);
// Checks rows against what is here: person, age, overlap, the same record before. Fills volunteer, who, grade, problem.
std::vector<TransferRow> check_rows(storage::Reader& reader, const identity::Vault& vault, const std::string& platform, std::vector<exchange::Row> rows, Instant now);
// The second person. Rules transfer.same_person, transfer.closed, transfer.no_good; a row that no longer fits is left out.
Result<TransferBatch> import_batch(storage::Tx& tx, const Book& book, std::int64_t id, const access::Actor& by);
Result<TransferBatch> undo_batch(storage::Tx& tx, const Book& book, std::int64_t id, const access::Actor& by, const std::string& reason);

// Out: standing records of a region that were not sent to this platform before, or were refused there. Rule transfer.nothing_out
Result<TransferBatch> make_out_batch(storage::Tx& tx, const Book& book, const std::string& platform, const std::string& region, const access::Actor& by);
// The other side's answer: reconciled row by row; what it does not name is missing.
Result<TransferBatch> answer_batch(storage::Tx& tx, std::int64_t id, const std::vector<exchange::Receipt>& receipts);
std::vector<std::vector<std::string>> file_of(storage::Reader& reader, const identity::Vault& vault, const language::Catalogue& words, language::Language language,
                                              const std::vector<std::int64_t>& records, bool with_persons);

std::optional<TransferBatch> find_transfer(storage::Reader& reader, std::int64_t id);
std::vector<TransferRow> transfer_rows(storage::Reader& reader, std::int64_t batch);
// "platform, number 123" of a record that was transferred in; empty: it was made here.
std::string origin_of(storage::Reader& reader, std::int64_t record);

void add_transfer_routes(http::Router& router, const Services& services, const Book& book);

}  // namespace tx::support
