// Rows of this room, shared by its files. Private.
#pragma once
#include "platform/notices/notices.h"

namespace tx::notices {

struct NoticeTag;
using NoticeId = Id<NoticeTag>;
struct OutboxTag;
using OutboxId = Id<OutboxTag>;

struct NoticeRow {
  NoticeId id;
  access::AccountId account;
  std::string key;
  Json args;                      // object: placeholder -> text
  std::string link;
  bool urgent = false;
  Instant at, read_at;
};
BOOST_DESCRIBE_STRUCT(NoticeRow, (), (id, account, key, args, link, urgent, at, read_at))

struct Settings {
  access::AccountId account;
  std::string email_sealed;
  std::string email_level = "none";     // none, urgent, all
  std::string sms_level = "urgent";     // none, urgent
  Minutes quiet_from{22 * 60}, quiet_until{7 * 60};   // local minutes of the day; equal: no quiet hours
  Instant changed;
};
BOOST_DESCRIBE_STRUCT(Settings, (), (account, email_sealed, email_level, sms_level, quiet_from, quiet_until, changed))

struct OutboxRow {
  OutboxId id;
  std::string channel;                  // email, sms
  access::AccountId account;            // 0: address holds a sealed phone number
  std::string address, key;
  Json args;
  std::string link, dedupe;
  std::string state;                    // waiting, sent, dead, unreachable
  std::int64_t attempts = 0;
  Instant next_try;
  std::string problem;                  // rule id of the last failure
  Instant created, ended;
};
BOOST_DESCRIBE_STRUCT(OutboxRow, (), (id, channel, account, address, key, args, link, dedupe, state, attempts, next_try,
                                      problem, created, ended))

Settings settings_of(storage::Reader& reader, access::AccountId account);
std::optional<NoticeRow> find_notice(storage::Reader& reader, NoticeId id);
std::optional<OutboxRow> find_outbox(storage::Reader& reader, OutboxId id);
void mark_read(storage::Tx& tx, access::AccountId account, std::optional<NoticeId> one);  // nullopt: all
Result<void> send_again(storage::Tx& tx, OutboxId id);        // rule outbox.not_dead

std::string feed_token(storage::Reader& reader, access::AccountId account);          // "" when there is none
std::string new_feed_token(storage::Tx& tx, access::AccountId account);              // the old address stops working
std::optional<access::AccountId> feed_owner(storage::Reader& reader, const std::string& token);
std::vector<CalendarEntry> calendar_of(storage::Reader& reader, access::AccountId account, language::Language language);

Directory directory();
std::vector<std::pair<std::string, std::string>> args_of(const Json& args);
// The moment at which an outside message may go: now, or the end of the quiet hours.
Instant after_quiet(const Settings& settings, Instant now);
// Wait before the next try after so many failures: 1 minute, doubling, at most 6 hours.
std::int64_t back_off(std::int64_t attempts);
inline constexpr std::int64_t kMaxAttempts = 12;              // about a day and a half

}  // namespace tx::notices
