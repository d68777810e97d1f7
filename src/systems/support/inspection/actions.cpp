#include <sodium.h>

#include <algorithm>

#include "base/text.h"
#include "platform/notices/notices.h"
#include "platform/storage/record_sql.h"
#include "platform/workflow/workflow.h"
#include "systems/support/inspection/inspection.h"
#include "systems/support/records/records.h"
#include "systems/teams/teams.h"

namespace tx::support {
namespace {

constexpr int kWordsLeast = 10;

std::string random_hex() {
  unsigned char bytes[32];
  char text[65];
  randombytes_buf(bytes, sizeof bytes);
  sodium_bin2hex(text, sizeof text, bytes, sizeof bytes);
  return text;
}

}  // namespace

std::optional<SpotRound> find_round(storage::Reader& reader, std::int64_t id) {
  return storage::find<SpotRound>(reader, "select * from spot_round where id = $1", id);
}
std::optional<SpotTarget> find_target(storage::Reader& reader, std::int64_t id) {
  return storage::find<SpotTarget>(reader, "select * from spot_target where id = $1", id);
}
std::vector<SpotTarget> targets_of(storage::Reader& reader, std::int64_t round) {
  return storage::select<SpotTarget>(reader, "select * from spot_target where round = $1 order by why, ticket", round);
}

ledger::Hash root_at(storage::Reader& reader, std::uint64_t size) {
  ledger::Frontier frontier{size, {}};
  const auto source = node_source(reader);
  std::uint64_t from = 0;
  for (int level = 63; level >= 0; --level)
    if (size >> level & 1) {
      frontier.roots.push_back(source(level, from >> level));
      from += std::uint64_t{1} << level;
    }
  return ledger::root_of(frontier);
}

Result<SpotRound> open_round(storage::Tx& tx, const Book& book, const OpenInput& input, const access::Actor& by) {
  SpotRound round;
  round.title = normal_text(input.title);
  if (letter_count(round.title) < 4 || letter_count(round.title) > 60) return refuse(Kind::invalid, "spot.title", "title");
  if (std::find(std::begin(spot::kRatios), std::end(spot::kRatios), input.ratio) == std::end(spot::kRatios)) return refuse(Kind::invalid, "spot.ratio", "ratio");
  round.region = input.region;
  round.ratio = input.ratio;
  round.busiest = workflow::setting_amount(tx, "spot.busiest", round.region, 3);
  read_value(input.population, round.population);
  if (round.population.empty()) return refuse(Kind::invalid, "spot.nobody", "region");
  round.id = tx.new_id();
  round.secret = random_hex();
  round.commitment = spot::commitment(round.secret);
  round.state = "open";
  round.created_by = by.account;
  round.created = tx.now();
  // From here on ratio and list are fixed, and so is the root that the draw will use; nobody can know it yet.
  round.leaf = book.log(tx, "spot_opened", round.id,
                        Json::of({{"round", id_text(round.id)}, {"region", round.region}, {"ratio", round.ratio}, {"busiest", round.busiest},
                                  {"population", to_json(round.population)}, {"commitment", round.commitment}}));
  storage::insert(tx, "spot_round", round);
  return round;
}

Result<SpotRound> draw_round(storage::Tx& tx, const Book& book, std::int64_t id) {
  auto round = find_round(tx, id);
  if (!round) return refuse(Kind::not_found, "http.not_found");
  if (round->state != "open") return refuse(Kind::conflict, "spot.drawn_already");
  round->seed = spot::seed_of(round->secret, ledger::hex(root_at(tx, static_cast<std::uint64_t>(round->leaf) + 1)));
  const auto chosen = spot::draw(round->seed, round->population, round->ratio, round->busiest);
  for (const auto& one : chosen) {
    SpotTarget target{tx.new_id(), round->id, one.organisation, one.why, one.ticket, Json::object(), "", "", {}, {}};
    storage::insert(tx, "spot_target", target);
    const auto organisation = teams::find_organisation(tx, one.organisation);
    for (const auto leader : teams::leaders_of(tx, one.organisation))
      notices::send(tx, {leader, "notice.spot_chosen", {{"team", organisation ? organisation->name : ""}, {"title", round->title}}, "/spot-checks/" + id_text(round->id)});
  }
  round->state = "drawn";
  round->drawn = tx.now();
  storage::update(tx, "spot_round", *round);
  book.log(tx, "spot_drawn", round->id, Json::of({{"round", id_text(round->id)}, {"secret", round->secret}, {"seed", round->seed}, {"chosen", to_json(chosen)}}));
  return *round;
}

Result<SpotTarget> check_target(storage::Tx& tx, const Book& book, std::int64_t id, const Json& answers, const std::string& result, const std::string& words,
                                const access::Actor& by) {
  auto target = find_target(tx, id);
  const auto round = target ? find_round(tx, target->round) : std::nullopt;
  if (!round) return refuse(Kind::not_found, "http.not_found");
  if (round->state != "drawn") return refuse(Kind::conflict, "spot.closed");
  bool doubtful = false;
  for (const char* item : spot::kItems) {
    const auto& answer = answers[item].text();
    if (answer != "yes" && answer != "no") return refuse(Kind::invalid, "spot.unanswered", std::string_view(item) == "true" ? "truth" : item);
    doubtful = doubtful || answer == "no";
  }
  if (result != "good" && result != "mend" && result != "bad") return refuse(Kind::invalid, "spot.result", "result");
  if ((doubtful || result != "good") && static_cast<int>(letter_count(words)) < kWordsLeast) return refuse(Kind::invalid, "spot.words", "words");
  target->answers = answers;
  target->result = result;
  target->words = words;
  target->checked_by = by.account;
  target->checked_at = tx.now();
  storage::update(tx, "spot_target", *target);
  book.log(tx, "spot_checked", target->id, exact(*target));
  return *target;
}

Result<SpotRound> publish_round(storage::Tx& tx, const Book& book, std::int64_t id) {
  auto round = find_round(tx, id);
  if (!round || round->state != "drawn") return refuse(Kind::conflict, "spot.closed");
  for (const auto& target : targets_of(tx, id))
    if (target.result.empty()) return refuse(Kind::conflict, "spot.unfinished");
  round->state = "published";
  round->published = tx.now();
  storage::update(tx, "spot_round", *round);
  book.log(tx, "spot_published", round->id, Json::of({{"round", id_text(round->id)}, {"at", round->published.us}}));
  return *round;
}

}  // namespace tx::support
