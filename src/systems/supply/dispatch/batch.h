// The batch: all open needs of a dispatcher's regions matched at once, as a job with progress. It only proposes: a person accepts,
// changes or drops each line and dispatches what was accepted (PIPL art. 24). Each run says how far from perfect it can
// possibly be and where people are missing, and why; solving again keeps what was decided. Not here: the algorithm and its proof.
#pragma once
#include "systems/supply/dispatch/dispatch.h"

namespace tx::supply {

struct BatchRun;
using BatchRunId = Id<BatchRun>;
struct BatchRun {
  BatchRunId id;
  std::int64_t job = 0;
  access::AccountId account;
  std::string region;              // prefixes, separated by commas
  std::int64_t weights = 0;        // the table it was solved with
  std::int64_t earlier = 0;        // the run whose decisions it keeps
  std::string state;               // done
  std::int64_t value = 0, bound = 0;
  int needs = 0, seats = 0;
  Json found;                      // {filled, met, possible, kept, reasons: {rule: needs}}
  Instant at;
};
BOOST_DESCRIBE_STRUCT(BatchRun, (), (id, job, account, region, weights, earlier, state, value, bound, needs, seats, found, at))

enum class LineState { proposed, accepted, dropped, dispatched, gone };
BOOST_DESCRIBE_ENUM(LineState, proposed, accepted, dropped, dispatched, gone)
struct BatchLine {
  std::int64_t id = 0;
  BatchRunId run;
  NeedId need;
  std::int64_t volunteer = 0, first_volunteer = 0;   // first: as the engine proposed
  std::int64_t score = 0;
  LineState state = LineState::proposed;
  Json why;
  std::string note;                // rule id of the refusal when it could not be dispatched
};
BOOST_DESCRIBE_STRUCT(BatchLine, (), (id, run, need, volunteer, first_volunteer, score, state, why, note))

struct BatchShort {                // a need that the plan leaves short
  BatchRunId run;
  NeedId need;
  int missing = 0;
  std::int64_t worth = 0;          // points that one more helper would be worth here
  std::string reason;              // skill, time, check, distance, several, promised, taken, decided
};
BOOST_DESCRIBE_STRUCT(BatchShort, (), (run, need, missing, worth, reason))

std::optional<BatchRun> find_batch(storage::Reader& reader, BatchRunId id);
std::optional<BatchRun> latest_batch(storage::Reader& reader, access::AccountId account);
std::vector<BatchLine> batch_lines(storage::Reader& reader, BatchRunId run);
std::vector<BatchShort> batch_short(storage::Reader& reader, BatchRunId run, int limit);

// ---- commands on lines. The plan follows at once while it is in memory: who was accepted stays, a seat that came free goes to
// the next best. Without it (after a restart) the decision is kept, and matching again brings the rest. Rules:
// batch.line_unknown, batch.line_over, batch.seat_taken, batch.person_twice, batch.person_elsewhere, and the hard rule that bars
class Plans;
struct Decision {
  int marked = 0, followed = 0;    // lines decided; lines that are new because of it
};
Result<Decision> mark_lines(storage::Tx& tx, const Plans& plans, BatchRunId run, const std::vector<std::int64_t>& lines, LineState state);
Result<Decision> change_line(storage::Tx& tx, const Plans& plans, BatchRunId run, std::int64_t line, std::int64_t volunteer);
// Asks the people of accepted lines, at most so many at a time; a line that cannot go out any more says why.
struct BatchSent {
  int sent = 0, refused = 0, left = 0;
};
Result<BatchSent> dispatch_lines(storage::Tx& tx, BatchRunId run, access::AccountId by);

}  // namespace tx::supply
