#include <sodium.h>

#include "base/text.h"
#include "platform/storage/record_sql.h"
#include "systems/mobilisation/campaigns/campaigns.h"
#include "systems/teams/teams.h"

namespace tx::mobilisation {
namespace {

constexpr char kLetters[] = "23456789abcdefghjkmnpqrstuvwxyz";
constexpr int kCodeLength = 8, kLongestDays = 366, kMostPeople = 200'000;

std::string fresh_code() {
  std::string code;
  for (int i = 0; i < kCodeLength; ++i) code += kLetters[randombytes_uniform(sizeof kLetters - 1)];
  return code;
}

std::int64_t count(storage::Reader& reader, const std::string& sql, auto... a) { return storage::scalar<std::int64_t>(reader, sql, a...).value_or(0); }

}  // namespace

std::optional<Campaign> find_campaign(storage::Reader& reader, std::int64_t id) { return storage::find<Campaign>(reader, "select * from campaign where id = $1", id); }
std::optional<Commitment> find_commitment(storage::Reader& reader, std::int64_t id) { return storage::find<Commitment>(reader, "select * from commitment where id = $1", id); }
std::optional<Commitment> commitment_of_code(storage::Reader& reader, const std::string& code) {
  return storage::find<Commitment>(reader, "select * from commitment where code = $1", code);
}

Result<Campaign> plan_campaign(storage::Tx& tx, const CampaignInput& input, const access::Actor& by) {
  Campaign campaign;
  campaign.title = normal_text(input.title);
  if (letter_count(campaign.title) < 4 || letter_count(campaign.title) > 60) return refuse(Kind::invalid, "campaign.title", "title");
  campaign.words = input.words;   // sentences keep their own punctuation
  if (letter_count(campaign.words) < 10 || letter_count(campaign.words) > 500) return refuse(Kind::invalid, "campaign.words", "words");
  const auto from = Date::parse(input.from_day), to = Date::parse(input.to_day);
  if (!from || !to || *to < *from || to->days - from->days > kLongestDays || *to < local_date(tx.now())) return refuse(Kind::invalid, "campaign.days", "to_day");
  if (input.target_people < 1 || input.target_people > kMostPeople) return refuse(Kind::invalid, "campaign.target", "target_people");
  campaign.region = input.region;
  campaign.from_day = *from;
  campaign.to_day = *to;
  campaign.target_people = input.target_people;
  campaign.made_by = by.account;
  campaign.created = tx.now();
  campaign.id = tx.new_id();
  campaign.state = TX_TRY(workflow::take(tx, kCampaignFlow, campaign.id, "", "plan", by.account, {}, campaign.region)).state;
  storage::insert(tx, "campaign", campaign);
  return campaign;
}

Result<Campaign> step_campaign(storage::Tx& tx, std::int64_t id, const std::string& action, const access::Actor& by) {
  auto campaign = find_campaign(tx, id);
  if (!campaign) return refuse(Kind::not_found, "http.not_found");
  const auto taken = TX_TRY(workflow::take(tx, kCampaignFlow, id, campaign->state, action, by.account, {}, campaign->region));
  campaign->state = taken.state;
  campaign->due = taken.due;
  storage::update(tx, "campaign", *campaign);
  return *campaign;
}

Result<Commitment> commit(storage::Tx& tx, std::int64_t id, const CommitInput& input, const access::Actor& by) {
  const auto unit = find_unit(tx, id);
  const auto campaign = find_campaign(tx, id_value(input.campaign).value_or(0));
  if (!unit || !campaign) return refuse(Kind::not_found, "http.not_found");
  if (campaign->state != "open") return refuse(Kind::conflict, "campaign.not_open");
  if (!unit->region.starts_with(campaign->region) && !campaign->region.starts_with(unit->region)) return refuse(Kind::invalid, "campaign.elsewhere", "campaign");
  if (input.people < 1 || input.people > kMostPeople || input.hours < 0 || input.hours > 1'000'000) return refuse(Kind::invalid, "campaign.people", "people");
  auto old = storage::find<Commitment>(tx, "select * from commitment where campaign = $1 and unit = $2", campaign->id, id);
  Commitment one = old.value_or(Commitment{});
  one.people = input.people;
  one.minutes = {std::int64_t{input.hours} * 60};
  if (old) {
    storage::update(tx, "commitment", one);
    return one;
  }
  one.id = tx.new_id();
  one.campaign = campaign->id;
  one.unit = id;
  one.code = fresh_code();
  one.made_by = by.account;
  one.created = tx.now();
  storage::insert(tx, "commitment", one);
  return one;
}

Demand demand_of(storage::Reader& reader, const Campaign& campaign, Instant now) {
  Demand demand;
  const auto here = [&](const char* column) { return access::region_filter(column, {campaign.region}); };
  const Instant from = start_of(campaign.from_day), to = start_of({campaign.to_day.days + 1});
  demand.places = count(reader, "select coalesce(sum(s.places - s.taken), 0) from shift s join activity a on a.id = s.activity where a.state = 'published' and s.starts > $1 and s.starts < $2 and " + here("a.region"),
                        std::max(now, from), to);
  demand.needs = count(reader, "select count(*) from need where state = 'open' and " + here("region"));
  // Joined, has not served in the campaign and has nothing ahead: waits for something to do.
  demand.idle = count(reader, "select count(distinct m.volunteer) from campaign_member m join commitment c on c.id = m.commitment where c.campaign = $1 and not exists (select 1 from "
                              "service_record r where r.volunteer = m.volunteer and r.starts >= $2 and r.reverses = 0) and not exists (select 1 from signup s where s.volunteer = m.volunteer and "
                              "s.state = 'granted' and s.ends > $3)", campaign.id, from, now);
  return demand;
}

Result<Commitment> join(storage::Tx& tx, const std::string& code, access::AccountId account) {
  const auto one = commitment_of_code(tx, code);
  const auto campaign = one ? find_campaign(tx, one->campaign) : std::nullopt;
  if (!campaign) return refuse(Kind::not_found, "http.not_found");
  if (campaign->state != "open") return refuse(Kind::conflict, "campaign.not_open");
  const auto volunteer = teams::find_volunteer_by_account(tx, account);
  if (!volunteer) return refuse(Kind::forbidden, "signup.not_volunteer");
  if (storage::scalar<std::int64_t>(tx, "select 1 from campaign_member m join commitment c on c.id = m.commitment where c.campaign = $1 and m.volunteer = $2", campaign->id, volunteer->id))
    return refuse(Kind::conflict, "campaign.joined");
  if (demand_of(tx, *campaign, tx.now()).paused()) return refuse(Kind::full, "campaign.paused");
  storage::execute(tx, "insert into campaign_member (commitment, volunteer, at) values ($1,$2,$3)", one->id, volunteer->id, tx.now());
  return *one;
}

Progress progress_of(storage::Reader& reader, const Campaign& campaign, std::int64_t commitment) {
  Progress progress;
  progress.joined = count(reader, "select count(*) from campaign_member where commitment = $1", commitment);
  const auto rows = storage::query(reader, "select count(distinct r.volunteer), coalesce(sum(r.minutes), 0) from service_record r join campaign_member m on m.volunteer = r.volunteer where "
                                           "m.commitment = $1 and r.starts >= $2 and r.starts < $3", commitment, start_of(campaign.from_day), start_of({campaign.to_day.days + 1}));
  storage::from_value(rows.rows[0][0], progress.served);
  storage::from_value(rows.rows[0][1], progress.minutes);
  return progress;
}

}  // namespace tx::mobilisation
