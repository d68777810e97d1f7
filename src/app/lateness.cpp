#include "app/lateness.h"

#include <algorithm>

#include "base/log.h"
#include "platform/identity/identity.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/culture/culture.h"
#include "systems/mobilisation/mobilisation.h"
#include "systems/stations/stations.h"
#include "systems/supply/supply.h"
#include "systems/support/support.h"
#include "systems/teams/teams.h"

namespace tx::app {

const std::vector<LateRow>& late_rows() {
  static const std::vector<LateRow> rows = {
      {"need", "need", "county_dispatcher", "/desk/needs/{id}"},
      {"complaint", "complaint", "county_dispatcher", "/desk/complaints/{id}"},
      {"activity", "activity", "federation_officer", "/activities/{id}"},
      {"filing", "activity_filing", "county_dispatcher", "/desk/filings?tab=missing"},
      {"organisation", "organisation", "federation_officer", "/organisations/{id}"},
      {"minor_access", "minor_access", "federation_officer", "/desk/minors/{id}"},
      {"station", "station", "federation_officer", "/stations/{id}/file"},
      {"six_check", "station_check", "federation_officer", "/desk/inspections"},
      {"seal", "seal_request", "federation_officer", "/desk/seals/{id}"},
      {"outflow", "outflow", "federation_officer", "/desk/outflows/{id}"},
      {"accident", "accident", "county_dispatcher", "/desk/accidents/{id}"},
      {"record_case", "record_case", "county_dispatcher", "/desk/records/{id}"},
      {"risk_case", "risk_case", "federation_officer", "/desk/risks/{id}"},
      {"honour", "honour", "federation_officer", "/desk/honours/{id}"},
      {"story", "story", "editor", "/desk/paper/stories/{id}"},
      {"issue", "issue", "chief_editor", "/desk/paper/issues/{id}"},
      {"mark", "mark_licence", "federation_officer", "/desk/culture/marks"},
      {"course", "course", "federation_officer", "/desk/training"},
      {"bank_kin", "(select k.id, m.region from bank_kin k join bank_member m on m.id = k.member) x", "county_dispatcher", "/desk/timebank"},
      {"operation", "operation", "", "/desk/operations/{id}"},   // destroyed by itself when the time is over
      // An unused code gives its points back by itself: nobody is told.
      {"redemption", "(select r.id, b.region from redemption r join benefit b on b.id = r.benefit) x", "", "/desk/benefits"},
  };
  return rows;
}

std::vector<const workflow::Flow*> all_flows() {
  auto flows = supply::flows();
  for (const auto& room : {teams::flows(), stations::flows(), support::flows(), mobilisation::flows(), culture::flows()}) flows.insert(flows.end(), room.begin(), room.end());
  return flows;
}

namespace {

std::string link_of(std::string_view pattern, std::int64_t id) {
  std::string link(pattern);
  if (const auto at = link.find("{id}"); at != std::string::npos) link.replace(at, 4, id_text(id));
  return link;
}

}  // namespace

void tell_late(storage::Tx& tx) {
  for (const auto& late : workflow::take_late(tx)) {
    const auto row = std::find_if(late_rows().begin(), late_rows().end(), [&](const LateRow& r) { return r.flow == late.flow; });
    if (row == late_rows().end()) {
      log::error("late.no_row", {{"flow", late.flow}});
      continue;
    }
    const auto region = storage::scalar<std::string>(tx, "select region from " + std::string(row->table) + " where id = $1", late.object);
    for (const auto account : identity::holders_over(tx, row->role, region.value_or("")))
      notices::send(tx, {account, "notice.late." + late.flow, {{"due", local_text(late.due)}}, link_of(row->link, late.object)});
  }
}

void add_late_work(jobs::Jobs& jobs) {
  jobs.every(kMinute, "app.late", [](storage::Store& store) {
    (void)store.write([](storage::Tx& tx) -> Result<Json> {
      tell_late(tx);
      return Json();
    });
  });
}

}  // namespace tx::app
