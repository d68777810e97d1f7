// Serving the outbox: at least once. A message is sent first and marked afterwards; after a crash in between it goes out
// again with the same dedupe key (the mail's Message-ID, the spool's file name).
#include "base/log.h"
#include "base/text.h"
#include "platform/notices/mail.h"
#include "platform/notices/rows.h"
#include "platform/storage/record_sql.h"

namespace tx::notices {
namespace {

constexpr int kRound = 100;
constexpr std::int64_t kKeepRead = 90 * kDay, kKeepUnread = 365 * kDay, kKeepSent = 30 * kDay;

struct Due {
  Instant now;
  std::vector<OutboxRow> rows;
};

Due due_rows(storage::Store& store) {
  Due due;
  (void)store.write([&](storage::Tx& tx) -> Result<Json> {
    due.now = tx.now();
    due.rows = storage::select<OutboxRow>(
        tx,
        "select id, channel, account, address, key, args, link, dedupe, state, attempts, next_try, problem, created, "
        "ended from outbox where state = 'waiting' and next_try <= $1 order by next_try limit $2",
        tx.now(), kRound);
    return Json();
  });
  return due;
}

// Nothing of this leaves the process: plain addresses live only here.
struct Address {
  std::string text;
  language::Language language = language::Language::zh;
};

Address address_of(storage::Store& store, const OutboxRow& row, const Directory& known) {
  Address address;
  if (!row.account) {
    if (known.unseal) address.text = known.unseal(row.address).value_or("");
    return address;
  }
  const auto reader = store.read();
  Contact contact;
  if (known.contact) contact = known.contact(*reader, row.account);
  address.language = contact.language;
  if (row.channel == "sms") address.text = contact.phone;
  else if (known.unseal_email)
    address.text = known.unseal_email(settings_of(*reader, row.account).email_sealed).value_or("");
  return address;
}

Result<void> hand_over(const OutboxRow& row, const Address& to, const Channels& channels, SmsGateway* gateway,
                       Instant now) {
  const std::string sentence = channels.words->text(to.language, row.key, args_of(row.args));
  if (row.channel == "sms") {
    if (!gateway) return refuse(Kind::invalid, "sms.no_gateway");
    return gateway->send({row.dedupe, to.text, channels.words->text(to.language, "notices.sms", {{"text", sentence}})});
  }
  if (channels.smtp.empty()) return refuse(Kind::invalid, "mail.no_channel");
  Mail mail;
  mail.from = channels.from;
  mail.to = to.text;
  mail.subject = channels.words->text(to.language, "notices.mail.subject", {{"text", shortened(sentence, 60)}});
  mail.text = channels.words->text(to.language, "notices.mail.body",
                                   {{"text", sentence}, {"link", row.link.empty() ? "" : channels.site + row.link}});
  mail.message_id = id_text(row.id.value) + channels.from.substr(channels.from.find('@'));
  return deliver(channels.smtp, mail, now);
}

void settle(storage::Store& store, const OutboxRow& row, const Result<void>& result) {
  (void)store.write([&](storage::Tx& tx) -> Result<Json> {
    if (result) {
      storage::execute(tx, "update outbox set state = 'sent', attempts = $2, problem = '', ended = $3 where id = $1",
                       row.id, row.attempts + 1, tx.now());
      return Json();
    }
    const bool dead = result.error().kind == Kind::invalid || row.attempts + 1 >= kMaxAttempts;
    storage::execute(tx,
                     "update outbox set state = $2, attempts = $3, problem = $4, next_try = $5, ended = $6 "
                     "where id = $1",
                     row.id, result.error().rule == "outbox.unreachable" ? "unreachable" : dead ? "dead" : "waiting",
                     row.attempts + 1, result.error().rule, tx.now().plus(back_off(row.attempts + 1)),
                     dead ? tx.now() : Instant{});
    return Json();
  });
  if (!result)
    log::warning("notices.not_sent", {{"message", row.id.text()}, {"channel", row.channel},
                                      {"rule", result.error().rule}, {"attempt", row.attempts + 1}});
}

void clean(storage::Store& store) {
  (void)store.write([](storage::Tx& tx) -> Result<Json> {
    storage::execute(tx, "delete from notice where (read_at > 0 and read_at < $1) or at < $2",
                     tx.now().plus(-kKeepRead), tx.now().plus(-kKeepUnread));
    storage::execute(tx, "delete from outbox where state in ('sent', 'unreachable') and ended < $1",
                     tx.now().plus(-kKeepSent));
    return Json();
  });
}

}  // namespace

int serve_outbox(storage::Store& store, const Channels& channels) {
  if (!channels.words) return 0;
  const Due due = due_rows(store);
  if (due.rows.empty()) return 0;
  const Directory known = directory();
  std::shared_ptr<SmsGateway> gateway = channels.gateway;
  if (!gateway && !channels.spool.empty()) gateway = spool_gateway(channels.spool);
  int sent = 0;
  bool relay_away = false;
  for (const auto& row : due.rows) {
    if (relay_away && row.channel == "email") continue;  // not every letter need run into the same closed door
    const Address to = address_of(store, row, known);
    const Result<void> result = to.text.empty() ? Result<void>(refuse(Kind::invalid, "outbox.unreachable"))
                                                : hand_over(row, to, channels, gateway.get(), due.now);
    settle(store, row, result);
    if (result) ++sent;
    else if (result.error().rule == "mail.no_relay") relay_away = true;
  }
  return sent;
}

void add_timed_work(jobs::Jobs& jobs, Channels channels) {
  jobs.every(10 * kSecond, "notices.outbox",
             [channels = std::move(channels)](storage::Store& store) { serve_outbox(store, channels); });
  jobs.every(kDay, "notices.clean", clean);
}

}  // namespace tx::notices
