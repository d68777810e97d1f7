// Telling people: in-app notices with red dots (live through http::EventHub), e-mail by SMTP, SMS through a gateway
// interface (the shipped adapter writes to a spool directory), iCalendar feeds. A notice is written in the same Tx as
// its cause; outside channels are served from the outbox, at least once, with a dedupe key.
#pragma once
#include <string>
#include <vector>

#include "base/record.h"
#include "platform/access/access.h"
#include "platform/http/http.h"
#include "platform/storage/storage.h"

namespace tx::notices {

struct Notice {
  access::AccountId to;
  std::string key;                                       // catalogue key of the sentence
  std::vector<std::pair<std::string, std::string>> args;
  std::string link;                                      // where it leads
  bool urgent = false;                                   // also by SMS / e-mail according to the person's settings
};
void send(storage::Tx& tx, const Notice& notice);
// For people without an account (a resident who left a phone number only): SMS text through the outbox.
void send_sms(storage::Tx& tx, const std::string& phone_cipher, const std::string& key,
              const std::vector<std::pair<std::string, std::string>>& args, const std::string& dedupe);
int unread(storage::Reader& reader, access::AccountId account);

void set_event_hub(http::EventHub* hub);                 // live red dots after commit
struct CalendarEntry {
  std::string uid, summary, location, description;
  Instant start, end;
};
std::string icalendar(const std::string& name, const std::vector<CalendarEntry>& entries);  // RFC 5545 text
// Per-account secret feed address; rooms register what goes into it.
using CalendarSource = std::function<std::vector<CalendarEntry>(storage::Reader&, access::AccountId, language::Language)>;
void add_calendar_source(CalendarSource source);

std::vector<storage::Migration> migrations();            // block 40-49
void add_routes(http::Router& router);                   // /messages, /messages/read, /calendar/{token}.ics, settings

}  // namespace tx::notices
