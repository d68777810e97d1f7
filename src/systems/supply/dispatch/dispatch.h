// Dispatch (派单) and acceptance (接单): the desk asks the best candidates in small waves; the first to accept holds
// the need; a NO ends the asking at once, without any mark against the person (Regulation art. 25: nobody is forced).
#pragma once
#include <memory>

#include "systems/supply/needs/needs.h"

namespace tx::supply {

struct Ask;
using AskId = Id<Ask>;
enum class AskState { asked, accepted, declined, expired, withdrawn };
BOOST_DESCRIBE_ENUM(AskState, asked, accepted, declined, expired, withdrawn)

struct Ask {
  AskId id;
  NeedId need;
  std::int64_t volunteer = 0;      // or
  std::int64_t organisation = 0;   // a team: any of its leaders may accept and name who comes
  int wave = 1;
  AskState state = AskState::asked;
  access::AccountId asked_by;      // who asked whom is on record (M3)
  Instant asked_at, answer_by, answered_at;
  std::string reason;
  std::int64_t score = 0;
  Json why;                        // the reasons shown at the desk when the ask went out
};
BOOST_DESCRIBE_STRUCT(Ask, (), (id, need, volunteer, organisation, wave, state, asked_by, asked_at, answer_by,
                                answered_at, reason, score, why))

struct NeedHelper {
  std::int64_t id = 0;
  NeedId need;
  std::int64_t volunteer = 0;
  AskId ask;
  std::string state;               // holding, released, served
  Instant since;
};
BOOST_DESCRIBE_STRUCT(NeedHelper, (), (id, need, volunteer, ask, state, since))

// ---- commands
struct Dispatched {
  std::vector<Ask> asks;
};
// Asks these volunteers (or one organisation). Hard rules are checked again: a volunteer whom they bar is refused with
// the rule's id unless `override_reason` is given for a soft one. Rules: dispatch.nobody, dispatch.barred,
// dispatch.already_asked, dispatch.not_open
Result<Dispatched> ask_volunteers(storage::Tx& tx, Need& need, const std::vector<std::int64_t>& volunteers,
                                  std::int64_t organisation, access::AccountId by, const std::string& reason);
// Yes: first come first served up to need.helpers. No: recorded, nothing else happens to the volunteer.
Result<Ask> answer_ask(storage::Tx& tx, AskId id, bool yes, const std::string& reason, std::int64_t volunteer);
Result<Need> take_open_need(storage::Tx& tx, NeedId id, std::int64_t volunteer);  // 抢单
Result<void> release_need(storage::Tx& tx, Need& need, std::int64_t volunteer, const std::string& reason);
void withdraw_asks(storage::Tx& tx, const Need& need);                         // filled, withdrawn or dispatched again
void take_back_asks(storage::Tx& tx, const Need& need, const std::string& key);  // open invitations only, told with this notice
// One more person. Rules: dispatch.already_asked, the hard rule that bars
Result<Ask> ask_one(storage::Tx& tx, const Need& need, std::int64_t volunteer, int wave, access::AccountId by, const std::string& reason,
                    Instant answer_by);
int next_wave_number(storage::Reader& reader, NeedId need);
// When nobody is left who might still say yes, the need goes back to the desk; while a search runs, that looks for others.
void run_out_if_nobody_left(storage::Tx& tx, NeedId id, bool tell = true);
int expire_asks(storage::Tx& tx);                                              // timed

// ---- queries
std::vector<Ask> asks_of(storage::Reader& reader, NeedId need);
std::vector<NeedHelper> helpers_of(storage::Reader& reader, NeedId need);
Json helper_cards(storage::Reader& reader, const Need& need, const ViewContext& view);  // masked names
bool is_helper(storage::Reader& reader, NeedId need, std::int64_t volunteer);

struct Candidate {
  std::int64_t volunteer = 0;
  std::int64_t score = 0;
  Json reasons;                    // [{text, points}]
};
class Pool;
Instant usual_deadline(const Need& need, Instant now);   // by when those asked should answer
std::vector<Candidate> candidates(storage::Reader& reader, Pool& pool, const Need& need, int count, const ViewContext& view);

std::vector<storage::Migration> dispatch_migrations();   // 240-249
class Plans;
void add_batch_job(jobs::Jobs& jobs, const Clock& clock, std::shared_ptr<Pool> pool, std::shared_ptr<Plans> plans);

}  // namespace tx::supply
