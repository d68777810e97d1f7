// The policy of records: which numbers are in force here, beside the profiles they may come from, each with what it rests on.
#include <fstream>
#include <map>
#include <sstream>

#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

constexpr char kVersion[] = "2026-11-26";

struct PolicyInput {
  std::string profile, region, setting, reason;
  std::int64_t amount = 0;
};
BOOST_DESCRIBE_STRUCT(PolicyInput, (), (profile, region, setting, reason, amount))

struct Stored {
  std::string profile, setting;
  std::int64_t amount = 0;
  std::string source, version;
};
BOOST_DESCRIBE_STRUCT(Stored, (), (profile, setting, amount, source, version))

std::vector<Stored> stored(storage::Reader& reader) {
  return storage::select<Stored>(reader, "select * from policy_number order by profile desc, setting");   // strict before lenient
}

// Where this official may set numbers: the region of the grant; "" is the whole system.
std::string own_region(const access::Roles& roles, const access::Actor& actor) {
  const auto regions = access::regions_of(roles, actor, permission::supervise);
  return regions.empty() ? "" : regions.front();
}

Result<Response> page(Context& context) {
  const std::string region = own_region(context.roles, context.actor);
  auto policy = policy_of(context.reader, region);
  const auto all = stored(context.reader);
  std::vector<std::string> profiles;
  std::map<std::pair<std::string, std::string>, Stored> numbers;
  std::map<std::string, bool> same;
  for (const auto& one : all) {
    if (profiles.empty() || profiles.back() != one.profile) profiles.push_back(one.profile), same[one.profile] = true;
    numbers[{one.profile, one.setting}] = one;
    if (const int* now = rules::number_of(policy, one.setting); now && *now != one.amount) same[one.profile] = false;
  }
  Json rows = Json::array(), heads = Json::array();
  std::string in_force = context.text("policy.own");
  for (const auto& profile : profiles) {
    heads.push(Json::of({{"profile", profile}, {"profile_name", context.text("policy.profile." + profile)}, {"in_force", same[profile]}}));
    if (same[profile]) in_force = context.text("policy.profile." + profile);
  }
  const http::Form form(context);
  for (const auto setting : rules::settings()) {
    const std::string name(setting);
    const int now = *rules::number_of(policy, setting);
    Json cells = Json::array();
    for (const auto& profile : profiles) {
      const auto found = numbers.find({profile, name});
      if (found == numbers.end()) continue;
      cells.push(Json::of({{"profile_name", context.text("policy.profile." + profile)}, {"amount", std::to_string(found->second.amount)},
                           {"source", context.text("policy.source." + found->second.source)}, {"equal", found->second.amount == now}}));
    }
    rows.push(Json::of({{"setting", name}, {"what", context.text("policy." + name)}, {"unit", context.text("policy." + name + ".unit")}, {"now", std::to_string(now)}, {"cells", cells},
                        {"why", workflow::setting_text(context.reader, setting, region, context.text("policy.usual"))}}));
  }
  return context.page("support/policy",
                      Json::of({{"title", context.text("policy.title")}, {"numbers", rows}, {"heads", heads}, {"version", all.empty() ? "" : all.front().version},
                                {"lead", context.text("policy.lead", {{"name", in_force}})}, {"may_set", context.may(permission::supervise)},
                                {"where", region.empty() ? context.text("policy.everywhere") : teams::region_name(context.reader, region, context.language)},
                                {"summary", form.summary()}}));
}

// A whole profile, or one number of one's own; never without a reason, since it changes what everybody is promised.
Result<Json> put_in_force(storage::Tx& tx, const CommandContext& context, const PolicyInput& input, const std::string& region) {
  if (input.reason.find_first_not_of(" \t\r\n") == std::string::npos) return refuse(Kind::invalid, "flow.reason_missing", "reason");
  rules::Policy known;
  if (!input.setting.empty()) {
    if (!rules::number_of(known, input.setting)) return refuse(Kind::invalid, "policy.unknown_setting", "setting", {{"line", input.setting}});
    if (input.amount < 0 || input.amount > 100'000) return refuse(Kind::invalid, "settings.range", "amount", {{"most", "100000"}});
    workflow::set_setting(tx, input.setting, region, static_cast<int>(input.amount), input.reason, context.actor.account);
    return Json::of({{"setting", input.setting}, {"region", region}});
  }
  int taken = 0;
  for (const auto& one : stored(tx)) {
    if (one.profile != input.profile) continue;
    workflow::set_setting(tx, one.setting, region, static_cast<int>(one.amount), input.reason, context.actor.account);
    ++taken;
  }
  if (taken == 0) return refuse(Kind::invalid, "policy.unknown_profile", "profile");
  return Json::of({{"profile", input.profile}, {"region", region}});
}

}  // namespace

Result<void> load_policies(storage::Store& store, const std::string& data) {
  std::ifstream in(data + "/records/policies.csv", std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  if (!in) return refuse(Kind::invalid, "policy.file_missing", "file");
  const auto numbers = TX_TRY(rules::read_policies(bytes.str()));
  const auto done = store.write([&](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "delete from policy_number where version <> ''");
    for (const auto& number : numbers)
      storage::execute(tx, "insert into policy_number (profile, setting, amount, source, version) values ($1,$2,$3,$4,$5)", number.profile, number.setting,
                       number.amount, number.source, kVersion);
    return Json();
  });
  if (!done) return tl::unexpected(done.error());
  return {};
}

void add_policy_routes(http::Router& router) {
  router.page("policy.page", "/desk/records/policy", Access::any(permission::check), page);
  router.command<PolicyInput>(
      {.name = "policy.set", .path = "/desk/records/policy", .access = Access::any(permission::supervise),
       .next = [](const CommandContext&, const Json&) { return std::string("/desk/records/policy"); }, .flash = "settings.saved", .page = page, .region_field = "region",
       .prepare = [](Context& context, Json input) -> Result<Json> { return input.set("region", own_region(context.roles, context.actor)); }},
      [](storage::Tx& tx, const CommandContext& context, const PolicyInput& input) { return put_in_force(tx, context, input, input.region); });
}

}  // namespace tx::support
