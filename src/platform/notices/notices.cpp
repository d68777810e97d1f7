// Writing and reading notices, settings, feed addresses; everything that happens inside a transaction.
#include "platform/notices/notices.h"

#include <sodium.h>

#include <mutex>

#include "platform/notices/rows.h"
#include "platform/storage/record_sql.h"

namespace tx::notices {
namespace {

struct Wiring {
  std::mutex mutex;
  http::EventHub* hub = nullptr;
  Directory directory;
  std::vector<CalendarSource> sources;
};
Wiring& wiring() {
  static Wiring one;
  return one;
}

void publish_unread(storage::Tx& tx, access::AccountId account) {
  tx.after_commit([account, count = unread(tx, account)] {
    std::lock_guard lock(wiring().mutex);
    if (wiring().hub) wiring().hub->publish(account, "unread", Json::of({{"unread", count}}));
  });
}

Json json_of(const std::vector<std::pair<std::string, std::string>>& args) {
  Json object = Json::object();
  for (const auto& [name, value] : args) object.set(name, value);
  return object;
}

void post(storage::Tx& tx, OutboxRow row) {
  row.id = {tx.new_id()};
  row.state = "waiting";
  row.created = tx.now();
  if (row.next_try.us == 0) row.next_try = tx.now();
  storage::execute(tx,
                   "insert into outbox (id, channel, account, address, key, args, link, dedupe, state, attempts, "
                   "next_try, problem, created, ended) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, '', $11, 0) "
                   "on conflict (dedupe) do nothing",
                   row.id, row.channel, row.account, row.address, row.key, row.args, row.link, row.dedupe, row.state,
                   row.next_try, row.created);
}

}  // namespace

void set_event_hub(http::EventHub* hub) {
  jobs::set_event_hub(hub);
  std::lock_guard lock(wiring().mutex);
  wiring().hub = hub;
}
void set_directory(Directory directory) {
  std::lock_guard lock(wiring().mutex);
  wiring().directory = std::move(directory);
}
Directory directory() {
  std::lock_guard lock(wiring().mutex);
  return wiring().directory;
}
void add_calendar_source(CalendarSource source) {
  std::lock_guard lock(wiring().mutex);
  wiring().sources.push_back(std::move(source));
}

std::vector<std::pair<std::string, std::string>> args_of(const Json& args) {
  std::vector<std::pair<std::string, std::string>> list;
  for (const auto& [name, value] : args.members()) list.emplace_back(name, value.text());
  return list;
}

void send(storage::Tx& tx, const Notice& notice) {
  if (!notice.to) return;
  NoticeRow row;
  row.id = {tx.new_id()};
  row.account = notice.to;
  row.key = notice.key;
  row.args = json_of(notice.args);
  row.link = notice.link;
  row.urgent = notice.urgent;
  row.at = tx.now();
  storage::insert(tx, "notice", row);
  publish_unread(tx, notice.to);

  const Settings settings = settings_of(tx, notice.to);
  OutboxRow out;
  out.account = notice.to;
  out.key = notice.key;
  out.args = row.args;
  out.link = notice.link;
  out.next_try = after_quiet(settings, tx.now());
  if (!settings.email_sealed.empty() &&
      (settings.email_level == "all" || (notice.urgent && settings.email_level == "urgent"))) {
    out.channel = "email";
    out.dedupe = "notice:" + row.id.text() + ":email";
    post(tx, out);
  }
  if (notice.urgent && settings.sms_level == "urgent") {
    out.channel = "sms";
    out.dedupe = "notice:" + row.id.text() + ":sms";
    post(tx, out);
  }
}

void send_sms(storage::Tx& tx, const std::string& phone_cipher, const std::string& key,
              const std::vector<std::pair<std::string, std::string>>& args, const std::string& dedupe) {
  OutboxRow out;
  out.channel = "sms";
  out.address = phone_cipher;
  out.key = key;
  out.args = json_of(args);
  out.dedupe = "sms:" + dedupe;
  out.next_try = after_quiet({}, tx.now());
  post(tx, out);
}

int unread(storage::Reader& reader, access::AccountId account) {
  return storage::scalar<int>(reader, "select count(*) from notice where account = $1 and read_at = 0", account)
      .value_or(0);
}

void mark_read(storage::Tx& tx, access::AccountId account, std::optional<NoticeId> one) {
  if (one)
    storage::execute(tx, "update notice set read_at = $3 where account = $1 and id = $2 and read_at = 0", account, *one,
                     tx.now());
  else
    storage::execute(tx, "update notice set read_at = $2 where account = $1 and read_at = 0", account, tx.now());
  publish_unread(tx, account);
}

Settings settings_of(storage::Reader& reader, access::AccountId account) {
  auto found = storage::find<Settings>(reader,
                                       "select account, email_sealed, email_level, sms_level, quiet_from, quiet_until, "
                                       "changed from notice_setting where account = $1",
                                       account);
  if (found) return *found;
  Settings settings;
  settings.account = account;
  return settings;
}

std::optional<NoticeRow> find_notice(storage::Reader& reader, NoticeId id) {
  return storage::find<NoticeRow>(
      reader, "select id, account, key, args, link, urgent, at, read_at from notice where id = $1", id);
}

std::optional<OutboxRow> find_outbox(storage::Reader& reader, OutboxId id) {
  return storage::find<OutboxRow>(reader,
                                  "select id, channel, account, address, key, args, link, dedupe, state, attempts, "
                                  "next_try, problem, created, ended from outbox where id = $1",
                                  id);
}

Result<void> send_again(storage::Tx& tx, OutboxId id) {
  const auto changed = storage::execute(
      tx,
      "update outbox set state = 'waiting', attempts = 0, next_try = $2, ended = 0 where id = $1 and state = 'dead'", id,
      tx.now());
  if (changed == 0) return refuse(Kind::conflict, "outbox.not_dead");
  return {};
}

Instant after_quiet(const Settings& settings, Instant now) {
  const std::int64_t from = settings.quiet_from.value, until = settings.quiet_until.value;
  if (from == until) return now;
  const LocalTime t = local_time(now);
  const std::int64_t minute = t.hour * 60 + t.minute;
  const bool over_midnight = from > until;
  const bool quiet = over_midnight ? minute >= from || minute < until : minute >= from && minute < until;
  if (!quiet) return now;
  const bool tomorrow = over_midnight && minute >= from;
  return start_of({t.date.days + (tomorrow ? 1 : 0)}).plus(until * kMinute);
}

std::int64_t back_off(std::int64_t attempts) {
  std::int64_t wait = kMinute;
  for (std::int64_t i = 1; i < attempts && wait < 6 * kHour; ++i) wait *= 2;
  return std::min(wait, 6 * kHour);
}

// The token is kept readable: whoever reads this database reads the calendar's rows themselves beside it.
std::string feed_token(storage::Reader& reader, access::AccountId account) {
  return storage::scalar<std::string>(reader, "select token from notice_feed where account = $1", account).value_or("");
}

std::string new_feed_token(storage::Tx& tx, access::AccountId account) {
  unsigned char bytes[20];
  randombytes_buf(bytes, sizeof bytes);
  char hex[2 * sizeof bytes + 1];
  sodium_bin2hex(hex, sizeof hex, bytes, sizeof bytes);
  storage::execute(tx,
                   "insert into notice_feed (account, token, created) values ($1, $2, $3) "
                   "on conflict (account) do update set token = excluded.token, created = excluded.created",
                   account, hex, tx.now());
  return hex;
}

std::optional<access::AccountId> feed_owner(storage::Reader& reader, const std::string& token) {
  const auto account = storage::scalar<std::int64_t>(reader, "select account from notice_feed where token = $1", token);
  if (!account) return std::nullopt;
  return access::AccountId{*account};
}

std::vector<CalendarEntry> calendar_of(storage::Reader& reader, access::AccountId account,
                                       language::Language language) {
  std::vector<CalendarSource> sources;
  {
    std::lock_guard lock(wiring().mutex);
    sources = wiring().sources;
  }
  std::vector<CalendarEntry> all;
  for (const auto& source : sources)
    for (auto& entry : source(reader, account, language)) all.push_back(std::move(entry));
  return all;
}

}  // namespace tx::notices
