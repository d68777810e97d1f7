// What this room keeps about one person: given to that person as data, and let go when the account closes.
#include "platform/storage/record_sql.h"
#include "systems/supply/attendance/attendance.h"
#include "systems/supply/dispatch/dispatch.h"
#include "systems/supply/evaluation/evaluation.h"
#include "systems/supply/offers/offers.h"
#include "systems/supply/supply.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

struct SignedUp {
  std::string title, role, state;
  Instant starts, ends, at;
};
BOOST_DESCRIBE_STRUCT(SignedUp, (), (title, role, state, starts, ends, at))
struct Came {
  std::string kind, region, state;
  Instant came, left_at;
  std::int64_t minutes = 0;
};
BOOST_DESCRIBE_STRUCT(Came, (), (kind, region, state, came, left_at, minutes))
struct Said {
  std::string kind, words;
  int stars = 0;
  Instant at;
};
BOOST_DESCRIBE_STRUCT(Said, (), (kind, words, stars, at))

}  // namespace

Json data_of(storage::Reader& reader, const identity::Vault& vault, access::AccountId account) {
  Json needs = Json::array();
  for (const auto& need : storage::select<Need>(reader, "select * from need where account = $1 order by id", account))
    needs.push(Json::of({{"number", need.number}, {"service", need.service}, {"words", need.words},
                         {"name", vault.unseal(need.name_sealed, "need.name").value_or("")},
                         {"phone", vault.unseal(need.phone_sealed, "need.phone").value_or("")},
                         {"door", vault.unseal(need.door_sealed, "need.door").value_or("")},
                         {"region", need.region}, {"starts", to_json(need.starts)}, {"ends", to_json(need.ends)},
                         {"state", need.state}, {"created", to_json(need.created)}}));
  Json data = Json::of({{"needs", needs}});
  data.set("ratings", to_json(storage::select<Said>(reader, "select * from rating where by_account = $1 order by at", account)));
  const auto volunteer = teams::find_volunteer_by_account(reader, account);
  if (!volunteer) return data;
  data.set("sign_ups", to_json(storage::select<SignedUp>(
                           reader, "select a.title, s.role, g.state, g.starts, g.ends, g.at from signup g join shift s on s.id = g.shift "
                                   "join activity a on a.id = s.activity where g.volunteer = $1 order by g.at", volunteer->id)));
  data.set("attendance", to_json(storage::select<Came>(
                             reader, "select * from attendance where volunteer = $1 order by came", volunteer->id)));
  return data;
}

// Promises of the person are given back, so that others can take them and nobody waits in vain.
void close_person(storage::Tx& tx, access::AccountId account) {
  for (auto& need : storage::select<Need>(tx, "select * from need where account = $1 and state in ('submitted','open','asked','accepted')", account))
    if (move_need(tx, need, "withdraw", account)) withdraw_asks(tx, need);
  const auto volunteer = teams::find_volunteer_by_account(tx, account);
  if (!volunteer) return;
  const auto id = volunteer->id.value;
  for (const auto& signup : storage::select<Signup>(
           tx, "select * from signup where volunteer = $1 and state in ('granted','waiting') and starts > $2", id, tx.now()))
    (void)withdraw_signup(tx, signup.shift, id, "closed");
  for (const auto& ask : storage::select<Ask>(tx, "select * from ask where volunteer = $1 and state = 'asked'", id))
    (void)answer_ask(tx, ask.id, false, "closed", id);
  for (auto& need : storage::select<Need>(tx, "select n.* from need n join need_helper h on h.need = n.id where h.volunteer = $1 and "
                                              "h.state = 'holding' and n.state in ('open','asked','accepted')", id))
    (void)release_need(tx, need, id, "closed");
}

}  // namespace tx::supply
