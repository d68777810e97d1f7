// Calling people: whom a wave may ask, the job that writes it in chunks, what people answer.
#include "base/log.h"
#include "base/text.h"
#include "engines/ledger/tree.h"
#include "platform/audit/audit.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/mobilisation/emergencies/emergencies.h"
#include "systems/supply/supply.h"
#include "systems/teams/teams.h"

namespace tx::mobilisation {
namespace {

constexpr int kAdult = 18;
constexpr std::int64_t kLicensed = std::int64_t{1} << 1;   // medical first aid counts with a checked paper only (Regulation art. 16)

struct Person {
  std::int64_t id = 0, account = 0, skills = 0, x_m = 0, y_m = 0;
  Date birth;
};
BOOST_DESCRIBE_STRUCT(Person, (), (id, account, skills, x_m, y_m, birth))

std::map<std::int64_t, std::int64_t> sums(storage::Reader& reader, const std::string& sql, Date day) {
  std::map<std::int64_t, std::int64_t> found;
  for (const auto& row : storage::query(reader, sql, day).rows) {
    std::int64_t volunteer = 0, bit = 0;
    storage::from_value(row[0], volunteer);
    storage::from_value(row[1], bit);
    found[volunteer] |= std::int64_t{1} << (bit & 63);
  }
  return found;
}

// Bits of kCardKinds of the teams that somebody belongs to.
std::map<std::int64_t, std::int64_t> cards(storage::Reader& reader, Date day) {
  std::string kinds = "case c.kind";
  for (std::size_t i = 0; i < std::size(kCardKinds); ++i) kinds += std::string(" when '") + kCardKinds[i] + "' then " + std::to_string(i);
  return sums(reader, "select m.volunteer, " + kinds + " end from capability_card c join member m on m.organisation = c.organisation and m.state = 'member' "
                      "where c.state = 'checked' and c.valid_until >= $1", day);
}

// Whoever asks, for what, where and until when stands in every message, and that it is a drill.
void ask(storage::Tx& tx, const Operation& operation, const Callout& call) {
  if (!call.account) return;   // no account: the operator's list
  const auto& point = operation.points[static_cast<std::size_t>(call.point)];
  notices::send(tx, {call.account, operation.drill ? "notice.call_drill" : "notice.call",
                     {{"command", operation.command}, {"purpose", operation.purpose}, {"point", point.name}, {"from", local_text(operation.starts)}, {"until", local_text(operation.until)}},
                     "/calls/" + id_text(call.id), true});
}

void write_calls(storage::Tx& tx, const Operation& operation, const std::vector<rules::Candidate>& people, const rules::Chosen* first, std::size_t count, access::AccountId by,
                 int wave, std::string& names) {
  std::string sql = "insert into callout (id, volunteer, account, role, point, metres, operation, wave, asked_by, asked_at, state, how, answered_at, noted_by, seen_at, buddy, "
                    "words_sealed) values ";   // one statement; SQLite's adapter takes up to 999 values
  std::vector<storage::Value> values{operation.id, std::int64_t{wave}, by.value, tx.now().us};
  std::vector<Callout> calls;
  for (std::size_t i = 0; i < count; ++i) {
    Callout call;
    call.id = tx.new_id();
    call.operation = operation.id;
    call.volunteer = people[first[i].candidate].volunteer;
    call.account = {people[first[i].candidate].account};
    call.role = first[i].role;
    call.point = first[i].point;
    call.metres = first[i].metres;
    names += id_text(call.volunteer) + "\n";
    sql += i ? ",(" : "(";
    for (const std::int64_t value : {call.id, call.volunteer, call.account.value, std::int64_t{call.role}, std::int64_t{call.point}, call.metres}) {
      values.emplace_back(value);
      sql += "$" + std::to_string(values.size()) + ",";
    }
    sql += "$1,$2,$3,$4,'asked','',0,0,0,0,'')";
    calls.push_back(std::move(call));
  }
  tx.execute(sql + " on conflict do nothing", values);
  for (const auto& call : calls) ask(tx, operation, call);
}

}  // namespace

std::optional<support::Cover> cover_of(storage::Reader& reader, const Operation& operation) {
  return support::cover_between(reader, operation.policy, operation.region, local_date(operation.starts), local_date(operation.until));
}

std::vector<rules::Candidate> candidates_of(storage::Reader& reader, const Operation& operation, Instant now) {
  const auto cover = cover_of(reader, operation);
  if (!cover) return {};
  const Date today = local_date(now);
  const auto people = storage::select<Person>(
      reader, "select v.id, v.account, v.skills, v.x_m, v.y_m, v.birth from volunteer v where v.state = 'active' and " + access::region_filter("v.region", {operation.region}) + " and " + support::covered(*cover) +   // insured only
                  " and not exists (select 1 from responder r where r.volunteer = v.id and r.ready = 0) and not exists (select 1 from callout c where c.operation = $1 and "
                  "c.volunteer = v.id) and not exists (select 1 from callout h where h.volunteer = v.id and h.state = 'here')", operation.id);
  bool skilled = false, carded = false;
  for (const auto& role : operation.roles) {
    skilled = skilled || role.skill == 1;
    carded = carded || !role.card.empty();
  }
  const auto papers = skilled ? sums(reader, "select volunteer, skill from volunteer_certificate where state = 'checked' and skill = 1 and valid_until >= $1", today)
                              : std::map<std::int64_t, std::int64_t>();
  const auto teams_of = carded ? cards(reader, today) : std::map<std::int64_t, std::int64_t>();
  const auto bits = [](const auto& map, std::int64_t id) {
    const auto found = map.find(id);
    return found == map.end() ? 0 : found->second;
  };
  std::vector<rules::Candidate> candidates;
  candidates.reserve(people.size());
  for (const auto& person : people)
    if (age_on(person.birth, today) >= kAdult)   // adults only
      candidates.push_back({person.id, person.account, (person.skills & ~kLicensed) | bits(papers, person.id), static_cast<unsigned>(bits(teams_of, person.id)), person.x_m, person.y_m});
  return candidates;
}

static Result<Json> wave_of(storage::Store& store, const Json& input, jobs::Progress& progress) {
  const auto id = id_value(input["operation"].text()).value_or(0);
  const access::AccountId by{input["by"].integer()};
  std::optional<Operation> operation;
  std::vector<rules::Candidate> people;
  std::vector<rules::Chosen> chosen;
  {
    const auto reader = store.read();
    operation = find_operation(*reader, id);
    if (!operation) return refuse(Kind::not_found, "http.not_found");
    people = candidates_of(*reader, *operation, {input["at"].integer()});
    chosen = rules::choose(people, operation->roles, operation->points, still_open(*reader, *operation), workflow::setting_amount(*reader, "emergency.factor", operation->region, kFactor),
                           input["everybody"].boolean());
  }
  const int wave = operation->waves;
  std::size_t done = 0;
  bool stopped = false;
  while (done < chosen.size() && !stopped && !progress.cancelled()) {
    const auto count = std::min<std::size_t>(kChunk, chosen.size() - done);
    const auto wrote = store.write([&](storage::Tx& tx) -> Result<Json> {
      const auto now = find_operation(tx, id);
      if (!now || now->state != "calling") return Json(false);   // stood down meanwhile: nobody more is asked
      std::string names;
      write_calls(tx, *now, people, chosen.data() + done, count, by, wave, names);
      audit::Entry entry;   // who asked, how many, and what fixes whom: the names themselves are destroyed with the operation
      entry.account = by.value;
      entry.action = "operation.ask";
      entry.object = "operation:" + id_text(id);
      entry.region = now->region;
      entry.rule = "access.grant";
      entry.outcome = "done";
      entry.details = Json::of({{"wave", wave}, {"people", static_cast<std::int64_t>(count)}, {"digest", ledger::hex(ledger::sha256(names))}});
      audit::append(tx, entry);
      changed(tx, id);
      return Json(true);
    });
    if (!wrote) return tl::unexpected(wrote.error());
    stopped = !wrote->boolean();
    if (!stopped) done += count;
    progress.report(static_cast<std::int64_t>(done), static_cast<std::int64_t>(chosen.size()));
  }
  return Json::of({{"asked", static_cast<std::int64_t>(done)}, {"link", "/desk/operations/" + id_text(id)}});
}

Result<Json> run_wave(storage::Store& store, const Json& input, jobs::Progress& progress) {
  Result<Json> done = refuse(Kind::unavailable, "job.failed");
  try {
    done = wave_of(store, input, progress);
  } catch (const storage::StorageFailure& failure) {
    log::error("mobilisation.wave_failed", {{"text", failure.what()}});
  }
  TX_CHECK(store.write([&](storage::Tx& tx) -> Result<Json> {   // whatever happened, the next wave may be called
    const auto id = id_value(input["operation"].text()).value_or(0);
    storage::execute(tx, "update operation set calling = 0 where id = $1", id);
    changed(tx, id);
    return Json();
  }));
  return done;
}

std::optional<Callout> find_callout(storage::Reader& reader, std::int64_t id) { return storage::find<Callout>(reader, "select * from callout where id = $1", id); }
std::optional<Callout> callout_of(storage::Reader& reader, std::int64_t operation, std::int64_t volunteer) {
  return storage::find<Callout>(reader, "select * from callout where operation = $1 and volunteer = $2", operation, volunteer);
}
std::vector<Callout> callouts_of(storage::Reader& reader, std::int64_t operation, const std::string& where, int limit) {
  return storage::select<Callout>(reader, "select * from callout where operation = $1 and " + where + " order by metres, id limit $2", operation, limit);
}

Result<Callout> answer_call(storage::Tx& tx, std::int64_t id, bool yes, const std::string& how, const access::Actor& by) {
  auto call = find_callout(tx, id);
  const auto operation = call ? find_operation(tx, call->operation) : std::nullopt;
  if (!operation) return refuse(Kind::not_found, "http.not_found");
  if (operation->state != "calling" || (call->state != "asked" && call->state != "coming" && call->state != "cannot")) return refuse(Kind::too_late, "callout.over");
  const auto cover = cover_of(tx, *operation);
  if (yes && (!cover || !support::is_covered(tx, *cover, call->volunteer))) return refuse(Kind::forbidden, "callout.not_insured");
  call->state = yes ? "coming" : "cannot";   // nothing else is written: no score knows of a NO
  call->how = how;
  call->answered_at = tx.now();
  call->noted_by = how == "phone" ? access::AccountId{} : by.account;
  storage::update(tx, "callout", *call);
  changed(tx, operation->id);
  return *call;
}

Result<Callout> report_well(storage::Tx& tx, const identity::Vault& vault, std::int64_t id, const std::string& words) {
  auto call = find_callout(tx, id);
  if (!call) return refuse(Kind::not_found, "http.not_found");
  if (call->state != "here") return refuse(Kind::conflict, "callout.not_here");
  call->seen_at = tx.now();
  const auto text = shortened(normal_text(words), 200);
  if (!text.empty()) call->words_sealed = vault.seal(text, "callout.words");
  storage::update(tx, "callout", *call);
  changed(tx, call->operation);
  return *call;
}

void set_ready(storage::Tx& tx, std::int64_t volunteer, bool ready) {
  storage::execute(tx, "insert into responder (volunteer, ready, at) values ($1,$2,$3) on conflict (volunteer) do update set ready = $2, at = $3", volunteer, ready, tx.now());
}
bool is_ready(storage::Reader& reader, std::int64_t volunteer) {
  return storage::scalar<std::int64_t>(reader, "select ready from responder where volunteer = $1", volunteer).value_or(1) != 0;
}

}  // namespace tx::mobilisation
