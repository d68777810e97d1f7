// The messages tab, its settings, the calendar feed and the outbox of dead letters.
#include <algorithm>
#include <cstdio>

#include "platform/http/forms.h"
#include "platform/notices/mail.h"
#include "platform/notices/rows.h"
#include "platform/storage/record_sql.h"

namespace tx::notices {
namespace {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Form;
using http::Response;

constexpr int kPageLength = 50;

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

struct SettingsInput {
  std::string email, email_level, sms_level, quiet_from, quiet_until;
};
BOOST_DESCRIBE_STRUCT(SettingsInput, (), (email, email_level, sms_level, quiet_from, quiet_until))

// A path of this site; anything else leads back to the messages.
std::string safe_link(const std::string& link) {
  const bool own = link.starts_with("/") && !link.starts_with("//") && link.find('\\') == std::string::npos;
  return own ? link : "/messages";
}

std::string day_label(const Context& context, Date day) {
  const int ago = local_date(context.now).days - day.days;
  if (ago == 0) return context.text("notices.today");
  if (ago == 1) return context.text("notices.yesterday");
  return language::day_text(context.language, day);
}

Json item_of(const Context& context, const NoticeRow& row) {
  const LocalTime t = local_time(row.at);
  char time[8];
  std::snprintf(time, sizeof time, "%02d:%02d", t.hour % 24, t.minute % 60);
  return Json::of({{"notice", row.id.text()},
                   {"sentence", context.text(row.key, args_of(row.args))},
                   {"time", time},
                   {"new_one", row.read_at.us == 0},
                   {"urgent", row.urgent},
                   {"leads_on", !row.link.empty()}});
}

Json inbox_view(Context& context) {
  const auto before = id_value(context.request.query["before"].text());
  auto rows = storage::select<NoticeRow>(
      context.reader,
      "select id, account, key, args, link, urgent, at, read_at from notice where account = $1 and id < $2 "
      "order by id desc limit $3",
      context.actor.account, before.value_or(INT64_MAX), kPageLength + 1);
  const bool more = rows.size() > kPageLength;
  if (more) rows.pop_back();
  Json days = Json::array();
  Json items = Json::array();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    items.push(item_of(context, rows[i]));
    const Date day = local_date(rows[i].at);
    if (i + 1 < rows.size() && local_date(rows[i + 1].at) == day) continue;
    days.push(Json::of({{"day_name", day_label(context, day)}, {"items", std::move(items)}}));
    items = Json::array();
  }
  const int count = unread(context.reader, context.actor.account);
  Json view = Json::of({{"title", context.text("notices.title")}, {"nav_messages", true}, {"days", days},
                        {"unread_count", count}, {"some_unread", count > 0}, {"csrf", context.csrf},
                        {"unread_text", count ? context.text("notices.unread", {{"n", std::to_string(count)}}) : ""}});
  if (rows.empty())
    view.set("empty", Json::of({{"icon", "messages"}, {"title", context.text("notices.empty")},
                                {"text", context.text("notices.empty.text")}, {"href", ""}}));
  if (more || before)
    view.set("pager", Json::of({{"previous", before ? "/messages" : ""},
                                {"next", more ? "/messages?before=" + rows.back().id.text() : ""}, {"where", ""}}));
  return view;
}

Result<Response> inbox(Context& context) { return context.page("notices/inbox", inbox_view(context)); }
Result<Response> inbox_list(Context& context) {
  return Response::html(context.fragment("notices/list", inbox_view(context)));
}

Result<Json> inbox_json(Context& context) {
  Json list = Json::array();
  for (const auto& row : storage::select<NoticeRow>(
           context.reader,
           "select id, account, key, args, link, urgent, at, read_at from notice where account = $1 "
           "order by id desc limit $2",
           context.actor.account, kPageLength))
    list.push(Json::of({{"id", row.id.text()}, {"text", context.text(row.key, args_of(row.args))}, {"link", row.link},
                        {"urgent", row.urgent}, {"at", iso_text(row.at)}, {"unread", row.read_at.us == 0}}));
  return Json::of({{"unread", unread(context.reader, context.actor.account)}, {"messages", list}});
}

// ---- settings

std::string clock_text(Minutes minutes) {
  char text[8];
  std::snprintf(text, sizeof text, "%02d:%02d", static_cast<int>(minutes.value / 60 % 24),
                static_cast<int>(minutes.value % 60));
  return text;
}

std::optional<Minutes> clock_value(std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) return std::nullopt;
  const int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
  if (hour > 23 || minute > 59) return std::nullopt;
  return Minutes{hour * 60 + minute};
}

std::string site_of(const Context& context) {
  const bool local = context.request.header("host").starts_with("127.") ||
                     context.request.header("host").starts_with("localhost");
  return (local ? "http://" : "https://") + std::string(context.request.header("host"));
}

Result<Response> settings_page(Context& context) {
  const Settings settings = settings_of(context.reader, context.actor.account);
  const Directory known = directory();
  std::string email;
  if (known.unseal_email && !settings.email_sealed.empty()) email = known.unseal_email(settings.email_sealed).value_or("");
  Form form(context, Json::of({{"email", email}, {"email_level", settings.email_level},
                               {"sms_level", settings.sms_level}, {"quiet_from", clock_text(settings.quiet_from)},
                               {"quiet_until", clock_text(settings.quiet_until)}}));
  const auto level = [&](const char* value) {
    return http::Option{value, context.text(std::string("notices.level.") + value)};
  };
  const std::string token = feed_token(context.reader, context.actor.account);
  return context.page(
      "notices/settings",
      Json::of({{"title", context.text("notices.settings")},
                {"nav_messages", true},
                {"summary", form.summary()},
                {"f_email", form.field("email", "notices.field.email", "notices.field.email.hint",
                                       Json::of({{"type", "email"}, {"optional", true}, {"autocomplete", "email"},
                                                 {"maxlength", 254}}))},
                {"may_email", static_cast<bool>(known.seal_email)},
                {"f_email_level", form.options("email_level", "notices.field.email_level",
                                               {level("none"), level("urgent"), level("all")})},
                {"f_sms_level", form.options("sms_level", "notices.field.sms_level", {level("none"), level("urgent")})},
                {"f_quiet_from", form.field("quiet_from", "notices.field.quiet_from", "notices.field.quiet.hint",
                                            Json::of({{"type", "time"}, {"short", true}, {"required", true}}))},
                {"f_quiet_until", form.field("quiet_until", "notices.field.quiet_until", "",
                                             Json::of({{"type", "time"}, {"short", true}, {"required", true}}))},
                {"feed", token.empty() ? "" : site_of(context) + "/calendar/" + token + ".ics"}}));
}

Result<Json> save_settings(storage::Tx& tx, const CommandContext& context, const SettingsInput& input) {
  const auto one_of = [](const std::string& value, std::initializer_list<const char*> known) {
    return std::find(known.begin(), known.end(), value) != known.end();
  };
  if (!one_of(input.email_level, {"none", "urgent", "all"}))
    return refuse(Kind::invalid, "notices.level_unknown", "email_level");
  if (!one_of(input.sms_level, {"none", "urgent"})) return refuse(Kind::invalid, "notices.level_unknown", "sms_level");
  const auto from = clock_value(input.quiet_from), until = clock_value(input.quiet_until);
  if (!from) return refuse(Kind::invalid, "notices.time_wrong", "quiet_from");
  if (!until) return refuse(Kind::invalid, "notices.time_wrong", "quiet_until");
  if (!input.email.empty() && !is_mail_address(input.email)) return refuse(Kind::invalid, "mail.bad_address", "email");
  if (input.email.empty() && input.email_level != "none")
    return refuse(Kind::invalid, "notices.email_missing", "email");
  const Directory known = directory();
  if (!input.email.empty() && !known.seal_email) return refuse(Kind::unavailable, "notices.no_email_here", "email");
  const std::string sealed = input.email.empty() ? "" : known.seal_email(input.email);
  storage::execute(tx,
                   "insert into notice_setting (account, email_sealed, email_level, sms_level, quiet_from, quiet_until, "
                   "changed) values ($1, $2, $3, $4, $5, $6, $7) on conflict (account) do update set "
                   "email_sealed = excluded.email_sealed, email_level = excluded.email_level, "
                   "sms_level = excluded.sms_level, quiet_from = excluded.quiet_from, "
                   "quiet_until = excluded.quiet_until, changed = excluded.changed",
                   context.actor.account, sealed, input.email_level, input.sms_level, *from, *until, tx.now());
  return Json::object();
}

// ---- calendar feed

Result<Response> feed(Context& context) {
  std::string token = context.argument("token");
  if (token.ends_with(".ics")) token.resize(token.size() - 4);
  const auto account = token.empty() ? std::nullopt : feed_owner(context.reader, token);
  if (!account) return refuse(Kind::not_found, "http.not_found");
  language::Language language = context.language;
  if (const Directory known = directory(); known.contact) language = known.contact(context.reader, *account).language;
  Response response;
  response.content_type = "text/calendar; charset=utf-8";
  response.body = icalendar(context.words.text(language, "notices.calendar.name"),
                            calendar_of(context.reader, *account, language));
  response.set_header("Cache-Control", "private, no-store").set_header("X-Robots-Tag", "noindex");
  return response;
}

// ---- dead letters

// The sentence without what was filled in: a technician need not read about persons.
std::string without_values(std::string text) {
  for (std::size_t open = 0; (open = text.find('{', open)) != std::string::npos;) {
    const auto close = text.find('}', open);
    if (close == std::string::npos) break;
    text.replace(open, close - open + 1, "…");
  }
  return text;
}

Result<Response> outbox_page(Context& context) {
  const auto count = [&](const char* state) {
    return storage::scalar<std::int64_t>(context.reader, "select count(*) from outbox where state = $1", state)
        .value_or(0);
  };
  Json letters = Json::array();
  for (const auto& row : storage::select<OutboxRow>(
           context.reader,
           "select id, channel, account, address, key, args, link, dedupe, state, attempts, next_try, problem, created, "
           "ended from outbox where state = 'dead' order by id desc limit 200"))
    letters.push(Json::of({{"message", row.id.text()}, {"channel", context.text("outbox.channel." + row.channel)},
                           {"what", without_values(context.words.raw(context.language, row.key))},
                           {"problem_text", context.text(row.problem)}, {"tries", row.attempts},
                           {"since", language::date_text(context.language, row.created)}}));
  const auto figure = [&](const char* key, std::int64_t value, const char* tone) {
    return Json::of({{"label", context.text(key)}, {"value", std::to_string(value)}, {"unit", ""}, {"href", ""},
                     {"tone", value ? tone : ""}});
  };
  Json view = Json::of({{"title", context.text("outbox.title")}, {"letters", letters}, {"some", letters.size() > 0},
                        {"csrf", context.csrf},
                        {"stats", Json::Array{figure("outbox.waiting", count("waiting"), ""),
                                              figure("outbox.dead", count("dead"), "warn")}}});
  if (letters.size() == 0)
    view.set("empty", Json::of({{"icon", "check"}, {"title", context.text("outbox.empty")}, {"text", ""}, {"href", ""}}));
  return context.page("notices/outbox", view);
}

std::optional<access::Place> place_of_notice(storage::Reader& reader, const std::string& text) {
  const auto id = NoticeId::parse(text);
  const auto row = id ? find_notice(reader, *id) : std::nullopt;
  if (!row) return std::nullopt;
  access::Place place;
  place.owners = {row->account};
  return place;
}

void add_inbox(http::Router& router) {
  const Access own = Access::signed_in("one's own messages");
  router.resolver("notice", place_of_notice);
  router.page("notice.inbox", "/messages", own, inbox);
  router.page("notice.list", "/messages/list", own, inbox_list);
  router.query("notice.read", "/api/messages", own, inbox_json);
  router.command<Nothing>({.name = "notice.open", .path = "/messages/{notice}/open", .access = Access::owner("notice"),
                           .next = [](const CommandContext&, const Json& answer) { return answer["link"].text(); },
                           .page = inbox, .audited = false},
                          [](storage::Tx& tx, const CommandContext& context, const Nothing&) -> Result<Json> {
                            const NoticeId id = TX_TRY(context.id<NoticeTag>("notice"));
                            const auto row = find_notice(tx, id);
                            if (!row) return refuse(Kind::not_found, "http.not_found");
                            mark_read(tx, context.actor.account, id);
                            return Json::of({{"link", safe_link(row->link)}});
                          });
  router.command<Nothing>({.name = "notice.read_all", .path = "/messages/read", .access = own,
                           .next = [](const CommandContext&, const Json&) { return std::string("/messages"); },
                           .page = inbox, .audited = false},
                          [](storage::Tx& tx, const CommandContext& context, const Nothing&) -> Result<Json> {
                            mark_read(tx, context.actor.account, std::nullopt);
                            return Json::object();
                          });
}

void add_settings(http::Router& router) {
  const Access own = Access::signed_in("one's own settings");
  const auto back = [](const CommandContext&, const Json&) { return std::string("/messages/settings"); };
  router.page("notice.settings", "/messages/settings", own, settings_page);
  router.command<SettingsInput>({.name = "notice.settings.save", .path = "/messages/settings", .access = own,
                                 .next = back, .flash = "notices.flash.saved", .page = settings_page},
                                save_settings);
  router.command<Nothing>({.name = "notice.feed.new", .path = "/messages/calendar", .access = own, .next = back,
                           .flash = "notices.flash.feed", .page = settings_page},
                          [](storage::Tx& tx, const CommandContext& context, const Nothing&) -> Result<Json> {
                            new_feed_token(tx, context.actor.account);
                            return Json::object();
                          });
  router.page("notice.feed", "/calendar/{token}", Access::everyone("the address holds a secret token"), feed);
}

}  // namespace

void add_routes(http::Router& router) {
  add_inbox(router);
  add_settings(router);
  router.page("outbox.show", "/outbox", Access::any(permission::outbox), outbox_page);
  router.command<Nothing>({.name = "outbox.retry", .path = "/outbox/{message}/retry",
                           .access = Access::any(permission::outbox),
                           .next = [](const CommandContext&, const Json&) { return std::string("/outbox"); },
                           .flash = "outbox.flash.retry", .page = outbox_page},
                          [](storage::Tx& tx, const CommandContext& context, const Nothing&) -> Result<Json> {
                            const OutboxId id = TX_TRY(context.id<OutboxTag>("message"));
                            TX_CHECK(send_again(tx, id));
                            return Json::object();
                          });
}

}  // namespace tx::notices
