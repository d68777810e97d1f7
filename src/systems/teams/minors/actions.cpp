#include "base/log.h"
#include "base/text.h"
#include "platform/audit/audit.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/teams/minors/flow.h"
#include "systems/teams/minors/minors.h"

namespace tx::teams {
namespace {

constexpr std::size_t kLeastReason = 4;
constexpr int kAtOnce = 200;

// Those who may decide here, without the one who asks.
std::vector<access::AccountId> deciders(storage::Reader& reader, const std::string& region, access::AccountId but) {
  std::vector<access::AccountId> found;
  for (const char* role : {"federation_officer", "region_official"})
    for (const auto account : identity::holders_over(reader, role, region))
      if (account != but) found.push_back(account);
  return found;
}

// Once in each January: the year's audit is due by the end of the month (art. 37).
void remind_of_report(storage::Tx& tx, Date today) {
  if (today.month() != 1 || workflow::setting_amount(tx, "minor.reported_year", 0) >= today.year() - 1) return;
  workflow::set_setting(tx, "minor.reported_year", "", today.year() - 1, "", {});
  for (const auto account : deciders(tx, "64", {}))
    notices::send(tx, {account, "notice.minor_report", {{"year", std::to_string(today.year() - 1)}}, "/desk/minor-report"});
}

}  // namespace

Result<std::int64_t> ask_minor_access(storage::Tx& tx, const std::string& subject, const std::string& region,
                                      access::AccountId account, const std::string& reason) {
  if (letter_count(reason) < kLeastReason) return refuse(Kind::invalid, "identity.reason_missing", "reason");
  if (minors::running(tx, account, subject, tx.now())) return refuse(Kind::conflict, "minor.running");
  if (storage::scalar<std::int64_t>(tx, "select id from minor_access where subject = $1 and asked_by = $2 and state = 'asked'", subject, account))
    return refuse(Kind::conflict, "minor.asked_already");
  minors::AccessRequest request{.id = tx.new_id(), .subject = subject, .region = region, .asked_by = account, .reason = normal_text(reason)};
  const auto taken = TX_TRY(workflow::take(tx, kMinorAccessFlow, request.id, "", "ask", account, request.reason, region));
  request.state = taken.state;
  request.due = taken.due;
  request.created = tx.now();
  storage::insert(tx, "minor_access", request);
  for (const auto decider : deciders(tx, region, account))
    notices::send(tx, {decider, "notice.minor_asked", {}, "/desk/minors/" + id_text(request.id)});
  return request.id;
}

namespace minors {

Result<AccessRequest> decide(storage::Tx& tx, std::int64_t id, std::string_view action, access::AccountId account, const std::string& reason) {
  auto request = find_request(tx, id);
  if (!request) return refuse(Kind::not_found, "http.not_found");
  const bool own = request->asked_by == account, deciding = action == "approve" || action == "refuse";
  if (own && deciding) return refuse(Kind::forbidden, "minor.own_request");
  if (!own && action == "withdraw") return refuse(Kind::forbidden, "access.denied");
  if (!own && action == "end" && request->decided_by != account) return refuse(Kind::forbidden, "access.denied");
  const auto taken = TX_TRY(workflow::take(tx, kMinorAccessFlow, id, request->state, action, account, reason, request->region));
  request->state = taken.state;
  request->due = taken.due;
  if (deciding) request->decided_by = account;
  storage::update(tx, "minor_access", *request);
  if (deciding) notices::send(tx, {request->asked_by, "notice.minor_" + request->state, {}, "/desk/minors/" + id_text(id)});
  return *request;
}

void add_timed_work(jobs::Jobs& jobs, const identity::Vault& vault) {
  jobs.every(kHour, "teams.minors", [&vault](storage::Store& store) {
    const auto kept = store.write([&](storage::Tx& tx) -> Result<Json> {
      const Date today = local_date(tx.now()), born_after{Date::of(today.year() - 18, today.month(), today.day()).days};
      for (const auto& v : storage::select<Volunteer>(
               tx, "select * from volunteer where state <> 'closed' and ((birth > $1 and id not in (select volunteer from minor_record)) or "
                   "(birth <= $1 and birth <> 0 and id in (select volunteer from minor_record))) order by id limit $2", born_after, kAtOnce)) {
        auto person = whole(tx, vault, v);
        keep_apart(tx, vault, person);
        storage::update(tx, "volunteer", person);
      }
      for (const auto& over : storage::select<AccessRequest>(tx, "select * from minor_access where state = 'running' and due <= $1 limit $2", tx.now(), kAtOnce)) {
        TX_TRY(workflow::take(tx, kMinorAccessFlow, over.id, "running", "end", {}, {}, over.region));
        storage::execute(tx, "update minor_access set state = 'ended', due = 0 where id = $1", over.id);
      }
      remind_of_report(tx, today);
      return Json();
    });
    if (!kept) log::error("teams.minors_failed", {{"rule", kept.error().rule}});
  });
}

}  // namespace minors
}  // namespace tx::teams
