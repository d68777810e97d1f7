// The dispatch board is live: what changes with a need is told to every desk of its region after the commit, without any
// content (a desk fetches what it may see). And who looks at which need just now, so that two dispatchers do not do the
// same work: held in memory for a minute and a half, gone with a restart.
#pragma once
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "platform/http/http.h"
#include "systems/supply/needs/model.h"

namespace tx::supply::live {

// Event "desk" on the topics desk.<county>, desk.<city> and desk.<province>; event "need" on need.<id>.
void changed(storage::Tx& tx, const Need& need);
std::string desk_topic(const std::vector<std::string>& regions);   // the topic a desk of these regions listens to
std::string need_topic(NeedId need);
void publish(const Need& need);                                    // outside a transaction: somebody looks, or looks away

class Watch {
 public:
  // Notes that this person looks at the need; true when that is news.
  bool seen(NeedId need, access::AccountId account, const std::string& name, Instant now);
  std::vector<std::string> others(NeedId need, access::AccountId account, Instant now) const;

 private:
  struct Looking {
    std::string name;
    Instant at;
  };
  mutable std::mutex mutex_;
  std::map<std::pair<std::int64_t, std::int64_t>, Looking> looking_;   // need, account
};

}  // namespace tx::supply::live
