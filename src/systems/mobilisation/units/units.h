// Units (单位): who has a volunteer scheme (制度安排), of which kind they are, among them the five of 两企三新 (意见 §2.1, 2.2; M1, M2).
// And the reporting of Party members to their community (报到): a flag on its own separate consent, withdrawable, never a name list.
#pragma once
#include <optional>

#include "platform/http/forms.h"
#include "platform/http/http.h"
#include "systems/mobilisation/mobilisation.h"

namespace tx::mobilisation {

inline constexpr const char* kUnitKinds[] = {"government", "institution", "mass", "state_enterprise", "school", "mixed", "non_public", "new_economic", "new_social", "new_employment", "chamber", "other"};
inline constexpr const char* kNewKinds[] = {"mixed", "non_public", "new_economic", "new_social", "new_employment"};   // 两企三新

struct Unit {
  std::int64_t id = 0;
  std::string name, kind, region;
  std::int64_t organisation = 0;        // its own volunteer team, when it has one
  std::string credit_code;
  std::string scheme, scheme_owner;     // title of the document; who answers for it
  Date scheme_day;
  std::string scheme_hash;              // SHA-256 of the document
  std::string contact;
  access::AccountId keeper;             // who acts for the unit here
  std::string state;                    // active, ended
  access::AccountId created_by;
  Instant created;
};
BOOST_DESCRIBE_STRUCT(Unit, (), (id, name, kind, region, organisation, credit_code, scheme, scheme_owner, scheme_day, scheme_hash, contact, keeper, state, created_by, created))
struct UnitInput {
  std::string name, kind, region, credit_code, contact, keeper;   // keeper: sign-in name
};
BOOST_DESCRIBE_STRUCT(UnitInput, (), (name, kind, region, credit_code, contact, keeper))
struct SchemeInput {
  std::string scheme, scheme_owner, scheme_day, file_name, file_type, file_bytes, file_hash;   // file_*: filled from the upload
};
BOOST_DESCRIBE_STRUCT(SchemeInput, (), (scheme, scheme_owner, scheme_day, file_name, file_type, file_bytes, file_hash))

std::optional<Unit> find_unit(storage::Reader& reader, std::int64_t id);
bool is_new_kind(std::string_view kind);
// Rules unit.name, unit.kind, unit.keeper, unit.twice
Result<Unit> add_unit(storage::Tx& tx, const identity::Vault& vault, const UnitInput& input, const access::Actor& by);
// Rules unit.scheme, unit.scheme_owner, unit.scheme_day, unit.scheme_file
Result<Unit> set_scheme(storage::Tx& tx, std::int64_t unit, const SchemeInput& input);

// Counts below this are not shown: a small number in a small place is a person.
inline constexpr int kLeastShown = 5;
std::string shown(const http::Context& context, std::int64_t count);
std::string shown_sum(const http::Context& context, std::int64_t sum, bool some_hidden);   // "about 60" when a part of it is hidden

void add_unit_routes(http::Router& router, const Services& services);
void add_party_routes(http::Router& router);

}  // namespace tx::mobilisation
