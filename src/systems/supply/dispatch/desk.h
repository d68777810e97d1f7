// Pages of the dispatch desk and of the asked volunteer; wired by supply.cpp. One file a matter: the board and a need
// (board_pages.cpp), what a dispatcher does with it (desk_pages.cpp), the search that runs by itself (search_pages.cpp), the batch
// (batch_pages.cpp), weights and fairness (weight_pages.cpp), the volunteer's side (asked_pages.cpp).
#pragma once
#include "platform/http/http.h"
#include "systems/supply/dispatch/live.h"
#include "systems/supply/dispatch/room.h"
#include "systems/supply/needs/needs.h"

namespace tx::supply {

struct Desk {
  Services services;
  std::shared_ptr<Pool> pool;
  std::shared_ptr<Plans> plans;
  std::shared_ptr<live::Watch> watch = std::make_shared<live::Watch>();
};

void add_desk_routes(http::Router& router, const Desk& desk);
void add_asked_routes(http::Router& router, const Desk& desk);

// ---- inside the desk
http::PageHandler need_page_of(const Desk& desk);     // shown again when a command on the need is refused
void add_board_routes(http::Router& router, const Desk& desk);
void add_search_routes(http::Router& router, const Desk& desk);
void add_batch_routes(http::Router& router, const Desk& desk);
void add_weight_routes(http::Router& router, const Desk& desk);

// Who has this need in hand: whoever acted on it last, or said "mine"; for half an hour, so that others leave it alone.
struct Keeper {
  std::int64_t need = 0;
  access::AccountId account;
  std::string name;
  Instant at;
};
BOOST_DESCRIBE_STRUCT(Keeper, (), (need, account, name, at))
inline constexpr std::int64_t kKept = 30 * kMinute;
void keep(storage::Tx& tx, const Need& need, const access::Actor& by);

// "15:00" today, else with the day; "about 9 chances in 10".
std::string clock_words(const ViewContext& view, Instant at);
std::string chance_words(const ViewContext& view, double chance);

}  // namespace tx::supply
