// The dispatch desk's own door for the program's front: its pages, its timed work and the memory that both share. It stands
// apart from supply.h so that rooms which need a need or a shift do not see the desk.
#pragma once
#include <memory>

#include "systems/supply/supply.h"

namespace tx::supply {

namespace permission {
inline constexpr access::Permission weigh{"matching.weigh"};   // the table of weights, the rules of asking, the fairness report
}

class Pool;
class Plans;
struct DeskMemory {
  std::shared_ptr<Pool> pool;             // everybody who may be asked
  std::shared_ptr<Plans> plans;           // of the last few batches
};
DeskMemory make_desk_memory();
void register_desk(http::Router& router, const Services& services, const DeskMemory& memory);
void add_desk_work(jobs::Jobs& jobs, const Clock& clock, const DeskMemory& memory);   // searches, batches, reports; after supply's own
void set_event_hub(http::EventHub* hub);  // the board is live

}  // namespace tx::supply
