// The role x route matrix: generated from the router and tested whole. Each cell is decided twice: by Router::authorise,
// and by the few lines of expected() below, written from the meaning of Access alone. Then every page is really asked for.
#include <array>

#include "app/roles.h"
#include "app/trial.h"

namespace tx::app {
namespace {

using trial::kHome;
using trial::WholeHouse;
using MatrixTest = storage::trial::StoreTest;
using access::Access;
using access::ScopeKind;

struct Who {
  std::string role;          // "" anonymous, "account" signed in without a grant, "owner" whose own the objects are
  bool inside = false;       // scope holds the objects of the test, or lies elsewhere
  bool factor = true;
};

std::vector<access::Grant> grants_of(const Who& who, const std::string& organisation, const std::string& station) {
  if (who.role.empty() || who.role == "account" || who.role == "owner") return {};
  if (who.role.ends_with("_admin")) return {{who.role, ScopeKind::everywhere, ""}};
  if (who.role == "team_leader") return {{who.role, ScopeKind::organisation, who.inside ? organisation : "0000000000001"}};
  if (who.role == "station_keeper") return {{who.role, ScopeKind::station, who.inside ? station : "0000000000001"}};
  return {{who.role, ScopeKind::region, who.inside ? "64" : "99"}};
}

// What the words of Access mean, said again.
bool expected(const access::Roles& roles, const http::Route& route, const Who& who, bool has_object) {
  using Level = Access::Level;
  if (route.access.level == Level::everyone) return true;
  if (who.role.empty()) return false;
  if (route.access.level == Level::signed_in) return true;
  const bool owns = who.role == "owner" && has_object && who.inside;
  if (route.access.level == Level::owner || (owns && route.access.level == Level::permission_or_owner)) return owns;
  if (who.role == "account" || who.role == "owner" || !roles.holds(who.role, route.access.permission)) return false;
  if (roles.find(who.role)->second_factor && !who.factor) return false;
  return !has_object || who.inside || who.role.ends_with("_admin");
}

struct OwnThings {
  access::AccountId account;
  std::string session, notice, proxy, job, batch, complaint, ask, record_case, certificate, minor_access, risk, record, round, transfer, seal, member, kin, honour, benefit, course, lesson, policy, accident, fund, gift, outflow, plan, operation, call, card, unit, campaign;
  std::string story, mark;
};

// One of each thing that has an owner, all of one person at home in the demonstration's county.
OwnThings own_things(WholeHouse& house, const std::string& organisation, const std::string& station) {
  OwnThings own;
  own.account = house.person("Owner").account;
  const auto done = house->store().write([&](storage::Tx& tx) -> Result<Json> {
    const auto made = [&](std::string& id, std::string sql) {
      const auto number = tx.new_id();
      id = id_text(number);
      if (sql.find("$2") != std::string::npos) {
        storage::execute(tx, sql, number, own.account, tx.now());
      } else {   // PostgreSQL takes no parameter that stands nowhere
        for (auto at = sql.find("$3"); at != std::string::npos; at = sql.find("$3")) sql.replace(at, 2, "$2");
        storage::execute(tx, sql, number, tx.now());
      }
    };
    made(own.notice, "insert into notice (id, account, key, args, link, urgent, at, read_at) values ($1,$2,'notice.asked','{}','/',0,$3,0)");
    made(own.proxy, "insert into proxy (id, helper, principal, asked_index, principal_name, consent_kind, consent_by, since, until, ended, "
                    "ended_by, recorded) values ($1,$2,0,'','Elder','spoken','',$3,0,0,0,$3)");
    made(own.job, "insert into job (id, kind, state, owner, progress_done, progress_of, stage, input, answer, created, started, finished, "
                  "cancel_asked) values ($1,'batch','finished',$2,0,0,'','{}','{}',$3,0,0,0)");
    made(own.complaint, "insert into complaint (id, number, kind, object, region, words, by_account, contact_sealed, state, due, answer, "
                        "handled_by, created) values ($1,'T-1','service','','640104001002','',$2,'','submitted',$3,'',0,$3)");
    storage::execute(tx, "update volunteer set account = $1 where id = (select min(id) from volunteer where account = 0)", own.account);
    made(own.ask, "insert into ask (id, need, volunteer, organisation, wave, state, asked_by, asked_at, answer_by, answered_at, reason, score, "
                  "why) select $1, (select min(id) from need), id, 0, 99, 'asked', 0, $3, $3, 0, '', 0, '[]' from volunteer where account = $2");
    const auto record_case = tx.new_id();
    own.record_case = id_text(record_case);
    storage::execute(tx, "insert into record_case (id, kind, batch, record, volunteer, organisation, region, title, place, in_charge, starts, ends, "
                         "minutes, grade, words, asked_by, first_by, second_by, state, due, created, decided, source) values ($1,'manual',0,0,0,$2,"
                         "'640104001002','','','',$3,$3,1,'D','',$4,$4,0,'checked',0,$3,0,0)",
                     record_case, id_value(organisation).value(), tx.now(), own.account);
    own.certificate = "MATRIX0000000001";
    storage::execute(tx, "insert into certificate (id, number, volunteer, volunteer_no, name_sealed, from_day, to_day, minutes_a, minutes_b, minutes_c, "
                         "minutes_d, text, url, state, reason, at, changed) select $1, $2, id, volunteer_no, '', 0, 0, 1, 0, 0, 0, '', '', 'valid', '', $3, $3 "
                         "from volunteer where account = $4", tx.new_id(), own.certificate, tx.now(), own.account);
    made(own.minor_access, "insert into minor_access (id, subject, region, asked_by, reason, state, due, decided_by, created) values "
                           "($1,'volunteer:0','640104001002',$2,'','asked',0,0,$3)");
    made(own.risk, "insert into risk_case (id, rule, organisation, region, enterer, score, rules, entries, minutes, words, source, opened_by, frozen_by, decided_by, "
                   "judged_by, state, due, created, decided) values ($1,'night',0,'640104001002',0,35,1,0,0,'',0,0,0,0,0,'flagged',0,$3,0)");
    made(own.member, "insert into bank_member (id, number, volunteer, account, name_sealed, birth, region, station, consent, consent_by, opened_by, care, "
                     "care_by, state, opened) values ($1,'00000001',0,$2,'',0,'640104001002',0,'own','',0,'none',0,'open',$3)");
    storage::execute(tx, "update bank_member set station = $1 where id = $2", id_value(station).value(), id_value(own.member).value());
    made(own.kin, "insert into bank_kin (id, member, other, relation, state, agreed_by, attested_by, due, at) values ($1,1,1,'parent','agreed',$2,0,0,$3)");
    storage::execute(tx, "update bank_kin set member = $1, other = $1 where id = $2", id_value(own.member).value(), id_value(own.kin).value());
    made(own.honour, "insert into honour (id, kind, star, title, volunteer, organisation, region, words, minutes, quality_percent, nominated_by, reviewed_by, "
                     "settled_by, decided_by, name_shown, state, due, created, decided) values ($1,'title',0,'silver',1,0,'640104001002','',0,0,$2,0,0,0,'',"
                     "'nominated',0,$3,0)");
    made(own.benefit, "insert into benefit (id, region, partner, title, words, icon, points, least_star, stock, taken, valid_until, key_sealed, key_index, state, "
                      "made_by, created) values ($1,'640104','','','','gift',1,0,1,0,0,'','matrix','open',$2,$3)");
    made(own.course, "insert into course (id, organisation, region, title, words, kind, mode, minutes, skill, valid_months, for_all, state, due, made_by, "
                     "approved_by, created) values ($1,0,'640104001002','','','general','face',60,0,0,0,'open',0,$2,0,$3)");
    storage::execute(tx, "update course set organisation = $1 where id = $2", id_value(organisation).value(), id_value(own.course).value());
    made(own.lesson, "insert into lesson (id, course, starts, ends, place, teacher, places, taken, code, state) values ($1,$2,$3,$3,'','',1,0,'','planned')");
    storage::execute(tx, "update lesson set course = $1 where id = $2", id_value(own.course).value(), id_value(own.lesson).value());
    made(own.story, "insert into story (id, teller, region, title, words, signed_as, activity, need, organisation, language, kicker, headline, subhead, body, byline, source, "
                    "first_by, second_by, third_by, state, due, issue, page, place, search, created, published) values ($1,$2,'640104001002','','','masked',0,0,0,'zh-CN','','','','','','',"
                    "0,0,0,'sent',0,0,0,0,'',$3,0)");
    made(own.plan, "insert into emergency_plan (id, title, kind, region, organisation, purpose, command, gear, risks, roles, points, report_minutes, state, due, made_by, "
                   "approved_by, created, changed) values ($1,'','natural','640104',0,'','','','','[]','[]',60,'draft',0,0,0,$3,$3)");
    const auto operation = tx.new_id();
    own.operation = id_text(operation);
    storage::execute(tx, "insert into operation (id, plan, drill, title, kind, region, organisation, purpose, command, gear, risks, roles, points, report_minutes, policy, starts, "
                         "until, code_key, waves, calling, state, due, opened_by, opened, ended) values ($1,0,1,'','natural','640104',$2,'','','','','[]','[]',60,0,$3,$3,'',0,0,"
                         "'prepared',0,0,$3,0)", operation, id_value(organisation).value(), tx.now());
    made(own.call, "insert into callout (id, operation, volunteer, account, wave, role, point, metres, state, how, asked_by, asked_at, answered_at, noted_by, seen_at, buddy, "
                   "words_sealed) values ($1,0,0,$2,1,0,0,0,'asked','',0,$3,0,0,0,0,'')");
    made(own.card, "insert into capability_card (id, organisation, region, kind, level, paper, valid_until, people, gear, state, made_by, checked_by, created) values "
                   "($1,0,'640104001002','water',3,'',0,1,'','sent',0,0,$3)");
    made(own.unit, "insert into unit (id, name, kind, region, organisation, credit_code, scheme, scheme_owner, scheme_day, scheme_hash, contact, keeper, state, created_by, "
                   "created) values ($1,'Matrix','mixed','640104',0,'','','',0,'','',$2,'active',0,$3)");
    made(own.campaign, "insert into campaign (id, title, words, region, from_day, to_day, target_people, state, due, made_by, created) values "
                       "($1,'','','640104',0,0,1,'draft',0,0,$3)");
    made(own.policy, "insert into policy (id, number, insurer, cover, phone, scope, region, organisation, activity, from_day, until_day, state, words, entered_by, created) "
                     "values ($1,'matrix','','','','organisation','640104001002',0,0,0,0,'open','',0,$3)");
    storage::execute(tx, "update policy set organisation = $1 where id = $2", id_value(organisation).value(), id_value(own.policy).value());
    made(own.accident, "insert into accident (id, region, organisation, activity, volunteer, policy, place, happened, words_sealed, helped, state, due, insurer_no, asked_fen, "
                       "paid_fen, reported_by, at) values ($1,'640104001002',0,0,0,0,'',$3,'',0,'reported',$3,'',0,0,$2,$3)");
    storage::execute(tx, "update accident set organisation = $1 where id = $2", id_value(organisation).value(), id_value(own.accident).value());
    made(own.mark, "insert into mark_licence (id, number, organisation, region, purpose, words, state, due, from_day, until_day, asked_by, decided_by, created, decided) values "
                   "($1,'',0,'640104001002','sign','','asked',0,0,0,$2,0,$3,0)");
    made(own.fund, "insert into fund (id, organisation, region, name, purpose, platform, link, certificate_no, filing_no, from_day, until_day, state, made_by, created) "
                   "values ($1,0,'640104001002','','','','','','',0,0,'open',0,$3)");
    storage::execute(tx, "update fund set organisation = $1 where id = $2", id_value(organisation).value(), id_value(own.fund).value());
    made(own.gift, "insert into gift (id, fund, number, kind, fen, goods, earmark, channel, donor_sealed, donor, bill_code, bill_no, bill_check, bill_waived, handler, day, asked_use, "
                   "asked_reason, change, posting, recorded_by, at) values ($1,0,'gmatrix','goods',1,'','','','',0,'','','',1,'',0,'','','',0,0,$3)");
    made(own.outflow, "insert into outflow (id, fund, region, what, payee, purpose, fen, state, due, asked_by, approved_by, posting, at, paid) "
                      "values ($1,0,'640104001002','','','',1,'asked',0,0,0,0,$3,0)");
    storage::execute(tx, "update gift set fund = $1 where id = $2", id_value(own.fund).value(), id_value(own.gift).value());
    storage::execute(tx, "update outflow set fund = $1 where id = $2", id_value(own.fund).value(), id_value(own.outflow).value());
    const auto seal = tx.new_id();
    own.seal = id_text(seal);
    storage::execute(tx, "insert into seal_request (id, certificate, volunteer, organisation, region, state, words, asked_by, decided_by, due, created, decided) "
                         "values ($1,0,0,$2,'640104001002','asked','',$4,0,0,$3,0)", seal, id_value(organisation).value(), tx.now(), own.account);
    const auto round = tx.new_id(), transfer = tx.new_id();
    own.round = id_text(round);
    own.transfer = id_text(transfer);
    storage::execute(tx, "insert into spot_round (id, region, title, ratio, busiest, population, secret, commitment, seed, leaf, state, created_by, created, drawn, "
                         "published) values ($1,'640104','',40,3,'[]','','','',0,'open',0,$2,0,0)", round, tx.now());
    storage::execute(tx, "insert into transfer_batch (id, direction, region, platform, file_name, file_hash, consent, state, good, bad, created_by, decided_by, "
                         "created, changed) values ($1,'in','640104','','','','','checked',0,0,0,0,$2,$2)", transfer, tx.now());
    const auto batch = tx.new_id();
    own.batch = id_text(batch);
    storage::execute(tx, "insert into roster_batch (id, organisation, file_name, state, rows_good, rows_bad, consent, created_by, created, "
                         "changed) values ($1,$2,'','checked',0,0,'',0,$3,$3)", batch, id_value(organisation).value(), tx.now());
    return Json();
  });
  EXPECT_TRUE(done.has_value());
  own.record = id_text(house.count("select id from service_record where region like '64%' and organisation <> $1 order by id limit 1",   // not the leader's
                                   id_value(organisation).value()));
  own.session = id_text(house.count("select id from account_session where account = $1", own.account));
  return own;
}

TEST_P(MatrixTest, EveryRoleOnEveryRoute) {
  WholeHouse house(GetParam());
  const auto& router = house->router();
  const auto roles = app::roles();
  const std::string organisation = id_text(house.count("select organisation from activity where state = 'published' order by starts limit 1"));
  const std::string station = id_text(house.count("select id from station where region = $1", std::string(kHome)));
  const OwnThings own = own_things(house, organisation, station);
  const std::string child = id_text(house.count("select id from volunteer where id in (select volunteer from minor_record) and region like '64%' order by id limit 1"));
  const auto in_team = [&](const std::string& sql) { return id_text(house.count(sql + " limit 1", id_value(organisation).value())); };
  const std::vector<std::pair<std::string, std::string>> objects = {
      {"need", id_text(house.count("select id from need order by id limit 1"))},
      {"number", house.text("select number from need order by id limit 1")},
      {"activity", in_team("select id from activity where organisation = $1 order by starts")},
      {"shift", in_team("select s.id from shift s join activity a on a.id = s.activity where a.organisation = $1 order by s.starts")},
      {"organisation", organisation},
      {"station", station},
      {"volunteer", id_text(house.count("select id from volunteer where account = 0 order by id limit 1"))},
      {"account", own.account.text()}, {"session", own.session}, {"notice", own.notice}, {"proxy", own.proxy}, {"job", own.job},
      {"complaint", own.complaint}, {"ask", own.ask}, {"batch", own.batch}, {"case", own.record_case}, {"certificate", own.certificate},
      {"minor_access", own.minor_access}, {"child", child}, {"risk", own.risk}, {"record", own.record},
      {"member", own.member}, {"kin", own.kin}, {"honour", own.honour}, {"benefit", own.benefit}, {"course", own.course}, {"lesson", own.lesson},
      {"round", own.round}, {"transfer", own.transfer}, {"seal", own.seal}, {"policy", own.policy}, {"accident", own.accident}, {"plan", own.plan}, {"operation", own.operation}, {"call", own.call}, {"card", own.card}, {"unit", own.unit}, {"campaign", own.campaign},
      {"fund", own.fund}, {"gift", own.gift}, {"outflow", own.outflow},
      {"story", own.story}, {"mark", own.mark}, {"issue", id_text(house.count("select id from issue order by id limit 1"))}};
  std::vector<Who> people{{"", false}, {"account", false}, {"owner", true}};
  for (const auto& role : roles.all())
    for (const bool inside : {true, false})
      for (const bool factor : {true, false}) people.push_back({role.id, inside, factor});

  int cells = 0, routes = 0;
  auto reader = house->store().read();
  for (const auto& route : router.routes()) {
    if (route.access.level == Access::Level::everyone || route.access.level == Access::Level::signed_in)
      EXPECT_GE(route.access.reason.size(), 8u) << route.name << " is open and says not why";
    std::string object;
    for (const auto& [name, value] : objects)
      if (name == route.access.object) object = value;
    EXPECT_TRUE(route.access.object.empty() || !object.empty()) << route.name << ": the test has no " << route.access.object;
    if (route.method == "POST") EXPECT_TRUE(house->words().has("audit.action." + route.name)) << "audit.action." << route.name;
    ++routes;
    for (const auto& who : people) {
      access::Actor actor;
      if (!who.role.empty()) actor.account = who.role == "owner" ? own.account : access::AccountId{424242};
      actor.second_factor = who.factor;
      actor.grants = grants_of(who, organisation, station);
      bool missing = false;
      const auto decision = router.authorise(*reader, route, actor, objects, missing);
      EXPECT_FALSE(missing) << route.name;
      // A team leader holds no region: an object without that organisation is outside, and so with stations.
      bool has_object = !object.empty();
      Who as = who;
      if (has_object && who.inside && who.role == "team_leader")
        as.inside = object == organisation || route.access.object == "activity" || route.access.object == "shift" || route.access.object == "batch" || route.access.object == "case" || route.access.object == "course" || route.access.object == "lesson" || route.access.object == "seal" ||
                    route.access.object == "policy" || route.access.object == "accident" || route.access.object == "fund" || route.access.object == "gift" || route.access.object == "outflow" || route.access.object == "operation";
      if (has_object && who.inside && who.role == "station_keeper") as.inside = route.access.object == "station" || route.access.object == "member" || route.access.object == "kin";
      if (who.role == "owner") {
        const auto& thing = route.access.object;
        as.inside = thing == "session" || thing == "notice" || thing == "proxy" || thing == "job" || thing == "complaint" || thing == "ask" || thing == "case" || thing == "minor_access" || thing == "accident" || thing == "story" || thing == "mark" || thing == "call" || thing == "unit";
      }
      // Jobs lie in no region: only their owner, and whoever holds the permission everywhere.
      if (route.access.object == "job" && who.role != "owner") as.inside = who.role.ends_with("_admin");
      EXPECT_EQ(decision.allowed, expected(roles, route, as, has_object)) << route.name << " " << who.role << " inside=" << who.inside << " factor=" << who.factor << " " << decision.rule;
      ++cells;
    }
  }
  std::cout << "matrix: " << cells << " cells over " << routes << " of " << router.routes().size() << " routes\n";
  EXPECT_GT(cells, 6000);
}

TEST_P(MatrixTest, EveryPageAnswersEveryRoleWithoutAFault) {
  WholeHouse house(GetParam());
  const auto& router = house->router();
  const std::string need = id_text(house.count("select id from need where region like '640104%' order by id limit 1"));
  const std::vector<std::pair<std::string, std::string>> objects = {
      {"need", need},
      {"number", house.text("select number from need order by id limit 1")},
      {"activity", id_text(house.count("select id from activity where state = 'published' order by starts limit 1"))},
      {"shift", id_text(house.count("select id from shift order by starts limit 1"))},
      {"organisation", id_text(house.count("select id from organisation order by id limit 1"))},
      {"station", id_text(house.count("select station from station_check where state = 'sent' order by id limit 1"))},
      {"check", id_text(house.count("select id from station_check where state = 'sent' order by id limit 1"))},
      {"set", id_text(house.count("select id from criteria_set order by id limit 1"))},
      {"county", "640104"},
      {"volunteer", id_text(house.count("select id from volunteer order by id limit 1"))},
      {"member", id_text(house.count("select id from bank_member where account = 0 and care <> 'none' order by id limit 1"))},
      {"honour", id_text(house.count("select id from honour order by id limit 1"))},
      {"record", id_text(house.count("select id from service_record order by id limit 1"))},
      {"complaint", id_text(house.count("select id from complaint order by id limit 1"))},
      {"fund", id_text(house.count("select id from fund order by id limit 1"))},
      {"outflow", id_text(house.count("select id from outflow order by id limit 1"))},
      {"policy", id_text(house.count("select id from policy order by id limit 1"))},
      {"plan", id_text(house.count("select id from emergency_plan order by id limit 1"))},
      {"operation", id_text(house.count("select id from operation order by id limit 1"))},
      {"unit", id_text(house.count("select id from unit order by id limit 1"))},
      {"campaign", id_text(house.count("select id from campaign where state = 'open' order by id limit 1"))},
      {"code", house.text("select code from commitment order by id limit 1")},
      {"destruction", house.text("select number from destruction order by id limit 1")},
      {"issue", id_text(house.count("select id from issue where state = 'published' order by day desc limit 1"))},
      {"story", id_text(house.count("select id from story where state = 'published' order by id limit 1"))},
      {"page", "1"},
      {"picture", id_text(house.count("select id from story_picture order by id limit 1"))},
      {"region", "porto_alegre"}};
  std::vector<std::pair<std::string, identity::trial::SignedIn>> people{{"", identity::trial::anonymous()}, {"account", house.person("Account")}};
  const auto roles = app::roles();
  for (const auto& role : roles.all())
    people.emplace_back(role.id, house.person(role.id, grants_of({role.id, true, true}, objects[4].second, objects[5].second)));
  int pages = 0;
  for (const auto& route : router.routes()) {
    if (route.method != "GET") continue;
    std::string path = route.path;
    for (const auto& [name, value] : objects)
      if (const auto at = path.find("{" + name + "}"); at != std::string::npos) path.replace(at, name.size() + 2, value);
    if (path.find('{') != std::string::npos) continue;
    for (const auto& [role, person] : people) {
      const auto response = house.send(person.get(path));
      ++pages;
      EXPECT_LT(response.status, 500) << role << " " << path;
      if (response.content_type.starts_with("text/"))   // a packed sheet holds any bytes
        EXPECT_EQ(response.body.find("[["), std::string::npos) << role << " " << path << ": a text is missing";
      if (role.empty() && route.access.level != Access::Level::everyone)
        EXPECT_TRUE(response.status == 303 || response.status == 401 || response.status == 403 || response.status == 404) << path << " " << response.status;
    }
  }
  std::cout << "pages: " << pages << " answers\n";
  EXPECT_GT(pages, 400);
}

TX_ON_BOTH_ENGINES(MatrixTest);

}  // namespace
}  // namespace tx::app
