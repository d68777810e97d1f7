// The operator's page of clocks: every deadline of every life cycle with its source, and the form that changes it.
#pragma once
#include "platform/http/http.h"

namespace tx::app {

void add_settings_pages(http::Router& router);

}  // namespace tx::app
