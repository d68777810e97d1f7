// The door of the mobilisation room (动员): plans for emergencies and the call-outs made from them, units with their volunteer
// scheme and their commitments, campaigns that bring them in. It calls; nobody is forced, and a NO costs nothing (Regulation
// art. 25). The only header of this room that other rooms may include.
#pragma once
#include "platform/access/access.h"
#include "platform/http/http.h"
#include "platform/identity/identity.h"
#include "platform/jobs/jobs.h"
#include "platform/storage/storage.h"
#include "platform/workflow/workflow.h"

namespace tx::support {
class Book;
}

namespace tx::mobilisation {

struct Services {
  storage::Store& store;
  const identity::Vault& vault;
  const Clock& clock;
  jobs::Jobs& jobs;
  const support::Book& book;        // must outlive everything that it is handed to
  std::string public_address = {};  // what the QR code of a campaign opens
};

namespace permission {
inline constexpr access::Permission read{"emergency.read"};          // plans, running call-outs, head counts
inline constexpr access::Permission plan{"emergency.plan"};          // write plans, insurance, capability cards
inline constexpr access::Permission command{"emergency.command"};    // put a plan in force, call out, stand down, close
inline constexpr access::Permission muster{"emergency.muster"};      // the desk at the muster point
inline constexpr access::Permission answer{"emergency.answer"};      // write down what somebody said by telephone
inline constexpr access::Permission unit{"unit.keep"};               // units and their schemes
inline constexpr access::Permission campaign{"campaign.keep"};       // campaigns
}  // namespace permission

std::vector<storage::Migration> migrations();   // block 300-349
std::vector<const workflow::Flow*> flows();
void register_routes(http::Router& router, const Services& services);
void add_listeners(const language::Catalogue& words);   // `words` must outlive them; muster is attendance; before the server starts
void add_jobs(const Services& services);
void set_event_hub(http::EventHub* hub);        // the command board is live
// What this room keeps about a person, for that person; and what it lets go when the account closes.
Json data_of(storage::Reader& reader, const identity::Vault& vault, access::AccountId account);
void close_person(storage::Tx& tx, access::AccountId account);
Result<void> load_demonstration(const Services& services, const std::string& data);   // needs the demonstration of the rooms before

}  // namespace tx::mobilisation
