#include "platform/storage/record_sql.h"
#include "systems/stations/circles/what_if.h"
#include "systems/stations/planning/planning.h"

namespace tx::stations::planning {

std::optional<Plan> find_plan(storage::Reader& reader, const std::string& id_text) {
  return storage::find<Plan>(reader, "select * from station_plan where id = $1", id_value(id_text).value_or(0));
}
std::vector<Plan> plans_of(storage::Reader& reader, const std::string& region, int most) {
  return storage::select<Plan>(reader, "select * from station_plan where region = $1 order by created desc, id desc limit $2", region,
                               most);
}
std::vector<Chosen> sites_of(const Plan& plan) {
  std::vector<Chosen> sites;
  read_value(plan.sites, sites);
  return sites;
}
Question question_of(const Plan& plan) {
  Question question;
  read_value(plan.question, question);
  return question;
}

}  // namespace tx::stations::planning

namespace tx::stations::circles {

Result<std::vector<std::string>> sites_of_plan(storage::Reader& reader, const std::string& plan, const std::string& region, std::int64_t year) {
  const auto found = planning::find_plan(reader, plan);
  if (!found || found->region != region) return refuse(tx::Kind::not_found, "circle.plan_unknown", "plan");
  std::vector<std::string> codes;
  for (const auto& site : planning::sites_of(*found))
    if (site.kind == "new" && (year == 0 || site.year <= year)) codes.push_back(site.code);
  return codes;
}

}  // namespace tx::stations::circles
