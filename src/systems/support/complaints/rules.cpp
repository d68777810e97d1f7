#include "systems/support/complaints/complaints.h"

namespace tx::support::complaint_rules {

std::optional<ComplaintKind> kind_of(const std::string& word) {
  if (word == "forced_assignment") return ComplaintKind::forced;
  if (word == "hours") return ComplaintKind::time;
  return enum_value<ComplaintKind>(word);
}

bool needs_authority(ComplaintKind kind) { return kind == ComplaintKind::fee || kind == ComplaintKind::privacy || kind == ComplaintKind::forced; }

bool conflict(const Concern& concern) { return concern.complained || concern.is_the_person || concern.of_the_organisation || concern.ordered_it; }

std::string published_count(std::int64_t n) { return n == 0 ? "0" : n < 3 ? "1–2" : std::to_string(n); }

}  // namespace tx::support::complaint_rules
