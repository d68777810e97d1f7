#include "app/roles.h"

#include "platform/identity/identity.h"
#include "platform/jobs/jobs.h"
#include "platform/notices/notices.h"
#include "systems/culture/culture.h"
#include "systems/mobilisation/mobilisation.h"
#include "systems/stations/stations.h"
#include "systems/supply/dispatch/room.h"
#include "systems/supply/supply.h"
#include "systems/support/incentives.h"
#include "systems/support/rights.h"
#include "systems/teams/teams.h"
#include "systems/teams/training/training.h"

namespace tx::app {

access::Roles roles() {
  namespace need = supply::permission;
  namespace team = teams::permission;
  namespace id = identity::permission;
  namespace record = support::permission;
  namespace station = stations::permission;
  namespace paper = culture::permission;
  namespace call = mobilisation::permission;
  return access::Roles({
      {"team_leader", {need::publish, need::lead, record::enter, record::check, record::seal, record::insure, record::fund_keep, team::roster_import, team::organisation_lead, team::training_lead, call::read, call::muster}, false, true},
      {"station_keeper", {need::take_in, need::kiosk, need::filings, station::keep, station::read, record::bank_keep}, false, true},
      {"hotline_operator", {need::take_in, need::read, call::read, call::answer}, false, true},
      {"county_dispatcher",
       {need::take_in, need::read, need::verify, need::dispatch, need::reveal, need::handle, need::kiosk, need::overview, need::filings,
        team::volunteer_read, station::read, station::propose, record::check, record::approve, record::bank_keep, record::honour_review,
        record::transfer, record::seal, record::insure, call::read, call::command, call::muster, call::answer, call::unit},
       true, true},
      {"federation_officer",
       {need::read, need::review, need::filings, need::handle, need::overview, need::weigh,
        team::organisation_approve, team::volunteer_read, team::volunteer_check, team::training_lead, team::minor_decide,
        station::read, station::propose, station::approve, station::inspect, station::standard, station::plan,
        record::check, record::approve, record::judge, record::transfer, record::seal, record::insure, record::complain_judge, record::fund_keep, record::fund_approve, record::honour_review, record::honour_decide,
        record::benefit_manage, call::read, call::plan, call::unit, call::campaign,
        paper::plan, paper::license},
       true, true},
      {"region_official",
       {need::read, need::overview, need::filings, need::weigh,
        team::minor_decide,
        station::read, station::propose, station::approve, station::inspect, station::standard, station::plan,
        record::check, record::supervise, record::judge, record::complain_judge, record::fund_approve, record::keep_log, record::bank_manage, record::honour_review, record::honour_decide,
        record::benefit_manage, call::read, call::plan, call::command, call::muster, call::unit, call::campaign, paper::plan},
       true, true},
      // Three reviews by three people (三审三校): each of these passes one, whoever holds two of them still passes only one.
      {"editor", {paper::read, paper::edit, paper::proof}, true, true},
      {"managing_editor", {paper::read, paper::edit, paper::review, paper::proof}, true, true},
      {"chief_editor", {paper::read, paper::final_review, paper::proof, paper::publish}, true, true},
      // Three separate administrators (等保2.0 level 3): none can do another's work.
      {"system_admin", {id::system_settings, id::account_read, notices::permission::outbox, jobs::permission::read}, true, true},
      {"security_admin", {id::grant_roles, id::account_read}, true, true},
      {"audit_admin", {id::audit_read, record::keep_log}, true, true},
  });
}

}  // namespace tx::app
