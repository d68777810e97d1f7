// For tests only: the whole wired house on a fresh database with the demonstration loaded, at a clock that the test moves.
#pragma once
#include <unistd.h>

#include <filesystem>
#include <map>

#include "app/house.h"
#include "base/log.h"
#include "platform/identity/testing.h"
#include "platform/storage/testing.h"

namespace tx::app::trial {

inline constexpr const char* kHome = "640104001002";   // a community of the demonstration's main county

// Wired on the database and the keys of `ground` and `folder`.
inline std::unique_ptr<House> open_house(const storage::trial::TestStore& ground, const std::string& folder, const Clock* clock) {
  HouseOptions options;
  options.database = ground.location();
  options.keys = folder + "/keys";
  options.spool = folder + "/spool";
  options.streets = folder + "/streets";
  options.clock = clock;
  options.server.requests_per_second = 0;
  auto opened = House::open(options);
  if (!opened) throw storage::StorageFailure("cannot open the house: " + opened.error().rule);
  return std::move(*opened);
}
inline ManualClock first_morning() { return ManualClock{instant_of(Date::of(2026, 11, 25), 8, 30)}; }

// The demonstration as it stands on the first morning, loaded once for each engine: a test takes a copy of its own.
class Model {
 public:
  static const Model& of(storage::trial::Engine engine) {
    static std::map<storage::trial::Engine, std::unique_ptr<Model>> made;
    auto& one = made[engine];
    if (!one) one = std::make_unique<Model>(engine);
    return *one;
  }
  explicit Model(storage::trial::Engine engine) : clock(first_morning()), ground(engine, {}, &clock) {
    ground.close();
    std::string pattern = (std::filesystem::temp_directory_path() / "tongxin-model-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    const auto loaded = open_house(ground, folder, &clock)->load_demonstration();
    if (!loaded) throw storage::StorageFailure("cannot load the demonstration: " + loaded.error().rule);
  }
  ~Model() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  ManualClock clock;
  storage::trial::TestStore ground;
  std::string folder;
};

class WholeHouse {
 public:
  explicit WholeHouse(storage::trial::Engine engine) : ground_(engine, Model::of(engine).ground, &clock) {
    log::set_level(log::Level::error);
    std::string pattern = (std::filesystem::temp_directory_path() / "tongxin-house-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    std::filesystem::copy(Model::of(engine).folder, folder_, std::filesystem::copy_options::recursive);
    house_ = open_house(ground_, folder_, &clock);
  }
  ~WholeHouse() {
    house_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  House* operator->() { return house_.get(); }

  identity::trial::SignedIn person(const std::string& name, const std::vector<access::Grant>& grants = {}) {
    return identity::trial::sign_in(house_->store(), house_->vault(), name, grants, true, kHome);
  }
  std::string streets_folder() const { return folder_ + "/streets"; }
  http::Response send(http::Request request) { return house_->server().handle(std::move(request)); }
  template <class... A>
  std::int64_t count(std::string_view sql, const A&... a) {
    return storage::scalar<std::int64_t>(*house_->store().read(), sql, a...).value_or(0);
  }
  template <class... A>
  std::string text(std::string_view sql, const A&... a) {
    return storage::scalar<std::string>(*house_->store().read(), sql, a...).value_or("");
  }

  ManualClock clock = first_morning();

 private:
  storage::trial::TestStore ground_;
  std::string folder_;
  std::unique_ptr<House> house_;
};

inline Json answer_of(const http::Response& response) { return Json::parse(response.body).value_or(Json()); }
inline std::string rule_of(const http::Response& response) { return answer_of(response)["rule"].text(); }

}  // namespace tx::app::trial
