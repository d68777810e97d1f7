// The demonstration's people: made up from the word lists in data/demonstration with a fixed seed, so that every load is
// the same. Named accounts stand in README.md; all share one password, hashed once.
#include <cstdio>
#include <fstream>
#include <random>
#include <sstream>

#include "base/text.h"
#include "platform/storage/record_sql.h"
#include "systems/teams/minors/minors.h"
#include "systems/teams/rooms.h"
#include "systems/teams/training/training.h"
#include "systems/teams/volunteers/rules.h"

namespace tx::teams {
namespace {

constexpr int kVolunteers = 3000, kOrganisations = 300, kBatch = 250;
constexpr char kPassword[] = "tongxin-demo";

std::vector<std::string> words_of(const std::string& file) {
  std::ifstream in(file);
  std::vector<std::string> words;
  std::string word;
  while (in >> word) words.push_back(word);
  return words;
}

struct Made {
  std::mt19937_64 random{20241015};   // the day of the newspaper page that asks for this system
  std::vector<std::string> surnames, given, names, forms, communities;
  std::int64_t below(std::size_t n) { return static_cast<std::int64_t>(random() % n); }
  const std::string& one(const std::vector<std::string>& of) { return of[random() % of.size()]; }
  std::string person() { return one(surnames) + one(given); }
};

std::string phone_of(int serial) {
  char text[16];
  std::snprintf(text, sizeof text, "1990000%04d", serial % 10'000);
  return text;
}

Volunteer volunteer_of(storage::Tx& tx, const identity::Vault& vault, Made& made, int serial, const std::string& name,
                       const std::string& region) {
  static const char* const parts[] = {"morning", "afternoon", "evening"};
  Volunteer v;
  const auto place = region_position(tx, region).value_or(Position{});
  v.id = {tx.new_id()};
  v.name = name;
  v.search = search_tokens(name);
  v.volunteer_no = next_volunteer_no(tx, region);
  v.tail = v.volunteer_no.substr(12);
  v.phone_sealed = vault.seal(phone_of(serial), "volunteer.phone");
  v.phone_index = vault.blind_index(phone_of(serial), "volunteer.phone");
  const int age = serial % 25 == 0 ? 15 : 18 + static_cast<int>(made.below(52));
  v.birth = Date{local_date(tx.now()).days - age * 365 - 30 - static_cast<int>(made.below(300))};
  if (age < 18) v.guardian = "written";
  v.region = region;
  v.x_m = place.x_m + made.below(800) - 400;
  v.y_m = place.y_m + made.below(800) - 400;
  v.radius_m = (std::int64_t[]){1000, 3000, 5000, 10'000, 30'000}[made.below(5)];
  for (int i = 0; i < 3; ++i)
    if (made.below(2)) v.skills |= std::int64_t{1} << (1 + made.below(23));
  if (made.below(4) == 0) v.languages |= 2;
  if (made.below(20) == 0) v.languages |= 4;
  v.categories = "0001";
  std::vector<std::string> free;
  for (int day = 1; day <= 7; ++day)
    for (const char* part : parts)
      if (made.below(day >= 6 ? 2 : 3) == 0) free.push_back(std::to_string(day) + "-" + part);
  v.hours = rules::week_hours(free);
  v.week_minutes = (int[]){300, 600, 1200}[made.below(3)];
  if (age >= 18 && made.below(3) == 0) v.checked_until = tx.now().plus(300 * kDay);
  v.state = serial % 40 == 7 ? "paused" : "active";
  v.created = tx.now();
  return v;
}

}  // namespace

Result<void> load_demonstration(storage::Store& store, const identity::Vault& vault, const std::string& data, const Clock&) {
  const std::string words = data + "/demonstration/";
  Made made;
  made.surnames = words_of(words + "surnames.txt");
  made.given = words_of(words + "given_names.txt");
  made.names = words_of(words + "organisation_names.txt");
  made.forms = words_of(words + "organisation_forms.txt");
  const auto people = words_of(words + "accounts.txt");   // login name role region-or-0 volunteer(0/1)
  if (made.surnames.empty() || made.given.empty() || people.empty())
    return refuse(Kind::invalid, "teams.demonstration_missing", "", {{"folder", words}});
  {
    auto reader = store.read();
    // Most people live where the demonstration plays: two counties of Yinchuan, the rest anywhere.
    for (const auto& row : reader->query("select code from region where level = 5 order by code").rows)
      made.communities.push_back(std::get<std::string>(row[0]));
  }
  if (made.communities.empty()) return refuse(Kind::conflict, "teams.regions_missing", "", {{"folder", data}});
  std::vector<std::string> near;
  for (const auto& code : made.communities)
    if (code.starts_with("640104") || code.starts_with("640106")) near.push_back(code);
  const auto home = [&](int serial) { return serial % 2 ? made.one(near) : made.one(made.communities); };

  std::vector<std::int64_t> organisations;
  auto done = store.write([&](storage::Tx& tx) -> Result<Json> {
    static const char* const kinds[] = {"registered", "group", "group", "other_body"};
    for (int i = 0; i < kOrganisations; ++i) {
      Organisation o;
      o.id = {tx.new_id()};
      o.region = i < 60 ? made.one(near) : made.one(made.communities);
      o.name = region_name(tx, o.region.substr(0, 6), language::Language::zh) + made.one(made.names) + made.one(made.forms);
      o.search = search_tokens(o.name);
      o.kind = kinds[i % 4];
      o.sector = "16";
      o.consent_unit = o.kind == "group" ? region_name(tx, o.region, language::Language::zh) : "";
      o.mark = o.kind == "registered" ? "marked" : "none";
      o.state = "approved";
      o.created = tx.now();
      storage::insert(tx, "organisation", o);
      organisations.push_back(o.id.value);
    }
    return Json();
  });
  if (!done) return tl::unexpected(done.error());

  int serial = 0;
  while (serial < kVolunteers) {
    done = store.write([&](storage::Tx& tx) -> Result<Json> {
      for (int i = 0; i < kBatch && serial < kVolunteers; ++i, ++serial) {
        auto v = volunteer_of(tx, vault, made, serial + 100, made.person(), home(serial));
        minors::keep_apart(tx, vault, v);
        storage::insert(tx, "volunteer", v);
        for (const int skill : {1, 4, 19})   // licences of law and medicine, for half of those who state the skill
          if (v.skills >> skill & 1 && serial % 2)
            storage::execute(tx, "insert into volunteer_certificate (id, volunteer, skill, paper, valid_until, state, decided_by, "
                                 "created) values ($1,$2,$3,$4,$5,'checked',0,$6)",
                             tx.new_id(), v.id, skill, "D" + v.tail, local_date(tx.now()).days + 400, tx.now());
        storage::execute(tx, "insert into member (organisation, volunteer, role, state, consent, since) "
                             "values ($1,$2,$3,'member','self',$4)",
                         organisations[static_cast<std::size_t>(serial) % organisations.size()], v.id,
                         serial < kOrganisations ? "leader" : "member", tx.now());
      }
      return Json();
    });
    if (!done) return tl::unexpected(done.error());
  }

  const std::string hash = identity::hash_password(kPassword);
  done = store.write([&](storage::Tx& tx) -> Result<Json> {
    for (std::size_t i = 0; i + 4 < people.size(); i += 5) {
      const std::string &login = people[i], &name = people[i + 1], &role = people[i + 2], &scope = people[i + 3];
      const std::string region = "640104001002";
      const auto account = TX_TRY(identity::create_account(tx, vault, {login, name, hash, region, "zh-CN"}));
      std::int64_t organisation = 0;
      if (const int age = std::atoi(people[i + 4].c_str()); age > 0) {   // a volunteer: 1, or the years of a minor
        Volunteer v = volunteer_of(tx, vault, made, 3500 + static_cast<int>(i), name, region);
        v.account = account;
        v.state = "active";
        v.hours = std::string(168, '1');
        v.skills = (1 << 5) | (1 << 9) | (1 << 19);
        v.radius_m = 10'000;
        v.week_minutes = 1200;
        v.birth = age > 1 ? Date{local_date(tx.now()).days - age * 366} : Date::of(1990, 5, 4);
        v.guardian = age > 1 ? "written" : "";
        if (age > 1) {   // chenmin is the guardian
          identity::Proxy guardian;
          guardian.helper = identity::find_account(tx, vault, "chenmin");
          guardian.principal = account;
          guardian.principal_name = name;
          guardian.consent_kind = "guardian";
          guardian.consent_by = "chenmin";
          TX_TRY(identity::record_proxy(tx, vault, guardian));
        }
        v.checked_until = tx.now().plus(300 * kDay);
        minors::keep_apart(tx, vault, v);
        storage::insert(tx, "volunteer", v);
        organisation = organisations.front();
        storage::execute(tx, "insert into member (organisation, volunteer, role, state, consent, since) values ($1,$2,$3,'member','self',$4)",
                         organisation, v.id, role == "team_leader" ? "leader" : "member", tx.now());
      }
      if (role == "-") continue;
      access::Grant grant{role, access::ScopeKind::region, scope};
      if (scope == "everywhere") grant = {role, access::ScopeKind::everywhere, ""};
      if (scope == "organisation") grant = {role, access::ScopeKind::organisation, id_text(organisations.front())};
      if (scope == "station") continue;   // the stations room grants its keepers
      identity::grant(tx, account, grant, {});
    }
    demonstrate_training(tx, words);
    return Json();
  });
  if (!done) return tl::unexpected(done.error());
  return {};
}

}  // namespace tx::teams
