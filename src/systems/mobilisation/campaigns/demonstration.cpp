// Demonstration: six units, one campaign that runs, commitments, a few members. Made up; words in data/demonstration/units.txt.
#include <fstream>

#include "platform/storage/record_sql.h"
#include "systems/mobilisation/campaigns/campaigns.h"
#include "systems/mobilisation/demonstration.h"
#include "engines/ledger/tree.h"
#include "systems/teams/teams.h"

namespace tx::mobilisation {
namespace {

constexpr const char* kCounty = "640104";
constexpr const char* kKinds[] = {"government", "school", "mixed", "non_public", "new_economic", "new_employment"};
constexpr std::size_t kWords = 2 + 2 * std::size(kKinds);

}  // namespace

Result<void> demonstrate_campaigns(const Services& services, const std::string& data) {
  std::vector<std::string> words;
  std::ifstream file(data + "/demonstration/units.txt");
  for (std::string line; std::getline(file, line);) words.push_back(line);
  if (words.size() < kWords) return refuse(Kind::not_found, "teams.demonstration_missing");
  const auto done = services.store.write([&](storage::Tx& tx) -> Result<Json> {
    access::Actor officer;
    officer.account = identity::find_account(tx, services.vault, "lianhe");
    const auto keeper = identity::find_account(tx, services.vault, "zhaodui");
    const Date today = local_date(tx.now());
    CampaignInput planned{words[0], words[1], kCounty, Date{today.days - 10}.text(), Date{today.days + 30}.text(), 300};
    const auto campaign = TX_TRY(plan_campaign(tx, planned, officer));
    TX_TRY(step_campaign(tx, campaign.id, "open", officer));
    const auto people = storage::query(tx, "select id from volunteer where state = 'active' and account = 0 and birth < $1 and region like '640104%' order by id desc limit 90", Date{today.days - 19 * 366});
    std::size_t next = 0;
    for (std::size_t i = 0; i < std::size(kKinds); ++i) {
      Unit unit;
      unit.id = tx.new_id();
      unit.name = words[2 + 2 * i];
      unit.kind = kKinds[i];
      unit.region = kCounty;
      if (i != 5) {   // the last has no scheme yet
        const std::string paper = "%PDF-1.4 demonstration " + std::to_string(i);
        unit.scheme = words[3 + 2 * i];
        unit.scheme_owner = words[2];
        unit.scheme_day = Date{today.days - 200};
        unit.scheme_hash = ledger::hex(ledger::sha256(paper));
        storage::execute(tx, "insert into unit_scheme (id, unit, file_name, content_type, bytes, hash, at) values ($1,$2,'demonstration.pdf','application/pdf',$3,$4,$5)", tx.new_id(), unit.id,
                         storage::Blob{paper}, unit.scheme_hash, tx.now());
      }
      if (i == 2) unit.keeper = keeper;
      unit.state = "active";
      unit.created_by = officer.account;
      unit.created = tx.now();
      storage::insert(tx, "unit", unit);
      CommitInput promised{id_text(campaign.id), static_cast<int>(10 + 6 * i), static_cast<int>(40 + 20 * i)};
      const auto held = TX_TRY(commit(tx, unit.id, promised, officer));
      for (std::size_t n = 0; n < 4 + 3 * i && next < people.size(); ++n, ++next)
        storage::execute(tx, "insert into campaign_member (commitment, volunteer, at) values ($1,$2,$3)", held.id, people.rows[next][0], tx.now());
    }
    return Json();
  });
  if (!done) return tl::unexpected(done.error());
  return {};
}

}  // namespace tx::mobilisation
