// Who keeps the records of an organisation that was suspended or dissolved (O6; 民发〔2015〕149号: after merger or dissolution
// the successor or superior issues). What it recorded before stays and is verified as ever.
#include "platform/http/forms.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct SuccessorInput {
  std::string organisation, successor, reason;
};
BOOST_DESCRIBE_STRUCT(SuccessorInput, (), (organisation, successor, reason))

std::string filter_of(const Context& context) {
  return access::region_filter("region", access::regions_of(context.roles, context.actor, permission::judge));
}

Result<Response> page(Context& context) {
  std::vector<http::Option> gone, open;
  Json rows = Json::array();
  for (const auto& one : storage::select<teams::Organisation>(context.reader, "select * from organisation where state in ('suspended','closed') and " + filter_of(context) + " order by name limit 200")) {
    const auto named = successor_of(context.reader, one.id.value);
    const auto next = named ? teams::find_organisation(context.reader, named->successor) : std::nullopt;
    gone.push_back({one.id.text(), one.name});
    rows.push(Json::of({{"name", one.name}, {"href", "/organisations/" + one.id.text()}, {"next", next ? next->name : ""}, {"why", named ? named->reason : ""}}));
  }
  for (const auto& one : storage::select<teams::Organisation>(context.reader, "select * from organisation where state = 'approved' and " + filter_of(context) + " order by name limit 500"))
    open.push_back({one.id.text(), one.name});
  const http::Form form(context);
  Json view = Json::of({{"title", context.text("successor.title")}, {"lines", rows}, {"has_lines", rows.size() > 0}, {"summary", form.summary()},
                        {"f_organisation", form.options("organisation", "successor.of", gone)}, {"f_successor", form.options("successor", "successor.is", open)},
                        {"f_reason", form.field("reason", "successor.reason", "successor.reason.hint", Json::of({{"maxlength", 300}, {"rows", 2}}))}});
  if (rows.size() == 0) view.set("empty", Json::of({{"icon", "check"}, {"title", context.text("successor.none")}, {"text", ""}, {"href", ""}}));
  return context.page("support/successors", view);
}

Result<Json> name_successor(storage::Tx& tx, const CommandContext& context, const SuccessorInput& input) {
  const auto gone = teams::find_organisation(tx, id_value(input.organisation).value_or(0)), next = teams::find_organisation(tx, id_value(input.successor).value_or(0));
  if (!gone || teams::may_publish(*gone)) return refuse(Kind::conflict, "successor.still_open", "organisation");
  if (!next || !teams::may_publish(*next)) return refuse(Kind::invalid, "successor.not_open", "successor");
  if (input.reason.find_first_not_of(" \t\r\n") == std::string::npos) return refuse(Kind::invalid, "flow.reason_missing", "reason");
  storage::execute(tx, "insert into record_successor (organisation, successor, reason, by_account, at) values ($1,$2,$3,$4,$5) on conflict (organisation) do update set "
                       "successor = excluded.successor, reason = excluded.reason, by_account = excluded.by_account, at = excluded.at",
                   gone->id, next->id, input.reason, context.actor.account, tx.now());
  for (const auto account : teams::leaders_of(tx, next->id.value))
    notices::send(tx, {account, "notice.successor", {{"name", gone->name}}, "/desk/records/review"});
  return Json::of({{"organisation", gone->id.text()}, {"successor", next->id.text()}, {"region", gone->region}});
}

}  // namespace

void add_successor_routes(http::Router& router) {
  router.page("record.successors", "/desk/records/successors", Access::any(permission::judge), page);
  router.command<SuccessorInput>(
      {.name = "record.successor", .path = "/desk/records/successors", .access = Access::any(permission::judge),
       .next = [](const CommandContext&, const Json&) { return std::string("/desk/records/successors"); }, .flash = "successor.named", .page = page, .region_field = "region"},
      [](storage::Tx& tx, const CommandContext& context, const SuccessorInput& input) { return name_successor(tx, context, input); });
}

}  // namespace tx::support
