#include "app/identity_extras.h"

#include "platform/storage/record_sql.h"
#include "systems/culture/culture.h"
#include "systems/mobilisation/mobilisation.h"
#include "systems/stations/stations.h"
#include "systems/supply/supply.h"
#include "systems/support/incentives.h"
#include "systems/teams/teams.h"

namespace tx::app {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string name_of(storage::Reader& reader, const char* table, const std::string& id) {
  const auto number = id_value(id);
  if (!number) return {};
  return storage::scalar<std::string>(reader, std::string("select name from ") + table + " where id = $1", *number).value_or("");
}

// The regions an office can stand for: the whole, cities, counties; communities are too many for a list.
Pairs offices(storage::Reader& reader, language::Language language) {
  Pairs found;
  for (const auto& row : storage::query(reader, "select code from region where level <= 3 order by code").rows) {
    std::string code;
    storage::from_value(row[0], code);
    found.emplace_back(code, teams::region_name(reader, code, language));
  }
  return found;
}

// Offices, then the stations and organisations of the person's own county: a list of all would be thousands long.
std::vector<identity::Extras::Scope> scopes(storage::Reader& reader, const std::string& region, language::Language language) {
  std::vector<identity::Extras::Scope> found;
  for (auto& [code, name] : offices(reader, language)) found.push_back({"region", code, name});
  if (region.size() < 6) return found;
  for (const char* table : {"station", "organisation"})
    for (const auto& row : storage::query(reader, std::string("select id, name from ") + table + " where state in ('open','approved','preparing','resting','upgrading') and " +
                                                      access::region_filter("region", {region.substr(0, 6)}) + " order by region, name").rows) {
      std::int64_t id = 0;
      std::string name;
      storage::from_value(row[0], id);
      storage::from_value(row[1], name);
      found.push_back({table, id_text(id), name});
    }
  return found;
}

}  // namespace

identity::Extras identity_extras(const identity::Vault& vault, const support::Book& book) {
  identity::Extras extras;
  extras.scope_name = [](storage::Reader& reader, const access::Grant& grant, language::Language language) -> std::string {
    switch (grant.kind) {
      case access::ScopeKind::region: return teams::region_name(reader, grant.scope, language);
      case access::ScopeKind::organisation: return name_of(reader, "organisation", grant.scope);
      case access::ScopeKind::station: return name_of(reader, "station", grant.scope);
      default: return {};
    }
  };
  extras.scopes = scopes;
  extras.regions = offices;
  extras.data_parts = {
      {"volunteer", [&vault](storage::Reader& reader, access::AccountId id) { return teams::data_of(reader, vault, id); }},
      {"duty", [](storage::Reader& reader, access::AccountId id) { return stations::data_of(reader, id); }},
      {"service", [&vault](storage::Reader& reader, access::AccountId id) { return supply::data_of(reader, vault, id); }},
      {"mobilisation", [&vault](storage::Reader& reader, access::AccountId id) { return mobilisation::data_of(reader, vault, id); }},
      {"records", [](storage::Reader& reader, access::AccountId id) { return support::data_of(reader, id); }},
      {"stories", [&vault](storage::Reader& reader, access::AccountId id) { return culture::data_of(reader, vault, id); }}};
  // Supply first: it finds the person's promises through the volunteer's row, which teams then empties.
  extras.on_close = {mobilisation::close_person, supply::close_person, [&book](storage::Tx& tx, access::AccountId id) { support::close_person(tx, book, id); },
                     stations::close_person, culture::close_person, teams::close_person};
  return extras;
}

}  // namespace tx::app
