#include "platform/access/access.h"
#include "platform/storage/record_sql.h"
#include "systems/support/cover.h"

namespace tx::support {

BOOST_DESCRIBE_STRUCT(Cover, (), (id, insurer, number, cover, phone, scope, region, organisation))

namespace {

const std::string kCover = "select id, insurer, number, cover, phone, scope, region, organisation from policy where ";
const std::string kNear = "state = 'open' and scope in ('region','organisation') and (region like $1 || '%' or $1 like region || '%') and ";

}  // namespace

std::vector<Cover> covers_near(storage::Reader& reader, const std::string& region, Date day) {
  return storage::select<Cover>(reader, kCover + kNear + "until_day >= $2 order by scope desc, id desc limit 40", region, day);
}

std::optional<Cover> cover_between(storage::Reader& reader, std::int64_t id, const std::string& region, Date first, Date last) {
  return storage::find<Cover>(reader, kCover + kNear + "id = $2 and from_day <= $3 and until_day >= $4", region, id, first, last);
}

std::optional<Cover> find_cover(storage::Reader& reader, std::int64_t id) { return storage::find<Cover>(reader, kCover + "id = $1", id); }

std::string covered(const Cover& cover) {
  if (cover.scope == "region") return access::region_filter("v.region", {cover.region});
  if (cover.scope == "organisation") return "v.id in (select volunteer from member where state = 'member' and organisation = " + std::to_string(cover.organisation) + ")";
  return "1=0";
}

bool is_covered(storage::Reader& reader, const Cover& cover, std::int64_t volunteer) {
  return storage::scalar<std::int64_t>(reader, "select v.id from volunteer v where v.id = $1 and " + covered(cover), volunteer).has_value();
}

}  // namespace tx::support
