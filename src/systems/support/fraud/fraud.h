// The risk desk: entries of hours in the order in which they deserve a second look, with the open rules that speak.
#pragma once
#include "platform/http/http.h"
#include "systems/support/fraud/rules.h"

namespace tx::support {

struct RiskLine {
  fraud::Risk risk;
  bool is_case = false;             // an entry by hand that still waits
  std::int64_t id = 0;              // record or case
};
// Every standing record and every open entry by hand of the regions, highest score first.
std::vector<RiskLine> risk_list(storage::Reader& reader, const std::vector<std::string>& regions, Instant since);
void add_fraud_routes(http::Router& router);

}  // namespace tx::support
