// Helpers who act for somebody else: recording the consent, agreeing to a helper, ending it.
#include "platform/http/forms.h"
#include "platform/identity/accounts.h"
#include "platform/identity/routes.h"
#include "platform/storage/record_sql.h"

namespace tx::identity {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

struct ProxyInput {
  std::string principal_name, principal_login, consent_kind, consent_by;
  std::optional<Date> until;
};
BOOST_DESCRIBE_STRUCT(ProxyInput, (), (principal_name, principal_login, consent_kind, consent_by, until))

struct ProxyRow {
  std::int64_t id = 0;
  AccountId helper, principal;
  std::string asked_index, principal_name, consent_kind, consent_by;
  Instant since, until;
};
BOOST_DESCRIBE_STRUCT(ProxyRow, (),
                      (id, helper, principal, asked_index, principal_name, consent_kind, consent_by, since, until))

std::string own_index(storage::Reader& reader, AccountId account) {
  const auto own = account_by_id(reader, account);
  return own ? own->login_index : "";
}

Json as_card(const Context& context, const ProxyRow& row, const std::string& name, bool asks_me) {
  const bool over = row.until.us && row.until.us <= context.now.us;
  const bool waiting = !row.principal && !row.asked_index.empty();
  const char* tone = over ? "stop" : waiting ? "wait" : "live";
  const char* label = over ? "identity.proxy_ran_out" : waiting ? "identity.proxy_waiting" : "identity.proxy_in_force";
  return Json::of({{"id", id_text(row.id)},
                   {"name", name},
                   {"consent", context.text("identity.consent_kind." + row.consent_kind)},
                   {"by", row.consent_by},
                   {"since", local_date(row.since).text()},
                   {"until", row.until.us ? local_date(row.until).text() : ""},
                   {"asks_me", asks_me},
                   {"state", Json::of({{"tone", tone}, {"label", context.text(label)}})}});
}

Result<Response> proxies_page(Context& context) {
  const AccountId me = context.actor.account;
  const char* columns =
      "select id, helper, principal, asked_index, principal_name, consent_kind, consent_by, since, until from proxy ";
  Json helping = Json::array(), helpers = Json::array();
  for (const auto& row : storage::select<ProxyRow>(
           context.reader, std::string(columns) + "where helper = $1 and ended = 0 order by id", me))
    helping.push(as_card(context, row, row.principal_name, false));
  const auto for_me = storage::select<ProxyRow>(
      context.reader, std::string(columns) + "where (principal = $1 or asked_index = $2) and ended = 0 order by id", me,
      own_index(context.reader, me));
  for (const auto& row : for_me) {
    const auto helper = account_by_id(context.reader, row.helper);
    helpers.push(as_card(context, row, helper ? helper->display_name : "", !row.principal));
  }
  const http::Form form(context);
  Json view = Json::of({{"title", context.text("identity.proxies")},
                        {"nav_me", true},
                        {"summary", form.summary()},
                        {"helping", helping},
                        {"helping_any", helping.size() > 0},
                        {"helpers", helpers},
                        {"helpers_any", helpers.size() > 0},
                        {"form_open", context.problem != nullptr || helping.size() == 0}});
  view.set("principal_name", form.field("principal_name", "identity.proxy_name", "identity.proxy_name.hint",
                                        Json::of({{"required", true}, {"maxlength", 40}})));
  view.set("principal_login", form.field("principal_login", "identity.proxy_login", "identity.proxy_login.hint",
                                         Json::of({{"optional", true}, {"inputmode", "tel"}})));
  std::vector<http::Option> kinds;
  for (const std::string kind : {"spoken", "written", "guardian"})
    kinds.push_back(
        {kind, context.text("identity.consent_kind." + kind), context.text("identity.consent_kind." + kind + ".text")});
  view.set("consent_kind", form.options("consent_kind", "identity.proxy_consent", kinds));
  view.set("consent_by", form.field("consent_by", "identity.proxy_by", "identity.proxy_by.hint",
                                    Json::of({{"required", true}, {"maxlength", 60}})));
  view.set("until", form.field("until", "identity.proxy_until", "identity.proxy_until.hint",
                               Json::of({{"type", "date"}, {"optional", true}, {"short", true}})));
  return context.page("identity/proxies", std::move(view));
}

std::optional<access::Place> place_of_proxy(storage::Reader& reader, const std::string& text) {
  const auto id = id_value(text);
  const auto row =
      id ? storage::find<ProxyRow>(reader, "select * from proxy where id = $1 and ended = 0", *id) : std::nullopt;
  if (!row) return std::nullopt;
  access::Place place;
  place.owners.push_back(row->helper);
  if (row->principal) place.owners.push_back(row->principal);
  if (!row->asked_index.empty())
    if (const auto asked =
            storage::scalar<std::int64_t>(reader, "select id from account where login_index = $1", row->asked_index))
      place.owners.push_back(AccountId{*asked});
  return place;
}

}  // namespace

void add_proxy_routes(http::Router& router, const Services& services) {
  const char* reason = "whoever helps a neighbour records it under the own account";
  router.page("identity.proxies", "/me/proxies", Access::signed_in(reason), proxies_page);
  router.resolver("proxy", place_of_proxy);
  const auto next = [](const CommandContext&, const Json&) { return std::string("/me/proxies"); };

  http::CommandSpec record{.name = "proxy.record", .path = "/me/proxies", .access = Access::signed_in(reason)};
  record.page = proxies_page;
  record.next = next;
  record.flash = "identity.proxy_recorded";
  router.command<ProxyInput>(
      std::move(record),
      [services](storage::Tx& tx, const CommandContext& context, const ProxyInput& input) -> Result<Json> {
        Proxy proxy;
        proxy.helper = context.actor.account;
        proxy.principal_name = input.principal_name;
        proxy.consent_kind = input.consent_kind;
        proxy.consent_by = input.consent_by;
        if (input.until) proxy.until = start_of(*input.until).plus(kDay);  // through that day
        const std::int64_t id = TX_TRY(record_proxy(tx, services.vault, proxy, input.principal_login));
        return Json::of({{"id", id_text(id)}});
      });

  http::CommandSpec agree{.name = "proxy.agree", .path = "/me/proxies/{proxy}/agree", .access = Access::owner("proxy")};
  agree.next = next;
  agree.flash = "identity.proxy_agreed";
  router.command<Nothing>(
      std::move(agree), [](storage::Tx& tx, const CommandContext& context, const Nothing&) -> Result<Json> {
        const auto id = id_value(context.argument("proxy"));
        const auto changed =
            storage::execute(tx,
                             "update proxy set principal = $2 where id = $1 and principal = 0 and ended = 0 and "
                             "asked_index = $3 and helper <> $2",
                             id.value_or(0), context.actor.account, own_index(tx, context.actor.account));
        if (changed == 0) return refuse(Kind::forbidden, "identity.proxy_not_yours");
        return Json::object();
      });

  http::CommandSpec end{.name = "proxy.end", .path = "/me/proxies/{proxy}/end", .access = Access::owner("proxy")};
  end.next = next;
  end.flash = "identity.proxy_ended";
  router.command<Nothing>(
      std::move(end), [](storage::Tx& tx, const CommandContext& context, const Nothing&) -> Result<Json> {
        storage::execute(tx, "update proxy set ended = $2, ended_by = $3 where id = $1 and ended = 0",
                         id_value(context.argument("proxy")).value_or(0), tx.now(), context.actor.account);
        return Json::object();
      });
}

}  // namespace tx::identity
