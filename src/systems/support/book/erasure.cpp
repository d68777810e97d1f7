// Erasing a person from the log and from what the room keeps (PIPL art. 47), so that the tree, every proof and every signed
// head stay valid: the leaf holds a salted commitment, and without salt and record it says nothing about anybody.
#include "platform/storage/record_sql.h"
#include "systems/support/book/rows.h"
#include "systems/support/certificates/certificates.h"
#include "systems/support/honours/model.h"
#include "systems/support/records/model.h"
#include "systems/support/time_bank/model.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

// Leaves that speak of this person.
constexpr char kLeaves[] =
    "select seq from log_leaf where record <> '' and ("
    "(type = 'record' and object in (select id from service_record where volunteer = $1)) or "
    "(type = 'posting' and object in (select posting from posting_line where account = $2)) or "
    "(type in ('certificate','superseded','revoked') and object in (select id from certificate where volunteer = $1)) or "
    "(type = 'bank_member' and object in (select id from bank_member where volunteer = $1)) or "
    "(type in ('honour_granted','honour_revoked') and object in (select id from honour where volunteer = $1)) or "
    "(type in ('entered','decided','objected') and object in (select id from record_case where volunteer = $1))) order by seq";

std::vector<std::int64_t> leaves_of(storage::Reader& reader, std::int64_t volunteer) {
  std::vector<std::int64_t> seqs;
  for (const auto& row : storage::query(reader, kLeaves, volunteer, account_of(volunteer)).rows) seqs.push_back(std::get<std::int64_t>(row[0]));
  return seqs;
}

// Evidence that was handed in for several people at once stays while one of them does.
void drop_words(storage::Tx& tx, std::int64_t volunteer) {
  storage::execute(tx, "delete from case_evidence where batch in (select batch from record_case where volunteer = $1) and not exists (select 1 from "
                       "record_case c where c.batch = case_evidence.batch and c.volunteer <> $1)", volunteer);
  storage::execute(tx, "update record_case set words = '' where volunteer = $1", volunteer);
  storage::execute(tx, "update certificate set name_sealed = '', volunteer_no = '', text = '', url = '', reason = '', lines = '', state = 'erased', changed = $2 "
                       "where volunteer = $1", volunteer, tx.now());
  storage::execute(tx, "update honour set words = '', name_shown = 'no' where volunteer = $1", volunteer);
  storage::execute(tx, "update bank_member set name_sealed = '', birth = 0, consent_by = '' where volunteer = $1", volunteer);
}

// What stays is written once more without the person, so that it can still be checked.
void log_again(storage::Tx& tx, const Book& book, std::int64_t volunteer) {
  for (const auto& record : storage::select<ServiceRecord>(tx, "select * from service_record where volunteer = $1 order by id", volunteer))
    book.log(tx, "record", record.id, logged_as(record));
  for (const auto& posting : storage::select<Posting>(
           tx, "select * from posting where id in (select posting from posting_line where account = $1) order by id", account_of(volunteer)))
    book.log(tx, "posting", posting.id, logged(posting, lines_of(tx, posting.id)));
  for (const auto& paper : certificates_of(tx, volunteer)) book.log(tx, "erased", paper.id, logged(paper));
  for (const auto& honour : storage::select<Honour>(tx, "select * from honour where volunteer = $1 and state in ('granted','revoked') order by id", volunteer))
    book.log(tx, "honour_" + honour.state, honour.id, exact(honour));
  for (const auto& member : storage::select<bank::Member>(tx, "select * from bank_member where volunteer = $1", volunteer))
    book.log(tx, "bank_member", member.id, exact(member));
}

}  // namespace

Result<int> erase_person(storage::Tx& tx, const Book& book, std::int64_t volunteer, access::AccountId by, const std::string& reason) {
  const auto person = teams::find_volunteer(tx, volunteer);
  if (!person) return refuse(Kind::not_found, "log.erase_unknown", "volunteer");
  if (person->state != "closed") return refuse(Kind::conflict, "log.erase_open", "volunteer");
  const auto seqs = leaves_of(tx, volunteer);
  if (seqs.empty()) return refuse(Kind::conflict, "log.erase_unknown", "volunteer");
  Json list = Json::array();
  for (const auto seq : seqs) {
    storage::execute(tx, "update log_leaf set salt = $2, record = '' where seq = $1", seq, storage::Blob{});
    list.push(seq);
  }
  drop_words(tx, volunteer);
  book.log(tx, "erasure", tx.new_id(), Json::of({{"leaves", list}, {"by", by.value}, {"reason", reason}, {"at", tx.now().us}}));
  log_again(tx, book, volunteer);
  return static_cast<int>(seqs.size());
}

}  // namespace tx::support
