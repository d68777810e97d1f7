// Rows that may change in their life, held against the leaf that was written when they last did. A field that changes without
// a leaf (who wants to be named in the hall, the step of an open case) is left out and named here, so that a reader sees what
// the log does not vouch for.
#include <algorithm>
#include <functional>

#include "platform/storage/record_sql.h"
#include "systems/support/book/checks.h"
#include "systems/support/fraud/fraud.h"
#include "systems/support/honours/honours.h"
#include "systems/support/inspection/inspection.h"
#include "systems/support/records/model.h"
#include "systems/support/time_bank/books.h"

namespace tx::support {
namespace {

constexpr std::int64_t kPage = 2000;

// A field that the leaf does not have came with a later version.
bool same(const Json& row, const std::string& leaf, const std::vector<std::string_view>& left_out) {
  if (leaf.empty()) return true;   // erased, and an erasure says so
  const auto logged = Json::parse(leaf);
  if (!logged) return false;
  for (const auto& [name, value] : logged->members()) {
    const std::string_view field = name;
    if (std::find(left_out.begin(), left_out.end(), field) == left_out.end() && row[field].dump() != value.dump()) return false;
  }
  return true;
}

template <class Row>
struct Table {
  const char* name;                                    // what a fault says
  const char* table;
  std::vector<std::string> types;                      // leaves that say something of its rows
  std::function<std::string(const Row&)> type;         // the one that must say the row as it stands; empty: none may
  std::vector<std::string_view> left_out = {};
};

template <class Row>
std::optional<Fault> check_table(storage::Reader& reader, const Log& log, const Table<Row>& of) {
  std::set<std::int64_t> seen;
  for (std::int64_t last = 0;;) {
    const auto page = storage::select<Row>(reader, std::string("select * from ") + of.table + " where id > $1 order by id limit $2", last, kPage);
    for (const auto& row : page) {
      last = row.id;
      seen.insert(row.id);
      const auto type = of.type(row);
      if (type.empty()) {
        for (const auto& any : of.types)
          if (log.records.contains({any, row.id})) return Fault{of.name, row.id};
        continue;
      }
      const auto written = log.records.find({type, row.id});
      if (written == log.records.end() || !same(exact(row), written->second, of.left_out)) return Fault{of.name, row.id};
    }
    if (static_cast<std::int64_t>(page.size()) < kPage) break;
  }
  for (const auto& type : of.types)
    for (auto at = log.records.lower_bound({type, 0}); at != log.records.end() && at->first.first == type; ++at)
      if (!seen.contains(at->first.second)) return Fault{of.name, at->first.second};
  return std::nullopt;
}

// What was asked, by whom and for whom never changes; the step does, and only decisions are leaves.
std::optional<Fault> check_cases(storage::Reader& reader, const Log& log) {
  std::set<std::int64_t> seen;
  for (std::int64_t last = 0;;) {
    const auto page = storage::select<RecordCase>(reader, "select * from record_case where id > $1 order by id limit $2", last, kPage);
    for (const auto& row : page) {
      last = row.id;
      seen.insert(row.id);
      const auto entered = log.records.find({"entered", row.id}), decided = log.records.find({"decided", row.id});
      if (row.kind == "manual" && entered == log.records.end()) return Fault{"case", row.id};
      const Json now = exact(row);
      if (entered != log.records.end() && (row.kind != "manual" || !same(now, entered->second, {"state", "due", "decided", "second_by", "words"})))
        return Fault{"case", row.id};
      if (decided != log.records.end() && !same(now, decided->second, {"state", "due", "decided", "words"})) return Fault{"case", row.id};
    }
    if (static_cast<std::int64_t>(page.size()) < kPage) break;
  }
  for (const char* type : {"entered", "decided", "objected"})
    for (auto at = log.records.lower_bound({type, 0}); at != log.records.end() && at->first.first == type; ++at)
      if (!seen.contains(at->first.second)) return Fault{"case", at->first.second};
  return std::nullopt;
}

std::int64_t amount_on(const std::vector<Line>& lines, const std::string& account) {
  const auto found = std::find_if(lines.begin(), lines.end(), [&](const Line& line) { return line.account == account; });
  return found == lines.end() ? 0 : found->amount;
}
std::optional<Posting> find_posting(storage::Reader& reader, std::int64_t id) { return storage::find<Posting>(reader, "select * from posting where id = $1", id); }

// A deposit says again what its posting says; the postings themselves are held against the log.
std::optional<Fault> check_deposits(storage::Reader& reader) {
  std::map<std::int64_t, std::int64_t> posting_of;
  for (const auto& row : storage::select<bank::Deposit>(reader, "select * from bank_deposit order by record")) {
    const auto posting = find_posting(reader, row.posting);
    const auto lines = posting ? lines_of(reader, row.posting) : std::vector<Line>{};
    const bool back = posting && posting->kind == "bank.take_back";
    const auto starts = storage::scalar<Instant>(reader, "select starts from service_record where id = $1", row.record);
    const bool paid = row.need && amount_on(lines, bank::hold_account(row.need)) < 0;
    const bool paid_by_another = std::any_of(lines.begin(), lines.end(), [&](const Line& line) { return line.account.starts_with("hold:") && line.account != bank::hold_account(row.need); });
    if (!posting || posting->source != row.record || (!back && posting->kind != "bank.service") || (back && row.need) || (row.need && !paid) || (!back && paid_by_another) ||
        !starts || local_date(*starts) != row.day || amount_on(lines, bank::own_account(row.member)) != row.own || amount_on(lines, bank::give_account(row.member)) != row.give)
      return Fault{"bank_deposit", row.record};
    posting_of[row.record] = row.posting;
  }
  for (const auto& row : storage::query(reader, "select id, source from posting where kind in ('bank.service','bank.take_back') order by id").rows) {
    const auto source = std::get<std::int64_t>(row[1]);
    const auto found = posting_of.find(source);
    if (found == posting_of.end() || found->second != std::get<std::int64_t>(row[0])) return Fault{"bank_deposit", source};
  }
  return std::nullopt;
}

std::optional<Fault> check_holds(storage::Reader& reader, const Log& log) {
  std::set<std::int64_t> seen;
  for (const auto& row : storage::select<bank::Hold>(reader, "select * from bank_hold order by need")) {
    seen.insert(row.need);
    const auto posting = storage::find<Posting>(reader, "select p.* from posting_line l join posting p on p.id = l.posting where l.account = $1 and p.kind = 'bank.hold' "
                                                        "order by p.id limit 1", bank::hold_account(row.need));
    const auto lines = posting ? lines_of(reader, posting->id) : std::vector<Line>{};
    const auto written = log.records.find({"bank_hold", row.need});
    if (!posting || posting->source != row.need || amount_on(lines, bank::own_account(row.member)) != -row.minutes ||
        amount_on(lines, bank::hold_account(row.need)) != row.minutes || (row.state != "held" && row.state != "over") ||
        (written != log.records.end() && !same(exact(row), written->second, {"state"})))
      return Fault{"bank_hold", row.need};
  }
  for (const auto& row : storage::query(reader, "select source from posting where kind = 'bank.hold' order by id").rows)
    if (const auto need = std::get<std::int64_t>(row[0]); !seen.contains(need)) return Fault{"bank_hold", need};
  return std::nullopt;
}

}  // namespace

std::optional<Fault> check_tables(storage::Reader& reader, const Log& log) {
  const auto always = [](const char* type) { return [type](const auto&) { return std::string(type); }; };
  // A word that is none would be read as the first one.
  if (const auto odd = storage::scalar<std::int64_t>(reader, "select min(id) from record_case where grade not in ('A','B','C','D')")) return Fault{"case", *odd};
  if (const auto odd = storage::scalar<std::int64_t>(reader, "select min(id) from bank_member where care not in ('none','lone','lone_poor')")) return Fault{"bank_member", *odd};
  if (auto fault = check_cases(reader, log)) return fault;
  if (auto fault = check_table<RiskCase>(reader, log, {"risk", "risk_case", {"risk"}, always("risk")})) return fault;
  if (auto fault = check_table<RiskStatement>(reader, log, {"statement", "risk_statement", {"statement"}, always("statement")})) return fault;
  if (auto fault = check_table<StarScheme>(reader, log, {"star_scheme", "star_scheme", {"star_scheme"}, always("star_scheme")})) return fault;
  if (auto fault = check_table<Honour>(reader, log, {"honour", "honour", {"honour_granted", "honour_revoked"}, [](const Honour& row) {
        return row.state == "granted" ? "honour_granted" : row.state == "revoked" ? "honour_revoked" : ""; }, {"name_shown"}}))
    return fault;
  if (auto fault = check_table<SpotTarget>(reader, log, {"spot", "spot_target", {"spot_checked"}, [](const SpotTarget& row) { return row.result.empty() ? "" : "spot_checked"; }}))
    return fault;
  if (auto fault = check_table<bank::Member>(reader, log, {"bank_member", "bank_member", {"bank_member"}, always("bank_member")})) return fault;
  if (auto fault = check_table<bank::Order>(reader, log, {"bank_order", "bank_order", {"bank_order"}, always("bank_order")})) return fault;
  if (auto fault = check_table<bank::Kin>(reader, log, {"bank_kin", "bank_kin", {"bank_kin"}, [](const bank::Kin& row) {
        return row.state == "attested" || row.state == "ended" ? "bank_kin" : ""; }}))
    return fault;
  if (auto fault = check_deposits(reader)) return fault;
  return check_holds(reader, log);
}

}  // namespace tx::support
