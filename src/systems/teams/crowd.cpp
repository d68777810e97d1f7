#include "systems/teams/crowd.h"

#include <fstream>
#include <map>
#include <random>
#include <set>

#include "base/text.h"
#include "platform/storage/record_sql.h"
#include "systems/teams/teams.h"
#include "systems/teams/volunteers/rules.h"

namespace tx::teams {
namespace {

constexpr std::int64_t kCommandRows = 20'000;
constexpr int kStatementRows = 32, kNames = 4096;   // a statement takes at most 999 values

std::vector<std::string> words_of(const std::string& file) {
  std::ifstream in(file);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

struct Name {
  std::string text, search;
};
struct Home {
  std::string code;
  std::int64_t x_m = 0, y_m = 0;
};
BOOST_DESCRIBE_STRUCT(Home, (), (code, x_m, y_m))

class Crowd {
 public:
  Crowd(storage::Reader& reader, const identity::Vault& vault, const std::string& words) : vault_(vault) {
    const auto surnames = words_of(words + "surnames.txt"), given = words_of(words + "given_names.txt");
    if (surnames.empty() || given.empty()) return;
    for (int i = 0; i < kNames; ++i) {   // few names, so that each is indexed for the search once
      const std::string text = surnames[below(surnames.size())] + given[below(given.size())];
      names_.push_back({text, search_tokens(text)});
    }
    static const char* const parts[] = {"morning", "afternoon", "evening"};
    for (int i = 0; i < 512; ++i) {
      std::vector<std::string> free;
      for (int day = 1; day <= 7; ++day)
        for (const char* part : parts)
          if (below(day >= 6 ? 2 : 3) == 0) free.push_back(std::to_string(day) + "-" + part);
      hours_.push_back(rules::week_hours(free));
    }
    homes_ = storage::select<Home>(reader, "select code, x_m, y_m from region where level = 5 order by code");
    for (const auto& row : storage::query(reader, "select prefix, last from volunteer_serial").rows) {
      std::string prefix;
      std::int64_t last = 0;
      storage::from_value(row[0], prefix);
      storage::from_value(row[1], last);
      serials_[prefix] = last;
    }
  }
  bool ready() const { return !names_.empty() && !homes_.empty(); }

  void write(storage::Tx& tx, std::int64_t count) {
    const std::string whole = statement(kStatementRows);
    std::vector<storage::Value> values;
    for (std::int64_t done = 0; done < count;) {
      const auto rows = std::min<std::int64_t>(kStatementRows, count - done);
      values.clear();
      for (std::int64_t i = 0; i < rows; ++i) add(tx, values);
      tx.execute(rows == kStatementRows ? whole : statement(static_cast<int>(rows)), values);
      done += rows;
    }
    for (const auto& prefix : touched_)
      storage::execute(tx, "insert into volunteer_serial (prefix, last) values ($1,$2) on conflict (prefix) do update set last = excluded.last", prefix, serials_[prefix]);
    touched_.clear();
  }

 private:
  std::size_t below(std::size_t n) { return random_() % n; }

  static std::string statement(int rows) {
    Volunteer shape;
    std::string columns, sql;
    int fields = 0;
    for_each_field(shape, [&](const char* name, auto&) { columns += (fields++ ? "," : "") + std::string(name); });
    sql = "insert into volunteer (" + columns + ") values ";
    for (int row = 0, at = 1; row < rows; ++row) {
      sql += row ? ",(" : "(";
      for (int field = 0; field < fields; ++field) sql += (field ? ",$" : "$") + std::to_string(at++);
      sql += ")";
    }
    return sql;
  }

  void add(storage::Tx& tx, std::vector<storage::Value>& values) {
    const auto& home = homes_[below(homes_.size())];
    const auto& name = names_[below(names_.size())];
    Volunteer v;
    v.id = {tx.new_id()};
    v.name = name.text;
    v.search = name.search;
    const std::string prefix = rules::volunteer_no(home.code, tx.now(), 0).substr(0, 11);
    v.volunteer_no = rules::volunteer_no(home.code, tx.now(), ++serials_[prefix]);
    touched_.insert(prefix);
    v.tail = v.volunteer_no.substr(12);
    char phone[16];
    std::snprintf(phone, sizeof phone, "1990000%04d", static_cast<int>(below(10'000)));
    v.phone_sealed = vault_.seal(phone, "volunteer.phone");
    v.phone_index = vault_.blind_index(phone, "volunteer.phone");
    const int age = 18 + static_cast<int>(below(52));
    v.birth = Date{local_date(tx.now()).days - age * 365 - 30 - static_cast<int>(below(300))};
    v.region = home.code;
    v.x_m = home.x_m + static_cast<std::int64_t>(below(1600)) - 800;
    v.y_m = home.y_m + static_cast<std::int64_t>(below(1600)) - 800;
    v.radius_m = (std::int64_t[]){1000, 2000, 3000, 5000, 10'000}[below(5)];
    for (int i = 0; i < 3; ++i)
      if (below(2)) v.skills |= std::int64_t{1} << (1 + below(23));
    if (below(4) == 0) v.languages |= 2;
    v.categories = "0001";
    v.hours = hours_[below(hours_.size())];
    v.week_minutes = (int[]){300, 600, 1200}[below(3)];
    if (below(3) == 0) v.checked_until = tx.now().plus(300 * kDay);
    v.state = below(40) ? "active" : "paused";
    if (below(3) == 0) v.asked_at = tx.now().plus(-static_cast<std::int64_t>(below(60)) * kDay);
    v.created = tx.now();
    for_each_field(v, [&](const char*, auto& member) { values.push_back(storage::to_value(member)); });
  }

  const identity::Vault& vault_;
  std::mt19937_64 random_{20241015};
  std::vector<Name> names_;
  std::vector<std::string> hours_;
  std::vector<Home> homes_;
  std::map<std::string, std::int64_t> serials_;
  std::set<std::string> touched_;
};

}  // namespace

Result<void> load_crowd(storage::Store& store, const identity::Vault& vault, const std::string& data, std::int64_t count,
                        const std::function<void(std::int64_t)>& progress) {
  auto crowd = [&] {
    auto reader = store.read();
    return Crowd(*reader, vault, data + "/demonstration/");
  }();
  if (!crowd.ready()) return refuse(Kind::conflict, "teams.demonstration_missing", "", {{"folder", data}});
  for (std::int64_t done = 0; done < count;) {
    const auto rows = std::min(kCommandRows, count - done);
    const auto written = store.write([&](storage::Tx& tx) -> Result<Json> {
      crowd.write(tx, rows);
      return Json();
    });
    if (!written) return tl::unexpected(written.error());
    progress(done += rows);
  }
  return {};
}

}  // namespace tx::teams
