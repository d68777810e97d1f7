// Telling people: in-app notices with red dots (live through http::EventHub), e-mail by SMTP, SMS through a gateway
// interface (the shipped adapter writes to a spool directory), iCalendar feeds. A notice is written in the same Tx as
// its cause; outside channels are served from the outbox, at least once, with a dedupe key. Not here: whom to tell and
// what; and where a person's phone number is kept (set_directory).
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/record.h"
#include "platform/access/access.h"
#include "platform/http/http.h"
#include "platform/jobs/jobs.h"
#include "platform/storage/storage.h"

namespace tx::notices {

namespace permission {
inline constexpr access::Permission outbox{"notice.outbox"};   // dead letters: see them, send them again
}

struct Notice {
  access::AccountId to;
  std::string key;                                       // catalogue key of the sentence
  std::vector<std::pair<std::string, std::string>> args;
  std::string link;                                      // where it leads: a path of this site
  bool urgent = false;                                   // also by SMS / e-mail according to the person's settings
};
void send(storage::Tx& tx, const Notice& notice);
// For people without an account (a resident who left a phone number only): SMS text through the outbox. A second call
// with the same dedupe key is silently the same message.
void send_sms(storage::Tx& tx, const std::string& phone_cipher, const std::string& key,
              const std::vector<std::pair<std::string, std::string>>& args, const std::string& dedupe);
int unread(storage::Reader& reader, access::AccountId account);

void set_event_hub(http::EventHub* hub);                 // live red dots after commit ("unread"); jobs' progress too

// Where addresses come from; the front door wires it to identity and its vault. An empty function: nobody has one.
struct Contact {
  std::string phone;                                     // plain, only in memory
  language::Language language = language::Language::zh;
};
struct Directory {
  std::function<Contact(storage::Reader&, access::AccountId)> contact;
  std::function<std::optional<std::string>(const std::string& cipher)> unseal;   // phone numbers given to send_sms
  std::function<std::string(const std::string& plain)> seal_email;
  std::function<std::optional<std::string>(const std::string& cipher)> unseal_email;
};
void set_directory(Directory directory);

// The channels to the outside.
struct Sms {
  std::string dedupe, phone, text;
};
class SmsGateway {
 public:
  virtual ~SmsGateway() = default;
  virtual Result<void> send(const Sms& sms) = 0;         // may be called again with the same dedupe key
};
std::unique_ptr<SmsGateway> spool_gateway(std::string folder);  // one JSON file for each SMS
struct Channels {
  std::string spool;                                     // folder of the spool adapter; empty and no gateway: no SMS
  std::string smtp;                                      // "host:port" of the mail relay; empty: no e-mail
  const language::Catalogue* words = nullptr;            // texts; without it nothing leaves the outbox
  std::string from = "tongxin@localhost";
  std::string site;                                      // "https://tongxin.example": before links in mails
  std::shared_ptr<SmsGateway> gateway;                   // instead of the spool
};
void add_timed_work(jobs::Jobs& jobs, Channels channels);   // the outbox every 10 s; old notices once a day
// One round of the outbox; the number of messages that went out. Called by the timed work and by tests.
int serve_outbox(storage::Store& store, const Channels& channels);

struct CalendarEntry {
  std::string uid, summary, location, description;
  Instant start, end;
  Instant changed;                                       // last change; 0: start
};
std::string icalendar(const std::string& name, const std::vector<CalendarEntry>& entries);  // RFC 5545 text
// Per-account secret feed address; rooms register what goes into it.
using CalendarSource = std::function<std::vector<CalendarEntry>(storage::Reader&, access::AccountId, language::Language)>;
void add_calendar_source(CalendarSource source);

std::vector<storage::Migration> migrations();            // block 40-49
void add_routes(http::Router& router);                   // /messages…, /calendar/{token}.ics, /outbox

}  // namespace tx::notices
