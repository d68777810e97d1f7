#include "platform/identity/sessions.h"

#include <sodium.h>

#include <list>
#include <mutex>
#include <unordered_map>

#include "base/log.h"
#include "platform/identity/accounts.h"
#include "platform/storage/record_sql.h"

namespace tx::identity {
namespace {

constexpr std::size_t kCached = 20000;
constexpr std::int64_t kTrusted = 30 * kSecond;   // another process may have changed the database
constexpr std::int64_t kSeenEvery = 5 * kMinute;  // how exactly "last seen" is written

std::string hex(const unsigned char* bytes, std::size_t count) {
  std::string text(2 * count + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes, count);
  text.pop_back();
  return text;
}

bool looks_like_token(std::string_view token) { return token.size() == 32; }

}  // namespace

std::string token_hash(std::string_view token) {
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(digest, reinterpret_cast<const unsigned char*>(token.data()), token.size());
  return hex(digest, sizeof digest);
}

std::string open_session(storage::Tx& tx, const NewSession& session) {
  unsigned char random[16];
  randombytes_buf(random, sizeof random);
  const std::string token = hex(random, sizeof random);
  SessionRow row;
  row.id = tx.new_id();
  row.token_hash = token_hash(token);
  row.account = session.account;
  row.purpose = session.purpose;
  row.second_factor = session.second_factor;
  row.officer = session.officer;
  row.created = row.seen = tx.now();
  row.device = session.device;
  storage::insert(tx, "account_session", row);
  return token;
}

void end_session(storage::Tx& tx, std::int64_t id) {
  storage::execute(tx, "update account_session set ended = $2 where id = $1 and ended = 0", id, tx.now());
}

void end_all_sessions(storage::Tx& tx, AccountId account, std::int64_t except) {
  storage::execute(tx, "update account_session set ended = $2 where account = $1 and ended = 0 and id <> $3", account,
                   tx.now(), except);
}

bool session_is_over(const SessionRow& session, Instant now) {
  if (session.ended.us) return true;
  if (session.purpose == "factor") return now.us > session.created.us + kFactorTime;
  if (session.officer && now.us > session.created.us + kOfficerLongest) return true;
  return now.us > session.seen.us + (session.officer ? kOfficerIdle : kIdle);
}

std::optional<SessionRow> session_by_token(storage::Reader& reader, std::string_view token, std::string_view purpose,
                                           Instant now) {
  if (!looks_like_token(token)) return std::nullopt;
  auto row = storage::find<SessionRow>(reader, "select * from account_session where token_hash = $1 and purpose = $2",
                                       token_hash(token), purpose);
  if (!row || session_is_over(*row, now)) return std::nullopt;
  return row;
}

std::string device_of(std::string_view agent) {
  const auto first = [&](std::initializer_list<std::pair<std::string_view, std::string_view>> names) {
    for (const auto& [mark, name] : names)
      if (agent.find(mark) != std::string_view::npos) return std::string(name);
    return std::string();
  };
  const std::string system = first({{"HarmonyOS", "HarmonyOS"},
                                    {"Android", "Android"},
                                    {"iPhone", "iPhone"},
                                    {"iPad", "iPad"},
                                    {"Windows", "Windows"},
                                    {"Mac OS", "macOS"},
                                    {"Linux", "Linux"}});
  const std::string browser = first({{"MicroMessenger", "WeChat"},
                                     {"Edg/", "Edge"},
                                     {"Firefox/", "Firefox"},
                                     {"Chrome/", "Chrome"},
                                     {"Safari/", "Safari"}});
  return system.empty() ? browser : browser.empty() ? system : system + " · " + browser;
}

// Least recently used goes first. `changes` counts forget() calls: what was read from the database before one must not
// be put into the cache after it, or a revoked session would live on.
struct Sessions::Impl {
  struct Entry {
    std::string hash;
    SessionRow session;
    std::shared_ptr<const access::Actor> actor;
    Instant read;     // when it was taken from the database
    Instant written;  // last "seen" that was written
  };
  storage::Store& store;
  const Clock& clock;
  std::mutex mutex;
  std::list<Entry> entries;
  std::unordered_map<std::string, std::list<Entry>::iterator> by_hash;
  std::uint64_t changes = 0;

  Impl(storage::Store& s, const Clock& c) : store(s), clock(c) {}

  // `seen`: what the cache knows, which is more exact than the row.
  std::optional<Entry> load(const std::string& hash, Instant now, Instant seen) {
    auto reader = store.read();
    auto session = storage::find<SessionRow>(
        *reader, "select * from account_session where token_hash = $1 and purpose = 'full'", hash);
    if (!session) return std::nullopt;
    const Instant written = session->seen;
    session->seen = std::max(session->seen, seen);
    if (session_is_over(*session, now)) return std::nullopt;
    auto account = account_by_id(*reader, session->account);
    if (!account || account->state != "open") return std::nullopt;
    auto actor = std::make_shared<access::Actor>();
    actor->account = account->id;
    actor->name = account->display_name;
    for (const auto& row : grants_of(*reader, account->id)) actor->grants.push_back(as_grant(row));
    actor->second_factor = session->second_factor;
    actor->session = session->id;
    actor->region = account->region;
    Entry entry;
    entry.hash = session->token_hash;
    entry.session = *session;
    entry.actor = std::move(actor);
    entry.read = now;
    entry.written = written;
    return entry;
  }

  void keep(Entry entry) {
    if (const auto old = by_hash.find(entry.hash); old != by_hash.end()) {
      entry.session.seen = std::max(entry.session.seen, old->second->session.seen);
      entry.written = std::max(entry.written, old->second->written);
      entries.erase(old->second);
      by_hash.erase(old);
    }
    const std::string hash = entry.hash;
    entries.push_front(std::move(entry));
    by_hash[hash] = entries.begin();
    if (entries.size() > kCached) {
      by_hash.erase(entries.back().hash);
      entries.pop_back();
    }
  }

  void write_seen(std::int64_t session, Instant now) {
    storage::Command command;
    command.decide = [session, now](storage::Tx& tx) -> Result<Json> {
      storage::execute(tx, "update account_session set seen = $2 where id = $1 and seen < $2", session, now);
      return Json();
    };
    store.submit(std::move(command), [](storage::Outcome) {});  // refused when busy: the next request writes it
  }

  // The actor when the cache holds a fresh one; marks it as seen. `write` gets the session whose row is to be touched.
  std::shared_ptr<const access::Actor> cached(const std::string& hash, Instant now, std::int64_t& write) {
    std::lock_guard lock(mutex);
    const auto found = by_hash.find(hash);
    if (found == by_hash.end()) return nullptr;
    Entry& entry = *found->second;
    if (now.us > entry.read.us + kTrusted || session_is_over(entry.session, now)) return nullptr;
    entries.splice(entries.begin(), entries, found->second);
    entry.session.seen = now;
    if (now.us > entry.written.us + kSeenEvery) {
      entry.written = now;
      write = entry.session.id;
    }
    return entry.actor;
  }
};

Sessions::Sessions(storage::Store& store, const Clock& clock) : impl_(std::make_unique<Impl>(store, clock)) {}
Sessions::~Sessions() = default;

std::shared_ptr<const access::Actor> Sessions::find(const std::string& token) {
  if (!looks_like_token(token)) return nullptr;
  const Instant now = impl_->clock.now();
  const std::string hash = token_hash(token);
  std::int64_t write = 0;
  auto actor = impl_->cached(hash, now, write);
  if (!actor) {
    std::uint64_t before = 0;
    Instant seen;
    {
      std::lock_guard lock(impl_->mutex);
      before = impl_->changes;
      if (const auto found = impl_->by_hash.find(hash); found != impl_->by_hash.end())
        seen = found->second->session.seen;
    }
    auto entry = impl_->load(hash, now, seen);
    if (!entry) {
      std::lock_guard lock(impl_->mutex);
      if (const auto found = impl_->by_hash.find(hash); found != impl_->by_hash.end()) {
        impl_->entries.erase(found->second);
        impl_->by_hash.erase(found);
      }
      return nullptr;
    }
    actor = entry->actor;
    if (now.us > entry->written.us + kSeenEvery) write = entry->session.id, entry->written = now;
    entry->session.seen = now;
    std::lock_guard lock(impl_->mutex);
    if (impl_->changes == before) impl_->keep(std::move(*entry));
  }
  if (write) impl_->write_seen(write, now);
  return actor;
}

void Sessions::forget(AccountId account) {
  std::lock_guard lock(impl_->mutex);
  ++impl_->changes;
  for (auto entry = impl_->entries.begin(); entry != impl_->entries.end();) {
    if (entry->session.account == account) {
      impl_->by_hash.erase(entry->hash);
      entry = impl_->entries.erase(entry);
    } else {
      ++entry;
    }
  }
}

}  // namespace tx::identity
