// Inside the risk desk only: what its two files of pages share.
#pragma once
#include "systems/support/fraud/fraud.h"

namespace tx::support {

Json risk_row(const http::Context& context, const RiskCase& of, const std::string& href);
void add_risk_case_routes(http::Router& router, const Book& book);

}  // namespace tx::support
