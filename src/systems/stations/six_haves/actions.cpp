#include <algorithm>

#include "base/text.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/six_haves/flow.h"
#include "systems/stations/six_haves/photos.h"
#include "systems/stations/six_haves/six.h"

namespace tx::stations::six {
namespace {

constexpr std::size_t kNoteMost = 300;
constexpr int kFixDaysMost = 180;

Result<void> move(storage::Tx& tx, Check& check, std::string_view action, access::AccountId by) {
  const auto taken = TX_TRY(workflow::take(tx, kCheckFlow, check.id, check.state, action, by, {}, check.region));
  check.state = taken.state;
  check.due = taken.due;
  return {};
}

Result<Standard> standard_of(storage::Reader& reader, const Check& check) {
  auto standard = find_standard(reader, check.set_id);
  if (!standard) return refuse(Kind::conflict, "six.no_set");
  return *standard;
}

const Criterion* criterion_of(const Standard& standard, const std::string& code) {
  for (const auto& criterion : standard.criteria)
    if (criterion.code == code) return &criterion;
  return nullptr;
}

std::string check_link(const Check& check) {
  return "/stations/" + id_text(check.station) + "/checks/" + id_text(check.id);
}

void keep_score(const Standard& standard, Check& check, const Answers& answers, Date today) {
  check.answers = rules::write_answers(answers);
  check.self_score = rules::score(standard, answers, today, false).score;
}

Result<void> keep_photo(storage::Tx& tx, const Check& check, const TypedPhoto& photo, access::AccountId by) {
  const auto all =
      storage::scalar<std::int64_t>(tx, "select count(*) from station_photo where check_id = $1", check.id).value_or(0);
  const auto each =
      storage::scalar<std::int64_t>(tx, "select count(*) from station_photo where check_id = $1 and criterion = $2",
                                    check.id, photo.code)
          .value_or(0);
  if (all >= kPhotosMost || each >= kPhotosEach)
    return refuse(Kind::full, "six.photo_many", photo.code, {{"each", std::to_string(kPhotosEach)}});
  storage::execute(
      tx,
      "insert into station_photo (id, station, check_id, criterion, kind, width, height, size, taken_by, at, bytes) "
      "values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
      tx.new_id(), check.station, check.id, photo.code, photo.kind, photo.width, photo.height, photo.bytes.size(), by,
      tx.now(), storage::Blob{photo.bytes});
  return {};
}

}  // namespace

// A new check starts from what the last one knew: the keeper changes what has changed. Verdicts are never taken over.
Result<Check> begin_check(storage::Tx& tx, const Station& station, access::AccountId by) {
  if (station.state != "open" && station.state != "upgrading") return refuse(Kind::conflict, "station.doors_closed");
  if (open_check(tx, station)) return refuse(Kind::conflict, "six.already");
  const auto set = set_in_force(tx, station.region, local_date(tx.now()));
  if (!set) return refuse(Kind::conflict, "six.no_set");
  Check check;
  check.id = tx.new_id();
  check.station = station.id.value;
  check.set_id = set->id;
  check.region = station.region;
  check.begun_by = by;
  check.created = tx.now();
  Answers answers;
  if (const auto last = last_rating(tx, station); last && last->set_id == set->id)
    for (auto& [code, answer] : rules::read_answers(last->answers))
      answers[code] = {answer.value, answer.note, answer.shown, 0, "", ""};
  keep_score(TX_TRY(standard_of(tx, check)), check, answers, local_date(tx.now()));
  TX_CHECK(move(tx, check, "begin", by));
  storage::insert(tx, "station_check", check);
  return check;
}

Result<Check> answer_have(storage::Tx& tx, const Station& station, const std::string& id, const std::string& have,
                          const std::vector<TypedAnswer>& typed, const std::vector<TypedPhoto>& photos,
                          access::AccountId by) {
  Check check = TX_TRY(check_of(tx, station, id));
  if (check.state != "draft" && check.state != "fixing") return refuse(Kind::conflict, "flow.not_allowed");
  const Standard standard = TX_TRY(standard_of(tx, check));
  auto answers = rules::read_answers(check.answers);
  const Date today = local_date(tx.now());
  for (const auto& one : typed) {
    const auto* criterion = criterion_of(standard, one.code);
    if (!criterion || criterion->have != have) return refuse(Kind::invalid, "form.unreadable", one.code);
    TX_CHECK(rules::readable(*criterion, one.value, today));
    auto& answer = answers[one.code];
    // Evidence is as old as its last change: saying the same again does not make it younger.
    if (answer.value != one.value) answer.shown = one.value.empty() ? Date{} : today;
    answer.value = one.value;
    answer.note = shortened(normal_text(one.note), kNoteMost);
  }
  for (const auto& photo : photos) {
    const auto* criterion = criterion_of(standard, photo.code);
    if (!criterion || criterion->have != have) return refuse(Kind::invalid, "form.unreadable", photo.code);
    TX_CHECK(keep_photo(tx, check, photo, by));
    auto& answer = answers[photo.code];
    ++answer.photos;
    answer.shown = today;
  }
  keep_score(standard, check, answers, today);
  storage::update(tx, "station_check", check);
  return check;
}

Result<void> remove_photo(storage::Tx& tx, const Station& station, const std::string& id, const std::string& photo) {
  Check check = TX_TRY(check_of(tx, station, id));
  if (check.state != "draft" && check.state != "fixing") return refuse(Kind::conflict, "flow.not_allowed");
  const auto code = storage::scalar<std::string>(
      tx, "select criterion from station_photo where id = $1 and check_id = $2", id_value(photo).value_or(0), check.id);
  if (!code) return refuse(Kind::not_found, "http.not_found");
  storage::execute(tx, "delete from station_photo where id = $1", id_value(photo).value_or(0));
  auto answers = rules::read_answers(check.answers);
  if (auto& answer = answers[*code]; answer.photos > 0) --answer.photos;
  keep_score(TX_TRY(standard_of(tx, check)), check, answers, local_date(tx.now()));
  storage::update(tx, "station_check", check);
  return {};
}

Result<Check> step_check(storage::Tx& tx, const Station& station, const std::string& id, std::string_view action,
                         access::AccountId by) {
  Check check = TX_TRY(check_of(tx, station, id));
  const Standard standard = TX_TRY(standard_of(tx, check));
  if (action == "send") TX_CHECK(rules::complete(standard, rules::read_answers(check.answers)));
  if (action == "send_again")
    for (const auto& fix : fixes_of(tx, check.id))
      if (fix.state == "open") return refuse(Kind::conflict, "six.fix_open");
  TX_CHECK(move(tx, check, action, by));
  if (action == "send_again") {  // what was refused is judged anew; what was seen stays seen
    auto answers = rules::read_answers(check.answers);
    for (auto& [code, answer] : answers)
      if (answer.verdict == "no") answer.verdict.clear();
    check.answers = rules::write_answers(answers);
  }
  if (action == "send" || action == "send_again") check.sent = tx.now();
  storage::update(tx, "station_check", check);
  return check;
}

namespace {

void make_fixes(storage::Tx& tx, const Standard& standard, const Check& check, const Answers& answers, Date due) {
  storage::execute(tx, "update station_fix set state = 'accepted', changed = $1 where check_id = $2 and state = 'done'",
                   tx.now(), check.id);
  for (const auto& criterion : standard.criteria) {
    const auto found = answers.find(criterion.code);
    if (found == answers.end() || found->second.verdict != "no") continue;
    storage::insert(
        tx, "station_fix",
        Fix{tx.new_id(), check.id, check.station, criterion.code, found->second.said, due, "open", "", tx.now()});
  }
}

void keep_rating(storage::Tx& tx, Station& station, Check& check, const Standard& standard, const rules::Score& score) {
  const Date today = local_date(tx.now());
  check.score = score.score;
  check.star = score.star;
  check.haves = score.haves;
  check.standard = score.standard;
  station.score = score.score;
  station.star = score.star;
  station.standard = score.standard;
  station.rated = today;
  station.rated_until = rules::months_later(today, standard.set.valid_months);
  storage::update(tx, "station", station);
}

}  // namespace

Result<Check> inspect(storage::Tx& tx, Station& station, const std::string& id, const std::vector<Verdict>& verdicts,
                      bool rate, int fix_days, access::AccountId by) {
  Check check = TX_TRY(check_of(tx, station, id));
  TX_CHECK(rules::inspector(by, station.keeper, check.begun_by));
  const Standard standard = TX_TRY(standard_of(tx, check));
  auto answers = rules::read_answers(check.answers);
  bool refused = false;
  for (const auto& one : verdicts) {
    if (!criterion_of(standard, one.code)) return refuse(Kind::invalid, "form.unreadable", one.code);
    if (one.verdict.empty()) continue;
    if (one.verdict != "yes" && one.verdict != "no") return refuse(Kind::invalid, "six.answer_choice", one.code);
    if (one.verdict == "no" && one.said.empty()) return refuse(Kind::invalid, "six.say_why", one.code);
    answers[one.code].verdict = one.verdict;
    answers[one.code].said = shortened(normal_text(one.said), kNoteMost);
  }
  TX_CHECK(rules::judged(standard, answers));
  for (const auto& criterion : standard.criteria) refused = refused || answers[criterion.code].verdict == "no";
  if (!rate && !refused) return refuse(Kind::conflict, "six.nothing_to_fix");
  if (!rate && (fix_days < 1 || fix_days > kFixDaysMost)) return refuse(Kind::invalid, "six.fix_days", "fix_days");
  check.answers = rules::write_answers(answers);
  check.inspected_by = by;
  check.inspected = tx.now();
  TX_CHECK(move(tx, check, rate ? "rate" : "fix", by));
  const Date today = local_date(tx.now());
  if (rate)
    keep_rating(tx, station, check, standard, rules::score(standard, answers, today, true));
  else
    make_fixes(tx, standard, check, answers, Date{today.days + fix_days});
  storage::update(tx, "station_check", check);
  const auto told = station.keeper ? station.keeper : check.begun_by;
  notices::send(tx, {told,
                     rate ? "notice.six.rated" : "notice.six.fix",
                     {{"name", station.name}, {"n", std::to_string(rate ? check.star : fix_days)}},
                     check_link(check)});
  return check;
}

Result<void> answer_fix(storage::Tx& tx, const Station& station, const std::string& id, const std::string& words) {
  auto fix = storage::find<Fix>(tx, "select * from station_fix where id = $1 and station = $2",
                                id_value(id).value_or(0), station.id);
  if (!fix) return refuse(Kind::not_found, "http.not_found");
  if (fix->state != "open") return refuse(Kind::conflict, "flow.moved_on");
  if (words.empty()) return refuse(Kind::invalid, "six.fix_words", "words");
  fix->state = "done";
  fix->answer = shortened(normal_text(words), kNoteMost);
  fix->changed = tx.now();
  storage::update(tx, "station_fix", *fix);
  return {};
}

Result<Standard> import_standard(storage::Tx& tx, Standard standard, access::AccountId by) {
  auto& set = standard.set;
  if (set.name_zh.empty() || set.name_en.empty()) return refuse(Kind::invalid, "six.set_name", "name_zh");
  if (!teams::region_position(tx, set.region)) return refuse(Kind::invalid, "station.region_missing", "region");
  if (!rules::stars_readable(set.stars)) return refuse(Kind::invalid, "six.set_stars", "stars");
  if (set.pass_score < 1 || set.pass_score > 100 || set.least_percent < 0 || set.least_percent > 100)
    return refuse(Kind::invalid, "six.set_pass", "pass_score");
  if (set.valid_months < 1 || set.valid_months > 60) return refuse(Kind::invalid, "six.set_months", "valid_months");
  set.version = 1 + static_cast<int>(storage::scalar<std::int64_t>(
                                         tx, "select max(version) from criteria_set where code = $1 and region = $2",
                                         set.code, set.region)
                                         .value_or(0));
  set.state = "draft";
  set.made_by = by;
  store_standard(tx, standard);
  return standard;
}

// Other hands than the maker's. What binds the same region until now ends the day before.
Result<CriteriaSet> put_in_force(storage::Tx& tx, const std::string& id, Date from, access::AccountId by) {
  auto set = storage::find<CriteriaSet>(tx, "select * from criteria_set where id = $1", id_value(id).value_or(0));
  if (!set) return refuse(Kind::not_found, "http.not_found");
  if (set->state != "draft") return refuse(Kind::conflict, "flow.moved_on");
  if (by && set->made_by == by) return refuse(Kind::forbidden, "six.set_own");
  if (from < local_date(tx.now())) return refuse(Kind::invalid, "six.set_past", "from");
  for (auto& before : storage::select<CriteriaSet>(
           tx, "select * from criteria_set where state = 'in_force' and region = $1 and valid_until = 0",
           set->region)) {
    before.valid_until = Date{from.days - 1};
    if (before.valid_until < local_date(tx.now())) before.state = "past";
    storage::update(tx, "criteria_set", before);
  }
  set->state = "in_force";
  set->valid_from = from;
  storage::update(tx, "criteria_set", *set);
  return *set;
}

}  // namespace tx::stations::six
