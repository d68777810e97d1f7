#include "systems/mobilisation/units/units.h"

#include <algorithm>

#include "base/text.h"
#include "engines/ledger/tree.h"
#include "platform/storage/record_sql.h"

namespace tx::mobilisation {

std::optional<Unit> find_unit(storage::Reader& reader, std::int64_t id) { return storage::find<Unit>(reader, "select * from unit where id = $1", id); }
bool is_new_kind(std::string_view kind) { return std::find(std::begin(kNewKinds), std::end(kNewKinds), kind) != std::end(kNewKinds); }

Result<Unit> add_unit(storage::Tx& tx, const identity::Vault& vault, const UnitInput& input, const access::Actor& by) {
  Unit unit;
  unit.name = normal_text(input.name);
  if (letter_count(unit.name) < 2 || letter_count(unit.name) > 60) return refuse(Kind::invalid, "unit.name", "name");
  unit.kind = input.kind;
  if (std::find(std::begin(kUnitKinds), std::end(kUnitKinds), unit.kind) == std::end(kUnitKinds)) return refuse(Kind::invalid, "unit.kind", "kind");
  unit.region = input.region;
  unit.credit_code = normal_text(input.credit_code);
  unit.contact = normal_text(input.contact);
  if (storage::scalar<std::int64_t>(tx, "select id from unit where name = $1 and region = $2", unit.name, unit.region)) return refuse(Kind::conflict, "unit.twice", "name");
  if (!normal_text(input.keeper).empty()) {
    unit.keeper = identity::find_account(tx, vault, normal_text(input.keeper));
    if (!unit.keeper) return refuse(Kind::invalid, "unit.keeper", "keeper");
  }
  unit.state = "active";
  unit.created_by = by.account;
  unit.created = tx.now();
  unit.id = tx.new_id();
  storage::insert(tx, "unit", unit);
  return unit;
}

Result<Unit> set_scheme(storage::Tx& tx, std::int64_t id, const SchemeInput& input) {
  auto unit = find_unit(tx, id);
  if (!unit) return refuse(Kind::not_found, "http.not_found");
  unit->scheme = normal_text(input.scheme);
  if (letter_count(unit->scheme) < 4 || letter_count(unit->scheme) > 100) return refuse(Kind::invalid, "unit.scheme", "scheme");
  unit->scheme_owner = normal_text(input.scheme_owner);
  if (letter_count(unit->scheme_owner) < 2 || letter_count(unit->scheme_owner) > 40) return refuse(Kind::invalid, "unit.scheme_owner", "scheme_owner");
  const auto day = Date::parse(input.scheme_day);
  if (!day || *day > local_date(tx.now())) return refuse(Kind::invalid, "unit.scheme_day", "scheme_day");
  unit->scheme_day = *day;
  if (input.file_hash.empty()) return refuse(Kind::invalid, "unit.scheme_file", "file");
  const auto bytes = ledger::from_base64(input.file_bytes);
  if (!bytes) return refuse(Kind::invalid, "unit.scheme_file", "file");
  unit->scheme_hash = input.file_hash;
  storage::execute(tx, "insert into unit_scheme (id, unit, file_name, content_type, bytes, hash, at) values ($1,$2,$3,$4,$5,$6,$7)", tx.new_id(), id, input.file_name,
                   input.file_type, storage::Blob{*bytes}, input.file_hash, tx.now());
  storage::update(tx, "unit", *unit);
  return *unit;
}

std::string shown(const http::Context& context, std::int64_t count) {
  return count > 0 && count < kLeastShown ? context.text("unit.few", {{"n", std::to_string(kLeastShown)}}) : std::to_string(count);
}

std::string shown_sum(const http::Context& context, std::int64_t sum, bool some_hidden) {
  return some_hidden && sum >= kLeastShown ? context.text("unit.about", {{"n", std::to_string(std::max<std::int64_t>(kLeastShown, sum / 10 * 10))}}) : shown(context, sum);
}

}  // namespace tx::mobilisation
