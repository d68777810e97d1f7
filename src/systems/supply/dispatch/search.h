// A search for helpers (找人): asking in small waves that runs by itself until enough people have said yes. The engine's
// next_wave says whom to ask now, when to look again and how likely it is that the need will be filled in time; this file keeps
// the search's state, sends and withdraws the invitations, and lets the memory learn when it is over. A NO ends the
// asking of that person for this need; the record of answers foresees answers and is never a mark (M3, Regulation art. 25).
#pragma once
#include "engines/matching/waves.h"
#include "systems/supply/dispatch/dispatch.h"
#include "systems/supply/dispatch/flow.h"
#include "systems/supply/dispatch/pool.h"

namespace tx::supply {

struct Search;
using SearchId = Id<Search>;
enum class Pace { calm, usual, brisk };   // how many are asked at once
BOOST_DESCRIBE_ENUM(Pace, calm, usual, brisk)

struct Search {
  SearchId id;
  NeedId need;
  std::string state;
  access::AccountId started_by;   // every invitation is asked in this person's name (M3: who asked whom)
  Instant opened, deadline;       // the last moment at which a yes still helps
  Pace pace = Pace::usual;
  Instant look_at;                // next look; an answer brings it forward
  int looks = 0;                  // counted up by every look: a look on stale rows is dropped
  Json said;                      // what the last look said: {state, chance, reach, standby: [volunteers]}
  bool learned = false;
};
BOOST_DESCRIBE_STRUCT(Search, (), (id, need, state, started_by, opened, deadline, pace, look_at, looks, said, learned))

std::optional<Search> latest_search(storage::Reader& reader, NeedId need);
std::optional<Search> running_search(storage::Reader& reader, NeedId need);

// ---- commands. Rules: dispatch.not_open, search.running, search.none, search.deadline_range
Result<Search> start_search(storage::Tx& tx, const Need& need, Instant deadline, Pace pace, access::AccountId by);
Result<Search> change_search(storage::Tx& tx, const Need& need, Instant deadline, Pace pace, access::AccountId by);
Result<void> stop_search(storage::Tx& tx, Need& need, access::AccountId by, const std::string& reason);
// What happens to a need tells its search: filled, or of no use any more; look anew after an answer; go on after a helper
// had to give up.
void end_search(storage::Tx& tx, const Need& need, std::string_view action, access::AccountId by);
bool look_soon(storage::Tx& tx, NeedId need);   // false: none is running
void reopen_search(storage::Tx& tx, const Need& need);
Instant latest_deadline(const Need& need, Instant now);   // a yes after the start still helps a need of just now

// ---- timed work
matching::WaveRule rule_of(storage::Reader& reader, const Need& need, Pace pace);   // quiet hours, rest, cap: operator settings
int run_searches(storage::Store& store, Pool& pool, Instant now);   // looks that are due; how many
int learn_from_searches(storage::Tx& tx);                           // those that are over
matching::Memory memory_of(storage::Reader& reader);

// ---- views
// For the fragment supply/desk_progress.
Json search_view(storage::Reader& reader, const Need& need, const ViewContext& view, bool may_dispatch, const std::string& csrf);

}  // namespace tx::supply
