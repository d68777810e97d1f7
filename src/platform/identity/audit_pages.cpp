// Reading the audit trail: filters, pages, the state of the chain, export. Reading it leaves its own entry when it is
// exported; the trail itself is written by platform/audit.
#include "platform/audit/audit.h"
#include "platform/http/forms.h"
#include "platform/identity/accounts.h"
#include "platform/identity/canonical.h"
#include "platform/identity/routes.h"
#include "platform/storage/record_sql.h"

namespace tx::identity {
namespace {

using access::Access;
using http::Context;
using http::Response;

constexpr int kOnPage = 50, kExported = 100000;

struct Filter {
  std::string where = "1=1";
  std::vector<storage::Value> values;
  std::string again;  // the same filter as a query string
  void add(const std::string& condition, storage::Value value) {
    values.push_back(std::move(value));
    where += " and " + condition + " $" + std::to_string(values.size());
  }
  void repeat(const char* name, const std::string& value) {
    again += std::string("&") + name + "=" + http::url_encoded(value);
  }
};

// What the filter fields say, narrowed to the regions that the reader of the trail may see.
Filter filter_of(const Services& services, const Context& context) {
  Filter filter;
  filter.where =
      access::region_filter("region", access::regions_of(context.roles, context.actor, permission::audit_read));
  const auto text = [&](const char* name) { return folded(context.request.query[name].text()); };
  if (const auto action = text("action"); !action.empty()) {
    filter.add("action =", action);
    filter.repeat("action", action);
  }
  if (const auto who = text("who"); !who.empty()) {
    const auto id = AccountId::parse(who);
    const auto by_login = storage::scalar<std::int64_t>(context.reader, "select id from account where login_index = $1",
                                                        login_index(services.vault, canonical_login(who)));
    filter.add("account =", by_login ? *by_login : id ? id->value : std::int64_t{-1});
    filter.repeat("who", who);
  }
  if (const auto region = text("region"); !region.empty()) {
    std::string next = region;
    ++next.back();  // 6401 -> 6402: a range, so that the prefix needs no pattern
    filter.add("region >=", region);
    filter.add("region <", next);
    filter.repeat("region", region);
  }
  if (const auto object = text("object"); !object.empty()) {
    filter.add("object =", object);
    filter.repeat("object", object);
  }
  if (const auto from = Date::parse(text("from"))) {
    filter.add("at >=", start_of(*from).us);
    filter.repeat("from", from->text());
  }
  if (const auto to = Date::parse(text("to"))) {
    filter.add("at <", start_of(*to).us + kDay);
    filter.repeat("to", to->text());
  }
  return filter;
}

std::string text_or_id(const Context& context, const std::string& id) {
  return context.words.has(id) ? context.text(id) : id;
}

// "access.grant county_dispatcher@640104": the rule in words, what allowed it as it stands.
std::string rule_text(const Context& context, const std::string& rule) {
  const auto space = rule.find(' ');
  const std::string words = text_or_id(context, rule.substr(0, space));
  return space == std::string::npos ? words : words + rule.substr(space);
}

Json entry_row(const Context& context, const audit::Entry& entry) {
  const auto account = entry.account ? account_by_id(context.reader, AccountId{entry.account}) : std::nullopt;
  const std::string key = "audit.action." + entry.action;
  return Json::of({{"seq", entry.seq},
                   {"at", local_text(entry.at)},
                   {"who", account ? account->display_name : ""},
                   {"account", entry.account ? id_text(entry.account) : ""},
                   {"action", entry.action},
                   {"action_name", context.words.has(key) ? context.text(key) : ""},
                   {"object", entry.object},
                   {"region", entry.region},
                   {"rule", rule_text(context, entry.rule)},
                   {"outcome", text_or_id(context, entry.outcome)},
                   {"refused", entry.outcome != "done"},
                   {"why", entry.reason},
                   {"hash", entry.hash.substr(0, 12)}});
}

Json chain_note(const Context& context) {
  const auto broken = audit::first_broken(context.reader);
  const auto count = storage::scalar<std::int64_t>(context.reader, "select count(*) from audit_entry").value_or(0);
  if (!broken)
    return Json::of({{"good", true},
                     {"bad", false},
                     {"words", context.text("identity.audit.whole", {{"n", std::to_string(count)}})}});
  return Json::of({{"good", false},
                   {"bad", true},
                   {"words", context.text("identity.audit.broken", {{"n", std::to_string(*broken)}})}});
}

Result<Response> audit_page(const Services& services, Context& context) {
  Filter filter = filter_of(services, context);
  const Filter plain = filter;
  std::int64_t before = 0;
  read_value(context.request.query["before"], before);
  if (before > 0) filter.add("seq <", before);
  const storage::Rows found = context.reader.query(
      "select * from audit_entry where " + filter.where + " order by seq desc limit " + std::to_string(kOnPage + 1),
      filter.values);
  Json entries = Json::array();
  std::int64_t last = 0;
  for (std::size_t i = 0; i < found.size() && i < static_cast<std::size_t>(kOnPage); ++i) {
    const auto entry = storage::read_row<audit::Entry>(found, i);
    last = entry.seq;
    entries.push(entry_row(context, entry));
  }
  const http::Form form(context);
  Json view = Json::of({{"title", context.text("identity.audit")},
                        {"entries", entries},
                        {"any", entries.size() > 0},
                        {"export_href", "/audit/export?csv=1" + plain.again},
                        {"check_href", "/audit?check=1" + plain.again},
                        {"filtered", !plain.again.empty()}});
  const auto small = [](const char* type) { return Json::of({{"type", type}}); };
  view.set("f_action", form.field("action", "identity.audit.action"))
      .set("f_who", form.field("who", "identity.audit.who"));
  view.set("f_region", form.field("region", "identity.audit.region", {}, Json::of({{"inputmode", "numeric"}})));
  view.set("f_from", form.field("from", "identity.audit.from", {}, small("date")))
      .set("f_to", form.field("to", "identity.audit.to", {}, small("date")));
  if (!context.request.query["check"].text().empty()) view.set("chain", chain_note(context));
  const bool more = found.size() > static_cast<std::size_t>(kOnPage);
  view.set("pager", Json::of({{"previous", before > 0 ? "/audit?first=1" + plain.again : ""},
                              {"where", ""},
                              {"next", more ? "/audit?before=" + std::to_string(last) + plain.again : ""}}));
  view.set("empty",
           Json::of({{"icon", "audit"}, {"title", context.text("identity.audit.none")}, {"text", ""}, {"href", ""}}));
  return context.page("identity/audit", std::move(view));
}

// A cell that a spreadsheet would take for a formula gets an apostrophe in front.
std::string csv_cell(std::string text) {
  if (!text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos) text.insert(0, "'");
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

Result<Response> export_page(const Services& services, Context& context) {
  const Filter filter = filter_of(services, context);
  auto written = services.store.write([&](storage::Tx& tx) -> Result<Json> {
    audit::Entry entry;
    entry.account = context.actor.account.value;
    entry.action = "audit.export";
    entry.rule = "access.grant";
    entry.outcome = "done";
    entry.details = Json::of({{"filter", filter.again}});
    audit::append(tx, entry);
    return Json();
  });
  if (!written) return tl::unexpected(written.error());
  const storage::Rows found = context.reader.query(
      "select * from audit_entry where " + filter.where + " order by seq limit " + std::to_string(kExported),
      filter.values);
  std::string csv = "\xEF\xBB\xBF";
  for (const char* column :
       {"seq", "at", "account", "action", "object", "region", "rule", "outcome", "reason", "details", "prev", "hash"})
    csv += (csv.size() > 3 ? "," : "") + csv_cell(column);
  csv += "\r\n";
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto entry = storage::read_row<audit::Entry>(found, i);
    csv += csv_cell(std::to_string(entry.seq)) + "," + csv_cell(iso_text(entry.at));
    for (const std::string& text :
         {entry.account ? id_text(entry.account) : std::string(), entry.action, entry.object, entry.region, entry.rule,
          entry.outcome, entry.reason, entry.details.dump(), entry.prev, entry.hash})
      csv += "," + csv_cell(text);
    csv += "\r\n";
  }
  return Response::file(std::move(csv), "text/csv; charset=utf-8", "audit.csv");
}

}  // namespace

void add_audit_routes(http::Router& router, const Services& services) {
  router.page("identity.audit", "/audit", Access::any(permission::audit_read),
              [services](Context& context) { return audit_page(services, context); });
  router.page("audit.export", "/audit/export", Access::any(permission::audit_read),
              [services](Context& context) { return export_page(services, context); });
}

}  // namespace tx::identity
