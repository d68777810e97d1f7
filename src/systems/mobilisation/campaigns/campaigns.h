// Campaigns (a month of 3·5, a clean-up): units commit people and hours, their members join by a link, progress stands side by side
// without a ranking. Demand comes first: while volunteers wait for something to do, nobody more is recruited.
#pragma once
#include "platform/workflow/workflow.h"
#include "systems/mobilisation/units/units.h"

namespace tx::mobilisation {

struct Campaign {
  std::int64_t id = 0;
  std::string title, words, region;
  Date from_day, to_day;
  int target_people = 0;
  std::string state;
  Instant due;
  access::AccountId made_by;
  Instant created;
};
BOOST_DESCRIBE_STRUCT(Campaign, (), (id, title, words, region, from_day, to_day, target_people, state, due, made_by, created))
struct Commitment {
  std::int64_t id = 0, campaign = 0, unit = 0;
  int people = 0;
  Minutes minutes;
  std::string code;                 // of the link and the QR
  access::AccountId made_by;
  Instant created;
};
BOOST_DESCRIBE_STRUCT(Commitment, (), (id, campaign, unit, people, minutes, code, made_by, created))
struct CampaignInput {
  std::string title, words, region, from_day, to_day;
  int target_people = 100;
};
BOOST_DESCRIBE_STRUCT(CampaignInput, (), (title, words, region, from_day, to_day, target_people))
struct CommitInput {
  std::string campaign;
  int people = 0, hours = 0;
};
BOOST_DESCRIBE_STRUCT(CommitInput, (), (campaign, people, hours))

inline constexpr workflow::State kCampaignStates[] = {{"draft", "waiting"}, {"open", "active"}, {"closed", "good", {}, true}};
inline constexpr workflow::Step kCampaignSteps[] = {
    {"", "plan", "draft", permission::campaign},
    {"draft", "open", "open", permission::campaign},
    {"draft", "drop", "closed", permission::campaign},
    {"open", "close", "closed", permission::campaign},
};
inline constexpr workflow::Flow kCampaignFlow{"campaign", kCampaignStates, kCampaignSteps};

std::optional<Campaign> find_campaign(storage::Reader& reader, std::int64_t id);
std::optional<Commitment> find_commitment(storage::Reader& reader, std::int64_t id);
std::optional<Commitment> commitment_of_code(storage::Reader& reader, const std::string& code);
Result<Campaign> plan_campaign(storage::Tx& tx, const CampaignInput& input, const access::Actor& by);   // campaign.title, campaign.words, campaign.days, campaign.target
Result<Campaign> step_campaign(storage::Tx& tx, std::int64_t id, const std::string& action, const access::Actor& by);
Result<Commitment> commit(storage::Tx& tx, std::int64_t unit, const CommitInput& input, const access::Actor& by);   // campaign.not_open, campaign.people, campaign.elsewhere

struct Demand {                     // what there is to do, and who waits for it
  std::int64_t places = 0, needs = 0, idle = 0;
  bool paused() const { return idle > 0 && idle >= places + needs; }
};
Demand demand_of(storage::Reader& reader, const Campaign& campaign, Instant now);
// Rules signup.not_volunteer, campaign.not_open, campaign.joined, campaign.paused
Result<Commitment> join(storage::Tx& tx, const std::string& code, access::AccountId account);

struct Progress {
  std::int64_t joined = 0, served = 0, minutes = 0;
};
Progress progress_of(storage::Reader& reader, const Campaign& campaign, std::int64_t commitment);
// Up to `most` things nearby that the person may do: shifts with a free place, then open needs. {href, title, …} for layout/rows.
Json near_needs(const http::Context& context, const Campaign& campaign, int most);

void add_campaign_routes(http::Router& router, const Services& services);
void add_statistics_routes(http::Router& router);

}  // namespace tx::mobilisation
