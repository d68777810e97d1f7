// The dispatch desk's own door for the program's front: its pages, its timed work and the memory that both share. It stands
// apart from supply.h so that rooms which need a need or a shift do not see the desk.
#pragma once
#include <memory>

#include "systems/supply/supply.h"

namespace tx::supply {

namespace permission {
inline constexpr access::Permission weigh{"matching.weigh"};   // the table of weights, the rules of asking, the fairness report
}

class Pool;                               // everybody who may be asked, in memory
std::shared_ptr<Pool> make_pool();
void register_desk(http::Router& router, const Services& services, std::shared_ptr<Pool> pool);
void add_desk_work(jobs::Jobs& jobs, const Clock& clock, std::shared_ptr<Pool> pool);   // searches, batches, reports; after supply's own
void set_event_hub(http::EventHub* hub);  // the board is live

}  // namespace tx::supply
