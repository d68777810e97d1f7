// Late deadlines of every room: who is told, and where the notice leads. One row for each life cycle that has clocks; a
// test compares the rows with the tables of the rooms and with the texts.
#pragma once
#include <string_view>
#include <vector>

#include "platform/jobs/jobs.h"
#include "platform/workflow/workflow.h"

namespace tx::app {

struct LateRow {
  std::string_view flow, table, role, link;   // table: where the object's region stands; {id} in the link
};
const std::vector<LateRow>& late_rows();
// Life cycles of all rooms.
std::vector<const workflow::Flow*> all_flows();
// Tells the role's holders over the region, once for each deadline. Key notice.late.<flow>.
void tell_late(storage::Tx& tx);
void add_late_work(jobs::Jobs& jobs);

}  // namespace tx::app
