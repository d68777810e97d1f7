#include "platform/storage/record_sql.h"
#include "systems/stations/six_haves/six.h"

namespace tx::stations::six {

std::optional<Standard> find_standard(storage::Reader& reader, std::int64_t id) {
  auto set = storage::find<CriteriaSet>(reader, "select * from criteria_set where id = $1", id);
  if (!set) return std::nullopt;
  return Standard{*set, storage::select<Have>(reader, "select * from criteria_have where set_id = $1 order by seq", id),
                  storage::select<Criterion>(reader, "select * from criterion where set_id = $1 order by seq", id)};
}

std::optional<CriteriaSet> set_in_force(storage::Reader& reader, const std::string& region, Date day) {
  std::optional<CriteriaSet> best;
  for (auto& set :
       storage::select<CriteriaSet>(reader,
                                    "select * from criteria_set where state = 'in_force' and valid_from <= $1 and "
                                    "(valid_until = 0 or valid_until >= $1) order by version",
                                    day)) {
    if (!region.starts_with(set.region)) continue;
    if (!best || set.region.size() >= best->region.size()) best = std::move(set);
  }
  return best;
}

void store_standard(storage::Tx& tx, Standard& standard) {
  standard.set.id = tx.new_id();
  standard.set.created = tx.now();
  storage::insert(tx, "criteria_set", standard.set);
  for (auto& have : standard.haves) {
    have.id = tx.new_id();
    have.set_id = standard.set.id;
    storage::insert(tx, "criteria_have", have);
  }
  for (auto& criterion : standard.criteria) {
    criterion.id = tx.new_id();
    criterion.set_id = standard.set.id;
    storage::insert(tx, "criterion", criterion);
  }
}

std::optional<Check> find_check(storage::Reader& reader, std::int64_t id) {
  return storage::find<Check>(reader, "select * from station_check where id = $1", id);
}
Result<Check> check_of(storage::Reader& reader, const Station& station, const std::string& id_text) {
  auto check = find_check(reader, id_value(id_text).value_or(0));
  if (!check || check->station != station.id.value) return refuse(Kind::not_found, "http.not_found");
  return *check;
}
std::optional<Check> open_check(storage::Reader& reader, const Station& station) {
  return storage::find<Check>(reader,
                              "select * from station_check where station = $1 and state in ('draft','sent','fixing') "
                              "order by created desc limit 1",
                              station.id);
}
std::optional<Check> last_rating(storage::Reader& reader, const Station& station) {
  return storage::find<Check>(
      reader, "select * from station_check where station = $1 and state = 'rated' order by inspected desc limit 1",
      station.id);
}
std::vector<Fix> fixes_of(storage::Reader& reader, std::int64_t check) {
  return storage::select<Fix>(reader, "select * from station_fix where check_id = $1 order by due, id", check);
}
std::vector<Photo> photos_of(storage::Reader& reader, std::int64_t check) {
  return storage::select<Photo>(reader,
                                "select id, station, check_id, criterion, kind, width, height, size, taken_by, at from "
                                "station_photo where check_id = $1 order by id",
                                check);
}

std::string words_of(const Criterion& criterion, language::Language language) {
  return language == language::Language::en ? criterion.words_en : criterion.words_zh;
}
std::string name_of(const Have& have, language::Language language) {
  return language == language::Language::en ? have.name_en : have.name_zh;
}
std::string name_of(const CriteriaSet& set, language::Language language) {
  return language == language::Language::en ? set.name_en : set.name_zh;
}

}  // namespace tx::stations::six
