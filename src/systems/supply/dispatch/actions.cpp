#include <algorithm>

#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/dispatch/dispatch.h"
#include "systems/supply/dispatch/bridge.h"
#include "systems/supply/dispatch/live.h"
#include "systems/supply/dispatch/search.h"
#include "systems/teams/teams.h"

namespace tx::supply {
namespace {

using storage::execute;
using storage::scalar;
using storage::select;

std::int64_t holding(storage::Reader& reader, NeedId need) {
  return scalar<std::int64_t>(reader, "select count(*) from need_helper where need = $1 and state = 'holding'", need)
      .value_or(0);
}

void tell_volunteer(storage::Tx& tx, std::int64_t volunteer, std::string key, const Need& need, std::string link) {
  if (const auto account = teams::account_of_volunteer(tx, volunteer))
    notices::send(tx, {account, std::move(key), {{"when", local_text(need.starts)}}, std::move(link), need.urgency >= 2});
}

void tell_asker(storage::Tx& tx, std::string key, const Need& need) {
  for (const auto account : {need.account, need.helper_account})
    if (account) notices::send(tx, {account, key, {{"number", need.number}}, "/follow/" + need.number});
  // A resident without an account left a phone number only.
  if (!need.account && !need.phone_sealed.empty() && key == "notice.need_accepted")
    notices::send_sms(tx, need.phone_sealed, "sms.need_accepted", {{"number", need.number}},
                      "need-accepted:" + need.id.text() + ":" + std::to_string(need.due.us));
}

// The helper holds the need; when enough hold it, the need is accepted and everybody else is released from the asking.
Result<void> hold(storage::Tx& tx, Need& need, std::int64_t volunteer, AskId ask) {
  if (is_helper(tx, need.id, volunteer)) return refuse(Kind::conflict, "dispatch.already_helping");
  if (holding(tx, need.id) >= need.helpers) return refuse(Kind::full, "dispatch.filled");
  execute(tx, "delete from need_helper where need = $1 and volunteer = $2", need.id, volunteer);
  storage::insert(tx, "need_helper", NeedHelper{tx.new_id(), need.id, volunteer, ask, "holding", tx.now()});
  if (holding(tx, need.id) < need.helpers) return {};
  const auto account = teams::account_of_volunteer(tx, volunteer);
  TX_CHECK(move_need(tx, need, "take", account));
  withdraw_asks(tx, need);
  tell_asker(tx, "notice.need_accepted", need);
  return {};
}

}  // namespace

void run_out_if_nobody_left(storage::Tx& tx, NeedId id, bool tell) {
  if (running_search(tx, id)) {   // it asks others, or says itself that nobody is left
    look_soon(tx, id);
    return;
  }
  auto need = find_need(tx, id);
  if (!need || need->state != "asked") return;
  const auto open = scalar<std::int64_t>(tx, "select count(*) from ask where need = $1 and state = 'asked'", id);
  if (open.value_or(0) > 0) return;
  if (move_need(tx, *need, "run_out", {}) && tell && need->verified_by)
    notices::send(tx, {{need->verified_by}, "notice.need_run_out", {{"number", need->number}},
                       "/desk/needs/" + need->id.text(), need->urgency >= 2});
}

int next_wave_number(storage::Reader& reader, NeedId need) {
  return static_cast<int>(scalar<std::int64_t>(reader, "select coalesce(max(wave),0) + 1 from ask where need = $1", need).value_or(1));
}

Result<Ask> ask_one(storage::Tx& tx, const Need& need, std::int64_t volunteer, int wave, access::AccountId by, const std::string& reason,
                    Instant answer_by) {
  const auto already = scalar<std::int64_t>(
      tx, "select id from ask where need = $1 and volunteer = $2 and state in ('asked','declined')", need.id, volunteer);
  if (already) return refuse(Kind::conflict, "dispatch.already_asked");   // a NO ends the asking
  auto verdict = bridge::judge(tx, need, volunteer);
  if (!verdict) return tl::unexpected(verdict.error());
  Ask ask{{tx.new_id()}, need.id, volunteer, 0, wave, AskState::asked, by, tx.now(), answer_by, {}, reason, verdict->score, verdict->why};
  storage::insert(tx, "ask", ask);
  tell_volunteer(tx, volunteer, "notice.asked", need, "/asks/" + ask.id.text());
  teams::note_asked(tx, volunteer, tx.now());
  return ask;
}

std::vector<Ask> asks_of(storage::Reader& reader, NeedId need) {
  return select<Ask>(reader, "select * from ask where need = $1 order by wave, id", need);
}
std::vector<NeedHelper> helpers_of(storage::Reader& reader, NeedId need) {
  return select<NeedHelper>(reader, "select * from need_helper where need = $1 and state <> 'released' order by since",
                            need);
}
bool is_helper(storage::Reader& reader, NeedId need, std::int64_t volunteer) {
  return scalar<std::int64_t>(reader, "select id from need_helper where need = $1 and volunteer = $2 and "
                                      "state in ('holding','served')", need, volunteer).has_value();
}

Json helper_cards(storage::Reader& reader, const Need& need, const ViewContext& view) {
  Json cards = Json::array();
  for (const auto& helper : helpers_of(reader, need.id)) {
    const auto card = teams::volunteer_card(reader, helper.volunteer);
    cards.push(Json::of({{"person", Json::of({{"initial", card.initial}, {"name", card.name}, {"tone", card.tone},
                                              {"note", view.words.text(view.language, card.checked ? "helper.checked"
                                                                                                   : "helper.plain")}})}}));
  }
  return cards;
}

Result<Dispatched> ask_volunteers(storage::Tx& tx, Need& need, const std::vector<std::int64_t>& volunteers,
                                  std::int64_t organisation, access::AccountId by, const std::string& reason) {
  if (volunteers.empty() && !organisation) return refuse(Kind::invalid, "dispatch.nobody", "volunteer");
  if (need.state != "open" && need.state != "asked") return refuse(Kind::conflict, "dispatch.not_open");
  const int wave = next_wave_number(tx, need.id);
  const Instant answer_by = usual_deadline(need, tx.now());
  Dispatched result;
  for (const auto volunteer : volunteers) result.asks.push_back(TX_TRY(ask_one(tx, need, volunteer, wave, by, reason, answer_by)));
  if (organisation) {
    Ask ask{{tx.new_id()}, need.id, 0, organisation, wave, AskState::asked, by, tx.now(), answer_by, {}, reason, 0, Json::array()};
    storage::insert(tx, "ask", ask);
    result.asks.push_back(ask);
    for (const auto account : teams::leaders_of(tx, organisation))
      notices::send(tx, {account, "notice.team_asked", {{"when", local_text(need.starts)}}, "/asks/" + ask.id.text(), need.urgency >= 2});
  }
  TX_CHECK(move_need(tx, need, need.state == "open" ? "ask" : "ask_more", by, reason));
  return result;
}

Result<Ask> answer_ask(storage::Tx& tx, AskId id, bool yes, const std::string& reason, std::int64_t volunteer) {
  auto ask = storage::find<Ask>(tx, "select * from ask where id = $1", id);
  if (!ask) return refuse(Kind::not_found, "http.not_found");
  if (ask->state != AskState::asked) return refuse(Kind::conflict, "dispatch.ask_over");
  auto need = find_need(tx, ask->need);
  TX_ASSERT(need.has_value());
  ask->state = yes ? AskState::accepted : AskState::declined;
  ask->answered_at = tx.now();
  ask->reason = reason;
  storage::update(tx, "ask", *ask);
  if (yes) {
    TX_CHECK(hold(tx, *need, volunteer, id));
    look_soon(tx, need->id);
  } else {
    run_out_if_nobody_left(tx, need->id);   // a NO costs the volunteer nothing (M3)
  }
  live::changed(tx, *need);
  return *ask;
}

Result<Need> take_open_need(storage::Tx& tx, NeedId id, std::int64_t volunteer) {
  auto need = find_need(tx, id);
  if (!need) return refuse(Kind::not_found, "http.not_found");
  if (need->state != "open" && need->state != "asked") return refuse(Kind::full, "dispatch.filled");
  auto verdict = bridge::judge(tx, *need, volunteer);
  if (!verdict) return tl::unexpected(verdict.error());
  TX_CHECK(hold(tx, *need, volunteer, {}));
  look_soon(tx, need->id);
  return *need;
}

Result<void> release_need(storage::Tx& tx, Need& need, std::int64_t volunteer, const std::string& reason) {
  if (!is_helper(tx, need.id, volunteer)) return refuse(Kind::not_found, "http.not_found");
  if (reason.empty()) return refuse(Kind::invalid, "flow.reason_missing", "reason");
  execute(tx, "update need_helper set state = 'released' where need = $1 and volunteer = $2", need.id, volunteer);
  if (need.state == "accepted") {
    TX_CHECK(move_need(tx, need, "release", teams::account_of_volunteer(tx, volunteer), reason));
    tell_asker(tx, "notice.need_released", need);
    reopen_search(tx, need);
    if (need.verified_by)
      notices::send(tx, {{need.verified_by}, "notice.need_run_out", {{"number", need.number}},
                         "/desk/needs/" + need.id.text(), true});
  }
  return {};
}

void take_back_asks(storage::Tx& tx, const Need& need, const std::string& key) {
  for (const auto& ask : asks_of(tx, need.id)) {
    if (ask.state != AskState::asked) continue;
    execute(tx, "update ask set state = 'withdrawn', answered_at = $1 where id = $2", tx.now(), ask.id);
    if (ask.volunteer) tell_volunteer(tx, ask.volunteer, key, need, "/messages");
  }
}

void withdraw_asks(storage::Tx& tx, const Need& need) {
  end_search(tx, need, need.state == "accepted" ? "fill" : "stop", {});
  take_back_asks(tx, need, need.state == "accepted" ? "notice.ask_withdrawn" : "notice.ask_no_longer");
  if (need.state == "withdrawn" || need.state == "open")
    for (const auto& helper : helpers_of(tx, need.id)) {
      if (helper.state != "holding") continue;
      execute(tx, "update need_helper set state = 'released' where id = $1", helper.id);
      tell_volunteer(tx, helper.volunteer, "notice.need_withdrawn", need, "/me/service");
    }
}

int expire_asks(storage::Tx& tx) {
  const auto late = select<Ask>(tx, "select * from ask where state = 'asked' and answer_by < $1 limit 200", tx.now());
  for (const auto& ask : late) {
    execute(tx, "update ask set state = 'expired', answered_at = $1 where id = $2", tx.now(), ask.id);
    run_out_if_nobody_left(tx, ask.need);
  }
  return static_cast<int>(late.size());
}

}  // namespace tx::supply
