#include "systems/support/support.h"

#include <chrono>

#include "base/log.h"
#include "platform/http/client.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/supply.h"
#include "systems/support/benefits/benefits.h"
#include "systems/support/book/witnesses.h"
#include "systems/support/certificates/certificates.h"
#include "systems/support/complaints/complaints.h"
#include "systems/support/complaints/flow.h"
#include "systems/support/fraud/flow.h"
#include "systems/support/certificates/flow.h"
#include "systems/support/fraud/fraud.h"
#include "systems/support/funds/flow.h"
#include "systems/support/funds/funds.h"
#include "systems/support/honours/flow.h"
#include "systems/support/honours/honours.h"
#include "systems/support/inspection/inspection.h"
#include "systems/support/insurance/flow.h"
#include "systems/support/insurance/insurance.h"
#include "systems/support/records/flow.h"
#include "systems/support/records/records.h"
#include "systems/support/time_bank/flow.h"
#include "systems/support/time_bank/time_bank.h"
#include "systems/support/transfer/transfer.h"
#include "systems/teams/teams.h"

namespace tx::support {

namespace {
std::vector<HoursListener>& listeners() {
  static std::vector<HoursListener> all;
  return all;
}
}  // namespace

void on_hours_changed(HoursListener listener) { listeners().push_back(std::move(listener)); }
void forget_listeners() { listeners().clear(); }
void tell_hours_changed(storage::Tx& tx, const HoursChanged& change) {
  for (const auto& listener : listeners()) listener(tx, change);
}

std::vector<const workflow::Flow*> flows() {
  return {&kCaseFlow, &kRiskFlow, &kSealFlow, &bank::kKinFlow, &kHonourFlow, &kRedemptionFlow, &kAccidentFlow, &kComplaintFlow, &kOutflowFlow};
}

void register_routes(http::Router& router, const Services& services, const Book& book) {
  add_record_routes(router, services, book);
  add_desk_record_routes(router, services, book);
  add_notice_routes(router, services, book);
  add_certificate_routes(router, services, book);
  add_statement_routes(router, services);
  add_review_routes(router, book);
  add_policy_routes(router);
  add_clock_routes(router);
  add_entry_routes(router);
  add_successor_routes(router);
  add_fraud_routes(router, book);
  bank::add_own_routes(router, services, book);
  bank::add_desk_routes(router, services, book);
  bank::add_report_routes(router, book);
  add_honour_routes(router, book);
  add_honour_desk_routes(router, book);
  add_benefit_routes(router, services, book);
  add_seal_routes(router);
  add_log_routes(router, book);
  add_log_desk_routes(router, services, book);
  add_inspection_routes(router, services, book);
  add_report_routes(router);
  add_transfer_routes(router, services, book);
  add_insurance_routes(router, services, book);
  add_accident_routes(router, services);
  add_complaint_routes(router, services);
  add_complaint_desk_routes(router, services);
  add_fund_routes(router, services, book);
  add_fund_desk_routes(router, services, book);
}

void add_listeners(const Book& book) {
  add_record_complaints();
  insure_activities();
  on_hours_changed([&book](storage::Tx& tx, const HoursChanged& change) {
    certificates_after(tx, book, change);
    honours_after(tx, book, change);
    bank::after(tx, book, change);
    if (const auto person = teams::find_volunteer(tx, change.volunteer)) feed_points(tx, book, change.volunteer, person->region);
  });
  supply::on_served([&book](storage::Tx& tx, const supply::Served& served) { record_served(tx, book, served); });
}

void add_timed_work(jobs::Jobs& jobs, const Book& book) {
  jobs.every(kMinute, "support.notices", [&book](storage::Store& store) {
    (void)store.write([&](storage::Tx& tx) -> Result<Json> { return Json(settle_notices(tx, book)); });
    (void)store.write([&](storage::Tx& tx) -> Result<Json> { return Json(run_risk_clocks(tx, book)); });
  });
  // Judging a whole region takes seconds: never more than a twentieth of the time goes into it.
  jobs.every(3 * kSecond, "support.risks", [next = std::chrono::steady_clock::time_point{}](storage::Store& store) mutable {
    const auto begin = std::chrono::steady_clock::now();
    if (begin < next || !refresh_risks(store)) return;
    const auto end = std::chrono::steady_clock::now();
    next = end + 20 * (end - begin);
  });
  jobs.every(kHour, "support.clocks", [](storage::Store& store) {
    (void)store.write([](storage::Tx& tx) -> Result<Json> { return Json(remind_of_clocks(tx)); });
  });
  jobs.every(10 * kMinute, "support.honours", [&book](storage::Store& store) {
    (void)store.write([&](storage::Tx& tx) -> Result<Json> { return Json(end_notices(tx) + expire_redemptions(tx, book)); });
  });
  jobs.every(kDay, "support.bank_expiry", [&book](storage::Store& store) {
    (void)store.write([&](storage::Tx& tx) -> Result<Json> { return Json(bank::expire(tx, book)); });
  });
  jobs.every(kMinute, "support.rosters", [&book](storage::Store& store) {
    (void)store.write([&](storage::Tx& tx) -> Result<Json> { return Json(freeze_rosters(tx, book)); });
  });
  jobs.every(kHour, "support.disclosures", [](storage::Store& store) {
    (void)store.write([](storage::Tx& tx) -> Result<Json> { return Json(remind_of_disclosures(tx)); });
  });
  jobs.every(10 * kMinute, "support.complaints", [](storage::Store& store) {
    (void)store.write([](storage::Tx& tx) -> Result<Json> { return Json(close_answered(tx)); });
  });
  // The newest head leaves the database, so that a restored old copy is noticed.
  jobs.every(kMinute, "support.head", [&book](storage::Store& store) { remember_head(*store.read(), book); });
  jobs.every(10 * kMinute, "support.witnesses", [&book](storage::Store& store) {
    for (const auto& [witness, said] : ask_witnesses(store, book, [](const std::string& address, const std::string& body) { return http::post(address, body); }))
      if (said != "log.said.200") log::warning("witness.not_cosigned", {{"witness", witness}, {"said", said}});
  });
  jobs.every(kDay, "support.check", [&book](storage::Store& store) { (void)check_and_keep(store, book, {}); });
  jobs.add({"support.check", [&book](storage::Store& store, const Json& input, jobs::Progress&) -> Result<Json> {
              return check_and_keep(store, book, access::AccountId{input["by"].integer()});
            }});
}

Json data_of(storage::Reader& reader, access::AccountId account) {
  const auto volunteer = teams::find_volunteer_by_account(reader, account);
  const auto member = bank::member_of_account(reader, account);
  const Json passbook = !member ? Json()
                                : Json::of({{"number", member->number}, {"opened", to_json(member->opened)}, {"region", member->region},
                                            {"entries", to_json(bank::entries_of(reader, member->id, 100'000))},
                                            {"kin", to_json(bank::kin_of(reader, member->id))}});
  if (!volunteer) return member ? Json::of({{"time_bank", passbook}}) : Json();
  return Json::of({{"time_bank", passbook}, {"records", to_json(storage::select<ServiceRecord>(
                                  reader, "select * from service_record where volunteer = $1 order by starts", volunteer->id))},
                   {"cases", to_json(storage::select<RecordCase>(
                                reader, "select * from record_case where volunteer = $1 order by id", volunteer->id))},
                   {"certificates", to_json(certificates_of(reader, volunteer->id.value))},
                   {"insurance", insurance_data_of(reader, volunteer->id.value, account)}});
}

void close_person(storage::Tx& tx, const Book& book, access::AccountId account) {
  if (const auto member = bank::member_of_account(tx, account)) bank::close_member(tx, book, *member);
}

namespace {

Result<void> act(storage::Store& store, const std::function<void(storage::Tx&)>& step) {
  const auto done = store.write([&](storage::Tx& tx) -> Result<Json> {
    step(tx);
    return Json();
  });
  if (!done) return tl::unexpected(done.error());
  return {};
}

}  // namespace

Result<void> load_demonstration(storage::Store& store) {
  const auto told = store.write([](storage::Tx& tx) -> Result<Json> {
    workflow::set_setting(tx, "record.public_days", "", 30, "demonstration", {});   // H6 is off as delivered
    TX_CHECK(demonstrate_review(tx));
    return Json(supply::tell_all_served(tx));
  });
  if (!told) return tl::unexpected(told.error());
  return {};
}
Result<void> demonstrate_passbooks(storage::Store& store, const identity::Vault& vault, const Book& book) {
  return act(store, [&](storage::Tx& tx) { bank::demonstrate_members(tx, vault, book); });
}
Result<void> demonstrate_incentives(storage::Store& store, const identity::Vault& vault, const Book& book, const language::Catalogue& words) {
  return act(store, [&](storage::Tx& tx) {
    bank::demonstrate_life(tx, book);
    demonstrate_honours(tx, book);
    demonstrate_benefits(tx, vault, words);
    demonstrate_insurance(tx, vault, book, words);
    demonstrate_complaints(tx, words);
    demonstrate_funds(tx, vault, book, words);
  });
}

}  // namespace tx::support
