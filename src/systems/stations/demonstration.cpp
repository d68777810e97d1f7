// Stations of the demonstration region, made up with a fixed seed: nearly every community has one, some are still coming,
// some rest, and some communities visibly lack one.
#include <fstream>
#include <map>
#include <random>

#include "base/text.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/coverage/coverage.h"
#include "systems/stations/demonstration.h"
#include "systems/stations/rooms.h"
#include "systems/stations/six_haves/flow.h"
#include "systems/stations/six_haves/six.h"
#include "systems/stations/stations/flow.h"

namespace tx::stations {
namespace {

constexpr char kKeeperHome[] = "640104001002";

struct Made {
  std::mt19937_64 random{20241015};
  std::vector<std::string> cut;               // endings of a region's name that a station's name leaves out
  std::map<std::string, std::vector<std::string>> reasons;   // why: of a proposal, rest: of a rest
  const std::string& reason(const std::string& kind) {
    const auto& words = reasons.at(kind);
    return words[static_cast<std::size_t>(below(static_cast<int>(words.size())))];
  }
  access::AccountId inspector;                // the federation's officer, where there is one
  std::map<std::string, std::string> ending;  // of a station's name, by level
  int below(int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); }
};

void event(storage::Tx& tx, const workflow::Flow& flow, std::int64_t object, int seq, std::string_view from,
           std::string_view action, std::string_view to, Instant at) {
  workflow::Event event;
  event.id = tx.new_id();
  event.object = object;
  event.seq = seq;
  event.flow = flow.id;
  event.from_state = from;
  event.action = action;
  event.to_state = to;
  event.at = at;
  storage::insert(tx, "flow_event", event);
}

Result<void> read_names(Made& made, const std::string& file) {
  std::ifstream in(file);
  for (std::string kind, word; in >> kind >> word;) {
    if (kind == "why" || kind == "rest")
      made.reasons[kind].push_back(word);
    else if (kind == "cut")
      made.cut.push_back(word);
    else
      made.ending[kind] = word;
  }
  if (made.ending.size() < 3 || made.reasons.size() < 2) return refuse(Kind::invalid, "teams.demonstration_missing", "", {{"folder", file}});
  return {};
}

std::string name_of(const Made& made, const std::string& region, const std::string& level) {
  std::string name = region;
  for (const auto& ending : made.cut)
    if (name.size() > ending.size() && name.ends_with(ending)) {
      name.resize(name.size() - ending.size());
      break;
    }
  return name + made.ending.at(level);
}

Station drafted(storage::Tx& tx, const Made& made, const teams::Region& region, const char* level) {
  Station station;
  station.id = {tx.new_id()};
  station.code = "S" + region.code;
  station.name = name_of(made, region.name, level);
  station.level = level;
  station.region = region.code;
  station.hours = "09:00-17:30";
  station.search = search_tokens(station.name + " " + region.name);
  return station;
}

// One that has stood for a while: its way is written with past times.
void standing(storage::Tx& tx, Made& made, Station& station) {
  const Instant opened = tx.now().plus(-(60 + made.below(1400)) * kDay);
  station.opened = opened;
  station.created = opened.plus(-120 * kDay);
  station.open_days = made.below(3) ? "1111111" : "1111100";
  station.area_m2 = 40 + 10 * made.below(20);
  station.accessible = made.below(4) != 0;
  station.state = "open";
  event(tx, kStationFlow, station.id.value, 1, "", "propose", "proposed", station.created);
  event(tx, kStationFlow, station.id.value, 2, "proposed", "approve", "approved", station.created.plus(6 * kDay));
  event(tx, kStationFlow, station.id.value, 3, "approved", "prepare", "preparing", station.created.plus(9 * kDay));
  event(tx, kStationFlow, station.id.value, 4, "preparing", "open", "open", opened);
}

// One that is still coming: its last step is a real one, so that its clock runs.
Result<void> coming(storage::Tx& tx, Made& made, Station& station, int way) {
  station.created = tx.now();
  station.why = made.reason("why");
  TX_CHECK(move_station(tx, station, "propose", {}, ""));
  if (way > 0) TX_CHECK(move_station(tx, station, "approve", {}, ""));
  if (way > 1) TX_CHECK(move_station(tx, station, "prepare", {}, ""));
  return {};
}

// What a keeper would say; `luck` of 100 decides how well the station stands.
six::Answers answers_of(Made& made, const six::Standard& standard, Date day, int luck) {
  six::Answers answers;
  for (const auto& criterion : standard.criteria) {
    auto& answer = answers[criterion.code];
    const bool good = made.below(100) < luck;
    answer.shown = day;
    switch (criterion.evidence) {
      case six::Evidence::number:
        answer.value = std::to_string(good ? criterion.threshold + made.below(1 + static_cast<int>(criterion.threshold))
                                           : criterion.threshold / 2);
        break;
      case six::Evidence::date: answer.value = Date{day.days - (good ? made.below(20) : 700)}.text(); break;
      default: answer.value = good ? "yes" : "no";
    }
  }
  return answers;
}

six::Check drafted_check(storage::Tx& tx, const six::Standard& standard, const Station& station,
                         const six::Answers& answers, Instant created) {
  six::Check check;
  check.id = tx.new_id();
  check.station = station.id.value;
  check.set_id = standard.set.id;
  check.region = station.region;
  check.answers = six::rules::write_answers(answers);
  check.self_score = six::rules::score(standard, answers, local_date(created), false).score;
  check.created = created;
  return check;
}

// A rating of the past, scored by the same rule as any other.
void rated_check(storage::Tx& tx, Made& made, const six::Standard& standard, Station& station, int days_ago, int luck) {
  const Instant at = tx.now().plus(-days_ago * kDay);
  const Date day = local_date(at);
  auto answers = answers_of(made, standard, day, luck);
  six::Check check = drafted_check(tx, standard, station, answers, at.plus(-20 * kDay));
  for (auto& [code, answer] : answers) answer.verdict = answer.value == "no" ? "no" : "yes";
  check.answers = six::rules::write_answers(answers);
  const auto score = six::rules::score(standard, answers, day, true);
  check.score = station.score = score.score;
  check.star = station.star = score.star;
  check.haves = score.haves;
  check.standard = station.standard = score.standard;
  station.rated = day;
  station.rated_until = six::rules::months_later(day, standard.set.valid_months);
  check.state = "rated";
  check.sent = at.plus(-12 * kDay);
  check.inspected = at;
  check.inspected_by = made.inspector;
  event(tx, six::kCheckFlow, check.id, 1, "", "begin", "draft", check.created);
  event(tx, six::kCheckFlow, check.id, 2, "draft", "send", "sent", check.sent);
  event(tx, six::kCheckFlow, check.id, 3, "sent", "rate", "rated", at);
  storage::insert(tx, "station_check", check);
}

// One that waits for its inspection now, or is being put right; its clock runs.
Result<void> live_check(storage::Tx& tx, Made& made, const six::Standard& standard, const Station& station,
                        bool fixing) {
  const Date today = local_date(tx.now());
  auto answers = answers_of(made, standard, today, 85);
  if (fixing)
    for (auto& [code, answer] : answers) answer.verdict = answer.value == "no" ? "no" : "yes";
  six::Check check = drafted_check(tx, standard, station, answers, tx.now());
  const auto move = [&](std::string_view action) -> Result<void> {
    const auto taken = TX_TRY(workflow::take(tx, six::kCheckFlow, check.id, check.state, action, {}, {}, check.region));
    check.state = taken.state;
    check.due = taken.due;
    return {};
  };
  TX_CHECK(move("begin"));
  TX_CHECK(move("send"));
  check.sent = tx.now();
  if (fixing) {
    TX_CHECK(move("fix"));
    check.inspected = tx.now();
    check.inspected_by = made.inspector;
    for (const auto& criterion : standard.criteria)
      if (answers[criterion.code].verdict == "no")
        storage::insert(tx, "station_fix",
                        six::Fix{tx.new_id(), check.id, check.station, criterion.code, criterion.words_zh,
                                 Date{today.days + 10 + made.below(20)}, "open", "", tx.now()});
  }
  storage::insert(tx, "station_check", check);
  return {};
}

Result<void> one_community(storage::Tx& tx, Made& made, const teams::Region& region, int serial,
                           const identity::Vault& vault, const six::Standard& standard) {
  const bool home = region.code == kKeeperHome;
  // Made up, and marked so: a village of some hundred, a town community of some thousand.
  const std::int64_t people = region.code.substr(2, 2) == "01" ? 1500 + made.below(6500) : 400 + made.below(2600);
  coverage::set_people(tx, region.code, people, people * (12 + made.below(18)) / 100, "synthetic");
  if (!home && serial % 41 == 5) return {};  // lacks one: the coverage page shows it
  Station station = drafted(tx, made, region, "station");
  if (!home && serial % 67 == 9) {
    TX_CHECK(coming(tx, made, station, serial % 3));
  } else {
    standing(tx, made, station);
    if (!home && serial % 97 == 11) TX_CHECK(move_station(tx, station, "rest", {}, made.reason("rest")));
    if (station.state == "open" && serial % 3) station.on_duty_since = tx.now();
    if (home)
      rated_check(tx, made, standard, station, 320, 88);
    else if (serial % 4 == 0 || serial % 9 == 1)
      rated_check(tx, made, standard, station, 10 + made.below(480), 80 + made.below(20));
    if (!home && station.state == "open" && (serial % 130 == 7 || serial == 12))
      TX_CHECK(live_check(tx, made, standard, station, serial % 260 == 7));
  }
  if (home) {
    station.keeper = identity::find_account(tx, vault, "sunzhan");
    if (station.keeper)
      identity::grant(tx, station.keeper, {"station_keeper", access::ScopeKind::station, station.id.text()}, {});
  }
  storage::insert(tx, "station", station);
  return {};
}

// Every county has a target for last year, this one and the next.
Result<void> targets(storage::Tx& tx, Made& made) {
  const int year = local_date(tx.now()).year();
  for (const auto& row :
       storage::query(tx,
                      "select r.code, (select count(*) from region c where c.level = 5 and c.code like r.code || '%') "
                      "from region r where r.level = 3 order by r.code")
           .rows) {
    std::string county;
    std::int64_t communities = 0;
    storage::from_value(row[0], county);
    storage::from_value(row[1], communities);
    for (int ahead = -1; ahead <= 1; ++ahead)
      storage::execute(
          tx, "insert into station_target (year, region, target, reason, set_by, at) values ($1,$2,$3,'',0,$4)",
          year + ahead, county, communities * (10 + 6 * ahead + made.below(6)) / 100, tx.now());
  }
  return {};
}

}  // namespace

Result<void> load_demonstration(storage::Store& store, const identity::Vault& vault, const std::string& data,
                                const Clock&, const std::string& within) {
  TX_CHECK(load_criteria(store, data));
  Made made;
  TX_CHECK(read_names(made, data + "/demonstration/station_names.txt"));
  auto done = store.write([&](storage::Tx& tx) -> Result<Json> {
    const auto set = six::set_in_force(tx, kKeeperHome, local_date(tx.now()));
    const auto standard = set ? six::find_standard(tx, set->id) : std::nullopt;
    if (!standard) return refuse(Kind::conflict, "six.no_set");
    made.inspector = identity::find_account(tx, vault, "lianhe");
    int serial = 0;
    for (const auto& region : storage::select<teams::Region>(
             tx, "select code, name, level, parent from region where level = 5 and code like $1 order by code",
             within + "%"))
      TX_CHECK(one_community(tx, made, region, ++serial, vault, *standard));
    for (const auto& region : storage::select<teams::Region>(
             tx, "select code, name, level, parent from region where level in (3, 4) and code like $1 order by code",
             within + "%")) {
      Station station = drafted(tx, made, region, region.level == 3 ? "centre" : "sub_centre");
      standing(tx, made, station);
      if (made.below(4)) station.on_duty_since = tx.now();
      storage::insert(tx, "station", station);
    }
    TX_CHECK(targets(tx, made));
    TX_CHECK(demonstrate_days(tx, vault, data, kKeeperHome));
    return Json(serial);
  });
  if (!done) return tl::unexpected(done.error());
  return {};
}

}  // namespace tx::stations
