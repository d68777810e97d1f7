#include <algorithm>

#include <sodium.h>

#include "base/text.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/supply/complaint_objects.h"
#include "systems/support/complaints/complaints.h"
#include "systems/support/complaints/flow.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

constexpr char kColumns[] = R"sql(
alter table complaint add column channel text not null default 'web';
alter table complaint add column against text not null default '';
alter table complaint add column about_organisation bigint not null default 0;
alter table complaint add column about_volunteer bigint not null default 0;
alter table complaint add column taken_by bigint not null default 0;
alter table complaint add column unit_contact text not null default '';
alter table complaint add column appeal text not null default '';
alter table complaint add column judged_by bigint not null default 0;
alter table complaint add column decision text not null default '';
alter table complaint add column answered bigint not null default 0;
create index complaint_by_state on complaint (state, due);
)sql";

// Nobody guesses it, and it can be read out over the telephone.
std::string new_number() {
  static constexpr char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string number = "c";
  for (int i = 0; i < 8; ++i) number += letters[randombytes_uniform(32)];
  return number;
}

struct Thing {
  std::string kind;
  std::int64_t id = 0;
};
Thing thing_of(const std::string& object) {
  const auto colon = object.find(':');
  const auto id = colon == std::string::npos ? std::nullopt : id_value(object.substr(colon + 1));
  return id ? Thing{object.substr(0, colon), *id} : Thing{};
}

// What it is about: where that lies, and whose it is.
void place(storage::Reader& reader, Complaint& complaint, const std::string& about) {
  const Thing thing = thing_of(about);
  if (!thing.id) return;
  const auto at = [&](const char* sql) { return storage::query(reader, sql, thing.id); };
  if (thing.kind == "activity" || thing.kind == "organisation" || thing.kind == "need") {
    const auto rows = at(thing.kind == "activity" ? "select region, organisation, 0 from activity where id = $1 and state in ('published','finished','cancelled')"
                         : thing.kind == "organisation" ? "select region, id, 0 from organisation where id = $1"
                                                        : "select n.region, 0, coalesce((select h.volunteer from need_helper h where h.need = n.id order by h.volunteer limit 1), 0) from need n where n.id = $1");
    if (rows.empty()) return;
    complaint.object = about;
    complaint.region = std::get<std::string>(rows.rows[0][0]);
    complaint.about_organisation = std::get<std::int64_t>(rows.rows[0][1]);
    if (complaint.kind == ComplaintKind::person) complaint.about_volunteer = std::get<std::int64_t>(rows.rows[0][2]);
    return;
  }
  const auto* objects = supply::complaint_objects(thing.kind);
  const auto region = objects ? objects->region(reader, thing.id) : std::nullopt;
  if (!region) return;
  complaint.object = about;
  complaint.region = *region;
  const char* owner = thing.kind == "record" ? "select organisation from service_record where id = $1" : thing.kind == "case" ? "select organisation from record_case where id = $1" : nullptr;
  if (owner) complaint.about_organisation = storage::scalar<std::int64_t>(reader, owner, thing.id).value_or(0);
}

void tell(storage::Tx& tx, const Complaint& complaint, const std::string& key) {
  if (complaint.by_account)
    notices::send(tx, {complaint.by_account, key, {{"number", complaint.number}, {"unit", complaint.unit}}, "/complain/" + complaint.number});
}

Result<void> step(storage::Tx& tx, Complaint& complaint, std::string_view action, access::AccountId by, const std::string& words) {
  const auto taken = TX_TRY(workflow::take(tx, kComplaintFlow, complaint.id, complaint.state, action, by, words, complaint.region));
  complaint.state = taken.state;
  complaint.due = taken.due;
  return {};
}

}  // namespace

std::vector<storage::Migration> complaint_migrations() { return {{285, "complaints: whose, where, appeal", kColumns}}; }

std::optional<Complaint> find_complaint(storage::Reader& reader, std::int64_t id) { return storage::find<Complaint>(reader, "select * from complaint where id = $1", id); }
std::optional<Complaint> find_complaint_by_number(storage::Reader& reader, const std::string& number) {
  return storage::find<Complaint>(reader, "select * from complaint where number = $1", number);
}

bool keeps_away(storage::Reader& reader, const Complaint& complaint, const access::Actor& actor) {
  complaint_rules::Concern concern;
  concern.complained = complaint.by_account && complaint.by_account == actor.account;
  const auto self = teams::find_volunteer_by_account(reader, actor.account);
  concern.is_the_person = self && self->id.value == complaint.about_volunteer;
  if (complaint.about_organisation) {
    for (const auto& grant : actor.grants)
      concern.of_the_organisation = concern.of_the_organisation || (grant.kind == access::ScopeKind::organisation && grant.scope == id_text(complaint.about_organisation));
    concern.of_the_organisation = concern.of_the_organisation || (self && teams::is_member(reader, complaint.about_organisation, self->id.value));
  }
  const Thing thing = thing_of(complaint.object);
  if (thing.kind == "need" && (complaint.kind == ComplaintKind::forced || complaint.kind == ComplaintKind::privacy || complaint.kind == ComplaintKind::person))
    concern.ordered_it = storage::scalar<std::int64_t>(reader, "select id from flow_event where flow = 'need' and object = $1 and account = $2 limit 1", thing.id, actor.account).has_value();
  if (thing.kind == "record")
    concern.ordered_it = storage::scalar<std::int64_t>(reader, "select id from service_record where id = $1 and (first_by = $2 or second_by = $2)", thing.id, actor.account).has_value();
  if (thing.kind == "case")
    concern.ordered_it = storage::scalar<std::int64_t>(reader, "select id from record_case where id = $1 and (asked_by = $2 or first_by = $2)", thing.id, actor.account).has_value();
  return complaint_rules::conflict(concern);
}

Result<Complaint> complain(storage::Tx& tx, const identity::Vault& vault, const ComplainInput& input, const access::Actor& by, bool at_station) {
  if (letter_count(input.words) < 5 || letter_count(input.words) > 2000) return refuse(Kind::invalid, "complaint.words_missing", "words");
  const auto kind = complaint_rules::kind_of(input.kind);
  if (!kind) return refuse(Kind::invalid, "complaint.kind_missing", "kind");
  Complaint complaint;
  complaint.id = tx.new_id();
  complaint.number = new_number();
  complaint.kind = *kind;
  complaint.region = by.region;
  if (!input.region.empty()) {
    if (!storage::scalar<std::string>(tx, "select code from region where code = $1", input.region)) return refuse(Kind::invalid, "complaint.region_wrong", "region");
    complaint.region = input.region;
  }
  if (!input.need.empty()) {
    if (const auto need = storage::scalar<std::int64_t>(tx, "select id from need where number = $1", input.need)) place(tx, complaint, "need:" + id_text(*need));
  }
  if (!input.about.empty()) place(tx, complaint, input.about);
  complaint.against = shortened(normal_text(input.against), 80);
  if (!complaint.about_organisation && !complaint.against.empty())
    complaint.about_organisation = storage::scalar<std::int64_t>(tx, "select id from organisation where name = $1 limit 1", complaint.against).value_or(0);
  if (!complaint.about_volunteer && !complaint.against.empty())
    if (const auto person = teams::find_volunteer_by_number(tx, complaint.against)) complaint.about_volunteer = person->id.value;
  complaint.words = input.words;
  complaint.channel = at_station ? "station" : "web";
  // What is written down for somebody else is not the writer's complaint.
  (at_station ? complaint.taken_by : complaint.by_account) = by.account;
  complaint.contact_sealed = input.contact.empty() ? "" : vault.seal(normal_text(input.contact), "complaint.contact");
  complaint.created = tx.now();
  TX_CHECK(step(tx, complaint, "receive", complaint.by_account, {}));
  storage::insert(tx, "complaint", complaint);
  return complaint;
}

Result<Complaint> handle_complaint(storage::Tx& tx, std::int64_t id, const std::string& action, const HandleInput& input, const access::Actor& by) {
  auto complaint = find_complaint(tx, id);
  if (!complaint) return refuse(Kind::not_found, "http.not_found");
  if (keeps_away(tx, *complaint, by)) return refuse(Kind::forbidden, "complaint.conflict");
  if (letter_count(input.answer) < 2) return refuse(Kind::invalid, "complaint.answer_missing", "answer");
  const bool on = action == "transfer";
  if (on && letter_count(input.unit) < 2) return refuse(Kind::invalid, "complaint.unit_missing", "unit");
  if (on && letter_count(input.unit_contact) < 5) return refuse(Kind::invalid, "complaint.unit_contact_missing", "unit_contact");
  if (!on && complaint_rules::needs_authority(complaint->kind) && !input.competent) return refuse(Kind::invalid, "complaint.not_ours", "competent");
  TX_CHECK(step(tx, *complaint, action, by.account, on ? normal_text(input.unit) + ": " + input.answer : input.answer));
  // An appeal that does not come makes nobody late.
  storage::execute(tx, "update flow_deadline set escalated = $1 where flow = 'complaint' and object = $2 and $3 = 'answered'", tx.now(), complaint->id, complaint->state);
  complaint->answer = input.answer;
  if (on) {
    complaint->unit = normal_text(input.unit);
    complaint->unit_contact = normal_text(input.unit_contact);
  }
  complaint->handled_by = by.account;
  complaint->answered = tx.now();
  storage::update(tx, "complaint", *complaint);
  tell(tx, *complaint, on ? "notice.complaint_transferred" : "notice.complaint_answered");
  return *complaint;
}

Result<Complaint> appeal_complaint(storage::Tx& tx, const std::string& number, const std::string& words) {
  auto complaint = find_complaint_by_number(tx, number);
  if (!complaint) return refuse(Kind::not_found, "http.not_found");
  if (letter_count(words) < 5 || letter_count(words) > 2000) return refuse(Kind::invalid, "complaint.words_missing", "words");
  if (complaint->state == "answered" && complaint->due.us && complaint->due < tx.now()) return refuse(Kind::too_late, "complaint.appeal_late");
  TX_CHECK(step(tx, *complaint, "appeal", complaint->by_account, words));
  complaint->appeal = words;
  storage::update(tx, "complaint", *complaint);
  return *complaint;
}

Result<Complaint> withdraw_complaint(storage::Tx& tx, const std::string& number) {
  auto complaint = find_complaint_by_number(tx, number);
  if (!complaint) return refuse(Kind::not_found, "http.not_found");
  TX_CHECK(step(tx, *complaint, "withdraw", complaint->by_account, {}));
  storage::update(tx, "complaint", *complaint);
  return *complaint;
}

Result<Complaint> judge_complaint(storage::Tx& tx, std::int64_t id, const std::string& action, const std::string& words, const access::Actor& by) {
  auto complaint = find_complaint(tx, id);
  if (!complaint) return refuse(Kind::not_found, "http.not_found");
  if (keeps_away(tx, *complaint, by)) return refuse(Kind::forbidden, "complaint.conflict");
  if (complaint->handled_by == by.account) return refuse(Kind::forbidden, "complaint.own_answer");
  if (letter_count(words) < 2) return refuse(Kind::invalid, "complaint.answer_missing", "answer");
  TX_CHECK(step(tx, *complaint, action, by.account, words));
  complaint->decision = words;
  complaint->judged_by = by.account;
  storage::update(tx, "complaint", *complaint);
  tell(tx, *complaint, "notice.complaint_judged");
  return *complaint;
}

int close_answered(storage::Tx& tx) {
  int closed = 0;
  for (auto& complaint : storage::select<Complaint>(tx, "select * from complaint where state = 'answered' and due > 0 and due < $1 order by id limit 200", tx.now())) {
    if (!step(tx, complaint, "lapse", {}, {})) continue;
    storage::update(tx, "complaint", complaint);
    ++closed;
  }
  return closed;
}

Json complaint_link(const http::Context& context, const Complaint& complaint) {
  const Thing thing = thing_of(complaint.object);
  if (!thing.id) return {};
  if (thing.kind == "need") return Json::of({{"href", "/desk/needs/" + id_text(thing.id)}, {"label", context.text("complaint.open.need")}});
  if (thing.kind == "activity") return Json::of({{"href", "/activities/" + id_text(thing.id)}, {"label", context.text("complaint.open.activity")}});
  if (thing.kind == "organisation") return Json::of({{"href", "/organisations/" + id_text(thing.id)}, {"label", context.text("complaint.open.organisation")}});
  const auto* objects = supply::complaint_objects(thing.kind);
  return objects ? objects->link(context, thing.id) : Json();
}

// A few complaints of the last weeks, so that the desk and the public figures are not empty.
void demonstrate_complaints(storage::Tx& tx, const language::Catalogue& words) {
  if (storage::scalar<std::int64_t>(tx, "select 1 from complaint limit 1")) return;
  constexpr ComplaintKind kinds[] = {ComplaintKind::time, ComplaintKind::person, ComplaintKind::project, ComplaintKind::fee, ComplaintKind::time, ComplaintKind::forced, ComplaintKind::project, ComplaintKind::time, ComplaintKind::person};
  int at = 0;
  for (const auto kind : kinds) {
    Complaint complaint;
    complaint.id = tx.new_id();
    complaint.number = new_number();
    complaint.kind = kind;
    complaint.region = at % 3 ? "640104001002" : "640106001001";
    complaint.words = words.text(language::Language::zh, std::string("complaint.demo.") + enum_name(kind));
    complaint.channel = at % 4 == 1 ? "station" : "web";
    complaint.created = tx.now().plus(-(at + 1) * kDay);
    if (!step(tx, complaint, "receive", {}, {})) return;
    if (at >= 3) {
      complaint.answer = words.text(language::Language::zh, "complaint.demo.answer");
      if (!step(tx, complaint, kind == ComplaintKind::forced ? "transfer" : "answer", {}, complaint.answer)) return;
      if (kind == ComplaintKind::forced) {
        complaint.unit = words.text(language::Language::zh, "complaint.demo.unit");
        complaint.unit_contact = words.text(language::Language::zh, "complaint.demo.unit_contact");
      }
      complaint.answered = complaint.created.plus(2 * kDay);
    }
    storage::insert(tx, "complaint", complaint);
    ++at;
  }
}

}  // namespace tx::support
